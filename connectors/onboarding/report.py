# SPDX-License-Identifier: EUPL-1.2
"""The findings as a file that the case's owner works through: a summary, and a line a finding beside the lines of the file.

No number of a person stands in it: a case is told by the lines where it stands. Not here: what is found (``findings``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from connectors.files import Afgekeurd
from connectors.files.sheets import write_workbook
from connectors.onboarding.cases import Case
from connectors.onboarding.findings import Bevinding, Soort, findings

MARK = "-keuring"
HEADING = ["Blad", "Regel", "Soort", "Wat", "Wat te doen", "Dossier op regels"]
UNREADABLE = "niet te lezen"


@dataclass(slots=True)
class Report:
    """What came of looking at one file."""

    cases: list[tuple[Case, list[Bevinding]]]
    rejected: list[Afgekeurd]

    @classmethod
    def of(cls, cases: Sequence[Case], rejected: Sequence[Afgekeurd], today: date) -> Report:
        return cls([(case, findings(case, today)) for case in cases], list(rejected))

    @property
    def sendable(self) -> list[Case]:
        """Cases in which nothing contradicts."""
        return [case for case, found in self.cases if not _contradicts(found)]

    def kept_back(self) -> list[Afgekeurd]:
        """Every line of a case that contradicts itself, with why: for the copy that comes back."""
        return [
            Afgekeurd(number, "", "", " ".join(f"{one.wat} {one.doen}" for one in found if _contradicts([one])), blad)
            for case, found in self.cases
            if _contradicts(found)
            for blad, number in case.lines
        ]

    def number(self, soort: Soort) -> int:
        """Cases with a finding of this kind."""
        return sum(any(one.soort is soort for one in found) for _, found in self.cases)

    @property
    def clean(self) -> bool:
        """Whether everything could be sent."""
        return not self.rejected and not self.number(Soort.TEGENSTRIJDIG)

    def summary(self) -> list[tuple[str, str, int]]:
        """(kind, what, number of cases or lines), the most serious and most frequent first."""
        counted = Counter((one.soort, _general(one.wat)) for _, found in self.cases for one in found)
        order = sorted(counted.items(), key=lambda item: (list(Soort).index(item[0][0]), -item[1], item[0][1]))
        lines = len({(one.blad, one.regelnummer) for one in self.rejected})
        unreadable = [(UNREADABLE, "Regels die niet te lezen zijn.", lines)] if lines else []
        return [*unreadable, *((str(soort), wat, number) for (soort, wat), number in order)]

    def write(self, path: Path) -> None:
        """As a workbook of two sheets."""
        lines: list[list[str | int]] = [[*HEADING]]
        lines += [
            [
                one.blad,
                one.regelnummer,
                UNREADABLE,
                f"{one.kolom}: {one.uitleg_nl}" if one.kolom else one.uitleg_nl,
                "",
                "",
            ]
            for one in self.rejected
        ]
        for case, found in self.cases:
            everywhere = ", ".join(f"{blad} {number}".strip() for blad, number in case.lines)
            for one in found:
                blad, number = (one.regels or tuple(case.lines))[0]
                lines.append([blad, number, str(one.soort), one.wat, one.doen, everywhere])
        summary: list[list[str | int]] = [["Soort", "Wat", "Aantal"]]
        summary += [[kind, wat, number] for kind, wat, number in self.summary()]
        overview: list[list[str | int]] = [["Dossiers", "", len(self.cases)], ["Gaan mee", "", len(self.sendable)], []]
        write_workbook(path, {"Samenvatting": [*overview, *summary], "Bevindingen": lines})


def _contradicts(found: Sequence[Bevinding]) -> bool:
    return any(one.soort is Soort.TEGENSTRIJDIG for one in found)


def _general(wat: str) -> str:
    """A finding without its own dates and numbers, so that equal ones are counted together."""
    return " ".join("…" if any(char.isdigit() for char in word) else word for word in wat.split())
