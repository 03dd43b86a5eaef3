# SPDX-License-Identifier: EUPL-1.2
"""Where the case is, and on what it waits, as a code. Forces no order: the furthest step that is known counts.

`traject.stand`: `afgerond`, `gepauzeerd`, `in-les`, `zelfstudie`, `wacht-op-start`, `wacht-op-toewijzing`, `intake`,
`voor-intake`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.vocabulary import Rol

from ..feiten.facts import Feit
from ..verwachtingen import onderdrukking, pip, termijn, traject
from ..verwachtingen.verwachting import Blik

AFGEROND, GEPAUZEERD, IN_LES, ZELFSTUDIE = "afgerond", "gepauzeerd", "in-les", "zelfstudie"


@dataclass(frozen=True, slots=True)
class Wacht:
    """On what it waits (`op`), why (`reden`, a code or `onbekend`) and since when."""

    op: str
    reden: str
    sinds: date | None


def traject_stand(blik: Blik) -> str:
    """The furthest step that is known."""
    zaak = blik.zaak
    if zaak.beeindigd or zaak.overleden:
        return AFGEROND
    if onderdrukking.pauze(blik) is not None:
        return GEPAUZEERD
    if lopend(blik):
        return IN_LES
    if onderdrukking.zelfstudie(blik) is not None:
        return ZELFSTUDIE
    if any(o.loopt(blik.vandaag) for o in zaak.scholen):
        return "wacht-op-start"
    if zaak.pip_staat:
        return "wacht-op-toewijzing"
    return "intake" if zaak.feiten("brede-intake-opgeroepen", "brede-intake-afgerond") else "voor-intake"


def lopend(blik: Blik) -> list[str]:
    """The trajectories that run side by side today, as `component@organisation`."""
    zaak = blik.zaak
    gevonden = set()
    for start in zaak.feiten("cursus-gestart"):
        component = start.tekst("component")
        einde = next((e for e in zaak.feiten("cursus-beeindigd") if e.bron == start.bron and _raakt(e, start)), None)
        verbonden = any(o.partij == start.partij and o.loopt(blik.vandaag) for o in zaak.opdrachten)
        zelf = not any(o.partij == start.partij for o in zaak.opdrachten)
        if start.op <= blik.vandaag and (verbonden or zelf) and (einde is None or einde.op > blik.vandaag):
            standaard = "participatie" if start.rol == Rol.PARTICIPATIE else "taal"
            gevonden.add(f"{component or standaard}@{start.oin}")
    return sorted(gevonden)


def _raakt(einde: Feit, start: Feit) -> bool:
    return einde.op >= start.op and einde.tekst("component") in (None, start.tekst("component"))


def wacht(blik: Blik) -> Wacht | None:
    """What is waited for; None while nothing holds the case up."""
    zaak, stand = blik.zaak, traject_stand(blik)
    pauze, lijst = onderdrukking.pauze(blik), _wachtlijst(blik)
    if pauze is not None and stand == GEPAUZEERD:
        return Wacht("hervatten", pauze.tekst("reden") or "onbekend", pauze.op)
    if stand == "wacht-op-start":
        if lijst is not None:
            return Wacht("start", lijst.tekst("reden") or "onbekend", lijst.op)
        opdracht = next(o for o in reversed(zaak.scholen) if o.loopt(blik.vandaag))
        return Wacht("start", "onbekend", opdracht.door.op)
    if stand == "wacht-op-toewijzing":
        return Wacht("toewijzing", "onbekend", zaak.pip.op if zaak.pip else None)
    if stand in ("intake", "voor-intake"):
        term = pip.eerste_termijn(blik)
        if term.wacht:
            vraag = zaak.laatste("informatie-opgevraagd")
            return Wacht("PIP", "informatie-van-derde", vraag.op if vraag else None)
        return Wacht("PIP" if stand == "intake" else "intake", "onbekend", term.anker)
    open_ = [v for v, oordeel in termijn.verzoeken(blik) if oordeel is None]
    return Wacht("besluit-DUO", termijn.soort_verzoek(open_[-1]), open_[-1].op) if open_ else None


def _wachtlijst(blik: Blik) -> Feit | None:
    feit = blik.zaak.laatste(onderdrukking.WACHTLIJST)
    if feit is None or feit.op > blik.vandaag:
        return None
    gestart = any(traject.cursusstart(blik, o) for o in blik.zaak.scholen if str(o.partij) == feit.bron)
    return None if gestart else feit
