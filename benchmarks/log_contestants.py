# SPDX-License-Identifier: EUPL-1.2
"""The same trivial work on four engines, each a process of its own: count per key in state, one output per event.

``python -m benchmarks.log_contestants <engine> '<json>'``. Prints the moment of the first event; who started it sees the outputs
arrive. Not here: what is measured and how (``log_channel.py``).
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.streams.settings import KafkaConnection, LogSettings
from hub.streams.store import RocksStore

__all__ = ["ENGINES", "Course"]


@dataclass(frozen=True)
class Course:
    """Where an engine reads and writes."""

    bootstrap: str
    credentials: str
    input: str
    output: str
    state: str
    """The state topic of the channel; Faust and quixstreams make their own."""
    group: str
    directory: str
    """For whatever an engine keeps on disk."""
    disk: bool = False
    """The channel's state on disk instead of in memory."""
    line: str = ""
    """Where the hub's own handlers find their keys and vault (``path_contestants``)."""

    def json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def kafka(self) -> KafkaConnection:
        return KafkaConnection(self.bootstrap, Credentials(Path(self.credentials)))


def first(seen: list[float] = []) -> None:  # noqa: B006 - once a process
    """Say when the first event came."""
    if not seen:
        seen.append(time.time())
        print(f"\nfirst event at {seen[0]}", flush=True)


def channel(course: Course) -> None:
    """Ours: exactly once, outputs, state and offsets in one transaction a turn."""
    import faust

    from hub.streams.log import Log, Revoked, faust_settings

    app = faust.App(course.group + "-faust", **faust_settings(course.kafka) | {"topic_allow_declare": True})
    stores: dict[str, Any] = {}
    if course.disk:
        stores["store"] = lambda partition: RocksStore(Path(course.directory) / str(partition))
    settings = LogSettings(course.input, course.group, Role.DOSSIER, course.kafka, course.state, **stores)
    log = Log(app, settings)

    @app.agent(log, concurrency=4)  # type: ignore[untyped-decorator]
    async def count(turns: Any) -> None:
        async for turn in turns:
            first()
            for record in turn.records:
                seen = turn.get(record.key)
                turn.put(record.key, b"%d" % (int(seen or 0) + 1))
                turn.emit(course.output, record.value, key=record.key)
            try:
                await turn.commit()
            except Revoked:
                continue

    faust.Worker(app, loglevel="ERROR").execute_from_commandline()


def aiokafka(course: Course) -> None:
    """Bare aiokafka: at least once, state in a dict that nobody could restore."""
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

    async def work() -> None:
        consumer = AIOKafkaConsumer(
            course.input,
            **course.kafka.aiokafka(),
            group_id=course.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        producer = AIOKafkaProducer(
            **course.kafka.aiokafka(), enable_idempotence=True, linger_ms=5, max_batch_size=1_000_000
        )
        await consumer.start()
        await producer.start()
        counts: dict[bytes, int] = {}
        while True:
            sent = []
            for records in (await consumer.getmany(timeout_ms=1000, max_records=5000)).values():
                first()
                for record in records:
                    counts[record.key] = counts.get(record.key, 0) + 1
                    sent.append(await producer.send(course.output, record.value, key=record.key))
            if sent:
                await asyncio.gather(*sent)
                await consumer.commit()

    asyncio.run(work())


def faust_agent(course: Course) -> None:
    """Faust's own topic agent with a table: at least once, and not even that under faults."""
    import faust

    app = faust.App(
        course.group,
        broker=f"kafka://{course.bootstrap}",
        broker_credentials=faust.SSLCredentials(context=course.kafka.credentials.ssl_context()),
        store="memory://",
        topic_partitions=12,
        topic_replication_factor=1,
        web_enabled=False,
        worker_redirect_stdouts=False,
        producer_linger=0.005,
        producer_max_batch_size=262_144,
        consumer_auto_offset_reset="earliest",
    )
    source = app.topic(course.input, key_type=bytes, value_type=bytes, value_serializer="raw")
    output = app.topic(course.output, key_type=bytes, value_type=bytes, value_serializer="raw")
    table = app.Table("counts", key_type=bytes, value_type=int, partitions=12)

    @app.agent(source)  # type: ignore[untyped-decorator]
    async def count(stream: Any) -> None:
        async for event in stream.events():
            first()
            table[event.key] = (table.get(event.key) or 0) + 1
            await output.send(key=event.key, value=event.value)

    faust.Worker(app, loglevel="ERROR").execute_from_commandline()


def quixstreams(course: Course) -> None:
    """quixstreams, exactly once, state in RocksDB with a changelog."""
    from quixstreams import Application
    from quixstreams.kafka import ConnectionConfig

    tls = course.kafka.librdkafka()
    app = Application(
        broker_address=ConnectionConfig(
            bootstrap_servers=course.bootstrap,
            security_protocol="ssl",
            ssl_ca_location=tls["ssl.ca.location"],
            ssl_certificate_location=tls["ssl.certificate.location"],
            ssl_key_location=tls["ssl.key.location"],
        ),
        consumer_group=course.group,
        processing_guarantee="exactly-once",
        commit_interval=1.0,
        auto_offset_reset="earliest",
        state_dir=course.directory,
        loglevel="ERROR",
    )
    source = app.topic(course.input, key_deserializer="bytes", value_deserializer="bytes")
    output = app.topic(course.output, key_serializer="bytes", value_serializer="bytes")

    def count(value: bytes, state: Any) -> bytes:
        first()
        state.set("count", state.get("count", 0) + 1)
        return value

    app.dataframe(source).apply(count, stateful=True).to_topic(output)
    app.run()


ENGINES: dict[str, Callable[[Course], None]] = {
    "channel": channel,
    "aiokafka": aiokafka,
    "faust": faust_agent,
    "quixstreams": quixstreams,
}

if __name__ == "__main__":
    ENGINES[sys.argv[1]](Course(**json.loads(sys.argv[2])))
