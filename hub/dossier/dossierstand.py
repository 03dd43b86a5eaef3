# SPDX-License-Identifier: EUPL-1.2
"""What a party hears when its ground begins: the state of now, field by field with the fact that each rests on.

A ground is an active relation (per gemeente for which it is kept) or a toestemming that opens. Which of these fields
pass is decided by the policy (rows `stand-*`), like any event. No history, and nothing that goes on request only:
what a former gemeente laid down is left out for who works for the present one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consent.decide import Besluit
from consent.kader import Kader, Partij, RelatieStand
from consent.policy import Beleid, Grondslag
from consent.toestemming import OPEN
from schemas.catalogue import gebeurtenistypen
from schemas.vocabulary import Categorie, Rol

from . import proef
from .bezorging import hubfeit, moment
from .feiten.facts import Feit
from .feiten.fold import voeg_ontvanger_toe
from .feiten.rows import GRONDEN, Rows
from .feiten.zaak import PLAN, Zaak
from .regels.kalender import dag_van
from .signals import RUIMTE

GEBEURTENIS = "dossierstand-gewijzigd"
BEGONNEN = "begonnen"
RELATIE, TOESTEMMING = "relatie", "toestemming"
COLLEGE = frozenset({Rol.GEMEENTE.value, Rol.UITVOERDER.value})
ZONDER_STAND = frozenset({Rol.UITVOERING, Rol.OPVANG, Rol.HUB})
"""DUO and COA are addressed by articles that name events; no row gives them a state."""

Bronnen = dict[str, tuple[Any, Feit]]
"""Field of dossierstand-gewijzigd -> its value now, and the fact that says so."""


@dataclass(frozen=True, slots=True)
class Grond:
    """One reason for which one party receives."""

    sleutel: str
    partij: Partij
    aanleiding: str
    """Code of ``dossierstand-gewijzigd.aanleiding``."""
    namens: str | None = None
    categorieen: frozenset[Categorie] | None = None
    """Of a toestemming: what it is for."""


def gronden(stand: Kader, vandaag: date) -> Iterator[Grond]:
    """Every ground that stands today."""
    for relatie in stand.relaties:
        if relatie.zelf_gemeld or relatie.partij.rol in ZONDER_STAND:
            continue
        if relatie.stand(vandaag) is RelatieStand.ACTIEF:
            sleutel = f"relatie|{relatie.partij}|{relatie.namens or ''}"
            yield Grond(sleutel, relatie.partij, RELATIE, relatie.namens)
    for toestemming in stand.toestemmingen:
        if toestemming.van <= vandaag and toestemming.stand_op(vandaag) in OPEN:
            sleutel = f"toestemming|{toestemming.id}"
            yield Grond(sleutel, toestemming.ontvanger, TOESTEMMING, categorieen=toestemming.categorieen)


def begonnen(rows: Rows, stand: Kader, in_proef: proef.InProef, vandaag: date) -> list[Grond]:
    """Grounds that stand today and did not at the last look; remembers those that do, and forgets those that ended.

    While processing is restricted nothing begins: what starts then is told when the restriction is over. When a pilot
    ends the party's grounds begin again: it was told nothing on them.
    """
    if stand.beperkt or stand.gewist:
        return []
    rij = rows.get(GRONDEN) or {}
    oud: dict[str, str] = rij.get(BEGONNEN, {})
    nu = {grond.sleutel: grond for grond in gronden(stand, vandaag)}
    if set(nu) != set(oud):
        rows.put(GRONDEN, {**rij, BEGONNEN: {sleutel: str(nu[sleutel].partij) for sleutel in sorted(nu)}})
    wachtend = {sleutel for sleutel, grond in nu.items() if in_proef(grond.partij)}
    uit_proef = proef.onthoud(rows, BEGONNEN, wachtend) - wachtend
    return [nu[sleutel] for sleutel in sorted(nu) if sleutel not in oud or sleutel in uit_proef]


def stand_voor(grond: Grond, zaak: Zaak, beleid: Beleid, vandaag: date, aanleiding: Feit | None) -> Bronnen:
    """The fields of now that may be weighed for this ground; empty when there is nothing to tell.

    Left out: what no row gives on such a ground, what the party said itself, what the event that began the ground
    (`aanleiding`) tells it anyway, and for a relation what another gemeente laid down than the one for which it works.
    """
    gevonden: Bronnen = {}
    mogelijk = _mogelijk(grond, beleid, vandaag)
    typen = gebeurtenistypen()[GEBEURTENIS].velden
    for veld, (waarde, feit) in _velden(zaak, vandaag) if mogelijk else ():
        if typen[veld].categorie not in mogelijk:
            continue
        zelf = feit.partij == grond.partij or (aanleiding is not None and feit.sleutel == aanleiding.sleutel)
        elders = grond.aanleiding == RELATIE and feit.rol in COLLEGE and _college(feit, zaak) != grond.namens
        if not (zelf or elders):
            gevonden[veld] = (waarde, feit)
    return gevonden


def feit(dossier_id: str, grond: Grond, bronnen: Bronnen, nu: datetime) -> Feit:
    """The state as an event of the hub; its id is the same in every replay."""
    id_ = str(uuid.uuid5(RUIMTE, f"{dossier_id}|{GEBEURTENIS}|{grond.sleutel}|{grond.partij}|{moment(nu)}"))
    velden = {veld: waarde for veld, (waarde, _) in bronnen.items()}
    per = dag_van(nu).isoformat()
    return hubfeit(id_, GEBEURTENIS, {"aanleiding": grond.aanleiding, "per": per, **velden}, nu)


def onthoud(rows: Rows, bronnen: Bronnen, besluit: Besluit, levering: str) -> None:
    """Whoever learned of a fact by a state is told when that fact is corrected."""
    per_feit: dict[str, tuple[Feit, set[str]]] = {}
    for veld, (_, bron) in bronnen.items():
        if veld in besluit.velden:
            per_feit.setdefault(bron.sleutel, (bron, set()))[1].add(besluit.velden[veld])
    for bron, regels in per_feit.values():
        voeg_ontvanger_toe(rows, bron, str(besluit.ontvanger), regels, levering)


def _mogelijk(grond: Grond, beleid: Beleid, vandaag: date) -> frozenset[Categorie]:
    """The categories that rows could give on this kind of ground."""
    gevonden: set[Categorie] = set()
    for regel in beleid.voor(GEBEURTENIS, Rol.HUB, grond.partij.rol, vandaag):
        if (regel.grondslag is Grondslag.TOESTEMMING) == (grond.aanleiding == TOESTEMMING):
            gevonden |= regel.categorieen
    return frozenset(gevonden if grond.categorieen is None else gevonden & grond.categorieen)


def _college(feit: Feit, zaak: Zaak) -> str | None:
    """The gemeente that said it, or for which an uitvoerder did."""
    return feit.oin if feit.rol == Rol.GEMEENTE.value else zaak.gemeente_op(feit.op)


def _velden(zaak: Zaak, vandaag: date) -> Iterator[tuple[str, tuple[Any, Feit]]]:
    if not zaak.beeindigd:
        plicht = ("inburgeringsplicht-vastgesteld", "inburgeringsplicht-gewijzigd")
        for veld in ("doelgroep", "wet", "kennisgeving"):
            yield from _laatste(zaak, vandaag, veld, dict.fromkeys(plicht, veld))
        yield from _laatste(zaak, vandaag, "plicht_stand", {"inburgeringsplicht-gewijzigd": "stand"})
        gestart, verlengd = "inburgeringstermijn-gestart", "inburgeringstermijn-verlengd"
        yield from _laatste(zaak, vandaag, "termijn_start", {gestart: "startdatum"})
        yield from _laatste(zaak, vandaag, "termijn_einde", {gestart: "einddatum", verlengd: "einddatum"})
    if zaak.pip_staat:
        yield from _laatste(zaak, vandaag, "pip_dagtekening", {"pip-vastgesteld": "dagtekening"})
        plan = dict.fromkeys(PLAN, "leerroute") | {"leerroute-gewijzigd": "naar"}
        yield from _laatste(zaak, vandaag, "leerroute", plan)
        yield from _laatste(zaak, vandaag, "niveau", dict.fromkeys(plan, "niveau"))
        veld = "intensiteit_uren_per_week"
        yield from _laatste(zaak, vandaag, veld, {"pip-vastgesteld": veld})
    school = next((o for o in reversed(zaak.scholen) if o.van <= vandaag and o.loopt(vandaag)), None)
    if school is not None:
        yield "taalschool", (school.partij.oin, school.door)
    for veld in ("taalniveau", "stagnatie"):
        yield from _laatste(zaak, vandaag, veld, {"voortgang-gemeld": veld})
    regie = zaak.regievoerder_op(vandaag)
    if regie is not None:
        yield "regievoerder", (regie.naam, regie.door)
        for veld in ("organisatie", "telefoon", "email"):
            if (waarde := regie.door.tekst(veld)) is not None:
                yield f"regievoerder_{veld}", (waarde, regie.door)


def _laatste(zaak: Zaak, vandaag: date, naam: str, waar: dict[str, str]) -> Iterator[tuple[str, tuple[Any, Feit]]]:
    """The last known value; `waar`: event type -> its field."""
    for feit in reversed(zaak.feiten(*waar)):
        waarde = feit.data.get(waar[feit.gebeurtenis])
        if feit.op <= vandaag and waarde is not None and waarde != "onbekend":
            yield naam, (waarde, feit)
            return
