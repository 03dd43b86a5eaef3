# SPDX-License-Identifier: EUPL-1.2
"""The life of a toestemming: which steps are legal, and that a withdrawal wins in whatever order facts arrive."""

from __future__ import annotations

from datetime import date
from functools import reduce
from itertools import permutations, product

import pytest

from consent.kader import Partij, Toestemming, categorieen_uit
from consent.toestemming import OVERGANGEN, ToestemmingStand, VerbodenOvergang, overgang, zwaarste
from schemas.catalogue import Categorie

S = ToestemmingStand
LEGAAL = {
    (S.GEGEVEN, S.VERLOPEN),
    (S.GEGEVEN, S.VERVANGEN),
    (S.GEGEVEN, S.INGETROKKEN),
    (S.VERLOPEN, S.INGETROKKEN),
    (S.VERVANGEN, S.INGETROKKEN),
}


@pytest.mark.parametrize(("van", "naar"), list(product(S, S)))
def test_only_the_legal_steps_are_possible(van, naar):
    if (van, naar) in LEGAAL or van is naar:
        assert overgang(van, naar) is naar
    else:
        with pytest.raises(VerbodenOvergang, match="nieuwe toestemming"):
            overgang(van, naar)


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


def test_a_category_that_does_not_exist_opens_nothing():
    assert categorieen_uit(["voortgang", "humeur"]) == {Categorie.VOORTGANG}


@pytest.mark.parametrize("tekst", ["vwn", "vwn#", "#gemeente", "vwn#werkgever", ""])
def test_a_party_without_a_known_role_is_no_party(tekst):
    with pytest.raises(ValueError, match="oin#rol"):
        Partij.parse(tekst)


def test_a_party_reads_back_as_it_is_written():
    assert str(Partij.parse("00000009900000000001#gemeente")) == "00000009900000000001#gemeente"
