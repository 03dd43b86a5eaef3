# SPDX-License-Identifier: EUPL-1.2
"""Logboek Dataverwerkingen 1.0: its fields, one person a line, each line pointing into the register."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from consent.activiteiten import BESLISSEN, RECHTEN, VERBETERING
from consent.policy import Beleid
from hub.docs import DOCUMENTS
from hub.readmodel import ldv
from hub.readmodel.record import canonical
from tests.unit.verhaalaudit import Verhaal, boek

HUB = "00000099000000000000"
BASE = "https://gemeente.example/verwerkingsregister#"
ACT = {"v": 1, "soort": "handeling", "handeling": "inzage-gegeven", "door": "bakker", "onderwerp": "P09"}


@pytest.fixture(scope="module")
def engine(verhaal: Verhaal, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    act = canonical(ACT | {"moment": "2026-11-30T09:00:00+00:00"})
    nobody = canonical({"v": 1, "soort": "bundel", "bundel": "beleid", "digest": "d"})
    return boek(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'audit.db'}", [nobody, *verhaal.records, act])


@pytest.fixture(scope="module")
def lines(verhaal: Verhaal, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    file = tmp_path_factory.mktemp("ldv") / "ldv.jsonl"
    count = ldv.export(engine, file, verhaal.archief().row_at, oin=HUB, register=BASE)
    found = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    assert len(found) == count
    return found


def test_a_line_has_the_fields_of_the_standard(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        assert re.fullmatch(r"[0-9a-f]{32}", line["trace_id"])
        assert re.fullmatch(r"[0-9a-f]{16}", line["span_id"])
        assert line["status"] in ("Unset", "Ok", "Error")
        assert line["name"] and 0 < line["start_time"] <= line["end_time"]
        assert {
            "dpl.core.processing_activity_id",
            "dpl.core.data_subject_id",
            "dpl.core.data_subject_id_type",
        } <= line["attributes"].keys()


def test_spans_are_unique_and_each_delivery_stands_under_its_decision(lines: list[dict[str, Any]]) -> None:
    spans = Counter(line["span_id"] for line in lines)
    assert set(spans.values()) == {1}
    traces = {line["span_id"]: line["trace_id"] for line in lines}
    children = [line for line in lines if "parent_span_id" in line]
    assert children
    assert all(traces[line["parent_span_id"]] == line["trace_id"] for line in children)


def test_every_delivery_of_the_story_has_a_line_and_nothing_else_has(
    lines: list[dict[str, Any]], verhaal: Verhaal
) -> None:
    told = {
        (given["dpl.core.data_subject_id"], one["name"], given["nl.inburgering.ontvanger"])
        for one in lines
        for given in [one["attributes"]]
        if "parent_span_id" in one
    }
    assert told == {(one.persoon, one.gebeurtenis, verhaal.partij(one.aan)) for one in verhaal.waarneming.geleverd}


def test_every_activity_is_an_entry_of_the_register(lines: list[dict[str, Any]]) -> None:
    register = DOCUMENTS["verwerkingsregister.md"](Beleid.load())
    used = {line["attributes"]["dpl.core.processing_activity_id"] for line in lines}
    assert {f"{BASE}{own}" for own in (BESLISSEN, RECHTEN, VERBETERING)} <= used
    for one in used:
        assert one.startswith(BASE)
        assert f'<a id="{one.removeprefix(BASE)}"></a>' in register


def test_no_line_names_an_employee_or_a_number_of_a_person(lines: list[dict[str, Any]], verhaal: Verhaal) -> None:
    text = orjson.dumps(lines).decode()
    assert "bakker" not in text
    assert not [persoon.bsn for persoon in verhaal.draaiboek.personen if persoon.bsn in text]


def test_the_same_log_gives_the_same_lines(
    lines: list[dict[str, Any]], engine: Engine, verhaal: Verhaal, tmp_path: Path
) -> None:
    ldv.export(engine, tmp_path / "again.jsonl", verhaal.archief().row_at, oin=HUB, register=BASE)
    assert [orjson.loads(line) for line in (tmp_path / "again.jsonl").read_bytes().splitlines()] == lines
