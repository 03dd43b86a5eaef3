# SPDX-License-Identifier: EUPL-1.2
"""Typed events of uitvoering, made from `schemas/` by `python -m connectors.typed`: do not edit."""

# fmt: off
# ruff: noqa
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from connectors.typed import Ontvangen, TeMelden


@dataclass(frozen=True, kw_only=True)
class AttentiesignaalGegeven(TeMelden):
    """DUO vraagt de aandacht van een gemeente: er ontbreekt iets, klopt iets mogelijk niet, of gaat iets gebeuren. Een aansporing, geen besluit."""

    TYPE: ClassVar[str] = "attentiesignaal-gegeven"
    signaal: Literal['onbekend', 'verlenging-aangevraagd', 'advies-ontheffing-gevraagd', 'vertrokken-naar-gemeente', 'vertrokken-uit-nederland', 'leerroute-ontbreekt', 'aanbod-ontbreekt', 'contract-zonder-pip', 'contract-ander-niveau', 'contract-niveau-te-hoog', 'contract-taalschakel-zonder-onderwijsroute', 'certificaattekst-beschikbaar', 'opleiding-beeindigd']
    gemeente: str
    gebeurtenisId: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class AttentiesignaalGegevenOntvangen(Ontvangen):
    """DUO vraagt de aandacht van een gemeente: er ontbreekt iets, klopt iets mogelijk niet, of gaat iets gebeuren. Een aansporing, geen besluit."""

    TYPE: ClassVar[str] = "attentiesignaal-gegeven"
    signaal: Literal['onbekend', 'verlenging-aangevraagd', 'advies-ontheffing-gevraagd', 'vertrokken-naar-gemeente', 'vertrokken-uit-nederland', 'leerroute-ontbreekt', 'aanbod-ontbreekt', 'contract-zonder-pip', 'contract-ander-niveau', 'contract-niveau-te-hoog', 'contract-taalschakel-zonder-onderwijsroute', 'certificaattekst-beschikbaar', 'opleiding-beeindigd'] | None = None
    gemeente: str | None = None
    gebeurtenisId: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class ExamenuitslagBekend(TeMelden):
    """De uitslag van een examenonderdeel is bekend."""

    TYPE: ClassVar[str] = "examenuitslag-bekend"
    onderdeel: Literal['onbekend', 'KNM', 'LE', 'LU', 'SC', 'SP']
    resultaat: Literal['onbekend', 'geslaagd', 'gezakt', 'geen']
    niveau: Literal['onbekend', 'A2', 'B1', 'B2'] | None = None
    examendatum: date
    nummer: int | None = None
    reden_geen_resultaat: Literal['onbekend', 'verwijtbaar', 'niet-verwijtbaar', 'afgemeld', 'absent'] | None = None


@dataclass(frozen=True, kw_only=True)
class ExamenuitslagBekendOntvangen(Ontvangen):
    """De uitslag van een examenonderdeel is bekend."""

    TYPE: ClassVar[str] = "examenuitslag-bekend"
    onderdeel: Literal['onbekend', 'KNM', 'LE', 'LU', 'SC', 'SP'] | None = None
    resultaat: Literal['onbekend', 'geslaagd', 'gezakt', 'geen'] | None = None
    niveau: Literal['onbekend', 'A2', 'B1', 'B2'] | None = None
    examendatum: date | None = None
    nummer: int | None = None
    reden_geen_resultaat: Literal['onbekend', 'verwijtbaar', 'niet-verwijtbaar', 'afgemeld', 'absent'] | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringsplichtBeeindigd(TeMelden):
    """De inburgeringsplicht is geëindigd."""

    TYPE: ClassVar[str] = "inburgeringsplicht-beeindigd"
    per: date
    reden: Literal['onbekend', 'voldaan', 'volledige-ontheffing', 'volledige-vrijstelling', 'verblijfsdoel-gewijzigd', 'vertrek', 'overlijden', 'overig']


@dataclass(frozen=True, kw_only=True)
class InburgeringsplichtBeeindigdOntvangen(Ontvangen):
    """De inburgeringsplicht is geëindigd."""

    TYPE: ClassVar[str] = "inburgeringsplicht-beeindigd"
    per: date | None = None
    reden: Literal['onbekend', 'voldaan', 'volledige-ontheffing', 'volledige-vrijstelling', 'verblijfsdoel-gewijzigd', 'vertrek', 'overlijden', 'overig'] | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringsplichtGewijzigd(TeMelden):
    """DUO meldt een wijziging van de plicht, de doelgroep of de verantwoordelijke gemeente."""

    TYPE: ClassVar[str] = "inburgeringsplicht-gewijzigd"
    doelgroep: Literal['onbekend', 'asielstatushouder', 'gezinsmigrant', 'overige-migrant', 'gezins-overig-onbepaald'] | None = None
    stand: Literal['onbekend', 'actief', 'tijdelijk-vrijgesteld'] | None = None
    kennisgeving: date | None = None
    gemeente: str | None = None
    per: date | None = None
    reden: str | None = None
    startdatum: date | None = None
    einddatum: date | None = None
    grond: str | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringsplichtGewijzigdOntvangen(Ontvangen):
    """DUO meldt een wijziging van de plicht, de doelgroep of de verantwoordelijke gemeente."""

    TYPE: ClassVar[str] = "inburgeringsplicht-gewijzigd"
    doelgroep: Literal['onbekend', 'asielstatushouder', 'gezinsmigrant', 'overige-migrant', 'gezins-overig-onbepaald'] | None = None
    stand: Literal['onbekend', 'actief', 'tijdelijk-vrijgesteld'] | None = None
    kennisgeving: date | None = None
    gemeente: str | None = None
    per: date | None = None
    reden: str | None = None
    startdatum: date | None = None
    einddatum: date | None = None
    grond: str | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringsplichtVastgesteld(TeMelden):
    """DUO heeft vastgesteld dat de persoon inburgeringsplichtig is."""

    TYPE: ClassVar[str] = "inburgeringsplicht-vastgesteld"
    doelgroep: Literal['onbekend', 'asielstatushouder', 'gezinsmigrant', 'overige-migrant', 'gezins-overig-onbepaald']
    detail_doelgroep: str | None = None
    wet: Literal['onbekend', 'Wi2013', 'Wi2021'] | None = None
    kennisgeving: date | None = None
    gemeente: str | None = None
    verblijfsvergunning: str | None = None
    per: date | None = None
    gebeurtenisId: str | None = None
    stand: Literal['onbekend', 'actief', 'tijdelijk-vrijgesteld'] | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringsplichtVastgesteldOntvangen(Ontvangen):
    """DUO heeft vastgesteld dat de persoon inburgeringsplichtig is."""

    TYPE: ClassVar[str] = "inburgeringsplicht-vastgesteld"
    doelgroep: Literal['onbekend', 'asielstatushouder', 'gezinsmigrant', 'overige-migrant', 'gezins-overig-onbepaald'] | None = None
    detail_doelgroep: str | None = None
    wet: Literal['onbekend', 'Wi2013', 'Wi2021'] | None = None
    kennisgeving: date | None = None
    gemeente: str | None = None
    verblijfsvergunning: str | None = None
    per: date | None = None
    gebeurtenisId: str | None = None
    stand: Literal['onbekend', 'actief', 'tijdelijk-vrijgesteld'] | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnGestart(TeMelden):
    """De inburgeringstermijn is gestart: de dag na de dagtekening van het eerste PIP."""

    TYPE: ClassVar[str] = "inburgeringstermijn-gestart"
    startdatum: date
    einddatum: date


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnGestartOntvangen(Ontvangen):
    """De inburgeringstermijn is gestart: de dag na de dagtekening van het eerste PIP."""

    TYPE: ClassVar[str] = "inburgeringstermijn-gestart"
    startdatum: date | None = None
    einddatum: date | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnHervat(TeMelden):
    """De inburgeringstermijn loopt weer."""

    TYPE: ClassVar[str] = "inburgeringstermijn-hervat"
    per: date | None = None
    einddatum: date | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnHervatOntvangen(Ontvangen):
    """De inburgeringstermijn loopt weer."""

    TYPE: ClassVar[str] = "inburgeringstermijn-hervat"
    per: date | None = None
    einddatum: date | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnOpgeschort(TeMelden):
    """De inburgeringstermijn staat stil, zolang een tijdelijke vrijstelling geldt."""

    TYPE: ClassVar[str] = "inburgeringstermijn-opgeschort"
    per: date | None = None
    startdatum: date | None = None
    einddatum: date | None = None
    grond: str | None = None
    reden: str | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnOpgeschortOntvangen(Ontvangen):
    """De inburgeringstermijn staat stil, zolang een tijdelijke vrijstelling geldt."""

    TYPE: ClassVar[str] = "inburgeringstermijn-opgeschort"
    per: date | None = None
    startdatum: date | None = None
    einddatum: date | None = None
    grond: str | None = None
    reden: str | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnOpnieuwGestart(TeMelden):
    """Na een boete geldt een nieuwe inburgeringstermijn."""

    TYPE: ClassVar[str] = "inburgeringstermijn-opnieuw-gestart"
    startdatum: date
    einddatum: date | None = None
    grond: str | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnOpnieuwGestartOntvangen(Ontvangen):
    """Na een boete geldt een nieuwe inburgeringstermijn."""

    TYPE: ClassVar[str] = "inburgeringstermijn-opnieuw-gestart"
    startdatum: date | None = None
    einddatum: date | None = None
    grond: str | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnVerlengd(TeMelden):
    """DUO heeft de inburgeringstermijn verlengd."""

    TYPE: ClassVar[str] = "inburgeringstermijn-verlengd"
    einddatum: date
    grond: str | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringstermijnVerlengdOntvangen(Ontvangen):
    """DUO heeft de inburgeringstermijn verlengd."""

    TYPE: ClassVar[str] = "inburgeringstermijn-verlengd"
    einddatum: date | None = None
    grond: str | None = None


@dataclass(frozen=True, kw_only=True)
class LeerbaarheidstoetsAangemeld(TeMelden):
    """De persoon is aangemeld voor de leerbaarheidstoets."""

    TYPE: ClassVar[str] = "leerbaarheidstoets-aangemeld"
    examennummer: str
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class LeerbaarheidstoetsAangemeldOntvangen(Ontvangen):
    """De persoon is aangemeld voor de leerbaarheidstoets."""

    TYPE: ClassVar[str] = "leerbaarheidstoets-aangemeld"
    examennummer: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class LeerbaarheidstoetsUitslagBekend(TeMelden):
    """De uitslag van de leerbaarheidstoets is bekend."""

    TYPE: ClassVar[str] = "leerbaarheidstoets-uitslag-bekend"
    resultaat: Literal['onbekend', 'B1-route-haalbaar', 'B1-route-niet-haalbaar']
    behaalde_score: str | None = None
    benodigde_score: str | None = None
    datum_afname: date | None = None


@dataclass(frozen=True, kw_only=True)
class LeerbaarheidstoetsUitslagBekendOntvangen(Ontvangen):
    """De uitslag van de leerbaarheidstoets is bekend."""

    TYPE: ClassVar[str] = "leerbaarheidstoets-uitslag-bekend"
    resultaat: Literal['onbekend', 'B1-route-haalbaar', 'B1-route-niet-haalbaar'] | None = None
    behaalde_score: str | None = None
    benodigde_score: str | None = None
    datum_afname: date | None = None


@dataclass(frozen=True, kw_only=True)
class MeldingGeweigerd(TeMelden):
    """DUO heeft een melding van de gemeente niet verwerkt, of zij is niet voorgelegd omdat dat niet mocht of kon; met de reden."""

    TYPE: ClassVar[str] = "melding-geweigerd"
    betreft: str
    gebeurtenis: str
    gemeente: str
    reden: Literal['onbekend', 'regel', 'persoon-onbekend', 'niet-relevant', 'onvolledig', 'instelling-onbekend', 'ongeldig']
    fouten: list[str] | tuple[str, ...] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class MeldingGeweigerdOntvangen(Ontvangen):
    """DUO heeft een melding van de gemeente niet verwerkt, of zij is niet voorgelegd omdat dat niet mocht of kon; met de reden."""

    TYPE: ClassVar[str] = "melding-geweigerd"
    betreft: str | None = None
    gebeurtenis: str | None = None
    gemeente: str | None = None
    reden: Literal['onbekend', 'regel', 'persoon-onbekend', 'niet-relevant', 'onvolledig', 'instelling-onbekend', 'ongeldig'] | None = None
    fouten: list[str] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class PersoonVerhuisd(TeMelden):
    """De persoon is volgens de BRP naar een andere gemeente verhuisd."""

    TYPE: ClassVar[str] = "persoon-verhuisd"
    van: str | None = None
    naar: str
    datum: date


@dataclass(frozen=True, kw_only=True)
class PersoonVerhuisdOntvangen(Ontvangen):
    """De persoon is volgens de BRP naar een andere gemeente verhuisd."""

    TYPE: ClassVar[str] = "persoon-verhuisd"
    van: str | None = None
    naar: str | None = None
    datum: date | None = None
