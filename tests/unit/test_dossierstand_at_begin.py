# SPDX-License-Identifier: EUPL-1.2
"""When a ground begins its party gets the state of now that it may have: no history, and nothing that goes on request."""

from __future__ import annotations

from typing import Any

import pytest

from consent.conditions import Voorwaarde
from consent.policy import Grondslag
from hub.dossier.dossierstand import GEBEURTENIS
from schemas.catalogue import gebeurtenistypen
from schemas.vocabulary import Categorie, Rol
from tests.unit.case import BELEID, DUO, GEM_A, GEM_B, ISD, SCHOOL, VWN, Case, dag, in_les, plicht

KOP = {"aanleiding", "per"}
TOESTEMMING = {"doel": "begeleiding", "ontvanger": VWN, "categorieen": ["voortgang", "leerroute"], "van": "2025-04-01"}


def _stand(case: Case, partij: str) -> list[dict[str, Any]]:
    return [x.data for x in case.ontvangen(partij, GEBEURTENIS)]


def _in_begeleiding() -> Case:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-03-17", id="v1", taalniveau="A1-", stagnatie=True)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-03-24", id="v2", taalniveau="A1", stagnatie=False)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-26", begeleider="vwn", volgende_stap="kennismaking")
    return case


def test_a_school_gets_the_leerroute_and_the_contact_and_nothing_else() -> None:
    case = Case()
    in_les(case)
    (stand,) = case.ontvangen(SCHOOL, GEBEURTENIS)
    assert stand.data == {
        "aanleiding": "relatie",
        "per": "2025-02-10",
        "leerroute": "B1-route",
        "regievoerder": "rv-1",
        "regievoerder_organisatie": "gem-a",
    }
    assert stand.persoon == {Categorie.BSN, Categorie.PSEUDONIEM}


def test_a_begeleider_gets_the_contact_by_its_order_and_the_rest_only_by_toestemming() -> None:
    case = _in_begeleiding()
    assert [set(s) - KOP for s in _stand(case, VWN)] == [{"regievoerder", "regievoerder_organisatie"}]
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", **TOESTEMMING)
    assert _stand(case, VWN)[1:] == [
        {
            "aanleiding": "toestemming",
            "per": "2025-04-01",
            "leerroute": "B1-route",
            "taalniveau": "A1",
            "stagnatie": False,
        }
    ]
    assert case.ontvangen(VWN, "voortgang-gemeld") == []  # the state, not what led to it
    assert case.ontvangen(VWN, GEBEURTENIS)[1].persoon == {Categorie.PSEUDONIEM}


def test_a_toestemming_of_later_tells_it_on_its_first_day() -> None:
    case = _in_begeleiding()
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", **{**TOESTEMMING, "van": "2025-05-01"})
    assert len(_stand(case, VWN)) == 1
    assert case.agenda == dag("2025-05-01")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-04-28", taalniveau="A2", stagnatie=False)
    case.tik("2025-05-01")
    assert _stand(case, VWN)[1]["taalniveau"] == "A2"
    case.tik("2025-05-02")
    assert len(_stand(case, VWN)) == 2


def test_one_withdrawn_before_its_first_day_tells_nothing() -> None:
    case = _in_begeleiding()
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", **{**TOESTEMMING, "van": "2025-05-01"})
    case.zegt(GEM_A, "toestemming-ingetrokken", "2025-04-30", betreft="t1")
    case.tik("2025-05-01")
    assert len(_stand(case, VWN)) == 1


def test_what_nobody_reported_is_no_message() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-01-08", begeleider="vwn")
    case.zegt(GEM_A, "toestemming-gegeven", "2025-01-09", id="t1", **{**TOESTEMMING, "van": "2025-01-09"})
    assert _stand(case, VWN) == _stand(case, GEM_A) == []


def test_a_new_gemeente_gets_what_duo_tells_a_gemeente_and_nothing_of_the_former_one() -> None:
    case = _in_begeleiding()
    case.zegt(DUO, "inburgeringstermijn-gestart", "2025-02-05", startdatum="2025-02-04", einddatum="2028-02-04")
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-05-05")
    assert _stand(case, GEM_B) == [
        {
            "aanleiding": "relatie",
            "per": "2025-05-05",
            "doelgroep": "asielstatushouder",
            "kennisgeving": "2025-01-06",
            "termijn_start": "2025-02-04",
            "termijn_einde": "2028-02-04",
        }
    ]
    case.zegt(GEM_B, "gegevens-opgevraagd", "2025-05-06", aan="gem-a", doel="voortzetten", van="2025-05-06")
    assert len(_stand(case, GEM_B)) == 1


def test_a_move_on_a_later_day_tells_it_on_that_day() -> None:
    case = _in_begeleiding()
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-06-02")
    assert _stand(case, GEM_B) == []
    case.tik("2025-06-02")
    assert [s["per"] for s in _stand(case, GEM_B)] == ["2025-06-02"]


def test_what_the_former_gemeente_laid_down_does_not_reach_a_school_of_the_new_one() -> None:
    case = _in_begeleiding()
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-05-05")
    case.zegt(GEM_B, "taalschool-toegewezen", "2025-05-12", taalschool="school-b")
    assert _stand(case, "school-b#taalschool") == []
    case.zegt(GEM_B, "regievoerder-toegewezen", "2025-05-13", regievoerder="rv-9", organisatie="gem-b")
    case.zegt(GEM_B, "begeleiding-opgedragen", "2025-05-14", begeleider="vwn")
    assert _stand(case, VWN)[-1]["regievoerder"] == "rv-9"


def test_an_executor_gets_it_with_its_gemeente() -> None:
    case = Case()
    plicht(case, "2025-01-06", gemeente="gem-b")
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-b", naar="gem-a", datum="2025-05-05")
    assert _stand(case, ISD) == _stand(case, GEM_A) != []


def test_a_correction_reaches_who_knows_it_from_a_state_only_by_the_id_of_that_state() -> None:
    case = _in_begeleiding()
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", **TOESTEMMING)
    stand = case.ontvangen(VWN, GEBEURTENIS)[-1]
    case.zegt(SCHOOL, "correctie", "2025-04-02", betreft="v1", wijziging={"taalniveau": "geen"})
    assert case.ontvangen(VWN, "correctie") == []  # v1 is history: it never had that
    case.zegt(SCHOOL, "correctie", "2025-04-03", betreft="v2", wijziging={"taalniveau": "A1-"})
    (correctie,) = case.ontvangen(VWN, "correctie")
    assert correctie.data == {
        "betreft": stand.id,
        "gebeurtenis": "voortgang-gemeld",
        "wijziging": {"taalniveau": "A1-"},
    }


def test_after_withdrawal_such_a_correction_says_that_it_was_wrong_and_not_what_is_right() -> None:
    case = _in_begeleiding()
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", **TOESTEMMING)
    case.zegt(GEM_A, "toestemming-ingetrokken", "2025-04-02", betreft="t1")
    case.zegt(SCHOOL, "correctie", "2025-04-03", betreft="v2", wijziging={"taalniveau": "A1-"})
    (correctie,) = case.ontvangen(VWN, "correctie")
    assert set(correctie.data) == {"betreft", "gebeurtenis"}


def test_a_retraction_reaches_it_too_also_after_the_relation_ended() -> None:
    case = Case()
    in_les(case)
    stand = case.ontvangen(SCHOOL, GEBEURTENIS)[0]
    case.zegt(GEM_A, "toewijzing-beeindigd", "2025-04-01", taalschool="school", per="2025-04-01")
    case.zegt(GEM_A, "intrekking", "2025-04-02", betreft="pip", reden="verkeerde-persoon")
    assert [x.data["betreft"] for x in case.ontvangen(SCHOOL, "intrekking")] == [stand.id]


def test_a_relation_that_begins_again_is_told_again() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "toewijzing-beeindigd", "2025-04-01", taalschool="school", per="2025-04-01")
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-04-07", naar="Z-route", dagtekening="2025-04-07")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-05-01", taalschool="school")
    assert [s["leerroute"] for s in _stand(case, SCHOOL)] == ["B1-route", "Z-route"]


# Bron van elk veld: by which event, from which role, the same would have come
HERKOMST = {
    "doelgroep": ("inburgeringsplicht-vastgesteld", Rol.UITVOERING),
    "wet": ("inburgeringsplicht-vastgesteld", Rol.UITVOERING),
    "kennisgeving": ("inburgeringsplicht-vastgesteld", Rol.UITVOERING),
    "plicht_stand": ("inburgeringsplicht-gewijzigd", Rol.UITVOERING),
    "termijn_start": ("inburgeringstermijn-gestart", Rol.UITVOERING),
    "termijn_einde": ("inburgeringstermijn-gestart", Rol.UITVOERING),
    "pip_dagtekening": ("pip-vastgesteld", Rol.GEMEENTE),
    "leerroute": ("leerroute-gewijzigd", Rol.GEMEENTE),
    "niveau": ("leerroute-gewijzigd", Rol.GEMEENTE),
    "intensiteit_uren_per_week": ("leerroute-gewijzigd", Rol.GEMEENTE),
    "taalschool": ("taalschool-toegewezen", Rol.GEMEENTE),
    "taalniveau": ("voortgang-gemeld", Rol.TAALSCHOOL),
    "stagnatie": ("voortgang-gemeld", Rol.TAALSCHOOL),
    "regievoerder": ("regievoerder-toegewezen", Rol.GEMEENTE),
    "regievoerder_organisatie": ("regievoerder-toegewezen", Rol.GEMEENTE),
    "regievoerder_telefoon": ("regievoerder-toegewezen", Rol.GEMEENTE),
    "regievoerder_email": ("regievoerder-toegewezen", Rol.GEMEENTE),
}


def test_every_field_of_the_state_has_its_origin() -> None:
    assert set(HERKOMST) | KOP == set(gebeurtenistypen()[GEBEURTENIS].velden)


@pytest.mark.parametrize("veld", sorted(HERKOMST))
def test_a_state_gives_no_role_what_an_event_would_not_give_it_unasked(veld: str) -> None:
    gebeurtenis, van = HERKOMST[veld]
    categorie = gebeurtenistypen()[GEBEURTENIS].velden[veld].categorie
    for rij in (r for r in BELEID.regels if GEBEURTENIS in r.gebeurtenissen and categorie in r.categorieen):
        gewoon = [
            r
            for r in BELEID.voor(gebeurtenis, van, rij.naar, dag("2025-06-01"))
            if categorie in r.categorieen
            and Voorwaarde.OP_VERZOEK not in r.voorwaarden
            and (r.grondslag is Grondslag.TOESTEMMING) == (rij.grondslag is Grondslag.TOESTEMMING)
        ]
        assert gewoon, (veld, rij.id)
