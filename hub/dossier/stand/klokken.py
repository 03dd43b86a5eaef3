# SPDX-License-Identifier: EUPL-1.2
"""Every clock of a case with its anchor, stand, suspension, extension and what rests of it. Only reads expectations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ..feiten.zaak import Zaak
from ..regels.kalender import dag_van
from ..regels.rules import Regels
from ..verwachtingen import termijn
from ..verwachtingen.expectations import expectations
from ..verwachtingen.verwachting import Blik, Stand


@dataclass(frozen=True, slots=True)
class Klok:
    """`anker` and `uiterste` are None while unknown; `rest`: days until the last good day, negative after it."""

    regel: str
    versie: str
    anker: str | None
    uiterste: date | None
    stand: Stand
    rest: int | None
    opgeschort: str | None
    """Why it stands still or gives no signal, as a code."""
    verlengd_tot: date | None
    feiten: tuple[int, ...]


def klokken(zaak: Zaak, regels: Regels, nu: datetime) -> tuple[Klok, ...]:
    """The clocks at the end of the day of `nu`, met and missed ones included."""
    vandaag = dag_van(nu)
    loopt = termijn.inburgeringstermijn(Blik(zaak, regels, vandaag))
    verlengd = zaak.laatste("inburgeringstermijn-verlengd")
    gevonden = []
    for een in expectations(zaak, regels, nu):
        onbekend = een.stand is Stand.ONBEKEND and een.vervalt is None
        if een.vervalt is None and not onbekend:
            continue  # a pattern, not a clock
        is_termijn = een.regel == termijn.REGEL and loopt is not None and verlengd is not None
        gevonden.append(
            Klok(
                een.regel,
                een.versie,
                None if onbekend else een.anker,
                een.vervalt,
                een.stand,
                (een.vervalt - vandaag).days if een.vervalt else None,
                "opgeschort" if een.stand is Stand.OPGESCHORT else een.onderdrukt,
                loopt.einde if is_termijn and loopt else None,
                een.feiten,
            )
        )
    return tuple(gevonden)
