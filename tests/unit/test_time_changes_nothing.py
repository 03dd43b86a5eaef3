# SPDX-License-Identifier: EUPL-1.2
"""However time passes (ticks by the hour, by the day, twice, with days left out; summer time, a leap day): the same signals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from hub.dossier.feiten.rows import Rows
from hub.dossier.handle import on_tick
from hub.dossier.regels.kalender import AMSTERDAM
from hub.streams.clock import day_ticks
from hub.streams.intake import _remember
from tests.unit.case import GEM_A, Case, afwezig, in_les, plicht

LAST = date(2025, 11, 15)
"""Between the first tick and this day lie both changes of the clock (30 March, 26 October)."""


def hourly(first: datetime) -> Iterator[datetime]:
    moment = first
    while moment.astimezone(AMSTERDAM).date() <= LAST:
        yield moment
        moment += timedelta(hours=1)  # of real time: one Dutch hour is skipped, one comes twice


def daily(first: datetime) -> Iterator[datetime]:
    yield from day_ticks(first, LAST)


def at_midnight(first: datetime) -> Iterator[datetime]:
    for days in range((LAST - first.date()).days):
        yield datetime.combine(first.date() + timedelta(days=days), time(0), AMSTERDAM).astimezone(UTC)


def twice(first: datetime) -> Iterator[datetime]:
    for moment in daily(first):
        yield from (moment, moment)


def two_clocks(first: datetime) -> Iterator[datetime]:
    """The second one is an hour behind: its word is old when it comes."""
    for moment in daily(first):
        yield from (moment, moment - timedelta(hours=1))


def _signals(course: Callable[[datetime], Iterator[datetime]]) -> list[tuple[str, str, str, str, str]]:
    """What was said of signals: rule, severity, last day, whether it opens or ends, and the Dutch day on which it was."""
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-03-10")
    afwezig(case, "L2", "2025-03-17")
    case.zegt(GEM_A, "bijstand-toegekend", "2025-03-18", per="2025-03-18")
    before = len(case.leveringen)
    last = datetime(2025, 3, 18, 9, tzinfo=UTC)
    for moment in course(datetime(2025, 3, 19, 5, tzinfo=UTC)):
        if moment > last:  # what the partition's worker does with a tick that is not later
            last = moment
            rows = Rows.in_memory(case.rijen)
            case._verwerk(rows, on_tick("dossier-1", rows, case.bundels, moment))
    return [
        (
            str(one.data["regel"]),
            str(one.data.get("ernst")),
            str(one.data.get("uiterste_datum")),
            one.gebeurtenis,
            str(one.vastgelegd.astimezone(AMSTERDAM).date()),
        )
        for one in case.leveringen[before:]
        if one.gebeurtenis.startswith("signaal-")
    ]


@pytest.mark.parametrize("course", [hourly, at_midnight, twice, two_clocks])
def test_the_same_signals_on_the_same_days(course: Callable[[datetime], Iterator[datetime]]) -> None:
    found = _signals(daily)
    assert len(found) > 5
    assert _signals(course) == found


def test_days_without_a_tick_only_delay() -> None:
    """Three days left out of every four: each signal comes, at most three days late, and in the same order per rule."""
    sparse = _signals(lambda first: iter(list(daily(first))[::4]))
    full = _signals(daily)
    assert {one[:4] for one in full} == {one[:4] for one in sparse}
    days = {one[:4]: date.fromisoformat(one[4]) for one in full}
    assert all(timedelta(0) <= date.fromisoformat(one[4]) - days[one[:4]] <= timedelta(days=3) for one in sparse)


def test_one_tick_for_each_dutch_day_across_both_changes_of_the_clock() -> None:
    ticks = day_ticks(datetime(2025, 3, 28, 5, tzinfo=UTC), date(2025, 3, 31))
    assert [str(one.astimezone(AMSTERDAM)) for one in ticks] == [
        "2025-03-29 06:00:00+01:00",
        "2025-03-30 06:00:00+02:00",
        "2025-03-31 06:00:00+02:00",
    ]
    assert len(day_ticks(datetime(2025, 10, 24, 4, tzinfo=UTC), date(2025, 10, 27))) == 3


@pytest.mark.parametrize(
    ("kennisgeving", "last"),
    [
        ("2024-02-29", "2024-05-10"),  # ten weeks end on Ascension Day: the next working day
        ("2023-12-21", "2024-02-29"),  # and may end on a leap day
    ],
)
def test_a_leap_day_is_a_day(kennisgeving: str, last: str) -> None:
    case = Case()
    plicht(case, kennisgeving)
    assert case.stand("pip.uiterste_datum") == last
    case.tik(last)
    assert case.ernst("PIP") != "overschreden"
    case.tik(str(date.fromisoformat(last) + timedelta(days=1)))
    assert case.ernst("PIP") == "overschreden"


def test_a_tick_within_the_same_second_is_later_too() -> None:
    """As text, ...:00.500Z comes before ...:00Z."""
    stand: dict[str, str] = {}
    for moment in ("2026-03-02T05:00:00Z", "2026-03-02T05:00:00.500Z", "2026-03-02T05:00:00Z"):
        _remember(stand, "tik", {"moment": moment})
    assert stand["tik"] == "2026-03-02T05:00:00.500Z"
