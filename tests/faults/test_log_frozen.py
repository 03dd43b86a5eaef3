# SPDX-License-Identifier: EUPL-1.2
"""A worker that was away without knowing it is fenced; a worker with a bug ends uncommitted; neither harms anything."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from hub.broker.kafka import Broker
from tests.faults.log_crew import Crew, expect_exactly_once, finished, until
from tests.faults.log_worker import BUG, POISON, Orders
from tests.stream.log_scene import Scene


def test_a_frozen_worker_that_wakes_up_is_fenced_and_ends(broker: Broker, tmp_path: Path) -> None:
    scene = Scene(broker, partitions=4)
    sent = []
    logs = [tmp_path / "logs" / f"worker-{place}.log" for place in range(2)]
    # every turn takes a while, so that turns are out at the moment of freezing
    orders = Orders(broker.bootstrap, str(broker.credentials.directory), scene.name, max_records=20, pause=0.5)
    with Crew(orders, tmp_path / "logs") as crew:
        until(lambda: all("restored: " in log.read_text() for log in logs), 60)  # each has partitions of its own
        for partition in range(4):
            own = [b"event %d %04d" % (partition, number) for number in range(300)]
            scene.send(own, key=b"person-%d" % partition, partition=partition)
            sent += own
        until(lambda: len(scene.values("out")) > 100, 30)
        frozen = crew.workers[0]
        frozen.send_signal(signal.SIGSTOP)
        until(lambda: finished(scene), 60)  # the other one takes over all of it
        frozen.send_signal(signal.SIGCONT)
        code = frozen.wait(20)
        print(f"\nwoken after the other had finished, the frozen worker ended with {code}")
        assert code not in (0, -signal.SIGKILL)
        assert "another owner" in logs[0].read_text()
        assert crew.workers[1].poll() is None, "the other one goes on"
    expect_exactly_once(scene, sent)


def test_an_exception_that_nobody_named_ends_the_process_with_nothing_of_its_turn_committed(
    broker: Broker, tmp_path: Path
) -> None:
    scene = Scene(broker)
    scene.send([b"1", POISON, b"2"])
    orders = Orders(broker.bootstrap, str(broker.credentials.directory), scene.name, concurrency=2)
    with Crew(orders, tmp_path / "logs", size=1) as crew:
        until(lambda: finished(scene), 30)
        scene.send([b"3", BUG, b"4"])
        start = time.monotonic()
        code = crew.workers[0].wait(30)
        print(
            f"\nthe worker ended with {code}, {time.monotonic() - start:.1f} s after the record that it cannot handle"
        )
        assert code not in (0, -signal.SIGKILL)
    assert scene.values("out") == [b"1", b"2"]
    assert scene.values("dead") == [POISON]
    assert scene.state()[0] == {b"k": b"2", b"\x00position": b"3"}
    assert scene.committed() == 3
