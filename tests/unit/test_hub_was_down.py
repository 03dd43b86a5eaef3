# SPDX-License-Identifier: EUPL-1.2
"""After days without a tick every signal that was due comes once, in order of its due moment, marked late by the hub."""

from __future__ import annotations

from tests.unit.case import GEM_A, Case, plicht


def _signalen(gevolgen: object) -> list[tuple[str, str, object]]:
    leveringen = getattr(gevolgen, "leveringen")  # noqa: B009
    return [
        (x.data["regel"], x.data["vanaf"], x.data.get("laat_door_hub"))
        for x in leveringen
        if x.gebeurtenis == "signaal-afgegeven"
    ]


def _case() -> Case:
    case = Case(unassigned={"days": 69}, PIP={"warn_weeks": 0})
    plicht(case, "2026-05-04")  # PIP until 2026-07-13; a regievoerder until 2026-07-12
    case.zegt(GEM_A, "bijstand-toegekend", "2026-07-06", per="2026-07-06")  # a decision until 2026-07-13
    return case


def test_three_days_down() -> None:
    case = _case()
    case.tik("2026-07-12")
    gekomen = _signalen(case.tik("2026-07-16"))
    dagen = [vanaf for _, vanaf, _ in gekomen]
    assert dagen == sorted(dagen)
    assert {regel for regel, _, _ in gekomen} == {"PIP", "unassigned", "ontzorgen"}
    assert all(laat is True for _, _, laat in gekomen)
    assert _signalen(case.tik("2026-07-16")) == []
    assert _signalen(case.tik("2026-07-17")) == []


def test_on_its_day_nothing_is_late() -> None:
    case = _case()
    case.tik("2026-07-12")
    eerste = _signalen(case.tik("2026-07-13"))
    assert eerste
    assert all(laat is None for _, _, laat in eerste)


def test_a_late_fact_is_not_the_lateness_of_the_hub() -> None:
    case = Case()
    plicht(case, "2026-09-07", kennisgeving="2026-05-04")
    gekomen = {regel: laat for regel, _, laat in _signalen_van(case)}
    assert gekomen["PIP"] is None


def _signalen_van(case: Case) -> list[tuple[str, str, object]]:
    return _signalen(case)


def test_a_fact_that_comes_before_the_first_tick_does_not_hide_that_the_hub_was_late() -> None:
    case = _case()
    case.tik("2026-07-12")
    gekomen = _signalen(case.zegt(GEM_A, "voortgangsgesprek-gevoerd", "2026-07-16", nummer=1))
    assert {regel for regel, _, laat in gekomen if laat} >= {"PIP", "unassigned"}
