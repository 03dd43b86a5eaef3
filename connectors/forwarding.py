# SPDX-License-Identifier: EUPL-1.2
"""Store and forward: what is given is safe at once, and goes to the hub as soon as the hub is there.

    async with Connector.open("connect.toml") as connector:
        forwarder = Forwarder(connector, Spool(Store.of(connector.profile)))
        forwarding = asyncio.create_task(forwarder.run())
        await forwarder.send(event)      # on our disk; the hub may be away

Everything takes this one way, also when the hub is near: an event can so never overtake one that still waits. A process
that is killed between sending and forgetting sends again under the same id, which the hub takes as one event.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from connectors.letters import Event, Packed
from connectors.spool import Spool, SpoolFull
from connectors.way import AWAY, Way

BATCH = 500
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
ROOM_SECONDS = 60.0
"""How long a sender is held up by a full spool before it is told."""
LOOK_SECONDS = 0.2
log = logging.getLogger(__name__)


class Forwarder:
    """One way to the hub, and the spool. Several forwarders on one spool do no harm: what is sent twice has one id."""

    def __init__(self, connector: Way, spool: Spool) -> None:
        self._connector, self._spool = connector, spool
        self._given = asyncio.Event()

    async def send(self, event: Event) -> str:
        return (await self.send_all([event]))[0]

    async def send_all(self, events: Iterable[Event], *, room_seconds: float = ROOM_SECONDS) -> list[str]:
        """Keep all in order and return their ids when the disk has them. Waits while the spool is full.

        Raises InvalidEvent (nothing is kept then), SpoolFull after `room_seconds`, StoreDamaged.
        """
        packed = [Packed.of(event, waits=True) for event in events]
        deadline = asyncio.get_running_loop().time() + room_seconds
        while True:
            try:
                await asyncio.to_thread(self._spool.put, packed)
                break
            except SpoolFull:
                if asyncio.get_running_loop().time() >= deadline:
                    raise
                await asyncio.sleep(LOOK_SECONDS)
        self._given.set()
        return [one.id for one in packed]

    async def drain(self, tell: Callable[[int], None] = lambda sent: None) -> int:
        """Send what waits until nothing does; the number of events. Raises what is in AWAY: what was not sent, waits on."""
        sent = 0
        while batch := await asyncio.to_thread(self._spool.first, BATCH):
            await self._connector.send_packed(packed for _, packed in batch)
            await asyncio.to_thread(self._spool.drop, [number for number, _ in batch])
            sent += len(batch)
            tell(sent)
        return sent

    async def run(self) -> None:
        """Send for ever; while the hub is away, try again after a pause that doubles."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            self._given.clear()
            try:
                await self.drain()
                pause = FIRST_PAUSE_SECONDS
                await self._given.wait()
            except AWAY as error:
                log.warning("The hub takes nothing now (%s): trying again in %.1f s.", type(error).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
