# SPDX-License-Identifier: EUPL-1.2
"""The tables of the durable store. Numbers of persons and all that is said of them stand sealed (`kluis`), or not at all."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
)

META = MetaData()


class Werk(StrEnum):
    """Where a notice or a report stands."""

    OPEN = "open"
    """To be done, or to be tried again at `volgende`."""
    KLAAR = "klaar"
    GEWEIGERD = "geweigerd"
    """DUO does not answer it, or does not process it; `reden` says why."""
    AANGEHOUDEN = "aangehouden"
    """Not asked, because this gemeente may not ask about this person, or because we cannot: somebody looks."""
    OVERGESLAGEN = "overgeslagen"
    """Nothing to do for DUO."""


class Uit(StrEnum):
    """Where an event on its way to the hub stands."""

    GEREED = "gereed"
    VERZONDEN = "verzonden"
    AANVAARD = "aanvaard"
    GEWEIGERD = "geweigerd"


notificaties = Table(
    "notificatie",
    META,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sleutel", String, nullable=False, unique=True),
    Column("persoon", String, nullable=False),
    Column("gemeente", String, nullable=False),
    Column("gebeurtenis_id", String, nullable=False),
    Column("registratie", Float, nullable=False),
    Column("stand", String, nullable=False),
    Column("reden", String, nullable=False, default=""),
    Column("pogingen", Integer, nullable=False, default=0),
    Column("volgende", Float, nullable=False, default=0.0),
    Column("inhoud", LargeBinary),
    Index("notificatie_persoon", "persoon", "stand"),
)
"""`registratie` and `volgende`: seconds since 1970, UTC. `inhoud` goes when the notice is done."""
antwoorden = Table(
    "antwoord",
    META,
    Column("notificatie", Integer, nullable=False),
    Column("dienst", String, nullable=False),
    Column("inhoud", LargeBinary, nullable=False),
    UniqueConstraint("notificatie", "dienst"),
)
personen = Table(
    "persoon",
    META,
    Column("sleutel", String, primary_key=True),
    Column("inhoud", LargeBinary, nullable=False),
)
bijnamen = Table(
    "bijnaam",
    META,
    Column("sleutel", String, primary_key=True),
    Column("persoon", String, nullable=False),
)
"""The key by V-nummer of a person who is kept under the key by BSN."""
uitgaand = Table(
    "uitgaand",
    META,
    Column("volgnummer", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("persoon", String, nullable=False),
    Column("gebeurtenis", String, nullable=False),
    Column("stand", String, nullable=False),
    Column("reden", String, nullable=False, default=""),
    Column("inhoud", LargeBinary),
    Index("uitgaand_stand", "stand"),
)
opdrachten = Table(
    "opdracht",
    META,
    Column("volgnummer", Integer, primary_key=True, autoincrement=True),
    Column("levering", String, nullable=False, unique=True),
    Column("persoon", String, nullable=False),
    Column("gebeurtenis", String, nullable=False),
    Column("gemeente", String, nullable=False),
    Column("stand", String, nullable=False),
    Column("reden", String, nullable=False, default=""),
    Column("begonnen", Integer, nullable=False, default=0),
    Column("pogingen", Integer, nullable=False, default=0),
    Column("volgende", Float, nullable=False, default=0.0),
    Column("inhoud", LargeBinary),
    Index("opdracht_persoon", "persoon", "stand"),
)
"""`begonnen`: calls that were begun; more than are known to be done means that one ended we do not know how."""
contactpersonen = Table(
    "contactpersoon",
    META,
    Column("gemeente", String, primary_key=True),
    Column("sleutel", String, primary_key=True),
    Column("nummer", Integer, nullable=False),
    Column("kenmerk", String, nullable=False),
)
"""Who DUO knows under which number; `kenmerk`: of the name and phone that DUO has now."""


def open_store(path: Path) -> Engine:
    """The store in this file; made the first time. What is committed survives a crash of the machine."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # `serve` and `send` write the same file: who will write waits at the begin, not halfway.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    path.parent.mkdir(parents=True, exist_ok=True)
    META.create_all(engine)
    return engine
