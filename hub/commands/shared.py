# SPDX-License-Identifier: EUPL-1.2
"""What every command has in common: which hub, how the answer is shown, and how an error ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from hub.broker.errors import BrokerError
from hub.bundles import BundleMissing
from hub.settings import NoHub, Settings, open_settings
from hub.vault.keys import KeyMissing

WIDE = 140
"""Columns where nobody's terminal says how many there are: a log, a pipe."""

console = Console(width=None if sys.stdout.isatty() else WIDE)
errors = Console(stderr=True)

Data = Annotated[Path, typer.Option("--data", envvar="HUB_DATA", help="The hub's data directory.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]


class Exit(IntEnum):
    """What a command's exit code means."""

    DONE = 0
    FOUND = 1
    """It ran and found something: a drift, a failed check, an error on the way."""
    WRONG_USE = 2


EXPECTED: tuple[type[Exception], ...] = (BrokerError, NoHub, BundleMissing, KeyMissing, OSError)
"""Errors that are sentences for the operator; anything else is a defect and shows its trace."""


@contextmanager
def told(*more: type[Exception]) -> Iterator[None]:
    """Turn an expected error into its one sentence and exit code 1."""
    try:
        yield
    except NoHub as error:
        errors.print(str(error), style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(Exit.WRONG_USE) from error
    except (*EXPECTED, *more) as error:
        errors.print(str(error), style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(Exit.FOUND) from error


def opened(data: Path) -> Settings:
    return open_settings(data)


def answer(value: Any, *, as_json: bool, show: Callable[[], None]) -> None:
    """The same answer for people or for machines."""
    if as_json:
        sys.stdout.buffer.write(
            orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS, default=str) + b"\n"
        )
    else:
        show()
