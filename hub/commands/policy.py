# SPDX-License-Identifier: EUPL-1.2
"""`hub policy`: why an organisation gets an event, or does not; and the documents that follow from the policy."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from consent.decide import Uitkomst
from consent.kader import Partij
from consent.policy import Beleid
from hub.bundles import BundleStore, Soort
from hub.commands.change import POLICY, add_commands
from hub.commands.readable import readable
from hub.commands.shared import AsJson, Exit, WrongUse, answer, console, opened, told
from hub.docs import DOCUMENTS, differing, write
from hub.readmodel import explained, questions
from hub.settings import Settings
from hub.vault.tables import engine_for, reading
from hub.vault.vault import Vault
from schemas.catalogue import Gebeurtenistype, gebeurtenistypen
from schemas.vocabulary import Rol

app = typer.Typer(help="The doelbinding policy.", no_args_is_help=True)
add_commands(app, POLICY)

Hub = Annotated[
    Path | None,
    typer.Option("--data", envvar="HUB_DATA", help="A hub: its own policy and decisions.", show_default=False),
]


@app.command()
def explain(
    event: Annotated[str, typer.Option(help="The event type, such as voortgang-gemeld.")],
    to: Annotated[str, typer.Option(help="The recipient's role, such as begeleider, or oin#role.")],
    dossier: Annotated[
        str | None, typer.Option(help="What was really decided about this dossier (with --data).")
    ] = None,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today when not given.")
    ] = None,
    data: Hub = None,
    as_json: AsJson = False,
) -> None:
    """Which rows of the policy open which fields of an event to a role, under which conditions, by which article.

    With a dossier: what passed and what was withheld in the newest real decisions, and by which row or missing row.
    Names of fields only; contents are never shown.

    Example: hub policy explain --event voortgang-gemeld --to begeleider --at 2026-03-02
    """
    with told():
        kind = gebeurtenistypen().get(event)
        if kind is None:
            raise WrongUse(f"{event} is not in the catalogue: choose one of {', '.join(sorted(gebeurtenistypen()))}.")
        day = (at or datetime.now(UTC)).date()
        settings = opened(data) if data else None
        if dossier is None:
            _by_rows(kind, _role(to), day, _policy(settings), as_json)
        elif settings is None:
            raise WrongUse("Decisions about a dossier are in a hub: name its data directory with --data.")
        else:
            _by_decisions(settings, dossier, kind, _party(to), day, as_json)


@app.command()
def docs(
    to: Annotated[Path, typer.Option(help="The directory of the documents.")] = Path("docs"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; tell what differs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the doelbinding matrix and the register of processing activities (AVG 30) anew from the policy.

    Example: hub policy docs --check
    """
    with told():
        stale = differing(to)
        if not check:
            write(to)

        def show() -> None:
            for name in stale:
                console.print(f"{name} {'differs from the policy' if check else 'is written anew'}.", highlight=False)
            if not stale:
                console.print(f"{', '.join(DOCUMENTS)}: as the policy says.", highlight=False)

        answer({"stale": stale}, as_json=as_json, show=show)
    if check and stale:
        raise typer.Exit(Exit.FOUND)


def _by_rows(kind: Gebeurtenistype, recipient: Rol, day: date, policy: Beleid, as_json: bool) -> None:
    found = explained.by_rows(kind, recipient, day, policy)

    def show() -> None:
        title = f"{kind.naam} to {recipient} on {day}"
        table = Table("what", "category", "from", "passes by", "ground and article", "if", title=title)
        for one in found:
            what = f"{one['field']}: {', '.join(one['codes'])}" if one["codes"] else one["field"]
            for row in one["rows"]:
                why = f"{row['ground']}: {row['article']}"
                table.add_row(what, one["category"], row["from"], row["row"], why, ", ".join(row["if"]) or "always")
            if not one["rows"]:
                table.add_row(what, one["category"], "", f"[red]withheld: {one['withheld']}", "", "")
        console.print(table)

    answer(found, as_json=as_json, show=show)


def _by_decisions(
    settings: Settings, dossier: str, kind: Gebeurtenistype, party: Partij, day: date, as_json: bool
) -> None:
    store = BundleStore(settings.bundles)

    def policy_at(digest: str | None) -> Beleid:
        policy: Beleid = store.load(Soort.BELEID, digest) if digest else _policy(settings)
        return policy

    vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
    try:
        with reading(vault.engine) as connection:
            names = vault.identities.all_of(connection, dossier)
    finally:
        vault.close()
    found = explained.decisions(engine_for(settings.audit_address), names, kind.naam, str(party), day, policy_at)

    def show() -> None:
        if not found:
            console.print(f"Until {day} no {kind.naam} about this dossier was decided upon for {party}.")
        for one in found:
            console.print(
                f"[bold]{readable(one['moment'])}[/bold] record {one['nummer']} from {one['van']}: {one['why']}"
            )
            table = Table("field", "", "row", box=None)
            for each in one["passes"]:
                passes = "would pass" if one["uitkomst"] == Uitkomst.PROEF else "passes"
                table.add_row(each["field"], passes, ", ".join(each["rows"]))
            for each in one["withheld"]:
                table.add_row(each["field"], f"[red]withheld: {each['reason']}", ", ".join(each["rows"]) or "no row")
            console.print(table)
            for row in one["rows"]:
                console.print(
                    f"  {row['row']}: {row['article']}; if {', '.join(row['if']) or 'always'}", highlight=False
                )

    answer(found, as_json=as_json, show=show)


def _policy(settings: Settings | None) -> Beleid:
    """What the hub decides by now; without a hub, what these files say."""
    if settings is not None:
        digest = questions.active_bundles(engine_for(settings.audit_address)).get(Soort.BELEID)
        if digest is not None:
            policy: Beleid = BundleStore(settings.bundles).load(Soort.BELEID, digest)
            return policy
    return Beleid.load()


def _role(to: str) -> Rol:
    return _party(to if "#" in to else f"any#{to}").rol


def _party(to: str) -> Partij:
    try:
        return Partij.parse(to)
    except ValueError as error:
        raise WrongUse(str(error)) from error
