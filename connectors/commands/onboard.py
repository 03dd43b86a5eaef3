# SPDX-License-Identifier: EUPL-1.2
"""`connect onboard`: a gemeente's running cases, looked at first and then brought in."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from connectors.client import Connector
from connectors.commands.files import PROFILE_HELP, Wait, progress, reader_of, report
from connectors.files.template import write_template
from connectors.letters import AMSTERDAM
from connectors.onboarding.bringing import Bringing
from connectors.onboarding.findings import Soort
from connectors.onboarding.report import MARK, Report
from connectors.terminal import HERE, AsJson, Config, console, print_json, run
from connectors.uploading import Uploader

PROFILE = "gemeente-inbreng"


def onboard(
    file: Annotated[Path, typer.Argument(help="Your running cases: .xlsx, .ods or .csv, or what --profile reads.")],
    profile: Annotated[str, typer.Option("--profile", help=PROFILE_HELP)] = PROFILE,
    config: Config = HERE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing: only look, and write what is missing or contradictory.")
    ] = False,
    template: Annotated[bool, typer.Option("--template", help="Write an empty file to fill in, and stop.")] = False,
    per: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day from which lateness is news; today when not given."),
    ] = None,
    as_json: AsJson = False,
    wait: Wait = 0.0,
) -> None:
    """Bring in cases that run already. What was late before that day gives no signals, but one line on the work list;
    clocks run on. Cases that contradict themselves stay at home; the same file again sends nothing twice.

    Example: connect onboard dossiers.xlsx --dry-run
    """
    if template:
        run(_template(config, file, profile))
    elif run(_onboard(config, file, profile, dry_run, per.date() if per else None, as_json, wait)):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    app.command()(onboard)


async def _onboard(
    config: Path, file: Path, profile: str, dry_run: bool, per: date | None, as_json: bool, wait: float
) -> int:
    today = datetime.now(AMSTERDAM).date()
    async with Connector.open(config, group="connect") as connector:
        profiel = reader_of(profile, connector)
        uploader = Uploader(connector, profiel)
        bringing = Bringing(profiel.namespace, per or today, today, uploader.known)
        path = file.parent / f"{file.stem}{MARK}.xlsx"
        if dry_run:
            await uploader.look(file, bringing.prepare)
            await asyncio.to_thread(bringing.report.write, path)
            _tell(bringing.report, path, as_json)
            return 0 if bringing.report.clean else 1
        with progress(file.name) as tell:
            done = await uploader.upload(file, wait_seconds=wait, tell=tell, prepare=bringing.prepare)
        await asyncio.to_thread(bringing.report.write, path)
        if not as_json:
            _tell(bringing.report, path, as_json)
        report(done, as_json)
        return len(done.rejected) + bool(done.wacht)


async def _template(config: Path, file: Path, profile: str) -> None:
    async with Connector.open(config, group="template") as connector:
        await asyncio.to_thread(write_template, file, reader_of(profile, connector), [], initialen=False)
    console.print(f"{file}: a line a case. Look at it with `connect onboard {file} --dry-run`.", highlight=False)


def _tell(found: Report, path: Path, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(found, path))
        return
    console.print(f"{len(found.cases)} dossiers, {len(found.sendable)} gaan mee.", highlight=False)
    if summary := found.summary():
        shown = Table("soort", "wat", "aantal", box=None)
        for kind, wat, number in summary:
            shown.add_row(kind, wat, str(number))
        console.print(shown)
    console.print(f"Wat er per dossier is, en wat te doen: {path}", highlight=False, soft_wrap=True)


def _as_json(found: Report, path: Path) -> dict[str, Any]:
    return {
        "dossiers": len(found.cases),
        "gaan_mee": len(found.sendable),
        **{str(soort): found.number(soort) for soort in Soort},
        "niet_te_lezen": len({(one.blad, one.regelnummer) for one in found.rejected}),
        "bevindingen": [{"soort": kind, "wat": wat, "aantal": number} for kind, wat, number in found.summary()],
        "keuring": str(path),
    }
