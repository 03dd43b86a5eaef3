# SPDX-License-Identifier: EUPL-1.2
"""The rules under a story's `reading`. A setting of the wrong kind is an error; one that no rule has changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.dossier.regels.instelcodes import vreemd
from hub.dossier.regels.rules import SETTINGS, OngeldigeRegels, Regels

from .read import OngeldigVerhaal, plat


def met_lezing(regels: Regels, lezing: Mapping[str, Mapping[str, Any]], naam: str) -> tuple[Regels, tuple[str, ...]]:
    """The rules, and the `rule.setting`s that none of them has; raises OngeldigVerhaal."""
    gelezen = {
        regel: {instelling: _waarde(naam, regel, instelling, waarde) for instelling, waarde in instellingen.items()}
        for regel, instellingen in lezing.items()
    }
    try:
        return regels.met(gelezen)
    except OngeldigeRegels as fout:
        raise OngeldigVerhaal(f"{naam}: correct the reading: {fout}") from fout


def _waarde(naam: str, regel: str, instelling: str, waarde: Any) -> Any:
    """The value as the rule wants it: one number where it has a list of them is a list of one."""
    waarde, wens = plat(waarde), SETTINGS.get(regel, {}).get(instelling)
    if wat := vreemd(f"{regel}.{instelling}", waarde):
        raise OngeldigVerhaal(f"{naam}: correct reading.{regel}.{instelling}: it has no {wat}")
    if wens is list and not isinstance(waarde, list):
        return [waarde]
    if wens is not None and (not isinstance(waarde, wens) or (wens is int and isinstance(waarde, bool))):
        raise OngeldigVerhaal(f"{naam}: write reading.{regel}.{instelling} as {wens.__name__}")
    return waarde
