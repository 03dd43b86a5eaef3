# SPDX-License-Identifier: EUPL-1.2
"""A log with its topics on the real broker, for tests of the channel: write events, read turns, see what is committed.

``Scene.reader`` runs the channel's reader in this process without Faust, so that a test holds the turns in its own
hands.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import confluent_kafka as librdkafka
from confluent_kafka.admin import AdminClient, NewTopic

from hub.broker.kafka import Broker
from hub.broker.topics import Role
from hub.streams.failpoints import Failpoints
from hub.streams.reader import OpenHook, Reader
from hub.streams.settings import KafkaConnection, LogSettings
from hub.streams.turn import Turn

__all__ = ["Desk", "Scene"]


@dataclass
class Desk:
    """Where the turns of a reader arrive."""

    reader: Reader
    queue: asyncio.Queue[Turn]
    ended: list[str] = field(default_factory=list)
    """Reasons for which the process would have ended."""

    async def turn(self, seconds: float = 15.0) -> Turn:
        """The next turn; an error if none comes or the reader crashed."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            if self.reader.crashed:
                raise self.reader.crash_reason
            try:
                return await asyncio.wait_for(self.queue.get(), 0.1)
            except TimeoutError:
                continue
        raise AssertionError(f"no turn in {seconds} s")

    async def crash(self, seconds: float = 15.0) -> BaseException:
        """Why the reader crashed; an error if it does not."""
        async with asyncio.timeout(seconds):
            while not self.reader.crashed:
                await asyncio.sleep(0.05)
        reason: BaseException = self.reader.crash_reason
        return reason

    async def open(self, seconds: float = 15.0) -> None:
        """Wait until some partition is open."""
        async with asyncio.timeout(seconds):
            while not any(partition.idle.is_set() for partition in self.reader.partitions.values()):
                await asyncio.sleep(0.02)


class Scene:
    """Topics of one test: <name>.in, .out, .state (compacted), .dead."""

    def __init__(self, broker: Broker, partitions: int = 1, **config: str) -> None:
        self.broker = broker
        self.name = f"t-{uuid4().hex[:12]}"
        self.partitions = partitions
        self.kafka = KafkaConnection(broker.bootstrap, broker.credentials)
        self.admin = AdminClient(self.kafka.librdkafka())
        compact = {"cleanup.policy": "compact"}
        topics = [NewTopic(f"{self.name}.{part}", partitions, config=config) for part in ("in", "out")]
        topics += [NewTopic(f"{self.name}.state", partitions, config=compact)]
        topics += [NewTopic(f"{self.name}.dead", 1, config={"max.message.bytes": str(4 * 1024 * 1024)})]
        topics += [NewTopic(f"{self.name}.faust-__assignor-__leader", 1)]
        self.create(*topics)

    def create(self, *topics: NewTopic) -> None:
        for future in self.admin.create_topics(list(topics)).values():
            future.result()
        while not all(self._led(topic) for topic in topics):  # a fresh topic takes a moment to spread
            time.sleep(0.02)

    def _led(self, topic: NewTopic) -> bool:
        known = self.admin.list_topics(topic.topic, timeout=10).topics[topic.topic]
        return len(known.partitions) == topic.num_partitions and all(
            one.leader >= 0 for one in known.partitions.values()
        )

    def settings(self, **changes: Any) -> LogSettings:
        wanted: dict[str, Any] = {
            "topic": f"{self.name}.in",
            "state_topic": f"{self.name}.state",
            "group": f"{self.name}.group",
            "role": Role.DOSSIER,
            "kafka": self.kafka,
            "dead_letters": f"{self.name}.dead",
        }
        return LogSettings(**(wanted | changes))

    @asynccontextmanager
    async def reader(
        self, *hooks: OpenHook, failpoints: Failpoints | None = None, **changes: Any
    ) -> AsyncIterator[Desk]:
        """A running reader; stopped in good order at the end."""
        queue: asyncio.Queue[Turn] = asyncio.Queue()

        def recall() -> list[Turn]:
            return [queue.get_nowait() for _ in range(queue.qsize())]

        ended: list[str] = []
        reader = Reader(self.settings(**changes), queue.put_nowait, recall, failpoints=failpoints, end=ended.append)
        reader.open_hooks = list(hooks)
        await reader.start()
        try:
            yield Desk(reader, queue, ended)
        finally:
            await reader.stop()

    def send(
        self,
        values: Iterable[bytes],
        key: bytes | None = b"k",
        partition: int = 0,
        headers: Any = None,
        **producer: Any,
    ) -> None:
        """Events into the log, in order, acknowledged."""
        client = librdkafka.Producer({**self.kafka.librdkafka(), "linger.ms": 5, **producer})
        for value in values:
            client.produce(f"{self.name}.in", value, key, partition, headers=headers)
            client.poll(0)
        assert client.flush(20) == 0

    def read(self, part: str, isolation: str = "read_committed") -> list[Any]:
        """Everything in <name>.<part>, every partition in order, as a reader of that isolation level sees it now."""
        consumer = librdkafka.Consumer(
            {
                **self.kafka.librdkafka(),
                "group.id": "none",
                "isolation.level": isolation,
                "enable.partition.eof": True,
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 10,
            }
        )
        topic = f"{self.name}.{part}"
        count = 1 if part == "dead" else self.partitions
        consumer.assign([librdkafka.TopicPartition(topic, number, 0) for number in range(count)])
        found: list[Any] = []
        ended = set()
        while len(ended) < count:
            for message in consumer.consume(5000, 0.05):
                if message.error() is None:
                    found.append(message)
                elif message.error().code() == librdkafka.KafkaError._PARTITION_EOF:
                    ended.add(message.partition())
                elif message.error().code() not in {
                    librdkafka.KafkaError._TRANSPORT,
                    librdkafka.KafkaError._ALL_BROKERS_DOWN,
                }:
                    raise librdkafka.KafkaException(message.error())
        consumer.close()
        return sorted(found, key=lambda message: (message.partition(), message.offset()))

    def values(self, part: str) -> list[bytes]:
        return [message.value() for message in self.read(part)]

    def state(self) -> dict[int, dict[bytes, bytes]]:
        """The rows that the state topic holds, by partition, the position among them."""
        rows: dict[int, dict[bytes, bytes]] = {number: {} for number in range(self.partitions)}
        for message in self.read("state"):
            if message.value() is None:
                rows[message.partition()].pop(message.key(), None)
            else:
                rows[message.partition()][message.key()] = message.value()
        return rows

    def committed(self, partition: int = 0) -> int | None:
        """The group's offset, or None."""
        consumer = librdkafka.Consumer({**self.kafka.librdkafka(), "group.id": f"{self.name}.group"})
        where = librdkafka.TopicPartition(f"{self.name}.in", partition)
        offset: int = consumer.committed([where], timeout=10)[0].offset
        consumer.close()
        return offset if offset >= 0 else None

    def set_committed(self, offset: int, partition: int = 0) -> None:
        """As if the group had committed that offset."""
        consumer = librdkafka.Consumer({**self.kafka.librdkafka(), "group.id": f"{self.name}.group"})
        where = librdkafka.TopicPartition(f"{self.name}.in", partition, offset)
        consumer.commit(offsets=[where], asynchronous=False)
        consumer.close()

    def forget_group(self) -> None:
        """Delete the group with its offsets, as the broker does when nobody was in it for a week."""
        for future in self.admin.delete_consumer_groups([f"{self.name}.group"]).values():
            future.result()


def handle(turn: Turn, output: str) -> None:
    """The trivial handler: count per key, one output per record."""
    for record in turn.records:
        seen = turn.get(record.key)
        turn.put(record.key, b"%d" % (int(seen or 0) + 1))
        turn.emit(output, record.value, key=record.key)


def counts(values: Iterable[Any]) -> Counter[Any]:
    return Counter(values)
