# SPDX-License-Identifier: EUPL-1.2
"""The client: seal, sign and send one's own events; receive, verify and open one's own deliveries.

    async with Connector.open("connect.toml") as connector:
        await connector.send(Event("cursus-gestart", {"soort": "bsn", "waarde": bsn}, {"begindatum": "2026-03-02"}))
        async for delivery in connector.deliveries():
            ...
            await delivery.done()

`send` returns when Kafka has the record on disk; whether the hub accepts it, a receipt tells (`aanlevering-aanvaard` or
`-geweigerd`), which arrives among the deliveries. An unchanged event sent again under its own id does no harm.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from connectors.profile import ConnectProfile, NoProfile
from schemas import catalogue, codec, seals, signatures
from schemas.cloudevents import SEALED, TYPE_PREFIX, CloudEvent, from_headers, source_of, to_headers
from schemas.errors import WireError

INBOX = "hub.inbox"
ANSWER_SECONDS = 20.0


class DeliveryRefused(Exception):
    """A record in our own topic is not the hub's, or not for us: nothing after it is read until someone looked."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a partner reports: about whom, what, and when it happened (today when not given)."""

    gebeurtenis: str
    persoon: Mapping[str, Any] | None
    data: Mapping[str, Any]
    gebeurd: date | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    rol: str | None = None


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

    async def done(self) -> None:
        """Say that this delivery, and all before it, is safe with us: it will not come again."""
        await self._connector._confirm(self.positie)


class Connector:
    """One partner's connection. Use `async with`; producers and consumers start when first needed."""

    def __init__(self, profile: ConnectProfile, *, group: str = "connect") -> None:
        self.profile = profile
        self._group = f"{profile.oin}.{group}"
        self._source = source_of(profile.oin, profile.systeem)
        self._signing = profile.signing_key()
        self._key_id = signatures.key_id(self._signing.public_key())
        self._hub_keys = profile.hub_signing_keys()
        self._sealer = seals.Sealer(
            X25519PublicKey.from_public_bytes(profile.hub_sealing_key()), profile.hub.oin, clock=time.monotonic
        )
        self._opener = seals.Opener(
            {signatures.key_id(key.public_key()): key for key in profile.sealing_keys()}, profile.oin
        )
        self._key_secret = hashlib.sha256(b"nl.inburgering/sleutel/1" + self._signing.private_bytes_raw()).digest()
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
        listed = list(events)
        for event in listed:
            self.check(event)
        producer = await self._sending()
        waiting = []
        for event in listed:
            key, value, headers = self.letter(event)
            waiting.append(await producer.send(INBOX, value, key=key, headers=headers))
        await asyncio.gather(*waiting)
        return [event.id for event in listed]

    def check(self, event: Event) -> None:
        """Raise `schemas.codec.InvalidEvent` for an event that could not be sent."""
        codec.check(event.gebeurtenis, _content(event))

    def letter(self, event: Event) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
        """The (key, value, headers) that goes to the inbox: Avro, sealed to the hub, signed by us."""
        frame = codec.encode(event.gebeurtenis, _content(event))
        record = CloudEvent(
            id=event.id,
            source=self._source,
            type=TYPE_PREFIX + event.gebeurtenis,
            time=datetime.now(UTC),
            subject=None,
            dataschema=f"urn:nl:inburgering:schema:{catalogue.gebeurtenistype(event.gebeurtenis).schema_id}",
            datacontenttype=SEALED,
            extensions={"rol": event.rol} if event.rol else {},
        )
        sealed = self._sealer.seal(frame, seals.aad_of(record))
        record = replace(record, data=sealed)
        headers = to_headers(record) + signatures.sign(record, self._signing, self._key_id)
        return self._key(event.persoon, event.id), sealed, headers

    def _key(self, persoon: Mapping[str, Any] | None, event_id: str) -> bytes:
        """Our own opaque key for the person: keeps our events about one person in order and tells nobody who it is."""
        about = f"{persoon['soort']}\n{persoon['waarde']}" if persoon else event_id
        return hmac.digest(self._key_secret, about.encode(), "sha256").hex()[:32].encode()

    async def _sending(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = AIOKafkaProducer(**self._kafka(), enable_idempotence=True, linger_ms=5)
            await self._producer.start()
        return self._producer

    # receiving

    async def deliveries(
        self, *, until_quiet: float | None = None, start: int | None = None
    ) -> AsyncIterator[Delivery]:
        """Deliveries in order, from the last confirmed one on, or from position `start` on (0: all that is kept).

        With `until_quiet` the iteration ends when nothing came for that many seconds, and raises KafkaConnectionError
        when the broker did not even answer. (The topic's end offset is no use for this: behind the last record stands
        the commit marker of its transaction, which no reader ever reaches.)
        """
        consumer = await self._receiving()
        partition = TopicPartition(self.topic, 0)
        if start is not None:
            consumer.seek(partition, start)
        began = heard = time.monotonic()
        while until_quiet is None or time.monotonic() - heard < until_quiet:
            for records in (await consumer.getmany(partition, timeout_ms=200, max_records=500)).values():
                for record in records:
                    yield self._read(record)
                heard = time.monotonic()
            if until_quiet is not None and consumer.highwater(partition) is None:
                heard = time.monotonic()
                if heard - began > ANSWER_SECONDS:
                    raise KafkaConnectionError(
                        f"The broker at {self.profile.bootstrap} does not answer: try again later."
                    )

    @property
    def topic(self) -> str:
        return f"hub.out.{self.profile.oin}"

    def _read(self, record: Any) -> Delivery:
        try:
            event = from_headers(record.headers, record.value)
            signatures.verify(event, record.headers, self._hub_key(record))
            naam, data = codec.decode(self._opener.open(event.data, seals.aad_of(event)))
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
        )

    def _hub_key(self, record: Any) -> Ed25519PublicKey:
        """The key that the record names, if it counted when the broker took the record. Keys change while we run: for
        one that we do not know, `connect.toml` is read again. Raises BadSignature."""
        name = signatures.claimed_key_id(record.headers)
        if name not in self._hub_keys:
            with contextlib.suppress(NoProfile):
                self._hub_keys = ConnectProfile.read(self.profile.map).hub_signing_keys()
        public, until = self._hub_keys.get(name, (None, None))
        if public is None or (until is not None and record.timestamp >= until.timestamp() * 1000):
            raise signatures.BadSignature(
                f"Key {name} is not the hub's, or no longer: copy the newest connect.toml from the hub's operator."
            )
        return public

    async def _confirm(self, position: int) -> None:
        assert self._consumer is not None, "a delivery comes from a consumer"
        await self._consumer.commit({TopicPartition(self.topic, 0): OffsetAndMetadata(position + 1, "")})

    async def _receiving(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            self._consumer = AIOKafkaConsumer(
                **self._kafka(),
                group_id=self._group,
                enable_auto_commit=False,
                isolation_level="read_committed",
                auto_offset_reset="earliest",
            )
            await self._consumer.start()
            # assigned, not subscribed: one topic, one reader, no rebalance to wait for
            self._consumer.assign([TopicPartition(self.topic, 0)])
        return self._consumer

    def _kafka(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.profile.bootstrap,
            "security_protocol": "SSL",
            "ssl_context": self.profile.ssl_context(),
            "client_id": f"{self.profile.oin}.{self.profile.systeem}",
        }


def _content(event: Event) -> dict[str, Any]:
    """The event's data with its common fields, as the codec takes it."""
    data = dict(event.data)
    data["persoon"] = None if event.persoon is None else {"ook": [], **event.persoon}
    if event.gebeurd:
        data["gebeurd_op"] = event.gebeurd.isoformat()
    return data
