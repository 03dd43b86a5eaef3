# SPDX-License-Identifier: EUPL-1.2
"""Writes to `hub.inbox`: what partners send over HTTP, letter for letter, and what this room did not hand over."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.broker.topics import INBOX
from hub.streams.envelope import INGEHOUDEN, instant
from hub.streams.settings import KafkaConnection
from hub.web.kennis import Inhouding
from schemas import codec, signatures
from schemas.cloudevents import AVRO, TYPE_PREFIX, CloudEvent, Header, source_of, to_headers

SYSTEM = "web"
ANSWER_MS = 15_000
_SPACE = uuid.UUID("0b6f3a56-7c1c-5b0e-9b0f-5d1f0a3f3c11")

Letter = tuple[bytes, bytes, list[Header]]
"""Key, value, headers."""


class InboxClosed(Exception):
    """Kafka did not take it, or not all of it: send all of it again, in the same order."""


class Inbox:
    """One idempotent producer for all partners, renewed after a failure: its sequence has a gap then."""

    def __init__(self, kafka: KafkaConnection) -> None:
        self._kafka = kafka
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def send(self, letters: Iterable[Letter]) -> None:
        """In order; returns once Kafka has all of it on disk, on every replica that counts. Raises InboxClosed."""
        waiting: list[asyncio.Future[Any]] = []
        producer: AIOKafkaProducer | None = None
        try:
            producer = await self._started()
            for key, value, headers in letters:
                waiting.append(await producer.send(INBOX, value, key=key, headers=headers))
            await asyncio.gather(*waiting)
        except (KafkaError, OSError) as error:
            for future in waiting:
                future.cancel()
            if producer is not None:
                await self._renew(producer)
            raise InboxClosed(f"Kafka does not take it ({type(error).__name__}).") from error

    async def stop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self._kafka.aiokafka(),
                    client_id=SYSTEM,
                    enable_idempotence=True,  # and with it acks from all in-sync replicas
                    linger_ms=2,
                    request_timeout_ms=ANSWER_MS,
                )
                try:
                    await producer.start()
                except KafkaError:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def _renew(self, failed: AIOKafkaProducer) -> None:
        ours = self._producer is failed  # another request may have renewed it already
        if ours:
            self._producer = None
            with contextlib.suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(ANSWER_MS / 1000):
                    await failed.stop()


def withheld_letter(oin: str, key: Ed25519PrivateKey, one: Inhouding) -> Letter:
    """What this room says of a delivery that it did not hand over; the same again has the same id."""
    levering = one.levering
    data = {
        "levering": levering.id,
        "aan": str(levering.aan),
        "gebeurtenis": levering.gebeurtenis,
        "dossier": levering.dossier,
        "toestemming": levering.toestemming,
        "reden": one.reden.value,
        "moment": instant(one.moment),
    }
    frame = codec.encode(INGEHOUDEN, {name: value for name, value in data.items() if value is not None})
    event = CloudEvent(
        id=str(uuid.uuid5(_SPACE, levering.id)),
        source=source_of(oin, SYSTEM),
        type=TYPE_PREFIX + INGEHOUDEN,
        time=datetime.now(UTC),
        datacontenttype=AVRO,
        data=frame,
    )
    headers = to_headers(event) + signatures.sign(event, key, signatures.key_id(key.public_key()))
    return (levering.dossier or levering.id).encode(), frame, headers
