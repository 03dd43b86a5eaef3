# SPDX-License-Identifier: EUPL-1.2
"""`connect witness`."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from connectors.profile import ConnectProfile
from connectors.terminal import HERE, AsJson, Config, print_json, run
from connectors.witness import name_of, read_request
from connectors.witness import witness as sign
from consent.checkpoint import OngeldigCheckpoint


def witness(
    request: Annotated[Path, typer.Argument(help="The hub's checkpoint, with the proof from the last one we saw.")],
    key: Annotated[
        str | None,
        typer.Option(
            help="The log's new key (base64), as people of the hub told you, after theirs was stolen. It must still be "
            "the log that you saw."
        ),
    ] = None,
    config: Config = HERE,
    as_json: AsJson = False,
) -> None:
    """Sign a checkpoint of the hub's audit log, if the log grew from the one that you saw last; keeps what it saw.

    Example: connect witness checkpoint.txt
    """

    async def work() -> tuple[str, str]:
        profile = ConnectProfile.read(config)
        given = _public_key(key) if key else None
        return name_of(profile), sign(profile, read_request(request.read_bytes()), datetime.now(UTC), given)

    name, line = run(work())
    if as_json:
        print_json({"getuige": name, "handtekening": line.rstrip("\n")})
    else:
        typer.echo(line, nl=False)


def _public_key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise OngeldigCheckpoint("Geef de sleutel als base64 van 32 bytes: `hub audit key` toont haar.") from error


def register(app: typer.Typer) -> None:
    app.command()(witness)
