# SPDX-License-Identifier: EUPL-1.2
"""Events per second that one core folds: alone, and with all that follows from an event in the pure core.

In memory, without seals and Kafka: state rows are read and written as JSON, as the workers do. Counted in seconds of the
processor, so that others on the machine make no difference.
"""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console

from benchmarks.case import Case, bundles
from benchmarks.life import life, record
from hub.dossier.feiten.facts import Feit
from hub.dossier.feiten.fold import fold
from hub.dossier.handle import moment

__all__ = ["main", "run"]

PERSONS, DAYS = 20, 365


def run(persons: int = PERSONS, days: int = DAYS) -> dict[str, Any]:
    """Events per second on the core that this runs on."""
    lives = [life(number, days) for number in range(persons)]
    events = sum(map(len, lives))
    return {
        "events": events,
        "fold_per_s": events / _fold(lives),
        "fold_decide_minimise_expect_per_s": events / _handle(lives),
    }


def _fold(lives: list[Any]) -> float:
    cases = [[_feit(record(said, number, at)) for at, said in enumerate(one, 1)] for number, one in enumerate(lives)]
    keeper = bundles()
    began = time.process_time()
    for number, feiten in enumerate(cases):
        case = Case(number, keeper)
        for feit in feiten:
            rows = case.open()
            fold(rows, feit)
            case.store(rows)
    return time.process_time() - began


def _feit(event: Any) -> Feit:
    when, said_at = event.gebeurd.isoformat(), moment(event.vastgelegd)
    return Feit(event.id, event.gebeurtenis, str(event.bron), when, said_at, event.data, event.positie)


def _handle(lives: list[Any]) -> float:
    cases = [Case(number, bundles()) for number in range(len(lives))]
    began = time.process_time()
    for case, one in zip(cases, lives, strict=True):
        for said in one:
            case.take(said)
    return time.process_time() - began


def main(*, as_json: bool = False) -> None:
    found = run()
    console = Console()
    if as_json:
        console.print_json(data=found)
        return
    console.print(
        f"One core, {found['events']:,} events of {PERSONS} persons: {found['fold_per_s']:,.0f} folded/s; "
        f"{found['fold_decide_minimise_expect_per_s']:,.0f}/s with deciding, minimising and expecting."
    )
