# SPDX-License-Identifier: EUPL-1.2
"""The participants register of a story: its organisations, their roles, and the gemeenten that they work for."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from consent.participants import Deelnemersregister
from schemas.vocabulary import Rol

from .read import Deelnemer

SINDS = date(1900, 1, 1)


def register(deelnemers: Sequence[Deelnemer]) -> Deelnemersregister:
    """One row an organisation; its keys are made up, so that notices can be addressed to it."""
    rijen: dict[str, dict[str, Any]] = {}
    for deelnemer in deelnemers:
        oin = deelnemer.oin
        rij = rijen.setdefault(oin, {"oin": oin, "naam": oin, "rollen": {}, "zegelsleutels": [_sleutel(oin)]})
        rij["rollen"].update({rol: {"rol": rol, "van": SINDS} for rol in deelnemer.roles})
        rij["namens"] = sorted({*rij.get("namens", ()), *namens(deelnemer, deelnemers)})
    return Deelnemersregister.of({**rij, "rollen": list(rij["rollen"].values())} for rij in rijen.values())


def namens(deelnemer: Deelnemer, deelnemers: Sequence[Deelnemer]) -> list[str]:
    """The gemeenten that an organisation's notes name, whatever the notes are called (contract, verwerker_van, ...)."""
    gemeenten = {een.oin for een in deelnemers if Rol.GEMEENTE in een.roles} - {deelnemer.oin}
    return sorted(gemeenten & set(_teksten(deelnemer.notes)))


def _teksten(waarde: Any) -> Iterator[str]:
    if isinstance(waarde, dict):
        for deel in waarde.values():
            yield from _teksten(deel)
    elif isinstance(waarde, list):
        for deel in waarde:
            yield from _teksten(deel)
    else:
        yield str(waarde)


def _sleutel(oin: str) -> dict[str, Any]:
    publiek = base64.b64encode(hashlib.sha256(oin.encode()).digest()).decode()
    return {"sleutelid": f"{oin}-zegel", "publiek": publiek, "van": SINDS}
