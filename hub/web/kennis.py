# SPDX-License-Identifier: EUPL-1.2
"""What the log has shown, in SQL: taken in from audit records together with the read position, in one transaction.

And what was withheld on it, which stays so: a restriction that is lifted later brings nothing back that a partner was
told it would not get. Not here: reading Kafka (``volger``), and deciding (``overdracht``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, insert, select, update

from consent.avg19 import BEPERKT, OPGEHEVEN
from consent.kader import Partij, Reden
from consent.participants import Deelnemersregister
from hub.broker.topics import MAILBOX_RETENTION, PARTITIONS
from hub.bundles import Soort
from hub.dossier.regels.kalender import dag_van
from hub.readmodel.projection import outcomes, steps
from hub.readmodel.record import INHOUDING
from hub.vault.tables import reading
from hub.web.overdracht import Feiten, Levering, Plaats, Stap, reden_om_in_te_houden
from hub.web.tables import aliassen, gelezen, inhoudingen, leveringen, metadata, personen, stappen
from schemas.vocabulary import Categorie

KEPT = MAILBOX_RETENTION + timedelta(days=10)
"""Longer than anything stays in a mailbox: the broker throws away by the day, and a while after."""
ONTKOPPELD = "identiteit-ontkoppeld"
_ROWS = 500


@dataclass(frozen=True, slots=True)
class Inhouding:
    """A delivery that is not handed over, and why."""

    levering: Levering
    reden: Reden
    moment: datetime


@dataclass(frozen=True, slots=True)
class _Now:
    registers: tuple[Deelnemersregister, ...]
    tick: datetime | None


class Kennis:
    """The memory of one HTTP room. `load` reads a participants register by its digest."""

    def __init__(self, engine: Engine, load: Callable[[str], Deelnemersregister]) -> None:
        self._engine, self._load = engine, load
        metadata.create_all(engine)
        with engine.begin() as connection:
            there = set(connection.scalars(select(gelezen.c.partitie)))
            for partition in set(range(PARTITIONS)) - there:
                connection.execute(insert(gelezen).values(partitie=partition, volgende=0))
        self._look()

    # taking in

    def positions(self) -> dict[int, int]:
        """The next offset of each partition of `hub.audit`."""
        with reading(self._engine) as connection:
            return {row.partitie: row.volgende for row in connection.execute(select(gelezen))}

    def take(self, records: Mapping[int, Sequence[tuple[int, int, bytes]]]) -> None:
        """Take in records of some partitions, each (offset, broker's stamp in ms, bytes), in their order. What another
        process took in before is passed over."""
        with self._engine.begin() as connection:
            query = select(gelezen).where(gelezen.c.partitie.in_(list(records))).order_by(gelezen.c.partitie)
            stand = {row.partitie: row.volgende for row in connection.execute(query.with_for_update())}
            for partition, listed in records.items():
                for offset, stamp, content in listed:
                    if offset >= stand[partition]:
                        _record(connection, partition, stamp, orjson.loads(content))
                following = max(stand[partition], listed[-1][0] + 1)
                connection.execute(update(gelezen).where(gelezen.c.partitie == partition).values(volgende=following))
        self._look()

    def forget(self, now: datetime) -> None:
        """Drop what can be in no mailbox any more."""
        with self._engine.begin() as connection:
            connection.execute(delete(leveringen).where(leveringen.c.op < int((now - KEPT).timestamp() * 1000)))

    # the participants and the day

    @property
    def registers(self) -> tuple[Deelnemersregister, ...]:
        """What the log's partitions decide by: one register, or two while an activation is under way."""
        return self._now.registers

    @property
    def tick(self) -> datetime | None:
        """The log's last tick, of any partition; None before the first."""
        return self._now.tick

    def _look(self) -> None:
        with reading(self._engine) as connection:
            rows = connection.execute(select(gelezen).order_by(gelezen.c.partitie)).all()
        digests = dict.fromkeys(row.deelnemers for row in rows if row.deelnemers)
        ticks = [row.tik for row in rows if row.tik]
        self._now = _Now(
            tuple(self._load(digest) for digest in digests), datetime.fromisoformat(max(ticks)) if ticks else None
        )

    # deciding

    def handed_over(self, oin: str, ids: Sequence[str]) -> None:
        """These have gone, or may have: what is withheld of them from now on was not kept from who has it."""
        with self._engine.begin() as connection:
            for first in range(0, len(ids), _ROWS):
                which = leveringen.c.id.in_(list(ids[first : first + _ROWS])) & leveringen.c.overgedragen.is_(False)
                connection.execute(
                    update(leveringen).where(which, leveringen.c.aan.like(f"{oin}#%")).values(overgedragen=True)
                )

    def decided(self, oin: str, ids: Sequence[str], now: datetime) -> dict[str, Reden | None]:
        """For each of these deliveries that the log has shown: None, or why it is withheld; which is then kept, and goes on
        record, unless the recipient had it before.

        An id that is missing in the answer was not shown yet. `oin` is the organisation in whose mailbox they lie: what
        was decided for another is not shown to it.
        """
        with reading(self._engine) as connection:
            before = _known_withheld(connection, ids)
            found = _deliveries(connection, oin, [one for one in ids if one not in before])
            feiten = self._facts(connection, oin, found)
        answer: dict[str, Reden | None] = dict(before)
        fresh = []
        for levering in found:
            answer[levering.id] = reden = reden_om_in_te_houden(levering, feiten(levering))
            if reden is not None and not levering.overgedragen:
                fresh.append(Inhouding(levering, reden, now))
        if fresh:
            self._withhold(fresh)
        return answer

    def _facts(self, connection: Connection, oin: str, found: Sequence[Levering]) -> Callable[[Levering], Feiten]:
        days = {
            row.partitie: dag_van(datetime.fromisoformat(row.tik)) if row.tik else None
            for row in connection.execute(select(gelezen))
        }
        newest = max((day for day in days.values() if day), default=date.min)
        registers = self.registers
        mains = {row.dossier: row.hoofd for row in _in(connection, aliassen, aliassen.c.dossier, _dossiers(found))}
        rows = _in(connection, personen, personen.c.dossier, _dossiers(found) | set(mains.values()))
        persons = {row.dossier: row for row in rows}
        rested = {levering.toestemming for levering in found if levering.toestemming}
        about = {levering.dossier for levering in found if levering.toestemming}
        rows = [
            *_in(connection, stappen, stappen.c.toestemming, rested),
            *_in(connection, stappen, stappen.c.dossier, about),
        ]
        steps_ = tuple({(row.partitie, row.positie, row.volg): _step_of(row) for row in rows}.values())

        def facts(levering: Levering) -> Feiten:
            day = days.get(levering.plaats.partitie) or newest
            names = (levering.dossier, mains.get(levering.dossier or ""))
            known = [persons[name] for name in names if name in persons]
            return Feiten(
                vandaag=day,
                rollen=frozenset.intersection(*(register.rollen_van(oin, day) for register in registers))
                if registers
                else frozenset(),
                stappen=tuple(
                    step
                    for step in steps_
                    if step.toestemming == levering.toestemming or step.dossier == levering.dossier
                ),
                beperkt=any(one.beperkt for one in known),
                gewist=any(one.gewist for one in known),
            )

        return facts

    # withheld

    def _withhold(self, fresh: Iterable[Inhouding]) -> None:
        with self._engine.begin() as connection:
            ids = [one.levering.id for one in fresh]
            there = set(_known_withheld(connection, ids))
            rows = [_withheld_row(one) for one in fresh if one.levering.id not in there]
            if rows:
                connection.execute(insert(inhoudingen), rows)

    def to_report(self, most: int = 100) -> list[Inhouding]:
        """What was withheld and is not on record yet, the oldest first."""
        query = select(inhoudingen).where(inhoudingen.c.gemeld.is_(False)).order_by(inhoudingen.c.moment).limit(most)
        with reading(self._engine) as connection:
            return [_inhouding_of(row) for row in connection.execute(query)]

    def reported(self, ids: Iterable[str]) -> None:
        """Kafka has the record of these."""
        with self._engine.begin() as connection:
            connection.execute(update(inhoudingen).where(inhoudingen.c.levering.in_(list(ids))).values(gemeld=True))


def _record(connection: Connection, partition: int, stamp: int, record: dict[str, Any]) -> None:
    match record["soort"]:
        case "tik":
            connection.execute(update(gelezen).where(gelezen.c.partitie == partition).values(tik=record["moment"]))
        case "bundel":
            if record["bundel"] == Soort.DEELNEMERS.value:
                connection.execute(
                    update(gelezen).where(gelezen.c.partitie == partition).values(deelnemers=record["digest"])
                )
        case "handeling":
            return
        case kind if kind == INHOUDING:
            _withheld_on_record(connection, record)
        case kind:
            _outcomes(connection, stamp, record)
            if kind in ("wissing", "gewist"):
                _person(connection, record["dossier"], gewist=True)
            elif kind == "koppeling":
                _linked(connection, record)
            elif record["type"] in (BEPERKT, OPGEHEVEN):
                _person(connection, record["dossier"], beperkt=record["type"] == BEPERKT)


def _outcomes(connection: Connection, stamp: int, record: dict[str, Any]) -> None:
    plaats = Plaats.parse(record["plaats"])
    where = {"partitie": plaats.partitie, "positie": plaats.positie}
    rows = {
        row["levering"]: {
            "id": row["levering"],
            "aan": row["aan"],
            "gebeurtenis": row["type"],
            **where,
            "dossier": record["dossier"],
            "toestemming": row["toestemming"],
            "categorieen": row["categorieen"],
            "op": stamp,
            "overgedragen": False,
        }
        for row, _ in outcomes(0, record)
        if row["levering"]
    }
    if rows:
        # the same delivery again, after a replay of the log into a fresh state, rests on what it rested on
        connection.execute(delete(leveringen).where(leveringen.c.id.in_(list(rows))))
        connection.execute(insert(leveringen), list(rows.values()))
    taken = [
        {
            **where,
            "volg": step["volg"],
            "toestemming": step["toestemming"],
            "stand": step["stand"],
            "dossier": step["dossier"],
            "ontvanger": step["ontvanger"],
            "categorieen": step["categorieen"] or "",
            "tot": step["tot"],
        }
        for step in steps(0, record)
    ]
    if taken:
        connection.execute(
            delete(stappen).where(stappen.c.partitie == plaats.partitie, stappen.c.positie == plaats.positie)
        )
        connection.execute(insert(stappen), taken)


def _dossiers(found: Iterable[Levering]) -> set[str]:
    return {levering.dossier for levering in found if levering.dossier}


def _linked(connection: Connection, record: dict[str, Any]) -> None:
    """Two dossiers turned out to be one person, or not to be."""
    if (main := record.get("hoofd")) or record["type"] == ONTKOPPELD:
        connection.execute(delete(aliassen).where(aliassen.c.dossier == record["dossier"]))
    if main:
        connection.execute(insert(aliassen).values(dossier=record["dossier"], hoofd=main))


def _person(connection: Connection, dossier: str, **changed: bool) -> None:
    done = connection.execute(update(personen).where(personen.c.dossier == dossier).values(**changed))
    if not done.rowcount:
        row = {"beperkt": False, "gewist": False} | changed
        connection.execute(insert(personen).values(dossier=dossier, **row))


def _withheld_on_record(connection: Connection, record: dict[str, Any]) -> None:
    """The log has the record of a withholding: ours, or one of before this database was made anew."""
    levering = record["betreft"]
    done = connection.execute(update(inhoudingen).where(inhoudingen.c.levering == levering).values(gemeld=True))
    if not done.rowcount:
        (outcome,) = record["uitkomsten"]
        connection.execute(
            insert(inhoudingen).values(
                levering=levering,
                gebeurtenis=record["type"],
                dossier=record["dossier"],
                moment=record["moment"],
                gemeld=True,
                **{name: outcome[name] for name in ("aan", "reden", "toestemming")},
            )
        )


def _known_withheld(connection: Connection, ids: Sequence[str]) -> dict[str, Reden]:
    rows = _in(connection, inhoudingen, inhoudingen.c.levering, ids)
    return {row.levering: Reden(row.reden) for row in rows}


def _deliveries(connection: Connection, oin: str, ids: Sequence[str]) -> list[Levering]:
    found = (_levering_of(row) for row in _in(connection, leveringen, leveringen.c.id, ids))
    return [levering for levering in found if levering.aan.oin == oin]


def _in(connection: Connection, table: Table, column: ColumnElement[Any], values: Iterable[Any]) -> list[Any]:
    wanted = sorted({value for value in values if value is not None})
    rows: list[Any] = []
    for first in range(0, len(wanted), _ROWS):
        rows += connection.execute(select(table).where(column.in_(wanted[first : first + _ROWS]))).all()
    return rows


def _levering_of(row: Any) -> Levering:
    return Levering(
        id=row.id,
        aan=Partij.parse(row.aan),
        gebeurtenis=row.gebeurtenis,
        plaats=Plaats(row.partitie, row.positie),
        dossier=row.dossier,
        toestemming=row.toestemming,
        categorieen=_categories(row.categorieen),
        overgedragen=row.overgedragen,
    )


def _step_of(row: Any) -> Stap:
    return Stap(
        toestemming=row.toestemming,
        stand=row.stand,
        plaats=Plaats(row.partitie, row.positie),
        dossier=row.dossier,
        ontvanger=row.ontvanger,
        categorieen=_categories(row.categorieen),
        tot=date.fromisoformat(row.tot) if row.tot else None,
    )


def _categories(text: str) -> frozenset[Categorie]:
    return frozenset(Categorie(name) for name in text.split(",") if name)


def _withheld_row(one: Inhouding) -> dict[str, Any]:
    return {
        "levering": one.levering.id,
        "aan": str(one.levering.aan),
        "gebeurtenis": one.levering.gebeurtenis,
        "dossier": one.levering.dossier,
        "toestemming": one.levering.toestemming,
        "reden": one.reden.value,
        "moment": one.moment.isoformat(),
        "gemeld": False,
    }


def _inhouding_of(row: Any) -> Inhouding:
    levering = Levering(
        row.levering, Partij.parse(row.aan), row.gebeurtenis, Plaats(0, 0), row.dossier, row.toestemming, frozenset()
    )
    return Inhouding(levering, Reden(row.reden), datetime.fromisoformat(row.moment))
