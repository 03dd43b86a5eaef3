# SPDX-License-Identifier: EUPL-1.2
"""One supervised tree: the embedded broker and a process for each role. A worker that dies is started again.

Workers end themselves on purpose when they cannot go on safely (fenced, a bundle missing, an exception nobody named):
the next one starts where the last commit stood. One that dies again and again waits longer each time, and its last
words are shown.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from hub.broker import tether
from hub.broker.kafka import Broker
from hub.broker.topics import WORKERS, Role
from hub.settings import Settings

STOP_SECONDS = 8.0
LONGEST_PAUSE = 10.0
HEALTHY_SECONDS = 30.0
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
RAISED = re.compile(r"^(?:hub|schemas|consent|connectors)[\w.]*\.[A-Z]\w+: .+", re.MULTILINE)
"""An error of ours, as a trace ends with it."""
ENDING = re.compile(r"^[\w.]*(?:Error|Exception): .+|This process ends: .+", re.MULTILINE)
LAST_BYTES = 64 * 1024


@dataclass
class Worker:
    """One supervised process; `name` is its role, with a number where there are several."""

    role: Role
    name: str
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    born: int = 0
    """Where in its log its present life begins."""
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.returncode is None else None


class Supervisor:
    """Runs the workers of one hub; `tell` gets a sentence whenever one dies."""

    def __init__(
        self,
        settings: Settings,
        bootstrap: str,
        *,
        roles: Sequence[Role] = WORKERS,
        tell: Callable[[str], None] = lambda _: None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._settings, self._bootstrap, self._tell = settings, bootstrap, tell
        self._environment = environment or {}
        count: dict[Role, int] = {}
        self.workers: list[Worker] = []
        for role in roles:
            count[role] = count.get(role, 0) + 1
            self.workers.append(Worker(role, role.value if count[role] == 1 else f"{role.value}-{count[role]}"))
        self._stopping = False

    async def start(self) -> None:
        self._settings.data.joinpath("logs").mkdir(exist_ok=True)
        for worker in self.workers:
            worker.task = asyncio.create_task(self._keep(worker), name=worker.name)
        await asyncio.sleep(0)

    async def stop(self) -> None:
        """Ask every worker to end, then end it; returns when none is left."""
        self._stopping = True
        for worker in self.workers:
            if worker.process and worker.process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    worker.process.terminate()
        tasks = [worker.task for worker in self.workers if worker.task]
        _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS) if tasks else ((), ())
        for worker in self.workers:
            if worker.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)
        if late:
            await asyncio.wait(late, timeout=STOP_SECONDS)

    def memory(self, broker: Broker | None = None) -> dict[str, int]:
        """Resident bytes of every process of the tree, by name."""
        pids = {worker.name: worker.pid for worker in self.workers} | {"supervisor": os.getpid()}
        if broker is not None:
            pids["kafka"] = broker.pid
        found = {}
        for name, pid in pids.items():
            with contextlib.suppress(psutil.Error):
                if pid:
                    found[name] = psutil.Process(pid).memory_info().rss
        return found

    def log(self, worker: Worker) -> Path:
        return self._settings.data / "logs" / f"{worker.name}.log"

    async def _keep(self, worker: Worker) -> None:
        pause = 0.2
        while not self._stopping:
            started = time.monotonic()
            worker.starts += 1
            with self.log(worker).open("ab") as output:
                worker.born = output.tell()
                worker.process = await asyncio.create_subprocess_exec(
                    *self._command(worker),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=self._env(worker),
                )
            code = await worker.process.wait()
            if self._stopping:
                return
            pause = 0.2 if time.monotonic() - started > HEALTHY_SECONDS else min(pause * 2, LONGEST_PAUSE)
            self._tell(
                f"{worker.name} ended (exit code {code}): {self._last_words(worker)} Starting it again in {pause:.1f} s."
                if code >= 0
                else f"{worker.name} was killed by signal {-code}. Starting it again in {pause:.1f} s."
            )
            await asyncio.sleep(pause)

    def _command(self, worker: Worker) -> list[str]:
        room = ["hub.web"] if worker.role is Role.WEB else ["hub.streams", worker.role.value]
        # -P: what lies in the folder that an operator works from is data (a folder `hub`, say), and no code of ours
        hub = [sys.executable, "-P", "-m", *room, str(self._settings.data)]
        return [sys.executable, "-I", "-S", str(Path(tether.__file__)), str(os.getpid()), *hub]

    def _env(self, worker: Worker) -> dict[str, str]:
        return (
            os.environ
            | {"HUB_BOOTSTRAP": self._bootstrap, "HUB_WORKER": worker.name, "PYTHONUNBUFFERED": "1"}
            | self._environment
        )

    def _last_words(self, worker: Worker) -> str:
        """Why it ended: the first error that it did not survive; what follows that is only its consequence."""
        with self.log(worker).open("rb") as log:
            log.seek(max(worker.born, self.log(worker).stat().st_size - LAST_BYTES))
            text = CONTROL.sub("", log.read().decode(errors="replace"))
        found = list(RAISED.finditer(text)) or list(ENDING.finditer(text))
        return found[0].group().strip()[:300] if found else "it left no word."
