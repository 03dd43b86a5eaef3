# SPDX-License-Identifier: EUPL-1.2
"""Small cells are never told apart: a row's categories are put in groups, and only the count of a group is published.

What is published of a row is its number of cases and, per table, the count of each group. A group is one category of at
least ten cases, or a **rest group**:

1. Primary: every category under ten cases (none at all included: "nobody" is as telling) goes into the rest group.
2. Secondary: so does one other category, drawn by lot; without it the row's total less the rest would give the small
   ones away when there is one of them, and their sum would when there are more. By lot, because a fixed choice would tell
   whoever knows the method which of the group is the large one. Where every category is small the group is the row.
3. The parts (with and without a plan) are told apart when both have ten; else the smaller part is one more small
   category of each table about the larger.

So each published number is a sum of whole groups, and so is every difference of published numbers: the groups of a table
divide the row. A small category lies in a group of at least two with Q >= 10 cases, of which each may have anything from 0
to Q; that range is its **protection**, and it holds 0 up to 10 at least. Tables laid side by side tell no more: two of them
have nothing in common but the row's parts, which either are published or stand in the rest group of both, so that any
filling of one goes with any of the other (a decomposable set of margins). Totals over rows are sums of what is published,
never of more, so a row under ten cases stands in no equation at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from hub.figures.casus import TABELLEN
from hub.figures.telling import DELEN, Telling, ander

DREMPEL = 10
"""Cases under which a count is small."""
Groep = frozenset[str]
Groepen = frozenset[Groep]
Loten = Callable[[Sequence[str]], Sequence[str]]
"""Puts categories in an order that nobody can foretell."""


@dataclass(frozen=True, slots=True)
class Patroon:
    """How one row is told: the groups of its parts and of each table. Holds no count."""

    delen: Groepen
    tabellen: Mapping[str, Groepen]
    """Of the table's own list and of the part that it is not about: so the groups always divide the whole row."""

    @property
    def fijnheid(self) -> int:
        """The more groups, the more is told."""
        return len(self.delen) + sum(map(len, self.tabellen.values()))

    def van(self, tabel: str | None) -> Groepen:
        return self.delen if tabel is None else self.tabellen[tabel]


def patronen(telling: Telling, loten: Loten) -> Iterator[Patroon]:
    """Every way to tell a row that differs only by the lots, in an order of chance; nothing for a row under ten."""
    if telling.aantal < DREMPEL:
        return
    gesplitst = all(telling.delen[deel] >= DREMPEL for deel in DELEN)
    heel = frozenset({frozenset(DELEN)})
    keuzes = []
    for tabel, (deel, _) in TABELLEN.items():
        keuzes.append(list(_groepen(telling, tabel, deel, gesplitst, loten)))
    for keuze in product(*keuzes):
        yield Patroon(
            frozenset(frozenset({deel}) for deel in DELEN) if gesplitst else heel,
            dict(zip(TABELLEN, keuze, strict=True)),
        )


def _groepen(telling: Telling, tabel: str, deel: str, gesplitst: bool, loten: Loten) -> Iterator[Groepen]:
    cellen = telling.tabellen[tabel]
    apart: Groepen = frozenset()
    if gesplitst:
        apart = frozenset({frozenset({ander(deel)})})
        cellen = {categorie: n for categorie, n in cellen.items() if categorie != ander(deel)}
    klein = {categorie for categorie, n in cellen.items() if n < DREMPEL}
    groot = [categorie for categorie in cellen if categorie not in klein]
    if not klein:
        yield apart | {frozenset({categorie}) for categorie in groot}
    elif len(groot) <= 1 or telling.delen[deel] < DREMPEL:
        yield apart | {frozenset(cellen)}
    else:
        for dek in loten(groot):
            yield (
                apart | {frozenset({*klein, dek})} | {frozenset({categorie}) for categorie in groot if categorie != dek}
            )


def draagt(patroon: Patroon, telling: Telling) -> bool:
    """Whether these counts may be told in these groups: each of at least ten cases, and nothing small by itself."""
    return all(telling.som(tabel, groep) >= DREMPEL for tabel in (None, *TABELLEN) for groep in patroon.van(tabel))


def verzwegen(patroon: Patroon, telling: Telling) -> Iterator[tuple[str | None, Groep, Groep]]:
    """(table, group, some of its categories): all that a pattern hides, being together under ten cases."""
    for tabel in (None, *TABELLEN):
        for groep in patroon.van(tabel):
            namen = sorted(groep)
            for aantal in range(1, len(namen)):
                for deel in map(frozenset, combinations(namen, aantal)):
                    if telling.som(tabel, deel) < DREMPEL:
                        yield tabel, groep, deel


def regels(patroon: Patroon, telling: Telling) -> Iterator[tuple[str, Groep, int]]:
    """(table, group, count): what is published of a row. A table whose only group is its whole part is left out."""
    yield "dossiers", frozenset(DELEN), telling.aantal
    gesplitst = len(patroon.delen) > 1
    if gesplitst:
        yield from (("dossiers", groep, telling.som(None, groep)) for groep in _op_naam(patroon.delen))
    for tabel, (deel, _) in TABELLEN.items():
        groepen = [g for g in _op_naam(patroon.tabellen[tabel]) if not gesplitst or g != {ander(deel)}]
        if len(groepen) > 1:
            yield from ((tabel, groep, telling.som(tabel, groep)) for groep in groepen)


def _op_naam(groepen: Iterable[Groep]) -> list[Groep]:
    return sorted(groepen, key=sorted)
