# SPDX-License-Identifier: EUPL-1.2
"""For commands that change something or look somebody up: who does it, and its record in the log beforehand."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, date, datetime

from hub import keyring
from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.commands.shared import reached
from hub.settings import Settings
from hub.streams.clock import ClockState
from hub.streams.handelingen import Handeling, Recht, Stap, Verrichting, put_on_record
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for

LONGEST_NAME = 100


def on_record(
    settings: Settings,
    handeling: Handeling,
    onderwerp: str | None = None,
    *,
    stap: Stap | None = None,
    verzoek: str | None = None,
    recht: Recht | None = None,
    datum: date | None = None,
    door: str | None = None,
) -> None:
    """Put an act on record, under the operator's rights; returns when it stands in the log. `door`: who does it, where
    that is not who runs the command.

    Call it before the act: raises BrokerNotReady or NotOnRecord when there can be no record, and then nothing may be
    done.
    """
    kafka = KafkaConnection(reached(settings), Credentials(settings.credentials_dir(Role.OPERATOR)))
    act = Verrichting(
        handeling, (door or operator())[:LONGEST_NAME], now(settings), onderwerp, stap, verzoek, recht, datum
    )
    put_on_record(kafka, settings.oin, keyring.signing_key(settings.keys / keyring.SIGNING), act)


def operator() -> str:
    """Who runs this: HUB_OPERATOR where a front end knows the person better than the operating system does."""
    return (os.environ.get("HUB_OPERATOR") or getpass.getuser())[:LONGEST_NAME]


def now(settings: Settings) -> datetime:
    """The hub's own time: on simulated time that of the last tick."""
    if settings.simulated:
        last, _ = ClockState(engine_for(settings.clock_address)).read()
        return last or datetime.fromisoformat(settings.start or "").replace(tzinfo=UTC)
    return datetime.now(UTC)
