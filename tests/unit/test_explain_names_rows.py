# SPDX-License-Identifier: EUPL-1.2
"""`hub policy explain`: which row lets a field pass, and which row or lack of one does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from consent.conditions import Voorwaarde
from consent.explain import VeldUitleg, explain
from consent.kader import Kader, Partij, Reden
from hub.readmodel.explained import by_rows
from schemas.catalogue import Categorie, Rol, UnknownEventType, gebeurtenistype
from tests.unit.beleidswereld import DAG, VOORTGANG, beleid, gebeurtenis, kader, partij, relatie, toestemming

DOSSIER = kader(relatie("gem-a"), relatie("school-a"), relatie("vwn#begeleider"))


def leg_uit(wie: Partij, k: Kader, **data: object):
    return explain(gebeurtenis("voortgang-gemeld", "school-a", **data), wie, k, beleid(), DAG)


def test_of_a_denial_it_names_every_row_and_the_condition_that_fails():
    uitleg = leg_uit(partij("vwn#begeleider"), DOSSIER, **VOORTGANG)
    assert uitleg.besluit.reden is Reden.NO_TOESTEMMING
    assert {(r.regel.categorie, r.faalt_op, r.reden) for r in uitleg.rijen} == {
        (Categorie(c), Voorwaarde.TOESTEMMING, Reden.NO_TOESTEMMING)
        for c in ("toewijzing", "aanwezigheid", "voortgang", "belemmering", "uren")
    }


def test_of_a_field_that_mixes_categories_it_speaks_of_each():
    k = kader(*DOSSIER.relaties, toestemmingen=(toestemming("vwn#begeleider", "belemmering"),))
    velden = {(v.veld, v.categorie): v for v in leg_uit(partij("vwn#begeleider"), k, **VOORTGANG).velden}
    rij = "toestemming-school-aan-begeleider/belemmering"
    assert velden[("belemmeringen", Categorie.BELEMMERING)] == VeldUitleg(
        "belemmeringen", Categorie.BELEMMERING, rij, None
    )
    assert velden[("belemmeringen", Categorie.FINANCIEN)] == VeldUitleg(
        "belemmeringen", Categorie.FINANCIEN, None, Reden.FORBIDDEN_CATEGORY, ("schulden",)
    )
    assert velden[("taalniveau", Categorie.VOORTGANG)].reden is Reden.NO_TOESTEMMING


def test_it_answers_for_a_type_without_data_and_for_fields_that_are_absent():
    velden = {v.veld: v.regel for v in leg_uit(partij("gem-a"), DOSSIER).velden}
    assert set(velden.values()) == {"school-gemeente-asielstatushouder"}
    assert "uren_gevolgd_minuten" in velden


def test_ids_go_along_with_content_or_not_at_all():
    event = gebeurtenis("aanwezigheid-gemeld", "school-a")
    for wie, rij in (("gem-a", "school-gemeente-asielstatushouder"), ("duo", None)):
        velden = {v.veld: v.regel for v in explain(event, partij(wie), DOSSIER, beleid(), DAG).velden}
        assert velden["les"] == rij


def test_no_row_is_an_answer_too():
    uitleg = explain(gebeurtenis("boete-opgelegd", "duo"), partij("school-a"), DOSSIER, beleid(), DAG)
    assert uitleg.rijen == ()
    assert {v.reden for v in uitleg.velden} == {Reden.NO_GROUND}


def test_of_an_erased_person_nothing_passes():
    uitleg = leg_uit(partij("gem-a"), replace(DOSSIER, gewist=True), **VOORTGANG)
    assert {v.reden for v in uitleg.velden} == {Reden.ERASED}


def test_an_event_that_does_not_exist_is_an_error():
    with pytest.raises(UnknownEventType):
        explain(gebeurtenis("persoon-verzonnen", "duo"), partij("gem-a"), DOSSIER, beleid(), DAG)


def test_by_the_rows_alone_it_names_sender_ground_and_what_the_law_closes_code_by_code():
    velden = by_rows(gebeurtenistype("voortgang-gemeld"), Rol.BEGELEIDER, DAG, beleid())
    per = {(een["field"], een["category"]): een for een in velden}
    assert per["belemmeringen", "belemmering"]["withheld"] is None
    schulden = per["belemmeringen", "financien"]
    assert (schulden["codes"], schulden["rows"], schulden["withheld"]) == (["schulden"], [], "closed by law")
    assert per["persoon", "bsn"]["withheld"] == "closed by law"
    (school, participatie) = sorted(per["taalniveau", "voortgang"]["rows"], key=lambda rij: rij["from"], reverse=True)
    assert (school["from"], participatie["from"]) == ("taalschool", "participatie")
    assert (school["ground"], school["if"]) == ("toestemming", ["relatie-niet-beeindigd", "toestemming"])


def test_a_row_for_college_and_executor_is_named_once_and_a_number_has_its_rows():
    velden = by_rows(gebeurtenistype("pip-vastgesteld"), Rol.UITVOERING, DAG, beleid())
    per = {een["field"]: een for een in velden if een["category"] in ("leerroute", "bsn")}
    assert [rij["row"] for rij in per["leerroute"]["rows"]] == ["gemeente-duo-pip"]
    assert [rij["row"] for rij in per["persoon"]["rows"]] == ["gemeente-duo-pip"]


def test_before_the_law_no_row_holds():
    velden = by_rows(gebeurtenistype("voortgang-gemeld"), Rol.GEMEENTE, date(2021, 12, 31), beleid())
    assert {een["withheld"] for een in velden} == {"no row"}
