# SPDX-License-Identifier: EUPL-1.2
"""From the queue to the hub: events in the order in which they were put there, each under its own id.

Sent and then marked: killed in between, an event goes again under the same id, which the hub takes once. `serve` and
`send` share one queue; whichever holds the lock empties it, so that two never overtake each other.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol

from connectors.client import Event
from connectors.duo.opslag import Opslag

HOEVEEL = 200
"""Events at a time."""


class Bestemming(Protocol):
    """Where events go: a `Connector`."""

    async def send_all(self, events: Sequence[Event]) -> list[str]:
        """Returns when they are on disk over there."""
        ...


class Alleen:
    """A lock that one process at a time holds, and that ends with the process, however that ends."""

    def __init__(self, pad: Path) -> None:
        self._pad, self._bestand = pad, -1

    def neem(self) -> bool:
        """Whether it is ours (it may have been already)."""
        if self._bestand >= 0:
            return True
        bestand = os.open(self._pad, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(bestand, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(bestand)
            return False
        self._bestand = bestand
        return True

    def __enter__(self) -> Alleen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bestand >= 0:
            with suppress(OSError):
                os.close(self._bestand)
            self._bestand = -1


async def geef_door(opslag: Opslag, hub: Bestemming, slot: Alleen) -> int:
    """Send what is in the queue; how many events went. Nothing when another process does it."""
    aantal = 0
    while slot.neem() and (events := opslag.gereed(HOEVEEL)):
        await hub.send_all(events)
        opslag.verzonden(event.id for event in events)
        aantal += len(events)
    return aantal
