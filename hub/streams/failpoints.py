# SPDX-License-Identifier: EUPL-1.2
"""Named points at which a test may kill this process with -9; nothing happens unless one is armed.

``HUB_FAILPOINT=after-send:3`` kills at the third passage of that point; ``HUB_FAILPOINT_LOG`` names a file that gets
one line for each passage of the armed point, so that a test can prove that the point was reached.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

__all__ = ["Failpoint", "Failpoints"]


class Failpoint(StrEnum):
    """The points of ``Turn.commit``, in the order in which they are passed."""

    BEFORE_BEGIN = "before-begin"
    """The agent is done; nothing has been sent."""
    AFTER_BEGIN = "after-begin"
    """The transaction is open on our side; the broker knows nothing yet."""
    AFTER_SEND = "after-send"
    """The broker has the outputs, invisible."""
    AFTER_STATE = "after-state"
    """The broker has the state rows and the position too."""
    AFTER_OFFSETS = "after-offsets"
    """The group's offset is part of the transaction."""
    BEFORE_COMMIT = "before-commit"
    """Only the commit is missing."""
    AFTER_COMMIT = "after-commit"
    """Committed; the local store does not have the rows yet."""


class Failpoints:
    """At most one armed point; passing any other costs one comparison."""

    def __init__(self, armed: StrEnum | None = None, nth: int = 1, log: Path | None = None) -> None:
        self._armed, self._left, self._log = armed, nth, log

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, points: type[StrEnum] = Failpoint) -> Self:
        """What ``HUB_FAILPOINT`` and ``HUB_FAILPOINT_LOG`` ask for; one that is not among `points` is a ValueError."""
        wanted = environment.get("HUB_FAILPOINT")
        if not wanted:
            return cls()
        name, _, nth = wanted.partition(":")
        log = environment.get("HUB_FAILPOINT_LOG")
        return cls(points(name), int(nth or 1), Path(log) if log else None)

    async def hit(self, point: StrEnum, *pending: asyncio.Future[Any]) -> None:
        """Pass ``point``; if armed, after ``pending`` is done, and without return if its time has come."""
        if point is not self._armed:
            return
        await asyncio.gather(*pending)
        self._left -= 1
        if self._log is not None:
            with self._log.open("a", encoding="ascii") as log:
                log.write(f"{point} {os.getpid()} {self._left}\n")
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
