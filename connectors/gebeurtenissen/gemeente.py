# SPDX-License-Identifier: EUPL-1.2
"""Typed events of gemeente, made from `schemas/` by `python -m connectors.typed`: do not edit."""

# fmt: off
# ruff: noqa
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from connectors.typed import Ontvangen, TeMelden


@dataclass(frozen=True, kw_only=True)
class AdviesUitgebracht(TeMelden):
    """De gemeente adviseert over bijzondere individuele omstandigheden."""

    TYPE: ClassVar[str] = "advies-uitgebracht"
    soort: Literal['onbekend', 'ontheffing', 'verlenging', 'naturalisatie'] | None = None
    grond: Literal['onbekend', 'BIO', 'MED', 'inspanning'] | None = None
    oordeel: Literal['onbekend', 'positief', 'negatief'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class AdviesUitgebrachtOntvangen(Ontvangen):
    """De gemeente adviseert over bijzondere individuele omstandigheden."""

    TYPE: ClassVar[str] = "advies-uitgebracht"
    soort: Literal['onbekend', 'ontheffing', 'verlenging', 'naturalisatie'] | None = None
    grond: Literal['onbekend', 'BIO', 'MED', 'inspanning'] | None = None
    oordeel: Literal['onbekend', 'positief', 'negatief'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class AfschalingBesloten(TeMelden):
    """De gemeente besluit op een verzoek om afschaling."""

    TYPE: ClassVar[str] = "afschaling-besloten"
    besluit: Literal['onbekend', 'toegewezen', 'afgewezen', 'aangehouden']
    van: Literal['onbekend', 'A2', 'B1', 'B2', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    naar: Literal['onbekend', 'A2', 'B1', 'B2', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    reden: Literal['onbekend', 'onvoldoende-uren', 'onvoldoende-inspanning', 'onderbouwing-ontbreekt', 'niveau-niet-haalbaar'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class AfschalingBeslotenOntvangen(Ontvangen):
    """De gemeente besluit op een verzoek om afschaling."""

    TYPE: ClassVar[str] = "afschaling-besloten"
    besluit: Literal['onbekend', 'toegewezen', 'afgewezen', 'aangehouden'] | None = None
    van: Literal['onbekend', 'A2', 'B1', 'B2', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    naar: Literal['onbekend', 'A2', 'B1', 'B2', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    reden: Literal['onbekend', 'onvoldoende-uren', 'onvoldoende-inspanning', 'onderbouwing-ontbreekt', 'niveau-niet-haalbaar'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class AssessmentUitslagBekend(TeMelden):
    """De uitslag van een onderzoek naar opleiding of werk."""

    TYPE: ClassVar[str] = "assessment-uitslag-bekend"
    soort: Literal['onbekend', 'PPSV', 'NOA', 'diplomawaardering', 'praktijkassessment']
    resultaat: str | None = None
    bij: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class AssessmentUitslagBekendOntvangen(Ontvangen):
    """De uitslag van een onderzoek naar opleiding of werk."""

    TYPE: ClassVar[str] = "assessment-uitslag-bekend"
    soort: Literal['onbekend', 'PPSV', 'NOA', 'diplomawaardering', 'praktijkassessment'] | None = None
    resultaat: str | None = None
    bij: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BegeleidingBeeindigd(TeMelden):
    """De gemeente beëindigt de opdracht tot maatschappelijke begeleiding."""

    TYPE: ClassVar[str] = "begeleiding-beeindigd"
    begeleider: str
    per: date


@dataclass(frozen=True, kw_only=True)
class BegeleidingBeeindigdOntvangen(Ontvangen):
    """De gemeente beëindigt de opdracht tot maatschappelijke begeleiding."""

    TYPE: ClassVar[str] = "begeleiding-beeindigd"
    begeleider: str | None = None
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class BegeleidingOpgedragen(TeMelden):
    """De gemeente draagt de maatschappelijke begeleiding op."""

    TYPE: ClassVar[str] = "begeleiding-opgedragen"
    begeleider: str
    contact: str | None = None
    voornamen: str | None = None
    achternaam: str | None = None
    telefoon: str | None = None
    volgende_stap: str | None = None
    begindatum: date | None = None
    onderaannemer: str | None = None


@dataclass(frozen=True, kw_only=True)
class BegeleidingOpgedragenOntvangen(Ontvangen):
    """De gemeente draagt de maatschappelijke begeleiding op."""

    TYPE: ClassVar[str] = "begeleiding-opgedragen"
    begeleider: str | None = None
    contact: str | None = None
    voornamen: str | None = None
    achternaam: str | None = None
    telefoon: str | None = None
    volgende_stap: str | None = None
    begindatum: date | None = None
    onderaannemer: str | None = None


@dataclass(frozen=True, kw_only=True)
class BijstandBeeindigd(TeMelden):
    """Het recht op bijstand is geëindigd."""

    TYPE: ClassVar[str] = "bijstand-beeindigd"
    per: date | None = None
    reden: Literal['onbekend', 'werk', 'studie', 'verhuizing', 'overig'] | None = None


@dataclass(frozen=True, kw_only=True)
class BijstandBeeindigdOntvangen(Ontvangen):
    """Het recht op bijstand is geëindigd."""

    TYPE: ClassVar[str] = "bijstand-beeindigd"
    per: date | None = None
    reden: Literal['onbekend', 'werk', 'studie', 'verhuizing', 'overig'] | None = None


@dataclass(frozen=True, kw_only=True)
class BijstandToegekend(TeMelden):
    """De persoon heeft recht op bijstand."""

    TYPE: ClassVar[str] = "bijstand-toegekend"
    per: date | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BijstandToegekendOntvangen(Ontvangen):
    """De persoon heeft recht op bijstand."""

    TYPE: ClassVar[str] = "bijstand-toegekend"
    per: date | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BoeteOpgelegd(TeMelden):
    """Er is een bestuurlijke boete opgelegd."""

    TYPE: ClassVar[str] = "boete-opgelegd"
    bedrag_eurocent: int | None = None
    datum: date
    artikel: str | None = None


@dataclass(frozen=True, kw_only=True)
class BoeteOpgelegdOntvangen(Ontvangen):
    """Er is een bestuurlijke boete opgelegd."""

    TYPE: ClassVar[str] = "boete-opgelegd"
    bedrag_eurocent: int | None = None
    datum: date | None = None
    artikel: str | None = None


@dataclass(frozen=True, kw_only=True)
class BredeIntakeAfgerond(TeMelden):
    """De brede intake is afgerond; na drie vergeefse oproepen in afwezigheid."""

    TYPE: ClassVar[str] = "brede-intake-afgerond"
    datum: date
    wijze: Literal['onbekend', 'gesprek', 'in-afwezigheid'] | None = None
    leerbaarheid: str | None = None
    aandachtspunten: list[Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie']] | tuple[Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie'], ...] | None = None
    belastbaarheid: Literal['onbekend', 'volledig', 'beperkt', 'geen'] | None = None


@dataclass(frozen=True, kw_only=True)
class BredeIntakeAfgerondOntvangen(Ontvangen):
    """De brede intake is afgerond; na drie vergeefse oproepen in afwezigheid."""

    TYPE: ClassVar[str] = "brede-intake-afgerond"
    datum: date | None = None
    wijze: Literal['onbekend', 'gesprek', 'in-afwezigheid'] | None = None
    leerbaarheid: str | None = None
    aandachtspunten: list[Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie']] | None = None
    belastbaarheid: Literal['onbekend', 'volledig', 'beperkt', 'geen'] | None = None


@dataclass(frozen=True, kw_only=True)
class BredeIntakeNietVerschenen(TeMelden):
    """De persoon is niet op de oproep voor de brede intake verschenen."""

    TYPE: ClassVar[str] = "brede-intake-niet-verschenen"
    oproep: int | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BredeIntakeNietVerschenenOntvangen(Ontvangen):
    """De persoon is niet op de oproep voor de brede intake verschenen."""

    TYPE: ClassVar[str] = "brede-intake-niet-verschenen"
    oproep: int | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BredeIntakeOpgeroepen(TeMelden):
    """De gemeente heeft de persoon opgeroepen voor de brede intake."""

    TYPE: ClassVar[str] = "brede-intake-opgeroepen"
    oproep: int | None = None
    termijn_tot: date | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BredeIntakeOpgeroepenOntvangen(Ontvangen):
    """De gemeente heeft de persoon opgeroepen voor de brede intake."""

    TYPE: ClassVar[str] = "brede-intake-opgeroepen"
    oproep: int | None = None
    termijn_tot: date | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContactvoorkeurVastgesteld(TeMelden):
    """Hoe de persoon veilig te bereiken is."""

    TYPE: ClassVar[str] = "contactvoorkeur-vastgesteld"
    geheim_adres: bool | None = None
    wijze: Literal['onbekend', 'telefoon', 'e-mail', 'post', 'persoonlijk', 'via-begeleider', 'geen'] | None = None
    taal: str | None = None
    tolk: bool | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContactvoorkeurVastgesteldOntvangen(Ontvangen):
    """Hoe de persoon veilig te bereiken is."""

    TYPE: ClassVar[str] = "contactvoorkeur-vastgesteld"
    geheim_adres: bool | None = None
    wijze: Literal['onbekend', 'telefoon', 'e-mail', 'post', 'persoonlijk', 'via-begeleider', 'geen'] | None = None
    taal: str | None = None
    tolk: bool | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContractBeeindigd(TeMelden):
    """De overeenkomst met een aanbieder of begeleider eindigt; daarmee ook wat die namens deze gemeente van de persoon krijgt."""

    TYPE: ClassVar[str] = "contract-beeindigd"
    organisatie: str
    per: date
    reden: Literal['onbekend', 'afgelopen', 'opgezegd', 'ontbonden'] | None = None


@dataclass(frozen=True, kw_only=True)
class ContractBeeindigdOntvangen(Ontvangen):
    """De overeenkomst met een aanbieder of begeleider eindigt; daarmee ook wat die namens deze gemeente van de persoon krijgt."""

    TYPE: ClassVar[str] = "contract-beeindigd"
    organisatie: str | None = None
    per: date | None = None
    reden: Literal['onbekend', 'afgelopen', 'opgezegd', 'ontbonden'] | None = None


@dataclass(frozen=True, kw_only=True)
class ContractVastgesteld(TeMelden):
    """De gemeente heeft voor deze persoon een overeenkomst met een aanbieder of begeleider."""

    TYPE: ClassVar[str] = "contract-vastgesteld"
    organisatie: str
    van: date
    tot: date | None = None
    componenten: list[Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie', 'begeleiding']] | tuple[Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie', 'begeleiding'], ...] | None = None
    leerroutes: list[Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route']] | tuple[Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'], ...] | None = None
    nummer: str | None = None


@dataclass(frozen=True, kw_only=True)
class ContractVastgesteldOntvangen(Ontvangen):
    """De gemeente heeft voor deze persoon een overeenkomst met een aanbieder of begeleider."""

    TYPE: ClassVar[str] = "contract-vastgesteld"
    organisatie: str | None = None
    van: date | None = None
    tot: date | None = None
    componenten: list[Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie', 'begeleiding']] | None = None
    leerroutes: list[Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route']] | None = None
    nummer: str | None = None


@dataclass(frozen=True, kw_only=True)
class DossierIngebracht(TeMelden):
    """De gemeente brengt een lopend dossier in: wat voor die dag had moeten gebeuren, is geen nieuw gemis."""

    TYPE: ClassVar[str] = "dossier-ingebracht"
    per: date


@dataclass(frozen=True, kw_only=True)
class DossierIngebrachtOntvangen(Ontvangen):
    """De gemeente brengt een lopend dossier in: wat voor die dag had moeten gebeuren, is geen nieuw gemis."""

    TYPE: ClassVar[str] = "dossier-ingebracht"
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class GegevensOpgevraagd(TeMelden):
    """Een vastgelegd verzoek om gegevens; opent stromen die alleen desgevraagd mogen."""

    TYPE: ClassVar[str] = "gegevens-opgevraagd"
    aan: str
    gebeurtenissen: list[str] | tuple[str, ...] | None = None
    categorieen: list[str] | tuple[str, ...] | None = None
    van: date | None = None
    tot: date | None = None
    doel: str | None = None


@dataclass(frozen=True, kw_only=True)
class GegevensOpgevraagdOntvangen(Ontvangen):
    """Een vastgelegd verzoek om gegevens; opent stromen die alleen desgevraagd mogen."""

    TYPE: ClassVar[str] = "gegevens-opgevraagd"
    aan: str | None = None
    gebeurtenissen: list[str] | None = None
    categorieen: list[str] | None = None
    van: date | None = None
    tot: date | None = None
    doel: str | None = None


@dataclass(frozen=True, kw_only=True)
class GevolgdeUrenVastgesteld(TeMelden):
    """De gemeente stelt vast hoeveel uren in totaal zijn gevolgd; een later totaal vervangt een eerder."""

    TYPE: ClassVar[str] = "gevolgde-uren-vastgesteld"
    soort: Literal['onbekend', 'taal-knm-brede-intake', 'participatieactiviteiten', 'taal-knm'] | None = None
    uren: int
    datum: date | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    uren_participatie: int | None = None
    erkend: bool | None = None
    bron_uren: Literal['onbekend', 'les', 'zelfstudie', 'werk', 'vrijwilligerswerk', 'stage', 'voorinburgering', 'participatie'] | None = None
    van: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class GevolgdeUrenVastgesteldOntvangen(Ontvangen):
    """De gemeente stelt vast hoeveel uren in totaal zijn gevolgd; een later totaal vervangt een eerder."""

    TYPE: ClassVar[str] = "gevolgde-uren-vastgesteld"
    soort: Literal['onbekend', 'taal-knm-brede-intake', 'participatieactiviteiten', 'taal-knm'] | None = None
    uren: int | None = None
    datum: date | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    uren_participatie: int | None = None
    erkend: bool | None = None
    bron_uren: Literal['onbekend', 'les', 'zelfstudie', 'werk', 'vrijwilligerswerk', 'stage', 'voorinburgering', 'participatie'] | None = None
    van: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class HuisvestingGevonden(TeMelden):
    """Er is een woning."""

    TYPE: ClassVar[str] = "huisvesting-gevonden"
    datum: date | None = None
    begindatum: date | None = None
    huisvestingswet_28: bool | None = None


@dataclass(frozen=True, kw_only=True)
class HuisvestingGevondenOntvangen(Ontvangen):
    """Er is een woning."""

    TYPE: ClassVar[str] = "huisvesting-gevonden"
    datum: date | None = None
    begindatum: date | None = None
    huisvestingswet_28: bool | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringsaanbodGedaan(TeMelden):
    """De gemeente heeft een asielstatushouder een cursus aangeboden."""

    TYPE: ClassVar[str] = "inburgeringsaanbod-gedaan"
    taalschool: str | None = None
    datum: date
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    verwachte_startdatum: date | None = None
    instellingsnummer: str | None = None
    verwachte_einddatum: date | None = None
    alfabetisering: Literal['onbekend', 'A', 'AA', 'NVT'] | None = None


@dataclass(frozen=True, kw_only=True)
class InburgeringsaanbodGedaanOntvangen(Ontvangen):
    """De gemeente heeft een asielstatushouder een cursus aangeboden."""

    TYPE: ClassVar[str] = "inburgeringsaanbod-gedaan"
    taalschool: str | None = None
    datum: date | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    verwachte_startdatum: date | None = None
    instellingsnummer: str | None = None
    verwachte_einddatum: date | None = None
    alfabetisering: Literal['onbekend', 'A', 'AA', 'NVT'] | None = None


@dataclass(frozen=True, kw_only=True)
class InformatieOntvangen(TeMelden):
    """De gevraagde informatie van een derde is ontvangen; het PIP volgt binnen twee weken."""

    TYPE: ClassVar[str] = "informatie-ontvangen"
    bij: str
    soort: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class InformatieOntvangenOntvangen(Ontvangen):
    """De gevraagde informatie van een derde is ontvangen; het PIP volgt binnen twee weken."""

    TYPE: ClassVar[str] = "informatie-ontvangen"
    bij: str | None = None
    soort: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class InformatieOpgevraagd(TeMelden):
    """De gemeente heeft bij een derde informatie gevraagd die voor het PIP nodig is; de termijn schuift als die laat komt."""

    TYPE: ClassVar[str] = "informatie-opgevraagd"
    bij: str
    soort: str | None = None
    datum: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class InformatieOpgevraagdOntvangen(Ontvangen):
    """De gemeente heeft bij een derde informatie gevraagd die voor het PIP nodig is; de termijn schuift als die laat komt."""

    TYPE: ClassVar[str] = "informatie-opgevraagd"
    bij: str | None = None
    soort: str | None = None
    datum: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class KennisgevingBevestigd(TeMelden):
    """De ontvanger heeft een kennisgeving verwerkt: een ingetrokken toestemming, een correctie of een intrekking."""

    TYPE: ClassVar[str] = "kennisgeving-bevestigd"
    betreft: str
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class KennisgevingBevestigdOntvangen(Ontvangen):
    """De ontvanger heeft een kennisgeving verwerkt: een ingetrokken toestemming, een correctie of een intrekking."""

    TYPE: ClassVar[str] = "kennisgeving-bevestigd"
    betreft: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class LeerrouteGewijzigd(TeMelden):
    """De persoon gaat over op een andere leerroute."""

    TYPE: ClassVar[str] = "leerroute-gewijzigd"
    van: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    naar: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route']
    dagtekening: date | None = None
    niveau: Literal['onbekend', 'A2', 'B1'] | None = None


@dataclass(frozen=True, kw_only=True)
class LeerrouteGewijzigdOntvangen(Ontvangen):
    """De persoon gaat over op een andere leerroute."""

    TYPE: ClassVar[str] = "leerroute-gewijzigd"
    van: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    naar: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    dagtekening: date | None = None
    niveau: Literal['onbekend', 'A2', 'B1'] | None = None


@dataclass(frozen=True, kw_only=True)
class MachtigingGegeven(TeMelden):
    """De persoon gaf een machtiging."""

    TYPE: ClassVar[str] = "machtiging-gegeven"
    soort: Literal['onbekend', 'zorgtoeslag', 'huurtoeslag', 'kinderopvangtoeslag', 'kindgebonden-budget', 'kinderbijslag'] | None = None
    ontvanger: str | None = None
    datum: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class MachtigingGegevenOntvangen(Ontvangen):
    """De persoon gaf een machtiging."""

    TYPE: ClassVar[str] = "machtiging-gegeven"
    soort: Literal['onbekend', 'zorgtoeslag', 'huurtoeslag', 'kinderopvangtoeslag', 'kindgebonden-budget', 'kinderbijslag'] | None = None
    ontvanger: str | None = None
    datum: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class MachtigingGevraagd(TeMelden):
    """Aan de persoon is een machtiging gevraagd om toeslagen te innen."""

    TYPE: ClassVar[str] = "machtiging-gevraagd"
    soort: Literal['onbekend', 'zorgtoeslag', 'huurtoeslag', 'kinderopvangtoeslag', 'kindgebonden-budget', 'kinderbijslag'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class MachtigingGevraagdOntvangen(Ontvangen):
    """Aan de persoon is een machtiging gevraagd om toeslagen te innen."""

    TYPE: ClassVar[str] = "machtiging-gevraagd"
    soort: Literal['onbekend', 'zorgtoeslag', 'huurtoeslag', 'kinderopvangtoeslag', 'kindgebonden-budget', 'kinderbijslag'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class MachtigingIngetrokken(TeMelden):
    """De persoon trok een machtiging in."""

    TYPE: ClassVar[str] = "machtiging-ingetrokken"
    betreft: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class MachtigingIngetrokkenOntvangen(Ontvangen):
    """De persoon trok een machtiging in."""

    TYPE: ClassVar[str] = "machtiging-ingetrokken"
    betreft: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class MapAfgerond(TeMelden):
    """De module Arbeidsmarkt en Participatie is afgerond met het eindgesprek."""

    TYPE: ClassVar[str] = "map-afgerond"
    datum: date
    verwijtbaar: bool | None = None
    wijze: Literal['onbekend', 'eindgesprek', 'afgetekend'] | None = None


@dataclass(frozen=True, kw_only=True)
class MapAfgerondOntvangen(Ontvangen):
    """De module Arbeidsmarkt en Participatie is afgerond met het eindgesprek."""

    TYPE: ClassVar[str] = "map-afgerond"
    datum: date | None = None
    verwijtbaar: bool | None = None
    wijze: Literal['onbekend', 'eindgesprek', 'afgetekend'] | None = None


@dataclass(frozen=True, kw_only=True)
class NaturalisatieverzoekGemeld(TeMelden):
    """De persoon vertelde dat hij naturalisatie heeft gevraagd."""

    TYPE: ClassVar[str] = "naturalisatieverzoek-gemeld"
    datum: date | None = None
    termijn_loopt_door: bool | None = None


@dataclass(frozen=True, kw_only=True)
class NaturalisatieverzoekGemeldOntvangen(Ontvangen):
    """De persoon vertelde dat hij naturalisatie heeft gevraagd."""

    TYPE: ClassVar[str] = "naturalisatieverzoek-gemeld"
    datum: date | None = None
    termijn_loopt_door: bool | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgingBeeindigd(TeMelden):
    """Het ontzorgen is geëindigd."""

    TYPE: ClassVar[str] = "ontzorging-beeindigd"
    per: date | None = None
    reden: Literal['onbekend', 'zelfredzaam', 'bijstand-beeindigd', 'periode-voorbij', 'verhuizing', 'overig'] | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgingBeeindigdOntvangen(Ontvangen):
    """Het ontzorgen is geëindigd."""

    TYPE: ClassVar[str] = "ontzorging-beeindigd"
    per: date | None = None
    reden: Literal['onbekend', 'zelfredzaam', 'bijstand-beeindigd', 'periode-voorbij', 'verhuizing', 'overig'] | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgingBesloten(TeMelden):
    """De gemeente besluit of en hoe zij ontzorgt."""

    TYPE: ClassVar[str] = "ontzorging-besloten"
    vorm: Literal['onbekend', 'volledig', 'deels', 'alternatief', 'geen']
    reden: Literal['onbekend', 'zelfredzaam', 'eigen-inkomen', 'schulden', 'alternatief-aanwezig', 'geen-bijstand', 'overig'] | None = None
    onderdelen: list[Literal['onbekend', 'huur', 'energie', 'water', 'zorgverzekering']] | tuple[Literal['onbekend', 'huur', 'energie', 'water', 'zorgverzekering'], ...] | None = None
    per: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgingBeslotenOntvangen(Ontvangen):
    """De gemeente besluit of en hoe zij ontzorgt."""

    TYPE: ClassVar[str] = "ontzorging-besloten"
    vorm: Literal['onbekend', 'volledig', 'deels', 'alternatief', 'geen'] | None = None
    reden: Literal['onbekend', 'zelfredzaam', 'eigen-inkomen', 'schulden', 'alternatief-aanwezig', 'geen-bijstand', 'overig'] | None = None
    onderdelen: list[Literal['onbekend', 'huur', 'energie', 'water', 'zorgverzekering']] | None = None
    per: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgingGestart(TeMelden):
    """Het ontzorgen is begonnen."""

    TYPE: ClassVar[str] = "ontzorging-gestart"
    begindatum: date | None = None
    vorm: Literal['onbekend', 'volledig', 'deels', 'alternatief', 'geen'] | None = None
    onderdelen: list[Literal['onbekend', 'huur', 'energie', 'water', 'zorgverzekering']] | tuple[Literal['onbekend', 'huur', 'energie', 'water', 'zorgverzekering'], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgingGestartOntvangen(Ontvangen):
    """Het ontzorgen is begonnen."""

    TYPE: ClassVar[str] = "ontzorging-gestart"
    begindatum: date | None = None
    vorm: Literal['onbekend', 'volledig', 'deels', 'alternatief', 'geen'] | None = None
    onderdelen: list[Literal['onbekend', 'huur', 'energie', 'water', 'zorgverzekering']] | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgingVerlengd(TeMelden):
    """Het ontzorgen duurt langer dan zes maanden."""

    TYPE: ClassVar[str] = "ontzorging-verlengd"
    tot: date | None = None
    einddatum: date | None = None
    reden: Literal['onbekend', 'nog-niet-zelfredzaam', 'schulden', 'toeslagen-niet-geregeld', 'overig'] | None = None


@dataclass(frozen=True, kw_only=True)
class OntzorgingVerlengdOntvangen(Ontvangen):
    """Het ontzorgen duurt langer dan zes maanden."""

    TYPE: ClassVar[str] = "ontzorging-verlengd"
    tot: date | None = None
    einddatum: date | None = None
    reden: Literal['onbekend', 'nog-niet-zelfredzaam', 'schulden', 'toeslagen-niet-geregeld', 'overig'] | None = None


@dataclass(frozen=True, kw_only=True)
class OverdrachtAangeboden(TeMelden):
    """De regie over de persoon wordt aangeboden aan een ander."""

    TYPE: ClassVar[str] = "overdracht-aangeboden"
    naar: str
    van: str | None = None
    per: date | None = None
    regievoerder: str | None = None


@dataclass(frozen=True, kw_only=True)
class OverdrachtAangebodenOntvangen(Ontvangen):
    """De regie over de persoon wordt aangeboden aan een ander."""

    TYPE: ClassVar[str] = "overdracht-aangeboden"
    naar: str | None = None
    van: str | None = None
    per: date | None = None
    regievoerder: str | None = None


@dataclass(frozen=True, kw_only=True)
class OverdrachtBevestigd(TeMelden):
    """Wie de persoon overneemt bevestigt dat."""

    TYPE: ClassVar[str] = "overdracht-bevestigd"
    van: str | None = None
    naar: str | None = None
    per: date | None = None
    regievoerder: str | None = None


@dataclass(frozen=True, kw_only=True)
class OverdrachtBevestigdOntvangen(Ontvangen):
    """Wie de persoon overneemt bevestigt dat."""

    TYPE: ClassVar[str] = "overdracht-bevestigd"
    van: str | None = None
    naar: str | None = None
    per: date | None = None
    regievoerder: str | None = None


@dataclass(frozen=True, kw_only=True)
class ParticipatieToegewezen(TeMelden):
    """De persoon is toegewezen aan een aanbieder van participatie."""

    TYPE: ClassVar[str] = "participatie-toegewezen"
    organisatie: str
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    begindatum: date | None = None
    per: date | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    onderaannemer: str | None = None
    contact: str | None = None
    voornamen: str | None = None
    achternaam: str | None = None
    telefoon: str | None = None


@dataclass(frozen=True, kw_only=True)
class ParticipatieToegewezenOntvangen(Ontvangen):
    """De persoon is toegewezen aan een aanbieder van participatie."""

    TYPE: ClassVar[str] = "participatie-toegewezen"
    organisatie: str | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    begindatum: date | None = None
    per: date | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    onderaannemer: str | None = None
    contact: str | None = None
    voornamen: str | None = None
    achternaam: str | None = None
    telefoon: str | None = None


@dataclass(frozen=True, kw_only=True)
class PersoonOverleden(TeMelden):
    """De persoon is overleden; anderen zien alleen dat hun relatie eindigt."""

    TYPE: ClassVar[str] = "persoon-overleden"
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class PersoonOverledenOntvangen(Ontvangen):
    """De persoon is overleden; anderen zien alleen dat hun relatie eindigt."""

    TYPE: ClassVar[str] = "persoon-overleden"
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class PipGewijzigd(TeMelden):
    """Het PIP is gewijzigd: de beschikking zelf of alleen het plan."""

    TYPE: ClassVar[str] = "pip-gewijzigd"
    dagtekening: date
    laag: Literal['onbekend', 'beschikking', 'plan'] | None = None
    raakt_beschikking: bool | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    niveau: Literal['onbekend', 'A2', 'B1'] | None = None
    uren_b1_route: int | None = None
    opleiding_afmaken: bool | None = None
    alfabetisering: Literal['onbekend', 'A', 'AA', 'NVT'] | None = None
    aandachtspunt: Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie'] | None = None
    afspraak: str | None = None


@dataclass(frozen=True, kw_only=True)
class PipGewijzigdOntvangen(Ontvangen):
    """Het PIP is gewijzigd: de beschikking zelf of alleen het plan."""

    TYPE: ClassVar[str] = "pip-gewijzigd"
    dagtekening: date | None = None
    laag: Literal['onbekend', 'beschikking', 'plan'] | None = None
    raakt_beschikking: bool | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    niveau: Literal['onbekend', 'A2', 'B1'] | None = None
    uren_b1_route: int | None = None
    opleiding_afmaken: bool | None = None
    alfabetisering: Literal['onbekend', 'A', 'AA', 'NVT'] | None = None
    aandachtspunt: Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie'] | None = None
    afspraak: str | None = None


@dataclass(frozen=True, kw_only=True)
class PipIngetrokken(TeMelden):
    """Het PIP is ingetrokken."""

    TYPE: ClassVar[str] = "pip-ingetrokken"
    dagtekening: date | None = None
    reden: str | None = None


@dataclass(frozen=True, kw_only=True)
class PipIngetrokkenOntvangen(Ontvangen):
    """Het PIP is ingetrokken."""

    TYPE: ClassVar[str] = "pip-ingetrokken"
    dagtekening: date | None = None
    reden: str | None = None


@dataclass(frozen=True, kw_only=True)
class PipVastgesteld(TeMelden):
    """Het Persoonlijk plan Inburgering en Participatie is vastgesteld: een beschikking met een plan."""

    TYPE: ClassVar[str] = "pip-vastgesteld"
    dagtekening: date
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route']
    niveau: Literal['onbekend', 'A2', 'B1'] | None = None
    wijze: Literal['onbekend', 'ondertekend', 'eenzijdig'] | None = None
    intensiteit_uren_per_week: int | None = None
    voortgangsgesprekken: int | None = None
    afwijking_toets: bool | None = None
    aandachtspunten: list[Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie']] | tuple[Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie'], ...] | None = None
    uren_b1_route: int | None = None
    opleiding_afmaken: bool | None = None
    alfabetisering: Literal['onbekend', 'A', 'AA', 'NVT'] | None = None
    aandachtspunt: Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie'] | None = None
    afspraak: str | None = None
    laag: Literal['onbekend', 'beschikking', 'plan'] | None = None
    raakt_beschikking: bool | None = None


@dataclass(frozen=True, kw_only=True)
class PipVastgesteldOntvangen(Ontvangen):
    """Het Persoonlijk plan Inburgering en Participatie is vastgesteld: een beschikking met een plan."""

    TYPE: ClassVar[str] = "pip-vastgesteld"
    dagtekening: date | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    niveau: Literal['onbekend', 'A2', 'B1'] | None = None
    wijze: Literal['onbekend', 'ondertekend', 'eenzijdig'] | None = None
    intensiteit_uren_per_week: int | None = None
    voortgangsgesprekken: int | None = None
    afwijking_toets: bool | None = None
    aandachtspunten: list[Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie']] | None = None
    uren_b1_route: int | None = None
    opleiding_afmaken: bool | None = None
    alfabetisering: Literal['onbekend', 'A', 'AA', 'NVT'] | None = None
    aandachtspunt: Literal['onbekend', 'financien', 'verslaving', 'zorgtaken', 'justitie', 'taal', 'digitale-vaardigheden', 'lichamelijke-gezondheid', 'psychische-gezondheid', 'woonsituatie'] | None = None
    afspraak: str | None = None
    laag: Literal['onbekend', 'beschikking', 'plan'] | None = None
    raakt_beschikking: bool | None = None


@dataclass(frozen=True, kw_only=True)
class PvtOndertekend(TeMelden):
    """De participatieverklaring is ondertekend: het participatieverklaringstraject is klaar."""

    TYPE: ClassVar[str] = "pvt-ondertekend"
    datum: date
    verwijtbaar: bool | None = None


@dataclass(frozen=True, kw_only=True)
class PvtOndertekendOntvangen(Ontvangen):
    """De participatieverklaring is ondertekend: het participatieverklaringstraject is klaar."""

    TYPE: ClassVar[str] = "pvt-ondertekend"
    datum: date | None = None
    verwijtbaar: bool | None = None


@dataclass(frozen=True, kw_only=True)
class RegievoerderToegewezen(TeMelden):
    """De persoon heeft een vaste contactpersoon, de regievoerder."""

    TYPE: ClassVar[str] = "regievoerder-toegewezen"
    regievoerder: str
    organisatie: str
    telefoon: str | None = None
    email: str | None = None
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class RegievoerderToegewezenOntvangen(Ontvangen):
    """De persoon heeft een vaste contactpersoon, de regievoerder."""

    TYPE: ClassVar[str] = "regievoerder-toegewezen"
    regievoerder: str | None = None
    organisatie: str | None = None
    telefoon: str | None = None
    email: str | None = None
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class SignaalGezien(TeMelden):
    """De eigenaar heeft het signaal gezien."""

    TYPE: ClassVar[str] = "signaal-gezien"
    signaal: str
    regel: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class SignaalGezienOntvangen(Ontvangen):
    """De eigenaar heeft het signaal gezien."""

    TYPE: ClassVar[str] = "signaal-gezien"
    signaal: str | None = None
    regel: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class SignaalOpgevolgd(TeMelden):
    """De eigenaar van een signaal heeft er iets mee gedaan."""

    TYPE: ClassVar[str] = "signaal-opgevolgd"
    signaal: str
    regel: str | None = None
    uitkomst: Literal['onbekend', 'gesprek-gevoerd', 'afspraak-gemaakt', 'geen-actie-nodig'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class SignaalOpgevolgdOntvangen(Ontvangen):
    """De eigenaar van een signaal heeft er iets mee gedaan."""

    TYPE: ClassVar[str] = "signaal-opgevolgd"
    signaal: str | None = None
    regel: str | None = None
    uitkomst: Literal['onbekend', 'gesprek-gevoerd', 'afspraak-gemaakt', 'geen-actie-nodig'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class TaalschoolGekozen(TeMelden):
    """De persoon koos zelf een taalschool."""

    TYPE: ClassVar[str] = "taalschool-gekozen"
    taalschool: str
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    begindatum: date | None = None
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class TaalschoolGekozenOntvangen(Ontvangen):
    """De persoon koos zelf een taalschool."""

    TYPE: ClassVar[str] = "taalschool-gekozen"
    taalschool: str | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    begindatum: date | None = None
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class TaalschoolToegewezen(TeMelden):
    """De persoon is aan een taalschool toegewezen; de school krijgt wat zij nodig heeft om te beginnen."""

    TYPE: ClassVar[str] = "taalschool-toegewezen"
    taalschool: str
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    begindatum: date | None = None
    termijn_einde: date | None = None
    intensiteit_uren_per_week: int | None = None
    voornamen: str | None = None
    achternaam: str | None = None
    adres: str | None = None
    postcode: str | None = None
    woonplaats: str | None = None
    telefoon: str | None = None
    onderaannemer: str | None = None
    instroommoment: date | None = None
    contact: str | None = None
    volgende_stap: str | None = None


@dataclass(frozen=True, kw_only=True)
class TaalschoolToegewezenOntvangen(Ontvangen):
    """De persoon is aan een taalschool toegewezen; de school krijgt wat zij nodig heeft om te beginnen."""

    TYPE: ClassVar[str] = "taalschool-toegewezen"
    taalschool: str | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    begindatum: date | None = None
    termijn_einde: date | None = None
    intensiteit_uren_per_week: int | None = None
    voornamen: str | None = None
    achternaam: str | None = None
    adres: str | None = None
    postcode: str | None = None
    woonplaats: str | None = None
    telefoon: str | None = None
    onderaannemer: str | None = None
    instroommoment: date | None = None
    contact: str | None = None
    volgende_stap: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToeslagOntvangen(TeMelden):
    """Er is een toeslag ontvangen."""

    TYPE: ClassVar[str] = "toeslag-ontvangen"
    soort: Literal['onbekend', 'zorgtoeslag', 'huurtoeslag', 'kinderopvangtoeslag', 'kindgebonden-budget', 'kinderbijslag'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class ToeslagOntvangenOntvangen(Ontvangen):
    """Er is een toeslag ontvangen."""

    TYPE: ClassVar[str] = "toeslag-ontvangen"
    soort: Literal['onbekend', 'zorgtoeslag', 'huurtoeslag', 'kinderopvangtoeslag', 'kindgebonden-budget', 'kinderbijslag'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class ToestemmingGegeven(TeMelden):
    """De persoon geeft toestemming: voor één doel, één ontvanger en genoemde categorieën."""

    TYPE: ClassVar[str] = "toestemming-gegeven"
    doel: str
    ontvanger: str
    categorieen: list[str] | tuple[str, ...]
    van: date
    tot: date | None = None
    taal: str | None = None
    tekstversie: str | None = None
    tolk: bool | None = None
    gegeven_via: Literal['onbekend', 'gemeente', 'begeleider'] | None = None
    door_wie: Literal['onbekend', 'persoon', 'wettelijk-vertegenwoordiger'] | None = None
    wijze: Literal['onbekend', 'schriftelijk', 'digitaal', 'mondeling'] | None = None
    privacyverklaring: str | None = None
    bewijs: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToestemmingGegevenOntvangen(Ontvangen):
    """De persoon geeft toestemming: voor één doel, één ontvanger en genoemde categorieën."""

    TYPE: ClassVar[str] = "toestemming-gegeven"
    doel: str | None = None
    ontvanger: str | None = None
    categorieen: list[str] | None = None
    van: date | None = None
    tot: date | None = None
    taal: str | None = None
    tekstversie: str | None = None
    tolk: bool | None = None
    gegeven_via: Literal['onbekend', 'gemeente', 'begeleider'] | None = None
    door_wie: Literal['onbekend', 'persoon', 'wettelijk-vertegenwoordiger'] | None = None
    wijze: Literal['onbekend', 'schriftelijk', 'digitaal', 'mondeling'] | None = None
    privacyverklaring: str | None = None
    bewijs: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToestemmingGeweigerd(TeMelden):
    """De persoon is om toestemming gevraagd en zei nee. Opent niets en sluit een eerdere voor hetzelfde doel en dezelfde ontvanger."""

    TYPE: ClassVar[str] = "toestemming-geweigerd"
    doel: str
    ontvanger: str
    categorieen: list[str] | tuple[str, ...] | None = None
    datum: date | None = None
    taal: str | None = None
    tekstversie: str | None = None
    tolk: bool | None = None
    gegeven_via: Literal['onbekend', 'gemeente', 'begeleider'] | None = None
    door_wie: Literal['onbekend', 'persoon', 'wettelijk-vertegenwoordiger'] | None = None
    wijze: Literal['onbekend', 'schriftelijk', 'digitaal', 'mondeling'] | None = None
    privacyverklaring: str | None = None
    bewijs: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToestemmingGeweigerdOntvangen(Ontvangen):
    """De persoon is om toestemming gevraagd en zei nee. Opent niets en sluit een eerdere voor hetzelfde doel en dezelfde ontvanger."""

    TYPE: ClassVar[str] = "toestemming-geweigerd"
    doel: str | None = None
    ontvanger: str | None = None
    categorieen: list[str] | None = None
    datum: date | None = None
    taal: str | None = None
    tekstversie: str | None = None
    tolk: bool | None = None
    gegeven_via: Literal['onbekend', 'gemeente', 'begeleider'] | None = None
    door_wie: Literal['onbekend', 'persoon', 'wettelijk-vertegenwoordiger'] | None = None
    wijze: Literal['onbekend', 'schriftelijk', 'digitaal', 'mondeling'] | None = None
    privacyverklaring: str | None = None
    bewijs: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToestemmingIngetrokken(TeMelden):
    """De persoon trekt een toestemming in; werkt vanaf de plaats in het logboek."""

    TYPE: ClassVar[str] = "toestemming-ingetrokken"
    betreft: str
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class ToestemmingIngetrokkenOntvangen(Ontvangen):
    """De persoon trekt een toestemming in; werkt vanaf de plaats in het logboek."""

    TYPE: ClassVar[str] = "toestemming-ingetrokken"
    betreft: str | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class ToewijzingBeeindigd(TeMelden):
    """Een toewijzing aan een taalschool of andere aanbieder eindigt."""

    TYPE: ClassVar[str] = "toewijzing-beeindigd"
    taalschool: str | None = None
    organisatie: str | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    per: date
    reden: Literal['onbekend', 'verhuizing', 'geslaagd', 'andere-school', 'contract'] | None = None


@dataclass(frozen=True, kw_only=True)
class ToewijzingBeeindigdOntvangen(Ontvangen):
    """Een toewijzing aan een taalschool of andere aanbieder eindigt."""

    TYPE: ClassVar[str] = "toewijzing-beeindigd"
    taalschool: str | None = None
    organisatie: str | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    per: date | None = None
    reden: Literal['onbekend', 'verhuizing', 'geslaagd', 'andere-school', 'contract'] | None = None


@dataclass(frozen=True, kw_only=True)
class TrajectGepauzeerd(TeMelden):
    """Het traject ligt stil; de termijn loopt door, tenzij DUO anders besluit."""

    TYPE: ClassVar[str] = "traject-gepauzeerd"
    per: date | None = None
    tot: date | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    reden: Literal['onbekend', 'wacht-op-besluit', 'verblijf-buitenland', 'zorgtaken', 'geen-kinderopvang', 'huisvesting', 'werk', 'persoonlijke-omstandigheden'] | None = None
    termijn_loopt_door: bool | None = None


@dataclass(frozen=True, kw_only=True)
class TrajectGepauzeerdOntvangen(Ontvangen):
    """Het traject ligt stil; de termijn loopt door, tenzij DUO anders besluit."""

    TYPE: ClassVar[str] = "traject-gepauzeerd"
    per: date | None = None
    tot: date | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    reden: Literal['onbekend', 'wacht-op-besluit', 'verblijf-buitenland', 'zorgtaken', 'geen-kinderopvang', 'huisvesting', 'werk', 'persoonlijke-omstandigheden'] | None = None
    termijn_loopt_door: bool | None = None


@dataclass(frozen=True, kw_only=True)
class TrajectHervat(TeMelden):
    """Het traject gaat verder."""

    TYPE: ClassVar[str] = "traject-hervat"
    per: date | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None


@dataclass(frozen=True, kw_only=True)
class TrajectHervatOntvangen(Ontvangen):
    """Het traject gaat verder."""

    TYPE: ClassVar[str] = "traject-hervat"
    per: date | None = None
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None


@dataclass(frozen=True, kw_only=True)
class UitvoerderAangewezen(TeMelden):
    """De gemeente wijst een uitvoerder aan voor deze persoon."""

    TYPE: ClassVar[str] = "uitvoerder-aangewezen"
    organisatie: str
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class UitvoerderAangewezenOntvangen(Ontvangen):
    """De gemeente wijst een uitvoerder aan voor deze persoon."""

    TYPE: ClassVar[str] = "uitvoerder-aangewezen"
    organisatie: str | None = None
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class UitvoerderBeeindigd(TeMelden):
    """De uitvoerder werkt niet meer voor deze persoon."""

    TYPE: ClassVar[str] = "uitvoerder-beeindigd"
    organisatie: str
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class UitvoerderBeeindigdOntvangen(Ontvangen):
    """De uitvoerder werkt niet meer voor deze persoon."""

    TYPE: ClassVar[str] = "uitvoerder-beeindigd"
    organisatie: str | None = None
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class VerblijfInGemeenteGeregistreerd(TeMelden):
    """De persoon is in de BRP van de gemeente ingeschreven."""

    TYPE: ClassVar[str] = "verblijf-in-gemeente-geregistreerd"
    datum_inschrijving: date
    huisvestingswet_28: bool | None = None
    geboortedatum: date | None = None
    vrijstellende_opleiding: bool | None = None


@dataclass(frozen=True, kw_only=True)
class VerblijfInGemeenteGeregistreerdOntvangen(Ontvangen):
    """De persoon is in de BRP van de gemeente ingeschreven."""

    TYPE: ClassVar[str] = "verblijf-in-gemeente-geregistreerd"
    datum_inschrijving: date | None = None
    huisvestingswet_28: bool | None = None
    geboortedatum: date | None = None
    vrijstellende_opleiding: bool | None = None


@dataclass(frozen=True, kw_only=True)
class VerzoekBeoordeeld(TeMelden):
    """Er is op een verzoek beslist."""

    TYPE: ClassVar[str] = "verzoek-beoordeeld"
    soort: Literal['onbekend', 'ontheffing', 'verlenging', 'naturalisatie', 'vrijstelling']
    grond: Literal['onbekend', 'BIO', 'MED', 'inspanning'] | None = None
    oordeel: Literal['onbekend', 'toegewezen', 'afgewezen']
    betreft: str | None = None
    datum: date | None = None
    omvang: Literal['onbekend', 'geheel', 'gedeeltelijk', 'tijdelijk'] | None = None
    reden_vrijstelling: Literal['onbekend', 'AVI', 'DIP', 'DOC', 'GED', 'INB', 'INS', 'OPL'] | None = None
    onderdeel: Literal['onbekend', 'KNM', 'LE', 'LU', 'SC', 'SP'] | None = None
    niveau: Literal['onbekend', 'A2', 'B1'] | None = None
    tot_en_met: date | None = None
    belastbaarheid_uren: int | None = None


@dataclass(frozen=True, kw_only=True)
class VerzoekBeoordeeldOntvangen(Ontvangen):
    """Er is op een verzoek beslist."""

    TYPE: ClassVar[str] = "verzoek-beoordeeld"
    soort: Literal['onbekend', 'ontheffing', 'verlenging', 'naturalisatie', 'vrijstelling'] | None = None
    grond: Literal['onbekend', 'BIO', 'MED', 'inspanning'] | None = None
    oordeel: Literal['onbekend', 'toegewezen', 'afgewezen'] | None = None
    betreft: str | None = None
    datum: date | None = None
    omvang: Literal['onbekend', 'geheel', 'gedeeltelijk', 'tijdelijk'] | None = None
    reden_vrijstelling: Literal['onbekend', 'AVI', 'DIP', 'DOC', 'GED', 'INB', 'INS', 'OPL'] | None = None
    onderdeel: Literal['onbekend', 'KNM', 'LE', 'LU', 'SC', 'SP'] | None = None
    niveau: Literal['onbekend', 'A2', 'B1'] | None = None
    tot_en_met: date | None = None
    belastbaarheid_uren: int | None = None


@dataclass(frozen=True, kw_only=True)
class VerzoekIngediend(TeMelden):
    """De persoon heeft bij DUO een verzoek ingediend; ook de gemeente kan dit vastleggen."""

    TYPE: ClassVar[str] = "verzoek-ingediend"
    soort: Literal['onbekend', 'ontheffing', 'verlenging', 'naturalisatie']
    grond: Literal['onbekend', 'BIO', 'MED', 'inspanning'] | None = None
    datum: date | None = None
    termijn_loopt_door: bool | None = None


@dataclass(frozen=True, kw_only=True)
class VerzoekIngediendOntvangen(Ontvangen):
    """De persoon heeft bij DUO een verzoek ingediend; ook de gemeente kan dit vastleggen."""

    TYPE: ClassVar[str] = "verzoek-ingediend"
    soort: Literal['onbekend', 'ontheffing', 'verlenging', 'naturalisatie'] | None = None
    grond: Literal['onbekend', 'BIO', 'MED', 'inspanning'] | None = None
    datum: date | None = None
    termijn_loopt_door: bool | None = None


@dataclass(frozen=True, kw_only=True)
class VerzuimVrijgesteld(TeMelden):
    """De gemeente stelt vooraf vrij van aanwezigheid; de reden blijft bij de gemeente."""

    TYPE: ClassVar[str] = "verzuim-vrijgesteld"
    van: date
    tot: date


@dataclass(frozen=True, kw_only=True)
class VerzuimVrijgesteldOntvangen(Ontvangen):
    """De gemeente stelt vooraf vrij van aanwezigheid; de reden blijft bij de gemeente."""

    TYPE: ClassVar[str] = "verzuim-vrijgesteld"
    van: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class VoortgangsgesprekGevoerd(TeMelden):
    """Er is een voortgangsgesprek gevoerd."""

    TYPE: ClassVar[str] = "voortgangsgesprek-gevoerd"
    nummer: int | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class VoortgangsgesprekGevoerdOntvangen(Ontvangen):
    """Er is een voortgangsgesprek gevoerd."""

    TYPE: ClassVar[str] = "voortgangsgesprek-gevoerd"
    nummer: int | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class VoortgangsgesprekNietVerschenen(TeMelden):
    """De persoon kwam niet op een voortgangsgesprek."""

    TYPE: ClassVar[str] = "voortgangsgesprek-niet-verschenen"
    nummer: int | None = None
    datum: date | None = None
    reden: Literal['onbekend', 'afgemeld', 'werk', 'zorgtaken'] | None = None


@dataclass(frozen=True, kw_only=True)
class VoortgangsgesprekNietVerschenenOntvangen(Ontvangen):
    """De persoon kwam niet op een voortgangsgesprek."""

    TYPE: ClassVar[str] = "voortgangsgesprek-niet-verschenen"
    nummer: int | None = None
    datum: date | None = None
    reden: Literal['onbekend', 'afgemeld', 'werk', 'zorgtaken'] | None = None


@dataclass(frozen=True, kw_only=True)
class WerkBeeindigd(TeMelden):
    """Het werk is geëindigd."""

    TYPE: ClassVar[str] = "werk-beeindigd"
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class WerkBeeindigdOntvangen(Ontvangen):
    """Het werk is geëindigd."""

    TYPE: ClassVar[str] = "werk-beeindigd"
    per: date | None = None


@dataclass(frozen=True, kw_only=True)
class WerkGestart(TeMelden):
    """De persoon begon met werk."""

    TYPE: ClassVar[str] = "werk-gestart"
    begindatum: date | None = None
    uren_per_week: int | None = None
    telt_mee_voor: list[Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie']] | tuple[Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class WerkGestartOntvangen(Ontvangen):
    """De persoon begon met werk."""

    TYPE: ClassVar[str] = "werk-gestart"
    begindatum: date | None = None
    uren_per_week: int | None = None
    telt_mee_voor: list[Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie']] | None = None


@dataclass(frozen=True, kw_only=True)
class ZelfstudieGekozen(TeMelden):
    """De persoon leert zelf, zonder school."""

    TYPE: ClassVar[str] = "zelfstudie-gekozen"
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    per: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class ZelfstudieGekozenOntvangen(Ontvangen):
    """De persoon leert zelf, zonder school."""

    TYPE: ClassVar[str] = "zelfstudie-gekozen"
    component: Literal['onbekend', 'taal', 'KNM', 'PVT', 'MAP', 'participatie'] | None = None
    per: date | None = None
    tot: date | None = None


@dataclass(frozen=True, kw_only=True)
class ZrouteAfgerond(TeMelden):
    """De zelfredzaamheidsroute is afgerond."""

    TYPE: ClassVar[str] = "zroute-afgerond"
    datum: date


@dataclass(frozen=True, kw_only=True)
class ZrouteAfgerondOntvangen(Ontvangen):
    """De zelfredzaamheidsroute is afgerond."""

    TYPE: ClassVar[str] = "zroute-afgerond"
    datum: date | None = None
