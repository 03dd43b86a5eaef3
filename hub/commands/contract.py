# SPDX-License-Identifier: EUPL-1.2
"""`hub contract`: the bus as AsyncAPI 3, made from the very structure that creates topics and rights."""

from __future__ import annotations

import sys
from typing import Annotated

import orjson
import typer

from hub.broker.asyncapi import asyncapi
from hub.broker.topics import partner_grants, topics_for
from hub.commands.shared import Exit, errors
from schemas.catalogue import gebeurtenistypen
from schemas.identity import is_oin
from schemas.registry import registry


def contract(
    oin: Annotated[str, typer.Option(help="The OIN of the participant whose view it is.")],
    host: Annotated[str, typer.Option(help="host:port of Kafka.")] = "localhost:9092",
) -> None:
    """What one participant sees of the bus: `hub.inbox` to write, its own topic to read, and every event type in Avro.

    Example: hub contract --oin 00000099000000005000 > asyncapi.json
    """
    if not is_oin(oin):
        errors.print(f"{oin} is no OIN: it has 20 digits or capitals.")
        raise typer.Exit(Exit.WRONG_USE)
    payloads = {name: registry().latest(name).schema for name in gebeurtenistypen()}
    document = asyncapi(
        "Inburgeringshub", topics_for([oin]), partner_grants(oin), host=host, version="1.0.0", payloads=payloads
    )
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
