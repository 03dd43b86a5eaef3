# SPDX-License-Identifier: EUPL-1.2
"""The world is closed on values too: a code that its list does not know may mean anything, so no row opens it."""

from __future__ import annotations

from typing import Any

import pytest

from consent.corrections import decide_correctie
from consent.decide import Uitkomst
from consent.kader import Kader
from consent.minimise import minimise
from schemas.catalogue import Veld, gebeurtenistypen
from tests.unit.beleidswereld import DAG, beleid, beslis, gebeurtenis, kader, partij, register, relatie, toestemming

VREEMD = "heeft-depressie"
GECODEERD = [
    (naam, rol, veld)
    for naam, type_ in gebeurtenistypen().items()
    for rol in sorted(type_.producenten)
    for veld in type_.velden.values()
    if veld.waarden and type_.persoonsgebonden and rol.value in ("opvang", "uitvoering", "gemeente", "taalschool")
]
WIE = {"opvang": "coa", "uitvoering": "duo", "gemeente": "gem-a", "taalschool": "school-a"}


def dossier(**meer: Any) -> Kader:
    return kader(
        relatie("coa"),
        relatie("gem-a"),
        relatie("school-a"),
        relatie("vwn#begeleider"),
        toestemmingen=(toestemming("vwn#begeleider", "voortgang", "plicht", "pip", "leerroute", "belemmering"),),
        **meer,
    )


@pytest.mark.parametrize(("naam", "rol", "veld"), GECODEERD, ids=lambda een: getattr(een, "naam", str(een)))
def test_no_field_of_codes_carries_one_that_nobody_listed(naam: str, rol: Any, veld: Veld) -> None:
    bekend = next(code for code in veld.waarden or () if code != "onbekend")
    for waarde in ([bekend, VREEMD], [VREEMD]) if veld.lijst else (VREEMD,):
        event = gebeurtenis(naam, WIE[rol.value], **{veld.naam: waarde, "ontvanger": "vwn", "taalschool": "school-a"})
        for besluit in beslis(event, dossier()).values():
            assert VREEMD not in str(minimise(event.data, besluit))


def test_the_codes_beside_it_pass_and_the_decision_says_that_something_stayed() -> None:
    event = gebeurtenis("voortgang-gemeld", "school-a", taalniveau="C7", stagnatie=True, belemmeringen=["werk", VREEMD])
    besluit = beslis(event, dossier())["gem-a#gemeente"]
    assert minimise(event.data, besluit) == {"stagnatie": True, "belemmeringen": ["werk"]}
    assert set(besluit.achtergehouden) == {"taalniveau", "belemmeringen"}


def test_a_correction_brings_none_either() -> None:
    wijziging = {"taalniveau": "C7", "belemmeringen": ["werk", VREEMD]}
    event = gebeurtenis("correctie", "school-a", betreft="e1", gebeurtenis="voortgang-gemeld", wijziging=wijziging)
    gekregen = {partij("gem-a"): ["school-gemeente-asielstatushouder"]}
    besluiten = {
        str(b.ontvanger): b for b in decide_correctie(event, gekregen, dossier(), beleid(), register(), DAG)
    }  # fmt: skip
    assert besluiten["gem-a#gemeente"].uitkomst is Uitkomst.GELEVERD
    assert minimise(event.data, besluiten["gem-a#gemeente"])["wijziging"] == {"belemmeringen": ["werk"]}
