# SPDX-License-Identifier: EUPL-1.2
"""Something that concerns a whole group and nobody in particular, as who is awaited says it of itself: a school that is
closed, an outage at DUO. While it lasts, what is expected of that organisation gives no signal.

It is one more dated version of the rule `cohort`, for that organisation; so all that holds for such versions holds for
it. Not here: who is looked at when it comes in (``streams.dossier``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from consent.kader import Partij
from schemas.vocabulary import Rol

from ..regels.kalender import plus_weken
from ..regels.rules import Bereik, Regels, Regelversie
from .onderdrukking import COHORT, OVER_LESSEN

GEBEURTENIS = "onderbreking-gemeld"
SOORTEN = {"school-gesloten": "school-closed", "vakantie": "holiday", "storing": "school-closed"}
VAN_DUO = ("pending request at DUO", "age 18")
VAN_AANBIEDER = tuple(sorted(OVER_LESSEN | {"verzuim not reported", "provider silent"}))
MEEST = 200
"""How many are remembered: the oldest to end go first."""


@dataclass(frozen=True, slots=True)
class Onderbreking:
    """One interruption, half-open; `bron` as ``oin#rol``."""

    bron: str
    soort: str
    van: str
    tot: str
    id: str

    def versie(self, regels: Regels) -> Regelversie | None:
        """The version of the rule `cohort`; None when it did not take place, or says nothing that we know."""
        partij, van, tot = Partij.parse(self.bron), date.fromisoformat(self.van), date.fromisoformat(self.tot)
        hoogstens = regels.op(COHORT, van, Bereik(school=partij.oin)).getal("closure_weeks")
        tot = min(tot, plus_weken(van, hoogstens))  # nobody explains its silence away for years
        if tot <= van or self.soort not in SOORTEN:
            return None
        duo = partij.rol is Rol.UITVOERING
        kind = "duo-outage" if duo else SOORTEN[self.soort]
        return Regelversie(
            regel=COHORT,
            versie=f"onderbreking {self.id}",
            geldig_van=van,
            geldig_tot=tot,
            instellingen={"kind": kind, "rules": list(VAN_DUO if duo else VAN_AANBIEDER)},
            voor={} if duo else {"school": partij.oin},
            bron="as the organisation itself reports",
        )


def erbij(bekend: Iterable[Onderbreking], nieuw: Onderbreking) -> tuple[Onderbreking, ...]:
    """With one more; it takes the place of what the same party said of the same kind from the same day on."""
    zelfde = (nieuw.bron, nieuw.soort, nieuw.van)
    over = [een for een in bekend if (een.bron, een.soort, een.van) != zelfde]
    return tuple(sorted([*over, nieuw], key=lambda een: (een.tot, een.id))[-MEEST:])


@lru_cache(maxsize=64)
def onder(regels: Regels, onderbrekingen: tuple[Onderbreking, ...]) -> Regels:
    """The rules while these hold."""
    versies = [versie for een in onderbrekingen if (versie := een.versie(regels)) is not None]
    return Regels([*regels.versies, *versies], voor_wie_het_aangaat=versies) if versies else regels
