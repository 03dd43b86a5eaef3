# SPDX-License-Identifier: EUPL-1.2
"""P5, exactly once: workers and broker are killed at random moments under load, and every event has its effects once."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import confluent_kafka as librdkafka
import pytest

from hub.broker.kafka import Broker
from hub.streams.outputs import partition_of
from tests.faults.log_crew import Crew, expect_exactly_once, finished, until
from tests.faults.log_worker import Orders
from tests.stream.log_scene import Scene, handle

SEED = 20260302
EVENTS = 20_000
KEYS = 500
PARTITIONS = 6
SECONDS = 24.0
"""How long the events keep coming; all faults fall within."""


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker of our own, to be killed."""
    with Broker(tmp_path_factory.mktemp("mortal")) as broker:
        yield broker


class Sender(threading.Thread):
    """Sends events evenly over ``SECONDS``, in order per key, whatever happens to the broker meanwhile."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(daemon=True)
        self.scene = scene
        self.sent = [b"event %05d " % number + b"x" * 200 for number in range(EVENTS)]

    def run(self) -> None:
        producer = librdkafka.Producer({**self.scene.kafka.librdkafka(), "linger.ms": 5, "enable.idempotence": True})
        start = time.monotonic()
        for number, value in enumerate(self.sent):
            key = b"person-%d" % (number % KEYS)
            producer.produce(f"{self.scene.name}.in", value, key, partition_of(key, PARTITIONS))
            if number % 50 == 0:
                producer.poll(max(0.0, start + SECONDS * number / EVENTS - time.monotonic()))
        assert producer.flush(60) == 0


def test_twenty_thousand_events_survive_five_kills_of_workers_and_two_of_the_broker(
    mortal: Broker, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    scene = Scene(mortal, partitions=PARTITIONS)
    orders = Orders(mortal.bootstrap, str(mortal.credentials.directory), scene.name, max_records=200)
    faults = ["worker"] * 5 + ["broker"] * 2
    chance.shuffle(faults)
    slot = (SECONDS - 4) / len(faults)
    moments = [4 + slot * (place + chance.random()) for place in range(len(faults))]
    with Crew(orders, tmp_path / "logs", states=tmp_path / "states") as crew:
        sender = Sender(scene)
        sender.start()
        start = time.monotonic()
        for moment, fault in zip(moments, faults, strict=True):
            until(lambda moment=moment: time.monotonic() - start >= moment, 60, crew.tend)  # type: ignore[misc]
            if fault == "broker":
                mortal.kill()
                mortal.start()
            else:
                crew.kill(chance.randrange(2))
        until(lambda: not sender.is_alive(), 60, crew.tend)
        quiet = until(lambda: finished(scene), 60, crew.tend)
        memory = crew.memory()
        for worker in crew.workers:
            worker.terminate()
        # One that was killed last may still be starting, and has no handler for the signal yet.
        assert {worker.wait(20) for worker in crew.workers} <= {0, -signal.SIGTERM}, "workers stop in good order"
    expect_exactly_once(scene, sender.sent)
    assert crew.ends[-9] == 5
    others = {code: count for code, count in crew.ends.items() if code != -9}
    print(
        f"\n{EVENTS} events; killed (seed {SEED}): "
        + ", ".join(f"{fault} at {moment:.1f} s" for moment, fault in zip(moments, faults, strict=True))
        + f"; other ends of workers, by code: {others or 'none'}; caught up {quiet:.1f} s after the last event; "
        f"resident MiB of the workers: {memory}"
    )
    asyncio.run(starts_where_it_stopped(scene))


async def starts_where_it_stopped(scene: Scene) -> None:
    """And then: nobody reads for so long that the broker forgets the group; the next worker has no store left either."""
    before = scene.state()
    scene.forget_group()
    scene.send([b"one more"], key=b"person-1", partition=partition_of(b"person-1", PARTITIONS))
    async with scene.reader() as desk:
        turn = await desk.turn()
        assert [record.value for record in turn.records] == [b"one more"]
        handle(turn, f"{scene.name}.out")
        await turn.commit()
        for number, partition in desk.reader.partitions.items():
            rows = dict(partition.store.scan(b"", None))
            changed = {key for key in rows.keys() | before[number].keys() if rows.get(key) != before[number].get(key)}
            assert changed <= {b"person-1", b"\x00position"}
    assert Scene.values(scene, "out").count(b"one more") == 1
