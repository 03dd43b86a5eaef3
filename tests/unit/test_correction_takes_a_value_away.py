# SPDX-License-Identifier: EUPL-1.2
"""A correction may leave a field without a value: in the state, to exactly those who hold one, on the wire, in a chain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from consent.conditions import Beoordeling
from consent.corrections import decide_correctie
from consent.decide import Besluit, Uitkomst
from consent.kader import Kader, Reden, ToestemmingStand
from consent.minimise import minimise
from schemas.codec import InvalidEvent, check, decode, encode
from tests.unit.beleidswereld import DAG, beleid, gebeurtenis, kader, partij, register, relatie, toestemming
from tests.unit.case import COA, DUO, GEM_A, ISD, SCHOOL, VWN, Case, in_les, plicht

T1 = toestemming("vwn#begeleider", "voortgang")
DOSSIER = kader(relatie("coa"), relatie("gem-a"), relatie("school-a"), relatie("vwn#begeleider"), toestemmingen=(T1,))
ASIEL, OP_T1 = "school-gemeente-asielstatushouder", "toestemming-school-aan-begeleider/voortgang"
PROFIEL = ["coa-gemeente-profiel", "coa-gemeente-gezondheid"]


def _beslis(event: Beoordeling, aan: str, rijen: list[str], vorig: dict[str, Any], k: Kader = DOSSIER) -> Besluit:
    besluiten = decide_correctie(event, {partij(aan): rijen}, k, beleid(), register(), DAG, vorig)
    return next(b for b in besluiten if b.ontvanger == partij(aan))


def _leeg(bron: str, type_: str, *velden: str, **wijziging: Any) -> Beoordeling:
    data = {"leeg": list(velden)} | ({"wijziging": wijziging} if wijziging else {})
    return gebeurtenis("correctie", bron, "c1", betreft="e1", gebeurtenis=type_, **data)


def test_the_state_no_longer_has_the_value() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(
        GEM_A, "pip-vastgesteld", "2025-02-03", id="pip", dagtekening="2025-02-03", leerroute="B1-route", niveau="B1"
    )
    assert case.stand("niveau") == "B1"
    case.zegt(GEM_A, "correctie", "2025-02-10", id="c1", betreft="pip", leeg=["niveau"])
    assert case.stand("niveau") == "geen"
    case.zegt(GEM_A, "correctie", "2025-02-11", id="c2", betreft="pip", wijziging={"niveau": "A2"})
    assert case.stand("niveau") == "A2"
    case.zegt(GEM_A, "intrekking", "2025-02-12", betreft="c2")
    assert case.stand("niveau") == "geen"
    case.zegt(GEM_A, "intrekking", "2025-02-13", betreft="c1")
    assert case.stand("niveau") == "B1"


def test_a_deadline_whose_anchor_is_taken_away_is_unknown_and_no_longer_a_signal() -> None:
    case = Case()
    plicht(case, "2025-01-06", kennisgeving="2024-10-01")
    assert case.ernst("PIP") == "overschreden"
    gevolgen = case.zegt(DUO, "correctie", "2025-01-08", betreft="plicht", leeg=["kennisgeving"])
    assert (case.stand("pip.uiterste_datum"), case.open("PIP")) == ("onbekend", None)
    assert any(x.gebeurtenis == "signaal-vervallen" for x in gevolgen.leveringen)


def test_the_correction_names_the_field_to_who_got_its_value_and_to_nobody_else() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-05-01", id="v1", taalniveau="A1", stagnatie=False, b1_haalbaar=True)
    case.zegt(SCHOOL, "correctie", "2025-05-02", betreft="v1", leeg=["b1_haalbaar"])
    gekregen = {str(x.ontvanger): x for x in case.leveringen if x.gebeurtenis == "correctie"}
    assert (
        gekregen.keys()
        == {str(x.ontvanger) for x in case.leveringen if x.gebeurtenis == "voortgang-gemeld"}
        == {GEM_A, ISD}
    )
    (origineel,) = case.ontvangen(GEM_A, "voortgang-gemeld")
    assert gekregen[GEM_A].data == {"betreft": origineel.id, "gebeurtenis": "voortgang-gemeld", "leeg": ["b1_haalbaar"]}


def test_of_a_value_that_a_recipient_never_had_it_does_not_learn_that_there_was_one() -> None:
    weg = _leeg("school-a", "voortgang-gemeld", "belemmeringen")
    gehad = _beslis(weg, "gem-a", [ASIEL], {"belemmeringen": ["schulden"]})
    assert gehad.uitkomst is Uitkomst.GELEVERD
    nooit = _beslis(weg, "vwn#begeleider", [OP_T1], {"belemmeringen": ["schulden"]})
    assert (nooit.uitkomst, nooit.reden) == (Uitkomst.GEWEIGERD, Reden.FORBIDDEN_CATEGORY)
    leeg_al = _beslis(weg, "gem-a", [ASIEL], {})
    assert (leeg_al.uitkomst, leeg_al.reden) == (Uitkomst.GEWEIGERD, Reden.NO_GROUND)


def test_after_withdrawal_it_hears_that_something_is_wrong_and_not_which_field() -> None:
    ingetrokken = replace(DOSSIER, toestemmingen=(replace(T1, stand=ToestemmingStand.INGETROKKEN),))
    weg = _leeg("school-a", "voortgang-gemeld", "taalniveau")
    besluit = _beslis(weg, "vwn#begeleider", [OP_T1], {"taalniveau": "A2"}, ingetrokken)
    assert minimise(weg.data, besluit) == {"betreft": "e1", "gebeurtenis": "voortgang-gemeld"}


def test_a_value_that_became_one_the_recipient_may_not_have_is_empty_to_it() -> None:
    """It holds `taal`, which is no longer so; that there is health or justice now is not for it."""
    nu = gebeurtenis(
        "correctie",
        "coa",
        "c1",
        betreft="e1",
        gebeurtenis="klantprofiel-gedeeld",
        wijziging={"aandachtspunten": ["justitie"]},
    )
    besluit = _beslis(nu, "gem-a", PROFIEL, {"aandachtspunten": ["taal"]}, kader(relatie("gem-a")))
    assert minimise(nu.data, besluit) == {
        "betreft": "e1",
        "gebeurtenis": "klantprofiel-gedeeld",
        "leeg": ["aandachtspunten"],
    }
    assert besluit.achtergehouden == {"wijziging.aandachtspunten": Reden.FORBIDDEN_CATEGORY}
    geen = _beslis(nu, "gem-a", PROFIEL, {"aandachtspunten": ["justitie"]}, kader(relatie("gem-a")))
    assert geen.uitkomst is Uitkomst.GEWEIGERD


def test_a_correction_of_a_correction_reaches_who_got_the_original() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-05-01", id="v1", taalniveau="A1", stagnatie=False, b1_haalbaar=True)
    case.zegt(SCHOOL, "correctie", "2025-05-02", id="c1", betreft="v1", wijziging={"taalniveau": "A2"})
    case.zegt(
        SCHOOL, "correctie", "2025-05-03", id="c2", betreft="c1", wijziging={"taalniveau": "B1"}, leeg=["b1_haalbaar"]
    )
    eerste, tweede = case.ontvangen(GEM_A, "correctie")
    assert tweede.data == {
        "betreft": eerste.id,
        "gebeurtenis": "voortgang-gemeld",
        "wijziging": {"taalniveau": "B1"},
        "leeg": ["b1_haalbaar"],
    }
    (feit,) = case.zaak.feiten("voortgang-gemeld")
    assert feit.data == {"taalniveau": "B1", "stagnatie": False}


def test_what_was_corrected_before_it_arrived_goes_out_as_corrected() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "correctie", "2025-05-01", betreft="v1", leeg=["b1_haalbaar"])
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-05-01", id="v1", taalniveau="A1", stagnatie=False, b1_haalbaar=True)
    (levering,) = case.ontvangen(GEM_A, "voortgang-gemeld")
    assert levering.data == {"taalniveau": "A1", "stagnatie": False}
    case.zegt(SCHOOL, "intrekking", "2025-05-02", betreft="v2")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-05-02", id="v2", taalniveau="A1", stagnatie=False)
    assert len(case.ontvangen(GEM_A, "voortgang-gemeld")) == 1
    assert case.reden(GEM_A) == "no-ground"


def test_an_end_that_is_left_out_does_not_make_a_toestemming_endless() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn", volgende_stap="kennismaking")
    ja = {
        "doel": "begeleiding",
        "ontvanger": VWN,
        "categorieen": ["voortgang"],
        "van": "2025-03-10",
        "tot": "2025-04-01",
    }
    case.zegt(GEM_A, "toestemming-gegeven", "2025-03-10", id="t1", **ja)
    case.zegt(GEM_A, "correctie", "2025-03-11", betreft="t1", leeg=["tot"])
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-05-01", taalniveau="A1", stagnatie=False)
    assert case.ontvangen(VWN, "voortgang-gemeld") == []


def test_the_wire_form_names_the_fields_and_refuses_what_cannot_be_empty() -> None:
    about = {"persoon": {"soort": "bsn", "waarde": "999990342"}, "betreft": "e1", "gebeurtenis": "pip-vastgesteld"}
    data = {**about, "wijziging": {"opleiding_afmaken": True}, "leeg": ["niveau", "wijze"]}
    assert decode(encode("correctie", data)) == ("correctie", data)
    for leeg, zin in [
        (["nivo"], "Laat veld `nivo` weg: pip-vastgesteld kent het niet"),
        (["opleiding_afmaken"], "Noem veld `opleiding_afmaken` in `wijziging` of in `leeg`"),
        (["dagtekening"], "Trek de gebeurtenis in met een intrekking: veld `dagtekening`"),
    ]:
        with pytest.raises(InvalidEvent, match=zin):
            check("correctie", {**data, "leeg": leeg})
    check("correctie", {**about, "leeg": ["dagtekening"]}, volledig=False)  # to a recipient any field may become empty


def test_coa_hears_of_an_emptied_field_under_its_own_name_for_the_event() -> None:
    case = Case()
    case.zegt(COA, "screening-gevoerd", "2024-12-02", datum="2024-12-02")
    plicht(case, "2025-01-06", wet="Wi2021")
    case.zegt(DUO, "correctie", "2025-01-07", betreft="plicht", leeg=["wet"])
    gekregen = {str(x.ontvanger): x.data for x in case.leveringen if x.gebeurtenis == "correctie"}
    assert set(gekregen) == {COA, GEM_A, ISD}
    assert gekregen[COA]["betreft"] == case.ontvangen(COA, "inburgeringsplicht-vastgesteld")[0].id
