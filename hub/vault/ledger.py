# SPDX-License-Identifier: EUPL-1.2
"""The erasure ledger: which dossiers were erased, when, and where the proof stands. A file beside the vault, not in it.

One line of JSON a dossier, only ever added to, without personal data. It is applied before a vault opens, so that a
vault restored from a backup does not bring back who was erased. Keep it where a restored backup does not overwrite it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

from hub.vault.kek import KeyMissing

LEDGER = "gewist.jsonl"


class LedgerBroken(KeyMissing):
    """The ledger cannot be trusted, so nobody knows who was erased: the process must stop."""


@dataclass(frozen=True, slots=True)
class Erased:
    """One dossier; the proof is the leaf of the audit tree that says so, by number and hash (hex)."""

    dossier: str
    op: datetime
    blad: int
    sha256: str


class Ledger:
    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[Erased]:
        """All entries in the order of writing. Raises LedgerBroken.

        What follows the last line end was never finished: its key was not destroyed either, and its erasure resumes.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        lines = content.split(b"\n")[:-1]
        return [self._entry(number, line) for number, line in enumerate(lines, start=1)]

    def add(self, erased: Iterable[Erased]) -> None:
        """Write entries, and return when they are on disk. A dossier that is in the ledger is not written again."""
        known = {one.dossier for one in self.entries()}
        new = [one for one in erased if one.dossier not in known]
        if not new:
            return
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            whole = file.read().rfind(b"\n") + 1
            file.truncate(whole)
            file.seek(whole)
            file.write(b"".join(map(_line, new)))
            file.flush()
            os.fsync(file.fileno())
        directory = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _entry(self, number: int, line: bytes) -> Erased:
        try:
            found = orjson.loads(line)
            return Erased(found["dossier"], datetime.fromisoformat(found["op"]), int(found["blad"]), found["sha256"])
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerBroken(
                f"Line {number} of the erasure ledger {self.path.name} cannot be read: put back the file as it was."
            ) from error


def _line(one: Erased) -> bytes:
    return orjson.dumps({**asdict(one), "op": one.op.isoformat()}, option=orjson.OPT_SORT_KEYS) + b"\n"


def dossiers_in(entries: Sequence[Erased]) -> dict[str, datetime]:
    """When each dossier was erased."""
    return {one.dossier: one.op for one in entries}
