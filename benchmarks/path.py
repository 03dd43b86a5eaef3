# SPDX-License-Identifier: EUPL-1.2
"""The whole path of an event on a real hub: throughput, latency at a steady rate, and what each stage costs.

No check is left out. The stages are timed in one process on the very objects that the workers use; the hub is the one that `hub up`
starts, with a broker, four workers and the measuring process on the same cores.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import scene
from benchmarks.stages import measure as measure_stages
from connectors.client import Connector, Delivery
from hub.commands.clock import move
from hub.installation import install
from hub.settings import Settings
from hub.streams.clock import ClockState
from hub.supervisor import Supervisor
from hub.vault.tables import engine_for

PERSONS = 200
BURST = 4_000
RATE, SECONDS = 200, 15


def main(*, as_json: bool = False) -> None:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as place:
        settings, broker = install(Path(place), scene.plan())
        try:
            found = asyncio.run(_run(settings, broker.bootstrap))
        finally:
            broker.stop()
    found["stages_us"] = measure_stages()
    console = Console()
    if as_json:
        console.print_json(data=found)
    else:
        _show(console, found)


async def _run(settings: Settings, bootstrap: str) -> dict[str, Any]:
    tree = Supervisor(settings, bootstrap, tell=print)
    await tree.start()
    people = scene.numbers(PERSONS)
    partners = {oin: Connector.open(settings.participant_dir(oin)) for oin in (scene.DUO, scene.GEMEENTE, scene.SCHOOL)}
    try:
        state = ClockState(engine_for(settings.clock_address))
        if not await asyncio.to_thread(move, state, scene.TODAY):
            raise TimeoutError("The clock did not start: look at the logs of the workers.")
        async with _Watch(partners[scene.GEMEENTE]) as gemeente, _Watch(partners[scene.SCHOOL]) as school:
            await _begin(partners, people, gemeente)
            return {
                "burst": await _burst(partners[scene.SCHOOL], people, gemeente),
                "steady": await _steady(partners[scene.SCHOOL], people, gemeente),
                "receipts": len(school.seen),
            }
    finally:
        for partner in partners.values():
            await partner.__aexit__(None, None, None)
        await tree.stop()


async def _begin(partners: dict[str, Connector], people: list[str], gemeente: _Watch) -> None:
    """One kind of event at a time: senders differ, so only waiting puts one before the other."""
    rows = [list(scene.beginnings(one)) for one in people]
    for kind in range(len(rows[0])):
        sender = rows[0][kind][0]
        await partners[sender].send_all(row[kind][1] for row in rows)
        wanted = "inburgeringsplicht-vastgesteld" if sender == scene.DUO else "aanlevering-aanvaard"
        await gemeente.until(wanted, len(people) if kind < 2 else 2 * len(people))
    await asyncio.sleep(1)


async def _burst(school: Connector, people: list[str], gemeente: _Watch) -> dict[str, float]:
    events = [scene.lesson(people[n % len(people)], n // len(people)) for n in range(BURST)]
    began = time.perf_counter()
    await school.send_all(events)
    sent = time.perf_counter()
    await gemeente.until("aanwezigheid-gemeld", BURST)
    ended = time.perf_counter()
    return {"events": BURST, "sent_per_s": BURST / (sent - began), "delivered_per_s": BURST / (ended - began)}


async def _steady(school: Connector, people: list[str], gemeente: _Watch) -> dict[str, float]:
    """From just before `send` (sealing and signing included) to the moment that the gemeente has it opened."""
    gemeente.restart()
    sent: dict[str, float] = {}
    posts: list[asyncio.Task[str]] = []
    count = RATE * SECONDS
    began = time.perf_counter()
    for n in range(count):
        event = scene.lesson(people[n % len(people)], 10_000 + n // len(people))
        await asyncio.sleep(max(0.0, began + n / RATE - time.perf_counter()))
        sent[f"{event.persoon['waarde'] if event.persoon else ''} {event.data['les']}"] = time.perf_counter()
        posts.append(asyncio.create_task(school.send(event)))
    await asyncio.gather(*posts)
    await gemeente.until("aanwezigheid-gemeld", count)
    waits = sorted(gemeente.seen[name] - at for name, at in sent.items())
    return {
        "rate_per_s": RATE,
        "events": count,
        "p50_ms": 1000 * statistics.median(waits),
        "p99_ms": 1000 * waits[int(0.99 * len(waits))],
        "max_ms": 1000 * waits[-1],
    }


class _Watch:
    """Reads a partner's topic and notes when each thing came."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self.restart()

    def restart(self) -> None:
        self.count: dict[str, int] = {}
        self.seen: dict[str, float] = {}

    async def __aenter__(self) -> _Watch:
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, kind: str, count: int) -> None:
        async with asyncio.timeout(180):
            while self.count.get(kind, 0) < count:
                if self._task.done():
                    self._task.result()
                await asyncio.sleep(0.005)

    async def _read(self) -> None:
        async for one in self._connector.deliveries():
            self.count[one.gebeurtenis] = self.count.get(one.gebeurtenis, 0) + 1
            self.seen[_name(one)] = time.perf_counter()


def _name(one: Delivery) -> str:
    number = (one.persoon or {}).get("waarde", one.id)
    return f"{number} {one.data.get('les', one.id)}"


def _show(console: Console, found: dict[str, Any]) -> None:
    burst, steady = found["burst"], found["steady"]
    console.print(
        f"Burst of {burst['events']}: sent {burst['sent_per_s']:.0f}/s, delivered {burst['delivered_per_s']:.0f}/s "
        "(every event to two recipients, with state, audit and receipt)."
    )
    console.print(
        f"Steady {steady['rate_per_s']}/s, {steady['events']} events: p50 {steady['p50_ms']:.0f} ms, "
        f"p99 {steady['p99_ms']:.0f} ms, longest {steady['max_ms']:.0f} ms from send to opened delivery."
    )
    table = Table("stage", "µs an event", box=None)
    for name, cost in found["stages_us"].items():
        table.add_row(name, f"{cost:.0f}")
    table.add_row("[bold]in all", f"[bold]{sum(found['stages_us'].values()):.0f}")
    console.print(table)
