# SPDX-License-Identifier: EUPL-1.2
"""Reports about the same time: the same provider, its subcontractor, another school; totals, lessons, running totals."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.dossier.feiten.urenposten import Telt
from tests.unit.case import GEM_A, SCHOOL, SCHOOL_B, VWN, VWN_TAAL, Case, in_les

WERK = "school-b#participatie"


def _case() -> Case:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-11", taalschool="school-b", component="taal")
    return case


def _uren(case: Case, uren: int, van: str, tot: str, op: str = "2025-12-01", bron: str = SCHOOL, **meer: object) -> str:
    case.zegt(bron, "uren-gemeld", op, uren=uren, van=van, tot=tot, **{"component": "taal", **meer})
    return case.records[-1].id


def _les(case: Case, op: str, minuten: int, bron: str = SCHOOL, **meer: object) -> None:
    case.zegt(bron, "aanwezigheid-gemeld", op, les=op, datum=op, verzuim="geen", minuten_aanwezig=minuten,
              **{"component": "taal", **meer})  # fmt: skip


def test_a_month_reported_again_does_not_undo_the_quarter_that_holds_it() -> None:
    case = _case()
    _uren(case, 60, "2025-03-01", "2025-06-01")
    _uren(case, 20, "2025-05-01", "2025-06-01")
    assert case.stand("uren.taal") == 60
    _uren(case, 70, "2025-04-01", "2025-05-01")
    assert case.stand("uren.taal") == 90, "what goes beyond the quarter counts: 20 + 70 - 60"


def test_months_that_together_cover_a_quarter_take_its_place() -> None:
    case = _case()
    _uren(case, 60, "2025-03-01", "2025-06-01")
    for maand in (3, 5):
        _uren(case, 10, f"2025-0{maand}-01", f"2025-0{maand + 1}-01")
        assert case.stand("uren.taal") == 60
    _uren(case, 10, "2025-04-01", "2025-05-01")
    assert case.stand("uren.taal") == 30


def test_a_quarter_takes_the_place_of_the_months_reported_before_it() -> None:
    case = _case()
    for maand in (3, 4, 5):
        _uren(case, 20, f"2025-0{maand}-01", f"2025-0{maand + 1}-01")
    assert case.stand("uren.taal") == 60
    _uren(case, 50, "2025-03-01", "2025-06-01")
    assert case.stand("uren.taal") == 50


def test_periods_that_touch_do_not_overlap() -> None:
    case = _case()
    _uren(case, 20, "2025-03-01", "2025-04-01")
    _uren(case, 20, "2025-04-01", "2025-05-01")
    assert case.stand("uren.taal") == 40


def test_two_schools_over_the_same_time_are_added_up() -> None:
    case = _case()
    _uren(case, 20, "2025-03-01", "2025-04-01")
    _uren(case, 12, "2025-03-10", "2025-04-10", bron=SCHOOL_B)
    assert case.stand("uren.taal") == 32


def test_recognised_hours_and_hours_of_self_study_stand_side_by_side() -> None:
    case = _case()
    _les(case, "2025-03-10", 600)
    _uren(case, 70, "2025-03-01", "2025-04-01", bron_uren="zelfstudie")
    assert (case.stand("uren.taal_erkend"), case.stand("uren.taal_niet_erkend")) == (10, 70)
    _uren(case, 5, "2025-03-01", "2025-04-01", erkend=False)
    assert (case.stand("uren.taal_erkend"), case.stand("uren.taal_niet_erkend")) == (5, 75), "these are its lessons"


def test_self_study_is_never_recognised_whatever_is_said() -> None:
    case = _case()
    _uren(case, 70, "2025-03-01", "2025-04-01", bron_uren="zelfstudie", erkend=True)
    case.zegt(GEM_A, "gevolgde-uren-vastgesteld", "2025-12-02", component="taal", uren=9, bron_uren="werk", erkend=True)
    assert (case.stand("uren.taal_erkend"), case.stand("uren.taal_niet_erkend")) == (0, 79)


def test_kinds_of_participatie_over_the_same_time_are_kept_apart() -> None:
    case = _case()
    _uren(case, 20, "2025-03-01", "2025-04-01", component="participatie", bron_uren="vrijwilligerswerk")
    _uren(case, 30, "2025-03-01", "2025-04-01", component="participatie", bron_uren="stage")
    assert case.stand("uren.participatie") == 50
    _les(case, "2025-03-10", 600, component="participatie")
    assert case.stand("uren.participatie") == 50, "days at the place are among its hours"


def test_each_total_stands_for_the_lessons_of_its_own_time_only() -> None:
    case = _case()
    _les(case, "2025-03-10", 240)
    _les(case, "2025-04-07", 360)
    _uren(case, 10, "2025-03-01", "2025-04-01")
    _uren(case, 2, "2025-04-01", "2025-05-01")
    assert case.stand("uren.taal") == 16, "ten for March; of April two and the four that lessons show beyond it"
    _les(case, "2025-05-12", 60)
    _uren(case, 30, "2025-05-15", "2025-06-01")
    assert case.stand("uren.taal") == 47, "the lesson of 12 May is not within the second half of May"


def test_a_total_without_a_period_holds_the_lessons_until_then_and_none_after() -> None:
    case = _case()
    _les(case, "2025-03-10", 600)
    case.zegt(SCHOOL, "uren-gemeld", "2025-04-01", component="taal", uren=100)
    assert case.stand("uren.taal") == 100
    _les(case, "2025-04-07", 600)
    assert case.stand("uren.taal") == 110
    case.zegt(SCHOOL, "uren-gemeld", "2025-05-01", component="taal", uren=10)
    assert case.stand("uren.taal") == 110, "the ten are those lessons"
    case.zegt(SCHOOL, "uren-gemeld", "2025-05-02", component="taal", uren=5)
    assert case.stand("uren.taal") == 115


def test_the_running_total_of_a_progress_report_holds_all_of_that_school_until_then() -> None:
    case = _case()
    _les(case, "2025-03-10", 600)
    _uren(case, 20, "2025-04-01", "2025-05-01", op="2025-05-01")
    _uren(case, 7, "2025-04-01", "2025-05-01", op="2025-05-01", bron=SCHOOL_B)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-02", taalniveau="A1", stagnatie=False, uren=50)
    assert case.stand("uren.taal_erkend") == 57, "fifty there, seven at the other school"
    _les(case, "2025-06-10", 120)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-09-01", taalniveau="A1", stagnatie=False, uren=55)
    assert case.stand("uren.taal_erkend") == 62, "a later running total takes the place of the earlier"
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-10-01", taalniveau="A1", stagnatie=False)
    assert case.stand("uren.taal_erkend") == 62, "a report without hours takes nothing away"


def test_a_running_total_that_arrives_late_does_not_take_the_place_of_a_later_one() -> None:
    case = _case()
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-09-01", taalniveau="A1", stagnatie=False, uren=55)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-09-08", gebeurd="2025-06-02", taalniveau="A1", stagnatie=False, uren=50)
    assert case.stand("uren.taal") == 55


def test_of_two_running_totals_of_one_day_the_later_word_counts_and_of_another_school_each() -> None:
    for rij in ((50, 40), (40, 50)):
        case = _case()
        for uren in rij:
            case.zegt(SCHOOL, "voortgang-gemeld", "2025-09-01", taalniveau="A1", stagnatie=False, uren=uren)
        case.zegt(SCHOOL_B, "voortgang-gemeld", "2025-09-08", gebeurd="2025-06-02", taalniveau="A1", uren=7)
        assert case.stand("uren.taal") == rij[-1] + 7


def test_what_ended_on_the_day_of_a_running_total_is_within_it() -> None:
    case = _case()
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-02", taalniveau="A1", stagnatie=False, uren=50)
    _uren(case, 10, "2025-05-01", "2025-06-03")
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="taal", uren=9)
    assert case.stand("uren.taal") == 50
    _uren(case, 10, "2025-05-01", "2025-06-04")
    assert case.stand("uren.taal") == 60, "a day longer is another matter"


def test_a_total_with_a_period_and_one_without_add_up() -> None:
    case = _case()
    _uren(case, 10, "2025-03-01", "2025-04-01", op="2025-04-01")
    case.zegt(SCHOOL, "uren-gemeld", "2025-05-01", component="taal", uren=20)
    assert case.stand("uren.taal") == 30


def test_a_report_of_a_day_holds_the_lesson_of_that_day() -> None:
    case = _case()
    _les(case, "2025-03-10", 240)
    _les(case, "2025-06-02", 120)
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="taal", uren=3, van="2025-06-02")
    assert case.stand("uren.taal") == 7
    _uren(case, 9, "2025-04-01", "2025-04-01")
    assert case.stand("uren.taal") == 12, "a period of no day is none: nine until then, four of them that lesson"


def test_time_in_a_report_without_a_period_counts_unless_a_running_total_says_it_all() -> None:
    case = _case()
    voortgang = {"taalniveau": "A1", "stagnatie": False, "uren_gevolgd_minuten": 1800}
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-02", **voortgang)
    assert case.stand("uren.taal") == 30
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-09-01", **voortgang, uren=45)
    assert case.stand("uren.taal") == 45


def test_hours_of_the_map_in_a_progress_report_are_not_added_to_those_reported_apart() -> None:
    case = _case()
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="MAP", uren=20)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-03", taalniveau="A2", stagnatie=False, uren_map=24)
    assert case.stand("uren.map") == 24


def test_time_in_the_period_of_a_report_counts_in_minutes_and_within_the_running_total() -> None:
    case = _case()
    periode = {"periode_van": "2025-03-01", "periode_tot": "2025-06-01"}
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-02", id="v", taalniveau="A1", stagnatie=False,
              uren_gevolgd_minuten=1800, **periode)  # fmt: skip
    assert case.stand("uren.taal") == 30
    case.zegt(SCHOOL, "correctie", "2025-06-03", betreft="v", wijziging={"uren": 45})
    assert case.stand("uren.taal") == 45


def test_hours_of_a_subcontractor_are_within_those_of_who_answers_for_it() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-11", taalschool="school", onderaannemer="vwn#taalschool",
              component="participatie")  # fmt: skip
    _uren(case, 30, "2025-03-01", "2025-04-01", bron=VWN_TAAL, component="participatie")
    assert case.stand("uren.participatie") == 30
    _uren(case, 30, "2025-03-01", "2025-04-01", component="participatie", erkend=False)
    assert case.stand("uren.participatie") == 30
    _uren(case, 12, "2025-04-01", "2025-05-01", bron=VWN_TAAL, component="participatie")
    assert case.stand("uren.participatie") == 42
    _uren(case, 50, "2025-04-01", "2025-05-01", component="taal")
    assert case.stand("uren.participatie") == 42, "of another component nobody answers"


def test_one_meeting_of_the_pvt_is_one_whoever_of_the_organisation_reports_it() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-04", taalschool="vwn", component="PVT")
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-04", begeleider="vwn")
    _les(case, "2025-04-01", 180, bron=VWN_TAAL, component="PVT")
    case.zegt(VWN, "pvt-uren-gemeld", "2025-04-02", minuten=180, datum="2025-04-01")
    assert case.stand("uren.pvt") == 3
    case.zegt(VWN, "pvt-uren-gemeld", "2025-04-03", uren=3, datum="2025-04-01")
    assert case.stand("uren.pvt") == 3, "said twice"
    case.zegt(VWN, "pvt-uren-gemeld", "2025-04-08", uren=3, datum="2025-04-08")
    assert case.stand("uren.pvt") == 6
    case.zegt(VWN, "pvt-uren-gemeld", "2025-04-08", uren=2, datum="2025-04-08", nummer=3)
    assert case.stand("uren.pvt") == 8, "another meeting on that day"


def test_what_a_subcontractor_said_before_the_period_is_not_within_it() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-11", taalschool="school", onderaannemer="vwn#taalschool",
              component="participatie")  # fmt: skip
    for op in ("2025-03-31", "2025-04-01"):
        case.zegt(VWN_TAAL, "uren-gemeld", op, component="participatie", uren=5)
    _uren(case, 30, "2025-04-01", "2025-05-01", component="participatie")
    assert case.stand("uren.participatie") == 35


def test_what_a_gemeente_lays_down_for_one_component_leaves_another_alone() -> None:
    case = _case()
    for component, uren in (("taal", 30), ("MAP", 12), ("taal", 31)):
        case.zegt(GEM_A, "gevolgde-uren-vastgesteld", "2025-03-05", component=component, uren=uren)
    assert (case.stand("uren.taal"), case.stand("uren.map")) == (31, 12)


def test_a_job_of_which_the_hours_are_unknown_or_that_begins_later_adds_nothing() -> None:
    case = _case()
    telt = {"telt_mee_voor": ["participatie"]}
    case.zegt(GEM_A, "werk-gestart", "2025-03-03", begindatum="2025-03-03", **telt)
    case.zegt(GEM_A, "werk-gestart", "2025-03-10", begindatum="2025-03-10", uren_per_week=20, **telt)
    case.zegt(GEM_A, "werk-gestart", "2025-03-10", begindatum="2025-04-14", uren_per_week=20, **telt)
    assert case.stand("uren.participatie", "2025-03-24") == 40
    assert case.stand("uren.participatie", "2025-04-14") == 100
    assert case.stand("uren.participatie", "2025-04-21") == 140


def test_a_total_of_nought_takes_the_place_of_what_the_gemeente_laid_down() -> None:
    case = _case()
    for uren in (30, 0):
        case.zegt(GEM_A, "gevolgde-uren-vastgesteld", "2025-03-05", soort="taal-knm-brede-intake", uren=uren)
    assert case.stand("uren.taal") == 0


def test_minutes_that_were_taken_for_hours_do_not_count_and_their_provider_is_asked() -> None:
    case = _case()
    eerste = _uren(case, 1440, "2025-03-01", "2025-04-01", op="2025-04-02")
    assert case.stand("uren.taal") == 0
    assert case.open("hours", SCHOOL) is not None
    case.zegt(SCHOOL, "correctie", "2025-04-03", betreft=eerste, wijziging={"uren": 24})
    assert (case.stand("uren.taal"), case.open("hours")) == (24, None)
    _uren(case, 9999, "2025-04-01", "2025-04-02")
    _uren(case, 6, "2025-04-01", "2025-05-01")
    assert case.stand("uren.taal") == 30, "what cannot be takes nothing with it"
    case.zegt(SCHOOL, "intrekking", "2025-12-01", betreft=case.records[-2].id)
    _uren(case, 24 * 31, "2025-05-01", "2025-06-01")
    assert case.open("hours") is None, "hard to believe, and possible"
    case.zegt(SCHOOL, "uren-gemeld", "2025-12-02", component="taal", uren=10_000)
    assert case.open("hours", SCHOOL) is not None
    assert case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["onderwerp"] == "school"


@pytest.mark.parametrize(("minuten", "uren", "telt"), [(24, 24, 0), (90, 1, 1), (60, 2, 0), (120, 2, 2), (119, 1, 1)])
def test_minutes_and_hours_of_one_report_agree_but_for_the_rounding(minuten: int, uren: int, telt: int) -> None:
    case = _case()
    case.zegt(SCHOOL, "uren-gemeld", "2025-05-01", component="taal", minuten=minuten, uren=uren)
    assert case.stand("uren.taal") == telt
    assert (case.open("hours", SCHOOL) is not None) is (telt == 0)


def test_a_period_that_ends_before_it_begins_is_no_period() -> None:
    case = _case()
    _uren(case, 8, "2025-04-01", "2025-03-01", op="2025-05-01")
    _uren(case, 9, "2025-03-01", "2025-04-01", op="2025-05-02")
    assert case.stand("uren.taal") == 17


MAAND = st.integers(3, 11)


@st.composite
def _meldingen(draw: st.DrawFn) -> list[tuple[str, str, dict[str, object]]]:
    """Reports of one school about taal: lessons, totals over some months, running totals."""
    rij: list[tuple[str, str, dict[str, object]]] = []
    for nummer in range(draw(st.integers(1, 9))):
        soort = draw(st.sampled_from(["les", "les", "uren", "voortgang"]))
        van = draw(MAAND)
        op = date(2025, van, draw(st.integers(1, 28))).isoformat()
        if soort == "les":
            data = {"les": f"L{nummer}", "datum": op, "verzuim": "geen", "component": "taal"}
            rij.append(("aanwezigheid-gemeld", op, {**data, "minuten_aanwezig": draw(st.integers(1, 10)) * 60}))
        elif soort == "uren":
            tot = draw(st.integers(van + 1, 12))
            periode = {"van": f"2025-{van:02d}-01", "tot": f"2025-{tot:02d}-01"}
            rij.append(("uren-gemeld", op, {"component": "taal", "uren": draw(st.integers(0, 80)), **periode}))
        else:
            voortgang = {"taalniveau": "A1", "stagnatie": False, "uren": draw(st.integers(0, 200))}
            rij.append(("voortgang-gemeld", op, voortgang))
    return rij


def _gezegd(meldingen: list[tuple[str, str, dict[str, object]]]) -> Case:
    case = Case()
    in_les(case)
    for nummer, (gebeurtenis, op, data) in enumerate(meldingen):
        case.zegt(SCHOOL, gebeurtenis, f"2026-01-{nummer + 1:02d}", id=f"m{nummer}", gebeurd=op, **data)
    return case


@given(_meldingen())
@settings(max_examples=40, deadline=None)
def test_no_hour_counts_twice_and_none_that_one_report_shows_is_lost(
    meldingen: list[tuple[str, str, dict[str, object]]],
) -> None:
    """Never more than everything added up, nor less than the lessons alone, or than the last running total."""
    case = _gezegd(meldingen)
    uren = case.stand("uren.taal")
    assert isinstance(uren, int)
    lessen = sum(int(str(d["minuten_aanwezig"])) // 60 for g, _, d in meldingen if g == "aanwezigheid-gemeld")
    totalen = sum(int(str(d["uren"])) for g, _, d in meldingen if g == "uren-gemeld")
    lopend = [(op, nummer, int(str(d["uren"]))) for nummer, (g, op, d) in enumerate(meldingen) if g[0] == "v"]
    laatste = max(lopend, default=("", 0, 0))[2]
    assert max(lessen, laatste) <= uren <= lessen + totalen + laatste
    boek = case.zaak
    assert boek.lessen.gemeld == sum(1 for g, _, _ in meldingen if g == "aanwezigheid-gemeld")


@given(_meldingen(), st.data())
@settings(max_examples=30, deadline=None)
def test_the_same_reports_resent_under_another_id_add_nothing_and_their_retraction_restores(
    meldingen: list[tuple[str, str, dict[str, object]]], data: st.DataObject
) -> None:
    case = _gezegd(meldingen)
    voor = case.stand("uren.taal")
    nummer = data.draw(st.integers(0, len(meldingen) - 1))
    gebeurtenis, op, gegevens = meldingen[nummer]
    case.zegt(SCHOOL, gebeurtenis, "2026-02-02", id="nogmaals", gebeurd=op, **{**gegevens, "les": "ander"})
    case.zegt(SCHOOL, "intrekking", "2026-02-03", betreft="nogmaals")
    assert case.stand("uren.taal") == voor
    case.zegt(SCHOOL, "intrekking", "2026-02-04", id="weg", betreft=f"m{nummer}")
    case.zegt(SCHOOL, "intrekking", "2026-02-05", betreft="weg")
    assert case.stand("uren.taal") == voor


@given(st.permutations(range(6)))
@settings(max_examples=20, deadline=None)
def test_a_month_said_twice_counts_once_in_whatever_order_the_hub_hears_it(volgorde: list[int]) -> None:
    case = Case()
    in_les(case)
    for nummer in volgorde:
        maand = 3 + nummer % 3
        data = {"component": "taal", "uren": 20, "van": f"2025-{maand:02d}-01", "tot": f"2025-{maand + 1:02d}-01"}
        case.zegt(SCHOOL, "uren-gemeld", "2025-12-01", id=f"m{nummer}", **data)
    assert case.stand("uren.taal") == 60


def test_every_entry_says_whether_it_counts_and_why_not() -> None:
    assert [een.value for een in Telt] == [
        "ja", "vervangen", "inbegrepen", "voor-pip", "boven-maximum", "onmogelijk",
    ]  # fmt: skip
