# SPDX-License-Identifier: EUPL-1.2
"""What DUO has on record, and the rules by which it takes something on record (README of DUO's repository).

A rule that is broken gives a text; all that are broken are given together, as DUO does. No HTTP here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

ASIEL, REGULIER = "Asielstatushouder", "Gezinsmigrant en overige migrant"


@dataclass
class Inburgeraar:
    """One person, as DUO knows her or him. Gemeenten are OINs."""

    bsn: str
    gemeente: str
    """Where the person lives, or to which COA coupled her or him."""
    vnummer: int | None = None
    in_opvang: bool = False
    gevestigd: date = date(2025, 1, 1)
    indeling: str = ASIEL
    detail: str = ASIEL
    plicht: dict[str, Any] = field(
        default_factory=lambda: {
            "indicatorInburgeringsplicht": True,
            "begindatum": "2026-01-12",
            "wijzigingsdatum": "2026-01-12",
            "datumKennisgevingInburgeringsplicht": "2026-01-14",
        }
    )
    doelgroep_begin: str = "2026-01-12"
    termijn: dict[str, Any] | None = None
    examennummer: str | None = None
    lbt: list[dict[str, Any]] = field(default_factory=list)
    vrijstellingen: list[dict[str, Any]] = field(default_factory=list)
    ontheffingen: list[dict[str, Any]] = field(default_factory=list)
    verlengingen: list[dict[str, Any]] = field(default_factory=list)
    examens: list[dict[str, Any]] = field(default_factory=list)
    pips: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """(gemeente, PIP), the current one last; each registration counts."""
    aanbod: dict[str, dict[str, Any]] = field(default_factory=dict)
    map: dict[str, Any] = field(default_factory=dict)
    pvt: dict[str, Any] = field(default_factory=dict)
    zroute: dict[str, Any] = field(default_factory=dict)
    geleverd: dict[str, str] = field(default_factory=dict)
    """Which gemeente told the date of MAP or PVT."""
    uren: dict[str, int] = field(default_factory=dict)
    contact: int | None = None

    def relevant_voor(self, gemeente: str, vandaag: date) -> bool:
        """The four grounds on which a gemeente may ask."""
        if self.gemeente == gemeente:
            return True
        if not self.pips:
            return False
        van, pip = self.pips[-1]
        vorige = self.pips[-2][0] if len(self.pips) > 1 else None
        jong = vandaag - timedelta(days=31) < date.fromisoformat(pip["dagtekeningPip"])
        return van == gemeente or (vorige == gemeente and jong)

    def einde_termijn(self) -> date | None:
        """The first day after the term."""
        return date.fromisoformat(self.termijn["einddatum"]) if self.termijn else None


def regels_pip(wie: Inburgeraar, pip: dict[str, Any]) -> list[str]:
    fouten = []
    dagtekening = pip["dagtekeningPip"]
    if dagtekening < wie.plicht["begindatum"]:
        fouten.append("De dagtekening ligt voor de start van de inburgeringsplicht.")
    if wie.pips and dagtekening < max(wie.pips[0][1]["dagtekeningPip"], wie.pips[-1][1]["dagtekeningPip"]):
        fouten.append("De dagtekening ligt voor die van de initiele of de actuele PIP.")
    if dagtekening < wie.gevestigd.isoformat():
        fouten.append("De dagtekening ligt voor de vestiging in de gemeente.")
    if pip.get("niveau") == "A2" and pip["leerroute"] == "O":
        fouten.append("Niveau A2 past niet bij de onderwijsroute.")
    if pip.get("niveau") == "B1" and pip["leerroute"] == "Z":
        fouten.append("Niveau B1 past niet bij de Z-route.")
    if pip.get("niveau") == "A2" and pip["leerroute"] == "B" and not wie.pips:
        fouten.append("Niveau A2 kan niet in de eerste PIP met de B1-route.")
    if "geschatteIntensiteitB1Route" in pip and (pip["leerroute"] != "B" or wie.indeling != ASIEL):
        fouten.append("De intensiteit mag alleen bij de B1-route van een asielmigrant.")
    return fouten


def regels_pip_weg(wie: Inburgeraar) -> list[str]:
    fouten = []
    if wie.termijn is not None:
        fouten.append("De inburgeringstermijn is al vastgesteld.")
    if wie.aanbod and wie.uren:
        fouten.append("Er zijn uren geregistreerd bij het inburgeringsaanbod.")
    return fouten


def regels_aanbod(wie: Inburgeraar, aanbod: dict[str, Any], instelling: dict[str, Any] | None) -> list[str]:
    fouten = []
    if wie.indeling != ASIEL:
        fouten.append("Het aanbod is niet voor een asielmigrant.")
    if not wie.pips:
        return [*fouten, "De persoon heeft geen PIP."]
    pip = wie.pips[-1][1]
    keurmerken = instelling or {}
    erkend = keurmerken.get("indicatieBowKeurmerk") or (
        pip["leerroute"] == "O" and keurmerken.get("indicatieTstKeurmerk")
    )
    if not erkend:
        fouten.append("De instelling heeft niet het keurmerk dat nodig is.")
    data = [aanbod[naam] for naam in aanbod if naam != "indicatorAlfabetiseringsonderwijs"]
    if any(dag < pip["dagtekeningPip"] for dag in data):
        fouten.append("De data liggen voor de dagtekening van de actuele PIP.")
    einde = wie.einde_termijn()
    # The last day of the course lies before its (exclusive) end.
    if einde and aanbod.get("verwachteEinddatumOpleiding", "") > einde.isoformat():
        fouten.append("De opleiding eindigt buiten de inburgeringstermijn.")
    return fouten


def regels_resultaat(
    wie: Inburgeraar,
    gemeente: str,
    veld: str,
    eerder: dict[str, Any],
    nieuw: dict[str, Any],
    vandaag: date,
    eerder_van: str,
) -> list[str]:
    """MAP and PVT follow the same rules."""
    fouten = []
    if eerder and eerder_van != gemeente:
        fouten.append("De datum is eerder door een andere gemeente geleverd.")
    if not wie.pips or wie.pips[-1][0] != gemeente:
        fouten.append("Uw gemeente heeft geen actuele PIP voor deze persoon.")
    if wie.plicht.get("redenGeenInburgeringsplicht") == "Inburgeringsplicht voldaan" and wie.zroute:
        fouten.append("De inburgeringsplicht is al voldaan via de Z-route.")
    dag, einde = nieuw.get(veld), wie.einde_termijn()
    afgerond = wie.zroute.get("datumAfrondingZroute")
    if dag is None:
        if eerder and afgerond:
            fouten.append("Intrekken kan niet meer: de Z-route is afgerond.")
        return fouten
    if wie.termijn and dag < wie.termijn["startdatum"]:
        fouten.append("De datum ligt voor de start van de inburgeringstermijn.")
    if afgerond and dag > afgerond:
        fouten.append("De datum ligt na de afronding van de Z-route.")
    if dag > vandaag.isoformat():
        fouten.append("De datum ligt in de toekomst.")
    if einde is not None:
        fouten += _verwijtbaar(nieuw.get("verwijtbaar"), date.fromisoformat(dag), einde, vandaag)
    return fouten


def _verwijtbaar(waarde: str | None, dag: date, einde: date, vandaag: date) -> list[str]:
    overschreden = dag >= einde
    if overschreden and waarde is None:
        return ["Bij overschrijding van de termijn is 'verwijtbaar' nodig."]
    if waarde is not None and not overschreden:
        if waarde == "Nee" and vandaag + timedelta(days=61) >= einde:
            return []
        return ["'Verwijtbaar' mag alleen bij overschrijding van de termijn."]
    return []
