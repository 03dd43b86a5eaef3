# SPDX-License-Identifier: EUPL-1.2
"""Who holds data is told of a withdrawal or a correction, confirms it, and a silence becomes a signal with one owner."""

from __future__ import annotations

from hub.dossier.handle import Levering
from tests.unit.case import COA, DUO, GEM_A, GEM_B, ISD, SCHOOL, VWN, VWN_TAAL, Case, in_les, plicht

GEGEVEN = {"doel": "begeleiding", "ontvanger": VWN, "categorieen": ["voortgang"], "van": "2025-04-01"}
INTREKKING, CORRECTIE = "withdrawal unconfirmed", "correction unconfirmed"


def _ingetrokken(bron: str = GEM_A) -> Case:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn")
    case.zegt(bron, "toestemming-gegeven", "2025-04-01", id="t1", **GEGEVEN)
    case.zegt(bron, "toestemming-ingetrokken", "2025-04-07", id="w1", betreft="t1", datum="2025-04-07")
    return case


def _bericht(case: Case, partij: str, soort: str = "toestemming-ingetrokken") -> Levering:
    (levering,) = case.ontvangen(partij, soort)
    return levering


def test_the_recipient_is_told_by_the_id_under_which_it_knows_the_toestemming() -> None:
    case = _ingetrokken()
    gegeven = case.ontvangen(VWN, "toestemming-gegeven")[0]
    assert _bericht(case, VWN).data == {"betreft": gegeven.id, "datum": "2025-04-07"}


def test_it_is_told_also_when_its_relation_is_over() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn")
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", **GEGEVEN)
    case.zegt(GEM_A, "begeleiding-beeindigd", "2025-04-03", begeleider="vwn", per="2025-04-03")
    case.zegt(GEM_A, "toestemming-ingetrokken", "2025-04-07", betreft="t1")
    assert _bericht(case, VWN).id
    case.tik("2025-04-15")
    assert case.open(INTREKKING, VWN) is not None


def test_a_silence_becomes_a_signal_after_the_days_of_the_rule() -> None:
    case = _ingetrokken()
    case.tik("2025-04-14")
    assert case.open(INTREKKING) is None
    case.tik("2025-04-15")
    signaal = case.open(INTREKKING, VWN)
    assert signaal is not None
    assert (signaal["eigenaar"], signaal["ernst"], signaal["uiterste_datum"]) == ("rv-1", "overschreden", "2025-04-14")


def test_a_confirmation_in_time_keeps_it_away_and_a_late_one_ends_it() -> None:
    op_tijd, laat = _ingetrokken(), _ingetrokken()
    betreft = _bericht(op_tijd, VWN).id
    assert op_tijd.zegt(VWN, "kennisgeving-bevestigd", "2025-04-08", betreft=betreft).weigering is None
    op_tijd.tik("2025-05-08")
    assert op_tijd.open(INTREKKING) is None
    laat.tik("2025-04-15")
    laat.zegt(VWN, "kennisgeving-bevestigd", "2025-04-16", betreft=betreft)
    assert laat.open(INTREKKING) is None
    assert [x.data["oorzaak"] for x in laat.ontvangen(GEM_A, "signaal-vervallen")] == ["alsnog-ontvangen"]


def test_the_days_are_a_setting() -> None:
    case = Case(withdrawal_unconfirmed={"days": 2})
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn")
    case.zegt(GEM_A, "toestemming-gegeven", "2025-04-01", id="t1", **GEGEVEN)
    case.zegt(GEM_A, "toestemming-ingetrokken", "2025-04-07", betreft="t1")
    case.tik("2025-04-10")
    assert case.open(INTREKKING) is not None


def test_only_who_was_told_confirms_and_only_what_it_was_told() -> None:
    case = _ingetrokken()
    betreft = _bericht(case, VWN).id
    for bron, wat in ((SCHOOL, betreft), (VWN_TAAL, betreft), (GEM_B, betreft), (VWN, "iets-anders"), (GEM_A, "w1")):
        weigering = case.zegt(bron, "kennisgeving-bevestigd", "2025-04-08", betreft=wat).weigering
        assert weigering is not None
        assert weigering.grond.value == "ongeldig"
        assert wat not in weigering.toelichting
    case.tik("2025-04-15")
    assert case.open(INTREKKING) is not None


def test_a_confirmation_goes_to_nobody_else() -> None:
    case = _ingetrokken()
    gevolgen = case.zegt(VWN, "kennisgeving-bevestigd", "2025-04-08", betreft=_bericht(case, VWN).id)
    assert gevolgen.leveringen == []


def test_who_recorded_the_withdrawal_itself_needs_no_notice() -> None:
    case = _ingetrokken(bron=VWN)
    assert case.ontvangen(VWN, "toestemming-ingetrokken") == []
    assert len(case.ontvangen(GEM_A, "toestemming-ingetrokken")) == 1  # accountable, and holding nothing on it
    case.tik("2025-06-01")
    assert case.open(INTREKKING) is None


def test_every_recipient_of_a_correction_confirms_for_itself() -> None:
    case = Case()
    case.zegt(COA, "screening-gevoerd", "2025-01-03", datum="2025-01-03")
    plicht(case, "2025-01-06")
    case.zegt(DUO, "correctie", "2025-01-13", id="c1", betreft="plicht", wijziging={"kennisgeving": "2025-01-08"})
    case.zegt(GEM_A, "kennisgeving-bevestigd", "2025-01-14", betreft=_bericht(case, GEM_A, "correctie").id)
    case.tik("2025-01-28")
    assert case.open(CORRECTIE, GEM_A) is None
    assert case.open(CORRECTIE, COA) is not None
    case.zegt(COA, "kennisgeving-bevestigd", "2025-01-29", betreft=_bericht(case, COA, "correctie").id)
    assert case.open(CORRECTIE, COA) is None
    assert case.open(CORRECTIE, ISD) is not None  # who acts for the gemeente holds it as well


def test_more_corrections_are_one_signal_a_recipient_due_by_the_oldest() -> None:
    case = Case()
    in_les(case)
    for nummer, op in enumerate(("2025-03-10", "2025-03-12", "2025-03-14")):
        les = {"les": f"L{nummer}", "datum": op, "verzuim": "geen"}
        case.zegt(SCHOOL, "aanwezigheid-gemeld", op, id=f"a{nummer}", **les)
        case.zegt(SCHOOL, "correctie", op, betreft=f"a{nummer}", wijziging={"verzuim": "geoorloofd"})
    case.tik("2025-03-25")
    signalen = [r for r in case.rijen["kern"]["signalen"].values() if r["regel"] == CORRECTIE]
    assert {(r["onderwerp"], r["uiterste_datum"]) for r in signalen} == {(GEM_A, "2025-03-24"), (ISD, "2025-03-24")}
    assert len(signalen) == 2
    eerste, *_ = case.ontvangen(GEM_A, "correctie")
    case.zegt(GEM_A, "kennisgeving-bevestigd", "2025-03-25", betreft=eerste.id)
    assert case.open(CORRECTIE, GEM_A) is None  # the next oldest is due on the 26th
    case.tik("2025-03-27")
    assert case.open(CORRECTIE, GEM_A) is not None


def test_a_retraction_asks_for_it_too() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "intrekking", "2025-04-01", betreft="pip", reden="dubbel")
    case.tik("2025-04-16")
    assert {
        x.data["onderwerp"] for x in case.ontvangen(GEM_A, "signaal-afgegeven") if x.data["regel"] == CORRECTIE
    } == {
        "duo",
        "isd",
        "school",
    }
