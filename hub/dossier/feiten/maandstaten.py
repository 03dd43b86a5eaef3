# SPDX-License-Identifier: EUPL-1.2
"""Where the summaries of months of lessons are kept: a row for each year, so that one lesson rewrites the summaries of one
year, however many years there are. Not what a summary holds: that is ``lessen``.

``kern`` names the years, because rows can be read by name only. Rows of before were in ``kern`` itself, under `maanden`:
they are read as well, and go to their years when a lesson is filed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .rows import KERN, Row, Rows

JAREN, OUD = "jaren", "maanden"
BAK = "maanden/"
Samenvatting = dict[str, Any]


def jaarrijen(rows: Rows) -> tuple[Row, ...]:
    """Every row with summaries, in order of year; the same objects while nothing in them changed."""
    kern = rows.get(KERN) or {}
    oud = (kern[OUD],) if kern.get(OUD) else ()
    return (*oud, *(rows.get(f"{BAK}{jaar}") or {} for jaar in kern.get(JAREN, ())))


def alle(jaren: tuple[Row, ...]) -> dict[str, Samenvatting]:
    """The summaries by month (`2025-03`), in order."""
    return dict(sorted((maand, samenvatting) for rij in jaren for maand, samenvatting in rij.items()))


def bekende_maanden(rows: Rows) -> list[str]:
    """The months of which there are lessons, in order."""
    return list(alle(jaarrijen(rows)))


def zet(rows: Rows, maand: str, samenvatting: Samenvatting | None) -> None:
    """Keeps the summary of one month; None takes it away."""
    kern: Row = rows.get(KERN) or {}
    for eerder, deel in kern.get(OUD, {}).items():
        kern = _zet(rows, kern, eerder, deel)
    kern = _zet(rows, {naam: deel for naam, deel in kern.items() if naam != OUD}, maand, samenvatting)
    rows.put(KERN, kern)


def _zet(rows: Rows, kern: Row, maand: str, samenvatting: Samenvatting | None) -> Row:
    """Writes the row of the year; gives ``kern`` with the years as they are then."""
    jaar, jaren = maand[:4], set(kern.get(JAREN, ()))
    rij: Mapping[str, Any] = (rows.get(f"{BAK}{jaar}") or {}) if jaar in jaren else {}
    nieuw = {**rij, maand: samenvatting} if samenvatting is not None else {m: s for m, s in rij.items() if m != maand}
    if nieuw:
        rows.put(f"{BAK}{jaar}", dict(sorted(nieuw.items())))
        jaren.add(jaar)
    elif jaar in jaren:
        rows.delete(f"{BAK}{jaar}")
        jaren.discard(jaar)
    over = {naam: deel for naam, deel in kern.items() if naam != JAREN}
    return {**over, JAREN: sorted(jaren)} if jaren else over
