# SPDX-License-Identifier: EUPL-1.2
"""Counting: how many cases of a row are in each category. Exact, so never to be shown: ``onderdrukking`` comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.figures.casus import MET_PLAN, TABELLEN, ZONDER_PLAN, Casus

Rij = tuple[str, str]
"""(gemeente, cohort)."""
DELEN = (ZONDER_PLAN, MET_PLAN)


@dataclass(frozen=True, slots=True)
class Telling:
    """The exact counts of one row: per table every category of its list, and of the other part as one more."""

    delen: Mapping[str, int]
    tabellen: Mapping[str, Mapping[str, int]]

    @property
    def aantal(self) -> int:
        return sum(self.delen.values())

    def som(self, tabel: str | None, categorieen: Iterable[str]) -> int:
        """The cases in these categories of a table; None: the division in parts."""
        cellen = self.delen if tabel is None else self.tabellen[tabel]
        return sum(cellen[categorie] for categorie in categorieen)


def tel(gevallen: Iterable[Casus]) -> dict[Rij, Telling]:
    """The counts of every row that has a case."""
    delen: dict[Rij, Counter[str]] = {}
    codes: dict[Rij, dict[str, Counter[str]]] = {}
    for een in gevallen:
        rij = (een.gemeente, een.cohort)
        delen.setdefault(rij, Counter())[een.deel] += 1
        tabellen = codes.setdefault(rij, {})
        for tabel, code in een.codes.items():
            tabellen.setdefault(tabel, Counter())[code] += 1
    return {rij: telling({d: n[d] for d in DELEN}, codes[rij]) for rij, n in sorted(delen.items())}


def telling(delen: Mapping[str, int], codes: Mapping[str, Mapping[str, int]]) -> Telling:
    """With every category of every list, also those that nobody is in, and the part that a table is not about."""
    tabellen = {}
    for tabel, (deel, lijst) in TABELLEN.items():
        geteld = codes.get(tabel, {})
        tabellen[tabel] = {c: geteld.get(c, 0) for c in lijst} | {ander(deel): delen[ander(deel)]}
    return Telling(delen, tabellen)


def ander(deel: str) -> str:
    return ZONDER_PLAN if deel == MET_PLAN else MET_PLAN


def veranderd(oud: Telling, nieuw: Telling) -> int:
    """How many cases at least came, went or changed category between two counts: a lower bound."""
    paren = [(oud.delen, nieuw.delen), *((oud.tabellen[t], nieuw.tabellen[t]) for t in TABELLEN)]
    return max(max(sum(max(0, n[c] - o[c]) for c in n), sum(max(0, o[c] - n[c]) for c in n)) for o, n in paren)
