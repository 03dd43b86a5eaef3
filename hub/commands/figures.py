# SPDX-License-Identifier: EUPL-1.2
"""`hub figures`: counts and waiting times for the learning loop, which name nobody (Wi 39, Bi 9.12)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from hub import keyring
from hub.bundles import BundleStore
from hub.commands.acting import now
from hub.commands.erase import operator_kafka, vault_of
from hub.commands.shared import AsJson, Data, Exit, WrongUse, answer, console, opened, told
from hub.dossier.regels.kalender import dag_van
from hub.figures.tabel import SAMEN, OnbekendeVorm, schrijf
from hub.figures.uitgave import Cijfer, Reeks, cijfers, geef_uit
from hub.settings import Settings
from hub.streams.figures import NotPublished
from hub.streams.figures import cases as counted
from hub.streams.figures import publish as send

app = typer.Typer(help="Figures for the learning loop, which name nobody.", no_args_is_help=True)
SERIES = Path("figures") / "reeks.json"
ONLY_OURS = 0o600


@app.command("publish")
def publish(data: Data, as_json: AsJson = False) -> None:
    """Count the cases as they stand, hide what is small, and publish on `hub.figures`.

    What earlier publications said is taken into account: keep the data directory's `figures/` with the hub, and to itself.

    Example: hub figures publish --data DIR
    """
    with told(NotPublished):
        settings = opened(data)
        nu, vault = now(settings), vault_of(settings)
        series = _series(settings)
        try:
            kafka = operator_kafka(settings)
            found = geef_uit(series, counted(kafka, vault, BundleStore(settings.bundles), nu), dag_van(nu), by_lot)
        finally:
            vault.close()
        # Remembered first: what was sent and forgotten could be undone by the next publication.
        _remember(settings, series)
        send(kafka, settings.oin, keyring.signing_key(settings.keys / keyring.SIGNING), found, nu)
        done = f"Publication {series.publicatie} of {dag_van(nu)}: {len(found)} figures."
        value = {"publicatie": series.publicatie, "peildatum": dag_van(nu), "cijfers": len(found)}
        answer(value, as_json=as_json, show=lambda: console.print(done, highlight=False))


@app.command("show")
def show(data: Data, as_json: AsJson = False) -> None:
    """The latest publication.

    Example: hub figures show --data DIR
    """
    with told():
        found = _latest(opened(data))

        def table() -> None:
            shown = Table("tabel", "gemeente", "cohort", "categorie", "waarde", "peildatum", box=None)
            for one in found:
                what = one.maat if one.maat != "aantal" else ""
                name = f"{SAMEN.join(one.categorieen)} {what}".strip()
                worth = f"{one.waarde} {one.eenheid}"
                shown.add_row(one.tabel, one.gemeente, one.cohort, name, worth, one.peildatum.isoformat())
            console.print(shown)

        answer(found, as_json=as_json, show=table)


@app.command("export")
def export(
    data: Data,
    file: Annotated[Path, typer.Argument(help="Where to, ending in .csv or .parquet.")],
    as_json: AsJson = False,
) -> None:
    """The latest publication as a table: a CSV or a Parquet file, by its name.

    Example: hub figures export --data DIR cijfers.parquet
    """
    try:
        with told():
            count = schrijf(_latest(opened(data)), file)
            said = f"{count} figures are in {file}."
            answer({"cijfers": count, "bestand": str(file)}, as_json=as_json, show=lambda: console.print(said))
    except OnbekendeVorm as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(Exit.WRONG_USE) from error


def by_lot(names: Sequence[str]) -> list[str]:
    """An order that nobody can foretell."""
    return secrets.SystemRandom().sample(list(names), len(names))


def _latest(settings: Settings) -> list[Cijfer]:
    series = _series(settings)
    if not series.publicatie:
        raise WrongUse("Nothing was published yet: run `hub figures publish`.")
    return list(cijfers(series))


def _series(settings: Settings) -> Reeks:
    path = settings.data / SERIES
    return Reeks.from_json(path.read_bytes()) if path.exists() else Reeks()


def _remember(settings: Settings, series: Reeks) -> None:
    path: Any = settings.data / SERIES
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_suffix(".new")
    with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, ONLY_OURS), "wb") as file:  # noqa: PTH123  # by its mode
        file.write(series.to_json())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
