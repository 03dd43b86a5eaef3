# SPDX-License-Identifier: EUPL-1.2
"""`hub up` and `hub worker`: run a hub that is there already."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Annotated

import typer

from hub.broker.kafka import Broker
from hub.broker.topics import WORKERS, Role
from hub.commands.shared import Data, console, errors, opened, told
from hub.supervisor import Supervisor


def up(
    data: Data,
    port: Annotated[
        int | None, typer.Option(help="Kafka's port; a free one, kept for later starts, when not given.")
    ] = None,
    intake: Annotated[int, typer.Option(help="Intake processes.", min=1)] = 1,
    dossier: Annotated[int, typer.Option(help="Dossier processes.", min=1)] = 1,
) -> None:
    """Run the hub of a data directory: broker and workers, in one supervised tree, until Ctrl-C.

    Example: hub up --data /var/lib/hub
    """
    with told():
        settings = opened(data)
        broker = Broker(settings.data / "broker", port) if settings.embedded else None
        if broker:
            broker.start()
        bootstrap = broker.bootstrap if broker else (settings.bootstrap or "")
        roles = [role for role in WORKERS for _ in range({Role.INTAKE: intake, Role.DOSSIER: dossier}.get(role, 1))]
        try:
            asyncio.run(_supervise(Supervisor(settings, bootstrap, roles=roles, tell=_tell), bootstrap))
        finally:
            if broker:
                broker.stop()


def worker(
    data: Data,
    role: Annotated[Role, typer.Option(help="Which of the hub's processes.")],
) -> None:
    """Run one process of the hub; `hub up` does this for you on one machine.

    Example: hub worker --role dossier --data /var/lib/hub
    """
    from hub.streams.worker import run  # Faust takes a second to import: only who needs it pays

    if role not in WORKERS:
        errors.print(f"{role} is no worker: choose one of {', '.join(WORKERS)}.")
        raise typer.Exit(2)
    with told():
        run(role, opened(data))


async def _supervise(tree: Supervisor, bootstrap: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await tree.start()
    console.print(f"The hub runs: Kafka at {bootstrap}, {len(tree.workers)} workers. Ctrl-C stops it.", highlight=False)
    with contextlib.suppress(asyncio.CancelledError):
        await stop.wait()
    await tree.stop()


def _tell(sentence: str) -> None:
    console.print(sentence, style="yellow", highlight=False)
