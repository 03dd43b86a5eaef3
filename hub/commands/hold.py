# SPDX-License-Identifier: EUPL-1.2
"""`hub person hold`: legal holds. What is under one is not erased, whatever the ground (AVG 17(3)(b)(e))."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy import insert, select, update

from hub.commands.acting import now, on_record, operator
from hub.commands.erase import vault_of
from hub.commands.person import Bsn, Dossier, Unknown, Vnummer, dossiers_of
from hub.commands.shared import AsJson, Data, WrongUse, answer, console, opened, told
from hub.streams.handelingen import Handeling, NotOnRecord
from hub.vault import wissingen
from hub.vault.tables import bewaringen, reading
from hub.vault.wissingen import IllegalStep

app = typer.Typer(help="Legal holds: what is under one is not erased.", no_args_is_help=True)
LONGEST_REFERENCE = 60


class Bewaargrond(StrEnum):
    """Why a dossier must be kept."""

    BEZWAAR_OF_BEROEP = "bezwaar-of-beroep"
    RECHTSVORDERING = "rechtsvordering"
    STRAFRECHTELIJK_ONDERZOEK = "strafrechtelijk-onderzoek"
    TOEZICHT = "toezicht"
    """Of the Autoriteit Persoonsgegevens, an inspectorate or an auditor."""
    ARCHIEF = "archief"
    """Not in the selectielijst, or to be transferred (Archiefwet)."""
    BOETE_OF_LENING = "boete-of-lening"


@app.command("add")
def add(
    data: Data,
    reason: Annotated[Bewaargrond, typer.Option(help="Why it must be kept.")],
    bsn: Bsn = None,
    vnummer: Vnummer = None,
    dossier: Dossier = None,
    reference: Annotated[
        str | None, typer.Option(help="The number of the case that it is for; never a name or BSN.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a legal hold on a person's dossier.

    Example: hub person hold add --data DIR --dossier ID --reason bezwaar-of-beroep --reference ROT-26-1234
    """
    with told(NotOnRecord, Unknown, IllegalStep):
        settings = opened(data)
        if reference and len(reference) > LONGEST_REFERENCE:
            raise WrongUse(f"A reference has {LONGEST_REFERENCE} characters at most: give the case's number alone.")
        main, number = dossiers_of(settings, bsn, vnummer, dossier)[0], str(uuid.uuid4())
        vault = vault_of(settings)
        try:
            with reading(vault.engine) as connection:
                if wissingen.is_gone(connection, main):
                    raise IllegalStep("This dossier was erased, or is being erased: a hold comes too late.")
            on_record(settings, Handeling.BEWARING_OPGELEGD, main)
            with vault.engine.begin() as connection:
                row = {"bewaring": number, "dossier": main, "reden": reason.value, "kenmerk": reference}
                connection.execute(insert(bewaringen).values(**row, door=operator(), op=now(settings)))
        finally:
            vault.close()
        answer(
            {"bewaring": number, "dossier": main},
            as_json=as_json,
            show=lambda: console.print(f"Hold {number} stands on dossier {main}.", highlight=False),
        )


@app.command("remove")
def remove(
    data: Data, hold: Annotated[str, typer.Argument(help="The hold's number.")], as_json: AsJson = False
) -> None:
    """Lift a legal hold. It stays on record.

    Example: hub person hold remove --data DIR HOLD
    """
    with told(NotOnRecord, Unknown):
        settings = opened(data)
        vault = vault_of(settings)
        which = (bewaringen.c.bewaring == hold) & bewaringen.c.opgeheven_op.is_(None)
        try:
            with reading(vault.engine) as connection:
                dossier = connection.scalar(select(bewaringen.c.dossier).where(which))
            if dossier is None:
                raise Unknown(f"No hold {hold} stands: `hub person hold list` shows those that do.")
            on_record(settings, Handeling.BEWARING_OPGEHEVEN, dossier)
            with vault.engine.begin() as connection:
                lifted = {"opgeheven_door": operator(), "opgeheven_op": now(settings)}
                connection.execute(update(bewaringen).where(which).values(**lifted))
        finally:
            vault.close()
        answer(
            {"bewaring": hold, "dossier": dossier},
            as_json=as_json,
            show=lambda: console.print(f"Hold {hold} is lifted.", highlight=False),
        )


@app.command("list")
def list_(
    data: Data,
    every: Annotated[bool, typer.Option("--all", help="Those that were lifted as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """The legal holds that stand.

    Example: hub person hold list --data DIR
    """
    with told():
        vault = vault_of(opened(data))
        query = select(bewaringen).order_by(bewaringen.c.op)
        try:
            with reading(vault.engine) as connection:
                rows: list[dict[str, Any]] = [
                    dict(row._mapping)
                    for row in connection.execute(query if every else query.where(bewaringen.c.opgeheven_op.is_(None)))
                ]
        finally:
            vault.close()

        def table() -> None:
            shown = Table("bewaring", "dossier", "reden", "kenmerk", "door", "sinds", "opgeheven", box=None)
            for row in rows:
                since, until = f"{row['op']:%Y-%m-%d}", row["opgeheven_op"]
                lifted = f"{row['opgeheven_door']} {until:%Y-%m-%d}" if until else ""
                shown.add_row(row["bewaring"], row["dossier"], row["reden"], row["kenmerk"], row["door"], since, lifted)
            console.print(shown if rows else "No legal hold stands.")

        answer(rows, as_json=as_json, show=table)
