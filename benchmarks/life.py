# SPDX-License-Identifier: EUPL-1.2
"""What is said about one person in the course of years: from the plicht to the exam, some thirty reports a month in class.

The shape follows domain.md ("Sizes"); no two persons begin on the same day or miss the same lessons, and the same number
gives the same life for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from benchmarks.scene import DUO, GEMEENTE, SCHOOL
from consent.kader import Partij
from hub.dossier.handle import Gebeurtenis
from schemas.vocabulary import Rol

UITVOERING, COLLEGE, TAALSCHOOL = (
    Partij(DUO, Rol.UITVOERING),
    Partij(GEMEENTE, Rol.GEMEENTE),
    Partij(SCHOOL, Rol.TAALSCHOOL),
)
BEGIN = date(2022, 1, 3)
LESSONS_PER_DAY = (2, 1, 2, 1, 1)
"""Monday to Friday: seven a week, thirty a month."""
MISSED = 0.06
WEEKS_TO_CLASS = 14


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said on a day, by whom."""

    day: date
    party: Partij
    naam: str
    data: dict[str, Any]


def life(number: int, days: int, *, begin: date = BEGIN, arrive_within: int = 90) -> list[Said]:
    """All that is said about person `number` in this many days from `begin`, in order."""
    chance = Random(number)
    first = begin + timedelta(days=chance.randrange(arrive_within))
    end = begin + timedelta(days=days)
    said = [*_run_up(first), *_class(first, end, chance), *_reports(first, end)]
    return sorted((one for one in said if one.day < end), key=lambda one: one.day)


def record(said: Said, number: int, position: int) -> Gebeurtenis:
    """As the dossier's handler gets it."""
    return Gebeurtenis(
        f"{number}-{position}", said.naam, said.party, said.data, said.day, moment(said.day, position), position, {}
    )


def moment(day: date, position: int = 0) -> datetime:
    """Within that day, later for a later position."""
    return datetime.combine(day, time(8), UTC) + timedelta(milliseconds=position % 10_000_000)


def _run_up(first: date) -> Iterator[Said]:
    def on(week: int) -> date:
        return first + timedelta(weeks=week)

    def text(week: int) -> str:
        return on(week).isoformat()

    plicht = {"doelgroep": "gezinsmigrant", "kennisgeving": text(0), "gemeente": GEMEENTE, "wet": "Wi2021"}
    yield Said(on(0), UITVOERING, "inburgeringsplicht-vastgesteld", plicht)
    regie = {"regievoerder": "rv-1", "organisatie": GEMEENTE}
    yield Said(on(1), COLLEGE, "regievoerder-toegewezen", regie)
    yield Said(on(2), COLLEGE, "brede-intake-opgeroepen", {"oproep": 1, "datum": text(2), "termijn_tot": text(4)})
    yield Said(on(5), COLLEGE, "brede-intake-afgerond", {"datum": text(5), "wijze": "gesprek"})
    yield Said(on(8), COLLEGE, "pip-vastgesteld", {"dagtekening": text(8), "leerroute": "B1-route", "niveau": "B1"})
    school = {"taalschool": SCHOOL, "leerroute": "B1-route", "component": "taal"}
    yield Said(on(10), COLLEGE, "taalschool-toegewezen", school)
    asked = {"aan": SCHOOL, "gebeurtenissen": ["aanwezigheid-gemeld", "voortgang-gemeld"], "doel": "uitvoering"}
    asked |= {"categorieen": ["aanwezigheid", "voortgang"], "van": text(10), "tot": text(10 + 6 * 52)}
    yield Said(on(10), COLLEGE, "gegevens-opgevraagd", asked)
    start = {"begindatum": text(WEEKS_TO_CLASS), "component": "taal"}
    yield Said(on(WEEKS_TO_CLASS), TAALSCHOOL, "cursus-gestart", start)


def _class(first: date, end: date, chance: Random) -> Iterator[Said]:
    day = first + timedelta(weeks=WEEKS_TO_CLASS)
    while day < end:
        for nummer in range(LESSONS_PER_DAY[day.weekday()] if day.weekday() < len(LESSONS_PER_DAY) else 0):
            absent = chance.random() < MISSED
            data = {
                "les": f"{day.isoformat()}-{nummer}",
                "datum": day.isoformat(),
                "component": "taal",
                "minuten_gepland": 150,
                "minuten_aanwezig": 0 if absent else 150,
                "verzuim": chance.choice(("geoorloofd", "ongeoorloofd")) if absent else "geen",
                "wijze": "fysiek",
            }
            yield Said(day, TAALSCHOOL, "aanwezigheid-gemeld", data)
        day += timedelta(days=1)


def _reports(first: date, end: date) -> Iterator[Said]:
    day, level = first + timedelta(weeks=WEEKS_TO_CLASS + 12), iter(("A1", "A1", "A2", "A2", "A2"))
    while day < end:
        data = {"taalniveau": next(level, "B1"), "stagnatie": False, "b1_haalbaar": True}
        yield Said(day, TAALSCHOOL, "voortgang-gemeld", data)
        yield Said(day, COLLEGE, "voortgangsgesprek-gevoerd", {"datum": day.isoformat()})
        day += timedelta(weeks=12)
