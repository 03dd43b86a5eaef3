# SPDX-License-Identifier: EUPL-1.2
"""The audit log takes every record once, also from two workers at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from consent import checkpoint
from consent.merkle import root
from hub.readmodel import questions
from hub.readmodel.auditlog import AlreadyTaken, AuditLog
from hub.vault.tables import engine_for
from tests.unit.auditboek import KEY, ORIGIN, filled, hashes, record


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = engine_for(database)
    yield engine
    engine.dispose()


def test_leaves_position_tree_and_checkpoint_go_together(engine: Engine) -> None:
    log = AuditLog(engine, KEY, ORIGIN)
    log.append(3, [record(0), record(1)], 5, 9)  # offsets have gaps: markers of transactions
    log.append(4, [record(2)], 0, 1)
    assert (log.position(3), log.position(4), log.position(5)) == (9, 1, 0)
    assert [leaf for _, leaf in questions.leaves(engine)] == [record(0), record(1), record(2)]
    size, note = questions.checkpoint(engine)
    stated = checkpoint.verify((note or "").encode(), KEY.public_key(), ORIGIN)
    assert (size, stated.size) == (3, 3)
    assert stated.root == root(hashes(engine, 3))


def test_the_same_turn_twice_adds_nothing(engine: Engine) -> None:
    log = filled(engine, 3)
    with pytest.raises(AlreadyTaken):
        log.append(0, [record(0)], 0, 1)
    with pytest.raises(AlreadyTaken):
        log.append(0, [record(2), record(3)], 2, 4)
    assert questions.checkpoint(engine)[0] == 3
    assert questions.deliveries_to(engine, "duo") == ["l0", "l1", "l2"]


def test_read_anew_after_a_restore_the_log_has_the_same_leaves(engine: Engine, tmp_path: Path) -> None:
    """Else every restored backup would look like a fork to who kept a checkpoint."""
    filled(engine, 4)
    other = engine_for(f"sqlite:///{tmp_path / 'anew.db'}")
    filled(other, 4, (2,))
    assert hashes(other, 4) == hashes(engine, 4)
    assert len(set(hashes(engine, 4))) == 4
    other.dispose()


def test_a_failure_half_way_leaves_nothing(engine: Engine) -> None:
    log = filled(engine, 2)
    before = (questions.checkpoint(engine), questions.totals(engine))
    with pytest.raises(orjson.JSONDecodeError):
        log.append(0, [record(2), b"no record"], 2, 4)
    assert (questions.checkpoint(engine), questions.totals(engine)) == before
    assert log.position(0) == 2
    log.append(0, [record(2), record(3)], 2, 4)
    assert questions.checkpoint(engine)[0] == 4


def test_counts_by_recipient_and_reason(engine: Engine) -> None:
    filled(engine, 3)
    assert [(one["aan"], one["uitkomst"], one["reden"], one["aantal"]) for one in questions.totals(engine)] == [
        ("duo#uitvoering", "geleverd", None, 3),
        ("vwn#begeleider", "geweigerd", "no-relation", 3),
    ]


def test_two_workers_add_at_once(database: str) -> None:
    """Each of its own partition, as in production; and both of one partition, as after a rebalance gone wrong."""
    engines = [engine_for(database) for _ in range(2)]
    logs = [AuditLog(engine, KEY, ORIGIN) for engine in engines]
    meet = threading.Barrier(2)
    refused: list[int] = []
    errors: list[BaseException] = []

    def work(place: int) -> None:
        try:
            for turn in range(10):
                meet.wait(20)
                logs[place].append(place, [record(turn)], turn, turn + 1)
                meet.wait(20)
                try:
                    logs[place].append(7, [record(turn)], turn, turn + 1)
                except AlreadyTaken:
                    refused.append(place)
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            errors.append(error)
            meet.abort()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert len(refused) == 10
    size, note = questions.checkpoint(engines[0])
    leaves = hashes(engines[0], len(list(questions.leaves(engines[0]))))
    stated = checkpoint.verify((note or "").encode(), KEY.public_key(), ORIGIN)
    assert size == len(leaves) == stated.size == 30
    assert stated.root == root(leaves)
    for engine in engines:
        engine.dispose()
