# SPDX-License-Identifier: EUPL-1.2
"""A school or begeleider that nobody assigned: it may report what it does, and receives nothing by saying so."""

from __future__ import annotations

from tests.unit.case import DUO, GEM_A, SCHOOL, VWN, Case, plicht


def test_a_school_that_reports_a_start_may_report_on() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    refused = case.zegt(SCHOOL, "voortgang-gemeld", "2025-03-01", taalniveau="A1", stagnatie=False)
    assert refused.weigering is not None, "nothing links this school to the person"
    case.zegt(SCHOOL, "cursus-gestart", "2025-03-03", begindatum="2025-03-03", component="taal")
    told = case.zegt(SCHOOL, "voortgang-gemeld", "2025-04-01", taalniveau="A1", stagnatie=False)
    assert told.weigering is None
    assert case.ontvangen(GEM_A, "voortgang-gemeld")
    assert case.ontvangen(DUO, "cursus-gestart"), "Bi 9.6(6): inschrijving always"


def test_its_own_word_opens_nothing_to_it() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(SCHOOL, "cursus-gestart", "2025-03-03", begindatum="2025-03-03", component="taal")
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-03-10", van="B1-route", naar="Z-route")
    assert not case.ontvangen(SCHOOL, "leerroute-gewijzigd")
    assert case.reden(SCHOOL) == "no-relation"
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-11", taalschool="school", leerroute="Z-route")
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-03-12", van="Z-route", naar="B1-route")
    assert case.ontvangen(SCHOOL, "leerroute-gewijzigd"), "the assignment opens it"


def test_when_its_course_ended_it_is_a_stranger_again() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(SCHOOL, "cursus-gestart", "2025-03-03", begindatum="2025-03-03", component="taal")
    case.zegt(SCHOOL, "cursus-beeindigd", "2025-06-02", einddatum="2025-06-02", reden="gestopt")
    assert case.zegt(SCHOOL, "voortgang-gemeld", "2025-07-01", taalniveau="A1", stagnatie=False).weigering is not None


def test_a_begeleider_without_an_order_may_report_and_gets_nothing() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(VWN, "begeleiding-gestart", "2025-02-03", begindatum="2025-02-03")
    assert case.zegt(VWN, "begeleiding-gerapporteerd", "2025-03-03", soort="kwartaal").weigering is None
    case.zegt(GEM_A, "regievoerder-toegewezen", "2025-03-04", regievoerder="rv-1", organisatie="gem-a")
    assert not case.ontvangen(VWN, "regievoerder-toegewezen")
