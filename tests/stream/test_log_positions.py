# SPDX-License-Identifier: EUPL-1.2
"""Where a worker starts: after what was committed, whatever the group remembers, and never past what was not read."""

from __future__ import annotations

import asyncio

import confluent_kafka as librdkafka
import pytest
from confluent_kafka.admin import NewTopic

from hub.broker.kafka import Broker
from hub.streams.errors import LayoutMismatch, LogError, PositionDisagrees, PositionLost
from tests.stream.log_scene import Scene, handle


async def work(scene: Scene, turns: int, max_records: int = 10) -> list[bytes]:
    """Commit that many turns and stop."""
    read: list[bytes] = []
    async with scene.reader(max_records=max_records) as desk:
        for _ in range(turns):
            turn = await desk.turn()
            handle(turn, f"{scene.name}.out")
            read += [record.value for record in turn.records]
            await turn.commit()
    return read


def numbers(first: int, end: int) -> list[bytes]:
    return [b"%d" % number for number in range(first, end)]


async def test_a_first_start_begins_at_the_beginning(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send(numbers(0, 5))
    assert await work(scene, 1) == numbers(0, 5)


async def test_a_group_that_the_broker_forgot_starts_where_it_stopped(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send(numbers(0, 25))
    assert await work(scene, 2) == numbers(0, 20)
    scene.forget_group()
    assert scene.committed() is None
    assert await work(scene, 1) == numbers(20, 25)
    assert scene.values("out") == numbers(0, 25)
    assert scene.committed() == 25


async def test_a_group_offset_that_is_behind_does_not_count(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send(numbers(0, 25))
    await work(scene, 2)
    scene.set_committed(3)
    assert await work(scene, 1) == numbers(20, 25)


@pytest.mark.parametrize("turns", [0, 1])
async def test_a_group_offset_ahead_of_the_state_stops_the_worker(broker: Broker, turns: int) -> None:
    scene = Scene(broker)
    scene.send(numbers(0, 25))
    await work(scene, turns)
    scene.set_committed(20)
    async with scene.reader() as desk:
        reason = await desk.crash()
    assert isinstance(reason, PositionDisagrees)
    assert f"up to 20 and its state in {scene.name}.state only up to {turns * 10}" in str(reason)
    assert len(scene.values("out")) == turns * 10


async def test_records_deleted_unread_stop_the_worker(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send(numbers(0, 25))
    await work(scene, 1)
    delete(scene, 15)
    async with scene.reader() as desk:
        reason = await desk.crash()
    assert isinstance(reason, PositionLost)
    assert "begins at 15 and the position is 10" in str(reason)


async def test_a_log_that_begins_later_is_begun_at_its_beginning(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send(numbers(0, 25))
    delete(scene, 15)
    assert await work(scene, 1) == numbers(15, 25)


async def test_invisible_markers_at_the_end_do_not_count_as_lost_records(broker: Broker) -> None:
    """A partner that writes in transactions leaves markers; when all has expired the log begins after the last one."""
    scene = Scene(broker)
    in_transaction(scene, numbers(0, 3), commit=True)
    in_transaction(scene, numbers(3, 6), commit=False)
    async with scene.reader(step_seconds=0.1) as desk:
        turn = await desk.turn()
        assert [record.value for record in turn.records] == numbers(0, 3)
        await turn.commit()
        async with asyncio.timeout(10):
            while scene.committed() != 8:
                await asyncio.sleep(0.1)
    delete(scene, 8)
    scene.send(numbers(6, 9))
    assert await work(scene, 1) == numbers(6, 9)


async def test_aborted_events_are_not_read(broker: Broker) -> None:
    scene = Scene(broker)
    in_transaction(scene, numbers(0, 10), commit=False)
    in_transaction(scene, numbers(10, 20), commit=True)
    assert await work(scene, 1) == numbers(10, 20)


async def test_log_and_state_must_be_partitioned_alike(broker: Broker) -> None:
    scene = Scene(broker, partitions=2)
    scene.create(NewTopic(f"{scene.name}.narrow", 1, config={"cleanup.policy": "compact"}))
    with pytest.raises(LayoutMismatch, match="has 2 partitions and"):
        async with scene.reader(state_topic=f"{scene.name}.narrow"):
            pass


async def test_positions_kept_in_sql_are_where_an_agent_without_state_starts(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send(numbers(0, 25))
    table = {0: 0}

    async def position(partition: int) -> int:
        return table[partition]

    for expected in (numbers(0, 10), numbers(10, 20), numbers(20, 25)):
        async with scene.reader(state_topic=None, positions=position, max_records=10) as desk:
            turn = await desk.turn()
            assert [record.value for record in turn.records] == expected
            with pytest.raises(LogError):
                await turn.commit()
            table[0] = turn.position
            turn.done()
    assert scene.committed() is None


def delete(scene: Scene, before: int) -> None:
    """Delete what is before that offset, as the broker does when the retention has passed."""
    where = librdkafka.TopicPartition(f"{scene.name}.in", 0, before)
    for future in scene.admin.delete_records([where]).values():
        future.result()


def in_transaction(scene: Scene, values: list[bytes], commit: bool) -> None:
    producer = librdkafka.Producer({**scene.kafka.librdkafka(), "transactional.id": f"{scene.name}-partner"})
    producer.init_transactions()
    producer.begin_transaction()
    for value in values:
        producer.produce(f"{scene.name}.in", value, b"k", 0)
    producer.flush()
    if commit:
        producer.commit_transaction()
    else:
        producer.abort_transaction()
