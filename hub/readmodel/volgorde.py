# SPDX-License-Identifier: EUPL-1.2
"""The order in which the audit log took what it read, in a file beside its database.

The partitions of `hub.audit` are read at once, so which of two turns came first is chance; but partners have signed the
tree that came of it. A database that is put back from a backup reads on from where it was then, and adds by this file
in the order of before: the same tree comes of it, and what witnesses kept still fits. So the file is not put back with
the database. It belongs to the log: where that is put back, so is this file.

One entry of 32 bytes a turn, only ever added to, on disk before the turn is in the database.
"""

from __future__ import annotations

import os
import struct
from dataclasses import astuple, dataclass
from pathlib import Path

_ENTRY = struct.Struct("<4Q")


class OrderLost(Exception):
    """Nobody knows any more in which order the log was made, or what stood there; the worker must stop."""


@dataclass(frozen=True, slots=True)
class Beurt:
    """One turn: `aantal` records of a partition, which follow the first `omvang` leaves; and the offset behind them."""

    omvang: int
    aantal: int
    partitie: int
    volgende: int

    @property
    def einde(self) -> int:
        return self.omvang + self.aantal


class Volgorde:
    """The file at `path`. Only who has the audit log's own lock adds to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def at(self, size: int) -> Beurt | None:
        """The turn that once followed the first `size` leaves, or in whose midst that is; None at the end of all.

        Raises OrderLost where later turns are known and this one is not.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return None
        with file:
            low, high = 0, self._count()
            if not high or self._read(file.fileno(), high - 1).einde <= size:
                return None
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self._read(file.fileno(), middle).omvang <= size else (low, middle)
            found = self._read(file.fileno(), low)
        if not found.omvang <= size < found.einde:
            raise OrderLost(
                f"{self.path.name} does not say what came after the first {size} records of the audit log: put back a "
                "newer backup of the database, or move that file away and tell the witnesses that the log begins anew."
            )
        return found

    def add(self, turn: Beurt) -> None:
        """Write it, and return when it is on disk."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, _ENTRY.pack(*astuple(turn)), self._count() * _ENTRY.size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _count(self) -> int:
        """Whole entries: one that was cut off was never followed by its turn, and is written over."""
        return self.path.stat().st_size // _ENTRY.size

    def _read(self, descriptor: int, number: int) -> Beurt:
        return Beurt(*_ENTRY.unpack(os.pread(descriptor, _ENTRY.size, number * _ENTRY.size)))
