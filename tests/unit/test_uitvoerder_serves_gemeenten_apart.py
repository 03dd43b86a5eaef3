# SPDX-License-Identifier: EUPL-1.2
"""An executor reads and writes as the gemeente that designated it, each gemeente apart."""

from __future__ import annotations

from datetime import date

from consent.decide import Uitkomst
from consent.kader import Reden
from consent.minimise import minimise
from schemas.catalogue import Categorie
from tests.unit.beleidswereld import LES, beslis, gebeurtenis, kader, relatie, voor

VERHUISD = date(2026, 2, 1)


def test_it_gets_what_schools_and_duo_tell_its_gemeente():
    k = kader(relatie("gem-a"), relatie("isd", namens="gem-a"), relatie("school-a"))
    for event in (
        gebeurtenis("aanwezigheid-gemeld", "school-a", **LES),
        gebeurtenis("inburgeringstermijn-gestart", "duo", startdatum="2026-03-02", einddatum="2029-03-02"),
    ):
        besluit = beslis(event, k)["isd#uitvoerder"]
        assert minimise(event.data, besluit) == dict(event.data)
        assert Categorie.BSN in besluit.persoon


def test_it_assigns_as_its_gemeente():
    k = kader(relatie("gem-a"), relatie("isd", namens="gem-a"), relatie("school-a", begonnen_door="toe"))
    event = gebeurtenis("taalschool-toegewezen", "isd", "toe", taalschool="school-a", leerroute="B1-route")
    besluiten = beslis(event, k)
    assert besluiten["school-a#taalschool"].uitkomst is Uitkomst.GELEVERD
    assert besluiten["gem-a#gemeente"].uitkomst is Uitkomst.GELEVERD


def test_gemeente_and_executor_of_another_gemeente_stay_apart():
    k = kader(
        relatie("gem-a", tot=VERHUISD), relatie("gem-b", van=VERHUISD), relatie("isd", van=VERHUISD, namens="gem-b")
    )
    plan = gebeurtenis("pip-vastgesteld", "gem-a", dagtekening="2026-01-10", leerroute="B1-route")
    assert voor("isd", plan, k).reden is Reden.NOT_REQUESTED
    eigen = gebeurtenis("pip-vastgesteld", "gem-b", dagtekening="2026-02-10", leerroute="B1-route")
    assert voor("isd", eigen, k).uitkomst is Uitkomst.GELEVERD
    gesprek = gebeurtenis("brede-intake-opgeroepen", "gem-a", oproep=1)
    assert voor("isd", gesprek, k).reden is Reden.NO_CONTRACT


def test_an_executor_without_a_recorded_mandate_gets_nothing_of_the_college():
    k = kader(relatie("gem-a"), relatie("isd", namens=None))
    event = gebeurtenis("brede-intake-opgeroepen", "gem-a", oproep=1)
    assert voor("isd", event, k).reden is Reden.NO_CONTRACT


def test_an_executor_whose_designation_ended_gets_nothing_more_of_the_college_tail_or_not():
    event = gebeurtenis("brede-intake-opgeroepen", "gem-a", oproep=1)
    for staart in (None, date(2027, 1, 1)):
        k = kader(relatie("gem-a"), relatie("isd", tot=VERHUISD, namens="gem-a", staart_tot=staart))
        assert voor("isd", event, k).reden is Reden.RELATION_ENDED
