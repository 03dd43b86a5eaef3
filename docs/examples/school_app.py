# SPDX-License-Identifier: EUPL-1.2
"""A school's own application: an outbox out of its database and an inbox into it, each exactly once.

`python school_app.py connect.toml sqlite:///school.db 999990019` enrols one learner, tells the hub, and takes in what the
hub has. Kill it anywhere and start it again.
"""

import asyncio
import sys
from datetime import date

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    func,
    insert,
    select,
)

from connectors import Connector, Delivery
from connectors.gebeurtenissen.gemeente import TaalschoolToegewezenOntvangen
from connectors.gebeurtenissen.taalschool import CursusGestart
from connectors.inbox import Inbox
from connectors.outbox import Outbox, Relay

metadata = MetaData()
enrolled = Table("inschrijving", metadata, Column("bsn", String(9), primary_key=True), Column("vanaf", Date))
assigned = Table(
    "toewijzing",
    metadata,
    Column("nummer", Integer, primary_key=True),
    Column("pseudoniem", String),
    Column("route", String),
)
outbox, inbox = Outbox(metadata), Inbox(metadata)


def enrol(engine: Engine, bsn: str, begin: date) -> None:
    """Both stand or neither does."""
    with engine.begin() as connection:
        if connection.execute(select(enrolled).where(enrolled.c.bsn == bsn)).first() is None:
            connection.execute(insert(enrolled).values(bsn=bsn, vanaf=begin))
            outbox.add(connection, CursusGestart(begindatum=begin, component="taal").about("bsn", bsn))


def take_in(connection: Connection, delivery: Delivery) -> None:
    """In the transaction that also moves the position."""
    outbox.note(connection, delivery)
    if found := TaalschoolToegewezenOntvangen.of(delivery):
        connection.execute(insert(assigned).values(pseudoniem=delivery.pseudoniem, route=found.leerroute))


async def main(config: str, database: str, bsn: str) -> None:
    engine = create_engine(database)
    metadata.create_all(engine)
    enrol(engine, bsn, date(2026, 3, 2))
    async with Connector.open(config) as connector:
        await Relay(engine, outbox, connector).drain()
        await inbox.consume(engine, connector, take_in, until_quiet=2)
    with engine.connect() as connection:
        print("enrolled", connection.execute(select(func.count()).select_from(enrolled)).scalar())
        print("assigned", connection.execute(select(func.count()).select_from(assigned)).scalar())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
