# SPDX-License-Identifier: EUPL-1.2
"""The parts of the plicht by doelgroep and leerroute, and how far each is. The hours come from ``uren``.

| | taal | KNM | PVT | MAP | participatie | examen | eindgesprek |
|---|---|---|---|---|---|---|---|
| B1-route | yes | yes | yes | yes | - | yes | - |
| onderwijsroute | yes | yes | yes | - | - | yes | - |
| Z-route, asielstatushouder | 800 h | yes | yes | yes | 800 h | - | yes |
| Z-route, others | 800 h | yes | yes | yes | - | - | yes |

Wi 6-9; Bi 3.1, 3.2, 3.14; 003.md 3.3. Where the sources differ the rule `hours` decides: whether the MAP also belongs to
the onderwijsroute (`map_routes`), whether 800 hours are a measure in the B1-route as well (`pace_routes`; never its end),
and by a version for a doelgroep whether those of the Z-route bind others than asielstatushouders (`taal: 0`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..feiten.urenposten import KNM, MAP, PARTICIPATIE, PVT, TAAL
from ..regels.rules import Instellingen
from . import uren
from .uren import Urenboek
from .verwachting import Blik

REGEL = "hours"
Z = "Z-route"
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
        nodig = regel(blik)
        blik.memo[uren.__name__] = uren.urenboek(
            blik.zaak, blik.vandaag, nodig.getal("map"), nodig.getal("online_taal_max")
        )
    gevonden: Urenboek = blik.memo[uren.__name__]
    return gevonden


def regel(blik: Blik, op: date | None = None) -> Instellingen:
    """The rule about hours as it was when the leerroute of a day (of the last word about it) was laid down."""
    sinds = blik.zaak.leerroute_sinds(op)
    return blik.instellingen(REGEL, sinds or (blik.zaak.pip.op if blik.zaak.pip else blik.vandaag))


def belastbaar(blik: Blik) -> int | None:
    """How many hours of participatie somebody can bear at most, where DUO exempted in part; None: as many as asked.

    Health data (Wi 37): what follows from it names no number to anybody.
    """
    ontheffingen = [
        f
        for f in blik.zaak.feiten("verzoek-beoordeeld")
        if f.data.get("oordeel") == "toegewezen" and isinstance(f.data.get("belastbaarheid_uren"), int)
    ]
    uren_: int | None = ontheffingen[-1].data["belastbaarheid_uren"] if ontheffingen else None
    return uren_


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
    taal_nodig = nodig.getal("taal") if leerroute == Z or leerroute in nodig.teksten("pace_routes") else None
    vol = leerroute == Z and bool(taal_nodig)
    # In the Z-route language and KNM share their hours (Bi 3.14).
    taal = tijd.uren(TAAL, KNM) if leerroute == Z else tijd.uren(TAAL)
    genoeg = vol and taal >= (taal_nodig or 0)
    yield Onderdeel(TAAL, _stand(taal, klaar or geslaagd >= TAALDELEN or genoeg), taal, taal_nodig)
    yield Onderdeel(KNM, _stand(tijd.uren(KNM), klaar or KNM in geslaagd), tijd.uren(KNM))
    pvt = tijd.uren(PVT)
    yield Onderdeel(PVT, _stand(pvt, klaar or zaak.laatste("pvt-ondertekend") is not None), pvt, nodig.getal("pvt"))
    yield _map(blik, leerroute, klaar)
    hoogstens = belastbaar(blik)
    if leerroute == Z and zaak.asielstatushouder and hoogstens != 0:
        gevraagd = min(nodig.getal("participatie"), hoogstens or nodig.getal("participatie"))
        gedaan = tijd.uren(PARTICIPATIE, *nodig.teksten("deduct"))
        yield Onderdeel(PARTICIPATIE, _stand(gedaan, klaar or gedaan >= gevraagd), gedaan, gevraagd)
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
    if leerroute not in regel(blik).teksten("map_routes"):
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
