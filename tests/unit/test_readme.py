# SPDX-License-Identifier: EUPL-1.2
"""The README keeps its word: every promise names a test, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_link_leads_to_a_file() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert len(links) > 20
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_promise_names_a_test() -> None:
    rows = re.findall(r"^\| (P\d+) \|.*\| (.+) \|$", README, re.MULTILINE)
    assert [name for name, _ in rows] == [f"P{number}" for number in range(1, 11)]
    for name, tests in rows:
        assert re.search(r"\(tests/\S+\.py\)", tests), f"{name} names no test"


def test_the_two_commands_come_first() -> None:
    assert README.index("make demo") < README.index("make test") < README.index("## ")
