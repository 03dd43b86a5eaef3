# SPDX-License-Identifier: EUPL-1.2
"""Changes of the policy and the rules as the audit log tells them: proposed by whom, approved by whom, in force since.

The log is the only memory of this: who wants to get round the second person has to change the tree. Not here: what a
change would do (``hub.streams.preview``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from hub.readmodel.tables import handelingen
from hub.vault.tables import reading


@dataclass(frozen=True, slots=True)
class Voorstel:
    """One bundle (by digest), since it was last proposed. Moments are ISO 8601."""

    digest: str
    voorgesteld_door: str
    voorgesteld_op: str
    goedgekeurd_door: str | None = None
    goedgekeurd_op: str | None = None
    geactiveerd_door: str | None = None
    in_werking: str | None = None
    """When the first partition came to decide by it."""


def voorstellen(engine: Engine, handeling: str, soort: str) -> list[Voorstel]:
    """Every proposal, oldest first. ``handeling``: the act's code; ``soort``: the kind of bundle."""
    query = (
        select(handelingen)
        .where(handelingen.c.handeling.in_((handeling, f"{soort}-geactiveerd")))
        .order_by(handelingen.c.nummer)
    )
    found: dict[str, dict[str, Any]] = {}
    with reading(engine) as connection:
        for row in connection.execute(query):
            if row.stap == "voorgesteld":
                found[row.onderwerp] = {"voorgesteld_door": row.door, "voorgesteld_op": row.moment}
            elif (known := found.get(row.onderwerp)) is not None:
                _step(known, row)
    return [Voorstel(digest, **known) for digest, known in found.items()]


def _step(known: dict[str, Any], row: Any) -> None:
    match row.stap:
        case "goedgekeurd" if row.door != known["voorgesteld_door"]:
            known |= {"goedgekeurd_door": row.door, "goedgekeurd_op": row.moment}
        case "afgewezen":
            known |= {"goedgekeurd_door": None, "goedgekeurd_op": None}
        case "uitgevoerd":
            known["geactiveerd_door"] = row.door
        case None:
            known.setdefault("in_werking", row.moment)
