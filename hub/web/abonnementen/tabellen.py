# SPDX-License-Identifier: EUPL-1.2
"""What the hub remembers of webhooks: subscriptions, how far each has come, and what it could not hand over yet.

No contents: they stay in the participant's topic, and are read there again for every attempt.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, Text

from hub.readmodel.tables import NUMBER

metadata = MetaData()

abonnementen = Table(
    "abonnement",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("oin", String(20), nullable=False, index=True),
    Column("url", Text, nullable=False),  # may hold a secret of the participant: shown to it alone, never logged
    Column("gebeurtenissen", Text, nullable=True),  # JSON; NULL: all
    Column("rollen", Text, nullable=True),  # JSON; NULL: all
    Column("vorm", String(16), nullable=False),
    Column("stand", String(16), nullable=False),
    Column("reden", String(200), nullable=True),  # why it stands there, where the hub put it
    Column("tempo", Integer, nullable=True),  # deliveries a minute that the receiver allows; NULL: no limit
    Column("positie", NUMBER, nullable=False),  # all before it is handed over, withheld, or stands in `bezorging`
    Column("gemaakt", String(32), nullable=False),
    Column("gewijzigd", String(32), nullable=False),
    Column("versie", Integer, nullable=False),  # grows with every change from outside the delivery loop
    comment="One row a webhook subscription.",
)

bezorgingen = Table(
    "bezorging",
    metadata,
    Column("abonnement", String(36), primary_key=True),
    Column("positie", NUMBER, primary_key=True),
    Column("levering", String(200), nullable=False),
    Column("gebeurtenis", String(80), nullable=False),
    Column("rij", String(200), nullable=False),  # the person's pseudonym: one order
    Column("stand", String(16), nullable=False),
    Column("poging", Integer, nullable=False),
    Column("volgende", Float, nullable=False),  # seconds since 1970
    Column("laatste", String(80), nullable=True),  # what the last attempt came to: a status or a word
    Column("sinds", String(32), nullable=False),
    comment="Deliveries that could not be handed over yet, and those of the same person that wait behind them.",
)
Index("bezorging_rij", bezorgingen.c.abonnement, bezorgingen.c.rij, bezorgingen.c.positie)
Index("bezorging_volgende", bezorgingen.c.abonnement, bezorgingen.c.stand, bezorgingen.c.volgende)

beurten = Table(
    "bezorgbeurt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("nummer", Integer, nullable=False),
    Column("gezien", Float, nullable=False),  # when it was last there: seconds since 1970
    comment="One row: which process delivers. A newer one takes the turn; an older one finds out at its next write.",
)
