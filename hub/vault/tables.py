# SPDX-License-Identifier: EUPL-1.2
"""The vault's tables. Values that could name a person are sealed or keyed hashes; nothing here is readable without
the KEK."""

from __future__ import annotations

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
    create_engine,
    event,
)

metadata = MetaData()

dossiers = Table(
    "dossier",
    metadata,
    Column("dossier", String(36), primary_key=True),
    Column("sleutel", LargeBinary, nullable=True),  # the data key, wrapped by the KEK; NULL once destroyed
    Column("kek", String(16), nullable=True),
    Column("gewist_op", DateTime(timezone=True), nullable=True),
    comment="One row a dossier: its wrapped data key, or the moment that the key was destroyed.",
)

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
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
