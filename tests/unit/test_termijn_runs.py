# SPDX-License-Identifier: EUPL-1.2
"""The inburgeringstermijn: from the first PIP, three years, moved by DUO alone (Wi 11, 12)."""

from __future__ import annotations

import pytest

from tests.unit.case import DUO, GEM_A, GEM_B, SCHOOL, Case, in_les, plicht


@pytest.mark.parametrize(
    ("dagtekening", "start", "einde"),
    [
        ("2023-03-01", "2023-03-02", "2026-03-02"),
        ("2024-02-28", "2024-02-29", "2027-03-01"),  # begins on a leap day: the last day is 28 February 2027
        ("2024-02-29", "2024-03-01", "2027-03-01"),
    ],
)
def test_three_years_from_the_day_after_dagtekening(dagtekening: str, start: str, einde: str) -> None:
    case = Case()
    plicht(case, "2023-01-09")
    case.zegt(GEM_A, "pip-vastgesteld", "2024-03-04", dagtekening=dagtekening, leerroute="B1-route")
    assert (case.stand("termijn.start"), case.stand("termijn.einde")) == (start, einde)


def test_revision_withdrawal_and_move_never_shift_it() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "pip-gewijzigd", "2025-06-02", dagtekening="2025-06-02", laag="beschikking")
    case.zegt(GEM_A, "pip-ingetrokken", "2025-07-01", dagtekening="2025-07-01")
    assert case.stand("pip.stand") == "ingetrokken"
    case.zegt(GEM_A, "pip-vastgesteld", "2025-08-04", dagtekening="2025-08-04", leerroute="Z-route")
    case.zegt(DUO, "persoon-verhuisd", "2025-09-01", naar="gem-b", datum="2025-09-01")
    case.zegt(GEM_B, "pip-vastgesteld", "2025-10-06", dagtekening="2025-10-06", leerroute="Z-route")
    assert (case.stand("termijn.start"), case.stand("termijn.einde")) == ("2025-02-04", "2028-02-04")


def test_an_earlier_pip_that_becomes_known_later_does() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "pip-vastgesteld", "2025-06-02", dagtekening="2025-01-20", leerroute="B1-route")
    assert case.stand("termijn.start") == "2025-01-21"


def test_warnings_at_twelve_six_and_three_months_and_the_end() -> None:
    case = Case()
    in_les(case)  # einde 2028-02-04
    verteld = []
    for op in ("2027-02-03", "2027-02-04", "2027-08-04", "2027-11-04", "2028-02-03", "2028-02-04"):
        gevolgen = case.tik(op)
        verteld += [(op, x.data["ernst"]) for x in gevolgen.leveringen if x.data.get("regel") == "termijn"]
    assert verteld == [
        ("2027-02-04", "waarschuwing"),
        ("2027-08-04", "waarschuwing"),
        ("2027-11-04", "waarschuwing"),
        ("2028-02-04", "overschreden"),
    ]
    assert case.stand("termijn.stand") == "verstreken"


def test_only_duo_extends() -> None:
    case = Case()
    in_les(case)
    for bron in (SCHOOL, GEM_A):
        gevolgen = case.zegt(bron, "inburgeringstermijn-verlengd", "2027-09-01", einddatum="2029-02-04")
        assert gevolgen.weigering is not None
    assert case.stand("termijn.einde") == "2028-02-04"
    case.tik("2027-09-01")
    assert case.ernst("termijn") == "waarschuwing"
    gevolgen = case.zegt(DUO, "inburgeringstermijn-verlengd", "2027-09-02", einddatum="2029-02-04", grond="inspanning")
    oorzaken = [x.data["oorzaak"] for x in gevolgen.leveringen if x.gebeurtenis == "signaal-vervallen"]
    assert (case.stand("termijn.einde"), case.open("termijn"), oorzaken) == ("2029-02-04", None, ["termijn-verschoven"])


def test_a_temporary_exemption_suspends_it_and_fulfilment_ends_it() -> None:
    case = Case()
    in_les(case)
    case.tik("2027-09-01")
    case.zegt(DUO, "inburgeringsplicht-gewijzigd", "2027-09-06", stand="tijdelijk-vrijgesteld", per="2027-09-06")
    assert (case.stand("termijn.stand"), case.open("termijn")) == ("opgeschort", None)
    case.zegt(DUO, "inburgeringsplicht-beeindigd", "2027-10-04", per="2027-10-04", reden="voldaan")
    assert (case.stand("termijn.stand"), case.stand("dossier.stand")) == ("voldaan", "gesloten")


def test_a_request_at_duo_that_hangs_while_the_termijn_runs() -> None:
    case = Case()
    in_les(case)
    case.zegt(DUO, "verzoek-ingediend", "2027-09-06", soort="verlenging", grond="MED", datum="2027-09-06")
    case.zegt(GEM_A, "verzoek-ingediend", "2027-09-13", soort="verlenging", datum="2027-09-13")  # the same, told again
    case.tik("2027-11-01")
    assert case.open("pending request at DUO") is None
    case.tik("2027-11-02")
    signaal = next(x for x in case.leveringen if x.data.get("regel") == "pending request at DUO")
    assert "loopt intussen door" in signaal.data["reden"]
    assert "MED" not in str(signaal.data)  # the ground is health data
    assert case.stand("verzoek.stand") == "ingediend"
    case.zegt(DUO, "verzoek-beoordeeld", "2027-11-08", soort="verlenging", oordeel="afgewezen", datum="2027-11-08")
    assert (case.open("pending request at DUO"), case.stand("verzoek.stand")) == (None, "afgewezen")


def test_eight_months_is_practice_for_an_ontheffing() -> None:
    case = Case()
    in_les(case)
    case.zegt(DUO, "verzoek-ingediend", "2026-01-05", soort="ontheffing", datum="2026-01-05")
    case.tik("2026-03-03")
    assert case.ernst("pending request at DUO") == "waarschuwing"
    case.tik("2026-09-06")
    assert case.ernst("pending request at DUO") == "overschreden"


def test_what_duo_states_counts_before_the_pip_is_known_here() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(DUO, "inburgeringstermijn-gestart", "2025-02-10", startdatum="2025-02-04", einddatum="2028-02-04")
    assert (case.stand("termijn.start"), case.stand("termijn.einde")) == ("2025-02-04", "2028-02-04")
    assert (case.stand("termijn.stand", "2025-02-03"), case.stand("termijn.stand", "2025-02-04")) == (
        "niet-gestart",
        "lopend",
    )


def test_versions_of_the_decision_and_of_the_plan() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "pip-gewijzigd", "2025-06-02", dagtekening="2025-06-02", laag="plan")
    case.zegt(GEM_A, "pip-gewijzigd", "2025-07-01", dagtekening="2025-07-01", laag="plan", raakt_beschikking=True)
    assert (case.stand("pip.beschikking_versie"), case.stand("pip.plan_versie")) == (2, 3)
