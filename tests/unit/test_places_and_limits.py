# SPDX-License-Identifier: EUPL-1.2
"""A place in a mailbox is good for its own mailbox only; one organisation's haste is no other's delay."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.cursors import Cursors, StrangeCursor
from hub.web.limits import HOLDS_SECONDS, Limits

SCHOOL, GEMEENTE = "00000009900000000002", "00000009900000000001"
CURSORS = Cursors(b"s" * 32)


@given(st.integers(-1, 2**60))
def test_a_place_comes_back_as_it_was(position: int) -> None:
    cursor = CURSORS.write(SCHOOL, position)
    assert CURSORS.read(SCHOOL, cursor) == position
    assert Cursors(b"s" * 32).read(SCHOOL, cursor) == position, "also in the next life of the process"
    for strange in ((GEMEENTE, CURSORS), (SCHOOL, Cursors(b"t" * 32))):
        with pytest.raises(StrangeCursor):
            strange[1].read(strange[0], cursor)


@given(st.integers(0, 2**40), st.integers(0, 23), st.integers(1, 255))
def test_a_place_that_was_changed_is_none(position: int, at: int, by: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(CURSORS.write(SCHOOL, position)))
    raw[at] ^= by
    with pytest.raises(StrangeCursor):
        CURSORS.read(SCHOOL, base64.urlsafe_b64encode(raw).decode())


@pytest.mark.parametrize("cursor", ["", "0", "é", "AAAA", "A" * 32, "A" * 31, "A" * 64, "....", "0" * 4000])
def test_what_was_never_a_place(cursor: str) -> None:
    with pytest.raises(StrangeCursor):
        CURSORS.read(SCHOOL, cursor)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    clock = Clock()
    limits = Limits(10.0, clock)
    burst = int(10 * HOLDS_SECONDS)
    assert [limits.take(SCHOOL) for _ in range(burst)] == [0.0] * burst
    assert limits.take(SCHOOL) == pytest.approx(0.1)
    assert limits.take(GEMEENTE) == 0.0, "another has a bucket of its own"
    clock.now += 0.1
    assert limits.take(SCHOOL) == 0.0
    assert limits.take(SCHOOL) > 0.0


def test_who_waits_as_long_as_told_gets_it() -> None:
    clock = Clock()
    limits = Limits(100.0, clock)
    limits.take(SCHOOL, 390)
    wait = limits.take(SCHOOL, 50)
    clock.now += wait
    assert limits.take(SCHOOL, 50) == 0.0


def test_what_is_larger_than_a_bucket_passes_when_it_is_full_and_leaves_a_debt() -> None:
    clock = Clock()
    limits = Limits(10.0, clock)
    assert limits.take(SCHOOL, 100) == 0.0
    assert limits.take(SCHOOL) == pytest.approx((1 + 60) / 10)


def test_many_strangers_take_no_memory_for_ever() -> None:
    clock = Clock()
    limits = Limits(10.0, clock)
    for number in range(10_000):
        limits.take(str(number))
    clock.now += 60
    limits.take("one more")
    assert len(limits._buckets) == 1
