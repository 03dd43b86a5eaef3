# SPDX-License-Identifier: EUPL-1.2
"""The lines of a file by person: one case each, whatever numbers the lines name the person by. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from connectors.files import Melding

Number = tuple[str, str]
"""Kind of number (bsn, vnummer, pseudoniem) and its value."""


@dataclass(slots=True)
class Case:
    """All that a file says of one person."""

    meldingen: list[Melding] = field(default_factory=list)
    numbers: dict[Number, None] = field(default_factory=dict)

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Sheet and line number of each of its lines, in the file's order."""
        return list(dict.fromkeys((one.blad, one.regelnummer) for one in self.meldingen))

    def of(self, *names: str) -> list[Melding]:
        """Its reports of these types, in order of what happened."""
        return sorted((one for one in self.meldingen if one.gebeurtenis in names), key=lambda one: one.gebeurd)

    def day(self, name: str) -> date | None:
        """When the first report of a type happened."""
        found = self.of(name)
        return found[0].gebeurd if found else None

    def several(self, soort: str) -> bool:
        """Whether the file gives one person two numbers of a kind."""
        return sum(kind == soort for kind, _ in self.numbers) > 1


def by_person(meldingen: Iterable[Melding]) -> list[Case]:
    """The cases in the order in which the file first names them. Lines that share a number are of one person."""
    cases: dict[Number, Case] = {}
    for melding in meldingen:
        own = list(_numbers(melding))
        found = list({id(case): case for number in own if (case := cases.get(number))}.values())
        case = found[0] if found else Case()
        for other in found[1:]:  # a later line shows two to be one
            case.meldingen += other.meldingen
            case.numbers |= other.numbers
        case.meldingen.append(melding)
        case.numbers |= dict.fromkeys(own)
        cases.update(dict.fromkeys(case.numbers, case))
    return list({id(case): case for case in cases.values()}.values())


def _numbers(melding: Melding) -> Iterator[Number]:
    for one in (melding.persoon, *melding.persoon.get("ook", ())):
        if one:
            yield one["soort"], one["waarde"]
