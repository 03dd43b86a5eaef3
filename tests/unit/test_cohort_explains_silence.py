# SPDX-License-Identifier: EUPL-1.2
"""What concerns a whole group gives no signal per person; it comes when the explanation ends. A known wait likewise."""

from __future__ import annotations

from datetime import date

from hub.dossier.regels.rules import Regels, Regelversie, ingebouwd
from tests.unit.case import GEM_A, SCHOOL, Case, afwezig, in_les, plicht


def _met(van: str, tot: str, *regels: str, kind: str = "holiday", **voor: str) -> Regels:
    erbij = Regelversie(
        regel="cohort",
        versie=f"{kind}-{van}",
        geldig_van=date.fromisoformat(van),
        geldig_tot=date.fromisoformat(tot),
        instellingen={"kind": kind, "rules": list(regels)},
        voor=voor,  # type: ignore[arg-type]
    )
    return Regels([*ingebouwd().versies, erbij])


def _rooster(case: Case) -> None:
    case.zegt(SCHOOL, "rooster-vastgesteld", "2025-03-03", groep="g1", lessen_per_week=3, van="2025-03-03")
    afwezig(case, "L1", "2025-06-02", "geen")


def test_a_school_that_is_silent_is_a_signal_after_three_weeks() -> None:
    case = Case()
    in_les(case)
    _rooster(case)
    case.tik("2025-06-24")
    assert case.open("verzuim silence", SCHOOL) is not None


def test_days_of_a_holiday_are_no_silence() -> None:
    case = Case(_met("2025-06-09", "2025-07-21", "verzuim silence"))
    in_les(case)
    _rooster(case)
    for dag in ("2025-06-24", "2025-07-20", "2025-08-11"):
        case.tik(dag)
        assert case.open("verzuim silence") is None, dag
    case.tik("2025-08-12")
    assert case.open("verzuim silence") is not None


def test_a_closure_of_another_school_explains_nothing() -> None:
    case = Case(_met("2025-06-09", "2025-07-21", "verzuim silence", kind="school-closed", school="school-b"))
    in_les(case)
    _rooster(case)
    case.tik("2025-06-24")
    assert case.open("verzuim silence") is not None


def test_an_outage_at_duo_holds_back_and_an_open_signal_goes_with_its_cause() -> None:
    case = Case(_met("2025-05-10", "2025-06-01", "pending request at DUO", kind="duo-outage"))
    in_les(case)
    case.zegt(GEM_A, "verzoek-ingediend", "2025-03-10", soort="verlenging", datum="2025-03-10")
    case.tik("2025-05-07")
    assert case.open("pending request at DUO") is not None
    gevolgen = case.tik("2025-05-10")
    weg = [x.data["oorzaak"] for x in gevolgen.leveringen if x.gebeurtenis == "signaal-vervallen"]
    assert weg == ["onderdrukt"]
    assert case.agenda is not None
    assert case.agenda <= date(2025, 6, 1)
    case.tik("2025-06-01")
    assert case.open("pending request at DUO") is not None


def test_a_school_that_says_that_the_group_stopped_is_not_silent_for_a_while() -> None:
    case = Case()
    in_les(case)
    _rooster(case)
    case.zegt(SCHOOL, "les-uitgevallen", "2025-06-04", les="L2", datum="2025-06-04", reden="cohort-gestopt")
    case.tik("2025-07-01")
    assert case.open("verzuim silence") is None
    case.tik("2025-07-30")  # eight weeks later
    assert case.open("verzuim silence") is not None


def test_a_pause_holds_back_what_is_about_the_lessons_and_the_termijn_runs_on() -> None:
    case = Case()
    in_les(case)
    einde = case.stand("termijn.einde")
    case.zegt(GEM_A, "traject-gepauzeerd", "2025-05-05", per="2025-05-05", reden="zorgtaken", termijn_loopt_door=True)
    assert case.stand("traject.stand") == "gepauzeerd"
    assert (case.stand("traject.wacht_op"), case.stand("traject.wacht_reden")) == ("hervatten", "zorgtaken")
    case.tik("2025-06-10")
    assert case.open("voortgangsrapportage") is None
    assert (case.stand("termijn.einde"), case.stand("termijn.stand")) == (einde, "lopend")
    case.zegt(GEM_A, "traject-hervat", "2025-06-11", per="2025-06-11")
    assert case.open("voortgangsrapportage", SCHOOL) is not None


def test_a_known_intake_moment_explains_the_wait_until_it_has_passed() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-03", dagtekening="2025-02-03", leerroute="B1-route")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school", leerroute="B1-route")
    case.zegt(
        SCHOOL,
        "wachtlijst-geplaatst",
        "2025-02-17",
        datum="2025-02-17",
        reden="instroommoment",
        instroommoment="2025-09-01",
    )
    assert case.stand("traject.wacht_reden") == "instroommoment"
    case.tik("2025-08-01")
    assert case.open("start leerroute") is None
    case.tik("2025-09-09")
    assert case.open("intake moment", SCHOOL) is not None
    assert case.open("start leerroute", SCHOOL) is not None
