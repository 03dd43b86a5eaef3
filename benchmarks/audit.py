# SPDX-License-Identifier: EUPL-1.2
"""The audit log at a million records: what adding costs there, and what a proof costs.

SQLite in a temporary directory, the code that the audit worker runs. The log is first filled with short records (ticks), by
the same tree, tiles and salts but without the worker's projection, its leaves hashed on every core; then decisions are
added as the worker does it. Takes a minute on two free cores.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine, insert, update

from consent import checkpoint, tegels
from consent.blad import ZOUT, blad
from consent.merkle import Tree, leaf_hash
from hub.readmodel import tiles
from hub.readmodel.auditlog import AuditLog
from hub.readmodel.proof import growth, prove
from hub.readmodel.record import canonical
from hub.readmodel.tables import bladen, boom, koppen
from hub.vault.tables import engine_for

__all__ = ["fill", "main", "run"]

RECORDS, TURN, FILL_AT_ONCE = 1_000_000, 500, 20_000
ADDED, PROOFS = 10_000, 500
ORIGIN = "nl.inburgering/bench"


def fill(engine: Engine, key: Ed25519PrivateKey, count: int, advance: Callable[[int], None]) -> AuditLog:
    """A log of `count` ticks, with a checkpoint every 20,000 records."""
    log, tree = AuditLog(engine, key, ORIGIN), Tree()
    parts = [range(first, min(first + FILL_AT_ONCE, count)) for first in range(0, count, FILL_AT_ONCE)]
    with ProcessPoolExecutor() as pool:
        for part, leaves in zip(parts, pool.map(_leaves, parts), strict=True):
            hashes = [hash_ for _, hash_ in leaves]
            for hash_ in hashes:
                tree.append(hash_)
            with engine.begin() as connection:
                connection.execute(insert(bladen), [row for row, _ in leaves])
                tiles.put(connection, tegels.voeg_toe(tiles.reader(connection), part.start, hashes))
                note = checkpoint.sign(ORIGIN, tree.size, tree.root(), key).decode()
                connection.execute(insert(koppen).values(omvang=tree.size, checkpoint=note))
                connection.execute(update(boom).values(omvang=tree.size, stand=tree.to_bytes(), checkpoint=note))
            advance(len(part))
    return log


def _leaves(numbers: range) -> list[tuple[dict[str, Any], bytes]]:
    """Rows and hashes of ticks with these numbers."""
    found = []
    for number in numbers:
        record = canonical({"moment": "2026-03-02T05:00:00+00:00", "plaats": f"0:{number}", "soort": "tik", "v": 1})
        salt = os.urandom(ZOUT)
        found.append(({"nummer": number, "record": record, "zout": salt}, leaf_hash(blad(record, salt))))
    return found


def decision_record(number: int) -> bytes:
    """A decision like most: one delivered, two denied; some 1,200 bytes."""
    parties = [
        f"0000009900000000{one:04}#{role}" for one, role in ((1, "gemeente"), (2, "uitvoering"), (3, "begeleider"))
    ]
    outcome: dict[str, Any] = {"achtergehouden": {}, "toestemming": None, "velden": []}
    return canonical(
        {
            "v": 1,
            "soort": "besluit",
            "dossier": f"{number % 40_000:08d}-0000-4000-8000-000000000000",
            "gebeurtenis": f"{number:08d}-0000-4000-8000-000000000001",
            "type": "aanwezigheid-gemeld",
            "bron": "00000099000000000004#taalschool",
            "betreft": None,
            "toestemming": None,
            "plaats": f"1:{number}",
            "moment": "2026-03-02T05:00:00+00:00",
            "bundels": dict.fromkeys(("beleid", "regels", "deelnemers"), "0" * 64),
            "sha256": "0" * 64,
            "uitkomsten": [
                {**outcome, "aan": parties[0], "uitkomst": "geleverd", "reden": None, "regels": ["school-gemeente-1"]},
                {**outcome, "aan": parties[1], "uitkomst": "geweigerd", "reden": "no-ground", "regels": []},
                {**outcome, "aan": parties[2], "uitkomst": "geweigerd", "reden": "no-toestemming", "regels": []},
            ],
            "hub": [],
            "leveringen": [
                {
                    "aan": parties[0],
                    "id": f"{number:08d}-0000-4000-8000-000000000002",
                    "type": "aanwezigheid-gemeld",
                    "categorieen": ["aanwezigheid", "pseudoniem"],
                }
            ],
            "weigering": None,
        }
    )


def run(records: int = RECORDS, tell: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
    """Records added per second at this size, and milliseconds a proof."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as place:
        engine = engine_for(f"sqlite:///{Path(place) / 'audit.db'}")
        log = fill(engine, Ed25519PrivateKey.generate(), records, tell)
        batch = [decision_record(number) for number in range(ADDED)]
        began, busy = time.perf_counter(), time.process_time()
        for first in range(0, ADDED, TURN):
            log.append(1, batch[first : first + TURN], first, first + TURN)
        adding, busy = time.perf_counter() - began, time.process_time() - busy
        size = records + ADDED
        proofs, spent = _timed(lambda: prove(engine, chance.randrange(size)))
        growths, grown = _timed(lambda: growth(engine, chance.randrange(1, size)))
        stored = sum(path.stat().st_size for path in Path(place).iterdir())
        engine.dispose()
    return {
        "records": records,
        "added_per_second": round(ADDED / adding),
        "added_per_second_of_processor": round(ADDED / busy),
        "proof_ms": _spread(proofs),
        "proof_ms_of_processor": spent,
        "growth_ms": _spread(growths),
        "growth_ms_of_processor": grown,
        "megabytes": round(stored / 2**20),
    }


def _timed(act: Callable[[], object]) -> tuple[list[float], float]:
    """Milliseconds of each of many, and milliseconds of processor time of one."""
    times, busy = [], time.process_time()
    for _ in range(PROOFS):
        began = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - began))
    return times, round(1000 * (time.process_time() - busy) / PROOFS, 2)


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50": round(statistics.median(ordered), 2), "p99": round(ordered[int(len(ordered) * 0.99)], 2)}


def main(*, as_json: bool = False) -> None:
    with Progress(disable=as_json, transient=True) as progress:
        task = progress.add_task("Filling the log", total=RECORDS)
        found = run(tell=lambda count: progress.advance(task, count))
    console = Console()
    if as_json:
        console.print_json(data=found)
        return
    console.print(f"An audit log of {found['records']:,} records (SQLite, {found['megabytes']} MB):")
    console.print(
        f"  adding decisions of one delivery and two denials: {found['added_per_second']:,} records/s "
        f"({found['added_per_second_of_processor']:,} a second of processor time)"
    )
    for name, what in (("proof_ms", "proof that a record is in it"), ("growth_ms", "proof that it only grew")):
        of_processor = found[f"{name}_of_processor"]
        console.print(
            f"  {what}: {found[name]['p50']} ms ({of_processor} of processor time), {found[name]['p99']} ms at most in 99 of 100"
        )


if __name__ == "__main__":
    main()
