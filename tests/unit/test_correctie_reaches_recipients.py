# SPDX-License-Identifier: EUPL-1.2
"""A correction reaches everyone who got the original, cut to what each may have of it, and no one else (AVG 19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from consent.corrections import decide_correctie
from consent.decide import Beoordeling, Besluit, Uitkomst, decide
from consent.kader import Kader, Reden, ToestemmingStand
from consent.minimise import minimise
from consent.participants import Deelnemersregister
from schemas.catalogue import Categorie
from tests.unit.beleidswereld import DAG, beleid, gebeurtenis, kader, partij, register, relatie, toestemming

T1 = toestemming("vwn#begeleider", "voortgang")
DOSSIER = kader(
    relatie("coa", tot=date(2026, 1, 1)),
    relatie("gem-a"),
    relatie("school-a"),
    relatie("vwn#begeleider"),
    toestemmingen=(T1,),
)
ASIEL, OP_T1 = "school-gemeente-asielstatushouder", "toestemming-school-aan-begeleider/voortgang"


def correctie(origineel: str, bron: str, **wijziging: Any) -> Beoordeling:
    return gebeurtenis("correctie", bron, "c1", betreft="e1", gebeurtenis=origineel, wijziging=wijziging)


def beslis(event: Beoordeling, ontvangers: dict[str, list[str]], k: Kader = DOSSIER) -> dict[str, Besluit]:
    gekregen = {partij(wie): rijen for wie, rijen in ontvangers.items()}
    return {str(b.ontvanger): b for b in decide_correctie(event, gekregen, k, beleid(), register(), DAG)}


def test_each_recipient_gets_the_changed_fields_it_may_have():
    event = correctie("voortgang-gemeld", "school-a", taalniveau="A2", belemmeringen=["werk", "schulden"])
    besluiten = beslis(event, {"gem-a": [ASIEL], "vwn#begeleider": [OP_T1]})
    assert minimise(event.data, besluiten["gem-a#gemeente"]) == dict(event.data)
    assert minimise(event.data, besluiten["vwn#begeleider"]) == {
        "betreft": "e1",
        "gebeurtenis": "voortgang-gemeld",
        "wijziging": {"taalniveau": "A2"},
    }
    assert besluiten["vwn#begeleider"].persoon == {Categorie.PSEUDONIEM}
    assert Categorie.BSN in besluiten["gem-a#gemeente"].persoon


def test_it_reaches_a_recipient_whose_relation_ended():
    event = correctie("inburgeringsplicht-vastgesteld", "duo", kennisgeving="2026-01-05")
    besluiten = beslis(event, {"coa": ["duo-coa-plicht"], "gem-a": ["duo-gemeente-plicht"]})
    assert minimise(event.data, besluiten["coa#opvang"])["wijziging"] == {"kennisgeving": "2026-01-05"}
    assert Categorie.VNUMMER in besluiten["coa#opvang"].persoon


def test_who_did_not_get_the_original_gets_no_correction():
    event = correctie("voortgang-gemeld", "school-a", taalniveau="A2")
    besluiten = beslis(event, {"gem-a": [ASIEL]}, kader(relatie("gem-a"), relatie("gem-b"), relatie("school-a")))
    assert besluiten["gem-b#gemeente"].reden is Reden.NOT_REQUESTED
    assert besluiten["duo#uitvoering"].reden is Reden.NO_GROUND
    assert {w for w, b in besluiten.items() if b.uitkomst is Uitkomst.GELEVERD} == {"gem-a#gemeente"}


def test_nothing_is_said_when_nothing_of_what_it_holds_changed():
    event = correctie("voortgang-gemeld", "school-a", belemmeringen=["schulden"])
    besluit = beslis(event, {"vwn#begeleider": [OP_T1]})["vwn#begeleider"]
    assert besluit.reden is Reden.FORBIDDEN_CATEGORY
    assert besluit.achtergehouden == {"wijziging.belemmeringen": Reden.FORBIDDEN_CATEGORY}
    reistijd = correctie("voortgang-gemeld", "school-a", belemmeringen=["reistijd"])
    assert beslis(reistijd, {"vwn#begeleider": [OP_T1]})["vwn#begeleider"].reden is Reden.NO_TOESTEMMING


def test_after_withdrawal_it_hears_that_what_it_holds_is_wrong_and_not_what_is_right():
    ingetrokken = replace(DOSSIER, toestemmingen=(replace(T1, stand=ToestemmingStand.INGETROKKEN),))
    event = correctie("voortgang-gemeld", "school-a", taalniveau="A2")
    besluit = beslis(event, {"vwn#begeleider": [OP_T1]}, ingetrokken)["vwn#begeleider"]
    assert minimise(event.data, besluit) == {"betreft": "e1", "gebeurtenis": "voortgang-gemeld"}
    assert besluit.achtergehouden == {"wijziging.taalniveau": Reden.TOESTEMMING_WITHDRAWN}


def test_values_of_a_mixed_list_are_weighed_one_by_one():
    event = correctie("klantprofiel-gedeeld", "coa", aandachtspunten=["taal", "verslaving", "justitie"])
    rijen = ["coa-gemeente-profiel", "coa-gemeente-gezondheid"]
    besluit = beslis(event, {"gem-a": rijen}, kader(relatie("gem-a"), intake_afgerond=True))["gem-a#gemeente"]
    assert minimise(event.data, besluit)["wijziging"] == {"aandachtspunten": ["taal", "verslaving"]}


def test_a_retraction_goes_out_also_under_restriction_and_not_after_erasure():
    weg = gebeurtenis("intrekking", "school-a", "c1", betreft="e1", gebeurtenis="voortgang-gemeld", reden="dubbel")
    ontvangers = {"gem-a": [ASIEL], "vwn#begeleider": [OP_T1]}
    beperkt = beslis(weg, ontvangers, replace(DOSSIER, beperkt=True))
    for wie in ("gem-a#gemeente", "vwn#begeleider"):
        assert minimise(weg.data, beperkt[wie]) == dict(weg.data)
    gewist = beslis(weg, ontvangers, replace(DOSSIER, gewist=True))
    assert {b.reden for b in gewist.values()} == {Reden.ERASED}


def test_a_changed_field_that_the_original_does_not_have_stays():
    event = correctie("voortgang-gemeld", "school-a", taalniveau="A2", diagnose="x")
    besluit = beslis(event, {"gem-a": [ASIEL]})["gem-a#gemeente"]
    assert minimise(event.data, besluit)["wijziging"] == {"taalniveau": "A2"}


def test_one_that_left_cannot_be_told_and_that_is_on_record():
    """Its last sealing key ended: there is nothing to seal to, and no reason to stop for the others."""
    rijen = register().model_dump(mode="json")["deelnemers"]
    sleutel = {"sleutelid": "s1", "publiek": "A" * 43 + "=", "van": "2020-01-01", "tot": "2026-02-01"}
    next(rij for rij in rijen if rij["oin"] == "coa")["zegelsleutels"] = [sleutel]
    zonder = Deelnemersregister.of(rijen)
    event = correctie("inburgeringsplicht-vastgesteld", "duo", kennisgeving="2026-01-05")
    gekregen = {partij("coa"): ["duo-coa-plicht"], partij("gem-a"): ["duo-gemeente-plicht"]}
    besluiten = {b.ontvanger.oin: b for b in decide_correctie(event, gekregen, DOSSIER, beleid(), zonder, DAG)}
    assert besluiten["coa"].reden is Reden.NO_CONTRACT
    assert besluiten["gem-a"].uitkomst is Uitkomst.GELEVERD
    plicht = gebeurtenis("inburgeringsplicht-vastgesteld", "duo", kennisgeving="2026-01-05", gemeente="gem-a")
    heel = kader(relatie("coa"), relatie("gem-a"))
    per = {b.ontvanger.oin: b for b in decide(plicht, heel, beleid(), zonder, DAG)}
    assert (per["coa"].reden, per["gem-a"].uitkomst) == (Reden.NO_CONTRACT, Uitkomst.GELEVERD)
    eerder = {b.ontvanger.oin: b for b in decide(plicht, heel, beleid(), zonder, date(2026, 1, 31))}
    assert eerder["coa"].uitkomst is Uitkomst.GELEVERD
