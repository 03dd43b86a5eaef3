# SPDX-License-Identifier: EUPL-1.2
"""Another route within a year and a half of the start of the termijn (Wi 17(2)); Bi 5.4 has the exceptions."""

from __future__ import annotations

import pytest

from tests.unit.case import GEM_A, SCHOOL, Case, in_les

RULE = "switch of leerroute"  # the termijn starts on 2025-02-04: until and with 2026-08-03


def reported(op: str = "2025-06-02", **data: object) -> Case:
    case = Case()
    in_les(case)
    case.zegt(SCHOOL, "voortgang-gemeld", op, **{"taalniveau": "A1", "stagnatie": False, **data})
    return case


def changed(case: Case, op: str, van: str = "B1-route", naar: str = "Z-route") -> None:
    case.zegt(GEM_A, "leerroute-gewijzigd", op, van=van, naar=naar, dagtekening=op)


@pytest.mark.parametrize("worry", [{"stagnatie": True}, {"b1_haalbaar": False}])
def test_worry_in_a_report_warns_three_months_before_the_last_day(worry: dict[str, bool]) -> None:
    case = reported(**worry)
    case.tik("2026-05-03")
    assert case.open(RULE) is None
    case.tik("2026-05-04")
    assert case.ernst(RULE) == "waarschuwing"
    case.tik("2026-08-03")
    assert case.ernst(RULE) == "waarschuwing"
    case.tik("2026-08-04")
    assert case.open(RULE) is None, "it cannot be changed any more"


def test_a_report_without_worry_warns_nobody() -> None:
    case = reported(b1_haalbaar=True)
    case.tik("2026-06-01")
    assert case.open(RULE) is None


def test_a_change_answers_the_worry() -> None:
    case = reported(stagnatie=True)
    case.tik("2026-05-04")
    changed(case, "2026-05-11")
    assert case.open(RULE) is None
    assert case.stand("leerroute") == "Z-route"


def test_a_change_before_the_report_does_not() -> None:
    case = Case()
    in_les(case)
    changed(case, "2025-05-05", "Z-route", "B1-route")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-06-02", taalniveau="A1", stagnatie=True)
    case.tik("2026-05-04")
    assert case.ernst(RULE) == "waarschuwing"


@pytest.mark.parametrize(
    ("op", "van", "naar", "asked"),
    [
        ("2026-08-03", "B1-route", "Z-route", False),
        ("2026-08-04", "B1-route", "Z-route", True),
        ("2026-08-04", "onderwijsroute", "B1-route", False),  # any time (Bi 5.4)
        ("2026-08-04", "B1-route", "onderwijsroute", True),
    ],
)
def test_a_change_after_that_day_is_asked_its_ground(op: str, van: str, naar: str, asked: bool) -> None:
    case = reported()
    changed(case, op, van, naar)
    assert (case.ernst(RULE) == "informatie") is asked
