# SPDX-License-Identifier: EUPL-1.2
"""The `connect` command, for a partner. Here: listening and receipts; the other commands register themselves on `app`."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from connectors.client import Delivery
from connectors.commands import bridge, doctor, files, keys, onboard, waiting, witness
from connectors.duo.command import duo
from connectors.files import profile_names
from connectors.terminal import HERE, AsJson, Config, OverHttp, console, print_json, run, way_of

app = typer.Typer(
    name="connect",
    help="A partner's connection to the inburgering hub.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
RECEIPTS = frozenset({"aanlevering-aanvaard", "aanlevering-geweigerd"})
QUIET_SECONDS = 2.0

files.register(app)
onboard.register(app)


@app.command()
def listen(
    config: Config = HERE,
    as_json: AsJson = False,
    once: Annotated[bool, typer.Option(help="Stop when nothing new comes.")] = False,
    start: Annotated[
        int | None,
        typer.Option("--from", min=0, help="Look again from this position on (0: all that is kept); confirms nothing."),
    ] = None,
    http: OverHttp = False,
) -> None:
    """Show deliveries as they come, from the last one that you confirmed. What is shown is confirmed.

    Example: connect listen --json | jq .gebeurtenis
    """
    run(_listen(config, http, as_json, QUIET_SECONDS if once else None, start))


@app.command()
def receipts(config: Config = HERE, as_json: AsJson = False, http: OverHttp = False) -> None:
    """Every receipt still kept for you: what was accepted, what was refused and why.

    Example: connect receipts
    """
    run(_receipts(config, http, as_json))


@app.command("profiles")
def profiles_() -> None:
    """The built-in profiles for `send`.

    Example: connect profiles
    """
    for name in profile_names():
        console.print(name)


waiting.register(app)
keys.register(app)
doctor.register(app)
bridge.register(app)
witness.register(app)
app.add_typer(duo, name="duo")


async def _listen(config: Path, http: bool, as_json: bool, until_quiet: float | None, start: int | None) -> None:
    async with way_of(config, http) as connector:
        async for delivery in connector.deliveries(until_quiet=until_quiet, start=start):
            _show(delivery, as_json)
            if start is None:
                await delivery.done()


async def _receipts(config: Path, http: bool, as_json: bool) -> None:
    async with way_of(config, http) as connector:
        kept = connector.deliveries(until_quiet=QUIET_SECONDS, start=0)
        found = [one async for one in kept if one.gebeurtenis in RECEIPTS]
    if as_json:
        for one in found:
            _show(one, as_json)
        return
    count = Counter(one.gebeurtenis for one in found)
    table = Table("when", "event", "id", "reason", "explanation", box=None)
    for one in found:
        if one.gebeurtenis == "aanlevering-geweigerd":
            data = one.data
            table.add_row(
                f"{one.vastgelegd:%Y-%m-%d}",
                data.get("gebeurtenis", ""),
                data.get("betreft", ""),
                data.get("reden", ""),
                data.get("toelichting", ""),
            )
    console.print(table)
    console.print(
        f"{count['aanlevering-aanvaard']} accepted, {count['aanlevering-geweigerd']} refused.", highlight=False
    )


def _show(delivery: Delivery, as_json: bool) -> None:
    if as_json:
        print_json(plain(delivery))
    else:
        content = ", ".join(f"{name}={value}" for name, value in delivery.data.items() if value is not None)
        console.print(
            f"{delivery.vastgelegd:%Y-%m-%d} {delivery.gebeurtenis} {delivery.pseudoniem or ''} {content}",
            highlight=False,
            soft_wrap=True,
        )


def plain(delivery: Delivery) -> dict[str, Any]:
    """A delivery as JSON values."""
    return {
        "id": delivery.id,
        "positie": delivery.positie,
        "gebeurtenis": delivery.gebeurtenis,
        "rol": delivery.rol,
        "pseudoniem": delivery.pseudoniem,
        "persoon": delivery.persoon,
        "bron": delivery.bron,
        "gebeurd": delivery.gebeurd,
        "vastgelegd": delivery.vastgelegd,
        "data": delivery.data,
    }


def main() -> None:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # its errors reach us as exceptions
    app()
