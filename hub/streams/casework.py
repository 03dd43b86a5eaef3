# SPDX-License-Identifier: EUPL-1.2
"""One turn's dossiers: their state rows, opened with the persons' keys, and sealed again when the turn is committed.

A row's key names the dossier and the bucket; its value is sealed and bound to that key, so that a row cannot be moved
to another dossier or bucket. The agenda (which dossier to look at on which day) is plain: it says nothing about a
person but that there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import orjson

from hub.dossier.feiten.rows import Rows
from hub.streams.turn import Turn
from hub.vault.keys import Gewist, PersonKey


def row_key(dossier: str, bucket: str) -> bytes:
    return f"d/{dossier}/{bucket}".encode()


def agenda_key(dossier: str) -> bytes:
    """The row that says on which day of the agenda a dossier stands."""
    return f"g/{dossier}".encode()


SIGNALS = b"o/"


def signals_key(dossier: str) -> bytes:
    """The row that says about which organisations a dossier has open signals: who they are about is no secret of it."""
    return SIGNALS + dossier.encode()


def mark(dossier: str) -> bytes:
    """The row that says that the log erased this dossier: from that place on it is gone, whatever the vault still
    has."""
    return f"w/{dossier}".encode()


class Case:
    """One dossier within one turn."""

    def __init__(self, turn: Turn, dossier: str, key: PersonKey) -> None:
        self._turn, self.dossier, self.key = turn, dossier, key
        self.rows = Rows(self._read)

    def _read(self, bucket: str) -> dict[str, Any] | None:
        name = row_key(self.dossier, bucket)
        sealed = self._turn.get(name)
        return None if sealed is None else orjson.loads(self.key.open(sealed, name))

    def buckets(self) -> list[str]:
        """Every bucket that this dossier has, those of this very turn included."""
        prefix = row_key(self.dossier, "")
        stored = {name.removeprefix(prefix).decode() for name, _ in self._turn.scan(prefix)}
        return sorted(stored | set(self.rows.changed()))

    def plan(self, day: date | None) -> None:
        """Put the dossier on the agenda of `day`, and off the day where it stood."""
        pointer = agenda_key(self.dossier)
        standing = self._turn.get(pointer)
        wanted = day.isoformat().encode() if day else None
        if standing == wanted:
            return
        if standing is not None:
            self._turn.delete(b"a/" + standing + b"/" + self.dossier.encode())
        if wanted is None:
            self._turn.delete(pointer)
        else:
            self._turn.put(pointer, wanted)
            self._turn.put(b"a/" + wanted + b"/" + self.dossier.encode(), b"")

    def about(self, organisations: list[str]) -> None:
        """Note about which organisations the dossier has open signals."""
        name, wanted = signals_key(self.dossier), orjson.dumps(organisations)
        standing = self._turn.get(name)
        if organisations and standing != wanted:
            self._turn.put(name, wanted)
        elif not organisations and standing is not None:
            self._turn.delete(name)

    def save(self) -> None:
        for bucket, row in self.rows.changed().items():
            name = row_key(self.dossier, bucket)
            if row is None:
                self._turn.delete(name)
            else:
                self._turn.put(name, self.key.seal(orjson.dumps(row, option=orjson.OPT_SORT_KEYS), name))


class Cases:
    """The dossiers that one turn touches; each is read once and written once, however many of its events the turn
    holds."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._keys: dict[str, PersonKey | Gewist] = {}
        self._open: dict[str, Case] = {}

    def provide(self, keys: dict[str, PersonKey | Gewist]) -> None:
        self._keys |= keys

    def living(self, dossiers: Iterable[str]) -> set[str]:
        """Those that this partition's log has not erased: of the others no key is asked for."""
        return {dossier for dossier in dossiers if self._turn.get(mark(dossier)) is None}

    def get(self, dossier: str) -> Case | Gewist:
        case = self._open.get(dossier)
        if case is None:
            if self._turn.get(mark(dossier)) is not None:
                return Gewist(dossier)
            key = self._keys[dossier]
            if isinstance(key, Gewist):
                return key
            case = self._open[dossier] = Case(self._turn, dossier, key)
        return case

    def erase(self, dossier: str) -> None:
        """Leave nothing of a dossier but its mark: stored rows, what this turn wrote of it, its day on the agenda."""
        self._open.pop(dossier, None)
        for name, _ in list(self._turn.scan(row_key(dossier, ""))):
            self._turn.delete(name)
        if self._turn.get(signals_key(dossier)) is not None:
            self._turn.delete(signals_key(dossier))
        pointer = agenda_key(dossier)
        if (day := self._turn.get(pointer)) is not None:
            self._turn.delete(b"a/" + day + b"/" + dossier.encode())
            self._turn.delete(pointer)
        self._turn.put(mark(dossier), b"1")

    def with_signals_about(self, oin: str) -> list[str]:
        """The dossiers with an open signal about an organisation."""
        found = self._turn.scan(SIGNALS)
        return [name.removeprefix(SIGNALS).decode() for name, value in found if oin in orjson.loads(value)]

    def due(self, day: date) -> list[str]:
        """The dossiers on the agenda of `day` or before, the longest due first."""
        end = b"a/" + day.isoformat().encode() + b"0"  # '0' follows '/': every dossier of that day is included
        return [name.rsplit(b"/", 1)[1].decode() for name, _ in self._turn.scan(b"a/", end=end)]

    def save(self) -> None:
        for case in self._open.values():
            case.save()

    def __iter__(self) -> Iterator[Case]:
        return iter(self._open.values())
