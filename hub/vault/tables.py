# SPDX-License-Identifier: EUPL-1.2
"""The vault's tables. Values that could name a person are sealed or keyed hashes; nothing here is readable without
the KEK."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)

ONLY_READS = "only_reads"

metadata = MetaData()

dossiers = Table(
    "dossier",
    metadata,
    Column("dossier", String(36), primary_key=True),
    Column("sleutel", LargeBinary, nullable=True),  # the data key, wrapped by the KEK; NULL once destroyed
    Column("kek", String(16), nullable=True),
    Column("gewist_op", DateTime(timezone=True), nullable=True),  # since when nothing leads to it any more
    comment="One row a dossier: its wrapped data key, and from when on it was erased.",
)

_WITHOUT_KEY = dossiers.c.sleutel.is_(None)
Index("dossier_zonder_sleutel", dossiers.c.dossier, sqlite_where=_WITHOUT_KEY, postgresql_where=_WITHOUT_KEY)

identiteiten = Table(
    "identiteit",
    metadata,
    Column("soort", String(10), primary_key=True),
    Column(
        "wijzer", LargeBinary(32), primary_key=True
    ),  # HMAC-SHA256(index key, soort, value): a look-up, not a hash of a BSN
    Column("dossier", String(36), nullable=False, index=True),
    Column("waarde", LargeBinary, nullable=False),  # sealed with the person's key
)

aliassen = Table(
    "alias",
    metadata,
    Column("dossier", String(36), primary_key=True),  # the dossier that was absorbed
    Column("hoofd", String(36), nullable=False, index=True),
    Column("door", String(36), nullable=False, index=True),  # the event that showed the two to be one person
)

pseudoniemen = Table(
    "pseudoniem",
    metadata,
    Column("partij", String(40), primary_key=True),
    Column("pseudoniem", String(32), primary_key=True),
    Column("dossier", String(36), nullable=False, index=True),
)

inzendingen = Table(
    "inzending",
    metadata,
    Column("gebeurtenis", String(36), primary_key=True),  # uuid5 of source and id: the id in the log
    Column("inhoud", LargeBinary(32), nullable=False),  # HMAC of type and plaintext: seals differ at every resend
    Column("partitie", Integer, nullable=False),
    Column("positie", BigInteger, nullable=False),
    Column("dossier", String(36), nullable=True),
    Column("uitkomst", String(10), nullable=False),
    Column("reden", String(40), nullable=True),
    Column("toelichting", String(400), nullable=True),
    Column("vastgelegd", DateTime(timezone=True), nullable=False),
    comment="The claim on source and id: the first inbox position that said it, and the receipt that it got.",
)
Index("inzending_dossier", inzendingen.c.dossier)

wissingen = Table(
    "wissing",
    metadata,
    Column("verzoek", String(36), primary_key=True),
    Column("dossier", String(36), nullable=False, index=True),
    Column("alle", Text, nullable=True),  # every dossier of the person, fixed when they are detached
    Column("grond", String(40), nullable=False),
    Column("door", String(100), nullable=False),
    Column("op", DateTime(timezone=True), nullable=False),
    Column("beoordeeld_door", String(100), nullable=True),
    Column("beoordeeld_op", DateTime(timezone=True), nullable=True),
    Column("stand", String(20), nullable=False),
    Column("vanaf", BigInteger, nullable=True),  # leaves of the audit tree before this number say nothing of it
    comment="Requests to erase a person, and how far each is. No personal data of that person.",
)

bewaringen = Table(
    "bewaring",
    metadata,
    Column("bewaring", String(36), primary_key=True),
    Column("dossier", String(36), nullable=False, index=True),
    Column("reden", String(40), nullable=False),
    Column("kenmerk", String(60), nullable=True),  # of the case that it is for, never of the person
    Column("door", String(100), nullable=False),
    Column("op", DateTime(timezone=True), nullable=False),
    Column("opgeheven_door", String(100), nullable=True),
    Column("opgeheven_op", DateTime(timezone=True), nullable=True),
    comment="Legal holds: a dossier under one is not erased.",
)


def engine_for(url: str) -> Engine:
    """An engine for the vault's or the read model's address.

    SQLite gets write-ahead logging, immediate transactions (two writers wait instead of failing half-way) and
    secure_delete, so that a deleted row leaves no bytes in the file.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = (
            None  # we send BEGIN ourselves: the driver's own is lazy, and two readers then dead-lock
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        only_reads = connection.get_execution_options().get(ONLY_READS)
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def reading(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that only reads: it sees one moment, and in SQLite keeps no writer waiting."""
    return engine.execution_options(**{ONLY_READS: True}).begin()


_VAULT_LOCK = 0x6875622E76  # one lock for the whole vault


def beside(connection: Connection) -> None:
    """In a transaction that leads to dossiers or adds to them: not at the same time as `alone`. Before any reading."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({_VAULT_LOCK})")


def alone(connection: Connection) -> None:
    """In a transaction that takes dossiers apart or rewraps keys: waits until nobody is `beside`."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_VAULT_LOCK})")
