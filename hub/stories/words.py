# SPDX-License-Identifier: EUPL-1.2
"""The words that a story may use: closed lists, and the open names of the story format. Not what they mean.

A word outside a closed list makes a story invalid. Rules, settings, state paths, events and data keys are open: a story
may use one that the hub does not know, and is then told so, because a misspelt name would let a line hold for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from hub.dossier.regels.rules import SETTINGS, Regels
from hub.dossier.stand.paden import PADEN

RULES = frozenset(
    {
        "PIP",
        "brede intake",
        "inburgeringsaanbod",
        "start leerroute",
        "termijn",
        "switch of leerroute",
        "voortgangsrapportage",
        "voortgangsgesprek",
        "verzuim",
        "verzuim silence",
        "verzuim not reported",
        "ontzorgen",
        "warme overdracht",
        "koppeling",
        "huisvesting",
        "begeleiding",
        "pending request at DUO",
        "level reached",
        "hours",
        "overdracht",
        "machtiging",
        "age 18",
        "gap",
        "afschaling unsubstantiated",
        "PVT to make up",
        "withdrawal unconfirmed",
    }
)
"""The rules that the story format names (first column of the table of terms, and four more)."""


def rule_names(regels: Regels) -> frozenset[str]:
    """Every rule that the format names or the hub has."""
    return RULES | frozenset(SETTINGS) | frozenset(v.regel for v in regels.versies)


def path_known(pad: str) -> bool:
    """Whether the hub answers this state path."""
    return pad in PADEN or pad.startswith("toestemming.")


def nearest(name: str, among: Iterable[str]) -> str:
    """`; perhaps X` for the known name that looks most like it, else nothing."""
    found = get_close_matches(name, list(among), n=1, cutoff=0.6)
    return f"; perhaps {found[0]}" if found else ""
