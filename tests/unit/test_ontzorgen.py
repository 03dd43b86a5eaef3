# SPDX-License-Identifier: EUPL-1.2
"""Ontzorgen: a decision at the start, six months, longer but not shorter, over when the bijstand is (Pw 56a)."""

from __future__ import annotations

from tests.unit.case import GEM_A, Case, plicht


def _case() -> Case:
    case = Case()
    plicht(case, "2026-01-05")
    case.zegt(GEM_A, "regievoerder-toegewezen", "2026-01-06", regievoerder="rv-1", organisatie="gem-a")
    case.zegt(GEM_A, "bijstand-toegekend", "2026-01-12", per="2026-01-12")
    return case


def test_a_decision_is_expected_whatever_it_is() -> None:
    case = _case()
    assert case.stand("ontzorging.stand") == "wacht-op-besluit"
    case.tik("2026-01-19")
    assert case.ernst("ontzorgen") is None
    case.tik("2026-01-20")
    assert case.ernst("ontzorgen") == "overschreden"
    case.zegt(GEM_A, "ontzorging-besloten", "2026-01-21", vorm="geen", reden="zelfredzaam")
    assert case.open("ontzorgen") is None
    assert case.stand("ontzorging.stand") == "niet-ontzorgd"
    case.tik("2026-09-01")
    assert case.open("ontzorgen") is None


def test_it_warns_in_month_four_and_ends_after_six() -> None:
    case = _case()
    case.zegt(GEM_A, "ontzorging-besloten", "2026-01-13", vorm="volledig", tot="2026-03-01")
    case.zegt(GEM_A, "ontzorging-gestart", "2026-01-14")
    assert case.stand("ontzorging.uiterste_datum") == "2026-07-12"  # an earlier end is not decided
    case.tik("2026-05-11")
    assert case.ernst("ontzorgen") is None
    case.tik("2026-05-12")
    assert case.ernst("ontzorgen") == "waarschuwing"
    case.tik("2026-07-12")
    assert case.ernst("ontzorgen") == "overschreden"
    case.zegt(GEM_A, "ontzorging-verlengd", "2026-07-13", tot="2026-10-01", reden="schulden")
    assert case.stand("ontzorging.uiterste_datum") == "2026-10-01"
    assert case.open("ontzorgen") is None
    case.zegt(GEM_A, "bijstand-beeindigd", "2026-08-03", per="2026-08-03", reden="werk")
    assert case.stand("ontzorging.stand") == "beeindigd"
    case.tik("2026-10-02")
    assert case.open("ontzorgen") is None


def test_without_a_known_start_of_the_bijstand_the_end_is_unknown() -> None:
    case = Case()
    plicht(case, "2026-01-05")
    case.zegt(GEM_A, "ontzorging-gestart", "2026-01-14")
    case.tik("2027-01-14")
    assert case.stand("ontzorging.uiterste_datum") == "onbekend"
    assert case.open("ontzorgen") is None


def test_no_toeslag_for_weeks_and_a_toeslag_without_machtiging_are_signals() -> None:
    case = _case()
    case.tik("2026-03-16")
    assert case.open("toeslag gap") is None
    case.tik("2026-03-17")
    assert case.ernst("toeslag gap") == "waarschuwing"
    case.zegt(GEM_A, "toeslag-ontvangen", "2026-03-20", soort="zorgtoeslag")
    assert case.open("toeslag gap") is None
    assert case.ernst("machtiging") == "waarschuwing"
    case.zegt(GEM_A, "machtiging-gegeven", "2026-03-21", soort="zorgtoeslag")
    assert case.open("machtiging") is None


def test_a_machtiging_that_was_asked_is_due_before_the_first_toeslag() -> None:
    case = _case()
    case.zegt(GEM_A, "machtiging-gevraagd", "2026-01-20", soort="huurtoeslag")
    case.tik("2026-02-20")
    assert case.open("machtiging") is None
    case.zegt(GEM_A, "toeslag-ontvangen", "2026-02-21", soort="huurtoeslag")
    assert case.ernst("machtiging") == "overschreden"


def test_a_decision_may_come_before_the_first_bijstand_and_counts_for_no_second_one() -> None:
    case = Case()
    plicht(case, "2026-01-05")
    case.zegt(GEM_A, "ontzorging-besloten", "2026-01-06", vorm="volledig")
    case.zegt(GEM_A, "bijstand-toegekend", "2026-01-12", per="2026-01-12")
    assert case.stand("ontzorging.stand") == "besloten"
    case.zegt(GEM_A, "bijstand-beeindigd", "2026-03-02", per="2026-03-02", reden="werk")
    assert case.stand("ontzorging.stand") == "beeindigd"
    case.zegt(GEM_A, "bijstand-toegekend", "2026-06-01", per="2026-06-01")
    assert case.stand("ontzorging.stand") == "wacht-op-besluit"
    assert case.stand("ontzorging.uiterste_datum") == "2026-12-01"


def test_it_runs_from_the_day_of_its_start_and_not_before() -> None:
    case = _case()
    case.zegt(GEM_A, "ontzorging-besloten", "2026-01-13", vorm="deels")
    case.zegt(GEM_A, "ontzorging-gestart", "2026-01-14", gebeurd="2026-01-19")
    assert case.stand("ontzorging.stand", "2026-01-18") == "besloten"
    assert case.stand("ontzorging.stand", "2026-01-19") == "lopend"


def test_none_after_it_had_begun_is_no_end_and_before_is_one() -> None:
    begun, never = _case(), _case()
    begun.zegt(GEM_A, "ontzorging-besloten", "2026-01-13", vorm="geen", reden="zelfredzaam")
    begun.zegt(GEM_A, "ontzorging-gestart", "2026-01-14")
    assert begun.stand("ontzorging.stand") == "lopend", "the start came after the decision, so it was decided again"
    never.zegt(GEM_A, "ontzorging-gestart", "2026-01-13")
    never.zegt(GEM_A, "ontzorging-besloten", "2026-01-14", vorm="geen", reden="zelfredzaam")
    assert never.stand("ontzorging.stand") == "niet-ontzorgd"


def test_an_end_that_lies_ahead_is_not_there_yet() -> None:
    case = _case()
    case.zegt(GEM_A, "ontzorging-gestart", "2026-01-14")
    case.zegt(GEM_A, "ontzorging-beeindigd", "2026-03-02", gebeurd="2026-03-09")
    assert case.stand("ontzorging.stand", "2026-03-08") == "lopend"
    assert case.stand("ontzorging.stand", "2026-03-09") == "beeindigd"


def test_nobody_waits_for_it_with_who_is_no_asielstatushouder_or_whose_plicht_is_over() -> None:
    other, gone = Case(), _case()
    plicht(other, "2026-01-05", doelgroep="gezinsmigrant")
    other.zegt(GEM_A, "bijstand-toegekend", "2026-01-12", per="2026-01-12")
    other.tik("2026-09-01")
    assert other.open("ontzorgen") is None
    gone.zegt("duo#uitvoering", "inburgeringsplicht-beeindigd", "2026-01-13", per="2026-01-13", reden="vertrek")
    gone.tik("2026-09-01")
    assert gone.open("ontzorgen") is None
