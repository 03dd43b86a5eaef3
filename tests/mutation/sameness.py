# SPDX-License-Identifier: EUPL-1.2
"""Whether two policies can be told apart at all: a mutant that opens nothing else is no test's failure.

Compares what rows open: an event's category between two roles, under conditions, for fields, in a period, with numbers
of the person. A row beside one that is wider in all of this adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from consent.conditions import BRENGT_MEE, GENOEMD_IN, IDENTIFIERS, Voorwaarde
from consent.corrections import SOORTEN
from consent.policy import Beleid, Beleidsregel
from schemas.catalogue import Categorie, Rol, gebeurtenistypen

Key = tuple[str, Rol, Rol]

NOEMT_ONTVANGER = frozenset(GENOEMD_IN) | {"toestemming-ingetrokken", "toestemming-verlopen"}


@dataclass(frozen=True)
class Opening:
    """One category of one event, as one row opens it."""

    categorie: Categorie
    als: frozenset[Voorwaarde]
    velden: frozenset[str]
    """The fields of the event that it opens."""
    van: date
    tot: date
    nummers: frozenset[Categorie]

    def covers(self, other: Opening) -> bool:
        """Whether this one is open wherever the other is, for as much."""
        held = other.als.union(*(BRENGT_MEE.get(one, frozenset()) for one in other.als))
        return (
            self.categorie is other.categorie
            and self.als <= held
            and other.velden <= self.velden
            and other.nummers <= self.nummers
            and self.van <= other.van
            and other.tot <= self.tot
        )


def touched(one: Beleid, other: Beleid) -> set[Key]:
    """The flows whose rows differ."""
    keys = one._index.keys() | other._index.keys()
    return {key for key in keys if one._index.get(key) != other._index.get(key)}


def same(one: Beleid, other: Beleid) -> bool:
    """Whether the two decide the same on everything."""
    return all(
        _openings(key, one._index.get(key, ())) == _openings(key, other._index.get(key, ()))
        for key in touched(one, other)
    )


def _openings(key: Key, rows: Iterable[Beleidsregel]) -> set[Opening]:
    """What the rows of one flow open, without what adds nothing."""
    naam, van, _ = key
    found: set[Opening] = set()
    if naam in SOORTEN or van not in gebeurtenistypen()[naam].producenten:
        return found  # who got the original gets these whatever a row says; and what nobody says reaches nobody
    for row in rows:
        als = _held(key, frozenset(row.voorwaarden))
        if als is None:
            continue
        for categorie in sorted(row.categorieen - IDENTIFIERS):
            velden = frozenset(
                veld.naam
                for veld in gebeurtenistypen()[naam].velden.values()
                if categorie in (veld.categorie, *veld.waarde_categorieen.values())
                and (not row.velden or veld.naam in row.velden)
            )
            opening = Opening(
                categorie, als, velden, row.geldig_van, row.geldig_tot or date.max, row.categorieen & IDENTIFIERS
            )
            if velden:
                found.add(opening)
    return {one for one in found if not any(other != one and other.covers(one) for other in found)}


def _held(key: Key, als: frozenset[Voorwaarde]) -> frozenset[Voorwaarde] | None:
    """The conditions without those that another brings along; None when they can never all hold."""
    naam, van, naar = key
    if Voorwaarde.GENOEMD in als and van is not Rol.HUB and naam not in NOEMT_ONTVANGER:
        return None  # the event names nobody
    if Voorwaarde.EIGEN_GEMEENTE in als:
        if van is Rol.GEMEENTE and naar is Rol.GEMEENTE:
            return None  # two gemeenten are never one
        if Rol.UITVOERDER in (van, naar) and {van, naar} & {Rol.UITVOERING, Rol.OPVANG, Rol.HUB}:
            return None  # no mandate of theirs is on record
        if naar is Rol.UITVOERDER:
            als -= {
                Voorwaarde.RELATIE,
                *BRENGT_MEE[Voorwaarde.RELATIE],
            }  # whose mandate it is, its active relation says
    return als - {brought for one in als for brought in BRENGT_MEE.get(one, ())}
