# SPDX-License-Identifier: EUPL-1.2
"""Facts are a set: late, twice, corrected or retracted before they arrive, the state is the same (property)."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.dossier.feiten.facts import Feit
from hub.dossier.feiten.fold import fold
from hub.dossier.feiten.rows import Row, Rows
from hub.dossier.feiten.zaak import Zaak, kader
from hub.dossier.handle import Bundels, on_tick
from hub.dossier.regels.rules import ingebouwd
from hub.dossier.stand.paden import overzicht
from hub.dossier.verwachtingen.expectations import agenda, expectations
from tests.unit.case import BELEID, REGISTER, avond
from tests.unit.feitenreeks import TYPEN, feiten, gewoon, waarde

NU = avond("2026-03-02")
BUNDELS = Bundels(BELEID, ingebouwd(), REGISTER)


def _gevouwen(rij: list[Feit]) -> dict[str, Row]:
    rijen: dict[str, Row] = {}
    for feit in rij:
        rows = Rows.in_memory(rijen)
        fold(rows, feit)
        rijen = _opgeslagen(rijen, rows)
    return rijen


def _opgeslagen(rijen: dict[str, Row], rows: Rows) -> dict[str, Row]:
    """The rows as they are stored after a step."""
    return {bak: rij for bak, rij in {**rijen, **rows.changed()}.items() if rij is not None}


def _gezien(rijen: dict[str, Row]) -> dict[str, Any]:
    """All that is worked out of the rows, and the rows after a look at the clock."""
    rows = Rows.in_memory(rijen)
    zaak = Zaak(rows)
    verwacht = expectations(zaak, ingebouwd(), NU)
    gezien = {
        "overzicht": overzicht(zaak, ingebouwd(), NU),
        "kader": kader(zaak, NU.date(), REGISTER),
        "verwacht": sorted(verwacht, key=repr),
        "agenda": agenda(zaak, ingebouwd(), NU, verwacht),
    }
    gevolgen = on_tick("dossier-1", rows, BUNDELS, NU)
    return gezien | {"tik": rows.changed(), "leveringen": gevolgen.leveringen, "later": gevolgen.agenda}


@given(st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_order_of_arrival_gives_the_same_state(data: st.DataObject) -> None:
    rij = data.draw(feiten())
    anders = data.draw(st.permutations(rij + rij[: len(rij) // 2]))  # some arrive twice
    een, ander = _gevouwen(rij), _gevouwen(anders)
    assert orjson.dumps(een, option=orjson.OPT_SORT_KEYS) == orjson.dumps(ander, option=orjson.OPT_SORT_KEYS)
    assert _gezien(een) == _gezien(ander)


@given(feiten())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_view_that_goes_on_from_the_one_before_sees_what_a_fresh_one_sees(rij: list[Feit]) -> None:
    """Folding incrementally, with rows written and read as JSON in between, is folding the log from zero in one go."""
    bewaard: dict[str, Row] = {}
    ineens = Rows.in_memory({})
    vorige = Zaak(ineens)
    for feit in rij:
        fold(ineens, feit)
        rows = Rows.in_memory(orjson.loads(orjson.dumps(bewaard)))
        fold(rows, feit)
        bewaard = _opgeslagen(bewaard, rows)
        vorige = Zaak(ineens, vorige)
        assert overzicht(vorige, ingebouwd(), NU) == overzicht(Zaak(rows), ingebouwd(), NU)
        assert kader(vorige, NU.date(), REGISTER) == kader(Zaak(rows), NU.date(), REGISTER)
    assert _opgeslagen({}, ineens) == bewaard == _gevouwen(rij)


def test_every_type_that_a_dossier_can_hold_is_drawn() -> None:
    """Each alone, with all its fields: the fold and every rule take it, and so the generator knows its kinds."""
    kans = Random(5)
    for naam in TYPEN:
        bron, gebeurtenis, _ = gewoon(naam, kans, ["e0"])
        vol = {veld.naam: waarde(veld, kans, ["e0"]) for veld in TYPEN[naam].velden.values()}
        assert _gezien(_gevouwen([Feit("e1", gebeurtenis, bron, "2025-02-03", "2025-06-01T08:00:00.000Z", vol, 1)]))
    assert len(TYPEN) > 90


@given(feiten())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_folding_again_from_what_was_kept_changes_nothing(rij: list[Feit]) -> None:
    rijen = _gevouwen(rij)
    for feit in rij:
        rows = Rows.in_memory(rijen)
        assert not fold(rows, feit)
        assert rows.changed() == {}
