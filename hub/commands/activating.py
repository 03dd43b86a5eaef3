# SPDX-License-Identifier: EUPL-1.2
"""For commands that bring a bundle into force: the record in the log, under the operator's own rights, and the wait
until every partition decides by it."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

from hub import keyring
from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.bundles import Soort
from hub.readmodel import questions
from hub.settings import Settings
from hub.streams.clock import Clock, ClockState
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for

TAKEN_SECONDS = 120.0
LOOK_SECONDS = 0.1


class NotTaken(Exception):
    """Some partitions do not decide by the bundle yet: a worker that lacks it stands still."""


def activate(settings: Settings, bootstrap: str, soort: Soort, digest: str) -> None:
    """Write the activation: in the inbox, and behind everything sent before it, in the log. Raises ClockHeld."""
    asyncio.run(_activate(settings, bootstrap, soort, digest))


def plan(settings: Settings, soort: Soort, digest: str, moment: datetime) -> None:
    """Leave the activation to the clock: it stands in the log right before the first tick that is not before
    `moment`."""
    ClockState(engine_for(settings.clock_address)).plan(soort, digest, moment)


def await_taken(settings: Settings, soort: Soort, digest: str, seconds: float = TAKEN_SECONDS) -> None:
    """Wait until every partition of the log has said that it decides by this bundle. Raises NotTaken."""
    engine = engine_for(settings.audit_address)
    deadline = time.monotonic() + seconds
    while waiting := questions.partitions_without(engine, soort, digest):
        if time.monotonic() > deadline:
            raise NotTaken(
                f"The activation stands in the log, and {len(waiting)} partitions have not taken it over: does every worker "
                f"have {digest[:12]}….json in its bundles/? A worker without it stands still; `hub doctor` tells more."
            )
        time.sleep(LOOK_SECONDS)


async def _activate(settings: Settings, bootstrap: str, soort: Soort, digest: str) -> None:
    clock = Clock(
        KafkaConnection(bootstrap, Credentials(settings.credentials_dir(Role.OPERATOR))),
        settings.oin,
        keyring.signing_key(settings.keys / keyring.SIGNING),
        ClockState(engine_for(settings.clock_address)),
        max_step=timedelta(days=settings.max_step_days),
    )
    await clock.start()
    try:
        await clock.activate(soort, digest)
    finally:
        await clock.stop()
