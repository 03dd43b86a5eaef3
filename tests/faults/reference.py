# SPDX-License-Identifier: EUPL-1.2
"""Who should get what, written down by hand from the law's table for the few event types of the fault tests.

A second opinion: it shares no code with the hub or its policy, works on plain dicts, and knows one dossier at a time.

| from -> to | what | ground |
|---|---|---|
| DUO -> gemeente | plicht, with BSN | Wi 33, Bi 9.1 |
| gemeente -> taalschool | assignment with NAW and BSN | Wi 35(3), Bi 9.10 |
| gemeente -> begeleider | assignment with NAW, never BSN | Wi 13 |
| gemeente -> begeleider | toestemming that names it | AVG 7 |
| taalschool -> gemeente | attendance, progress, enrolment: asielstatushouder; of others only on request | Bi 9.2(4) |
| taalschool -> DUO | enrolment always; attendance and progress of the others; no obstacles | Bi 9.6(6) |
| taalschool -> begeleider | what a toestemming names, never BSN | toestemming |
| hub -> gemeente | two unauthorised absences in a calendar month, asielstatushouder | domain.md, Terms |
| hub -> gemeente | the school recorded those and had not reported them a week later | domain.md, Terms |
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["NOBODY", "Report", "World", "message"]

NOBODY = ""
"""Stands for the BSN where the recipient may not have it."""
SCHOOL_EVENTS = {"cursus-gestart", "aanwezigheid-gemeld", "voortgang-gemeld"}
OBSTACLES = {"belemmeringen"}
CATEGORY = {"aanwezigheid-gemeld": "aanwezigheid"}
SIGNAL_KEYS = ("regel", "ernst", "eigenaar", "verwacht")
CONVERSATION = {"regel": "verzuim", "ernst": "waarschuwing", "verwacht": "signaal-opgevolgd"}
UNREPORTED = {"regel": "verzuim not reported", "ernst": "overschreden", "verwacht": "verzuim-gemeld"}
"""All lessons of the tests were more than a week ago, and no school ever reports verzuim in them."""


@dataclass(frozen=True)
class Report:
    """One event as its sender means it. `van` is oin#rol."""

    id: str
    van: str
    gebeurtenis: str
    bsn: str
    data: dict[str, Any]


@dataclass
class _Dossier:
    asielstatushouder: bool = False
    gemeente: str | None = None
    schools: set[str] = field(default_factory=set)
    begeleider: str | None = None
    allowed: set[str] = field(default_factory=set)
    absences: Counter[str] = field(default_factory=Counter)


def message(to: str, gebeurtenis: str, bsn: str, data: dict[str, Any]) -> str:
    """One delivery as text that can be counted; of a signal only what a hand can foretell."""
    if gebeurtenis == "signaal-afgegeven":
        data = {key: data[key] for key in SIGNAL_KEYS}
    return f"{to} {gebeurtenis} {bsn} {json.dumps(data, sort_keys=True)}"


class World:
    """Takes reports in the order in which they count for each person, and says what follows from each."""

    def __init__(self, duo: str) -> None:
        self._duo = f"{duo}#uitvoering"
        self._dossiers: dict[str, _Dossier] = {}
        self.deliveries: Counter[str] = Counter()
        self.refused: dict[str, str] = {}
        """Id of the report -> reason, refused when it arrives or by the dossier."""
        self.by_dossier: set[str] = set()
        """Of these the ones that got into the log, so that a receipt of acceptance went before."""

    def take(self, reports: Iterable[Report]) -> None:
        for report in reports:
            self.deliveries.update(self._follows(report))

    def _follows(self, report: Report) -> Iterator[str]:
        role = report.van.partition("#")[2]
        if report.gebeurtenis in SCHOOL_EVENTS and role != "taalschool":
            self.refused[report.id] = "niet-bevoegd"
            return
        if not eleven_test(report.bsn):
            self.refused[report.id] = "identiteit-ongeldig"
            return
        dossier = self._dossiers.setdefault(report.bsn, _Dossier())
        match report.gebeurtenis:
            case "inburgeringsplicht-vastgesteld":
                dossier.asielstatushouder = report.data["doelgroep"] == "asielstatushouder"
                dossier.gemeente = f"{report.data['gemeente']}#gemeente"
                yield message(dossier.gemeente, report.gebeurtenis, report.bsn, report.data)
            case "taalschool-toegewezen":
                school = f"{report.data['taalschool']}#taalschool"
                dossier.schools.add(school)
                yield message(school, report.gebeurtenis, report.bsn, report.data)
            case "begeleiding-opgedragen":
                dossier.begeleider = f"{report.data['begeleider']}#begeleider"
                yield message(dossier.begeleider, report.gebeurtenis, NOBODY, report.data)
            case "toestemming-gegeven":
                dossier.allowed = set(report.data["categorieen"])
                yield message(report.data["ontvanger"], report.gebeurtenis, NOBODY, report.data)
            case _:
                yield from self._from_school(report, dossier)

    def _from_school(self, report: Report, dossier: _Dossier) -> Iterator[str]:
        if report.van not in dossier.schools:
            self.refused[report.id] = "geen-relatie"
            self.by_dossier.add(report.id)
            return
        assert dossier.gemeente, "a school is assigned by a gemeente"
        if dossier.asielstatushouder:
            yield message(dossier.gemeente, report.gebeurtenis, report.bsn, report.data)
        if report.gebeurtenis == "cursus-gestart" or not dossier.asielstatushouder:
            data = {key: value for key, value in report.data.items() if key not in OBSTACLES}
            yield message(self._duo, report.gebeurtenis, report.bsn, data)
        if dossier.begeleider and CATEGORY.get(report.gebeurtenis) in dossier.allowed:
            yield message(dossier.begeleider, report.gebeurtenis, NOBODY, report.data)
        if report.data.get("verzuim") == "ongeoorloofd" and dossier.asielstatushouder:
            month = report.data["datum"][:7]
            dossier.absences[month] += 1
            if dossier.absences[month] == 2:
                desk = {"eigenaar": f"balie@{dossier.gemeente.partition('#')[0]}"}
                for signal in (CONVERSATION, UNREPORTED):
                    yield message(dossier.gemeente, "signaal-afgegeven", report.bsn, {**signal, **desk})


def eleven_test(bsn: str) -> bool:
    total = sum((9 - place) * int(digit) for place, digit in enumerate(bsn[:8])) - int(bsn[8])
    return len(bsn) == 9 and total % 11 == 0
