# SPDX-License-Identifier: EUPL-1.2
"""Every gebeurtenisId that DUO may notify: what kind it is, and which services to ask, in which order.

Source: `Gebeurtenissen.md` and `Attentiesignalen.md` of DUO's repository. Where those name a service that was not
published yet (exams, extensions, exemptions on request), the service that has been published since is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.duo.koppelvlak import Dienst


class Soort(StrEnum):
    """What the notice is about; the translation goes by this."""

    NIEUW = "nieuw"
    """There is an inburgeringsplicht, and this gemeente is the one."""
    VESTIGING = "vestiging"
    """Another gemeente is now the one."""
    DOELGROEP = "doelgroep"
    VRIJGESTELD = "vrijgesteld"
    HERVAT = "hervat"
    EINDE = "einde"
    LBT_AANMELDING = "lbt-aanmelding"
    LBT_UITSLAG = "lbt-uitslag"
    TERMIJN = "termijn"
    VERLENGD = "verlengd"
    EXAMEN = "examen"
    VERZOEK = "verzoek"
    """A decision on what the person asked for."""
    ATTENTIE = "attentie"
    """Something is missing, may be wrong or is about to happen (SDI008)."""


@dataclass(frozen=True, slots=True)
class Gebeurtenis:
    id: str
    soort: Soort
    diensten: tuple[Dienst, ...] = ()
    signaal: str | None = None
    """For an attentiesignaal: our code of it."""


_PLICHT = (Dienst.PLICHT, Dienst.DOELGROEP)


def _attentie(id_: str, signaal: str, *diensten: Dienst) -> Gebeurtenis:
    return Gebeurtenis(id_, Soort.ATTENTIE, diensten, signaal)


_LIJST = (
    Gebeurtenis("SS101", Soort.NIEUW, (*_PLICHT, Dienst.EXAMENS)),
    Gebeurtenis("SS128", Soort.NIEUW, (*_PLICHT, Dienst.EXAMENS)),
    Gebeurtenis("SS139", Soort.NIEUW, (*_PLICHT, Dienst.EXAMENS)),
    Gebeurtenis("SS129", Soort.HERVAT, (*_PLICHT, Dienst.VRIJSTELLINGEN, Dienst.EXAMENS)),
    Gebeurtenis("SS120", Soort.VESTIGING, (*_PLICHT, Dienst.EXAMENS)),
    Gebeurtenis("SS121", Soort.VESTIGING, (*_PLICHT, Dienst.TERMIJN, Dienst.EXAMENS)),
    Gebeurtenis("SS124", Soort.DOELGROEP, (Dienst.DOELGROEP,)),
    Gebeurtenis("SS125", Soort.DOELGROEP, (Dienst.DOELGROEP,)),
    Gebeurtenis("SS109", Soort.VRIJGESTELD, (Dienst.PLICHT, Dienst.VRIJSTELLINGEN)),
    Gebeurtenis("SS110", Soort.EINDE, (Dienst.PLICHT,)),
    Gebeurtenis("SS111", Soort.EINDE, (Dienst.PLICHT,)),
    Gebeurtenis("SS106", Soort.EINDE, (Dienst.PLICHT,)),
    Gebeurtenis("SS107", Soort.EINDE, (Dienst.PLICHT, Dienst.VRIJSTELLINGEN)),
    # The decision on the request closes what is pending; the plicht alone does not tell it.
    Gebeurtenis("SS108", Soort.EINDE, (Dienst.PLICHT, Dienst.ONTHEFFINGEN)),
    Gebeurtenis("SS137", Soort.LBT_AANMELDING, (Dienst.LBT_NUMMER,)),
    Gebeurtenis("SS131", Soort.LBT_UITSLAG, (Dienst.LBT_RESULTATEN,)),
    Gebeurtenis("SS102", Soort.TERMIJN, (Dienst.TERMIJN,)),
    Gebeurtenis("SS199", Soort.EXAMEN, (Dienst.EXAMENS,)),
    Gebeurtenis("SS103", Soort.VERLENGD, (Dienst.TERMIJN,)),
    Gebeurtenis("SS104", Soort.VERLENGD, (Dienst.TERMIJN, Dienst.VERLENGINGEN)),
    Gebeurtenis("SS130", Soort.HERVAT, (*_PLICHT, Dienst.TERMIJN, Dienst.PIP, Dienst.VRIJSTELLINGEN, Dienst.EXAMENS)),
    Gebeurtenis("SS113", Soort.VERZOEK, (Dienst.VERLENGINGEN,)),
    Gebeurtenis("SS114", Soort.VERZOEK, (Dienst.VRIJSTELLINGEN,)),
    Gebeurtenis("SS115", Soort.VERZOEK, (Dienst.VRIJSTELLINGEN,)),
    Gebeurtenis("SS116", Soort.VERZOEK, (Dienst.VRIJSTELLINGEN,)),
    Gebeurtenis("SS117", Soort.VERZOEK, (Dienst.VRIJSTELLINGEN, Dienst.EXAMENS)),
    Gebeurtenis("SS118", Soort.VERZOEK, (Dienst.ONTHEFFINGEN,)),
    Gebeurtenis("SS119", Soort.VERZOEK, (Dienst.ONTHEFFINGEN, Dienst.EXAMENS)),
    _attentie("SS112", "verlenging-aangevraagd", Dienst.VERLENGINGEN),
    _attentie("SS122", "vertrokken-naar-gemeente"),
    _attentie("SS123", "vertrokken-uit-nederland"),
    _attentie("SS126", "leerroute-ontbreekt"),
    _attentie("SS127", "aanbod-ontbreekt"),
    _attentie("SS132", "contract-zonder-pip"),
    _attentie("SS133", "contract-ander-niveau"),
    _attentie("SS135", "contract-niveau-te-hoog"),
    _attentie("SS136", "contract-taalschakel-zonder-onderwijsroute"),
    _attentie("SS140", "advies-ontheffing-gevraagd"),
    _attentie("SS141", "certificaattekst-beschikbaar"),
    _attentie("SS142", "opleiding-beeindigd"),
)
CATALOGUS = {een.id: een for een in _LIJST}
"""By gebeurtenisId. What is not in it is kept and shown, never thrown away: DUO adds to its list."""
WIJST_AAN = frozenset({Soort.NIEUW, Soort.VESTIGING, Soort.HERVAT})
"""Kinds that tell which gemeente is responsible: it is the one that is notified."""
VERTROKKEN = frozenset({"SS122", "SS123"})
"""These go to the gemeente that no longer is the one."""
