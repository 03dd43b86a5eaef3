# SPDX-License-Identifier: EUPL-1.2
"""`hub retention`: whose data are due for erasure. The hub proposes, people ask and approve."""

from __future__ import annotations

from typing import Any

import typer
from rich.table import Table

from hub.commands.acting import now
from hub.commands.erase import operator_kafka, vault_of
from hub.commands.shared import AsJson, Data, Exit, answer, console, opened, told
from hub.dossier import bewaren
from hub.dossier.regels.kalender import dag_van
from hub.streams.staterows import every
from hub.vault import wissingen
from hub.vault.tables import reading

app = typer.Typer(help="How long data may be kept.", no_args_is_help=True)


@app.command("due")
def due(data: Data, as_json: AsJson = False) -> None:
    """The dossiers whose term is over on the day of the last tick, and what still stands in the way.

    Example: hub retention due --data DIR
    """
    with told():
        settings = opened(data)
        vault = vault_of(settings)
        day = dag_van(now(settings))
        found: list[dict[str, Any]] = []
        try:
            for dossier, rows in every(operator_kafka(settings), vault):
                term = bewaren.voorstel(bewaren.bewaarfeiten(rows), day)
                if term is not None:
                    found.append({"dossier": dossier, "sinds": term.tot, "regel": term.rij.id, **_why(term.rij)})
            with reading(vault.engine) as connection:
                under = {row["dossier"]: row["reden"] for row in wissingen.held(connection, _names(found))}
        finally:
            vault.close()
        for one in found:
            one["bewaring"] = under.get(one["dossier"])
        found.sort(key=lambda one: (one["sinds"], one["dossier"]))

        def table() -> None:
            shown = Table("dossier", "sinds", "artikel", "bewaring", box=None)
            for one in found:
                shown.add_row(one["dossier"], str(one["sinds"]), one["artikel"], one["bewaring"])
            console.print(shown if found else f"Nothing is due on {day}.")

        answer(found, as_json=as_json, show=table)
    if found:
        raise typer.Exit(Exit.FOUND)


@app.command("terms")
def terms(as_json: AsJson = False) -> None:
    """The terms themselves, with their articles.

    Example: hub retention terms
    """
    rows = [row.model_dump(mode="json") for row in bewaren.ingebouwd()]

    def table() -> None:
        shown = Table("termijn", "vanaf", "jaren", "artikel", "weigert wissen", "stelt wissen voor", box=None)
        for row in rows:
            shown.add_row(
                row["id"],
                row["anker"],
                str(row["jaren"]),
                row["artikel"],
                "ja" if row["weigert"] else "nee",
                "ja" if row["voorstel"] else "nee",
            )
        console.print(shown)

    answer(rows, as_json=as_json, show=table)


def _why(row: bewaren.Bewaartermijn) -> dict[str, str]:
    return {"artikel": row.artikel}


def _names(found: list[dict[str, Any]]) -> list[str]:
    return [one["dossier"] for one in found]
