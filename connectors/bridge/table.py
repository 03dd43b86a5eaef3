# SPDX-License-Identifier: EUPL-1.2
"""A row a delivery in the partner's own table, with the position in the same transaction."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
)

from connectors.bridge.settings import ToTable
from connectors.client import Delivery
from connectors.inbox import Inbox, InDatabase


def in_table(settings: ToTable, source: str) -> tuple[InDatabase, Engine]:
    """The place, and its engine to dispose of. Makes the tables that are not there."""
    metadata = MetaData()
    inbox, rows = Inbox(metadata, f"{settings.naam}_positie"), deliveries_table(metadata, settings.naam)
    engine = create_engine(settings.database)
    metadata.create_all(engine)

    def keep(connection: Connection, delivery: Delivery) -> None:
        connection.execute(insert(rows).values(row_of(delivery)))

    return InDatabase(engine, inbox, source, keep), engine


def deliveries_table(metadata: MetaData, name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("id", String(256), primary_key=True),
        Column("positie", BigInteger, primary_key=True, comment="a delivery told again is a row again"),
        Column("gebeurtenis", String(100), nullable=False, index=True),
        Column("rol", String(40), nullable=False),
        Column("pseudoniem", String(64), index=True),
        Column("bron", String(100)),
        Column("gebeurd", Date),
        Column("vastgelegd", DateTime(timezone=True), nullable=False),
        Column("persoon", JSON),
        Column("data", JSON, nullable=False),
    )


def row_of(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "positie": delivery.positie,
        "gebeurtenis": delivery.gebeurtenis,
        "rol": delivery.rol,
        "pseudoniem": delivery.pseudoniem,
        "bron": delivery.bron,
        "gebeurd": delivery.gebeurd,
        "vastgelegd": delivery.vastgelegd,
        "persoon": delivery.persoon,
        "data": dict(delivery.data),
    }
