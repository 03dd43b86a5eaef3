# SPDX-License-Identifier: EUPL-1.2
"""What can be asked about webhook subscriptions, by their owner; and the whole of it for the process that serves."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from hub.streams.failpoints import Failpoints
from hub.web.abonnementen import administratie
from hub.web.abonnementen.abonnement import Abonnement, Bezorging, Bezorgstand, OngeldigeStap, Stand
from hub.web.abonnementen.adres import controleer
from hub.web.abonnementen.bezorger import Bezorger, Grenzen, Stap
from hub.web.abonnementen.boek import Boek, Overgenomen
from hub.web.abonnementen.herhaling import Antwoord, Herhaalregels
from hub.web.abonnementen.leiding import Leiding
from hub.web.abonnementen.verzending import NietToestemd, Verzender, Verzendregels
from hub.web.mailbox import Mailbox
from schemas import signatures
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, source_of
from schemas.http_binding import PROEF, Vorm

log = logging.getLogger(__name__)

STANDBY_SECONDS = 10.0
MOST = 20
"""Subscriptions of one organisation."""


class TeVeel(Exception):
    """The organisation has as many subscriptions as it may have."""


@dataclass(frozen=True, slots=True)
class Wens:
    """What an owner wants of a subscription; what it does not name stays as it is."""

    url: str | None = None
    gebeurtenissen: frozenset[str] | None = None
    rollen: frozenset[str] | None = None
    vorm: Vorm | None = None
    stand: Stand | None = None
    noemt: frozenset[str] = frozenset()
    """The names that were given: a filter that is given as null is taken away."""


@dataclass(frozen=True, slots=True)
class Overzicht:
    """A subscription, and how much of it waits."""

    abonnement: Abonnement
    tellingen: dict[Bezorgstand, int]


class Abonnementen:
    """The service. `async with`; `run` delivers until it is cancelled or another process takes the turn."""

    def __init__(
        self,
        engine: Engine,
        mailbox: Mailbox,
        oin: str,
        herkomst: str,
        sleutel: Ed25519PrivateKey,
        verzendregels: Verzendregels,
        herhaalregels: Herhaalregels,
        geteld: Callable[[int, int], None] = lambda _given, _withheld: None,
    ) -> None:
        self._oin, self._sleutel = oin, sleutel
        self._sleutelid = signatures.key_id(sleutel.public_key())
        self._verzendregels = verzendregels
        self._boek = Boek(engine)
        self._verzender = Verzender(verzendregels, herkomst, sleutel, self._sleutelid)
        failpoints = Failpoints.from_environment(points=Stap)
        self._leiding = Leiding(
            self._boek,
            lambda one: Bezorger(
                one,
                mailbox,
                self._boek,
                self._verzender,
                herhaalregels,
                Grenzen(),
                failpoints=failpoints,
                geteld=geteld,
            ),
        )

    async def __aenter__(self) -> Abonnementen:
        await self._verzender.__aenter__()
        await self._boek.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._verzender.__aexit__(kind, error, trace)
        await self._boek.sluit()

    async def run(self) -> None:
        """Deliver; while another process has the turn, stand by."""
        while True:
            try:
                await self._leiding.run()
            except Overgenomen:
                log.warning("Another web process delivers the webhooks now: this one stands by.")
            while not await self._boek.neem_over():  # noqa: ASYNC110 - no event tells of another process
                await asyncio.sleep(STANDBY_SECONDS)
            log.warning("Nobody delivered the webhooks any more: this process does again.")

    # asking

    async def van(self, oin: str) -> list[Overzicht]:
        listed = await self._boek.doe(lambda c: administratie.alle(c, oin), altijd=True)
        counts = await self._boek.doe(lambda c: administratie.tellingen(c, [one.id for one in listed]), altijd=True)
        return [Overzicht(one, counts[one.id]) for one in listed]

    async def een(self, oin: str, id_: str) -> Overzicht | None:
        found = await self._boek.doe(lambda c: administratie.een(c, id_, oin), altijd=True)
        if found is None:
            return None
        counts = await self._boek.doe(lambda c: administratie.tellingen(c, [id_]), altijd=True)
        return Overzicht(found, counts[id_])

    async def wachtend(self, id_: str, standen: Collection[Bezorgstand], na: int, most: int) -> list[Bezorging]:
        return await self._boek.doe(lambda c: administratie.wachtend(c, id_, standen, na, most), altijd=True)

    async def vergeet(self, voor: datetime) -> None:
        """Forget what was given up before this moment, when its letter is kept nowhere any more."""
        moment, nu = administratie.moment(voor.timestamp()), time.time()
        for id_, positie in await self._boek.doe(lambda c: administratie.vergeet(c, moment, nu), altijd=True):
            log.warning("Subscription %s: the delivery at %d was given up, and is not kept any more.", id_, positie)

    # changing

    async def maak(self, oin: str, wens: Wens, vanaf: int) -> Overzicht:
        """A new subscription; the receiver is asked at once whether it wants the hub's calls. `vanaf`: the first
        position that it is for. Raises OngeldigAdres, TeVeel."""
        assert wens.url is not None
        now = administratie.moment(time.time())
        new = Abonnement(
            id=str(uuid.uuid4()),
            oin=oin,
            url=str(controleer(wens.url, self._verzendregels.adressen)),
            gebeurtenissen=wens.gebeurtenissen,
            rollen=wens.rollen,
            vorm=wens.vorm or Vorm.BINAIR,
            stand=Stand.AANGEMELD,
            reden=None,
            tempo=None,
            positie=vanaf,
            gemaakt=now,
            gewijzigd=now,
            versie=0,
        )

        def add(connection: Any) -> None:
            if len(administratie.alle(connection, oin)) >= MOST:
                raise TeVeel
            administratie.voeg_toe(connection, new)

        await self._boek.doe(add, altijd=True)
        return await self._overzicht(await self._vraag(new))

    async def verander(self, abonnement: Abonnement, wens: Wens) -> Overzicht:
        """Change it. Another URL, and to begin again, ask the receiver anew. Raises OngeldigAdres, OngeldigeStap."""
        values: dict[str, Any] = {}
        if wens.url is not None:
            values["url"] = str(controleer(wens.url, self._verzendregels.adressen))
        if wens.vorm is not None:
            values["vorm"] = wens.vorm.value
        for name in ("gebeurtenissen", "rollen"):
            if name in wens.noemt:
                values[name] = getattr(wens, name)
        stand = wens.stand
        if stand not in (None, Stand.ACTIEF, Stand.GEPAUZEERD):
            raise OngeldigeStap("Zet een abonnement op actief of gepauzeerd.")
        asks = values.get("url", abonnement.url) != abonnement.url or (
            stand is Stand.ACTIEF and abonnement.stand in (Stand.AANGEMELD, Stand.BEEINDIGD)
        )
        if asks and stand is Stand.GEPAUZEERD:
            raise OngeldigeStap("Zet het abonnement eerst op actief met de nieuwe URL; pauzeer het daarna.")
        to = Stand.AANGEMELD if asks else stand
        changed = await self._boek.doe(
            lambda c: administratie.zet(c, abonnement, time.time(), stand=to, reden=None, **values), altijd=True
        )
        self._leiding.wek()
        return await self._overzicht(await self._vraag(changed) if asks else changed)

    async def verwijder(self, id_: str) -> None:
        await self._boek.doe(lambda c: administratie.verwijder(c, id_), altijd=True)
        self._leiding.wek()

    async def opnieuw(self, abonnement: Abonnement, posities: Collection[int] | None) -> int:
        """Try again now, from the first attempt on; how many persons' first deliveries that are."""

        def again(connection: Any) -> int:
            count = administratie.opnieuw(connection, abonnement.id, time.time(), posities)
            administratie.zet(connection, abonnement, time.time())
            return count

        count = await self._boek.doe(again, altijd=True)
        self._leiding.wek()
        return count

    async def sla_over(self, abonnement: Abonnement, positie: int) -> None:
        """Hand this one over no more: the next of the same person comes up."""

        def skip(connection: Any) -> None:
            administratie.afgedaan(connection, abonnement.id, positie, time.time())
            administratie.zet(connection, abonnement, time.time())

        await self._boek.doe(skip, altijd=True)
        self._leiding.wek()

    async def proef(self, abonnement: Abonnement) -> Antwoord:
        """Call the receiver once, with an event about nobody."""
        event = CloudEvent(
            id=str(uuid.uuid4()),
            source=source_of(self._oin, "hub"),
            type=TYPE_PREFIX + PROEF,
            time=datetime.now(UTC),
            datacontenttype="application/json",
            data=b"{}",
        )
        signed = signatures.sign(event, self._sleutel, self._sleutelid)
        return await self._verzender.stuur(
            abonnement.url, event, signed, abonnement.vorm, hub_abonnement=abonnement.id, hub_poging="1"
        )

    async def _vraag(self, abonnement: Abonnement) -> Abonnement:
        """Ask the receiver; what it says is written down."""
        try:
            yes = await self._verzender.vraag(abonnement.url)
        except NietToestemd as no:
            reden = str(no)
            return await self._boek.doe(
                lambda c: administratie.zet(c, abonnement, time.time(), reden=reden), altijd=True
            )
        changed = await self._boek.doe(
            lambda c: administratie.zet(c, abonnement, time.time(), Stand.ACTIEF, tempo=yes.tempo, reden=None),
            altijd=True,
        )
        self._leiding.wek()
        return changed

    async def _overzicht(self, abonnement: Abonnement) -> Overzicht:
        counts = await self._boek.doe(lambda c: administratie.tellingen(c, [abonnement.id]), altijd=True)
        return Overzicht(abonnement, counts[abonnement.id])
