# SPDX-License-Identifier: EUPL-1.2
"""Events a second into and out of one hub, by each way in and out. A new way is one function more.

In: the same lessons by each way, from the first byte to the last of them at the gemeente. Out: the gemeente's own topic,
which holds all of those by then, read from its beginning by each way, seals and signatures checked.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, MetaData, create_engine

from benchmarks import files, scene
from benchmarks.running import Running, measure
from connectors import Connector, Delivery, Event
from connectors.files import load_profile
from connectors.http import HttpConnector
from connectors.inbox import Inbox
from connectors.uploading import Uploader

PERSONS = 75
EVENTS = PERSONS * files.LESSONS
"""By each way in: some five minutes in all on a machine that others use too."""
QUIET = 1.0


def main(*, as_json: bool = False) -> None:
    found = measure(PERSONS, _run)
    console = Console()
    if as_json:
        console.print_json(data=found)
        return
    table = Table("way", "events/s in", "events/s out", box=None)
    for name in dict.fromkeys([*found["in"], *found["out"]]):
        rates = [found[side].get(name) for side in ("in", "out")]
        table.add_row(name, *("" if rate is None else f"{rate:,.0f}" for rate in rates))
    console.print(table)


async def _run(hub: Running) -> dict[str, Any]:
    into, out = {}, {}
    for number, (name, way) in enumerate(WAYS_IN.items(), start=1):
        began = time.perf_counter()
        await way(hub, number)
        await hub.gemeente.until("aanwezigheid-gemeld", number * EVENTS)
        into[name] = EVENTS / (time.perf_counter() - began)
    for name, take in WAYS_OUT.items():
        began = time.perf_counter()
        count = await take(hub)
        out[name] = count / (time.perf_counter() - began - QUIET)
    return {"events": EVENTS, "in": into, "out": out}


# ways in: send EVENTS lessons that no other way has sent


async def _kafka_in(hub: Running, number: int) -> None:
    await hub.partners[scene.SCHOOL].send_all(_lessons(hub, number))


def _lessons(hub: Running, number: int) -> Iterator[Event]:
    return (scene.lesson(hub.people[n % PERSONS], 1000 * number + n // PERSONS) for n in range(EVENTS))


async def _file_in(hub: Running, number: int) -> None:
    school = hub.partners[scene.SCHOOL]
    profile = load_profile("school", afzender=school.profile.oin, geheim=school.profile.file_secret())
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as place:
        file = Path(place) / "presentie.xlsx"
        files.workbook(file, hub.people, "aanwezig")
        await Uploader(school, profile).upload(file)


async def _http_in(hub: Running, number: int) -> None:
    async with HttpConnector.open(hub.settings.participant_dir(scene.SCHOOL)) as school:
        await school.send_all(_lessons(hub, number))


# ways out: read all that the gemeente has; how many


async def _kafka_out(hub: Running) -> int:
    async with Connector.open(hub.settings.participant_dir(scene.GEMEENTE), group="bench") as gemeente:
        return sum([len(batch) async for batch in gemeente.batches(start=0, until_quiet=QUIET)])


async def _http_out(hub: Running) -> int:
    """Pulled, each decided upon once more."""
    async with HttpConnector.open(hub.settings.participant_dir(scene.GEMEENTE)) as gemeente:
        return sum([len(batch) async for batch, _ in gemeente.after(None, until_quiet=QUIET)])


async def _database_out(hub: Running) -> int:
    """Into a database, position and all in one transaction (`connectors.inbox`)."""
    count = 0

    def take(connection: Connection, delivery: Delivery) -> None:
        nonlocal count
        count += 1

    with tempfile.TemporaryDirectory(prefix="hub-bench-") as place:
        metadata = MetaData()
        inbox = Inbox(metadata)
        engine = create_engine(f"sqlite:///{Path(place) / 'app.db'}")
        metadata.create_all(engine)
        async with Connector.open(hub.settings.participant_dir(scene.GEMEENTE), group="bench") as gemeente:
            await inbox.consume(engine, gemeente, take, until_quiet=QUIET)
    return count


WAYS_IN: Mapping[str, Callable[[Running, int], Awaitable[None]]] = {
    "Kafka": _kafka_in,
    "HTTP": _http_in,
    "file (XLSX)": _file_in,
}
WAYS_OUT: Mapping[str, Callable[[Running], Awaitable[int]]] = {
    "Kafka": _kafka_out,
    "HTTP": _http_out,
    "own database": _database_out,
}
