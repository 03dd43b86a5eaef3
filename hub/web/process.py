# SPDX-License-Identifier: EUPL-1.2
"""The process: makes one of everything, serves until it is told to stop or cannot go on.

What it needs of the log it reads itself; while it cannot, it answers 503 and hands nothing over. An error that nobody
named ends it: the supervisor starts it again, and nothing is lost, for nothing is here that is not in Kafka or SQL.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Coroutine, Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from yarl import URL

from hub import keyring
from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.bundles import BundleStore, Soort
from hub.settings import Settings
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for
from hub.web import address
from hub.web.abonnementen.dienst import Abonnementen
from hub.web.abonnementen.instellingen import herhaalregels, verzendregels
from hub.web.cursors import Cursors
from hub.web.inbox import Inbox, InboxClosed, withheld_letter
from hub.web.kennis import KEPT, Kennis
from hub.web.limits import Limits
from hub.web.mailbox import Mailbox
from hub.web.metrics import Metrics
from hub.web.postbus import Postbus
from hub.web.publicatie import Publicatie
from hub.web.room import Room, moment, participants
from hub.web.routes import ROUTES
from hub.web.server import application, tls
from hub.web.toegang import Toegang
from hub.web.tokens import Tokens
from hub.web.volger import Volger

log = logging.getLogger(__name__)

REPORT_SECONDS = 1.0
FORGET_SECONDS = 3600.0
STRANGERS = 10.0
"""Requests a second from one address that has not said who it is."""
BYTES_A_REQUEST = 64 * 1024
"""The rate of bytes an organisation may send is so many times its rate of requests."""
STOP_SECONDS = 3.0


def run(settings: Settings) -> None:
    """Serve; returns when it was asked to stop. An error that it cannot go on after is raised."""
    logging.basicConfig(
        level=os.environ.get("HUB_LOG", "WARNING"), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    if settings.bootstrap is None:
        raise ValueError("Set HUB_BOOTSTRAP (host:port of Kafka), or start this worker with `hub up`.")
    kafka = KafkaConnection(settings.bootstrap, Credentials(settings.credentials_dir(Role.WEB)))
    kafka.credentials.check()
    place = address.chosen(settings)
    async with AsyncExitStack() as stack:
        room, key = await _room(settings, kafka, place, stack)
        runner = web.AppRunner(application(room, ROUTES), access_log=None, shutdown_timeout=STOP_SECONDS)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, place.host, place.port, ssl_context=tls(kafka.credentials)).start()
        log.info("Serving at %s", room.base)
        await _until_told([_report(room, key), _forget(room), _watch(room), room.abonnementen.run()])


async def _room(
    settings: Settings, kafka: KafkaConnection, place: address.Address, stack: AsyncExitStack
) -> tuple[Room, Ed25519PrivateKey]:
    key = keyring.web_key(settings.keys)
    engine = engine_for(settings.web_address)
    bundles = BundleStore(settings.bundles)
    kennis = Kennis(engine, lambda digest: bundles.load(Soort.DEELNEMERS, digest))
    volger, postbus, inbox = Volger(kafka, kennis), Postbus(kafka), Inbox(kafka)
    withheld, metrics = asyncio.Event(), Metrics()
    now, deelnemers = partial(moment, settings, kennis), partial(participants, settings, kennis)
    tokens = Tokens(key, place.base, engine, deelnemers)
    mailbox = Mailbox(postbus, volger, kennis, now, withheld.set)
    room = Room(
        settings=settings,
        base=place.base,
        engine=engine,
        audit=engine_for(settings.audit_address),
        kennis=kennis,
        volger=volger,
        postbus=postbus,
        mailbox=mailbox,
        inbox=inbox,
        cijfers=Publicatie(postbus),
        cursors=Cursors(key.private_bytes_raw()),
        tokens=tokens,
        requests=Limits(settings.web_rate, time.monotonic),
        strangers=Limits(STRANGERS, time.monotonic),
        bytes_in=Limits(settings.web_rate * BYTES_A_REQUEST, time.monotonic),
        metrics=metrics,
        toegang=Toegang(deelnemers, tokens.holder),
        deelnemers=deelnemers,
        abonnementen=Abonnementen(
            engine,
            mailbox,
            settings.oin,
            str(URL(place.base).host),
            key,
            verzendregels(settings),
            herhaalregels(settings),
            partial(metrics.handed_over, "webhook"),
        ),
        withheld=withheld,
    )
    for part in (volger, postbus):
        await part.start()
        stack.push_async_callback(part.stop)
    stack.push_async_callback(inbox.stop)
    await stack.enter_async_context(room.abonnementen)
    return room, key


async def _until_told(work: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Until a signal comes, or one of these ends: none of them ends by itself but by an error."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks = [asyncio.ensure_future(one) for one in (stop.wait(), *work)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


async def _watch(room: Room) -> None:
    await asyncio.gather(room.volger.failed, room.postbus.failed)


async def _report(room: Room, key: Ed25519PrivateKey) -> None:
    """Put what was withheld on record: at once, and what an earlier life left; again until Kafka has it."""
    oin = room.settings.oin
    while True:
        waiting = await asyncio.to_thread(room.kennis.to_report)
        if waiting:
            try:
                await room.inbox.send(withheld_letter(oin, key, one) for one in waiting)
            except InboxClosed as error:
                log.warning("What was withheld is not on record yet, and is tried again: %s", error)
                await asyncio.sleep(REPORT_SECONDS)
            else:
                await asyncio.to_thread(room.kennis.reported, [one.levering.id for one in waiting])
            continue
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REPORT_SECONDS):
                await room.withheld.wait()
        room.withheld.clear()


async def _forget(room: Room) -> None:
    while True:
        now = datetime.now(UTC)
        await asyncio.to_thread(room.kennis.forget, now)
        await room.abonnementen.vergeet(now - KEPT)
        await asyncio.sleep(FORGET_SECONDS)
