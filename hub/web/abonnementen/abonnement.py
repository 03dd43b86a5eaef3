# SPDX-License-Identifier: EUPL-1.2
"""What a webhook subscription is: whose, where to, of what, and the states that it can be in. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from schemas.http_binding import Vorm


class Stand(StrEnum):
    """Where a subscription is in its life."""

    AANGEMELD = "aangemeld"
    """The receiver has not said yet that it wants the hub's calls; nothing is sent."""
    ACTIEF = "actief"
    """Deliveries are handed over as they come."""
    GEPAUZEERD = "gepauzeerd"
    """Its owner wants nothing for a while; the position stays."""
    BEEINDIGD = "beeindigd"
    """The receiver answered 410: it wants no calls any more."""


VOLGT = {
    Stand.AANGEMELD: frozenset({Stand.ACTIEF, Stand.AANGEMELD}),
    Stand.ACTIEF: frozenset({Stand.GEPAUZEERD, Stand.BEEINDIGD, Stand.AANGEMELD}),
    Stand.GEPAUZEERD: frozenset({Stand.ACTIEF, Stand.AANGEMELD}),
    Stand.BEEINDIGD: frozenset({Stand.AANGEMELD}),
}
"""Back to AANGEMELD leads every change of the URL, and the wish to begin again: then the receiver is asked anew."""


class Bezorgstand(StrEnum):
    """Where a delivery stands that could not be handed over at once."""

    OPNIEUW = "opnieuw"
    """The first of its person; tried again at its moment."""
    WACHT = "wacht"
    """Behind another of the same person."""
    UITGEPUT = "uitgeput"
    """No attempts are left: who owns the subscription lets it be tried again, or skips it."""


class OngeldigeStap(Exception):
    """A subscription cannot go from where it is to what was asked; one Dutch sentence."""


@dataclass(frozen=True, slots=True)
class Abonnement:
    """One subscription of one organisation."""

    id: str
    oin: str
    url: str
    gebeurtenissen: frozenset[str] | None
    rollen: frozenset[str] | None
    vorm: Vorm
    stand: Stand
    reden: str | None
    tempo: int | None
    positie: int
    gemaakt: str
    gewijzigd: str
    versie: int

    def wil(self, gebeurtenis: str, rol: str) -> bool:
        """Whether the subscription is for this event type, in this role of the organisation."""
        return _within(gebeurtenis, self.gebeurtenissen) and _within(rol, self.rollen)


@dataclass(frozen=True, slots=True)
class Bezorging:
    """A delivery that is not handed over yet. No contents, no reason beyond a status or a word."""

    abonnement: str
    positie: int
    levering: str
    gebeurtenis: str
    rij: str
    stand: Bezorgstand
    poging: int
    volgende: float
    laatste: str | None
    sinds: str


def stap(van: Stand, naar: Stand) -> Stand:
    """`naar`, if it may follow; raises OngeldigeStap."""
    if naar not in VOLGT[van]:
        raise OngeldigeStap(f"Dit abonnement is {van}: van daaruit wordt het niet {naar}.")
    return naar


def _within(one: str, wanted: Collection[str] | None) -> bool:
    return wanted is None or one in wanted
