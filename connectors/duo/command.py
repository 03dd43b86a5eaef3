# SPDX-License-Identifier: EUPL-1.2
"""`connect duo`: the two sides of the connection with DUO, and what waits for somebody to look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import orjson
import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from connectors.client import DeliveryRefused
from connectors.profile import NoProfile
from schemas.errors import WireError

duo = typer.Typer(
    name="duo",
    help="The connection with DUO, both directions (docs/duo.md).",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
console, errors = Console(markup=False), Console(stderr=True, markup=False)
Config = Annotated[
    Path,
    typer.Option(
        "--config",
        envvar="CONNECT_CONFIG",
        help="connect.toml, or the folder that holds it; duo.toml stands beside it.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, for machines.")]
HERE = Path("connect.toml")


@duo.command()
def serve(config: Config = HERE) -> None:
    """Take DUO's notificaties, ask the services that they point at, and send what follows to the hub. Runs until stopped.

    Example: connect duo serve --config .
    """
    from connectors.duo.bedrijf import serve as run  # the command's other parts need no web server

    _until_stopped(run, config, "listening at")


@duo.command()
def send(config: Config = HERE) -> None:
    """Put what gemeenten report to DUO, in order per person; what DUO refuses goes back to them. Runs until stopped.

    Example: connect duo send --config .
    """
    from connectors.duo.bedrijf import send as run

    _until_stopped(run, config, "putting reports to")


@duo.command()
def status(config: Config = HERE, as_json: AsJson = False) -> None:
    """What is under way, and what waits for somebody. Exit code 1 when something waits for somebody.

    Example: connect duo status --json
    """
    from connectors.duo.bedrijf import open_opslag
    from connectors.duo.tabellen import Werk

    try:
        _, _, opslag = open_opslag(config)
    except NoProfile as error:
        _stop(str(error), 2)
    tellingen, aandacht = opslag.overzicht(), opslag.aandacht()
    if as_json:
        console.print(orjson.dumps({"wachtrijen": tellingen, "aandacht": aandacht}).decode(), soft_wrap=True)
    else:
        table = Table("queue", "state", "number", box=None)
        for wachtrij, standen in tellingen.items():
            for stand, aantal in sorted(standen.items()):
                table.add_row(wachtrij, stand, str(aantal))
        console.print(table)
        for een in aandacht:
            console.print(
                f"{een['wachtrij']} {een['nummer']} ({een['wat']}), {een['stand']}: {een['reden']}",
                highlight=False,
                soft_wrap=True,
            )
    if any(een["stand"] != Werk.OPEN for een in aandacht):
        raise typer.Exit(1)


@duo.command()
def retry(
    queue: Annotated[str, typer.Argument(help="notificatie or opdracht, as `connect duo status` names it.")],
    number: Annotated[int, typer.Argument(help="Its number there.")],
    config: Config = HERE,
    as_json: AsJson = False,
) -> None:
    """Try something again that stood still, after what stood in its way was mended.

    Example: connect duo retry notificatie 17
    """
    from connectors.duo.bedrijf import open_opslag

    if queue not in ("notificatie", "opdracht"):
        _stop("Name the queue `notificatie` or `opdracht`, as `connect duo status` does.", 2)
    try:
        _, _, opslag = open_opslag(config)
    except NoProfile as error:
        _stop(str(error), 2)
    gevonden = opslag.opnieuw(queue, number)
    if as_json:
        console.print(orjson.dumps({"opnieuw": gevonden}).decode())
    elif gevonden:
        console.print(f"{queue} {number} is tried again.", highlight=False)
    if not gevonden:
        _stop(f"There is no {queue} {number} that stands still: see `connect duo status`.", 1)


def _until_stopped(run: Callable[..., Coroutine[Any, Any, None]], config: Path, what: str) -> None:
    from connectors.duo.bedrijf import LooptAl

    def ready(where: str) -> None:
        console.print(f"{what} {where}", highlight=False, soft_wrap=True)

    try:
        asyncio.run(run(config, ready))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except (NoProfile, LooptAl) as error:
        _stop(str(error), 2)
    except KafkaError as error:
        _stop(f"The hub refuses ({error}): ask its operator whether DUO takes part with this certificate.", 1)
    except (WireError, DeliveryRefused, OSError) as error:
        _stop(str(error), 1)


def _stop(sentence: str, code: int) -> NoReturn:
    errors.print(sentence, style="red", highlight=False, soft_wrap=True)
    raise typer.Exit(code)
