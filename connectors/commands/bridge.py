# SPDX-License-Identifier: EUPL-1.2
"""`connect bridge`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from connectors.bridge import Bridge, BridgeSettings
from connectors.profile import ConnectProfile
from connectors.terminal import HERE, AsJson, Config, console, errors, print_json, run

QUIET_SECONDS = 2.0


def bridge(
    config: Config = HERE,
    as_json: AsJson = False,
    targets: Annotated[
        Path | None,
        typer.Option(help="Where to: [kafka], [tabel], [webhook]; bridge.toml beside connect.toml if none."),
    ] = None,
    once: Annotated[bool, typer.Option(help="Stop when nothing new comes.")] = False,
) -> None:
    """Unseal deliveries inside your own walls and hand them to your own Kafka, table or webhook, each exactly once.

    Example: connect bridge --targets bridge.toml
    """
    profile = _profile(config)
    settings = _settings(targets or profile.map / "bridge.toml")
    found = Bridge(profile, settings)
    if not once:
        errors.print(f"Carrying to {', '.join(found.targets)}. Ctrl-C ends it.", highlight=False)
    counted = run(found.run(until_quiet=QUIET_SECONDS if once else None, tell=_tell))
    if as_json:
        print_json(counted)
    else:
        console.print(", ".join(f"{name}: {count}" for name, count in counted.items()), highlight=False)


def register(app: typer.Typer) -> None:
    app.command()(bridge)


def _profile(config: Path) -> ConnectProfile:
    async def read() -> ConnectProfile:
        return ConnectProfile.read(config)

    found: ConnectProfile = run(read())
    return found


def _settings(file: Path) -> BridgeSettings:
    async def read() -> BridgeSettings:
        return BridgeSettings.read(file)

    found: BridgeSettings = run(read())
    return found


def _tell(sentence: str) -> None:
    errors.print(sentence, highlight=False, soft_wrap=True)
