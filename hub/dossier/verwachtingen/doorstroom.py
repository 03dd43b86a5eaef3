# SPDX-License-Identifier: EUPL-1.2
"""From one step to the next: a gap, an intake moment missed, a level that opens something, the time to change route,
hours that lag, a PVT meeting to make up. Settings: ``regels/voortgang.yaml``, ``regels/regie.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from consent.kader import Partij
from schemas.vocabulary import Rol

from ..feiten import urenposten
from ..feiten.facts import Feit, lees_partij
from ..regels.kalender import EEN_DAG, nederlands, plus_maanden, plus_weken
from . import onderdelen, termijn
from .afspraak import afspraak, eerste_na
from .verwachting import Blik, Ernst, Oorzaak, Stand, Trap, Verwachting, posities

GAT, INSTROOM, NIVEAU = "gap", "intake moment", "level reached"
WISSEL, UREN, INHALEN = "switch of leerroute", "hours", "PVT to make up"
B1, ONDERWIJS = "B1-route", "onderwijsroute"
VANAF_A1 = frozenset({"A1", "A2", "B1", "B2"})
VANAF_A2 = frozenset({"A2", "B1", "B2"})
VOORTGANG = "voortgang-gemeld"
MET_UREN = ("uren-gemeld", "pvt-uren-gemeld", VOORTGANG)
BEGIN = ("cursus-gestart", "zelfstudie-gekozen", "participatie-toegewezen")


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    plicht = blik.zaak.plicht
    if plicht is None or not plicht.loopt or blik.zaak.overleden:
        return
    yield from _gat(blik)
    yield from _instroom(blik)
    yield from _niveau(blik)
    yield from _wissel(blik)
    if _mag_uren(blik):
        yield from _uren(blik)
        yield from _onmogelijk(blik)
    yield from _inhalen(blik)


def _gat(blik: Blik) -> Iterator[Verwachting]:
    """After the last course ended: the next. Courses run side by side, so only when none runs any more."""
    zaak = blik.zaak
    einden = [f for f in zaak.feiten("cursus-beeindigd", "toewijzing-beeindigd") if f.op <= blik.vandaag]
    starts = zaak.feiten("cursus-gestart")
    if not einden or not starts:
        return
    einde = einden[-1]
    open_ = [s for s in starts if s.op <= einde.op and not any(_sluit(e, s) for e in einden)]
    if open_:
        return
    regel = blik.instellingen(GAT, einde.op)
    yield afspraak(
        regel,
        blik.vandaag,
        anker=einde.op.isoformat(),
        vervalt=einde.op + timedelta(days=regel.getal("days")),
        verwacht="cursus-gestart",
        reden="Van de gemeente wordt na het einde van een traject uiterlijk {} de start van het volgende verwacht.",
        rust=(einde,),
        gedaan=next((f for f in zaak.feiten(*BEGIN) if f.op > einde.op or _zelfde_dag(f, einde)), None),
        ernst=Ernst.WAARSCHUWING,
    )


def _zelfde_dag(start: Feit, einde: Feit) -> bool:
    return start.op == einde.op and start.positie > einde.positie


def _sluit(einde: Feit, start: Feit) -> bool:
    if einde.op < start.op:
        return False
    if einde.gebeurtenis == "cursus-beeindigd":
        zelfde = einde.bron == start.bron
    else:
        zelfde = start.oin in (einde.tekst("taalschool"), einde.tekst("organisatie"))
    component = einde.tekst("component")
    return zelfde and component in (None, start.tekst("component"))


def _instroom(blik: Blik) -> Iterator[Verwachting]:
    """A fixed moment at which groups begin went by without a start."""
    for feit in blik.zaak.feiten("wachtlijst-geplaatst", "taalschool-toegewezen"):
        moment = feit.dag("instroommoment")
        if moment is None:
            continue
        school = (
            feit.partij if feit.rol == Rol.TAALSCHOOL else lees_partij(feit.tekst("taalschool") or "", Rol.TAALSCHOOL)
        )
        regel = blik.instellingen(INSTROOM, feit.op, school.oin if school else None)
        later = any(
            f.volgorde > feit.volgorde and f.dag("instroommoment")
            for f in blik.zaak.feiten("wachtlijst-geplaatst", "taalschool-toegewezen")
        )
        gestart = eerste_na(blik.zaak.feiten("cursus-gestart"), feit.op)
        yield afspraak(
            regel,
            blik.vandaag,
            anker=moment.isoformat(),
            vervalt=moment + timedelta(days=regel.getal("days")),
            verwacht="cursus-gestart",
            reden="Van de aanbieder werd uiterlijk {} de start verwacht; het instroommoment is voorbij.",
            rust=(feit,),
            gedaan=gestart,
            onderwerp=school,
            achterhaald=Oorzaak.TERMIJN_VERSCHOVEN if later else None,
        )


def _niveau(blik: Blik) -> Iterator[Verwachting]:
    """A1 opens work and participatie; A2 opens the MAP, where the route has one (003.md R17, R18)."""
    zaak = blik.zaak
    werk = [*zaak.feiten("participatie-toegewezen", "werk-gestart")]
    if zaak.asielstatushouder:
        yield from _opent(blik, "A1", VANAF_A1, "participatie-toegewezen", "participatie of werk", werk)
    if zaak.leerroute in onderdelen.regel(blik).teksten("map_routes"):
        modules = [
            f for f in zaak.feiten(*BEGIN, "taalschool-toegewezen", "uren-gemeld") if f.data.get("component") == "MAP"
        ]
        modules += zaak.feiten("map-afgerond")
        yield from _opent(blik, "A2", VANAF_A2, "cursus-gestart", "de Module Arbeidsmarkt en Participatie", modules)


def _opent(
    blik: Blik, niveau: str, vanaf: frozenset[str], verwacht: str, wat: str, begonnen: list[Feit]
) -> Iterator[Verwachting]:
    bereikt = next((f for f in _voortgang(blik) if f.data.get("taalniveau") in vanaf), None)
    if bereikt is None:
        return
    regel = blik.instellingen(NIVEAU, bereikt.op)
    yield afspraak(
        regel,
        blik.vandaag,
        anker=niveau,
        vervalt=plus_weken(bereikt.op, regel.getal("weeks")),
        verwacht=verwacht,
        reden=f"Van de gemeente werd uiterlijk {{}} verwacht dat {wat} begint: met taalniveau {niveau} kan dat.",
        rust=(bereikt,),
        gedaan=min(begonnen, key=lambda f: f.volgorde, default=None),
        ernst=Ernst.INFORMATIE,
    )


def _voortgang(blik: Blik) -> list[Feit]:
    """The reports of progress that the gemeente may know."""
    return [f for f in blik.zaak.feiten(VOORTGANG) if blik.mag_weten(f.partij, frozenset({VOORTGANG}))]


def zorgelijk(rapport: Feit) -> bool:
    """Whether a progress report says that the route may not be feasible."""
    return rapport.data.get("stagnatie") is True or rapport.data.get("b1_haalbaar") is False


def _wissel(blik: Blik) -> Iterator[Verwachting]:
    """The route changes within a year and a half of the start of the termijn (Wi 17(2)); Bi 5.4 has the exceptions."""
    loopt = termijn.inburgeringstermijn(blik)
    if loopt is None:
        return
    regel = blik.instellingen(WISSEL, loopt.start)
    grens = plus_maanden(loopt.start, regel.getal("months"))
    laatste = grens - EEN_DAG
    wissels = blik.zaak.feiten("leerroute-gewijzigd")
    rapport = next(reversed(_voortgang(blik)), None)
    if rapport is not None and zorgelijk(rapport) and rapport.op < grens:
        gewisseld = eerste_na(wissels, rapport.op)
        stand = Stand.OPEN if blik.vandaag < grens else Stand.VERVALLEN
        yield Verwachting(
            regel=WISSEL,
            versie=regel.versie,
            anker=loopt.start.isoformat(),
            verwacht="leerroute-gewijzigd",
            reden=f"Van de gemeente wordt een gesprek over de leerroute verwacht; een andere kan tot en met {nederlands(laatste)}.",
            vervalt=laatste,
            trappen=(Trap(max(plus_maanden(grens, -regel.getal("warn_months")), rapport.op), Ernst.WAARSCHUWING),),
            stand=Stand.VOLDAAN if gewisseld else stand,
            oorzaak=Oorzaak.TERMIJN_VERSCHOVEN if not gewisseld and stand is Stand.VERVALLEN else None,
            feiten=posities(rapport, gewisseld),
        )
    for wissel in wissels:
        if wissel.op < grens or (wissel.data.get("van"), wissel.data.get("naar")) == (ONDERWIJS, B1):
            continue
        yield Verwachting(
            regel=WISSEL,
            versie=regel.versie,
            anker=f"na {wissel.op.isoformat()}",
            verwacht="signaal-opgevolgd",
            reden=f"Van de gemeente wordt de grond verwacht waarop de leerroute na {nederlands(laatste)} is gewijzigd.",
            trappen=(Trap(wissel.op, Ernst.INFORMATIE),),
            feiten=posities(wissel),
        )


def _uren(blik: Blik) -> Iterator[Verwachting]:
    """Where hours are the measure: are they on a line that reaches the end of the termijn, extensions included, in time?
    Without any report of hours nothing is said here: then a school is silent, which is another rule."""
    loopt, zaak = termijn.inburgeringstermijn(blik), blik.zaak
    regel = onderdelen.regel(blik)
    if loopt is None or zaak.leerroute not in regel.teksten("pace_routes"):
        return
    maanden = (loopt.einde.year - loopt.start.year) * 12 + loopt.einde.month - loopt.start.month
    vertrouwelijk = onderdelen.belastbaar(blik) is not None
    for maand in regel.getallen("check_months"):
        kijkdag = plus_maanden(loopt.start, maand)
        dan = Blik(zaak, blik.regels, min(kijkdag, blik.vandaag))
        for deel in onderdelen.onderdelen(dan):
            if deel.naam not in (urenposten.TAAL, urenposten.PARTICIPATIE) or deel.nodig is None or not deel.gedaan:
                continue
            lijn = deel.nodig * maand * regel.getal("pace_percent") // (max(maanden, maand) * 100)
            van = "" if vertrouwelijk and deel.naam == urenposten.PARTICIPATIE else f" van {deel.nodig}"
            yield Verwachting(
                regel=UREN,
                versie=regel.versie,
                anker=f"{deel.naam} {maand}",
                verwacht="uren-gemeld",
                reden=(
                    f"Van de gemeente wordt een gesprek verwacht: na {maand} maanden zijn {deel.gedaan}{van} uren "
                    f"{deel.naam} bekend."
                ),
                vervalt=kijkdag - EEN_DAG,
                trappen=(Trap(kijkdag, Ernst.INFORMATIE),),
                stand=Stand.VOLDAAN if deel.gedaan >= lijn else Stand.OPEN,
                feiten=posities(zaak.pip),
            )


def _mag_uren(blik: Blik) -> bool:
    """Whether the gemeente may know what all say about hours, who counted them lesson by lesson included."""
    bronnen = {f.bron for f in blik.zaak.feiten(*MET_UREN)} | set(blik.zaak.lessen.laatst)
    partijen = [partij for bron in bronnen if (partij := lees_partij(bron))]
    return all(blik.mag_weten(partij, frozenset(MET_UREN)) for partij in partijen)


def _onmogelijk(blik: Blik) -> Iterator[Verwachting]:
    """Hours that their period does not have count for nothing until whoever reported them puts them right."""
    feiten = blik.zaak.feiten(*MET_UREN)
    if not feiten:
        return
    fout = {p.positie: p for p in onderdelen.boek(blik).posten if p.telt is urenposten.Telt.ONMOGELIJK}
    for feit in feiten:
        if feit.positie in fout:
            yield Verwachting(
                regel=UREN,
                versie=onderdelen.regel(blik).versie,
                anker=f"past niet {feit.sleutel}",
                verwacht="correctie",
                reden=(
                    f"Van de aanbieder wordt een correctie verwacht: de uren die op {nederlands(feit.op)} zijn gemeld passen "
                    "niet in hun periode, of minuten en uren verschillen; zij tellen nog niet."
                ),
                onderwerp=feit.partij,
                trappen=(Trap(feit.op, Ernst.INFORMATIE),),
                feiten=posities(feit),
            )


def _inhalen(blik: Blik) -> Iterator[Verwachting]:
    """A meeting of the PVT that was missed; made up by attending it later, by the hours, or by the signature."""
    gemist = list(_gemist(blik))
    if not gemist:
        return
    genoeg = onderdelen.boek(blik).uren(urenposten.PVT) >= onderdelen.regel(blik).getal("pvt")
    klaar = blik.zaak.laatste("pvt-ondertekend") is not None or genoeg
    for op, anker, onderwerp, positie in gemist:
        regel = blik.instellingen(INHALEN, op)
        yield Verwachting(
            regel=INHALEN,
            versie=regel.versie,
            anker=anker,
            verwacht="pvt-uren-gemeld",
            reden=f"Van de aanbieder wordt verwacht dat de PVT-bijeenkomst van {nederlands(op)} kan worden ingehaald.",
            onderwerp=onderwerp,
            trappen=(Trap(op + timedelta(days=regel.getal("days")), Ernst.INFORMATIE),),
            stand=Stand.VOLDAAN if klaar else Stand.OPEN,
            feiten=(positie,),
        )


def _gemist(blik: Blik) -> Iterator[tuple[date, str, Partij | None, int]]:
    for een in blik.zaak.lessen.pvt_gemist:
        yield een.op, f"{een.bron} {een.les}", lees_partij(een.bron), een.positie
    gevolgd: dict[object, date] = {}
    feiten = blik.zaak.feiten("pvt-uren-gemeld")
    for feit in feiten:
        if feit.data.get("verzuim", "geen") == "geen":
            gevolgd[feit.data.get("nummer")] = feit.op
    for feit in feiten:
        nummer = feit.data.get("nummer")
        if feit.data.get("verzuim", "geen") != "geen" and gevolgd.get(nummer, date.min) < feit.op:
            yield feit.op, f"{feit.bron} {nummer or feit.op.isoformat()}", feit.partij, feit.positie
