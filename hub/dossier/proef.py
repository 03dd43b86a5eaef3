# SPDX-License-Identifier: EUPL-1.2
"""A pilot: what a party would get is decided and recorded (`proef`) and not handed over.

A party is in pilot by its own row of the register, or as everybody is in a case whose gemeente is in pilot with its cases.
Only what is new is held back: who got something before its pilot is told that it was corrected, withdrawn or erased, as
anybody is. When the pilot is over the party gets the state of now, as at the beginning of a ground, the signals that are
still open, and the answers to its requests that still stand. No history: that was never delivered, and stays so.

Not here: who is in pilot and when (`consent.participants`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from consent.decide import Besluit, Uitkomst
from consent.kader import Partij
from consent.participants import Deelnemersregister

from .feiten.rows import GRONDEN, KERN, Rows
from .feiten.zaak import Zaak
from .regels.kalender import EEN_DAG, dag_van

IN_PROEF = "in_proef"
"""In the row of grounds: the keys of grounds and requests whose party is in pilot."""
INGEHOUDEN, GEHEEL, LAATSTE = "ingehouden", "geheel", "laatste"
"""In the row of an open signal: its owner, being in pilot, was not told at all, or not of its last change."""


InProef = Callable[[Partij], bool]
"""Whether a party is in pilot, in this case and today."""


def in_proef(zaak: Zaak, deelnemers: Deelnemersregister, vandaag: date) -> InProef:
    gemeente = zaak.gemeente_op(vandaag)
    if gemeente is not None and deelnemers.dossiers_in_proef(gemeente, vandaag):
        return lambda partij: True
    return lambda partij: deelnemers.in_proef(partij.oin, vandaag)


def ingehouden(besluit: Besluit) -> Besluit:
    """The decision for a party in pilot: what would be delivered is not."""
    return replace(besluit, uitkomst=Uitkomst.PROEF) if besluit.uitkomst is Uitkomst.GELEVERD else besluit


def onthoud(rows: Rows, soort: str, sleutels: set[str]) -> set[str]:
    """Remembers which grounds (or requests) of this kind wait for the end of a pilot; gives those that waited before."""
    rij = rows.get(GRONDEN) or {}
    wachtend: dict[str, list[str]] = rij.get(IN_PROEF, {})
    eerder = set(wachtend.get(soort, ()))
    if eerder != sleutels:
        nu = {**wachtend, soort: sorted(sleutels)}
        nu = {naam: nu[naam] for naam in sorted(nu) if nu[naam]}
        over = {naam: deel for naam, deel in rij.items() if naam != IN_PROEF}
        rows.put(GRONDEN, {**over, IN_PROEF: nu} if nu else over)
    return eerder


def agenda(rows: Rows, dag: date | None, nu: datetime) -> date | None:
    """The next day to look: while somebody waits for the end of a pilot, tomorrow. `dag`: by all other rules."""
    signalen: Mapping[str, Mapping[str, Any]] = (rows.get(KERN) or {}).get("signalen", {})
    if not (rows.get(GRONDEN) or {}).get(IN_PROEF) and not any(INGEHOUDEN in rij for rij in signalen.values()):
        return dag
    morgen = dag_van(nu) + EEN_DAG
    return morgen if dag is None else min(dag, morgen)
