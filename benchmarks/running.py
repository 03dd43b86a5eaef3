# SPDX-License-Identifier: EUPL-1.2
"""A whole hub to measure on: broker, workers and the measuring process on the same cores, and persons whose lessons count.

For suites that look at how events come in and go out. Not here: what is measured.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks import scene
from connectors.client import Connector, Delivery
from hub.commands.clock import move
from hub.installation import install
from hub.settings import Settings
from hub.streams.clock import ClockState
from hub.supervisor import Supervisor
from hub.vault.tables import engine_for

PATIENCE_SECONDS = 300.0
T = TypeVar("T")


class Watch:
    """Reads a partner's topic and notes when each thing came."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self.restart()

    def restart(self) -> None:
        self.count: dict[str, int] = {}
        self.seen: dict[str, float] = {}

    async def __aenter__(self) -> Watch:
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, kind: str, count: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.count.get(kind, 0) < count:
                if self._task.done():
                    self._task.result()
                await asyncio.sleep(0.005)

    async def _read(self) -> None:
        async for one in self._connector.deliveries():
            self.count[one.gebeurtenis] = self.count.get(one.gebeurtenis, 0) + 1
            self.seen[name_of(one)] = time.perf_counter()


def name_of(one: Delivery) -> str:
    """Person and lesson: what a test knows an event by, whoever gets it."""
    number = (one.persoon or {}).get("waarde", one.id)
    return f"{number} {one.data.get('les', one.id)}"


@dataclass
class Running:
    """What a suite has in hand. `gemeente` and `school` are watched from the beginning on."""

    settings: Settings
    people: list[str]
    partners: dict[str, Connector]
    gemeente: Watch
    school: Watch


def measure(persons: int, work: Callable[[Running], Awaitable]) -> T:
    """Make a hub of its own in a temporary place, with so many persons at the school; what `work` finds on it."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as place:
        settings, broker = install(Path(place), scene.plan())
        try:
            return asyncio.run(_measure(settings, broker.bootstrap, scene.numbers(persons), work))
        finally:
            broker.stop()


async def _measure(settings: Settings, bootstrap: str, people: list[str], work: Callable[[Running], Awaitable[T]]) -> T:
    tree = Supervisor(settings, bootstrap, tell=print)
    await tree.start()
    partners = {oin: Connector.open(settings.participant_dir(oin)) for oin in (scene.DUO, scene.GEMEENTE, scene.SCHOOL)}
    watching = [Connector.open(settings.participant_dir(oin), group="watch") for oin in (scene.GEMEENTE, scene.SCHOOL)]
    try:
        if not await asyncio.to_thread(move, ClockState(engine_for(settings.clock_address)), scene.TODAY):
            raise TimeoutError("The clock did not start: look at the logs of the workers.")
        async with Watch(watching[0]) as gemeente, Watch(watching[1]) as school:
            hub = Running(settings, people, partners, gemeente, school)
            await _begin(hub)
            return await work(hub)
    finally:
        for partner in (*partners.values(), *watching):
            await partner.__aexit__(None, None, None)
        await tree.stop()


async def _begin(hub: Running) -> None:
    """One kind of event at a time: senders differ, so only waiting puts one before the other."""
    rows = [list(scene.beginnings(one)) for one in hub.people]
    for kind in range(len(rows[0])):
        sender = rows[0][kind][0]
        await hub.partners[sender].send_all(row[kind][1] for row in rows)
        wanted = "inburgeringsplicht-vastgesteld" if sender == scene.DUO else "aanlevering-aanvaard"
        await hub.gemeente.until(wanted, len(hub.people) if kind < 2 else 2 * len(hub.people))
    await asyncio.sleep(1)
