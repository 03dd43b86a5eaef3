# SPDX-License-Identifier: EUPL-1.2
"""Whether this party may say this about this person. Not: whether the data are valid, or who gets it (``decide``).

Asked twice: at intake without a kader (only the role counts), and in the dossier with the kader as it was just before
the event. The rules are the rows of ``beleid/aanlevering.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from consent.corrections import SOORTEN
from consent.kader import Kader, Partij, RelatieStand
from consent.policy import BELEID_MAP, OngeldigBeleid
from consent.policy_files import lees_yaml
from schemas.catalogue import Rol, gebeurtenistypen

BESTAND = BELEID_MAP / "aanlevering.yaml"


class Weigergrond(StrEnum):
    """Why a party may not say it; codes of ``aanlevering-geweigerd.reden``."""

    ONBEKEND_TYPE = "onbekend-type"
    NIET_BEVOEGD = "niet-bevoegd"
    GEEN_RELATIE = "geen-relatie"
    ONGELDIG = "ongeldig"


@dataclass(frozen=True, slots=True)
class Weigering:
    """A refusal; ``toelichting`` goes into the sender's receipt and repeats nothing of the data."""

    grond: Weigergrond
    toelichting: str


class Vereiste(StrEnum):
    """What relation a sender needs to say something about a person."""

    GEEN = "geen"
    """None: its own task brings it into contact with the person."""
    EERSTE = "eerste"
    """One, unless no gemeente has the person yet: who speaks first takes nobody's place, and gets nothing by it."""
    ACTIEF = "actief"
    """One, now or on the day that it happened: a late report about its own time is welcome."""
    OOIT = "ooit"
    """One, now or once: to finish or take back what it began."""


def may_say(
    bron: Partij,
    gebeurtenis: str,
    data: Mapping[str, Any],
    kader: Kader | None = None,
    op: date | None = None,
    gebeurd: date | None = None,
) -> Weigering | None:
    """None when it may. ``kader`` is that of just before the event, ``op`` the log's day, ``gebeurd`` the event's."""
    type_ = gebeurtenistypen().get(gebeurtenis)
    if type_ is None:
        return Weigering(Weigergrond.ONBEKEND_TYPE, "Lever een gebeurtenis aan die in de catalogus staat.")
    if bron.rol not in type_.producenten:
        return Weigering(
            Weigergrond.NIET_BEVOEGD,
            f"Lever {gebeurtenis} niet aan als {bron.rol}: dat mag alleen {_wie(gebeurtenis)}.",
        )
    if gebeurtenis in SOORTEN:
        return _over_eigen_type(bron, data)
    if kader is None or bron.rol is Rol.HUB:
        return None
    if op is None:
        raise ValueError("give the log's day together with the kader")
    if _voldoet(vereisten()[(gebeurtenis, bron.rol)], bron, kader, op, gebeurd):
        return None
    return Weigering(
        Weigergrond.GEEN_RELATIE,
        f"Lever {gebeurtenis} aan over personen met wie u als {bron.rol} een relatie heeft; controleer de persoon.",
    )


def _over_eigen_type(bron: Partij, data: Mapping[str, Any]) -> Weigering | None:
    """A correction or retraction of a type that the sender's role cannot have sent is of somebody else's event."""
    origineel = gebeurtenistypen().get(str(data.get("gebeurtenis")))
    if origineel is not None and bron.rol not in origineel.producenten:
        return Weigering(
            Weigergrond.NIET_BEVOEGD, "Corrigeer of trek alleen in wat uw organisatie zelf heeft aangeleverd."
        )
    return None


def _voldoet(vereiste: Vereiste, bron: Partij, kader: Kader, op: date, gebeurd: date | None) -> bool:
    if vereiste is Vereiste.GEEN:
        return True
    eigen = kader.relaties_van(bron)
    if vereiste is Vereiste.OOIT:
        return any(r.van <= op for r in eigen)
    if any(r.stand(dag) is RelatieStand.ACTIEF for r in eigen for dag in {op, gebeurd or op}):
        return True
    if vereiste is Vereiste.EERSTE:
        return not any(r.partij.rol is Rol.GEMEENTE for r in kader.relaties)
    return False


def _wie(gebeurtenis: str) -> str:
    return " of ".join(sorted(rol.value for rol in gebeurtenistypen()[gebeurtenis].producenten))


@cache
def vereisten(bestand: Path = BESTAND) -> Mapping[tuple[str, Rol], Vereiste]:
    """(event, sender's role) -> requirement, complete for all that organisations may say; raises OngeldigBeleid."""
    try:
        rijen = lees_yaml(bestand)["aanlevering"]
        gevonden: dict[tuple[str, Rol], Vereiste] = {}
        for rij in rijen:
            for sleutel in ((g, Rol(r)) for g in rij["gebeurtenissen"] for r in rij["rollen"]):
                if sleutel in gevonden:
                    raise OngeldigBeleid(f"Noem {sleutel[0]} door {sleutel[1]} eenmaal in {bestand.name}.")
                gevonden[sleutel] = Vereiste(rij["relatie"])
    except (KeyError, TypeError, ValueError) as fout:
        if isinstance(fout, OngeldigBeleid):
            raise
        raise OngeldigBeleid(f"Geef elke rij van {bestand.name} rollen, gebeurtenissen en een relatie.") from fout
    nodig = {
        (naam, rol)
        for naam, type_ in gebeurtenistypen().items()
        for rol in type_.producenten
        if rol is not Rol.HUB and naam not in SOORTEN
    }
    for verschil, wat in ((nodig - set(gevonden), "Zet"), (set(gevonden) - nodig, "Verwijder")):
        if verschil:
            gebeurtenis, rol = min(verschil)
            raise OngeldigBeleid(
                f"{wat} {gebeurtenis} door {rol} in {bestand.name}; de catalogus en het bestand verschillen."
            )
    return gevonden
