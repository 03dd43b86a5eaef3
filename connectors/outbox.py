# SPDX-License-Identifier: EUPL-1.2
"""Out of a partner's own database, exactly once: an event is written in the transaction that makes it true.

    outbox = Outbox(metadata)                       # a table among the application's own
    with engine.begin() as connection:
        connection.execute(insert(lessons)...)
        outbox.add(connection, Event("aanwezigheid-gemeld", ...))
    await Relay(engine, outbox, connector).run()    # in the same process or in another one

Either both stand or neither does. The relay sends in the order of the table and forgets what it sent; killed in
between, it sends again under the same id, which the hub takes as one event.

Two relays at once do no harm either: each sends an event only after all earlier ones that it has not seen sent, so the
first copy of an event never comes before the first copy of an earlier one. Two *transactions* at once about one person
are for the application to put in order, as it must for its own rows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka.errors import KafkaError
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
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from connectors.client import Connector, Delivery
from connectors.letters import Event, Packed

BATCH = 500
LOOK_SECONDS = 0.5
"""How often an idle relay looks; a database tells nobody that a row was committed."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    packed: Packed


class Outbox:
    """The table. What it holds until it is sent is personal data in clear, as in the application's own tables."""

    def __init__(self, metadata: MetaData, name: str = "inburgering_uit") -> None:
        self.table = Table(
            name,
            metadata,
            Column("nummer", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
            Column("id", String(256), nullable=False, unique=True),
            Column("gebeurtenis", String(100), nullable=False),
            Column("rol", String(40)),
            Column("frame", LargeBinary, comment="emptied once it is with the hub"),
            Column("verzonden_op", DateTime(timezone=True)),
            Column("antwoord", String(40), comment="what the hub's receipt says, or null until it came"),
            Column("toelichting", String(500)),
            sqlite_autoincrement=True,
        )
        Index(f"{name}_wacht", self.table.c.nummer, sqlite_where=self.table.c.verzonden_op.is_(None),
              postgresql_where=self.table.c.verzonden_op.is_(None))  # fmt: skip

    def add(self, connection: Connection | Session, event: Event) -> str:
        """Write the event into the caller's transaction; returns its id. Raises InvalidEvent, before anything is
        written."""
        packed = Packed.of(event, waits=True)
        row = {"id": packed.id, "gebeurtenis": packed.gebeurtenis, "rol": packed.rol, "frame": packed.frame}
        connection.execute(insert(self.table).values(row))
        return packed.id

    def note(self, connection: Connection | Session, receipt: Delivery) -> bool:
        """Write a receipt of the hub beside the event that it is about; False if that came from elsewhere."""
        about, table = receipt.data.get("betreft"), self.table
        done = connection.execute(
            update(table)
            .where(table.c.id == about)
            .values(
                antwoord=receipt.gebeurtenis.removeprefix("aanlevering-"), toelichting=receipt.data.get("toelichting")
            )
        )
        return bool(done.rowcount)  # type: ignore[attr-defined]

    def waiting(self, connection: Connection, most: int) -> Sequence[_Row]:
        """The oldest rows that were not sent yet."""
        table = self.table
        found = connection.execute(
            select(table).where(table.c.verzonden_op.is_(None)).order_by(table.c.nummer).limit(most)
        )
        return [_Row(row.nummer, Packed(row.id, row.gebeurtenis, row.rol, row.frame)) for row in found]

    def sent(self, connection: Connection, rows: Sequence[_Row]) -> None:
        """These are with the hub: keep that they went, and nothing of what they said."""
        numbers = [row.number for row in rows]
        connection.execute(
            update(self.table)
            .where(self.table.c.nummer.in_(numbers))
            .values(verzonden_op=datetime.now(UTC), frame=None)
        )


class Relay:
    """Carries an outbox to the hub."""

    def __init__(self, engine: Engine, outbox: Outbox, connector: Connector, *, batch: int = BATCH) -> None:
        self._engine, self._outbox, self._connector, self._batch = engine, outbox, connector, batch

    async def once(self) -> int:
        """One batch; the number of events.

        1. Read the oldest rows that were not sent.
        2. Send them in order and wait until the hub's broker has them all (raises KafkaError).
        3. Mark them as sent.
        """
        rows = await asyncio.to_thread(self._read)
        if rows:
            await self._connector.send_packed(row.packed for row in rows)
            await asyncio.to_thread(self._mark, rows)
        return len(rows)

    async def drain(self) -> int:
        """Until nothing waits; the number of events. Raises KafkaError."""
        sent = 0
        while count := await self.once():
            sent += count
        return sent

    async def run(self) -> None:
        """For ever; while the hub is away, try again after a pause that doubles."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                if not await self.once():
                    await asyncio.sleep(LOOK_SECONDS)
                pause = FIRST_PAUSE_SECONDS
            except KafkaError as error:
                log.warning("The hub takes nothing now (%s): trying again in %.1f s.", type(error).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _read(self) -> Sequence[_Row]:
        with self._engine.connect() as connection:
            return self._outbox.waiting(connection, self._batch)

    def _mark(self, rows: Sequence[_Row]) -> None:
        with self._engine.begin() as connection:
            self._outbox.sent(connection, rows)
