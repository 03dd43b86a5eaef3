# SPDX-License-Identifier: EUPL-1.2
"""Reads a partition of the state topic into a store, to its very end; blocking, for a thread of its own.

With librdkafka: aiokafka's position does not step over a commit marker at the end, so "until the end" never ends there;
and it is several times faster. Call it only after fencing: while an earlier owner can still write there is no end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import confluent_kafka as librdkafka
from confluent_kafka.admin import AdminClient

from hub.streams.errors import LayoutMismatch, LogError
from hub.streams.settings import KafkaConnection
from hub.streams.store import Store

__all__ = ["POSITION", "Restored", "StateTopic"]

POSITION = b"\x00position"
"""The state row with the next offset of the log, in decimal digits."""

Answer = TypeVar("Answer")

_BATCH = 5_000
_AGAIN_SECONDS = 0.5
_WAIT_SECONDS = 0.02
"""librdkafka waits this long for a batch to fill even when the end has been reached."""
_PASSING = {
    librdkafka.KafkaError._TRANSPORT,
    librdkafka.KafkaError._ALL_BROKERS_DOWN,
    librdkafka.KafkaError._TIMED_OUT,
    librdkafka.KafkaError._RESOLVE,
}
"""librdkafka reports these and connects again by itself."""


@dataclass(frozen=True)
class Restored:
    """What a restore found."""

    position: int | None
    """The next offset of the log; None when the state topic has never been written."""
    rows: int
    """Rows read from the topic (a store on disk needs only the latest)."""


class StateTopic:
    """One state topic, its identity included; made once a process."""

    def __init__(self, kafka: KafkaConnection, topic: str, group: str, max_age: float) -> None:
        self._group = group
        self._properties = kafka.librdkafka()
        self._topic = topic
        self._max_age = max_age
        self._identity: str | None = None

    def check_layout(self, log: str) -> None:
        """LayoutMismatch unless log and state topic have the same partitions. Blocking."""
        _, topics = self._describe([log, self._topic])
        log_count, state_count = (len(topics[name].partitions) for name in (log, self._topic))
        if log_count != state_count:
            raise LayoutMismatch(
                f"{log} has {log_count} partitions and {self._topic} has {state_count}: make the state topic anew."
            )

    def restore(
        self, partition: int, store: Store, *, beat: Callable[[], None], stopped: Callable[[], bool]
    ) -> Restored:
        """Bring ``store`` up to the end of the topic and say where the log goes on. Blocking.

        ``beat`` is called for every batch read; when ``stopped`` turns true the result means nothing.
        """
        source = f"{_patiently(self._source, stopped)}/{partition}"
        consumer = librdkafka.Consumer(
            {
                **self._properties,
                "group.id": self._group,  # librdkafka wants one that we may use; no commit, no subscription
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
                "auto.offset.reset": "error",
                "fetch.wait.max.ms": 20,
                "queued.max.messages.kbytes": 16_384,
            }
        )
        try:
            where = librdkafka.TopicPartition(self._topic, partition)
            low, high = _patiently(lambda: consumer.get_watermark_offsets(where, timeout=5.0), stopped)
            known = store.applied
            stale = time.time() - known.at > self._max_age
            if known.source != source or not low <= known.offset <= high or stale:
                store.reset(source)
            start = max(store.applied.offset, low)
            rows = 0
            if start < high:
                consumer.assign([librdkafka.TopicPartition(self._topic, partition, start)])
                rows = self._read(consumer, store, beat, stopped)
        finally:
            consumer.close()
        position = store.get(POSITION)
        return Restored(None if position is None else int(position), rows)

    def _read(
        self, consumer: librdkafka.Consumer, store: Store, beat: Callable[[], None], stopped: Callable[[], bool]
    ) -> int:
        count = 0
        while not stopped():
            rows: list[tuple[bytes, bytes | None]] = []
            offset, ended = store.applied.offset, False
            for message in consumer.consume(_BATCH, timeout=_WAIT_SECONDS):
                error = message.error()
                if error is None:
                    rows.append((message.key(), message.value()))
                    offset = message.offset() + 1
                elif error.code() == librdkafka.KafkaError._PARTITION_EOF:
                    offset, ended = max(offset, message.offset()), True
                elif error.code() not in _PASSING:
                    raise LogError(f"The state in {self._topic} cannot be read: {error.str()}.")
            if rows or ended:
                store.apply(rows, offset)
                count += len(rows)
                beat()
            if ended:
                break
        return count

    def _source(self) -> str:
        """Cluster and topic, by ids that are never used twice."""
        if self._identity is None:
            cluster, topics = self._describe([self._topic])
            self._identity = f"{cluster}/{topics[self._topic].topic_id}"
        return self._identity

    def _describe(self, topics: list[str]) -> tuple[str, dict[str, Any]]:
        admin = AdminClient(self._properties)
        cluster = admin.describe_cluster(request_timeout=10)
        described = admin.describe_topics(librdkafka.TopicCollection(topics), request_timeout=10)
        return cluster.result().cluster_id, {name: future.result() for name, future in described.items()}


def _patiently(ask: Callable[[], Answer], stopped: Callable[[], bool]) -> Answer:
    """Ask again while the broker is away; the watchdog knows how long is too long."""
    while True:
        try:
            return ask()
        except librdkafka.KafkaException as failure:
            if stopped() or failure.args[0].code() not in _PASSING:
                raise
            time.sleep(_AGAIN_SECONDS)
