# SPDX-License-Identifier: EUPL-1.2
"""Turns: bounded, in order, one at a time per partition, several partitions at once; a slow agent holds back the
reading."""

from __future__ import annotations

import asyncio

import confluent_kafka as librdkafka
import psutil
import pytest

from hub.broker.kafka import Broker
from hub.streams.errors import TurnOver
from tests.stream.log_scene import Scene, handle


async def test_turns_hold_the_log_in_order_and_no_more_than_asked(broker: Broker) -> None:
    scene = Scene(broker)
    values = [b"%04d" % number for number in range(1000)]
    scene.send(values)
    read: list[bytes] = []
    async with scene.reader(max_records=64) as desk:
        while len(read) < 1000:
            turn = await desk.turn()
            assert len(turn.records) <= 64
            read += [record.value for record in turn.records]
            await turn.commit()
    assert read == values


async def test_turns_are_bounded_by_bytes_too(broker: Broker) -> None:
    scene = Scene(broker)
    values = [b"x" * 3000 for _ in range(50)] + [b"y" * 12_000]
    scene.send(values)
    sizes: list[list[int]] = []
    async with scene.reader(max_bytes=10_000) as desk:
        while sum(len(turn) for turn in sizes) < 51:
            turn = await desk.turn()
            sizes.append([len(record.value) for record in turn.records])
            await turn.commit()
    assert [size for turn in sizes for size in turn] == [len(value) for value in values]
    assert all(sum(turn) <= 10_000 for turn in sizes[:-1])
    assert sizes[-1] == [12_000], "a record that is larger than a turn gets one of its own"


async def test_one_turn_a_partition_and_all_partitions_at_once(broker: Broker) -> None:
    scene = Scene(broker, partitions=3)
    for partition in range(3):
        scene.send([b"%d" % number for number in range(30)], partition=partition)
    async with scene.reader(max_records=10) as desk:
        first = [await desk.turn() for _ in range(3)]
        assert {turn.partition for turn in first} == {0, 1, 2}
        with pytest.raises(AssertionError, match="no turn"):
            await desk.turn(seconds=0.7)
        await first[1].commit()
        second = await desk.turn()
        assert second.partition == first[1].partition
        assert second.records[0].offset == first[1].records[-1].offset + 1
        for turn in (first[0], first[2], second):
            await turn.commit()


async def test_a_turn_ends_once(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send([b"1", b"2"])
    async with scene.reader(max_records=1) as desk:
        turn = await desk.turn()
        await turn.commit()
        with pytest.raises(TurnOver):
            await turn.commit()
        await (await desk.turn()).commit()
    async with scene.reader() as desk:
        with pytest.raises(AssertionError, match="no turn"):
            await desk.turn(seconds=0.7)


async def test_the_groups_offset_follows_and_at_once_where_somebody_waits_for_it(broker: Broker) -> None:
    """Every turn's state has the position; the group's offset is for those who watch, so not every turn pays for it."""
    scene = Scene(broker)
    scene.send([b"%d" % number for number in range(4)])
    async with scene.reader(max_records=1) as desk:
        for _ in range(2):
            await (await desk.turn()).commit()
        assert await asyncio.to_thread(scene.committed) == 1
        turn = await desk.turn()
        turn.awaited = True
        await turn.commit()
        assert await asyncio.to_thread(scene.committed) == 3
        await (await desk.turn()).commit()
        async with asyncio.timeout(10):
            while await asyncio.to_thread(scene.committed) != 4:
                await asyncio.sleep(0.1)


async def test_a_slow_agent_holds_back_the_reading(broker: Broker) -> None:
    """100 MB in the log, and one turn that takes its time: what is read ahead stays within one fetch a partition."""
    scene = Scene(broker, partitions=4)
    for partition in range(4):
        scene.send((b"x" * 10_000 for _ in range(2500)), partition=partition)
    process = psutil.Process()
    async with scene.reader(max_records=100) as desk:
        turns = [await desk.turn() for _ in range(4)]
        before = process.memory_info().rss
        await asyncio.sleep(2)
        grown = process.memory_info().rss - before
        assert desk.queue.empty()
        for turn in turns:
            await turn.commit()
        following = [await desk.turn() for _ in range(4)]
        assert {turn.partition: turn.records[0].offset for turn in following} == {
            turn.partition: turn.position for turn in turns
        }
        for turn in following:
            await turn.commit()
    print(f"read ahead while an agent was slow: {grown / 2**20:.1f} MiB of 95 MiB in the log")
    assert grown < 24 * 2**20


async def test_what_a_turn_says_is_seen_at_once_or_not_at_all(broker: Broker) -> None:
    scene = Scene(broker, partitions=2)
    scene.send([b"a", b"b"], key=b"person-1", partition=1)
    async with scene.reader() as desk:
        turn = await desk.turn()
        handle(turn, f"{scene.name}.out")
        assert scene.values("out") == []
        await turn.commit()
        assert sorted(scene.values("out")) == [b"a", b"b"]
    assert scene.state() == {0: {}, 1: {b"person-1": b"2", b"\x00position": b"2"}}
    assert (scene.committed(0), scene.committed(1)) == (None, 2)


async def test_outputs_go_where_every_other_client_would_put_them(broker: Broker) -> None:
    scene = Scene(broker, partitions=5)
    keys = [b"dossier-%d" % number for number in range(200)]
    scene.send([b"go"], partition=3)
    async with scene.reader() as desk:
        turn = await desk.turn()
        for key in keys:
            turn.emit(f"{scene.name}.out", b"by key", key=key, headers=[("ce_id", b"1"), ("ce_id", b"2")])
        turn.emit(f"{scene.name}.out", b"chosen", partition=4)
        turn.emit(f"{scene.name}.out", b"beside")
        await turn.commit()
    stock = librdkafka.Producer({**scene.kafka.librdkafka(), "partitioner": "murmur2_random"})
    for key in keys:
        stock.produce(f"{scene.name}.out", b"stock", key)
    stock.flush()
    placed = {(message.value(), message.key()): message.partition() for message in scene.read("out")}
    assert all(placed[b"by key", key] == placed[b"stock", key] for key in keys)
    assert (placed[b"chosen", None], placed[b"beside", None]) == (4, 3)
    by_key = next(message for message in scene.read("out") if message.value() == b"by key")
    assert by_key.headers() == [("ce_id", b"1"), ("ce_id", b"2")]


async def test_more_output_than_one_batch_holds_arrives_in_order(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send([b"go"])
    values = [b"%05d" % number + b"x" * 9000 for number in range(500)]
    async with scene.reader() as desk:
        turn = await desk.turn()
        for value in values:
            turn.emit(f"{scene.name}.out", value)
        await turn.commit()
    assert scene.values("out") == values
