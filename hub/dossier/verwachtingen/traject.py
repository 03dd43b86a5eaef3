# SPDX-License-Identifier: EUPL-1.2
"""From intake to course: brede intake, inburgeringsaanbod, start leerroute, voortgangsrapportage, voortgangsgesprek.

Reports of a school are expected for asielstatushouders; for others only while a request of the gemeente stands
(Wi 35(3), Bi 9.2(4)). Silence about a course that ended, or at a school whose assignment ended, is no signal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consent.kader import Partij

from ..feiten.facts import Feit
from ..feiten.relaties import Opdracht
from ..regels.kalender import nederlands, plus_maanden
from .termijn import loopt
from .verwachting import (
    Blik,
    Ernst,
    Oorzaak,
    Stand,
    Trap,
    Verwachting,
    lopend_of_gemist,
    na,
    posities,
    voldaan,
)

INTAKE = "brede intake"
AANBOD = "inburgeringsaanbod"
START = "start leerroute"
RAPPORTAGE = "voortgangsrapportage"
GESPREK = "voortgangsgesprek"
ONDERWIJSROUTE = "onderwijsroute"
RAPPORT = frozenset({"voortgang-gemeld"})
JAAR = 12


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    plicht = blik.zaak.plicht
    if plicht is None or not plicht.loopt:
        return
    yield from _intake(blik)
    yield from _aanbod(blik)
    yield from _gesprekken(blik)
    for opdracht in blik.zaak.scholen:
        yield from _start(blik, opdracht)
    for school in sorted({o.partij for o in blik.zaak.scholen}):
        yield from _rapportages(blik, school)


def _intake(blik: Blik) -> Iterator[Verwachting]:
    """The call with its own term; a next call takes the place of one to which the person did not come."""
    oproep = blik.zaak.laatste("brede-intake-opgeroepen")
    vervalt = oproep.dag("termijn_tot") if oproep else None
    if oproep is None or vervalt is None:
        return
    klaar = next((f for f in blik.zaak.feiten("brede-intake-afgerond") if f.op >= oproep.op), None)
    gemist = next((f for f in blik.zaak.feiten("brede-intake-niet-verschenen") if f.op >= oproep.op), None)
    stand, oorzaak = lopend_of_gemist(vervalt, blik.vandaag), None
    if klaar is not None:
        stand = voldaan(klaar.op, vervalt)
    elif gemist is not None or blik.zaak.pip_staat:
        stand, oorzaak = Stand.VERVALLEN, Oorzaak.ALSNOG_ONTVANGEN
    yield Verwachting(
        regel=INTAKE,
        versie=blik.instellingen(INTAKE, oproep.op).versie,
        anker=oproep.op.isoformat(),
        verwacht="brede-intake-afgerond",
        reden=f"Van de gemeente wordt uiterlijk {nederlands(vervalt)} de uitkomst van de brede intake verwacht.",
        vervalt=vervalt,
        trappen=(na(vervalt),),
        stand=stand,
        oorzaak=oorzaak,
        feiten=posities(oproep, klaar, gemist),
    )


def _aanbod(blik: Blik) -> Iterator[Verwachting]:
    """Wi 16: an offer to asielstatushouders within three months; in the onderwijsroute a start within six."""
    zaak, plan = blik.zaak, blik.zaak.pip
    if plan is None or not zaak.asielstatushouder:
        return
    regel = blik.instellingen(AANBOD, plan.op)
    onderwijs = zaak.leerroute == ONDERWIJSROUTE
    vervalt = plus_maanden(plan.op, regel.getal("onderwijsroute_start_months" if onderwijs else "months"))
    # An assignment or a start shows that the offer was made, even when nobody reported the offer itself.
    blijkt = (
        ("cursus-gestart",) if onderwijs else ("inburgeringsaanbod-gedaan", "taalschool-toegewezen", "cursus-gestart")
    )
    gedaan = zaak.eerste(*blijkt)
    wat = "de start van de onderwijsroute" if onderwijs else "een inburgeringsaanbod"
    yield Verwachting(
        regel=AANBOD,
        versie=regel.versie,
        anker=plan.op.isoformat(),
        verwacht="cursus-gestart" if onderwijs else "inburgeringsaanbod-gedaan",
        reden=f"Van de gemeente wordt uiterlijk {nederlands(vervalt)} {wat} verwacht.",
        vervalt=vervalt,
        trappen=(na(vervalt),),
        stand=voldaan(gedaan.op, vervalt) if gedaan else lopend_of_gemist(vervalt, blik.vandaag),
        feiten=posities(plan, gedaan),
    )


def _gesprekken(blik: Blik) -> Iterator[Verwachting]:
    """The conversations of the first year, spread evenly: with two, one within six months and one within twelve."""
    plan = blik.zaak.pip
    if plan is None:
        return
    regel = blik.instellingen(GESPREK, plan.op)
    afgesproken = plan.data.get("voortgangsgesprekken")
    aantal = afgesproken if isinstance(afgesproken, int) and afgesproken > 0 else regel.getal("first_year")
    gevoerd = [f for f in blik.zaak.feiten("voortgangsgesprek-gevoerd") if f.op >= plan.op]
    for nummer in range(1, aantal + 1):
        vervalt = plus_maanden(plan.op, JAAR * nummer // aantal)
        gedaan = gevoerd[nummer - 1] if len(gevoerd) >= nummer else None
        yield Verwachting(
            regel=GESPREK,
            versie=regel.versie,
            anker=f"{plan.op.isoformat()} {nummer}",
            verwacht="voortgangsgesprek-gevoerd",
            reden=f"Van de gemeente wordt uiterlijk {nederlands(vervalt)} voortgangsgesprek {nummer} verwacht.",
            vervalt=vervalt,
            trappen=(na(vervalt, Ernst.WAARSCHUWING),),
            stand=voldaan(gedaan.op, vervalt) if gedaan else lopend_of_gemist(vervalt, blik.vandaag),
            feiten=posities(plan, gedaan),
        )
        if gedaan is None:
            return


def cursusstart(blik: Blik, opdracht: Opdracht) -> Feit | None:
    """The start at this school that belongs to this assignment: after it, or of a course that was running then."""
    starts = [f for f in blik.zaak.feiten("cursus-gestart") if f.bron == str(opdracht.partij)]
    einden = [f for f in blik.zaak.feiten("cursus-beeindigd") if f.bron == str(opdracht.partij)]
    for start in starts:
        if opdracht.tot is not None and start.op >= opdracht.tot:
            continue
        if start.op >= opdracht.van or not any(start.op <= e.op <= opdracht.van for e in einden):
            return start
    return None


def _start(blik: Blik, opdracht: Opdracht) -> Iterator[Verwachting]:
    anker = opdracht.door.op
    regel = blik.instellingen(START, anker, opdracht.partij.oin)
    eerste = plus_maanden(anker, regel.getal("warn_months"))
    start = cursusstart(blik, opdracht)
    stand, oorzaak = lopend_of_gemist(eerste, blik.vandaag), None
    if start is not None:
        stand = voldaan(start.op, eerste)
    elif not opdracht.loopt(blik.vandaag):
        stand, oorzaak = Stand.VERVALLEN, Oorzaak.RELATIE_BEEINDIGD
    elif not loopt(blik):
        stand = Stand.ONBEKEND  # the wait counts while the termijn runs
    later = tuple(na(plus_maanden(anker, m)) for m in sorted(regel.getallen("months")))
    yield Verwachting(
        regel=START,
        versie=regel.versie,
        anker=anker.isoformat(),
        verwacht="cursus-gestart",
        reden=f"Van de taalschool wordt de start verwacht van de leerroute die op {nederlands(anker)} is toegewezen.",
        onderwerp=opdracht.partij,
        vervalt=eerste,
        trappen=(na(eerste, Ernst.WAARSCHUWING), *later),
        stand=stand,
        oorzaak=oorzaak,
        feiten=posities(opdracht.door, start),
    )


def lopende_cursus(blik: Blik, school: Partij) -> tuple[Feit, bool] | None:
    """The last start of a course at a school, and whether it still runs there today."""
    start = next((f for f in reversed(blik.zaak.feiten("cursus-gestart")) if f.bron == str(school)), None)
    if start is None:
        return None
    einde = next(
        (f for f in blik.zaak.feiten("cursus-beeindigd") if f.bron == str(school) and start.op <= f.op <= blik.vandaag),
        None,
    )
    verbonden = any(o.partij == school and o.loopt(blik.vandaag) for o in blik.zaak.opdrachten)
    return start, einde is None and verbonden


def _rapportages(blik: Blik, school: Partij) -> Iterator[Verwachting]:
    cursus = lopende_cursus(blik, school)
    if cursus is None:
        return
    start, in_gang = cursus
    vanaf = start.op
    if not blik.zaak.asielstatushouder:
        verzoek = blik.gevraagd(school, RAPPORT)
        if verzoek is None:
            return
        vanaf = max(vanaf, verzoek[0])
    rapporten = [f for f in blik.zaak.feiten("voortgang-gemeld") if f.bron == str(school) and f.op >= start.op]
    # What was met longer ago than the last report closes no signal any more.
    vorige: Feit | None = rapporten[-2] if len(rapporten) > 1 else None
    for rapport in (*rapporten[-1:], None):
        anker = max(vanaf, vorige.op) if vorige else vanaf
        yield _rapportage(blik, school, start, anker, vorige, rapport, in_gang)
        vorige = rapport
    if rapporten and in_gang:
        yield from _onvolledig(blik, school, rapporten[-1])


def _rapportage(
    blik: Blik, school: Partij, start: Feit, anker: date, vorige: Feit | None, rapport: Feit | None, in_gang: bool
) -> Verwachting:
    regel = blik.instellingen(RAPPORTAGE, anker, school.oin)
    stagnatie = vorige is not None and vorige.data.get("stagnatie") is True
    vervalt = plus_maanden(anker, regel.getal("stagnation_months" if stagnatie else "months"))
    stand, oorzaak = lopend_of_gemist(vervalt, blik.vandaag), None
    if rapport is not None:
        stand = voldaan(rapport.op, vervalt)
    elif not in_gang:
        stand, oorzaak = Stand.VERVALLEN, Oorzaak.RELATIE_BEEINDIGD
    return Verwachting(
        regel=RAPPORTAGE,
        versie=regel.versie,
        anker=anker.isoformat(),
        verwacht="voortgang-gemeld",
        reden=f"Van de taalschool wordt uiterlijk {nederlands(vervalt)} een voortgangsrapportage verwacht.",
        onderwerp=school,
        vervalt=vervalt,
        trappen=(na(vervalt),),
        stand=stand,
        oorzaak=oorzaak,
        feiten=posities(start, vorige, rapport),
    )


def _onvolledig(blik: Blik, school: Partij, rapport: Feit) -> Iterator[Verwachting]:
    """A report without what was agreed is not missing, but it does not suffice (003.md 6.4)."""
    regel = blik.instellingen(RAPPORTAGE, rapport.op, school.oin)
    if all(rapport.data.get(veld) not in (None, "onbekend", []) for veld in regel.teksten("content")):
        return
    yield Verwachting(
        regel=RAPPORTAGE,
        versie=regel.versie,
        anker=f"inhoud {rapport.op.isoformat()}",
        verwacht="voortgang-gemeld",
        reden=f"Van de taalschool wordt een aanvulling verwacht op de rapportage van {nederlands(rapport.op)}.",
        onderwerp=school,
        trappen=(Trap(rapport.op, Ernst.WAARSCHUWING),),
        feiten=posities(rapport),
    )
