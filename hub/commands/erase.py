# SPDX-License-Identifier: EUPL-1.2
"""`hub person erase`: a request, a second person's approval, and the erasure itself (AVG 17). Every step is on record."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy import select

from hub import keyring
from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.commands.acting import now, on_record, operator
from hub.commands.person import Bsn, Dossier, Unknown, Vnummer, dossiers_of
from hub.commands.shared import AsJson, Data, Exit, WrongUse, answer, console, opened, reached, told
from hub.dossier import bewaren
from hub.dossier.bewaren import Wisgrond
from hub.dossier.regels.kalender import dag_van
from hub.readmodel.tables import verzoeken
from hub.settings import Settings
from hub.streams.clock import Clock, ClockHeld, ClockState
from hub.streams.erasing import Eraser, ErasureWaits
from hub.streams.handelingen import Handeling, NotOnRecord, Stap
from hub.streams.settings import KafkaConnection
from hub.streams.staterows import rows_of
from hub.vault import wissingen
from hub.vault.tables import engine_for, reading
from hub.vault.vault import Vault
from hub.vault.wissingen import ONDERWEG, Held, IllegalStep, Stand, StillInUse, Wissing

app = typer.Typer(help="Erase a person: request, approve by a second person, status.", no_args_is_help=True)


class NotNow(Exception):
    """A term or a legal hold stands against erasing."""


Number = Annotated[str, typer.Argument(help="The request's number.")]


@app.command("request")
def request_(
    data: Data,
    ground: Annotated[Wisgrond, typer.Option(help="Why the data are to be erased.")],
    bsn: Bsn = None,
    vnummer: Vnummer = None,
    dossier: Dossier = None,
    request: Annotated[
        str | None, typer.Option(help="The number of the person's own request, if there is one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask that a person is erased. Refused while a legal hold or a term stands against it.

    Example: hub person erase request --data DIR --bsn - --ground niet-meer-nodig
    """
    with told(NotOnRecord, Unknown, NotNow, IllegalStep, Held):
        settings = opened(data)
        main = dossiers_of(settings, bsn, vnummer, dossier)[0]
        vault = vault_of(settings)
        try:
            check(settings, vault, main, ground)
            number = request or str(uuid.uuid4())
            on_record(settings, Handeling.GEGEVENS_GEWIST, main, stap=Stap.VOORGESTELD, verzoek=number)
            with vault.engine.begin() as connection:
                wissingen.ask(connection, number, main, ground.value, operator(), now(settings))
        finally:
            vault.close()
        answer(
            {"verzoek": number, "dossier": main, "stand": Stand.AANGEVRAAGD},
            as_json=as_json,
            show=lambda: console.print(
                f"Request {number}: let somebody else run `hub person erase approve {number}`.", highlight=False
            ),
        )


@app.command("approve")
def approve(data: Data, request: Number, as_json: AsJson = False) -> None:
    """Approve a request of somebody else, and carry it out. There is no way back.

    Example: hub person erase approve --data DIR REQUEST
    """
    with told(NotOnRecord, Unknown, NotNow, IllegalStep, Held, ErasureWaits, ClockHeld, StillInUse):
        settings = opened(data)
        vault = vault_of(settings)
        try:
            one = _request(vault, request)
            if one.stand is Stand.AANGEVRAAGD:
                _approve(settings, vault, one)
            elif one.stand is Stand.AFGEWEZEN:
                raise IllegalStep("This request was rejected: a new one has to be made.")
            done = finish(settings, vault, [one])
        finally:
            vault.close()
        _tell(done, as_json)


@app.command("reject")
def reject(data: Data, request: Number, as_json: AsJson = False) -> None:
    """Reject a request, or take one's own back.

    Example: hub person erase reject --data DIR REQUEST
    """
    with told(NotOnRecord, Unknown, IllegalStep):
        settings = opened(data)
        vault = vault_of(settings)
        try:
            one = _request(vault, request)
            if one.stand is not Stand.AANGEVRAAGD:
                raise IllegalStep(f"This request is {one.stand} already.")
            on_record(settings, Handeling.GEGEVENS_GEWIST, one.dossier, stap=Stap.AFGEWEZEN, verzoek=request)
            with vault.engine.begin() as connection:
                judged = {"beoordeeld_door": operator(), "beoordeeld_op": now(settings)}
                wissingen.step(connection, request, Stand.AFGEWEZEN, **judged)
            found = [_request(vault, request)]
        finally:
            vault.close()
        _tell(found, as_json)


@app.command("resume")
def resume(data: Data, as_json: AsJson = False) -> None:
    """Carry out what was approved and did not come to its end.

    Example: hub person erase resume --data DIR
    """
    with told(NotOnRecord, IllegalStep, Held, ErasureWaits, ClockHeld, StillInUse):
        settings = opened(data)
        vault = vault_of(settings)
        try:
            with reading(vault.engine) as connection:
                waiting = [one for one in wissingen.found(connection) if one.stand in ONDERWEG]
            done = finish(settings, vault, waiting)
        finally:
            vault.close()
        _tell(done, as_json)


@app.command("status")
def status(
    data: Data,
    request: Annotated[str | None, typer.Argument(help="Only this request.")] = None,
    as_json: AsJson = False,
) -> None:
    """How far each erasure is. Ends with 1 where one is under way and waits.

    Example: hub person erase status --data DIR
    """
    with told(Unknown):
        settings = opened(data)
        vault = vault_of(settings)
        try:
            with reading(vault.engine) as connection:
                found = wissingen.found(connection, verzoek=request)
        finally:
            vault.close()
        if request and not found:
            raise Unknown(f"There is no request {request}: leave the number out to see them all.")
        _tell(found, as_json)
    if any(one.stand in ONDERWEG for one in found):
        raise typer.Exit(Exit.FOUND)


def vault_of(settings: Settings) -> Vault:
    return Vault.open(settings.vault_address, settings.keys, settings.ledger_path)


def operator_kafka(settings: Settings) -> KafkaConnection:
    return KafkaConnection(reached(settings), Credentials(settings.credentials_dir(Role.OPERATOR)))


def check(settings: Settings, vault: Vault, dossier: str, ground: Wisgrond) -> None:
    """Raises Held or NotNow where a legal hold or a term stands against erasing; IllegalStep where it was erased."""
    with reading(vault.engine) as connection:
        names = vault.identities.all_of(connection, dossier)
        wissingen.refuse_held(connection, names)
        if wissingen.is_gone(connection, names[0]):
            raise IllegalStep("This dossier was erased, or is being erased: `hub person erase status` tells.")
    day = dag_van(now(settings))
    facts = bewaren.bewaarfeiten(rows_of(operator_kafka(settings), vault, names[0]))
    against = bewaren.weigeringen(facts, ground, day)
    if against:
        told_of = "; ".join(
            f"{one.rij.id} ({one.rij.artikel}) {f'until {one.tot}' if one.tot else 'while the plicht runs'}"
            for one in against
        )
        raise NotNow(f"These data must be kept: {told_of}. Another ground, or a later day, may be right.")


def finish(settings: Settings, vault: Vault, approved: list[Wissing]) -> list[Wissing]:
    """Carry out approved erasures; what was done before is left as it is."""
    if all(one.stand is Stand.VOLTOOID for one in approved):
        return approved
    done = asyncio.run(_run(settings, vault, [one.verzoek for one in approved]))
    for before, after in zip(approved, done, strict=True):
        if before.stand is not Stand.VOLTOOID:
            on_record(settings, Handeling.GEGEVENS_GEWIST, after.dossier, stap=Stap.UITGEVOERD, verzoek=after.verzoek)
            if _is_open(settings, after.verzoek):
                on_record(settings, Handeling.VERZOEK_AFGEHANDELD, after.dossier, verzoek=after.verzoek)
    return done


async def _run(settings: Settings, vault: Vault, numbers: list[str]) -> list[Wissing]:
    clock = Clock(
        operator_kafka(settings),
        settings.oin,
        keyring.signing_key(settings.keys / keyring.SIGNING),
        ClockState(engine_for(settings.clock_address)),
        max_step=timedelta(days=settings.max_step_days),
    )
    await clock.start()
    try:
        eraser = Eraser(vault, engine_for(settings.audit_address), clock, lambda: now(settings))
        return [await eraser.run(number) for number in numbers]
    finally:
        await clock.stop()


def _approve(settings: Settings, vault: Vault, one: Wissing) -> None:
    who = operator()
    if who == one.door:
        raise WrongUse(f"{who} asked for this erasure: somebody else has to approve it.")
    check(settings, vault, one.dossier, Wisgrond(one.grond))
    on_record(settings, Handeling.GEGEVENS_GEWIST, one.dossier, stap=Stap.GOEDGEKEURD, verzoek=one.verzoek)
    with vault.engine.begin() as connection:
        judged = {"beoordeeld_door": who, "beoordeeld_op": now(settings)}
        wissingen.step(connection, one.verzoek, Stand.GOEDGEKEURD, **judged)


def _request(vault: Vault, number: str) -> Wissing:
    with reading(vault.engine) as connection:
        found = wissingen.found(connection, verzoek=number)
    if not found:
        raise Unknown(f"There is no request {number}: `hub person erase status` lists them.")
    return found[0]


def _is_open(settings: Settings, number: str) -> bool:
    """Whether this is a request of the person herself that still awaits its answer."""
    query = select(verzoeken.c.verzoek).where(verzoeken.c.verzoek == number, verzoeken.c.afgehandeld.is_(None))
    with reading(engine_for(settings.audit_address)) as connection:
        return connection.scalar(query) is not None


def plain(one: Wissing) -> dict[str, Any]:
    names = ("verzoek", "dossier", "alle", "grond", "door", "op", "beoordeeld_door", "beoordeeld_op", "stand")
    return {name: getattr(one, name) for name in names}


def _tell(found: list[Wissing], as_json: bool) -> None:
    def table() -> None:
        shown = Table("verzoek", "dossier", "grond", "gevraagd", "beoordeeld", "stand", box=None)
        for one in found:
            judged = f"{one.beoordeeld_door} {one.beoordeeld_op:%Y-%m-%d}" if one.beoordeeld_op else ""
            shown.add_row(one.verzoek, one.dossier, one.grond, f"{one.door} {one.op:%Y-%m-%d}", judged, one.stand.value)
        console.print(shown if found else "Nobody was asked to be erased.")

    answer([plain(one) for one in found], as_json=as_json, show=table)
