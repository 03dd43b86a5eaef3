# SPDX-License-Identifier: EUPL-1.2
"""Are the stories and tests of the dossier any good? Change one thing in its code, and one of them must fail.

Run by `make mutants-dossier` (`python -m tests.mutation.dossier_mutants [--sample N] [--seed N] [--file NAME]`): a score
for each file, the mutants that live, and whether each story alone kills one. Only stories and tests that need nothing
but the pure core may kill. Without --sample all mutants are tried. Exit code 1 when a story kills none.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from hub.dossier.regels.rules import ingebouwd
from hub.stories.play import play
from hub.stories.read import lees
from tests.mutation.code_mutants import Functions, Key, Mutant, changed, mutants

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "hub" / "dossier"
STORIES = ROOT / "tests" / "stories"
SLOW_SECONDS = 1.5
"""A test that takes longer on the code as it is has no part in this."""
PATIENCE_SECONDS = 10
"""Whoever takes longer on a mutant hangs in a loop: noticed."""
SEED = 2021


@dataclass(frozen=True)
class Case:
    """One story or test; `runs`: the functions of the room that it comes by."""

    name: str
    run: Callable[[], None]
    runs: frozenset[Key]
    seconds: float


class _Collected:
    """A pytest plugin that keeps the tests instead of running them."""

    def __init__(self) -> None:
        self.items: list[pytest.Function] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.items = [one for one in items if isinstance(one, pytest.Function)]


def story(file: Path) -> Callable[[], None]:
    """Plays the story; AssertionError when a line of it does not hold."""
    verhaal = lees(file)

    def run() -> None:
        failures = play(verhaal, file.name).failures
        assert not failures, failures[0]

    return run


def _tests() -> Iterator[tuple[str, Callable[[], None]]]:
    files = [
        str(file)
        for file in sorted((ROOT / "tests" / "unit").glob("test_*.py"))
        if "hub.dossier" in (text := file.read_text(encoding="utf-8")) or "tests.unit.case" in text
        if "test_stories" not in file.name
    ]
    found = _Collected()
    pytest.main(["--collect-only", "-qqq", "--no-header", "-p", "no:cacheprovider", *files], plugins=[found])
    for item in found.items:
        given = dict(item.callspec.params) if hasattr(item, "callspec") else {}
        drawn = getattr(item.obj, "is_hypothesis_test", False)  # by chance: it may kill today and not tomorrow
        asynchronous = item.get_closest_marker("asyncio") is not None
        if (
            not drawn
            and not asynchronous
            and not set(item.fixturenames) - set(given) - {"request", "event_loop_policy"}
        ):
            yield item.nodeid, lambda test=item.obj, given=given: test(**given)


def cases() -> list[Case]:
    """Stories first, then the tests that need nothing; the quickest first. One that fails as it is can kill nothing."""
    found = []
    stories = ((f"story {file.stem}", story(file)) for file in sorted(STORIES.glob("*.yaml")))
    for name, run in (*stories, *_tests()):
        began = time.process_time()  # so that who is left out does not depend on what else the machine does
        try:
            with _seen() as runs:
                run()
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:  # noqa: BLE001
            print(f"  left out: {name} fails on the code as it is ({type(error).__name__})")
            continue
        seconds = time.process_time() - began
        if runs and seconds < SLOW_SECONDS:
            found.append(Case(name, run, frozenset(runs), seconds))
    return sorted(found, key=lambda case: (not case.name.startswith("story"), case.seconds))


@contextmanager
def _seen() -> Iterator[set[Key]]:
    """Collects the functions of the room that are called meanwhile."""
    keys: set[Key] = set()
    room = str(ROOM)

    def look(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(room):
            keys.add((code.co_filename, code.co_qualname, code.co_firstlineno))

    ingebouwd()._gevonden.clear()
    sys.setprofile(look)
    try:
        yield keys
    finally:
        sys.setprofile(None)


def seen_by(run: Callable[[], None]) -> frozenset[Key]:
    """The functions of the room that a story or test comes by."""
    with _seen() as runs:
        run()
    return frozenset(runs)


def notices(case: Case, functions: Functions, codes: dict[Key, CodeType]) -> bool:
    """Whether the story or test fails, or does not end, with this code in force."""

    def late(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE_SECONDS)
    try:
        with functions.in_force(codes):
            ingebouwd()._gevonden.clear()
            case.run()
    except (Exception, pytest.fail.Exception):  # noqa: BLE001  whatever way it fails, it noticed
        return True
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        ingebouwd()._gevonden.clear()
    return False


_CASES: list[Case] = []
_FUNCTIONS: list[Functions] = []


def _killer(mutant: Mutant) -> str | None:
    codes = changed(mutant, ROOT)
    for case in _CASES:
        if case.runs & codes.keys() and notices(case, _FUNCTIONS[0], codes):
            return case.name
    return None


def idle_story(case: Case, functions: Functions, among: list[Mutant]) -> bool:
    """Whether no mutant that it comes by makes this story fail."""
    for mutant in among:
        codes = changed(mutant, ROOT)
        if case.runs & codes.keys() and notices(case, functions, codes):
            return False
    return True


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--file", default="")
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    _CASES.extend(cases())
    _FUNCTIONS.append(Functions(ROOM))
    every = [one for one in mutants(sorted(ROOM.rglob("*.py")), ROOT) if asked.file in one.file]
    drawn = random.Random(asked.seed).sample(every, min(asked.sample or len(every), len(every)))
    print(f"{len(drawn)} of {len(every)} mutants (seed {asked.seed}), {len(_CASES)} stories and tests.", flush=True)
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("fork")) as pool:
        killers = list(pool.map(_killer, drawn, chunksize=8))
        idle = [
            case.name
            for case, nothing in zip(_stories(), pool.map(_idle, range(len(_stories()))), strict=True)
            if nothing
        ]
    made = Counter(one.file for one in drawn)
    living = [one for one, killer in zip(drawn, killers, strict=True) if killer is None]
    alive = Counter(one.file for one in living)
    for one in sorted(living, key=lambda each: (each.file, each.line)):
        print(f"  lives: {one}")
    print(f"{'':40} {'mutants':>8} {'killed':>7}")
    for file, count in sorted(made.items()):
        print(f"{file:40} {count:8} {100 * (count - alive[file]) / count:6.1f}%")
    total = len(drawn) - len(living)
    by_story = sum(1 for killer in killers if killer and killer.startswith("story"))
    print(f"{total} of {len(drawn)} mutants killed ({100 * total / max(1, len(drawn)):.1f}%), {by_story} by a story.")
    for name in idle:
        print(f"  kills nothing: {name}")
    print(f"{len(_stories())} stories, {len(idle)} of them kill no mutant. {time.monotonic() - began:.0f} s.")
    return 1 if idle else 0


def _stories() -> list[Case]:
    return [case for case in _CASES if case.name.startswith("story")]


def _idle(number: int) -> bool:
    files = {ROOT / file for file, _, _ in _stories()[number].runs}
    among = list(mutants(sorted(files), ROOT))
    random.Random(number).shuffle(among)
    return idle_story(_stories()[number], _FUNCTIONS[0], among)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
