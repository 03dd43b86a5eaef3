# SPDX-License-Identifier: EUPL-1.2
"""The `hub` command, for the operator. Every subcommand explains itself with `--help` and an example.

Who names a subcommand waits for its own files to load and not for those of the others; asking for help, or for a word
that is no subcommand, loads all.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import entry_points
from typing import Any

import typer


def _run(app: typer.Typer) -> None:
    from hub.commands import run

    app.command("up")(run.up)
    app.command("worker")(run.worker)
    app.command("web")(run.web)


def _doctor(app: typer.Typer) -> None:
    from hub.commands.doctor import doctor

    app.command("doctor")(doctor)


def _contract(app: typer.Typer) -> None:
    from hub.commands.contract import contract

    app.command("contract")(contract)


def _replay(app: typer.Typer) -> None:
    from hub.commands.replay import replay

    app.command("replay")(replay)


def _from_above(app: typer.Typer) -> None:
    """The demo and the benchmarks stand above the hub (they are partners as well), so the hub does not import them."""
    for entry in entry_points(group="hub.commands"):
        app.command(entry.name)(entry.load())


def _clock(app: typer.Typer) -> None:
    from hub.commands import clock

    app.add_typer(clock.app, name="clock")


def _participants(app: typer.Typer) -> None:
    from hub.commands import participants, pilot, rotating

    participants.app.add_typer(rotating.app)
    participants.app.add_typer(pilot.app)
    app.add_typer(participants.app, name="participants")


def _policy(app: typer.Typer) -> None:
    from hub.commands import policy

    app.add_typer(policy.app, name="policy")


def _rules(app: typer.Typer) -> None:
    from hub.commands import rules

    app.add_typer(rules.app, name="rules")


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


def _datalek(app: typer.Typer) -> None:
    from hub.commands import datalek

    app.add_typer(datalek.app, name="datalek")


def _retention(app: typer.Typer) -> None:
    from hub.commands import retention

    app.add_typer(retention.app, name="retention")


def _figures(app: typer.Typer) -> None:
    from hub.commands import figures

    app.add_typer(figures.app, name="figures")


def _keys(app: typer.Typer) -> None:
    from hub.commands import keys, own_keys

    keys.app.add_typer(own_keys.app)
    app.add_typer(keys.app, name="keys")


def _story(app: typer.Typer) -> None:
    from hub.commands import story

    app.add_typer(story.app, name="story")


def _dead_letters(app: typer.Typer) -> None:
    from hub.commands import deadletters

    app.add_typer(deadletters.app, name="dead-letters")


def _webhooks(app: typer.Typer) -> None:
    from hub.commands import webhooks

    app.add_typer(webhooks.app, name="webhooks")


Registers = Callable[[typer.Typer], None]
WORDS: Mapping[str, Registers] = {
    "up": _run,
    "worker": _run,
    "web": _run,
    "doctor": _doctor,
    "contract": _contract,
    "replay": _replay,
    "demo": _from_above,
    "bench": _from_above,
    "clock": _clock,
    "participants": _participants,
    "policy": _policy,
    "rules": _rules,
    "audit": _audit,
    "person": _person,
    "datalek": _datalek,
    "retention": _retention,
    "figures": _figures,
    "keys": _keys,
    "story": _story,
    "dead-letters": _dead_letters,
    "webhooks": _webhooks,
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
