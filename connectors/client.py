# SPDX-License-Identifier: EUPL-1.2
"""The client: seal, sign and send one's own events; receive, verify and open one's own deliveries. By Kafka; over HTTP
it is `http.HttpConnector`.

    async with Connector.open("connect.toml") as connector:
        await connector.send(Event("cursus-gestart", {"soort": "bsn", "waarde": bsn}, {"begindatum": "2026-03-02"}))
        async for delivery in connector.deliveries():
            ...
            await delivery.done()

`send` returns when Kafka has the record on disk; whether the hub accepts it, a receipt tells (`aanlevering-aanvaard` or
`-geweigerd`), which arrives among the deliveries. An unchanged event sent again under its own id does no harm.

For exactly once between one's own database and the hub: `outbox` and `inbox`. For a hub that may be away: `spool`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from connectors.delivery import Delivery, DeliveryRefused
from connectors.letters import Event, Packed
from connectors.profile import ConnectProfile
from connectors.way import MOST, AnotherReader, PositionLost, Way

__all__ = ["INBOX", "Connector", "Delivery", "DeliveryRefused", "Event"]

INBOX = "hub.inbox"
ANSWER_SECONDS = 20.0


class Connector(Way):
    """One partner's connection by Kafka. Use `async with`; producers and consumers start when first needed."""

    def __init__(self, profile: ConnectProfile, *, group: str = "connect") -> None:
        super().__init__(profile)
        self._group = f"{profile.oin}.{group}"
        self._producer: AIOKafkaProducer | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._reader_now: object = None
        self._fetching = False
        self._starting = asyncio.Lock()

    async def close(self) -> None:
        for part in (self._producer, self._consumer):
            if part is not None:
                await part.stop()

    # sending

    async def send_packed(self, packed: Iterable[Packed]) -> None:
        """Send what was packed before, in order; returns once Kafka holds it all.

        Raises KafkaError, and then any of it may have arrived: send all of it again, in the same order. No later
        event of a person can have arrived without the earlier ones: the broker refuses a gap in a producer's records.
        """
        self._writer.refresh()
        producer = await self._sending()
        waiting = []
        try:
            for one in packed:
                key, value, headers = self._writer.write(one)
                waiting.append(await producer.send(INBOX, value, key=key, headers=headers))
            await asyncio.gather(*waiting)
        except KafkaError:
            # a new producer next time: this one's sequence has a gap, so the broker would refuse all that follows
            self._producer = None
            for future in waiting:
                future.cancel()
            with contextlib.suppress(KafkaError):
                await producer.stop()
            raise

    async def _sending(self) -> AIOKafkaProducer:
        async with self._starting:  # two who send at once send through one
            if self._producer is None:
                producer = AIOKafkaProducer(**self._kafka(), enable_idempotence=True, linger_ms=5)
                await _started(producer)
                self._producer = producer
            return self._producer

    # receiving

    async def deliveries(
        self, *, until_quiet: float | None = None, start: int | None = None
    ) -> AsyncIterator[Delivery]:
        """Deliveries in order, from the last confirmed one on, or from position `start` on (0: all that is kept).

        With `until_quiet` the iteration ends when nothing came for that many seconds, and raises KafkaConnectionError
        when the broker did not even answer.
        """
        async for batch in self.batches(until_quiet=until_quiet, start=start):
            for delivery in batch:
                yield delivery

    async def batches(
        self, *, until_quiet: float | None = None, start: int | None = None, most: int = MOST
    ) -> AsyncIterator[list[Delivery]]:
        """The same, in batches of at most `most`, for who handles many in one transaction. A batch ends before the
        first record that is not the hub's; asking for the next then raises DeliveryRefused.

        (The topic's end offset is no use to find the end: behind the last record stands the commit marker of its
        transaction, which no reader ever reaches.)
        """
        consumer = await self._receiving()
        partition = TopicPartition(self.topic, 0)
        self._check_alone(not self._fetching)
        me = self._reader_now = object()
        if start is not None:
            consumer.seek(partition, start)
        began = heard = time.monotonic()
        while until_quiet is None or time.monotonic() - heard < until_quiet:
            self._check_alone(self._reader_now is me)
            self._fetching = True
            try:
                fetched = await consumer.getmany(partition, timeout_ms=200, max_records=most)
            finally:
                self._fetching = False
            for records in fetched.values():
                batch: list[Delivery] = []
                refused: DeliveryRefused | None = None
                for record in records:
                    try:
                        batch.append(self._read(record))
                    except DeliveryRefused as error:
                        refused = error
                        break
                if batch:
                    yield batch
                if refused is not None:
                    raise refused
                heard = time.monotonic()
            if until_quiet is not None and consumer.highwater(partition) is None:
                heard = time.monotonic()
                if heard - began > ANSWER_SECONDS:
                    raise KafkaConnectionError(
                        f"The broker at {self.profile.bootstrap} does not answer: try again later."
                    )

    async def after(
        self, position: int | None, *, until_quiet: float | None = None, most: int = MOST
    ) -> AsyncIterator[tuple[list[Delivery], int]]:
        """First of all it sees that the hub still keeps what follows."""
        first, end = await self.kept()
        # One further: where we stand may be the end marker of the last transaction, which is deleted as records are.
        if position is not None and not first - 1 <= position <= end:
            raise self._lost(position, first)
        async for batch in self.batches(until_quiet=until_quiet, start=position or 0, most=most):
            if position is not None and batch[0].positie < position:
                raise self._lost(position, batch[0].positie)
            position = batch[-1].positie + 1
            yield batch, position

    def _check_alone(self, alone: bool) -> None:
        """Two who read on one connector would each miss what the other got."""
        if not alone:
            raise AnotherReader(
                f"This connector already reads {self.topic} for somebody else: open another one to read beside it."
            )

    def _lost(self, position: int, first: int) -> PositionLost:
        return PositionLost(
            f"{self.topic} goes on at position {first} and we were at {position}: ask the hub's operator for what was"
            " missed, and then set the position by hand."
        )

    async def kept(self) -> tuple[int, int]:
        """The first position that the hub still keeps for us, and the one after the last."""
        consumer, partition = await self._receiving(), TopicPartition(self.topic, 0)
        first = await consumer.beginning_offsets([partition])
        end = await consumer.end_offsets([partition])
        return first[partition], end[partition]

    async def topics(self) -> set[str]:
        """The topics on which the hub gives us any right."""
        found: set[str] = await (await self._receiving()).topics()
        return found

    def _read(self, record: Any) -> Delivery:
        taken = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        return self._reader.read(
            record.headers, record.value, taken, record.offset, partial(self.confirm, record.offset)
        )

    async def confirm(self, position: int) -> None:
        """Say that all up to and including this position is safe with us."""
        consumer = await self._receiving()
        await consumer.commit({TopicPartition(self.topic, 0): OffsetAndMetadata(position + 1, "")})

    async def _receiving(self) -> AIOKafkaConsumer:
        async with self._starting:
            if self._consumer is None:
                consumer = AIOKafkaConsumer(
                    **self._kafka(),
                    group_id=self._group,
                    enable_auto_commit=False,
                    isolation_level="read_committed",
                    auto_offset_reset="earliest",
                )
                await _started(consumer)
                # assigned, not subscribed: one topic, one reader, no rebalance to wait for
                consumer.assign([TopicPartition(self.topic, 0)])
                self._consumer = consumer
            return self._consumer

    def _kafka(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.profile.bootstrap,
            "security_protocol": "SSL",
            "ssl_context": self.profile.ssl_context(),
            "client_id": f"{self.profile.oin}.{self.profile.systeem}",
        }


async def _started(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Start it; when that fails or is given up, nothing of it is left running."""
    try:
        await client.start()
    except BaseException:
        await client.stop()
        raise
