# SPDX-License-Identifier: EUPL-1.2
"""The hub's own work on three engines, each a process of its own: verify, unseal, fold, decide, seal for two recipients, audit.

``python -m benchmarks.path_contestants <engine> '<json>'``. No check is left out on any of them; what differs is who reads, keeps the
state and commits. Three outputs an event: two deliveries and the audit record.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.line import Line
from benchmarks.log_contestants import Course, first
from hub.broker.topics import Role
from hub.streams.settings import LogSettings

OUTPUTS = 3
"""An event's outputs, on every engine."""


def channel(course: Course) -> None:
    """Ours: exactly once."""
    import faust

    from hub.streams.log import Log, Revoked, faust_settings

    line = Line(Path(course.line))
    app = faust.App(course.group + "-faust", **faust_settings(course.kafka) | {"topic_allow_declare": True})
    log = Log(app, LogSettings(course.input, course.group, Role.DOSSIER, course.kafka, course.state, max_records=500))

    @app.agent(log, concurrency=4)
    async def handle(turns: Any) -> None:
        async for turn in turns:
            first()
            for record in turn.records:
                item = line.receive(list(record.headers), record.value)
                dossier, key = line.person(item)
                prefix = dossier.encode() + b"/"

                def get(bucket: str, prefix: bytes = prefix, turn: Any = turn) -> bytes | None:
                    found: bytes | None = turn.get(prefix + bucket.encode())
                    return found

                def put(bucket: str, value: bytes, prefix: bytes = prefix, turn: Any = turn) -> None:
                    turn.put(prefix + bucket.encode(), value)

                for out_key, value, headers in line.decide(dossier, key, item, record.value, get, put):
                    turn.emit(course.output, value, key=out_key, headers=headers)
            try:
                await turn.commit()
            except Revoked:
                continue

    faust.Worker(app, loglevel="ERROR").execute_from_commandline()


def faust_agent(course: Course) -> None:
    """Faust's own topic agent and table: at least once, and not even that under faults."""
    import faust

    line = Line(Path(course.line))
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
    table = app.Table("rows", key_type=bytes, value_type=dict, partitions=12)

    @app.agent(source)
    async def handle(stream: Any) -> None:
        async for event in stream.events():
            first()
            item = line.receive(list(event.headers.items()), event.value)
            dossier, key = line.person(item)
            rows = {name: bytes.fromhex(value) for name, value in (table.get(event.key) or {}).items()}
            for out_key, value, headers in line.decide(dossier, key, item, event.value, rows.get, rows.__setitem__):
                await output.send(key=out_key, value=value, headers=dict(headers))
            table[event.key] = {name: value.hex() for name, value in rows.items()}

    faust.Worker(app, loglevel="ERROR").execute_from_commandline()


def quixstreams(course: Course) -> None:
    """quixstreams, exactly once, state in RocksDB with a changelog."""
    from quixstreams import Application
    from quixstreams.kafka import ConnectionConfig

    line = Line(Path(course.line))
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

    def handle(value: bytes, _: Any, __: Any, headers: Any, state: Any) -> list[tuple[bytes, bytes]]:
        first()
        item = line.receive([(name, content) for name, content in headers], value)
        dossier, key = line.person(item)

        def get(bucket: str) -> bytes | None:
            found: bytes | None = state.get_bytes(bucket, None)
            return found

        letters = line.decide(dossier, key, item, value, get, state.set_bytes)
        return [(out_key, content) for out_key, content, _ in letters]

    frame = app.dataframe(source).apply(handle, stateful=True, metadata=True, expand=True)
    frame.apply(lambda pair: pair[1]).to_topic(output)
    app.run()


ENGINES: dict[str, Callable[[Course], None]] = {"channel": channel, "faust": faust_agent, "quixstreams": quixstreams}

if __name__ == "__main__":
    ENGINES[sys.argv[1]](Course(**json.loads(sys.argv[2])))
