# SPDX-License-Identifier: EUPL-1.2
"""The last day of a statutory term, and months and days as the law counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.dossier.regels.kalender import dag_van, einde_na_maanden, plus_maanden, volgende_werkdag
from hub.dossier.regels.rules import ingebouwd
from hub.dossier.verwachtingen.expectations import expectations
from tests.unit.case import GEM_A, Case, avond, plicht


@pytest.mark.parametrize(
    ("einde", "wordt"),
    [
        ("2025-07-12", "2025-07-14"),  # Saturday
        ("2025-07-13", "2025-07-14"),  # Sunday
        ("2025-07-14", "2025-07-14"),
        ("2025-04-18", "2025-04-22"),  # Goede Vrijdag, then Easter: art. 3(2)
        ("2026-05-05", "2026-05-06"),  # Bevrijdingsdag counts every year
        ("2025-04-26", "2025-04-28"),  # Koningsdag on a Saturday, since the 27th is a Sunday
        ("2026-04-27", "2026-04-28"),  # Koningsdag
        ("2025-05-29", "2025-05-30"),  # Hemelvaart; the Friday after it is no holiday of the law
        ("2025-12-25", "2025-12-29"),  # two Christmas days and a weekend
        ("2026-12-31", "2026-12-31"),
        ("2027-01-01", "2027-01-04"),
    ],
)
def test_the_last_day_becomes_the_next_working_day(einde: str, wordt: str) -> None:
    assert volgende_werkdag(date.fromisoformat(einde)).isoformat() == wordt


def test_a_month_that_is_too_short_ends_on_its_last_day() -> None:
    assert plus_maanden(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert plus_maanden(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert plus_maanden(date(2025, 3, 31), -1) == date(2025, 2, 28)


def test_an_exclusive_end_is_the_first_day_after() -> None:
    assert einde_na_maanden(date(2023, 3, 2), 36) == date(2026, 3, 2)
    assert einde_na_maanden(date(2024, 2, 29), 36) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("moment", "dag"),
    [
        (datetime(2025, 3, 30, 22, 30, tzinfo=UTC), "2025-03-31"),  # summer time: UTC+2
        (datetime(2025, 10, 26, 22, 30, tzinfo=UTC), "2025-10-26"),  # winter time again: UTC+1
        (datetime(2024, 2, 29, 23, 30, tzinfo=UTC), "2024-03-01"),
    ],
)
def test_a_day_is_a_dutch_calendar_day(moment: datetime, dag: str) -> None:
    assert dag_van(moment).isoformat() == dag


def _vervalt(case: Case, regel: str, op: str) -> set[str]:
    verwacht = expectations(case.zaak, ingebouwd(), avond(op))
    return {een.vervalt.isoformat() for een in verwacht if een.regel == regel and een.vervalt is not None}


def test_it_moves_the_short_terms_of_the_law_and_no_other() -> None:
    """Art. 4: not terms of more than twelve weeks or three months, nor those that parties agreed among themselves."""
    case = Case()
    plicht(case, "2025-02-07")  # a Friday; ten weeks on is Goede Vrijdag, then Easter
    assert _vervalt(case, "PIP", "2025-02-10") == {"2025-04-22"}
    case.zegt(GEM_A, "pip-vastgesteld", "2025-03-06", dagtekening="2025-03-06", leerroute="B1-route")
    assert _vervalt(case, "termijn", "2025-03-10") == {"2028-03-06"}  # a Monday; three years run to the day
    case.zegt(GEM_A, "verzoek-ingediend", "2025-04-03", soort="verlenging", datum="2025-04-03")
    assert _vervalt(case, "pending request at DUO", "2025-04-03") == {"2025-05-30"}  # 29 May is Hemelvaart
    case.zegt(GEM_A, "naturalisatieverzoek-gemeld", "2025-05-04", datum="2025-05-04")
    assert "2026-05-04" in _vervalt(case, "pending request at DUO", "2025-05-05")
    case.zegt(GEM_A, "bijstand-toegekend", "2025-04-12", per="2025-04-12")
    case.zegt(GEM_A, "ontzorging-gestart", "2025-04-12")
    assert case.stand("ontzorging.uiterste_datum") == "2025-10-12"  # a Sunday: six months are not moved
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-04-20", taalschool="school", leerroute="B1-route")
    assert _vervalt(case, "start leerroute", "2025-04-21") == {"2025-05-20"}
    ingebouwd_met = {v.regel for v in ingebouwd().versies if v.instellingen.get("algemene_termijnenwet") is True}
    assert ingebouwd_met == {"PIP", "pending request at DUO"}
