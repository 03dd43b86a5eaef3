# SPDX-License-Identifier: EUPL-1.2
"""A dossier as of an earlier day, by what is known of it now: later facts left out, corrections of earlier ones in.

What was known *then* needs nothing of this: that is the fold of the log up to that day. Pure, and not for deciding:
relations and deliveries are what the log made of them at the time.
"""

from __future__ import annotations

from datetime import date

from .feiten import maandstaten
from .feiten.facts import Feit
from .feiten.fold import lees_feit
from .feiten.grondslagen import STANDEN
from .feiten.lessen import LESFEITEN, vat_samen
from .feiten.rows import FEITEN, GRONDEN, KERN, Row, Rows
from .verwachtingen.kennisgevingen import RIJ as KENNISGEVINGEN

LESSEN = "les/"


def op_dag(rijen: dict[str, Row], dag: date) -> Rows:
    """The rows without facts that took effect after `dag`; `rijen`: every row of the dossier, by bucket."""
    over: dict[str, Row] = {}
    maanden: dict[str, Row] = {}
    rijen = {bak: rij for bak, rij in rijen.items() if not bak.startswith(maandstaten.BAK)}
    for bak, rij in rijen.items():
        if bak != FEITEN and not bak.startswith(LESSEN):
            over[bak] = rij
            continue
        gebleven = {sleutel: feit for sleutel, feit in rij.items() if _geldt(lees_feit(feit), dag)}
        over[bak] = gebleven
        lessen = [feit for r in gebleven.values() if (feit := lees_feit(r)) and feit.gebeurtenis in LESFEITEN]
        if lessen:
            maanden[bak.removeprefix(LESSEN)] = vat_samen(lessen)
    over[KERN] = {n: deel for n, deel in over.get(KERN, {}).items() if n not in (maandstaten.JAREN, maandstaten.OUD)}
    # What closed of the toestemmingen is derived anew: on record is also what closed after that day.
    gronden = {naam: deel for naam, deel in over.get(GRONDEN, {}).items() if naam != STANDEN}
    if KENNISGEVINGEN in gronden:  # nobody was told on that day of what came later
        gronden[KENNISGEVINGEN] = {
            id_: rij for id_, rij in gronden[KENNISGEVINGEN].items() if str(rij["op"]) <= dag.isoformat()
        }
    over[GRONDEN] = gronden
    rows = Rows.in_memory(over)
    for maand, samenvatting in maanden.items():
        maandstaten.zet(rows, maand, samenvatting)
    return rows


def _geldt(feit: Feit | None, dag: date) -> bool:
    return feit is not None and feit.op <= dag
