# SPDX-License-Identifier: EUPL-1.2
"""The claim on `source`+`id`: the first inbox position that says a thing is the one that counts, for ever.

Written before the Kafka transaction, in one SQL transaction a turn. After a crash the same position enters again and
finds its own claim: it then does exactly what it decided the first time. Another position with the same content gets
the first receipt again; one with different content is refused, unless the first was refused itself: nothing of that
one is in the log, so its id is still free for the mended report.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from hub.vault.tables import inzendingen

ACCEPTED, REFUSED = "aanvaard", "geweigerd"


class Standing(StrEnum):
    NEW = "nieuw"
    """Nobody claimed it: decide, then `record`."""
    SAME_POSITION = "zelfde-positie"
    """This very inbox record came before and its turn was not committed: do the same again."""
    RESENT = "herhaald"
    """The same content came before from another position: give the first receipt again, add nothing to the log."""
    REUSED = "hergebruikt"
    """Other content under a used id: refuse."""


@dataclass(frozen=True, slots=True)
class Claim:
    gebeurtenis: str
    inhoud: bytes
    partitie: int
    positie: int
    dossier: str | None
    uitkomst: str
    reden: str | None
    toelichting: str | None
    vastgelegd: datetime

    @property
    def plaats(self) -> str:
        return f"{self.partitie}:{self.positie}"


def standing(claim: Claim | None, inhoud: bytes, partitie: int, positie: int) -> Standing:
    if claim is None:
        return Standing.NEW
    if claim.inhoud == inhoud:
        same = (claim.partitie, claim.positie) == (partitie, positie)
        return Standing.SAME_POSITION if same else Standing.RESENT
    return Standing.REUSED if claim.uitkomst == ACCEPTED else Standing.NEW


def find(connection: Connection, ids: Iterable[str]) -> dict[str, Claim]:
    wanted, found = list(set(ids)), {}
    for start in range(0, len(wanted), 500):
        query = select(inzendingen).where(inzendingen.c.gebeurtenis.in_(wanted[start : start + 500]))
        for row in connection.execute(query):
            values = dict(row._mapping)
            if values["vastgelegd"].tzinfo is None:  # SQLite drops the zone; what we store is UTC
                values["vastgelegd"] = values["vastgelegd"].replace(tzinfo=UTC)
            found[row.gebeurtenis] = Claim(**values)
    return found


def record(connection: Connection, claims: Iterable[Claim], replaced: Iterable[str]) -> None:
    """Write new claims; `replaced` are ids whose claim makes room: refused, or never committed to the log."""
    for gebeurtenis in replaced:
        connection.execute(delete(inzendingen).where(inzendingen.c.gebeurtenis == gebeurtenis))
    rows = [{name: getattr(claim, name) for name in Claim.__slots__} for claim in claims]
    if rows:
        connection.execute(insert(inzendingen), rows)
