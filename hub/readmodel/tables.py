# SPDX-License-Identifier: EUPL-1.2
"""The audit log in SQL: the leaves in their order, how far each partition was read, and one row an outcome to ask
by."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

bladen = Table(
    "blad",
    metadata,
    Column("nummer", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("record", LargeBinary, nullable=False),
    comment="The leaves of the audit tree: number (from 0) and the record's exact bytes.",
)

posities = Table(
    "positie",
    metadata,
    Column("partitie", Integer, primary_key=True),
    Column("volgende", BigInteger, nullable=False),
    Column("tik", String(32), nullable=True),
    comment="Per partition of hub.audit: the next offset to read, and the last tick that the log's partition has worked off.",
)

bundels = Table(
    "bundel",
    metadata,
    Column("partitie", Integer, primary_key=True),
    Column("soort", String(20), primary_key=True),
    Column("digest", String(64), nullable=False),
    comment="What each partition of the log decides by, as its own activations said.",
)

boom = Table(
    "boom",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("omvang", BigInteger, nullable=False),
    Column("stand", LargeBinary, nullable=False),
    Column("checkpoint", Text, nullable=True),
    comment="One row: the compact tree, and the last signed checkpoint.",
)

uitkomsten = Table(
    "uitkomst",
    metadata,
    Column("nummer", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("volg", Integer, primary_key=True),
    Column("dossier", String(36), nullable=True),
    Column("gebeurtenis", String(36), nullable=True),
    Column("type", String(60), nullable=True),
    Column("bron", String(40), nullable=True),
    Column("moment", String(32), nullable=False),
    Column("aan", String(40), nullable=False),
    Column("uitkomst", String(10), nullable=False),
    Column("reden", String(30), nullable=True),
    Column("regels", Text, nullable=False),
    Column("levering", String(36), nullable=True),
)
Index("uitkomst_aan", uitkomsten.c.aan, uitkomsten.c.moment)
Index("uitkomst_dossier", uitkomsten.c.dossier)
