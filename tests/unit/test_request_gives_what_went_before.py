# SPDX-License-Identifier: EUPL-1.2
"""A request opens what was reported before it too, once and as it stands now, and closes with its end (Wi 35(4))."""

from __future__ import annotations

from typing import Any

import pytest

from hub.dossier.handle import Gevolgen
from tests.unit.case import DUO, GEM_A, GEM_B, ISD, SCHOOL, VWN, Case, afwezig, in_les, plicht


def _verhuisd() -> Case:
    """gem-a made a plan, imposed a fine and talked; then the person moved to gem-b."""
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-04-01", id="v1", taalniveau="A1", stagnatie=False)
    case.zegt(GEM_A, "boete-opgelegd", "2025-04-02", id="boete", bedrag_eurocent=5_000, datum="2025-04-02")
    case.zegt(GEM_A, "brede-intake-afgerond", "2025-04-02", datum="2025-01-20", wijze="gesprek")
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-05-05")
    return case


def _vraag(case: Case, wie: str, op: str, id: str, **data: Any) -> Gevolgen:
    return case.zegt(wie, "gegevens-opgevraagd", op, id=id, **{"doel": "voortzetten", "van": op, **data})


def _kreeg(case: Case, wie: str) -> list[str]:
    return [x.gebeurtenis for x in case.leveringen if str(x.ontvanger) == wie and x.bron != "hub#hub"]


def test_the_new_gemeente_has_nothing_of_the_former_until_it_asks() -> None:
    case = _verhuisd()
    assert set(_kreeg(case, GEM_B)) == {"persoon-verhuisd"}
    _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a")
    assert set(_kreeg(case, GEM_B)) == {"persoon-verhuisd", "pip-vastgesteld", "boete-opgelegd"}
    (plan,) = case.ontvangen(GEM_B, "pip-vastgesteld")
    assert plan.data == {"dagtekening": "2025-02-03", "leerroute": "B1-route"}
    assert plan.bron == GEM_A


def test_it_gets_what_it_asks_for_and_no_more() -> None:
    case = _verhuisd()
    _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a", gebeurtenissen=["boete-opgelegd"])
    assert set(_kreeg(case, GEM_B)) == {"persoon-verhuisd", "boete-opgelegd"}
    _vraag(case, GEM_B, "2025-05-13", "q2", aan="gem-a", categorieen=["leerroute"])
    (plan,) = case.ontvangen(GEM_B, "pip-vastgesteld")
    assert plan.data == {"leerroute": "B1-route"}


def test_a_wider_request_gives_the_rest_and_the_same_one_again_nothing() -> None:
    case = _verhuisd()
    _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a", categorieen=["leerroute"])
    _vraag(case, GEM_B, "2025-05-13", "q2", aan="gem-a")
    smal, breed = case.ontvangen(GEM_B, "pip-vastgesteld")
    assert breed.data == {"dagtekening": "2025-02-03", "leerroute": "B1-route"}
    assert smal.id != breed.id
    gehad = len(case.leveringen)
    _vraag(case, GEM_B, "2025-05-14", "q3", aan="gem-a")
    case.tik("2025-05-15")
    assert not [x for x in case.leveringen[gehad:] if str(x.ontvanger) == GEM_B and x.bron == GEM_A]


def test_it_gets_facts_as_they_stand_now_and_hears_when_they_change() -> None:
    case = _verhuisd()
    case.zegt(GEM_A, "correctie", "2025-05-06", betreft="pip", wijziging={"leerroute": "Z-route"})
    case.zegt(GEM_A, "intrekking", "2025-05-06", betreft="boete", reden="foutieve-invoer")
    _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a")
    assert "boete-opgelegd" not in _kreeg(case, GEM_B)
    (plan,) = case.ontvangen(GEM_B, "pip-vastgesteld")
    assert plan.data["leerroute"] == "Z-route"
    case.zegt(GEM_A, "correctie", "2025-05-13", betreft="pip", wijziging={"leerroute": "B1-route"})
    (correctie,) = case.ontvangen(GEM_B, "correctie")
    assert correctie.data["betreft"] == plan.id


def test_a_request_of_later_is_answered_on_its_first_day() -> None:
    case = _verhuisd()
    _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a", van="2025-06-02")
    assert case.agenda is not None
    assert case.agenda.isoformat() <= "2025-06-02"
    case.tik("2025-06-01")
    assert "pip-vastgesteld" not in _kreeg(case, GEM_B)
    case.tik("2025-06-02")
    assert "pip-vastgesteld" in _kreeg(case, GEM_B)


def test_one_retracted_before_its_first_day_gives_nothing() -> None:
    case = _verhuisd()
    _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a", van="2025-06-02")
    case.zegt(GEM_B, "intrekking", "2025-05-20", betreft="q1", reden="foutieve-invoer")
    case.tik("2025-06-02")
    assert "pip-vastgesteld" not in _kreeg(case, GEM_B)


@pytest.mark.parametrize("einde", ["tot", "intrekking", "vergeten"])
def test_a_request_closes(einde: str) -> None:
    """By its own end, by being retracted, and when nobody ended it after a year."""
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    tot = {"tot": "2025-06-01"} if einde == "tot" else {}
    _vraag(case, GEM_A, "2025-04-01", "q1", aan="school", **tot)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-05-20", taalniveau="A1", stagnatie=False)
    assert len(case.ontvangen(GEM_A, "voortgang-gemeld")) == 1
    if einde == "intrekking":
        case.zegt(GEM_A, "intrekking", "2025-05-21", betreft="q1", reden="foutieve-invoer")
    dag = "2026-04-01" if einde == "vergeten" else "2025-06-01"
    case.zegt(SCHOOL, "voortgang-gemeld", dag, taalniveau="A2", stagnatie=False)
    assert case.reden(GEM_A) == "not-requested"


def test_of_a_school_what_it_reported_from_the_first_day_of_the_request() -> None:
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-03-17", taalniveau="A1-", stagnatie=True)
    afwezig(case, "L1", "2025-03-20")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-04-14", taalniveau="A1", stagnatie=False)
    afwezig(case, "L2", "2025-04-15")
    assert case.ontvangen(GEM_A, "voortgang-gemeld") == case.ontvangen(GEM_A, "aanwezigheid-gemeld") == []
    _vraag(case, GEM_A, "2025-05-01", "q1", aan="school", van="2025-04-01", tot="2025-06-01")
    assert [x.data["taalniveau"] for x in case.ontvangen(GEM_A, "voortgang-gemeld")] == ["A1"]
    assert [x.data["les"] for x in case.ontvangen(GEM_A, "aanwezigheid-gemeld")] == ["L2"]


def test_what_the_law_opens_without_request_does_not_come_again_by_one() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-04-14", taalniveau="A1", stagnatie=False)
    _vraag(case, GEM_A, "2025-05-01", "q1", aan="school", van="2025-04-01")
    assert len(case.ontvangen(GEM_A, "voortgang-gemeld")) == 1


def test_who_has_no_part_in_it_gets_nothing_by_anothers_request() -> None:
    case = _verhuisd()
    case.zegt(GEM_B, "begeleiding-opgedragen", "2025-05-06", begeleider="vwn")
    _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a")
    assert not {"pip-vastgesteld", "boete-opgelegd"} & set(_kreeg(case, VWN))
    assert len(case.ontvangen(ISD, "boete-opgelegd")) == 1  # by its mandate of then, and not once more


def test_a_request_to_a_gemeente_covers_what_its_executor_laid_down() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(ISD, "pip-vastgesteld", "2025-02-03", dagtekening="2025-02-03", leerroute="Z-route")
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-05-05")
    assert case.ontvangen(GEM_B, "pip-vastgesteld") == []
    _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a")
    assert [x.bron for x in case.ontvangen(GEM_B, "pip-vastgesteld")] == [ISD]


def test_duo_gets_the_fines_of_the_period_that_it_asks_about() -> None:
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    case.zegt(GEM_A, "boete-opgelegd", "2025-03-10", bedrag_eurocent=5_000, datum="2025-03-10")
    case.zegt(GEM_A, "boete-opgelegd", "2025-04-10", bedrag_eurocent=10_000, datum="2025-04-10")
    assert case.ontvangen(DUO, "boete-opgelegd") == []
    _vraag(case, DUO, "2025-05-01", "q1", aan="gem-a", van="2025-04-01", tot="2025-05-02")
    assert [x.data["bedrag_eurocent"] for x in case.ontvangen(DUO, "boete-opgelegd")] == [10_000]


def test_while_processing_is_restricted_a_request_waits() -> None:
    case = _verhuisd()
    case.zegt("hub#hub", "verwerking-beperkt", "2025-05-06", id="b1", datum="2025-05-06", grond="juistheid-betwist")
    _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a")
    assert "pip-vastgesteld" not in _kreeg(case, GEM_B)
    case.zegt("hub#hub", "beperking-opgeheven", "2025-05-20", datum="2025-05-20")
    assert "pip-vastgesteld" in _kreeg(case, GEM_B)


def test_the_decision_names_the_request_the_row_and_who_said_it() -> None:
    case = _verhuisd()
    gevolgen = _vraag(case, GEM_B, "2025-05-12", "q1", aan="gem-a", gebeurtenissen=["pip-vastgesteld"])
    (een,) = [h for h in gevolgen.hubbesluiten if h.gebeurtenis == "pip-vastgesteld"]
    assert (een.id, een.betreft, een.bron) == ("pip", "q1", GEM_A)
    assert {regel.partition("/")[0] for regel in een.besluit.regels} == {"gemeente-gemeente-pip"}
