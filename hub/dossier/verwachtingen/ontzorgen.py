# SPDX-License-Identifier: EUPL-1.2
"""Ontzorgen (Participatiewet 56a), the toeslagen and the machtiging for them. Settings: ``regels/ontzorgen.yaml``.

For asielstatushouders, six months from the start of the right to bijstand. The form is free (full, part, alternative, or
none with a reason), the decision is not. It can be extended, is not shortened by deciding an earlier end, and ends with
the bijstand. Without a known start of the bijstand its end is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ..feiten.facts import Feit
from ..regels.kalender import nederlands, plus_maanden, plus_weken
from .afspraak import afspraak, eerste_na
from .verwachting import Blik, Ernst, Oorzaak, Stand, Trap, Verwachting, lopend_of_gemist, na, posities, voldaan

REGEL, GAT, MACHTIGING = "ontzorgen", "toeslag gap", "machtiging"


class Ontzorgstand(StrEnum):
    """Where the ontzorgen is."""

    WACHT_OP_BESLUIT = "wacht-op-besluit"
    BESLOTEN = "besloten"
    """Decided, and not said to have begun."""
    LOPEND = "lopend"
    NIET = "niet-ontzorgd"
    """Decided: none, with a reason."""
    BEEINDIGD = "beeindigd"


@dataclass(frozen=True, slots=True)
class Ontzorging:
    """The ontzorgen as it stands. `uiterste`: the first day without; None while its start is unknown."""

    bijstand: Feit | None
    besluit: Feit | None
    start: Feit | None
    einde: Feit | None
    uiterste: date | None
    verlengd: Feit | None
    stand: Ontzorgstand

    @property
    def vorm(self) -> str | None:
        for feit in (self.start, self.besluit):
            if feit is not None and (vorm := feit.tekst("vorm")) is not None:
                return vorm
        return None


def ontzorging(blik: Blik) -> Ontzorging | None:
    """The ontzorgen; None when nobody said anything about bijstand or ontzorgen."""
    if REGEL not in blik.memo:
        blik.memo[REGEL] = _ontzorging(blik)
    gevonden: Ontzorging | None = blik.memo[REGEL]
    return gevonden


def _ontzorging(blik: Blik) -> Ontzorging | None:
    zaak = blik.zaak
    bijstand = zaak.laatste("bijstand-toegekend")
    besluit, start = zaak.laatste("ontzorging-besloten"), zaak.laatste("ontzorging-gestart")
    verlengd = zaak.laatste("ontzorging-verlengd")
    if bijstand is None and besluit is None and start is None:
        return None
    sinds = bijstand.op if bijstand else min(f.op for f in (besluit, start) if f is not None)
    if bijstand is not None and besluit is not None and besluit.op < bijstand.op and start is None:
        besluit = besluit if zaak.eerste("bijstand-toegekend") is bijstand else None  # a decision may come first
    einden = zaak.feiten("ontzorging-beeindigd", "bijstand-beeindigd")
    begin = max([sinds, *([start.op] if start else [])])
    einde = eerste_na(einden, begin)
    uiterste = None
    if bijstand is not None:
        uiterste = plus_maanden(bijstand.op, blik.instellingen(REGEL, bijstand.op).getal("months"))
        for feit in (verlengd, besluit, start):
            later = (feit.dag("tot") or feit.dag("einddatum")) if feit is not None else None
            uiterste = max(uiterste, later) if later is not None else uiterste
    if einde is not None and einde.op <= blik.vandaag:
        stand = Ontzorgstand.BEEINDIGD
    elif besluit is not None and besluit.tekst("vorm") == "geen" and (start is None or start.op < besluit.op):
        stand = Ontzorgstand.NIET
    elif start is not None:
        stand = Ontzorgstand.LOPEND if start.op <= blik.vandaag else Ontzorgstand.BESLOTEN
    else:
        stand = Ontzorgstand.BESLOTEN if besluit is not None else Ontzorgstand.WACHT_OP_BESLUIT
    return Ontzorging(bijstand, besluit, start, einde, uiterste, verlengd, stand)


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    zaak, gevonden = blik.zaak, ontzorging(blik)
    if zaak.beeindigd or zaak.overleden:
        return
    yield from _machtigingen(blik)
    if gevonden is None or not (zaak.asielstatushouder or zaak.doelgroep is None):
        return
    if gevonden.bijstand is not None:
        yield _besluit(blik, gevonden, gevonden.bijstand)
        yield from _toeslag(blik, gevonden, gevonden.bijstand)
    if gevonden.stand is not Ontzorgstand.NIET:
        yield _einde(blik, gevonden)


def _besluit(blik: Blik, gevonden: Ontzorging, bijstand: Feit) -> Verwachting:
    regel = blik.instellingen(REGEL, bijstand.op)
    return afspraak(
        regel,
        blik.vandaag,
        anker=f"besluit {bijstand.op.isoformat()}",
        vervalt=bijstand.op + timedelta(days=regel.getal("decision_days")),
        verwacht="ontzorging-besloten",
        reden="Van de gemeente wordt uiterlijk {} een besluit over het ontzorgen verwacht.",
        rust=(bijstand,),
        gedaan=gevonden.besluit or gevonden.start,
        achterhaald=Oorzaak.TERMIJN_VERSCHOVEN if gevonden.stand is Ontzorgstand.BEEINDIGD else None,
    )


def _einde(blik: Blik, gevonden: Ontzorging) -> Verwachting:
    anker = gevonden.bijstand
    ijkdag = anker.op if anker else blik.vandaag
    regel = blik.instellingen(REGEL, ijkdag)
    if anker is None or gevonden.uiterste is None:
        reden = (
            "Van de gemeente wordt het einde van het ontzorgen verwacht; de eerste dag van de bijstand is niet bekend."
        )
        return Verwachting(
            regel=REGEL,
            versie=regel.versie,
            anker="onbekend",
            verwacht="ontzorging-beeindigd",
            reden=reden,
            stand=Stand.VERVALLEN if gevonden.stand is Ontzorgstand.BEEINDIGD else Stand.ONBEKEND,
            feiten=posities(gevonden.besluit, gevonden.start),
        )
    laatste = gevonden.uiterste - timedelta(days=1)
    voorbereiden = plus_maanden(gevonden.uiterste, regel.getal("warn_month") - regel.getal("months"))
    stand = lopend_of_gemist(laatste, blik.vandaag)
    if gevonden.einde is not None and gevonden.stand is Ontzorgstand.BEEINDIGD:
        stand = voldaan(gevonden.einde.op, gevonden.uiterste)
    elif gevonden.stand is Ontzorgstand.WACHT_OP_BESLUIT:
        stand = Stand.OPGESCHORT if blik.vandaag <= laatste else Stand.GEMIST
    return Verwachting(
        regel=REGEL,
        versie=regel.versie,
        anker=anker.op.isoformat(),
        verwacht="ontzorging-beeindigd",
        reden=(
            f"Het ontzorgen loopt tot {nederlands(gevonden.uiterste)}; van de gemeente wordt dan afbouw, verlenging of "
            "het einde verwacht."
        ),
        vervalt=laatste,
        trappen=(Trap(voorbereiden, Ernst.WAARSCHUWING), na(laatste)),
        stand=stand,
        feiten=posities(anker, gevonden.besluit, gevonden.start, gevonden.verlengd, gevonden.einde),
    )


def _toeslag(blik: Blik, gevonden: Ontzorging, bijstand: Feit) -> Iterator[Verwachting]:
    """Weeks without a first toeslag are weeks with little to live on."""
    regel = blik.instellingen(GAT, bijstand.op)
    yield afspraak(
        regel,
        blik.vandaag,
        anker=bijstand.op.isoformat(),
        vervalt=plus_weken(bijstand.op, regel.getal("weeks")),
        verwacht="toeslag-ontvangen",
        reden="Van de gemeente wordt uiterlijk {} bericht van een eerste toeslag verwacht.",
        rust=(bijstand,),
        gedaan=blik.zaak.eerste("toeslag-ontvangen"),
        ernst=Ernst.WAARSCHUWING,
        achterhaald=Oorzaak.TERMIJN_VERSCHOVEN if gevonden.stand is Ontzorgstand.BEEINDIGD else None,
    )


def _machtigingen(blik: Blik) -> Iterator[Verwachting]:
    """A machtiging before the first toeslag; a toeslag that arrives without one is a signal of its own."""
    zaak = blik.zaak
    gegeven, vraag, toeslag = (
        zaak.eerste("machtiging-gegeven"),
        zaak.eerste("machtiging-gevraagd"),
        zaak.eerste("toeslag-ontvangen"),
    )
    if vraag is not None:
        regel = blik.instellingen(MACHTIGING, vraag.op)
        vervalt = plus_weken(vraag.op, regel.getal("weeks"))
        if toeslag is not None:
            vervalt = min(vervalt, max(toeslag.op - timedelta(days=1), vraag.op))
        yield afspraak(
            regel,
            blik.vandaag,
            anker=vraag.op.isoformat(),
            vervalt=vervalt,
            verwacht="machtiging-gegeven",
            reden="Van de gemeente of de begeleider wordt uiterlijk {}, en voor de eerste toeslag, een machtiging verwacht.",
            rust=(vraag, toeslag),
            gedaan=gegeven,
        )
    elif toeslag is not None:
        regel = blik.instellingen(MACHTIGING, toeslag.op)
        yield afspraak(
            regel,
            blik.vandaag,
            anker=f"toeslag {toeslag.op.isoformat()}",
            vervalt=toeslag.op - timedelta(days=1),
            verwacht="machtiging-gegeven",
            reden="Van de gemeente of de begeleider werd uiterlijk {} een machtiging verwacht; er is een toeslag ontvangen.",
            rust=(toeslag,),
            gedaan=gegeven,
            ernst=Ernst.WAARSCHUWING,
        )
