# SPDX-License-Identifier: EUPL-1.2
"""What a school reports about absence as such: by month, by lesson, both; exempted and cancelled lessons in it."""

from __future__ import annotations

import pytest

from tests.unit.case import DUO, GEM_A, GEM_B, SCHOOL, SCHOOL_B, Case, afwezig, in_les, plicht


def _case(**lezing: dict[str, object]) -> Case:
    case = Case(**lezing)
    in_les(case)
    return case


def _meldt(case: Case, op: str, bron: str = SCHOOL, **data: object) -> None:
    case.zegt(bron, "verzuim-gemeld", op, **data)


def test_one_lesson_reported_is_one_absence_two_are_two() -> None:
    case = _case()
    _meldt(case, "2025-04-03", les="L1", datum="2025-04-03", soort="ongeoorloofd")
    assert case.open("verzuim") is None
    _meldt(case, "2025-04-04", les="L1", datum="2025-04-03", soort="ongeoorloofd")
    assert case.open("verzuim") is None, "the same one"
    _meldt(case, "2025-05-02", les="L9", datum="2025-05-02", soort="ongeoorloofd")
    assert case.open("verzuim") is None, "another month"
    _meldt(case, "2025-05-06", datum="2025-04-24", soort="ongeoorloofd")
    assert case.open("verzuim") is not None


def test_a_lesson_reported_by_lesson_and_in_the_month_counts_once() -> None:
    case = _case()
    afwezig(case, "L1", "2025-04-03")
    _meldt(case, "2025-04-28", maand="2025-04", aantal=1, lessen=["L1"])
    assert case.open("verzuim") is None
    _meldt(case, "2025-04-29", maand="2025-04", aantal=1, lessen=["L2"])
    assert case.open("verzuim") is not None


def test_a_month_that_says_one_besides_the_one_known_by_lesson_is_not_two() -> None:
    case = _case()
    afwezig(case, "L1", "2025-04-03")
    _meldt(case, "2025-04-28", maand="2025-04", aantal=1)
    assert case.open("verzuim") is None
    _meldt(case, "2025-04-28", maand="2025-04", aantal=0)
    assert case.open("verzuim") is None


def test_a_report_without_a_number_is_believed_from_the_day_it_was_made() -> None:
    case = _case()
    _meldt(case, "2025-04-14", maand="2025-04")
    assert "Sinds 14-04-2025" in case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["reden"]


def test_a_report_and_a_later_lesson_reach_the_number_on_the_day_of_the_lesson() -> None:
    case = _case()
    _meldt(case, "2025-04-14", maand="2025-04", aantal=1, lessen=["L1"])
    afwezig(case, "L2", "2025-04-24")
    assert "Sinds 24-04-2025" in case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["reden"]


def test_a_month_shown_by_lessons_and_another_shown_by_a_report_are_two_conversations() -> None:
    case = _case()
    for les, op in (("L1", "2025-04-03"), ("L2", "2025-04-10")):
        afwezig(case, les, op)
    _meldt(case, "2025-04-14", maand="2025-04", aantal=2)
    _meldt(case, "2025-06-02", maand="2025-05", aantal=2)
    assert len([x for x in case.ontvangen(GEM_A, "signaal-afgegeven") if x.data["regel"] == "verzuim"]) == 2


def test_rolling_windows_do_not_share_an_absence() -> None:
    case = _case(verzuim={"window": "rolling-month"})
    for les, op in (("L1", "2025-04-08"), ("L2", "2025-04-10"), ("L3", "2025-04-21"), ("L4", "2025-05-12")):
        afwezig(case, les, op)
    assert len([x for x in case.ontvangen(GEM_A, "signaal-afgegeven") if x.data["regel"] == "verzuim"]) == 1
    afwezig(case, "L5", "2025-05-13")
    assert len([x for x in case.ontvangen(GEM_A, "signaal-afgegeven") if x.data["regel"] == "verzuim"]) == 2


def test_a_lesson_cancelled_on_another_day_stays_in_the_report() -> None:
    case = _case()
    case.zegt(SCHOOL, "les-uitgevallen", "2025-04-17", les="L2", datum="2025-04-17", reden="geen-docent")
    _meldt(case, "2025-04-03", les="L1", datum="2025-04-03")
    _meldt(case, "2025-04-10", les="L2", datum="2025-04-10")
    assert case.open("verzuim") is not None


def test_an_exempted_absence_at_another_school_with_that_code_changes_nothing() -> None:
    case = _case()
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-10", taalschool="school-b", component="KNM")
    case.zegt(GEM_A, "verzuim-vrijgesteld", "2025-04-01", van="2025-04-10", tot="2025-04-11")
    afwezig(case, "L2", "2025-04-10", bron=SCHOOL_B)
    _meldt(case, "2025-04-28", maand="2025-04", aantal=2, lessen=["L1", "L2"])
    assert case.open("verzuim") is not None


def test_an_absence_on_the_first_day_of_a_request_counts() -> None:
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    vraag = {"aan": "school", "gebeurtenissen": ["aanwezigheid-gemeld"], "van": "2025-04-03", "tot": "2025-09-01"}
    case.zegt(GEM_A, "gegevens-opgevraagd", "2025-04-01", **vraag)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    assert case.open("verzuim") is not None


def test_reports_of_two_schools_count_together() -> None:
    case = _case()
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-10", taalschool="school-b", component="KNM")
    afwezig(case, "L1", "2025-04-03", bron=SCHOOL_B)
    _meldt(case, "2025-04-28", maand="2025-04", aantal=1)
    assert case.open("verzuim") is not None


@pytest.mark.parametrize("hoe", ["cancelled", "exempted day", "exempted lesson", "exempted month"])
def test_what_was_cancelled_or_exempted_is_taken_out_of_a_report(hoe: str) -> None:
    case = _case()
    _meldt(case, "2025-04-28", maand="2025-04", aantal=2, lessen=["L1", "L2"])
    assert case.open("verzuim") is not None
    match hoe:
        case "cancelled":
            case.zegt(SCHOOL, "les-uitgevallen", "2025-04-29", les="L2", reden="geen-docent")
        case "exempted lesson":
            afwezig(case, "L2", "2025-04-10")
            case.zegt(GEM_A, "verzuim-vrijgesteld", "2025-04-29", van="2025-04-10", tot="2025-04-11")
        case "exempted month":
            case.zegt(GEM_A, "verzuim-vrijgesteld", "2025-04-29", van="2025-04-01", tot="2025-05-01")
        case _:
            case = _case()
            case.zegt(GEM_A, "verzuim-vrijgesteld", "2025-04-01", van="2025-04-10", tot="2025-04-11")
            _meldt(case, "2025-04-03", les="L1", datum="2025-04-03")
            _meldt(case, "2025-04-10", les="L2", datum="2025-04-10")
    assert case.open("verzuim") is None


def test_a_month_exempted_but_for_a_day_may_hold_absences() -> None:
    case = _case()
    case.zegt(GEM_A, "verzuim-vrijgesteld", "2025-04-01", van="2025-04-02", tot="2025-05-01")
    _meldt(case, "2025-04-28", maand="2025-04", aantal=2)
    assert case.open("verzuim") is not None
    nog_een = _case()
    nog_een.zegt(GEM_A, "verzuim-vrijgesteld", "2025-04-01", van="2025-04-01", tot="2025-04-30")
    _meldt(nog_een, "2025-04-28", maand="2025-04", aantal=2)
    assert nog_een.open("verzuim") is not None


def test_a_report_of_authorised_absence_counts_only_where_all_counts() -> None:
    for telling, open_ in (("unauthorised-only", False), ("all", True)):
        case = _case(verzuim={"count": telling})
        _meldt(case, "2025-04-28", maand="2025-04", aantal=2, soort="geoorloofd")
        assert (case.open("verzuim") is not None) is open_


def _niet_gemeld(**melding: object) -> bool:
    """Whether the school still has to report after this report of 4 April; the second absence is of 10 April."""
    case = _case()
    afwezig(case, "L1", "2025-04-03")
    _meldt(case, str(melding.pop("op", "2025-04-04")), **melding)
    afwezig(case, "L2", "2025-04-10")
    case.tik("2025-04-18")
    return case.open("verzuim not reported") is not None


@pytest.mark.parametrize(("melding", "open_"), [
    ({"maand": "2025-04", "aantal": 1}, True),
    ({"maand": "2025-04"}, True),
    ({"maand": "2025-04", "aantal": 2}, False),
    ({"maand": "2025-04", "aantal": 1, "op": "2025-04-11"}, False),
    ({"op": "2025-04-11"}, False),
    ({"op": "2025-04-09"}, True),
    ({"op": "2025-04-10"}, False),
    ({"maand": "2025-04", "aantal": 1, "op": "2025-04-10"}, False),
    ({"les": "L0", "datum": "2025-03-27", "op": "2025-04-11"}, True),
    ({"les": "L2", "datum": "2025-04-10", "op": "2025-04-11"}, False),
    ({"maand": "2025-04", "aantal": 2, "soort": "geoorloofd", "op": "2025-04-11"}, True),
], ids=repr)  # fmt: skip
def test_which_report_answers_for_what_the_school_recorded(melding: dict[str, object], open_: bool) -> None:
    assert _niet_gemeld(**melding) is open_


@pytest.mark.parametrize(("grens", "open_"), [(0, False), (30, True), (31, False)])
def test_whether_coming_late_is_missing_the_lesson_is_a_setting(grens: int, open_: bool) -> None:
    case = _case(verzuim={"late_minutes": grens})
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10", "geen", minuten_te_laat=10, minuten_eerder_weg=20)
    assert (case.open("verzuim") is not None) is open_
    assert case.stand("verzuim.ongeoorloofd") == 1
    case.zegt(GEM_A, "verzuim-vrijgesteld", "2025-04-11", van="2025-04-10", tot="2025-04-11")
    assert case.open("verzuim") is None


def test_an_absence_that_was_also_late_is_one() -> None:
    case = _case(verzuim={"late_minutes": 10})
    afwezig(case, "L1", "2025-04-03", minuten_eerder_weg=100)
    assert case.open("verzuim") is None


@pytest.mark.parametrize(("redenen", "telling", "open_"), [
    ([], "unauthorised-only", True), (["werk"], "unauthorised-only", False), (["zorgtaken"], "unauthorised-only", True),
    (["werk"], "all", True),
])  # fmt: skip
def test_which_reasons_make_an_absence_authorised_is_a_setting(redenen: list[str], telling: str, open_: bool) -> None:
    case = _case(verzuim={"allowed_reasons": redenen, "count": telling})
    afwezig(case, "L1", "2025-04-03", reden="werk")
    afwezig(case, "L2", "2025-04-10", reden="onbekend")
    assert (case.open("verzuim") is not None) is open_
    assert case.stand("verzuim.ongeoorloofd") == 2, "as the school said"


def test_after_a_removal_in_the_month_the_absences_stay_one_pattern_and_the_signal_is_the_new_gemeentes() -> None:
    case = _case()
    afwezig(case, "L1", "2025-04-03")
    case.zegt(DUO, "persoon-verhuisd", "2025-04-07", van="gem-a", naar="gem-b", datum="2025-04-07")
    case.zegt(GEM_B, "taalschool-toegewezen", "2025-04-08", taalschool="school-b", component="taal")
    afwezig(case, "L1", "2025-04-24", bron=SCHOOL_B)
    signaal = case.open("verzuim")
    assert signaal is not None
    assert signaal["eigenaar"] == "balie@gem-b"
    assert case.ontvangen(GEM_B, "signaal-afgegeven")
    assert not case.ontvangen(GEM_A, "signaal-afgegeven")
    assert case.open("verzuim not reported") is None, "neither school saw two"


def test_the_request_of_a_former_gemeente_is_not_that_of_the_new_one() -> None:
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    vraag = {"aan": "school", "gebeurtenissen": ["aanwezigheid-gemeld"], "van": "2025-04-01", "tot": "2025-09-01"}
    case.zegt(GEM_A, "gegevens-opgevraagd", "2025-04-01", **vraag)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    assert case.open("verzuim") is not None
    case.zegt(DUO, "persoon-verhuisd", "2025-05-06", van="gem-a", naar="gem-b", datum="2025-05-06")
    assert case.open("verzuim") is None


def test_of_two_requests_that_stand_the_first_one_says_since_when() -> None:
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    for van in ("2025-05-01", "2025-04-01"):
        vraag = {"aan": "school", "gebeurtenissen": ["aanwezigheid-gemeld"], "van": van, "tot": "2025-09-01"}
        case.zegt(GEM_A, "gegevens-opgevraagd", "2025-05-01", **vraag)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    assert case.open("verzuim") is not None


def test_a_school_with_a_timetable_and_an_assignment_is_silent_also_before_it_said_that_the_course_began() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    for school in ("school-b", "school"):
        case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool=school, component="taal")
    case.zegt(SCHOOL, "rooster-vastgesteld", "2025-03-03", groep="G1", van="2025-03-03")
    case.tik("2025-03-25")
    assert case.open("verzuim silence", SCHOOL) is not None
    case.zegt(GEM_A, "toewijzing-beeindigd", "2025-03-26", taalschool="school", per="2025-03-26")
    assert case.open("verzuim silence") is None


def test_a_lesson_announced_or_cancelled_ahead_breaks_no_silence() -> None:
    case = _case()
    case.zegt(SCHOOL, "rooster-vastgesteld", "2025-03-03", groep="G1", van="2025-03-03")
    case.zegt(SCHOOL, "les-uitgevallen", "2025-03-10", les="K", datum="2025-12-22", reden="geen-docent")
    case.tik("2025-03-31")
    assert case.open("verzuim silence") is None
    case.tik("2025-04-01")
    assert case.open("verzuim silence") is not None
