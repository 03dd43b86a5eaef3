# SPDX-License-Identifier: EUPL-1.2
"""A kill at each named point of the commit: before, between and after the steps, the turn counts once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from hub.broker.kafka import Broker
from hub.streams.failpoints import Failpoint
from tests.faults.log_crew import ROOT, expect_exactly_once, finished
from tests.faults.log_worker import Orders
from tests.stream.log_scene import Scene, handle

EVENTS = 200
PERSONS = 10
TURN = 20
AT_ONCE = asyncio.Semaphore(2)
"""A worker per core: six that start together keep each other from being in time for their group."""
UNSENT = {Failpoint.BEFORE_BEGIN, Failpoint.AFTER_BEGIN}
"""Points before the broker has any output of the turn."""


async def test_a_kill_at_every_step_of_the_commit_leaves_every_event_with_its_effects_once(
    broker: Broker, tmp_path: Path
) -> None:
    """All points two at a time, each with a log of its own; every worker dies at its third passage, another one goes on."""
    sent = [b"event %05d" % number for number in range(EVENTS)]
    scenes = {point: Scene(broker, partitions=2) for point in Failpoint}
    for scene in scenes.values():
        for person in range(PERSONS):
            scene.send(sent[person::PERSONS], key=b"person-%d" % person, partition=person % 2)
    passed = await asyncio.gather(*(killed_at(point, scene, tmp_path) for point, scene in scenes.items()))
    for point, scene in scenes.items():
        assert not finished(scene), f"{point} left work to do"
    await asyncio.gather(*(finish(scene) for scene in scenes.values()))
    for passages, (point, scene) in zip(passed, scenes.items(), strict=True):
        expect_exactly_once(scene, sent)
        aborted = len(scene.read("out", "read_uncommitted")) - EVENTS
        print(
            f"{point}: {passages} passages, killed at the last; {aborted} outputs stand in the log and are never seen"
        )
        assert passages == 3
        assert aborted == (0 if point in {*UNSENT, Failpoint.AFTER_COMMIT} else TURN)


async def killed_at(point: Failpoint, scene: Scene, directory: Path) -> int:
    """Run a worker until the failpoint kills it; how often it has passed the point."""
    orders = Orders(
        scene.broker.bootstrap, str(scene.broker.credentials.directory), scene.name, max_records=TURN, concurrency=1
    )
    async with AT_ONCE:
        ended = await end_of_worker(point, orders, directory)
    assert ended == -signal.SIGKILL, f"{point}: ended with {ended}\n{(directory / f'{point}.log').read_text()[-4000:]}"
    passages = (directory / point).read_text().splitlines()
    assert {line.split()[0] for line in passages} == {point}
    return len(passages)


async def end_of_worker(point: Failpoint, orders: Orders, directory: Path) -> int:
    """How a worker ends that is to be killed at its third passage."""
    with (directory / f"{point}.log").open("wb") as log:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.log_worker", orders.json(),
            cwd=ROOT, env=os.environ | {"HUB_FAILPOINT": f"{point}:3", "HUB_FAILPOINT_LOG": str(directory / point)},
            stdout=subprocess.DEVNULL, stderr=log,
        )  # fmt: skip
        async with asyncio.timeout(60):
            return await worker.wait()


async def finish(scene: Scene) -> None:
    """The successor: handles what is left."""
    async with scene.reader() as desk:
        partitions = desk.reader.partitions
        while sum(partition.position for partition in partitions.values()) < EVENTS:
            turn = await desk.turn(seconds=30)
            handle(turn, f"{scene.name}.out")
            await turn.commit()
