# SPDX-License-Identifier: EUPL-1.2
"""Hours before the PIP, of a minor, across a change of leerroute and a removal; what is asked of whom."""

from __future__ import annotations

from datetime import date

import pytest

from hub.dossier.regels.rules import Regels, Regelversie, ingebouwd
from tests.unit.case import COA, DUO, GEM_A, GEM_B, SCHOOL, SCHOOL_B, VWN, Case, in_les, plicht


def _les(case: Case, op: str, minuten: int = 120, **meer: object) -> None:
    case.zegt(SCHOOL, "aanwezigheid-gemeld", op, les=op, datum=op, component="taal", verzuim="geen",
              minuten_aanwezig=minuten, **meer)  # fmt: skip


def _route(leerroute: str, doelgroep: str = "asielstatushouder", regels: Regels | None = None) -> Case:
    case = Case(regels)
    plicht(case, "2025-01-06", doelgroep=doelgroep)
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-03", dagtekening="2025-02-03", leerroute=leerroute)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school", leerroute=leerroute)
    return case


def _regel(**meer: object) -> Regelversie:
    return Regelversie.model_validate({"regel": "hours", "versie": "eigen", "geldig_van": date(2022, 1, 1), **meer})


def test_of_the_month_of_the_pip_only_the_lessons_from_its_day_on_count() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-01-13", taalschool="school", component="taal")
    for op in ("2025-01-20", "2025-02-10", "2025-02-17", "2025-02-24"):
        _les(case, op)
    assert case.stand("uren.taal") == 8, "without a plan nothing tells them apart"
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-25", dagtekening="2025-02-17", leerroute="B1-route")
    assert case.stand("uren.taal") == 4


@pytest.mark.parametrize(("van", "tot", "telt"), [
    ("2025-01-06", "2025-02-03", 0), ("2025-01-06", "2025-02-04", 9), (None, "2025-02-03", 0), (None, None, 0),
])  # fmt: skip
def test_a_total_of_before_the_pip_does_not_count_whatever_it_says_of_its_period(
    van: str | None, tot: str | None, telt: int
) -> None:
    case = _route("B1-route")
    periode = {naam: dag for naam, dag in (("van", van), ("tot", tot)) if dag}
    case.zegt(SCHOOL, "uren-gemeld", "2025-02-20", gebeurd="2025-01-31", component="taal", uren=9, **periode)
    assert case.stand("uren.taal") == telt


def test_from_some_day_on_means_until_it_was_said() -> None:
    case = _route("B1-route")
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="taal", uren=100, van="2025-01-20")
    assert case.stand("uren.taal") == 100


def test_voorinburgering_counts_only_as_the_gemeente_lays_it_down() -> None:
    case = _route("B1-route")
    case.zegt(SCHOOL, "uren-gemeld", "2025-03-03", component="taal", uren=24, bron_uren="voorinburgering")
    assert case.stand("uren.taal") == 0
    case.zegt(GEM_A, "gevolgde-uren-vastgesteld", "2025-03-04", soort="taal-knm-brede-intake", uren=20)
    assert case.stand("uren.taal") == 20


def test_the_pvt_may_have_come_before_the_plan() -> None:
    case = _route("B1-route")
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-02-11", begeleider="vwn")
    case.zegt(VWN, "pvt-uren-gemeld", "2025-02-12", uren=3, datum="2025-01-28")
    assert case.stand("uren.pvt") == 3


def test_work_counts_from_the_plan_on() -> None:
    case = _route("Z-route")
    case.zegt(GEM_A, "werk-gestart", "2025-02-20", begindatum="2025-01-06", uren_per_week=20,
              telt_mee_voor=["participatie"])  # fmt: skip
    assert case.stand("uren.participatie", "2025-02-17") == 40
    case.zegt(GEM_A, "werk-beeindigd", "2025-02-25", per="2025-02-24")
    assert case.stand("uren.participatie", "2025-06-30") == 60


def test_what_a_minor_followed_before_the_plicht_does_not_count_at_eighteen() -> None:
    case = Case()
    case.zegt(COA, "klantprofiel-gedeeld", "2025-01-06", geboortedatum="2007-03-10", vrijstellende_opleiding=False)
    plicht(case, "2025-03-10")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-11", taalschool="school", component="taal")
    _les(case, "2025-03-12")
    case.zegt(SCHOOL, "uren-gemeld", "2025-03-13", component="taal", uren=300, van="2024-09-01", tot="2025-03-01")
    case.zegt(GEM_A, "pip-vastgesteld", "2025-04-07", dagtekening="2025-04-07", leerroute="B1-route")
    _les(case, "2025-04-08", 180)
    assert case.stand("persoon.meerderjarig_op") == "2025-03-10"
    assert case.stand("uren.taal_erkend") == 3


def test_hours_reported_late_after_a_change_of_route_belong_to_their_own_time() -> None:
    case = _route("B1-route")
    case.zegt(SCHOOL, "uren-gemeld", "2025-12-01", component="taal", uren=300, van="2025-03-01", tot="2025-12-01")
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-12-08", van="B1-route", naar="Z-route", dagtekening="2025-12-08")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-12-09", taalschool="school-b", component="taal")
    case.zegt(SCHOOL, "uren-gemeld", "2026-01-12", gebeurd="2025-12-05", component="taal", uren=310,
              van="2025-03-01", tot="2025-12-08")  # fmt: skip
    assert case.stand("uren.taal") == 310
    case.zegt(SCHOOL_B, "uren-gemeld", "2026-03-02", component="taal", uren=490, van="2025-12-08", tot="2026-03-01")
    assert (case.stand("uren.taal"), case.stand("taal.stand")) == (800, "afgerond")


def test_the_new_route_asks_what_its_own_rule_says_and_the_old_one_is_not_rewritten() -> None:
    eigen = _regel(instellingen={"taal": 700}, voor={"leerroute": "Z-route"})
    case = _route("B1-route", regels=Regels([*ingebouwd().versies, eigen]))
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="taal", uren=700)
    assert case.stand("taal.stand") == "bezig"
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-12-08", van="B1-route", naar="Z-route", dagtekening="2025-12-08")
    assert case.stand("taal.stand") == "afgerond"
    later = _regel(
        versie="later", geldig_van=date(2026, 1, 1), instellingen={"taal": 900}, voor={"leerroute": "Z-route"}
    )
    case.bundels = type(case.bundels)(
        case.bundels.beleid, Regels([*ingebouwd().versies, eigen, later]), case.bundels.deelnemers
    )
    case.zegt(GEM_A, "pip-gewijzigd", "2026-02-02", dagtekening="2026-02-02", leerroute="Z-route", laag="plan")
    assert case.stand("taal.stand") == "afgerond", "the route did not change, so its rule did not either"


@pytest.mark.parametrize(("taal", "stand"), [(None, "bezig"), (0, "bezig"), (10, "afgerond")])
def test_whether_the_hours_of_the_z_route_bind_a_gezinsmigrant_is_a_setting(taal: int | None, stand: str) -> None:
    eigen = [] if taal is None else [_regel(instellingen={"taal": taal}, voor={"doelgroep": "gezinsmigrant"})]
    case = _route("Z-route", "gezinsmigrant", Regels([*ingebouwd().versies, *eigen]))
    vraag = {"aan": "school", "gebeurtenissen": ["uren-gemeld"], "van": "2025-02-10", "tot": "2027-01-01"}
    case.zegt(GEM_A, "gegevens-opgevraagd", "2025-02-10", **vraag)
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="taal", uren=10)
    assert case.stand("taal.stand") == stand
    case.tik("2026-08-04")
    assert (case.open("hours") is None) is (taal is not None)


def test_no_signal_tells_the_gemeente_hours_of_a_gezinsmigrant_that_it_did_not_ask_for() -> None:
    case = _route("Z-route", "gezinsmigrant")
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="taal", uren=10)
    case.tik("2026-08-04")
    assert case.open("hours") is None
    vraag = {"aan": "school", "gebeurtenissen": ["uren-gemeld"], "van": "2026-08-05", "tot": "2026-09-01"}
    case.zegt(GEM_A, "gegevens-opgevraagd", "2026-08-05", **vraag)
    assert case.open("hours") is not None


def test_the_line_of_hours_reaches_to_the_end_of_an_extended_termijn() -> None:
    case = _route("Z-route")  # 800 hours, 60 % of the line at 18 months: 240 of 36 months, 180 of 48
    case.zegt(SCHOOL, "uren-gemeld", "2026-06-01", component="taal", uren=180)
    case.tik("2026-08-04")
    assert case.open("hours") is not None
    case.zegt(DUO, "inburgeringstermijn-verlengd", "2026-08-05", einddatum="2029-02-04", grond="inspanning")
    assert case.open("hours") is None


def test_the_b1_route_may_be_measured_in_hours_as_well_and_never_ends_by_them() -> None:
    eigen = _regel(instellingen={"pace_routes": ["Z-route", "B1-route"]})
    for regels, open_ in ((None, False), (Regels([*ingebouwd().versies, eigen]), True)):
        case = _route("B1-route", regels=regels)
        case.zegt(SCHOOL, "uren-gemeld", "2026-06-01", component="taal", uren=239)
        case.tik("2026-08-04")
        assert (case.open("hours") is not None) is open_
        case.zegt(SCHOOL, "uren-gemeld", "2026-09-07", component="taal", uren=700)
        assert (case.open("hours"), case.stand("taal.stand")) == (None, "bezig")


@pytest.mark.parametrize("overal", [False, True])
def test_whether_the_map_belongs_to_the_onderwijsroute_is_a_setting(overal: bool) -> None:
    eigen = _regel(instellingen={"map_routes": ["B1-route", "onderwijsroute", "Z-route"]})
    case = _route("onderwijsroute", regels=Regels([*ingebouwd().versies, *([eigen] if overal else [])]))
    assert case.stand("map.stand") == ("niet-gestart" if overal else "niet-van-toepassing")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-02", taalniveau="A2", stagnatie=False)
    case.zegt(GEM_A, "participatie-toegewezen", "2025-06-03", organisatie="school-b#participatie")
    case.tik("2025-07-15")
    assert (case.open("level reached") is not None) is overal


@pytest.mark.parametrize(("naar", "alle", "volledig"), [
    ("A2", True, False), ("Z-route", True, False), ("A2", False, False), ("Z-route", False, True),
])  # fmt: skip
def test_whether_a_change_to_the_z_route_needs_six_hundred_hours_is_a_setting(
    naar: str, alle: bool, volledig: bool
) -> None:
    case = Case(hours={"afschaling_hours_for": ["A2", "Z-route"] if alle else ["A2"]})
    in_les(case)
    case.zegt(SCHOOL, "uren-gemeld", "2025-09-01", component="taal", uren=100)
    case.zegt(SCHOOL, "afschaling-verzocht", "2025-09-08", van="B1", naar=naar, inspanning_onderbouwd=True)
    assert case.stand("afschaling.volledig") is volledig
    if volledig:
        assert case.open("afschaling unsubstantiated") is None
    else:
        assert "600 erkende uren" in case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["reden"]


def test_of_a_request_that_lacks_only_the_effort_no_hours_are_asked() -> None:
    case = Case(hours={"afschaling_hours_for": ["A2"]})
    in_les(case)
    case.zegt(SCHOOL, "afschaling-verzocht", "2025-09-08", van="B1-route", naar="Z-route")
    assert "erkende uren" not in case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["reden"]


@pytest.mark.parametrize(("uren", "stand"), [(0, "niet-van-toepassing"), (100, "afgerond"), (101, "bezig")])
def test_what_somebody_can_bear_of_participatie_is_all_that_is_asked_and_no_signal_says_how_much(
    uren: int, stand: str
) -> None:
    case = _route("Z-route")
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="participatie", uren=100)
    besluit = {"soort": "ontheffing", "oordeel": "toegewezen", "datum": "2025-07-01", "omvang": "gedeeltelijk"}
    case.zegt(DUO, "verzoek-beoordeeld", "2025-07-01", **besluit, belastbaarheid_uren=uren)
    assert case.stand("participatie.stand") == stand


def test_a_refused_request_changes_nothing_of_what_is_asked() -> None:
    case = _route("Z-route")
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="participatie", uren=30)
    afgewezen = {"soort": "ontheffing", "oordeel": "afgewezen", "datum": "2025-07-01", "belastbaarheid_uren": 20}
    case.zegt(DUO, "verzoek-beoordeeld", "2025-07-01", **afgewezen)
    assert case.stand("participatie.stand") == "bezig"
    case.tik("2026-08-04")
    reden = case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["reden"]
    assert "30 van 800 uren participatie" in reden
    toegewezen = {"soort": "ontheffing", "oordeel": "toegewezen", "datum": "2026-08-05", "belastbaarheid_uren": 780}
    case.zegt(DUO, "verzoek-beoordeeld", "2026-08-05", **toegewezen)
    case.tik("2027-05-04")
    assert "780" not in str([x.data for x in case.ontvangen(GEM_A, "signaal-afgegeven")])
    assert "30 uren participatie" in case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["reden"]


def test_after_a_removal_the_total_of_the_new_gemeente_takes_the_place_of_the_old_one() -> None:
    case = _route("Z-route")
    case.zegt(GEM_A, "gevolgde-uren-vastgesteld", "2025-06-02", soort="participatieactiviteiten", uren=100)
    case.zegt(DUO, "persoon-verhuisd", "2025-07-07", van="gem-a", naar="gem-b", datum="2025-07-07")
    case.zegt(GEM_B, "gevolgde-uren-vastgesteld", "2025-09-01", soort="participatieactiviteiten", uren=130)
    assert case.stand("uren.participatie") == 130
