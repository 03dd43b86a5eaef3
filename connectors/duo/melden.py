# SPDX-License-Identifier: EUPL-1.2
"""Putting reports to DUO. Of each person one at a time, in the order of the hub; a later one never overtakes.

1. May this gemeente report about this person? Does DUO know the institution? If not, DUO is not asked.
2. That a call begins is kept; then it is made.
3. Done: the report is closed, with what DUO now has. Refused: the report is closed and `melding-geweigerd` stands in the
   queue to the hub, with DUO's reason, in one transaction. Not known: it waits, and all later ones of this person with it.

When we do not know how a call ended (a time-out, or we were killed), it is made again: each sets how things are. A PIP
is first looked up, so that it does not stand twice in DUO's history; a removal that finds nothing was done before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from connectors.client import Event
from connectors.duo import gegevens as g
from connectors.duo import opdrachten as o
from connectors.duo.klant import DuoKlant, NietBekend
from connectors.duo.koppelvlak import Dienst
from connectors.duo.opdrachten import Aanroep, KanNiet, Reden
from connectors.duo.ophalen import NIET_RELEVANT, mag
from connectors.duo.opslag import Opslag, Persoon, Wachtend, nu
from connectors.duo.pauze import Pauze
from connectors.duo.profiel import DuoProfiel
from connectors.duo.tabellen import Werk
from connectors.duo.uitspraken import AMSTERDAM
from schemas.corrections import patch_of, patched

TEGELIJK = 8
VERS_SECONDEN = 3600.0
"""How long DUO's list of institutions is used before it is asked for again."""
_VERWIJDEREN = frozenset({Dienst.PIP_VERWIJDEREN, Dienst.AANBOD_VERWIJDEREN, Dienst.CONTACT_ONTKOPPELEN})
_REDENEN = {400: Reden.ONGELDIG, 403: Reden.REGEL, 404: Reden.PERSOON_ONBEKEND}


class _Geweigerd(Exception):
    def __init__(self, reden: Reden, fouten: Sequence[str]) -> None:
        super().__init__(reden)
        self.reden, self.fouten = reden, fouten


@dataclass(frozen=True, slots=True)
class _Taak:
    """A report, with what it is about after corrections."""

    werk: Wachtend
    naam: str
    data: Mapping[str, Any]
    aanroepen: tuple[Aanroep, ...]
    betreft: Wachtend | None = None
    terug: bool = False


@dataclass(slots=True)
class Melder:
    """The work on reports, for one partner."""

    profiel: DuoProfiel
    opslag: Opslag
    klant: DuoKlant
    pauze: Pauze
    _instellingen: dict[str, frozenset[str]] = field(default_factory=dict)
    _gevraagd: float = float("-inf")
    _een_contact: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ronde(self) -> int:
        """Put the report whose turn it is of each person to DUO; how many there were."""
        if self.pauze.duurt(nu()):
            return 0
        wachtend = self.opslag.eerste_opdrachten(nu())
        slot = asyncio.Semaphore(TEGELIJK)

        async def een(werk: Wachtend) -> None:
            async with slot:
                if not self.pauze.duurt(nu()):
                    await self._meld(werk)

        await asyncio.gather(*(een(werk) for werk in wachtend))
        return len(wachtend)

    async def _meld(self, werk: Wachtend) -> None:
        with self.opslag.transactie() as c:
            persoon = self.opslag.persoon(c, werk.persoon)
        try:
            taak = self._taak(werk, persoon)
            if taak.aanroepen or taak.naam == o.CONTACT:
                self._mag(werk, persoon)
            pogingen = werk.begonnen
            for aanroep in taak.aanroepen:
                await self._doe(werk, aanroep, persoon.bsn or "", eerder=pogingen > 0)
            if taak.naam == o.CONTACT:
                await self._contact(taak, persoon.bsn or "")
        except (KanNiet, _Geweigerd) as nee:
            fouten = [nee.tekst] if isinstance(nee, KanNiet) else nee.fouten
            self._weiger(werk, persoon, nee.reden, fouten)
        except NietBekend as error:
            na = self.pauze.na(werk.pogingen, error)
            self.opslag.stel_opdracht_uit(werk.id, nu() + na, error.reden)
        else:
            with self.opslag.transactie() as c:
                self._gedaan(c, taak)

    def _taak(self, werk: Wachtend, persoon: Persoon) -> _Taak:
        if "betreft" not in werk.inhoud:
            data = werk.inhoud["data"]
            return _Taak(werk, werk.naam, data, o.aanroepen(werk.naam, data, persoon.pip))
        with self.opslag.transactie() as c:
            over = self.opslag.opdracht(c, werk.inhoud["betreft"])
        assert over is not None, "a change is only kept behind what it changes"
        data = over.inhoud.get("data", {})
        if werk.naam == "intrekking":
            # What DUO refused, or never was told, is not there to be withdrawn.
            weg = o.terug(over.naam, data) if over.stand == Werk.KLAAR else ()
            return _Taak(werk, over.naam if over.naam == o.CONTACT else "", data, weg, over, terug=True)
        nieuw = patched(data, patch_of(werk.inhoud))
        if over.stand == Werk.OVERGESLAGEN:
            return _Taak(werk, "", nieuw, (), over)
        eerst = o.andere_instelling(data, nieuw) if over.naam == o.AANBOD and over.stand == Werk.KLAAR else ()
        return _Taak(werk, over.naam, nieuw, (*eerst, *o.aanroepen(over.naam, nieuw, persoon.pip)), over)

    def _mag(self, werk: Wachtend, persoon: Persoon) -> None:
        if all(werk.gemeente != een.oin for een in self.profiel.gemeenten):
            raise KanNiet(Reden.NIET_RELEVANT, "Deze koppeling met DUO spreekt niet namens deze gemeente.")
        if persoon.bsn is None:
            raise KanNiet(Reden.ONVOLLEDIG, "DUO's diensten vragen een BSN.")
        if not mag(persoon.stand, werk.gemeente, self.profiel.bij_onbekend):
            raise KanNiet(Reden.NIET_RELEVANT, NIET_RELEVANT)

    async def _doe(self, werk: Wachtend, aanroep: Aanroep, bsn: str, *, eerder: bool) -> Any:
        """Make one call; gives the JSON of the answer. Raises _Geweigerd, KanNiet, NietBekend."""
        dienst = aanroep.dienst
        if dienst is Dienst.AANBOD_OPVOEREN:
            await self._kent_instelling(werk.gemeente, aanroep.delen["instellingsnummer"])
        if dienst is Dienst.PIP_OPVOEREN and eerder and await self._staat_er(werk, bsn, aanroep.inhoud or {}):
            return None
        self.opslag.begin(werk.id)
        antwoord = await self.klant.vraag(dienst, werk.gemeente, aanroep.inhoud, bsn=bsn, **aanroep.delen)
        self.pauze.open()
        if antwoord.status == 404 and eerder and dienst in _VERWIJDEREN:
            return None
        if antwoord.geweigerd:
            raise _Geweigerd(_REDENEN[antwoord.status], antwoord.fouten)
        return antwoord.inhoud

    async def _staat_er(self, werk: Wachtend, bsn: str, inhoud: Mapping[str, Any]) -> bool:
        """Whether DUO has this very PIP already: then the call that we know nothing of was done."""
        antwoord = await self.klant.vraag(Dienst.PIP, werk.gemeente, bsn=bsn)
        if antwoord.status != 200 or not isinstance(antwoord.inhoud, dict):
            return False
        van = self.profiel.gemeente_met_code(str(antwoord.inhoud.get("gemeentecode")))
        pip = antwoord.inhoud.get("pip") or {}
        return van == werk.gemeente and all(pip.get(naam) == waarde for naam, waarde in inhoud.items())

    async def _kent_instelling(self, gemeente: str, nummer: str) -> None:
        if time.monotonic() - self._gevraagd > VERS_SECONDEN or nummer not in self._instellingen:
            antwoord = await self.klant.vraag(Dienst.INSTELLINGEN, gemeente)
            if antwoord.geweigerd:
                raise _Geweigerd(_REDENEN[antwoord.status], antwoord.fouten)
            try:
                lijst = g.INSTELLINGEN.validate_python(antwoord.inhoud or [])
            except ValidationError as error:
                raise NietBekend("DUO's lijst van instellingen klopt niet.") from error
            self._instellingen = {een.instellingsnummer: _keurmerken(een) for een in lijst}
            self._gevraagd = time.monotonic()
        if not self._instellingen.get(nummer):
            raise KanNiet(
                Reden.INSTELLING_ONBEKEND, "DUO kent deze instelling niet, of zonder keurmerk van Blik op Werk of TST."
            )

    async def _contact(self, taak: _Taak, bsn: str) -> None:
        """Make or change the contact person of the gemeente, then couple: the coupling before is overwritten."""
        werk, kluis = taak.werk, self.opslag.kluis
        gegevens = o.contactgegevens(taak.data)
        sleutel = kluis.kenmerk("contact", gegevens["email"].casefold())
        kenmerk = kluis.kenmerk("contact", gegevens["naam"], gegevens["telefoonnummer"])
        async with self._een_contact:
            bekend = self.opslag.contactpersoon(werk.gemeente, sleutel)
            if taak.terug:
                if bekend is not None:
                    weg = Aanroep(Dienst.CONTACT_ONTKOPPELEN, delen={"id": str(bekend[0])})
                    await self._doe(werk, weg, bsn, eerder=werk.begonnen > 0)
                return
            if bekend is None:
                gemaakt = await self._doe(werk, Aanroep(Dienst.CONTACT_OPVOEREN, gegevens), bsn, eerder=False)
                nummer = _nummer(gemaakt)
                self.opslag.bewaar_contactpersoon(werk.gemeente, sleutel, nummer, kenmerk)
            else:
                nummer = bekend[0]
                if bekend[1] != kenmerk:
                    anders = Aanroep(Dienst.CONTACT_WIJZIGEN, gegevens, {"id": str(nummer)})
                    await self._doe(werk, anders, bsn, eerder=False)
                    self.opslag.bewaar_contactpersoon(werk.gemeente, sleutel, nummer, kenmerk)
        koppel = Aanroep(Dienst.CONTACT_KOPPELEN, delen={"id": str(nummer)})
        await self._doe(werk, koppel, bsn, eerder=False)

    def _gedaan(self, c: Connection, taak: _Taak) -> None:
        werk = taak.werk
        persoon = self.opslag.persoon(c, werk.persoon)
        for aanroep in taak.aanroepen:
            if aanroep.dienst is Dienst.PIP_OPVOEREN:
                persoon.pip = dict(aanroep.inhoud or {})
                persoon.stand = persoon.stand.pip(werk.gemeente, persoon.pip["dagtekeningPip"])
            elif aanroep.dienst is Dienst.PIP_VERWIJDEREN:
                persoon.pip, persoon.stand = None, persoon.stand.zonder_pip()
        self.opslag.bewaar(c, werk.persoon, persoon)
        if taak.betreft is not None:
            over = taak.betreft
            self.opslag.herschrijf(c, over.levering, {"data": dict(taak.data)})
            if not taak.terug and over.stand == Werk.GEWEIGERD:
                self.opslag.sluit_opdracht(c, over.id, Werk.KLAAR)
            self.opslag.geef_uit(c, werk.persoon, [self._bevestiging(werk, persoon)])
        self.opslag.sluit_opdracht(c, werk.id, Werk.KLAAR)

    def _bevestiging(self, werk: Wachtend, persoon: Persoon) -> Event:
        """DUO has what was corrected or withdrawn (AVG 19)."""
        vandaag = datetime.now(AMSTERDAM).date()
        id_ = self.opslag.kluis.gebeurtenis_id("kennisgeving-bevestigd", werk.levering)
        data = {"betreft": werk.levering, "datum": vandaag.isoformat()}
        return Event("kennisgeving-bevestigd", persoon.aanduiding, data, vandaag, id_)

    def _weiger(self, werk: Wachtend, persoon: Persoon, reden: Reden, fouten: Iterable[str]) -> None:
        vandaag = datetime.now(AMSTERDAM).date()
        uitleg = [o.zonder_nummers(tekst) for tekst in fouten]
        data = {
            "betreft": werk.levering,
            "gebeurtenis": werk.naam,
            "gemeente": werk.gemeente,
            "reden": reden.value,
            "fouten": uitleg,
            "datum": vandaag.isoformat(),
        }
        id_ = self.opslag.kluis.gebeurtenis_id("melding-geweigerd", werk.levering)
        event = Event("melding-geweigerd", persoon.aanduiding, data, vandaag, id_)
        with self.opslag.transactie() as c:
            self.opslag.geef_uit(c, werk.persoon, [event])
            self.opslag.sluit_opdracht(c, werk.id, Werk.GEWEIGERD, f"{reden.value}: {'; '.join(uitleg)}"[:500])


def _keurmerken(instelling: g.Instelling) -> frozenset[str]:
    soorten = {"BoW": instelling.indicatieBowKeurmerk, "TST": instelling.indicatieTstKeurmerk}
    return frozenset(soort for soort, heeft in soorten.items() if heeft)


def _nummer(gemaakt: Any) -> int:
    """DUO's number of a new contact person."""
    nummer = gemaakt.get("id") if isinstance(gemaakt, dict) else None
    if not isinstance(nummer, int):
        raise NietBekend("DUO noemt geen nummer van de nieuwe contactpersoon.")
    return nummer
