# SPDX-License-Identifier: EUPL-1.2
"""The whole path of an event on a real hub: throughput, latency at a steady rate, and what each stage costs.

No check is left out. The stages are timed in one process on the very objects that the workers use; the hub is the one that `hub up`
starts, with a broker, four workers and the measuring process on the same cores.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import scene
from benchmarks.running import Running, Watch, measure
from benchmarks.stages import measure as measure_stages
from connectors.client import Connector

PERSONS = 200
BURST = 4_000
RATE, SECONDS = 200, 15


def main(*, as_json: bool = False) -> None:
    found = measure(PERSONS, _run)
    found["stages_us"] = measure_stages()
    console = Console()
    if as_json:
        console.print_json(data=found)
    else:
        _show(console, found)


async def _run(hub: Running) -> dict[str, Any]:
    return {
        "burst": await _burst(hub.partners[scene.SCHOOL], hub.people, hub.gemeente),
        "steady": await _steady(hub.partners[scene.SCHOOL], hub.people, hub.gemeente),
        "receipts": len(hub.school.seen),
    }


async def _burst(school: Connector, people: list[str], gemeente: Watch) -> dict[str, float]:
    events = [scene.lesson(people[n % len(people)], n // len(people)) for n in range(BURST)]
    began = time.perf_counter()
    await school.send_all(events)
    sent = time.perf_counter()
    await gemeente.until("aanwezigheid-gemeld", BURST)
    ended = time.perf_counter()
    return {"events": BURST, "sent_per_s": BURST / (sent - began), "delivered_per_s": BURST / (ended - began)}


async def _steady(school: Connector, people: list[str], gemeente: Watch) -> dict[str, float]:
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
