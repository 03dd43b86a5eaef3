# SPDX-License-Identifier: EUPL-1.2
"""Who does what now, and who did before: regievoerder, provider per component, begeleider, hand-overs between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.vocabulary import Rol

from ..feiten.facts import Feit
from ..verwachtingen.verwachting import Blik

STANDAARD = {Rol.TAALSCHOOL: "taal", Rol.PARTICIPATIE: "participatie", Rol.BEGELEIDER: "begeleiding"}
REGIE = "regie"


@dataclass(frozen=True, slots=True)
class Taak:
    """One task in one period (`tot` exclusive). `voor`: who is accountable, of a subcontractor."""

    taak: str
    wie: str
    van: date
    tot: date | None
    voor: str | None = None

    def loopt(self, op: date) -> bool:
        return self.van <= op and (self.tot is None or op < self.tot)


def taken(blik: Blik) -> tuple[Taak, ...]:
    """Every task, past ones included, in order of begin: the hand-over history."""
    zaak, gevonden = blik.zaak, []
    regie = zaak.regievoerders
    for nummer, een in enumerate(regie):
        volgende = regie[nummer + 1].door.op if nummer + 1 < len(regie) else None
        gevonden.append(Taak(REGIE, een.naam, een.door.op, volgende))
    for opdracht in zaak.opdrachten:
        taak = opdracht.component or STANDAARD[opdracht.partij.rol]
        voor = opdracht.voor.oin if opdracht.voor else None
        van = max(opdracht.van, opdracht.door.dag("begindatum") or opdracht.van)
        gevonden.append(Taak(taak, opdracht.partij.oin, van, opdracht.tot, voor))
    return tuple(sorted(gevonden, key=lambda t: (t.van, t.taak, t.wie)))


def nu(blik: Blik, taak: str) -> str | None:
    """Who does a task today: the last one assigned of those who still do."""
    lopend = [t for t in taken(blik) if t.taak == taak and t.voor is None and t.loopt(blik.vandaag)]
    return lopend[-1].wie if lopend else None


def overdracht(blik: Blik) -> str | None:
    """`aangeboden` or `bevestigd`, by the last hand-over; None when there was none."""
    aanbod, bevestigd = blik.zaak.laatste("overdracht-aangeboden"), blik.zaak.laatste("overdracht-bevestigd")
    if aanbod is None:
        return "bevestigd" if bevestigd else None
    return "bevestigd" if bevestigd is not None and bevestigd.volgorde > aanbod.volgorde else "aangeboden"


def bronnen(blik: Blik, veld: str) -> tuple[tuple[str, str, Feit], ...]:
    """What each source last said about a notion that several may name: (source, value, fact). All of it stands."""
    laatste: dict[str, tuple[str, Feit]] = {}
    for feit in blik.zaak.feiten(*NOTIES[veld]):
        waarde = feit.data.get(veld)
        if waarde is not None and waarde != "onbekend":
            laatste[feit.bron] = (str(waarde), feit)
    return tuple((bron, waarde, feit) for bron, (waarde, feit) in sorted(laatste.items()))


NOTIES = {
    "taalniveau": ("klantprofiel-gedeeld", "voorinburgering-gemeld", "voortgang-gemeld"),
    "geboortedatum": ("klantprofiel-gedeeld", "verblijf-in-gemeente-geregistreerd"),
    "huisvestingswet_28": ("gemeente-gekoppeld", "verblijf-in-gemeente-geregistreerd", "huisvesting-gevonden"),
    "oordeel": ("verzoek-beoordeeld",),
    "gemeente": ("inburgeringsplicht-vastgesteld", "inburgeringsplicht-gewijzigd", "gemeente-gekoppeld"),
}
"""Notions of which more than one organisation speaks, and the events in which they do."""


def tegenspraak(blik: Blik) -> list[str]:
    """The notions about which sources now say different things."""
    return sorted(veld for veld in NOTIES if len({waarde for _, waarde, _ in bronnen(blik, veld)}) > 1)
