# SPDX-License-Identifier: EUPL-1.2
"""The broker's data directory: what lies where in it, whose it is now, and whether this version may open it."""

from __future__ import annotations

import errno
import fcntl
import json
import shutil
from pathlib import Path
from typing import IO

from hub.broker.errors import BrokerError, DataDirectoryRefused, DiskFull
from hub.broker.fetch import kafka_version
from hub.whole_file import UNFINISHED, write_whole

LAYOUT = 1
"""Of the files in the directory; another number is another version's directory."""


class Directory:
    """One broker's files. ``occupy()`` before anything is read or written, ``vacate()`` at the end."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.version = self.root / "VERSION"
        self.lock = self.root / "lock"
        self.ports = self.root / "ports.json"
        self.properties = self.root / "server.properties"
        self.logging = self.root / "log4j2.properties"
        self.authority = self.root / "ca"
        self.certificates = self.root / "certificates"
        self.records = self.root / "records"
        self.scratch = self.root / "scratch"
        self.log = self.root / "broker.log"
        self.console = self.root / "console.log"
        self._held: IO[str] | None = None

    def occupy(self) -> None:
        """Take the directory for this process; the kernel gives it back when the process ends, however that is.

        Raises DataDirectoryRefused for another process's, another version's, or somebody else's directory.
        """
        if self.root.exists() and not self.root.is_dir():
            raise DataDirectoryRefused("The broker's data directory is a file; name a directory with --data.")
        if self.root.exists() and not self.version.exists() and not self._interrupted():
            raise DataDirectoryRefused(
                "The broker's data directory holds files that are not the broker's; name an empty one with --data."
            )
        self.vacate()  # a broker that died by itself left it occupied by us
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._held = self.lock.open("a")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataDirectoryRefused(
                "Another process runs the broker of this data directory; stop it or name another directory with --data."
            ) from error
        self._check_version()

    def vacate(self) -> None:
        """Give the directory back."""
        if self._held:
            self._held.close()
            self._held = None

    def mark(self) -> None:
        """Record which version's directory this is; an older Kafka's becomes ours from here on."""
        marker = json.dumps({"layout": LAYOUT, "kafka": kafka_version()}).encode()
        if not self.version.exists() or self.version.read_bytes() != marker:
            write_whole(self.version, marker)

    def check_room(self, least_free_bytes: int) -> None:
        """Raises DiskFull when the disk has less than ``least_free_bytes`` left."""
        if shutil.disk_usage(self.root).free < least_free_bytes:
            raise disk_full()

    def _check_version(self) -> None:
        if not self.version.exists():
            return
        try:
            found = json.loads(self.version.read_text(encoding="utf-8"))
            # Kafka reads the records of an older one, never of a newer one.
            fits = found["layout"] == LAYOUT and _numbers(found["kafka"]) <= _numbers(kafka_version())
        except (ValueError, KeyError, TypeError, AttributeError):
            fits = False
        if not fits:
            raise DataDirectoryRefused(
                "The broker's data directory is of another version than this one"
                f" (Kafka {kafka_version()}, layout {LAYOUT}); start it with the version that made it,"
                " or name another directory with --data."
            )

    def _interrupted(self) -> bool:
        """Whether an unmarked directory holds nothing but what an interrupted first start leaves."""
        ours = {self.lock, self.ports, self.properties, self.logging, self.authority, self.certificates}
        ours |= {self.records, self.scratch, self.log, self.console}
        return all(entry in ours or entry.name.endswith(UNFINISHED) for entry in self.root.iterdir())


def disk_full() -> DiskFull:
    """The error for a disk without room."""
    return DiskFull("The disk of the broker's data directory is full; make room or name another directory with --data.")


def unusable(error: OSError) -> BrokerError:
    """The error for a directory that the operating system will not let us use."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full()
    return DataDirectoryRefused(
        f"The broker's data directory cannot be used ({error.strerror}); name another directory with --data."
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
