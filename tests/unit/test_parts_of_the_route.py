# SPDX-License-Identifier: EUPL-1.2
"""The obligations by doelgroep and leerroute, and how far each is: taal, KNM, PVT, MAP, participatie, exam, end talk."""

from __future__ import annotations

import pytest

from tests.unit.case import DUO, GEM_A, SCHOOL, Case, plicht

PARTS = ("taal", "knm", "pvt", "map", "participatie", "examen", "eindgesprek")
NOT, NOTHING, BUSY, DONE = "niet-van-toepassing", "niet-gestart", "bezig", "afgerond"


def on_route(leerroute: str | None, doelgroep: str = "asielstatushouder") -> Case:
    case = Case()
    plicht(case, "2025-01-06", doelgroep=doelgroep)
    if leerroute is not None:
        case.zegt(GEM_A, "pip-vastgesteld", "2025-02-03", dagtekening="2025-02-03", leerroute=leerroute)
        case.zegt(
            GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school", leerroute=leerroute, component="taal"
        )
    return case


def parts(case: Case, op: str | None = None) -> dict[str, object]:
    return {name: case.stand(f"{name}.stand", op) for name in PARTS}


def hours(case: Case, component: str, count: int, op: str = "2025-06-02", van: str = "2025-03-03") -> None:
    case.zegt(SCHOOL, "uren-gemeld", op, component=component, uren=count, van=van, tot=op)


def passed(case: Case, *onderdelen: str, resultaat: str = "geslaagd") -> None:
    for onderdeel in onderdelen:
        case.zegt(DUO, "examenuitslag-bekend", "2026-03-02", onderdeel=onderdeel, resultaat=resultaat)


@pytest.mark.parametrize(
    ("leerroute", "doelgroep", "not_asked"),
    [
        ("B1-route", "asielstatushouder", {"participatie", "eindgesprek"}),
        ("onderwijsroute", "asielstatushouder", {"participatie", "eindgesprek", "map"}),
        ("Z-route", "asielstatushouder", {"examen"}),
        ("Z-route", "gezinsmigrant", {"examen", "participatie"}),
    ],
)
def test_what_is_asked_depends_on_route_and_doelgroep(leerroute: str, doelgroep: str, not_asked: set[str]) -> None:
    found = parts(on_route(leerroute, doelgroep))
    assert {name for name, stand in found.items() if stand == NOT} == not_asked
    assert {stand for stand in found.values() if stand != NOT} == {NOTHING}


def test_nothing_is_said_while_the_route_is_unknown() -> None:
    assert len(set(parts(on_route(None)).values())) == 1
    assert not {NOT, NOTHING, BUSY, DONE} & set(parts(on_route(None)).values())


def test_lessons_are_a_beginning_and_all_four_exams_the_end_of_taal() -> None:
    case = on_route("B1-route")
    hours(case, "taal", 1)
    assert parts(case)["taal"] == BUSY
    passed(case, "LE", "LU", "SC")
    assert (parts(case)["taal"], parts(case)["examen"]) == (BUSY, BUSY)
    passed(case, "SP", resultaat="gezakt")
    assert parts(case)["taal"] == BUSY
    passed(case, "SP")
    assert (parts(case)["taal"], parts(case)["examen"], parts(case)["knm"]) == (DONE, BUSY, NOTHING)
    passed(case, "KNM")
    assert (parts(case)["knm"], parts(case)["examen"]) == (DONE, DONE)


def test_the_z_route_is_measured_in_hours_and_knm_shares_those_of_taal() -> None:
    case = on_route("Z-route")
    hours(case, "taal", 500)
    hours(case, "KNM", 299)
    assert (parts(case)["taal"], parts(case)["knm"]) == (BUSY, BUSY)
    hours(case, "KNM", 300, op="2025-06-03")
    assert (parts(case)["taal"], parts(case)["knm"]) == (DONE, BUSY)
    assert parts(case)["participatie"] == NOTHING


def test_in_other_routes_the_hours_of_knm_are_no_hours_of_taal() -> None:
    case = on_route("B1-route")
    hours(case, "KNM", 900)
    assert (parts(case)["taal"], parts(case)["knm"]) == (NOTHING, BUSY)
    hours(case, "taal", 900)
    assert parts(case)["taal"] == BUSY, "an exam decides here, hours do not"


def test_map_and_pvt_are_deducted_from_participatie_of_an_asielstatushouder() -> None:
    case = on_route("Z-route")
    hours(case, "participatie", 747)
    hours(case, "MAP", 40)
    hours(case, "PVT", 12)
    assert parts(case)["participatie"] == BUSY  # 747 + 40 + 12 = 799
    hours(case, "participatie", 748, op="2025-06-03")
    assert parts(case)["participatie"] == DONE
    other = on_route("Z-route", "gezinsmigrant")
    hours(other, "participatie", 800)
    assert parts(other)["participatie"] == NOT


def test_pvt_ends_with_the_signature_not_with_the_hours() -> None:
    case = on_route("B1-route")
    hours(case, "PVT", 12)
    assert parts(case)["pvt"] == BUSY
    case.zegt(GEM_A, "pvt-ondertekend", "2025-06-03", datum="2025-06-03")
    assert parts(case)["pvt"] == DONE


@pytest.mark.parametrize("by", ["assignment", "course", "hours"])
def test_the_map_begins_by_assignment_course_or_hours_and_ends_by_word_of_the_gemeente(by: str) -> None:
    case = on_route("B1-route")
    match by:
        case "assignment":
            case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-03", taalschool="school-b", component="MAP")
        case "course":
            case.zegt(SCHOOL, "cursus-gestart", "2025-03-03", begindatum="2025-03-03", component="MAP")
        case "hours":
            hours(case, "MAP", 40)
    assert parts(case)["map"] == BUSY
    case.zegt(GEM_A, "map-afgerond", "2025-09-01", datum="2025-09-01")
    assert parts(case)["map"] == DONE


def test_an_assignment_that_begins_later_is_no_beginning() -> None:
    case = on_route("B1-route")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-09-01", taalschool="school-b", component="MAP")
    assert parts(case, "2025-08-31")["map"] == NOTHING
    assert parts(case, "2025-09-01")["map"] == BUSY


def test_the_end_of_the_z_route_ends_all_of_it_and_of_no_other_route() -> None:
    z, b1 = on_route("Z-route"), on_route("B1-route")
    for case in (z, b1):
        case.zegt(GEM_A, "zroute-afgerond", "2026-09-07", datum="2026-09-07")
    assert {stand for stand in parts(z).values() if stand != NOT} == {DONE}
    assert parts(b1)["taal"] == NOTHING


def test_a_plicht_that_was_fulfilled_has_nothing_left() -> None:
    case = on_route("B1-route")
    case.zegt(DUO, "inburgeringsplicht-beeindigd", "2026-09-07", per="2026-09-07", reden="voldaan")
    assert {stand for stand in parts(case).values() if stand != NOT} == {DONE}
    gone = on_route("B1-route")
    gone.zegt(DUO, "inburgeringsplicht-beeindigd", "2026-09-07", per="2026-09-07", reden="vertrek")
    assert DONE not in parts(gone).values()
