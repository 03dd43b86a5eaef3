# SPDX-License-Identifier: EUPL-1.2
"""`hub person`: the rights of a person (AVG 15 to 21), and the requests by which they are used.

Who looks somebody up does so on record: what follows happens after the log has it, and not when it cannot.
"""

from __future__ import annotations

import sys
import uuid
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from hub.bundles import BundleStore, Soort
from hub.commands.acting import now, on_record
from hub.commands.shared import AsJson, Data, WrongUse, answer, console, opened, told
from hub.dossier.regels.kalender import dag_van
from hub.inzage import overzicht as account
from hub.inzage.archief import Archief
from hub.inzage.page import render
from hub.inzage.teksten import teksten
from hub.readmodel import privacy, questions
from hub.readmodel.tables import verzoeken
from hub.readmodel.terms import uiterlijk
from hub.settings import Settings
from hub.streams.handelingen import Handeling, NotOnRecord, Recht
from hub.vault.tables import engine_for, reading
from hub.vault.vault import Vault
from schemas.identity import is_bsn, is_vnummer

app = typer.Typer(help="The rights of persons about whom the hub has data.", no_args_is_help=True)

Bsn = Annotated[str | None, typer.Option(help="The BSN; - reads it from standard input, which leaves no trace here.")]
Vnummer = Annotated[str | None, typer.Option(help="The V-nummer; - reads it from standard input.")]
Dossier = Annotated[str | None, typer.Option(help="The dossier's id.")]


class Unknown(Exception):
    """The hub knows nobody by this number."""


@app.command("inzage")
def inzage(
    data: Data,
    bsn: Bsn = None,
    vnummer: Vnummer = None,
    dossier: Dossier = None,
    request: Annotated[str | None, typer.Option(help="The request that this answers.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the page for the person to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Who got which categories of a person's data, when, on which ground, from whom, and what was withheld (AVG 15).

    Example: hub person inzage --data DIR --bsn - --html inzage.html
    """
    with told(NotOnRecord, Unknown):
        settings = opened(data)
        names = dossiers_of(settings, bsn, vnummer, dossier)
        on_record(settings, Handeling.INZAGE_GEGEVEN, names[0], verzoek=request)
        engine = engine_for(settings.audit_address)
        archive = Archief(BundleStore(settings.bundles), questions.active_bundles(engine).get(Soort.DEELNEMERS))
        found = account.gather(engine, names, archive.row, now(settings))
        if html is not None:
            html.write_text(render(found, archive.name), encoding="utf-8")
        answer(account.plain(found, archive.name), as_json=as_json, show=lambda: _show(found, archive, html))


@app.command("request")
def request_(
    data: Data,
    recht: Annotated[Recht, typer.Option(help="Which right the person uses.")],
    bsn: Bsn = None,
    vnummer: Vnummer = None,
    dossier: Dossier = None,
    received: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which it came in; today when not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Register a request of a person, so that its term of one month is watched (AVG 12(3)).

    Example: hub person request --data DIR --recht inzage --bsn - --received 2026-03-02
    """
    with told(NotOnRecord, Unknown):
        settings = opened(data)
        names = dossiers_of(settings, bsn, vnummer, dossier)
        day = received.date() if received else dag_van(now(settings))
        if day > dag_van(now(settings)):
            raise WrongUse(f"It is not {day} yet: give the day on which the request came in.")
        number, last = str(uuid.uuid4()), uiterlijk(day)
        on_record(settings, Handeling.VERZOEK_ONTVANGEN, names[0], verzoek=number, recht=recht, datum=day)
        answer(
            {"verzoek": number, "uiterlijk": last, "dossier": names[0]},
            as_json=as_json,
            show=lambda: console.print(f"Request {number}: answer it by {last}.", highlight=False),
        )


@app.command("extend")
def extend(
    data: Data, request: Annotated[str, typer.Argument(help="The request's number.")], as_json: AsJson = False
) -> None:
    """Give a complex request two more months; the person must be told why within the first month (AVG 12(3)).

    Example: hub person extend --data DIR REQUEST
    """
    with told(NotOnRecord, Unknown):
        settings = opened(data)
        row = _open_request(settings, request)
        last = date.fromisoformat(row["uiterlijk"])
        if row["verlengd"]:
            raise WrongUse("This request was extended before: a term can be extended once.")
        if dag_van(now(settings)) > last:
            raise WrongUse(f"The term ended on {last}: a request is extended before its term ends. Answer it now.")
        later = uiterlijk(date.fromisoformat(row["ontvangen"]), verlengd=True)
        on_record(settings, Handeling.VERZOEK_VERLENGD, row["dossier"], verzoek=request, datum=later)
        answer(
            {"verzoek": request, "uiterlijk": later},
            as_json=as_json,
            show=lambda: console.print(f"Answer request {request} by {later}.", highlight=False),
        )


@app.command("answered")
def answered(
    data: Data, request: Annotated[str, typer.Argument(help="The request's number.")], as_json: AsJson = False
) -> None:
    """Note that a request was answered.

    Example: hub person answered --data DIR REQUEST
    """
    with told(NotOnRecord, Unknown):
        settings = opened(data)
        row = _open_request(settings, request)
        on_record(settings, Handeling.VERZOEK_AFGEHANDELD, row["dossier"], verzoek=request)
        answer(
            {"verzoek": request},
            as_json=as_json,
            show=lambda: console.print(f"Request {request} is answered.", highlight=False),
        )


def dossiers_of(settings: Settings, bsn: str | None, vnummer: str | None, dossier: str | None) -> list[str]:
    """The person's dossiers, the main one first. A look-up by number is put on record, found or not.

    Raises Unknown, WrongUse; NotOnRecord and BrokerNotReady where there can be no record.
    """
    given = [(kind, value) for kind, value in (("bsn", bsn), ("vnummer", vnummer), ("dossier", dossier)) if value]
    if len(given) != 1:
        raise WrongUse("Name the person by one of --bsn, --vnummer and --dossier.")
    kind, value = given[0]
    value = sys.stdin.readline().strip() if value == "-" else value
    if kind == "bsn" and not is_bsn(value):
        raise WrongUse("This is no BSN: it has nine digits and passes the eleven-test.")
    if kind == "vnummer" and not is_vnummer(value):
        raise WrongUse("This is no V-nummer: it has ten digits.")
    vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
    try:
        with reading(vault.engine) as connection:
            main = value if kind == "dossier" else vault.identities.find(connection, "", (kind, value))
            names = vault.identities.all_of(connection, main) if main else []
    finally:
        vault.close()
    if kind != "dossier":
        on_record(settings, Handeling.PERSOON_OPGEZOCHT, names[0] if names else None)
    if not names:
        raise Unknown("The hub knows nobody by this number: nothing about this person passed here, or it was erased.")
    return names


def _open_request(settings: Settings, number: str) -> privacy.Row:
    """The row of a request that was not answered yet; raises Unknown."""
    query = select(verzoeken).where(verzoeken.c.verzoek == number, verzoeken.c.afgehandeld.is_(None))
    with reading(engine_for(settings.audit_address)) as connection:
        row = connection.execute(query).first()
    if row is None:
        raise Unknown(f"There is no open request {number}: `hub audit requests --all` lists them.")
    return dict(row._mapping)


def _show(found: account.Overzicht, archive: Archief, html: Path | None) -> None:
    texts = teksten("nl")
    shown = Table("organisatie", "rol", "soort gegevens", "eerst", "laatst", "keer", box=None)
    for one in found.ontvangers:
        for shared in one.gedeeld.values():
            shown.add_row(
                archive.name(one.partij.oin),
                one.partij.rol.value,
                texts.label("categorieen", shared.categorie),
                str(shared.keren.eerst),
                str(shared.keren.laatst),
                str(shared.keren.aantal),
            )
    console.print(shown if found.verstrekkingen else texts["niets"])
    if html is not None:
        console.print(f"The page for the person is in {html}.", highlight=False, soft_wrap=True)
