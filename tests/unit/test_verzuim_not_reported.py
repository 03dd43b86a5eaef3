# SPDX-License-Identifier: EUPL-1.2
"""The school that recorded the absences and kept silent, and the school that sends nothing at all."""

from __future__ import annotations

from tests.unit.case import GEM_A, SCHOOL, Case, afwezig, in_les


def _twee_keer_afwezig() -> Case:
    case = Case(verzuim={"school_reports_within_days": 7})
    in_les(case)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    return case


def test_silence_after_the_threshold_is_a_signal_about_the_school() -> None:
    case = _twee_keer_afwezig()
    case.tik("2025-04-17")
    assert case.open("verzuim not reported") is None
    case.tik("2025-04-18")
    signaal = case.open("verzuim not reported")
    assert signaal is not None
    assert (signaal["onderwerp"], signaal["eigenaar"]) == (SCHOOL, "rv-1")
    assert case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["onderwerp"] == "school"


def test_a_report_in_time_prevents_it() -> None:
    case = _twee_keer_afwezig()
    case.zegt(SCHOOL, "verzuim-gemeld", "2025-04-15", maand="2025-04", aantal=2, lessen=["L1", "L2"])
    case.tik("2025-06-01")
    assert case.open("verzuim not reported") is None
    assert case.open("verzuim") is not None


def test_a_late_report_takes_it_back() -> None:
    case = _twee_keer_afwezig()
    case.tik("2025-04-18")
    gevolgen = case.zegt(SCHOOL, "verzuim-gemeld", "2025-05-12", maand="2025-04", aantal=2)
    assert case.open("verzuim not reported") is None
    vervallen = [x.data for x in gevolgen.leveringen if x.gebeurtenis == "signaal-vervallen"]
    assert [(v["regel"], v["oorzaak"]) for v in vervallen] == [("verzuim not reported", "alsnog-ontvangen")]


def test_a_report_about_another_month_does_not() -> None:
    case = _twee_keer_afwezig()
    case.zegt(SCHOOL, "verzuim-gemeld", "2025-04-15", maand="2025-03", aantal=2)
    case.tik("2025-04-18")
    assert case.open("verzuim not reported") is not None


def test_a_school_with_a_timetable_that_sends_nothing() -> None:
    case = Case(verzuim_silence={"weeks": 3})
    in_les(case)
    case.zegt(SCHOOL, "rooster-vastgesteld", "2025-03-03", groep="G1", lessen_per_week=3, van="2025-03-03")
    case.tik("2025-03-24")
    assert case.open("verzuim silence") is None
    case.tik("2025-03-25")
    assert case.open("verzuim silence", SCHOOL) is not None
    afwezig(case, "L1", "2025-03-26", "geen")
    assert case.open("verzuim silence") is None
    case.tik("2025-04-17")
    assert case.open("verzuim silence") is not None
    gevolgen = case.zegt(GEM_A, "toewijzing-beeindigd", "2025-04-18", taalschool="school", per="2025-04-18")
    assert case.open("verzuim silence") is None
    assert "relatie-beeindigd" in [x.data.get("oorzaak") for x in gevolgen.leveringen]


def test_no_silence_after_the_timetable_ended() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "rooster-vastgesteld", "2025-03-03", groep="G1", van="2025-03-03", tot="2025-03-20")
    case.tik("2025-05-01")
    assert case.open("verzuim silence") is None


def test_the_last_timetable_counts() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "rooster-vastgesteld", "2025-03-03", groep="G1", van="2025-03-03", tot="2025-04-01")
    case.zegt(SCHOOL, "rooster-vastgesteld", "2025-04-01", groep="G2", van="2025-04-01", tot="2026-01-01")
    case.tik("2025-04-23")
    assert case.open("verzuim silence") is not None
    case.tik("2026-01-01")
    assert case.open("verzuim silence") is None
