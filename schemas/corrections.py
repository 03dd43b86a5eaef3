# SPDX-License-Identifier: EUPL-1.2
"""What a correctie does to the data of the event that it corrects: some fields get another value, some lose theirs.

One reading for everybody who applies one: the fold, a partner's ledger, the connection with DUO. Not here: which event
it is about, and who may hear of it (``consent``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

WIJZIGING = "wijziging"
"""The field of a correctie that holds the changed fields of the original."""
LEEG = "leeg"
"""The field of a correctie that names the fields of the original that have no value any more."""


def patch_of(correctie: Mapping[str, Any]) -> dict[str, Any]:
    """The changed fields with their new value; None for a field that loses its own. What cannot be read changes nothing."""
    gewijzigd, leeg = correctie.get(WIJZIGING), correctie.get(LEEG)
    patch = {n: w for n, w in gewijzigd.items() if w is not None} if isinstance(gewijzigd, Mapping) else {}
    return patch | (dict.fromkeys(map(str, leeg)) if isinstance(leeg, list | tuple) else {})


def patched(data: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The data after a patch, without the fields that are empty now."""
    return {naam: waarde for naam, waarde in {**data, **patch}.items() if waarde is not None}


def correctie_of(patch: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a correctie that makes these changes; absent when there is nothing of the kind."""
    gewijzigd = {naam: waarde for naam, waarde in patch.items() if waarde is not None}
    leeg = sorted(naam for naam, waarde in patch.items() if waarde is None)
    return ({WIJZIGING: gewijzigd} if gewijzigd else {}) | ({LEEG: leeg} if leeg else {})


def difference(was: Mapping[str, Any], wordt: Mapping[str, Any], velden: Iterable[str] | None = None) -> dict[str, Any]:
    """The patch that makes the second of the first; over these fields only, when they are named."""
    over = set(velden) if velden is not None else {*was, *wordt}
    return {naam: wordt.get(naam) for naam in sorted(over) if was.get(naam) != wordt.get(naam)}
