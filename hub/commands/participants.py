# SPDX-License-Identifier: EUPL-1.2
"""`hub participants`: who takes part, and letting a newcomer in."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from consent.participants import Deelnemersregister, OngeldigRegister
from hub import keyring
from hub.broker import admin
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.topics import Role
from hub.bundles import BundleStore, Soort
from hub.commands.shared import AsJson, Data, Exit, answer, console, errors, opened, told
from hub.installation import layout
from hub.partners import HubAddress, Newcomer, admit
from hub.readmodel import questions
from hub.settings import Settings
from hub.streams.clock import Clock, ClockHeld, ClockState
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for
from schemas.catalogue import Rol
from schemas.identity import is_oin

app = typer.Typer(help="Organisations that take part.", no_args_is_help=True)


@app.command("list")
def list_(data: Data, as_json: AsJson = False) -> None:
    """Who takes part, in which roles, since when.

    Example: hub participants list --data DIR
    """
    with told():
        register = current(opened(data))
        found = [one.model_dump(mode="json") for one in register.deelnemers]

        def table() -> None:
            shown = Table("OIN", "name", "roles", "for", box=None)
            for one in register.deelnemers:
                roles = ", ".join(f"{each.rol} ({each.van}..{each.tot or ''})" for each in one.rollen)
                shown.add_row(one.oin, one.naam, roles, ", ".join(one.namens))
            console.print(shown)

        answer(found, as_json=as_json, show=table)


@app.command("add")
def add(
    data: Data,
    oin: Annotated[str, typer.Option(help="The organisation's OIN, 20 characters.")],
    naam: Annotated[str, typer.Option(help="Its name.")],
    rol: Annotated[list[Rol], typer.Option(help="A role that it acts in; repeat for several.")],
    systeem: Annotated[str, typer.Option(help="The name of its system, as in the source of its events.")] = "connect",
    namens: Annotated[
        list[str] | None, typer.Option(help="OIN of a gemeente that it works for; repeat for several.")
    ] = None,
) -> None:
    """Let an organisation in: folder with keys and `connect.toml`, topic, rights, and the register's activation in
    the log.

    Example: hub participants add --data DIR --oin 00000099000000000042 --naam "Taalschool Nova" --rol taalschool
    """
    if not is_oin(oin):
        errors.print(f"{oin} is no OIN: it has 20 digits or capitals.")
        raise typer.Exit(Exit.WRONG_USE)
    with told(OngeldigRegister, ClockHeld):
        settings = opened(data)
        if settings.embedded is False:
            errors.print(
                "Keys are made here for the embedded hub only: elsewhere the participant hands over its own certificate."
            )
            raise typer.Exit(Exit.WRONG_USE)
        broker = Broker(settings.data / "broker")
        register = current(settings)
        if register.by_oin(oin):
            errors.print(f"{oin} takes part already: `hub participants list` shows how.")
            raise typer.Exit(Exit.WRONG_USE)
        newcomer = Newcomer(oin, naam, tuple(rol), systeem, tuple(namens or ()))
        address = HubAddress.of(settings.oin, broker.bootstrap, settings.keys)
        row = admit(newcomer, settings.participant_dir(oin), broker.authority, address, today(settings))
        activate(settings, broker.bootstrap, Deelnemersregister.of([*register.deelnemers, row]))
        console.print(
            f"{naam} takes part. Its folder: {settings.participant_dir(oin)}", highlight=False, soft_wrap=True
        )


def current(settings: Settings) -> Deelnemersregister:
    """The register that the log decides by."""
    digest = questions.active_bundles(engine_for(settings.audit_address)).get(Soort.DEELNEMERS)
    if digest is None:
        raise OngeldigRegister("No participants are activated in the log yet: start the workers with `hub up`.")
    register: Deelnemersregister = BundleStore(settings.bundles).load(Soort.DEELNEMERS, digest)
    return register


def activate(settings: Settings, bootstrap: str, register: Deelnemersregister) -> None:
    """First the topics and rights, then the record in the log from which on the register counts."""
    topics, acls = layout(settings.data, register, today(settings))
    admin.apply(bootstrap, Credentials(settings.credentials_dir(Role.OPERATOR)), topics, acls)
    digest = BundleStore(settings.bundles).save(register.to_json())
    asyncio.run(_announce(settings, bootstrap, digest))


def today(settings: Settings) -> date:
    """The hub's own day: on simulated time that of the last tick."""
    if settings.simulated:
        last, _ = ClockState(engine_for(settings.clock_address)).read()
        return last.date() if last else date.fromisoformat(settings.start or "")
    return datetime.now(UTC).date()


async def _announce(settings: Settings, bootstrap: str, digest: str) -> None:
    clock = Clock(
        KafkaConnection(bootstrap, Credentials(settings.credentials_dir(Role.CLOCK))),
        settings.oin,
        keyring.signing_key(settings.keys / keyring.SIGNING),
        ClockState(engine_for(settings.clock_address)),
        max_step=timedelta(days=settings.max_step_days),
    )
    await clock.start()
    try:
        await clock.activate(Soort.DEELNEMERS, digest)
    finally:
        await clock.stop()
