# SPDX-License-Identifier: EUPL-1.2
"""Stories as others write them: what is no story says file, line and what to write; a name that nothing knows is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.stories.play import run

HEAD = """\
title: t
source: {document: "003"}
participants:
  - {id: duo, roles: [uitvoering]}
  - {id: gem-a, roles: [gemeente]}
  - {id: school-a, roles: [taalschool], notes: {agreements: {with: [gem-a]}}}
persons:
  - {id: P1, doelgroep: asielstatushouder, facts: {geboortedatum: 2001-05-04}}
facts:
  - {recorded: 2026-05-04, id: i1, from: duo, event: inburgeringsplicht-vastgesteld, person: P1, data: {gemeente: gem-a,
     kennisgeving: 2026-05-04}}
"""


def played(tmp_path: Path, text: str, head: str = HEAD):  # type: ignore[no-untyped-def]
    file = tmp_path / "s.yaml"
    file.write_text(head + text)
    return run([file])[0]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("expect: [{at: 2026-05-04, receive: {who: gem-a}}]", 12, "receives, denied, signal_open"),
        ("expect: [{at: 2026-05-04, receives: {who: gem-b, event: correctie}}]", 12, "add gem-b to participants"),
        ("expect: [{at: 2026-05-04, no_signal: {rule: PIP, person: P2}}]", 12, "add P2 to persons"),
        ("expect: [{at: 4 mei, no_signal: {rule: PIP}}]", 12, "YYYY-MM-DD"),
        ("expect:\n  - {at: 2026-05-04, signal_open: {rule: PIP, severity: hoog}}", 13, "'waarschuwing'"),
        ("expect:\n  - {at: 2026-05-04, denied: {who: gem-a, event: tik, reason_kind: no-row}}", 13, "'no-ground'"),
        ("expect:\n  - {at: 2026-05-04, receives: {who: gem-a, event: tik, reason_kind: erased}}", 13, "must_contain"),
        ("expect: [{at: 2026-05-04, state: {person: P1}}]", 12, "at least one path"),
        ("expect: []\nticks: []\nticks: [2026-05-05]", 14, "write ticks once"),
        ("expect: []\nreading: {PIP: {weeks: tien}}", None, "reading.PIP.weeks as int"),
        ("expect: []\nreading: {verzuim: {count: unauthorised}}", None, "all or unauthorised-only"),
    ],
)
def test_what_is_no_story_says_where_and_what_to_write(tmp_path: Path, text: str, line: int | None, told: str) -> None:
    report = played(tmp_path, text)
    assert report.error is not None
    assert told in report.error
    assert "s.yaml" in report.error
    assert line is None or f"line {line}:" in report.error


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("expect: [{at: 2026-05-04, no_signal: {rule: verzium, person: P1}}]", "perhaps verzuim"),
        ("expect: []\nreading: {PIP: {week: 10}}", "no setting week"),
        ("expect: []\nreading: {PIPS: {weeks: 10}}", "no rule PIPS"),
        ("expect: [{at: 2026-05-04, denied: {who: gem-a, event: pip-vastgestelt}}]", "perhaps pip-vastgesteld"),
    ],
)
def test_a_name_that_nothing_knows_is_said(tmp_path: Path, text: str, remark: str) -> None:
    report = played(tmp_path, text)
    assert report.error is None
    assert any(remark in one and "s.yaml, line" in one for one in report.remarks)


def test_an_unknown_state_fails_with_the_nearest_name(tmp_path: Path) -> None:
    report = played(tmp_path, "expect: [{at: 2026-05-04, state: {person: P1, pip.uiterstedatum: 2026-07-13}}]")
    assert "perhaps pip.uiterste_datum" in report.failures[0]
    assert report.failures[0].startswith("s.yaml:12: at 2026-05-04")


def test_a_report_that_is_refused_without_a_word_is_said(tmp_path: Path) -> None:
    facts = "  - {recorded: 2026-05-05, from: gem-a, event: examenuitslag-bekend, person: P1, data: {}}\n"
    report = played(tmp_path, facts + "expect: []")
    assert any("line 12: examenuitslag-bekend by gem-a" in one and "niet-bevoegd" in one for one in report.remarks)


def test_what_stands_with_the_person_is_said_by_the_event_that_carries_it(tmp_path: Path) -> None:
    report = played(tmp_path, "expect: [{at: 2026-05-04, state: {person: P1, doelgroep: asielstatushouder}}]")
    assert report.failures == ()


def test_a_fact_without_a_person_is_about_everyone_also_who_comes_later(tmp_path: Path) -> None:
    facts = """\
  - {recorded: 2026-05-01, from: gem-a, event: contract-vastgesteld, data: {organisatie: school-a, van: 2026-05-01}}
  - {recorded: 2026-05-11, from: gem-a, event: taalschool-toegewezen, person: P1, data: {taalschool: school-a}}
  - {recorded: 2026-06-01, from: gem-a, event: contract-beeindigd, data: {organisatie: school-a, per: 2026-06-01}}
  - {recorded: 2026-06-08, from: gem-a, event: leerroute-gewijzigd, person: P1, data: {naar: Z-route, dagtekening: 2026-06-08}}
"""
    expect = """\
expect:
  - {at: 2026-05-11, receives: {who: school-a, event: taalschool-toegewezen, person: P1}}
  - {at: 2026-06-08, denied: {who: school-a, event: leerroute-gewijzigd, person: P1, reason_kind: [relation-ended, no-contract]}}
"""
    assert played(tmp_path, facts + expect).failures == ()


def test_somebody_who_stands_for_three_is_held_to_it_three_times(tmp_path: Path) -> None:
    head = HEAD.replace("facts: {geboortedatum: 2001-05-04}", "facts: {aantal: 3}")
    facts = "  - {recorded: 2026-05-06, from: duo, event: correctie, data: {betreft: i1, kennisgeving: 2026-04-06}}\n"
    expect = "expect:\n  - {at: 2026-05-06, state: {person: P1, pip.uiterste_datum: 2026-06-16}}\n"
    report = played(tmp_path, facts + expect, head)
    assert report.persons == 3
    assert report.failures == (
        "s.yaml:14: at 2026-05-06: state P1 pip.uiterste_datum: should be 2026-06-16, is 2026-06-15 (for 3 of 3 persons)",
    )


def test_one_that_is_no_story_does_not_keep_the_others_from_being_played(tmp_path: Path) -> None:
    wrong, right = tmp_path / "a.yaml", tmp_path / "b.yaml"
    wrong.write_text("title: t\n")
    right.write_text(HEAD + "expect: [{at: 2026-05-04, state: {person: P1, pip.stand: lopend}}]")
    first, second = run([wrong, right])
    assert first.error is not None
    assert "add participants" in first.error
    assert (second.asserted, second.failures) == (1, ())
