# SPDX-License-Identifier: EUPL-1.2
"""`hub policy`: why an organisation gets an event, or does not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from consent.kader import Partij
from consent.policy import Beleid
from hub.commands.shared import AsJson, Exit, answer, console, errors
from schemas.catalogue import gebeurtenistypen

app = typer.Typer(help="The doelbinding policy.", no_args_is_help=True)


@app.callback()
def _policy() -> None:
    """Keeps `explain` a subcommand of its own, also while it is the only one."""


@app.command()
def explain(
    event: Annotated[str, typer.Option(help="The event type, such as voortgang-gemeld.")],
    to: Annotated[str, typer.Option(help="The recipient's role, such as begeleider, or oin#role.")],
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today when not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Which rows of the policy open which fields of an event to a role, under which conditions, by which article.

    Example: hub policy explain --event voortgang-gemeld --to begeleider --at 2026-03-02
    """
    kind = gebeurtenistypen().get(event)
    role = to.rpartition("#")[2]
    if kind is None:
        errors.print(
            f"{event} is not in the catalogue: choose one of {', '.join(sorted(gebeurtenistypen()))}.", soft_wrap=True
        )
        raise typer.Exit(Exit.WRONG_USE)
    try:
        recipient = Partij.parse(to if "#" in to else f"any#{role}").rol
    except ValueError as error:
        errors.print(str(error), soft_wrap=True)
        raise typer.Exit(Exit.WRONG_USE) from error
    day = (at or datetime.now(UTC)).date()
    policy = Beleid.load()
    found: list[dict[str, Any]] = []
    for name, field in kind.velden.items():
        rows = [
            {
                "row": row.id,
                "from": row.van.value,
                "article": row.artikel,
                "ground": row.grondslag.value,
                "if": [one.value for one in row.voorwaarden],
            }
            for sender in sorted(kind.producenten)
            for row in policy.voor(event, sender, recipient, day)
            if field.categorie in row.categorieen and (not row.velden or name in row.velden)
        ]
        found.append({"field": name, "category": field.categorie.value, "rows": rows})

    def show() -> None:
        table = Table("field", "category", "passes by", "article", "if", title=f"{event} to {recipient} on {day}")
        for one in found:
            for row in one["rows"] or [None]:
                if row is None:
                    table.add_row(one["field"], one["category"], "[red]no row: withheld", "", "")
                else:
                    table.add_row(one["field"], one["category"], row["row"], row["article"], ", ".join(row["if"]))
        console.print(table)

    answer(found, as_json=as_json, show=show)
