# SPDX-License-Identifier: EUPL-1.2
"""Are the tests of the policy any good? Change one thing in it, and some test must see another delivery or denial.

Run by `make mutants` (`python -m tests.mutation.policy_mutants [--row ID]`). Only tests that decide and look at what
comes out may kill; those that read rows, documents or explanations do not count. Exit code 1 when a mutant lives.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from consent.policy import Beleid, Beleidsregel
from schemas.catalogue import Rol
from tests.mutation.mutants import Mutant, Soort, mutants
from tests.mutation.sameness import Key, same, touched
from tests.unit import beleidswereld

KILLERS = (
    "tests/stromen/test_flows_deliver_and_deny.py",
    "tests/unit/test_coa_shares_for_the_intake_only.py",
    "tests/unit/test_college_tells_its_partners.py",
    "tests/unit/test_correctie_reaches_recipients.py",
    "tests/unit/test_ended_relation_gets_nothing.py",
    "tests/unit/test_former_gemeente_keeps_only_the_tail.py",
    "tests/unit/test_health_stays_with_college.py",
    "tests/unit/test_one_organisation_two_roles.py",
    "tests/unit/test_others_only_on_request.py",
    "tests/unit/test_toestemming_opens_one_flow_at_a_time.py",
    "tests/unit/test_toestemming_withdrawn.py",
    "tests/unit/test_uitvoerder_serves_gemeenten_apart.py",
    "tests/unit/test_vluchtelingenwerk_needs_toestemming.py",
)


@dataclass(frozen=True)
class Case:
    """One test, and which flows it asks about."""

    name: str
    run: Callable[[], Any]
    asks: frozenset[Key]


class _Collected:
    """A pytest plugin that keeps the tests instead of running them."""

    def __init__(self) -> None:
        self.items: list[pytest.Function] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.items = [one for one in items if isinstance(one, pytest.Function)]


def cases() -> list[Case]:
    """The killing tests that need nothing but the policy; one that fails on the policy as it is can kill nothing."""
    found = _Collected()
    code = pytest.main(["--collect-only", "-qqq", "--no-header", "-p", "no:cacheprovider", *KILLERS], plugins=[found])
    if code != 0:
        sys.exit("The killing tests cannot be collected: run them with pytest first.")
    listed = []
    for item in found.items:
        given = item.callspec.params if hasattr(item, "callspec") else {}
        if set(item.fixturenames) - set(given) - {"request", "event_loop_policy"}:
            continue

        def run(test: Callable[..., Any] = item.obj, given: dict[str, Any] = dict(given)) -> None:  # noqa: B006
            test(**given)

        with _asked() as keys:
            try:
                run()
            except Exception as error:  # noqa: BLE001
                print(f"  left out: {item.nodeid} fails on the policy as it is ({type(error).__name__})")
                continue
        if keys:
            listed.append(Case(item.nodeid, run, frozenset(keys)))
    return listed


@contextmanager
def _asked() -> Iterator[set[Key]]:
    """Collects which flows are looked up meanwhile."""
    keys: set[Key] = set()
    plain = Beleid.voor

    def voor(self: Beleid, gebeurtenis: str, van: Rol, naar: Rol, op: date) -> tuple[Beleidsregel, ...]:
        keys.add((gebeurtenis, van, naar))
        return plain(self, gebeurtenis, van, naar, op)

    Beleid.voor = voor  # type: ignore[method-assign]
    try:
        yield keys
    finally:
        Beleid.voor = plain  # type: ignore[method-assign]


@contextmanager
def _in_force(beleid: Beleid) -> Iterator[None]:
    """The tests decide by another policy meanwhile."""
    plain = beleidswereld.beleid
    code = plain.__wrapped__.__code__
    beleidswereld.beleid.cache_clear()
    load = Beleid.load
    Beleid.load = classmethod(lambda cls, *_: beleid)  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        Beleid.load = load  # type: ignore[method-assign]
        beleidswereld.beleid.cache_clear()
        assert plain.__wrapped__.__code__ is code


def killer(mutant: Mutant, beleid: Beleid, tests: list[Case]) -> str | None:
    """The first test that fails on the mutant."""
    assert mutant.beleid is not None
    keys = touched(beleid, mutant.beleid)
    with _in_force(mutant.beleid):
        for test in tests:
            if test.asks & keys:
                try:
                    test.run()
                except Exception:  # noqa: BLE001  whatever way it fails, it noticed
                    return test.name
    return None


def main(arguments: list[str]) -> int:
    only = arguments[arguments.index("--row") + 1] if "--row" in arguments else ""
    beleid, tests = Beleid.load(), cases()
    made: Counter[Soort] = Counter()
    refused: Counter[Soort] = Counter()
    equal: Counter[Soort] = Counter()
    killed: Counter[Soort] = Counter()
    by: Counter[str] = Counter()
    living: list[Mutant] = []
    began = time.monotonic()
    for mutant in mutants(beleid):
        if not mutant.regel.startswith(only):
            continue
        made[mutant.soort] += 1
        if mutant.beleid is None:
            refused[mutant.soort] += 1
        elif same(beleid, mutant.beleid):
            equal[mutant.soort] += 1
        elif name := killer(mutant, beleid, tests):
            killed[mutant.soort] += 1
            by[name.partition("::")[0]] += 1
        else:
            living.append(mutant)
    print(f"{'':24} {'made':>6} {'refused':>8} {'same':>6} {'killed':>7} {'alive':>6}")
    for soort in Soort:
        alive = sum(one.soort is soort for one in living)
        print(f"{soort:24} {made[soort]:6} {refused[soort]:8} {equal[soort]:6} {killed[soort]:7} {alive:6}")
    for one in living:
        print(f"  lives: {one}")
    total, all_ = killed.total(), killed.total() + len(living)
    print(
        f"{total} of {all_} mutants killed ({100 * total / max(1, all_):.1f}%) by {len(tests)} tests in "
        f"{time.monotonic() - began:.0f} s. The loader refuses {refused.total()} more; {equal.total()} open nothing else."
    )
    for name, count in by.most_common():
        print(f"  {count:5} by {name}")
    return 1 if living else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
