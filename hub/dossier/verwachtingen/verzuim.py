# SPDX-License-Identifier: EUPL-1.2
"""Absence: the pattern that asks for a conversation, the school that saw it and did not report, the school gone silent.

Settings of rule `verzuim`: `count` (`unauthorised-only`, `all`), `window` (`calendar-month`, `rolling-month`),
`threshold` (absences in the window), `school_reports_within_days`; `allowed_reasons` (for which an absence is not
unauthorised, whatever the school made of it), `late_minutes` (a lesson of which so much was missed by coming late or
leaving early counts as missed; 0: never). Of rule `verzuim silence`: `weeks`.

A lesson that the school cancelled is no absence; an exempted absence is authorised: also in what a school reports about a
month (``verzuimmelding``). For others than asielstatushouders all of this holds only while a request of the gemeente
stands (Bi 9.2(4)). A pattern never says guilt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from consent.kader import Partij

from ..feiten.facts import Feit, lees_partij
from ..feiten.lessen import GEEN, ONGEOORLOOFD, Afwezigheid
from ..feiten.verzuimmelding import bereikt, lees, per_maand, van_soort
from ..feiten.zaak import Zaak
from ..regels.kalender import nederlands, plus_maanden, plus_weken
from ..regels.rules import Instellingen
from .onderdrukking import telt_vanaf
from .traject import lopende_cursus
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
)

VERZUIM = "verzuim"
NIET_GEMELD = "verzuim not reported"
STILTE = "verzuim silence"
ROOSTER = ("rooster-vastgesteld", "rooster-gewijzigd")
OP_VERZOEK = frozenset({"aanwezigheid-gemeld", "verzuim-gemeld"})


@dataclass(frozen=True, slots=True)
class Patroon:
    """Enough absences in one window. `sinds`: the day on which the threshold was reached."""

    anker: str
    sinds: date
    feiten: tuple[int, ...]
    regel: Instellingen


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    plicht = blik.zaak.plicht
    if plicht is None or not plicht.loopt:
        return
    lessen = blik.zaak.lessen
    meldingen = blik.zaak.feiten("verzuim-gemeld")
    telt = sorted(a for a in (*lessen.afwezigheden, *_deels(blik)) if _mee(blik, a.bron, a.op))
    gevonden = list(patronen(blik, telt))
    yield from _gesprekken(blik, gevonden, [m for m in meldingen if _mee(blik, m.bron, m.op)], telt)
    scholen = sorted({a.bron for a in telt})
    for bron in scholen:
        eigen = gevonden if len(scholen) == 1 else patronen(blik, [a for a in telt if a.bron == bron])
        yield from _niet_gemeld(blik, bron, eigen, meldingen)
    for bron in sorted({f.bron for f in blik.zaak.feiten(*ROOSTER)}):
        yield from _stilte(blik, bron, lessen.laatst.get(bron))


def _mee(blik: Blik, bron: str, op: date) -> bool:
    """Whether absences at this school count: for asielstatushouders always, else since a standing request."""
    if blik.zaak.asielstatushouder:
        return True
    school = lees_partij(bron)
    verzoek = blik.gevraagd(school, OP_VERZOEK) if school else None
    return verzoek is not None and op >= verzoek[0]


def _deels(blik: Blik) -> Iterator[Afwezigheid]:
    """Lessons attended of which so much was missed that the rule of that day takes them for missed."""
    for les in blik.zaak.lessen.gedeeltelijk:
        grens = blik.instellingen(VERZUIM, les.op).getal("late_minutes")
        if les.verzuim == GEEN and 0 < grens <= les.te_laat + les.eerder_weg:
            yield Afwezigheid(les.op, les.bron, les.les, ONGEOORLOOFD, les.positie, les.vrijgesteld)


def _qua_soort(regel: Instellingen, een: Afwezigheid) -> bool:
    if regel.tekst("count") != "unauthorised-only":
        return True
    return een.verzuim == ONGEOORLOOFD and een.reden not in regel.teksten("allowed_reasons")


def patronen(blik: Blik, afwezig: Iterable[Afwezigheid]) -> Iterator[Patroon]:
    """Windows in which the threshold is reached. A calendar month has at most one; rolling windows do not overlap."""
    maanden: dict[str, list[Afwezigheid]] = {}
    rollend: list[Afwezigheid] = []
    for een in afwezig:  # in order of day
        regel = blik.instellingen(VERZUIM, een.op)
        if een.vrijgesteld or not _qua_soort(regel, een):
            continue
        if regel.tekst("window") == "calendar-month":
            maanden.setdefault(een.op.isoformat()[:7], []).append(een)
        else:
            rollend.append(een)
    for maand, rij in maanden.items():
        yield from _patroon(blik, maand, rij)
    while rollend:
        einde = plus_maanden(rollend[0].op, 1)
        rij = [a for a in rollend if a.op < einde]
        gevonden = list(_patroon(blik, rollend[0].op.isoformat(), rij))
        yield from gevonden
        del rollend[: len(rij) if gevonden else 1]


def _patroon(blik: Blik, anker: str, rij: list[Afwezigheid]) -> Iterator[Patroon]:
    regel = blik.instellingen(VERZUIM, rij[0].op)
    drempel = regel.getal("threshold")
    if len(rij) >= drempel:
        yield Patroon(anker, rij[drempel - 1].op, tuple(sorted({a.positie for a in rij})), regel)


def _gesprekken(
    blik: Blik, gevonden: Iterable[Patroon], meldingen: list[Feit], telt: list[Afwezigheid]
) -> Iterator[Verwachting]:
    gezien: set[str] = set()
    for patroon in gevonden:
        gezien |= {patroon.anker[:7], patroon.sinds.isoformat()[:7]}
        yield _gesprek(patroon)
    passend = [m for m in meldingen if van_soort(m, blik.instellingen(VERZUIM, m.op))]
    for maand, rij in per_maand(lees(blik.zaak, m) for m in passend):
        if maand in gezien:
            continue  # what the lessons show already
        regel = blik.instellingen(VERZUIM, rij[0].feit.op)
        afwezig = [a for a in telt if not a.vrijgesteld and _qua_soort(regel, a)]
        if toen := bereikt(rij, afwezig, regel.getal("threshold")):
            yield _gesprek(Patroon(maand, toen[0], posities(*(m.feit for m in toen[1])), regel))


def _gesprek(patroon: Patroon) -> Verwachting:
    return Verwachting(
        regel=VERZUIM,
        versie=patroon.regel.versie,
        anker=patroon.anker,
        verwacht="signaal-opgevolgd",
        reden=(
            f"Sinds {nederlands(patroon.sinds)} is het afgesproken aantal afwezigheden in een maand bereikt; "
            "van de regievoerder wordt een gesprek over de oorzaak verwacht."
        ),
        trappen=(Trap(patroon.sinds, Ernst.WAARSCHUWING),),
        feiten=patroon.feiten,
    )


def _niet_gemeld(blik: Blik, bron: str, gevonden: Iterable[Patroon], meldingen: list[Feit]) -> Iterator[Verwachting]:
    school = lees_partij(bron)
    if school is None:
        return
    for patroon in gevonden:
        vervalt = patroon.sinds + timedelta(days=patroon.regel.getal("school_reports_within_days"))
        melding = next((m for m in meldingen if m.bron == bron and _gaat_over(blik.zaak, m, patroon)), None)
        yield Verwachting(
            regel=NIET_GEMELD,
            versie=patroon.regel.versie,
            anker=patroon.anker,
            verwacht="verzuim-gemeld",
            reden=f"Van de school wordt uiterlijk {nederlands(vervalt)} een verzuimmelding verwacht.",
            onderwerp=school,
            vervalt=vervalt,
            trappen=(na(vervalt),),
            stand=Stand.VOLDAAN if melding else lopend_of_gemist(vervalt, blik.vandaag),
            feiten=(*patroon.feiten, *posities(melding)),
        )


def _gaat_over(zaak: Zaak, feit: Feit, patroon: Patroon) -> bool:
    """Whether this report is about the pattern: its kind, its month, and made when it was there or naming as many."""
    if not van_soort(feit, patroon.regel):
        return False
    melding = lees(zaak, feit)
    if feit.tekst("maand") is None and feit.dag("datum") is None:
        return feit.op >= patroon.sinds
    if melding.maand not in (patroon.anker[:7], patroon.sinds.isoformat()[:7]):
        return False
    return feit.op >= patroon.sinds or (melding.aantal is not None and melding.genoeg(patroon.regel.getal("threshold")))


def _stilte(blik: Blik, bron: str, laatst: date | None) -> Iterator[Verwachting]:
    """No lesson data for some weeks, while there is a timetable, an assignment and no end of the course."""
    school = lees_partij(bron)
    roosters = [f for f in blik.zaak.feiten(*ROOSTER) if f.bron == bron and f.op <= blik.vandaag]
    if school is None or not roosters or not _mee(blik, bron, blik.vandaag):
        return
    rooster = roosters[-1]
    anker = telt_vanaf(blik, STILTE, school.oin, max(rooster.op, laatst) if laatst else rooster.op)
    regel = blik.instellingen(STILTE, anker, school.oin)
    vervalt = plus_weken(anker, regel.getal("weeks"))
    stand, oorzaak = lopend_of_gemist(vervalt, blik.vandaag), None
    if not _verwacht_lessen(blik, school, rooster):
        stand, oorzaak = Stand.VERVALLEN, Oorzaak.RELATIE_BEEINDIGD
    yield Verwachting(
        regel=STILTE,
        versie=regel.versie,
        anker=anker.isoformat(),
        verwacht="aanwezigheid-gemeld",
        reden=f"Van de school worden sinds {nederlands(anker)} gegevens over de lessen verwacht.",
        onderwerp=school,
        vervalt=vervalt,
        trappen=(na(vervalt, Ernst.WAARSCHUWING),),
        stand=stand,
        oorzaak=oorzaak,
        feiten=posities(rooster),
    )


def _verwacht_lessen(blik: Blik, school: Partij, rooster: Feit) -> bool:
    tot = rooster.dag("tot")
    if tot is not None and blik.vandaag >= tot:
        return False
    cursus = lopende_cursus(blik, school)
    if cursus is not None:
        return cursus[1]
    return any(o.partij == school and o.loopt(blik.vandaag) for o in blik.zaak.opdrachten)
