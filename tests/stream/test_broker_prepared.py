# SPDX-License-Identifier: EUPL-1.2
"""What is made ahead of time spares a broker's start work, and no start depends on it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from hub.broker import ahead
from hub.broker.directory import Directory
from hub.broker.fetch import ensure_kafka
from hub.broker.java import Java, find_java
from hub.broker.kafka import Broker
from hub.broker.prepare import prepare
from hub.broker.settings import java_command
from tests.machine import not_to_be_had


@pytest.fixture(scope="module")
def java() -> Java:
    found = find_java()
    if found.major < ahead.OLDEST:
        not_to_be_had(f"a Java of {ahead.OLDEST} or newer")
    return found


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache of its own, with the jars."""
    jars = ensure_kafka()
    shutil.copytree(
        jars[0].parent, tmp_path / "cache" / jars[0].parent.name, ignore=shutil.ignore_patterns("*.aot", ".*")
    )
    return tmp_path / "cache"


def test_it_is_made_once_and_used(java: Java, cache: Path, tmp_path: Path) -> None:
    jars = ensure_kafka(cache)
    assert ahead.use(java, jars) == []
    made = prepare(cache)
    assert made is not None and made.parent == jars[0].parent
    when = made.stat().st_mtime_ns
    assert prepare(cache) == made and made.stat().st_mtime_ns == when
    assert [path.name for path in made.parent.glob(".*")] == [], "nothing half-made is left"
    tool = ["kafka.tools.StorageTool", "--help"]
    ran = java_command(java, jars, Directory(tmp_path), tool, [*ahead.use(java, jars), "-Xlog:class+load"])
    told = subprocess.run(ran, capture_output=True, text=True, check=False).stdout
    assert told.count("source: shared objects file") > 400, told[-2000:]


def test_a_file_that_is_spoiled_is_done_without(java: Java, cache: Path, tmp_path: Path) -> None:
    file = ahead.place(java, ensure_kafka(cache))
    file.write_bytes(b"no archive" * 1000)
    with Broker(tmp_path / "broker", cache_dir=cache) as broker:
        assert broker.pid is not None
    assert prepare(cache) == file, "what is there is left to Java to judge"
