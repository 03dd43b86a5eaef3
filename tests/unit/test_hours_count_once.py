# SPDX-License-Identifier: EUPL-1.2
"""The hours ledger: totals and lessons are not added up, recognised apart, before the PIP only what was laid down."""

from __future__ import annotations

from tests.unit.case import GEM_A, SCHOOL, SCHOOL_B, VWN, Case, in_les, plicht


def _les(case: Case, les: str, op: str, minuten: int, **meer: object) -> None:
    case.zegt(
        SCHOOL, "aanwezigheid-gemeld", op, les=les, datum=op, verzuim="geen", minuten_aanwezig=minuten,
        **{"component": "taal", **meer},
    )  # fmt: skip


def test_a_total_stands_for_the_lessons_of_its_months_and_what_is_beyond_it_counts() -> None:
    case = Case()
    in_les(case)
    _les(case, "L1", "2025-03-10", 180)
    _les(case, "L2", "2025-03-17", 180)
    _les(case, "L3", "2025-04-07", 120)
    assert case.stand("uren.taal") == 8
    case.zegt(SCHOOL, "uren-gemeld", "2025-04-01", component="taal", uren=6, van="2025-03-01", tot="2025-04-01")
    assert case.stand("uren.taal") == 8  # six for March, two lessons' hours of April
    case.zegt(SCHOOL, "uren-gemeld", "2025-04-02", component="taal", uren=4, van="2025-03-01", tot="2025-04-01")
    assert case.stand("uren.taal") == 8  # the later total is four, and the lessons show six


def test_only_hours_at_a_recognised_school_are_recognised() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-02", component="taal", uren=300)
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-03", component="taal", uren=50, erkend=False)
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-04", component="taal", uren=70, bron_uren="zelfstudie")
    assert case.stand("uren.taal_erkend") == 300
    assert case.stand("uren.taal_niet_erkend") == 120


def test_hours_before_the_pip_count_only_when_the_gemeente_laid_them_down() -> None:
    case = Case()
    in_les(case)  # PIP of 2025-02-03
    case.zegt(SCHOOL, "uren-gemeld", "2025-03-04", component="taal", uren=40, van="2024-10-01", tot="2025-02-01")
    assert case.stand("uren.taal") == 0
    case.zegt(GEM_A, "gevolgde-uren-vastgesteld", "2025-03-05", soort="taal-knm-brede-intake", uren=30)
    case.zegt(GEM_A, "gevolgde-uren-vastgesteld", "2025-03-06", soort="taal-knm-brede-intake", uren=35)
    assert case.stand("uren.taal") == 35  # a later total takes the place of the earlier


def test_in_the_z_route_map_and_pvt_count_towards_participatie_and_for_others_there_is_none() -> None:
    for doelgroep, verwacht in (("asielstatushouder", "bezig"), ("gezinsmigrant", "niet-van-toepassing")):
        case = Case()
        plicht(case, "2025-01-06", doelgroep=doelgroep)
        case.zegt(GEM_A, "pip-vastgesteld", "2025-02-03", dagtekening="2025-02-03", leerroute="Z-route")
        case.zegt(GEM_A, "begeleiding-opgedragen", "2025-02-04", begeleider="vwn")
        case.zegt(VWN, "pvt-uren-gemeld", "2025-03-04", uren=12, datum="2025-03-04")
        assert case.stand("uren.pvt") == 12
        assert case.stand("uren.participatie") == 0
        assert case.stand("participatie.stand") == verwacht
        assert case.stand("examen.stand") == "niet-van-toepassing"


def test_worked_hours_go_to_the_map_first_and_only_where_the_gemeente_says_so() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "werk-gestart", "2025-04-07", begindatum="2025-04-07", uren_per_week=20)
    case.tik("2025-06-02")
    assert case.stand("uren.map") == 0
    case.zegt(
        GEM_A,
        "werk-gestart",
        "2025-06-02",
        begindatum="2025-06-02",
        uren_per_week=20,
        telt_mee_voor=["MAP", "participatie"],
    )
    assert case.stand("uren.map", "2025-06-16") == 40
    assert case.stand("uren.participatie", "2025-06-23") == 20


def test_two_schools_are_added_up_and_the_map_goes_by_its_own_route() -> None:
    case = Case()
    in_les(case)
    assert case.stand("map.stand") == "niet-gestart"
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-05-05", taalschool="school-b", component="MAP")
    assert case.stand("map.praktijk_aanbieder") == "school-b"
    case.zegt(SCHOOL_B, "uren-gemeld", "2025-06-02", component="MAP", minuten=1200)
    case.zegt(SCHOOL, "uren-gemeld", "2025-06-03", component="MAP", uren=10)
    assert (case.stand("uren.map"), case.stand("map.stand")) == (30, "bezig")
    case.zegt(GEM_A, "map-afgerond", "2025-07-01", datum="2025-07-01")
    assert case.stand("map.stand") == "afgerond"


def test_a_request_for_afschaling_needs_effort_and_six_hundred_recognised_hours() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "uren-gemeld", "2026-03-02", component="taal", uren=590)
    case.zegt(SCHOOL, "uren-gemeld", "2026-03-03", component="taal", uren=60, erkend=False)
    case.zegt(SCHOOL, "afschaling-verzocht", "2026-03-09", van="B1", naar="A2", uren=650, inspanning_onderbouwd=True)
    assert (case.stand("afschaling.stand"), case.stand("afschaling.volledig")) == ("verzocht", False)
    assert case.open("afschaling unsubstantiated", SCHOOL) is not None
    case.zegt(SCHOOL, "uren-gemeld", "2026-03-16", component="taal", uren=10)
    assert case.stand("afschaling.volledig") is True
    assert case.open("afschaling unsubstantiated") is None
    case.zegt(GEM_A, "afschaling-besloten", "2026-03-23", besluit="toegewezen", van="B1", naar="A2")
    assert case.stand("afschaling.stand") == "toegewezen"
