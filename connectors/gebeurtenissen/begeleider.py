# SPDX-License-Identifier: EUPL-1.2
"""Typed events of begeleider, made from `schemas/` by `python -m connectors.typed`: do not edit."""

# fmt: off
# ruff: noqa
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from connectors.typed import Ontvangen, TeMelden


@dataclass(frozen=True, kw_only=True)
class BegeleidingAfgerond(TeMelden):
    """De maatschappelijke begeleiding is afgerond."""

    TYPE: ClassVar[str] = "begeleiding-afgerond"
    datum: date


@dataclass(frozen=True, kw_only=True)
class BegeleidingAfgerondOntvangen(Ontvangen):
    """De maatschappelijke begeleiding is afgerond."""

    TYPE: ClassVar[str] = "begeleiding-afgerond"
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BegeleidingGerapporteerd(TeMelden):
    """Verslag van de begeleiding, gecodeerd."""

    TYPE: ClassVar[str] = "begeleiding-gerapporteerd"
    soort: str | None = None
    doorverwijzing: Literal['onbekend', 'financieel', 'juridisch', 'welzijn'] | None = None
    meetmoment: int | None = None
    score: int | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BegeleidingGerapporteerdOntvangen(Ontvangen):
    """Verslag van de begeleiding, gecodeerd."""

    TYPE: ClassVar[str] = "begeleiding-gerapporteerd"
    soort: str | None = None
    doorverwijzing: Literal['onbekend', 'financieel', 'juridisch', 'welzijn'] | None = None
    meetmoment: int | None = None
    score: int | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BegeleidingGestart(TeMelden):
    """De maatschappelijke begeleiding is begonnen."""

    TYPE: ClassVar[str] = "begeleiding-gestart"
    begindatum: date


@dataclass(frozen=True, kw_only=True)
class BegeleidingGestartOntvangen(Ontvangen):
    """De maatschappelijke begeleiding is begonnen."""

    TYPE: ClassVar[str] = "begeleiding-gestart"
    begindatum: date | None = None


@dataclass(frozen=True, kw_only=True)
class DoorverwijzingGedaan(TeMelden):
    """De begeleider verwees door; waarover blijft bij hem."""

    TYPE: ClassVar[str] = "doorverwijzing-gedaan"
    doorverwijzing: Literal['onbekend', 'financieel', 'juridisch', 'welzijn'] | None = None
    nummer: int | None = None
    opgevolgd: bool | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class DoorverwijzingGedaanOntvangen(Ontvangen):
    """De begeleider verwees door; waarover blijft bij hem."""

    TYPE: ClassVar[str] = "doorverwijzing-gedaan"
    doorverwijzing: Literal['onbekend', 'financieel', 'juridisch', 'welzijn'] | None = None
    nummer: int | None = None
    opgevolgd: bool | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgadviesGegeven(TeMelden):
    """De begeleider adviseert over het ontzorgen."""

    TYPE: ClassVar[str] = "ontzorgadvies-gegeven"
    oordeel: Literal['onbekend', 'voortzetten', 'afbouwen', 'beeindigen'] | None = None
    vorm: Literal['onbekend', 'volledig', 'deels', 'alternatief', 'geen'] | None = None
    meetmoment: int | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgadviesGegevenOntvangen(Ontvangen):
    """De begeleider adviseert over het ontzorgen."""

    TYPE: ClassVar[str] = "ontzorgadvies-gegeven"
    oordeel: Literal['onbekend', 'voortzetten', 'afbouwen', 'beeindigen'] | None = None
    vorm: Literal['onbekend', 'volledig', 'deels', 'alternatief', 'geen'] | None = None
    meetmoment: int | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class PvtUrenGemeld(TeMelden):
    """Gevolgde uren van het participatieverklaringstraject."""

    TYPE: ClassVar[str] = "pvt-uren-gemeld"
    minuten: int | None = None
    datum: date | None = None
    uren: int | None = None
    nummer: int | None = None
    verzuim: Literal['onbekend', 'geen', 'geoorloofd', 'ongeoorloofd'] | None = None


@dataclass(frozen=True, kw_only=True)
class PvtUrenGemeldOntvangen(Ontvangen):
    """Gevolgde uren van het participatieverklaringstraject."""

    TYPE: ClassVar[str] = "pvt-uren-gemeld"
    minuten: int | None = None
    datum: date | None = None
    uren: int | None = None
    nummer: int | None = None
    verzuim: Literal['onbekend', 'geen', 'geoorloofd', 'ongeoorloofd'] | None = None


@dataclass(frozen=True, kw_only=True)
class SignaalGemeld(TeMelden):
    """De begeleider ziet iets waarover de gemeente in gesprek kan gaan."""

    TYPE: ClassVar[str] = "signaal-gemeld"
    soort: Literal['onbekend', 'schulden', 'eenzaamheid', 'huisvesting', 'werk']
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class SignaalGemeldOntvangen(Ontvangen):
    """De begeleider ziet iets waarover de gemeente in gesprek kan gaan."""

    TYPE: ClassVar[str] = "signaal-gemeld"
    soort: Literal['onbekend', 'schulden', 'eenzaamheid', 'huisvesting', 'werk'] | None = None
    datum: date | None = None
