# SPDX-License-Identifier: EUPL-1.2
"""State of one partition behind one interface: rows of bytes, ordered by key, in memory or on disk.

A store is a copy of one partition of a state topic up to an offset, and knows which topic that is. It is a cache: it
may be thrown away at any moment and is read back from the topic. What the rows mean, sealing and transactions live
elsewhere.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rocksdict import AccessType, BlockBasedOptions, Cache, Options, Rdict, WriteBatch
from sortedcontainers import SortedDict

from hub.streams.errors import StoreLocked

__all__ = ["EMPTY", "Applied", "MemoryStore", "RocksStore", "Row", "Store"]

Row = tuple[bytes, bytes | None]
"""Key and value; None deletes."""


@dataclass(frozen=True)
class Applied:
    """What a store is a copy of."""

    source: str
    """Cluster, topic and partition; the topic by its id, so that a topic made anew is another one."""
    offset: int
    """The next offset of the state topic that the store does not have."""
    at: float
    """When it was last known to be a full copy up to that offset (seconds since the epoch)."""


EMPTY = Applied("", 0, 0.0)


class Store(Protocol):
    """Rows of one partition, and up to where they were applied."""

    applied: Applied

    def get(self, key: bytes) -> bytes | None:
        """The row's value, or None."""

    def scan(self, start: bytes, end: bytes | None) -> Iterator[tuple[bytes, bytes]]:
        """Rows with ``start <= key < end`` in key order; None is no end. Stable only while nothing is applied."""

    def apply(self, rows: Iterable[Row], offset: int) -> None:
        """Take rows over, and with them, or not at all, ``offset`` as the next one to read."""

    def reset(self, source: str) -> None:
        """Empty the store and make it a copy of ``source``, from offset 0."""

    def close(self) -> None:
        """Let go of files; the store is not used after it."""


class MemoryStore:
    """A dict that knows its order. Empty at every start."""

    def __init__(self) -> None:
        self.applied = EMPTY
        self._rows: Any = SortedDict()

    def get(self, key: bytes) -> bytes | None:
        value: bytes | None = self._rows.get(key)
        return value

    def scan(self, start: bytes, end: bytes | None) -> Iterator[tuple[bytes, bytes]]:
        for key in self._rows.irange(start, end, (True, False)):
            yield key, self._rows[key]

    def apply(self, rows: Iterable[Row], offset: int) -> None:
        present = self._rows
        for key, value in rows:
            if value is None:
                present.pop(key, None)
            else:
                present[key] = value
        self.applied = Applied(self.applied.source, offset, time.time())

    def reset(self, source: str) -> None:
        self._rows.clear()
        self.applied = Applied(source, 0, time.time())

    def close(self) -> None:
        self._rows.clear()


class RocksStore:
    """RocksDB in a directory of its own; rows and offset go to disk in one write batch.

    The write-ahead log is not synced: a power cut may lose the last batches, each of them whole, and the state topic
    still has them. Files that cannot be read are thrown away for the same reason.
    """

    _APPLIED = b"\x00\x00applied"
    """Below every key that a turn may write; never sent to the state topic."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
        except Exception as failure:  # rocksdict knows no other: the message's first words tell the kinds apart
            if "lock" in str(failure):
                raise StoreLocked(
                    f"The state in {directory.name!r} is held by another process: stop that worker, "
                    "or give this one a data directory of its own."
                ) from failure
            if not str(failure).startswith(("Corruption", "Invalid argument")):
                raise
            self._discard()

    def _open(self) -> None:
        self._db = Rdict(str(self._directory), _options(), access_type=AccessType.read_write())
        known = self._db.get(self._APPLIED)
        self.applied = Applied(**json.loads(known)) if known else EMPTY

    def _discard(self) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)
        self._open()

    def get(self, key: bytes) -> bytes | None:
        value: bytes | None = self._db.get(key)
        return value

    def scan(self, start: bytes, end: bytes | None) -> Iterator[tuple[bytes, bytes]]:
        for key, value in self._db.items(from_key=start):
            if end is not None and key >= end:
                return
            if key != self._APPLIED:
                yield key, value

    def apply(self, rows: Iterable[Row], offset: int) -> None:
        batch = WriteBatch(raw_mode=True)
        for key, value in rows:
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        self._write(batch, Applied(self.applied.source, offset, time.time()))

    def reset(self, source: str) -> None:
        self._db.close()
        self._discard()
        self._write(WriteBatch(raw_mode=True), Applied(source, 0, time.time()))

    def _write(self, batch: WriteBatch, applied: Applied) -> None:
        batch.put(self._APPLIED, json.dumps(applied.__dict__).encode())
        self._db.write(batch)
        self.applied = applied

    def close(self) -> None:
        self._db.close()


def _options() -> Options:
    """Small buffers: a worker has a dozen stores open, and RocksDB's defaults are for one."""
    blocks = BlockBasedOptions()
    blocks.set_block_cache(Cache(8 * 1024 * 1024))
    blocks.set_bloom_filter(10, False)
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_write_buffer_size(8 * 1024 * 1024)
    options.set_max_write_buffer_number(2)
    options.set_keep_log_file_num(1)
    options.set_block_based_table_factory(blocks)
    return options
