# SPDX-License-Identifier: EUPL-1.2
"""The client: seal, sign and send one's own events; receive, verify and open one's own deliveries.

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
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from connectors.letters import Event, Letter, LetterWriter, Packed, content_of
from connectors.profile import ConnectProfile, NoProfile
from schemas import codec, seals, signatures
from schemas.cloudevents import CloudEvent, from_headers
from schemas.errors import UnknownSealKey, WireError

__all__ = ["INBOX", "Connector", "Delivery", "DeliveryRefused", "Event"]

INBOX = "hub.inbox"
ANSWER_SECONDS = 20.0


class DeliveryRefused(Exception):
    """A record in our own topic is not the hub's, or not for us: nothing after it is read until someone looked."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrived: an event about a person, a signal, or the receipt for something sent."""

    id: str
    gebeurtenis: str
    rol: str
    pseudoniem: str | None
    persoon: Mapping[str, Any] | None
    data: Mapping[str, Any]
    bron: str | None
    gebeurd: date | None
    vastgelegd: datetime
    positie: int
    _connector: Connector
    frame: bytes = field(default=b"", repr=False)
    """What was sealed: a Confluent frame that any stock AvroDeserializer reads."""
    attributen: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The CloudEvents attributes as the hub signed them."""

    async def done(self) -> None:
        """Say that this delivery, and all before it, is safe with us: it will not come again."""
        await self._connector.confirm(self.positie)


class Connector:
    """One partner's connection. Use `async with`; producers and consumers start when first needed."""

    def __init__(self, profile: ConnectProfile, *, group: str = "connect") -> None:
        self.profile = profile
        self._group = f"{profile.oin}.{group}"
        self._writer = LetterWriter(profile)
        self._source = self._writer.source
        self._hub_keys = profile.hub_signing_keys()
        self._opener = _opener(profile)
        self._producer: AIOKafkaProducer | None = None
        self._consumer: AIOKafkaConsumer | None = None

    @classmethod
    def open(cls, path: str | Path, **options: Any) -> Connector:
        return cls(ConnectProfile.read(path), **options)

    async def __aenter__(self) -> Connector:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in (self._producer, self._consumer):
            if part is not None:
                await part.stop()

    # sending

    async def send(self, event: Event) -> str:
        """Send one event; returns its id once Kafka holds it. Raises `schemas.codec.InvalidEvent` before anything
        leaves."""
        return (await self.send_all([event]))[0]

    async def send_all(self, events: Iterable[Event]) -> list[str]:
        """Send many in order; returns their ids once Kafka holds them all. One that is invalid keeps all of them here
        (`schemas.codec.InvalidEvent`)."""
        packed = [Packed.of(event) for event in events]
        await self.send_packed(packed)
        return [one.id for one in packed]

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

    def check(self, event: Event) -> None:
        """Raise `schemas.codec.InvalidEvent` for an event that could not be sent."""
        codec.check(event.gebeurtenis, content_of(event))

    def letter(self, event: Event) -> Letter:
        """The (key, value, headers) that goes to the inbox: Avro, sealed to the hub, signed by us."""
        return self._writer.write(Packed.of(event))

    async def _sending(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(**self._kafka(), enable_idempotence=True, linger_ms=5)
            try:
                await producer.start()
            except KafkaError:
                await producer.stop()
                raise
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
        self, *, until_quiet: float | None = None, start: int | None = None, most: int = 500
    ) -> AsyncIterator[list[Delivery]]:
        """The same, in batches of at most `most`, for who handles many in one transaction. A batch ends before the
        first record that is not the hub's; asking for the next then raises DeliveryRefused.

        (The topic's end offset is no use to find the end: behind the last record stands the commit marker of its
        transaction, which no reader ever reaches.)
        """
        consumer = await self._receiving()
        partition = TopicPartition(self.topic, 0)
        if start is not None:
            consumer.seek(partition, start)
        began = heard = time.monotonic()
        while until_quiet is None or time.monotonic() - heard < until_quiet:
            for records in (await consumer.getmany(partition, timeout_ms=200, max_records=most)).values():
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

    @property
    def topic(self) -> str:
        return f"hub.out.{self.profile.oin}"

    def _read(self, record: Any) -> Delivery:
        try:
            event = from_headers(record.headers, record.value)
            signatures.verify(event, record.headers, self._hub_key(record))
            frame = self._open(event)
            naam, data = codec.decode(frame)
        except WireError as error:
            raise DeliveryRefused(
                f"Record {record.offset} of {record.topic} is not what the hub sent us: {error}"
            ) from error
        gebeurd, vastgelegd = data.pop("gebeurd_op", None), data.pop("vastgelegd_op", None)
        return Delivery(
            id=event.id,
            gebeurtenis=naam,
            rol=event.extensions.get("rol", ""),
            pseudoniem=event.subject,
            persoon=data.pop("persoon", None),
            bron=data.pop("bron", None),
            gebeurd=date.fromisoformat(gebeurd) if gebeurd else None,
            vastgelegd=datetime.fromisoformat(vastgelegd) if vastgelegd else event.time,
            data=data,
            positie=record.offset,
            _connector=self,
            frame=frame,
            attributen=event.attributes(),
        )

    def _open(self, event: CloudEvent) -> bytes:
        """What was sealed to us; for a key of ours that is newer than this process, `connect.toml` is read again."""
        try:
            return self._opener.open(event.data, seals.aad_of(event))
        except UnknownSealKey:
            with contextlib.suppress(NoProfile):
                self._opener = _opener(self.profile.again())
            return self._opener.open(event.data, seals.aad_of(event))

    def _hub_key(self, record: Any) -> Ed25519PublicKey:
        """The key that the record names, if it counted when the broker took the record. Keys change while we run: for
        one that we do not know, `connect.toml` is read again. Raises BadSignature."""
        name = signatures.claimed_key_id(record.headers)
        if name not in self._hub_keys:
            with contextlib.suppress(NoProfile):
                self._hub_keys = self.profile.again().hub_signing_keys()
        public, until = self._hub_keys.get(name, (None, None))
        if public is None or (until is not None and record.timestamp >= until.timestamp() * 1000):
            raise signatures.BadSignature(
                f"Key {name} is not the hub's, or no longer: copy the newest connect.toml from the hub's operator."
            )
        return public

    async def confirm(self, position: int) -> None:
        """Say that all up to and including this position is safe with us."""
        consumer = await self._receiving()
        await consumer.commit({TopicPartition(self.topic, 0): OffsetAndMetadata(position + 1, "")})

    async def _receiving(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = AIOKafkaConsumer(
                **self._kafka(),
                group_id=self._group,
                enable_auto_commit=False,
                isolation_level="read_committed",
                auto_offset_reset="earliest",
            )
            try:
                await consumer.start()
            except KafkaError:
                await consumer.stop()
                raise
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


def _opener(profile: ConnectProfile) -> seals.Opener:
    return seals.Opener({signatures.key_id(key.public_key()): key for key in profile.sealing_keys()}, profile.oin)
