# SPDX-License-Identifier: EUPL-1.2
"""Every command of `hub` and `connect` explains itself: what it is for, an example that it would take, and its options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from connectors.cli import app as connect
from hub.cli import app as hub

LONG_RUNNING = {
    "hub web",
    "connect duo serve",
    "connect duo send",
    "hub up",
    "hub worker",
    "hub demo",
    "hub bench",
}
"""They answer on the screen for as long as they run."""
DOCUMENT = {
    "connect profiles",
    "hub contract",
    "hub audit export",
    "hub audit proof",
    "hub audit checkpoint",
    "hub datalek report",
}
"""Their answer is a document, the same for people and machines."""


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    for name, one in (inner or {}).items():
        yield from commands(one, f"{path} {name}")
    if inner is None or command.invoke_without_command:
        yield path, command


ALL = {
    path: command
    for name, app in (("hub", hub), ("connect", connect))
    for path, command in commands(typer.main.get_command(app), name)
}
each = pytest.mark.parametrize(("path", "command"), ALL.items(), ids=ALL.keys())


def example(path: str, command: Any) -> str:
    found = re.search(r"Example: (.+)", command.help or "")
    assert found, f"{path} --help shows no example"
    return found.group(1)


def test_there_are_commands() -> None:
    assert {"hub doctor", "hub audit verify", "hub participants add", "hub clock", "connect send"} <= set(ALL)


@each
def test_help_says_what_it_is_for_and_shows_an_example(path: str, command: Any) -> None:
    first = (command.help or "").strip().splitlines()[0]
    assert first and first[0].isupper()
    assert example(path, command).startswith(path.split()[0])


@each
def test_the_example_would_be_taken(path: str, command: Any) -> None:
    """Parsed as the command parses it, not run: an option that was renamed shows here."""
    words = shlex.split(re.split(r" [|>] ", example(path, command))[0])
    at: Any = typer.main.get_command(hub if words[0] == "hub" else connect)
    context = at.make_context(words[0], words[1:])
    while getattr(at, "commands", None) and (rest := [*context._protected_args, *context.args]):
        name, at, rest = at.resolve_command(context, rest)
        try:
            context = at.make_context(name, rest, parent=context)
        except Exception as error:
            if "does not exist" in str(error):  # a file of the reader's own
                return
            raise
    assert context.command_path == path


@each
def test_every_option_has_its_words(path: str, command: Any) -> None:
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            assert parameter.help, f"{path} --{parameter.name}"


@each
def test_what_answers_answers_machines_too(path: str, command: Any) -> None:
    options = {option for parameter in command.params for option in parameter.opts}
    assert path in LONG_RUNNING | DOCUMENT or "--json" in options, f"{path} has no --json"
