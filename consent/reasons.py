# SPDX-License-Identifier: EUPL-1.2
"""What rows open for one recipient, and the one reason that explains best when nothing does. Not: fields and values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from consent.conditions import VOORWAARDEN, Toets, Voorwaarde
from consent.kader import Reden, RelatieStand, ToestemmingStand
from consent.policy import GESLOTEN, Beleidsregel
from schemas.catalogue import Categorie, Rol, Veld, gebeurtenistypen


@dataclass(slots=True)
class Openingen:
    """What the rows open for one recipient, before the data are looked at."""

    op_categorie: dict[Categorie, list[Beleidsregel]] = field(default_factory=dict)
    gefaald: list[tuple[Beleidsregel, Reden]] = field(default_factory=list)
    toestemmingen: dict[str, str] = field(default_factory=dict)
    """Row id -> id of the toestemming that it rested on."""


def openingen(rijen: Iterable[Beleidsregel], toets: Toets) -> Openingen:
    """Which categories the rows open, and which rows fail on what (the first condition that does not hold)."""
    open_ = Openingen()
    for regel in rijen:
        toets.categorie = regel.categorie
        toets.toestemming = None
        reden = None
        for voorwaarde in regel.voorwaarden:
            reden = VOORWAARDEN[voorwaarde](toets)
            if reden is not None:
                open_.gefaald.append((regel, reden))
                break
        if reden is not None:
            continue
        if toets.toestemming is not None:
            open_.toestemmingen[regel.id] = toets.toestemming
        for categorie in regel.categorieen:
            open_.op_categorie.setdefault(categorie, []).append(regel)
    return open_


VOORRANG = (
    Reden.TOESTEMMING_WITHDRAWN,
    Reden.TOESTEMMING_EXPIRED,
    Reden.NO_TOESTEMMING,
    Reden.NOT_REQUESTED,
    Reden.NO_CONTRACT,
    Reden.RELATION_ENDED,
    Reden.NO_RELATION,
    Reden.NO_GROUND,
)
"""Which failing row explains most: the one that came nearest to opening."""


def zwaarste(redenen: Iterable[Reden]) -> Reden:
    """The reason of the row that came nearest to opening."""
    return min(redenen, key=VOORRANG.index)


def hoofdreden(toets: Toets, gefaald: Sequence[tuple[Beleidsregel, Reden]]) -> Reden:
    """The one reason when nothing passes.

    1. A relation that ended explains all else. (DUO has a duty of its own, whatever relations there were.)
    2. A toestemming for a category that the law closes: say that, not that a toestemming is missing.
    3. A relation, but no row; or rows, of which the nearest failing one explains.
    4. Never a relation: a toestemming that failed; else another role of the same organisation; else no relation.
    """
    ontvanger, kader = toets.ontvanger, toets.kader
    landelijk = ontvanger.rol is Rol.UITVOERING
    if not landelijk and toets.stand in (RelatieStand.BEEINDIGD, RelatieStand.STAART):
        return Reden.RELATION_ENDED
    if _toestemming_voor_gesloten(toets):
        return Reden.FORBIDDEN_CATEGORY
    if landelijk or toets.stand is RelatieStand.ACTIEF:
        return zwaarste(reden for _, reden in gefaald) if gefaald else Reden.NO_GROUND
    if any(t.ontvanger == ontvanger for t in kader.toestemmingen):
        op_toestemming = [reden for r, reden in gefaald if Voorwaarde.TOESTEMMING in r.voorwaarden]
        if op_toestemming:
            return zwaarste(op_toestemming)
    for relatie in kader.relaties:
        if relatie.zelf_gemeld:
            continue
        if relatie.partij.oin == ontvanger.oin and relatie.stand(toets.op, toets.event.id) is RelatieStand.ACTIEF:
            return Reden.WRONG_ROLE
    if ontvanger.rol is Rol.OPVANG and not gefaald:
        return Reden.NO_GROUND
    return Reden.NO_RELATION


def categorie_van(veld: Veld, waarde: object) -> Categorie:
    """The category of one value of a field; most fields have one category for all values."""
    return veld.categorie_van(waarde) if veld.waarde_categorieen else veld.categorie


def buiten_lijst(veld: Veld, waarde: object) -> bool:
    """Whether a coded field has a code that its list does not know: that may be of any category, so no row opens it."""
    return veld.waarden is not None and waarde not in veld.waarden and waarde not in ([], ())


def _toestemming_voor_gesloten(toets: Toets) -> bool:
    """Whether the person agreed to something in this event that the law closes to this recipient all the same."""
    gesloten = GESLOTEN[toets.ontvanger.rol]
    toegezegd: set[Categorie] = set()
    for toestemming in toets.kader.toestemmingen:
        if toestemming.ontvanger == toets.ontvanger and toestemming.stand_op(toets.op) is ToestemmingStand.GEGEVEN:
            toegezegd |= toestemming.categorieen & gesloten
    if not toegezegd:
        return False
    type_ = gebeurtenistypen()[toets.event.gebeurtenis]
    for naam, waarde in toets.event.data.items():
        veld = type_.velden.get(naam)
        if veld is not None and waarde is not None:
            stuks = waarde if isinstance(waarde, list | tuple) else (waarde,)
            if any(categorie_van(veld, een) in toegezegd for een in stuks):
                return True
    return False
