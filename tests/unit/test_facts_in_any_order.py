# SPDX-License-Identifier: EUPL-1.2
"""Facts are a set: late, twice, corrected or retracted before they arrive, the state is the same (property)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.dossier.facts import Feit
from hub.dossier.fold import fold
from hub.dossier.rows import Row, Rows
from hub.dossier.rules import ingebouwd
from hub.dossier.stand import overzicht
from hub.dossier.zaak import Zaak, kader
from tests.unit.case import DUO, GEM_A, REGISTER, SCHOOL, VWN, avond

BEGIN = date(2025, 1, 6)
GEMEENTEN = st.sampled_from(["gem-a", "gem-b"])
DAGEN = st.integers(0, 120).map(lambda n: (BEGIN + timedelta(days=n)).isoformat())
ROUTES = st.sampled_from(["B1-route", "Z-route", "onderwijsroute"])
LESSEN = st.sampled_from(["L1", "L2", "L3", "L4"])


def _soort(bron: str, gebeurtenis: str, **velden: Any) -> st.SearchStrategy[tuple[str, str, dict[str, Any]]]:
    return st.tuples(st.just(bron), st.just(gebeurtenis), st.fixed_dictionaries(velden))


GEWOON = st.one_of(
    _soort(
        DUO,
        "inburgeringsplicht-vastgesteld",
        doelgroep=st.sampled_from(["asielstatushouder", "gezinsmigrant"]),
        kennisgeving=DAGEN,
        gemeente=GEMEENTEN,
    ),
    _soort(DUO, "persoon-verhuisd", naar=GEMEENTEN, datum=DAGEN),
    _soort(GEM_A, "pip-vastgesteld", dagtekening=DAGEN, leerroute=ROUTES),
    _soort(GEM_A, "regievoerder-toegewezen", regievoerder=st.sampled_from(["rv-1", "rv-2"]), organisatie=GEMEENTEN),
    _soort(GEM_A, "taalschool-toegewezen", taalschool=st.just("school"), leerroute=ROUTES),
    _soort(GEM_A, "toewijzing-beeindigd", taalschool=st.just("school"), per=DAGEN),
    _soort(
        VWN,
        "toestemming-gegeven",
        doel=st.just("begeleiding"),
        ontvanger=st.just(VWN),
        categorieen=st.just(["voortgang"]),
        van=DAGEN,
    ),
    _soort(
        SCHOOL,
        "aanwezigheid-gemeld",
        les=LESSEN,
        datum=DAGEN,
        verzuim=st.sampled_from(["geen", "geoorloofd", "ongeoorloofd"]),
        minuten_aanwezig=st.integers(0, 180),
    ),
    _soort(SCHOOL, "les-uitgevallen", les=LESSEN, datum=DAGEN),
    _soort(SCHOOL, "voortgang-gemeld", taalniveau=st.sampled_from(["A1", "A2"]), stagnatie=st.booleans()),
)
OVER = {
    "aanwezigheid-gemeld": st.fixed_dictionaries({"datum": DAGEN, "verzuim": st.just("onbekend")}),
    "pip-vastgesteld": st.fixed_dictionaries({"dagtekening": DAGEN}),
}


@st.composite
def feiten(draw: st.DrawFn) -> list[Feit]:
    """Facts of all kinds, with corrections and retractions (of facts, of corrections, of retractions, of strangers)."""
    rij: list[Feit] = []
    for nummer in range(draw(st.integers(3, 14))):
        keuze = draw(st.integers(0, 9)) if rij else 0
        if keuze < 6:
            bron, gebeurtenis, data = draw(GEWOON)
        else:
            doel = draw(st.sampled_from(rij))
            bron = doel.bron if keuze < 9 else draw(st.sampled_from([GEM_A, SCHOOL, DUO]))
            wijziging = draw(OVER.get(doel.gebeurtenis, st.just({"leerroute": "Z-route"})))
            gebeurtenis = draw(st.sampled_from(["correctie", "intrekking"]))
            data = {"betreft": doel.id} | ({"wijziging": wijziging} if gebeurtenis == "correctie" else {})
        gebeurd = (BEGIN + timedelta(days=draw(st.integers(0, 60)))).isoformat()
        vastgelegd = f"2025-06-{1 + nummer // 2:02d}T08:00:00.000Z"  # pairs of facts share an instant
        rij.append(Feit(f"e{nummer}", gebeurtenis, bron, gebeurd, vastgelegd, data, nummer))
    return rij


def _gevouwen(rij: list[Feit]) -> dict[str, Row]:
    rijen: dict[str, Row] = {}
    for feit in rij:
        rows = Rows.in_memory(rijen)
        fold(rows, feit)
        for bak, nieuw in rows.changed().items():
            if nieuw is None:
                del rijen[bak]
            else:
                rijen[bak] = nieuw
    return rijen


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_every_order_of_arrival_gives_the_same_state(data: st.DataObject) -> None:
    rij = data.draw(feiten())
    anders = data.draw(st.permutations(rij + rij[: len(rij) // 2]))  # some arrive twice
    een, ander = _gevouwen(rij), _gevouwen(anders)
    assert orjson.dumps(een, option=orjson.OPT_SORT_KEYS) == orjson.dumps(ander, option=orjson.OPT_SORT_KEYS)
    zaak, andere = Zaak(Rows.in_memory(een)), Zaak(Rows.in_memory(ander))
    nu = avond("2025-07-01")
    assert overzicht(zaak, ingebouwd(), nu) == overzicht(andere, ingebouwd(), nu)
    assert kader(zaak, nu.date(), REGISTER) == kader(andere, nu.date(), REGISTER)


@given(feiten())
@settings(max_examples=100, deadline=None)
def test_a_retracted_fact_leaves_the_state_as_if_it_was_never_said(rij: list[Feit]) -> None:
    eigen = next(f for f in rij if f.gebeurtenis not in ("correctie", "intrekking"))
    zonder = [f for f in rij if f.id != eigen.id and f.data.get("betreft") != eigen.id]
    zonder = [f for f in zonder if f.gebeurtenis not in ("correctie", "intrekking")]
    met = [
        *zonder,
        eigen,
        Feit("weg", "intrekking", eigen.bron, "2025-07-01", "2025-07-01T08:00:00.000Z", {"betreft": eigen.id}, 99),
    ]
    nu = avond("2025-07-01")
    een, ander = Zaak(Rows.in_memory(_gevouwen(zonder))), Zaak(Rows.in_memory(_gevouwen(met)))
    assert overzicht(een, ingebouwd(), nu) == overzicht(ander, ingebouwd(), nu)


@given(feiten())
@settings(max_examples=100, deadline=None)
def test_folding_again_from_what_was_kept_changes_nothing(rij: list[Feit]) -> None:
    rijen = _gevouwen(rij)
    for feit in rij:
        rows = Rows.in_memory(rijen)
        assert not fold(rows, feit)
        assert rows.changed() == {}
