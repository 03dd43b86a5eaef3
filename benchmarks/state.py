# SPDX-License-Identifier: EUPL-1.2
"""How much state an event rewrites and a dossier keeps, in bytes as sealed, over cases of five years.

Bytes do not depend on the machine, so a test holds them under the bound that is stated here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from benchmarks.case import Case, bundles
from benchmarks.life import BEGIN, life

__all__ = ["BOUND", "Sizes", "main", "measure"]

YEAR = 365
KIB = 1024
CASES, YEARS = 3, 5


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of sealed state."""

    rewritten_p50: int
    rewritten_p99: int
    kept: int
    """Of the largest dossier."""
    kept_per_event: int


BOUND = Sizes(rewritten_p50=24 * KIB, rewritten_p99=44 * KIB, kept=1_400 * KIB, kept_per_event=800)
"""What a case of five years may take: the rows are bucketed so that no event rewrites years of lessons."""


def measure(cases: int = CASES, years: int = YEARS) -> Sizes:
    """Over this many cases of this many years."""
    with_bundles, rewritten, kept, events = bundles(), [], [], 0
    for number in range(cases):
        case, day = Case(number, with_bundles), BEGIN
        for said in life(number, years * YEAR):
            while day < said.day:
                day += timedelta(days=1)
                case.tick(day)
            before = len(case.rewritten)
            case.take(said)
            rewritten.append(case.rewritten[before])
            events += 1
        kept.append(case.kept())
    rewritten.sort()
    return Sizes(rewritten[len(rewritten) // 2], rewritten[int(0.99 * len(rewritten))], max(kept), sum(kept) // events)


def main(*, as_json: bool = False) -> None:
    found = measure()
    console = Console()
    if as_json:
        console.print_json(data={"measured": asdict(found), "bound": asdict(BOUND)})
        return
    table = Table(f"bytes of sealed state, {CASES} cases of {YEARS} years", "measured", "bound", box=None)
    for name, value in asdict(found).items():
        table.add_row(name.replace("_", " "), f"{value:,}", f"{asdict(BOUND)[name]:,}")
    console.print(table)
