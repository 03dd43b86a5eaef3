# SPDX-License-Identifier: EUPL-1.2
"""A kill at each named point of the commit: before, between and after the steps, the turn counts once."""

from __future__ import annotations

import signal
from pathlib import Path

from hub.broker.kafka import Broker
from hub.streams.failpoints import Failpoint
from tests.faults.log_crew import Crew, expect_exactly_once, finished, until
from tests.faults.log_worker import Orders
from tests.stream.log_scene import Scene

EVENTS = 400


def test_a_kill_at_every_step_of_the_commit_leaves_every_event_with_its_effects_once(
    broker: Broker, tmp_path: Path
) -> None:
    """All points side by side, each with a log of its own; every worker dies at its third passage."""
    sent = [b"event %05d" % number for number in range(EVENTS)]
    scenes, crews = {}, {}
    for point in Failpoint:
        scene = scenes[point] = Scene(broker, partitions=2)
        for partition in range(2):
            for person in range(5):
                own = [value for number, value in enumerate(sent) if number % 10 == partition * 5 + person]
                scene.send(own, key=b"person-%d-%d" % (partition, person), partition=partition)
        orders = Orders(broker.bootstrap, str(broker.credentials.directory), scene.name, max_records=20)
        armed = {"HUB_FAILPOINT": f"{point}:3", "HUB_FAILPOINT_LOG": str(tmp_path / point)}
        crews[point] = Crew(orders, tmp_path / "logs" / point, size=1, environment=armed).__enter__()
    try:
        for point, crew in crews.items():
            assert crew.workers[0].wait(60) == -signal.SIGKILL, f"killed at {point}"
            # 20 of 200 records a turn: what follows has work to do at every point
            assert not finished(scenes[point])
            crew.environment = {}
            crew.tend()
        for scene in scenes.values():
            until(lambda scene=scene: finished(scene), 60)  # type: ignore[misc]
    finally:
        for crew in crews.values():
            crew.__exit__(None, None, None)
    for point, scene in scenes.items():
        expect_exactly_once(scene, sent)
        passages = (tmp_path / point).read_text().split("\n")[:-1]
        assert [line.split()[0] for line in passages] == [point] * 3
        invisible = len(scene.read("out", "read_uncommitted")) - EVENTS
        print(f"{point}: passed {len(passages)} times, killed at the last; outputs aborted by the next owner: {invisible}")
        if point in (Failpoint.BEFORE_BEGIN, Failpoint.AFTER_BEGIN, Failpoint.AFTER_COMMIT):
            assert invisible == 0
        else:
            assert invisible > 0, "the kill came when outputs stood in the log already"
