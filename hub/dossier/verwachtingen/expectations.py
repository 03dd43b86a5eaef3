# SPDX-License-Identifier: EUPL-1.2
"""What should have arrived by now, or will have to: all rules together. No signal yet: that is ``signals``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from ..feiten.zaak import Zaak
from ..regels.kalender import EEN_DAG, dag_van
from ..regels.rules import Regels
from . import (
    afschaling,
    doorstroom,
    inbreng,
    kennisgevingen,
    onderdrukking,
    ontzorgen,
    opvang,
    pip,
    regie,
    termijn,
    traject,
    verzuim,
)
from .verwachting import LOPEND, Blik, Verwachting

Rule = Callable[[Blik], Iterator[Verwachting]]
RULES: tuple[Rule, ...] = (
    pip.verwachtingen,
    termijn.verwachtingen,
    traject.verwachtingen,
    opvang.verwachtingen,
    verzuim.verwachtingen,
    ontzorgen.verwachtingen,
    regie.verwachtingen,
    doorstroom.verwachtingen,
    afschaling.verwachtingen,
    kennisgevingen.verwachtingen,
)
# Facts whose own period begins or ends something without another event.
GRENZEN = {
    "dossier-ingebracht": (),
    "gegevens-opgevraagd": ("van", "tot"),
    "toestemming-gegeven": ("van", "tot"),
    "rooster-vastgesteld": ("van", "tot"),
    "cursus-beeindigd": ("einddatum",),
    "toewijzing-beeindigd": ("per",),
    "begeleiding-beeindigd": ("per",),
    "contract-vastgesteld": ("van", "tot"),
    "contract-beeindigd": ("per",),
    "persoon-verhuisd": ("datum",),
    "verblijf-in-gemeente-geregistreerd": (),
    "regievoerder-toegewezen": (),
    "inburgeringsplicht-beeindigd": ("per",),
    "inburgeringsplicht-gewijzigd": ("startdatum", "einddatum"),
    "inburgeringstermijn-opgeschort": ("einddatum",),
    "inburgeringstermijn-hervat": (),
    "inburgeringstermijn-opnieuw-gestart": (),
    "ontzorging-besloten": ("tot",),
    "ontzorging-gestart": (),
    "ontzorging-verlengd": ("tot", "einddatum"),
    "ontzorging-beeindigd": (),
    "bijstand-beeindigd": (),
    "participatie-toegewezen": ("begindatum",),
    "werk-beeindigd": (),
}


def expectations(zaak: Zaak, regels: Regels, nu: datetime) -> tuple[Verwachting, ...]:
    """Every expectation of a case, met ones included, as it stands at the end of the day of `nu`."""
    blik = Blik(zaak, regels, dag_van(nu))
    if zaak.overleden is not None and zaak.overleden.op <= blik.vandaag:
        return tuple(kennisgevingen.verwachtingen(blik))  # nobody awaits anything of or for the person any more
    return inbreng.samengevat(blik, (onderdrukking.onderdruk(blik, een) for regel in RULES for een in regel(blik)))


def agenda(
    zaak: Zaak, regels: Regels, nu: datetime, verwachtingen: tuple[Verwachting, ...] | None = None
) -> date | None:
    """The next day on which something may change without a new fact: a clock need not look at the case before.

    May be too early, never too late. None: nothing will change by itself.
    """
    vandaag = dag_van(nu)
    blik = Blik(zaak, regels, vandaag)
    dagen: list[date | None] = []
    for een in expectations(zaak, regels, nu) if verwachtingen is None else verwachtingen:
        if een.stand in LOPEND:
            dagen += [trap.vanaf for trap in een.trappen]
            if een.vervalt is not None:
                dagen.append(een.vervalt + EEN_DAG)
    for soort, velden in GRENZEN.items():
        for feit in zaak.feiten(soort):
            dagen += [feit.op, *(feit.dag(veld) for veld in velden)]
    dagen += onderdrukking.dagen(blik)
    loopt = termijn.inburgeringstermijn(blik)
    if loopt is not None:
        dagen += [loopt.start, loopt.einde]
    if zaak.plicht is not None and not zaak.beeindigd:
        dagen.append(regels.volgende_wijziging(vandaag))
    return min((d for d in dagen if d is not None and d > vandaag), default=None)
