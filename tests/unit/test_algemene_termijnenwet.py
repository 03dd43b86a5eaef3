# SPDX-License-Identifier: EUPL-1.2
"""The last day of a statutory term, and months and days as the law counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.dossier.kalender import dag_van, einde_na_maanden, plus_maanden, volgende_werkdag


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
