# SPDX-License-Identifier: EUPL-1.2
"""Omkoppeling, opzegging, verhuizing: access ends at that place in the log, and every gemeente stays on its own."""

from __future__ import annotations

from consent.participants import Deelnemersregister
from hub.dossier.handle import Bundels
from tests.unit.case import COA, DUO, GEM_A, GEM_B, ISD, REGISTER, SCHOOL, VWN, Case, in_les, plicht


def test_an_omkoppeling_before_the_move_in_ends_the_first_gemeente_at_once_and_without_a_tail() -> None:
    case = Case()
    case.zegt(COA, "gemeente-gekoppeld", "2025-01-06", gemeente="gem-a", datum="2025-01-06")
    case.zegt(COA, "koppeling-gewijzigd", "2025-01-20", van="gem-a", naar="gem-b", datum="2025-01-20")
    assert {str(x.ontvanger) for x in case.leveringen if x.gebeurtenis == "koppeling-gewijzigd"} >= {GEM_A, GEM_B}
    case.zegt(COA, "klantprofiel-gedeeld", "2025-01-21", voornamen="A", geboortedatum="1990-01-01")
    assert case.reden(GEM_A) == "relation-ended"
    assert len(case.ontvangen(GEM_B, "klantprofiel-gedeeld")) == 1
    case.zegt(DUO, "inburgeringsplicht-vastgesteld", "2025-01-22", doelgroep="asielstatushouder", gemeente="gem-b")
    assert case.reden(GEM_A) == "relation-ended"


def test_an_opzegging_ends_the_school_from_its_day_and_tells_it() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "toewijzing-beeindigd", "2025-04-01", taalschool="school", per="2025-04-07", reden="andere-school")
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-04-06", naar="Z-route", dagtekening="2025-04-06")
    assert case.reden(SCHOOL) is None
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-04-07", naar="B1-route", dagtekening="2025-04-07")
    assert case.reden(SCHOOL) == "relation-ended"
    assert len(case.ontvangen(SCHOOL, "toewijzing-beeindigd")) == 1


def test_toestemming_does_not_outlive_the_relation_of_a_begeleider() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn")
    toestemming = {"doel": "begeleiding", "ontvanger": VWN, "categorieen": ["voortgang"], "van": "2025-03-11"}
    case.zegt(GEM_A, "toestemming-gegeven", "2025-03-11", **toestemming)
    case.zegt(GEM_A, "begeleiding-beeindigd", "2025-04-01", begeleider="vwn", per="2025-04-01")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-04-01", taalniveau="A1", stagnatie=False)
    assert case.reden(VWN) == "relation-ended"


def test_one_executor_of_two_gemeenten_sees_each_case_through_its_own_gemeente_only() -> None:
    rijen = REGISTER.model_dump(mode="json")["deelnemers"]
    next(r for r in rijen if r["oin"] == "isd")["namens"] = ["gem-a", "gem-b"]
    register = Deelnemersregister.of(rijen)
    case = Case()
    case.bundels = Bundels(case.bundels.beleid, case.bundels.regels, register)
    in_les(case)
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-05-05")
    # it works for the new gemeente too, and what the former one laid down is still not that one's
    assert [x.data["aanleiding"] for x in case.ontvangen(ISD, "dossierstand-gewijzigd")] == ["relatie"]
    assert "leerroute" not in case.ontvangen(ISD, "dossierstand-gewijzigd")[0].data
    case.zegt(GEM_B, "regievoerder-toegewezen", "2025-05-06", regievoerder="rv-9", organisatie="gem-b")
    assert case.reden(ISD) is None
    case.zegt(GEM_A, "signaal-opgevolgd", "2025-05-07", signaal="s1", uitkomst="geen-actie-nodig")
    assert case.reden(ISD) == "no-contract"  # for gem-a it has nothing to do with this person any more
    assert case.reden(GEM_B) is not None


def test_an_executor_of_the_former_gemeente_alone_ends_with_it() -> None:
    case = Case()
    in_les(case)
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-05-05")
    case.zegt(GEM_B, "pip-vastgesteld", "2025-06-02", dagtekening="2025-06-02", leerroute="B1-route")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-03", taalniveau="A1", stagnatie=False)
    assert case.reden(ISD) == "relation-ended"


def test_the_new_gemeente_gets_the_plan_of_the_former_one_on_request_only() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(DUO, "persoon-verhuisd", "2025-02-03", van="gem-a", naar="gem-b", datum="2025-02-03")
    case.zegt(
        GEM_A, "pip-vastgesteld", "2025-02-04", gebeurd="2025-01-30", dagtekening="2025-01-30", leerroute="B1-route"
    )
    assert case.reden(GEM_B) == "not-requested"
    case.zegt(GEM_B, "gegevens-opgevraagd", "2025-02-05", aan="gem-a", doel="voortzetten", van="2025-02-05")
    case.zegt(GEM_A, "boete-opgelegd", "2025-02-06", gebeurd="2025-01-31", datum="2025-01-31", bedrag_eurocent=5000)
    assert len(case.ontvangen(GEM_B, "boete-opgelegd")) == 1
