# SPDX-License-Identifier: EUPL-1.2
"""One case as the codes that are counted. No id, no pseudonym and no date that is not needed for a wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from hub.dossier.feiten.zaak import ONBEKEND, Zaak
from hub.dossier.regels.kalender import dag_van
from hub.dossier.regels.rules import Regels
from hub.dossier.stand.paden import waarde
from hub.dossier.verwachtingen import pip
from hub.dossier.verwachtingen.expectations import expectations
from hub.dossier.verwachtingen.verwachting import Blik, Stand

MET_PLAN, ZONDER_PLAN = "met-plan", "zonder-plan"
ANDERS = "anders"
LEERROUTE = ("B1-route", "onderwijsroute", "Z-route", ONBEKEND)
PIP = ("op-tijd", "te-laat", "termijn-onbekend")
STADIUM_MET_PLAN = ("wacht-op-toewijzing", "wacht-op-start", "in-les", "afgerond", ANDERS)
STADIUM_ZONDER_PLAN = ("voor-intake", "intake", ANDERS)
TABELLEN = {
    "leerroute": (MET_PLAN, LEERROUTE),
    "pip-op-tijd": (MET_PLAN, PIP),
    "stadium-met-plan": (MET_PLAN, STADIUM_MET_PLAN),
    "stadium-zonder-plan": (ZONDER_PLAN, STADIUM_ZONDER_PLAN),
}
"""Table -> of which part of the cases it tells (those with a PIP, or without), and its closed list of categories.

Each table splits one part, and no two tables share anything but that part: so they can be laid side by side without
telling more than each does (``onderdrukking``). A table that crosses two of these lists would break that.
"""
OVERGANGEN = {
    "koppeling-inschrijving": ("gemeente-gekoppeld", "verblijf-in-gemeente-geregistreerd"),
    "kennisgeving-pip": ("", "pip-vastgesteld"),
    "pip-taalschool": ("pip-vastgesteld", "taalschool-toegewezen"),
    "taalschool-start": ("taalschool-toegewezen", "cursus-gestart"),
}
"""Transition -> the first fact of either kind; '' is the kennisgeving of the plicht."""
WACHTTIJD_OVER_DAGEN = 365
OUDE_WET = "Wi2013"
OPEN, OPGEVOLGD, ALSNOG = "open", "opgevolgd", "alsnog-ontvangen"
UITKOMSTEN = (OPEN, OPGEVOLGD, ALSNOG)
"""How a rule stands in a case, the first that holds: a signal is open; somebody acted on one; what was missing came late.

All of it follows from the facts (which signal was due, and when), so that late or missed ticks change no figure.
"""


@dataclass(frozen=True, slots=True)
class Casus:
    """One case on one day."""

    gemeente: str
    cohort: str
    """Year of the kennisgeving, `onbekend` while there is none."""
    deel: str
    codes: dict[str, str]
    """Category by table, for the tables of its part."""
    wachttijden: dict[str, int] = field(default_factory=dict)
    """Days by transition, for those completed in the last year; a step that came before the other is no wait."""
    signalen: dict[str, str] = field(default_factory=dict)
    """Outcome by rule, for the rules that had a signal."""
    opvolging: dict[str, int] = field(default_factory=dict)
    """Days from the day on which a signal was due to the day on which somebody acted on it, by rule: the longest."""


def casus(zaak: Zaak, regels: Regels, nu: datetime) -> Casus | None:
    """What is counted of a case at `nu`; None: nothing, for want of a plicht under the Wi2021 or of a gemeente."""
    vandaag, plicht = dag_van(nu), zaak.plicht
    gemeente = zaak.gemeente_op(vandaag)
    if plicht is None or plicht.wet == OUDE_WET or gemeente is None:
        return None
    cohort = str(plicht.kennisgeving.year) if plicht.kennisgeving else ONBEKEND
    stadium = str(waarde(zaak, regels, nu, "traject.stand"))
    waits = dict(_wachttijden(zaak, plicht.kennisgeving, vandaag))
    signalen, opvolging = _signalen(zaak, regels, nu)
    if zaak.pip is None:
        codes = {"stadium-zonder-plan": _uit(STADIUM_ZONDER_PLAN, stadium)}
        return Casus(gemeente, cohort, ZONDER_PLAN, codes, waits, signalen, opvolging)
    uiterste = pip.eerste_termijn(Blik(zaak, regels, vandaag)).uiterste
    tijdig = "termijn-onbekend" if uiterste is None else "op-tijd" if zaak.pip.op <= uiterste else "te-laat"
    leerroute = zaak.leerroute or ONBEKEND
    codes = {
        "leerroute": leerroute if leerroute in LEERROUTE else ONBEKEND,
        "pip-op-tijd": tijdig,
        "stadium-met-plan": _uit(STADIUM_MET_PLAN, stadium),
    }
    return Casus(gemeente, cohort, MET_PLAN, codes, waits, signalen, opvolging)


def _uit(lijst: tuple[str, ...], code: str) -> str:
    return code if code in lijst else ANDERS


def _wachttijden(zaak: Zaak, kennisgeving: date | None, vandaag: date) -> Iterator[tuple[str, int]]:
    for naam, (van, tot) in OVERGANGEN.items():
        begin = kennisgeving if not van else f.op if (f := zaak.eerste(van)) else None
        einde = f.op if (f := zaak.eerste(tot)) else None
        if begin is None or einde is None or not 0 <= (vandaag - einde).days < WACHTTIJD_OVER_DAGEN:
            continue
        if einde >= begin:
            yield naam, (einde - begin).days


def _signalen(zaak: Zaak, regels: Regels, nu: datetime) -> tuple[dict[str, str], dict[str, int]]:
    uitkomst: dict[str, str] = {}
    dagen: dict[str, int] = {}
    verwacht = expectations(zaak, regels, nu)
    for een in verwacht:
        if een.stand is Stand.VOLDAAN_TE_LAAT:
            uitkomst[een.regel] = ALSNOG
    for feit in zaak.feiten("signaal-opgevolgd"):
        regel = feit.tekst("regel")
        if regel is None:
            continue
        uitkomst[regel] = OPGEVOLGD
        vanaf = [t.vanaf for een in verwacht if een.regel == regel for t in een.trappen if t.vanaf <= feit.op]
        if vanaf:
            dagen[regel] = max(dagen.get(regel, 0), (feit.op - max(vanaf)).days)
    uitkomst |= {str(rij["regel"]): OPEN for rij in zaak.signalen.values()}
    return uitkomst, dagen
