# SPDX-License-Identifier: EUPL-1.2
"""One fact of a dossier: who said what, when it happened and when the hub recorded it. No meaning: that is ``zaak``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from consent.kader import Partij
from schemas.vocabulary import Rol

from ..regels.kalender import dag

# The field that says on which day the thing itself took effect; without it, the day on which it happened.
DAG_IN_VELD = {
    "screening-gevoerd": "datum",
    "gemeente-gekoppeld": "datum",
    "koppeling-gewijzigd": "datum",
    "warme-overdracht-gemeld": "datum",
    "uit-opvang-vertrokken": "datum",
    "inburgeringsplicht-vastgesteld": "per",
    "inburgeringsplicht-gewijzigd": "per",
    "inburgeringsplicht-beeindigd": "per",
    "leerbaarheidstoets-uitslag-bekend": "datum_afname",
    "examenuitslag-bekend": "examendatum",
    "verzoek-ingediend": "datum",
    "verzoek-beoordeeld": "datum",
    "persoon-verhuisd": "datum",
    "attentiesignaal-gegeven": "datum",
    "melding-geweigerd": "datum",
    "leerbaarheidstoets-aangemeld": "datum",
    "boete-opgelegd": "datum",
    "brede-intake-opgeroepen": "datum",
    "brede-intake-niet-verschenen": "datum",
    "brede-intake-afgerond": "datum",
    "informatie-opgevraagd": "datum",
    "informatie-ontvangen": "datum",
    "pip-vastgesteld": "dagtekening",
    "pip-gewijzigd": "dagtekening",
    "pip-ingetrokken": "dagtekening",
    "leerroute-gewijzigd": "dagtekening",
    "inburgeringsaanbod-gedaan": "datum",
    "pvt-ondertekend": "datum",
    "map-afgerond": "datum",
    "zroute-afgerond": "datum",
    "gevolgde-uren-vastgesteld": "datum",
    "inburgeringstermijn-opgeschort": "per",
    "inburgeringstermijn-hervat": "per",
    "inburgeringstermijn-opnieuw-gestart": "startdatum",
    "uitvoerder-aangewezen": "per",
    "uitvoerder-beeindigd": "per",
    "regievoerder-toegewezen": "per",
    "overdracht-aangeboden": "per",
    "overdracht-bevestigd": "per",
    "contactvoorkeur-vastgesteld": "datum",
    "assessment-uitslag-bekend": "datum",
    "voortgangsgesprek-niet-verschenen": "datum",
    "taalschool-gekozen": "per",
    "participatie-toegewezen": "per",
    "wachtlijst-geplaatst": "datum",
    "rooster-gewijzigd": "van",
    "afschaling-verzocht": "datum",
    "afschaling-besloten": "datum",
    "advies-uitgebracht": "datum",
    "zelfstudie-gekozen": "per",
    "traject-gepauzeerd": "per",
    "traject-hervat": "per",
    "bijstand-toegekend": "per",
    "bijstand-beeindigd": "per",
    "ontzorging-besloten": "per",
    "ontzorging-gestart": "begindatum",
    "ontzorging-beeindigd": "per",
    "huisvesting-gevonden": "datum",
    "naturalisatieverzoek-gemeld": "datum",
    "werk-gestart": "begindatum",
    "werk-beeindigd": "per",
    "machtiging-gevraagd": "datum",
    "machtiging-gegeven": "datum",
    "machtiging-ingetrokken": "datum",
    "toeslag-ontvangen": "datum",
    "ontzorgadvies-gegeven": "datum",
    "doorverwijzing-gedaan": "datum",
    "begeleiding-gerapporteerd": "datum",
    "persoon-overleden": "datum",
    "signaal-gezien": "datum",
    "toewijzing-beeindigd": "per",
    "begeleiding-beeindigd": "per",
    "dossier-ingebracht": "per",
    "contract-vastgesteld": "van",
    "contract-beeindigd": "per",
    "toestemming-geweigerd": "datum",
    "verblijf-in-gemeente-geregistreerd": "datum_inschrijving",
    "voortgangsgesprek-gevoerd": "datum",
    "signaal-opgevolgd": "datum",
    "rooster-vastgesteld": "van",
    "cursus-gestart": "begindatum",
    "cursus-beeindigd": "einddatum",
    "aanwezigheid-gemeld": "datum",
    "les-uitgevallen": "datum",
    "begeleiding-gestart": "begindatum",
    "begeleiding-afgerond": "datum",
    "pvt-uren-gemeld": "datum",
    "signaal-gemeld": "datum",
}


def sleutel_van(id: str, oin: str) -> str:
    """The identity of an event within a dossier: CloudEvents ids are unique per sender only."""
    return f"{id}@{oin}"


@lru_cache(maxsize=4096)
def lees_partij(tekst: str, standaard: Rol | None = None) -> Partij | None:
    """`oin#rol`, or a bare OIN when the field itself says the role; None when that does not give a party."""
    oin, kruis, rol = tekst.partition("#")
    try:
        return Partij(oin, Rol(rol)) if kruis else (Partij(oin, standaard) if standaard and oin else None)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Feit:
    """What one organisation said. Plain JSON data; `gebeurd` is a day, `vastgelegd` an instant, both ISO 8601."""

    id: str
    gebeurtenis: str
    bron: str
    gebeurd: str
    vastgelegd: str
    data: dict[str, Any]
    positie: int
    via: str | None = None
    op: date = field(init=False, repr=False, compare=False)
    """The day on which the thing took effect."""

    def __post_init__(self) -> None:
        veld = DAG_IN_VELD.get(self.gebeurtenis)
        op = (dag(self.data.get(veld)) if veld else None) or dag(self.gebeurd)
        if op is None:
            raise ValueError("Geef bij elk feit de dag waarop het gebeurd is, als JJJJ-MM-DD.")
        object.__setattr__(self, "op", op)

    @property
    def oin(self) -> str:
        return self.bron.partition("#")[0]

    @property
    def rol(self) -> str:
        return self.bron.partition("#")[2]

    @property
    def sleutel(self) -> str:
        return sleutel_van(self.id, self.oin)

    @property
    def partij(self) -> Partij:
        partij = lees_partij(self.bron)
        if partij is None:
            raise ValueError("Geef de bron van een feit als oin#rol.")
        return partij

    @property
    def volgorde(self) -> tuple[date, str, int, str]:
        """Total order of facts: by effect, then by when the hub heard of it; the order of folding plays no part."""
        return (self.op, self.vastgelegd, self.positie, self.sleutel)

    def dag(self, veld: str) -> date | None:
        return dag(self.data.get(veld))

    def tekst(self, veld: str) -> str | None:
        waarde = self.data.get(veld)
        return waarde if isinstance(waarde, str) and waarde != "onbekend" else None
