# SPDX-License-Identifier: EUPL-1.2
"""Whatever happens to a worker, its partitions go on: with another worker, or after an end that is said aloud."""

from __future__ import annotations

import asyncio
import time

import pytest

from hub.broker.kafka import Broker
from hub.streams.errors import Fenced, Revoked
from hub.streams.store import Store
from tests.stream.log_scene import Desk, Scene, handle


async def work(desk: Desk, scene: Scene, done: list[bytes], until: int, seconds: float = 20) -> None:
    """Commit turns until ``done`` has that many records."""
    async with asyncio.timeout(seconds):
        while len(done) < until:
            try:
                turn = await desk.turn(seconds=0.2)
            except AssertionError:
                continue
            handle(turn, f"{scene.name}.out")
            try:
                await turn.commit()
            except Revoked:
                continue
            done += [record.value for record in turn.records]


async def test_a_second_worker_takes_its_share_and_gives_it_back(broker: Broker) -> None:
    scene = Scene(broker, partitions=4)
    opened: list[int] = []

    def note(partition: int, store: Store) -> None:
        opened.append(partition)

    def send(first: int) -> None:
        for partition in range(4):
            scene.send([b"%d" % number for number in range(first, first + 50)], partition=partition)

    send(0)
    async with scene.reader(note) as one:
        done: list[bytes] = []
        await work(one, scene, done, 200)
        async with scene.reader(note) as two:
            async with asyncio.timeout(15):
                while len(two.reader.partitions) != 2 or any(p.busy for p in two.reader.partitions.values()):
                    await asyncio.sleep(0.05)
            assert len(one.reader.partitions) == 2
            send(50)
            await asyncio.gather(work(one, scene, done, 400), work(two, scene, done, 400))
        send(100)
        await work(one, scene, done, 600)
        assert len(one.reader.partitions) == 4
    out = scene.values("out")
    assert sorted(out) == sorted(b"%d" % number for number in range(150) for _ in range(4))
    assert len(opened) == 4 + 2 + 2, "what stayed was not opened again"
    assert {rows[b"k"] for rows in scene.state().values()} == {b"150"}


async def test_a_turn_that_outlives_its_partition_is_revoked(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send([b"1", b"2"])
    quick = {"rebalance_timeout_ms": 4000, "heartbeat_interval_ms": 500}
    async with scene.reader(**quick) as slow:
        turn = await slow.turn()
        handle(turn, f"{scene.name}.out")
        async with scene.reader(**quick) as other:
            done: list[bytes] = []
            await asyncio.wait_for(work_either(scene, done, slow, other), 30)
        assert turn.revoked
        with pytest.raises(Revoked):
            await turn.commit()
    assert scene.values("out") == [b"1", b"2"]


async def work_either(scene: Scene, done: list[bytes], *desks: Desk) -> None:
    """Whoever owns the partition now."""
    while len(done) < 2:
        for desk in desks:
            if not desk.queue.empty():
                await work(desk, scene, done, 2)
        await asyncio.sleep(0.05)


async def test_an_owner_that_comes_back_too_late_is_fenced(broker: Broker) -> None:
    """As after a long freeze: the group has given the partition to another, and the old owner does not know yet."""
    scene, other = Scene(broker), None
    scene.send([b"1", b"2"])
    async with scene.reader() as old:
        turn = await old.turn()
        handle(turn, f"{scene.name}.out")
        # another group: it gets the partition although the old owner still believes to have it
        async with scene.reader(group=f"{scene.name}.other") as other:
            done: list[bytes] = []
            await work(other, scene, done, 2)
            with pytest.raises(Fenced, match="another owner"):
                await turn.commit()
        await old.reader.crash(RuntimeError("what Faust does with an error that nobody named"))
    assert scene.values("out") == [b"1", b"2"]
    assert scene.state()[0][b"k"] == b"2"


async def test_a_transaction_that_the_broker_ended_ends_the_worker_and_nothing_is_seen(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send([b"1", b"2"])
    async with scene.reader(transaction_timeout_ms=1000) as desk:
        turn = await desk.turn()
        producer = desk.reader.partitions[0].producer
        handle(turn, f"{scene.name}.out")
        freeze(producer, seconds=14)  # the broker looks for late transactions every 10 s
        with pytest.raises(Fenced):
            await turn.commit()
        await desk.reader.crash(RuntimeError("what Faust does with an error that nobody named"))
    assert scene.values("out") == []
    async with scene.reader() as desk:
        turn = await desk.turn()
        handle(turn, f"{scene.name}.out")
        await turn.commit()
    assert scene.values("out") == [b"1", b"2"]


def freeze(producer: object, seconds: float) -> None:
    """Let the transaction lie open: offsets are sent that much later."""
    send_offsets = producer.send_offsets_to_transaction  # type: ignore[attr-defined]

    async def late(*arguments: object) -> None:
        await asyncio.sleep(seconds)
        await send_offsets(*arguments)

    producer.send_offsets_to_transaction = late  # type: ignore[attr-defined]


async def test_a_turn_that_does_not_end_ends_the_process(broker: Broker) -> None:
    scene = Scene(broker, partitions=2)
    scene.send([b"1"], partition=1)
    async with scene.reader(watchdog_seconds=3) as desk:
        await desk.turn()
        async with asyncio.timeout(10):
            while not desk.ended:
                await asyncio.sleep(0.1)
        await desk.reader.crash(RuntimeError("the process would have ended"))
    assert desk.ended == [f"no progress for 3 s at {scene.name}.in partition 1."]


async def test_a_blocked_event_loop_ends_the_process(broker: Broker) -> None:
    scene = Scene(broker)
    async with scene.reader(watchdog_seconds=2) as desk:
        await desk.open()
        time.sleep(5)
    assert desk.ended == ["no progress for 2 s at the event loop."]


async def test_a_log_in_which_nothing_happens_is_no_reason_to_end(broker: Broker) -> None:
    """Nor are the markers of transactions at its end, nor an agent that is slow but goes on."""
    scene = Scene(broker, partitions=2)
    async with scene.reader(step_seconds=0.1) as upstream:
        scene.send([b"1"] * 10, partition=0)
        turn = await upstream.turn()
        turn.emit(f"{scene.name}.in", b"from a transaction", key=b"k", partition=1)
        await turn.commit()
        await upstream.turn()
        await upstream.reader.crash(RuntimeError("enough"))
    async with scene.reader(watchdog_seconds=2, max_records=1) as desk:
        turn = await desk.turn()
        await turn.commit()
        await asyncio.sleep(5)
        assert desk.ended == []
        assert not any(partition.lag for partition in desk.reader.partitions.values())
