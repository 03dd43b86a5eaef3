# SPDX-License-Identifier: EUPL-1.2
"""Kafka's jars come from a Maven repository once, are checked each time, and are never used unless the lock names them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hub.broker.errors import KafkaUnavailable
from hub.broker.fetch import LOCK, ensure_kafka, kafka_version, read_lock

CONTENT = {"nl.voorbeeld:kern:1.2.3": b"the first jar", "nl.voorbeeld.diep:tak:4.5": b"the second jar"}


class Repository:
    """A Maven repository over HTTP."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: list[str] = []
        repository = self

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                repository.asked.append(self.path)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def put(self, coordinate: str, content: bytes) -> None:
        group, artifact, version = coordinate.split(":")
        place = self.root / group.replace(".", "/") / artifact / version
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{artifact}-{version}.jar").write_bytes(content)
        (place / f"{artifact}-{version}.jar.sha1").write_text(hashlib.sha1(content).hexdigest())

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    running = Repository(tmp_path / "repository")
    for coordinate, content in CONTENT.items():
        running.put(coordinate, content)
    monkeypatch.setenv("HUB_MAVEN", running.url)
    yield running
    running.close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    lines = [f"{hashlib.sha256(content).hexdigest()}  {coordinate}" for coordinate, content in CONTENT.items()]
    (tmp_path / "kafka.lock").write_text("# a comment\n" + "\n".join(lines) + "\n")
    return tmp_path / "kafka.lock"


def test_what_is_missing_is_fetched_and_works_offline_afterwards(
    repository: Repository, lock: Path, tmp_path: Path
) -> None:
    fetched = ensure_kafka(tmp_path / "cache", lock)
    assert [path.read_bytes() for path in fetched] == list(CONTENT.values())
    repository.close()
    assert ensure_kafka(tmp_path / "cache", lock) == fetched
    assert {path.name for path in (tmp_path / "cache" / "kafka-1.2.3").iterdir()} == {path.name for path in fetched}


def test_without_maven_on_the_machine(
    repository: Repository, lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("mvn") is None
    assert len(ensure_kafka(tmp_path / "cache", lock)) == 2


def test_a_jar_that_the_lock_does_not_know_is_thrown_away(repository: Repository, lock: Path, tmp_path: Path) -> None:
    repository.put("nl.voorbeeld:kern:1.2.3", b"the first jar, and something else")
    with pytest.raises(KafkaUnavailable, match=r"kern-1\.2\.3\.jar as fetched is not the file that kafka\.lock names"):
        ensure_kafka(tmp_path / "cache", lock)
    assert not list((tmp_path / "cache").rglob("kern*"))


def test_a_jar_that_was_changed_in_the_cache_is_fetched_again(
    repository: Repository, lock: Path, tmp_path: Path
) -> None:
    first, second = ensure_kafka(tmp_path / "cache", lock)
    first.write_bytes(b"changed")
    repository.asked.clear()
    ensure_kafka(tmp_path / "cache", lock)
    assert first.read_bytes() == CONTENT["nl.voorbeeld:kern:1.2.3"]
    assert not [path for path in repository.asked if second.name in path]


def test_a_changed_jar_is_not_used_offline(repository: Repository, lock: Path, tmp_path: Path) -> None:
    first, _ = ensure_kafka(tmp_path / "cache", lock)
    first.write_bytes(b"changed")
    repository.close()
    with pytest.raises(KafkaUnavailable):
        ensure_kafka(tmp_path / "cache", lock)


def test_when_it_cannot_be_fetched_one_sentence_says_what_to_do(
    repository: Repository, lock: Path, tmp_path: Path
) -> None:
    repository.close()
    with pytest.raises(KafkaUnavailable) as refused:
        ensure_kafka(tmp_path / "cache", lock)
    assert str(refused.value).endswith(
        "jar of Apache Kafka is not in the cache and could not be fetched from the Maven repository; connect to the"
        " internet once, set HUB_MAVEN to a mirror's URL, or copy a filled cache and set HUB_CACHE."
    )


def test_a_cache_that_cannot_be_written_is_one_sentence(repository: Repository, lock: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(KafkaUnavailable, match="set HUB_CACHE to a directory that can be written"):
        ensure_kafka(tmp_path / "cache", lock)


def test_the_lock_pins_every_jar_of_one_kafka_4() -> None:
    jars = read_lock(LOCK)
    assert kafka_version().split(".")[0] == "4"
    assert all(len(jar.sha256) == 64 for jar in jars)
    assert len({jar.filename for jar in jars}) == len(jars) > 40
    versions = {jar.version for jar in jars if jar.coordinate.startswith("org.apache.kafka:")}
    assert versions == {kafka_version()}


def test_a_wrong_word_on_the_command_line_is_wrong_use() -> None:
    ended = subprocess.run([sys.executable, "-m", "hub.broker.fetch", "everything"], capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
