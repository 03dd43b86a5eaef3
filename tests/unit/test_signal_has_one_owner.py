# SPDX-License-Identifier: EUPL-1.2
"""The life of a signal: one owner, raised, followed up, re-routed, and never told twice without need."""

from __future__ import annotations

from tests.unit.case import COA, DUO, GEM_A, ISD, SCHOOL, Case, afwezig, in_les, plicht


def test_the_desk_of_the_gemeente_while_there_is_no_regievoerder() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.tik("2026-07-14")
    signaal = case.open("PIP")
    assert signaal is not None
    assert (signaal["eigenaar"], signaal["aan"]) == ("balie@gem-a", GEM_A)
    gevolgen = case.zegt(GEM_A, "regievoerder-toegewezen", "2026-07-15", regievoerder="rv-1", organisatie="gem-a")
    over_pip = [x for x in gevolgen.leveringen if x.soort == "signaal" and x.data["regel"] == "PIP"]
    soorten = [(x.gebeurtenis, x.data["eigenaar"]) for x in over_pip]
    assert soorten == [("signaal-vervallen", "balie@gem-a"), ("signaal-afgegeven", "rv-1")]


def test_the_desk_of_the_opvang_before_there_is_a_gemeente() -> None:
    case = Case()
    case.zegt(COA, "screening-gevoerd", "2025-01-06", datum="2025-01-06")
    case.tik("2025-01-21")
    signaal = case.open("koppeling")
    assert signaal is not None
    assert (signaal["eigenaar"], signaal["aan"]) == ("balie@coa", COA)


def test_a_regievoerder_at_the_uitvoerder_is_reached_there() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.zegt(ISD, "regievoerder-toegewezen", "2026-05-11", regievoerder="rv-isd", organisatie="isd")
    case.tik("2026-07-14")
    assert [x.data["eigenaar"] for x in case.ontvangen(ISD, "signaal-afgegeven")][-1] == "rv-isd"
    assert case.ontvangen(GEM_A, "signaal-afgegeven") == []


def test_rising_severity_is_told_again_under_the_same_id() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.tik("2026-06-29")
    case.tik("2026-07-14")
    verteld = [x.data for x in case.ontvangen(GEM_A, "signaal-afgegeven") if x.data["regel"] == "PIP"]
    assert [v["ernst"] for v in verteld] == ["waarschuwing", "overschreden"]
    assert len({v["signaal"] for v in verteld}) == 1
    assert [x for x in case.ontvangen(GEM_A, "signaal-vervallen") if x.data["regel"] == "PIP"] == []


def test_looking_at_the_clock_twice_tells_nothing_twice() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.tik("2026-07-14")
    aantal = len(case.leveringen)
    voor = dict(case.rijen)
    case.tik("2026-07-14")
    case.tik("2026-09-01")
    assert len(case.leveringen) == aantal
    assert case.rijen == voor


def test_what_a_human_did_closes_it_and_a_later_step_asks_anew() -> None:
    case = Case()
    plicht(case, "2026-05-04")
    case.tik("2026-06-29")
    signaal = case.ontvangen(GEM_A, "signaal-afgegeven")[-1].data["signaal"]
    gevolgen = case.zegt(GEM_A, "signaal-opgevolgd", "2026-06-30", signaal=signaal, uitkomst="afspraak-gemaakt")
    assert [x.data["oorzaak"] for x in gevolgen.leveringen if x.soort == "signaal"] == ["opgevolgd"]
    case.tik("2026-07-13")
    assert case.open("PIP") is None
    case.tik("2026-07-14")
    assert case.ernst("PIP") == "overschreden"


def test_following_up_one_signal_leaves_another_open() -> None:
    case = Case()
    in_les(case)
    for maand in ("04", "05"):
        afwezig(case, f"{maand}a", f"2025-{maand}-03")
        afwezig(case, f"{maand}b", f"2025-{maand}-10")
    verzuim = [x.data["signaal"] for x in case.ontvangen(GEM_A, "signaal-afgegeven") if x.data["regel"] == "verzuim"]
    assert len(set(verzuim)) == 2
    case.zegt(GEM_A, "signaal-opgevolgd", "2025-05-12", signaal=verzuim[0], uitkomst="gesprek-gevoerd")
    assert case.open("verzuim") is not None
    case.zegt(GEM_A, "signaal-opgevolgd", "2025-05-13", signaal=verzuim[1], uitkomst="gesprek-gevoerd")
    assert case.open("verzuim") is None
    afwezig(case, "06a", "2025-06-03")
    afwezig(case, "06b", "2025-06-10")
    assert case.open("verzuim") is not None


def test_it_names_rule_version_and_log_positions_and_goes_to_nobody_else() -> None:
    case = Case()
    in_les(case)
    afwezig(case, "L1", "2025-04-03")
    afwezig(case, "L2", "2025-04-10")
    signaal = next(x for x in case.leveringen if x.data.get("regel") == "verzuim")
    assert signaal.data["regelversie"] == "werkafspraken-2025"
    assert signaal.data["feiten"] == ["6", "7"]
    assert {str(x.ontvanger) for x in case.leveringen if x.soort == "signaal"} == {GEM_A}
    assert case.ontvangen(SCHOOL, "signaal-afgegeven") == case.ontvangen(DUO, "signaal-afgegeven") == []
