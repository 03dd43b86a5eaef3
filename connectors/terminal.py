# SPDX-License-Identifier: EUPL-1.2
"""How every `connect` command speaks: its options, its screens, and errors in one sentence with an exit code."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import orjson
import typer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from connectors.bridge.kafka import TargetUnavailable
from connectors.carrying import AnotherReader, PositionLost
from connectors.client import Connector, DeliveryRefused
from connectors.files import BrokenProfile, UnreadableFile
from connectors.http import HttpConnector, Withheld
from connectors.keys import KeysKept
from connectors.profile import NoProfile
from connectors.spool import SpoolFull
from connectors.store import StoreDamaged
from connectors.way import AWAY, Away, HubRefuses, Way
from consent.aanmelding import OngeldigeAanmelding
from consent.checkpoint import OngeldigCheckpoint
from schemas.errors import WireError

T = TypeVar("T")

# No markup: what a partner's data says in square brackets is shown as it is.
console, errors = Console(markup=False), Console(stderr=True, markup=False)
Config = Annotated[
    Path, typer.Option("--config", envvar="CONNECT_CONFIG", help="connect.toml, or the folder that holds it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")]
OverHttp = Annotated[
    bool, typer.Option("--http", help="Over the hub's HTTP interface (`http` in connect.toml), not by Kafka.")
]
HERE = Path("connect.toml")
NOT_ALLOWED = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, ClusterAuthorizationFailedError)
"""The last one is what a producer hears that may write nowhere."""
WRONG_USE = (NoProfile, BrokenProfile, UnreadableFile, KeysKept, OngeldigeAanmelding)
TROUBLE = (
    WireError,
    DeliveryRefused,
    SpoolFull,
    StoreDamaged,
    PositionLost,
    AnotherReader,
    TargetUnavailable,
    OngeldigCheckpoint,
    OSError,
)


def say(sentence: str) -> None:
    """An error, on the error channel, in one line."""
    errors.print(sentence, style="red", highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
    sys.stdout.buffer.flush()


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end; an expected error is one sentence and exit code 1, wrong use is 2."""
    try:
        return asyncio.run(_first_of_a_group(work))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except WRONG_USE as error:
        say(str(error))
        raise typer.Exit(2) from error
    except AWAY as error:
        say(refusal(error))
        raise typer.Exit(1) from error
    except SQLAlchemyError as error:
        say(f"The database does not take it: check `database` and its rights ({type(error).__name__}).")
        raise typer.Exit(1) from error
    except TROUBLE as error:
        say(str(error))
        raise typer.Exit(1) from error


def done(act: Callable[[], T]) -> T:
    """The same for what waits for nobody."""

    async def work() -> T:
        return act()

    result: T = run(work())
    return result


def _of_the_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A server may go on speaking on a connection that we are closing: nobody listens, and nothing is wrong."""
    error = context.get("exception")
    if not isinstance(error, ssl.SSLError) or error.reason != "APPLICATION_DATA_AFTER_CLOSE_NOTIFY":
        loop.default_exception_handler(context)


async def _first_of_a_group(work: Coroutine[Any, Any, Any]) -> Any:
    """Tasks that ran side by side fail as a group: the first error is the one to tell."""
    asyncio.get_running_loop().set_exception_handler(_of_the_loop)
    try:
        return await work
    except ExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from group


def way_of(config: Path, http: bool) -> Way:
    """The way to the hub that somebody chose. Raises NoProfile."""
    return HttpConnector.open(config, withheld=_say_withheld) if http else Connector.open(config)


def _say_withheld(one: Withheld) -> None:
    say(f"Delivery {one.id} (position {one.positie}) is not handed over any more: {one.reden}.")


def refusal(error: Away) -> str:
    """What aiokafka says, in words that say what to do; what the hub says over HTTP does so itself."""
    if isinstance(error, HubRefuses):
        return str(error)
    if isinstance(error, NOT_ALLOWED):
        return "The hub does not let this certificate do that: ask its operator whether you (still) take part."
    if isinstance(error, KafkaConnectionError):
        return (
            "The hub cannot be reached, or does not take this certificate: check `bootstrap` in connect.toml and the"
            f" date of cert.pem ({error})."
        )
    return f"The hub's Kafka refuses: {error}."
