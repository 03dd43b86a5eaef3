# SPDX-License-Identifier: EUPL-1.2
"""`connect witness`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from connectors.profile import ConnectProfile
from connectors.terminal import HERE, AsJson, Config, print_json, run
from connectors.witness import name_of, read_request
from connectors.witness import witness as sign


def witness(
    request: Annotated[Path, typer.Argument(help="The hub's checkpoint, with the proof from the last one we saw.")],
    config: Config = HERE,
    as_json: AsJson = False,
) -> None:
    """Sign a checkpoint of the hub's audit log, if the log grew from the one that you saw last; keeps what it saw.

    Example: connect witness checkpoint.txt
    """

    async def work() -> tuple[str, str]:
        profile = ConnectProfile.read(config)
        return name_of(profile), sign(profile, read_request(request.read_bytes()), datetime.now(UTC))

    name, line = run(work())
    if as_json:
        print_json({"getuige": name, "handtekening": line.rstrip("\n")})
    else:
        typer.echo(line, nl=False)


def register(app: typer.Typer) -> None:
    app.command()(witness)
