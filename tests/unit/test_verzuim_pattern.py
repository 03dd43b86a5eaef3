# SPDX-License-Identifier: EUPL-1.2
"""Absences that together ask for a conversation, in each of the readings that the sources allow (003.md 4.2)."""

from __future__ import annotations

import pytest

from tests.unit.case import DUO, GEM_A, SCHOOL, SCHOOL_B, Case, afwezig, in_les


def test_two_unauthorised_absences_in_a_month() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-04-03")
    assert case.open("verzuim") is None
    afwezig(case, "L2", "2025-04-24")
    signaal = case.open("verzuim")
    assert signaal is not None
    assert (signaal["ernst"], signaal["eigenaar"], signaal["onderwerp"]) == ("waarschuwing", "rv-1", None)


@pytest.mark.parametrize(
    ("venster", "open_"), [("calendar-month", False), ("rolling-month", True)], ids=["calendar", "rolling"]
)
def test_absences_on_both_sides_of_the_turn_of_a_month(venster: str, open_: bool) -> None:
    case = Case(verzuim={"window": venster})
    in_les(case)
    afwezig(case, "L1", "2025-04-24")
    afwezig(case, "L2", "2025-05-08")
    assert (case.open("verzuim") is not None) is open_


def test_a_rolling_month_ends_on_the_same_day_of_the_next_month() -> None:
    case = Case(verzuim={"window": "rolling-month"})
    in_les(case)
    afwezig(case, "L1", "2025-04-08")
    afwezig(case, "L2", "2025-05-08")
    assert case.open("verzuim") is None
    afwezig(case, "L3", "2025-06-07")
    assert case.open("verzuim") is not None


@pytest.mark.parametrize("soort", ["geoorloofd", "onbekend"])
@pytest.mark.parametrize(("telling", "open_"), [("unauthorised-only", False), ("all", True)], ids=["B", "A"])
def test_whether_other_absences_count_is_a_setting(soort: str, telling: str, open_: bool) -> None:
    case = Case(verzuim={"count": telling})
    in_les(case)
    afwezig(case, "L1", "2025-04-03", soort)
    afwezig(case, "L2", "2025-04-10")
    assert (case.open("verzuim") is not None) is open_


def test_an_exemption_of_the_gemeente_is_honoured_also_afterwards() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    assert case.open("verzuim") is not None
    case.zegt(GEM_A, "verzuim-vrijgesteld", "2025-04-14", van="2025-04-09", tot="2025-04-11")
    assert case.open("verzuim") is None
    assert (case.stand("verzuim.ongeoorloofd"), case.stand("verzuim.geoorloofd")) == (1, 1)


def test_two_reports_of_one_lesson_are_one_absence() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L1", "2025-04-03")
    assert case.stand("verzuim.ongeoorloofd") == 1
    assert case.open("verzuim") is None


def test_absences_at_two_schools_count_together_for_the_person() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-10", taalschool="school-b", component="KNM")
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L1", "2025-04-10", bron=SCHOOL_B)
    assert case.open("verzuim") is not None
    assert case.open("verzuim not reported") is None


def test_a_school_that_only_reports_is_believed() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "verzuim-gemeld", "2025-04-28", maand="2025-04", aantal=2, soort="ongeoorloofd")
    assert case.open("verzuim") is not None


def test_others_than_asielstatushouders_only_while_a_request_stands() -> None:
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    assert case.open("verzuim") is None
    vraag = {"aan": "school", "gebeurtenissen": ["aanwezigheid-gemeld"], "van": "2025-05-01", "tot": "2025-06-01"}
    case.zegt(GEM_A, "gegevens-opgevraagd", "2025-05-01", **vraag)
    assert case.open("verzuim") is None  # what was before the request stays outside it
    afwezig(case, "L3", "2025-05-08")
    afwezig(case, "L4", "2025-05-15")
    assert case.open("verzuim") is not None
    assert case.agenda is not None
    case.tik("2025-06-01")
    assert case.open("verzuim") is None


def test_the_end_of_the_plicht_ends_the_conversation() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    gevolgen = case.zegt(DUO, "inburgeringsplicht-beeindigd", "2025-04-14", per="2025-04-14", reden="voldaan")
    oorzaken = {x.data["oorzaak"] for x in gevolgen.leveringen if x.gebeurtenis == "signaal-vervallen"}
    assert oorzaken == {"plicht-vervallen"}
    assert case.open("verzuim") is None


def test_the_reason_of_a_signal_is_neutral() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-04-03", reden="zorgtaken")
    afwezig(case, "L2", "2025-04-10", reden="werk")
    reden = case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["reden"]
    assert "gesprek" in reden
    assert not any(woord in reden for woord in ("zorgtaken", "werk", "schuld", "verwijt", "boete", "ongeoorloofd"))


@pytest.mark.parametrize(
    ("van", "tot", "telt"),
    [("2025-04-10", "2025-04-11", 1), ("2025-04-09", "2025-04-10", 2), ("2025-04-10", "2025-04-10", 1)],
)
def test_an_exemption_runs_from_its_first_day_until_the_day_that_ends_it(van: str, tot: str, telt: int) -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "verzuim-vrijgesteld", "2025-04-01", van=van, tot=tot)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    assert case.stand("verzuim.ongeoorloofd") == telt


def test_a_report_of_a_gezinsmigrant_without_a_request_counts_for_nothing() -> None:
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    case.zegt(SCHOOL, "verzuim-gemeld", "2025-04-28", maand="2025-04", aantal=2, soort="ongeoorloofd")
    assert case.open("verzuim") is None
