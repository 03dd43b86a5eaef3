# SPDX-License-Identifier: EUPL-1.2
"""`hub up` and `hub worker`: run a hub; `up` makes a new one where it is asked to."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from hub.broker.kafka import Broker
from hub.broker.topics import WORKERS, Role
from hub.commands.shared import Data, WrongUse, console, opened, reached, told
from hub.installation import Plan, certify, install, is_installed
from hub.settings import Settings
from hub.supervisor import Supervisor
from hub.web import address
from schemas.identity import is_oin

LOOK_SECONDS = 1.0
"""How often the broker is looked after. Workers look after themselves: they wait for it, or end and are restarted."""


def up(
    data: Data,
    port: Annotated[
        int | None, typer.Option(help="Kafka's port; a free one, kept for later starts, when not given.")
    ] = None,
    intake: Annotated[int, typer.Option(help="Intake processes.", min=1)] = 1,
    dossier: Annotated[int, typer.Option(help="Dossier processes.", min=1)] = 1,
    oin: Annotated[
        str | None, typer.Option(help="Make a new hub in an empty directory, of the organisation with this OIN.")
    ] = None,
) -> None:
    """Run the hub of a data directory: broker and workers, in one supervised tree, until Ctrl-C.

    Example: hub up --data /var/lib/hub --oin 00000099000000000000
    """
    with told():
        if oin and not is_installed(data):
            settings, broker = _made(data, oin, port)
        else:
            settings = opened(data)
            if settings.embedded is False and settings.bootstrap is None:
                raise WrongUse(
                    "Set HUB_BOOTSTRAP to the host:port of your Kafka, or HUB_EMBEDDED=true for the hub's own."
                )
            broker = Broker(settings.data / "broker", port) if settings.embedded else None
            if broker:
                broker.start()
                certify(settings.data, settings.oin, broker)
        bootstrap = broker.bootstrap if broker else (settings.bootstrap or "")
        roles = [role for role in WORKERS for _ in range({Role.INTAKE: intake, Role.DOSSIER: dossier}.get(role, 1))]
        try:
            place = address.chosen(settings)
            tree = Supervisor(settings, bootstrap, roles=roles, tell=_tell)
            asyncio.run(_supervise(tree, f"Kafka at {bootstrap}, HTTP at {place.base}", broker))
        finally:
            if broker:
                broker.stop()


def _made(data: Path, oin: str, port: int | None) -> tuple[Settings, Broker | None]:
    """A new hub without participants (`hub participants add` lets them in); its broker runs."""
    if not is_oin(oin):
        raise WrongUse(f"{oin} is no OIN: it has 20 digits or capitals.")
    if data.exists() and not (data / "keys").exists() and any(data.iterdir()):
        raise WrongUse(f"{data} is not empty and holds no hub: name another directory.")
    return install(data, Plan(oin, (), datetime.now(UTC).date(), port=port))


def worker(
    data: Data,
    role: Annotated[Role, typer.Option(help="Which of the hub's processes.")],
) -> None:
    """Run one process of the hub; `hub up` does this for you on one machine.

    Example: hub worker --role dossier --data /var/lib/hub
    """
    with told():
        if role not in WORKERS:
            raise WrongUse(f"{role} is no worker: choose one of {', '.join(WORKERS)}.")
        if role is Role.WEB:
            web(data)
            return
        from hub.streams.worker import run  # Faust takes a second to import: only who needs it pays

        run(role, _with_broker(opened(data)))


def web(
    data: Data,
    port: Annotated[
        int | None, typer.Option(help="The port; a free one, kept for later starts, when not given.", min=1, max=65535)
    ] = None,
) -> None:
    """Run the HTTP interface by itself; `hub up` does this for you on one machine.

    Example: hub web --data /var/lib/hub --port 8443
    """
    from hub.web.process import run

    with told():
        settings = _with_broker(opened(data))
        run(settings.model_copy(update={"web_port": port}) if port else settings)


def _with_broker(settings: Settings) -> Settings:
    """With the address of the broker: as set, or of the embedded one, which must run."""
    if settings.bootstrap is not None:
        return settings
    if not settings.embedded:
        raise WrongUse("Set HUB_BOOTSTRAP to the host:port of your Kafka.")
    return settings.model_copy(update={"bootstrap": reached(settings)})


async def _supervise(tree: Supervisor, where: str, broker: Broker | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await tree.start()
    console.print(f"The hub runs: {where}, {len(tree.workers)} workers. Ctrl-C stops it.", highlight=False)
    try:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
            if broker and broker.pid is None and not stop.is_set():
                _tell("Kafka ended: starting it again; broker.log may say why.")
                await asyncio.to_thread(broker.start)
    finally:
        await tree.stop()


def _tell(sentence: str) -> None:
    console.print(sentence, style="yellow", highlight=False)
