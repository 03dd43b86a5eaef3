# SPDX-License-Identifier: EUPL-1.2
"""What every handler works with: one of each for the whole process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from hub.dossier.regels.kalender import dag_van
from hub.settings import Settings
from hub.web.abonnementen.dienst import Abonnementen
from hub.web.cursors import Cursors
from hub.web.inbox import Inbox
from hub.web.kennis import Kennis
from hub.web.limits import Limits
from hub.web.mailbox import Mailbox
from hub.web.metrics import Metrics
from hub.web.postbus import Postbus
from hub.web.publicatie import Publicatie
from hub.web.toegang import Deelnemers, Toegang
from hub.web.tokens import Tokens
from hub.web.volger import Volger


@dataclass(slots=True)
class Room:
    settings: Settings
    base: str
    """How partners reach us: https://host:port."""
    engine: Engine
    """What this room remembers."""
    audit: Engine
    """The audit log's read model; only read."""
    kennis: Kennis
    volger: Volger
    postbus: Postbus
    mailbox: Mailbox
    inbox: Inbox
    cijfers: Publicatie
    cursors: Cursors
    tokens: Tokens
    requests: Limits
    strangers: Limits
    bytes_in: Limits
    metrics: Metrics
    toegang: Toegang
    deelnemers: Callable[[], Deelnemers]
    abonnementen: Abonnementen
    withheld: asyncio.Event
    """Set when something was held back: it has to go on record."""
    waiting: dict[str, int] = field(default_factory=dict)
    """By OIN: how many requests wait for something."""

    def now(self) -> datetime:
        return moment(self.settings, self.kennis)


def moment(settings: Settings, kennis: Kennis) -> datetime:
    """The hub's time: on simulated time that of the log's last tick."""
    return (kennis.tick if settings.simulated else None) or datetime.now(UTC)


def participants(settings: Settings, kennis: Kennis) -> Deelnemers:
    """Who takes part at this moment."""
    return Deelnemers(kennis.registers, dag_van(moment(settings, kennis)))
