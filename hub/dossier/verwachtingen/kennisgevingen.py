# SPDX-License-Identifier: EUPL-1.2
"""Notices that a recipient has to act on, and whether it said that it did: withdrawals, corrections, retractions.

Who holds data is told that a toestemming was withdrawn (our promise) or that what it got was wrong (AVG 19), and
confirms with `kennisgeving-bevestigd`. What stays unconfirmed is one signal per rule and recipient, due by the oldest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from consent.kader import Partij

from ..feiten.facts import Feit, lees_partij
from ..feiten.fold import CORRECTIE, INTREKKING
from ..feiten.rows import GRONDEN, Rows
from ..feiten.zaak import Zaak
from ..regels.kalender import dag
from .verwachting import Blik, Ernst, Stand, Verwachting, lopend_of_gemist, na

BEVESTIGD = "kennisgeving-bevestigd"
INGETROKKEN = "toestemming-ingetrokken"
RIJ = "kennisgevingen"
REGEL = {
    INGETROKKEN: "withdrawal unconfirmed",
    CORRECTIE: "correction unconfirmed",
    INTREKKING: "correction unconfirmed",
}
"""Kind of notice -> the rule that waits for its confirmation."""
REDEN = {
    "withdrawal unconfirmed": "Van wie op een toestemming kreeg, wordt een bevestiging verwacht dat zij is ingetrokken.",
    "correction unconfirmed": "Van wie het origineel kreeg, wordt een bevestiging van een correctie of intrekking verwacht.",
}


def onthoud(rows: Rows, zaak: Zaak, feit: Feit, verstuurd: dict[Partij, str], vandaag: date) -> bool:
    """Remembers who was told and is to answer, if anybody; `verstuurd`: recipient -> id of the delivery.

    A withdrawal concerns the recipient of the toestemming; who else hears of it has nothing to stop.
    """
    if feit.gebeurtenis not in REGEL:
        return False
    betreft = str(feit.data.get("betreft"))
    voor = set(verstuurd)
    if feit.gebeurtenis == INGETROKKEN:
        voor &= {t.ontvanger for t in zaak.toestemmingen if t.id == betreft}
    nieuw = {
        verstuurd[partij]: {
            "soort": feit.gebeurtenis,
            "aan": str(partij),
            "op": vandaag.isoformat(),
            "positie": feit.positie,
            "id": feit.id,
            "oin": feit.oin,
            "betreft": betreft,
        }
        for partij in voor
    }
    if not nieuw:
        return False
    rij = rows.get(GRONDEN) or {}
    rows.put(GRONDEN, {**rij, RIJ: dict(sorted({**rij.get(RIJ, {}), **nieuw}.items()))})
    return True


def gevraagd(zaak: Zaak, van: Partij, betreft: str) -> str | None:
    """The delivery that this party confirms: by its id, or by the id of the notice itself; None if it had none."""
    for levering, rij in zaak.kennisgevingen.items():
        if rij["aan"] == str(van) and betreft in (levering, rij["id"]):
            return levering
    return None


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    """One expectation per rule and recipient: that the oldest open notice is confirmed."""
    gestuurd = blik.zaak.kennisgevingen
    if not gestuurd:
        return
    bevestigd = {(feit.data.get("betreft"), feit.bron) for feit in blik.zaak.feiten(BEVESTIGD)}
    groepen: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
    for levering, rij in gestuurd.items():
        groepen.setdefault((REGEL[str(rij["soort"])], str(rij["aan"])), []).append((levering, rij))
    for (regel, aan), groep in sorted(groepen.items()):
        open_ = [rij for levering, rij in groep if (levering, aan) not in bevestigd]
        yield _verwachting(blik, regel, aan, open_ or [rij for _, rij in groep], voldaan=not open_)


def _verwachting(blik: Blik, regel: str, aan: str, rijen: list[dict[str, Any]], *, voldaan: bool) -> Verwachting:
    oudste = min(rijen, key=lambda rij: (rij["op"], rij["positie"]))
    op = dag(oudste["op"]) or blik.vandaag
    instellingen = blik.instellingen(regel, op)
    vervalt = op + timedelta(days=instellingen.getal("days"))
    return Verwachting(
        regel=regel,
        versie=instellingen.versie,
        anker=RIJ,
        verwacht=BEVESTIGD,
        reden=REDEN[regel],
        onderwerp=lees_partij(aan),
        vervalt=vervalt,
        trappen=(na(vervalt, Ernst.OVERSCHREDEN),),
        stand=Stand.VOLDAAN if voldaan else lopend_of_gemist(vervalt, blik.vandaag),
        feiten=tuple(sorted({int(rij["positie"]) for rij in rijen})),
    )
