# SPDX-License-Identifier: EUPL-1.2
"""What is known now about a day gone by: later facts are left out, what was corrected, late or taken back since is in."""

from __future__ import annotations

from hub.dossier.feiten.rows import Rows
from hub.dossier.feiten.zaak import Zaak
from hub.dossier.stand.paden import overzicht, waarde
from hub.dossier.terugblik import op_dag
from tests.unit.case import DUO, GEM_A, SCHOOL, VWN, Case, afwezig, avond, dag, in_les, plicht

OPEN = "verwachtingen.open"


def toen(case: Case, pad: str, op: str) -> object:
    """The state at a path on a day, by what the case knows now."""
    return waarde(Zaak(op_dag(case.rijen, dag(op))), case.bundels.regels, avond(op), pad)


def test_a_plan_of_later_is_no_plan_of_then() -> None:
    case = Case()
    plicht(case, "2026-01-05")
    case.zegt(GEM_A, "pip-vastgesteld", "2026-03-02", dagtekening="2026-03-02", leerroute="B1-route")
    assert case.stand("leerroute", "2026-02-02") == "B1-route"  # the present rows do not look back
    assert toen(case, "leerroute", "2026-02-02") == "geen"
    assert toen(case, "pip.stand", "2026-03-01") == "lopend"
    assert toen(case, "pip.stand", "2026-03-02") == "vastgesteld"


def test_a_correction_of_later_counts_for_then() -> None:
    case = Case()
    plicht(case, "2026-05-11", kennisgeving="2026-05-11")
    case.zegt(DUO, "correctie", "2026-06-15", betreft="plicht", wijziging={"kennisgeving": "2026-05-04"})
    assert toen(case, "pip.uiterste_datum", "2026-05-11") == "2026-07-13"


def test_of_a_correction_of_later_nobody_was_told_then() -> None:
    case = Case()
    plicht(case, "2026-05-11", kennisgeving="2026-05-11")
    case.zegt(DUO, "correctie", "2026-06-15", betreft="plicht", wijziging={"kennisgeving": "2026-05-04"})
    told = "correction unconfirmed"
    assert (
        told in overzicht(Zaak(op_dag(case.rijen, dag("2026-06-15"))), case.bundels.regels, avond("2026-06-15"))[OPEN]
    )
    assert (
        told
        not in overzicht(Zaak(op_dag(case.rijen, dag("2026-06-14"))), case.bundels.regels, avond("2026-06-14"))[OPEN]
    )


def test_a_late_report_was_so_at_the_time() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-03-10")
    case.zegt(SCHOOL, "aanwezigheid-gemeld", "2025-05-06", les="L2", datum="2025-03-12", verzuim="ongeoorloofd")
    afwezig(case, "L3", "2025-03-24")
    assert toen(case, "verzuim.ongeoorloofd", "2025-03-11") == 1
    assert toen(case, "verzuim.ongeoorloofd", "2025-03-12") == 2
    assert toen(case, "lessen.gemeld", "2025-03-23") == 2
    assert toen(case, "verzuim.ongeoorloofd", "2025-03-24") == 3


def test_what_was_taken_back_never_was() -> None:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "aanwezigheid-gemeld", "2025-03-10", id="a1", les="L1", datum="2025-03-10", verzuim="geen")
    case.zegt(SCHOOL, "intrekking", "2025-04-07", betreft="a1")
    assert toen(case, "lessen.gemeld", "2025-03-10") == 0


def test_a_toestemming_withdrawn_later_stood_then() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-03", begeleider="vwn")
    gegeven = {"doel": "begeleiding", "ontvanger": VWN, "categorieen": ["voortgang"], "van": "2025-03-10"}
    case.zegt(VWN, "toestemming-gegeven", "2025-03-10", id="t1", **gegeven)
    case.zegt(VWN, "toestemming-ingetrokken", "2025-05-06", betreft="t1", datum="2025-05-06")
    assert case.stand("toestemming.t1") == "ingetrokken"
    assert toen(case, "toestemming.t1", "2025-05-05") == "gegeven"
    assert toen(case, "toestemming.t1", "2025-05-06") == "ingetrokken"
    assert toen(case, "toestemming.t1", "2025-03-09") == "geen"


def test_the_rows_themselves_stay_as_they_are() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-03-10")
    before = {bak: dict(rij) for bak, rij in case.rijen.items()}
    op_dag(case.rijen, dag("2025-01-31"))
    assert case.rijen == before
    alles = Zaak(op_dag(case.rijen, dag("2030-01-01")))
    assert alles.lessen == Zaak(Rows.in_memory(case.rijen)).lessen
