# SPDX-License-Identifier: EUPL-1.2
"""`python -m tests.duo_simulator.kreupel FOLDER SIDE HUB`: one side of the connection, killed (SIGKILL) at its first commit,
question to DUO, answer of DUO or event to the hub; then started again and killed at its second; and so on.

HUB is a file that stands for the hub: one line an event that arrived, on disk before it is confirmed.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import event

from connectors import Event
from connectors.duo.bedrijf import bedrijf
from connectors.duo.doorgeven import geef_door
from connectors.duo.klant import DuoKlant
from connectors.duo.melden import Melder
from connectors.duo.ophalen import Ophaler

MOST = 200


class Stap:
    """Counts the places at which it can be killed."""

    def __init__(self, bij: int) -> None:
        self.over = bij

    def __call__(self, *_: Any) -> None:
        self.over -= 1
        if self.over == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Bestand:
    """The hub, as a file."""

    def __init__(self, path: Path, stap: Stap) -> None:
        self._path, self._stap = path, stap

    async def send_all(self, events: Sequence[Event]) -> list[str]:
        for one in events:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([one.id, one.gebeurtenis, dict(one.data)]) + "\n")
                file.flush()
                os.fsync(file.fileno())
            self._stap()
        return [one.id for one in events]


async def main(folder: Path, side: str, step: int, hub: Path) -> None:
    stap = Stap(step)
    vraag = DuoKlant.vraag

    async def gevraagd(self: DuoKlant, *a: Any, **k: Any) -> Any:
        stap()
        antwoord = await vraag(self, *a, **k)
        stap()
        return antwoord

    DuoKlant.vraag = gevraagd  # type: ignore[method-assign]
    async with bedrijf(folder) as b:
        event.listen(b.opslag._engine, "commit", stap)
        soort = Ophaler if side == "serve" else Melder
        werk = soort(b.profiel, b.opslag, b.klant, b.pauze)
        slot = b.slot("hub")
        while await werk.ronde():
            await geef_door(b.opslag, Bestand(hub, stap), slot)
        await geef_door(b.opslag, Bestand(hub, stap), slot)


def again_and_again(folder: Path, side: str, hub: Path) -> int:
    """Run it, each time killed one step further on than the last, until it comes to its end; how often it was killed.

    Each run is a fork of this process, which opened nothing yet: what it starts with, it reads from disk.
    """
    for step in range(1, MOST):
        child = os.fork()
        if child == 0:
            asyncio.run(main(folder, side, step, hub))
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSIGNALED(status):
            assert os.waitstatus_to_exitcode(status) == 0, status
            return step - 1
        assert os.WTERMSIG(status) == signal.SIGKILL
    raise AssertionError("it never came to an end")


if __name__ == "__main__":
    sys.stdout.write(f"{again_and_again(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))}\n")
