# SPDX-License-Identifier: EUPL-1.2
"""`hub story run`: play stories that domain experts wrote, and say what did not come out as they expect."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from hub.commands.shared import AsJson, Exit, WrongUse, answer, console, errors, told
from hub.stories import play

app = typer.Typer(help="Stories: facts with their dates, and what must be true when.", no_args_is_help=True)


@app.callback()
def _stories() -> None:
    """Keeps `run` a subcommand of its own, also while it is the only one."""


@app.command()
def run(
    files: Annotated[list[Path], typer.Argument(help="Story files (YAML).")],
    broker: Annotated[
        bool, typer.Option("--broker", help="On a real hub: embedded broker, its workers, partners' connectors.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Play each story; one line for each assertion that fails. Without --broker through the pure core, in memory.

    Exit code 0: all hold; 1: something does not; 2: a file is no story. What nothing knows is said on stderr.

    Example: hub story run tests/stories/*.yaml
    """
    with told(play.NotPlayed):
        reports = _player(broker)(files)
    failures = [line for report in reports for line in report.failures]
    invalid = [report.error for report in reports if report.error]
    for line in invalid:
        errors.print(line, style="red", highlight=False, soft_wrap=True)
    for report in reports:
        for remark in report.remarks:
            errors.print(f"Note: {remark}.", highlight=False, soft_wrap=True)

    def show() -> None:
        for line in failures:
            console.print(line, highlight=False, soft_wrap=True, markup=False)
        verdict = (
            f"{len(reports) - len(invalid)} stories, {sum(report.asserted for report in reports)} assertions, "
            f"{len(failures)} failed."
        )
        console.print(verdict, style="red" if failures or invalid else "green", highlight=False)

    answer([report.to_plain() for report in reports], as_json=as_json, show=show)
    if invalid:
        raise typer.Exit(Exit.WRONG_USE)
    if failures:
        raise typer.Exit(Exit.FOUND)


def _player(broker: bool) -> Callable[[list[Path]], list[play.Report]]:
    """What plays: the pure core, or what stands above the hub and is partners as well."""
    if not broker:
        return play.run
    found = next(iter(entry_points(group="hub.stories", name="broker")), None)
    if found is None:
        raise WrongUse("Install this hub anew (`make`): its player for stories on a broker is not registered.")
    player = found.load()
    return lambda files: player(files, tell=_progress)


def _progress(line: str) -> None:
    if errors.is_terminal:
        errors.print(line, style="dim", highlight=False, soft_wrap=True)
