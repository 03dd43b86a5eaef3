# SPDX-License-Identifier: EUPL-1.2
"""The last day for the PIP (Bi 5.3). Settings of rule `PIP`:

* `anchor`: `kennisgeving`; `kennisgeving-or-later-brp`: for who is housed under Huisvestingswet 28 the BRP registration
  if that is later, so both must be known; `brp`: the registration, for everybody (text of 2022).
* `weeks` after the anchor; `information_weeks` after receipt of what was asked of a third party, if that is later
  (Bi 5.3(2)). Asking does not stop the clock: an early receipt changes nothing. `open_information`: see the rules file.
* `algemene_termijnenwet`: a last day in a weekend or on a public holiday becomes the next working day.

After a move of someone who has a PIP, the new gemeente has a term of its own from the registration there (Bi 5.3(3)).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from schemas.vocabulary import Rol

from ..feiten.facts import Feit
from ..feiten.relaties import Verblijf
from ..feiten.zaak import PLAN
from ..regels.kalender import nederlands, plus_weken, volgende_werkdag
from ..regels.rules import Instellingen
from .termijn import VRIJGESTELD
from .verwachting import Blik, Ernst, Stand, Trap, Verwachting, lopend_of_gemist, na, posities, voldaan

REGEL = "PIP"
WET = "Wi2013"  # people under the old law have no PIP


@dataclass(frozen=True, slots=True)
class PipTermijn:
    """The term for the PIP. `anker` and `uiterste` are None while the anchor is missing."""

    anker: date | None
    uiterste: date | None
    wacht: bool
    """Third-party information was asked in time and has not come."""
    feiten: tuple[int, ...]
    instellingen: Instellingen


def eerste_termijn(blik: Blik) -> PipTermijn:
    """The term for the first PIP."""
    zaak, plicht, brp = blik.zaak, blik.zaak.plicht, blik.zaak.inschrijving
    kennisgeving = plicht.kennisgeving if plicht else None
    ijkdag = kennisgeving or (brp.op if brp else None) or (plicht.door.op if plicht else None) or blik.vandaag
    regel = blik.instellingen(REGEL, ijkdag)
    soort = regel.tekst("anchor")
    anker = kennisgeving
    if soort == "brp":
        anker = brp.op if brp else None
    elif soort == "kennisgeving-or-later-brp" and zaak.huisvestingswet_28:
        # Which of the two is later cannot be said while one is missing: unknown, although a lower bound may exist.
        anker = max(kennisgeving, brp.op) if kennisgeving and brp else None
    feiten = posities(plicht.door if plicht else None, brp)
    if anker is None:
        return PipTermijn(None, None, False, feiten, regel)
    uiterste = _einde(plus_weken(anker, regel.getal("weeks")), regel)
    return _met_informatie(blik, PipTermijn(anker, uiterste, False, feiten, regel))


def _einde(dag: date, regel: Instellingen) -> date:
    return volgende_werkdag(dag) if regel.ja("algemene_termijnenwet") else dag


def _met_informatie(blik: Blik, termijn: PipTermijn) -> PipTermijn:
    """Third-party information that was asked within the term moves its last day (Bi 5.3(2))."""
    weken = termijn.instellingen.getal("information_weeks")
    uiterste, wacht, feiten = termijn.uiterste, False, termijn.feiten
    if not weken or uiterste is None:
        return termijn
    binnen_termijn = uiterste
    for vraag in blik.zaak.feiten("informatie-opgevraagd"):
        if vraag.op > binnen_termijn:
            continue  # who is late already is not excused by asking afterwards
        antwoord = next((f for f in blik.zaak.feiten("informatie-ontvangen") if _antwoordt(f, vraag)), None)
        if antwoord is None:
            wacht = True
        else:
            uiterste = max(uiterste, _einde(plus_weken(antwoord.op, weken), termijn.instellingen))
        feiten = (*feiten, *posities(vraag, antwoord))
    return PipTermijn(termijn.anker, uiterste, wacht, tuple(sorted(set(feiten))), termijn.instellingen)


def _antwoordt(antwoord: Feit, vraag: Feit) -> bool:
    if antwoord.op < vraag.op:
        return False
    return all(
        antwoord.tekst(veld) is None or vraag.tekst(veld) is None or antwoord.tekst(veld) == vraag.tekst(veld)
        for veld in ("bij", "soort")
    )


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    zaak = blik.zaak
    if zaak.plicht is None or zaak.plicht.wet == WET:
        return
    termijn = eerste_termijn(blik)
    plan = zaak.pip
    if plan is not None:
        stand = voldaan(plan.op, termijn.uiterste) if termijn.uiterste else Stand.VOLDAAN
        yield _verwachting(blik, termijn, stand, posities(plan))
        yield from _na_verhuizing(blik, plan)
    elif termijn.uiterste is None:
        yield _verwachting(blik, termijn, Stand.ONBEKEND)
    elif zaak.plicht.stand == VRIJGESTELD:
        yield replace(_verwachting(blik, termijn, Stand.OPGESCHORT), trappen=())
    elif zaak.plicht.loopt:
        wacht = termijn.wacht and termijn.instellingen.tekst("open_information") == "wait"
        yield _verwachting(
            blik, termijn, Stand.OPGESCHORT if wacht else lopend_of_gemist(termijn.uiterste, blik.vandaag)
        )


def _verwachting(blik: Blik, termijn: PipTermijn, stand: Stand, extra: tuple[int, ...] = ()) -> Verwachting:
    reden = "Van de gemeente wordt het PIP verwacht; de begindatum van de termijn is niet bekend."
    trappen: tuple[Trap, ...] = ()
    if termijn.uiterste is not None:
        waarschuw = termijn.uiterste - timedelta(weeks=termijn.instellingen.getal("warn_weeks"))
        trappen = (Trap(waarschuw, Ernst.WAARSCHUWING),)
        if stand is Stand.OPGESCHORT:
            reden = "Van de gemeente wordt het PIP verwacht, binnen twee weken nadat de gevraagde informatie er is."
        else:
            trappen += (na(termijn.uiterste),)
            reden = f"Van de gemeente wordt uiterlijk {nederlands(termijn.uiterste)} het PIP verwacht."
    return Verwachting(
        regel=REGEL,
        versie=termijn.instellingen.versie,
        anker=termijn.anker.isoformat() if termijn.anker else "onbekend",
        verwacht="pip-vastgesteld",
        reden=reden,
        vervalt=termijn.uiterste,
        trappen=trappen,
        stand=stand,
        feiten=tuple(sorted({*termijn.feiten, *extra})),
    )


def verhuistermijn(blik: Blik) -> tuple[Verblijf, PipTermijn, Feit | None] | None:
    """The term of the present gemeente after a move of someone who already has a PIP, and the plan that met it."""
    zaak, plan = blik.zaak, blik.zaak.pip
    verblijf = zaak.verblijf_op(blik.vandaag)
    if plan is None or verblijf is None or not verblijf.verhuisd or verblijf.van <= plan.op:
        return None
    if verblijf == zaak.verblijven[0]:
        return None
    inschrijvingen = zaak.feiten("verblijf-in-gemeente-geregistreerd")
    brp = next((f for f in inschrijvingen if f.oin == verblijf.gemeente and f.op >= verblijf.van), None)
    anker = brp.op if brp else verblijf.van
    regel = blik.instellingen(REGEL, anker)
    uiterste = _einde(plus_weken(anker, regel.getal("weeks")), regel)
    nieuw = next(
        (
            f
            for f in zaak.feiten(*PLAN)
            if f.op >= verblijf.van and (f.oin == verblijf.gemeente or f.rol == Rol.UITVOERDER)
        ),
        None,
    )
    return verblijf, PipTermijn(anker, uiterste, False, posities(brp, verblijf.door), regel), nieuw


def _na_verhuizing(blik: Blik, plan: Feit) -> Iterator[Verwachting]:
    gevonden = verhuistermijn(blik)
    if gevonden is None or not (blik.zaak.plicht and blik.zaak.plicht.loopt):
        return
    _, termijn, nieuw = gevonden
    if termijn.uiterste is not None:
        stand = voldaan(nieuw.op, termijn.uiterste) if nieuw else lopend_of_gemist(termijn.uiterste, blik.vandaag)
        yield _verwachting(blik, termijn, stand, posities(nieuw, plan))
