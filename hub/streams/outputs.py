# SPDX-License-Identifier: EUPL-1.2
"""What a turn sends: gathered first, then sent as whole record batches, one per topic partition where it fits.

``producer.send`` costs an event-loop future per record; a batch built here costs one per batch. Not here: transactions.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiokafka.partitioner import murmur2

from hub.streams.errors import OutputTooLarge

__all__ = ["Headers", "Outgoing", "Outputs", "Sent", "partition_of", "retrieved", "send_all"]

Headers = Sequence[tuple[str, bytes]]
Outgoing = tuple[bytes | None, bytes | None, Headers, int | None]
"""Key, value, headers, and the partition if the agent chose one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One batch on its way."""

    arrived: asyncio.Future[Any]
    """Done when the broker has it."""
    count: int
    """Records in it."""

    async def end(self) -> int | None:
        """The offset behind the batch; None if a retry met the first attempt, which the broker tells without offset."""
        base: int = (await self.arrived).offset
        return base + self.count if base >= 0 else None


class Outputs:
    """The outputs of one turn, in the order in which they were emitted."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._of_topic: defaultdict[str, list[Outgoing]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._of_topic)

    def add(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None,
        headers: Headers,
        partition: int | None,
        limit: int | None = None,
    ) -> None:
        """Take one output; OutputTooLarge if the broker would refuse it."""
        size = (len(value) if value else 0) + (len(key) if key else 0)
        if headers:
            size += sum(len(name) + len(content or b"") + 4 for name, content in headers)
        if size > (limit or self._limit):
            raise OutputTooLarge(
                f"An output for {topic} has {size} bytes and the limit is {limit or self._limit}: "
                "refuse the record that it follows from, or split it."
            )
        self._of_topic[topic].append((key, value, headers, partition))

    async def placed(self, producer: Any, home: int) -> dict[tuple[str, int], list[Outgoing]]:
        """By topic and partition: the chosen one, else by key as Java does it, else beside the turn's own."""
        placed: defaultdict[tuple[str, int], list[Outgoing]] = defaultdict(list)
        for topic, outgoing in self._of_topic.items():
            count = len(await producer.partitions_for(topic))
            if count == 1:
                placed[topic, 0] = outgoing
                continue
            for one in outgoing:
                key, _, _, chosen = one
                if chosen is None:
                    chosen = home % count if key is None else partition_of(key, count)
                placed[topic, chosen].append(one)
        return placed


@lru_cache(maxsize=1 << 16)  # aiokafka's murmur2 is plain Python, and the same persons come back
def partition_of(key: bytes, count: int) -> int:
    """Where Kafka's default partitioner puts ``key``: the same in every client and for ever."""
    position: int = (murmur2(key) & 0x7FFFFFFF) % count
    return position


async def send_all(producer: Any, placed: Mapping[tuple[str, int], Iterable[Outgoing]]) -> list[Sent]:
    """Hand everything to the producer; the batches, in the order of ``placed``."""
    now = int(time.time() * 1000)
    sent = await asyncio.gather(
        *(_send(producer, topic, partition, outgoing, now) for (topic, partition), outgoing in placed.items())
    )
    return [batch for batches in sent for batch in batches]


async def _send(producer: Any, topic: str, partition: int, outgoing: Iterable[Outgoing], now: int) -> list[Sent]:
    sent: list[Sent] = []

    async def send() -> None:
        arrived = await producer.send_batch(batch, topic, partition=partition)
        arrived.add_done_callback(retrieved)
        sent.append(Sent(arrived, batch.record_count()))

    batch = producer.create_batch()
    append = batch.append
    for key, value, headers, _ in outgoing:
        # aiokafka's record builder is C and takes lists only
        plain = headers if isinstance(headers, list) else list(headers)
        if append(timestamp=now, key=key, value=value, headers=plain) is None:
            await send()
            batch = producer.create_batch()
            append = batch.append
            append(timestamp=now, key=key, value=value, headers=plain)
    await send()
    return sent


def retrieved(future: asyncio.Future[Any]) -> None:
    """Callback: an error that a commit raises already is not told once more by every future that shared it."""
    if not future.cancelled():
        future.exception()
