# SPDX-License-Identifier: EUPL-1.2
"""The story comes out as its expectation file says, and altering any line of that file, or any observation, shows."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from demo.play import Draaiboek, Geleverd, Waarneming, compare, expectation, load
from demo.rehearsal import Rehearsal
from demo.vergelijk import Gezien, citations, compare_with
from demo.verwachting import VERWACHTING, UnusableExpectation, parse, read_yaml

# Words for the reader: nothing can be observed of them. Their keys are checked.
PROSE = frozenset({"verhaal"})

Path = tuple[str | int, ...]


@pytest.fixture(scope="module")
def draaiboek() -> Draaiboek:
    return load()


@pytest.fixture(scope="module")
def waarneming(draaiboek: Draaiboek) -> Waarneming:
    return Rehearsal(draaiboek).play()


@pytest.fixture(scope="module")
def gezien(waarneming: Waarneming) -> Gezien:
    return Gezien.of(waarneming)


def content() -> Any:
    return read_yaml(VERWACHTING.read_text(encoding="utf-8"))


def notices(changed: Any, gezien: Gezien) -> bool:
    try:
        return bool(compare_with(parse(changed), gezien))
    except UnusableExpectation:
        return True


def places(tree: Any, path: Path = ()) -> Iterator[Path]:
    """Every mapping entry and list item of the file, from the top down."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        if key in PROSE or path == ("bronnen",):
            continue
        yield (*path, key)
        yield from places(value, (*path, key))


def at(tree: Any, path: Path) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def altered(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    return f"{value}-anders"


def mutated(tree: Any, path: Path, change: Callable[[Any, str | int], None]) -> Any:
    """The tree with one place changed; only the way to that place is copied."""
    root = copy.copy(tree)
    holder = root
    for key in path[:-1]:
        holder[key] = copy.copy(holder[key])
        holder = holder[key]
    change(holder, path[-1])
    return root


def drop(holder: Any, key: str | int) -> None:
    del holder[key]


def alter(holder: Any, key: str | int) -> None:
    holder[key] = altered(holder[key])


def double(holder: Any, key: str | int) -> None:
    holder.insert(key, holder[key])


def test_the_story_comes_out_as_expected(waarneming: Waarneming) -> None:
    assert [str(difference) for difference in compare(expectation(), waarneming)] == []


def test_dropping_any_entry_of_the_expectation_is_noticed(gezien: Gezien) -> None:
    tree = content()
    paths = list(places(tree))
    assert len(paths) > 2000
    missed = [path for path in paths if not notices(mutated(tree, path, drop), gezien)]
    assert missed == []


def test_altering_any_value_of_the_expectation_is_noticed(gezien: Gezien) -> None:
    tree = content()
    paths = [path for path in places(tree) if not isinstance(at(tree, path), dict | list)]
    assert len(paths) > 1500
    missed = [path for path in paths if not notices(mutated(tree, path, alter), gezien)]
    assert missed == []


def test_doubling_any_item_of_the_expectation_is_noticed(gezien: Gezien) -> None:
    tree = content()
    paths = [path for path in places(tree) if isinstance(path[-1], int)]
    assert len(paths) > 500
    missed = [path for path in paths if not notices(mutated(tree, path, double), gezien)]
    assert missed == []


def test_renaming_any_source_is_noticed(gezien: Gezien) -> None:
    tree = content()
    for key in tree["bronnen"]:
        sources = {f"{name}-anders" if name == key else name: text for name, text in tree["bronnen"].items()}
        assert notices({**tree, "bronnen": sources}, gezien)


def test_a_key_written_twice_is_a_mistake_and_not_a_silent_choice() -> None:
    with pytest.raises(UnusableExpectation, match="line 3"):
        read_yaml("a:\n  b:\n    c: 1\n    c: 2\n")


def test_a_delivery_that_is_missing_or_doubled_is_noticed(waarneming: Waarneming) -> None:
    verwacht = expectation()
    for index in range(0, len(waarneming.geleverd), 9):
        one = waarneming.geleverd[index]
        without = (*waarneming.geleverd[:index], *waarneming.geleverd[index + 1 :])
        assert compare(verwacht, dataclasses.replace(waarneming, geleverd=without)), one
        assert compare(verwacht, dataclasses.replace(waarneming, geleverd=(*waarneming.geleverd, one))), one


def test_a_denial_that_becomes_a_leak_is_noticed(waarneming: Waarneming) -> None:
    verwacht = expectation()
    for index in range(0, len(waarneming.geweigerd), 19):
        no = waarneming.geweigerd[index]
        leak = Geleverd(no.dag, no.van, no.aan, no.gebeurtenis, no.persoon, {}, frozenset({"pseudoniem"}), ("Wi 33",))
        found = compare(
            verwacht,
            dataclasses.replace(
                waarneming,
                geleverd=(*waarneming.geleverd, leak),
                geweigerd=(*waarneming.geweigerd[:index], *waarneming.geweigerd[index + 1 :]),
            ),
        )
        assert found, no


@pytest.mark.parametrize(
    ("aan", "extra"),
    [
        ("vwn#begeleider", {"aandachtspunten": ["psychische-gezondheid"]}),
        ("brug#taalschool", {"grond": "MED"}),
        ("vwn#begeleider", {"belemmeringen": ["schulden"]}),
    ],
)
def test_one_field_more_is_noticed(waarneming: Waarneming, aan: str, extra: dict[str, Any]) -> None:
    index, one = next((i, one) for i, one in enumerate(waarneming.geleverd) if one.aan == aan)
    leaking = dataclasses.replace(one, data={**one.data, **extra})
    seen = (*waarneming.geleverd[:index], leaking, *waarneming.geleverd[index + 1 :])
    assert any(aan in found.plaats for found in compare(expectation(), dataclasses.replace(waarneming, geleverd=seen)))


def test_one_sensitive_code_more_is_noticed(waarneming: Waarneming) -> None:
    """COA's profile of P13 names justice; the field is delivered, that code is not."""
    index, one = next(
        (i, one)
        for i, one in enumerate(waarneming.geleverd)
        if (one.gebeurtenis, one.persoon) == ("klantprofiel-gedeeld", "P13")
    )
    leaking = dataclasses.replace(one, data={**one.data, "aandachtspunten": ["justitie", "taal"]})
    seen = (*waarneming.geleverd[:index], leaking, *waarneming.geleverd[index + 1 :])
    found = compare(expectation(), dataclasses.replace(waarneming, geleverd=seen))
    assert [difference.plaats for difference in found] == [
        "codes of klantprofiel-gedeeld.aandachtspunten ever seen by veldhaven#gemeente"
    ]


def test_a_bsn_to_the_begeleider_is_noticed(waarneming: Waarneming) -> None:
    index, one = next((i, one) for i, one in enumerate(waarneming.geleverd) if one.aan == "vwn#begeleider")
    leaking = dataclasses.replace(one, identiteiten=frozenset({"pseudoniem", "bsn"}))
    seen = (*waarneming.geleverd[:index], leaking, *waarneming.geleverd[index + 1 :])
    found = compare(expectation(), dataclasses.replace(waarneming, geleverd=seen))
    assert [difference.plaats for difference in found] == ["identities ever seen by vwn#begeleider"]


def test_a_signal_a_day_late_is_noticed(waarneming: Waarneming) -> None:
    for index, one in enumerate(waarneming.geleverd):
        if one.gebeurtenis.startswith("signaal-") and one.van == "hub#hub":
            late = dataclasses.replace(one, dag=one.dag + timedelta(days=1))
            seen = (*waarneming.geleverd[:index], late, *waarneming.geleverd[index + 1 :])
            found = compare(expectation(), dataclasses.replace(waarneming, geleverd=seen))
            assert any(difference.plaats.startswith("signal ") for difference in found)


def test_articles_are_compared_as_citations() -> None:
    assert citations("Wi 35(2), 36; Bi 9.4(3)(a)(b)") == {"Wi 35(2)", "Wi 36", "Bi 9.4(3)(a)(b)"}
    assert citations("Wet COA 3(1)(d); Huisvestingswet 2014 28") == {"Wet COA 3(1)(d)", "Huisvestingswet 2014 28"}
    assert "Wi 3" not in citations("Wi 33(a)")
