# SPDX-License-Identifier: EUPL-1.2
"""A case that was brought in while it ran: no signal for what was late before, one for all of it, and clocks run on."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from hub.dossier.feiten.rows import Rows
from hub.dossier.handle import on_tick
from hub.dossier.regels.kalender import plus_maanden
from hub.dossier.regels.rules import OngeldigeRegels, ingebouwd
from hub.dossier.werklijst import werklijst
from tests.unit.case import DUO, GEM_A, GEM_B, ISD, SCHOOL, Case, avond, dag

DAG, MORGEN = "2026-06-01", "2026-06-02"


def brengt_in(case: Case, op: str = DAG, *, per: str | None = None, door: str = GEM_A) -> None:
    case.zegt(door, "dossier-ingebracht", op, per=per or op)


def lopend(case: Case, op: str = DAG, *, pip: str | None = "2025-03-03") -> None:
    """A case of a year and a half, in the order in which an import sends it: recorded on one day, each fact with its own."""

    def zegt(bron: str, gebeurtenis: str, gebeurd: str, **data: Any) -> None:
        case.zegt(bron, gebeurtenis, op, gebeurd=gebeurd, **data)

    zegt(
        DUO,
        "inburgeringsplicht-vastgesteld",
        "2024-12-02",
        doelgroep="asielstatushouder",
        gemeente="gem-a",
        kennisgeving="2024-12-02",
    )
    zegt(
        GEM_A,
        "verblijf-in-gemeente-geregistreerd",
        "2024-12-09",
        datum_inschrijving="2024-12-09",
        huisvestingswet_28=True,
    )
    zegt(GEM_A, "regievoerder-toegewezen", "2024-12-16", per="2024-12-16", regievoerder="rv-1", organisatie="gem-a")
    zegt(GEM_A, "brede-intake-afgerond", "2025-01-20", datum="2025-01-20", wijze="gesprek")
    if pip:
        zegt(GEM_A, "pip-vastgesteld", pip, dagtekening=pip, leerroute="B1-route")
    zegt(
        GEM_A, "taalschool-toegewezen", "2025-04-07", taalschool="school", leerroute="B1-route", begindatum="2025-04-07"
    )


def signalen(case: Case, vanaf: int = 0) -> list[tuple[str, str]]:
    """(what became of it, rule), without receipts."""
    return [
        (een.gebeurtenis.removeprefix("signaal-"), een.data["regel"])
        for een in case.leveringen[vanaf:]
        if een.gebeurtenis in ("signaal-afgegeven", "signaal-vervallen")
    ]


def test_without_the_word_everything_that_is_late_would_be_a_signal() -> None:
    case = Case()
    lopend(case)
    case.tik(MORGEN)
    assert len([s for s in signalen(case) if s[0] == "afgegeven"]) > 5


def test_what_was_late_is_one_signal_on_the_day_after_and_nothing_on_the_day_itself() -> None:
    case = Case()
    brengt_in(case)
    lopend(case)
    case.tik(DAG)
    assert signalen(case) == []
    assert case.agenda == dag(MORGEN)
    case.tik(MORGEN)
    assert signalen(case) == [("afgegeven", "inbreng")]
    (signaal,) = case.ontvangen(GEM_A, "signaal-afgegeven")
    assert signaal.data["eigenaar"] == "rv-1"
    assert signaal.data["ernst"] == "informatie"
    assert signaal.data["groep"] == "inbreng|"
    assert "ingebracht op 01-06-2026" in signaal.data["reden"]
    assert "begeleiding" in signaal.data["reden"].lower()
    assert "laat_door_hub" not in signaal.data


def test_what_becomes_due_afterwards_is_a_signal_as_ever() -> None:
    zonder, met = Case(), Case()
    for case in (zonder, met):
        if case is met:
            brengt_in(case)
        lopend(case)
        case.zegt(
            SCHOOL, "cursus-gestart", "2026-06-01", gebeurd="2025-04-14", begindatum="2025-04-14", component="taal"
        )
        case.zegt(SCHOOL, "voortgang-gemeld", "2026-06-01", gebeurd="2026-05-15", taalniveau="A2", stagnatie=False)
        case.tik(MORGEN)
    assert met.open("voortgangsrapportage") is zonder.open("voortgangsrapportage") is None
    gezien = {naam: len(case.leveringen) for naam, case in (("zonder", zonder), ("met", met))}
    te_laat = str(plus_maanden(dag("2026-05-15"), 3) + timedelta(days=7))
    for case in (zonder, met):
        case.tik(te_laat)
    assert met.open("voortgangsrapportage") == zonder.open("voortgangsrapportage") is not None
    assert ("afgegeven", "voortgangsrapportage") in signalen(met, gezien["met"])


def test_a_clock_that_runs_out_years_later_warns_on_its_own_day() -> None:
    case = Case()
    brengt_in(case)
    lopend(case)  # the termijn runs from 4 March 2025 to 4 March 2028
    case.tik(MORGEN)
    assert case.open("termijn") is None
    assert case.stand("termijn.einde") == "2028-03-04"
    case.tik("2027-03-04")
    assert case.ernst("termijn") is not None


def test_a_warning_that_stood_already_waits_for_the_next_step() -> None:
    """A termijn of which the first warning was due before: no signal now, one when it gets more pressing."""
    case = Case()
    brengt_in(case)
    lopend(case, pip="2024-01-15")
    case.tik(MORGEN)
    assert case.open("termijn") is None
    assert case.open("inbreng") is not None
    case.tik("2026-07-16")  # six months before 16 January 2027
    assert case.open("termijn") is not None


def test_it_ends_when_all_of_it_came() -> None:
    case = Case(inbreng={"anyway": [regel for regel in _regels() if regel not in ("PIP", "inbreng")]})
    brengt_in(case)
    lopend(case, pip=None)
    case.tik(MORGEN)
    assert case.open("PIP") is None
    assert "het PIP" in case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["reden"]
    case.zegt(GEM_A, "pip-vastgesteld", "2026-06-08", dagtekening="2026-06-08", leerroute="B1-route")
    assert ("vervallen", "inbreng") in signalen(case)
    assert case.open("inbreng") is case.open("PIP") is None


def _regels() -> set[str]:
    return {versie.regel for versie in ingebouwd().versies}


def test_somebody_dealt_with_it_and_is_asked_once_more_a_quarter_later() -> None:
    case = Case()
    brengt_in(case)
    lopend(case)
    case.tik(MORGEN)
    signaal = case.ontvangen(GEM_A, "signaal-afgegeven")[0].data["signaal"]
    case.zegt(
        GEM_A,
        "signaal-opgevolgd",
        "2026-06-10",
        signaal=signaal,
        regel="inbreng",
        uitkomst="afspraak-gemaakt",
        datum="2026-06-10",
    )
    assert case.open("inbreng") is None
    case.tik("2026-08-30")
    assert case.open("inbreng") is None
    case.tik("2026-08-31")
    assert case.ernst("inbreng") == "waarschuwing"


def test_signals_that_were_open_before_end_as_explained() -> None:
    """DUO's word came long before the gemeente joined."""
    case = Case()
    case.zegt(
        DUO,
        "inburgeringsplicht-vastgesteld",
        "2025-12-02",
        doelgroep="asielstatushouder",
        gemeente="gem-a",
        kennisgeving="2025-12-02",
    )
    case.tik("2026-05-01")
    assert case.open("PIP") is not None
    brengt_in(case)
    einde = next(
        een for een in case.leveringen if een.gebeurtenis == "signaal-vervallen" and een.data["regel"] == "PIP"
    )
    assert einde.data["oorzaak"] == "onderdrukt"
    case.tik(MORGEN)
    assert case.open("PIP") is None
    assert case.open("inbreng") is not None


@pytest.mark.parametrize("zaad", range(5))
def test_the_order_in_which_facts_come_changes_nothing_of_where_it_ends(zaad: int) -> None:
    voorbeeld = Case()
    brengt_in(voorbeeld)
    lopend(voorbeeld)
    geschud = voorbeeld.records.copy()
    random.Random(zaad).shuffle(geschud)
    uit = []
    for records in (voorbeeld.records, geschud):
        case = Case()
        for record in records:
            case.neemt(record)
        case.tik(MORGEN)
        uit.append(case.rijen["kern"])
    assert uit[0] == uit[1]


def test_a_day_in_the_future_counts_as_the_day_of_the_record() -> None:
    case = Case()
    brengt_in(case, per="2030-01-01")
    lopend(case)
    case.tik(MORGEN)
    assert case.open("inbreng") is not None
    case.tik("2027-03-04")
    assert case.open("termijn") is not None


def test_a_second_word_of_the_same_gemeente_silences_nothing() -> None:
    case = Case()
    brengt_in(case)
    lopend(case)
    case.tik("2027-03-04")
    assert case.open("termijn") is not None
    brengt_in(case, "2027-03-05")
    case.tik("2027-03-06")
    assert case.open("termijn") is not None


def test_a_gemeente_that_never_had_the_person_has_no_word_in_it() -> None:
    case = Case()
    brengt_in(case, door=GEM_B)
    lopend(case)
    case.tik(MORGEN)
    assert case.open("inbreng") is None
    assert len(signalen(case)) > 5


def test_an_uitvoerder_brings_in_what_it_does_for_a_gemeente() -> None:
    case = Case()
    brengt_in(case, door=ISD)
    lopend(case)
    case.tik(MORGEN)
    assert [s for s in signalen(case) if s[0] == "afgegeven"] == [("afgegeven", "inbreng")]


def test_the_rules_can_let_one_rule_speak_for_itself() -> None:
    case = Case(inbreng={"anyway": ["begeleiding"]})
    brengt_in(case)
    lopend(case)
    case.tik(MORGEN)
    assert case.open("begeleiding") is not None
    assert case.open("inbreng") is not None


def test_a_rule_that_does_not_exist_cannot_speak_for_itself() -> None:
    with pytest.raises(OngeldigeRegels, match="begeleding"):
        Case(inbreng={"anyway": ["begeleding"]})


def test_nothing_late_is_no_signal() -> None:
    case = Case()
    brengt_in(case)
    case.zegt(DUO, "inburgeringsplicht-vastgesteld", DAG, doelgroep="gezinsmigrant", gemeente="gem-a", kennisgeving=DAG)
    case.tik(MORGEN)
    assert case.open("inbreng") is None


def test_two_thousand_cases_are_one_line_of_the_work_list() -> None:
    """Each of them late with several things; nothing of it on the day of the import, one signal a case the day after."""
    soorten = []
    for pip in ("2025-03-03", "2024-01-15", None):
        case = Case()
        brengt_in(case)
        lopend(case, pip=pip)
        assert signalen(case) == []
        soorten.append(case.rijen)
    open_ = []
    for nummer in range(2000):
        rows = Rows.in_memory(soorten[nummer % len(soorten)])
        leveringen = on_tick(f"d{nummer}", rows, case.bundels, avond(MORGEN)).leveringen
        assert [een.data["regel"] for een in leveringen] == ["inbreng"]
        open_.append((f"p{nummer}", leveringen[0].data))
    (regel,) = werklijst(open_, 2000, ingebouwd(), dag(MORGEN))
    assert len(set(regel.signalen)) == len(set(regel.dossiers)) == 2000
    (klein,) = werklijst(open_[:3], 3, ingebouwd(), dag(MORGEN))  # for a small caseload too
    assert len(klein.dossiers) == 3
