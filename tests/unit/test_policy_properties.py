# SPDX-License-Identifier: EUPL-1.2
"""What holds for every event, dossier and toestemming that can be thought up, not only for those of the stories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.conditions import Voorwaarde
from consent.corrections import decide_correctie
from consent.decide import Beoordeling, Besluit, Uitkomst, decide
from consent.explain import explain
from consent.kader import Kader, Partij, Relatie, Toestemming, ToestemmingStand, Verzoek
from consent.minimise import minimise
from consent.policy import Beleid, Beleidsregel
from schemas.catalogue import Categorie, Rol, Veld, gebeurtenistypen
from tests.unit.beleidswereld import ROLLEN, beleid, partij, register

VROEG, OP, LAAT = date(2025, 9, 1), date(2026, 3, 2), date(2026, 9, 1)
DAGEN = st.sampled_from([date(2021, 6, 1), VROEG, OP, LAAT])
TOT = st.sampled_from([None, None, LAAT, OP, VROEG])
PARTIJEN = sorted(partij(f"{oin}#{rol}") for oin, rollen in ROLLEN.items() for rol in rollen if rol != "hub")
EEN_PARTIJ = st.sampled_from(PARTIJEN)
CATEGORIEEN = st.frozensets(st.sampled_from(list(Categorie)), min_size=1, max_size=12)
TYPEN = {
    naam: type_
    for naam, type_ in gebeurtenistypen().items()
    if type_.persoonsgebonden and naam not in ("correctie", "intrekking") and Rol.HUB not in type_.producenten
}
DICHT = frozenset({Categorie.BSN, Categorie.VNUMMER, Categorie.GEZONDHEID, Categorie.JUSTITIE, Categorie.FINANCIEN})


def waarde(veld: Veld) -> st.SearchStrategy[Any]:
    een = st.sampled_from(veld.waarden) if veld.waarden else st.sampled_from(["gem-a", "school-a", "vwn", "x"])
    return st.lists(een, max_size=4, unique=True) if veld.lijst else een


@st.composite
def gebeurtenissen(draw: st.DrawFn) -> Beoordeling:
    type_ = TYPEN[draw(st.sampled_from(sorted(TYPEN)))]
    bron = draw(st.sampled_from([p for p in PARTIJEN if p.rol in type_.producenten]))
    weg = draw(st.sets(st.sampled_from(sorted(type_.velden)), max_size=2)) if type_.velden else set()
    data = {naam: draw(waarde(veld)) for naam, veld in type_.velden.items() if naam not in weg}
    return Beoordeling("e1", type_.naam, bron, data)


@st.composite
def relaties(draw: st.DrawFn) -> tuple[Relatie, ...]:
    """Every party stands somehow to the person; most of them have an active relation, so that much is delivered."""
    uit = []
    for wie in PARTIJEN:
        if not draw(st.integers(0, 3)):
            continue
        tot = draw(TOT)
        uit.append(
            Relatie(
                partij=wie,
                van=draw(st.sampled_from([VROEG, VROEG, VROEG, LAAT])),
                tot=tot,
                begonnen_door=draw(st.sampled_from([None, "e1"])),
                beeindigd_door=draw(st.sampled_from([None, None, "e1"])),
                namens=draw(st.sampled_from(["gem-a", "gem-a", "gem-b", None])),
                staart_tot=draw(TOT) if tot else None,
            )
        )
    return tuple(uit)


TOESTEMMINGEN = st.builds(
    Toestemming,
    id=st.sampled_from(["t1", "t2"]),
    doel=st.just("begeleiding"),
    ontvanger=st.sampled_from([p for p in PARTIJEN if p.rol in (Rol.BEGELEIDER, Rol.PARTICIPATIE)]) | EEN_PARTIJ,
    categorieen=CATEGORIEEN | st.just(frozenset(Categorie)),
    van=st.sampled_from([VROEG, VROEG, LAAT]),
    tot=TOT,
    stand=st.just(ToestemmingStand.GEGEVEN) | st.sampled_from(list(ToestemmingStand)),
)
VERZOEKEN = st.builds(
    Verzoek,
    id=st.just("v1"),
    door=EEN_PARTIJ,
    aan=st.sampled_from(sorted(ROLLEN)),
    gebeurtenissen=st.just(frozenset()) | st.frozensets(st.sampled_from(sorted(TYPEN)), max_size=3),
    categorieen=st.just(frozenset()) | CATEGORIEEN,
    van=DAGEN,
    tot=TOT,
)
KADERS = st.builds(
    Kader,
    relaties=relaties(),
    toestemmingen=st.lists(TOESTEMMINGEN, max_size=3).map(tuple),
    verzoeken=st.lists(VERZOEKEN, max_size=3).map(tuple),
    doelgroep=st.sampled_from([None, "onbekend", "asielstatushouder", "gezinsmigrant"]),
    intake_afgerond=st.booleans(),
    pip_vastgesteld=st.booleans(),
)
RIJ_VAN = {r.id: r for r in beleid().regels}


def categorieen_in(event: Beoordeling, naam: str, inhoud: Any) -> set[Categorie]:
    veld = TYPEN[event.gebeurtenis].velden[naam]
    return {veld.categorie_van(een) for een in (inhoud if isinstance(inhoud, list) and inhoud else [inhoud])}


def uitkomsten(event: Beoordeling, k: Kader, op: date, met: Beleid | None = None) -> tuple[Besluit, ...]:
    return decide(event, k, met or beleid(), register(), op)


@settings(max_examples=400, deadline=None)
@given(gebeurtenissen(), KADERS, DAGEN)
def test_no_field_leaves_without_a_row_that_names_it(event, k, op):
    for besluit in uitkomsten(event, k, op):
        uit = minimise(event.data, besluit)
        rijen = [RIJ_VAN[id_] for id_ in besluit.regels]
        assert bool(rijen) is (besluit.uitkomst is Uitkomst.GELEVERD)
        for naam, inhoud in uit.items():
            for categorie in categorieen_in(event, naam, inhoud) - {Categorie.TECHNISCH}:
                assert any(categorie in r.categorieen and (not r.velden or naam in r.velden) for r in rijen)
        for rij in rijen:
            assert event.gebeurtenis in rij.gebeurtenissen
            assert rij.geldig(op)
            assert {rij.van, event.bron.rol} <= {Rol.GEMEENTE, Rol.UITVOERDER} or rij.van is event.bron.rol
            naar = besluit.ontvanger.rol
            assert {rij.naar, naar} <= {Rol.GEMEENTE, Rol.UITVOERDER} or rij.naar is naar
        assert besluit.persoon <= {Categorie.PSEUDONIEM}.union(*(r.categorieen for r in rijen))
        assert set(uit) | set(besluit.achtergehouden) >= set(event.data) or besluit.uitkomst is Uitkomst.GEWEIGERD


@settings(max_examples=400, deadline=None)
@given(gebeurtenissen(), KADERS, DAGEN)
def test_a_begeleider_never_gets_bsn_health_justitie_or_debts(event, k, op):
    for besluit in uitkomsten(event, k, op):
        if besluit.ontvanger.rol not in (Rol.BEGELEIDER, Rol.PARTICIPATIE):
            continue
        assert besluit.persoon == {Categorie.PSEUDONIEM}
        for naam, inhoud in minimise(event.data, besluit).items():
            assert not categorieen_in(event, naam, inhoud) & DICHT


def alles_toegezegd(doelgroep: str) -> Kader:
    """Everyone has a relation, asked for everything, and was promised everything."""
    gevraagd = [
        Verzoek("v", door, aan, frozenset(), frozenset(), VROEG) for door in PARTIJEN for aan in ROLLEN
    ]  # fmt: skip
    return Kader(
        relaties=tuple(Relatie(p, VROEG, namens="gem-a") for p in PARTIJEN),
        toestemmingen=tuple(Toestemming(str(p), "alles", p, frozenset(Categorie), VROEG) for p in PARTIJEN),
        verzoeken=tuple(gevraagd),
        doelgroep=doelgroep,
    )


def volledig(naam: str) -> Iterator[dict[str, Any]]:
    """Data with every field of a type, once for each code of each code list."""
    velden = TYPEN[naam].velden
    vol = {v.naam: list(v.waarden or ["x"]) if v.lijst else (v.waarden or ["x"])[0] for v in velden.values()}
    yield vol
    for veld in velden.values():
        if not veld.lijst:
            yield from ({**vol, veld.naam: code} for code in veld.waarden or ())


@pytest.mark.parametrize("doelgroep", ["asielstatushouder", "gezinsmigrant"])
@pytest.mark.parametrize("naam", sorted(TYPEN))
def test_even_with_everything_agreed_and_asked_the_law_stays_closed(naam, doelgroep):
    """Every event, every code, every sender, to everyone: exhaustive where the other properties draw samples."""
    k = alles_toegezegd(doelgroep)
    geleverd = 0
    for data in volledig(naam):
        for bron in (p for p in PARTIJEN if p.rol in TYPEN[naam].producenten):
            event = Beoordeling("e1", naam, bron, data)
            for besluit in uitkomsten(event, k, OP):
                rol = besluit.ontvanger.rol
                uit = minimise(data, besluit)
                geleverd += bool(uit)
                gezien = {
                    c for veld, inhoud in uit.items() for c in categorieen_in(event, veld, inhoud)
                } | besluit.persoon
                assert Categorie.JUSTITIE not in gezien
                if rol not in (Rol.GEMEENTE, Rol.UITVOERDER, Rol.UITVOERING):
                    assert Categorie.GEZONDHEID not in gezien
                if rol in (Rol.BEGELEIDER, Rol.PARTICIPATIE):
                    assert not gezien & DICHT
    # the last two go only to the gemeente that they name, which no code list does
    assert geleverd or naam in (
        "screening-gevoerd",
        "kennisgeving-bevestigd",
        "attentiesignaal-gegeven",
        "melding-geweigerd",
    )


@settings(max_examples=300, deadline=None)
@given(gebeurtenissen(), KADERS, DAGEN)
def test_justitie_goes_to_nobody_and_health_to_college_and_duo_only(event, k, op):
    for besluit in uitkomsten(event, k, op):
        uit = {c for naam, inhoud in minimise(event.data, besluit).items() for c in categorieen_in(event, naam, inhoud)}
        assert Categorie.JUSTITIE not in uit
        if besluit.ontvanger.rol not in (Rol.GEMEENTE, Rol.UITVOERDER, Rol.UITVOERING):
            assert Categorie.GEZONDHEID not in uit


@settings(max_examples=300, deadline=None)
@given(gebeurtenissen(), KADERS, DAGEN, st.sampled_from(sorted(TYPEN)), st.data())
def test_an_unrelated_row_changes_nothing(event, k, op, ander, data):
    """Unrelated: about another event, or not valid on this day."""
    type_ = TYPEN[ander]
    bron = data.draw(st.sampled_from(sorted(type_.producenten - {Rol.HUB})))
    naar = data.draw(st.sampled_from([Rol.GEMEENTE, Rol.TAALSCHOOL, Rol.BEGELEIDER]))
    elders = Beleidsregel(
        id="nieuw",
        gebeurtenissen=frozenset({ander}),
        categorieen=frozenset({Categorie.TECHNISCH, Categorie.SIGNAAL}),
        van=bron,
        naar=naar,
        doel="proef",
        grondslag=beleid().regels[0].grondslag,
        artikel="Awb 3:2",
        wetswijziging="proef",
        geldig_van=op + timedelta(days=1) if ander == event.gebeurtenis else date(2022, 1, 1),
        voorwaarden=(Voorwaarde.DOELGROEP_OVERIG,),  # no row of the policy opens less or more than this one
    )
    assert uitkomsten(event, k, op, Beleid((*beleid().regels, elders))) == uitkomsten(event, k, op)


@settings(max_examples=200, deadline=None)
@given(gebeurtenissen(), KADERS, DAGEN, st.data())
def test_taking_a_row_away_never_opens_a_field(event, k, op, data):
    heel = uitkomsten(event, k, op)
    gebruikt = sorted({id_ for b in heel for id_ in b.regels})
    if not gebruikt:
        return
    zonder = uitkomsten(event, k, op, beleid().zonder(data.draw(st.sampled_from(gebruikt))))
    for voor, na in zip(heel, zonder, strict=True):
        assert set(minimise(event.data, na)) <= set(minimise(event.data, voor))
        assert na.persoon <= voor.persoon


@settings(max_examples=300, deadline=None)
@given(gebeurtenissen(), KADERS, DAGEN)
def test_withdrawing_all_toestemming_never_opens_anything_and_leaves_no_toestemming_in_use(event, k, op):
    weg = replace(k, toestemmingen=tuple(replace(t, stand=ToestemmingStand.INGETROKKEN) for t in k.toestemmingen))
    for voor, na in zip(uitkomsten(event, k, op), uitkomsten(event, weg, op), strict=True):
        assert set(minimise(event.data, na)) <= set(minimise(event.data, voor))
        assert na.toestemming is None
        assert not any(id_.startswith("toestemming-") and "/" in id_ for id_ in na.regels)


@settings(max_examples=200, deadline=None)
@given(gebeurtenissen(), KADERS, DAGEN)
def test_deciding_is_a_function_and_changes_nothing_it_is_given(event, k, op):
    data = dict(event.data)
    assert uitkomsten(event, k, op) == uitkomsten(event, k, op)
    assert event.data == data
    gesorteerd = [b.ontvanger for b in uitkomsten(event, k, op)]
    assert gesorteerd == sorted(set(gesorteerd))
    assert event.bron not in gesorteerd


@settings(max_examples=200, deadline=None)
@given(gebeurtenissen(), KADERS, DAGEN, EEN_PARTIJ)
def test_an_explanation_says_what_the_decision_did(event, k, op, wie: Partij):
    uitleg = explain(event, wie, k, beleid(), op)
    open_rijen = {r.regel.id for r in uitleg.rijen if r.faalt_op is None}
    assert set(uitleg.besluit.regels) <= open_rijen
    per_veld = {(v.veld, v.categorie): v for v in uitleg.velden}
    for naam, inhoud in minimise(event.data, uitleg.besluit).items():
        assert all(per_veld[(naam, c)].regel is not None for c in categorieen_in(event, naam, inhoud))
    for v in uitleg.velden:
        assert (v.regel is None) is (v.reden is not None)


@settings(max_examples=300, deadline=None)
@given(gebeurtenissen(), KADERS, KADERS, DAGEN)
def test_a_correction_tells_no_one_more_than_its_role_may_ever_know(event, toen, nu, op):
    """Whatever happened between the original and its correction."""
    gekregen = {b.ontvanger: b.regels for b in uitkomsten(event, toen, op) if b.uitkomst is Uitkomst.GELEVERD}
    data = {"betreft": "e1", "gebeurtenis": event.gebeurtenis, "wijziging": dict(event.data)}
    correctie = Beoordeling("c1", "correctie", event.bron, data)
    for besluit in decide_correctie(correctie, gekregen, nu, beleid(), register(), op):
        uit = minimise(data, besluit)
        if besluit.ontvanger not in gekregen:
            assert uit == {}
            continue
        if besluit.ontvanger.rol in (Rol.BEGELEIDER, Rol.PARTICIPATIE):
            assert besluit.persoon == {Categorie.PSEUDONIEM}
            for naam, inhoud in uit.get("wijziging", {}).items():
                assert not categorieen_in(event, naam, inhoud) & DICHT
