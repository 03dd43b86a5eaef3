# SPDX-License-Identifier: EUPL-1.2
"""Typed events of hub, made from `schemas/` by `python -m connectors.typed`: do not edit."""

# fmt: off
# ruff: noqa
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from connectors.typed import Ontvangen, TeMelden


@dataclass(frozen=True, kw_only=True)
class AanleveringAanvaardOntvangen(Ontvangen):
    """Ontvangstbewijs: de aanlevering staat in het logboek."""

    TYPE: ClassVar[str] = "aanlevering-aanvaard"
    betreft: str | None = None
    gebeurtenis: str | None = None
    positie: str | None = None


@dataclass(frozen=True, kw_only=True)
class AanleveringGeweigerdOntvangen(Ontvangen):
    """Ontvangstbewijs: de aanlevering is geweigerd, met de reden."""

    TYPE: ClassVar[str] = "aanlevering-geweigerd"
    betreft: str | None = None
    gebeurtenis: str | None = None
    reden: Literal['onbekend', 'niet-bevoegd', 'geen-relatie', 'ongeldig', 'onbekend-type', 'id-hergebruikt', 'onbekende-persoon', 'identiteit-ongeldig', 'datum-onmogelijk', 'te-groot'] | None = None
    toelichting: str | None = None


@dataclass(frozen=True, kw_only=True)
class BeperkingOpgehevenOntvangen(Ontvangen):
    """De beperking van de verwerking is opgeheven; de betrokkene is daarvan vooraf op de hoogte gebracht."""

    TYPE: ClassVar[str] = "beperking-opgeheven"
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class BundelGeactiveerdOntvangen(Ontvangen):
    """Vanaf deze plaats in het logboek gelden beleid, regels of deelnemers met deze digest."""

    TYPE: ClassVar[str] = "bundel-geactiveerd"
    soort: Literal['onbekend', 'beleid', 'regels', 'deelnemers'] | None = None
    digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class CijfersGepubliceerdOntvangen(Ontvangen):
    """Een gepubliceerd cijfer voor de lerende praktijk: het gaat over ten minste tien dossiers en over niemand in het bijzonder."""

    TYPE: ClassVar[str] = "cijfers-gepubliceerd"
    publicatie: int | None = None
    peildatum: date | None = None
    tabel: str | None = None
    gemeente: str | None = None
    cohort: str | None = None
    categorieen: list[str] | None = None
    maat: Literal['onbekend', 'aantal', 'mediaan', 'percentiel-90'] | None = None
    eenheid: str | None = None
    waarde: int | None = None


@dataclass(frozen=True, kw_only=True)
class DossierstandGewijzigdOntvangen(Ontvangen):
    """Wat de ontvanger bij het begin van een grond mag weten: de stand van nu, zonder wat eraan voorafging."""

    TYPE: ClassVar[str] = "dossierstand-gewijzigd"
    aanleiding: Literal['onbekend', 'toestemming', 'relatie'] | None = None
    per: date | None = None
    doelgroep: Literal['onbekend', 'asielstatushouder', 'gezinsmigrant', 'overige-migrant', 'gezins-overig-onbepaald'] | None = None
    wet: Literal['onbekend', 'Wi2013', 'Wi2021'] | None = None
    kennisgeving: date | None = None
    plicht_stand: Literal['onbekend', 'actief', 'tijdelijk-vrijgesteld'] | None = None
    termijn_start: date | None = None
    termijn_einde: date | None = None
    pip_dagtekening: date | None = None
    leerroute: Literal['onbekend', 'B1-route', 'onderwijsroute', 'Z-route'] | None = None
    niveau: Literal['onbekend', 'A2', 'B1'] | None = None
    intensiteit_uren_per_week: int | None = None
    taalschool: str | None = None
    taalniveau: Literal['onbekend', 'geen', 'alfa-A', 'alfa-B', 'alfa-C', 'A1-', 'A1', 'A2', 'B1', 'B2'] | None = None
    stagnatie: bool | None = None
    regievoerder: str | None = None
    regievoerder_organisatie: str | None = None
    regievoerder_telefoon: str | None = None
    regievoerder_email: str | None = None


@dataclass(frozen=True, kw_only=True)
class GegevensGewistOntvangen(Ontvangen):
    """De gegevens van een persoon zijn gewist: in het logboek met het dossiernummer, bij wie gegevens kreeg met diens pseudoniem en de dag."""

    TYPE: ClassVar[str] = "gegevens-gewist"
    datum: date | None = None
    stap: Literal['onbekend', 'aangekondigd', 'losgekoppeld', 'gewist', 'vernietigd'] | None = None
    dossier: str | None = None


@dataclass(frozen=True, kw_only=True)
class HandelingVerrichtOntvangen(Ontvangen):
    """Wat iemand namens de hub deed: beleid of deelnemers wijzigen, sleutels wisselen, iemand opzoeken, een verzoek behandelen. Staat in het logboek voordat het gebeurt."""

    TYPE: ClassVar[str] = "handeling-verricht"
    handeling: Literal['onbekend', 'beleid-gewijzigd', 'regels-gewijzigd', 'deelnemers-gewijzigd', 'sleutel-gewisseld', 'sleutel-vernietigd', 'gegevens-gewist', 'verwerking-beperkt', 'beperking-opgeheven', 'bewaring-opgelegd', 'bewaring-opgeheven', 'identiteit-ontkoppeld', 'persoon-opgezocht', 'inzage-gegeven', 'verzoek-ontvangen', 'verzoek-verlengd', 'verzoek-afgehandeld', 'datalek-onderzocht', 'tijd-verzet'] | None = None
    stap: Literal['onbekend', 'voorgesteld', 'goedgekeurd', 'afgewezen', 'uitgevoerd'] | None = None
    door: str | None = None
    moment: str | None = None
    onderwerp: str | None = None
    verzoek: str | None = None
    recht: Literal['onbekend', 'inzage', 'rectificatie', 'wissing', 'beperking', 'overdraagbaarheid', 'bezwaar'] | None = None
    datum: date | None = None


@dataclass(frozen=True, kw_only=True)
class IdentiteitGekoppeldOntvangen(Ontvangen):
    """Twee identiteiten bleken één persoon; staat in beide dossiers."""

    TYPE: ClassVar[str] = "identiteit-gekoppeld"
    dossier: str | None = None
    rol: Literal['onbekend', 'hoofd', 'opgegaan'] | None = None


@dataclass(frozen=True, kw_only=True)
class IdentiteitOntkoppeldOntvangen(Ontvangen):
    """De koppeling van twee identiteiten is ongedaan gemaakt."""

    TYPE: ClassVar[str] = "identiteit-ontkoppeld"
    dossier: str | None = None


@dataclass(frozen=True, kw_only=True)
class LeveringIngehoudenOntvangen(Ontvangen):
    """Een levering die klaarlag, is bij het ophalen niet meer overgedragen: de grond verviel intussen. De organisatie ziet alleen id en reden."""

    TYPE: ClassVar[str] = "levering-ingehouden"
    levering: str | None = None
    aan: str | None = None
    gebeurtenis: str | None = None
    dossier: str | None = None
    toestemming: str | None = None
    reden: Literal['onbekend', 'no-relation', 'relation-ended', 'wrong-role', 'no-ground', 'no-toestemming', 'toestemming-withdrawn', 'toestemming-expired', 'not-requested', 'no-contract', 'erased', 'restricted', 'forbidden-category'] | None = None
    moment: str | None = None


@dataclass(frozen=True, kw_only=True)
class SignaalAfgegevenOntvangen(Ontvangen):
    """Wat verwacht werd, bleef uit of verdient aandacht. Een voorstel voor een gesprek, geen oordeel."""

    TYPE: ClassVar[str] = "signaal-afgegeven"
    signaal: str | None = None
    regel: str | None = None
    regelversie: str | None = None
    eigenaar: str | None = None
    ernst: Literal['onbekend', 'informatie', 'waarschuwing', 'overschreden'] | None = None
    onderwerp: str | None = None
    reden: str | None = None
    verwacht: str | None = None
    uiterste_datum: date | None = None
    feiten: list[str] | None = None
    rang: int | None = None
    vanaf: date | None = None
    laat_door_hub: bool | None = None
    groep: str | None = None


@dataclass(frozen=True, kw_only=True)
class SignaalVervallenOntvangen(Ontvangen):
    """Een signaal geldt niet meer."""

    TYPE: ClassVar[str] = "signaal-vervallen"
    signaal: str | None = None
    regel: str | None = None
    eigenaar: str | None = None
    oorzaak: Literal['onbekend', 'alsnog-ontvangen', 'termijn-verschoven', 'plicht-vervallen', 'opgevolgd', 'eigenaar-gewijzigd', 'relatie-beeindigd', 'dossier-samengevoegd', 'onderdrukt'] | None = None


@dataclass(frozen=True, kw_only=True)
class TikOntvangen(Ontvangen):
    """Het verstrijken van de tijd, als gebeurtenis in elke partitie van het logboek."""

    TYPE: ClassVar[str] = "tik"
    moment: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToestemmingVerlopenOntvangen(Ontvangen):
    """Een toestemming heeft haar einddatum bereikt."""

    TYPE: ClassVar[str] = "toestemming-verlopen"
    betreft: str | None = None


@dataclass(frozen=True, kw_only=True)
class VerwerkingBeperktOntvangen(Ontvangen):
    """De verwerking is beperkt: gegevens worden bewaard en niet geleverd. Wie gegevens kreeg hoort het."""

    TYPE: ClassVar[str] = "verwerking-beperkt"
    datum: date | None = None
    grond: Literal['onbekend', 'juistheid-betwist', 'onrechtmatig-verwerkt', 'rechtsvordering', 'bezwaar'] | None = None
