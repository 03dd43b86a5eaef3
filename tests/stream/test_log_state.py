# SPDX-License-Identifier: EUPL-1.2
"""State: restored to the last commit by whoever opens the partition next, from the topic or from what is left on
disk."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka.admin import NewTopic

from hub.broker.kafka import Broker
from hub.streams.store import MemoryStore, RocksStore, Store
from tests.stream.log_scene import Scene, handle

Make = Callable[[int], Store]


@pytest.fixture(params=["memory", "rocks"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    if request.param == "memory":
        return lambda partition: MemoryStore()
    return lambda partition: RocksStore(tmp_path / f"{partition}")


async def one_turn(scene: Scene, make: Make, **changes: object) -> dict[bytes, bytes]:
    """Handle what is new, and give the rows that the agent then sees."""
    async with scene.reader(store=make, **changes) as desk:
        turn = await desk.turn()
        handle(turn, f"{scene.name}.out")
        await turn.commit()
        partition = desk.reader.partitions[0]
        return dict(partition.store.scan(b"\x01", None))


def restored(caplog: pytest.LogCaptureFixture) -> list[int]:
    """How many rows each opening read from the topic."""
    found = [re.search(r"restored: (\d+) rows", record.getMessage()) for record in caplog.records]
    return [int(match.group(1)) for match in found if match]


async def test_the_next_owner_goes_on_with_the_same_rows(broker: Broker, make: Make) -> None:
    scene = Scene(broker)
    for number in range(1, 4):
        scene.send([b"x"], key=b"person-1")
        scene.send([b"x"], key=b"person-%d" % (number + 1))
        rows = await one_turn(scene, make)
    assert rows == {b"person-1": b"3", b"person-2": b"1", b"person-3": b"1", b"person-4": b"1"}
    assert scene.state()[0] == rows | {b"\x00position": b"6"}


async def test_deleted_rows_stay_deleted(broker: Broker, make: Make) -> None:
    scene = Scene(broker)
    scene.send([b"x"], key=b"person-1")
    await one_turn(scene, make)
    scene.send([b"x"], key=b"person-2")
    async with scene.reader(store=make) as desk:
        turn = await desk.turn()
        assert turn.get(b"person-1") == b"1"
        turn.delete(b"person-1")
        await turn.commit()
    scene.send([b"x"], key=b"person-3")
    assert await one_turn(scene, make) == {b"person-3": b"1"}


async def test_rows_of_a_turn_that_was_not_committed_are_never_seen(broker: Broker, make: Make) -> None:
    scene = Scene(broker)
    scene.send([b"x"], key=b"person-1")
    async with scene.reader(store=make) as desk:
        turn = await desk.turn()
        turn.put(b"person-9", b"1")
        await desk.reader.crash(RuntimeError("as if the agent had failed"))
    assert await one_turn(scene, make) == {b"person-1": b"1"}


async def test_a_store_on_disk_reads_only_what_it_lacks(
    broker: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "hub.streams.partition")
    scene = Scene(broker)

    def disk(partition: int) -> Store:
        return RocksStore(tmp_path / "disk")

    def memory(partition: int) -> Store:
        return MemoryStore()

    for make in (disk, memory, disk, disk):
        scene.send([b"x"] * 3, key=b"person-1")
        rows = await one_turn(scene, make)
    assert rows == {b"person-1": b"12"}
    assert restored(caplog) == [0, 2, 2, 0], (
        "the row and the position of the turn that the disk missed, and nothing else"
    )


async def test_a_store_from_elsewhere_or_from_the_future_is_thrown_away(
    broker: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "hub.streams.partition")
    scene = Scene(broker)
    scene.send([b"x"], key=b"person-1")
    await one_turn(scene, lambda partition: RocksStore(tmp_path / "0"))
    store = RocksStore(tmp_path / "0")
    source = store.applied.source
    for foreign, offset in ((source.replace("/0", "/1"), 2), (source, 10_000)):
        store.reset(foreign)
        store.apply([(b"stranger", b"1")], offset)
        store.close()
        scene.send([b"x"], key=b"person-1")
        rows = await one_turn(scene, lambda partition: RocksStore(tmp_path / "0"))
        assert b"stranger" not in rows
        store = RocksStore(tmp_path / "0")
    assert store.get(b"person-1") == b"3"
    store.close()


async def test_a_store_that_was_away_for_too_long_is_read_anew(
    broker: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Kafka forgets after a day that a row was deleted; a copy older than that may hold what is long gone."""
    caplog.set_level(logging.INFO, "hub.streams.partition")
    scene = Scene(broker)
    for age in (3600, 0):
        scene.send([b"x"], key=b"person-1")
        await one_turn(scene, lambda partition: RocksStore(tmp_path / "0"), store_max_age_seconds=age)
    assert restored(caplog) == [0, 2]


async def test_a_state_topic_made_anew_is_another_one(broker: Broker, tmp_path: Path) -> None:
    """Replay: the operator deletes state topic and group; what is on disk must not survive that."""
    scene = Scene(broker)

    def make(partition: int) -> Store:
        return RocksStore(tmp_path / "0")

    scene.send([b"x"] * 4, key=b"person-1")
    before = await one_turn(scene, make)
    scene.forget_group()
    for future in scene.admin.delete_topics([f"{scene.name}.state"]).values():
        future.result()
    scene.create(NewTopic(f"{scene.name}.state", 1, config={"cleanup.policy": "compact"}))
    assert await one_turn(scene, make) == before


async def test_an_agent_is_called_when_a_partition_opens_with_what_was_restored(broker: Broker, make: Make) -> None:
    scene = Scene(broker)
    scene.send([b"x"] * 3, key=b"person-1")
    await one_turn(scene, make)
    seen: list[tuple[int, list[tuple[bytes, bytes]]]] = []

    async def opened(partition: int, store: Store) -> None:
        seen.append((partition, list(store.scan(b"\x01", None))))

    def also(partition: int, store: Store) -> None:
        seen.append((partition, []))

    async with scene.reader(opened, also, store=make) as desk:
        await desk.open()
    assert seen == [(0, [(b"person-1", b"3")]), (0, [])]
