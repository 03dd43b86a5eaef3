# SPDX-License-Identifier: EUPL-1.2
"""What explains that something did not come, so that no signal is given: a whole group, or a wait that is known.

* a period of the rule `cohort`: a school closed, an outage at DUO, a holiday; as data, per school or gemeente;
* a school that said itself that its lessons stopped for the group (`les-uitgevallen`, for `closure_weeks` at most);
* a traject that was paused, for the component or altogether; self-study, in which no school reports;
* a place on a waiting list with a known intake moment: until then the start is no question, after it a rule of its own.

The clock of what is awaited runs on: only the signal is held back, and given once the explanation ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ..feiten.facts import Feit
from ..regels.kalender import plus_weken
from .verwachting import LOPEND, Blik, Verwachting

COHORT, GEEN = "cohort", "none"
OVER_LESSEN = frozenset({"voortgangsrapportage", "verzuim silence", "gap"})
IN_PAUZE = OVER_LESSEN | {
    "verzuim",
    "verzuim not reported",
    "start leerroute",
    "level reached",
    "provider silent",
    "intake moment",
    "hours",
    "PVT to make up",
}
BIJ_ZELFSTUDIE = frozenset({"start leerroute", "gap", "inburgeringsaanbod"})
OP_WACHTLIJST = frozenset({"start leerroute", "voortgangsrapportage", "verzuim silence"})
PAUZE, HERVAT, ZELFSTUDIE, WACHTLIJST = (
    "traject-gepauzeerd",
    "traject-hervat",
    "zelfstudie-gekozen",
    "wachtlijst-geplaatst",
)


def onderdruk(blik: Blik, verwachting: Verwachting) -> Verwachting:
    """The expectation, marked with the coded reason for which it gives no signal today, if there is one."""
    if verwachting.stand not in LOPEND:
        return verwachting
    reden = _reden(blik, verwachting)
    return verwachting if reden is None else replace(verwachting, onderdrukt=reden)


def _reden(blik: Blik, verwachting: Verwachting) -> str | None:
    regel, school = verwachting.regel, verwachting.onderwerp
    groep = blik.instellingen(COHORT, blik.vandaag, school.oin if school else None)
    if regel in groep.teksten("rules"):
        return groep.tekst("kind")
    if regel in OVER_LESSEN and school is not None and gesloten(blik, str(school)):
        return "school-closed"
    if regel in IN_PAUZE and pauze(blik) is not None:
        return "paused"
    if regel in BIJ_ZELFSTUDIE and zelfstudie(blik) is not None:
        return "self-study"
    if regel in OP_WACHTLIJST and wachtlijst(blik, str(school) if school else None) is not None:
        return "waiting-list"
    return None


def gesloten(blik: Blik, bron: str) -> bool:
    """Whether the last word of a provider about its lessons is that they stopped for the group, and not too long ago."""
    sinds = blik.zaak.lessen.gesloten.get(bron)
    if sinds is None or sinds < blik.zaak.lessen.laatst.get(bron, sinds):
        return False
    return blik.vandaag < heropening(blik, sinds)


def heropening(blik: Blik, sinds: date) -> date:
    """The day from which silence counts again after a closure."""
    return plus_weken(sinds, blik.instellingen(COHORT, sinds).getal("closure_weeks"))


def pauze(blik: Blik) -> Feit | None:
    """The pause of the whole traject that holds today."""
    return next((f for f in reversed(blik.zaak.feiten(PAUZE)) if _loopt(blik, f, HERVAT)), None)


def zelfstudie(blik: Blik) -> Feit | None:
    """The choice for self-study that holds today: until a course begins or the period named is over."""
    return next((f for f in reversed(blik.zaak.feiten(ZELFSTUDIE)) if _loopt(blik, f, "cursus-gestart")), None)


def wachtlijst(blik: Blik, school: str | None = None) -> Feit | None:
    """The place on a waiting list that holds today, with an intake moment still to come."""
    for feit in reversed(blik.zaak.feiten(WACHTLIJST)):
        moment = feit.dag("instroommoment") or feit.dag("begindatum")
        gestart = any(f.bron == feit.bron and f.op >= feit.op for f in blik.zaak.feiten("cursus-gestart"))
        if school in (None, feit.bron) and not gestart and feit.op <= blik.vandaag and moment and blik.vandaag < moment:
            return feit
    return None


def _loopt(blik: Blik, feit: Feit, einde: str) -> bool:
    component, tot = feit.tekst("component"), feit.dag("tot")
    if feit.op > blik.vandaag or (tot is not None and blik.vandaag >= tot):
        return False
    later = [f for f in blik.zaak.feiten(einde) if f.op <= blik.vandaag and (f.op, f.positie) > (feit.op, feit.positie)]
    return not any(f.tekst("component") in (None, component) for f in later)


def telt_vanaf(blik: Blik, regel: str, aanbieder: str, anker: date) -> date:
    """The anchor of a silence, moved to the end of what explained it: those days do not count."""
    perioden = blik.regels.perioden(COHORT, blik.bereik(anker, aanbieder))
    einden = [
        versie.geldig_tot
        for versie in perioden
        if versie.geldig_tot and versie.geldig_van <= blik.vandaag and regel in (versie.instellingen.get("rules") or ())  # type: ignore[operator]
    ]
    einden += [f.op for f in blik.zaak.feiten(HERVAT)]
    return max([anker, *(einde for einde in einden if anker < einde <= blik.vandaag)])


def dagen(blik: Blik) -> Iterator[date | None]:
    """Days on which something here begins or ends by itself."""
    for feit in blik.zaak.feiten(PAUZE, ZELFSTUDIE, WACHTLIJST, HERVAT):
        yield from (feit.op, *(feit.dag(veld) for veld in ("tot", "instroommoment", "begindatum")))
    for sinds in blik.zaak.lessen.gesloten.values():
        yield from (sinds, heropening(blik, sinds))
    for aanbieder in {None, *(opdracht.partij.oin for opdracht in blik.zaak.opdrachten)}:
        for versie in blik.regels.perioden(COHORT, blik.bereik(blik.vandaag, aanbieder)):
            yield from (versie.geldig_van, versie.geldig_tot)
