# SPDX-License-Identifier: EUPL-1.2
"""In pilot everything is decided and recorded, nothing is handed over; afterwards comes the state of now, not the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from consent.participants import Deelnemersregister
from hub.dossier.dossierstand import GEBEURTENIS
from hub.dossier.gevolgen import Gevolgen
from hub.readmodel.projection import outcomes
from hub.readmodel.record import Basis, decision
from hub.rotation import live, piloted
from tests.unit.case import DUO, GEM_A, REGISTER, SCHOOL, VWN, Case, dag, in_les, plicht


def _met_proef(case: Case, oin: str, van: str, tot: str | None = None) -> None:
    """The register as it is activated when a pilot is planned."""
    _wissel(case, lambda rij: piloted(rij, dag(van), dag(tot) if tot else None), oin)


def _wissel(case: Case, verander: Any, oin: str) -> None:
    rijen = [verander(rij) if rij.oin == oin else rij for rij in case.bundels.deelnemers.deelnemers]
    case.bundels = replace(case.bundels, deelnemers=Deelnemersregister.of(rijen))


def _bij(case: Case, partij: str) -> list[str]:
    return [een.gebeurtenis for een in case.leveringen if str(een.ontvanger) == partij]


def _uitkomsten(gevolgen: Gevolgen, partij: str) -> list[dict[str, Any]]:
    """What the audit record says of one party."""
    basis = Basis(0, 1, datetime(2025, 2, 10, tzinfo=UTC), {})
    record = decision(
        basis,
        gevolgen,
        soort="besluit",
        dossier="d",
        event="e",
        naam="taalschool-toegewezen",
        bron=GEM_A,
        ciphertext=b"x",
    )
    return [row for row, _ in outcomes(1, orjson.loads(record)) if row["aan"] == partij]


def _met_school_in_proef(tot: str | None = None) -> Case:
    case = Case()
    _met_proef(case, "school", "2025-01-01", tot)
    in_les(case)
    return case


def test_what_a_school_in_pilot_would_get_is_on_record_with_its_fields_and_is_not_delivered() -> None:
    case = Case()
    _met_proef(case, "school", "2025-01-01")
    plicht(case, "2025-01-06")
    gevolgen = case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school", leerroute="B1-route")
    (besluit,) = [b for b in gevolgen.besluiten if str(b.ontvanger) == SCHOOL]
    assert besluit.uitkomst == "proef"
    assert set(besluit.velden) == {"taalschool", "leerroute"}
    assert _bij(case, SCHOOL) == []
    rijen = _uitkomsten(gevolgen, SCHOOL)
    assert {rij["uitkomst"] for rij in rijen} == {"proef"}
    assert all(rij["levering"] is None and rij["reden"] is None for rij in rijen)


def test_others_get_theirs() -> None:
    zonder, met = Case(), _met_school_in_proef()
    in_les(zonder)
    for partij in (DUO, GEM_A, VWN):
        assert _bij(met, partij) == _bij(zonder, partij)


def test_what_the_school_itself_reports_is_taken_as_ever() -> None:
    case = _met_school_in_proef()
    gevolgen = case.zegt(SCHOOL, "voortgang-gemeld", "2025-03-17", taalniveau="A1", stagnatie=False)
    assert gevolgen.weigering is None
    assert "voortgang-gemeld" in _bij(case, GEM_A)


def test_after_the_pilot_it_gets_the_state_of_now_once_and_nothing_of_the_past() -> None:
    case = _met_school_in_proef(tot="2025-04-01")
    case.tik("2025-03-31")
    assert _bij(case, SCHOOL) == []
    assert case.agenda == dag("2025-04-01")  # who waits is looked at every day
    case.tik("2025-04-01")
    (stand,) = [een for een in case.leveringen if str(een.ontvanger) == SCHOOL]
    assert stand.gebeurtenis == GEBEURTENIS
    assert stand.data["leerroute"] == "B1-route"
    assert stand.data["per"] == "2025-04-01"
    case.tik("2025-04-02")
    assert _bij(case, SCHOOL) == [GEBEURTENIS]
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-04-03", naar="Z-route", dagtekening="2025-04-03")
    assert _bij(case, SCHOOL) == [GEBEURTENIS, "leerroute-gewijzigd"]


def test_a_pilot_that_is_ended_by_another_register_ends_at_that_place_of_the_log() -> None:
    case = _met_school_in_proef()
    case.tik("2025-03-10")
    _wissel(case, lambda rij: live(rij, dag("2025-03-11")), "school")
    case.tik("2025-03-11")
    assert _bij(case, SCHOOL) == [GEBEURTENIS]


def test_the_state_that_it_would_have_had_at_its_beginning_is_on_record_once() -> None:
    case = Case()
    _met_proef(case, "school", "2025-01-01")
    plicht(case, "2025-01-06")
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-03", dagtekening="2025-02-03", leerroute="B1-route")
    gevolgen = case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school")
    assert [
        (h.gebeurtenis, h.besluit.uitkomst) for h in gevolgen.hubbesluiten if str(h.besluit.ontvanger) == SCHOOL
    ] == [(GEBEURTENIS, "proef")]
    assert case.tik("2025-02-11").hubbesluiten == ()


def test_what_it_learned_by_the_state_is_corrected_as_that_state() -> None:
    case = _met_school_in_proef(tot="2025-04-01")
    case.tik("2025-04-01")
    gevolgen = case.zegt(GEM_A, "correctie", "2025-04-02", betreft="pip", wijziging={"leerroute": "Z-route"})
    # Of the PIP it knows the leerroute, from the state of its first day: that is corrected, as the state that it got.
    (correctie,) = [een for een in gevolgen.leveringen if str(een.ontvanger) == SCHOOL]
    (stand,) = case.ontvangen(SCHOOL, GEBEURTENIS)
    assert correctie.data["betreft"] == stand.id


def test_who_got_something_before_its_pilot_is_told_that_it_was_wrong() -> None:
    case = Case()
    in_les(case)
    _met_proef(case, "school", "2025-03-10")
    case.zegt(GEM_A, "leerroute-gewijzigd", "2025-03-12", naar="Z-route", dagtekening="2025-03-12")
    assert "leerroute-gewijzigd" not in _bij(case, SCHOOL)
    eerste = case.records[3]
    assert eerste.gebeurtenis == "taalschool-toegewezen"
    case.zegt(GEM_A, "intrekking", "2025-03-13", betreft=eerste.id)
    assert _bij(case, SCHOOL)[-1] == "intrekking"


def test_a_withdrawal_reaches_who_got_something_before_its_pilot_and_nobody_else() -> None:
    for vooraf in (False, True):
        case = Case()
        if not vooraf:
            _met_proef(case, "vwn", "2025-01-01")
        in_les(case)
        case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn")
        wat = {"doel": "begeleiding", "ontvanger": VWN, "categorieen": ["voortgang"], "van": "2025-03-11"}
        case.zegt(GEM_A, "toestemming-gegeven", "2025-03-11", id="t1", **wat)
        if vooraf:
            _met_proef(case, "vwn", "2025-03-12")
        case.zegt(GEM_A, "toestemming-ingetrokken", "2025-03-13", betreft="t1")
        assert ("toestemming-ingetrokken" in _bij(case, VWN)) is vooraf


def _signalen(case: Case, partij: str) -> list[tuple[str, str]]:
    return [
        (een.gebeurtenis, een.data["regel"])
        for een in case.leveringen
        if str(een.ontvanger) == partij and een.gebeurtenis.startswith("signaal-") and een.data["regel"] == "PIP"
    ]


def test_a_gemeente_hears_of_a_signal_that_is_still_open_when_its_pilot_is_over() -> None:
    case = Case()
    _met_proef(case, "gem-a", "2025-01-01", "2025-06-01")
    plicht(case, "2025-01-06")
    gevolgen = case.tik("2025-05-01")
    assert {h.besluit.uitkomst for h in gevolgen.hubbesluiten if h.gebeurtenis == "signaal-afgegeven"} == {"proef"}
    assert case.tik("2025-05-02").hubbesluiten == ()  # once, not every day
    assert _signalen(case, GEM_A) == []
    case.tik("2025-06-01")
    assert _signalen(case, GEM_A) == [("signaal-afgegeven", "PIP")]
    case.tik("2025-06-02")
    assert len(_signalen(case, GEM_A)) == 1


def test_a_signal_that_ended_in_the_pilot_is_never_heard_of() -> None:
    case = Case()
    _met_proef(case, "gem-a", "2025-01-01", "2025-06-01")
    plicht(case, "2025-01-06")
    case.tik("2025-05-01")
    case.zegt(GEM_A, "pip-vastgesteld", "2025-05-02", dagtekening="2025-05-02", leerroute="B1-route")
    case.tik("2025-06-01")
    assert _signalen(case, GEM_A) == []


def test_a_signal_that_was_told_before_the_pilot_is_taken_back_in_it() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.tik("2025-03-10")
    assert _signalen(case, GEM_A) == [("signaal-afgegeven", "PIP")]
    _met_proef(case, "gem-a", "2025-03-11")
    case.tik("2025-04-01")  # more pressing by now, and that is held back
    assert len(_signalen(case, GEM_A)) == 1
    case.zegt(GEM_A, "pip-vastgesteld", "2025-04-02", dagtekening="2025-04-02", leerroute="B1-route")
    assert _signalen(case, GEM_A)[-1] == ("signaal-vervallen", "PIP")


def test_a_request_made_in_pilot_is_answered_when_it_is_over() -> None:
    case = Case()
    _met_proef(case, "gem-a", "2025-01-01", "2025-04-01")
    plicht(case, "2025-01-06", doelgroep="gezinsmigrant")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school")
    case.zegt(SCHOOL, "cursus-gestart", "2025-03-03", begindatum="2025-03-03", component="taal")
    case.zegt(GEM_A, "gegevens-opgevraagd", "2025-03-04", aan="school", doel="voortgang", van="2025-03-01")
    case.zegt(SCHOOL, "voortgang-gemeld", "2025-03-17", taalniveau="A1", stagnatie=False)
    assert case.ontvangen(GEM_A, "voortgang-gemeld") == []
    case.tik("2025-04-01")
    assert [een.data["taalniveau"] for een in case.ontvangen(GEM_A, "voortgang-gemeld")] == ["A1"]


def test_a_register_without_pilots_keeps_its_digest() -> None:
    assert b"proef" not in REGISTER.to_json()
    assert Deelnemersregister.from_json(REGISTER.to_json()).digest() == REGISTER.digest()
    case = Case()
    _met_proef(case, "school", "2025-01-01")
    met = case.bundels.deelnemers
    assert Deelnemersregister.from_json(met.to_json()).digest() == met.digest() != REGISTER.digest()


def test_a_replay_of_the_same_log_holds_the_same_back() -> None:
    keer = []
    for _ in range(2):
        case = _met_school_in_proef(tot="2025-04-01")
        case.tik("2025-04-01")
        keer.append(([een.id for een in case.leveringen], case.rijen))
    assert keer[0] == keer[1]


def test_a_gemeente_in_pilot_with_its_cases_keeps_them_from_everybody() -> None:
    """Its own word counts, and DUO, school and begeleider hear nothing of it; after the pilot each gets its state."""
    case = Case()
    _wissel(case, lambda rij: piloted(rij, dag("2025-01-01"), dag("2025-06-01"), cases=True), "gem-a")
    in_les(case)
    gevolgen = case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn")
    assert gevolgen.weigering is None
    assert {b.uitkomst for b in gevolgen.besluiten if str(b.ontvanger) == VWN} == {"proef"}
    assert case.leveringen == []
    case.tik("2025-05-31")
    assert case.leveringen == []
    case.tik("2025-06-01")
    standen = {str(een.ontvanger) for een in case.leveringen if een.gebeurtenis == GEBEURTENIS}
    assert {GEM_A, SCHOOL, VWN} <= standen
    assert not [een for een in case.leveringen if str(een.ontvanger) == DUO]


def test_a_person_who_moves_out_of_such_a_gemeente_is_in_pilot_no_longer() -> None:
    case = Case()
    _wissel(case, lambda rij: piloted(rij, dag("2025-01-01"), None, cases=True), "gem-a")
    in_les(case)
    case.zegt(DUO, "persoon-verhuisd", "2025-05-05", van="gem-a", naar="gem-b", datum="2025-05-05")
    assert "gem-b#gemeente" in {str(een.ontvanger) for een in case.leveringen}
    assert GEM_A not in {str(een.ontvanger) for een in case.leveringen}, "itself it still is"
