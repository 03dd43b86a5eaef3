# SPDX-License-Identifier: EUPL-1.2
"""The audit record: one a decision, canonical JSON, naming everything the decision rested on and nothing of what was
said.

Of what was delivered it names fields and categories, never values. Its bytes are the leaf of the audit tree. Keys are
sorted and there is no white space, so the same decision gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from consent.categorieen import categorieen_in
from consent.decide import Besluit
from consent.toestemming import ToestemmingStand
from hub.dossier.feiten.facts import Feit
from hub.dossier.gevolgen import Gevolgen, Hubbesluit, Levering

STANDEN = {
    "toestemming-gegeven": ToestemmingStand.GEGEVEN.value,
    "toestemming-geweigerd": ToestemmingStand.GEWEIGERD.value,
    "toestemming-ingetrokken": ToestemmingStand.INGETROKKEN.value,
    "toestemming-verlopen": ToestemmingStand.VERLOPEN.value,
}
"""The step in the life of a toestemming that an event is."""
INHOUDING, INGEHOUDEN = "inhouding", "ingehouden"
"""The kind of the record, and the outcome in it, of a delivery that was not handed over."""
GEWIJZIGD = {"correctie": "gecorrigeerd", "intrekking": "vervallen"}
"""What becomes of a report about a toestemming that was wrong: corrected, or never meant."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rested on besides the event: where it stands in the log and the digests in force there."""

    partition: int
    offset: int
    moment: datetime
    bundles: Mapping[str, str | None]


def canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def decision(
    basis: Basis,
    gevolgen: Gevolgen,
    *,
    soort: str,
    dossier: str | None,
    event: str | None,
    naam: str | None,
    bron: str | None,
    ciphertext: bytes | None,
    hoofd: str | None = None,
) -> bytes:
    """The record of all that followed from one record of the log (`event`, of type `naam`), or from a tick.

    `hoofd`: the dossier into which this one goes by it, where the two turned out to be one person.
    """
    feit = gevolgen.feit
    return canonical(
        {
            "v": 1,
            "soort": soort,
            "dossier": dossier,
            "gebeurtenis": event,
            "type": naam,
            "bron": bron,
            "betreft": feit.data.get("betreft") if feit else None,
            "toestemming": _step(feit) if feit else None,
            "plaats": f"{basis.partition}:{basis.offset}",
            "moment": basis.moment.isoformat(),
            "bundels": dict(basis.bundles),
            "sha256": hashlib.sha256(ciphertext).hexdigest() if ciphertext is not None else None,
            "uitkomsten": [_outcome(besluit) for besluit in gevolgen.besluiten],
            "hub": [_own(one) for one in gevolgen.hubbesluiten],
            "leveringen": [_delivery(levering) for levering in gevolgen.leveringen],
            "weigering": gevolgen.weigering.grond.value if gevolgen.weigering else None,
            **({"toestemmingen": _closed(gevolgen)} if gevolgen.gesloten else {}),
        }
        | ({"hoofd": hoofd} if hoofd else {})
    )


def withheld(basis: Basis, data: Mapping[str, Any]) -> bytes:
    """The record of a delivery (`betreft`) that was decided upon once more at its hand-over, and held back. It has the
    shape of a decision, so that whoever reads those reads this."""
    outcome = {
        "aan": data["aan"],
        "uitkomst": INGEHOUDEN,
        "reden": data["reden"],
        "regels": [],
        "velden": [],
        "achtergehouden": {},
        "toestemming": data.get("toestemming"),
    }
    return canonical(
        {
            "v": 1,
            "soort": INHOUDING,
            "dossier": data.get("dossier"),
            "gebeurtenis": None,
            "type": data["gebeurtenis"],
            "bron": None,
            "betreft": data["levering"],
            "toestemming": None,
            "plaats": f"{basis.partition}:{basis.offset}",
            "moment": basis.moment.isoformat(),
            "bundels": dict(basis.bundles),
            "sha256": None,
            "uitkomsten": [outcome],
            "hub": [],
            "leveringen": [],
            "weigering": None,
        }
    )


def _own(one: Hubbesluit) -> dict[str, Any]:
    said = {"id": one.id, "type": one.gebeurtenis, "betreft": one.betreft, **_outcome(one.besluit)}
    return said if one.bron is None else {**said, "bron": one.bron}


def _delivery(levering: Levering) -> dict[str, Any]:
    return {
        "aan": str(levering.ontvanger),
        "id": levering.id,
        "type": levering.gebeurtenis,
        "categorieen": sorted(categorieen_in(levering.gebeurtenis, levering.data, levering.persoon)),
    }


def _outcome(besluit: Besluit) -> dict[str, Any]:
    return {
        "aan": str(besluit.ontvanger),
        "uitkomst": besluit.uitkomst.value,
        "reden": besluit.reden.value if besluit.reden else None,
        "regels": list(besluit.regels),
        "velden": sorted(besluit.velden),
        "achtergehouden": {veld: reden.value for veld, reden in sorted(besluit.achtergehouden.items())},
        "toestemming": besluit.toestemming,
    }


def _closed(gevolgen: Gevolgen) -> list[dict[str, str]]:
    """Toestemmingen that closed here without a word of their own: another took their place, or who gave it may not."""
    return [{"id": id_, "stand": how} for id_, how in sorted(gevolgen.gesloten.items())]


def _step(feit: Feit) -> dict[str, Any] | None:
    """The step in the life of a toestemming, so that it can be shown later on what a disclosure rested (AVG 7(1)).

    For whom, which categories and how long: who may know is no content. Language, interpreter and purpose say
    something about the person and stay out.
    """
    data = feit.data
    if feit.gebeurtenis in GEWIJZIGD and data.get("gebeurtenis") in STANDEN:
        return {"id": data.get("betreft"), "stand": GEWIJZIGD[feit.gebeurtenis], "van_type": data["gebeurtenis"]}
    stand = STANDEN.get(feit.gebeurtenis)
    if stand is None:
        return None
    if feit.gebeurtenis not in ("toestemming-gegeven", "toestemming-geweigerd"):
        return {"id": data.get("betreft"), "stand": stand}
    known = {name: data[name] for name in ("ontvanger", "van", "tot", "tekstversie") if data.get(name)}
    return {"id": feit.id, "stand": stand, "categorieen": sorted(data.get("categorieen") or ()), **known}
