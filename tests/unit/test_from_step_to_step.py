# SPDX-License-Identifier: EUPL-1.2
"""What should follow: a level opens something, the time to change route, hours that lag, PVT to make up, age 18, contracts."""

from __future__ import annotations

from datetime import date

import pytest

from hub.dossier.regels.rules import Regels, Regelversie, ingebouwd
from hub.dossier.werklijst import werklijst
from tests.unit.case import COA, GEM_A, SCHOOL, VWN_TAAL, Case, in_les, plicht


def test_a1_opens_work_and_a2_the_map() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-05-05", taalniveau="A1", stagnatie=False)
    case.tik("2025-06-17")
    assert case.ernst("level reached") == "informatie"
    case.zegt(GEM_A, "participatie-toegewezen", "2025-06-18", organisatie="school-b#participatie")
    assert case.open("level reached") is None
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-08-04", taalniveau="A2", stagnatie=False)
    case.tik("2025-09-16")
    assert case.ernst("level reached") == "informatie"
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-09-17", taalschool="school", component="MAP")
    assert case.open("level reached") is None


def test_the_time_to_change_route_runs_out_where_progress_asks_for_it() -> None:
    case = Case()
    in_les(case)  # the termijn began on 2025-02-04, so a change is possible until 2026-08-03
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-02", taalniveau="A1", stagnatie=False, b1_haalbaar=False)
    case.tik("2026-05-03")
    assert case.open("switch of leerroute") is None
    case.tik("2026-05-04")
    assert case.ernst("switch of leerroute") == "waarschuwing"
    case.tik("2026-08-04")
    assert case.open("switch of leerroute") is None
    case.zegt(GEM_A, "leerroute-gewijzigd", "2026-09-07", van="B1-route", naar="Z-route", dagtekening="2026-09-07")
    assert case.ernst("switch of leerroute") == "informatie"


def test_no_signal_tells_the_progress_of_others_that_the_gemeente_did_not_ask_for() -> None:
    """Bi 9.2(4): of others than asielstatushouders a school tells on request only, and a signal tells no more."""
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-02", taalniveau="A2", stagnatie=True, b1_haalbaar=False)
    case.tik("2026-05-04")
    assert case.open("level reached") is None
    assert case.open("switch of leerroute") is None
    vraag = {"aan": "school", "gebeurtenissen": ["voortgang-gemeld"], "van": "2026-05-05", "tot": "2026-09-01"}
    case.zegt(GEM_A, "gegevens-opgevraagd", "2026-05-05", **vraag)
    assert case.open("level reached") is not None
    assert case.open("switch of leerroute") is not None


def test_from_the_onderwijsroute_to_b1_is_possible_at_any_time() -> None:
    case = Case()
    in_les(case)
    case.zegt(
        GEM_A, "leerroute-gewijzigd", "2026-09-07", van="onderwijsroute", naar="B1-route", dagtekening="2026-09-07"
    )
    assert case.open("switch of leerroute") is None


@pytest.mark.parametrize(("uren", "verwacht"), [(239, "informatie"), (240, None)])
def test_hours_that_lag_behind_a_line_to_the_end(uren: int, verwacht: str | None) -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-03", dagtekening="2025-02-03", leerroute="Z-route")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school", leerroute="Z-route")
    case.zegt(SCHOOL, "uren-gemeld", "2026-06-01", component="taal", uren=uren)
    case.tik("2026-08-03")
    assert case.open("hours") is None
    case.tik("2026-08-04")
    assert case.ernst("hours") == verwacht


def test_a_missed_pvt_meeting_can_be_made_up() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-04", taalschool="vwn", component="PVT")
    for les, dag, verzuim in (
        ("P1", "2025-04-01", "geen"),
        ("P2", "2025-04-08", "geoorloofd"),
        ("P3", "2025-04-15", "geen"),
    ):
        case.zegt(VWN_TAAL, "aanwezigheid-gemeld", dag, les=les, datum=dag, component="PVT", verzuim=verzuim)
    assert case.open("PVT to make up", VWN_TAAL) is not None
    case.zegt(
        VWN_TAAL, "aanwezigheid-gemeld", "2025-05-20", les="P2", datum="2025-05-20", component="PVT", verzuim="geen"
    )
    assert case.open("PVT to make up") is None


def test_of_a_gezinsmigrant_the_gemeente_brings_the_birth_date() -> None:
    """COA never knew the person, and DUO's interface names no birth date: what the gemeente has from the BRP counts."""
    case = Case()
    brp = {"datum_inschrijving": "2025-09-01", "geboortedatum": "2008-02-29"}
    case.zegt(GEM_A, "verblijf-in-gemeente-geregistreerd", "2025-09-01", id="brp", **brp)
    assert case.stand("persoon.meerderjarig_op") == "2026-02-28"
    case.tik("2026-03-28")
    assert case.open("age 18") is None
    case.tik("2026-03-29")
    assert case.open("age 18") is not None
    assert [str(x.ontvanger) for x in case.leveringen if x.gebeurtenis == "signaal-afgegeven"] == [GEM_A]
    case.zegt(GEM_A, "correctie", "2026-03-30", id="c", betreft="brp", leeg=["geboortedatum"])
    assert (case.open("age 18"), case.stand("persoon.meerderjarig_op")) == (None, "onbekend")
    case.zegt(GEM_A, "intrekking", "2026-03-30", betreft="c")
    assert case.open("age 18") is not None
    plicht(case, "2026-04-01", doelgroep="gezinsmigrant")
    assert case.open("age 18") is None


@pytest.mark.parametrize("vrij", [False, True])
def test_who_turns_18_without_exempting_education_is_awaited_from_duo(vrij: bool) -> None:
    case = Case()
    case.zegt(COA, "klantprofiel-gedeeld", "2026-01-12", geboortedatum="2008-02-29", vrijstellende_opleiding=vrij)
    assert case.stand("persoon.meerderjarig_op") == "2026-02-28"
    case.tik("2026-03-28")
    assert case.open("age 18") is None
    case.tik("2026-03-29")
    assert (case.open("age 18") is None) is vrij
    plicht(case, "2026-04-01")
    assert case.open("age 18") is None


def test_a_contract_that_ends_is_told_before_and_its_successor_closes_it() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "contract-vastgesteld", "2025-03-10", organisatie="school", van="2025-01-01", tot="2026-01-01")
    case.tik("2025-06-30")
    assert case.open("contract") is None
    case.tik("2025-07-01")
    assert case.ernst("contract") == "informatie"
    case.zegt(GEM_A, "contract-vastgesteld", "2025-09-01", organisatie="school", van="2026-01-01", tot="2028-01-01")
    assert case.open("contract") is None


def test_information_for_the_pip_is_awaited_from_whom_it_was_asked() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.zegt(GEM_A, "informatie-opgevraagd", "2026-05-11", bij="idw", soort="diplomawaardering", tot="2026-06-01")
    case.tik("2026-06-02")
    assert case.ernst("PIP information") == "waarschuwing"
    case.zegt(GEM_A, "informatie-ontvangen", "2026-06-03", bij="idw", soort="diplomawaardering")
    assert case.open("PIP information") is None


def test_a_rule_may_differ_by_contract_and_the_signal_names_its_version() -> None:
    strenger = Regelversie(
        regel="voortgangsrapportage",
        versie="contract-17",
        geldig_van=date(2022, 1, 1),
        instellingen={"months": 1},
        voor={"contract": "c-17"},
    )
    case = Case(Regels([*ingebouwd().versies, strenger]))
    in_les(case)
    case.tik("2025-04-04")
    assert case.open("voortgangsrapportage") is None
    case.zegt(GEM_A, "contract-vastgesteld", "2025-04-05", organisatie="school", van="2025-01-01", nummer="c-17")
    afgegeven = [
        x.data for x in case.ontvangen(GEM_A, "signaal-afgegeven") if x.data["regel"] == "voortgangsrapportage"
    ]
    assert [een["regelversie"] for een in afgegeven] == ["contract-17"]


def test_a_rule_of_another_doelgroep_or_route_of_that_day_is_not_judged_by_that_of_today() -> None:
    z = Regelversie(
        regel="voortgangsgesprek",
        versie="z",
        geldig_van=date(2022, 1, 1),
        instellingen={"first_year": 12},
        voor={"leerroute": "Z-route"},
    )
    case = Case(Regels([*ingebouwd().versies, z]))
    in_les(case)
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-06-02", van="B1-route", naar="Z-route", dagtekening="2025-06-02")
    case.tik("2025-06-10")
    assert case.open("voortgangsgesprek") is None  # the plan was made under the B1-route: two in a year


def test_rules_that_would_judge_the_past_otherwise_are_found() -> None:
    vandaag, nu = date(2026, 3, 2), ingebouwd()
    assert nu.herschreven(nu, vandaag) == ()
    anders = Regels(
        v.model_copy(update={"instellingen": {**v.instellingen, "days": 1}}) if v.regel == "gap" else v
        for v in nu.versies
    )
    assert anders.herschreven(nu, vandaag) == ("gap startwaarde-1",)
    gap = next(v for v in nu.versies if v.regel == "gap")
    later = gap.model_copy(update={"versie": "2", "geldig_van": vandaag, "instellingen": {"days": 1}})
    assert Regels([*nu.versies, later]).herschreven(nu, vandaag) == ()
    eerder = later.model_copy(update={"geldig_van": date(2026, 3, 1)})
    assert Regels([*nu.versies, eerder]).herschreven(nu, vandaag) == ("gap 2",)


def _open(aantal: int) -> list[tuple[str, dict[str, object]]]:
    return [
        (
            f"P{nummer}",
            {
                "signaal": f"s{nummer}",
                "regel": "verzuim silence" if nummer % 2 else "PIP",
                "groep": "verzuim silence|school" if nummer % 2 else "PIP|",
                "rang": 250 if nummer % 2 else 290,
                "vanaf": f"2026-03-{1 + nummer % 28:02d}",
            },
        )
        for nummer in range(aantal)
    ]


def test_the_work_list_is_ranked_and_for_a_large_caseload_grouped() -> None:
    alle = _open(30)
    los = werklijst(alle, 100, ingebouwd(), date(2026, 4, 1))
    assert len(los) == 30
    assert [punt.rang for punt in los] == sorted((punt.rang for punt in los), reverse=True)
    samen = werklijst(alle, 101, ingebouwd(), date(2026, 4, 1))
    assert [(punt.groep, len(punt.signalen)) for punt in samen] == [("PIP|", 15), ("verzuim silence|school", 15)]
    assert samen[0].vanaf == min(punt.vanaf for punt in los if punt.groep == "PIP|")


def test_a_signal_has_a_rank_and_a_life() -> None:
    case = Case()
    in_les(case)
    case.tik("2025-06-05")
    afgegeven = next(x.data for x in case.leveringen if x.data.get("regel") == "voortgangsrapportage")
    assert afgegeven["rang"] == 260
    case.zegt(GEM_A, "signaal-gezien", "2025-06-06", signaal=afgegeven["signaal"])
    assert case.open("voortgangsrapportage") is not None  # seen is not done
    case.zegt(GEM_A, "signaal-opgevolgd", "2025-06-07", signaal=afgegeven["signaal"], uitkomst="gesprek-gevoerd")
    assert case.open("voortgangsrapportage") is None
