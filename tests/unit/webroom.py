# SPDX-License-Identifier: EUPL-1.2
"""The HTTP room's own application over a mailbox in memory: real requests, and partners who are who they say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp import web

from hub.vault.tables import engine_for
from hub.web.abonnementen.dienst import Abonnementen
from hub.web.abonnementen.herhaling import Herhaalregels
from hub.web.cursors import Cursors
from hub.web.limits import Limits
from hub.web.metrics import Metrics
from hub.web.problems import Refused
from hub.web.routes import ROUTES
from hub.web.server import application
from hub.web.toegang import Afnemer, Weg
from schemas.vocabulary import Rol
from tests.unit.webhooks import FAST, HERE, HUB, KEY, ORIGIN, Postbus


@dataclass
class Ingang:
    """Lets in whom the Authorization header names, unless it has ended."""

    beeindigd: set[str] = field(default_factory=set)

    def let_in(self, certificate: bytes | None, authorization: str | None) -> Afnemer:
        if authorization is None or authorization in self.beeindigd:
            raise Refused("Meld u aan.", "Come in by the door.")
        return Afnemer(authorization, frozenset({Rol.GEMEENTE}), Weg.TOKEN)


@dataclass
class Kamer:
    """The room, and a client for each partner."""

    postbus: Postbus
    ingang: Ingang
    cursors: Cursors
    dienst: Abonnementen
    base: str
    session: aiohttp.ClientSession
    waiting: dict[str, int]
    """By OIN: how many requests wait, streams among them."""
    connections: Callable[[], int]

    async def vraag(self, oin: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON (None without a body)."""
        headers = {"Authorization": oin}
        async with self.session.request(method, self.base + path, json=body, headers=headers) as answer:
            return answer.status, (await answer.json(content_type=None) if await answer.read() else None)


@asynccontextmanager
async def kamer(pad: Path, postbus: Postbus, regels: Herhaalregels = FAST) -> AsyncIterator[Kamer]:
    engine = engine_for(f"sqlite:///{pad}")
    endless = Limits(1e9, asyncio.get_running_loop().time)
    ingang, cursors = Ingang(), Cursors(bytes(32))
    async with Abonnementen(engine, postbus, HUB, ORIGIN, KEY, HERE, regels) as dienst:  # type: ignore[arg-type]
        room = SimpleNamespace(
            mailbox=postbus, cursors=cursors, abonnementen=dienst, toegang=ingang, metrics=Metrics(), waiting={},
            requests=endless, strangers=endless, bytes_in=endless, base=ORIGIN,
        )  # fmt: skip
        runner = web.AppRunner(application(room, ROUTES), access_log=None, shutdown_timeout=0.1)  # type: ignore[arg-type]
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        delivering = asyncio.create_task(dienst.run())
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as session:
            yield Kamer(
                postbus, ingang, cursors, dienst, base, session, room.waiting, lambda: len(runner.server.connections)
            )
        await runner.cleanup()
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
    engine.dispose()
