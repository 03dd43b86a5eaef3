# SPDX-License-Identifier: EUPL-1.2
"""The `connect` command, for a partner: send files, listen to deliveries, see receipts."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from connectors.client import Connector, Delivery, DeliveryRefused
from connectors.files import (
    Afgekeurd,
    BrokenProfile,
    Melding,
    UnreadableFile,
    load_profile,
    profile_names,
    read,
    write_rejected,
)
from connectors.profile import NoProfile
from connectors.sending import event_of
from schemas.errors import WireError

app = typer.Typer(
    name="connect",
    help="A partner's connection to the inburgering hub.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
console, errors = Console(), Console(stderr=True)
Config = Annotated[
    Path, typer.Option("--config", envvar="CONNECT_CONFIG", help="connect.toml, or the folder that holds it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")]
HERE = Path("connect.toml")
RECEIPTS = frozenset({"aanlevering-aanvaard", "aanlevering-geweigerd"})
QUIET_SECONDS = 2.0


@app.command()
def send(
    files: Annotated[list[Path], typer.Argument(help="Files of your own system.")],
    profile: Annotated[str, typer.Option(help="How to read them; `connect profiles` names the choices.")],
    config: Config = HERE,
) -> None:
    """Send files. Good rows go; rows that cannot be read come back in a copy of the file with the reason beside them.

    Example: connect send presentie-maart.xlsx --profile brug-school
    """
    rejected = _run(_send(config, files, profile))
    if rejected:
        raise typer.Exit(1)


@app.command()
def listen(
    config: Config = HERE,
    as_json: AsJson = False,
    once: Annotated[bool, typer.Option(help="Stop when nothing new comes.")] = False,
) -> None:
    """Show deliveries as they come, from the last one that you confirmed. What is shown is confirmed.

    Example: connect listen --json | jq .gebeurtenis
    """
    _run(_listen(config, as_json, QUIET_SECONDS if once else None))


@app.command()
def receipts(config: Config = HERE, as_json: AsJson = False) -> None:
    """Every receipt still kept for you: what was accepted, what was refused and why.

    Example: connect receipts
    """
    _run(_receipts(config, as_json))


@app.command("profiles")
def profiles_() -> None:
    """The built-in profiles for `send`.

    Example: connect profiles
    """
    for name in profile_names():
        console.print(name)


async def _send(config: Path, files: list[Path], profile: str) -> int:
    rejected = 0
    async with Connector.open(config) as connector:
        reader = load_profile(profile, afzender=connector.profile.oin, geheim=connector.profile.file_secret())
        for file in files:
            good: list[Melding] = []
            bad: list[Afgekeurd] = []
            for row in read(file, reader):
                if isinstance(row, Melding):
                    good.append(row)
                else:
                    bad.append(row)
            with Progress(
                SpinnerColumn(), TextColumn("{task.description}"), console=errors, transient=True
            ) as progress:
                progress.add_task(f"{file.name}: {len(good)} rows on their way")
                await connector.send_all(event_of(one) for one in good)
            console.print(f"{file.name}: {len(good)} sent, {len(bad)} not.", highlight=False)
            if bad:
                copy = file.with_name(f"{file.stem}-afgekeurd{file.suffix}")
                write_rejected(file, reader, bad, copy)
                for one in bad[:10]:
                    console.print(
                        f"  rij {one.regelnummer}, {one.kolom}: {one.uitleg_nl}", highlight=False, soft_wrap=True
                    )
                console.print(
                    f"  The rows that were not sent are in {copy}: mend them there and send that file.", highlight=False
                )
            rejected += len(bad)
    return rejected


async def _listen(config: Path, as_json: bool, until_quiet: float | None) -> None:
    async with Connector.open(config) as connector:
        async for delivery in connector.deliveries(until_quiet=until_quiet):
            _show(delivery, as_json)
            await delivery.done()


async def _receipts(config: Path, as_json: bool) -> None:
    async with Connector.open(config, group="receipts") as connector:
        found = [one async for one in connector.deliveries(until_quiet=QUIET_SECONDS) if one.gebeurtenis in RECEIPTS]
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
        sys.stdout.buffer.write(orjson.dumps(plain(delivery)) + b"\n")
        sys.stdout.buffer.flush()
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
        "gebeurtenis": delivery.gebeurtenis,
        "rol": delivery.rol,
        "pseudoniem": delivery.pseudoniem,
        "persoon": delivery.persoon,
        "bron": delivery.bron,
        "gebeurd": delivery.gebeurd,
        "vastgelegd": delivery.vastgelegd,
        "data": delivery.data,
    }


def _run(work: Any) -> Any:
    """Run to the end; an expected error is one sentence and exit code 1, wrong use is 2."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except (NoProfile, BrokenProfile, UnreadableFile) as error:
        errors.print(str(error), style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from error
    except (WireError, DeliveryRefused, KafkaError, OSError) as error:
        errors.print(f"{error}", style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


def main() -> None:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # its errors reach us as exceptions
    app()
