# SPDX-License-Identifier: EUPL-1.2
"""One's own participants, as the deliveries tell: who was assigned to us and is with us still. For `connect template`.

Kept in the store, sealed, with the position up to which deliveries were read in the same transaction. Of a name only
the initials are kept. Not here: what the hub knows of a person (this is what we were given).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import orjson

from connectors.carrying import AnotherReader, carry
from connectors.client import Connector, Delivery
from connectors.store import Store

BEGINS = frozenset({"taalschool-toegewezen", "taalschool-gekozen", "participatie-toegewezen", "begeleiding-opgedragen"})
ENDS = frozenset({"toewijzing-beeindigd", "begeleiding-beeindigd", "gegevens-gewist"})
QUIET_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Participant:
    """One person who is with us, under the pseudonym that is ours alone."""

    pseudoniem: str
    initialen: str
    rol: str
    door: str = ""
    """The delivery that said so: withdrawn, it never was so."""


class Roster:
    """The participants of one connector. A place (`carrying.Place`) for its deliveries."""

    def __init__(self, store: Store, source: str) -> None:
        self._store, self._name = store, f"deelnemers {source}"

    async def follow(self, connector: Connector, *, until_quiet: float = QUIET_SECONDS) -> list[Participant]:
        """Read what is new, and say who is with us. Raises what `carrying.carry` raises."""
        await carry(connector, self, until_quiet=until_quiet)
        return await asyncio.to_thread(self.participants)

    async def position(self) -> int | None:
        return await asyncio.to_thread(self._position)

    async def take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        await asyncio.to_thread(self._take, deliveries, was, becomes)

    def participants(self) -> list[Participant]:
        """By initials and pseudonym. Raises StoreDamaged."""
        with self._store.transaction() as connection:
            rows = connection.execute("SELECT pseudoniem, inhoud FROM deelnemer").fetchall()
        found = [Participant(**orjson.loads(self._store.open(f"deelnemer/{name}", inhoud))) for name, inhoud in rows]
        return sorted(found, key=lambda one: (one.initialen, one.pseudoniem))

    def _position(self) -> int | None:
        with self._store.transaction() as connection:
            row = connection.execute("SELECT positie FROM positie WHERE naam = ?", (self._name,)).fetchone()
        return None if row is None else int(row[0])

    def _take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        with self._store.transaction() as connection:
            row = connection.execute("SELECT positie FROM positie WHERE naam = ?", (self._name,)).fetchone()
            if (None if row is None else row[0]) != was:
                raise AnotherReader("Another `connect template` runs for this partner: wait until it is done.")
            for one in deliveries:
                if one.pseudoniem is None:
                    continue
                if one.gebeurtenis in BEGINS:
                    who = Participant(one.pseudoniem, initials(one.data), one.rol, one.id)
                    sealed = self._store.seal(f"deelnemer/{one.pseudoniem}", orjson.dumps(asdict(who)))
                    connection.execute("INSERT OR REPLACE INTO deelnemer VALUES (?, ?)", (one.pseudoniem, sealed))
                elif one.gebeurtenis in ENDS or self._withdraws(connection, one):
                    connection.execute("DELETE FROM deelnemer WHERE pseudoniem = ?", (one.pseudoniem,))
            connection.execute("INSERT OR REPLACE INTO positie VALUES (?, ?)", (self._name, becomes))

    def _withdraws(self, connection: sqlite3.Connection, one: Delivery) -> bool:
        """Whether this takes back what made the person ours: an assignment of somebody else's case, for instance."""
        if one.gebeurtenis != "intrekking":
            return False
        place = f"deelnemer/{one.pseudoniem}"
        row = connection.execute("SELECT inhoud FROM deelnemer WHERE pseudoniem = ?", (one.pseudoniem,)).fetchone()
        return row is not None and orjson.loads(self._store.open(place, row[0])).get("door") == one.data.get("betreft")


def initials(data: object) -> str:
    """`Amina Sara` `El Idrissi` -> `A.S.E.`; nothing where no name was given to us."""
    names = [str(data.get(part) or "") for part in ("voornamen", "achternaam")] if isinstance(data, dict) else []
    first, last = (*names, "", "")[:2]
    words = [*first.split(), *last.split()[:1]]
    return "".join(f"{word[0].upper()}." for word in words if word[0].isalpha())
