# SPDX-License-Identifier: EUPL-1.2
"""The `connect` command, for a partner: send files, listen to deliveries, see receipts."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
)
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
from schemas.errors import InvalidEvent, WireError

app = typer.Typer(
    name="connect",
    help="A partner's connection to the inburgering hub.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
# No markup: what a partner's data says in square brackets is shown as it is.
console, errors = Console(markup=False), Console(stderr=True, markup=False)
Config = Annotated[
    Path, typer.Option("--config", envvar="CONNECT_CONFIG", help="connect.toml, or the folder that holds it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")]
HERE = Path("connect.toml")
RECEIPTS = frozenset({"aanlevering-aanvaard", "aanlevering-geweigerd"})
QUIET_SECONDS = 2.0
SHOWN_FAULTS = 10
NOT_ALLOWED = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, ClusterAuthorizationFailedError)
"""The last one is what a producer hears that may write nowhere."""


@app.command()
def send(
    files: Annotated[list[Path], typer.Argument(help="Files of your own system.")],
    profile: Annotated[str, typer.Option(help="How to read them; `connect profiles` names the choices.")],
    config: Config = HERE,
    as_json: AsJson = False,
) -> None:
    """Send files. Good rows go; rows that cannot be read come back in a copy of the file with the reason beside them.

    Example: connect send presentie-maart.xlsx --profile brug-school
    """
    rejected = _run(_send(config, files, profile, as_json))
    if rejected:
        raise typer.Exit(1)


@app.command()
def listen(
    config: Config = HERE,
    as_json: AsJson = False,
    once: Annotated[bool, typer.Option(help="Stop when nothing new comes.")] = False,
    start: Annotated[
        int | None,
        typer.Option("--from", min=0, help="Look again from this position on (0: all that is kept); confirms nothing."),
    ] = None,
) -> None:
    """Show deliveries as they come, from the last one that you confirmed. What is shown is confirmed.

    Example: connect listen --json | jq .gebeurtenis
    """
    _run(_listen(config, as_json, QUIET_SECONDS if once else None, start))


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


async def _send(config: Path, files: list[Path], profile: str, as_json: bool) -> int:
    rejected = 0
    async with Connector.open(config) as connector:
        reader = load_profile(profile, afzender=connector.profile.oin, geheim=connector.profile.file_secret())
        for file in files:
            good, bad = _sorted(read(file, reader), connector)
            with Progress(
                SpinnerColumn(), TextColumn("{task.description}"), console=errors, transient=True
            ) as progress:
                progress.add_task(f"{file.name}: {len(good)} rows on their way")
                await connector.send_all(event_of(one) for one in good)
            copy = file.with_name(f"{file.stem}-afgekeurd{file.suffix}") if bad else None
            if copy:
                write_rejected(file, reader, bad, copy)
            if as_json:
                _print_json(_sent(file, good, bad, copy))
            else:
                _tell(file, good, bad, copy)
            rejected += len(bad)
    return rejected


def _sorted(rows: Iterable[Melding | Afgekeurd], connector: Connector) -> tuple[list[Melding], list[Afgekeurd]]:
    """What can be sent and what cannot. A line goes whole or not at all, also when the schema refuses one of its
    events."""
    good: list[Melding] = []
    bad: list[Afgekeurd] = []
    for row in rows:
        if isinstance(row, Afgekeurd):
            bad.append(row)
            continue
        try:
            connector.check(event_of(row))
            good.append(row)
        except InvalidEvent as error:
            bad.append(Afgekeurd(row.regelnummer, error.veld or "", "", str(error), row.blad))
    faulty = {(one.blad, one.regelnummer) for one in bad}
    return [one for one in good if (one.blad, one.regelnummer) not in faulty], bad


def _sent(file: Path, good: list[Melding], bad: list[Afgekeurd], copy: Path | None) -> dict[str, Any]:
    faults = [{"blad": one.blad, "rij": one.regelnummer, "kolom": one.kolom, "uitleg": one.uitleg_nl} for one in bad]
    return {
        "bestand": str(file),
        "verzonden": [one.id for one in good],
        "afgekeurd": faults,
        "kopie": str(copy) if copy else None,
    }


def _tell(file: Path, good: list[Melding], bad: list[Afgekeurd], copy: Path | None) -> None:
    lines = len({(one.blad, one.regelnummer) for one in bad})
    console.print(f"{file.name}: {len(good)} sent, {lines} rows not.", highlight=False)
    for one in bad[:SHOWN_FAULTS]:
        where = f"{one.blad} " if one.blad else ""
        console.print(f"  {where}rij {one.regelnummer}, {one.kolom}: {one.uitleg_nl}", highlight=False, soft_wrap=True)
    if len(bad) > SHOWN_FAULTS:
        console.print(f"  and {len(bad) - SHOWN_FAULTS} more.", highlight=False)
    if copy:
        console.print(
            f"  The rows that were not sent are in {copy}: mend them there and send that file.",
            highlight=False,
            soft_wrap=True,
        )


async def _listen(config: Path, as_json: bool, until_quiet: float | None, start: int | None) -> None:
    async with Connector.open(config) as connector:
        async for delivery in connector.deliveries(until_quiet=until_quiet, start=start):
            _show(delivery, as_json)
            if start is None:
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
        _print_json(plain(delivery))
    else:
        content = ", ".join(f"{name}={value}" for name, value in delivery.data.items() if value is not None)
        console.print(
            f"{delivery.vastgelegd:%Y-%m-%d} {delivery.gebeurtenis} {delivery.pseudoniem or ''} {content}",
            highlight=False,
            soft_wrap=True,
        )


def _print_json(value: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
    sys.stdout.buffer.flush()


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


def _run(work: Any) -> Any:
    """Run to the end; an expected error is one sentence and exit code 1, wrong use is 2."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except (NoProfile, BrokenProfile, UnreadableFile) as error:
        errors.print(str(error), style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from error
    except KafkaError as error:
        errors.print(_refusal(error), style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except (WireError, DeliveryRefused, OSError) as error:
        errors.print(f"{error}", style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


def _refusal(error: KafkaError) -> str:
    """What aiokafka says, in words that say what to do."""
    if isinstance(error, NOT_ALLOWED):
        return "The hub does not let this certificate do that: ask its operator whether you (still) take part."
    if isinstance(error, KafkaConnectionError):
        return (
            "The hub cannot be reached, or does not take this certificate: check `bootstrap` in connect.toml and the"
            f" date of cert.pem ({error})."
        )
    return f"The hub's Kafka refuses: {error}."


def main() -> None:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # its errors reach us as exceptions
    app()
