# SPDX-License-Identifier: EUPL-1.2
"""Rows of the audit log as a table that people read: organisations by name, moments as the clock on the wall has them.

Nothing is cut off: what does not fit goes on in the next line. Machines take `--json`, which has the values as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table

from consent.participants import Deelnemersregister
from hub.dossier.regels.kalender import AMSTERDAM

_PARTY = re.compile(r"([0-9A-Z]{20})(?:#([a-z]+))?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")


def table_of(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], register: Deelnemersregister | None = None
) -> Table:
    """These columns of the rows. `register`: gives organisations their names."""
    shown = Table(box=None)
    for name in columns:
        shown.add_column(name, overflow="fold")
    for one in rows:
        shown.add_row(*(readable(one.get(name), register) for name in columns))
    return shown


def readable(value: Any, register: Deelnemersregister | None = None) -> str:
    """A moment, an organisation, a list of such, or plain text."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(readable(one, register) for one in value)
    text = str(value)
    if _MOMENT.fullmatch(text):
        return f"{datetime.fromisoformat(text).astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
    if register is not None and (party := _PARTY.fullmatch(text)):
        deelnemer = register.by_oin(party[1])
        if deelnemer is not None:
            return f"{deelnemer.naam} ({party[2]})" if party[2] else deelnemer.naam
    return text
