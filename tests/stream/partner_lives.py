# SPDX-License-Identifier: EUPL-1.2
"""A partner's program that is killed between any two of its steps, over and over: `python -m tests.stream.partner_lives`.

Each life is a fork of a process that has only imported things. `DIE` names a step: when it was done for the n-th time
the life ends with SIGKILL, as if the plug were pulled. A life without such a step must end by itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, func, insert, select
from sqlalchemy.pool import NullPool

from connectors import Connector, Delivery, Event, client
from connectors.bridge import Bridge, BridgeSettings
from connectors.bridge import kafka as bridge_kafka
from connectors.forwarding import Forwarder
from connectors.inbox import Inbox, InDatabase
from connectors.outbox import Outbox, Relay
from connectors.spool import Spool
from connectors.store import Store
from tests.stream.partner_scene import PERSON

METADATA = MetaData()
LESSONS = Table("les", METADATA, Column("nummer", Integer, primary_key=True), Column("leerling", Integer))
RECEIVED = Table(
    "ontvangen", METADATA, Column("rij", Integer, primary_key=True), Column("id", String), Column("positie", Integer)
)
OUTBOX, INBOX = Outbox(METADATA), Inbox(METADATA)
STEPS = {
    "outbox": ["relay-read", "kafka-acknowledged", "relay-marked"],
    "inbox": ["position-read", "one-handled", "batch-committed"],
    "spool": ["put", "first", "kafka-acknowledged", "dropped"],
    "bridge": ["position-read", "produced", "batch-committed"],
}
QUIET = 0.6


class Death:
    """Ends this process when a step was done `after` times."""

    def __init__(self, step: str | None, after: int) -> None:
        self.step, self.left = step, after

    def passed(self, step: str) -> None:
        if step == self.step:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def after(self, owner: Any, name: str, step: str) -> None:
        """Have `owner.name` pass the step when it is done."""
        inner: Callable[..., Any] = getattr(owner, name)

        def call(*words: Any, **more: Any) -> Any:
            answer = inner(*words, **more)
            self.passed(step)
            return answer

        async def wait(*words: Any, **more: Any) -> Any:
            answer = await inner(*words, **more)
            self.passed(step)
            return answer

        setattr(owner, name, wait if asyncio.iscoroutinefunction(inner) else call)


def lesson(number: int) -> Event:
    data = {"les": f"L{number}", "verzuim": "geen", "datum": "2026-03-02"}
    return Event("aanwezigheid-gemeld", {**PERSON, "waarde": ("999990019", "999990020")[number % 2]}, data)


async def outbox(folder: Path, death: Death, todo: int) -> None:
    """An application that gives lessons and tells of each; then the relay."""
    engine = create_engine(f"sqlite:///{folder / 'app.db'}", poolclass=NullPool)
    METADATA.create_all(engine)
    for _ in range(todo):
        with engine.begin() as connection:
            number = (connection.execute(select(func.max(LESSONS.c.nummer))).scalar() or 0) + 1
            connection.execute(insert(LESSONS).values(nummer=number, leerling=number % 2))
            OUTBOX.add(connection, lesson(number))
    death.after(Relay, "_read", "relay-read")
    death.after(client.Connector, "send_packed", "kafka-acknowledged")
    death.after(Relay, "_mark", "relay-marked")
    async with Connector.open(folder) as connector:
        await Relay(engine, OUTBOX, connector, batch=5).drain()


async def inbox(folder: Path, death: Death, todo: int) -> None:
    engine = create_engine(f"sqlite:///{folder / 'app.db'}", poolclass=NullPool)
    METADATA.create_all(engine)
    death.after(InDatabase, "_position", "position-read")
    death.after(InDatabase, "_take", "batch-committed")

    def handle(connection: Connection, delivery: Delivery) -> None:
        connection.execute(insert(RECEIVED).values(id=delivery.id, positie=delivery.positie))
        death.passed("one-handled")

    async with Connector.open(folder) as connector:
        await INBOX.consume(engine, connector, handle, until_quiet=QUIET, batch=5)


async def spool(folder: Path, death: Death, todo: int) -> None:
    death.after(Spool, "put", "put")
    death.after(Spool, "first", "first")
    death.after(client.Connector, "send_packed", "kafka-acknowledged")
    death.after(Spool, "drop", "dropped")
    async with Connector.open(folder) as connector:
        forwarder = Forwarder(connector, Spool(Store.of(connector.profile)))
        given = folder / "given"
        for _ in range(todo):
            number = given.read_text().count("\n") if given.exists() else 0
            await forwarder.send(lesson(number))
            with given.open("a") as done:  # the caller was told: from here on it may not be lost
                done.write(f"L{number}\n")
        await forwarder.drain()


async def bridge(folder: Path, death: Death, todo: int) -> None:
    death.after(bridge_kafka.InKafka, "_position", "position-read")
    death.after(bridge_kafka.InKafka, "_take", "batch-committed")
    if death.step == "produced":
        plain = bridge_kafka.Producer

        class Dying(plain):  # type: ignore[misc,valid-type]
            def produce(self, *words: Any, **more: Any) -> None:
                super().produce(*words, **more)
                self.flush(5)
                death.passed("produced")

        bridge_kafka.Producer = Dying  # type: ignore[misc]
    connector = Connector.open(folder)
    await Bridge(connector.profile, BridgeSettings.read(folder / "bridge.toml")).run(until_quiet=QUIET)


def live(work: Callable[[Path, Death, int], Awaitable[None]], folder: Path, death: Death, todo: int) -> int:
    """One life; its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(work(folder, death, todo))  # type: ignore[arg-type]
        except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main(name: str, folder: Path) -> None:
    """Print the ends of all lives as JSON; the last two have no death in them."""
    work = {"outbox": outbox, "inbox": inbox, "spool": spool, "bridge": bridge}[name]
    ends = [
        {"step": step, "after": after, "end": live(work, folder, Death(step, after), todo=4)}
        for after in (1, 2)
        for step in STEPS[name]
    ]
    ends += [{"step": None, "after": 0, "end": live(work, folder, Death(None, 0), todo=4)} for _ in range(2)]
    print(json.dumps(ends))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
