# SPDX-License-Identifier: EUPL-1.2
"""What was sent from files: so that the same row sent again is nothing, and a changed row is a correction. A cell that
is empty now takes its field's value away.

A row is known by its natural key (its event id). Kept, sealed: what it said last, and what the hub answered. Recording
and spooling are one transaction: a row is either on its way and remembered, or neither. Not here: reading files.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from connectors.carrying import AnotherReader, carry
from connectors.delivery import Delivery
from connectors.files import Afgekeurd, Melding
from connectors.files.rows import event_id
from connectors.letters import Event, Packed
from connectors.sending import event_of
from connectors.spool import Spool
from connectors.way import Way
from schemas.corrections import correctie_of, difference

ACCEPTED, REFUSED = "aanlevering-aanvaard", "aanlevering-geweigerd"
CORRECTION, WITHDRAWAL = "correctie", "intrekking"
QUIET_SECONDS = 1.5


class Gevolg(StrEnum):
    """What becomes of a row."""

    NIEUW = "nieuw"
    GECORRIGEERD = "gecorrigeerd"
    ONGEWIJZIGD = "ongewijzigd"


@dataclass(frozen=True, slots=True)
class _Said:
    """What was sent under one id. `vorige` is what it said before a correction that has no answer yet."""

    gebeurtenis: str
    data: dict[str, Any]
    gebeurd: str
    versie: int = 1
    stand: str = ""
    toelichting: str = ""
    vorige: dict[str, Any] | None = None
    waar: tuple[str, str, int] = ("", "", 0)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that the hub refused: where it stood, and why. `id`: the row's own, also where a correction was refused."""

    id: str
    bestand: str
    blad: str
    regelnummer: int
    uitleg: str


@dataclass(slots=True)
class Recorded:
    """What came of a file's rows."""

    ids: dict[Gevolg, list[str]] = field(default_factory=lambda: {gevolg: [] for gevolg in Gevolg})
    rejected: list[Afgekeurd] = field(default_factory=list)

    @property
    def sent(self) -> list[str]:
        """The ids of what is on its way now, corrections by the id of their own."""
        return [*self.ids[Gevolg.NIEUW], *self.ids[Gevolg.GECORRIGEERD]]


class Ledger:
    """The ledger of one store. A place (`carrying.Place`) for receipts."""

    def __init__(self, spool: Spool, source: str) -> None:
        self._spool, self._store, self._name = spool, spool.store, f"bonnen {source}"

    # rows

    def record(self, rows: Sequence[Melding], namespace: UUID, bestand: str) -> Recorded:
        """Spool what is new and what changed, and remember it: one transaction. Raises SpoolFull."""
        found, packed = Recorded(), []
        with self._store.transaction() as connection:
            for row in rows:
                outcome = self._outcome(connection, row, namespace, bestand)
                if isinstance(outcome, Afgekeurd):
                    found.rejected.append(outcome)
                    continue
                gevolg, event = outcome
                found.ids[gevolg].append(event.id)
                if gevolg is not Gevolg.ONGEWIJZIGD:
                    packed.append(Packed.of(event, waits=True))
                    connection.execute("DELETE FROM onverteld WHERE id = ?", (row.id,))  # another answer will come
            self._spool.put(packed, connection)
        return found

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Which of these were recorded, and not refused by the hub."""
        with self._store.transaction() as connection:
            said = {one: self._said(connection, one) for one in ids}
        return frozenset(one for one, found in said.items() if found is not None and found.stand != REFUSED)

    def _outcome(
        self, connection: sqlite3.Connection, row: Melding, namespace: UUID, bestand: str
    ) -> tuple[Gevolg, Event] | Afgekeurd:
        event, known = event_of(row), self._said(connection, row.id)
        said = _Said(row.gebeurtenis, row.data, row.gebeurd.isoformat(), waar=(bestand, row.blad, row.regelnummer))
        if known is None or known.stand == REFUSED:  # of what was refused nothing is known: its id is free again
            self._keep(connection, row.id, said)
            return Gevolg.NIEUW, event
        if known.data == row.data and known.gebeurd == said.gebeurd:
            return Gevolg.ONGEWIJZIGD, event
        patch = difference(known.data, row.data)
        if not patch:
            uitleg = (
                "Deze regel is eerder gemeld en heeft een andere datum; een correctie kan dat niet overbrengen. Vul in wat"
                " er stond, of trek de regel in en meld haar onder een ander kenmerk."
            )
            return Afgekeurd(row.regelnummer, "", "", uitleg, row.blad)
        change = {"betreft": row.id, "gebeurtenis": row.gebeurtenis, **correctie_of(patch)}
        versie = known.versie + 1
        # with its number: back to what it said at first is a correction too, and not the one before
        parts = (row.id, str(versie), orjson.dumps(change, option=orjson.OPT_SORT_KEYS).decode())
        identity = event_id(namespace, CORRECTION, parts)
        vorige = known.vorige if known.vorige is not None else {"data": known.data, "gebeurd": known.gebeurd}
        self._keep(connection, row.id, replace(said, versie=versie, vorige=vorige, stand=known.stand))
        connection.execute("INSERT OR REPLACE INTO verwijzing VALUES (?, ?)", (identity, row.id))
        return Gevolg.GECORRIGEERD, Event(CORRECTION, row.persoon, change, row.gebeurd, identity)

    # receipts

    def waiting(self) -> bool:
        """Whether anything that was sent has no answer yet."""
        with self._store.transaction() as connection:
            return connection.execute("SELECT 1 FROM verzonden WHERE wacht LIMIT 1").fetchone() is not None

    async def follow(self, way: Way, *, until_quiet: float = QUIET_SECONDS) -> None:
        """Read the receipts that came. Raises what `carrying.carry` raises."""
        await carry(way, self, until_quiet=until_quiet)

    def refusals(self) -> list[Refusal]:
        """What the hub refused and nobody was told yet, in the order of the files."""
        found = []
        with self._store.transaction() as connection:
            for (one,) in connection.execute("SELECT id FROM onverteld").fetchall():
                said = self._said(connection, one)
                if said is not None and said.toelichting:
                    found.append(Refusal(one, *said.waar, said.toelichting))
        return sorted(found, key=lambda one: (one.bestand, one.blad, one.regelnummer))

    def told(self, refusals: Iterable[Refusal]) -> None:
        """Whose rows these are knows of them now."""
        with self._store.transaction() as connection:
            connection.executemany("DELETE FROM onverteld WHERE id = ?", [(one.id,) for one in refusals])

    def unanswered(self, ids: Iterable[str]) -> int:
        """How many of these (an event's own id, or a correction's) have no answer yet."""
        with self._store.transaction() as connection:
            rows = connection.execute(
                "SELECT id FROM verzonden WHERE wacht UNION"
                " SELECT verwijzing.id FROM verwijzing JOIN verzonden ON verzonden.id = naar WHERE wacht"
            )
            waiting = {one for (one,) in rows}
        return sum(one in waiting for one in ids)

    async def position(self) -> int | None:
        return await asyncio.to_thread(self._position)

    async def take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        await asyncio.to_thread(self._take, deliveries, was, becomes)

    def _position(self) -> int | None:
        with self._store.transaction() as connection:
            row = connection.execute("SELECT positie FROM positie WHERE naam = ?", (self._name,)).fetchone()
        return None if row is None else int(row[0])

    def _take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        with self._store.transaction() as connection:
            row = connection.execute("SELECT positie FROM positie WHERE naam = ?", (self._name,)).fetchone()
            if (None if row is None else row[0]) != was:
                raise AnotherReader("Another `connect send` reads receipts for this partner: wait until it is done.")
            for one in deliveries:
                if one.gebeurtenis in (ACCEPTED, REFUSED):
                    self._answer(connection, one)
            connection.execute("INSERT OR REPLACE INTO positie VALUES (?, ?)", (self._name, becomes))

    def _answer(self, connection: sqlite3.Connection, receipt: Delivery) -> None:
        about = str(receipt.data.get("betreft", ""))
        original = self._original(connection, about)
        said = self._said(connection, original)
        if said is None:
            return
        uitleg = str(receipt.data.get("toelichting") or receipt.data.get("reden") or "")
        corrects = about != original
        if receipt.gebeurtenis == ACCEPTED:
            said = replace(said, stand=said.stand or ACCEPTED, vorige=None if corrects else said.vorige, toelichting="")
        elif not corrects:
            said = replace(said, stand=REFUSED, toelichting=uitleg or "Geweigerd.", vorige=None)
        else:  # it did not count: the row says again what it said before
            before = said.vorige or {"data": said.data, "gebeurd": said.gebeurd}
            said = replace(said, data=before["data"], gebeurd=before["gebeurd"], vorige=None, toelichting=uitleg)
        if said.toelichting:
            connection.execute("INSERT OR IGNORE INTO onverteld VALUES (?)", (original,))
        # the answer to a report may come after the report was corrected here: then the correction's is still to come
        self._keep(connection, original, said, waits=said.vorige is not None)

    # rows of the store

    def _original(self, connection: sqlite3.Connection, id_: str) -> str:
        row = connection.execute("SELECT naar FROM verwijzing WHERE id = ?", (id_,)).fetchone()
        return id_ if row is None else str(row[0])

    def _said(self, connection: sqlite3.Connection, id_: str) -> _Said | None:
        row = connection.execute("SELECT inhoud FROM verzonden WHERE id = ?", (id_,)).fetchone()
        if row is None:
            return None
        read = orjson.loads(self._store.open(f"verzonden/{id_}", row[0]))
        return _Said(**read | {"waar": tuple(read["waar"])})

    def _keep(self, connection: sqlite3.Connection, id_: str, said: _Said, *, waits: bool = True) -> None:
        sealed = self._store.seal(f"verzonden/{id_}", orjson.dumps(asdict(said)))
        connection.execute("INSERT OR REPLACE INTO verzonden VALUES (?, ?, ?)", (id_, waits, sealed))
