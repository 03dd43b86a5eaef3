# SPDX-License-Identifier: EUPL-1.2
"""The `hub` command, for the operator. Every subcommand explains itself with `--help` and an example.

Who names a subcommand waits for its own files to load and not for those of the others; asking for help, or for a word
that is no subcommand, loads all.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import typer

Registers = Callable[[typer.Typer], None]


def _command(word: str) -> Registers:
    """A subcommand that is one function, in the file of its name."""
    return lambda app: app.command(word)(getattr(import_module(f"hub.commands.{word}"), word))


def _group(word: str) -> Registers:
    """A subcommand that is an application of its own, in the file of its name."""
    return lambda app: app.add_typer(import_module(f"hub.commands.{word.replace('-', '')}").app, name=word)


def _run(app: typer.Typer) -> None:
    from hub.commands import run

    app.command("up")(run.up)
    app.command("worker")(run.worker)
    app.command("web")(run.web)


def _from_above(app: typer.Typer) -> None:
    """The demo and the benchmarks stand above the hub (they are partners as well), so the hub does not import them."""
    for entry in entry_points(group="hub.commands"):
        app.command(entry.name)(entry.load())


def _participants(app: typer.Typer) -> None:
    from hub.commands import participants, pilot, rotating

    participants.app.add_typer(rotating.app)
    participants.app.add_typer(pilot.app)
    app.add_typer(participants.app, name="participants")


def _audit(app: typer.Typer) -> None:
    from hub.commands import audit, audit_questions

    audit.app.add_typer(audit_questions.app)  # its commands stand beside those of `hub audit`
    app.add_typer(audit.app, name="audit")


def _person(app: typer.Typer) -> None:
    from hub.commands import correct, erase, hold, person, restrict, unlink

    person.app.add_typer(erase.app, name="erase")
    person.app.add_typer(hold.app, name="hold")
    person.app.command("correct")(correct.correct)
    person.app.command("restrict")(restrict.restrict)
    person.app.command("unrestrict")(restrict.unrestrict)
    person.app.command("unlink")(unlink.unlink)
    app.add_typer(person.app, name="person")


def _keys(app: typer.Typer) -> None:
    from hub.commands import keys, own_keys

    keys.app.add_typer(own_keys.app)
    app.add_typer(keys.app, name="keys")


WORDS: Mapping[str, Registers] = {
    "up": _run,
    "worker": _run,
    "web": _run,
    "doctor": _command("doctor"),
    "contract": _command("contract"),
    "replay": _command("replay"),
    "demo": _from_above,
    "bench": _from_above,
    "clock": _group("clock"),
    "participants": _participants,
    "policy": _group("policy"),
    "rules": _group("rules"),
    "audit": _audit,
    "person": _person,
    "datalek": _group("datalek"),
    "retention": _group("retention"),
    "figures": _group("figures"),
    "keys": _keys,
    "story": _group("story"),
    "dead-letters": _group("dead-letters"),
    "webhooks": _group("webhooks"),
}
"""What registers a subcommand, in the order in which `hub --help` shows them."""
EVERY = tuple(dict.fromkeys(WORDS.values()))


def build(registers: Iterable[Registers]) -> typer.Typer:
    """The application with what these register."""
    app = typer.Typer(
        name="hub",
        help="The inburgering hub: every partner gets exactly what the law allows, at once and provably.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,  # a trace must not print a person's data
    )
    app.callback()(_hub)  # without it, an application of one command would be that command
    for register in registers:
        register(app)
    return app


def _hub() -> None:
    """The inburgering hub: every partner gets exactly what the law allows, at once and provably."""


def __getattr__(name: str) -> Any:
    """`app`: the whole command, made when first asked for."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = build(EVERY)
    return globals()["app"]


def main() -> None:
    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # what it says while it reconnects is no news to an operator
    named = WORDS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    build([named] if named else EVERY)()
