# SPDX-License-Identifier: EUPL-1.2
"""Cuts an event's data to what a decision lets through. Decides nothing, and adds no identifiers of the person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consent.decide import Besluit, Uitkomst
from schemas.corrections import LEEG, WIJZIGING, correctie_of, patch_of

__all__ = ["LEEG", "WIJZIGING", "gewijzigd", "minimise"]


def gewijzigd(veld: str) -> str:
    """The name in a decision of a field that a correctie changes or empties: ``wijziging.<veld>``."""
    return f"{WIJZIGING}.{veld}"


def minimise(data: Mapping[str, Any], besluit: Besluit) -> dict[str, Any]:
    """Only the fields and values that pass, as new data; empty when the decision is a denial."""
    if besluit.uitkomst is not Uitkomst.GELEVERD:
        return {}
    uit: dict[str, Any] = {}
    for naam, waarde in data.items():
        if waarde is None or naam in (WIJZIGING, LEEG):
            continue
        if naam in besluit.velden:
            uit[naam] = _waarde(waarde, naam, besluit)
    return uit | _van_correctie(data, besluit)


def _van_correctie(data: Mapping[str, Any], besluit: Besluit) -> dict[str, Any]:
    """Of the changed fields those that pass; a change of which no value passes leaves the field empty to this one."""
    patch: dict[str, Any] = {}
    for veld, waarde in patch_of(data).items():
        naam = gewijzigd(veld)
        if naam in besluit.velden:
            patch[veld] = None if waarde is None or besluit.waarden.get(naam) == () else _waarde(waarde, naam, besluit)
    return correctie_of(patch)


def _waarde(waarde: Any, naam: str, besluit: Besluit) -> Any:
    if naam in besluit.waarden:
        return list(besluit.waarden[naam])
    return list(waarde) if isinstance(waarde, list | tuple) else waarde
