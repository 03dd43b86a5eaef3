# SPDX-License-Identifier: EUPL-1.2
"""The attacker of the figures' tests: everything that was published as equations over whole cases, and a solver.

He knows the tables' lists, that a case is in one category of each table, and nothing else. His unknowns are the numbers of
cases of every combination of categories, so overlapping tables, totals and several publications are used at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import highspy

from hub.figures.casus import MET_PLAN, TABELLEN, ZONDER_PLAN
from hub.figures.uitgave import DOSSIERS, Cijfer

Rij = tuple[int, str, str]
"""(publication, gemeente, cohort)."""
Bereik = tuple[int, int]
ONEINDIG = 10_000
"""No row of the tests has so many cases: a maximum of this says that there is none."""


class Aanvaller:
    """Equations over the joint counts of some rows, and the range that they leave to a sum of categories."""

    def __init__(self, cijfers: Iterable[Cijfer] = ()) -> None:
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._rijen: dict[Rij, dict[tuple[str, ...], int]] = {}
        self._aantal = 0
        for cijfer in cijfers:
            if cijfer.eenheid == DOSSIERS and cijfer.tabel != "signalen":
                self.leest(cijfer)

    def leest(self, cijfer: Cijfer) -> None:
        rij = (cijfer.publicatie, cijfer.gemeente, cijfer.cohort)
        self.stelt(self.cellen(rij, cijfer.tabel, cijfer.categorieen), cijfer.waarde)

    def stelt(self, cellen: Iterable[int], waarde: int) -> None:
        """These cases together are so many."""
        lijst = list(cellen)
        self._solver.addRow(waarde, waarde, len(lijst), lijst, [1.0] * len(lijst))

    def gelooft(self, een: list[int], ander: list[int]) -> None:
        """Two sums of cases are the same: a belief, not something that was published."""
        self._solver.addRow(0, 0, len(een) + len(ander), [*een, *ander], [1.0] * len(een) + [-1.0] * len(ander))

    def cellen(self, rij: Rij, tabel: str, categorieen: Iterable[str]) -> list[int]:
        """The unknowns that make up these categories of a table."""
        wanted = set(categorieen)
        namen = [MET_PLAN, ZONDER_PLAN] if tabel == "dossiers" else []
        gevonden = []
        for combinatie, nummer in self._unknowns(rij).items():
            deel, codes = combinatie[0], dict(zip(_tabellen(combinatie[0]), combinatie[1:], strict=True))
            if (codes.get(tabel, deel) if not namen else deel) in wanted:
                gevonden.append(nummer)
        return gevonden

    def bereik(self, cellen: list[int]) -> Bereik | None:
        """The least and the most that these cases together can be; None when the equations contradict each other."""
        uitersten = []
        for richting in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            for nummer in range(self._aantal):
                self._solver.changeColCost(nummer, 0.0)
            for nummer in cellen:
                self._solver.changeColCost(nummer, 1.0)
            self._solver.changeObjectiveSense(richting)
            self._solver.run()
            if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            uitersten.append(round(self._solver.getObjectiveValue()))
        return uitersten[0], uitersten[1]

    def _unknowns(self, rij: Rij) -> dict[tuple[str, ...], int]:
        if rij not in self._rijen:
            nieuw: dict[tuple[str, ...], int] = {}
            for deel in (MET_PLAN, ZONDER_PLAN):
                for codes in product(*(TABELLEN[tabel][1] for tabel in _tabellen(deel))):
                    self._solver.addVar(0, ONEINDIG)
                    self._solver.changeColIntegrality(self._aantal, highspy.HighsVarType.kInteger)
                    nieuw[(deel, *codes)] = self._aantal
                    self._aantal += 1
            self._rijen[rij] = nieuw
        return self._rijen[rij]


def _tabellen(deel: str) -> list[str]:
    return [tabel for tabel, (van, _) in TABELLEN.items() if van == deel]
