# SPDX-License-Identifier: EUPL-1.2
"""The `hub` command, for the operator. Every subcommand explains itself with `--help` and an example."""

from __future__ import annotations

import logging
from importlib.metadata import entry_points

import typer

from hub.commands import (
    audit,
    audit_questions,
    clock,
    contract,
    correct,
    datalek,
    deadletters,
    doctor,
    erase,
    figures,
    hold,
    keys,
    own_keys,
    participants,
    person,
    pilot,
    policy,
    replay,
    restrict,
    retention,
    rotating,
    rules,
    run,
    story,
    unlink,
    webhooks,
)

app = typer.Typer(
    name="hub",
    help="The inburgering hub: every partner gets exactly what the law allows, at once and provably.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a trace must not print a person's data
)

app.command("up")(run.up)
app.command("worker")(run.worker)
app.command("web")(run.web)
app.command("doctor")(doctor.doctor)
app.command("contract")(contract.contract)
app.command("replay")(replay.replay)
app.add_typer(clock.app, name="clock")
participants.app.add_typer(rotating.app)
participants.app.add_typer(pilot.app)
app.add_typer(participants.app, name="participants")
app.add_typer(policy.app, name="policy")
app.add_typer(rules.app, name="rules")
audit.app.add_typer(audit_questions.app)  # its commands stand beside those of `hub audit`
app.add_typer(audit.app, name="audit")
person.app.add_typer(erase.app, name="erase")
person.app.add_typer(hold.app, name="hold")
person.app.command("correct")(correct.correct)
person.app.command("restrict")(restrict.restrict)
person.app.command("unrestrict")(restrict.unrestrict)
person.app.command("unlink")(unlink.unlink)
app.add_typer(person.app, name="person")
app.add_typer(datalek.app, name="datalek")
app.add_typer(retention.app, name="retention")
app.add_typer(figures.app, name="figures")
keys.app.add_typer(own_keys.app)
app.add_typer(keys.app, name="keys")
app.add_typer(story.app, name="story")
app.add_typer(deadletters.app, name="dead-letters")
app.add_typer(webhooks.app, name="webhooks")

# The demo and the benchmarks stand above the hub (they are partners as well), so the hub does not import them.
for entry in entry_points(group="hub.commands"):
    app.command(entry.name)(entry.load())


def main() -> None:
    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # what it says while it reconnects is no news to an operator
    app()
