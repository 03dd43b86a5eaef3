# SPDX-License-Identifier: EUPL-1.2
"""Until when a gemeente's contract with a provider runs, as facts say it: its end ends what rests on it.

A provider of which no contract is on record is bounded by its assignment alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from consent.kader import Partij

from .facts import Feit

VASTGESTELD, BEEINDIGD = "contract-vastgesteld", "contract-beeindigd"
CONTRACTEN = (VASTGESTELD, BEEINDIGD)


@dataclass(frozen=True, slots=True)
class Einde:
    """The day from which nothing is covered any more, and the fact that says so."""

    op: date
    door: Feit


def einde(feiten: Iterable[Feit], gemeente: str | None, partij: Partij) -> Einde | None:
    """When the last contract between this gemeente and this provider ends; None while one runs without an end.

    `feiten`: those of CONTRACTEN, in order of effect. An end ends what began before it; a contract made afterwards
    counts anew. An end of which the beginning is not on record counts as well.
    """
    laatste: list[Einde | None] = []
    for feit in feiten:
        if feit.oin != gemeente or feit.tekst("organisatie") not in (partij.oin, str(partij)):
            continue
        if feit.gebeurtenis == VASTGESTELD:
            tot = feit.dag("tot")
            laatste.append(Einde(tot, feit) if tot is not None else None)
        else:
            nu = Einde(feit.op, feit)
            laatste = [nu if e is None or e.op > nu.op else e for e in laatste] or [nu]
    if not laatste or None in laatste:
        return None
    return max((e for e in laatste if e is not None), key=lambda e: e.op)
