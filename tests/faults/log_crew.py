# SPDX-License-Identifier: EUPL-1.2
"""Worker processes for fault tests of the log channel: started, killed, frozen, and started again when they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from hub.streams.restore import POSITION
from tests.faults.log_worker import Orders
from tests.stream.log_scene import Scene

__all__ = ["Crew", "expect_exactly_once", "fold", "until"]

ROOT = Path(__file__).parents[2]


@dataclass
class Crew:
    """``size`` workers on one scene; ``tend`` starts anew whoever has ended."""

    orders: Orders
    logs: Path
    size: int = 2
    states: Path | None = None
    """Give every second worker a store on disk here; the others keep state in memory."""
    environment: dict[str, str] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    ends: Counter[int] = field(default_factory=Counter)
    """How often a worker ended with which code; killed is -9, the watchdog 70, an error 1."""

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        self.workers = [self._start(place) for place in range(self.size)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()
        if error is not None:
            for log in sorted(self.logs.iterdir()):
                print(f"--- {log.name}\n{log.read_text()[-4000:]}", file=sys.stderr)

    def _start(self, place: int) -> subprocess.Popen[bytes]:
        disk = str(self.states / str(place)) if self.states and place % 2 == 0 else None
        with (self.logs / f"worker-{place}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.faults.log_worker", replace(self.orders, state=disk).json()],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
            )

    def tend(self) -> None:
        for place, worker in enumerate(self.workers):
            code = worker.poll()
            if code is not None:
                self.ends[code] += 1
                self.workers[place] = self._start(place)

    def kill(self, place: int) -> None:
        """Kill -9 a living one; it is started again."""
        self.tend()
        self.workers[place].send_signal(signal.SIGKILL)
        self.workers[place].wait()
        self.tend()

    def memory(self) -> list[int]:
        """Resident memory of every worker, MiB."""
        return [psutil.Process(worker.pid).memory_info().rss >> 20 for worker in self.workers if worker.poll() is None]


def until(done: Callable[[], bool], seconds: float, each: Callable[[], None] = lambda: None) -> float:
    """Wait until ``done``, calling ``each`` meanwhile; the seconds it took. AssertionError after ``seconds``."""
    start = time.monotonic()
    while not done():
        assert time.monotonic() - start < seconds, f"not done in {seconds} s"
        each()
        time.sleep(0.2)
    return time.monotonic() - start


def finished(scene: Scene) -> bool:
    """Whether the state's positions have reached the end of the log."""
    ends = dict.fromkeys(range(scene.partitions), 0)
    for record in scene.read("in"):
        ends[record.partition()] = record.offset() + 1
    state = scene.state()
    return all(int(state[number].get(POSITION, b"0")) == end for number, end in ends.items())


def fold(values: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """What the state must be: a count per key, made from the log by other code than the worker's."""
    return {key: str(count).encode() for key, count in Counter(key for key, _ in values).items()}


def expect_exactly_once(scene: Scene, sent: list[bytes]) -> None:
    """Every event has its effects once: the log is whole, every output is there once, the state is the log's fold."""
    log = scene.read("in")
    assert sorted(record.value() for record in log) == sorted(sent), "the log is what was sent"
    outputs = Counter(scene.values("out"))
    lost = set(sent) - set(outputs)
    doubled = {value: count for value, count in outputs.items() if count > 1}
    assert (lost, doubled) == (set(), {})
    assert len(outputs) == len(sent)
    for number, rows in scene.state().items():
        here = [(record.key(), record.value()) for record in log if record.partition() == number]
        assert {key: value for key, value in rows.items() if key != POSITION} == fold(here)
    by_key: dict[bytes, list[bytes]] = {}
    for record in log:
        by_key.setdefault(record.key(), []).append(record.value())
    seen: dict[bytes, list[bytes]] = {}
    for output in scene.read("out"):
        seen.setdefault(output.key(), []).append(output.value())
    assert seen == by_key, "the outputs of a person stand in the log's order"
