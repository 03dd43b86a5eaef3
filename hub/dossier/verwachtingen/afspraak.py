# SPDX-License-Identifier: EUPL-1.2
"""The plain case of an expectation: one fact is awaited before one day. Rules with more to them build their own."""

from __future__ import annotations

from datetime import date

from consent.kader import Partij

from ..feiten.facts import Feit
from ..regels.kalender import nederlands
from ..regels.rules import Instellingen
from .verwachting import Ernst, Oorzaak, Stand, Trap, Verwachting, lopend_of_gemist, na, posities, voldaan


def afspraak(
    regel: Instellingen,
    vandaag: date,
    *,
    anker: str,
    vervalt: date,
    verwacht: str,
    reden: str,
    rust: tuple[Feit | None, ...],
    gedaan: Feit | None = None,
    onderwerp: Partij | None = None,
    ernst: Ernst = Ernst.OVERSCHREDEN,
    waarschuw: date | None = None,
    achterhaald: Oorzaak | None = None,
) -> Verwachting:
    """`reden` names the last good day as {}; `rust`: the facts that it rests on; `achterhaald`: why it is over unmet."""
    stand = lopend_of_gemist(vervalt, vandaag)
    if gedaan is not None:
        stand = voldaan(gedaan.op, vervalt)
    elif achterhaald is not None:
        stand = Stand.VERVALLEN
    trappen: tuple[Trap, ...] = (na(vervalt, ernst),)
    if waarschuw is not None:
        trappen = (Trap(waarschuw, Ernst.WAARSCHUWING), *trappen)
    return Verwachting(
        regel=regel.regel,
        versie=regel.versie,
        anker=anker,
        verwacht=verwacht,
        reden=reden.format(nederlands(vervalt)),
        onderwerp=onderwerp,
        vervalt=vervalt,
        trappen=trappen,
        stand=stand,
        oorzaak=achterhaald if stand is Stand.VERVALLEN else None,
        feiten=posities(*rust, gedaan),
    )


def eerste_na(feiten: list[Feit], op: date) -> Feit | None:
    """The first of these facts on or after a day."""
    return next((feit for feit in feiten if feit.op >= op), None)
