# SPDX-License-Identifier: EUPL-1.2
"""A worker with a trivial handler, for tests and benchmarks of the log channel: count per key, one output per record.

Runs as a process of its own: ``python -m tests.faults.log_worker '<json>'``, with the fields of ``Orders``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faust

from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.streams.log import KafkaConnection, Log, LogSettings, Revoked, faust_settings
from hub.streams.store import MemoryStore, RocksStore, Store

__all__ = ["Orders", "main"]

POISON = b"poison"
BUG = b"bug"


@dataclass(frozen=True)
class Orders:
    """What the worker is told; everything as JSON."""

    bootstrap: str
    credentials: str
    name: str
    """Prefix of its topics: <name>.in, .out, .state, .dead."""
    state: str | None = None
    """Directory of stores on disk; None keeps state in memory."""
    concurrency: int = 4
    max_records: int = 2000
    watchdog_seconds: int = 30
    session_timeout_ms: int = 6000
    pause: float = 0.0
    """Seconds that the handler takes for a turn."""
    dead_letters: str | None = None

    def json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def kafka(self) -> KafkaConnection:
        return KafkaConnection(self.bootstrap, Credentials(Path(self.credentials)))

    def settings(self) -> LogSettings:
        def store(partition: int) -> Store:
            return RocksStore(Path(self.state) / str(partition)) if self.state else MemoryStore()

        return LogSettings(
            topic=f"{self.name}.in",
            state_topic=f"{self.name}.state",
            group=f"{self.name}.group",
            role=Role.DOSSIER,
            kafka=self.kafka,
            store=store,
            dead_letters=f"{self.name}.dead",
            max_records=self.max_records,
            watchdog_seconds=self.watchdog_seconds,
            session_timeout_ms=self.session_timeout_ms,
        )


def make_app(orders: Orders) -> Any:
    """The app, with one agent on one log."""
    app = faust.App(f"{orders.name}.faust", **faust_settings(orders.kafka))
    log = Log(app, orders.settings())
    output = f"{orders.name}.out"

    @app.agent(log, concurrency=orders.concurrency)
    async def count(turns: Any) -> None:
        async for turn in turns:
            for record in turn.records:
                if record.value == POISON:
                    turn.dead_letter(record, "onleesbaar", "poison")
                    continue
                if record.value == BUG:
                    raise RuntimeError("an exception that nobody named")
                seen = turn.get(record.key)
                turn.put(record.key, b"%d" % (int(seen or 0) + 1))
                turn.emit(output, record.value, key=record.key)
            if orders.pause:
                await asyncio.sleep(orders.pause)
            try:
                await turn.commit()
            except Revoked:
                continue

    return app


def main(order: str) -> None:
    orders = Orders(**json.loads(order))
    logging.basicConfig(
        level="INFO", stream=sys.stderr, format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"
    )
    faust.Worker(make_app(orders), loglevel="INFO", override_logging=False).execute_from_commandline()


if __name__ == "__main__":
    main(sys.argv[1])
