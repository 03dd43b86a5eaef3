# SPDX-License-Identifier: EUPL-1.2
"""Each story alone fails on some small change of the dossier's code: a story that no change can break tests nothing."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from tests.mutation.code_mutants import Functions, Mutant, mutants
from tests.mutation.dossier_mutants import ROOM, ROOT, STORIES, Case, idle_story, seen_by, story


@cache
def functions() -> Functions:
    return Functions(ROOM)


@cache
def every(file: str) -> tuple[Mutant, ...]:
    return tuple(mutants([Path(file)], ROOT))


@pytest.mark.parametrize("file", sorted(STORIES.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_change_breaks_it(file: Path) -> None:
    run = story(file)
    runs = seen_by(run)
    among = [one for name in sorted({name for name, _, _ in runs}) for one in every(name)]
    random.Random(file.stem).shuffle(among)
    assert not idle_story(Case(file.stem, run, runs, 0), functions(), among)
