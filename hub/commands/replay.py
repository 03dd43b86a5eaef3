# SPDX-License-Identifier: EUPL-1.2
"""`hub replay`: is the state what the log says (`--compare`), and making it anew where it was lost (`--restore`)."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.progress import track

from hub.broker.credentials import Credentials
from hub.broker.topics import PARTITIONS, Role
from hub.commands.shared import AsJson, Data, Exit, WrongUse, answer, console, opened, reached, told
from hub.settings import Settings
from hub.streams.errors import WorkersRun


def replay(
    data: Data,
    compare: Annotated[bool, typer.Option("--compare", help="Compare the replayed content with the state.")] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Write the state anew; the dossier workers must not run.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fold the log from its first record, and compare the result with the state, content for content, or write it as
    the state. Nothing is delivered by it.

    Example: hub replay --compare --data DIR
    """
    with told(WorkersRun):
        if compare == restore:
            raise WrongUse("Say what to do with the replay: --compare or --restore.")
        settings = opened(data)
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
