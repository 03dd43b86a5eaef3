# SPDX-License-Identifier: EUPL-1.2
"""The parts of the plicht by doelgroep and leerroute, and how far each is. The hours come from ``uren``.

| | taal | KNM | PVT | MAP | participatie | examen | eindgesprek |
|---|---|---|---|---|---|---|---|
| B1-route | yes | yes | yes | yes | - | yes | - |
| onderwijsroute | yes | yes | yes | - | - | yes | - |
| Z-route, asielstatushouder | 800 h | yes | yes | yes | 800 h | - | yes |
| Z-route, others | 800 h | yes | yes | yes | - | - | yes |

Wi 6-9; Bi 3.1, 3.2, 3.14; 003.md 3.3, where it is also said that sources differ about the MAP in the onderwijsroute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from . import uren
from .rules import Instellingen
from .uren import KNM, MAP, PARTICIPATIE, PVT, TAAL, Urenboek
from .verwachting import Blik

REGEL = "hours"
ONDERWIJS, Z = "onderwijsroute", "Z-route"
EXAMEN, EINDGESPREK = "examen", "eindgesprek"
TAALDELEN = frozenset({"LE", "LU", "SC", "SP"})


class Deelstand(StrEnum):
    """How far a part is."""

    NIET_VAN_TOEPASSING = "niet-van-toepassing"
    NIET_GESTART = "niet-gestart"
    BEZIG = "bezig"
    AFGEROND = "afgerond"


@dataclass(frozen=True, slots=True)
class Onderdeel:
    """One part. `gedaan` and `nodig` in hours, where hours are the measure; `gedaan` counts no hour twice."""

    naam: str
    stand: Deelstand
    gedaan: int | None = None
    nodig: int | None = None


def boek(blik: Blik) -> Urenboek:
    """The hours ledger of the case on this day."""
    if uren.__name__ not in blik.memo:
        blik.memo[uren.__name__] = uren.urenboek(blik.zaak, blik.vandaag, regel(blik).getal("map"))
    gevonden: Urenboek = blik.memo[uren.__name__]
    return gevonden


def regel(blik: Blik) -> Instellingen:
    """The rule about hours as it was when the plan was made."""
    return blik.instellingen(REGEL, blik.zaak.pip.op if blik.zaak.pip else blik.vandaag)


def onderdelen(blik: Blik) -> tuple[Onderdeel, ...]:
    """Every part, those that do not apply included; empty while the leerroute is unknown."""
    if blik.zaak.leerroute is None:
        return ()
    return tuple(_onderdelen(blik, blik.zaak.leerroute))


def _onderdelen(blik: Blik, leerroute: str) -> Iterator[Onderdeel]:
    zaak, tijd, nodig = blik.zaak, boek(blik), regel(blik)
    geslaagd = {
        str(f.data.get("onderdeel"))
        for f in zaak.feiten("examenuitslag-bekend")
        if f.data.get("resultaat") == "geslaagd"
    }
    z_klaar = zaak.laatste("zroute-afgerond") is not None
    voldaan = zaak.plicht is not None and zaak.plicht.stand == "voldaan"
    klaar = voldaan or (z_klaar and leerroute == Z)
    taal_nodig = nodig.getal("taal") if leerroute == Z else None
    # In the Z-route language and KNM share their hours (Bi 3.14).
    taal = tijd.uren(TAAL, KNM) if leerroute == Z else tijd.uren(TAAL)
    yield Onderdeel(
        TAAL, _stand(taal, klaar or geslaagd >= TAALDELEN or bool(taal_nodig and taal >= taal_nodig)), taal, taal_nodig
    )
    yield Onderdeel(KNM, _stand(tijd.uren(KNM), klaar or KNM in geslaagd), tijd.uren(KNM))
    pvt = tijd.uren(PVT)
    yield Onderdeel(PVT, _stand(pvt, klaar or zaak.laatste("pvt-ondertekend") is not None), pvt, nodig.getal("pvt"))
    yield _map(blik, leerroute, klaar)
    if leerroute == Z and zaak.asielstatushouder:
        eigen, vol = tijd.uren(PARTICIPATIE), nodig.getal("participatie")
        gedaan = eigen + sum(tijd.uren(deel) for deel in nodig.teksten("deduct"))
        yield Onderdeel(PARTICIPATIE, _stand(gedaan, klaar or gedaan >= vol), gedaan, vol)
    else:
        yield Onderdeel(PARTICIPATIE, Deelstand.NIET_VAN_TOEPASSING, tijd.uren(PARTICIPATIE) or None)
    if leerroute == Z:
        yield Onderdeel(EXAMEN, Deelstand.NIET_VAN_TOEPASSING)
        yield Onderdeel(EINDGESPREK, Deelstand.AFGEROND if klaar else Deelstand.NIET_GESTART)
    else:
        alle = geslaagd >= TAALDELEN | {KNM}
        yield Onderdeel(EXAMEN, _stand(len(geslaagd), voldaan or alle))
        yield Onderdeel(EINDGESPREK, Deelstand.NIET_VAN_TOEPASSING)


def _map(blik: Blik, leerroute: str, klaar: bool) -> Onderdeel:
    zaak, gedaan = blik.zaak, boek(blik).uren(MAP)
    if leerroute == ONDERWIJS:
        return Onderdeel(MAP, Deelstand.NIET_VAN_TOEPASSING)
    begonnen = gedaan or any(o.component == MAP and o.van <= blik.vandaag for o in zaak.opdrachten)
    begonnen = begonnen or any(f.data.get("component") == MAP for f in zaak.feiten("cursus-gestart"))
    stand = _stand(int(bool(begonnen)), klaar or zaak.laatste("map-afgerond") is not None)
    return Onderdeel(MAP, stand, gedaan, regel(blik).getal("map"))


def _stand(gedaan: int, klaar: bool) -> Deelstand:
    if klaar:
        return Deelstand.AFGEROND
    return Deelstand.BEZIG if gedaan else Deelstand.NIET_GESTART


def onderdeel(blik: Blik, naam: str) -> Onderdeel | None:
    """One part by name; None while the leerroute is unknown."""
    return next((een for een in onderdelen(blik) if een.naam == naam), None)
