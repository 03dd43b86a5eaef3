# SPDX-License-Identifier: EUPL-1.2
"""A privacy officer's questions to the audit log of the demo's story, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, text

from hub.readmodel import privacy
from hub.readmodel.privacy import Periode
from hub.readmodel.record import canonical
from hub.readmodel.terms import uiterlijk
from hub.streams.handelingen import Handeling, Recht, Stap, Verrichting
from schemas import codec
from tests.unit.verhaalaudit import Verhaal, boek

ALTIJD = Periode()
VWN = "vwn#begeleider"


@pytest.fixture
def engine(database: str, verhaal: Verhaal) -> Iterator[Engine]:
    engine = boek(database, verhaal.records)
    yield engine
    engine.dispose()


def test_which_disclosures_rested_on_toestemming(engine: Engine, verhaal: Verhaal) -> None:
    found = privacy.disclosures(engine, ALTIJD, op_toestemming=True)
    told = Counter((one["aan"], one["type"], one["dossier"]) for one in found)
    assert {(aan, dossier) for aan, _, dossier in told} == {(verhaal.partij(VWN), "P09")}
    assert told[verhaal.partij(VWN), "voortgang-gemeld", "P09"] == 1
    assert "voortgang" in found[0]["categorieen"]
    assert found[0]["toestemming"] == privacy.toestemming_history(engine, ["P09"], date(2026, 3, 1))[0]["toestemming"]


@pytest.mark.parametrize(("van", "tot"), [(None, None), (date(2026, 1, 1), date(2026, 3, 27))])
def test_everything_that_went_to_an_organisation_in_a_period(
    engine: Engine, verhaal: Verhaal, van: date | None, tot: date | None
) -> None:
    party = verhaal.partij(VWN)
    found = privacy.disclosures(engine, Periode(van, tot), aan=party.partition("#")[0])
    expected = Counter(
        (one.gebeurtenis, one.persoon)
        for one in verhaal.waarneming.geleverd
        if one.aan == VWN and (van is None or van <= one.dag) and (tot is None or one.dag <= tot)
    )
    assert expected
    assert Counter((one["type"], one["dossier"]) for one in found) == expected


def test_all_denials_by_reason(engine: Engine, verhaal: Verhaal) -> None:
    counted: Counter[tuple[str, str, str]] = Counter()
    for one in privacy.denials(engine, ALTIJD):
        counted[one["reden"], one["aan"], one["type"]] += one["aantal"]
    seen = verhaal.waarneming.geweigerd
    assert counted == Counter((one.reden, verhaal.partij(one.aan), one.gebeurtenis) for one in seen)
    reasons = [one["reden"] for one in privacy.denials(engine, ALTIJD)]
    assert list(dict.fromkeys(reasons)) == sorted(set(reasons), key=lambda r: (-Counter(_every(seen))[r], r))


def test_the_history_of_a_toestemming_says_for_whom_and_where_it_stands(engine: Engine, verhaal: Verhaal) -> None:
    (one,) = privacy.toestemming_history(engine, ["P09"], date(2026, 12, 1))
    assert one["ontvanger"] == verhaal.partij(VWN)
    assert one["categorieen"] == ["voortgang"]
    assert [step["stand"] for step in one["stappen"]] == ["gegeven", "ingetrokken"]
    assert one["stand"] == "ingetrokken"
    assert privacy.toestemming_history(engine, ["P02"], date(2026, 12, 1)) == []


@pytest.mark.parametrize(
    ("stappen", "op", "stand"),
    [
        (["gegeven"], date(2027, 2, 15), "gegeven"),
        (["gegeven"], date(2027, 2, 16), "verlopen"),
        (["ingetrokken", "gegeven"], date(2026, 3, 1), "ingetrokken"),
        (["gegeven", "ingetrokken", "verlopen"], date(2028, 1, 1), "ingetrokken"),
        (["gegeven", "vervallen"], date(2026, 3, 1), "vervallen"),
    ],
)
def test_a_toestemming_stands_where_its_steps_and_the_day_say(
    database: str, stappen: list[str], op: date, stand: str
) -> None:
    engine = boek(database, [_stap(step) for step in stappen])
    (one,) = privacy.toestemming_history(engine, ["d-1"], op)
    assert one["stand"] == stand
    engine.dispose()


def test_who_changed_policy_participants_and_keys_or_looked_somebody_up(database: str, verhaal: Verhaal) -> None:
    done = [
        (Handeling.BELEID_GEWIJZIGD, "digest-1", Stap.VOORGESTELD, "jansen"),
        (Handeling.BELEID_GEWIJZIGD, "digest-1", Stap.GOEDGEKEURD, "bakker"),
        (Handeling.DEELNEMERS_GEWIJZIGD, "00000099000000000042", None, "bakker"),
        (Handeling.PERSOON_OPGEZOCHT, "P09", None, "de-wit"),
        (Handeling.GEGEVENS_GEWIST, "P03", Stap.UITGEVOERD, "bakker"),
    ]
    records = [_handeling(h, onderwerp=about, stap=stap, door=who) for h, about, stap, who in done]
    active = [canonical({"v": 1, "soort": "bundel", "bundel": "beleid", "digest": "digest-1"}) for _ in range(3)]
    engine = boek(database, records + active)
    policy = privacy.acts(engine, ALTIJD, over="policy")
    assert [(one["handeling"], one["stap"], one["door"]) for one in policy] == [
        ("beleid-gewijzigd", "voorgesteld", "jansen"),
        ("beleid-gewijzigd", "goedgekeurd", "bakker"),
        ("beleid-geactiveerd", None, None),
    ]
    assert [one["onderwerp"] for one in privacy.acts(engine, ALTIJD, over="participants")] == ["00000099000000000042"]
    assert [one["onderwerp"] for one in privacy.acts(engine, ALTIJD, over="erasures")] == ["P03"]
    assert [one["door"] for one in privacy.acts(engine, ALTIJD, onderwerpen=["P09"])] == ["de-wit"]
    engine.dispose()


def test_a_request_is_urgent_when_its_month_is_almost_over_and_gone_when_it_is_answered(database: str) -> None:
    asked = date(2026, 3, 2)
    engine = boek(
        database,
        [
            _verzoek("v-1", Handeling.VERZOEK_ONTVANGEN, recht=Recht.INZAGE, datum=asked),
            _verzoek("v-2", Handeling.VERZOEK_ONTVANGEN, recht=Recht.WISSING, datum=date(2026, 3, 20)),
            _verzoek("v-3", Handeling.VERZOEK_ONTVANGEN, recht=Recht.INZAGE, datum=asked),
            _verzoek("v-3", Handeling.VERZOEK_AFGEHANDELD),
            _verzoek("v-4", Handeling.VERZOEK_ONTVANGEN, recht=Recht.BEZWAAR, datum=asked),
            _verzoek("v-4", Handeling.VERZOEK_VERLENGD, datum=uiterlijk(asked, verlengd=True)),
        ],
    )

    def open_(day: date, within: int | None = None) -> list[tuple[str, int]]:
        return [(one["verzoek"], one["dagen"]) for one in privacy.requests(engine, day, binnen=within)]

    assert open_(date(2026, 3, 28), 7) == [("v-1", 5)]
    assert open_(date(2026, 4, 3), 7) == [("v-1", -1)]
    assert open_(date(2026, 3, 28)) == [("v-1", 5), ("v-2", 23), ("v-4", 66)]
    engine.dispose()


def test_every_answer_can_be_given_in_json(engine: Engine) -> None:
    day = date(2026, 12, 1)
    for answer in (
        privacy.disclosures(engine, ALTIJD),
        privacy.denials(engine, ALTIJD),
        privacy.toestemming_history(engine, ["P09"], day),
        privacy.acts(engine, ALTIJD),
        privacy.requests(engine, day),
    ):
        assert orjson.loads(orjson.dumps(answer)) == answer


@pytest.mark.parametrize(
    ("ontvangen", "verlengd", "laatste"),
    [
        (date(2026, 3, 2), False, date(2026, 4, 2)),
        (date(2026, 1, 31), False, date(2026, 3, 2)),  # 28 February is a Saturday
        (date(2026, 3, 5), False, date(2026, 4, 7)),  # 5 April is Easter Sunday, the 6th Easter Monday
        (date(2026, 3, 2), True, date(2026, 6, 2)),
    ],
)
def test_a_request_is_answered_within_a_month_that_ends_on_a_working_day(
    ontvangen: date, verlengd: bool, laatste: date
) -> None:
    assert uiterlijk(ontvangen, verlengd=verlengd) == laatste


def test_each_question_looks_in_an_index_and_not_through_the_whole_log(tmp_path: Path, verhaal: Verhaal) -> None:
    engine = boek(f"sqlite:///{tmp_path / 'a.db'}", verhaal.records)
    questions = {
        "uitkomst_aan": "SELECT * FROM uitkomst WHERE aan IN ('a', 'b') AND moment >= '2026'",
        "uitkomst_toestemming": "SELECT * FROM uitkomst WHERE toestemming IS NOT NULL ORDER BY moment",
        "uitkomst_dossier": "SELECT nummer FROM uitkomst WHERE dossier IN ('a')",
        "toestemming_dossier": "SELECT * FROM toestemming WHERE dossier IN ('a')",
        "handeling_moment": "SELECT * FROM handeling WHERE moment >= '2026'",
    }
    with engine.begin() as connection:
        for index, query in questions.items():
            plan = " ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}")))
            assert index in plan, (query, plan)


def _every(seen: tuple[Any, ...]) -> list[str]:
    return [one.reden for one in seen]


def _handeling(handeling: Handeling, **wat: Any) -> bytes:
    """The audit record of an act, by way of its record in the log."""
    wat = {"door": "bakker", **wat}
    data = codec.decode(Verrichting(handeling, moment=datetime(2026, 3, 2, 9, tzinfo=UTC), **wat).frame())[1]
    return canonical({"v": 1, "soort": "handeling", "plaats": "0:1", **data})


def _verzoek(nummer: str, handeling: Handeling, **wat: Any) -> bytes:
    return _handeling(handeling, onderwerp="d-1", verzoek=nummer, **wat)


def _stap(stand: str) -> bytes:
    step: dict[str, Any] = {"id": "t-1", "stand": stand}
    if stand == "gegeven":
        step |= {"ontvanger": "x#begeleider", "categorieen": ["voortgang"], "van": "2026-02-16", "tot": "2027-02-16"}
    ended = [{"type": "toestemming-verlopen", "betreft": "t-1"}] if stand == "verlopen" else []
    hub = [
        {
            "id": "h",
            "aan": "x#begeleider",
            "uitkomst": "geweigerd",
            "reden": "no-ground",
            "regels": [],
            "toestemming": None,
        }
        | one
        for one in ended
    ]
    return canonical(
        {
            "v": 1,
            "soort": "besluit",
            "dossier": "d-1",
            "gebeurtenis": "g",
            "type": "toestemming-gegeven",
            "bron": "gem#gemeente",
            "toestemming": None if ended else step,
            "moment": "2026-02-16T09:00:00+00:00",
            "uitkomsten": [],
            "hub": hub,
            "leveringen": [],
            "weigering": None,
        }
    )
