# SPDX-License-Identifier: EUPL-1.2
"""`hub demo`: a hub from nothing, forty weeks of story through it, and whether all came out as the law and the story
say."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from demo import screen
from demo.performance import HubSilent, Performance
from demo.play import Draaiboek, Verschil, compare, expectation, load
from hub import logkeys
from hub.broker.directory import Directory
from hub.broker.kafka import Broker
from hub.commands.replay import comparison
from hub.commands.shared import Exit, console, told
from hub.installation import Plan, install
from hub.partners import Newcomer
from hub.readmodel.export import BrokenExport, export, verify
from hub.settings import NoHub, Settings
from hub.supervisor import Supervisor
from hub.vault.tables import engine_for
from schemas.catalogue import Rol

HUB_OIN = "00000099000000000000"
MARKER = "DEMO"


def demo(
    data: Annotated[
        Path | None,
        typer.Option("--data", envvar="HUB_DATA", help="Where to make the hub; a temporary place otherwise."),
    ] = None,
    stay: Annotated[
        bool | None, typer.Option("--stay/--no-stay", help="Stay up until Ctrl-C; by default only at a terminal.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Kafka's port; a free one when not given.")] = None,
) -> None:
    """Play the demo story on a real hub and compare what came of it with what was expected.

    Example: hub demo --data /tmp/hub
    """
    began = time.monotonic()
    with told(HubSilent, BrokenExport), _room(data) as place:
        draaiboek = load()
        console.print(
            f"[bold]The inburgering hub[/bold]: {len(draaiboek.deelnemers)} organisations, "
            f"{len(draaiboek.personen)} persons ({draaiboek.personen[0].id} to {draaiboek.personen[-1].id}: made up,"
            f" demo/verhaal/personen.yaml), {draaiboek.van} to {draaiboek.tot}.",
            highlight=False,
            soft_wrap=True,
        )
        settings, broker = install(place, _plan(draaiboek, port))
        try:
            console.print(
                f"Kafka answers at {broker.bootstrap} (mutual TLS, deny by default); data in {place}.",
                highlight=False,
                soft_wrap=True,
            )
            staying = sys.stdout.isatty() if stay is None else stay
            found = asyncio.run(_run(draaiboek, settings, broker, began, staying))
        finally:
            broker.stop()
    if found:
        raise typer.Exit(Exit.FOUND)


async def _run(draaiboek: Draaiboek, settings: Settings, broker: Broker, began: float, staying: bool) -> list[Verschil]:
    tree = Supervisor(
        settings, broker.bootstrap, tell=lambda sentence: console.print(sentence, style="yellow", highlight=False)
    )
    await tree.start()
    try:
        with Progress(
            TextColumn("{task.fields[day]}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
        ) as progress:
            performance = Performance(draaiboek, settings, tell=_teller(draaiboek, progress))
            seen = await performance.play()
        found = compare(expectation(), seen)
        screen.show(console, draaiboek, seen)
        if (duo := performance.duo) is not None:
            console.print(
                f"DUO's machine interface: {duo.notices} notices taken, {duo.questions} questions to its services"
                " (mutual TLS; docs/duo.md).",
                highlight=False,
                soft_wrap=True,
            )
        await _prove(settings)
        memory = tree.memory(broker)
        console.print(
            "Memory: "
            + ", ".join(f"{name} {size / 2**20:.0f} MB" for name, size in memory.items())
            + f"; in all {sum(memory.values()) / 2**20:.0f} MB.",
            highlight=False,
            soft_wrap=True,
        )
        _verdict(found, time.monotonic() - began)
        if staying:
            await _stay(draaiboek, settings)
        return found
    finally:
        await tree.stop()


def _plan(draaiboek: Draaiboek, port: int | None) -> Plan:
    oins = {one.id: one.oin for one in draaiboek.deelnemers}
    newcomers = [
        Newcomer(one.oin, one.naam, (Rol(one.rol),), one.systeem, tuple(oins[gemeente] for gemeente in one.namens))
        for one in draaiboek.deelnemers
    ]
    return Plan(HUB_OIN, newcomers, min(one.van for one in draaiboek.deelnemers), simulated=True, port=port)


@contextmanager
def _room(asked: Path | None) -> Iterator[Path]:
    """Where the demo's hub lives: the directory asked for, or one that is gone afterwards.

    An earlier demo's directory is made anew, half-made ones too; one that runs now, or anything else, is left alone.
    """
    if asked is None:
        with tempfile.TemporaryDirectory(prefix="inburgeringshub-", ignore_cleanup_errors=True) as place:
            yield Path(place)
        return
    if (asked / MARKER).exists():
        broker = Directory(asked / "broker")
        broker.occupy()  # whoever runs it has it: that demo goes on
        broker.vacate()
        shutil.rmtree(asked)
    elif asked.exists() and (not asked.is_dir() or any(asked.iterdir())):
        raise NoHub(f"{asked} is not empty and holds no demo: name another directory with --data.")
    asked.mkdir(parents=True, exist_ok=True)
    (asked / MARKER).touch()
    yield asked


def _teller(draaiboek: Draaiboek, progress: Progress) -> Callable[[date, str], None]:
    days = (draaiboek.tot - draaiboek.van).days + 1
    task = progress.add_task("starting the workers", total=days, day=str(draaiboek.van))

    def tell(day: date, what: str) -> None:
        progress.update(task, completed=(day - draaiboek.van).days + 1, day=str(day), description=what)

    return tell


async def _prove(settings: Settings) -> None:
    """The audit log checked as an outsider would; the state compared with a replay of the log."""
    file = settings.data / "audit-export.jsonl"
    public = logkeys.public(settings.keys)
    await asyncio.to_thread(export, engine_for(settings.audit_address), public, file, logkeys.chain(settings.keys))
    size, root, *_ = await asyncio.to_thread(verify, file, public.public_bytes_raw())
    console.print(
        f"Audit: {size} records fit the signed checkpoint, root {root.hex()[:16]}….",
        style="green",
        highlight=False,
        soft_wrap=True,
    )
    rows, found = await asyncio.to_thread(comparison, settings)
    if found:
        raise BrokenExport(f"The state is not what the log says: {found[0]}, and {len(found) - 1} more.")
    console.print(
        f"Replay: the log folded anew gives the same {rows} rows of state, content for content.",
        style="green",
        highlight=False,
    )


def _verdict(found: list[Verschil], seconds: float) -> None:
    for one in found:
        console.print(f"[red]✗[/red] {one}", highlight=False, soft_wrap=True)
    if found:
        console.print(
            f"[bold red]{len(found)} differences with demo/verwachting.yaml[/bold red], in {seconds:.0f} s.",
            highlight=False,
        )
    else:
        console.print(
            f"[bold green]Everything came out as demo/verwachting.yaml says[/bold green], in {seconds:.0f} s.",
            highlight=False,
        )


async def _stay(draaiboek: Draaiboek, settings: Settings) -> None:
    school = next(one for one in draaiboek.deelnemers if one.rol == "taalschool")
    folder = settings.participant_dir(school.oin)
    console.print("The hub stays up until Ctrl-C. In another terminal, for instance:", highlight=False)
    for line in (
        f"connect listen --config {folder} --once",
        f"connect receipts --config {folder}",
        f"hub audit show --data {settings.data}",
        f"hub audit verify {settings.data / 'audit-export.jsonl'}",
        f"hub doctor --data {settings.data}",
    ):
        console.print(f"  .venv/bin/{line}", highlight=False, soft_wrap=True)
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return
