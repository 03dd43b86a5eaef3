# SPDX-License-Identifier: EUPL-1.2
"""Health goes to college and DUO for the purposes of Wi 37, criminal data to nobody, also as one code among others."""

from __future__ import annotations

import pytest

from consent.decide import Uitkomst
from consent.kader import Kader, Reden
from consent.minimise import minimise
from tests.unit.beleidswereld import beslis, gebeurtenis, kader, relatie, toestemming, voor

PUNTEN = ["zorgtaken", "psychische-gezondheid", "justitie", "financien"]


def dossier(**meer: object) -> Kader:
    return kader(
        relatie("coa"), relatie("gem-a"), relatie("school-a"), relatie("vwn#begeleider"), relatie("werk"), **meer
    )  # fmt: skip


def profiel():
    return gebeurtenis("klantprofiel-gedeeld", "coa", voornamen="Test", aandachtspunten=PUNTEN)


def test_the_college_gets_health_for_the_brede_intake_and_justitie_not():
    besluit = voor("gem-a", profiel(), dossier())
    assert minimise(profiel().data, besluit) == {
        "voornamen": "Test",
        "aandachtspunten": ["zorgtaken", "psychische-gezondheid", "financien"],
    }
    assert besluit.achtergehouden == {"aandachtspunten": Reden.FORBIDDEN_CATEGORY}
    assert besluit.regels == ("coa-gemeente-gezondheid", "coa-gemeente-identiteit", "coa-gemeente-profiel")


def test_nobody_else_gets_the_profile():
    besluiten = beslis(profiel(), dossier())
    assert {wie for wie, b in besluiten.items() if b.uitkomst is Uitkomst.GELEVERD} == {"gem-a#gemeente"}


def test_a_list_of_nothing_but_closed_codes_leaves_as_no_list_at_all():
    event = gebeurtenis("klantprofiel-gedeeld", "coa", voornamen="Test", aandachtspunten=["justitie"])
    assert minimise(event.data, voor("gem-a", event, dossier())) == {"voornamen": "Test"}


def test_an_empty_list_is_told_as_empty():
    event = gebeurtenis("klantprofiel-gedeeld", "coa", voornamen="Test", aandachtspunten=[])
    assert minimise(event.data, voor("gem-a", event, dossier())) == {"voornamen": "Test", "aandachtspunten": []}


def test_a_code_that_the_list_does_not_know_may_be_anything_and_stays():
    event = gebeurtenis("klantprofiel-gedeeld", "coa", aandachtspunten=["zorgtaken", "nieuw-en-onbekend"])
    besluit = voor("gem-a", event, dossier())
    assert minimise(event.data, besluit) == {"aandachtspunten": ["zorgtaken"]}


def test_a_field_that_the_type_does_not_have_stays():
    event = gebeurtenis("les-uitgevallen", "school-a", les="L1", diagnose="x")
    besluit = voor("gem-a", event, dossier())
    assert minimise(event.data, besluit) == {"les": "L1"}
    assert besluit.achtergehouden == {"diagnose": Reden.NO_GROUND}


@pytest.mark.parametrize("wie", ["school-a", "vwn#begeleider", "werk", "coa", "duo"])
def test_what_the_intake_found_stays_with_the_gemeente(wie):
    intake = gebeurtenis(
        "brede-intake-afgerond", "gem-a", datum="2026-02-01", aandachtspunten=PUNTEN, belastbaarheid="beperkt"
    )
    assert voor(wie, intake, dossier()).uitkomst is Uitkomst.GEWEIGERD


def test_duo_gets_of_the_pip_what_its_interface_names():
    pip = gebeurtenis(
        "pip-vastgesteld",
        "gem-a",
        dagtekening="2026-03-01",
        leerroute="B1-route",
        niveau="B1",
        wijze="ondertekend",
        intensiteit_uren_per_week=12,
        voortgangsgesprekken=2,
        aandachtspunten=PUNTEN,
    )
    besluit = voor("duo", pip, dossier())
    assert set(minimise(pip.data, besluit)) == {"dagtekening", "leerroute", "niveau", "intensiteit_uren_per_week"}


def test_the_medical_ground_of_a_request_reaches_the_college_only():
    verzoek = gebeurtenis("verzoek-ingediend", "duo", soort="ontheffing", grond="MED", datum="2026-03-01")
    besluiten = beslis(verzoek, dossier())
    assert "grond" in besluiten["gem-a#gemeente"].velden
    assert {wie for wie, b in besluiten.items() if b.uitkomst is Uitkomst.GELEVERD} == {"gem-a#gemeente"}


@pytest.mark.parametrize("wie", ["gem-a", "school-a", "vwn#begeleider", "werk", "duo"])
def test_no_toestemming_opens_health_or_justitie(wie):
    k = dossier(toestemmingen=(toestemming(wie, "gezondheid", "justitie", "aandachtspunt"),))
    event = gebeurtenis("pip-vastgesteld", "gem-a" if wie != "gem-a" else "isd", aandachtspunten=PUNTEN)
    besluit = voor(wie, event, k)
    assert not {"psychische-gezondheid", "justitie"} & set(minimise(event.data, besluit).get("aandachtspunten", []))


def test_the_uitvoerder_sees_health_as_the_college_that_designated_it():
    k = kader(relatie("gem-a"), relatie("isd", namens="gem-a"))
    intake = gebeurtenis("brede-intake-afgerond", "gem-a", datum="2026-02-01", belastbaarheid="beperkt")
    assert minimise(intake.data, voor("isd", intake, k)) == dict(intake.data)
