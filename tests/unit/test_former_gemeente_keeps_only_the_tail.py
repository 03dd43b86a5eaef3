# SPDX-License-Identifier: EUPL-1.2
"""After a move, row by row: the former gemeente keeps the law's tail, the new one asks for what was before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from consent.decide import Uitkomst
from consent.kader import Kader, Reden
from consent.minimise import minimise
from tests.unit.beleidswereld import LES, VOORTGANG, beslis, gebeurtenis, kader, relatie, verzoek, voor

VERHUISD = date(2026, 2, 1)
NIEUW_PIP_EEN_MAAND = date(2026, 4, 15)
NA = date(2026, 3, 2)


def verhuisd(**meer: object) -> Kader:
    return kader(
        relatie("gem-a", tot=VERHUISD, beeindigd_door="verhuizing", staart_tot=NIEUW_PIP_EEN_MAAND),
        relatie("gem-b", van=VERHUISD, begonnen_door="verhuizing"),
        relatie("school-a"),
        **meer,
    )


def test_both_gemeenten_hear_of_the_move_itself():
    verhuizing = gebeurtenis("persoon-verhuisd", "duo", "verhuizing", van="gem-a", naar="gem-b", datum="2026-02-01")
    besluiten = beslis(verhuizing, verhuisd(), VERHUISD)
    assert besluiten["gem-a#gemeente"].uitkomst is Uitkomst.GELEVERD
    assert besluiten["gem-b#gemeente"].uitkomst is Uitkomst.GELEVERD
    assert besluiten["coa#opvang"].reden is Reden.NO_GROUND
    assert besluiten["school-a#taalschool"].reden is Reden.NO_GROUND


@pytest.mark.parametrize(("naam", "data"), [("voortgang-gemeld", VOORTGANG), ("aanwezigheid-gemeld", LES)])
def test_lessons_go_to_the_new_gemeente_only(naam, data):
    besluiten = beslis(gebeurtenis(naam, "school-a", **data), verhuisd(), NA)
    assert besluiten["gem-b#gemeente"].uitkomst is Uitkomst.GELEVERD
    assert besluiten["gem-a#gemeente"].reden is Reden.RELATION_ENDED


IN_DE_STAART = [
    ("inburgeringstermijn-gestart", {"startdatum": "2024-03-02", "einddatum": "2027-03-02"}),
    ("inburgeringsplicht-gewijzigd", {"doelgroep": "asielstatushouder"}),
    ("examenuitslag-bekend", {"onderdeel": "KNM", "resultaat": "geslaagd", "examendatum": "2026-02-20"}),
    ("verzoek-beoordeeld", {"soort": "verlenging", "oordeel": "toegewezen"}),
]


@pytest.mark.parametrize(("naam", "data"), IN_DE_STAART)
def test_duo_answers_the_former_gemeente_until_the_new_pip_is_one_month_old(naam, data):
    event = gebeurtenis(naam, "duo", **data)
    laatste_dag = NIEUW_PIP_EEN_MAAND - timedelta(days=1)
    assert minimise(event.data, voor("gem-a", event, verhuisd(), laatste_dag)) == data
    assert voor("gem-a", event, verhuisd(), NIEUW_PIP_EEN_MAAND).reden is Reden.RELATION_ENDED
    assert minimise(event.data, voor("gem-b", event, verhuisd(), NIEUW_PIP_EEN_MAAND)) == data


def test_the_tail_holds_no_health_no_fines_and_no_leerbaarheidstoets():
    medisch = gebeurtenis("verzoek-ingediend", "duo", soort="ontheffing", grond="MED", datum="2026-03-01")
    besluit = voor("gem-a", medisch, verhuisd(), NA)
    assert set(besluit.velden) == {"soort", "datum"}
    assert besluit.achtergehouden == {"grond": Reden.RELATION_ENDED}
    boete = gebeurtenis("boete-opgelegd", "duo", bedrag_eurocent=25_000, datum="2026-03-01")
    assert voor("gem-a", boete, verhuisd(), NA).reden is Reden.RELATION_ENDED
    toets = gebeurtenis("leerbaarheidstoets-uitslag-bekend", "duo", resultaat="B1-route-haalbaar")
    assert voor("gem-a", toets, verhuisd(), NA).reden is Reden.RELATION_ENDED


OP_VERZOEK = [
    (
        "pip-vastgesteld",
        {"dagtekening": "2026-01-05", "leerroute": "B1-route", "aandachtspunten": ["taal", "verslaving"]},
    ),
    ("pip-vastgesteld", {"aandachtspunten": ["financien"]}),
    ("pip-gewijzigd", {"dagtekening": "2026-01-05", "laag": "plan"}),
    ("leerroute-gewijzigd", {"naar": "Z-route"}),
    ("voortgangsgesprek-gevoerd", {"nummer": 1}),
    ("boete-opgelegd", {"bedrag_eurocent": 5_000, "datum": "2026-01-05"}),
]


@pytest.mark.parametrize(("naam", "data"), OP_VERZOEK)
def test_gemeente_to_gemeente_only_on_request(naam, data):
    event = gebeurtenis(naam, "gem-a", **data)
    assert voor("gem-b", event, verhuisd(), NA).reden is Reden.NOT_REQUESTED
    gevraagd = verhuisd(verzoeken=(verzoek("gem-b", "gem-a", naam, tot=date(2026, 3, 31)),))
    assert minimise(event.data, voor("gem-b", event, gevraagd, NA)) == data
    assert voor("gem-b", event, gevraagd, date(2026, 3, 31)).reden is Reden.NOT_REQUESTED


def test_a_request_to_another_gemeente_for_another_event_or_by_the_wrong_one_opens_nothing():
    event = gebeurtenis("pip-vastgesteld", "gem-a", dagtekening="2026-01-05", leerroute="B1-route")
    for ander in (verzoek("gem-b", "gem-c"), verzoek("gem-b", "gem-a", "boete-opgelegd"), verzoek("gem-a", "gem-a")):
        assert voor("gem-b", event, verhuisd(verzoeken=(ander,)), NA).reden is Reden.NOT_REQUESTED


def test_a_former_gemeente_that_asks_is_no_longer_concerned():
    event = gebeurtenis("pip-vastgesteld", "gem-b", dagtekening="2026-02-05", leerroute="B1-route")
    gevraagd = verhuisd(verzoeken=(verzoek("gem-a", "gem-b", "pip-vastgesteld"),))
    assert voor("gem-a", event, gevraagd, NA).reden is Reden.RELATION_ENDED


def test_the_former_gemeente_can_be_asked_but_not_the_rest_told():
    vraag = gebeurtenis("gegevens-opgevraagd", "gem-b", aan="gem-a", gebeurtenissen=["pip-vastgesteld"])
    besluiten = beslis(vraag, verhuisd(), NA)
    assert {wie for wie, b in besluiten.items() if b.uitkomst is Uitkomst.GELEVERD} == {"gem-a#gemeente"}


def test_a_school_assigned_by_the_former_gemeente_hears_the_leerroute_while_it_teaches():
    event = gebeurtenis("leerroute-gewijzigd", "gem-b", naar="Z-route")
    assert voor("school-a", event, verhuisd(), NA).uitkomst is Uitkomst.GELEVERD


@pytest.mark.parametrize(
    ("bron", "naam"),
    [
        ("vwn#begeleider", "begeleiding-gerapporteerd"),
        ("vwn#begeleider", "signaal-gemeld"),
        ("vwn#begeleider", "toestemming-ingetrokken"),
        ("werk", "uren-gemeld"),
    ],
)
def test_a_verwerker_of_the_former_gemeente_does_not_report_to_the_new_one(bron, naam):
    k = kader(relatie("gem-a", tot=VERHUISD), relatie("gem-b", van=VERHUISD), relatie(bron, namens="gem-a"))
    besluiten = beslis(gebeurtenis(naam, bron, betreft="t1", soort="werk", component="MAP", minuten=60), k, NA)
    assert besluiten["gem-b#gemeente"].reden is Reden.NO_CONTRACT
    assert besluiten["gem-a#gemeente"].reden is Reden.RELATION_ENDED


@pytest.mark.parametrize(
    "signaal",
    [
        "verlenging-aangevraagd",
        "vertrokken-naar-gemeente",
        "leerroute-ontbreekt",
        "aanbod-ontbreekt",
        "contract-zonder-pip",
        "certificaattekst-beschikbaar",
        "opleiding-beeindigd",
    ],
)
def test_what_duo_draws_attention_to_reaches_the_gemeente_that_it_names_and_no_other(signaal):
    event = gebeurtenis("attentiesignaal-gegeven", "duo", signaal=signaal, gemeente="gem-b")
    assert minimise(event.data, voor("gem-b", event, verhuisd(), NA))["signaal"] == signaal
    assert voor("gem-a", event, verhuisd(), NA).uitkomst is Uitkomst.GEWEIGERD
    naar_de_oude = gebeurtenis("attentiesignaal-gegeven", "duo", signaal=signaal, gemeente="gem-a")
    assert minimise(naar_de_oude.data, voor("gem-a", naar_de_oude, verhuisd(), NA))["signaal"] == signaal
    assert voor("gem-b", naar_de_oude, verhuisd(), NA).uitkomst is Uitkomst.GEWEIGERD
