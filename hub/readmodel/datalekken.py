# SPDX-License-Identifier: EUPL-1.2
"""The register of breaches (AVG 33(5)) and the clock of 72 hours (AVG 33(1)). Names no person.

What was found can be counted again from the audit log at any time; here is what has to be remembered beside it: when
it was discovered, by when to report, and how it ended.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Engine, MetaData, String, Table, insert, select, update

from hub.readmodel.datalek import Aanleiding, Grond
from hub.readmodel.tables import MOMENT
from hub.vault.tables import reading

TERMIJN = timedelta(hours=72)
"""From becoming aware of it, weekends included."""

metadata = MetaData()
datalekken = Table(
    "datalek",
    metadata,
    Column("datalek", String(36), primary_key=True),
    Column("grond", String(30), nullable=False),
    Column("onderwerp", String(100), nullable=False),
    Column("oin", String(20), nullable=True),
    Column("sinds", String(10), nullable=True),
    Column("tot", String(10), nullable=True),
    Column("ontdekt", MOMENT, nullable=False),
    Column("uiterlijk", MOMENT, nullable=False),
    Column("door", String(100), nullable=False),
    Column("gemeld", MOMENT, nullable=True),
    Column("kenmerk", String(100), nullable=True),
    Column("afgezien", String(40), nullable=True),
    comment="Breaches: what, discovered when, to report by when, reported when or why not.",
)


class Afgezien(StrEnum):
    """Why a breach is not reported to the authority (AVG 33(1)); it stays in the register."""

    GEEN_RISICO = "geen-risico"
    """Not likely to result in a risk to the rights and freedoms of persons."""
    GEEN_PERSOONSGEGEVENS = "geen-persoonsgegevens"
    LOOS_ALARM = "loos-alarm"


class NoSuchBreach(Exception):
    """No breach has this id."""


class Datalekken:
    """The register in the audit log's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        metadata.create_all(engine)

    def open(self, wat: Aanleiding, ontdekt: datetime, door: str, name: str | None = None) -> dict[str, Any]:
        """Enter a breach, and so start its clock; the one that is open already for the same thing keeps its own."""
        same = (datalekken.c.grond == wat.grond.value) & (datalekken.c.onderwerp == wat.onderwerp)
        unfinished = datalekken.c.gemeld.is_(None) & datalekken.c.afgezien.is_(None)
        with self._engine.begin() as connection:
            known = connection.execute(select(datalekken).where(same & unfinished)).first()
            if known is not None:
                return _told(dict(known._mapping))
            moment = ontdekt.astimezone(UTC)
            row: dict[str, Any] = {
                "datalek": name or str(uuid.uuid4()),
                "grond": wat.grond.value,
                "onderwerp": wat.onderwerp,
                "oin": wat.oin,
                "sinds": wat.sinds.isoformat() if wat.sinds else None,
                "tot": wat.tot.isoformat() if wat.tot else None,
                "ontdekt": moment.isoformat(),
                "uiterlijk": (moment + TERMIJN).isoformat(),
                "door": door,
            }
            connection.execute(insert(datalekken).values(row))
        return self.one(row["datalek"])

    def list(self, *, every: bool = False) -> list[dict[str, Any]]:
        """The breaches that wait for a report, the most urgent first; or every one."""
        query = select(datalekken).order_by(datalekken.c.uiterlijk)
        if not every:
            query = query.where(datalekken.c.gemeld.is_(None), datalekken.c.afgezien.is_(None))
        with reading(self._engine) as connection:
            return [_told(dict(row._mapping)) for row in connection.execute(query)]

    def one(self, name: str) -> dict[str, Any]:
        """Raises NoSuchBreach."""
        with reading(self._engine) as connection:
            row = connection.execute(select(datalekken).where(datalekken.c.datalek == name)).first()
        if row is None:
            raise NoSuchBreach(f"No breach has id {name}: `hub datalek list --all` shows them.")
        return _told(dict(row._mapping))

    def reported(self, name: str, moment: datetime, kenmerk: str | None) -> None:
        self._set(name, gemeld=moment.astimezone(UTC).isoformat(), kenmerk=kenmerk)

    def dismissed(self, name: str, why: Afgezien) -> None:
        self._set(name, afgezien=why.value)

    def _set(self, name: str, **values: Any) -> None:
        self.one(name)
        with self._engine.begin() as connection:
            connection.execute(update(datalekken).where(datalekken.c.datalek == name).values(**values))


def aanleiding(row: dict[str, Any]) -> Aanleiding:
    """What a breach in the register is about, so that it can be counted again."""
    sinds, tot = (date.fromisoformat(row[name]) if row[name] else None for name in ("sinds", "tot"))
    return Aanleiding(Grond(row["grond"]), row["onderwerp"], sinds, tot, oin=row["oin"])


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """With plain keys, and the instants as they are for people: no fractions of a second."""
    row = {str(name): value for name, value in row.items()}
    for name in ("ontdekt", "uiterlijk", "gemeld"):
        if row[name]:
            row[name] = datetime.fromisoformat(row[name]).isoformat(timespec="seconds")
    return row
