# SPDX-License-Identifier: EUPL-1.2
"""`hub policy explain --dossier`: what was really decided, by the names of fields and rows; never what was said."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from hub.bundles import Soort
from hub.readmodel.explained import decisions
from tests.unit.verhaalaudit import Verhaal, boek

LATER = date(2026, 12, 1)
VWN = "vwn#begeleider"


@pytest.fixture(scope="module")
def engine(verhaal: Verhaal, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return boek(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'audit.db'}", verhaal.records)


def explain(
    verhaal: Verhaal, engine: Engine, dossier: str, event: str, to: str, until: date = LATER, last: int = 50
) -> list[dict[str, Any]]:
    def policy(digest: str | None) -> Any:
        assert digest is not None
        return verhaal.bundles.load(Soort.BELEID, digest)

    return decisions(engine, [dossier], event, verhaal.partij(to), until, policy, last)


def test_of_a_delivery_it_names_the_row_of_each_field_and_of_what_was_withheld(
    verhaal: Verhaal, engine: Engine
) -> None:
    (one,) = [
        found for found in explain(verhaal, engine, "P09", "voortgang-gemeld", VWN) if found["uitkomst"] == "geleverd"
    ]
    passes = {each["field"]: each["rows"] for each in one["passes"]}
    assert passes["taalniveau"] == ["toestemming-school-aan-begeleider/voortgang"]
    assert one["toestemming"] and {row["ground"] for row in one["rows"]} == {"toestemming"}
    withheld = {each["field"]: each for each in one["withheld"]}
    assert withheld["belemmeringen"]["reason"] in ("no-toestemming", "forbidden-category")
    assert "toestemming-school-aan-begeleider/belemmering" in withheld["belemmeringen"]["rows"]


def test_after_the_withdrawal_it_says_that_and_which_rows_waited_for_toestemming(
    verhaal: Verhaal, engine: Engine
) -> None:
    newest = explain(verhaal, engine, "P09", "voortgang-gemeld", VWN)[0]
    assert newest["reden"] == "toestemming-withdrawn"
    assert newest["passes"] == []
    assert {"toestemming"} == {row["ground"] for row in newest["rows"]}
    assert "toestemming-withdrawn" in newest["why"]


def test_before_the_withdrawal_it_does_not_know_of_it(verhaal: Verhaal, engine: Engine) -> None:
    earlier = explain(verhaal, engine, "P09", "voortgang-gemeld", VWN, until=date(2026, 3, 15))
    assert earlier and all(one["reden"] != "toestemming-withdrawn" for one in earlier)


def test_where_no_row_speaks_of_it_the_missing_row_is_the_answer(verhaal: Verhaal, engine: Engine) -> None:
    found = explain(verhaal, engine, "P09", "aanwezigheid-gemeld", "duo#uitvoering")
    denied = [one for one in found if one["reden"] == "no-ground"]
    assert denied
    for one in denied:
        assert one["rows"] == [] or one["why"].startswith("Rows speak of it")


def test_it_shows_no_value_of_any_field(verhaal: Verhaal, engine: Engine) -> None:
    delivered = [one for one in verhaal.waarneming.geleverd if one.persoon == "P09"]
    values = {
        str(value)
        for one in delivered
        for name, value in one.data.items()
        if isinstance(value, str) and name in ("voornamen", "achternaam", "telefoon", "email", "dagtekening")
    }
    assert values
    told = "".join(
        orjson.dumps(explain(verhaal, engine, "P09", one.gebeurtenis, one.aan)).decode() for one in delivered
    )
    assert not [value for value in values if f'"{value}"' in told]


def test_another_dossier_has_nothing_to_do_with_it(verhaal: Verhaal, engine: Engine, tmp_path: Path) -> None:
    assert explain(verhaal, engine, "P99", "voortgang-gemeld", VWN) == []
