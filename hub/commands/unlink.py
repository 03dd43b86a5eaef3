# SPDX-License-Identifier: EUPL-1.2
"""`hub person unlink`: two dossiers that were taken for one person's are taken apart again."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.commands.acting import now, on_record
from hub.commands.shared import AsJson, Data, answer, console, opened, reached, told
from hub.streams.handelingen import Handeling, NotOnRecord
from hub.streams.settings import KafkaConnection
from hub.vault.identities import UnknownPerson
from hub.vault.tables import reading
from hub.vault.vault import Vault


def unlink(
    data: Data,
    dossier: Annotated[str, typer.Argument(help="The dossier that was absorbed; the audit log names it.")],
    as_json: AsJson = False,
) -> None:
    """Give a dossier back what came under its own numbers, after it was taken for another person's.

    Example: hub person unlink --data DIR DOSSIER
    """
    from hub.streams.unlinking import unlink as undo

    with told(NotOnRecord, UnknownPerson):
        settings = opened(data)
        vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
        try:
            with reading(vault.engine) as connection:
                vault.identities.link_of(connection, dossier)
            on_record(settings, Handeling.IDENTITEIT_ONTKOPPELD, dossier)
            kafka = KafkaConnection(reached(settings), Credentials(settings.credentials_dir(Role.OPERATOR)))
            main = undo(kafka, vault, settings.oin, dossier, now(settings))
        finally:
            vault.close()
        answer(
            {"dossier": dossier, "main": main},
            as_json=as_json,
            show=lambda: console.print(f"{dossier} stands apart from {main} again.", highlight=False, soft_wrap=True),
        )
