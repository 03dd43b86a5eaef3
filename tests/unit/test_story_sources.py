# SPDX-License-Identifier: EUPL-1.2
"""A story says where its writer read it: the document, and of the evaluations the lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.stories.read import lees

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))
LENGTHS = {"000": 4691, "001": 24048, "002": 4159, "003": 3855, "004": 328}
"""The evaluations of how inburgering goes in practice, and how many lines each has."""
OTHERS = frozenset({"field", "own"})
"""The law and its neighbours, cited by article; and what we made up ourselves, with a scenario."""
LINES = re.compile(r"\bL(\d+)(?:-(\d+))?")
ENOUGH = 60


def lines_of(file: Path) -> list[tuple[int, int]]:
    found = LINES.findall(str(lees(file).source.get("lines", "")))
    return [(int(first), int(last or first)) for first, last in found]


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_it_names_a_document_and_a_place_in_it(file: Path) -> None:
    source = lees(file).source
    document = source["document"]
    assert document in LENGTHS or document in OTHERS
    assert file.stem.startswith(document) or file.stem[0] == "9", (
        "its name begins with its document, or is of our own list"
    )
    assert source.get("section") or document == "own"
    assert source.get("lines") or source.get("scenario")
    for first, last in lines_of(file):
        assert 0 < first <= last
        if document in LENGTHS and ".md" not in str(source["lines"]):
            assert last <= LENGTHS[document]


def test_enough_of_them_come_from_the_evaluations_with_their_lines() -> None:
    told = [file for file in STORIES if lees(file).source["document"] in LENGTHS and lines_of(file)]
    assert len(told) >= ENOUGH
    assert {lees(file).source["document"] for file in told} == set(LENGTHS), "and none of them is left out"
