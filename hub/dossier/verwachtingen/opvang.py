# SPDX-License-Identifier: EUPL-1.2
"""From the opvang to the gemeente: koppeling, warme overdracht, huisvesting, begeleiding. Forces no order of steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from consent.kader import Partij
from schemas.vocabulary import Rol

from ..feiten.facts import Feit
from ..regels.kalender import nederlands, plus_maanden, plus_weken
from .afspraak import afspraak, eerste_na
from .verwachting import Blik, Ernst, Oorzaak, Stand, Verwachting, lopend_of_gemist, na, posities, voldaan

KOPPELING = "koppeling"
OVERDRACHT = "warme overdracht"
HUISVESTING = "huisvesting"
BEGELEIDING = "begeleiding"
ZELF = "verblijf-in-gemeente-geregistreerd"


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    zaak = blik.zaak
    if zaak.beeindigd:
        return
    screening, gekoppeld, brp = zaak.eerste("screening-gevoerd"), zaak.eerste("gemeente-gekoppeld"), zaak.inschrijving
    if screening is not None:
        klaar = gekoppeld or brp
        reden = "Van de opvang wordt uiterlijk {} de koppeling aan een gemeente verwacht."
        yield _in_weken(blik, KOPPELING, screening, "gemeente-gekoppeld", klaar, reden, _opvang(screening))
    if gekoppeld is not None:
        klaar = zaak.eerste("warme-overdracht-gemeld")
        reden = "Van de opvang wordt uiterlijk {} bericht over de warme overdracht verwacht."
        # Once there is a PIP the hand-over has lost its purpose.
        yield _in_weken(
            blik, OVERDRACHT, gekoppeld, "warme-overdracht-gemeld", klaar, reden, _opvang(gekoppeld), zaak.pip_staat
        )
        reden = "Van de gemeente wordt uiterlijk {} de inschrijving in de BRP verwacht."
        yield _in_weken(blik, HUISVESTING, gekoppeld, ZELF, brp, reden, None)
    if brp is not None and zaak.asielstatushouder:
        yield _begeleiding(blik, brp)
    yield from _einde_begeleiding(blik)


def _opvang(feit: Feit) -> Partij | None:
    return feit.partij if feit.rol == Rol.OPVANG else None


def _in_weken(
    blik: Blik,
    naam: str,
    anker: Feit,
    verwacht: str,
    gedaan: Feit | None,
    reden: str,
    onderwerp: Partij | None,
    achterhaald: bool = False,
) -> Verwachting:
    regel = blik.instellingen(naam, anker.op)
    vervalt = plus_weken(anker.op, regel.getal("weeks"))
    return _op_dag(blik, naam, regel.versie, anker, vervalt, verwacht, gedaan, reden, onderwerp, achterhaald)


def _op_dag(
    blik: Blik,
    naam: str,
    versie: str,
    anker: Feit,
    vervalt: date,
    verwacht: str,
    gedaan: Feit | None,
    reden: str,
    onderwerp: Partij | None,
    achterhaald: bool = False,
) -> Verwachting:
    stand, oorzaak = lopend_of_gemist(vervalt, blik.vandaag), None
    if gedaan is not None:
        stand = voldaan(gedaan.op, vervalt)
    elif achterhaald:
        stand, oorzaak = Stand.VERVALLEN, Oorzaak.TERMIJN_VERSCHOVEN
    return Verwachting(
        regel=naam,
        versie=versie,
        anker=anker.op.isoformat(),
        verwacht=verwacht,
        reden=reden.format(nederlands(vervalt)),
        onderwerp=onderwerp,
        vervalt=vervalt,
        trappen=(na(vervalt),),
        stand=stand,
        oorzaak=oorzaak,
        feiten=posities(anker, gedaan),
    )


def _begeleiding(blik: Blik, brp: Feit) -> Verwachting:
    """Wi 13(3): from the day of registration. Also catches what was never ordered, so the begeleider may be unknown."""
    zaak = blik.zaak
    regel = blik.instellingen(BEGELEIDING, brp.op)
    vervalt = brp.op + timedelta(days=regel.getal("days"))
    begeleiders = [o.partij for o in zaak.opdrachten if o.partij.rol is Rol.BEGELEIDER and o.loopt(blik.vandaag)]
    if begeleiders:
        reden = "Van de begeleider wordt per {} de start van de maatschappelijke begeleiding verwacht."
    else:
        reden = "Van de gemeente wordt per {} maatschappelijke begeleiding verwacht; er is geen opdracht bekend."
    klaar = zaak.eerste("begeleiding-gestart")
    rust = zaak.plicht is None or not zaak.plicht.loopt
    return _op_dag(blik, BEGELEIDING, regel.versie, brp, vervalt, "begeleiding-gestart", klaar, reden, None, rust)


def _einde_begeleiding(blik: Blik) -> Iterator[Verwachting]:
    """Contractual, not statutory: after two years the begeleiding is rounded off."""
    start = blik.zaak.eerste("begeleiding-gestart")
    if start is None:
        return
    regel = blik.instellingen(BEGELEIDING, start.op, start.oin)
    vervalt = plus_maanden(start.op, regel.getal("months"))
    yield afspraak(
        regel,
        blik.vandaag,
        anker=f"einde {start.op.isoformat()}",
        vervalt=vervalt,
        verwacht="begeleiding-afgerond",
        reden="Van de begeleider wordt uiterlijk {} de afronding van de begeleiding verwacht.",
        rust=(start,),
        gedaan=eerste_na(blik.zaak.feiten("begeleiding-afgerond", "begeleiding-beeindigd"), start.op),
        onderwerp=start.partij if start.rol == Rol.BEGELEIDER else None,
        ernst=Ernst.WAARSCHUWING,
        waarschuw=plus_maanden(vervalt, -regel.getal("warn_months")),
    )
