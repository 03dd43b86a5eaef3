# SPDX-License-Identifier: EUPL-1.2
"""Which categories of data a message holds: what an account of disclosures tells instead of the data. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.catalogue import Categorie, gebeurtenistypen
from schemas.corrections import LEEG, WIJZIGING


def categorieen_in(
    gebeurtenis: str, data: Mapping[str, Any], persoon: Iterable[Categorie] = ()
) -> frozenset[Categorie]:
    """The categories of the values that are there, and of the identifiers that go along.

    By value, not by field: a list of aandachtspunten counts as health only where a point of health is in it. Of a
    correctie the changed and the emptied fields count as those of the original's type. A field that the catalogue does not have (of a
    type from before) counts for nothing: minimise lets none pass.
    """
    gevonden = set(persoon)
    type_ = gebeurtenistypen().get(gebeurtenis)
    for naam, waarde in data.items():
        if waarde is None:
            continue
        if naam == WIJZIGING and isinstance(waarde, Mapping):
            gevonden |= categorieen_in(str(data.get("gebeurtenis")), waarde)
        elif naam == LEEG and isinstance(waarde, list | tuple):
            origineel = gebeurtenistypen().get(str(data.get("gebeurtenis")))
            gevonden |= {origineel.velden[veld].categorie for veld in waarde if origineel and veld in origineel.velden}
        elif type_ is not None and (veld := type_.velden.get(naam)) is not None:
            stuks = waarde if isinstance(waarde, list | tuple) else (waarde,)
            gevonden.update(veld.categorie_van(een) for een in stuks)
    return frozenset(gevonden)


def categorieen_van_type(gebeurtenis: str) -> frozenset[Categorie]:
    """What an event of this type is about, by its fields: what a denial kept from its recipient."""
    type_ = gebeurtenistypen().get(gebeurtenis)
    return frozenset(veld.categorie for veld in type_.velden.values()) if type_ else frozenset()


def categorieen_van_veld(gebeurtenis: str, naam: str) -> frozenset[Categorie]:
    """The categories of one field by its name in an audit record (``wijziging.<veld>`` has no type there: none)."""
    type_ = gebeurtenistypen().get(gebeurtenis)
    veld = type_.velden.get(naam) if type_ else None
    return frozenset() if veld is None else frozenset({veld.categorie, *veld.waarde_categorieen.values()})
