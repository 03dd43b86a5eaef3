# SPDX-License-Identifier: EUPL-1.2
"""Days as the law counts them: calendar days in Europe/Amsterdam, months, exclusive ends, the Algemene termijnenwet.

Not for instants: those come from the log and are only turned into a day here.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EEN_DAG = timedelta(days=1)
ZATERDAG = 5


def dag_van(moment: datetime) -> date:
    """The calendar day in the Netherlands on which an instant falls."""
    return moment.astimezone(AMSTERDAM).date()


def instant(tekst: str) -> datetime:
    """An instant of the log, ``2026-03-02T10:00:00Z``."""
    return datetime.fromisoformat(tekst)


@lru_cache(maxsize=8192)
def _dag(tekst: str) -> date | None:
    try:
        return date.fromisoformat(tekst[:10])
    except ValueError:
        return None


def dag(waarde: object) -> date | None:
    """The day that a data field names; None when it is absent, `onbekend` or no date."""
    return _dag(waarde) if isinstance(waarde, str) else None


def plus_maanden(van: date, maanden: int) -> date:
    """The same day so many months on; the last day of a month that is too short (30 November + 3 = 28 February)."""
    jaar, maand = divmod(van.year * 12 + van.month - 1 + maanden, 12)
    return date(jaar, maand + 1, min(van.day, calendar.monthrange(jaar, maand + 1)[1]))


@lru_cache(maxsize=4096)
def nederlands(dag: date) -> str:
    """A day as people write it: 13-07-2026."""
    return dag.strftime("%d-%m-%Y")


def einde_na_maanden(start: date, maanden: int) -> date:
    """The first day *after* a term of so many months that begins at the start of `start` (DUO's exclusive end)."""
    return plus_maanden(start - EEN_DAG, maanden) + EEN_DAG


def plus_weken(van: date, weken: int) -> date:
    return van + timedelta(weeks=weken)


@lru_cache(maxsize=64)
def feestdagen(jaar: int) -> frozenset[date]:
    """The days of Algemene termijnenwet art. 3(1) and, by 3(2), Goede Vrijdag; 5 May counts every year."""
    return frozenset(holidays.country_holidays("NL", years=jaar, categories=("public", "optional")))


def volgende_werkdag(einde: date) -> date:
    """Algemene termijnenwet art. 1(1): a last day on a Saturday, Sunday or public holiday becomes the next other day.

    Only for statutory terms of at most twelve weeks, three months or ninety days (art. 4a); the rule's setting says so.
    """
    while einde.weekday() >= ZATERDAG or einde in feestdagen(einde.year):
        einde += EEN_DAG
    return einde
