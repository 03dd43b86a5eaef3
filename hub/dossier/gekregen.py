# SPDX-License-Identifier: EUPL-1.2
"""Which parties ever got anything of a dossier, signals included: those are told of erasure and restriction (AVG 19).

Per party the dossiers under whose pseudonym it knows the person: more than one where dossiers were joined. A receipt
counts for nothing: it holds only what its reader sent itself. Who got which event is kept with the event (``fold``).
"""

from __future__ import annotations

from collections.abc import Iterable

from consent.kader import Partij

from .feiten.facts import lees_partij
from .feiten.rows import ONTVANGERS, Row, Rows
from .gevolgen import Levering, Soort


def onthoud(rows: Rows, dossier_id: str, leveringen: Iterable[Levering]) -> None:
    """Remembers the recipients of these deliveries; writes only when one of them is new."""
    rij: Row = rows.get(ONTVANGERS) or {}
    namen = {str(een.ontvanger) for een in leveringen if een.soort is not Soort.ONTVANGSTBEWIJS}
    nieuw = {naam: {**rij.get(naam, {}), dossier_id: 1} for naam in namen if dossier_id not in rij.get(naam, {})}
    if nieuw:
        rows.put(ONTVANGERS, dict(sorted({**rij, **nieuw}.items())))


def ontvangers(rows: Rows) -> dict[Partij, list[str]]:
    """Every party that got anything, with the dossiers under whose pseudonym that was."""
    rij: Row = rows.get(ONTVANGERS) or {}
    return {partij: sorted(onder) for naam, onder in rij.items() if (partij := lees_partij(naam)) is not None}
