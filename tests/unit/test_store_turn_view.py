# SPDX-License-Identifier: EUPL-1.2
"""What an agent sees of the state within a turn: the store, with the turn's own rows over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiokafka import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.streams.errors import LogError, OutputTooLarge, ReservedKey, TurnOver
from hub.streams.failpoints import Failpoints
from hub.streams.partition import Partition
from hub.streams.reader import bounded
from hub.streams.restore import POSITION
from hub.streams.settings import KafkaConnection, LogSettings
from hub.streams.turn import Turn

KEYS = st.binary(min_size=1, max_size=2).filter(lambda key: key[0] > 0)
ROWS = st.dictionaries(KEYS, st.binary(max_size=2))
CHANGES = st.dictionaries(KEYS, st.none() | st.binary(max_size=2))


async def somewhere(partition: int) -> int:
    return 0


def record(
    offset: int = 0, value: bytes = b"v", key: bytes = b"k", headers: tuple[tuple[str, bytes], ...] = ()
) -> ConsumerRecord:
    return ConsumerRecord("log", 0, offset, 0, 0, key, value, None, len(key), len(value), headers)


def turn_over(stored: dict[bytes, bytes]) -> Turn:
    kafka = KafkaConnection("nowhere:1", Credentials(Path()))
    settings = LogSettings("log", "group", Role.AUDIT, kafka, positions=somewhere, max_output_bytes=1000)
    partition = Partition(0, settings, None, Failpoints())
    partition.store.apply([*stored.items(), (POSITION, b"17")], 1)
    partition.opened()
    return partition.turn([record()])


@given(stored=ROWS, changes=CHANGES, prefix=st.binary(max_size=1), start=KEYS, end=KEYS)
def test_a_turn_sees_its_own_rows_over_those_of_the_store(
    stored: dict[bytes, bytes], changes: dict[bytes, bytes | None], prefix: bytes, start: bytes, end: bytes
) -> None:
    turn, model = turn_over(stored), dict(stored)
    for key, value in changes.items():
        if value is None:
            turn.delete(key)
            model.pop(key, None)
        else:
            turn.put(key, value)
            model[key] = value
    assert list(turn.scan()) == sorted(model.items())
    assert list(turn.scan(prefix)) == sorted((k, v) for k, v in model.items() if k.startswith(prefix))
    assert list(turn.scan(prefix, start=start, end=end)) == sorted(
        (k, v) for k, v in model.items() if k.startswith(prefix) and start <= k < end
    )
    for key in {*stored, *changes}:
        assert turn.get(key) == model.get(key)


def test_the_channels_own_row_is_not_the_agents() -> None:
    turn = turn_over({b"a": b"1"})
    assert [key for key, _ in turn.scan()] == [b"a"]
    assert [key for key, _ in turn.scan(b"\x00")] == []
    for key in (POSITION, b"\x00", b""):
        with pytest.raises(ReservedKey):
            turn.put(key, b"1")
        with pytest.raises(ReservedKey):
            turn.delete(key)


def test_rows_may_be_written_while_scanning() -> None:
    turn = turn_over({b"a": b"1", b"b": b"2"})
    for key, value in turn.scan():
        turn.put(key, value + b"!")
        turn.put(b"z" + key, b"new")
    assert [value for _, value in turn.scan()] == [b"1!", b"2!", b"new", b"new"]


def test_what_the_broker_would_refuse_is_refused_at_once() -> None:
    turn = turn_over({})
    with pytest.raises(OutputTooLarge, match="1001 bytes and the limit is 1000"):
        turn.emit("out", b"x" * 900, key=b"k" * 101)
    with pytest.raises(OutputTooLarge):
        turn.emit("out", b"", headers=[("name", b"x" * 1000)])
    with pytest.raises(OutputTooLarge):
        turn.put(b"k", b"x" * 1000)


def test_a_turn_without_kafka_effects_is_released_once() -> None:
    turn = turn_over({})
    turn.done()
    with pytest.raises(TurnOver):
        turn.done()


def test_effects_in_a_log_that_writes_none_are_not_dropped_in_silence() -> None:
    turn = turn_over({})
    turn.emit("out", b"lost?")
    with pytest.raises(LogError, match="writes nothing"):
        turn.done()


@given(sizes=st.lists(st.integers(0, 60), max_size=12), limit=st.integers(1, 100))
def test_turns_are_bounded_by_bytes(sizes: list[int], limit: int) -> None:
    records = [record(offset, b"v" * size, b"") for offset, size in enumerate(sizes)]
    runs = list(bounded(records, limit))
    assert [one for run in runs for one in run] == records
    for run in runs:
        assert run
        assert len(run) == 1 or sum(len(one.value) for one in run) <= limit
