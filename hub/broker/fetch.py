# SPDX-License-Identifier: EUPL-1.2
"""Kafka's jars: exactly those that ``kafka.lock`` names, each checked against its SHA-256 before every start.

``ensure_kafka()`` downloads what is missing (jgo's own Python resolver, no Maven needed) and works offline afterwards.
``python -m hub.broker.fetch lock`` resolves ``KAFKA`` again and rewrites the lock: the way to another Kafka version.
Not for starting anything: see ``kafka.py``.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.broker.errors import KafkaUnavailable

if TYPE_CHECKING:  # jgo loads slowly, and is wanted once: when jars are missing
    from jgo.maven import MavenContext

KAFKA = "org.apache.kafka:kafka_2.13:4.1.2"
# From Kafka's log calls (slf4j 1.7) to log4j; Kafka's own distribution adds it as well. Resolved by itself: in one
# resolution jgo takes log4j's dependency management for everybody's and brings kafka-clients back to 3.9.
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3"
LOCK = Path(__file__).with_name("kafka.lock")
REPOSITORY_VARIABLE = "HUB_MAVEN"
CACHE_VARIABLE = "HUB_CACHE"
PARALLEL_DOWNLOADS = 6


@dataclass(frozen=True, slots=True)
class LockedJar:
    """One line of the lock: ``sha256  group:artifact:version``."""

    coordinate: str
    sha256: str

    @property
    def version(self) -> str:
        return self.coordinate.split(":")[2]

    @property
    def filename(self) -> str:
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


def read_lock(lock: Path = LOCK) -> tuple[LockedJar, ...]:
    """The locked jars in class path order; Kafka itself is the first."""
    lines = (line.split("#", 1)[0].split() for line in lock.read_text(encoding="utf-8").splitlines())
    return tuple(LockedJar(coordinate, sha256) for sha256, coordinate in (words for words in lines if words))


def kafka_version(lock: Path = LOCK) -> str:
    """The version of Kafka that the lock names, such as ``4.1.2``."""
    return read_lock(lock)[0].version


def default_cache() -> Path:
    """``HUB_CACHE``, or the user's cache directory: shared by every data directory, holds nothing but public jars."""
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "inburgeringshub"


def ensure_kafka(cache_dir: Path | None = None, lock: Path = LOCK) -> list[Path]:
    """The paths of all locked jars, verified; fetches what is missing or spoiled. Raises KafkaUnavailable."""
    jars = read_lock(lock)
    home = (cache_dir or default_cache()) / f"kafka-{kafka_version(lock)}"
    missing = [jar for jar in jars if _sha256(home / jar.filename) != jar.sha256]
    if missing:
        try:
            home.mkdir(parents=True, exist_ok=True)
            # Downloads land in a directory of this process and are moved in one by one: two may fetch at once.
            with tempfile.TemporaryDirectory(dir=home, prefix=".fetch-") as scratch:
                context = _context(Path(scratch))
                with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
                    list(pool.map(lambda jar: _fetch(jar, context, home), missing))
        except OSError as error:
            raise KafkaUnavailable(
                f"Apache Kafka could not be stored in the cache ({error.strerror or error});"
                f" make room or set {CACHE_VARIABLE} to a directory that can be written."
            ) from error
    return [home / jar.filename for jar in jars]


def _fetch(jar: LockedJar, context: MavenContext, home: Path) -> None:
    group, artifact, version = jar.coordinate.split(":")
    try:
        fetched = Path(context.project(group, artifact).at_version(version).artifact().resolve())
    except (
        Exception
    ) as error:  # jgo lets requests', urllib3's and its own errors through: all of them mean "not to be had"
        raise KafkaUnavailable(
            f"{jar.filename} of Apache Kafka is not in the cache and could not be fetched from the Maven repository;"
            f" connect to the internet once, set {REPOSITORY_VARIABLE} to a mirror's URL,"
            f" or copy a filled cache and set {CACHE_VARIABLE}."
        ) from error
    if _sha256(fetched) != jar.sha256:
        raise KafkaUnavailable(
            f"{jar.filename} as fetched is not the file that kafka.lock names by its SHA-256, so it was thrown away;"
            f" fetch it from a repository you trust ({REPOSITORY_VARIABLE})."
        )
    fetched.replace(home / jar.filename)


def _context(repo_cache: Path) -> MavenContext:
    from jgo.maven import MavenContext

    mirror = os.environ.get(REPOSITORY_VARIABLE)
    return MavenContext(repo_cache=repo_cache, remote_repos={"central": mirror} if mirror else None)


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None


def make_lock(lock: Path = LOCK) -> None:
    """Resolve ``KAFKA`` with jgo and write every runtime jar with its SHA-256 to the lock."""
    import jgo

    artifacts = [*jgo.resolve(KAFKA), jgo.resolve(LOGGING)[0]]
    lines = [
        "# Every jar of the embedded broker, in class path order: sha256, then group:artifact:version.",
        "# Made by `python -m hub.broker.fetch lock` from the coordinates in fetch.py; do not edit.",
    ]
    for artifact in artifacts:
        coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
        lines.append(f"{_sha256(Path(artifact.resolve()))}  {coordinate}")
    lock.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """``lock`` rewrites the lock, ``fetch`` fills the cache: for an image or a machine that goes offline later."""
    match arguments:
        case ["lock"]:
            make_lock()
        case ["fetch"]:
            ensure_kafka()
        case _:
            sys.stderr.write("Use `python -m hub.broker.fetch lock` or `python -m hub.broker.fetch fetch`.\n")
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
