# SPDX-License-Identifier: EUPL-1.2
"""`connect send`, `connect watch` and `connect template`: partners' own files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from connectors.client import Connector
from connectors.files import Profiel, UnreadableFile
from connectors.files.mapping import profile_or_mapping
from connectors.files.template import write_template
from connectors.ledger import Refusal
from connectors.roster import Roster
from connectors.store import Store
from connectors.terminal import HERE, AsJson, Config, OverHttp, console, errors, print_json, refusal, run, say, way_of
from connectors.uploading import Uploaded, Uploader, counts
from connectors.watching import REJECTED, Later, Outcome, Watcher
from connectors.way import Way

SHOWN_FAULTS = 10
PROFILE_HELP = "How to read them: one of `connect profiles`, or your own mapping file (.yaml)."
ProfileName = Annotated[str, typer.Option("--profile", help=PROFILE_HELP)]
Wait = Annotated[
    float,
    typer.Option(
        min=0, help="Seconds to wait for the hub's answers, so that rows it refuses come back in the copy too."
    ),
]


def send(
    files: Annotated[list[Path], typer.Argument(help="Files of your own system.")],
    profile: ProfileName,
    config: Config = HERE,
    as_json: AsJson = False,
    wait: Wait = 0.0,
    http: OverHttp = False,
) -> None:
    """Send files. Good rows go; rows that cannot come back in a copy of the file with the reason beside them.

    The same file again sends nothing twice; a changed row becomes a correction. While the hub is away, rows wait on disk.
    Rows of earlier files that the hub has refused since are told of as well.

    Example: connect send presentie-maart.xlsx --profile brug-school
    """
    if run(_send(config, http, files, profile, as_json, wait)):
        raise typer.Exit(1)


def watch(
    folder: Annotated[Path, typer.Argument(help="The folder in which files are put.", exists=True, file_okay=False)],
    profile: ProfileName,
    config: Config = HERE,
    as_json: AsJson = False,
    once: Annotated[bool, typer.Option(help="Take what is there now, and stop.")] = False,
    wait: Wait = 15.0,
    http: OverHttp = False,
) -> None:
    """Watch a folder: what is put there is sent, then moved to `verwerkt`; rejected rows come in `afgekeurd`.

    While the hub is away, rows wait on disk and go when it is back. A file that cannot be read is moved to `onleesbaar`.

    Example: connect watch inleveren --profile school
    """
    if run(_watch(config, http, folder, profile, as_json, once, wait)):
        raise typer.Exit(1)


def template(
    file: Annotated[Path, typer.Argument(help="What to write: .xlsx, .ods or .csv.")],
    profile: ProfileName = "school",
    config: Config = HERE,
    as_json: AsJson = False,
    initialen: Annotated[bool, typer.Option(help="Put initials beside the pseudonym, where that was agreed.")] = False,
    blad: Annotated[str | None, typer.Option(help="The sheet to write, for .csv.")] = None,
) -> None:
    """Write a file to fill in, with a line for each of your own participants.

    Example: connect template presentie.xlsx --initialen
    """
    run(_template(config, file, profile, as_json, initialen, blad))


def register(app: typer.Typer) -> None:
    for command in (send, watch, template):
        app.command()(command)


def reader_of(name: str, connector: Way) -> Profiel:
    return profile_or_mapping(name, afzender=connector.profile.oin, geheim=connector.profile.file_secret())


async def _send(config: Path, http: bool, files: list[Path], profile: str, as_json: bool, wait: float) -> int:
    faults = 0
    async with way_of(config, http) as connector:
        uploader = Uploader(connector, reader_of(profile, connector))
        for file in files:
            with progress(file.name) as tell:
                done = await uploader.upload(file, wait_seconds=wait, tell=tell)
            report(done, as_json)
            faults += len(done.rejected) + bool(done.wacht)
        refused = await asyncio.to_thread(uploader.refusals)
        _report_later(Later(0, refused, []), as_json)
        uploader.told(refused)
    return faults + len(refused)


async def _watch(config: Path, http: bool, folder: Path, profile: str, as_json: bool, once: bool, wait: float) -> int:
    faults = 0

    def tell(path: Path, outcome: Outcome) -> None:
        nonlocal faults
        if isinstance(outcome, UnreadableFile):
            say(str(outcome))
            faults += 1
        elif isinstance(outcome, Later):
            _report_later(outcome, as_json)
            faults += len(outcome.geweigerd)
        else:
            report(outcome, as_json)
            faults += len(outcome.rejected) + bool(outcome.wacht)

    async with way_of(config, http) as connector:
        watcher = Watcher(folder, Uploader(connector, reader_of(profile, connector)), tell)
        if once:
            await watcher.look(wait_seconds=wait, settled=True)
        else:
            errors.print(f"Watching {folder}; rejected rows will be in {folder / REJECTED}. Ctrl-C ends it.")
            await watcher.run(wait_seconds=wait)
    return faults


async def _template(config: Path, file: Path, profile: str, as_json: bool, initialen: bool, blad: str | None) -> None:
    async with Connector.open(config, group="template") as connector:
        reader = reader_of(profile, connector)
        found = await Roster(Store.of(connector.profile), connector.topic).follow(connector)
    by_pseudonym = any(column.soort == "pseudoniem" for column in reader.persoon)
    people = [(one.pseudoniem, one.initialen) for one in found] if by_pseudonym else []
    await asyncio.to_thread(write_template, file, reader, people, initialen=initialen, blad=blad)
    if as_json:
        print_json({"bestand": str(file), "deelnemers": len(people)})
    else:
        console.print(f"{file}: {len(people)} participants. Fill it in and send it with --profile {profile}.")


@contextmanager
def progress(name: str) -> Iterator[Callable[[str, int, int], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda what, done, whole: progress.update(
            task, description=f"{name}: {what}", completed=done, total=whole
        )


def report(done: Uploaded, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(done))
        return
    if done.recorded.sent or not done.wacht:
        _tell(done)
    if done.storing is not None:
        say(refusal(done.storing))
    if done.wacht:
        console.print(
            f"  {done.wacht} events wait here, sealed, and go with the next `connect send` or `connect waiting --send`.",
            highlight=False,
            soft_wrap=True,
        )


def _report_later(later: Later, as_json: bool) -> None:
    if not later.verzonden and not later.geweigerd:
        return
    if as_json:
        refused = [_refused(one) for one in later.geweigerd]
        copies = [str(one) for one in later.kopieen]
        print_json({"alsnog_verzonden": later.verzonden, "alsnog_geweigerd": refused, "kopieen": copies})
        return
    if later.verzonden:
        console.print(f"{later.verzonden} events that waited are with the hub now.", highlight=False)
    if later.geweigerd:
        console.print(f"{len(later.geweigerd)} rows of earlier files were refused by the hub:", highlight=False)
    for one in later.geweigerd[:SHOWN_FAULTS]:
        where = f"{one.blad} " if one.blad else ""
        console.print(f"  {one.bestand}, {where}rij {one.regelnummer}: {one.uitleg}", highlight=False, soft_wrap=True)
    if len(later.geweigerd) > SHOWN_FAULTS:
        console.print(f"  and {len(later.geweigerd) - SHOWN_FAULTS} more.", highlight=False)
    for copy in later.kopieen:
        console.print(f"  They are in {copy}: mend them there and send that file.", highlight=False, soft_wrap=True)


def _refused(one: Refusal) -> dict[str, Any]:
    return {"bestand": one.bestand, "blad": one.blad, "rij": one.regelnummer, "uitleg": one.uitleg}


def _as_json(done: Uploaded) -> dict[str, Any]:
    faults = [
        {"blad": one.blad, "rij": one.regelnummer, "kolom": one.kolom, "uitleg": one.uitleg_nl} for one in done.rejected
    ]
    return {
        "bestand": str(done.bestand),
        "verzonden": done.recorded.sent,
        "aantallen": counts(done),
        "afgekeurd": faults,
        "kopie": str(done.kopie) if done.kopie else None,
        "wacht": done.wacht,
    }


def _tell(done: Uploaded) -> None:
    number = counts(done)
    more = [
        f"{number['gecorrigeerd']} corrected" if number["gecorrigeerd"] else "",
        f"{number['ongewijzigd']} known already" if number["ongewijzigd"] else "",
    ]
    said = "".join(f" ({part})" for part in [", ".join(filter(None, more))] if part)
    name = done.bestand.name
    console.print(f"{name}: {len(done.recorded.sent)} sent, {done.lines_rejected} rows not{said}.", highlight=False)
    for one in done.rejected[:SHOWN_FAULTS]:
        where = f"{one.blad} " if one.blad else ""
        kolom = f", {one.kolom}" if one.kolom else ""
        console.print(f"  {where}rij {one.regelnummer}{kolom}: {one.uitleg_nl}", highlight=False, soft_wrap=True)
    if len(done.rejected) > SHOWN_FAULTS:
        console.print(f"  and {len(done.rejected) - SHOWN_FAULTS} more.", highlight=False)
    if done.kopie:
        console.print(
            f"  The rows that were not sent are in {done.kopie}: mend them there and send that file.",
            highlight=False,
            soft_wrap=True,
        )
