# SPDX-License-Identifier: EUPL-1.2
"""The `hub` command, for the operator. Every subcommand explains itself with `--help` and an example."""

from __future__ import annotations

import logging
from importlib.metadata import entry_points

import typer

from hub.commands import audit, clock, contract, deadletters, doctor, participants, policy, replay, run, story

app = typer.Typer(
    name="hub",
    help="The inburgering hub: every partner gets exactly what the law allows, at once and provably.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a trace must not print a person's data
)

app.command("up")(run.up)
app.command("worker")(run.worker)
app.command("doctor")(doctor.doctor)
app.command("contract")(contract.contract)
app.command("replay")(replay.replay)
app.add_typer(clock.app, name="clock")
app.add_typer(participants.app, name="participants")
app.add_typer(policy.app, name="policy")
app.add_typer(audit.app, name="audit")
app.add_typer(story.app, name="story")
app.add_typer(deadletters.app, name="dead-letters")

# The demo and the benchmarks stand above the hub (they are partners as well), so the hub does not import them.
for entry in entry_points(group="hub.commands"):
    app.command(entry.name)(entry.load())


def main() -> None:
    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # what it says while it reconnects is no news to an operator
    app()
