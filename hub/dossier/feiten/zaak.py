# SPDX-License-Identifier: EUPL-1.2
"""The case as its facts now show it: a frozen view on the rows, worked out when asked. Nothing here is stored.

What depends on a rule or on the day (terms, lateness) is not here but in ``expectations`` and ``stand``.
Two facts about the same thing are both kept; the one that took effect last counts, then the one recorded last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import attrgetter

from consent.avg19 import BEPERKT, OPGEHEVEN
from consent.kader import Kader, Partij, Relatie, Toestemming, Verzoek
from consent.participants import Deelnemersregister
from schemas.vocabulary import Rol

from ..regels.kalender import dag, dag_van, instant
from . import maandstaten
from .contracten import CONTRACTEN
from .facts import Feit
from .fold import lees_feit, lees_origineel
from .grondslagen import GEGEVEN, GEWEIGERD, STANDEN, Uitspraak, toestemmingen, verzoeken
from .lessen import Lesstand, lesstand
from .relaties import (
    BEGINT_RELATIE,
    EINDEN,
    GEMEENTE_IN,
    OPDRACHTEN,
    ZELF_GEMELD,
    Opdracht,
    Verblijf,
    Vervallen,
    begonnen_partij,
    opdrachten,
    relaties,
    vastgelegd_op,
    verblijven,
    zelf_gemeld,
)
from .rows import FEITEN, GRONDEN, KERN, Rows

ONBEKEND = "onbekend"
ACTIEF = "actief"
ASIELSTATUSHOUDER = "asielstatushouder"
PLAN = ("pip-vastgesteld", "pip-gewijzigd")
NAMENS_GEMEENTE = frozenset({Rol.TAALSCHOOL, Rol.PARTICIPATIE, Rol.BEGELEIDER, Rol.UITVOERDER})
_volgorde = attrgetter("volgorde")
_NIET_OVER = frozenset({"_rijen", "_kern", "_gronden", "_maanden", "lessen", "toestemmingen"})
"""What a view on newer rows works out anew, though no fact in ``feiten`` changed."""


@dataclass(frozen=True, slots=True)
class Plicht:
    """The inburgeringsplicht as DUO stated it last."""

    door: Feit
    doelgroep: str | None
    wet: str | None
    kennisgeving: date | None
    stand: str
    """`actief`, `tijdelijk-vrijgesteld`, or the reason for which it ended."""
    beeindigd: Feit | None

    @property
    def loopt(self) -> bool:
        return self.stand == ACTIEF


@dataclass(frozen=True, slots=True)
class Regievoerder:
    """The one named contact of the moment."""

    naam: str
    organisatie: str
    door: Feit


class Zaak:
    """The view on one dossier's rows. Cheap to make; every part is worked out once, when first asked for."""

    def __init__(self, rows: Rows, eerder: Zaak | None = None) -> None:
        """`eerder`: a view on older rows; what rests on facts that did not change since is taken over from it."""
        self._rijen = rows.get(FEITEN) or {}
        self._kern = rows.get(KERN) or {}
        self._gronden = rows.get(GRONDEN) or {}
        self._maanden = maandstaten.jaarrijen(rows)
        self._gezocht: dict[tuple[str, ...], list[Feit]] = {}
        if eerder is not None and eerder._rijen is self._rijen:
            over = {naam: deel for naam, deel in vars(eerder).items() if naam not in _NIET_OVER}
            vars(self).update(over)

    @cached_property
    def _feiten(self) -> dict[str, list[Feit]]:
        per_soort: dict[str, list[Feit]] = {}
        for rij in self._rijen.values():
            feit = lees_feit(rij)
            if feit is not None:
                per_soort.setdefault(feit.gebeurtenis, []).append(feit)
        for feiten in per_soort.values():
            feiten.sort(key=_volgorde)
        return per_soort

    def feiten(self, *soorten: str) -> list[Feit]:
        """The facts of these types that stand, in order of effect. Not to be altered."""
        gevonden = self._gezocht.get(soorten)
        if gevonden is None:
            gevonden = [feit for soort in soorten for feit in self._feiten.get(soort, ())]
            if len(soorten) > 1:
                gevonden.sort(key=_volgorde)
            self._gezocht[soorten] = gevonden
        return gevonden

    def laatste(self, *soorten: str) -> Feit | None:
        gevonden = self.feiten(*soorten)
        return gevonden[-1] if gevonden else None

    def eerste(self, *soorten: str) -> Feit | None:
        gevonden = self.feiten(*soorten)
        return gevonden[0] if gevonden else None

    @property
    def signalen(self) -> dict[str, dict[str, object]]:
        """The open signals, by id, as ``signals`` keeps them."""
        open_: dict[str, dict[str, object]] = self._kern.get("signalen", {})
        return open_

    def van_bron(self, bron: str) -> list[Feit]:
        """What one organisation said in one role, in order of effect; without lessons."""
        return sorted((f for feiten in self._feiten.values() for f in feiten if f.bron == bron), key=_volgorde)

    @property
    def overleden(self) -> Feit | None:
        """The fact that the person died. Others see their relation end, and no reason."""
        return self.laatste("persoon-overleden")

    @property
    def vrijstellende_opleiding(self) -> bool | None:
        """Whether the person follows an education that exempts, by the last word about it; None: nobody said."""
        for feit in reversed(self.feiten("verblijf-in-gemeente-geregistreerd", "klantprofiel-gedeeld")):
            if isinstance(gezegd := feit.data.get("vrijstellende_opleiding"), bool):
                return gezegd
        return None

    @cached_property
    def begin(self) -> date | None:
        """The first day that anything is known about."""
        dagen = [f.op for feiten in self._feiten.values() for f in feiten]
        return min(dagen, default=None)

    # Plicht

    @cached_property
    def plicht(self) -> Plicht | None:
        vaststelling = self.laatste("inburgeringsplicht-vastgesteld")
        if vaststelling is None:
            return None
        velden: dict[str, str] = {}
        for feit in self.feiten("inburgeringsplicht-vastgesteld", "inburgeringsplicht-gewijzigd"):
            velden.update({veld: waarde for veld in feit.data if (waarde := feit.tekst(veld)) is not None})
        einde = next((f for f in self.feiten("inburgeringsplicht-beeindigd") if f.op >= vaststelling.op), None)
        stand = (einde.tekst("reden") or "beeindigd") if einde else velden.get("stand", ACTIEF)
        return Plicht(
            vaststelling, velden.get("doelgroep"), velden.get("wet"), dag(velden.get("kennisgeving")), stand, einde
        )

    @property
    def doelgroep(self) -> str | None:
        return self.plicht.doelgroep if self.plicht else None

    def doelgroep_op(self, op: date) -> str | None:
        """The doelgroep as it was on a day; before the first word about it, the first."""
        return self._dag_van_veld(
            op, "doelgroep", self.feiten("inburgeringsplicht-vastgesteld", "inburgeringsplicht-gewijzigd")
        )

    def _dag_van_veld(self, op: date, veld: str, feiten: list[Feit]) -> str | None:
        gezegd = [(f.op, waarde) for f in feiten if (waarde := f.tekst(veld)) is not None]
        toen = [waarde for dag_, waarde in gezegd if dag_ <= op]
        return toen[-1] if toen else (gezegd[0][1] if gezegd else None)

    @property
    def asielstatushouder(self) -> bool:
        return self.doelgroep == ASIELSTATUSHOUDER

    @property
    def beeindigd(self) -> bool:
        return self.plicht is not None and self.plicht.beeindigd is not None

    # Where

    @cached_property
    def verblijven(self) -> tuple[Verblijf, ...]:
        return verblijven(self.feiten(*GEMEENTE_IN))

    def verblijf_op(self, op: date) -> Verblijf | None:
        """The responsible gemeente on a day; before the first one, the first."""
        geldig = [v for v in self.verblijven if v.van <= op]
        return geldig[-1] if geldig else (self.verblijven[0] if self.verblijven else None)

    def gemeente_op(self, op: date) -> str | None:
        verblijf = self.verblijf_op(op)
        return verblijf.gemeente if verblijf else None

    @cached_property
    def inschrijving(self) -> Feit | None:
        """The first BRP registration."""
        return self.eerste("verblijf-in-gemeente-geregistreerd")

    @cached_property
    def huisvestingswet_28(self) -> bool:
        """Housed, or to be housed, under Huisvestingswet 2014 art. 28."""
        return any(
            f.data.get("huisvestingswet_28") is True
            for f in self.feiten("verblijf-in-gemeente-geregistreerd", "gemeente-gekoppeld")
        )

    # Plan

    @cached_property
    def pip(self) -> Feit | None:
        """The first PIP: it starts the termijn, whatever comes after (Wi 11(3))."""
        return self.eerste("pip-vastgesteld")

    @property
    def pip_staat(self) -> bool:
        """A PIP stands: made, and not withdrawn since."""
        plan, weg = self.laatste("pip-vastgesteld"), self.laatste("pip-ingetrokken")
        return plan is not None and (weg is None or weg.op < plan.op)

    @cached_property
    def leerroute(self) -> str | None:
        return self._uit_plan("leerroute", "naar")

    def leerroute_op(self, op: date) -> str | None:
        """The leerroute as it was on a day; before the first plan, that of the first plan."""
        eerste: str | None = None
        toen: str | None = None
        for feit in self.feiten(*PLAN, "leerroute-gewijzigd"):
            waarde = feit.tekst("naar" if feit.gebeurtenis == "leerroute-gewijzigd" else "leerroute")
            if waarde is not None:
                eerste = eerste or waarde
                toen = waarde if feit.op <= op else toen
        return toen or eerste

    def leerroute_sinds(self, op: date | None = None) -> date | None:
        """Since when the leerroute of a day (None: of the last word about it) holds; None before the first plan."""
        sinds: date | None = None
        route: str | None = None
        for feit in self.feiten(*PLAN, "leerroute-gewijzigd"):
            waarde = feit.tekst("naar" if feit.gebeurtenis == "leerroute-gewijzigd" else "leerroute")
            if waarde not in (None, route) and (op is None or feit.op <= op):
                sinds, route = feit.op, waarde
        return sinds

    def contract_op(self, op: date, gemeente: str | None, aanbieder: str) -> str | None:
        """The number of the contract between a gemeente and a provider that holds on a day, if it was given one."""
        geldig = [
            f
            for f in self.feiten("contract-vastgesteld")
            if f.oin == gemeente and (f.tekst("organisatie") or "").partition("#")[0] == aanbieder and f.op <= op
        ]
        lopend = [f for f in geldig if (tot := f.dag("tot")) is None or op < tot]
        return lopend[-1].tekst("nummer") if lopend else None

    @cached_property
    def niveau(self) -> str | None:
        return self._uit_plan("niveau", "niveau")

    def _uit_plan(self, veld: str, bij_wijziging: str) -> str | None:
        for feit in reversed(self.feiten(*PLAN, "leerroute-gewijzigd")):
            waarde = feit.tekst(bij_wijziging if feit.gebeurtenis == "leerroute-gewijzigd" else veld)
            if waarde is not None:
                return waarde
        return None

    # Who

    @cached_property
    def opdrachten(self) -> tuple[Opdracht, ...]:
        contracten = self.feiten(*CONTRACTEN)
        return opdrachten(self.feiten(*OPDRACHTEN), self.feiten(*EINDEN), self.gemeente_op, contracten)

    @property
    def scholen(self) -> tuple[Opdracht, ...]:
        """Assignments to schools that answer for themselves: a subcontractor's reports are the main contractor's care."""
        return tuple(o for o in self.opdrachten if o.partij.rol is Rol.TAALSCHOOL and o.voor is None)

    @cached_property
    def regievoerders(self) -> tuple[Regievoerder, ...]:
        return tuple(
            Regievoerder(naam, (f.tekst("organisatie") or f.oin).partition("#")[0], f)
            for f in self.feiten("regievoerder-toegewezen")
            if (naam := f.tekst("regievoerder")) is not None
        )

    def regievoerder_op(self, op: date) -> Regievoerder | None:
        """The named contact on a day. One that a former gemeente named ended with that gemeente."""
        verblijf = self.verblijf_op(op)
        for regie in reversed(self.regievoerders):
            if regie.door.op > op:
                continue
            if verblijf is None or regie.door.oin == verblijf.gemeente or regie.organisatie == verblijf.gemeente:
                return regie
            if regie.door.rol == Rol.UITVOERDER and regie.door.op >= verblijf.van:
                return regie
            return None
        return None

    # Lessons

    @cached_property
    def lessen(self) -> Lesstand:
        return lesstand(maandstaten.alle(self._maanden), self.vrijstellingen)

    @cached_property
    def vrijstellingen(self) -> tuple[tuple[date, date], ...]:
        """The periods in which the gemeente exempted the person from attendance, from..until."""
        gezegd = self.feiten("verzuim-vrijgesteld")
        return tuple((van, f.dag("tot") or van) for f in gezegd if (van := f.dag("van")) is not None)

    # What consent may know

    @cached_property
    def relaties(self) -> tuple[Relatie, ...]:
        opvang = tuple(self._opvang())
        gegeven = relaties(self.verblijven, self.opdrachten, self.feiten(*PLAN), tuple(self._vervallen()))
        einden = self.feiten(*(einde for _, einde in ZELF_GEMELD.values()))
        alle = (*opvang, *gegeven, *zelf_gemeld(self.feiten(*ZELF_GEMELD), einden))
        return alle if self.overleden is None else tuple(_tot_overlijden(r, self.overleden) for r in alle)

    def _opvang(self) -> Iterator[Relatie]:
        van: dict[Partij, tuple[date, Feit]] = {}
        tot: dict[Partij, Feit] = {}
        for feiten in self._feiten.values():
            for feit in feiten:
                if not feit.bron.endswith("#opvang"):
                    continue
                sinds = min(feit.op, vastgelegd_op(feit))
                eerder = van.get(feit.partij)
                if eerder is None or (sinds, feit.volgorde) < (eerder[0], eerder[1].volgorde):
                    van[feit.partij] = (sinds, feit)
                if feit.gebeurtenis == "uit-opvang-vertrokken":
                    tot[feit.partij] = max(tot.get(feit.partij, feit), feit, key=lambda f: f.volgorde)
        for partij, (sinds, feit) in sorted(van.items()):
            einde = tot.get(partij)
            yield Relatie(partij, sinds, einde.op if einde else None, feit.sleutel, einde.sleutel if einde else None)

    def _vervallen(self) -> Iterator[Vervallen]:
        for sleutel, rij in sorted(self._rijen.items()):
            if rij["gebeurtenis"] not in BEGINT_RELATIE or not ("ingetrokken" in rij or "wijzigingen" in rij):
                continue
            origineel, nu = lees_origineel(rij), lees_feit(rij)
            if nu is None or begonnen_partij(nu) != begonnen_partij(origineel):
                door = rij["ingetrokken"] if nu is None else rij["wijzigingen"][0]
                oin = sleutel.rpartition("@")[2]
                yield Vervallen(origineel, dag_van(instant(door["vastgelegd"])), f"{door['id']}@{oin}")

    @cached_property
    def toestemmingen(self) -> tuple[Toestemming, ...]:
        uitspraken, ingetrokken = [], set()
        for rij in self._rijen.values():
            if rij["gebeurtenis"] in (GEGEVEN, GEWEIGERD):
                feit = lees_feit(rij)
                gezegd = lees_origineel(rij) if "wijzigingen" in rij else None
                uitspraken.append(Uitspraak(feit or lees_origineel(rij), feit is None, gezegd))
            elif rij["gebeurtenis"] == "toestemming-ingetrokken":
                ingetrokken |= {rij["data"].get("betreft"), rij.get("nu", {}).get("betreft")}
        return toestemmingen(uitspraken, ingetrokken, self.geboren, self._gronden.get(STANDEN))

    @cached_property
    def geboren(self) -> date | None:
        """The birth date, by the BRP or else by COA's last profile; it decides who consents (UAVG 5) and who turns 18."""
        for soort in ("verblijf-in-gemeente-geregistreerd", "klantprofiel-gedeeld"):
            gezegd = [d for f in self.feiten(soort) if (d := f.dag("geboortedatum")) is not None]
            if gezegd:
                return gezegd[-1]
        return None

    @property
    def kennisgevingen(self) -> dict[str, dict[str, object]]:
        """Notices sent, by the id of their delivery, as ``kennisgevingen`` keeps them."""
        gestuurd: dict[str, dict[str, object]] = self._gronden.get("kennisgevingen", {})
        return gestuurd

    @cached_property
    def beperkt(self) -> bool:
        """Processing is restricted (AVG 18): what was recorded last counts, whatever day it names."""
        gezegd = self.feiten(BEPERKT, OPGEHEVEN)
        laatste = max(gezegd, key=lambda f: (f.vastgelegd, f.positie), default=None)
        return laatste is not None and laatste.gebeurtenis == BEPERKT

    @cached_property
    def verzoeken(self) -> tuple[Verzoek, ...]:
        return verzoeken(self.feiten("gegevens-opgevraagd"))


def _tot_overlijden(relatie: Relatie, overleden: Feit) -> Relatie:
    """Of everybody but the gemeente the relation ends when the person dies; by which fact stays with the gemeente."""
    if relatie.partij.rol is Rol.GEMEENTE or (relatie.tot is not None and relatie.tot <= overleden.op):
        return relatie
    return replace(relatie, tot=max(overleden.op, relatie.van), beeindigd_door=overleden.sleutel)


def _binnen_overeenkomst(relatie: Relatie, deelnemers: Deelnemersregister) -> Relatie:
    """Who works for a gemeente has to do with its persons from their first agreement in the register to their last.

    What its agreement no longer covers is over, without a tail, also for the event that ends the relation itself.
    """
    if relatie.partij.rol not in NAMENS_GEMEENTE:
        return relatie
    deelnemer = deelnemers.by_oin(relatie.partij.oin)
    if deelnemer is None:
        return relatie
    begin, grens = deelnemer.begin_voor(relatie.namens), deelnemer.einde_voor(relatie.namens)
    if begin is not None and relatie.van < begin:
        relatie = replace(relatie, van=begin, begonnen_door=None)
    if grens is not None and (relatie.tot is None or grens < relatie.tot):
        relatie = replace(relatie, tot=grens, beeindigd_door=None, staart_tot=None)
        if grens <= relatie.van:
            relatie = replace(relatie, van=grens, begonnen_door=None)
    return relatie


def kader(zaak: Zaak, op: date, deelnemers: Deelnemersregister | None = None) -> Kader:
    """All that ``decide`` may know of the dossier on a day: DUO beside every case, an uitvoerder with its gemeente."""
    staand = list(zaak.relaties)
    if deelnemers is not None:
        staand = [_binnen_overeenkomst(r, deelnemers) for r in staand]
        begin = min(zaak.begin or op, op)
        staand += [Relatie(Partij(d.oin, Rol.UITVOERING), begin) for d in deelnemers.in_rol(Rol.UITVOERING, op)]
        for uitvoerder in deelnemers.in_rol(Rol.UITVOERDER, op):
            wie = Partij(uitvoerder.oin, Rol.UITVOERDER)
            staand += [
                _binnen_overeenkomst(replace(r, partij=wie, namens=r.partij.oin), deelnemers)
                for r in zaak.relaties
                if r.partij.rol is Rol.GEMEENTE and r.partij.oin in uitvoerder.namens
            ]
    return Kader(
        relaties=tuple(staand),
        toestemmingen=zaak.toestemmingen,
        verzoeken=zaak.verzoeken,
        doelgroep=zaak.doelgroep,
        beperkt=zaak.beperkt,
        intake_afgerond=bool(zaak.feiten("brede-intake-afgerond")),
        pip_vastgesteld=zaak.pip_staat,
    )
