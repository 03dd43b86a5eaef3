# SPDX-License-Identifier: EUPL-1.2
"""Replay the log from its first record, offline, by the very code of the dossier agent, and compare with the state
that stands.

Nothing is sent: a replay turn keeps what would go out. The state is compared as plaintext, row by row: seals are
random.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import confluent_kafka as librdkafka
import orjson

from hub.broker.topics import AUDIT, DOSSIER, DOSSIER_STATE
from hub.streams.dossier import Dossiers
from hub.streams.restore import POSITION
from hub.streams.settings import KafkaConnection
from hub.streams.store import MemoryStore
from hub.vault.keys import Gewist
from hub.vault.vault import Vault

BATCH = 500
OPERATORS = "hub-operator"
WAIT_SECONDS = 0.02
"""librdkafka waits this long for a batch to fill, also at the end."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the log as an agent reads it."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass
class ReplayTurn:
    """A turn whose outputs are kept instead of sent. Has of `hub.streams.turn.Turn` what the agent uses."""

    partition: int
    records: Sequence[Record]
    store: MemoryStore
    emitted: list[tuple[str, bytes | None]] = field(default_factory=list)
    rows: dict[bytes, bytes | None] = field(default_factory=dict)

    def get(self, key: bytes) -> bytes | None:
        return self.rows[key] if key in self.rows else self.store.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        self.rows[key] = value

    def delete(self, key: bytes) -> None:
        self.rows[key] = None

    def scan(
        self, prefix: bytes = b"", *, start: bytes | None = None, end: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        low = max(prefix, start or b"")
        found = {key: value for key, value in self.store.scan(low, end) if key.startswith(prefix)}
        for key, value in self.rows.items():
            if key.startswith(prefix) and key >= low and (end is None or key < end):
                found[key] = value  # type: ignore[assignment]  # a deleted row is dropped below
        yield from sorted((key, value) for key, value in found.items() if value is not None)

    def emit(self, topic: str, value: bytes | None, *_: Any, **__: Any) -> None:
        self.emitted.append((topic, value))

    async def commit(self) -> None:
        last = self.records[-1]
        self.store.apply(self.rows.items(), last.offset + 1)


@dataclass(frozen=True)
class Replayed:
    """What a replay of one partition gave."""

    rows: dict[bytes, bytes]
    emitted: dict[str, int]
    audit: list[bytes]


def read(
    kafka: KafkaConnection, topic: str, partition: int, start: int = 0, *, group: str = OPERATORS
) -> Iterator[Record]:
    """Every committed record of a partition, to its end as it is now. Blocking.

    `group`: one that `kafka`'s role may name; librdkafka wants one, and nothing is committed in it.
    """
    consumer = librdkafka.Consumer(
        {
            **kafka.librdkafka(),
            "group.id": group,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
        }
    )
    try:
        consumer.assign([librdkafka.TopicPartition(topic, partition, start)])
        while True:
            for message in consumer.consume(BATCH, timeout=WAIT_SECONDS):
                if (error := message.error()) is not None:
                    if error.code() == librdkafka.KafkaError._PARTITION_EOF:
                        return
                    raise OSError(f"{topic} cannot be read: {error.str()}")
                yield Record(
                    partition,
                    message.offset(),
                    message.timestamp()[1],
                    message.key(),
                    message.value(),
                    message.headers() or (),
                )
    finally:
        consumer.close()


async def replay(
    kafka: KafkaConnection, agent: Dossiers, partition: int, until: int | None = None, *, group: str = OPERATORS
) -> Replayed:
    """Fold one partition of the log from its first record; with `until` the records before that offset only."""
    store = MemoryStore()
    emitted: dict[str, int] = {}
    audit: list[bytes] = []
    batch: list[Record] = []

    async def turn() -> None:
        work = ReplayTurn(partition, list(batch), store)
        await agent.turn(work)  # type: ignore[arg-type]  # has what the agent uses of a turn
        for topic, value in work.emitted:
            emitted[topic] = emitted.get(topic, 0) + 1
            if topic == AUDIT and value is not None:
                audit.append(value)
        batch.clear()

    for record in read(kafka, DOSSIER, partition, group=group):
        if until is not None and record.offset >= until:
            break
        batch.append(record)
        if len(batch) == BATCH:
            await turn()
    if batch:
        await turn()
    return Replayed(dict(store.scan(b"", None)), emitted, audit)


def standing(kafka: KafkaConnection, partition: int, *, group: str = OPERATORS) -> dict[bytes, bytes]:
    """The state of a partition as its topic has it, the channel's own rows left out."""
    rows: dict[bytes, bytes] = {}
    for record in read(kafka, DOSSIER_STATE, partition, group=group):
        if record.key is None or record.key == POSITION:
            continue
        if record.value is None:
            rows.pop(record.key, None)
        else:
            rows[record.key] = record.value
    return rows


def differences(vault: Vault, ours: dict[bytes, bytes], theirs: dict[bytes, bytes]) -> list[str]:
    """Where two states differ in content; `ours` is the replay, `theirs` what stands."""
    found = [f"{key.decode()} is in the replay and not in the state" for key in sorted(ours.keys() - theirs.keys())]
    found += [f"{key.decode()} is in the state and not in the replay" for key in sorted(theirs.keys() - ours.keys())]
    for key in sorted(ours.keys() & theirs.keys()):
        if content(vault, key, ours[key]) != content(vault, key, theirs[key]):
            found.append(f"{key.decode()} differs")
    return found


def content(vault: Vault, key: bytes, value: bytes) -> Any:
    """A state row's canonical content: a sealed one opened with its person's key."""
    if not key.startswith(b"d/"):
        return value
    dossier = key.split(b"/")[1].decode()
    person = vault.keys.load([dossier])[dossier]
    return None if isinstance(person, Gewist) else orjson.loads(person.open(value, key))
