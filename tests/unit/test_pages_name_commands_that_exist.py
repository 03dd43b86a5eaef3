# SPDX-License-Identifier: EUPL-1.2
"""What the pages for people tell to type can be typed: every command and every option in docs/ and the README exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from connectors.cli import app as connect
from hub.cli import app as hub

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PROGRAMS = {"hub": typer.main.get_command(hub), "connect": typer.main.get_command(connect)}


def commands(page: Path) -> Iterator[str]:
    """Lines of fenced blocks, and what stands between backticks, that begin with one of our programs."""
    text = page.read_text(encoding="utf-8")
    fenced = re.findall(r"^```(?:sh|console)?[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in fenced for line in re.sub(r"\\\n\s*", "", block).splitlines()]
    bare = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    for one in [*lines, *re.findall(r"`([^`\n]+)`", bare)]:
        if one.split(" ")[0] in PROGRAMS and " " in one:
            yield re.sub(r'"?\$\([^)]*\)"?', "VALUE", one)


def unknown(line: str) -> str | None:
    """The word of a command line that its program would not know; None when there is none."""
    words = shlex.split(re.split(r" [|>&<;] ?", line.replace("...", "VALUE"))[0])
    at: Any = PROGRAMS[words[0]]
    for word in words[1:]:
        if word.startswith("--"):
            if word.split("=")[0] not in {option for one in at.params for option in one.opts} | {"--help"}:
                return word
        elif inner := getattr(at, "commands", None):
            for name in word.split("|"):  # `hub keys rotate|switch` names two
                if name not in inner:
                    return None if at.invoke_without_command and not at.no_args_is_help else name
            at = inner[word.split("|")[0]]
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_exists(page: Path) -> None:
    wrong = [f"{line}: {word}" for line in commands(page) if (word := unknown(line))]
    assert wrong == []


def test_there_are_commands_on_the_pages_for_people() -> None:
    for name, least in (("operator.md", 25), ("privacy-officer.md", 25), ("partner.md", 12)):
        assert len(list(commands(ROOT / "docs" / name))) >= least, name


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("hub audit verfy", "verfy"),
        ("hub audit verify --dta DIR", "--dta"),
        ("hub nothing", "nothing"),
        ("connect send x --profil y", "--profil"),
    ],
)
def test_a_command_that_does_not_exist_is_seen(line: str, word: str) -> None:
    assert unknown(line) == word
