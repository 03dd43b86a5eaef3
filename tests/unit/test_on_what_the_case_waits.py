# SPDX-License-Identifier: EUPL-1.2
"""On what a case waits, why and since when: from the intake to the request at DUO."""

from __future__ import annotations

from tests.unit.case import DUO, GEM_A, SCHOOL, Case, in_les, plicht


def waits(case: Case, op: str | None = None) -> tuple[object, ...]:
    return tuple(case.stand(f"traject.{part}", op) for part in ("wacht_op", "wacht_reden", "wacht_sinds"))


def test_from_step_to_step() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    assert waits(case) == ("intake", "onbekend", "2025-01-06")
    case.zegt(GEM_A, "brede-intake-opgeroepen", "2025-01-13", oproep=1, termijn_tot="2025-02-03")
    assert waits(case) == ("PIP", "onbekend", "2025-01-06")
    case.zegt(GEM_A, "informatie-opgevraagd", "2025-01-20", soort="diplomawaardering")
    assert waits(case) == ("PIP", "informatie-van-derde", "2025-01-20")
    case.zegt(GEM_A, "informatie-ontvangen", "2025-02-10", soort="diplomawaardering")
    assert waits(case) == ("PIP", "onbekend", "2025-01-06")
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-17", dagtekening="2025-02-17", leerroute="B1-route")
    assert waits(case) == ("toewijzing", "onbekend", "2025-02-17")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-24", taalschool="school", leerroute="B1-route")
    assert waits(case) == ("start", "onbekend", "2025-02-24")
    case.zegt(SCHOOL, "wachtlijst-geplaatst", "2025-03-03", reden="geen-groep")
    assert waits(case) == ("start", "geen-groep", "2025-03-03")
    case.zegt(SCHOOL, "cursus-gestart", "2025-04-07", begindatum="2025-04-07", component="taal")
    assert waits(case)[0] == "geen", "nothing holds it up"


def test_a_waiting_list_of_later_does_not_count_yet() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-17", dagtekening="2025-02-17", leerroute="B1-route")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-24", taalschool="school", leerroute="B1-route")
    case.zegt(SCHOOL, "wachtlijst-geplaatst", "2025-03-03", reden="geen-groep")
    assert waits(case, "2025-03-02") == ("start", "onbekend", "2025-02-24")
    assert waits(case, "2025-03-03")[1] == "geen-groep"


def test_a_pause_is_what_it_waits_for_until_it_goes_on() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "traject-gepauzeerd", "2025-05-05", per="2025-05-05", reden="verlof")
    assert waits(case) == ("hervatten", "verlof", "2025-05-05")
    case.zegt(GEM_A, "traject-hervat", "2025-06-02", per="2025-06-02")
    assert waits(case)[0] == "geen"


def test_who_is_in_class_waits_for_the_last_request_that_duo_did_not_answer() -> None:
    case = Case()
    in_les(case)
    case.zegt(DUO, "verzoek-ingediend", "2025-05-05", soort="verlenging")
    case.zegt(GEM_A, "naturalisatieverzoek-gemeld", "2025-05-12")
    assert waits(case) == ("besluit-DUO", "naturalisatie", "2025-05-12")
    case.zegt(DUO, "verzoek-beoordeeld", "2025-06-02", soort="naturalisatie", oordeel="toegewezen")
    assert waits(case) == ("besluit-DUO", "verlenging", "2025-05-05")
    case.zegt(DUO, "verzoek-beoordeeld", "2025-06-03", soort="verlenging", oordeel="afgewezen")
    assert waits(case)[0] == "geen"
