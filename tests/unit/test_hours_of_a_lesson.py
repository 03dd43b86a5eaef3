# SPDX-License-Identifier: EUPL-1.2
"""What a lesson gives: late and left early, online, cancelled, absent in part; minutes that no day has."""

from __future__ import annotations

from datetime import date

import pytest

from hub.dossier.feiten import maandstaten
from hub.dossier.feiten.rows import Rows
from hub.dossier.feiten.urenposten import Telt
from hub.dossier.verwachtingen.uren import urenboek
from tests.unit.case import GEM_A, SCHOOL, Case, in_les


def _les(case: Case, les: str, op: str, **meer: object) -> None:
    case.zegt(SCHOOL, "aanwezigheid-gemeld", op, les=les, datum=op, **{"component": "taal", "verzuim": "geen", **meer})


def _minuten(case: Case) -> int:
    return sum(m for les in case.zaak.lessen.tijd for _, m in les.dagen)


@pytest.mark.parametrize(("gegevens", "minuten"), [
    ({"minuten_gepland": 150}, 150),
    ({"minuten_gepland": 150, "minuten_te_laat": 20}, 130),
    ({"minuten_gepland": 150, "minuten_eerder_weg": 30}, 120),
    ({"minuten_gepland": 150, "minuten_te_laat": 20, "minuten_eerder_weg": 30}, 100),
    ({"minuten_gepland": 150, "minuten_te_laat": 200}, 0),
    ({"minuten_gepland": 150, "minuten_aanwezig": 90, "minuten_te_laat": 20}, 90),
    ({"minuten_gepland": 150, "minuten_aanwezig": 0}, 0),
    ({"minuten_gepland": 150, "verzuim": "ongeoorloofd"}, 0),
    ({"minuten_gepland": 150, "verzuim": "onbekend"}, 0),
    ({"minuten_aanwezig": 60, "verzuim": "ongeoorloofd"}, 60),
    ({"minuten_aanwezig": 1440}, 1440),
    ({"minuten_aanwezig": 1441}, 0),
    ({}, 0),
])  # fmt: skip
def test_the_time_that_somebody_was_there(gegevens: dict[str, object], minuten: int) -> None:
    case = Case()
    in_les(case)
    _les(case, "L1", "2025-03-10", **gegevens)
    assert _minuten(case) == minuten


def test_who_came_late_or_left_early_attended() -> None:
    case = Case()
    in_les(case)
    _les(case, "L1", "2025-03-10", minuten_gepland=120, minuten_te_laat=60)
    _les(case, "L2", "2025-03-11", minuten_gepland=120, minuten_eerder_weg=60)
    _les(case, "L3", "2025-03-12", minuten_gepland=120, minuten_te_laat=0)
    assert (case.stand("verzuim.te_laat"), case.stand("verzuim.eerder_weg")) == (1, 1)
    assert (case.stand("verzuim.ongeoorloofd"), case.stand("verzuim.onbekend")) == (0, 0)
    assert (case.stand("uren.taal"), case.open("verzuim")) == (4, None)


def test_a_lesson_that_was_cancelled_gives_no_hours_in_whatever_order_it_is_said() -> None:
    for eerst in (True, False):
        case = Case()
        in_les(case)
        _les(case, "L1", "2025-03-10", minuten_aanwezig=120)
        uitval = {"les": "L2", "datum": "2025-03-17", "reden": "geen-docent"}
        if eerst:
            case.zegt(SCHOOL, "les-uitgevallen", "2025-03-16", id="uit", **uitval)
        _les(case, "L2", "2025-03-17", minuten_aanwezig=120)
        if not eerst:
            case.zegt(SCHOOL, "les-uitgevallen", "2025-03-18", id="uit", **uitval)
        assert (case.stand("uren.taal"), case.stand("lesuitval.aantal")) == (2, 1)
        case.zegt(SCHOOL, "intrekking", "2025-03-19", betreft="uit")
        assert (case.stand("uren.taal"), case.stand("lesuitval.aantal")) == (4, 0), "it was held after all"


def test_a_code_that_comes_back_every_week_may_be_cancelled_more_than_once() -> None:
    case = Case()
    in_les(case)
    for op in ("2025-03-10", "2025-03-17", "2025-03-24"):
        _les(case, "MA-1", op, verzuim="ongeoorloofd", minuten_aanwezig=30)
    for op in ("2025-03-10", "2025-03-17"):
        case.zegt(SCHOOL, "les-uitgevallen", "2025-03-25", les="MA-1", datum=op, reden="geen-docent")
    assert case.stand("verzuim.ongeoorloofd") == 1
    assert (case.stand("lesuitval.aantal"), _minuten(case)) == (2, 30)


def test_said_twice_without_a_day_one_lesson_was_cancelled_once() -> None:
    case = Case()
    in_les(case)
    for op in ("2025-03-10", "2025-03-11"):
        case.zegt(SCHOOL, "les-uitgevallen", op, les="L1", reden="geen-docent")
    case.zegt(SCHOOL, "les-uitgevallen", "2025-03-12", les="L1", datum="2025-03-10", reden="geen-docent")
    assert case.stand("lesuitval.aantal") == 1


def test_the_day_in_a_report_is_that_of_its_first_lesson() -> None:
    case = Case()
    in_les(case)
    for les, op in (("L1", "2025-03-10"), ("L2", "2025-03-17"), ("L3", "2025-04-07")):
        _les(case, les, op, verzuim="ongeoorloofd")
    case.zegt(SCHOOL, "les-uitgevallen", "2025-04-08", les="L1", datum="2025-03-11", lessen=["L1", "L2", "L3"])
    assert (case.stand("verzuim.ongeoorloofd"), case.stand("lesuitval.aantal")) == (1, 3)


def test_late_for_a_lesson_that_was_cancelled_is_late_for_nothing() -> None:
    case = Case()
    in_les(case)
    _les(case, "L1", "2025-03-10", minuten_gepland=120, minuten_te_laat=60)
    case.zegt(SCHOOL, "les-uitgevallen", "2025-03-11", les="L1", reden="geen-docent")
    assert case.stand("verzuim.te_laat") == 0


def test_hours_online_are_known_apart_and_counted_as_far_as_the_rule_lets_them() -> None:
    for hoogstens, uren in ((9999, 7), (3, 5), (0, 2)):
        case = Case(hours={"online_taal_max": hoogstens})
        in_les(case)
        _les(case, "L1", "2025-03-10", wijze="online", minuten_aanwezig=120)
        _les(case, "L2", "2025-03-17", wijze="fysiek", minuten_aanwezig=120)
        _les(case, "L3", "2025-04-07", wijze="online", minuten_aanwezig=180)
        _les(case, "K1", "2025-04-08", wijze="online", minuten_aanwezig=60, component="KNM")
        assert (case.stand("uren.taal"), case.stand("uren.taal_online")) == (uren, min(hoogstens, 5))
        posten = urenboek(case.zaak, date(2025, 4, 30), 40, hoogstens).posten
        assert sum(p.minuten for p in posten if p.telt is Telt.BOVEN_MAXIMUM) == (7 - uren) * 60
        assert case.zaak.lessen.gemeld == 4, "whoever was online was there"


def test_a_meeting_of_the_pvt_that_was_not_held_is_not_missed() -> None:
    case = Case()
    in_les(case)
    _les(case, "P1", "2025-04-01", component="PVT", verzuim="ongeoorloofd")
    assert case.open("PVT to make up", SCHOOL) is not None
    case.zegt(SCHOOL, "les-uitgevallen", "2025-05-02", les="P1", reden="geen-docent")
    assert case.open("PVT to make up") is None


def test_where_both_name_a_day_it_must_be_the_same() -> None:
    case = Case()
    in_les(case)
    _les(case, "P1", "2025-04-01", component="PVT", verzuim="ongeoorloofd", minuten_gepland=120, minuten_te_laat=60)
    case.zegt(SCHOOL, "les-uitgevallen", "2025-04-09", les="P1", datum="2025-04-08", reden="geen-docent")
    assert case.open("PVT to make up", SCHOOL) is not None
    assert case.stand("verzuim.te_laat") == 1


def test_a_meeting_made_up_elsewhere_under_the_same_code_is_another_meeting() -> None:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-03-04", taalschool="vwn", component="PVT")
    _les(case, "P1", "2025-04-01", component="PVT", verzuim="geoorloofd")
    _les(case, "P2", "2025-04-08", component="PVT")
    case.zegt("vwn#taalschool", "aanwezigheid-gemeld", "2025-05-06", les="P1", datum="2025-05-06", component="PVT",
              verzuim="geen")  # fmt: skip
    assert case.open("PVT to make up", SCHOOL) is not None
    _les(case, "P1", "2025-05-13", component="PVT")
    assert case.open("PVT to make up") is None


def test_summaries_kept_before_days_were_kept_are_still_read() -> None:
    """One number for a month, no word about online, no provider with a meeting that was made up."""
    case = Case()
    in_les(case)
    _les(case, "L1", "2025-03-10", minuten_aanwezig=120)
    _les(case, "P1", "2025-04-01", component="PVT", verzuim="geoorloofd")
    _les(case, "P1", "2025-04-08", component="PVT")
    rows = Rows.in_memory(case.rijen)
    for maand, rij in maandstaten.alle(maandstaten.jaarrijen(rows)).items():
        tijd = {
            sleutel.rpartition("|")[0]: sum(m * len(op) for m, *op in dagen) for sleutel, dagen in rij["tijd"].items()
        }
        gemist, gevolgd = rij["pvt"]
        pvt = [[een[:4] for een in gemist], [een[:2] for een in gevolgd]]
        maandstaten.zet(rows, maand, {**rij, "tijd": tijd, "minuten": {}, "pvt": pvt})
    case.rijen.update({bak: rij for bak, rij in rows.changed().items() if rij is not None})
    assert case.stand("uren.taal_erkend") == 2
    assert case.open("PVT to make up") is None
    case.tik("2025-04-09")
    assert case.open("PVT to make up") is None
