# SPDX-License-Identifier: EUPL-1.2
"""`hub story run`: play stories that domain experts wrote, and say what did not come out as they expect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hub.commands.shared import AsJson, Exit, answer, console, errors
from hub.stories import play, read

app = typer.Typer(help="Stories: facts with their dates, and what must be true when.", no_args_is_help=True)


@app.callback()
def _stories() -> None:
    """Keeps `run` a subcommand of its own, also while it is the only one."""


@app.command()
def run(
    files: Annotated[list[Path], typer.Argument(help="Story files (YAML).")],
    as_json: AsJson = False,
) -> None:
    """Play each story through the pure core; one line for each assertion that fails.

    Example: hub story run tests/stories/*.yaml
    """
    try:
        reports = play.run(files)
    except read.OngeldigVerhaal as error:
        errors.print(str(error), highlight=False, soft_wrap=True)
        raise typer.Exit(Exit.WRONG_USE) from error
    failures = [line for report in reports for line in report.failures]

    def show() -> None:
        for line in failures:
            console.print(line, highlight=False, soft_wrap=True)
        verdict = (
            f"{len(reports)} stories, {sum(report.asserted for report in reports)} assertions, {len(failures)} failed."
        )
        console.print(verdict, style="red" if failures else "green", highlight=False)

    answer([report.to_plain() for report in reports], as_json=as_json, show=show)
    if failures:
        raise typer.Exit(Exit.FOUND)
