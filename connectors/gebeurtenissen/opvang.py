# SPDX-License-Identifier: EUPL-1.2
"""Typed events of opvang, made from `schemas/` by `python -m connectors.typed`: do not edit."""

# fmt: off
# ruff: noqa
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from connectors.typed import Ontvangen, TeMelden


@dataclass(frozen=True, kw_only=True)
class GemeenteGekoppeld(TeMelden):
    """Het COA heeft de persoon aan een gemeente gekoppeld."""

    TYPE: ClassVar[str] = "gemeente-gekoppeld"
    gemeente: str
    datum: date | None = None
    huisvestingswet_28: bool | None = None


@dataclass(frozen=True, kw_only=True)
class GemeenteGekoppeldOntvangen(Ontvangen):
    """Het COA heeft de persoon aan een gemeente gekoppeld."""

    TYPE: ClassVar[str] = "gemeente-gekoppeld"
    gemeente: str | None = None
    datum: date | None = None
    huisvestingswet_28: bool | None = None


@dataclass(frozen=True, kw_only=True)
class KlantprofielGedeeld(TeMelden):
    """Het COA deelt het klantprofiel voor de brede intake."""

    TYPE: ClassVar[str] = "klantprofiel-gedeeld"
    voornamen: str | None = None
    achternaam: str | None = None
    geboortedatum: date | None = None
    gezinsgrootte: int | None = None
    taalniveau: Literal['onbekend', 'geen', 'alfa-A', 'alfa-B', 'alfa-C', 'A1-', 'A1', 'A2', 'B1', 'B2'] | None = None
    voorinburgering: Literal['onbekend', 'niet-gestart', 'bezig', 'afgerond', 'gestopt'] | None = None
    opleiding: Literal['onbekend', 'geen', 'basis', 'middelbaar', 'beroeps', 'hoger'] | None = None
    werkervaring_jaren: int | None = None
    aandachtspunten: list[Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie']] | tuple[Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie'], ...] | None = None
    identiteit: str | None = None
    werkervaring: str | None = None
    vrijstellende_opleiding: bool | None = None


@dataclass(frozen=True, kw_only=True)
class KlantprofielGedeeldOntvangen(Ontvangen):
    """Het COA deelt het klantprofiel voor de brede intake."""

    TYPE: ClassVar[str] = "klantprofiel-gedeeld"
    voornamen: str | None = None
    achternaam: str | None = None
    geboortedatum: date | None = None
    gezinsgrootte: int | None = None
    taalniveau: Literal['onbekend', 'geen', 'alfa-A', 'alfa-B', 'alfa-C', 'A1-', 'A1', 'A2', 'B1', 'B2'] | None = None
    voorinburgering: Literal['onbekend', 'niet-gestart', 'bezig', 'afgerond', 'gestopt'] | None = None
    opleiding: Literal['onbekend', 'geen', 'basis', 'middelbaar', 'beroeps', 'hoger'] | None = None
    werkervaring_jaren: int | None = None
    aandachtspunten: list[Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie']] | None = None
    identiteit: str | None = None
    werkervaring: str | None = None
    vrijstellende_opleiding: bool | None = None


@dataclass(frozen=True, kw_only=True)
class KoppelingGewijzigd(TeMelden):
    """De koppeling van de persoon gaat over naar een andere gemeente."""

    TYPE: ClassVar[str] = "koppeling-gewijzigd"
    van: str | None = None
    naar: str
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class KoppelingGewijzigdOntvangen(Ontvangen):
    """De koppeling van de persoon gaat over naar een andere gemeente."""

    TYPE: ClassVar[str] = "koppeling-gewijzigd"
    van: str | None = None
    naar: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class ScreeningGevoerd(TeMelden):
    """Het COA heeft de persoon gescreend; daarna volgt binnen twee weken de koppeling aan een gemeente."""

    TYPE: ClassVar[str] = "screening-gevoerd"
    datum: date


@dataclass(frozen=True, kw_only=True)
class ScreeningGevoerdOntvangen(Ontvangen):
    """Het COA heeft de persoon gescreend; daarna volgt binnen twee weken de koppeling aan een gemeente."""

    TYPE: ClassVar[str] = "screening-gevoerd"
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class UitOpvangVertrokken(TeMelden):
    """De persoon heeft de opvang verlaten."""

    TYPE: ClassVar[str] = "uit-opvang-vertrokken"
    datum: date
    naar_gemeente: str | None = None


@dataclass(frozen=True, kw_only=True)
class UitOpvangVertrokkenOntvangen(Ontvangen):
    """De persoon heeft de opvang verlaten."""

    TYPE: ClassVar[str] = "uit-opvang-vertrokken"
    datum: date | None = None
    naar_gemeente: str | None = None


@dataclass(frozen=True, kw_only=True)
class VoorinburgeringGemeld(TeMelden):
    """Het COA meldt hoe de voorinburgering staat."""

    TYPE: ClassVar[str] = "voorinburgering-gemeld"
    stand: Literal['onbekend', 'niet-gestart', 'bezig', 'afgerond', 'gestopt']
    taalniveau: Literal['onbekend', 'geen', 'alfa-A', 'alfa-B', 'alfa-C', 'A1-', 'A1', 'A2', 'B1', 'B2'] | None = None
    uren_minuten: int | None = None


@dataclass(frozen=True, kw_only=True)
class VoorinburgeringGemeldOntvangen(Ontvangen):
    """Het COA meldt hoe de voorinburgering staat."""

    TYPE: ClassVar[str] = "voorinburgering-gemeld"
    stand: Literal['onbekend', 'niet-gestart', 'bezig', 'afgerond', 'gestopt'] | None = None
    taalniveau: Literal['onbekend', 'geen', 'alfa-A', 'alfa-B', 'alfa-C', 'A1-', 'A1', 'A2', 'B1', 'B2'] | None = None
    uren_minuten: int | None = None


@dataclass(frozen=True, kw_only=True)
class WarmeOverdrachtGemeld(TeMelden):
    """Het COA meldt of en hoe het de persoon warm aan de gemeente heeft overgedragen."""

    TYPE: ClassVar[str] = "warme-overdracht-gemeld"
    plaatsgevonden: bool
    wijze: Literal['onbekend', 'azc', 'beeldbellen', 'telefoon'] | None = None
    reden: Literal['onbekend', 'tijdgebrek', 'afstand', 'profiel-volstaat'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class WarmeOverdrachtGemeldOntvangen(Ontvangen):
    """Het COA meldt of en hoe het de persoon warm aan de gemeente heeft overgedragen."""

    TYPE: ClassVar[str] = "warme-overdracht-gemeld"
    plaatsgevonden: bool | None = None
    wijze: Literal['onbekend', 'azc', 'beeldbellen', 'telefoon'] | None = None
    reden: Literal['onbekend', 'tijdgebrek', 'afstand', 'profiel-volstaat'] | None = None
    datum: date | None = None
