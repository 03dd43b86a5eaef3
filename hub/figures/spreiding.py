# SPDX-License-Identifier: EUPL-1.2
"""Waiting times: a median and a ninetieth percentile, never how many there were and never a sum.

Percentiles of two groups say nothing of their difference, so there is nothing to subtract. Each has at least ten cases on
either side of it, is in whole weeks where that is fine enough, and is renewed only when at least ten cases differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from hub.figures.onderdrukking import DREMPEL

PERCENTIELEN = {"mediaan": 50, "percentiel-90": 90}
DAGEN_PER_WEEK = 7


def percentielen(weken: Mapping[int, int]) -> dict[str, int]:
    """Weeks by percentile, from how many cases took how many weeks; without those that too few cases lie beyond."""
    aantal = sum(weken.values())
    gevonden = {}
    for naam, deel in PERCENTIELEN.items():
        if min(aantal * deel, aantal * (100 - deel)) >= DREMPEL * 100:
            gevonden[naam] = _op(weken, -(-aantal * deel // 100))
    return gevonden


def _op(weken: Mapping[int, int], rang: int) -> int:
    voorbij = 0
    for week in sorted(weken):
        voorbij += weken[week]
        if voorbij >= rang:
            return week
    raise ValueError("Ask for a rank within the number of cases.")


def in_weken(dagen: int) -> int:
    """Whole weeks that have passed."""
    return dagen // DAGEN_PER_WEEK


def verschil(oud: Mapping[int, int], nieuw: Mapping[int, int]) -> int:
    """How many cases at least came, went or took another number of weeks."""
    o, n = Counter(oud), Counter(nieuw)
    return max((n - o).total(), (o - n).total())
