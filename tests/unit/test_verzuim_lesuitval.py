# SPDX-License-Identifier: EUPL-1.2
"""A lesson that the school cancelled cannot be missed, in whatever order and month the two reports come."""

from __future__ import annotations

import pytest

from tests.unit.case import SCHOOL, SCHOOL_B, Case, afwezig, in_les


def test_a_cancelled_lesson_takes_an_absence_for_it_away() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    assert case.open("verzuim") is not None
    case.zegt(SCHOOL, "les-uitgevallen", "2025-05-06", les="L2", reden="geen-docent")
    assert (case.stand("verzuim.ongeoorloofd"), case.stand("lesuitval.aantal")) == (1, 1)
    assert case.open("verzuim") is None


def test_the_cancellation_may_come_first() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "les-uitgevallen", "2025-04-09", les="L2", reden="geen-docent")
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    assert case.stand("verzuim.ongeoorloofd") == 1


@pytest.mark.parametrize(
    ("bron", "gegevens"),
    [(SCHOOL, {"les": "L9"}), (SCHOOL_B, {"les": "L2"}), (SCHOOL, {"les": "L2", "datum": "2025-04-17"})],
    ids=["another lesson", "another school", "another day"],
)
def test_another_lesson_changes_nothing(bron: str, gegevens: dict[str, str]) -> None:
    case = Case()
    in_les(case)
    case.zegt("gem-a#gemeente", "taalschool-toegewezen", "2025-03-10", taalschool="school-b", component="KNM")
    afwezig(case, "L2", "2025-04-10")
    assert case.zegt(bron, "les-uitgevallen", "2025-04-18", reden="geen-docent", **gegevens).weigering is None
    assert case.stand("verzuim.ongeoorloofd") == 1


def test_a_cancelled_lesson_is_reported_to_the_gemeente_and_raises_nothing() -> None:
    case = Case(verzuim={"count": "all"})
    in_les(case)
    for nummer in range(3):
        case.zegt(SCHOOL, "les-uitgevallen", f"2025-04-{10 + nummer}", les=f"L{nummer}", reden="cohort-gestopt")
    assert len(case.ontvangen("gem-a#gemeente", "les-uitgevallen")) == 3
    assert case.open("verzuim") is None
    assert case.open("verzuim not reported") is None
