# SPDX-License-Identifier: EUPL-1.2
"""Two dossiers joined hold what one dossier with all their facts would hold; taken apart each has its own again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.dossier import merging
from hub.dossier.feiten.facts import Feit
from hub.dossier.feiten.fold import fold, onthoud_ontvangers
from hub.dossier.feiten.rows import KERN, Row, Rows
from hub.dossier.handle import on_absorbed, on_tick
from tests.unit.case import DUO, GEM_A, SCHOOL, Case, afwezig, avond, in_les

A, M = "dossier-a", "dossier-m"
OWN = {merging.KOPPELING, merging.IDENTITEIT, "gronden"}
SENDERS = (DUO, GEM_A, SCHOOL)


def _feit(nummer: int, soort: int, sender: int, betreft: int) -> Feit:
    """The `nummer`th fact: a lesson, something else, or a correction or retraction of an earlier one."""
    bron, dag = SENDERS[sender], f"2025-03-{nummer % 28 + 1:02d}"
    naam, data = "voortgang-gemeld", {"taalniveau": f"A{nummer}"}
    if soort == 1:
        naam, data = "aanwezigheid-gemeld", {"les": f"L{nummer}", "datum": dag, "verzuim": "ongeoorloofd"}
    elif soort == 2:
        naam, data = "correctie", {"betreft": f"e{betreft % (nummer + 1)}", "wijziging": {"verzuim": "geen"}}
    elif soort == 3:
        naam, data = "intrekking", {"betreft": f"e{betreft % (nummer + 1)}"}
    return Feit(f"e{nummer}", naam, bron, dag, f"{dag}T08:00:00.000Z", data, nummer)


FACTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 30), st.booleans()), min_size=1, max_size=18
).map(lambda rows: [(_feit(n, soort, sender, over), in_a) for n, (soort, sender, over, in_a) in enumerate(rows)])


def _folded(feiten: Iterable[Feit]) -> dict[str, Row]:
    rows = Rows.in_memory({})
    for feit in feiten:
        fold(rows, feit)
        onthoud_ontvangers(rows, feit.id, feit.oin, {GEM_A: ["regel"]})
    return _kept(rows, {})


def _kept(rows: Rows, before: dict[str, Row]) -> dict[str, Row]:
    after = {**before, **rows.changed()}
    return {bucket: row for bucket, row in after.items() if row is not None}


def _content(state: dict[str, Row]) -> dict[str, Any]:
    """Without what only says how a fact came here, and without summaries of nothing."""
    found: dict[str, Any] = {}
    for bucket, row in state.items():
        if bucket in OWN:
            continue
        if bucket == KERN:
            row = {name: part for name, part in row.items() if part}
        elif not bucket.startswith("e/"):
            row = {key: {name: part for name, part in fact.items() if name != "via"} for key, fact in row.items()}
        if row:
            found[bucket] = row
    return found


def _join(a: dict[str, Row], m: dict[str, Row], size: int) -> tuple[dict[str, Row], dict[str, Row]]:
    mine, theirs = Rows.in_memory(m), Rows.in_memory(a)
    merging.expect(mine, A)
    assert merging.awaited(mine) == {A}
    pieces = list(merging.absorb(theirs, list(a), A, M).stukken(size))
    assert [piece["laatste"] for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    for piece in pieces:
        merging.adopt(mine, piece["rijen"])
    merging.arrived(mine, A, pieces[-1]["opgenomen"], pieces[-1]["wacht_op"])
    assert not merging.awaited(mine)
    return _kept(theirs, a), _kept(mine, m)


def _part(a: dict[str, Row], m: dict[str, Row], size: int) -> tuple[dict[str, Row], dict[str, Row]]:
    mine, theirs = Rows.in_memory(m), Rows.in_memory(a)
    merging.reopen(theirs, M)
    assert merging.absorbed_into(theirs) is None
    for piece in merging.release(mine, list(m), M, A, ()).stukken(size):
        merging.adopt(theirs, piece["rijen"])
    merging.arrived(theirs, M, (), ())
    return _kept(theirs, a), _kept(mine, m)


def _root(feit: Feit, by_id: dict[str, tuple[Feit, bool]]) -> Feit:
    """What a chain of corrections is about in the end, as far as one sender's own go."""
    seen = set()
    while (betreft := feit.data.get("betreft")) and betreft not in seen:
        seen.add(betreft)
        about = by_id[betreft][0]
        if about.oin != feit.oin or about.id == feit.id:
            break
        feit = about
    return feit


def test_a_correction_that_was_taken_back_in_the_other_dossier_is_taken_back_here() -> None:
    def fact(number: int, event: str, data: dict[str, object]) -> Feit:
        op = f"2025-03-0{number + 1}"
        return Feit(f"e{number}", event, "duo#uitvoering", op, f"{op}T08:00:00.000Z", data, number)

    original = fact(0, "voortgang-gemeld", {"taalniveau": "A1"})
    correctie = fact(1, "correctie", {"betreft": "e0", "wijziging": {"taalniveau": "A2"}})
    intrekking = fact(2, "intrekking", {"betreft": "e1"})
    _, joined = _join(_folded([correctie, intrekking]), _folded([original]), 1)
    assert _content(joined) == _content(_folded([original, correctie, intrekking]))


@given(FACTS, st.sampled_from([1, 400, 10**6]))
@settings(deadline=None)
def test_joined_they_hold_what_one_dossier_would_hold(facts: list[tuple[Feit, bool]], size: int) -> None:
    a = _folded(feit for feit, in_a in facts if in_a)
    m = _folded(feit for feit, in_a in facts if not in_a)
    emptied, joined = _join(a, m, size)
    assert emptied == {merging.KOPPELING: {"opgegaan_in": M}}
    assert _content(joined) == _content(_folded(feit for feit, _ in facts))


@given(FACTS, st.sampled_from([1, 400, 10**6]))
@settings(deadline=None)
def test_taken_apart_each_has_its_own_again(facts: list[tuple[Feit, bool]], size: int) -> None:
    """Corrections go with what they correct, wherever they were sent."""
    by_id = {feit.id: (feit, in_a) for feit, in_a in facts}
    belongs = {feit.id: by_id[_root(feit, by_id).id][1] for feit, _ in facts}
    roots = [(feit, in_a) for feit, in_a in facts if "betreft" not in _root(feit, by_id).data]
    a = _folded(feit for feit, in_a in roots if in_a)
    m = _folded(feit for feit, in_a in roots if not in_a)
    a, m = _part(*_join(a, m, size), size)
    assert _content(a) == _content(_folded(feit for feit, _ in roots if belongs[feit.id]))
    assert _content(m) == _content(_folded(feit for feit, _ in roots if not belongs[feit.id]))


def test_open_signals_of_the_absorbed_dossier_end_and_the_main_one_says_what_still_holds() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    assert case.open("verzuim")
    rows = Rows.in_memory(case.rijen)
    gevolgen = on_absorbed("dossier-1", rows, case.bundels, avond("2025-04-10"), "link")
    ended = [x for x in gevolgen.leveringen if x.gebeurtenis == "signaal-vervallen"]
    assert {(x.data["regel"], x.data["oorzaak"], str(x.ontvanger)) for x in ended} == {
        ("verzuim", "dossier-samengevoegd", GEM_A)
    }
    assert len(gevolgen.hubbesluiten) == 1
    main = Rows.in_memory({})
    for piece in merging.absorb(rows, list(case.rijen), "dossier-1", M).stukken(10**6):
        merging.adopt(main, piece["rijen"])
    said = on_tick(M, main, case.bundels, avond("2025-04-10"), "link")
    assert [x.data["regel"] for x in said.leveringen if x.gebeurtenis == "signaal-afgegeven"] == ["verzuim"]
    assert {x.data["signaal"] for x in ended}.isdisjoint(x.data.get("signaal") for x in said.leveringen)


def test_an_expired_toestemming_is_not_announced_again_by_the_main_dossier() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn")
    toestemming = {"doel": "begeleiding", "ontvanger": "vwn#begeleider", "categorieen": ["voortgang"]}
    case.zegt(GEM_A, "toestemming-gegeven", "2025-03-10", id="t1", van="2025-03-10", tot="2025-03-20", **toestemming)
    case.tik("2025-03-21")
    assert case.ontvangen("vwn#begeleider", "toestemming-verlopen")
    _, joined = _join(case.rijen, {}, 10**6)
    said = on_tick(M, Rows.in_memory(joined), case.bundels, avond("2025-03-22"), "link")
    assert "toestemming-verlopen" not in {x.gebeurtenis for x in said.leveringen}


def test_a_report_goes_where_its_identity_leads_now() -> None:
    rows = Rows.in_memory({})
    assert merging.elsewhere(rows, None) is None
    assert merging.elsewhere(rows, A) == A, "sent on by a link that this log has not heard of, or no more"
    merging.expect(rows, A)
    assert merging.elsewhere(rows, A) is None
    absorbed = Rows.in_memory({merging.KOPPELING: {"opgegaan_in": M}})
    assert (merging.elsewhere(absorbed, None), merging.elsewhere(absorbed, A)) == (M, M)


def test_a_dossier_that_is_absorbed_while_it_waits_passes_on_for_what() -> None:
    rows = Rows.in_memory({})
    merging.expect(rows, A)
    merging.arrived(rows, A, ["dossier-older"], [])
    merging.expect(rows, "dossier-late")
    gone = merging.absorb(rows, [merging.KOPPELING], M, "dossier-top")
    assert (gone.opgenomen, gone.wacht_op) == ((A, "dossier-late", "dossier-older"), ("dossier-late",))
    top = Rows.in_memory({})
    merging.expect(top, M)
    merging.arrived(top, M, gone.opgenomen, gone.wacht_op)
    assert merging.awaited(top) == {"dossier-late"}
    assert merging.elsewhere(top, "dossier-older") is None


def test_numbers_of_the_other_one_are_remembered_as_strange_until_a_link_returns() -> None:
    rows = Rows.in_memory({})
    merging.expect(rows, A)
    merging.release(rows, [merging.KOPPELING], M, A, ["digest"])
    assert merging.strangers(rows) == {"digest"}
    merging.expect(rows, A)
    assert merging.strangers(rows) == frozenset()
