# SPDX-License-Identifier: EUPL-1.2
"""`hub replay --compare`: is the state what the log says?"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.progress import track

from hub.broker.credentials import Credentials
from hub.broker.topics import PARTITIONS, Role
from hub.commands.shared import AsJson, Data, Exit, WrongUse, answer, console, opened, reached, told
from hub.settings import Settings


def replay(
    data: Data,
    compare: Annotated[bool, typer.Option("--compare", help="Compare the replayed content with the state.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fold the log from its first record and compare the result with the state, content for content.

    Example: hub replay --compare --data DIR
    """
    with told():
        if not compare:
            raise WrongUse("Say what to do with the replay: --compare.")
        rows, found = comparison(opened(data), show=not as_json)
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
    vault = Vault.open(settings.vault_address, settings.keys)
    rows, found = 0, []
    for partition in track(range(PARTITIONS), description="Replaying", disable=not show, transient=True):
        replayed = asyncio.run(fold(kafka, dossiers_of(settings), partition))
        rows += len(replayed.rows)
        found += differences(vault, replayed.rows, standing(kafka, partition))
    return rows, found
