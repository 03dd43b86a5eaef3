# SPDX-License-Identifier: EUPL-1.2
"""A way to the hub and back. There are two, for the same letters in the same mailbox: Kafka (`client.Connector`) and HTTP
(`http.HttpConnector`). What sends files and follows receipts takes either.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiokafka.errors import KafkaError

from connectors.delivery import Delivery, DeliveryReader
from connectors.letters import Event, Letter, LetterWriter, Packed, content_of
from connectors.profile import ConnectProfile
from schemas import codec

MOST = 500
"""Deliveries in one batch."""


class HubRefuses(Exception):
    """Over HTTP the hub cannot be reached, or does not take or give something now; the text says what to do."""


class PositionLost(Exception):
    """What we read last and what the hub still keeps do not join: something was deleted unread, or is numbered anew."""


class AnotherReader(Exception):
    """Somebody else reads for the same place, or on the same connector: one reader is enough, and this one stops."""


AWAY = (KafkaError, HubRefuses)
"""What a way raises while the hub does not take or give anything: what waits, waits on."""
Away = KafkaError | HubRefuses


class Way(ABC):
    """One partner's way to the hub. Use `async with`; connections are made when first needed."""

    def __init__(self, profile: ConnectProfile) -> None:
        self.profile = profile
        self._writer = LetterWriter(profile)
        self._source = self._writer.source
        self._reader = DeliveryReader(profile, self.topic)

    @classmethod
    def open(cls, path: str | Path, **options: Any) -> Self:
        return cls(ConnectProfile.read(path), **options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def topic(self) -> str:
        """Where what the hub has for us lies; its positions are the same by either way."""
        return f"hub.out.{self.profile.oin}"

    # sending

    async def send(self, event: Event) -> str:
        """Send one event; returns its id once the hub has it on disk. Raises `schemas.codec.InvalidEvent` before anything
        leaves."""
        return (await self.send_all([event]))[0]

    async def send_all(self, events: Iterable[Event]) -> list[str]:
        """Send many in order; returns their ids once the hub has them all on disk. One that is invalid keeps all of them
        here (`schemas.codec.InvalidEvent`)."""
        packed = [Packed.of(event) for event in events]
        await self.send_packed(packed)
        return [one.id for one in packed]

    def check(self, event: Event) -> None:
        """Raise `schemas.codec.InvalidEvent` for an event that could not be sent."""
        codec.check(event.gebeurtenis, content_of(event))

    def letter(self, event: Event) -> Letter:
        """The (key, value, headers) that goes to the inbox: Avro, sealed to the hub, signed by us."""
        return self._writer.write(Packed.of(event))

    @abstractmethod
    async def send_packed(self, packed: Iterable[Packed]) -> None:
        """Send what was packed before, in order; returns once the hub has it all on disk.

        Raises what is in AWAY, and then any of it may have arrived: send all of it again, in the same order. No later
        event of a person can have arrived without the earlier ones.
        """

    # receiving

    @abstractmethod
    def after(
        self, position: int | None, *, until_quiet: float | None = None, most: int = MOST
    ) -> AsyncIterator[tuple[list[Delivery], int]]:
        """What stands from `position` on (None: all that is kept), in batches, each with the position that follows it.

        With `until_quiet` it ends when nothing came for that many seconds. A batch ends before the first record that is
        not the hub's; asking for the next then raises DeliveryRefused. Raises PositionLost, and what is in AWAY.
        """

    @abstractmethod
    def deliveries(self, *, until_quiet: float | None = None, start: int | None = None) -> AsyncIterator[Delivery]:
        """Deliveries in order, from the last confirmed one on, or from position `start` on (0: all that is kept)."""

    @abstractmethod
    async def close(self) -> None:
        """End the connections."""
