# SPDX-License-Identifier: EUPL-1.2
"""`hub participants`: who takes part, and letting a newcomer in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.table import Table

from consent.participants import Deelnemersregister, OngeldigRegister
from hub.broker import admin
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.topics import Role
from hub.bundles import BundleStore, Soort
from hub.commands import activating
from hub.commands.acting import on_record
from hub.commands.shared import AsJson, Data, WrongUse, answer, console, opened, reached, told
from hub.installation import layout
from hub.partners import HubAddress, Newcomer, admit
from hub.readmodel import questions
from hub.rotation import piloted
from hub.settings import Settings
from hub.streams.clock import ClockHeld, ClockState
from hub.streams.handelingen import Handeling, NotOnRecord
from hub.vault.tables import engine_for
from schemas.catalogue import Rol
from schemas.cloudevents import InvalidCloudEvent, source_of
from schemas.identity import is_oin

LONGEST_NAME = 64
"""Of a common name in a certificate (X.520)."""

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
            shown = Table("OIN", "name", "roles", "for", "pilot", box=None)
            for one in register.deelnemers:
                pilots = ", ".join(f"{each.van}..{each.tot or ''}" for each in one.proef)
                roles = ", ".join(f"{each.rol} ({each.van}..{each.tot or ''})" for each in one.rollen)
                shown.add_row(one.oin, one.naam, roles, ", ".join(one.namens), pilots)
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
    in_pilot: Annotated[
        bool, typer.Option("--pilot", help="Begin in pilot: what it would get is recorded and not handed over.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let an organisation in: folder with keys and `connect.toml`, topic, rights, and the register's activation in
    the log.

    Example: hub participants add --data DIR --oin 00000099000000000042 --naam "Taalschool Nova" --rol taalschool
    """
    with told(OngeldigRegister, ClockHeld, NotOnRecord):
        settings = opened(data)
        register = current(settings)
        newcomer = _newcomer(
            register, Newcomer(oin, naam.strip(), tuple(dict.fromkeys(rol)), systeem, tuple(namens or ()))
        )
        if not settings.embedded:
            raise WrongUse(
                "Keys are made here for the embedded hub only: elsewhere the participant hands over its own certificate."
            )
        bootstrap = reached(settings)
        on_record(settings, Handeling.DEELNEMERS_GEWIJZIGD, oin)
        address = HubAddress.of(settings.oin, bootstrap, settings.keys)
        folder = settings.participant_dir(oin)
        row = admit(newcomer, folder, Broker(settings.data / "broker").authority, address, today(settings))
        if in_pilot:
            row = piloted(row, today(settings), None)
        activate(settings, bootstrap, Deelnemersregister.of([*register.deelnemers, row]))
        answer(
            {"oin": oin, "folder": str(folder)},
            as_json=as_json,
            show=lambda: console.print(f"{naam} takes part. Its folder: {folder}", highlight=False, soft_wrap=True),
        )


def _newcomer(register: Deelnemersregister, newcomer: Newcomer) -> Newcomer:
    """The newcomer, if the register can take it. Raises WrongUse."""
    if not is_oin(newcomer.oin):
        raise WrongUse(f"{newcomer.oin} is no OIN: it has 20 digits or capitals.")
    if register.by_oin(newcomer.oin):
        raise WrongUse(f"{newcomer.oin} takes part already: `hub participants list` shows how.")
    if not newcomer.naam or not newcomer.naam.isprintable() or len(newcomer.naam) > LONGEST_NAME:
        raise WrongUse(f"Give a name of 1 to {LONGEST_NAME} characters on one line.")  # it becomes the certificate's CN
    if Rol.HUB in newcomer.rollen:
        raise WrongUse("The role hub is the hub's own: name the roles that the organisation acts in.")
    for gemeente in newcomer.namens:
        if register.by_oin(gemeente) is None:
            raise WrongUse(f"{gemeente} takes no part yet: add the gemeente first, then who works for it.")
    try:
        source_of(newcomer.oin, newcomer.systeem)
    except InvalidCloudEvent as error:
        raise WrongUse(
            "Name the system in small letters, digits and hyphens: it stands in the source of events."
        ) from error
    return newcomer


def current(settings: Settings) -> Deelnemersregister:
    """The register that the log decides by."""
    digest = questions.active_bundles(engine_for(settings.audit_address)).get(Soort.DEELNEMERS)
    if digest is None:
        raise OngeldigRegister(
            "No participants are activated in the log yet: start the workers with `hub up`, and give them a moment."
        )
    register: Deelnemersregister = BundleStore(settings.bundles).load(Soort.DEELNEMERS, digest)
    return register


def activate(settings: Settings, bootstrap: str, register: Deelnemersregister) -> None:
    """First the topics and rights, then the record in the log from which on the register counts."""
    structure = layout(settings.data, register, today(settings))
    admin.apply(bootstrap, Credentials(settings.credentials_dir(Role.OPERATOR)), *structure)
    digest = BundleStore(settings.bundles).save(register.to_json())
    activating.activate(settings, bootstrap, Soort.DEELNEMERS, digest)


def today(settings: Settings) -> date:
    """The hub's own day: on simulated time that of the last tick."""
    if settings.simulated:
        last, _ = ClockState(engine_for(settings.clock_address)).read()
        return last.date() if last else date.fromisoformat(settings.start or "")
    return datetime.now(UTC).date()
