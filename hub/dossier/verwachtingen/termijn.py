# SPDX-License-Identifier: EUPL-1.2
"""The inburgeringstermijn (Wi 11, 12) and the requests to DUO that are pending while it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from consent.kader import Partij
from schemas.vocabulary import Rol

from ..feiten.facts import Feit
from ..feiten.zaak import ACTIEF
from ..regels.kalender import EEN_DAG, einde_na_maanden, nederlands, plus_maanden, plus_weken, volgende_werkdag
from .verwachting import Blik, Ernst, Stand, Trap, Verwachting, lopend_of_gemist, na, posities, voldaan

REGEL = "termijn"
VERZOEK = "pending request at DUO"
OPGESCHORT, HERVAT = "inburgeringstermijn-opgeschort", "inburgeringstermijn-hervat"
OPNIEUW = "inburgeringstermijn-opnieuw-gestart"
VRIJGESTELD = "tijdelijk-vrijgesteld"
_STILTE = (OPGESCHORT, HERVAT, "inburgeringsplicht-gewijzigd")
NATURALISATIE = "naturalisatie"
JAAR = 12


@dataclass(frozen=True, slots=True)
class Inburgeringstermijn:
    """`einde` is exclusive: the first day after the term, as DUO gives it."""

    start: date
    einde: date
    versie: str
    feiten: tuple[int, ...]
    waarschuw: tuple[int, ...]
    """Months before the end at which to warn."""


def inburgeringstermijn(blik: Blik) -> Inburgeringstermijn | None:
    """The term as it now stands; None while nothing starts it.

    It starts the day after dagtekening of the first PIP. Only DUO moves its end (setting `moved_by`); what DUO states
    as the end of a term with this start counts, and after that its latest extension.
    """
    if REGEL not in blik.memo:
        blik.memo[REGEL] = _inburgeringstermijn(blik)
    gevonden: Inburgeringstermijn | None = blik.memo[REGEL]
    return gevonden


def _inburgeringstermijn(blik: Blik) -> Inburgeringstermijn | None:
    zaak, plan = blik.zaak, blik.zaak.pip
    gestart = [f for f in zaak.feiten("inburgeringstermijn-gestart") if f.dag("startdatum")]
    if plan is None and not gestart:
        return None
    begin = plan.op if plan is not None else gestart[0].dag("startdatum") or gestart[0].op
    regel = blik.instellingen(REGEL, begin)
    start = begin
    if plan is not None and regel.tekst("start") == "day-after-dagtekening":
        start = begin + EEN_DAG
    einde = einde_na_maanden(start, JAAR * regel.getal("years"))
    gebruikt: list[Feit | None] = [plan]
    for feit in gestart:
        if feit.dag("startdatum") == start and (eind := feit.dag("einddatum")):
            einde = eind
            gebruikt.append(feit)
    alleen_duo = regel.tekst("moved_by") == "DUO-only"
    bewogen = zaak.feiten("inburgeringstermijn-verlengd", HERVAT, OPNIEUW, "inburgeringsplicht-gewijzigd")
    for feit in sorted(bewogen, key=lambda f: (f.vastgelegd, f.positie, f.sleutel)):
        if feit.gebeurtenis == OPNIEUW:
            if feit.op > blik.vandaag:
                continue
            start = feit.op
            einde = feit.dag("einddatum") or einde_na_maanden(start, regel.getal("new_term_months"))
        elif feit.gebeurtenis == "inburgeringstermijn-verlengd":
            if (eind := feit.dag("einddatum")) is None or (feit.rol != Rol.UITVOERING and alleen_duo):
                continue
            einde = eind
        elif (stil := _stilgestaan(blik, feit, start)) is not None:
            gezegd = feit.dag("einddatum") if feit.gebeurtenis == HERVAT else None
            einde = gezegd or einde + stil
        else:
            continue
        gebruikt.append(feit)
    return Inburgeringstermijn(start, einde, regel.versie, posities(*gebruikt), tuple(regel.getallen("warn_months")))


def _stilgestaan(blik: Blik, hervat: Feit, start: date) -> timedelta | None:
    """How long the term stood still before it went on; None when this fact does not make it go on."""
    if hervat.op > blik.vandaag or not _hervat(hervat):
        return None
    eerder = [f for f in blik.zaak.feiten(*_STILTE) if f.volgorde < hervat.volgorde]
    begin: Feit | None = None
    for feit in eerder:  # from the first word that it stands still to the first that it goes on
        if _hervat(feit):
            begin = None
        elif begin is None and _stopt(feit):
            begin = feit
    if begin is None:
        return None
    return max(hervat.op - max(begin.dag("startdatum") or begin.op, start), timedelta(0))


def _stopt(feit: Feit) -> bool:
    return feit.gebeurtenis == OPGESCHORT or feit.data.get("stand") == VRIJGESTELD


def _hervat(feit: Feit) -> bool:
    return feit.gebeurtenis == HERVAT or feit.data.get("stand") == ACTIEF


def opgeschort(blik: Blik) -> bool:
    """Whether the term stands still today: by a temporary exemption, or because DUO says so."""
    if blik.zaak.plicht is not None and blik.zaak.plicht.stand == VRIJGESTELD:
        return True
    gezegd = [f for f in blik.zaak.feiten(*_STILTE) if f.op <= blik.vandaag and (_stopt(f) or _hervat(f))]
    return bool(gezegd) and _stopt(gezegd[-1])


def loopt(blik: Blik) -> bool:
    """Whether the termijn has begun, is not over and is not suspended."""
    termijn, plicht = inburgeringstermijn(blik), blik.zaak.plicht
    if termijn is None or plicht is None or not plicht.loopt or opgeschort(blik):
        return False
    return termijn.start <= blik.vandaag < termijn.einde


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    yield from _termijn(blik)
    yield from _verzoeken(blik)


def _termijn(blik: Blik) -> Iterator[Verwachting]:
    termijn, plicht = inburgeringstermijn(blik), blik.zaak.plicht
    if termijn is None or plicht is None or plicht.beeindigd:
        return
    trappen = [
        Trap(plus_maanden(termijn.einde, -m), Ernst.WAARSCHUWING) for m in sorted(termijn.waarschuw, reverse=True)
    ]
    laatste = termijn.einde - EEN_DAG
    telt = plicht.loopt and not opgeschort(blik)
    yield Verwachting(
        regel=REGEL,
        versie=termijn.versie,
        anker=termijn.start.isoformat(),
        verwacht="inburgeringsplicht-beeindigd",
        reden=f"Van DUO wordt afronding of verlenging verwacht; de inburgeringstermijn loopt tot {nederlands(termijn.einde)}.",
        vervalt=laatste,
        trappen=(*trappen, na(laatste)) if telt else (),
        stand=lopend_of_gemist(laatste, blik.vandaag) if telt else Stand.OPGESCHORT,
        feiten=termijn.feiten,
    )


def verzoeken(blik: Blik) -> Iterator[tuple[Feit, Feit | None]]:
    """Requests to DUO with the decision on each. One request told by two organisations is one request."""
    oordelen = blik.zaak.feiten("verzoek-beoordeeld")
    gezien: set[tuple[str, str | None]] = set()
    for verzoek in blik.zaak.feiten("verzoek-ingediend", "naturalisatieverzoek-gemeld"):
        soort = soort_verzoek(verzoek)
        oordeel = next((o for o in oordelen if o.tekst("soort") == soort and o.op >= verzoek.op), None)
        sleutel = (soort, oordeel.sleutel if oordeel else None)
        if sleutel not in gezien:
            gezien.add(sleutel)
            yield verzoek, oordeel


def soort_verzoek(verzoek: Feit) -> str:
    """What was asked."""
    return NATURALISATIE if verzoek.gebeurtenis == "naturalisatieverzoek-gemeld" else verzoek.tekst("soort") or ""


def _verzoeken(blik: Blik) -> Iterator[Verwachting]:
    plicht = blik.zaak.plicht
    duo = plicht.door.partij if plicht is not None and plicht.door.rol == Rol.UITVOERING else None
    for verzoek, oordeel in verzoeken(blik):
        if oordeel is not None or not blik.zaak.beeindigd:
            yield _verzoek(blik, verzoek, oordeel, duo)


def _verzoek(blik: Blik, verzoek: Feit, oordeel: Feit | None, duo: Partij | None) -> Verwachting:
    regel = blik.instellingen(VERZOEK, verzoek.op)
    soort = soort_verzoek(verzoek)
    vervalt = plus_weken(verzoek.op, regel.getal("weeks"))
    if regel.ja("algemene_termijnenwet"):
        vervalt = volgende_werkdag(vervalt)
    trappen: tuple[Trap, ...] = (na(vervalt),)
    if soort == "ontheffing":  # eight weeks is the norm, eight months the practice: first a warning
        trappen = (
            na(vervalt, Ernst.WAARSCHUWING),
            na(plus_maanden(verzoek.op, regel.getal("ontheffing_months"))),
        )
    elif soort == NATURALISATIE:
        vervalt = plus_maanden(verzoek.op, regel.getal("naturalisatie_months"))
        trappen = (na(vervalt),)
    doorloop = " De inburgeringstermijn loopt intussen door." if loopt(blik) else ""
    return Verwachting(
        regel=VERZOEK,
        versie=regel.versie,
        anker=f"{soort} {verzoek.op.isoformat()}",
        verwacht="verzoek-beoordeeld",
        reden=f"Van DUO wordt een besluit verwacht op een verzoek van {nederlands(verzoek.op)}.{doorloop}",
        onderwerp=duo,
        vervalt=vervalt,
        trappen=trappen,
        stand=voldaan(oordeel.op, vervalt) if oordeel else lopend_of_gemist(vervalt, blik.vandaag),
        feiten=posities(verzoek, oordeel),
    )
