# SPDX-License-Identifier: EUPL-1.2
"""Serves one subscription: reads its mailbox, hands over, writes down what did not go, tries that again.

1. Read while there is room in the window; what waits behind another of its person is written down at once.
2. Attempt the first of every person, a few at a time: those whose moment to be tried again has come, then new ones.
3. Before every attempt it is decided anew whether it may still be handed over (``hub.web.mailbox``).
4. Taken or withheld: it is done, and the position follows when all before it are done.
5. Failed: written down with its next moment, those of the same person behind it, and the position, in one transaction.

A process that is killed anywhere begins at the last position written: what was taken after that comes again, under the
same id, and nothing is lost.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from hub.streams.failpoints import Failpoints
from hub.web.abonnementen import administratie
from hub.web.abonnementen.abonnement import Abonnement, Bezorging, Bezorgstand
from hub.web.abonnementen.administratie import GONE_WORD, Gelezen
from hub.web.abonnementen.boek import Boek
from hub.web.abonnementen.herhaling import Antwoord, Herhaalregels, Uitkomst, Vervolg, na
from hub.web.abonnementen.verzending import Verzender
from hub.web.abonnementen.volgorde import Venster
from hub.web.mailbox import Brief, HubBehind, Ingehouden, Item, Mailbox, NotKept
from schemas.cloudevents import Header, gebeurtenis_of
from schemas.signatures import KEY_HEADER, SIGNATURE_HEADER

log = logging.getLogger(__name__)

FRESH_SECONDS = 1.0
"""So long after it was read, what was decided at reading still counts for the first attempt."""
POLL_SECONDS = 20.0
BEHIND_SECONDS = 1.0
RESET = "opgezegd door de ontvanger (410)"
AWAY = frozenset({429, 502, 503, 504})
"""Of these the whole receiver is the cause, not one delivery: until it answers, one attempt at a time."""


class Stap(StrEnum):
    """The points between which a test kills this process with -9."""

    VOOR_POGING = "voor-poging"
    """Decided that it may go; nothing sent."""
    NA_ANTWOORD = "na-antwoord"
    """The receiver answered; nothing written."""
    VOOR_BOEKEN = "voor-boeken"
    """What follows is known; not written yet."""
    NA_BOEKEN = "na-boeken"
    """Written; memory does not know yet."""


@dataclass(frozen=True, slots=True)
class Grenzen:
    """What one subscription may take of the hub."""

    venster: int = 32
    """Deliveries in memory."""
    bytes: int = 1024 * 1024
    """Of those; one larger letter stands alone."""
    gelijktijdig: int = 4
    """Attempts at a time; one as long as the last attempt failed."""
    opnieuw: int = 200
    """Persons of whom a delivery is being tried again; beyond that nothing new is read."""


@dataclass(frozen=True, slots=True)
class _Nieuw:
    """One delivery in the window, and when it was read."""

    gelezen: Gelezen
    brief: Brief
    op: float


@dataclass(frozen=True, slots=True)
class _Gedaan:
    """An attempt that ended; `antwoord` None: withheld."""

    positie: int
    rij: str
    poging: int
    antwoord: Antwoord | None


class Bezorger:
    """One subscription's loop. `run` ends when the receiver ends the subscription, or by cancellation."""

    def __init__(
        self,
        abonnement: Abonnement,
        mailbox: Mailbox,
        boek: Boek,
        verzender: Verzender,
        regels: Herhaalregels,
        grenzen: Grenzen,
        *,
        failpoints: Failpoints | None = None,
        geteld: Callable[[int, int], None] = lambda _given, _withheld: None,
        nu: Callable[[], float] = time.time,
        kans: Callable[[], float] = random.random,
    ) -> None:
        self._abonnement, self._mailbox, self._boek, self._verzender = abonnement, mailbox, boek, verzender
        self._regels, self._grenzen, self._nu, self._kans = regels, grenzen, nu, kans
        self._failpoints, self._geteld = failpoints or Failpoints(), geteld
        self._venster: Venster[_Nieuw] = Venster(abonnement.positie)
        self._geschreven = abonnement.positie
        self._vorderen: asyncio.Task[None] | None = None
        self._hoofden: dict[int, Bezorging] = {}
        """What is to be tried again, by position: the soonest of it, where there is more than fits."""
        self._meer = True
        self._bezig: dict[asyncio.Task[_Gedaan], int] = {}
        self._herhaalt: set[int] = set()
        self._gezond = True
        self._nieuw_is_aan_de_beurt = False
        self._niet_voor = 0.0

    async def run(self) -> None:
        lezen: asyncio.Task[list[Item]] | None = None
        try:
            while True:
                if self._meer and 2 * len(self._hoofden) <= self._grenzen.opnieuw:
                    await self._laad()
                self._begin()
                if lezen is None and self._ruimte() > 0:
                    lezen = asyncio.create_task(self._lees())
                waits: set[asyncio.Task[Any]] = {*self._bezig, *([lezen] if lezen else ())}
                done = await _first_of(waits, self._tot_volgende())
                if lezen in done:
                    await self._neem_op(lezen.result())
                    lezen = None
                for task in done & self._bezig.keys():
                    self._bezig.pop(task)
                    if not await self._verwerk(task.result()):
                        return
                self._vorder()
        finally:
            tasks = [*self._bezig, *([lezen] if lezen else ()), *([self._vorderen] if self._vorderen else ())]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def bewaar(self) -> None:
        """Write the position down, after `run` was cancelled: what was handed over need not come again."""
        await self._boek.doe(lambda c: administratie.vorder(c, self._abonnement.id, self._venster.vanaf))

    async def _laad(self) -> None:
        """What an earlier life left to be tried again, and what somebody asked to try again: as much as fits."""
        most = self._grenzen.opnieuw + self._grenzen.venster
        heads = await self._boek.doe(lambda c: administratie.hoofden(c, self._abonnement.id, most))
        self._meer = len(heads) == most
        self._hoofden |= {one.positie: one for one in heads}

    # reading

    def _ruimte(self) -> int:
        """How many deliveries may be read now; none before half of the window is free, for every reading costs a decision."""
        if self._venster.bytes >= self._grenzen.bytes or len(self._hoofden) >= self._grenzen.opnieuw:
            return 0
        free = self._grenzen.venster - len(self._venster)
        return free if 2 * free >= self._grenzen.venster else 0

    async def _lees(self) -> list[Item]:
        try:
            return await self._mailbox.read(
                self._abonnement.oin, self._venster.volgende - 1, self._ruimte(), POLL_SECONDS
            )
        except HubBehind:
            await asyncio.sleep(BEHIND_SECONDS)
        except NotKept:  # an organisation whose mailbox is not there (yet)
            await asyncio.sleep(POLL_SECONDS)
        return []

    async def _neem_op(self, items: Sequence[Item]) -> None:
        if not items:
            return
        nu = self._nu()
        fresh = [
            _Nieuw(_gelezen(item), item, nu)
            for item in items
            if isinstance(item, Brief) and self._abonnement.wil(gebeurtenis_of(item.event), rol_van(item))
        ]
        self._geteld(0, sum(isinstance(item, Ingehouden) for item in items))
        listed = [one.gelezen for one in fresh]
        behind = await self._boek.doe(lambda c: administratie.neem_op(c, self._abonnement.id, listed, nu))
        for one in fresh:
            if one.gelezen.positie not in behind:
                self._venster.neem(one.gelezen.positie, one.gelezen.rij, one, len(one.brief.event.data))
        self._venster.gelezen(items[-1].positie + 1)

    def _vorder(self) -> None:
        """Let the position follow, beside the attempts; never two writes of it at a time."""
        if self._vorderen is not None and self._vorderen.done():
            self._vorderen.result()
            self._vorderen = None
        if self._vorderen is None and self._venster.vanaf != self._geschreven:
            self._vorderen = asyncio.create_task(self._schrijf_positie())

    async def _schrijf_positie(self) -> None:
        while (vanaf := self._venster.vanaf) != self._geschreven:
            await self._boek.doe(partial(administratie.vorder, id_=self._abonnement.id, positie=vanaf))
            self._geschreven = vanaf

    # attempts

    def _begin(self) -> None:
        """Start what may start: of those to be tried again and the new ones neither keeps the other waiting."""
        most = self._grenzen.gelijktijdig if self._gezond else 1
        while len(self._bezig) < most and self._nu() >= self._niet_voor:
            herhaling, nieuw = self._eerstvolgende(), next(self._venster.gereed(), None)
            if herhaling is not None and not (nieuw and self._nieuw_is_aan_de_beurt):
                self._herhaalt.add(herhaling.positie)
                poging = self._poging(herhaling.positie, herhaling.rij, herhaling.poging + 1, None)
                positie, self._nieuw_is_aan_de_beurt = herhaling.positie, True
            elif nieuw is not None:
                positie, rij, wat = nieuw
                self._venster.begin(positie)
                brief = wat.brief if self._nu() - wat.op < FRESH_SECONDS else None
                poging = self._poging(positie, rij, 1, brief)
                self._nieuw_is_aan_de_beurt = False
            else:
                return
            self._bezig[asyncio.create_task(poging)] = positie
            if self._abonnement.tempo:
                self._niet_voor = self._nu() + 60 / self._abonnement.tempo

    def _eerstvolgende(self) -> Bezorging | None:
        """Of what is to be tried again: the one whose moment was first, if it has come."""
        waiting = (one for one in self._hoofden.values() if one.positie not in self._herhaalt)
        first = min(waiting, key=lambda one: (one.volgende, one.positie), default=None)
        return first if first is not None and first.volgende <= self._nu() else None

    def _tot_volgende(self) -> float | None:
        """Seconds until something may start that no finished task tells of; None: nothing will."""
        most = self._grenzen.gelijktijdig if self._gezond else 1
        if len(self._bezig) >= most:
            return None
        moments = [one.volgende for one in self._hoofden.values() if one.positie not in self._herhaalt]
        if next(self._venster.gereed(), None) is not None:
            moments.append(self._niet_voor)
        return max(min(moments) - self._nu(), self._niet_voor - self._nu(), 0.01) if moments else None

    async def _poging(self, positie: int, rij: str, poging: int, brief: Brief | None) -> _Gedaan:
        if brief is None:
            try:
                item = await self._at(positie)
            except NotKept:
                return _Gedaan(positie, rij, poging, Antwoord(None, GONE_WORD))
            if isinstance(item, Ingehouden):
                return _Gedaan(positie, rij, poging, None)
            brief = item
        await self._failpoints.hit(Stap.VOOR_POGING)
        antwoord = await self._verzender.stuur(
            self._abonnement.url,
            brief.event,
            handtekening_van(brief),
            self._abonnement.vorm,
            hub_abonnement=self._abonnement.id,
            hub_positie=str(positie),
            hub_poging=str(poging),
        )
        if antwoord.status is not None:  # somebody answered, so it arrived
            await self._mailbox.handed_over(self._abonnement.oin, [brief])
        await self._failpoints.hit(Stap.NA_ANTWOORD)
        return _Gedaan(positie, rij, poging, antwoord)

    async def _at(self, positie: int) -> Item:
        while True:
            try:
                return await self._mailbox.at(self._abonnement.oin, positie)
            except HubBehind:
                await asyncio.sleep(BEHIND_SECONDS)

    # what came of them

    async def _verwerk(self, gedaan: _Gedaan) -> bool:
        """Settle it or write down what follows; False when the receiver ended the subscription."""
        herhaling = gedaan.positie in self._herhaalt
        self._herhaalt.discard(gedaan.positie)
        if gedaan.antwoord is None:
            await self._afgedaan(gedaan, herhaling)
            return True
        weg = gedaan.antwoord.fout == GONE_WORD
        vervolg = Vervolg(Uitkomst.UITGEPUT) if weg else na(gedaan.antwoord, gedaan.poging, self._regels, self._kans())
        if not weg:
            self._gezond = gedaan.antwoord.status is not None and gedaan.antwoord.status not in AWAY
        match vervolg.uitkomst:
            case Uitkomst.AANGENOMEN:
                await self._afgedaan(gedaan, herhaling)
            case Uitkomst.OPGEZEGD:
                id_, vanaf, nu = self._abonnement.id, self._venster.vanaf, self._nu()
                await self._boek.doe(lambda c: administratie.beeindig(c, id_, RESET, vanaf, nu))
                return False
            case Uitkomst.OPNIEUW:
                await self._mislukt(gedaan, herhaling, vervolg.over)
            case Uitkomst.UITGEPUT:
                log.warning("Subscription %s: delivery at %d is given up.", self._abonnement.id, gedaan.positie)
                await self._mislukt(gedaan, herhaling, None)
        return True

    async def _afgedaan(self, gedaan: _Gedaan, herhaling: bool) -> None:
        self._geteld(gedaan.antwoord is not None, gedaan.antwoord is None)
        if not herhaling:
            self._venster.klaar(gedaan.positie)
            return
        await self._failpoints.hit(Stap.VOOR_BOEKEN)
        following = await self._boek.doe(
            lambda c: administratie.afgedaan(c, self._abonnement.id, gedaan.positie, self._nu())
        )
        await self._failpoints.hit(Stap.NA_BOEKEN)
        del self._hoofden[gedaan.positie]
        if following is not None and following.stand is Bezorgstand.OPNIEUW:
            self._hoofden[following.positie] = following

    async def _mislukt(self, gedaan: _Gedaan, herhaling: bool, over: float | None) -> None:
        id_, nu, laatste = self._abonnement.id, self._nu(), gedaan.antwoord.kort if gedaan.antwoord else ""
        await self._failpoints.hit(Stap.VOOR_BOEKEN)
        if herhaling:
            await self._boek.doe(
                lambda c: administratie.nogmaals(c, id_, gedaan.positie, gedaan.poging, over, laatste, nu)
            )
            was = self._hoofden.pop(gedaan.positie)
            if over is not None:
                self._hoofden[gedaan.positie] = replace(was, poging=gedaan.poging, volgende=nu + over, laatste=laatste)
        else:
            eerste, *volgers = [one.gelezen for _, one in self._venster.van(gedaan.rij)]
            for one in (eerste, *volgers):
                self._venster.klaar(one.positie)
            vanaf = self._venster.vanaf
            rest = await self._boek.doe(
                lambda c: administratie.mislukt(c, id_, eerste, volgers, over, laatste, vanaf, nu)
            )
            self._geschreven = vanaf
            if over is not None:
                self._hoofden[rest.positie] = rest
        await self._failpoints.hit(Stap.NA_BOEKEN)


def handtekening_van(brief: Brief) -> list[Header]:
    """The hub's own signature over the event, as it stands on the record."""
    return [(name, value) for name, value in brief.headers if name in (KEY_HEADER, SIGNATURE_HEADER)]


def rol_van(brief: Brief) -> str:
    """In which role of the organisation it is delivered."""
    return brief.event.extensions.get("rol", "")


def _gelezen(brief: Brief) -> Gelezen:
    """What is not about a person waits for nothing, and nothing for it."""
    return Gelezen(brief.positie, brief.id, gebeurtenis_of(brief.event), brief.event.subject or brief.id)


async def _first_of(tasks: set[asyncio.Task[Any]], seconds: float | None) -> set[asyncio.Task[Any]]:
    if not tasks:
        await asyncio.sleep(seconds if seconds is not None else POLL_SECONDS)
        return set()
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    return done
