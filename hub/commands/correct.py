# SPDX-License-Identifier: EUPL-1.2
"""`hub person correct`: an event that was filed on the wrong person goes where it belongs, and who got it is told."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.commands.acting import now, on_record
from hub.commands.participants import current
from hub.commands.person import Bsn, Dossier, Unknown, Vnummer, dossiers_of
from hub.commands.shared import AsJson, Data, WrongUse, answer, console, opened, reached, told
from hub.settings import Settings
from hub.streams.handelingen import Handeling, NotOnRecord, Recht, Stap
from hub.streams.moving import CannotMove, move
from hub.streams.reception import log_id
from hub.streams.settings import KafkaConnection
from hub.vault import claims
from hub.vault.tables import reading
from hub.vault.vault import Vault
from schemas.cloudevents import source_of


def correct(
    data: Data,
    event: Annotated[str, typer.Option(help="The event on the wrong dossier: its id in the log, or the sender's own.")],
    bsn: Bsn = None,
    vnummer: Vnummer = None,
    dossier: Dossier = None,
    as_json: AsJson = False,
) -> None:
    """Move an event to the person that it is about, at its sender's request (AVG 16): who received it is told that it was
    wrong, and who may have it of the right person gets it. --bsn, --vnummer or --dossier name the right person.

    A sender does the same by itself with an intrekking (reden verkeerde-persoon) and a new event.

    Example: hub person correct --data DIR --event 3c9f... --bsn -
    """
    with told(NotOnRecord, Unknown, CannotMove):
        settings = opened(data)
        kafka = KafkaConnection(reached(settings), Credentials(settings.credentials_dir(Role.OPERATOR)))
        right = dossiers_of(settings, bsn, vnummer, dossier)
        vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
        try:
            name, wrong = _filed(settings, vault, event)
            if set(wrong) & set(right):
                raise WrongUse("The event is on this person's dossier already.")
            on_record(settings, Handeling.VERZOEK_AFGEHANDELD, wrong[0], stap=Stap.UITGEVOERD, recht=Recht.RECTIFICATIE)
            moved = move(kafka, vault, name, wrong, right[0], now(settings))
        finally:
            vault.close()
        answer(
            asdict(moved),
            as_json=as_json,
            show=lambda: console.print(
                f"Moved. Whoever got it is told; the sender corrects it from now on as {moved.own_id}.",
                highlight=False,
                soft_wrap=True,
            ),
        )


def _filed(settings: Settings, vault: Vault, event: str) -> tuple[str, list[str]]:
    """The event's id in the log, and every dossier of the person on which it was filed. Raises WrongUse."""
    names = [event, *(log_id(source_of(one.oin, one.systeem), event) for one in current(settings).deelnemers)]
    with reading(vault.engine) as connection:
        found = [one for one in claims.find(connection, names).values() if one.dossier]
        if len(found) != 1:
            raise WrongUse(f"{len(found)} accepted events go by {event}: name its id in the log (`hub audit show`).")
        return found[0].gebeurtenis, vault.identities.all_of(connection, found[0].dossier or "")
