# SPDX-License-Identifier: EUPL-1.2
"""The PIP that is late, that only seems late, and that nobody can call late (Bi 5.3)."""

from __future__ import annotations

from tests.unit.case import DUO, GEM_A, Case, plicht


def test_ten_weeks_after_kennisgeving_and_overdue_from_the_day_after() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    assert case.stand("pip.uiterste_datum") == "2026-07-13"
    case.tik("2026-06-28")
    assert case.ernst("PIP") is None
    case.tik("2026-06-29")
    assert case.ernst("PIP") == "waarschuwing"
    case.tik("2026-07-13")
    assert (case.ernst("PIP"), case.stand("pip.stand")) == ("waarschuwing", "lopend")
    case.tik("2026-07-14")
    assert (case.ernst("PIP"), case.stand("pip.stand")) == ("overschreden", "te-laat")


def test_pip_reported_late_but_made_in_time_takes_the_signal_away() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.tik("2026-07-14")
    gevolgen = case.zegt(GEM_A, "pip-vastgesteld", "2026-07-20", dagtekening="2026-07-13", leerroute="B1-route")
    vervallen = next(x for x in gevolgen.leveringen if x.gebeurtenis == "signaal-vervallen")
    assert vervallen.data["oorzaak"] == "alsnog-ontvangen"
    assert case.open("PIP") is None
    assert case.stand("pip.stand") == "vastgesteld"


def test_the_last_day_of_ten_weeks_moves_off_a_public_holiday() -> None:
    case = Case()
    plicht(case, "2025-02-10")  # + 10 weeks: 21 April 2025, tweede paasdag
    assert case.stand("pip.uiterste_datum") == "2025-04-22"


def test_third_party_information_that_comes_late_moves_the_last_day() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.zegt(GEM_A, "informatie-opgevraagd", "2026-06-01", bij="idw", soort="diplomawaardering", datum="2026-06-01")
    case.zegt(GEM_A, "informatie-ontvangen", "2026-07-08", bij="idw", soort="diplomawaardering", datum="2026-07-08")
    assert case.stand("pip.uiterste_datum") == "2026-07-22"
    case.tik("2026-07-22")
    assert case.ernst("PIP") == "waarschuwing"
    case.tik("2026-07-23")
    assert case.ernst("PIP") == "overschreden"


def test_third_party_information_that_comes_early_changes_nothing() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.zegt(GEM_A, "informatie-opgevraagd", "2026-05-11", bij="idw", soort="diplomawaardering")
    case.zegt(GEM_A, "informatie-ontvangen", "2026-06-01", bij="idw", soort="diplomawaardering")
    assert case.stand("pip.uiterste_datum") == "2026-07-13"


def test_no_overdue_signal_while_information_asked_in_time_is_awaited() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.zegt(GEM_A, "informatie-opgevraagd", "2026-07-06", bij="idw", soort="diplomawaardering")
    case.tik("2026-08-03")
    assert (case.ernst("PIP"), case.stand("pip.stand")) == ("waarschuwing", "wacht-op-informatie")
    case.zegt(GEM_A, "informatie-ontvangen", "2026-08-05", bij="idw", soort="diplomawaardering")
    assert case.stand("pip.uiterste_datum") == "2026-08-19"
    case.tik("2026-08-20")
    assert case.ernst("PIP") == "overschreden"


def test_asking_after_the_last_day_excuses_nothing() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.zegt(GEM_A, "informatie-opgevraagd", "2026-07-14", bij="idw", soort="diplomawaardering")
    case.zegt(GEM_A, "informatie-ontvangen", "2026-09-01", bij="idw", soort="diplomawaardering")
    assert case.stand("pip.uiterste_datum") == "2026-07-13"
    assert case.ernst("PIP") == "overschreden"


def test_another_reading_lets_the_term_run_while_information_is_awaited() -> None:
    case = Case(PIP={"open_information": "run"})
    plicht(case, "2026-05-04")
    case.zegt(GEM_A, "informatie-opgevraagd", "2026-06-01", bij="idw", soort="diplomawaardering")
    case.tik("2026-07-14")
    assert case.ernst("PIP") == "overschreden"
    gevolgen = case.zegt(GEM_A, "informatie-ontvangen", "2026-07-15", bij="idw", soort="diplomawaardering")
    assert [
        x.data["oorzaak"]
        for x in gevolgen.leveringen
        if x.gebeurtenis == "signaal-vervallen" and x.data["regel"] == "PIP"
    ] == ["termijn-verschoven"]
    assert case.ernst("PIP") == "waarschuwing"


def test_housed_under_huisvestingswet_28_waits_for_the_later_of_two() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.zegt("coa#opvang", "gemeente-gekoppeld", "2026-05-05", gemeente="gem-a", huisvestingswet_28=True)
    assert (case.stand("pip.uiterste_datum"), case.stand("pip.stand")) == ("onbekend", "onbekend")
    case.tik("2026-08-31")
    assert case.open("PIP") is None
    inschrijving = {"datum_inschrijving": "2026-08-03", "huisvestingswet_28": True}
    case.zegt(GEM_A, "verblijf-in-gemeente-geregistreerd", "2026-09-01", **inschrijving)
    assert case.stand("pip.uiterste_datum") == "2026-10-12"


def test_the_text_of_2022_counts_from_the_registration_for_everybody() -> None:
    case = Case()
    plicht(case, "2022-03-07", doelgroep="gezinsmigrant")
    assert case.stand("pip.uiterste_datum") == "onbekend"
    case.zegt(GEM_A, "verblijf-in-gemeente-geregistreerd", "2022-03-14", datum_inschrijving="2022-03-14")
    assert case.stand("pip.uiterste_datum") == "2022-05-23"


def test_no_term_runs_during_an_exemption_or_after_the_plicht() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.tik("2026-07-14")
    vrij = {"stand": "tijdelijk-vrijgesteld", "per": "2026-07-15"}
    gevolgen = case.zegt(DUO, "inburgeringsplicht-gewijzigd", "2026-07-15", **vrij)
    assert case.open("PIP") is None
    vervallen = [
        x.data for x in gevolgen.leveringen if x.gebeurtenis == "signaal-vervallen" and x.data["regel"] == "PIP"
    ]
    assert [een["oorzaak"] for een in vervallen] == ["plicht-vervallen"]
    case.zegt(DUO, "inburgeringsplicht-gewijzigd", "2026-08-03", stand="actief", per="2026-08-03")
    assert case.ernst("PIP") == "overschreden"
    case.zegt(DUO, "inburgeringsplicht-beeindigd", "2026-08-10", per="2026-08-10", reden="vertrek")
    assert case.open("PIP") is None


def test_people_under_the_law_of_2013_have_no_pip() -> None:
    case = Case()
    plicht(case, "2026-05-04", wet="Wi2013")
    case.tik("2026-12-01")
    assert case.open("PIP") is None


def test_information_of_another_party_is_no_answer() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.zegt(GEM_A, "informatie-opgevraagd", "2026-06-01", bij="idw", soort="diplomawaardering")
    case.zegt(GEM_A, "informatie-opgevraagd", "2026-06-01", bij="school", soort="onderwijsadvies")
    case.zegt(GEM_A, "informatie-ontvangen", "2026-07-08", bij="school", soort="onderwijsadvies")
    assert case.stand("pip.stand", "2026-07-30") == "wacht-op-informatie"
    case.zegt(GEM_A, "informatie-ontvangen", "2026-07-13", bij="idw", soort="diplomawaardering")
    assert (case.stand("pip.uiterste_datum"), case.stand("pip.stand", "2026-07-28")) == ("2026-07-27", "te-laat")
