# SPDX-License-Identifier: EUPL-1.2
"""The audit log in SQL: the leaves in their order, how far each partition was read, and one row an outcome to ask
by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

NUMBER = BigInteger().with_variant(Integer, "sqlite")
MOMENT = String(32).with_variant(String(32, collation="C"), "postgresql")
"""ISO 8601 in UTC: compared byte by byte, text order is time order."""


def gelezen_tot() -> list[Column[Any]]:
    """How far a partition of hub.audit was read, and the last tick that the log's partition has worked off."""
    return [
        Column("partitie", Integer, primary_key=True),
        Column("volgende", BigInteger, nullable=False),
        Column("tik", String(32), nullable=True),
    ]


def stap() -> list[Column[Any]]:
    """A step in the life of a toestemming."""
    return [
        Column("toestemming", String(100), nullable=False),
        Column("dossier", String(36), nullable=True),
        Column("stand", String(20), nullable=False),
        Column("ontvanger", String(40), nullable=True),
        Column("tot", String(10), nullable=True),
    ]


bladen = Table(
    "blad",
    metadata,
    Column("nummer", NUMBER, primary_key=True, autoincrement=False),
    Column("record", LargeBinary, nullable=False),
    Column("zout", LargeBinary(16), nullable=False),
    comment="The records behind the audit tree's leaves: number (from 0), exact bytes, and the salt of the leaf.",
)

posities = Table(
    "positie",
    metadata,
    *gelezen_tot(),
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

tegels = Table(
    "tegel",
    metadata,
    Column("niveau", Integer, primary_key=True),
    Column("plaats", NUMBER, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
    comment="The tree's hashes in tiles of 256, so that a proof reads a few rows. Can be built anew from the leaves.",
)

koppen = Table(
    "kop",
    metadata,
    Column("omvang", NUMBER, primary_key=True, autoincrement=False),
    Column("checkpoint", Text, nullable=False),
    comment="Every signed checkpoint, by the tree's size: where the log was altered lies between two of them.",
)

uitkomsten = Table(
    "uitkomst",
    metadata,
    Column("nummer", NUMBER, primary_key=True),
    Column("volg", Integer, primary_key=True),
    Column("dossier", String(36), nullable=True),
    Column("gebeurtenis", String(36), nullable=True),
    Column("type", String(60), nullable=True),
    Column("bron", String(40), nullable=True),
    Column("moment", MOMENT, nullable=False),
    Column("aan", String(40), nullable=False),
    Column("uitkomst", String(10), nullable=False),
    Column("reden", String(30), nullable=True),
    Column("regels", Text, nullable=False),
    Column("categorieen", Text, nullable=False),
    Column("toestemming", String(36), nullable=True),
    Column("levering", String(36), nullable=True),
    comment="One row an outcome: what one party got, or did not get and why.",
)
Index("uitkomst_aan", uitkomsten.c.aan, uitkomsten.c.moment)
Index("uitkomst_dossier", uitkomsten.c.dossier)
_OP_TOESTEMMING, _GEWEIGERD = uitkomsten.c.toestemming.is_not(None), uitkomsten.c.reden.is_not(None)
Index(
    "uitkomst_toestemming",
    uitkomsten.c.moment,
    sqlite_where=_OP_TOESTEMMING,
    postgresql_where=_OP_TOESTEMMING,
)
Index(
    "uitkomst_reden",
    uitkomsten.c.reden,
    uitkomsten.c.moment,
    sqlite_where=_GEWEIGERD,
    postgresql_where=_GEWEIGERD,
)

toestemmingen = Table(
    "toestemming",
    metadata,
    Column("nummer", NUMBER, primary_key=True),
    Column("volg", Integer, primary_key=True),
    *stap(),
    Column("moment", MOMENT, nullable=False),
    Column("bron", String(40), nullable=True),
    Column("categorieen", Text, nullable=True),
    Column("van", String(10), nullable=True),
    Column("tekstversie", String(100), nullable=True),
    comment="One row a step in the life of a toestemming: given (for whom, what, how long), withdrawn, expired.",
)
Index("toestemming_dossier", toestemmingen.c.dossier)

handelingen = Table(
    "handeling",
    metadata,
    Column("nummer", NUMBER, primary_key=True, autoincrement=False),
    Column("moment", MOMENT, nullable=True),
    Column("handeling", String(40), nullable=False),
    Column("stap", String(20), nullable=True),
    Column("door", String(100), nullable=True),
    Column("onderwerp", String(100), nullable=True),
    Column("verzoek", String(36), nullable=True),
    comment="What people did with the hub, and each partition's activation of a bundle.",
)
Index("handeling_moment", handelingen.c.moment)
Index("handeling_onderwerp", handelingen.c.onderwerp)

verzoeken = Table(
    "verzoek",
    metadata,
    Column("verzoek", String(36), primary_key=True),
    Column("dossier", String(100), nullable=True),
    Column("recht", String(20), nullable=True),
    Column("ontvangen", String(10), nullable=False),
    Column("uiterlijk", String(10), nullable=False),
    Column("verlengd", MOMENT, nullable=True),
    Column("afgehandeld", MOMENT, nullable=True),
    comment="Requests of persons about their data (AVG 15-21): when received, by when to answer, when answered.",
)
