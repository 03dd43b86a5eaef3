# SPDX-License-Identifier: EUPL-1.2
"""After a notice: ask the services that it points at, in order, once, and put what follows in the queue to the hub.

Of each person one notice at a time, the oldest registration first; a notice that waits holds up the later ones of that
person and nobody else's. For each notice:

1. May this gemeente ask about this person? If not, it is not asked, and the notice is kept for somebody to look at.
2. Each service that has not answered yet is asked, and its answer kept. What nobody knows is asked again later.
3. The events, what we said last of each fact, where the person stands, and that the notice is done: one transaction.

Killed between any two of these it goes on where it was: an answer that was kept is not asked for again, and an event
that is in the queue already stays there once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from connectors.duo.gebeurtenissen import CATALOGUS, VERTROKKEN, WIJST_AAN, Gebeurtenis
from connectors.duo.gegevens import PipVanGemeente
from connectors.duo.klant import DuoKlant, NietBekend
from connectors.duo.koppelvlak import Dienst
from connectors.duo.opslag import ZONDER_BSN, Opslag, Persoon, Wachtend, nu
from connectors.duo.pauze import Pauze
from connectors.duo.profiel import BijOnbekend, DuoProfiel
from connectors.duo.relevantie import Stand
from connectors.duo.tabellen import Werk
from connectors.duo.uitspraken import AMSTERDAM, Bericht, Onvolledig, Uitspraken
from connectors.duo.vertalen import vertaal

TEGELIJK = 8
"""Persons at the same time; as many connections as the client opens."""
NIET_RELEVANT = "Deze gemeente mag DUO niet naar deze persoon vragen: uit wat bekend is volgt geen grond."


@dataclass(slots=True)
class Ophaler:
    """The work on notices, for one partner."""

    profiel: DuoProfiel
    opslag: Opslag
    klant: DuoKlant
    pauze: Pauze

    async def ronde(self) -> int:
        """Take the notice whose turn it is of each person one step further; how many there were."""
        if self.pauze.duurt(nu()):
            return 0
        wachtend = self.opslag.eerste_notificaties(nu())
        slot = asyncio.Semaphore(TEGELIJK)

        async def een(werk: Wachtend) -> None:
            async with slot:
                if not self.pauze.duurt(nu()):
                    await self._behandel(werk)

        await asyncio.gather(*(een(werk) for werk in wachtend))
        return len(wachtend)

    async def _behandel(self, werk: Wachtend) -> None:
        gebeurtenis = CATALOGUS.get(werk.naam)
        if gebeurtenis is None:
            self._houd_aan(werk, "Deze gebeurtenisId staat niet in onze lijst: werk de koppeling bij.")
            return
        bsn = self._mag(werk, gebeurtenis)
        if bsn is None:
            return
        if not await self._vraag(werk, gebeurtenis, bsn):
            return
        try:
            self._rond_af(werk, gebeurtenis)
        except Onvolledig as error:
            self._houd_aan(werk, str(error))
        except ValidationError as error:
            # The field and what is wrong with it; never the value.
            eerste = error.errors(include_url=False, include_input=False)[0]
            self._houd_aan(werk, f"Het antwoord van DUO klopt niet bij {'.'.join(map(str, eerste['loc']))}.")

    def _mag(self, werk: Wachtend, gebeurtenis: Gebeurtenis) -> str | None:
        """The number to ask by (empty when nothing is asked); None: not now, or not at all."""
        with self.opslag.transactie() as c:
            persoon = self.opslag.persoon(c, werk.persoon)
            stand = stand_na(persoon.stand, werk, gebeurtenis)
            if not gebeurtenis.diensten:
                return ""
            if persoon.bsn is None:
                self.opslag.sluit(c, werk.id, Werk.AANGEHOUDEN, ZONDER_BSN)
                return None
            if not mag(stand, werk.gemeente, self.profiel.bij_onbekend):
                self.opslag.sluit(c, werk.id, Werk.AANGEHOUDEN, NIET_RELEVANT)
                return None
            return persoon.bsn

    async def _vraag(self, werk: Wachtend, gebeurtenis: Gebeurtenis, bsn: str) -> bool:
        """Whether every service has answered."""
        gehad = self.opslag.antwoorden(werk.id)
        for dienst in gebeurtenis.diensten:
            if dienst.name in gehad:
                continue
            try:
                antwoord = await self.klant.vraag(dienst, werk.gemeente, bsn=bsn)
            except NietBekend as error:
                na = self.pauze.na(werk.pogingen, error)
                self.opslag.stel_notificatie_uit(werk.id, nu() + na, error.reden)
                return False
            self.pauze.open()
            if antwoord.geweigerd and antwoord.status != 404:
                uitleg = "; ".join(antwoord.fouten) or f"status {antwoord.status}"
                with self.opslag.transactie() as c:
                    self.opslag.sluit(c, werk.id, Werk.GEWEIGERD, f"DUO weigert {dienst.value.api}: {uitleg}")
                return False
            self.opslag.antwoord(werk.id, dienst.name, antwoord.inhoud)
        return True

    def _rond_af(self, werk: Wachtend, gebeurtenis: Gebeurtenis) -> None:
        antwoorden = self.opslag.antwoorden(werk.id)
        with self.opslag.transactie() as c:
            persoon = self.opslag.persoon(c, werk.persoon)
            woonde_in = persoon.stand.woont_in or persoon.stand.gekoppeld_aan
            uitspraken = Uitspraken(
                _bericht(werk, gebeurtenis, persoon, antwoorden), persoon.feiten, self._id_van, woonde_in
            )
            events = vertaal(uitspraken)
            persoon.stand = stand_na(persoon.stand, werk, gebeurtenis)
            if (gegeven := antwoorden.get(Dienst.PIP.name)) is not None:
                pip = PipVanGemeente.model_validate(gegeven)
                van = self.profiel.gemeente_met_code(pip.gemeentecode) or f"gemeente {pip.gemeentecode}"
                persoon.stand = persoon.stand.pip(van, pip.pip.dagtekeningPip.isoformat())
            self.opslag.bewaar(c, werk.persoon, persoon)
            self.opslag.geef_uit(c, werk.persoon, events)
            self.opslag.sluit(c, werk.id, Werk.KLAAR)

    def _id_van(self, gebeurtenis: str, *sleutel: str) -> str:
        return self.opslag.kluis.gebeurtenis_id(gebeurtenis, *sleutel)

    def _houd_aan(self, werk: Wachtend, reden: str) -> None:
        with self.opslag.transactie() as c:
            self.opslag.sluit(c, werk.id, Werk.AANGEHOUDEN, reden)


def stand_na(stand: Stand, werk: Wachtend, gebeurtenis: Gebeurtenis) -> Stand:
    """Where the person stands, now that DUO tells this gemeente this.

    A notice that makes a gemeente responsible says so. The first that we hear of a person says it too, whatever it is
    about: DUO notifies the gemeente that is responsible. Later ones do not: a notice that contradicts what is known is
    no ground to ask (in January 2022 gemeenten were notified of persons of others).
    """
    if gebeurtenis.id in VERTROKKEN:
        return stand.vertrokken(werk.gemeente)
    if gebeurtenis.soort in WIJST_AAN or stand.onbekend:
        return stand.aangewezen(werk.gemeente, uit_opvang=gebeurtenis.id == "SS139")
    return stand


def mag(stand: Stand, gemeente: str, bij_onbekend: BijOnbekend) -> bool:
    """Whether this gemeente may ask about a person who stands so, today."""
    if stand.onbekend:
        return bij_onbekend is BijOnbekend.VRAGEN
    return stand.grond(gemeente, datetime.now(AMSTERDAM).date()) is not None


def _bericht(werk: Wachtend, gebeurtenis: Gebeurtenis, persoon: Persoon, antwoorden: dict[str, object]) -> Bericht:
    geschreven = str(werk.inhoud["registratieDatumTijd"])
    moment = datetime.fromisoformat(geschreven)
    wie = persoon.bsn or persoon.vnummer or ""
    return Bericht(
        gebeurtenis=gebeurtenis,
        gemeente=werk.gemeente,
        registratie=moment if moment.tzinfo else moment.replace(tzinfo=UTC),
        sleutel=(wie, gebeurtenis.id, geschreven),
        persoon=persoon.aanduiding,
        antwoorden=antwoorden,
    )


__all__ = ["NIET_RELEVANT", "Ophaler", "mag", "stand_na"]
