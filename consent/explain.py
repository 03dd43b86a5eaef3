# SPDX-License-Identifier: EUPL-1.2
"""Says why: which row lets which field of an event pass to a recipient, and which row or lack of one does not.

The same functions decide and explain, so an explanation cannot differ from the decision. Not: decisions that were taken
earlier (the audit has those).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consent.conditions import VOORWAARDEN, Beoordeling, Toets, Voorwaarde
from consent.decide import Besluit, beslis_voor, opent, waarom_niet
from consent.kader import Kader, Partij, Reden
from consent.participants import Deelnemer, Deelnemersregister, RolPeriode
from consent.policy import Beleid, Beleidsregel
from consent.reasons import Openingen, openingen
from schemas.catalogue import Categorie, Veld, gebeurtenistype


@dataclass(frozen=True, slots=True)
class RijUitleg:
    """One row that speaks of this event between these roles."""

    regel: Beleidsregel
    faalt_op: Voorwaarde | None
    """The first condition that does not hold; None: the row is open."""
    reden: Reden | None


@dataclass(frozen=True, slots=True)
class VeldUitleg:
    """One category of one field: most fields have one, a code list may mix several."""

    veld: str
    categorie: Categorie
    regel: str | None
    """Id of the row that lets it pass; None: withheld."""
    reden: Reden | None
    waarden: tuple[str, ...] = ()
    """The codes that are of this category, where that is not the category of the field."""


@dataclass(frozen=True, slots=True)
class Uitleg:
    """The whole answer. ``besluit`` is about the data given; without data it is about the event's name alone."""

    besluit: Besluit
    rijen: tuple[RijUitleg, ...]
    velden: tuple[VeldUitleg, ...]


def explain(
    event: Beoordeling,
    partij: Partij,
    kader: Kader,
    beleid: Beleid,
    op: date,
    deelnemers: Deelnemersregister | None = None,
) -> Uitleg:
    """Every field of the event's type, also those that this event leaves out; raises UnknownEventType.

    Without ``deelnemers`` the recipient is taken to be a participant in its role.
    """
    type_ = gebeurtenistype(event.gebeurtenis)
    if deelnemers is None:
        rol = RolPeriode(rol=partij.rol, van=date.min)
        deelnemers = Deelnemersregister(deelnemers=(Deelnemer(oin=partij.oin, naam=partij.oin, rollen=(rol,)),))
    besluit = beslis_voor(partij, event, kader, beleid, deelnemers, op)
    toets = Toets(event, partij, kader, op, kader.stand_van(partij, op, event.id))
    rijen = beleid.voor(event.gebeurtenis, event.bron.rol, partij.rol, op)
    open_ = openingen(rijen, toets)
    dicht = Reden.ERASED if kader.gewist else Reden.RESTRICTED if kader.beperkt else None
    return Uitleg(
        besluit=besluit,
        rijen=tuple(_rij(regel, toets) for regel in rijen),
        velden=tuple(
            _veld(veld, categorie, toets, open_, dicht)
            for veld in type_.velden.values()
            for categorie in sorted({veld.categorie, *veld.waarde_categorieen.values()})
        ),
    )


def _rij(regel: Beleidsregel, toets: Toets) -> RijUitleg:
    toets.categorie = regel.categorie
    for voorwaarde in regel.voorwaarden:
        reden = VOORWAARDEN[voorwaarde](toets)
        if reden is not None:
            return RijUitleg(regel, voorwaarde, reden)
    return RijUitleg(regel, None, None)


def _veld(veld: Veld, categorie: Categorie, toets: Toets, open_: Openingen, dicht: Reden | None) -> VeldUitleg:
    waarden = tuple(w for w, c in veld.waarde_categorieen.items() if c is categorie)
    regel = opent(veld.naam, categorie, open_)
    if regel is None and categorie is Categorie.TECHNISCH and open_.op_categorie:
        regel = min((r for rijen in open_.op_categorie.values() for r in rijen), key=lambda r: r.id)
    if regel is None or dicht is not None:
        return VeldUitleg(
            veld.naam, categorie, None, dicht or waarom_niet(categorie, veld.naam, toets, open_), waarden
        )  # fmt: skip
    return VeldUitleg(veld.naam, categorie, regel.id, None, waarden)
