# SPDX-License-Identifier: EUPL-1.2
"""Same log, same state, same deliveries, same signals; and a clock that is only looked at when something can change."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.case import DUO, GEM_A, SCHOOL, VWN, Case, afwezig, dag, in_les


def _verhaal() -> Case:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn", volgende_stap="kennismaking")
    toestemming = {"doel": "begeleiding", "ontvanger": VWN, "categorieen": ["voortgang"], "van": "2025-03-10"}
    case.zegt(GEM_A, "toestemming-gegeven", "2025-03-10", id="t1", tot="2025-12-01", **toestemming)
    case.zegt(SCHOOL, "rooster-vastgesteld", "2025-03-10", groep="G1", van="2025-03-10", tot="2026-03-01")
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-10", taalniveau="A1", stagnatie=True)
    case.zegt(DUO, "verzoek-ingediend", "2025-06-16", soort="verlenging", datum="2025-06-16")
    case.zegt(DUO, "correctie", "2025-07-01", betreft="plicht", wijziging={"kennisgeving": "2024-12-02"})
    return case


def test_a_second_run_over_the_same_log_gives_the_same() -> None:
    een, ander = _verhaal(), Case()
    for record in een.records:
        ander.neemt(record)
    assert ander.rijen == een.rijen
    assert ander.leveringen == een.leveringen
    assert len({x.id for x in een.leveringen}) == len(een.leveringen)


def test_a_record_that_comes_again_has_no_effect() -> None:
    case = _verhaal()
    rijen, aantal = dict(case.rijen), len(case.leveringen)
    for record in case.records:
        assert not case.neemt(record).nieuw
    assert (case.rijen, len(case.leveringen)) == (rijen, aantal)


def test_a_refused_record_leaves_no_trace_in_the_dossier() -> None:
    case = _verhaal()
    rijen = dict(case.rijen)
    gevolgen = case.zegt("school-b#taalschool", "voortgang-gemeld", "2025-07-02", taalniveau="B1", stagnatie=False)
    assert gevolgen.weigering is not None
    assert [str(x.ontvanger) for x in gevolgen.leveringen] == ["school-b#taalschool"]
    assert case.rijen == rijen


def test_before_its_agenda_the_clock_changes_nothing() -> None:
    """For a year and a half, day by day: whenever a look at the clock changes something, the agenda had said so."""
    case = _verhaal()
    op, gebeurd = dag("2025-07-01"), 0
    while op < dag("2027-01-01"):
        op += timedelta(days=1)
        gepland = case.agenda
        rijen = dict(case.rijen)
        gevolgen = case.tik(op.isoformat())
        if case.rijen != rijen or gevolgen.leveringen:
            gebeurd += 1
            assert gepland is not None
            assert gepland <= op
        elif gepland is not None and gepland > op:
            assert case.agenda == gepland
    assert gebeurd >= 5


@given(st.sets(st.integers(1, 540), max_size=12))
@settings(max_examples=25, deadline=None)
def test_missed_ticks_change_nothing_in_the_end(dagen: set[int]) -> None:
    """Looked at on some days or on all: the same signals are open at the end."""
    einde = (dag("2025-07-01") + timedelta(days=541)).isoformat()
    een, ander = _verhaal(), _verhaal()
    for nummer in sorted(dagen):
        een.tik((dag("2025-07-01") + timedelta(days=nummer)).isoformat())
    een.tik(einde)
    ander.tik(einde)
    assert een.rijen == ander.rijen
    assert een.agenda == ander.agenda
