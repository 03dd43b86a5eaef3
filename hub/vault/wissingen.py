# SPDX-License-Identifier: EUPL-1.2
"""Erasing a person in the vault: the request with its states, and the three acts that cannot be undone.

`detach` makes the person unknown, `destroy` makes all that was sealed unreadable, `enforce` does both again in a vault
that was put back from a backup. In which order they go with the log is in ``hub.streams.erasing``; whether it may be
done is in ``hub.dossier.bewaren``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, delete, insert, or_, select, update

from hub.vault.ledger import Ledger, LedgerBroken, dossiers_in
from hub.vault.tables import (
    aliassen,
    alone,
    bewaringen,
    dossiers,
    identiteiten,
    inzendingen,
    pseudoniemen,
    reading,
    wissingen,
)

CHUNK = 400
UNUSABLE = bytes(32)
"""Stands where the hash of an erased report stood: equal to no content, so the report cannot come again."""
ATTEMPTS, PAUSE_SECONDS = 50, 0.1


class Stand(StrEnum):
    """How far an erasure is."""

    AANGEVRAAGD = "aangevraagd"
    AFGEWEZEN = "afgewezen"
    """A second person said no, or who asked took it back."""
    GOEDGEKEURD = "goedgekeurd"
    """A second person said yes. From here on it only goes forward."""
    LOSGEKOPPELD = "losgekoppeld"
    """No number and no pseudonym leads to the dossier any more: who arrives now is somebody new."""
    GEMELD = "gemeld"
    """The log holds the erasure: recipients were told, the state is empty, the audit tree has the proof."""
    VERNIETIGD = "vernietigd"
    """The ledger holds it and the keys are destroyed."""
    VOLTOOID = "voltooid"
    """Every process has said that it dropped the keys."""


VOLGT: dict[Stand, frozenset[Stand]] = {
    Stand.AANGEVRAAGD: frozenset({Stand.AFGEWEZEN, Stand.GOEDGEKEURD}),
    Stand.AFGEWEZEN: frozenset(),
    Stand.GOEDGEKEURD: frozenset({Stand.LOSGEKOPPELD}),
    Stand.LOSGEKOPPELD: frozenset({Stand.GEMELD}),
    Stand.GEMELD: frozenset({Stand.VERNIETIGD}),
    Stand.VERNIETIGD: frozenset({Stand.VOLTOOID}),
    Stand.VOLTOOID: frozenset(),
}
OPEN = frozenset({Stand.AANGEVRAAGD})
ONDERWEG = frozenset({Stand.GOEDGEKEURD, Stand.LOSGEKOPPELD, Stand.GEMELD, Stand.VERNIETIGD})


class IllegalStep(Exception):
    """An erasure cannot take this step from where it is."""


class Held(Exception):
    """A legal hold keeps this dossier from being erased."""


class StillInUse(Exception):
    """The vault's file still holds bytes of what was deleted, because somebody is reading it."""


@dataclass(frozen=True, slots=True)
class Wissing:
    """One request to erase a person."""

    verzoek: str
    dossier: str
    alle: tuple[str, ...]
    """Every dossier of the person, the main one last; empty until they are detached."""
    grond: str
    door: str
    op: datetime
    beoordeeld_door: str | None
    beoordeeld_op: datetime | None
    stand: Stand
    vanaf: int | None


def ask(connection: Connection, verzoek: str, dossier: str, grond: str, door: str, op: datetime) -> None:
    """A new request. Raises IllegalStep where one for this dossier is open or under way."""
    for one in found(connection, dossier):
        if one.stand in OPEN | ONDERWEG:
            raise IllegalStep(f"Request {one.verzoek} for this dossier is {one.stand}: finish that one first.")
    row = {"verzoek": verzoek, "dossier": dossier, "grond": grond, "door": door, "op": op, "stand": Stand.AANGEVRAAGD}
    connection.execute(insert(wissingen).values(row))


def step(connection: Connection, verzoek: str, to: Stand, **more: Any) -> None:
    """Take the next step; raises IllegalStep when the request is not there (any more), so two never take one twice."""
    may_come_from = [stand.value for stand, following in VOLGT.items() if to in following]
    change = update(wissingen).where(wissingen.c.verzoek == verzoek, wissingen.c.stand.in_(may_come_from))
    if not connection.execute(change.values(stand=to.value, **more)).rowcount:
        now = connection.scalar(select(wissingen.c.stand).where(wissingen.c.verzoek == verzoek))
        raise IllegalStep(f"Request {verzoek} is {now or 'unknown'}, so it cannot become {to}: see its status.")


def found(connection: Connection, dossier: str | None = None, verzoek: str | None = None) -> list[Wissing]:
    """The requests of a dossier, or the one with a number, or all; the oldest first."""
    query = select(wissingen).order_by(wissingen.c.op, wissingen.c.verzoek)
    if dossier is not None:
        query = query.where(wissingen.c.dossier == dossier)
    if verzoek is not None:
        query = query.where(wissingen.c.verzoek == verzoek)
    return [_wissing(row) for row in connection.execute(query)]


def held(connection: Connection, names: Iterable[str]) -> list[dict[str, Any]]:
    """The legal holds that stand on any of these dossiers."""
    query = select(bewaringen).where(bewaringen.c.opgeheven_op.is_(None)).order_by(bewaringen.c.op)
    rows: list[dict[str, Any]] = []
    for chunk in _chunks(names):
        rows += [dict(row._mapping) for row in connection.execute(query.where(bewaringen.c.dossier.in_(chunk)))]
    return rows


def is_gone(connection: Connection, dossier: str) -> bool:
    """Whether nothing leads to this dossier any more."""
    return connection.scalar(select(dossiers.c.gewist_op).where(dossiers.c.dossier == dossier)) is not None


def refuse_held(connection: Connection, names: Iterable[str]) -> None:
    """Raises Held where a legal hold stands on one of these dossiers."""
    if rows := held(connection, names):
        raise Held(f"Dossier {rows[0]['dossier']} is under a legal hold ({rows[0]['reden']}): it is not erased.")


def fix(connection: Connection, verzoek: str, names: Sequence[str], vanaf: int) -> None:
    """Detach, and remember which dossiers it is about: afterwards nothing else says that they are one person's."""
    step(connection, verzoek, Stand.LOSGEKOPPELD, alle=orjson.dumps(list(names)).decode(), vanaf=vanaf)


def detach(connection: Connection, names: Sequence[str], moment: datetime) -> None:
    """Nothing leads to these dossiers any more: numbers, pseudonyms and links go, claims keep only that an id is used.

    A claim must stay, without content and person: else an old report that is sent again would begin a new dossier.
    """
    for chunk in _chunks(names):
        for table in (identiteiten, pseudoniemen):
            connection.execute(delete(table).where(table.c.dossier.in_(chunk)))
        connection.execute(delete(aliassen).where(or_(aliassen.c.dossier.in_(chunk), aliassen.c.hoofd.in_(chunk))))
        stripped = {"dossier": None, "inhoud": UNUSABLE, "toelichting": None}
        connection.execute(update(inzendingen).where(inzendingen.c.dossier.in_(chunk)).values(**stripped))
        gone = dossiers.c.dossier.in_(chunk) & dossiers.c.gewist_op.is_(None)
        connection.execute(update(dossiers).where(gone).values(gewist_op=moment))


def destroy(connection: Connection, names: Sequence[str], moment: datetime) -> None:
    """Destroy the keys, and what may have been written to the dossiers since they were detached."""
    detach(connection, names, moment)
    for chunk in _chunks(names):
        connection.execute(update(dossiers).where(dossiers.c.dossier.in_(chunk)).values(sleutel=None, kek=None))


def enforce(engine: Engine, ledger: Ledger) -> int:
    """Erase again whom the ledger says was erased; returns how many dossiers a backup had brought back.

    Raises LedgerBroken where the vault knows of an erasure that the ledger does not: then the ledger is the old one.
    """
    erased = dossiers_in(ledger.entries())
    with reading(engine) as connection:
        unknown = [one for one in connection.scalars(_without_key()) if one not in erased]
        revived = _revived(connection, list(erased))
    if unknown:
        raise LedgerBroken(
            f"The vault says that dossier {unknown[0]} was erased and the erasure ledger does not: "
            f"put back the newest {ledger.path.name}."
        )
    if not revived:
        return 0
    with engine.begin() as connection:
        alone(connection)
        known: set[str] = set()
        for chunk in _chunks(revived):
            known |= set(connection.scalars(select(dossiers.c.dossier).where(dossiers.c.dossier.in_(chunk))))
        missing = [{"dossier": one, "gewist_op": erased[one]} for one in revived if one not in known]
        if missing:
            connection.execute(insert(dossiers), missing)
        for one in revived:
            destroy(connection, [one], erased[one])
    scrub(engine)
    return len(revived)


def scrub(engine: Engine) -> None:
    """Leave no byte of what was deleted in SQLite's files: not in free pages, and not in the write-ahead log.

    In the file itself `secure_delete` writes zeros over what goes, in pages that are rearranged too (``vault.tables``; a
    test scans for every byte), so the file need not be written anew. The write-ahead log still has the pages as they were.
    In PostgreSQL dead rows and its own log stay a while: they hold keys wrapped by a key-encryption key that the next
    rotation destroys.
    """
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        for _ in range(ATTEMPTS):
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if not busy:
                return
            time.sleep(PAUSE_SECONDS)
    finally:
        raw.close()
    raise StillInUse("The vault's write-ahead log could not be emptied: another program keeps reading it. Try again.")


def _without_key() -> Any:
    return select(dossiers.c.dossier).where(dossiers.c.sleutel.is_(None)).order_by(dossiers.c.dossier)


def _revived(connection: Connection, erased: list[str]) -> list[str]:
    """Of the erased dossiers: those that have a key, that something leads to, or that this vault does not know."""
    back: set[str] = set()
    for chunk in _chunks(erased):
        gone = select(dossiers.c.dossier).where(dossiers.c.dossier.in_(chunk), dossiers.c.sleutel.is_(None))
        back |= set(chunk) - set(connection.scalars(gone))
        for table in (identiteiten, pseudoniemen, aliassen, inzendingen):
            back |= set(connection.scalars(select(table.c.dossier).where(table.c.dossier.in_(chunk))))
        back |= set(connection.scalars(select(aliassen.c.hoofd).where(aliassen.c.hoofd.in_(chunk))))
    return sorted(back)


def _wissing(row: Row[Any]) -> Wissing:
    values = dict(row._mapping)
    alle = tuple(orjson.loads(values["alle"])) if values["alle"] else ()
    moments = {name: _utc(values[name]) for name in ("op", "beoordeeld_op")}
    return Wissing(**{**values, **moments, "alle": alle, "stand": Stand(values["stand"])})


def _utc(moment: datetime | None) -> datetime | None:
    """SQLite drops the zone; what we store is UTC."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _chunks(names: Iterable[str]) -> Iterator[list[str]]:
    listed = list(names)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
