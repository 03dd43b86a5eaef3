# SPDX-License-Identifier: EUPL-1.2
"""One denial, one reason: the one that a privacy officer would give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from consent.decide import Uitkomst, beslis_voor
from consent.kader import Kader, Partij, Reden
from consent.participants import Deelnemersregister
from schemas.catalogue import Rol
from tests.unit.beleidswereld import (
    LES,
    VOORTGANG,
    beleid,
    beslis,
    gebeurtenis,
    kader,
    partij,
    relatie,
    toestemming,
    verzoek,
    voor,
)

VOORTGANG_EVENT = gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG)
VOL = kader(relatie("coa", tot=date(2026, 1, 1)), relatie("gem-a"), relatie("school-a"), relatie("vwn#begeleider"))


def test_erased_and_restricted_go_before_everything():
    for k, verwacht in ((replace(VOL, gewist=True), Reden.ERASED), (replace(VOL, beperkt=True), Reden.RESTRICTED)):
        assert {b.reden for b in beslis(VOORTGANG_EVENT, k).values()} == {verwacht}


def test_candidates_are_who_the_law_or_the_person_could_mean():
    assert list(beslis(VOORTGANG_EVENT, VOL)) == [
        "coa#opvang",
        "duo#uitvoering",
        "gem-a#gemeente",
        "vwn#begeleider",
        "vwn#taalschool",
    ]
    meer = replace(VOL, toestemmingen=(toestemming("werk", "uren"),), verzoeken=(verzoek("gem-b", "gem-a"),))
    assert {"werk#participatie", "gem-b#gemeente"} <= set(beslis(VOORTGANG_EVENT, meer))


@pytest.mark.parametrize(
    ("wie", "verwacht"),
    [
        ("coa", Reden.RELATION_ENDED),
        ("duo", Reden.NO_GROUND),
        ("vwn#begeleider", Reden.NO_TOESTEMMING),
        ("vwn#taalschool", Reden.WRONG_ROLE),
        ("school-b", Reden.NO_RELATION),
        ("gem-b", Reden.NO_RELATION),
    ],
)
def test_reason_for_each_of_them(wie, verwacht):
    assert voor(wie, VOORTGANG_EVENT, VOL).reden is verwacht


@pytest.mark.parametrize(
    ("tekst", "verwacht"), [("gem-a#taalschool", Reden.WRONG_ROLE), ("vreemd#gemeente", Reden.NO_CONTRACT)]
)
def test_who_is_no_participant_in_that_role_gets_nothing(tekst, verwacht):
    k = Kader(relaties=(replace(relatie("gem-a"), partij=Partij.parse(tekst)),))
    assert beslis(gebeurtenis("aanwezigheid-gemeld", "school-a", **LES), k)[tekst].reden is verwacht


def test_a_role_that_ended_in_the_register_ends_deliveries():
    register = Deelnemersregister.of(
        [{"oin": "gem-a", "naam": "A", "rollen": [{"rol": "gemeente", "van": "2020-01-01", "tot": "2026-01-01"}]}]
    )
    event = gebeurtenis("voortgang-gemeld", "school-a", **VOORTGANG)
    for op, uitkomst in ((date(2025, 12, 31), Uitkomst.GELEVERD), (date(2026, 1, 1), Uitkomst.GEWEIGERD)):
        assert beslis_voor(partij("gem-a"), event, VOL, beleid(), register, op).uitkomst is uitkomst


def test_a_relation_that_has_yet_to_begin_is_none():
    k = kader(relatie("gem-a"), relatie("school-a"), relatie("gem-b", van=date(2026, 4, 1)))
    assert voor("gem-b", VOORTGANG_EVENT, k).reden is Reden.NO_RELATION


def test_a_signal_of_the_hub_goes_to_the_one_it_is_for_and_its_end_also_after_a_move():
    k = kader(relatie("gem-a", tot=date(2026, 2, 1)), relatie("gem-b", van=date(2026, 2, 1)))
    af = gebeurtenis(
        "signaal-afgegeven",
        "de-hub",
        gericht_aan="gem-b",
        signaal="s",
        regel="PIP",
        eigenaar="rv-2",
        ernst="informatie",
    )
    assert {wie: b.uitkomst for wie, b in beslis(af, k).items()} == {"gem-b#gemeente": Uitkomst.GELEVERD}
    aan_oud = replace(af, gericht_aan=Partij("gem-a", Rol.GEMEENTE))
    assert beslis(aan_oud, k)["gem-a#gemeente"].reden is Reden.RELATION_ENDED
    weg = gebeurtenis("signaal-vervallen", "de-hub", gericht_aan="gem-a", signaal="s", regel="PIP")
    assert beslis(weg, k)["gem-a#gemeente"].uitkomst is Uitkomst.GELEVERD
    school = replace(weg, gericht_aan=Partij("school-a", Rol.TAALSCHOOL))
    assert beslis(school, k)["school-a#taalschool"].uitkomst is Uitkomst.GEWEIGERD
