# SPDX-License-Identifier: EUPL-1.2
"""What the person allowed and what was asked on record, as facts say it. What cannot be read opens nothing."""

from __future__ import annotations

from collections.abc import Iterable

from consent.kader import Toestemming, Verzoek, categorieen_uit
from consent.toestemming import ToestemmingStand
from schemas.vocabulary import Categorie

from .facts import Feit, lees_partij

ONBEKEND = "onbekend"


def toestemmingen(gegeven: Iterable[Feit], ingetrokken: Iterable[Feit]) -> tuple[Toestemming, ...]:
    """Every toestemming that can be read, withdrawn or not. Whether it has expired is judged on the day (`stand_op`)."""
    weg = {feit.data.get("betreft") for feit in ingetrokken}
    gelezen = (_toestemming(feit, feit.id in weg) for feit in gegeven)
    return tuple(toestemming for toestemming in gelezen if toestemming is not None)


def _toestemming(feit: Feit, ingetrokken: bool) -> Toestemming | None:
    ontvanger = lees_partij(str(feit.data.get("ontvanger", "")))
    categorieen, van, tot = feit.data.get("categorieen"), feit.dag("van"), feit.dag("tot")
    if ontvanger is None or van is None or not isinstance(categorieen, list):
        return None
    if any(naam not in Categorie._value2member_map_ for naam in categorieen):
        return None
    if tot is None and feit.data.get("tot") is not None:
        return None  # an end was meant; without it the toestemming would never end
    return Toestemming(
        id=feit.id,
        doel=feit.tekst("doel") or ONBEKEND,
        ontvanger=ontvanger,
        categorieen=categorieen_uit(categorieen),
        van=van,
        tot=tot,
        stand=ToestemmingStand.INGETROKKEN if ingetrokken else ToestemmingStand.GEGEVEN,
        taal=feit.tekst("taal"),
        tekstversie=feit.tekst("tekstversie"),
        tolk=feit.data.get("tolk"),
        via=feit.partij,
    )


def verzoeken(gevraagd: Iterable[Feit]) -> tuple[Verzoek, ...]:
    """Every request that can be read."""
    gelezen = []
    for feit in gevraagd:
        aan = feit.tekst("aan")
        namen = feit.data.get("categorieen") or ()
        categorieen = categorieen_uit(namen)
        # An empty set asks for all that the rows allow, so what cannot be read must not become empty.
        if aan is not None and bool(namen) == bool(categorieen):
            gebeurtenissen = frozenset(feit.data.get("gebeurtenissen") or ())
            van = feit.dag("van") or feit.op
            gelezen.append(Verzoek(feit.id, feit.partij, aan, gebeurtenissen, categorieen, van, feit.dag("tot")))
    return tuple(gelezen)
