# SPDX-License-Identifier: EUPL-1.2
"""State answers: who does what, where it waits, side by side, self-study, opened again, every clock, sources that differ."""

from __future__ import annotations

from hub.dossier.stand.klokken import klokken
from hub.dossier.stand.wie import bronnen, taken
from hub.dossier.verwachtingen.verwachting import Blik, Stand
from tests.unit.case import COA, DUO, GEM_A, GEM_B, SCHOOL, SCHOOL_B, VWN, Case, avond, dag, in_les, plicht


def _blik(case: Case, op: str) -> Blik:
    return Blik(case.zaak, case.bundels.regels, dag(op))


def test_who_does_what_now_and_before() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-02-11", begeleider="vwn")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-12", taalschool="school-b", component="MAP")
    case.zegt(GEM_A, "toewijzing-beeindigd", "2025-05-01", taalschool="school", per="2025-05-01", reden="andere-school")
    case.zegt(GEM_A, "regievoerder-toegewezen", "2025-06-02", regievoerder="rv-2", organisatie="gem-a")
    assert [case.stand(f"wie.{taak}", "2025-04-01") for taak in ("taal", "map", "begeleiding")] == [
        "school",
        "school-b",
        "vwn",
    ]
    assert case.stand("wie.taal", "2025-05-01") == "geen"
    regie = [(t.wie, str(t.van), str(t.tot)) for t in taken(_blik(case, "2025-06-02")) if t.taak == "regie"]
    assert regie == [("rv-1", "2025-01-07", "2025-06-02"), ("rv-2", "2025-06-02", "None")]


def test_trajectories_run_side_by_side() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-10", taalschool="school-b", component="MAP")
    case.zegt(SCHOOL_B, "cursus-gestart", "2025-04-07", begindatum="2025-04-07", component="MAP")
    assert case.stand("traject.lopend") == ["MAP@school-b", "taal@school"]
    case.zegt(SCHOOL, "cursus-beeindigd", "2025-05-05", einddatum="2025-05-05", reden="gestopt")
    assert case.stand("traject.lopend") == ["MAP@school-b"]
    case.tik("2025-07-01")
    assert case.open("gap") is None  # one still runs
    case.zegt(SCHOOL_B, "cursus-beeindigd", "2025-07-02", einddatum="2025-07-02", reden="afgerond")
    case.tik("2025-08-14")
    assert case.ernst("gap") == "waarschuwing"
    case.zegt(GEM_A, "zelfstudie-gekozen", "2025-08-15", per="2025-08-15")
    assert case.open("gap") is None


def test_self_study_is_a_state_of_its_own_in_which_no_school_is_awaited() -> None:
    case = Case()
    plicht(case, "2025-01-06", doelgroep="gezinsmigrant")
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-03", dagtekening="2025-02-03", leerroute="B1-route")
    case.zegt(GEM_A, "zelfstudie-gekozen", "2025-02-10", per="2025-02-10")
    assert case.stand("traject.stand") == "zelfstudie"
    case.tik("2025-12-01")
    assert not {"voortgangsrapportage", "start leerroute", "gap"} & {
        r["regel"] for r in case.rijen["kern"]["signalen"].values()
    }


def test_closed_and_opened_again() -> None:
    case = Case()
    in_les(case)
    case.zegt(DUO, "inburgeringsplicht-beeindigd", "2025-09-01", per="2025-09-01", reden="vertrek")
    assert (case.stand("dossier.stand"), case.stand("dossier.heropend")) == ("gesloten", False)
    case.zegt(DUO, "inburgeringsplicht-vastgesteld", "2026-03-02", doelgroep="gezinsmigrant", gemeente="gem-a")
    assert (case.stand("dossier.stand"), case.stand("dossier.heropend")) == ("open", True)
    assert case.stand("doelgroep") == "gezinsmigrant"


def test_housing_may_come_after_lessons_and_plan() -> None:
    case = Case()
    case.zegt(COA, "gemeente-gekoppeld", "2025-01-02", gemeente="gem-a", datum="2025-01-02", huisvestingswet_28=True)
    in_les(case)
    assert case.stand("traject.stand") == "in-les"
    case.zegt(
        GEM_A,
        "verblijf-in-gemeente-geregistreerd",
        "2025-06-02",
        datum_inschrijving="2025-06-02",
        huisvestingswet_28=True,
    )
    assert (case.stand("traject.stand"), case.stand("pip.stand")) == ("in-les", "vastgesteld")


def test_every_clock_has_an_anchor_a_stand_and_a_rest_or_says_that_it_is_unknown() -> None:
    case = Case()
    in_les(case)
    case.zegt(DUO, "inburgeringstermijn-verlengd", "2025-06-02", einddatum="2028-08-04")
    per = {klok.regel: klok for klok in klokken(case.zaak, case.bundels.regels, avond("2025-06-02"))}
    assert (per["termijn"].anker, str(per["termijn"].verlengd_tot)) == ("2025-02-04", "2028-08-04")
    assert per["PIP"].stand is Stand.VOLDAAN
    assert (per["voortgangsrapportage"].rest, str(per["voortgangsrapportage"].uiterste)) == (1, "2025-06-03")
    leeg = Case()
    plicht(leeg, "2025-01-06", kennisgeving=None)
    onbekend = {klok.regel: klok for klok in klokken(leeg.zaak, leeg.bundels.regels, avond("2025-06-02"))}["PIP"]
    assert (onbekend.anker, onbekend.rest, onbekend.stand) == (None, None, Stand.ONBEKEND)


def test_a_suspended_term_gets_its_days_back_and_a_new_one_may_follow() -> None:
    case = Case()
    in_les(case)
    assert case.stand("termijn.einde") == "2028-02-04"
    case.zegt(DUO, "inburgeringstermijn-opgeschort", "2025-04-01", per="2025-04-01")
    assert case.stand("termijn.stand") == "opgeschort"
    case.zegt(DUO, "inburgeringstermijn-hervat", "2025-05-01", per="2025-05-01")
    assert (case.stand("termijn.stand"), case.stand("termijn.einde")) == ("lopend", "2028-03-05")
    case.zegt(DUO, "inburgeringstermijn-opnieuw-gestart", "2028-04-03", startdatum="2028-04-03")
    assert (case.stand("termijn.start"), case.stand("termijn.einde")) == ("2028-04-03", "2030-04-03")


def test_a_temporary_exemption_suspends_too_and_not_twice() -> None:
    case = Case()
    in_les(case)
    case.zegt(DUO, "inburgeringsplicht-gewijzigd", "2025-04-01", stand="tijdelijk-vrijgesteld", per="2025-04-01")
    case.zegt(DUO, "inburgeringstermijn-opgeschort", "2025-04-02", per="2025-04-01")
    case.zegt(DUO, "inburgeringsplicht-gewijzigd", "2025-05-01", stand="actief", per="2025-05-01")
    case.zegt(DUO, "inburgeringstermijn-hervat", "2025-05-02", per="2025-05-01")
    assert case.stand("termijn.einde") == "2028-03-05"


def test_contradictory_sources_are_both_kept_with_source_and_date() -> None:
    case = Case()
    in_les(case)
    case.zegt(COA, "voorinburgering-gemeld", "2025-01-02", stand="afgerond", taalniveau="A2")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-05-05", taalniveau="A1", stagnatie=False)
    gezegd = [(bron, waarde, str(feit.op)) for bron, waarde, feit in bronnen(_blik(case, "2025-05-05"), "taalniveau")]
    assert gezegd == [(COA, "A2", "2025-01-02"), (SCHOOL, "A1", "2025-05-05")]
    assert case.stand("bronnen.tegenspraak") == ["taalniveau"]


def test_who_died_closes_the_case_and_its_signals() -> None:
    case = Case()
    in_les(case)
    case.tik("2025-06-05")
    assert case.open("voortgangsrapportage") is not None
    case.zegt(GEM_A, "persoon-overleden", "2025-06-06", datum="2025-06-06")
    assert case.stand("dossier.stand") == "gesloten"
    assert case.rijen["kern"]["signalen"] == {}
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-06-10", naar="Z-route", dagtekening="2025-06-10")
    assert case.reden(SCHOOL) == "relation-ended"


def test_a_hand_over_is_confirmed_and_somebody_is_responsible_meanwhile() -> None:
    case = Case()
    in_les(case)
    case.zegt(DUO, "persoon-verhuisd", "2025-04-01", van="gem-a", naar="gem-b", datum="2025-04-01")
    case.zegt(GEM_A, "overdracht-aangeboden", "2025-04-02", naar="gem-b", per="2025-04-02")
    assert case.stand("overdracht.stand") == "aangeboden"
    case.tik("2025-04-17")
    rij = case.open("overdracht")
    assert rij is not None
    assert (rij["eigenaar"], rij["ernst"]) == ("balie@gem-b", "overschreden")
    case.zegt(GEM_B, "overdracht-bevestigd", "2025-04-18", van="gem-a", per="2025-04-18")
    assert (case.stand("overdracht.stand"), case.open("overdracht")) == ("bevestigd", None)
    case.tik("2025-04-30")
    assert case.ernst("unassigned") == "waarschuwing"
    case.zegt(GEM_B, "regievoerder-toegewezen", "2025-05-01", regievoerder="rv-b", organisatie="gem-b")
    assert case.open("unassigned") is None


def test_a_begeleider_under_contract_that_is_never_heard() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-02-11", begeleider="vwn")
    case.tik("2025-08-20")
    assert case.open("provider silent", VWN) is not None
    case.zegt(VWN, "begeleiding-gerapporteerd", "2025-08-21", soort="halfjaar")
    assert case.open("provider silent") is None
