# SPDX-License-Identifier: EUPL-1.2
"""`hub story run --broker`: stories come out on a real hub as in the pure core, and one that says otherwise does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.stream.demo_hub import Ran, run

STORIES = Path(__file__).parents[1] / "stories"
PLAYED = (
    "003-05-lesson-cancelled",  # a reading of its own
    "003-09-termijn-and-verlenging",  # refused at the door; a state of years
    "003-43-a-gemeente-cannot-correct-a-school",  # it names the delivery that it got
    "903-one-organisation-two-roles",  # pseudonyms, two roles, toestemming
    "906-unknown-anchor-found-later",  # corrections, signals by the clock
    "912-withdrawal-is-confirmed",
    "field-02-erased-and-unknown-again",  # acts of the operator
)
OTHERWISE = """\
title: Every line of this one says what is not so
participants:
  - {id: duo, roles: [uitvoering]}
  - {id: gem-a, roles: [gemeente]}
  - {id: school-a, roles: [taalschool], notes: {contract: gem-a}}
persons:
  - {id: P1, doelgroep: asielstatushouder, facts: {}}
facts:
  - {recorded: 2026-01-05, from: duo, event: inburgeringsplicht-vastgesteld, person: P1, data: {kennisgeving: 2026-01-05, gemeente: gem-a}}
  - {recorded: 2026-01-05, from: gem-a, event: contract-vastgesteld, data: {organisatie: school-a, van: 2026-01-05}}
expect:
  - {at: 2026-01-05, receives: {who: school-a, event: inburgeringsplicht-vastgesteld, person: P1}}
  - {at: 2026-01-05, receives: {who: gem-a, event: inburgeringsplicht-vastgesteld, person: P1, must_contain: [doelgroep=gezinsmigrant]}}
  - {at: 2026-01-05, denied: {who: gem-a, event: inburgeringsplicht-vastgesteld, person: P1}}
  - {at: 2026-03-17, no_signal: {rule: PIP, person: P1}}
  - {at: 2026-03-17, signal_closed: {rule: PIP, person: P1}}
  - {at: 2026-03-17, state: {person: P1, pip.stand: vastgesteld}}
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One hub for all of them."""
    wrong = tmp_path_factory.mktemp("stories") / "otherwise.yaml"
    wrong.write_text(OTHERWISE)
    unplayable = wrong.with_name("no-story.yaml")
    unplayable.write_text(
        OTHERWISE.replace("from: gem-a, event: contract-vastgesteld", "from: hub, event: contract-vastgesteld")
    )
    files = [STORIES / f"{name}.yaml" for name in PLAYED]
    return run("hub", "story", "run", "--broker", "--json", *files, wrong, unplayable, timeout=600)


def test_every_story_holds_on_a_real_hub(ran: Ran) -> None:
    reports = {Path(one["file"]).stem: one for one in json.loads(ran.out)}
    assert {name: reports[name]["failures"] for name in PLAYED} == {name: [] for name in PLAYED}
    assert all(reports[name]["asserted"] and reports[name]["deliveries"] for name in PLAYED)


def test_every_line_that_is_not_so_fails(ran: Ran) -> None:
    [report] = [one for one in json.loads(ran.out) if one["file"].endswith("otherwise.yaml")]
    assert [line.partition(": at ")[0] for line in report["failures"]] == [f"otherwise.yaml:{n}" for n in range(12, 18)]
    assert "nothing came (denied: " in report["failures"][0]
    assert "is te-laat" in report["failures"][5]


def test_what_cannot_be_played_is_said_and_the_others_are_played_all_the_same(ran: Ran) -> None:
    assert ran.code == 2
    assert "play this story without --broker: the operator of a real hub has no contract-vastgesteld" in ran.said
