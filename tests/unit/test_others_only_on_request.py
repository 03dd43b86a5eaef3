# SPDX-License-Identifier: EUPL-1.2
"""Schools report asielstatushouders to the college always, other migrants only when asked (Bi 9.2(4))."""

from __future__ import annotations

from datetime import date

import pytest

from consent.decide import Uitkomst
from consent.kader import Kader, Reden
from consent.minimise import minimise
from schemas.catalogue import Categorie
from tests.unit.beleidswereld import DAG, LES, VOORTGANG, gebeurtenis, kader, relatie, toestemming, verzoek, voor

OVERIG = ["gezinsmigrant", "overige-migrant", "gezins-overig-onbepaald"]
BERICHTEN = [
    ("voortgang-gemeld", VOORTGANG),
    ("aanwezigheid-gemeld", LES),
    ("verzuim-gemeld", {"maand": "2026-02", "aantal": 2}),
    ("uren-gemeld", {"component": "taal", "minuten": 600}),
]


def dossier(doelgroep: str | None, **meer: object) -> Kader:
    return kader(relatie("gem-a"), relatie("school-a"), doelgroep=doelgroep, **meer)


@pytest.mark.parametrize(("naam", "data"), BERICHTEN)
def test_of_asielstatushouders_always_to_the_college_and_never_to_duo(naam, data):
    event = gebeurtenis(naam, "school-a", **data)
    assert voor("gem-a", event, dossier("asielstatushouder")).uitkomst is Uitkomst.GELEVERD
    assert voor("duo", event, dossier("asielstatushouder")).reden is Reden.NO_GROUND


@pytest.mark.parametrize("doelgroep", OVERIG)
@pytest.mark.parametrize(("naam", "data"), BERICHTEN)
def test_of_others_to_duo_and_to_the_college_only_when_asked(naam, data, doelgroep):
    event = gebeurtenis(naam, "school-a", **data)
    assert voor("duo", event, dossier(doelgroep)).uitkomst is Uitkomst.GELEVERD
    assert voor("gem-a", event, dossier(doelgroep)).reden is Reden.NOT_REQUESTED
    gevraagd = dossier(doelgroep, verzoeken=(verzoek("gem-a", "school-a", naam),))
    assert voor("gem-a", event, gevraagd).uitkomst is Uitkomst.GELEVERD


@pytest.mark.parametrize("doelgroep", [None, "onbekend"])
def test_an_unknown_doelgroep_opens_neither(doelgroep):
    event = gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG)
    assert voor("gem-a", event, dossier(doelgroep)).reden is Reden.NOT_REQUESTED
    assert voor("duo", event, dossier(doelgroep)).reden is Reden.NO_GROUND


ALLEEN_COLLEGE = [
    ("cursus-gestart", {"begindatum": "2026-03-02"}),
    ("rooster-vastgesteld", {"van": "2026-03-02"}),
    ("les-uitgevallen", {"les": "L1"}),
    ("voortgang-gemeld", {"belemmeringen": ["werk"]}),
    ("voortgang-gemeld", {"belemmeringen": ["schulden"]}),
    ("uren-gemeld", {"minuten": 600}),
]


@pytest.mark.parametrize(("naam", "data"), ALLEEN_COLLEGE)
def test_each_thing_that_a_school_knows_opens_by_the_request_and_closes_without(naam, data):
    event = gebeurtenis(naam, "school-a", **data)
    assert voor("gem-a", event, dossier("gezinsmigrant")).reden is Reden.NOT_REQUESTED
    gevraagd = dossier("gezinsmigrant", verzoeken=(verzoek("gem-a", "school-a", naam),))
    assert minimise(event.data, voor("gem-a", event, gevraagd)) == data


def test_a_request_opens_from_its_day_to_its_day():
    event = gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG)
    gevraagd = verzoek("gem-a", "school-a#taalschool", van=date(2026, 3, 2), tot=date(2026, 4, 1))
    k = dossier("gezinsmigrant", verzoeken=(gevraagd,))
    assert voor("gem-a", event, k, date(2026, 3, 1)).reden is Reden.NOT_REQUESTED
    assert voor("gem-a", event, k, date(2026, 3, 2)).uitkomst is Uitkomst.GELEVERD
    assert voor("gem-a", event, k, date(2026, 4, 1)).reden is Reden.NOT_REQUESTED


def test_a_request_for_some_categories_opens_those_with_the_bsn_to_file_them_by():
    event = gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG)
    k = dossier("gezinsmigrant", verzoeken=(verzoek("gem-a", "school-a", categorieen=("voortgang",)),))
    besluit = voor("gem-a", event, k)
    assert set(besluit.velden) == {"taalniveau", "stagnatie", "periode_van"}
    assert besluit.achtergehouden == {"belemmeringen": Reden.NOT_REQUESTED}
    assert besluit.persoon == {Categorie.BSN, Categorie.PSEUDONIEM}
    assert besluit.regels == ("school-gemeente-desgevraagd/voortgang",)


def test_neither_toestemming_nor_a_new_relation_replaces_the_request():
    event = gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG)
    k = dossier("gezinsmigrant", toestemmingen=(toestemming("gem-a", "voortgang"),))
    assert voor("gem-a", event, k).reden is Reden.NOT_REQUESTED


@pytest.mark.parametrize("doelgroep", ["asielstatushouder", None, *OVERIG])
def test_duo_hears_every_inschrijving(doelgroep):
    event = gebeurtenis("cursus-gestart", "school-a", begindatum="2026-03-02", component="taal")
    besluit = voor("duo", event, dossier(doelgroep))
    assert besluit.uitkomst is Uitkomst.GELEVERD
    assert Categorie.BSN in besluit.persoon


def test_obstacles_and_the_timetable_are_not_for_duo():
    event = gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG)
    besluit = voor("duo", event, dossier("gezinsmigrant"))
    assert besluit.achtergehouden == {"belemmeringen": Reden.NO_GROUND}
    rooster = gebeurtenis("rooster-vastgesteld", "school-a", van="2026-03-02")
    assert voor("duo", rooster, dossier("gezinsmigrant")).reden is Reden.NO_GROUND


def test_duo_gets_fines_of_a_gemeente_only_when_it_asks():
    boete = gebeurtenis("boete-opgelegd", "gem-a", bedrag_eurocent=5_000, datum="2026-03-01")
    assert voor("duo", boete, dossier("gezinsmigrant")).reden is Reden.NOT_REQUESTED
    gevraagd = dossier("gezinsmigrant", verzoeken=(verzoek("duo", "gem-a", "boete-opgelegd"),))
    assert voor("duo", boete, gevraagd).uitkomst is Uitkomst.GELEVERD
    andersom = gebeurtenis("boete-opgelegd", "duo", bedrag_eurocent=34_000, datum="2026-03-01")
    assert voor("gem-a", andersom, dossier("gezinsmigrant")).uitkomst is Uitkomst.GELEVERD
    for wie in ("school-a", "coa", "vwn#begeleider"):
        assert voor(wie, andersom, dossier("gezinsmigrant"), DAG).uitkomst is Uitkomst.GEWEIGERD
