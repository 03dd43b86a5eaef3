# SPDX-License-Identifier: EUPL-1.2
"""How the documents for privacy officers name what the code has as codes. Not for the persons themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from consent.conditions import Voorwaarde
from schemas.vocabulary import Categorie, Rol

ROLLEN: Mapping[Rol, str] = {
    Rol.OPVANG: "COA",
    Rol.UITVOERING: "DUO",
    Rol.GEMEENTE: "gemeente",
    Rol.UITVOERDER: "uitvoerder in mandaat",
    Rol.TAALSCHOOL: "taalschool",
    Rol.BEGELEIDER: "begeleider",
    Rol.PARTICIPATIE: "aanbieder van participatie",
    Rol.HUB: "hub",
}

CATEGORIEEN: Mapping[Categorie, str] = {
    Categorie.BSN: "burgerservicenummer",
    Categorie.VNUMMER: "V-nummer",
    Categorie.PSEUDONIEM: "pseudoniem",
    Categorie.NAW: "naam, geboortedatum, adres en contact",
    Categorie.GEZIN: "gezinssamenstelling (aantallen)",
    Categorie.VERBLIJF: "verblijfplaats (gemeente)",
    Categorie.KOPPELING: "koppeling aan gemeente en overdracht",
    Categorie.VOORINBURGERING: "voorinburgering",
    Categorie.OPLEIDING_WERK: "opleiding en werkervaring",
    Categorie.AANDACHTSPUNT: "aandachtspunten (geen gezondheid, justitie of geld)",
    Categorie.GEZONDHEID: "gezondheid (AVG 9)",
    Categorie.JUSTITIE: "strafrechtelijke gegevens (AVG 10)",
    Categorie.FINANCIEN: "geld en schulden",
    Categorie.PLICHT: "inburgeringsplicht",
    Categorie.VRIJSTELLING: "vrijstelling",
    Categorie.LBT: "leerbaarheidstoets",
    Categorie.TERMIJN: "inburgeringstermijn",
    Categorie.EXAMEN: "examenuitslagen",
    Categorie.VERZOEK: "verzoeken aan DUO en beslissingen",
    Categorie.BOETE: "bestuurlijke boetes",
    Categorie.REGIE: "regievoerder (gegevens van een professional)",
    Categorie.INTAKE: "brede intake en gesprekken",
    Categorie.PIP: "plan inburgering en participatie",
    Categorie.LEERROUTE: "leerroute, niveau en intensiteit",
    Categorie.AANBOD: "inburgeringsaanbod",
    Categorie.TOEWIJZING: "toewijzing, begin en einde van cursus",
    Categorie.BEGELEIDING: "maatschappelijke begeleiding (gecodeerd)",
    Categorie.AANWEZIGHEID: "rooster, aanwezigheid en verzuim",
    Categorie.VOORTGANG: "voortgang, niveau en inspanning",
    Categorie.BELEMMERING: "belemmeringen (gecodeerd, geen gezondheid of schulden)",
    Categorie.UREN: "gevolgde uren",
    Categorie.SIGNAAL: "signalen en opvolging",
    Categorie.TOESTEMMING: "toestemmingen",
    Categorie.TECHNISCH: "nummers en tijdstippen",
}

VOORWAARDEN: Mapping[Voorwaarde, str] = {
    Voorwaarde.RELATIE: "de ontvanger heeft in deze rol een lopende relatie met de persoon, of de gebeurtenis zelf begint of beëindigt die",
    Voorwaarde.RELATIE_OF_STAART: "zo'n relatie, of de tijd waarin DUO de vorige gemeente nog antwoordt: tot een maand na het nieuwe plan",
    Voorwaarde.RELATIE_NIET_BEEINDIGD: "de relatie van de ontvanger is niet beëindigd; zij hoeft er niet geweest te zijn",
    Voorwaarde.EIGEN_GEMEENTE: "afzender en ontvanger werken voor dezelfde gemeente",
    Voorwaarde.GENOEMD: "een veld van de gebeurtenis noemt deze ontvanger, de hub richt zich tot hem, of de toestemming is voor hem",
    Voorwaarde.DOELGROEP_ASIELSTATUSHOUDER: "de persoon is asielstatushouder",
    Voorwaarde.DOELGROEP_OVERIG: "de persoon is gezinsmigrant of overige migrant",
    Voorwaarde.INTAKE_DOEL: "de brede intake is nog niet afgerond en er is geen plan",
    Voorwaarde.TOT_PIP: "er is nog geen plan",
    Voorwaarde.OP_VERZOEK: "een vastgelegd verzoek van deze ontvanger aan deze afzender dekt gebeurtenis en categorie, en staat "
    "open (zonder einddatum: twaalf maanden)",
    Voorwaarde.TOESTEMMING: "een toestemming voor deze ontvanger in deze rol dekt de categorie op deze dag",
}


def opsomming(codes: Iterable[Categorie]) -> str:
    """Categories by name, the content first and the numbers of the person last."""
    named = [CATEGORIEEN[code] for code in sorted(codes, key=lambda one: (one in _NUMBERS, CATEGORIEEN[one]))]
    return ", ".join(named)


_NUMBERS = frozenset({Categorie.BSN, Categorie.VNUMMER, Categorie.PSEUDONIEM})


def rij(cellen: Iterable[str]) -> str:
    """One row of a Markdown table; a bar in a text does not end its cell."""
    return "| " + " | ".join(cel.replace("|", "\\|").replace("\n", " ") for cel in cellen) + " |"


def tabel(koppen: list[str], rijen: Iterable[Iterable[str]]) -> list[str]:
    """A Markdown table."""
    return [rij(koppen), "|" + "---|" * len(koppen), *(rij(one) for one in rijen), ""]
