# SPDX-License-Identifier: EUPL-1.2
"""Lesson progress reaches a begeleider on toestemming only: that recipient, role, category and period."""

from __future__ import annotations

from datetime import date

import pytest

from consent.decide import Uitkomst
from consent.kader import Kader, Reden, Toestemming, ToestemmingStand
from consent.minimise import minimise
from tests.unit.beleidswereld import LES, VOORTGANG, beslis, gebeurtenis, kader, relatie, toestemming, voor

VAN, TOT = date(2026, 1, 12), date(2026, 7, 12)


def begeleid(*toestemmingen: Toestemming, **meer: object) -> Kader:
    return kader(
        relatie("gem-a"), relatie("school-a"), relatie("vwn#begeleider"), toestemmingen=toestemmingen, **meer
    )  # fmt: skip


def gegeven(**meer: object) -> Toestemming:
    return toestemming("vwn#begeleider", "voortgang", van=VAN, tot=TOT, **meer)


def reden(k: Kader, op: date = date(2026, 3, 2)) -> Reden | None:
    return voor("vwn#begeleider", gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG), k, op).reden


def test_denied_then_given_then_withdrawn():
    assert reden(begeleid()) is Reden.NO_TOESTEMMING
    assert reden(begeleid(gegeven())) is None
    assert reden(begeleid(gegeven(stand=ToestemmingStand.INGETROKKEN))) is Reden.TOESTEMMING_WITHDRAWN


@pytest.mark.parametrize(
    ("op", "verwacht"),
    [
        (date(2026, 1, 11), Reden.NO_TOESTEMMING),
        (date(2026, 1, 12), None),
        (date(2026, 7, 11), None),
        (date(2026, 7, 12), Reden.TOESTEMMING_EXPIRED),
    ],
)
def test_valid_from_and_until_are_judged_on_the_day_itself(op, verwacht):
    assert reden(begeleid(gegeven()), op) is verwacht


@pytest.mark.parametrize(
    ("stand", "verwacht"),
    [
        (ToestemmingStand.GEWEIGERD, Reden.NO_TOESTEMMING),
        (ToestemmingStand.VERLOPEN, Reden.TOESTEMMING_EXPIRED),
        (ToestemmingStand.VERVANGEN, Reden.TOESTEMMING_EXPIRED),
    ],
)
def test_only_a_given_toestemming_opens(stand, verwacht):
    assert reden(begeleid(gegeven(stand=stand))) is verwacht


def test_agreeing_again_opens_again_and_the_withdrawn_one_stays_withdrawn():
    weg = gegeven(stand=ToestemmingStand.INGETROKKEN)
    besluit = voor(
        "vwn#begeleider", gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG), begeleid(weg, gegeven(id_="t2"))
    )
    assert besluit.toestemming == "t2"


def test_toestemming_for_another_organisation_role_or_category_does_not_stand_in():
    for ander in (
        toestemming("werk", "voortgang"),
        toestemming("vwn#taalschool", "voortgang"),
        toestemming("vwn#begeleider", "aanwezigheid"),
    ):
        assert reden(begeleid(ander)) is Reden.NO_TOESTEMMING


def test_each_category_of_one_event_needs_its_own():
    event = gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG, uren_gevolgd_minuten=600)
    k = begeleid(toestemming("vwn#begeleider", "voortgang", "belemmering"))
    besluit = voor("vwn#begeleider", event, k)
    assert minimise(event.data, besluit) == {
        "taalniveau": "A1",
        "stagnatie": False,
        "periode_van": "2026-01-05",
        "belemmeringen": ["reistijd"],
    }
    assert besluit.achtergehouden == {
        "belemmeringen": Reden.FORBIDDEN_CATEGORY,
        "uren_gevolgd_minuten": Reden.NO_TOESTEMMING,
    }


def test_the_end_of_the_begeleiding_ends_access_whatever_was_agreed():
    over = kader(relatie("gem-a"), relatie("vwn#begeleider", tot=date(2026, 2, 1)), toestemmingen=(gegeven(),))
    assert reden(over) is Reden.RELATION_ENDED


def test_a_recipient_by_toestemming_alone_needs_no_relation():
    k = kader(relatie("gem-a"), relatie("school-a"), toestemmingen=(toestemming("werk", "aanwezigheid"),))
    besluiten = beslis(gebeurtenis("aanwezigheid-gemeld", "school-a", **LES), k)
    assert besluiten["werk#participatie"].uitkomst is Uitkomst.GELEVERD


@pytest.mark.parametrize("categorie", ["bsn", "gezondheid", "justitie", "financien"])
def test_agreeing_to_what_the_law_closes_opens_nothing_and_says_so(categorie):
    k = begeleid(toestemming("vwn#begeleider", categorie))
    profiel = gebeurtenis("brede-intake-afgerond", "gem-a", datum="2026-02-01", belastbaarheid="beperkt")
    verwacht = Reden.FORBIDDEN_CATEGORY if categorie == "gezondheid" else Reden.NO_GROUND
    assert voor("vwn#begeleider", profiel, k).reden is verwacht


def test_the_recipient_is_told_of_giving_withdrawing_and_expiry_and_other_parties_are_not():
    k = begeleid(gegeven())
    for event in (
        gebeurtenis(
            "toestemming-gegeven", "gem-a", "t1", ontvanger="vwn#begeleider", doel="x", categorieen=["voortgang"]
        ),
        gebeurtenis("toestemming-ingetrokken", "gem-a", "i1", betreft="t1"),
        gebeurtenis("toestemming-verlopen", "de-hub", "x1", betreft="t1"),
    ):
        besluiten = beslis(event, k)
        assert besluiten["vwn#begeleider"].uitkomst is Uitkomst.GELEVERD
        for ander in ("vwn#taalschool", "school-a#taalschool", "duo#uitvoering", "coa#opvang"):
            assert besluiten[ander].uitkomst is Uitkomst.GEWEIGERD


def test_what_the_begeleider_records_for_the_person_the_gemeente_knows():
    event = gebeurtenis("toestemming-ingetrokken", "vwn#begeleider", "i1", betreft="t1")
    assert beslis(event, begeleid(gegeven()))["gem-a#gemeente"].uitkomst is Uitkomst.GELEVERD


@pytest.mark.parametrize("naam", ["boete-opgelegd", "verzoek-ingediend", "leerbaarheidstoets-uitslag-bekend"])
def test_what_has_a_purpose_in_law_toestemming_does_not_widen(naam):
    k = begeleid(toestemming("vwn#begeleider", "boete", "verzoek", "lbt", "plicht"))
    event = gebeurtenis(naam, "duo", datum="2026-02-01", resultaat="B1-route-haalbaar", soort="verlenging")
    assert voor("vwn#begeleider", event, k).reden is Reden.NO_GROUND


def test_what_coa_shared_for_the_intake_goes_to_nobody_on_toestemming():
    k = begeleid(toestemming("vwn#begeleider", "voorinburgering", "naw", "opleiding_werk"))
    event = gebeurtenis("klantprofiel-gedeeld", "coa", voornamen="Test", taalniveau="A1", opleiding="basis")
    assert voor("vwn#begeleider", event, k).reden is Reden.NO_GROUND
