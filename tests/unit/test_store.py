# SPDX-License-Identifier: EUPL-1.2
"""Every store keeps the same promises: rows, order, and the offset that goes with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.streams.store import EMPTY, MemoryStore, RocksStore, Store

Make = Callable[[], Store]

KEYS = st.binary(min_size=1, max_size=3)
VALUES = st.binary(max_size=4)


@pytest.fixture(params=["memory", "rocks"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    made: list[Store] = []

    def build() -> Store:
        store = MemoryStore() if request.param == "memory" else RocksStore(tmp_path / f"store-{len(made)}")
        made.append(store)
        return store

    yield build
    for store in made:
        store.close()


def rows(store: Store, start: bytes = b"", end: bytes | None = None) -> list[tuple[bytes, bytes]]:
    return list(store.scan(start, end))


def test_a_new_store_is_empty_and_belongs_to_nothing(make: Make) -> None:
    store = make()
    assert store.applied == EMPTY
    assert rows(store) == []
    assert store.get(b"a") is None


def test_rows_and_offset_are_taken_over_together(make: Make) -> None:
    store = make()
    store.reset("cluster/topic/3")
    store.apply([(b"a", b"1"), (b"b", b"2")], 7)
    assert (store.get(b"a"), store.get(b"b")) == (b"1", b"2")
    assert (store.applied.source, store.applied.offset) == ("cluster/topic/3", 7)


def test_none_deletes_and_an_empty_value_does_not(make: Make) -> None:
    store = make()
    store.apply([(b"a", b"1"), (b"b", b"2")], 2)
    store.apply([(b"a", None), (b"b", b""), (b"never-there", None)], 5)
    assert store.get(b"a") is None
    assert store.get(b"b") == b""
    assert rows(store) == [(b"b", b"")]


def test_the_last_row_of_a_key_counts(make: Make) -> None:
    store = make()
    store.apply([(b"a", b"1"), (b"a", None), (b"a", b"3")], 3)
    assert store.get(b"a") == b"3"


def test_a_scan_goes_by_key_from_start_up_to_but_without_end(make: Make) -> None:
    store = make()
    store.apply([(key, key) for key in (b"b", b"a\xff", b"a", b"c", b"\x00x")], 5)
    assert [key for key, _ in rows(store, b"a", b"c")] == [b"a", b"a\xff", b"b"]
    assert [key for key, _ in rows(store, b"b")] == [b"b", b"c"]
    assert [key for key, _ in rows(store)] == [b"\x00x", b"a", b"a\xff", b"b", b"c"]


def test_reset_empties_and_begins_at_the_beginning(make: Make) -> None:
    store = make()
    store.apply([(b"a", b"1")], 9)
    store.reset("another")
    assert rows(store) == []
    assert (store.applied.source, store.applied.offset) == ("another", 0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.lists(st.tuples(KEYS, st.none() | VALUES), max_size=6), max_size=6), low=KEYS, high=KEYS)
def test_a_store_is_a_dict_in_key_order(
    make: Make, turns: list[list[tuple[bytes, bytes | None]]], low: bytes, high: bytes
) -> None:
    store, model = make(), dict[bytes, bytes]()
    for offset, turn in enumerate(turns, start=1):
        store.apply(turn, offset)
        for key, value in turn:
            if value is None:
                model.pop(key, None)
            else:
                model[key] = value
    assert rows(store) == sorted(model.items())
    assert rows(store, low, high) == [(key, value) for key, value in sorted(model.items()) if low <= key < high]
    assert store.applied.offset == len(turns)
