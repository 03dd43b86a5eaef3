# SPDX-License-Identifier: EUPL-1.2
"""Cuts an event's data to what a decision lets through. Decides nothing, and adds no identifiers of the person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consent.decide import Besluit, Uitkomst

WIJZIGING = "wijziging"
"""The field of a correctie that holds the changed fields of the original; in a decision ``wijziging.<veld>``."""


def minimise(data: Mapping[str, Any], besluit: Besluit) -> dict[str, Any]:
    """Only the fields and values that pass, as new data; empty when the decision is a denial."""
    if besluit.uitkomst is not Uitkomst.GELEVERD:
        return {}
    uit: dict[str, Any] = {}
    for naam, waarde in data.items():
        if waarde is None:
            continue
        if naam == WIJZIGING and isinstance(waarde, Mapping):
            binnen = {
                veld: _waarde(inhoud, f"{WIJZIGING}.{veld}", besluit)
                for veld, inhoud in waarde.items()
                if inhoud is not None and f"{WIJZIGING}.{veld}" in besluit.velden
            }
            if binnen:
                uit[naam] = binnen
        elif naam in besluit.velden:
            uit[naam] = _waarde(waarde, naam, besluit)
    return uit


def _waarde(waarde: Any, naam: str, besluit: Besluit) -> Any:
    if naam in besluit.waarden:
        return list(besluit.waarden[naam])
    return list(waarde) if isinstance(waarde, list | tuple) else waarde
