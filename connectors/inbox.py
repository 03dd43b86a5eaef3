# SPDX-License-Identifier: EUPL-1.2
"""Into a partner's own database, exactly once: the position stands in the transaction that uses the deliveries.

inbox = Inbox(metadata)                        # a table among the application's own

def handle(connection, delivery): ...          # writes with this connection, and with nothing else

await inbox.consume(engine, connector, handle)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from sqlalchemy import BigInteger, Column, Connection, Engine, MetaData, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from connectors.carrying import BATCH, AnotherReader, carry
from connectors.client import Connector, Delivery

Handle = Callable[[Connection, Delivery], None]


class Inbox:
    """The table with the position: one row a topic, the position that is to be read next."""

    def __init__(self, metadata: MetaData, name: str = "inburgering_in") -> None:
        self.table = Table(
            name,
            metadata,
            Column("bron", String(100), primary_key=True),
            Column("volgende", BigInteger, nullable=False),
        )

    def next(self, connection: Connection, source: str) -> int | None:
        """The position to read next; None when nothing was read yet."""
        found = connection.execute(select(self.table.c.volgende).where(self.table.c.bron == source)).scalar()
        return None if found is None else int(found)

    def move(self, connection: Connection, source: str, was: int | None, becomes: int) -> None:
        """Move the position in the caller's transaction. Raises AnotherReader if it is not where we left it."""
        table = self.table
        if was is None:
            try:
                connection.execute(insert(table).values(bron=source, volgende=becomes))
            except IntegrityError as error:
                raise _another(source) from error
            return
        done = connection.execute(
            update(table).where(table.c.bron == source, table.c.volgende == was).values(volgende=becomes)
        )
        if done.rowcount != 1:
            raise _another(source)

    async def consume(
        self,
        engine: Engine,
        connector: Connector,
        handle: Handle,
        *,
        until_quiet: float | None = None,
        batch: int = BATCH,
    ) -> int:
        """Hand every delivery to `handle`, in order, a batch in a transaction; what `handle` raises undoes the batch and
        stops. Returns how many, once nothing came for `until_quiet` seconds. Raises what `carrying.carry` raises."""
        place = InDatabase(engine, self, connector.topic, handle)
        return await carry(connector, place, until_quiet=until_quiet, batch=batch)


class InDatabase:
    """A place (`carrying.Place`): one database, one handler."""

    def __init__(self, engine: Engine, inbox: Inbox, source: str, handle: Handle) -> None:
        self._engine, self._inbox, self._source, self._handle = engine, inbox, source, handle

    async def position(self) -> int | None:
        return await asyncio.to_thread(self._position)

    async def take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        await asyncio.to_thread(self._take, deliveries, was, becomes)

    def _position(self) -> int | None:
        with self._engine.connect() as connection:
            return self._inbox.next(connection, self._source)

    def _take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        with self._engine.begin() as connection:
            # first: it makes a second reader wait here, before anything was handled twice
            self._inbox.move(connection, self._source, was, becomes)
            for delivery in deliveries:
                self._handle(connection, delivery)


def _another(source: str) -> AnotherReader:
    return AnotherReader(f"Another process reads {source} into this database: stop one of the two.")
