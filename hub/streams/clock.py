# SPDX-License-Identifier: EUPL-1.2
"""The clock: writes ticks into the log, never past what intake has read. Time is an event; nobody else looks at a
watch.

A tick first goes into every partition of the inbox. When intake has passed it in all of them, everything that partners
sent before it is in the log, and only then the tick follows there. An outage of intake therefore delays time instead
of turning reports that were sent in time into false signals. Two clocks at once do no harm: a tick that is not later
than the last one changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, delete, insert, select, update

from hub.broker import topics
from hub.broker.topics import DOSSIER, INBOX, PARTITIONS, Role
from hub.streams.envelope import instant
from hub.streams.outputs import partition_of
from hub.streams.settings import KafkaConnection
from hub.vault.tables import reading
from schemas import codec, signatures
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, source_of, to_headers

log = logging.getLogger(__name__)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY_TICK = time(6, 0)
"""On simulated time: the moment of a day's one tick, before anyone is at work (Europe/Amsterdam)."""
NAMESPACE = uuid.UUID("0b8f7f63-7c6a-5a38-8d0e-5d7b1f8a3c11")
POLL_SECONDS = 0.01
PATIENCE_SECONDS = 120.0

metadata = MetaData()
standen = Table(
    "klok",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("moment", String(32), nullable=True),  # the last tick written to every partition
    Column("doel", String(32), nullable=True),  # up to where an operator wants time to go, however large the step
    Column("vastgehouden", String(200), nullable=True),  # why the clock waits for the operator
)

gepland = Table(
    "gepland",
    metadata,
    Column("soort", String(20), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("moment", String(32), nullable=False),
    comment="Activations that wait for their moment; one a kind, the last word counts.",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A bundle that is to come into force at a moment."""

    soort: str
    digest: str
    moment: datetime


class ClockHeld(Exception):
    """Time would jump further than allowed, or intake stands still: an operator must look."""


class ClockState:
    """What the clock remembers: one row of SQL. The log is the truth; this only spares it from being read back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        metadata.create_all(engine)
        with engine.begin() as connection:
            if connection.execute(select(standen.c.id)).first() is None:
                connection.execute(insert(standen).values(id=1))

    def read(self) -> tuple[datetime | None, datetime | None]:
        """(last tick, target)"""
        with reading(self._engine) as connection:
            row = connection.execute(select(standen)).one()
        return _moment(row.moment), _moment(row.doel)

    def written(self, moment: datetime) -> None:
        self._set(moment=instant(moment), vastgehouden=None)

    def aim(self, target: datetime) -> None:
        """An operator says that time may go as far as `target`, in one step if need be."""
        self._set(doel=instant(target))

    def hold(self, why: str | None) -> None:
        self._set(vastgehouden=why)

    def held(self) -> str | None:
        with reading(self._engine) as connection:
            return connection.scalar(select(standen.c.vastgehouden))

    def plan(self, soort: str, digest: str, moment: datetime) -> None:
        """Bring a bundle into force at a moment; replaces what was planned of its kind."""
        with self._engine.begin() as connection:
            connection.execute(delete(gepland).where(gepland.c.soort == soort))
            connection.execute(insert(gepland).values(soort=soort, digest=digest, moment=instant(moment)))

    def planned(self) -> list[Planned]:
        """What waits for its moment, the earliest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(gepland)).all()
        found = [Planned(row.soort, row.digest, datetime.fromisoformat(row.moment)) for row in rows]
        return sorted(found, key=lambda one: (one.moment, one.soort))

    def fulfilled(self, plan: Planned) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(gepland).where(gepland.c.soort == plan.soort, gepland.c.digest == plan.digest))

    def _set(self, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(standen).values(**values))


class Clock:
    """Writes what the hub itself has to say to every partition, in step with the inbox."""

    def __init__(
        self,
        kafka: KafkaConnection,
        oin: str,
        signing_key: Ed25519PrivateKey,
        state: ClockState,
        *,
        max_step: timedelta,
    ) -> None:
        self._kafka, self._signing_key, self._state, self._max_step = kafka, signing_key, state, max_step
        self._source = source_of(oin, "klok")
        self._key_id = signatures.key_id(signing_key.public_key())
        self._producer: AIOKafkaProducer | None = None
        self._admin: AIOKafkaAdminClient | None = None

    async def start(self) -> None:
        self._producer = AIOKafkaProducer(**self._kafka.aiokafka(), enable_idempotence=True)
        self._admin = AIOKafkaAdminClient(**self._kafka.aiokafka())
        await self._producer.start()
        await self._admin.start()

    async def stop(self) -> None:
        if self._producer:
            await self._producer.stop()
        if self._admin:
            await self._admin.close()

    async def tick(self, moments: Iterable[datetime]) -> None:
        """Write ticks, in order. Raises ClockHeld when the step is larger than allowed and no operator aimed there: a
        tick into the future cannot be taken back."""
        last, aimed = self._state.read()
        wanted = [moment for moment in moments if last is None or moment > last]
        if not wanted:
            return
        if last and wanted[0] - max(last, aimed or last) > self._max_step:
            why = (
                f"Time would jump from {last:%Y-%m-%d %H:%M} to {wanted[0]:%Y-%m-%d %H:%M} UTC: "
                "run `hub clock release` if that is right."
            )
            self._state.hold(why)
            raise ClockHeld(why)
        for plan in self._state.planned():
            if plan.moment <= wanted[-1]:
                await self._ticks([moment for moment in wanted if moment < plan.moment])
                wanted = [moment for moment in wanted if moment >= plan.moment]
                await self.activate(plan.soort, plan.digest)
                self._state.fulfilled(plan)
        await self._ticks(wanted)

    async def _ticks(self, moments: Sequence[datetime]) -> None:
        if moments:
            await self.pass_through_inbox("tik", {"moment": instant(moments[-1])})
            for moment in moments:
                await self._write(DOSSIER, "tik", {"moment": instant(moment)})
            self._state.written(moments[-1])

    async def activate(self, soort: str, digest: str) -> None:
        """Activate a bundle: in the inbox, and behind everything sent before it, in the log."""
        data = {"soort": soort, "digest": digest}
        await self.pass_through_inbox("bundel-geactiveerd", data)
        await self._write(DOSSIER, "bundel-geactiveerd", data)

    async def pass_through_inbox(self, naam: str, data: dict[str, str]) -> None:
        """Return when everything that was sent before this moment is in the log."""
        await self._pass_through(INBOX, Role.INTAKE, naam, data)

    async def pass_through_log(self, naam: str, data: dict[str, str]) -> None:
        """Return when the dossier agent has worked off everything that is in the log at this moment."""
        await self._pass_through(DOSSIER, Role.DOSSIER, naam, data)

    async def into_log(self, naam: str, data: dict[str, str], *, about: str | None = None) -> None:
        """Write the record into the partition of the dossier that it is `about`; into every one without."""
        await self._write(DOSSIER, naam, data, about=about)

    async def lay_down(self, soort: str, digest: str) -> None:
        """Activate a bundle in a hub that runs no workers yet: there is nothing to wait for."""
        for topic in (INBOX, DOSSIER):
            await self._write(topic, "bundel-geactiveerd", {"soort": soort, "digest": digest})

    async def _write(self, topic: str, naam: str, data: dict[str, str], *, about: str | None = None) -> dict[int, int]:
        """The record in every partition of `topic`, or in that of a dossier; returns its offset in each."""
        assert self._producer is not None, "start the clock first"
        value, headers = self._record(naam, data)
        key = about.encode() if about else None
        sent = [
            await self._producer.send(topic, value, key=key, partition=partition, headers=headers)
            for partition in ([partition_of(key, PARTITIONS)] if key else range(PARTITIONS))
        ]
        return {record.partition: record.offset for record in await asyncio.gather(*sent)}

    async def _pass_through(self, topic: str, role: Role, naam: str, data: dict[str, str]) -> None:
        """Wait until the workers of `role` have read past the record in every partition of their topic."""
        assert self._admin is not None, "start the clock first"
        placed = await self._write(topic, naam, data)
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        group = topics.group(role)
        waiting = [TopicPartition(topic, partition) for partition in placed]
        while waiting:
            waiting = await self._not_past(group, placed, waiting)
            if waiting and asyncio.get_running_loop().time() > deadline:
                why = f"The {role} workers have not passed {naam} in {len(waiting)} partitions for {PATIENCE_SECONDS:.0f} s: is it running?"
                self._state.hold(why)
                raise ClockHeld(why)
            if waiting:
                await asyncio.sleep(POLL_SECONDS)

    async def _not_past(
        self, group: str, placed: dict[int, int], waiting: list[TopicPartition]
    ) -> list[TopicPartition]:
        """The partitions in which the group has not read past what was placed there."""
        assert self._admin is not None, "start the clock first"
        try:
            offsets = await self._admin.list_consumer_group_offsets(group, partitions=waiting)
        except KafkaError as error:
            if not error.retriable:
                raise
            return waiting  # a broker that has just begun has no coordinator for a moment
        return [tp for tp, stand in offsets.items() if stand.offset <= placed[tp.partition]]

    def _record(self, naam: str, data: dict[str, str]) -> tuple[bytes, list[tuple[str, bytes]]]:
        frame = codec.encode(naam, data)
        event = CloudEvent(
            id=str(uuid.uuid5(NAMESPACE, f"{naam}\n{sorted(data.items())}")),
            source=self._source,
            type=TYPE_PREFIX + naam,
            time=datetime.now(UTC),
            subject=None,
            dataschema=None,
            datacontenttype="application/avro",
            extensions={},
            data=frame,
        )
        return frame, to_headers(event) + signatures.sign(event, self._signing_key, self._key_id)


def day_tick(day: date) -> datetime:
    """The moment of the one tick of a simulated day."""
    return datetime.combine(day, DAY_TICK, AMSTERDAM).astimezone(UTC)


def day_ticks(after: datetime | None, until: date) -> list[datetime]:
    """The ticks of the simulated days after a moment, up to and including `until`; of `until` alone when there was
    none yet."""
    if after is None:
        return [day_tick(until)]
    first = after.astimezone(AMSTERDAM).date() + timedelta(days=1)
    return [day_tick(first + timedelta(days=n)) for n in range((until - first).days + 1)]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
