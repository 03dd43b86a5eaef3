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
    rewritten_p99_last_year: int
    """Of the last year alone: what an event rewrites does not grow with the years."""
    kept: int
    """Of the largest dossier."""
    kept_per_event: int


BOUND = Sizes(
    rewritten_p50=10 * KIB,
    rewritten_p99=18 * KIB,
    rewritten_p99_last_year=18 * KIB,
    kept=1_400 * KIB,
    kept_per_event=800,
)
"""What a case of five years may take: the rows are bucketed so that no event rewrites years of lessons, nor their
summaries: a lesson rewrites its month and the summaries of its year."""


def measure(cases: int = CASES, years: int = YEARS) -> Sizes:
    """Over this many cases of this many years."""
    with_bundles, kept, events = bundles(), [], 0
    by_year: list[list[int]] = [[] for _ in range(years)]
    for number in range(cases):
        case, day = Case(number, with_bundles), BEGIN
        for said in life(number, years * YEAR):
            while day < said.day:
                day += timedelta(days=1)
                case.tick(day)
            before = len(case.rewritten)
            case.take(said)
            by_year[(said.day - BEGIN).days // YEAR].append(case.rewritten[before])
            events += 1
        kept.append(case.kept())
    rewritten = sorted(one for year in by_year for one in year)
    return Sizes(
        rewritten[len(rewritten) // 2], _p99(rewritten), _p99(sorted(by_year[-1])), max(kept), sum(kept) // events
    )


def _p99(in_order: list[int]) -> int:
    return in_order[int(0.99 * len(in_order))]


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
