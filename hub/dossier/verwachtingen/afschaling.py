# SPDX-License-Identifier: EUPL-1.2
"""Afschalen from B1 to A2, or to the Z-route: asked by a school, substantiated or not, decided by the gemeente.

Substantiated is a request with demonstrated effort and enough recognised hours (Wi 17(3), Bi 5.5). The hours are those of
the ledger; a school's own count stands only where the ledger has none. A request that is not is a question to that school.
The law asks for the hours from B1 to A2; one region also for the Z-route (003.md 4.2): `afschaling_hours_for`. Where
`risk_sign_before` holds, a request is a question as well when no report before it told of a risk (003.md R4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ..feiten import urenposten
from ..feiten.facts import Feit
from . import onderdelen
from .doorstroom import zorgelijk
from .verwachting import Blik, Ernst, Stand, Trap, Verwachting, posities

REGEL = "afschaling unsubstantiated"


@dataclass(frozen=True, slots=True)
class Afschaling:
    """The last request, and the decision on it."""

    verzoek: Feit | None
    besluit: Feit | None
    uren: int
    nodig: int

    @property
    def volledig(self) -> bool | None:
        if self.verzoek is None:
            return None
        return self.verzoek.data.get("inspanning_onderbouwd") is True and self.uren >= self.nodig

    @property
    def stand(self) -> str:
        if self.besluit is not None:
            return self.besluit.tekst("besluit") or "onbekend"
        return "verzocht"


def afschaling(blik: Blik) -> Afschaling | None:
    """The afschaling as it stands; None when nobody asked for or decided one."""
    verzoek, besluit = blik.zaak.laatste("afschaling-verzocht"), blik.zaak.laatste("afschaling-besloten")
    if verzoek is None and besluit is None:
        return None
    if verzoek is not None and besluit is not None and besluit.volgorde < verzoek.volgorde:
        besluit = None
    tijd = onderdelen.boek(blik)
    erkend = tijd.uren(urenposten.TAAL, erkend=True)
    if verzoek is not None and not any(post.component == urenposten.TAAL for post in tijd.posten):
        gezegd = verzoek.data.get("uren")
        erkend = gezegd if isinstance(gezegd, int) and verzoek.data.get("erkend") is not False else 0
    regel, naar = onderdelen.regel(blik, verzoek.op if verzoek else None), verzoek.tekst("naar") if verzoek else None
    met_uren = naar is None or naar in regel.teksten("afschaling_hours_for")
    return Afschaling(verzoek, besluit, erkend, regel.getal("afschaling_recognised") if met_uren else 0)


def verwachtingen(blik: Blik) -> Iterator[Verwachting]:
    gevonden = afschaling(blik)
    if gevonden is None or gevonden.verzoek is None or blik.zaak.beeindigd:
        return
    verzoek = gevonden.verzoek
    regel = blik.instellingen(REGEL, verzoek.op, verzoek.oin)
    eerder = not regel.ja("risk_sign_before") or _risico_gemeld(blik, verzoek)
    klaar = (gevonden.volledig and eerder) or gevonden.besluit is not None
    yield Verwachting(
        regel=REGEL,
        versie=regel.versie,
        anker=verzoek.op.isoformat(),
        verwacht="afschaling-verzocht",
        reden=(
            "Bij het verzoek om afschaling wordt van de school onderbouwing verwacht: de inspanning"
            + (f", en {gevonden.nodig} erkende uren." if gevonden.nodig else ".")
            + ("" if eerder else " Eerder werd van die school een voortgangsrapportage met een risico verwacht.")
        ),
        onderwerp=verzoek.partij,
        trappen=(Trap(verzoek.op + timedelta(days=regel.getal("days")), Ernst.WAARSCHUWING),),
        stand=Stand.VOLDAAN if klaar else Stand.OPEN,
        feiten=posities(verzoek, gevonden.besluit),
    )


def _risico_gemeld(blik: Blik, verzoek: Feit) -> bool:
    """Whether a progress report up to that day told that the route may not be feasible (003.md R4)."""
    return any(
        zorgelijk(rapport) or bool(rapport.data.get("belemmeringen"))
        for rapport in blik.zaak.feiten("voortgang-gemeld")
        if rapport.op <= verzoek.op
    )
