# SPDX-License-Identifier: EUPL-1.2
"""The draft of a report to the Autoriteit Persoonsgegevens (AVG 33(3)): the facts that the hub knows, in Dutch, and what
people have to add. Names no person: no dossier id, no pseudonym, no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.docs.woorden import CATEGORIEEN, ROLLEN
from hub.dossier.regels.kalender import AMSTERDAM
from hub.readmodel.datalek import VERTROUWELIJKHEID, Grond, Omvang
from schemas.vocabulary import Categorie, Rol

AARD: Mapping[Grond, str] = {
    Grond.GEBEURTENIS: "Een bericht is bij de verkeerde persoon of onterecht vastgelegd, en zo verstrekt.",
    Grond.REGEL: "Een regel van het verstrekkingsbeleid liet meer door dan mag.",
    Grond.ONTVANGER: "Een ontvanger kreeg gegevens die hij niet had mogen krijgen, of heeft verloren wat hij kreeg.",
    Grond.ZEGELSLEUTEL: "De sleutel waarmee een ontvanger zijn leveringen opent, is in andere handen (geweest).",
    Grond.HANDTEKENSLEUTEL: "De sleutel waarmee een organisatie haar berichten ondertekent, is in andere handen (geweest).",
    Grond.ZEGELSLEUTEL_HUB: "De sleutel waarmee de hub opent wat hem wordt gezonden, is in andere handen (geweest).",
    Grond.HANDTEKENSLEUTEL_HUB: "De sleutel waarmee de hub zijn leveringen ondertekent, is in andere handen (geweest).",
}


def melding(lek: Mapping[str, Any], omvang: Omvang, namen: Mapping[str, str]) -> str:
    """The draft as Markdown. ``lek``: its row in the register; ``namen``: organisations' names by OIN."""
    grond = Grond(lek["grond"])
    soort = "vertrouwelijkheid" if grond in VERTROUWELIJKHEID else "integriteit"
    lines = [
        "# Concept-melding datalek (AVG 33)",
        "",
        f"Kenmerk: {lek['datalek']}  ",
        f"Ontdekt: {_moment(lek['ontdekt'])}, door {lek['door']}  ",
        f"**Melden uiterlijk: {_moment(lek['uiterlijk'])}** (72 uur na ontdekking)",
        "",
        "De feiten hieronder komen uit het auditlogboek van de hub. Wat tussen [haken] staat, vult een mens in.",
        "",
        "## 1. Wat er is gebeurd",
        "",
        AARD[grond],
        "",
        f"- Soort inbreuk: {soort}",
        f"- Het gaat om: {_onderwerp(grond, lek, namen)}",
        f"- Periode: {_moment(omvang.eerste)} tot en met {_moment(omvang.laatste)}",
        "- Oorzaak: [hoe het kon gebeuren]",
        "- Is de inbreuk beëindigd, en sinds wanneer: [ja/nee, moment]",
        "",
        "## 2. Om wie het gaat (AVG 33(3)(a))",
        "",
        "- Betrokkenen: inburgeringsplichtigen en wie dat worden",
        f"- Aantal: {len(omvang.dossiers)}",
        "- Kwetsbaar: [minderjarigen; personen die een geheim adres nodig hebben]",
        "",
        "## 3. Om welke gegevens",
        "",
        *_lijst(f"{CATEGORIEEN[Categorie(c)]}: {n} {_personen(n)}" for c, n in omvang.categorieen.items()),
        "",
        f"Gevoelig: {', '.join(CATEGORIEEN[Categorie(c)] for c in omvang.gevoelig) or 'geen van deze'}.",
        "",
        "## 4. Welke ontvangers en hoe vaak",
        "",
        *_lijst(f"{_wie(wie, namen)}: over {n} {_personen(n)}" for wie, n in omvang.organisaties.items()),
        "",
        *_lijst(f"{naam}: {n} {'levering' if n == 1 else 'leveringen'}" for naam, n in omvang.typen.items()),
        "",
        "## 5. Gevolgen (AVG 33(3)(c))",
        "",
        _gevolg(omvang),
        "[Wat dit voor de betrokkenen kan betekenen]",
        "",
        "## 6. Maatregelen (AVG 33(3)(d))",
        "",
        f"- {_maatregel(grond)}",
        "- [Wat is gedaan om herhaling te voorkomen]",
        "- Verwerkingsverantwoordelijken en verwerkers ingelicht (AVG 33(2)): [wie, wanneer]",
        "",
        "## 7. Contact (AVG 33(3)(b))",
        "",
        "[Naam en bereikbaarheid van de functionaris gegevensbescherming]",
        "",
    ]
    return "\n".join(lines)


def _gevolg(omvang: Omvang) -> str:
    if omvang.gevoelig:
        return (
            "Er zijn gevoelige gegevens bij: een hoog risico ligt voor de hand. Licht de betrokkenen in, tenzij een van de "
            "uitzonderingen geldt (AVG 34). "
        )
    return "Er zijn geen gevoelige categorieën bij: weeg of de betrokkenen moeten worden ingelicht (AVG 34). "


def _maatregel(grond: Grond) -> str:
    match grond:
        case Grond.GEBEURTENIS:
            return "Het bericht laten intrekken; de hub zegt dat aan ieder die het kreeg (`hub person correct`)."
        case Grond.REGEL:
            return (
                "De regel wijzigen (`hub policy propose`); de ontvangers vragen te wissen wat zij niet mochten krijgen."
            )
        case Grond.ONTVANGER:
            return "De ontvanger vragen te wissen en dat te bevestigen; zo nodig zijn deelname beëindigen."
        case Grond.ZEGELSLEUTEL | Grond.HANDTEKENSLEUTEL:
            return "De sleutels en het certificaat direct vervangen (`hub participants rotate --compromised`)."
        case _:
            return "De sleutel van de hub direct vervangen (`hub keys rotate --compromised`)."


def _onderwerp(grond: Grond, lek: Mapping[str, Any], namen: Mapping[str, str]) -> str:
    if grond is Grond.ONTVANGER:
        return _wie(lek["onderwerp"], namen)
    if grond is Grond.GEBEURTENIS:
        return "één bericht (het staat onder zijn nummer in het register van datalekken)"
    if grond is Grond.REGEL:
        return f"beleidsregel `{lek['onderwerp']}`"
    return f"sleutel `{lek['onderwerp']}`" + (f" van {_wie(lek['oin'], namen)}" if lek["oin"] else "")


def _wie(partij: str, namen: Mapping[str, str]) -> str:
    oin, _, rol = partij.partition("#")
    return f"{namen.get(oin, oin)}{f' als {ROLLEN[Rol(rol)]}' if rol else ''}"


def _personen(count: int) -> str:
    return "persoon" if count == 1 else "personen"


def _lijst(regels: Any) -> list[str]:
    return [f"- {regel}" for regel in regels] or ["- (niets)"]


def _moment(text: str | None) -> str:
    return f"{datetime.fromisoformat(text).astimezone(AMSTERDAM):%d-%m-%Y %H:%M}" if text else "-"
