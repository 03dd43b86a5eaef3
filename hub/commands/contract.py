# SPDX-License-Identifier: EUPL-1.2
"""`hub contract`: the bus as AsyncAPI 3 and as a page for a browser, made from the very structure that creates topics and rights."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from hub.broker.asyncapi import asyncapi
from hub.broker.topics import partner_grants, topics_for
from hub.commands.shared import WrongUse, told
from hub.reference import NoContract, render
from schemas.catalogue import gebeurtenistypen
from schemas.identity import is_oin
from schemas.registry import registry


def contract(
    oin: Annotated[str | None, typer.Option(help="The OIN of the participant whose view it is.")] = None,
    host: Annotated[str, typer.Option(help="host:port of Kafka.")] = "localhost:9092",
    html: Annotated[bool, typer.Option("--html", help="A page for a browser, instead of JSON for tools.")] = False,
    document: Annotated[
        Path | None,
        typer.Option("--from", help="With --html: the page of this AsyncAPI 3 or OpenAPI 3.1 document (JSON) instead."),
    ] = None,
) -> None:
    """What one participant sees of the bus: `hub.inbox` to write, its own topic to read, and every event type in Avro.

    Example: hub contract --oin 00000099000000005000 --html > contract.html
    """
    with told(NoContract):
        if document is not None:
            found = _read(document)
            html = True
        elif oin is None or not is_oin(oin):
            raise WrongUse(f"{oin} is no OIN: it has 20 digits or capitals." if oin else "Give --oin, or --from.")
        else:
            found = _of(oin, host)
        content = render(found).encode() if html else orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n"
        sys.stdout.buffer.write(content)


def _of(oin: str, host: str) -> dict[str, Any]:
    payloads = {name: registry().latest(name).schema for name in gebeurtenistypen()}
    return asyncapi(
        "Inburgeringshub", topics_for([oin]), partner_grants(oin), host=host, version="1.0.0", payloads=payloads
    )


def _read(document: Path) -> dict[str, Any]:
    try:
        found = orjson.loads(document.read_bytes())
    except orjson.JSONDecodeError as error:
        raise NoContract(f"{document} is not JSON: give the document in JSON.") from error
    if not isinstance(found, dict):
        raise NoContract(f"{document} is not an AsyncAPI or OpenAPI document.")
    return found
