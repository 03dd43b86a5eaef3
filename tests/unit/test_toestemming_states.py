# SPDX-License-Identifier: EUPL-1.2
"""The life of a toestemming: which steps are legal, and that a withdrawal wins in whatever order facts arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import reduce
from itertools import permutations, product

import pytest

from consent.kader import Partij, Toestemming, categorieen_uit
from consent.toestemming import OVERGANGEN, ToestemmingStand, VerbodenOvergang, mag_geven, overgang, vervolg, zwaarste
from schemas.catalogue import Categorie

S = ToestemmingStand
LEGAAL = {
    (S.GEGEVEN, S.VERLOPEN),
    (S.GEGEVEN, S.VERVANGEN),
    (S.GEGEVEN, S.INGETROKKEN),
    (S.VERLOPEN, S.INGETROKKEN),
    (S.VERVANGEN, S.INGETROKKEN),
    (S.GEGEVEN, S.ONGELDIG),
    (S.VERLOPEN, S.ONGELDIG),
    (S.VERVANGEN, S.ONGELDIG),
    (S.ONGELDIG, S.INGETROKKEN),
}


@pytest.mark.parametrize(("van", "naar"), list(product(S, S)))
def test_only_the_legal_steps_are_possible(van, naar):
    if (van, naar) in LEGAAL or van is naar:
        assert overgang(van, naar) is naar
        assert vervolg(van, naar) is naar
    else:
        assert vervolg(van, naar) is van
        with pytest.raises(VerbodenOvergang, match="nieuwe toestemming"):
            overgang(van, naar)


def test_nothing_leads_back_to_given():
    assert not any(S.GEGEVEN in naar for naar in OVERGANGEN.values())


@pytest.mark.parametrize(
    ("door_wie", "geboren", "op", "mag"),
    [
        ("persoon", "2010-03-02", "2026-03-01", False),
        ("persoon", "2010-03-02", "2026-03-02", True),
        (None, "2010-03-02", "2026-03-01", False),
        ("wettelijk-vertegenwoordiger", "2012-01-01", "2026-03-01", True),
        ("wettelijk-vertegenwoordiger", "1990-01-01", "2026-03-01", True),  # curatele, mentorschap: UAVG 5(2)
        ("persoon", None, "2026-03-01", True),
        ("persoon", "2012-02-29", "2028-02-28", False),
    ],
)
def test_from_sixteen_on_one_consents_oneself(door_wie, geboren, op, mag):
    dag = date.fromisoformat(geboren) if geboren else None
    assert mag_geven(door_wie, dag, date.fromisoformat(op)) is mag


def test_nothing_leads_out_of_withdrawn_or_refused():
    assert not OVERGANGEN[S.INGETROKKEN]
    assert not OVERGANGEN[S.GEWEIGERD]


@pytest.mark.parametrize("feiten", [f for n in (2, 3) for f in permutations(S, n)])
def test_a_withdrawal_wins_in_whatever_order(feiten):
    uit = reduce(zwaarste, feiten)
    assert uit is reduce(zwaarste, reversed(feiten))
    assert (uit is S.INGETROKKEN) is (S.INGETROKKEN in feiten)


def toestemming(stand: ToestemmingStand) -> Toestemming:
    ontvanger = Partij.parse("vwn#begeleider")
    return Toestemming(
        "t1", "x", ontvanger, frozenset({Categorie.UREN}), date(2026, 1, 1), date(2026, 2, 1), stand
    )  # fmt: skip


def test_expiry_needs_no_event_and_does_not_undo_a_withdrawal():
    assert toestemming(S.GEGEVEN).stand_op(date(2026, 1, 31)) is S.GEGEVEN
    assert toestemming(S.GEGEVEN).stand_op(date(2026, 2, 1)) is S.VERLOPEN
    assert toestemming(S.INGETROKKEN).stand_op(date(2026, 3, 1)) is S.INGETROKKEN


def test_a_successor_takes_the_place_from_its_own_first_day_unless_the_period_was_over_before():
    opgevolgd = replace(toestemming(S.GEGEVEN), vervangen_per=date(2026, 1, 20))
    assert opgevolgd.stand_op(date(2026, 1, 19)) is S.GEGEVEN
    assert opgevolgd.stand_op(date(2026, 1, 20)) is S.VERVANGEN
    assert opgevolgd.stand_op(date(2026, 3, 1)) is S.VERVANGEN
    daarna = replace(opgevolgd, vervangen_per=date(2026, 2, 10))
    assert daarna.stand_op(date(2026, 2, 5)) is S.VERLOPEN
    assert daarna.stand_op(date(2026, 2, 10)) is S.VERLOPEN


def test_a_category_that_does_not_exist_opens_nothing():
    assert categorieen_uit(["voortgang", "humeur"]) == {Categorie.VOORTGANG}


@pytest.mark.parametrize("tekst", ["vwn", "vwn#", "#gemeente", "vwn#werkgever", ""])
def test_a_party_without_a_known_role_is_no_party(tekst):
    with pytest.raises(ValueError, match="oin#rol"):
        Partij.parse(tekst)


def test_a_party_reads_back_as_it_is_written():
    assert str(Partij.parse("00000009900000000001#gemeente")) == "00000009900000000001#gemeente"
