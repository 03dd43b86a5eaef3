# SPDX-License-Identifier: EUPL-1.2
"""`hub replay`: is the state what the log says (`--compare`), making it anew where it was lost (`--restore`), and what
it was on an earlier day (`--at`)."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import track
from rich.table import Table

from hub.broker.credentials import Credentials
from hub.broker.topics import PARTITIONS, Role
from hub.bundles import BundleStore
from hub.commands.acting import on_record
from hub.commands.person import Bsn, Dossier, Unknown, Vnummer, dossiers_of
from hub.commands.shared import AsJson, Data, Exit, WrongUse, answer, console, opened, reached, told
from hub.settings import Settings
from hub.streams.errors import WorkersRun
from hub.streams.handelingen import Handeling, NotOnRecord

if TYPE_CHECKING:
    from hub.streams.lookback import Lookback


def replay(
    data: Data,
    compare: Annotated[bool, typer.Option("--compare", help="Compare the replayed content with the state.")] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Write the state anew; the dossier workers must not run.")
    ] = False,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The state at the end of a day: as it was known then, beside what is known now about then. Of the "
            "person that you name; of nobody: how many dossiers are otherwise, by path.",
        ),
    ] = None,
    bsn: Bsn = None,
    vnummer: Vnummer = None,
    dossier: Dossier = None,
    as_json: AsJson = False,
) -> None:
    """Fold the log from its first record, and compare the result with the state, content for content, write it as
    the state, or look at a day gone by. Nothing is delivered by it.

    A person's state is shown on record, like every look into a dossier.

    Example: hub replay --compare --data DIR
    """
    with told(WorkersRun, NotOnRecord, Unknown):
        if sum((compare, restore, at is not None)) != 1:
            raise WrongUse("Say what to do with the replay: --compare, --restore or --at.")
        named = bsn or vnummer or dossier
        if named and at is None:
            raise WrongUse("Name a person only with --at; --compare and --restore are about all.")
        settings = opened(data)
        if at is not None:
            _look_back(settings, at, (bsn, vnummer, dossier) if named else None, as_json=as_json)
            return
        if restore:
            restored = restoration(settings, show=not as_json)
            done = f"{restored} rows of state were written: start the dossier workers."
            answer({"rows": restored}, as_json=as_json, show=lambda: console.print(done, highlight=False))
            return
        rows, found = comparison(settings, show=not as_json)
        value = {"rows": rows, "differences": found}

        def show() -> None:
            for line in found:
                console.print(line, highlight=False)
            console.print(f"{rows} rows, {len(found)} differ.", style="red" if found else "green", highlight=False)

        answer(value, as_json=as_json, show=show)
    if found:
        raise typer.Exit(Exit.FOUND)


def _look_back(
    settings: Settings, at: datetime, person: tuple[str | None, str | None, str | None] | None, *, as_json: bool
) -> None:
    day = at.date()
    names = dossiers_of(settings, *person) if person else None
    if names:
        on_record(settings, Handeling.INZAGE_GEGEVEN, names[0])
    found = lookback(settings, at, show=not as_json)
    if names:
        one = next((each for each in found if each.dossier == names[0]), None)
        if one is None:
            raise Unknown("The log holds nothing of this person.")
        value: dict[str, Any] = {"day": day, "dossier": one.dossier, "then": one.then, "now": one.now}
        answer(value, as_json=as_json, show=lambda: _show(one))
        return
    otherwise = Counter(path for one in found for path in one.otherwise)
    value = {"day": day, "dossiers": len(found), "otherwise": dict(sorted(otherwise.items()))}

    def show() -> None:
        console.print(f"{len(found)} dossiers on {day}; known otherwise now than then:", highlight=False)
        for path, count in sorted(otherwise.items()):
            console.print(f"  {path}: {count}", highlight=False)

    answer(value, as_json=as_json, show=show)


def _show(one: Lookback) -> None:
    table = Table("", "path", "known then", "known now", box=None)
    for path in sorted({*(one.then or {}), *(one.now or {})}):
        then, now = ((known or {}).get(path, "-") for known in (one.then, one.now))
        otherwise = path in one.otherwise
        table.add_row("≠" if otherwise else "", path, _told(then), _told(now), style="bold" if otherwise else None)
    console.print(table)


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def lookback(settings: Settings, at: datetime, *, show: bool = False) -> list[Lookback]:
    """Every dossier at the end of a day, as known then and as known now."""
    from hub.streams.lookback import look_back  # the dossier agent's imports take a second
    from hub.streams.settings import KafkaConnection
    from hub.streams.worker import dossiers_of as agent_of
    from hub.vault.vault import Vault

    kafka = KafkaConnection(reached(settings), Credentials(settings.credentials_dir(Role.OPERATOR)))
    vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
    bundles, found = BundleStore(settings.bundles), []
    for partition in track(range(PARTITIONS), description="Replaying", disable=not show, transient=True):
        found += asyncio.run(look_back(kafka, agent_of(settings), vault, bundles, partition, at.date()))
    return found


def comparison(settings: Settings, *, show: bool = False) -> tuple[int, list[str]]:
    """(rows replayed, differences) over all partitions of a hub at rest."""
    from hub.streams.replay import differences, standing  # the dossier agent's imports take a second
    from hub.streams.replay import replay as fold
    from hub.streams.settings import KafkaConnection
    from hub.streams.worker import dossiers_of
    from hub.vault.vault import Vault

    kafka = KafkaConnection(reached(settings), Credentials(settings.credentials_dir(Role.OPERATOR)))
    vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
    rows, found = 0, []
    for partition in track(range(PARTITIONS), description="Replaying", disable=not show, transient=True):
        replayed = asyncio.run(fold(kafka, dossiers_of(settings), partition))
        rows += len(replayed.rows)
        found += differences(vault, replayed.rows, standing(kafka, partition))
    return rows, found


def restoration(settings: Settings, *, show: bool = False) -> int:
    """Write the state of every partition anew; the number of rows. Raises WorkersRun."""
    from hub.streams.rebuild import expect_no_workers, rebuild
    from hub.streams.settings import KafkaConnection
    from hub.streams.worker import dossiers_of

    bootstrap = reached(settings)
    expect_no_workers(KafkaConnection(bootstrap, Credentials(settings.credentials_dir(Role.OPERATOR))))
    kafka = KafkaConnection(bootstrap, Credentials(settings.credentials_dir(Role.DOSSIER)))
    rows = 0
    for partition in track(range(PARTITIONS), description="Restoring", disable=not show, transient=True):
        rows += asyncio.run(rebuild(kafka, dossiers_of(settings), partition))
    return rows
