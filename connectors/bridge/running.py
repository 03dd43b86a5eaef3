# SPDX-License-Identifier: EUPL-1.2
"""Runs the bridge: a task for each target, each with its own connection to the hub, until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from aiokafka.errors import KafkaError
from sqlalchemy.exc import SQLAlchemyError

from connectors.bridge.kafka import InKafka, TargetUnavailable
from connectors.bridge.settings import BridgeSettings
from connectors.bridge.table import in_table
from connectors.bridge.webhook import InWebhook
from connectors.carrying import Place, carry
from connectors.client import Connector
from connectors.profile import ConnectProfile
from connectors.store import Store

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
PASSING = (TargetUnavailable, KafkaError, SQLAlchemyError)
"""What a later attempt may find mended. All else (another reader, a lost position, a forged record) stops the bridge."""
log = logging.getLogger(__name__)


class Bridge:
    """One partner's bridge."""

    def __init__(self, profile: ConnectProfile, settings: BridgeSettings) -> None:
        self._profile, self._settings = profile, settings

    @property
    def targets(self) -> list[str]:
        return [name for name in ("kafka", "tabel", "webhook") if getattr(self._settings, name) is not None]

    async def run(
        self, *, until_quiet: float | None = None, tell: Callable[[str], None] = log.warning
    ) -> dict[str, int]:
        """Carry to every target; the number carried to each, once all were quiet. With `until_quiet` a target that is
        away raises; without, it is tried again after a pause that doubles."""
        async with asyncio.TaskGroup() as group:
            tasks = {name: group.create_task(self._carry(name, until_quiet, tell)) for name in self.targets}
        return {name: task.result() for name, task in tasks.items()}

    async def _carry(self, name: str, until_quiet: float | None, tell: Callable[[str], None]) -> int:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = asyncio.get_running_loop().time()
            try:
                async with Connector(self._profile, group=f"bridge.{name}") as connector, self._place(name) as place:
                    return await carry(connector, place, until_quiet=until_quiet)
            except PASSING as error:
                if until_quiet is not None:
                    raise
                if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS:
                    pause = FIRST_PAUSE_SECONDS  # it worked for a while: this is another outage
                tell(f"{name}: {error} Trying again in {pause:.1f} s.")
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    @contextlib.asynccontextmanager
    async def _place(self, name: str) -> AsyncIterator[Place]:
        source = f"hub.out.{self._profile.oin}"
        if name == "kafka" and self._settings.kafka:
            yield InKafka(self._settings.kafka, source, self._profile.oin)
        elif name == "tabel" and self._settings.tabel:
            place, engine = await asyncio.to_thread(in_table, self._settings.tabel, source)
            try:
                yield place
            finally:
                engine.dispose()
        elif self._settings.webhook:
            store = await asyncio.to_thread(Store.of, self._profile)
            webhook = InWebhook(self._settings.webhook, self._settings.map, source, store)
            try:
                yield webhook
            finally:
                await webhook.close()
