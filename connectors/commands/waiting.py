# SPDX-License-Identifier: EUPL-1.2
"""`connect waiting`: what waits on this disk for a hub that was away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from connectors.forwarding import Forwarder
from connectors.profile import ConnectProfile
from connectors.spool import Spool, Waiting
from connectors.store import Store
from connectors.terminal import HERE, AsJson, Config, OverHttp, console, print_json, run, way_of


def waiting(
    config: Config = HERE,
    as_json: AsJson = False,
    send: Annotated[bool, typer.Option("--send", help="Try to send it now.")] = False,
    http: OverHttp = False,
) -> None:
    """How much waits here for the hub; with --send it goes, in the order in which it was given.

    Example: connect waiting --send
    """
    left = run(_waiting(config, send, http))
    if as_json:
        print_json({"gebeurtenissen": left.events, "bytes": left.bytes})
    else:
        console.print(f"{left.events} events wait ({left.bytes} bytes).", highlight=False)
    if left.events:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    app.command()(waiting)


async def _waiting(config: Path, send: bool, http: bool) -> Waiting:
    profile = ConnectProfile.read(config)
    spool = Spool(Store.of(profile))
    if send and spool.waiting().events:
        async with way_of(config, http) as connector:
            await Forwarder(connector, spool).drain()
    return spool.waiting()
