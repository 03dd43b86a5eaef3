# SPDX-License-Identifier: EUPL-1.2
"""The delivery loop without a broker: a mailbox in memory, a real database, and receivers that really listen."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consent.kader import Reden
from hub.vault.tables import engine_for
from hub.web.abonnementen import administratie
from hub.web.abonnementen.abonnement import Abonnement, Bezorging, Bezorgstand, Stand
from hub.web.abonnementen.adres import Adresregels
from hub.web.abonnementen.bezorger import Bezorger, Grenzen
from hub.web.abonnementen.boek import Boek
from hub.web.abonnementen.herhaling import Herhaalregels
from hub.web.abonnementen.leiding import Leiding
from hub.web.abonnementen.verzending import Verzender, Verzendregels
from hub.web.mailbox import Brief, HubBehind, Ingehouden, Item, NotKept
from schemas import signatures
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, source_of, to_headers
from schemas.http_binding import Vorm

HUB, GEM = "00000099000000000000", "00000099000000000003"
ORIGIN = "hub.example"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_ID = signatures.key_id(KEY.public_key())
FAST = Herhaalregels(pogingen=4, eerste=0.02, factor=1.5, langste=0.1)
HERE = Verzendregels(Adresregels(lokaal=True), seconden=2.0)


def brief(
    positie: int, persoon: str | None, gebeurtenis: str = "cursus-gestart", rol: str = "gemeente", bytes_: int = 0
) -> Brief:
    event = CloudEvent(
        id=f"lev-{positie}",
        source=source_of(HUB, "hub"),
        type=TYPE_PREFIX + gebeurtenis,
        time=datetime(2026, 3, 2, tzinfo=UTC),
        subject=persoon,
        extensions={"rol": rol},
        data=f"zegel {positie}".encode() + bytes(bytes_),
    )
    return Brief(positie, event, to_headers(event) + signatures.sign(event, KEY, KEY_ID), datetime.now(UTC))


class Postbus:
    """Mailboxes in memory. `ingehouden`: what may not be handed over any more, as of now."""

    def __init__(self) -> None:
        self.overgedragen: list[str] = []
        self.items: dict[str, list[Brief]] = {}
        self.ingehouden: set[str] = set()
        self.vervallen = 0
        """All before this position is no longer kept."""
        self.achter = False
        """The hub cannot tell now whether anything may be handed over."""
        self.most_read = 0
        self._iets = asyncio.Condition()

    async def post(self, oin: str, *who: str | None, **more: Any) -> list[str]:
        """Deliver one letter about each of these persons; their ids."""
        listed = self.items.setdefault(oin, [])
        ids = []
        for persoon in who:
            listed.append(brief(len(listed), persoon, **more))
            ids.append(listed[-1].id)
        async with self._iets:
            self._iets.notify_all()
        return ids

    async def handed_over(self, oin: str, items: Iterable[Item]) -> None:
        self.overgedragen += [one.id for one in items if isinstance(one, Brief)]

    async def read(self, oin: str, after: int = -1, most: int = 100, wait: float = 0.0) -> list[Item]:
        if self.achter:
            raise HubBehind("behind")
        begin = max(after + 1, self.vervallen)
        self.most_read = max(self.most_read, most)
        async with self._iets:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    self._iets.wait_for(lambda: len(self.items.get(oin, [])) > begin), timeout=max(wait, 0.001)
                )
        if self.achter:
            raise HubBehind("behind")
        return [self._now(one) for one in self.items.get(oin, [])[begin : begin + most]]

    async def at(self, oin: str, position: int) -> Item:
        if self.achter:
            raise HubBehind("behind")
        if position < self.vervallen:
            raise NotKept("expired")
        return self._now(self.items[oin][position])

    async def kept(self, oin: str) -> tuple[int, int]:
        return self.vervallen, len(self.items.get(oin, []))

    async def reaches(self, oin: str, position: int) -> bool:
        if self.achter:
            raise HubBehind("behind")
        return position < len(self.items.get(oin, []))

    def _now(self, one: Brief) -> Item:
        if one.id in self.ingehouden:
            return Ingehouden(one.positie, one.id, Reden.TOESTEMMING_WITHDRAWN)
        return one


Answer = Callable[[web.Request, str], Awaitable[web.StreamResponse | int] | web.StreamResponse | int]


@dataclass
class Ontvanger:
    """A receiver; `answer` gets every call and the id of its delivery."""

    answer: Answer = lambda _request, _id: 204
    url: str = ""
    kreeg: list[str] = field(default_factory=list)
    """The ids of what it said yes to, in order."""
    geroepen: list[str] = field(default_factory=list)
    """The ids of all that came."""
    verzoeken: list[tuple[str, list[tuple[str, str]], bytes]] = field(default_factory=list)
    gelijktijdig: int = 0
    meeste: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return web.Response(headers={"WebHook-Allowed-Origin": request.headers["WebHook-Request-Origin"]})
        body = await request.read()
        headers = [(name.decode(), value.decode()) for name, value in request.raw_headers]
        self.verzoeken.append((request.method, headers, body))
        id_ = request.headers["ce-id"]
        self.geroepen.append(id_)
        self.gelijktijdig += 1
        self.meeste = max(self.meeste, self.gelijktijdig)
        try:
            answer = self.answer(request, id_)
            answer = await answer if isinstance(answer, Awaitable) else answer
        finally:
            self.gelijktijdig -= 1
        response = web.Response(status=answer) if isinstance(answer, int) else answer
        if 200 <= response.status < 300:
            self.kreeg.append(id_)
        return response


@asynccontextmanager
async def ontvanger(answer: Answer | None = None, tls: ssl.SSLContext | None = None) -> AsyncIterator[Ontvanger]:
    made = Ontvanger(**({"answer": answer} if answer else {}))
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", made.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    made.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/hub"
    try:
        yield made
    finally:
        await runner.cleanup()


@dataclass
class Bezorgdienst:
    """The service on a database of its own; `herstart` is what kill -9 and a new process do to it."""

    database: Path | str
    """A file for SQLite, or an address."""
    postbus: Postbus
    regels: Herhaalregels = FAST
    grenzen: Grenzen = field(default_factory=Grenzen)
    verzendregels: Verzendregels = HERE
    boek: Boek = field(init=False)
    leiding: Leiding = field(init=False)
    verzender: Verzender = field(init=False)
    taak: asyncio.Task[None] | None = None

    async def start(self, run: bool = True) -> None:
        address = self.database if isinstance(self.database, str) else f"sqlite:///{self.database}"
        self.engine = engine_for(address)
        self.boek = Boek(self.engine)
        await self.boek.open()
        self.verzender = await Verzender(self.verzendregels, ORIGIN, KEY, KEY_ID).__aenter__()
        self.leiding = Leiding(
            self.boek,
            lambda one: Bezorger(one, self.postbus, self.boek, self.verzender, self.regels, self.grenzen),
        )
        if run:
            self.taak = asyncio.create_task(self.leiding.run())

    async def stop(self) -> None:
        if self.taak is not None:
            self.taak.cancel()
            await asyncio.gather(self.taak, return_exceptions=True)
        await self.boek.sluit()
        await self.verzender.__aexit__(None, None, None)
        self.engine.dispose()

    async def abonneer(self, url: str, oin: str = GEM, **more: Any) -> str:
        """An active subscription on all of an organisation's deliveries; its id."""
        values: dict[str, Any] = {
            "id": str(uuid.uuid4()), "oin": oin, "url": url, "gebeurtenissen": None, "rollen": None,
            "vorm": Vorm.BINAIR, "stand": Stand.ACTIEF, "reden": None, "tempo": None, "positie": 0,
            "gemaakt": "2026-03-02T10:00:00Z", "gewijzigd": "2026-03-02T10:00:00Z", "versie": 0,
        }  # fmt: skip
        one = Abonnement(**{**values, **more})
        await self.boek.doe(lambda c: administratie.voeg_toe(c, one))
        self.leiding.wek()
        return one.id

    async def wachtend(self, id_: str, *standen: Bezorgstand) -> list[Bezorging]:
        return await self.boek.doe(lambda c: administratie.wachtend(c, id_, standen or tuple(Bezorgstand)))

    async def wacht_op(self, id_: str, stand: Bezorgstand, count: int) -> list[Bezorging]:
        """What stands so, once there are that many."""
        return await asyncio.wait_for(self._wacht_op(id_, stand, count), 30)

    async def _wacht_op(self, id_: str, stand: Bezorgstand, count: int) -> list[Bezorging]:
        while len(found := await self.wachtend(id_, stand)) != count:
            await asyncio.sleep(0.01)
        return found

    async def gelezen_tot(self, id_: str, positie: int) -> None:
        """Once the position is there and nothing waits any more."""
        async with asyncio.timeout(30):
            while (await self.een(id_)).positie < positie or await self.wachtend(id_):
                await asyncio.sleep(0.01)

    async def een(self, id_: str) -> Abonnement:
        found = await self.boek.doe(lambda c: administratie.een(c, id_))
        assert found is not None
        return found


@asynccontextmanager
async def bezorgdienst(database: Path | str, postbus: Postbus, **more: Any) -> AsyncIterator[Bezorgdienst]:
    dienst = Bezorgdienst(database, postbus, **more)
    await dienst.start()
    try:
        yield dienst
    finally:
        await dienst.stop()


async def tot(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Wait until it is so."""
    until = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < until, f"waited in vain for {what}"
        await asyncio.sleep(0.005)
