# SPDX-License-Identifier: EUPL-1.2
"""Typed events of taalschool, made from `schemas/` by `python -m connectors.typed`: do not edit."""

# fmt: off
# ruff: noqa
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from connectors.typed import Ontvangen, TeMelden


@dataclass(frozen=True, kw_only=True)
class AanwezigheidGemeld(TeMelden):
    """Aanwezigheid bij één les. Redenen die iets over gezondheid zeggen bestaan hier niet."""

    TYPE: ClassVar[str] = "aanwezigheid-gemeld"
    les: str
    datum: date | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    minuten_gepland: int | None = None
    minuten_aanwezig: int | None = None
    verzuim: Literal['onbekend', 'geen', 'geoorloofd', 'ongeoorloofd']
    reden: Literal['onbekend', 'afgemeld', 'werk', 'zorgtaken'] | None = None
    wijze: Literal['onbekend', 'fysiek', 'online'] | None = None
    groep: str | None = None
    minuten_te_laat: int | None = None
    minuten_eerder_weg: int | None = None
    erkend: bool | None = None


@dataclass(frozen=True, kw_only=True)
class AanwezigheidGemeldOntvangen(Ontvangen):
    """Aanwezigheid bij één les. Redenen die iets over gezondheid zeggen bestaan hier niet."""

    TYPE: ClassVar[str] = "aanwezigheid-gemeld"
    les: str | None = None
    datum: date | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    minuten_gepland: int | None = None
    minuten_aanwezig: int | None = None
    verzuim: Literal['onbekend', 'geen', 'geoorloofd', 'ongeoorloofd'] | None = None
    reden: Literal['onbekend', 'afgemeld', 'werk', 'zorgtaken'] | None = None
    wijze: Literal['onbekend', 'fysiek', 'online'] | None = None
    groep: str | None = None
    minuten_te_laat: int | None = None
    minuten_eerder_weg: int | None = None
    erkend: bool | None = None


@dataclass(frozen=True, kw_only=True)
class AfschalingVerzocht(TeMelden):
    """De school vraagt een lager niveau of een andere leerroute."""

    TYPE: ClassVar[str] = "afschaling-verzocht"
    van: Literal['onbekend', 'A2', 'B1', 'B2', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    naar: Literal['onbekend', 'A2', 'B1', 'B2', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    uren: int | None = None
    erkend: bool | None = None
    inspanning_onderbouwd: bool | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class AfschalingVerzochtOntvangen(Ontvangen):
    """De school vraagt een lager niveau of een andere leerroute."""

    TYPE: ClassVar[str] = "afschaling-verzocht"
    van: Literal['onbekend', 'A2', 'B1', 'B2', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    naar: Literal['onbekend', 'A2', 'B1', 'B2', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    uren: int | None = None
    erkend: bool | None = None
    inspanning_onderbouwd: bool | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class CursusBeeindigd(TeMelden):
    """De persoon is met de cursus of activiteit gestopt."""

    TYPE: ClassVar[str] = "cursus-beeindigd"
    einddatum: date
    reden: Literal['onbekend', 'afgerond', 'gestopt', 'verhuizing'] | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None


@dataclass(frozen=True, kw_only=True)
class CursusBeeindigdOntvangen(Ontvangen):
    """De persoon is met de cursus of activiteit gestopt."""

    TYPE: ClassVar[str] = "cursus-beeindigd"
    einddatum: date | None = None
    reden: Literal['onbekend', 'afgerond', 'gestopt', 'verhuizing'] | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None


@dataclass(frozen=True, kw_only=True)
class CursusGestart(TeMelden):
    """De persoon is met de cursus of activiteit begonnen."""

    TYPE: ClassVar[str] = "cursus-gestart"
    begindatum: date
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    groep: str | None = None


@dataclass(frozen=True, kw_only=True)
class CursusGestartOntvangen(Ontvangen):
    """De persoon is met de cursus of activiteit begonnen."""

    TYPE: ClassVar[str] = "cursus-gestart"
    begindatum: date | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    groep: str | None = None


@dataclass(frozen=True, kw_only=True)
class LesUitgevallen(TeMelden):
    """De aanbieder heeft een les laten uitvallen; dat is geen verzuim."""

    TYPE: ClassVar[str] = "les-uitgevallen"
    les: str
    datum: date | None = None
    reden: Literal['onbekend', 'cohort-gestopt', 'geen-docent', 'school-gesloten', 'vakantie'] | None = None
    lessen: list[str] | tuple[str, ...] | None = None
    groep: str | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class LesUitgevallenOntvangen(Ontvangen):
    """De aanbieder heeft een les laten uitvallen; dat is geen verzuim."""

    TYPE: ClassVar[str] = "les-uitgevallen"
    les: str | None = None
    datum: date | None = None
    reden: Literal['onbekend', 'cohort-gestopt', 'geen-docent', 'school-gesloten', 'vakantie'] | None = None
    lessen: list[str] | None = None
    groep: str | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class OnderbrekingGemeld(TeMelden):
    """De melder zelf ligt stil, voor een hele groep: lessen, of een dienst. Wat van hem wordt verwacht, geeft zolang geen signaal."""

    TYPE: ClassVar[str] = "onderbreking-gemeld"
    soort: Literal['onbekend', 'school-gesloten', 'vakantie', 'storing']
    van: date
    tot: date


@dataclass(frozen=True, kw_only=True)
class OnderbrekingGemeldOntvangen(Ontvangen):
    """De melder zelf ligt stil, voor een hele groep: lessen, of een dienst. Wat van hem wordt verwacht, geeft zolang geen signaal."""

    TYPE: ClassVar[str] = "onderbreking-gemeld"
    soort: Literal['onbekend', 'school-gesloten', 'vakantie', 'storing'] | None = None
    van: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class RoosterGewijzigd(TeMelden):
    """Het lesrooster is veranderd."""

    TYPE: ClassVar[str] = "rooster-gewijzigd"
    groep: str | None = None
    lessen_per_week: int | None = None
    van: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class RoosterGewijzigdOntvangen(Ontvangen):
    """Het lesrooster is veranderd."""

    TYPE: ClassVar[str] = "rooster-gewijzigd"
    groep: str | None = None
    lessen_per_week: int | None = None
    van: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class RoosterVastgesteld(TeMelden):
    """Het rooster van een groep is vastgesteld; wie lessen heeft, meldt aanwezigheid."""

    TYPE: ClassVar[str] = "rooster-vastgesteld"
    groep: str | None = None
    lessen_per_week: int | None = None
    van: date
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class RoosterVastgesteldOntvangen(Ontvangen):
    """Het rooster van een groep is vastgesteld; wie lessen heeft, meldt aanwezigheid."""

    TYPE: ClassVar[str] = "rooster-vastgesteld"
    groep: str | None = None
    lessen_per_week: int | None = None
    van: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class UrenGemeld(TeMelden):
    """Gevolgde uren per onderdeel."""

    TYPE: ClassVar[str] = "uren-gemeld"
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie']
    minuten: int | None = None
    van: date | None = None
    tot: date | None = None
    uren: int | None = None
    uren_participatie: int | None = None
    erkend: bool | None = None
    bron_uren: Literal['onbekend', 'les', 'zelfstudie', 'werk', 'vrijwilligerswerk', 'stage', 'voorinburgering', 'participatie'] | None = None


@dataclass(frozen=True, kw_only=True)
class UrenGemeldOntvangen(Ontvangen):
    """Gevolgde uren per onderdeel."""

    TYPE: ClassVar[str] = "uren-gemeld"
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    minuten: int | None = None
    van: date | None = None
    tot: date | None = None
    uren: int | None = None
    uren_participatie: int | None = None
    erkend: bool | None = None
    bron_uren: Literal['onbekend', 'les', 'zelfstudie', 'werk', 'vrijwilligerswerk', 'stage', 'voorinburgering', 'participatie'] | None = None


@dataclass(frozen=True, kw_only=True)
class VerzuimGemeld(TeMelden):
    """De aanbieder meldt verzuim over een maand."""

    TYPE: ClassVar[str] = "verzuim-gemeld"
    maand: str | None = None
    aantal: int | None = None
    lessen: list[str] | tuple[str, ...] | None = None
    soort: Literal['onbekend', 'ongeoorloofd', 'geoorloofd'] | None = None
    les: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class VerzuimGemeldOntvangen(Ontvangen):
    """De aanbieder meldt verzuim over een maand."""

    TYPE: ClassVar[str] = "verzuim-gemeld"
    maand: str | None = None
    aantal: int | None = None
    lessen: list[str] | None = None
    soort: Literal['onbekend', 'ongeoorloofd', 'geoorloofd'] | None = None
    les: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class VoortgangGemeld(TeMelden):
    """Voortgangsrapportage, eens per drie maanden, bij stagnatie eens per maand."""

    TYPE: ClassVar[str] = "voortgang-gemeld"
    taalniveau: Literal['onbekend', 'geen', 'alfa-A', 'alfa-B', 'alfa-C', 'A1-', 'A1', 'A2', 'B1', 'B2']
    stagnatie: bool
    belemmeringen: list[Literal['onbekend', 'niveau-te-laag', 'reistijd', 'kinderopvang', 'werk', 'schulden', 'motivatie']] | tuple[Literal['onbekend', 'niveau-te-laag', 'reistijd', 'kinderopvang', 'werk', 'schulden', 'motivatie'], ...] | None = None
    b1_haalbaar: bool | None = None
    inspanning: Literal['onbekend', 'voldoende', 'onvoldoende'] | None = None
    uren_gevolgd_minuten: int | None = None
    periode_van: date | None = None
    periode_tot: date | None = None
    uren_map: int | None = None
    uren: int | None = None
    erkend: bool | None = None
    aanwezigheid_procent: int | None = None


@dataclass(frozen=True, kw_only=True)
class VoortgangGemeldOntvangen(Ontvangen):
    """Voortgangsrapportage, eens per drie maanden, bij stagnatie eens per maand."""

    TYPE: ClassVar[str] = "voortgang-gemeld"
    taalniveau: Literal['onbekend', 'geen', 'alfa-A', 'alfa-B', 'alfa-C', 'A1-', 'A1', 'A2', 'B1', 'B2'] | None = None
    stagnatie: bool | None = None
    belemmeringen: list[Literal['onbekend', 'niveau-te-laag', 'reistijd', 'kinderopvang', 'werk', 'schulden', 'motivatie']] | None = None
    b1_haalbaar: bool | None = None
    inspanning: Literal['onbekend', 'voldoende', 'onvoldoende'] | None = None
    uren_gevolgd_minuten: int | None = None
    periode_van: date | None = None
    periode_tot: date | None = None
    uren_map: int | None = None
    uren: int | None = None
    erkend: bool | None = None
    aanwezigheid_procent: int | None = None


@dataclass(frozen=True, kw_only=True)
class WachtlijstGeplaatst(TeMelden):
    """De persoon wacht op een plaats."""

    TYPE: ClassVar[str] = "wachtlijst-geplaatst"
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    reden: Literal['onbekend', 'instroommoment', 'klas-niet-vol', 'geen-kinderopvang', 'niveau-niet-beschikbaar', 'reisafstand', 'docententekort', 'opvanglocatie'] | None = None
    instroommoment: date | None = None
    begindatum: date | None = None
    termijn_loopt_door: bool | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class WachtlijstGeplaatstOntvangen(Ontvangen):
    """De persoon wacht op een plaats."""

    TYPE: ClassVar[str] = "wachtlijst-geplaatst"
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    reden: Literal['onbekend', 'instroommoment', 'klas-niet-vol', 'geen-kinderopvang', 'niveau-niet-beschikbaar', 'reisafstand', 'docententekort', 'opvanglocatie'] | None = None
    instroommoment: date | None = None
    begindatum: date | None = None
    termijn_loopt_door: bool | None = None
    datum: date | None = None
