# SPDX-License-Identifier: EUPL-1.2
"""A request at DUO: eight weeks, one request whoever tells of it, answered by the decision, gone with the plicht."""

from __future__ import annotations

from tests.unit.case import DUO, GEM_A, Case, in_les

RULE = "pending request at DUO"


def asked(soort: str = "verlenging", op: str = "2025-05-05") -> Case:
    case = Case()
    in_les(case)
    case.zegt(DUO, "verzoek-ingediend", op, soort=soort)
    return case


def open_signals(case: Case) -> int:
    return sum(row["regel"] == RULE for row in case.rijen["kern"]["signalen"].values())


def test_after_eight_weeks_it_is_late_and_the_decision_closes_it() -> None:
    case = asked()
    case.tik("2025-06-30")
    assert case.open(RULE) is None
    case.tik("2025-07-01")
    assert case.ernst(RULE) is not None
    case.zegt(DUO, "verzoek-beoordeeld", "2025-07-02", soort="verlenging", oordeel="afgewezen")
    assert case.open(RULE) is None


def test_a_decision_about_something_else_or_from_before_closes_nothing() -> None:
    case = asked()
    case.zegt(DUO, "verzoek-beoordeeld", "2025-06-02", soort="ontheffing", oordeel="afgewezen")
    case.zegt(DUO, "verzoek-beoordeeld", "2025-06-03", gebeurd="2025-05-02", soort="verlenging", oordeel="toegewezen")
    case.tik("2025-07-01")
    assert case.open(RULE) is not None


def test_told_by_two_it_is_one_request() -> None:
    case = asked()
    case.zegt(GEM_A, "verzoek-ingediend", "2025-05-06", soort="verlenging")
    case.tik("2025-07-07")
    assert open_signals(case) == 1
    case.zegt(GEM_A, "verzoek-ingediend", "2025-05-06", soort="ontheffing")
    case.tik("2026-03-02")
    assert open_signals(case) == 2


def test_when_the_plicht_is_over_nobody_waits_for_an_answer() -> None:
    case = asked()
    case.tik("2025-07-07")
    case.zegt(DUO, "inburgeringsplicht-beeindigd", "2025-07-08", per="2025-07-08", reden="voldaan")
    assert case.open(RULE) is None


def test_a_term_that_stands_still_warns_nobody_and_goes_on_with_what_was_left() -> None:
    case = Case()
    in_les(case)  # the termijn starts on 2025-02-04
    case.zegt(DUO, "inburgeringstermijn-opgeschort", "2025-06-02", per="2025-06-02", reden="ziekte")
    assert case.stand("termijn.stand") == "opgeschort"
    case.tik("2027-02-04")
    assert case.open("termijn") is None
    case.zegt(DUO, "inburgeringstermijn-hervat", "2027-02-05", per="2027-02-05")
    assert case.stand("termijn.stand") == "lopend"
    assert case.stand("termijn.einde") == "2029-10-09", "the 613 days that it stood still"
    case.tik("2028-10-08")
    assert case.open("termijn") is None
    case.tik("2028-10-09")
    assert case.ernst("termijn") == "waarschuwing"
