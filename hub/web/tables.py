# SPDX-License-Identifier: EUPL-1.2
"""What the HTTP room keeps in SQL: what the log has shown, what it withheld, how far partners are. No contents.

All of the first group can be built anew from `hub.audit`: delete the database, and the next start reads it again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text

from hub.readmodel.tables import NUMBER, gelezen_tot, stap

metadata = MetaData()


def _wat() -> list[Column[Any]]:
    """What was delivered: to whom, of which type, about whom, and on which toestemming it rested."""
    return [
        Column("aan", String(40), nullable=False),
        Column("gebeurtenis", String(60), nullable=False),
        Column("dossier", String(36), nullable=True),
        Column("toestemming", String(100), nullable=True),
    ]


# what the log has shown

gelezen = Table(
    "gelezen",
    metadata,
    *gelezen_tot(),
    Column("deelnemers", String(64), nullable=True),
    comment="Per partition of hub.audit: the next offset to read, the log's last tick there, the participants in force.",
)

leveringen = Table(
    "levering",
    metadata,
    Column("id", String(36), primary_key=True),
    *_wat(),
    Column("partitie", Integer, nullable=False),
    Column("positie", BigInteger, nullable=False),
    Column("categorieen", Text, nullable=False),
    Column("op", BigInteger, nullable=False),  # the broker's stamp, milliseconds: older than the mailbox is thrown away
    Column("overgedragen", Boolean, nullable=False),  # once handed over, holding it back later takes nothing back
    comment="One row a delivery: on what it rested, and where in the log that was decided.",
)
Index("levering_op", leveringen.c.op)

stappen = Table(
    "stap",
    metadata,
    Column("partitie", Integer, primary_key=True),
    Column("positie", BigInteger, primary_key=True),
    Column("volg", Integer, primary_key=True),
    *stap(),
    Column("categorieen", Text, nullable=False),
    comment="One row a step in the life of a toestemming.",
)
Index("ix_stap_toestemming", stappen.c.toestemming)
Index("ix_stap_dossier", stappen.c.dossier)

personen = Table(
    "persoon",
    metadata,
    Column("dossier", String(36), primary_key=True),
    Column("beperkt", Boolean, nullable=False),
    Column("gewist", Boolean, nullable=False),
    comment="Dossiers that were restricted (AVG 18) or erased; all others have no row.",
)

aliassen = Table(
    "alias",
    metadata,
    Column("dossier", String(36), primary_key=True),
    Column("hoofd", String(36), nullable=False),
    comment="Dossiers that went into another: what holds for the person holds for what was delivered under either.",
)

# what was not handed over

inhoudingen = Table(
    "inhouding",
    metadata,
    Column("levering", String(36), primary_key=True),
    *_wat(),
    Column("reden", String(30), nullable=False),
    Column("moment", String(32), nullable=False),
    Column("gemeld", Boolean, nullable=False),
    comment="Deliveries withheld at hand-over: for good. `gemeld`: Kafka has the record of it.",
)

# partners

bevestigingen = Table(
    "bevestiging",
    metadata,
    Column("oin", String(20), primary_key=True),
    Column("positie", NUMBER, nullable=False),
    Column("op", String(32), nullable=False),
    comment="Up to and including which place of its mailbox an organisation has everything.",
)

aanleveringen = Table(
    "aanlevering",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("oin", String(20), nullable=False),
    Column("gezocht_tot", NUMBER, nullable=False),
    Column("gevonden", NUMBER, nullable=True),
    Column("op", BigInteger, nullable=False),
    comment="What was sent over HTTP: how far its receipt was looked for in the sender's mailbox, and where it stands.",
)
Index("aanlevering_op", aanleveringen.c.op)

gebruikt = Table(
    "gebruikt",
    metadata,
    Column("kenmerk", String(64), primary_key=True),
    Column("tot", BigInteger, nullable=False, index=True),
    comment="Assertions that were used: a hash of key and jti, until they could not be used any more anyway.",
)
