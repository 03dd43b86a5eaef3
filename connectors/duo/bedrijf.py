# SPDX-License-Identifier: EUPL-1.2
"""Running the two sides: one store, one client of DUO, one connection with the hub, until told to stop.

A hub or a DUO that is away stops neither side: what is promised is on disk, and is tried again. What cannot be mended by
waiting (no rights at the hub, files that are missing) ends the process with a sentence that says what to do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)

from connectors.client import Connector
from connectors.duo.aannemen import neem_aan
from connectors.duo.doorgeven import Alleen, geef_door
from connectors.duo.klant import DuoKlant
from connectors.duo.kluis import Kluis
from connectors.duo.melden import Melder
from connectors.duo.ontvangst import Ontvangst
from connectors.duo.ophalen import Ophaler
from connectors.duo.opslag import Opslag
from connectors.duo.pauze import Pauze
from connectors.duo.profiel import DuoProfiel
from connectors.duo.tabellen import open_store
from connectors.profile import ConnectProfile

UITERLIJK = 1.0
"""Seconds between two looks at the queues when nothing wakes us: what waits for its time is not announced."""
GEEN_RECHT = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, ClusterAuthorizationFailedError)
"""The hub does not let us: no waiting mends that. Whatever else Kafka says (a broker that is away, starts, or hands over),
it comes back."""
_log = logging.getLogger(__name__)


class LooptAl(Exception):
    """Another process does this work on this store."""


@dataclass(slots=True)
class Bedrijf:
    """What both sides stand on."""

    profiel: DuoProfiel
    deelnemer: ConnectProfile
    opslag: Opslag
    klant: DuoKlant
    pauze: Pauze
    wek: asyncio.Event
    """There may be work on notices or reports."""
    klaar: asyncio.Event
    """There may be events for the hub."""

    def alleen(self, wat: str) -> Alleen:
        """The lock of one kind of work; raises LooptAl."""
        slot = self.slot(wat)
        if not slot.neem():
            raise LooptAl(f"`connect duo {wat}` runs already on {self.profiel.database}: stop that one first.")
        return slot

    def slot(self, wat: str) -> Alleen:
        database = self.profiel.map / self.profiel.database
        return Alleen(database.with_name(f"{database.name}.{wat}.lock"))


def open_opslag(config: Path) -> tuple[DuoProfiel, ConnectProfile, Opslag]:
    """The profiles in the folder of `connect.toml`, and the store. Raises NoProfile."""
    deelnemer = ConnectProfile.read(config)
    profiel = DuoProfiel.read(deelnemer.map)
    kluis = Kluis(deelnemer.oin, deelnemer.file_secret())
    return profiel, deelnemer, Opslag(open_store(profiel.map / profiel.database), kluis)


@asynccontextmanager
async def bedrijf(config: Path) -> AsyncIterator[Bedrijf]:
    profiel, deelnemer, opslag = open_opslag(config)
    pauze = Pauze(profiel.eerste_pauze, profiel.langste_pauze)
    async with DuoKlant(profiel.adres, profiel.oin, profiel.tls_als_vrager(), profiel.wachttijd) as klant:
        yield Bedrijf(profiel, deelnemer, opslag, klant, pauze, asyncio.Event(), asyncio.Event())


async def serve(config: Path, gereed: Callable[[str], None]) -> None:
    """Take notices, ask what they point at, pass on what follows. `gereed` hears where we listen."""
    async with bedrijf(config) as b:
        with b.alleen("serve"):
            ontvangst = Ontvangst(b.profiel, b.opslag, gewekt=b.wek.set)
            runner = await ontvangst.dien()
            try:
                gereed(f"https://{':'.join(map(str, runner.addresses[0][:2]))}")
                ophaler = Ophaler(b.profiel, b.opslag, b.klant, b.pauze)
                await asyncio.gather(_telkens(b, ophaler.ronde), _naar_de_hub(b))
            finally:
                await runner.cleanup()


async def send(config: Path, gereed: Callable[[str], None]) -> None:
    """Take deliveries of the hub, put them to DUO, pass on what DUO refuses."""
    async with bedrijf(config) as b:
        with b.alleen("send"):
            gereed(b.profiel.adres)
            melder = Melder(b.profiel, b.opslag, b.klant, b.pauze)
            await asyncio.gather(_uit_de_hub(b), _telkens(b, melder.ronde), _naar_de_hub(b))


async def _telkens(b: Bedrijf, ronde: Callable[[], Awaitable[int]]) -> None:
    while True:
        b.wek.clear()
        if await ronde():
            b.klaar.set()
        else:
            await _wacht(b.wek)


async def _wacht(wek: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(UITERLIJK):
            await wek.wait()


async def _naar_de_hub(b: Bedrijf) -> None:
    """The queue of events to the hub; the connection opens when there is something to send."""
    slot, pauze = b.slot("hub"), b.profiel.eerste_pauze
    with slot:
        while True:
            try:
                async with Connector(b.deelnemer, group="duo") as hub:
                    while True:
                        b.klaar.clear()
                        await geef_door(b.opslag, hub, slot)
                        pauze = b.profiel.eerste_pauze
                        await _wacht(b.klaar)
            except GEEN_RECHT:
                raise
            except KafkaError as error:
                _log.warning("The hub is away (%s); again in %.0f s.", type(error).__name__, pauze)
                await asyncio.sleep(pauze)
                pauze = min(b.profiel.langste_pauze, pauze * 2)


async def _uit_de_hub(b: Bedrijf) -> None:
    """Our own topic, delivery by delivery."""
    pauze = b.profiel.eerste_pauze
    while True:
        try:
            async with Connector(b.deelnemer, group="duo") as hub:
                async for levering in hub.deliveries():
                    neem_aan(b.opslag, b.profiel, levering)
                    await levering.done()
                    b.wek.set()
                    pauze = b.profiel.eerste_pauze
        except GEEN_RECHT:
            raise
        except KafkaError as error:
            _log.warning("The hub is away (%s); again in %.0f s.", type(error).__name__, pauze)
            await asyncio.sleep(pauze)
            pauze = min(b.profiel.langste_pauze, pauze * 2)
