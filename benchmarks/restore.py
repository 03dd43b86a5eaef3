# SPDX-License-Identifier: EUPL-1.2
"""How long a worker takes to have its state back: rows per second from the state topic into each store.

``python -m benchmarks.restore``
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import confluent_kafka as librdkafka
from confluent_kafka.admin import AdminClient, NewTopic
from rich.console import Console

from hub.broker.kafka import Broker
from hub.streams.restore import POSITION, StateTopic
from hub.streams.settings import KafkaConnection
from hub.streams.store import MemoryStore, RocksStore, Store

__all__ = ["main", "run"]

VALUE = b"x" * 400
"""About a sealed row of a dossier."""


def run(broker: Broker, rows: int = 100_000) -> dict[str, Any]:
    """Rows per second by store; on disk also what is left to do when the store is still there."""
    topic = f"bench-state-{int(time.time())}"
    kafka = KafkaConnection(broker.bootstrap, broker.credentials)
    admin = AdminClient(kafka.librdkafka())
    for future in admin.create_topics([NewTopic(topic, 1, 1, config={"cleanup.policy": "compact"})]).values():
        future.result()
    producer = librdkafka.Producer({**kafka.librdkafka(), "transactional.id": topic, "linger.ms": 20})
    producer.init_transactions()
    producer.begin_transaction()
    for number in range(rows):
        producer.produce(topic, VALUE, b"dossier-%06d/kern" % number)
        if number % 10_000 == 0:
            producer.flush()
    producer.produce(topic, b"%d" % rows, POSITION)
    producer.flush()
    producer.commit_transaction()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "0"
        memory = _restore(kafka, topic, MemoryStore(), rows)
        disk = _restore(kafka, topic, RocksStore(path), rows)
        warm = _restore(kafka, topic, RocksStore(path), 0)
    return {
        "rows": rows,
        "rows_per_second": {"memory": round(rows / memory), "disk": round(rows / disk)},
        "seconds": {"memory": round(memory, 2), "disk": round(disk, 2), "disk, still there": round(warm, 2)},
    }


def _restore(kafka: KafkaConnection, topic: str, store: Store, expected: int) -> float:
    state = StateTopic(kafka, topic, f"{topic}-group", max_age=3600)
    start = time.monotonic()
    restored = state.restore(0, store, beat=lambda: None, stopped=lambda: False)
    seconds = time.monotonic() - start
    if restored.rows not in (expected, expected + 1 if expected else 0):
        raise RuntimeError(f"{restored.rows} rows read, {expected} expected")
    store.close()
    return seconds


def main(*, as_json: bool = False) -> None:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as data, Broker(Path(data)) as broker:
        found = run(broker)
    console = Console()
    if as_json:
        console.print_json(data=found)
        return
    console.print(f"{found['rows']:,} state rows of {len(VALUE)} bytes:")
    for name, speed in found["rows_per_second"].items():
        console.print(f"  into a store {'in' if name == 'memory' else 'on'} {name}: {speed:,} rows/s")
    console.print(f"  a store on disk that is still there: {found['seconds']['disk, still there']} s in all")


if __name__ == "__main__":
    main()
