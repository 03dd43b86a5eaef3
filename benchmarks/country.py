# SPDX-License-Identifier: EUPL-1.2
"""A year of a country in simulation, on two workers: the dossier agent itself on a log in a file, daily ticks included.

All that a dossier worker does is done (unseal, fold, decide, minimise, seal to each recipient, audit, sealed state) but for
Kafka: nothing is sent, and a turn's state goes into the store in memory. That is what `hub replay` does too, so the time for
the year is also the time to replay it. With fewer dossiers than a country's the figures for the country are extrapolated, and
say so: time and state grow with the dossiers, since no dossier knows of another; what a worker needs besides does not.
"""

from __future__ import annotations

import asyncio
import pickle
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.life import BEGIN, UITVOERING, life, moment
from benchmarks.line import Line
from demo.command import HUB_OIN
from hub.bundles import BundleStore, Soort
from hub.streams.clock import day_tick
from hub.streams.dossier import Dossiers
from hub.streams.envelope import Entry, instant, pack
from hub.streams.replay import BATCH, Record, ReplayTurn
from hub.streams.store import MemoryStore
from schemas import codec
from schemas.cloudevents import AVRO, TYPE_PREFIX, CloudEvent, source_of, to_headers

__all__ = ["COUNTRY", "main", "run"]

COUNTRY = 100_000
DOSSIERS, DAYS, WORKERS = 2_000, 365, 2


@dataclass(frozen=True, slots=True)
class Worked:
    """What one worker did."""

    events: int
    outputs: int
    seconds: float
    processor_seconds: float
    """What it took of its core: the same on a machine that others use too."""
    state_rows: int
    state_bytes: int
    memory_bytes: int
    """That the process grew by while it worked."""
    recovery_seconds: float
    """From its state rows in a file to a store that answers; of the processor."""


def run(dossiers: int = DOSSIERS, days: int = DAYS) -> dict[str, Any]:
    """The figures as measured, and those of a country: extrapolated where `dossiers` are fewer."""
    share = [range(worker, dossiers, WORKERS) for worker in range(WORKERS)]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        workers = list(pool.map(_work, share, [days] * WORKERS))
    seconds, used = max(one.seconds for one in workers), max(one.processor_seconds for one in workers)
    events = sum(one.events for one in workers)
    grown, held = sum(one.memory_bytes for one in workers), sum(one.state_bytes for one in workers)
    times = COUNTRY / dossiers
    return {
        "dossiers": dossiers,
        "days": days,
        "measured": {
            "events": events,
            "events_per_s": events / seconds,
            "seconds_on_two_workers": seconds,
            "of_which_on_the_processor": used,
            "events_per_s_of_processor_time_of_one_worker": events / WORKERS / used,
            "memory_mib": grown / 2**20,
            "state_mib": held / 2**20,
            "recovery_s_of_a_worker": max(one.recovery_seconds for one in workers),
        },
        "country": {
            "extrapolated": dossiers != COUNTRY,
            "events": events * times,
            "hours_on_two_workers": seconds * times / 3600,
            "hours_on_two_cores_of_their_own": used * times / 3600,
            "state_gib": held * times / 2**30,
            "memory_gib_with_state_in_memory": (grown - held + held * times) / 2**30,
            "recovery_s_of_a_worker": max(one.recovery_seconds for one in workers) * times,
            "average_events_per_s_in_the_year": events * times / (days * 24 * 3600),
        },
        "workers": [asdict(one) for one in workers],
    }


def _work(numbers: range, days: int) -> Worked:
    with tempfile.TemporaryDirectory(prefix="hub-country-") as place:
        return asyncio.run(_year(Path(place), numbers, days))


async def _year(place: Path, numbers: range, days: int) -> Worked:
    line = Line(place)
    bundles = BundleStore(place / "bundles")
    digests = {
        Soort.BELEID: bundles.save(line.bundels.beleid.to_json()),
        Soort.REGELS: bundles.save(line.bundels.regels.to_json()),
        Soort.DEELNEMERS: bundles.save(line.register.to_json()),
    }
    log = place / "log"
    events = _write(line, log, digests, numbers, days)
    agent = Dossiers(oin=HUB_OIN, vault=line.vault, bundles=bundles, outbox=line.outbox)
    store, before, outputs = MemoryStore(), _memory(), 0
    began, used = time.perf_counter(), time.process_time()
    for records in _turns(log):
        turn = ReplayTurn(0, records, store)
        await agent.turn(turn)  # type: ignore[arg-type]  # has what the agent uses of a turn
        outputs += len(turn.emitted)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    memory = _memory() - before
    rows = dict(store.scan(b"", None))
    recovery = _recover(place / "state", rows)
    line.vault.close()
    held = sum(len(key) + len(value) for key, value in rows.items())
    return Worked(events, outputs, seconds, used, len(rows), held, memory, recovery)


def _write(line: Line, log: Path, digests: dict[Soort, str], numbers: range, days: int) -> int:
    """The log of a year: activations, and day by day a tick and what is said that day; returns how much was said."""
    said = sorted(
        ((one.day, number, one) for number in numbers for one in life(number, days)),
        key=lambda row: row[:2],
    )
    with line.vault.engine.begin() as connection:
        names = {
            number: line.vault.identities.resolve(
                connection, f"begin-{number}", str(UITVOERING), [("vnummer", _vnummer(number))], may_link=False
            ).dossier
            for number in numbers
        }
    keys = line.vault.keys.load(list(names.values()))
    day, offset = BEGIN - timedelta(days=1), 0
    with log.open("wb") as file:

        def put(key: bytes | None, value: bytes, headers: list[tuple[str, bytes]], on: date) -> None:
            nonlocal offset
            pickle.dump(Record(0, offset, int(moment(on).timestamp() * 1000), key, value, headers), file)
            offset += 1

        for soort, digest in digests.items():
            put(None, *_plain("bundel-geactiveerd", {"soort": soort.value, "digest": digest}, day), day)
        for on, number, one in said:
            while day < on:
                day += timedelta(days=1)
                put(None, *_plain("tik", {"moment": instant(day_tick(day))}, day), day)
            entry = Entry(
                event=f"{number}-{offset}",
                naam=one.naam,
                sender=one.party,
                source=source_of(one.party.oin, "zaken"),
                data=one.data,
                gebeurd=one.day,
                vastgelegd=moment(one.day, offset),
                known={"vnummer": _vnummer(number)},
                via=None,
            )
            value, headers = pack(names[number], entry, keys[names[number]])  # type: ignore[arg-type]  # nobody was erased
            put(names[number].encode(), value, headers, one.day)
    return len(said)


def _plain(naam: str, data: dict[str, str], day: date) -> tuple[bytes, list[tuple[str, bytes]]]:
    frame = codec.encode(naam, data)
    event = CloudEvent(
        id=f"{naam}-{day}-{sorted(data.items())}",
        source=source_of(HUB_OIN, "klok"),
        type=TYPE_PREFIX + naam,
        time=moment(day),
        datacontenttype=AVRO,
        data=frame,
    )
    return frame, to_headers(event)


def _turns(log: Path) -> Iterator[list[Record]]:
    batch: list[Record] = []
    with log.open("rb") as file:
        while True:
            try:
                batch.append(pickle.load(file))
            except EOFError:
                break
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _recover(path: Path, rows: dict[bytes, bytes]) -> float:
    path.write_bytes(pickle.dumps(list(rows.items())))
    began = time.process_time()
    store = MemoryStore()
    store.apply(pickle.loads(path.read_bytes()), len(rows))
    return time.process_time() - began


def _vnummer(number: int) -> str:
    return str(1_000_000_000 + number)


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)


def main(*, as_json: bool = False, dossiers: int = DOSSIERS) -> None:
    found = run(dossiers)
    console = Console()
    if as_json:
        console.print_json(data=found)
        return
    whole = "extrapolated" if found["country"]["extrapolated"] else "measured"
    console.print(f"A year of {dossiers:,} dossiers on {WORKERS} workers, without Kafka:")
    table = Table("", "", box=None, show_header=False)
    for name, value in found["measured"].items():
        table.add_row(name.replace("_", " "), f"{value:,.1f}")
    console.print(table)
    console.print(f"A country of {COUNTRY:,}, {whole}:")
    table = Table("", "", box=None, show_header=False)
    for name, value in found["country"].items():
        if name != "extrapolated":
            table.add_row(name.replace("_", " "), f"{value:,.1f}")
    console.print(table)
    console.print("Bound by the processor: folding, deciding and sealing on each worker's one core; nothing waits.")
