# SPDX-License-Identifier: EUPL-1.2
"""From asked to over: who may give it, what takes its place, and that nothing which closed ever opens again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.policy import Grondslag
from consent.toestemming import OVERGANGEN, ToestemmingStand
from hub.readmodel.privacy import toestemming_history
from hub.readmodel.record import Basis, decision
from tests.unit.case import BELEID, COA, GEM_A, ISD, SCHOOL, VWN, Case, in_les
from tests.unit.verhaalaudit import boek

GEGEVEN = {"doel": "begeleiding", "ontvanger": VWN, "categorieen": ["voortgang"], "van": "2025-04-01"}


def _met_begeleider() -> Case:
    case = Case()
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn", volgende_stap="kennismaking")
    return case


def _geef(case: Case, op: str, id: str, **anders: Any) -> Any:
    return case.zegt(GEM_A, "toestemming-gegeven", op, id=id, **{**GEGEVEN, "van": op, **anders})


def _rapport(case: Case, op: str) -> None:
    case.zegt(SCHOOL, "voortgang-gemeld", op, taalniveau="A1", stagnatie=False)


def _kreeg(case: Case) -> int:
    return len(case.ontvangen(VWN, "voortgang-gemeld"))


def test_a_refusal_opens_nothing_and_is_on_record() -> None:
    case = _met_begeleider()
    nee = {"doel": "begeleiding", "ontvanger": VWN, "categorieen": ["voortgang"], "taal": "ti", "tolk": True}
    case.zegt(VWN, "toestemming-geweigerd", "2025-04-01", id="t0", **nee)
    assert case.stand("toestemming.t0") == "geweigerd"
    assert len(case.ontvangen(GEM_A, "toestemming-geweigerd")) == 1
    _rapport(case, "2025-04-02")
    assert case.reden(VWN) == "no-toestemming"


def _historie(case: Case, database: str, op: str) -> dict[str, tuple[str, list[str]]]:
    """As the audit log tells it to a privacy officer: where each stands, and its steps."""
    records = [
        decision(
            Basis(0, number, one.vastgelegd, {}), gevolgen, soort="besluit", dossier="d", event=one.id,
            naam=one.gebeurtenis, bron=str(one.bron), ciphertext=b"x",
        )
        for number, (one, gevolgen) in enumerate(case.verloop)
    ]  # fmt: skip
    engine = boek(database, records)
    found = toestemming_history(engine, ["d"], date.fromisoformat(op))
    engine.dispose()
    return {one["toestemming"]: (one["stand"], [step["stand"] for step in one["stappen"]]) for one in found}


def test_the_audit_log_tells_the_whole_life(tmp_path: Path) -> None:
    """Also of what closed without a word about itself: another took its place, or who gave it might not."""
    case = _met_begeleider()
    _geef(case, "2025-03-20", "t0")
    case.zegt(COA, "klantprofiel-gedeeld", "2025-03-31", geboortedatum="2012-05-01")
    _geef(case, "2025-04-01", "t1", door_wie="wettelijk-vertegenwoordiger")
    _geef(case, "2025-05-01", "t2", door_wie="wettelijk-vertegenwoordiger", categorieen=["voortgang", "uren"])
    case.zegt(GEM_A, "toestemming-geweigerd", "2025-06-01", id="t3", doel="begeleiding", ontvanger=VWN)
    _geef(case, "2025-07-01", "t4", door_wie="wettelijk-vertegenwoordiger", tot="2025-08-01")
    told = _historie(case, f"sqlite:///{tmp_path / 'audit.db'}", "2025-08-02")
    assert told == {
        "t0": ("ongeldig", ["gegeven", "ongeldig"]),
        "t1": ("vervangen", ["gegeven", "vervangen"]),
        "t2": ("vervangen", ["gegeven", "vervangen"]),
        "t3": ("geweigerd", ["geweigerd"]),
        "t4": ("verlopen", ["gegeven"]),
    }


def test_a_refusal_on_renewal_ends_what_was_agreed_before() -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1")
    case.zegt(GEM_A, "toestemming-geweigerd", "2025-05-01", id="t2", doel="begeleiding", ontvanger=VWN)
    assert (case.stand("toestemming.t1"), case.stand("toestemming.t2")) == ("vervangen", "geweigerd")
    _rapport(case, "2025-05-02")
    assert case.reden(VWN) == "toestemming-expired"


def test_a_later_word_on_the_same_purpose_and_recipient_takes_the_place_of_the_earlier() -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1", categorieen=["voortgang", "aanwezigheid"])
    _geef(case, "2025-05-01", "t2", categorieen=["voortgang"])
    assert (case.stand("toestemming.t1"), case.stand("toestemming.t2")) == ("vervangen", "gegeven")
    case.zegt(SCHOOL, "aanwezigheid-gemeld", "2025-05-02", les="L1", datum="2025-05-02", verzuim="geen")
    assert case.reden(VWN) == "toestemming-expired"
    _rapport(case, "2025-05-02")
    assert _kreeg(case) == 1


def test_the_earlier_holds_until_the_first_day_of_the_later() -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1")
    _geef(case, "2025-05-01", "t2", van="2025-06-01", categorieen=["uren"])
    _rapport(case, "2025-05-31")
    assert _kreeg(case) == 1
    _rapport(case, "2025-06-01")
    assert case.reden(VWN) == "toestemming-expired"


def test_another_purpose_or_recipient_leaves_it_as_it_is() -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1")
    _geef(case, "2025-05-01", "t2", doel="werk")
    _geef(case, "2025-05-01", "t3", ontvanger="werk#participatie")
    assert {case.stand(f"toestemming.t{n}") for n in (1, 2, 3)} == {"gegeven"}


def test_withdrawing_the_later_does_not_bring_back_the_earlier() -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1")
    _geef(case, "2025-05-01", "t2")
    case.zegt(GEM_A, "toestemming-ingetrokken", "2025-05-02", betreft="t2")
    case.zegt(GEM_A, "intrekking", "2025-05-03", betreft="t2", reden="dubbel")
    assert (case.stand("toestemming.t1"), case.stand("toestemming.t2")) == ("vervangen", "ingetrokken")
    _rapport(case, "2025-05-04")
    assert _kreeg(case) == 0


def test_taking_a_withdrawal_back_revives_nothing() -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1")
    case.zegt(GEM_A, "toestemming-ingetrokken", "2025-04-02", id="w1", betreft="t1")
    case.zegt(GEM_A, "intrekking", "2025-04-03", betreft="w1", reden="foutieve-invoer")
    assert case.stand("toestemming.t1") == "ingetrokken"
    _rapport(case, "2025-04-04")
    assert case.reden(VWN) == "toestemming-withdrawn"


def test_an_end_date_corrected_after_the_end_revives_nothing_and_before_it_counts() -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1", tot="2025-05-01")
    case.zegt(GEM_A, "correctie", "2025-04-20", betreft="t1", wijziging={"tot": "2025-06-01"})
    _rapport(case, "2025-05-15")
    assert _kreeg(case) == 1
    case.zegt(GEM_A, "correctie", "2025-06-01", betreft="t1", wijziging={"tot": "2026-06-01"})
    assert case.stand("toestemming.t1") == "verlopen"
    _rapport(case, "2025-06-02")
    assert case.reden(VWN) == "toestemming-expired"
    case.zegt(GEM_A, "toestemming-ingetrokken", "2025-06-03", betreft="t1")
    assert case.stand("toestemming.t1") == "ingetrokken"


def test_a_correction_narrows_what_was_agreed_and_never_widens_it() -> None:
    """Who agrees to more says so anew: of that there is a text, a language and a day (AVG 7(1))."""
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1", categorieen=["voortgang", "uren"])
    ruimer = ["voortgang", "aanwezigheid", "toewijzing"]
    case.zegt(GEM_A, "correctie", "2025-04-02", betreft="t1", wijziging={"categorieen": ruimer})
    assert case.stand("toestemming.t1") == "gegeven"
    case.zegt(SCHOOL, "aanwezigheid-gemeld", "2025-04-03", les="L1", datum="2025-04-03", verzuim="geen")
    assert case.reden(VWN) == "no-toestemming"
    case.zegt(SCHOOL, "uren-gemeld", "2025-04-03", component="taal", minuten=60)
    assert case.reden(VWN) == "no-toestemming"
    _rapport(case, "2025-04-04")
    assert _kreeg(case) == 1


@pytest.mark.parametrize(
    "wijziging",
    [{"ontvanger": "vwn#taalschool"}, {"ontvanger": "werk#participatie"}, {"doel": "werk"}, {"categorieen": ["uren"]}],
)
def test_one_for_another_recipient_purpose_or_thing_was_a_mistake_and_opens_nothing(wijziging: dict[str, Any]) -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1")
    case.zegt(GEM_A, "correctie", "2025-04-02", betreft="t1", wijziging=wijziging)
    assert case.stand("toestemming.t1") == "ongeldig"
    gehad = len(case.leveringen)
    _rapport(case, "2025-04-03")
    case.zegt(SCHOOL, "uren-gemeld", "2025-04-03", component="taal", minuten=60)
    assert {str(x.ontvanger) for x in case.leveringen[gehad:]} == {GEM_A, ISD}


def test_one_entered_by_mistake_stays_invalid_also_when_the_retraction_is_retracted() -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1")
    case.zegt(GEM_A, "intrekking", "2025-04-02", id="x1", betreft="t1", reden="verkeerde-persoon")
    assert case.stand("toestemming.t1") == "ongeldig"
    case.zegt(GEM_A, "intrekking", "2025-04-03", betreft="x1", reden="foutieve-invoer")
    assert case.stand("toestemming.t1") == "ongeldig"
    _rapport(case, "2025-04-04")
    assert case.reden(VWN) == "no-toestemming"


def test_a_child_does_not_consent_itself_and_its_representative_does() -> None:
    case = Case()
    case.zegt(COA, "klantprofiel-gedeeld", "2024-12-02", geboortedatum="2010-06-01", voornamen="A")
    in_les(case)
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-03-10", begeleider="vwn")
    zelf = _geef(case, "2025-04-01", "t1", door_wie="persoon")
    assert zelf.weigering is not None
    assert zelf.weigering.grond.value == "ongeldig"
    assert "UAVG 5" in zelf.weigering.toelichting
    assert case.stand("toestemming.t1") == "geen"
    ouder = _geef(case, "2025-04-02", "t2", door_wie="wettelijk-vertegenwoordiger", wijze="schriftelijk", bewijs="Z-1")
    assert ouder.weigering is None
    _rapport(case, "2025-04-03")
    assert _kreeg(case) == 1


def test_a_birth_date_that_comes_later_closes_what_the_child_gave() -> None:
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1")
    _rapport(case, "2025-04-02")
    case.zegt(COA, "klantprofiel-gedeeld", "2025-04-03", geboortedatum="2010-06-01")
    assert case.stand("toestemming.t1") == "ongeldig"
    _rapport(case, "2025-04-04")
    assert case.reden(VWN) == "no-toestemming"
    assert _kreeg(case) == 1


# Properties: whatever is said, in whatever order

HANDELINGEN = st.lists(
    st.tuples(
        st.sampled_from(["geef", "geef", "weiger", "trek-in", "neem-terug", "corrigeer", "profiel", "rapport", "tik"]),
        st.integers(0, 3),
        st.integers(0, 40),
        st.integers(0, 60),
    ),
    min_size=2,
    max_size=14,
)
OP_TOESTEMMING = {r.id for r in BELEID.regels if r.grondslag is Grondslag.TOESTEMMING}
MEIDAG = "2025-05-{:02d}"


def _doe(case: Case, nummer: int, handeling: tuple[str, int, int, int]) -> None:
    soort, welke, dag, lengte = handeling
    op = MEIDAG.format(1 + min(nummer * 2, 28))
    ids = [r.id for r in case.records]
    match soort:
        case "geef":
            tot = f"2025-{5 + lengte // 28:02d}-{1 + lengte % 28:02d}" if lengte else None
            data = {"doel": f"d{welke % 2}", "van": MEIDAG.format(1 + dag % 28), "tot": tot}
            _geef(case, op, f"t{nummer}", **data)
        case "weiger":
            case.zegt(GEM_A, "toestemming-geweigerd", op, id=f"t{nummer}", doel=f"d{welke % 2}", ontvanger=VWN)
        case "trek-in":
            case.zegt(GEM_A, "toestemming-ingetrokken", op, id=f"w{nummer}", betreft=f"t{welke + dag % 8}")
        case "neem-terug":
            case.zegt(GEM_A, "intrekking", op, id=f"x{nummer}", betreft=ids[-1 - welke % len(ids)], reden="dubbel")
        case "corrigeer":
            wijziging = {"tot": "2026-01-01", "van": "2025-01-01", "doel": "d0"}
            case.zegt(GEM_A, "correctie", op, id=f"c{nummer}", betreft=f"t{welke + dag % 8}", wijziging=wijziging)
        case "profiel":
            geboren = "2012-01-01" if welke == 0 else "1990-01-01"
            case.zegt(COA, "klantprofiel-gedeeld", op, id=f"p{nummer}", geboortedatum=geboren)
        case "rapport":
            _rapport(case, op)
        case _:
            case.tik(op)


@settings(max_examples=60, deadline=None)
@given(HANDELINGEN)
def test_every_step_that_is_ever_seen_is_legal_and_what_closed_opens_nothing(handelingen) -> None:
    case = _met_begeleider()
    gezien: dict[str, ToestemmingStand] = {}
    for nummer, handeling in enumerate(handelingen):
        _doe(case, nummer, handeling)
        for een in case.zaak.toestemmingen:
            nu = ToestemmingStand(str(case.stand(f"toestemming.{een.id}")))
            eerder = gezien.get(een.id, nu)
            assert nu is eerder or nu in OVERGANGEN[eerder], (een.id, eerder, nu)
            gezien[een.id] = nu
        for besluit in case.besluiten:
            if OP_TOESTEMMING.intersection(besluit.regels):
                assert besluit.toestemming is not None
                assert gezien[besluit.toestemming] is ToestemmingStand.GEGEVEN


@settings(max_examples=40, deadline=None)
@given(HANDELINGEN, st.integers(0, 13))
def test_a_decision_is_a_function_of_what_came_before_it(handelingen, grens) -> None:
    """What comes after a place in the log changes nothing about what went out before it; a replay gives it again."""
    heel, begin, opnieuw = _met_begeleider(), _met_begeleider(), Case()
    for nummer, handeling in enumerate(handelingen):
        _doe(heel, nummer, handeling)
        if nummer < grens:
            _doe(begin, nummer, handeling)
    assert heel.leveringen[: len(begin.leveringen)] == begin.leveringen
    if not any(soort == "tik" for soort, *_ in handelingen):
        for record in heel.records:
            opnieuw.neemt(record)
        assert opnieuw.leveringen == heel.leveringen
        assert opnieuw.rijen == heel.rijen


@pytest.mark.parametrize("stand", [s for s in ToestemmingStand if s is not ToestemmingStand.GEGEVEN])
def test_a_state_on_record_survives_a_replay_of_the_giving_alone(stand: ToestemmingStand) -> None:
    """Even where every fact that closed it would be missing, the record that it closed keeps it closed."""
    case = _met_begeleider()
    _geef(case, "2025-04-01", "t1")
    case.rijen["gronden"] = {**case.rijen["gronden"], "standen": {"t1": stand.value}}
    _rapport(case, "2025-04-02")
    assert _kreeg(case) == 0
