# SPDX-License-Identifier: EUPL-1.2
"""Steps that should follow and do not: koppeling, overdracht, huisvesting, begeleiding, intake, aanbod, start, gesprek."""

from __future__ import annotations

from tests.unit.case import COA, GEM_A, SCHOOL, VWN, Case, in_les, plicht


def test_koppeling_within_two_weeks_after_the_screening() -> None:
    case = Case()
    case.zegt(COA, "screening-gevoerd", "2025-01-06", datum="2025-01-06")
    case.tik("2025-01-20")
    assert case.open("koppeling") is None
    case.tik("2025-01-21")
    assert case.open("koppeling", COA) is not None
    case.zegt(COA, "gemeente-gekoppeld", "2025-01-22", gemeente="gem-a", datum="2025-01-22")
    assert case.open("koppeling") is None


def test_housing_and_hand_over_after_the_koppeling() -> None:
    case = Case(warme_overdracht={"weeks": 4})
    case.zegt(COA, "gemeente-gekoppeld", "2025-01-06", gemeente="gem-a", datum="2025-01-06")
    case.tik("2025-02-03")
    assert case.open("warme overdracht") is None
    case.tik("2025-02-04")
    assert case.open("warme overdracht", COA) is not None
    case.zegt(COA, "warme-overdracht-gemeld", "2025-02-10", plaatsgevonden=False, reden="tijdgebrek")
    assert case.open("warme overdracht") is None
    assert (case.stand("warme_overdracht.plaatsgevonden"), case.stand("warme_overdracht.reden")) == (
        False,
        "tijdgebrek",
    )
    case.tik("2025-03-18")
    assert case.open("huisvesting") is not None
    case.zegt(GEM_A, "verblijf-in-gemeente-geregistreerd", "2025-03-20", datum_inschrijving="2025-03-20")
    assert case.open("huisvesting") is None


def test_begeleiding_from_the_day_of_registration_also_when_nobody_ordered_it() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(GEM_A, "verblijf-in-gemeente-geregistreerd", "2025-02-03", datum_inschrijving="2025-02-03")
    assert case.open("begeleiding") is None
    case.tik("2025-02-04")
    assert case.ernst("begeleiding") == "overschreden"
    assert "geen opdracht" in case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["reden"]
    case.zegt(VWN, "begeleiding-gestart", "2025-02-10", begindatum="2025-02-10")
    assert case.open("begeleiding") is None


def test_no_begeleiding_is_owed_to_a_gezinsmigrant() -> None:
    case = Case()
    plicht(case, "2025-01-06", doelgroep="gezinsmigrant")
    case.zegt(GEM_A, "verblijf-in-gemeente-geregistreerd", "2025-02-03", datum_inschrijving="2025-02-03")
    case.tik("2025-06-01")
    assert case.open("begeleiding") is None


def test_brede_intake_within_the_term_of_the_call() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    oproep = {"oproep": 1, "datum": "2025-01-13", "termijn_tot": "2025-02-10"}
    case.zegt(GEM_A, "brede-intake-opgeroepen", "2025-01-13", **oproep)
    case.tik("2025-02-11")
    assert case.open("brede intake") is not None
    case.zegt(GEM_A, "brede-intake-niet-verschenen", "2025-02-12", oproep=1, datum="2025-02-10")
    assert (case.open("brede intake"), case.stand("brede_intake.niet_verschenen")) == (None, 1)
    oproep = {"oproep": 2, "datum": "2025-02-13", "termijn_tot": "2025-03-03"}
    case.zegt(GEM_A, "brede-intake-opgeroepen", "2025-02-13", **oproep)
    case.tik("2025-03-04")
    assert case.open("brede intake") is not None
    case.zegt(GEM_A, "brede-intake-afgerond", "2025-03-10", datum="2025-03-10", wijze="gesprek")
    assert case.open("brede intake") is None


def _met_pip(leerroute: str, doelgroep: str = "asielstatushouder") -> Case:
    case = Case()
    plicht(case, "2025-01-06", doelgroep=doelgroep)
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-03", dagtekening="2025-02-03", leerroute=leerroute)
    return case


def test_an_offer_within_three_months_to_asielstatushouders_only() -> None:
    case = _met_pip("B1-route")
    case.tik("2025-05-04")
    assert case.ernst("inburgeringsaanbod") == "overschreden"
    case.zegt(GEM_A, "inburgeringsaanbod-gedaan", "2025-05-06", taalschool="school", datum="2025-05-06")
    assert case.open("inburgeringsaanbod") is None
    ander = _met_pip("B1-route", "gezinsmigrant")
    ander.tik("2025-12-01")
    assert ander.open("inburgeringsaanbod") is None


def test_the_onderwijsroute_starts_within_six_months() -> None:
    case = _met_pip("onderwijsroute")
    case.zegt(GEM_A, "inburgeringsaanbod-gedaan", "2025-03-03", taalschool="school", datum="2025-03-03")
    case.tik("2025-08-03")
    assert case.open("inburgeringsaanbod") is None
    case.tik("2025-08-04")
    assert case.open("inburgeringsaanbod") is not None


def test_the_start_of_the_leerroute_after_one_three_and_six_months() -> None:
    case = _met_pip("B1-route")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school", leerroute="B1-route")
    verteld = []
    for op in ("2025-03-10", "2025-03-11", "2025-05-11", "2025-08-11"):
        gevolgen = case.tik(op)
        verteld += [(op, x.data["ernst"]) for x in gevolgen.leveringen if x.data.get("regel") == "start leerroute"]
    assert verteld == [
        ("2025-03-11", "waarschuwing"),
        ("2025-05-11", "overschreden"),
        ("2025-08-11", "overschreden"),
    ]
    case.zegt(SCHOOL, "cursus-gestart", "2025-08-18", begindatum="2025-08-18", component="taal")
    assert (case.open("start leerroute"), case.stand("traject.stand")) == (None, "in-les")


def test_a_start_at_another_school_is_not_this_start() -> None:
    case = _met_pip("B1-route")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school", leerroute="B1-route")
    case.zegt("school-b#taalschool", "cursus-gestart", "2025-02-17", begindatum="2025-02-17", component="taal")
    case.tik("2025-03-11")
    assert case.open("start leerroute", SCHOOL) is not None
    case.zegt(GEM_A, "toewijzing-beeindigd", "2025-03-17", taalschool="school", per="2025-03-17")
    assert case.open("start leerroute") is None


def test_the_conversations_that_the_pip_promises() -> None:
    case = Case()
    in_les(case)
    case.tik("2025-08-03")
    assert case.open("voortgangsgesprek") is None
    case.tik("2025-08-04")
    assert case.ernst("voortgangsgesprek") == "waarschuwing"
    case.zegt(GEM_A, "voortgangsgesprek-gevoerd", "2025-08-11", nummer=1, datum="2025-08-11")
    assert case.open("voortgangsgesprek") is None
    case.tik("2026-02-04")
    assert case.open("voortgangsgesprek") is not None


def test_a_no_show_on_the_day_of_the_call_ends_that_call() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    oproep = {"oproep": 1, "datum": "2025-01-13", "termijn_tot": "2025-01-13"}
    case.zegt(GEM_A, "brede-intake-opgeroepen", "2025-01-13", **oproep)
    case.zegt(GEM_A, "brede-intake-niet-verschenen", "2025-01-14", oproep=1, datum="2025-01-13")
    case.tik("2025-03-01")
    assert case.open("brede intake") is None
