# SPDX-License-Identifier: EUPL-1.2
"""What the college, DUO and COA tell whom as a matter of course: contact, assignments, what DUO needs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from consent.decide import Uitkomst
from consent.kader import Reden
from consent.minimise import minimise
from schemas.catalogue import Categorie
from tests.unit.beleidswereld import beslis, gebeurtenis, kader, relatie, voor

DOSSIER = kader(
    relatie("coa"),
    relatie("gem-a"),
    relatie("gem-b", tot=date(2025, 12, 1)),
    relatie("school-a"),
    relatie("school-b"),
    relatie("vwn#begeleider"),
    relatie("werk"),
)
BSN, PSEUDONIEM = {Categorie.BSN, Categorie.PSEUDONIEM}, {Categorie.PSEUDONIEM}
CONTACT = {"regievoerder": "rv-1", "organisatie": "gem-a", "telefoon": "0100000000"}


def ontvangers(naam: str, bron: str, **data: Any) -> set[str]:
    besluiten = beslis(gebeurtenis(naam, bron, **data), DOSSIER)
    return {wie for wie, b in besluiten.items() if b.uitkomst is Uitkomst.GELEVERD}


def test_the_regievoerders_contact_goes_to_everyone_with_a_relation_and_to_duo():
    assert ontvangers("regievoerder-toegewezen", "gem-a", **CONTACT) == {
        "coa#opvang",
        "duo#uitvoering",
        "school-a#taalschool",
        "school-b#taalschool",
        "vwn#begeleider",
        "werk#participatie",
    }
    over = kader(
        relatie("gem-a"), *(relatie(w, tot=date(2026, 1, 1)) for w in ("coa", "school-a", "vwn#begeleider", "werk"))
    )
    besluiten = beslis(gebeurtenis("regievoerder-toegewezen", "gem-a", **CONTACT), over)
    for wie in ("coa#opvang", "school-a#taalschool", "vwn#begeleider", "werk#participatie"):
        assert besluiten[wie].reden is Reden.RELATION_ENDED


@pytest.mark.parametrize("wie", ["vwn#begeleider", "werk"])
def test_a_verwerker_of_another_gemeente_hears_neither_contact_nor_leerroute(wie):
    k = kader(relatie("gem-a"), relatie(wie, namens="gem-b"))
    assert voor(wie, gebeurtenis("regievoerder-toegewezen", "gem-a", **CONTACT), k).reden is Reden.NO_CONTRACT
    leerroute = voor(wie, gebeurtenis("leerroute-gewijzigd", "gem-a", naar="Z-route"), k)
    assert leerroute.uitkomst is Uitkomst.GEWEIGERD
    vraag = gebeurtenis("gegevens-opgevraagd", "gem-a", aan=wie)
    assert voor(wie, vraag, k).reden is Reden.NO_CONTRACT


OPDRACHTEN = [
    (
        "begeleiding-opgedragen",
        "vwn#begeleider",
        {"begeleider": "vwn", "contact": "Test, 0100000000", "volgende_stap": "gesprek"},
    ),
    ("begeleiding-beeindigd", "vwn#begeleider", {"begeleider": "vwn", "per": "2026-03-02"}),
    ("taalschool-toegewezen", "werk", {"taalschool": "werk", "leerroute": "Z-route", "voornamen": "Test"}),
    ("toewijzing-beeindigd", "werk", {"organisatie": "werk", "component": "MAP", "per": "2026-03-02"}),
    ("toewijzing-beeindigd", "school-a", {"taalschool": "school-a", "per": "2026-03-02"}),
    ("leerroute-gewijzigd", "werk", {"naar": "Z-route"}),
]


@pytest.mark.parametrize(("naam", "wie", "data"), OPDRACHTEN)
def test_an_assignment_reaches_the_one_it_names(naam, wie, data):
    event = gebeurtenis(naam, "gem-a", **data)
    besluit = voor(wie, event, DOSSIER)
    assert minimise(event.data, besluit) == data
    assert besluit.persoon == (BSN if wie == "school-a" else PSEUDONIEM)
    zonder = kader(relatie("gem-a"))
    assert voor(wie, event, zonder).uitkomst is Uitkomst.GEWEIGERD


@pytest.mark.parametrize(("naam", "wie", "data"), OPDRACHTEN[:5])
def test_an_assignment_of_another_one_is_no_business_of_this_one(naam, wie, data):
    ander = {k: "iemand-anders" if k in ("begeleider", "taalschool", "organisatie") else v for k, v in data.items()}
    assert voor(wie, gebeurtenis(naam, "gem-a", **ander), DOSSIER).uitkomst is Uitkomst.GEWEIGERD


def test_the_termijn_and_the_bsn_go_to_a_school_and_not_to_participatie():
    event = gebeurtenis("taalschool-toegewezen", "gem-a", taalschool="werk", termijn_einde="2027-01-01", naar="x")
    assert set(voor("werk", event, DOSSIER).velden) == {"taalschool"}


@pytest.mark.parametrize("wie", ["duo", "coa", "school-a", "vwn#begeleider", "werk", "gem-b"])
def test_a_request_reaches_the_one_asked_and_no_other(wie):
    aan = wie.partition("#")[0]
    naar = {f"{aan}#{rol}" for rol in ("uitvoering", "opvang", "taalschool", "begeleider", "participatie", "gemeente")}
    gekregen = ontvangers("gegevens-opgevraagd", "gem-a", aan=aan, gebeurtenissen=["voortgang-gemeld"])
    assert gekregen
    assert gekregen <= naar


def test_duo_asks_a_gemeente():
    assert ontvangers("gegevens-opgevraagd", "duo", aan="gem-b") == {"gem-b#gemeente"}


AAN_DUO = [
    ("leerroute-gewijzigd", {"van": "B1-route", "naar": "Z-route"}, set()),
    ("inburgeringsaanbod-gedaan", {"taalschool": "school-a", "datum": "2026-03-02"}, set()),
    ("pip-gewijzigd", {"dagtekening": "2026-03-02", "laag": "plan", "leerroute": "Z-route"}, {"laag"}),
    ("pip-ingetrokken", {"dagtekening": "2026-03-02", "reden": "fout"}, {"reden"}),
    ("regievoerder-toegewezen", CONTACT, set()),
]


@pytest.mark.parametrize(("naam", "data", "niet"), AAN_DUO)
def test_duo_gets_the_fields_of_its_interface_with_the_bsn(naam, data, niet):
    event = gebeurtenis(naam, "gem-a", **data)
    besluit = voor("duo", event, DOSSIER)
    assert minimise(event.data, besluit) == {k: v for k, v in data.items() if k not in niet}
    assert besluit.persoon == BSN


def test_duo_tells_the_college_plicht_exam_and_request_and_both_tell_where_the_person_goes():
    for naam, data in (
        ("inburgeringsplicht-vastgesteld", {"doelgroep": "asielstatushouder", "kennisgeving": "2026-01-05"}),
        ("examenuitslag-bekend", {"onderdeel": "KNM", "resultaat": "geslaagd"}),
        ("verzoek-ingediend", {"soort": "verlenging", "datum": "2026-03-02"}),
    ):
        event = gebeurtenis(naam, "duo", **data)
        besluit = voor("gem-a", event, DOSSIER)
        assert minimise(event.data, besluit) == data
        assert besluit.persoon == {*BSN, Categorie.VNUMMER}
    weg = {"datum": "2026-03-02", "naar_gemeente": "gem-a"}
    assert ontvangers("uit-opvang-vertrokken", "coa", **weg) == {"gem-a#gemeente", "duo#uitvoering"}


def test_verwerkers_report_to_their_gemeente_with_debts_as_the_begeleider_sees_them():
    zorg = gebeurtenis("signaal-gemeld", "vwn#begeleider", soort="schulden", datum="2026-03-02")
    assert minimise(zorg.data, voor("gem-a", zorg, DOSSIER)) == dict(zorg.data)
    lessen = gebeurtenis("voortgang-gemeld", "werk", taalniveau="A1", belemmeringen=["werk", "schulden"])
    besluit = voor("gem-a", lessen, DOSSIER)
    assert minimise(lessen.data, besluit) == {"taalniveau": "A1", "belemmeringen": ["werk"]}
    assert besluit.persoon == PSEUDONIEM


def test_the_hub_tells_coa_of_its_own_term_and_the_gemeente_of_an_expired_toestemming():
    signaal = {"signaal": "s", "regel": "koppeling", "eigenaar": "balie@coa", "ernst": "informatie"}
    af = gebeurtenis("signaal-afgegeven", "de-hub", gericht_aan="coa", **signaal)
    assert voor("coa", af, DOSSIER).uitkomst is Uitkomst.GELEVERD
    assert voor("gem-a", af, DOSSIER).uitkomst is Uitkomst.GEWEIGERD
    assert voor("coa", af, kader(relatie("coa", tot=date(2026, 1, 1)))).reden is Reden.RELATION_ENDED
    weg = gebeurtenis("signaal-vervallen", "de-hub", gericht_aan="coa", signaal="s", regel="koppeling")
    assert voor("coa", weg, kader(relatie("coa", tot=date(2026, 1, 1)))).uitkomst is Uitkomst.GELEVERD
    for naam in ("signaal-afgegeven", "signaal-vervallen"):
        aan_gemeente = gebeurtenis(naam, "de-hub", gericht_aan="gem-a", **signaal)
        assert voor("gem-a", aan_gemeente, DOSSIER).uitkomst is Uitkomst.GELEVERD
        assert voor("coa", aan_gemeente, DOSSIER).uitkomst is Uitkomst.GEWEIGERD
    verlopen = gebeurtenis("toestemming-verlopen", "de-hub", betreft="t1")
    assert voor("gem-a", verlopen, DOSSIER).uitkomst is Uitkomst.GELEVERD
    assert voor("gem-b", verlopen, DOSSIER).reden is Reden.RELATION_ENDED
    assert voor("gem-a", weg, DOSSIER).uitkomst is Uitkomst.GEWEIGERD
