# SPDX-License-Identifier: EUPL-1.2
"""One organisation of a story at work on a real hub: its connector, and all that came out of its own topic, in order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connectors.client import Connector, Delivery
from connectors.letters import Event
from demo.performance import ACCEPTED, REFUSED, HubSilent

PATIENCE_SECONDS = 60.0


@dataclass
class Partner:
    """Listens from `open` to `close`; keeps what it received."""

    name: str
    folder: Path
    received: list[Delivery] = field(default_factory=list)
    """Receipts too."""
    ids: set[str] = field(default_factory=set)
    """Of everything received."""
    _asked: Counter[str] = field(default_factory=Counter)
    _answered: Counter[str] = field(default_factory=Counter)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)
    _connector: Connector | None = None
    _listening: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to listen; again does nothing."""
        if self._connector is None:
            self._connector = Connector.open(self.folder)
            self._listening = asyncio.create_task(self._listen(self._connector), name=self.name)

    async def close(self) -> None:
        """Stop listening; what was received stays."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._connector is not None:
            await self._connector.__aexit__(None, None, None)
        self._connector = self._listening = None

    async def send(self, events: Sequence[Event]) -> None:
        """Send, and wait until intake gave a receipt for each."""
        assert self._connector is not None, "open it first"
        await self._connector.send_all(events)
        for event in events:
            self._asked[event.id] += 1
        wanted = [event.id for event in events]
        await self.until(
            lambda: all(self._answered[one] >= self._asked[one] for one in wanted),
            f"the receipt for {events[0].gebeurtenis}",
        )

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something about what was received holds; raises HubSilent."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not holds():
                    if self._listening is not None and self._listening.done():
                        self._listening.result()
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError as error:
            raise HubSilent(
                f"{self.name} waited {PATIENCE_SECONDS:.0f} s for {what}: look at the logs of the workers."
            ) from error

    def refusal(self, id_: str) -> str | None:
        """The last reason for which something sent was refused."""
        said = [one for one in self.received if one.gebeurtenis == REFUSED and one.data["betreft"] == id_]
        return str(said[-1].data["reden"]) if said else None

    async def _listen(self, connector: Connector) -> None:
        try:
            async for delivery in connector.deliveries(start=0 if not self.received else self.received[-1].positie + 1):
                self.received.append(delivery)
                self.ids.add(delivery.id)
                if delivery.gebeurtenis in (ACCEPTED, REFUSED):
                    self._answered[str(delivery.data["betreft"])] += 1
                self._heard.set()
        finally:
            self._heard.set()
