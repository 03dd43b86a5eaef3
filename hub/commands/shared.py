# SPDX-License-Identifier: EUPL-1.2
"""What every command has in common: which hub, how the answer is shown, and how an error ends."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from hub.broker.credentials import Credentials
from hub.broker.errors import BrokerError, BrokerNotReady
from hub.broker.kafka import Broker
from hub.broker.topics import Role
from hub.bundles import BundleMissing
from hub.keyring import KeyUnreadable
from hub.partners import HubAddress
from hub.settings import NoHub, Settings, open_settings
from hub.vault.keys import KeyMissing
from hub.web import address

WIDE = 140
"""Columns where nobody's terminal says how many there are: a log, a pipe."""

ANSWER_SECONDS = 10.0

console = Console(width=None if sys.stdout.isatty() else WIDE)
errors = Console(stderr=True, markup=False)  # a path or a name may hold square brackets

Data = Annotated[Path, typer.Option("--data", envvar="HUB_DATA", help="The hub's data directory.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]


class Exit(IntEnum):
    """What a command's exit code means."""

    DONE = 0
    FOUND = 1
    """It ran and found something: a drift, a failed check, an error on the way."""
    WRONG_USE = 2


class WrongUse(Exception):
    """What was asked cannot be meant; the text says what to ask instead."""


EXPECTED: tuple[type[Exception], ...] = (BrokerError, NoHub, BundleMissing, KeyMissing, KeyUnreadable)
"""Errors that are sentences for the operator; anything else is a defect and shows its trace."""


@contextmanager
def told(*more: type[Exception]) -> Iterator[None]:
    """Turn an expected error into its one sentence and exit code 1, or 2 where the use was wrong."""
    try:
        yield
    except (NoHub, WrongUse) as error:
        _say(str(error))
        raise typer.Exit(Exit.WRONG_USE) from error
    except (*EXPECTED, *more) as error:
        _say(str(error))
        raise typer.Exit(Exit.FOUND) from error
    except DBAPIError as error:
        reason = str(error.orig).strip().split("\n")[0]
        _say(f"A database does not do what it should ({reason}): look at HUB_VAULT_URL, HUB_AUDIT_URL and the disk.")
        raise typer.Exit(Exit.FOUND) from error
    except OSError as error:
        _say(_of_the_system(error))
        raise typer.Exit(Exit.FOUND) from error


def _of_the_system(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            advice = "make room on that disk and do this again"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            advice = "run this as the account that owns the data directory"
        case _:
            advice = "look at that place and do this again"
    return f"{place}{error.strerror or error}: {advice}."


def _say(sentence: str) -> None:
    errors.print(sentence, style="red", highlight=False, soft_wrap=True)


def opened(data: Path) -> Settings:
    return open_settings(data)


def reached(settings: Settings) -> str:
    """The broker's address, after it has answered the operator. Raises BrokerNotReady."""
    bootstrap = settings.bootstrap or Broker(settings.data / "broker").bootstrap
    own = Credentials(settings.credentials_dir(Role.OPERATOR))
    own.check()
    try:
        AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, **own.librdkafka()}).list_topics(
            timeout=ANSWER_SECONDS
        )
    except KafkaException as error:
        raise BrokerNotReady(f"The broker at {bootstrap} does not answer: is `hub up` running?") from error
    return bootstrap


def own_address(settings: Settings, bootstrap: str) -> HubAddress:
    """What a participant must know of this hub."""
    return HubAddress.of(settings.oin, bootstrap, settings.keys, address.chosen(settings).base)


def answer(value: Any, *, as_json: bool, show: Callable[[], None]) -> None:
    """The same answer for people or for machines."""
    if as_json:
        sys.stdout.buffer.write(
            orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS, default=str) + b"\n"
        )
    else:
        show()


def listing(
    found: Sequence[Mapping[str, Any]], columns: Mapping[str, str], nothing: str, *, as_json: bool, id_: str = ""
) -> None:
    """Rows for people, a column for each name of `columns` under its heading, or all of them for machines. `id_`: the
    column that is there to be copied, so it is never broken. `nothing`: what is said when there are no rows."""

    def table() -> None:
        shown = Table(box=None)
        for name, heading in columns.items():
            shown.add_column(heading, overflow="fold", min_width=36 if name == id_ else None, no_wrap=name == id_)
        for one in found:
            shown.add_row(*(str(one[name]) for name in columns))
        console.print(shown if found else nothing)

    answer(found, as_json=as_json, show=table)
