# SPDX-License-Identifier: EUPL-1.2
"""DUO alone moves the termijn, the gemeente hears it, a school only from the gemeente (story 003-09)."""

from __future__ import annotations

from datetime import date

import pytest

from consent.admission import Weigergrond, may_say
from consent.decide import Uitkomst
from consent.kader import Reden
from consent.minimise import minimise
from schemas.catalogue import Categorie
from tests.unit.beleidswereld import beslis, gebeurtenis, kader, partij, relatie, voor

DOSSIER = kader(relatie("gem-a"), relatie("school-a"), pip_vastgesteld=True)
VERLENGD = {"einddatum": "2026-09-02", "grond": "inspanning"}


def test_a_school_may_not_say_that_the_termijn_was_extended():
    weigering = may_say(partij("school-a"), "inburgeringstermijn-verlengd", {"einddatum": "2026-09-02"})
    assert weigering is not None
    assert weigering.grond is Weigergrond.NIET_BEVOEGD
    assert may_say(partij("duo"), "inburgeringstermijn-verlengd", VERLENGD, DOSSIER, date(2026, 1, 19)) is None


def test_the_gemeente_hears_the_extension_and_the_school_has_no_ground():
    event = gebeurtenis("inburgeringstermijn-verlengd", "duo", **VERLENGD)
    besluiten = beslis(event, DOSSIER, date(2026, 1, 19))
    assert minimise(event.data, besluiten["gem-a#gemeente"]) == VERLENGD
    assert besluiten["school-a#taalschool"].reden is Reden.NO_GROUND


def test_the_gemeente_tells_the_school_the_termijn_with_the_assignment_and_only_the_school_it_names():
    event = gebeurtenis(
        "taalschool-toegewezen", "gem-a", "toe", taalschool="school-a", leerroute="B1-route", termijn_einde="2026-09-02"
    )
    begonnen = kader(relatie("gem-a"), relatie("school-a", begonnen_door="toe"), relatie("school-b"))
    besluiten = beslis(event, begonnen)
    assert minimise(event.data, besluiten["school-a#taalschool"]) == dict(event.data)
    assert besluiten["school-a#taalschool"].persoon == {Categorie.BSN, Categorie.PSEUDONIEM}
    assert besluiten["school-b#taalschool"].reden is Reden.NO_GROUND


def test_the_assignment_counts_from_itself_and_its_end_to_itself():
    morgen = date(2026, 3, 3)
    k = kader(relatie("gem-a"), relatie("school-a", van=morgen, begonnen_door="toe"))
    event = gebeurtenis("taalschool-toegewezen", "gem-a", "toe", taalschool="school-a")
    assert voor("school-a", event, k, date(2026, 3, 2)).uitkomst is Uitkomst.GELEVERD
    gestopt = kader(relatie("gem-a"), relatie("school-a", tot=date(2026, 3, 2), beeindigd_door="einde"))
    einde = gebeurtenis("toewijzing-beeindigd", "gem-a", "einde", taalschool="school-a", per="2026-03-02")
    assert voor("school-a", einde, gestopt, date(2026, 3, 2)).uitkomst is Uitkomst.GELEVERD
    daarna = gebeurtenis("leerroute-gewijzigd", "gem-a", "later", naar="Z-route")
    assert voor("school-a", daarna, gestopt, date(2026, 3, 2)).reden is Reden.RELATION_ENDED


@pytest.mark.parametrize("naam", ["pip-vastgesteld", "pip-gewijzigd", "brede-intake-afgerond", "verzuim-vrijgesteld"])
def test_of_the_plan_the_school_gets_the_leerroute_by_its_own_event_only(naam):
    event = gebeurtenis(
        naam, "gem-a", dagtekening="2026-03-02", leerroute="Z-route", van="2026-03-02", tot="2026-03-03"
    )
    assert voor("school-a", event, DOSSIER).reden is Reden.NO_GROUND


def test_the_school_hears_exams_and_that_the_plicht_ended_but_not_why():
    examen = gebeurtenis("examenuitslag-bekend", "duo", onderdeel="KNM", resultaat="geslaagd", examendatum="2026-02-20")
    assert voor("school-a", examen, DOSSIER).uitkomst is Uitkomst.GELEVERD
    einde = gebeurtenis("inburgeringsplicht-beeindigd", "duo", per="2026-03-01", reden="volledige-ontheffing")
    assert minimise(einde.data, voor("school-a", einde, DOSSIER)) == {"per": "2026-03-01"}
