# SPDX-License-Identifier: EUPL-1.2
"""The progress report that does not come, comes late, or says too little; per dossier and school."""

from __future__ import annotations

from tests.unit.case import GEM_A, SCHOOL, SCHOOL_B, Case, in_les


def _rapport(case: Case, op: str, bron: str = SCHOOL, **data: object) -> None:
    case.zegt(bron, "voortgang-gemeld", op, **{"taalniveau": "A1", "stagnatie": False, **data})


def test_missed_after_three_months_and_taken_back_by_a_late_report() -> None:
    case = Case()
    in_les(case, start="2025-03-03")
    assert case.stand("voortgangsrapportage.volgende") == "2025-06-03"
    case.tik("2025-06-03")
    assert case.open("voortgangsrapportage") is None
    case.tik("2025-06-04")
    signaal = case.open("voortgangsrapportage")
    assert signaal is not None
    assert (signaal["onderwerp"], signaal["ernst"]) == (SCHOOL, "overschreden")
    gevolgen = case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-20", taalniveau="A1", stagnatie=False)
    vervallen = next(x for x in gevolgen.leveringen if x.gebeurtenis == "signaal-vervallen")
    assert (vervallen.data["regel"], vervallen.data["oorzaak"]) == ("voortgangsrapportage", "alsnog-ontvangen")
    assert case.stand("voortgangsrapportage.volgende") == "2025-09-20"


def test_monthly_under_stagnation() -> None:
    case = Case()
    in_les(case)
    _rapport(case, "2025-05-01", stagnatie=True)
    assert case.stand("voortgangsrapportage.volgende") == "2025-06-01"
    case.tik("2025-06-02")
    assert case.open("voortgangsrapportage") is not None
    _rapport(case, "2025-06-03")
    assert case.stand("voortgangsrapportage.volgende") == "2025-09-03"


def test_each_school_for_itself() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-03", taalschool="school-b", component="KNM")
    case.zegt(SCHOOL_B, "cursus-gestart", "2025-03-03", begindatum="2025-03-03", component="KNM")
    _rapport(case, "2025-06-02")
    case.tik("2025-06-04")
    assert case.open("voortgangsrapportage", SCHOOL) is None
    assert case.open("voortgangsrapportage", SCHOOL_B) is not None


def test_a_report_that_says_too_little_asks_for_more() -> None:
    case = Case()
    in_les(case)
    _rapport(case, "2025-05-01", taalniveau="onbekend")
    assert case.ernst("voortgangsrapportage") == "waarschuwing"
    _rapport(case, "2025-05-08", taalniveau="A2")
    assert case.open("voortgangsrapportage") is None


def test_no_report_is_expected_after_the_course_or_the_assignment() -> None:
    case = Case()
    in_les(case)
    case.tik("2025-06-04")
    case.zegt(SCHOOL, "cursus-beeindigd", "2025-06-10", einddatum="2025-06-10", reden="gestopt")
    assert case.open("voortgangsrapportage") is None
    assert case.stand("voortgangsrapportage.volgende") == "geen"


def test_others_than_asielstatushouders_only_while_a_request_stands() -> None:
    case = Case()
    in_les(case, doelgroep="gezinsmigrant")
    case.tik("2025-12-01")
    assert case.open("voortgangsrapportage") is None
    vraag = {"aan": "school", "gebeurtenissen": ["voortgang-gemeld"], "van": "2025-12-01"}
    case.zegt(GEM_A, "gegevens-opgevraagd", "2025-12-01", **vraag)
    assert case.stand("voortgangsrapportage.volgende") == "2026-03-01"
    case.tik("2026-03-02")
    assert case.open("voortgangsrapportage") is not None
