# SPDX-License-Identifier: EUPL-1.2
"""`hub bench`: measure, side by side in one run, and print ratios. Nothing here asserts a time."""

from __future__ import annotations

import importlib
from typing import Annotated

import typer

from hub.commands.shared import AsJson, Exit, errors

SUITES = (
    "log-channel",
    "restore",
    "engines",
    "path",
    "decide",
    "audit",
    "erasure",
    "fold",
    "state",
    "country",
    "files",
    "channels",
    "webhook",
)


def bench(
    suite: Annotated[
        list[str] | None, typer.Argument(help=f"Which of: {', '.join(SUITES)}; all when none is named.")
    ] = None,
    dossiers: Annotated[
        int | None, typer.Option(min=2, help="Of suite country: how many; the rest of a country is extrapolated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure on this machine.

    Example: hub bench log-channel
    """
    for name in suite or SUITES:
        if name not in SUITES:
            errors.print(f"There is no benchmark {name}: choose from {', '.join(SUITES)}.")
            raise typer.Exit(Exit.WRONG_USE)
        size = {"dossiers": dossiers} if name == "country" and dossiers else {}
        importlib.import_module(f"benchmarks.{name.replace('-', '_')}").main(as_json=as_json, **size)
