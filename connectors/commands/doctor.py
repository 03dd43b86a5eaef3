# SPDX-License-Identifier: EUPL-1.2
"""`connect doctor`."""

from __future__ import annotations

import typer

from connectors.doctor import Finding, examine, examine_over_http
from connectors.profile import ConnectProfile
from connectors.terminal import HERE, AsJson, Config, OverHttp, console, print_json, run, say


def doctor(config: Config = HERE, as_json: AsJson = False, http: OverHttp = False) -> None:
    """Check your files, your certificate, the way to the hub, your rights, and whether the last delivery opens.

    Example: connect doctor --config connect.toml
    """

    async def work() -> list[Finding]:
        found = []
        look = examine_over_http if http else examine
        async for one in look(ConnectProfile.read(config)):
            found.append(one)
            if not as_json:
                _show(one)
        return found

    found: list[Finding] = run(work())
    if as_json:
        print_json([{"goed": one.well, "bevinding": one.sentence} for one in found])
    if not all(one.well for one in found):
        raise typer.Exit(1)


def _show(one: Finding) -> None:
    if one.well:
        console.print(f"✓ {one.sentence}", style="green", highlight=False, soft_wrap=True)
    else:
        say(f"✗ {one.sentence}")


def register(app: typer.Typer) -> None:
    app.command()(doctor)
