# SPDX-License-Identifier: EUPL-1.2
"""`hub person restrict|unrestrict`: processing restricted (AVG 18). What arrives is kept and goes to nobody.

The restriction is a fact of the dossier, at a place in its log. Everyone who got data hears of it, and of its end.
"""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Annotated

import typer
from confluent_kafka import KafkaException, Producer

from consent.avg19 import BEPERKT, OPGEHEVEN
from consent.kader import Partij
from hub.broker.topics import DOSSIER, PARTITIONS
from hub.commands.acting import now, on_record
from hub.commands.erase import operator_kafka, vault_of
from hub.commands.person import Bsn, Dossier, Unknown, Vnummer, dossiers_of
from hub.commands.shared import AsJson, Data, answer, console, opened, told
from hub.dossier.feiten.zaak import Zaak
from hub.dossier.regels.kalender import dag_van
from hub.settings import Settings
from hub.streams.envelope import Entry, pack
from hub.streams.handelingen import Handeling, NotOnRecord
from hub.streams.outputs import partition_of
from hub.streams.staterows import rows_of
from hub.vault.keys import Gewist
from hub.vault.vault import Vault
from schemas.catalogue import Rol
from schemas.cloudevents import source_of

ANSWER_SECONDS = 10.0


class Beperkingsgrond(StrEnum):
    """Why processing is restricted (AVG 18(1))."""

    JUISTHEID_BETWIST = "juistheid-betwist"
    ONRECHTMATIG_VERWERKT = "onrechtmatig-verwerkt"
    RECHTSVORDERING = "rechtsvordering"
    BEZWAAR = "bezwaar"


class AsItIs(Exception):
    """The restriction already stands as asked."""


def restrict(
    data: Data,
    ground: Annotated[Beperkingsgrond, typer.Option(help="Why: AVG 18(1)(a) to (d).")],
    bsn: Bsn = None,
    vnummer: Vnummer = None,
    dossier: Dossier = None,
    request: Annotated[str | None, typer.Option(help="The person's request that this answers.")] = None,
    as_json: AsJson = False,
) -> None:
    """Restrict the processing of a person's data: kept, not delivered. Who got data is told.

    Example: hub person restrict --data DIR --dossier ID --ground juistheid-betwist
    """
    with told(NotOnRecord, Unknown, AsItIs):
        settings = opened(data)
        main = dossiers_of(settings, bsn, vnummer, dossier)[0]
        _say(settings, main, BEPERKT, Handeling.VERWERKING_BEPERKT, request, {"grond": ground.value})
        told_of = f"What arrives about dossier {main} is kept and goes to nobody until `hub person unrestrict`."
        answer({"dossier": main}, as_json=as_json, show=lambda: console.print(told_of, highlight=False))


def unrestrict(
    data: Data, bsn: Bsn = None, vnummer: Vnummer = None, dossier: Dossier = None, as_json: AsJson = False
) -> None:
    """Lift a restriction; the person must have been told beforehand (AVG 18(3)). What was held back stays where it is.

    Example: hub person unrestrict --data DIR --dossier ID
    """
    with told(NotOnRecord, Unknown, AsItIs):
        settings = opened(data)
        main = dossiers_of(settings, bsn, vnummer, dossier)[0]
        _say(settings, main, OPGEHEVEN, Handeling.BEPERKING_OPGEHEVEN, None, {})
        told_of = f"What arrives about dossier {main} is delivered again."
        answer({"dossier": main}, as_json=as_json, show=lambda: console.print(told_of, highlight=False))


def _say(
    settings: Settings, dossier: str, naam: str, act: Handeling, request: str | None, more: dict[str, str]
) -> None:
    """Put the act on record, then the fact into the dossier's log."""
    vault = vault_of(settings)
    try:
        if Zaak(rows_of(operator_kafka(settings), vault, dossier)).beperkt == (naam == BEPERKT):
            raise AsItIs("It is so already: a restriction is set once, and lifted once.")
        on_record(settings, act, dossier, verzoek=request)
        _into_the_log(settings, vault, dossier, naam, more)
    finally:
        vault.close()


def _into_the_log(settings: Settings, vault: Vault, dossier: str, naam: str, more: dict[str, str]) -> None:
    key = vault.keys.load([dossier])[dossier]
    if isinstance(key, Gewist):
        raise Unknown("This dossier was erased.")
    moment = now(settings)
    entry = Entry(
        event=str(uuid.uuid4()),
        naam=naam,
        sender=Partij(settings.oin, Rol.HUB),
        source=source_of(settings.oin, "beheer"),
        data={"datum": dag_van(moment).isoformat(), **more},
        gebeurd=dag_van(moment),
        vastgelegd=moment,
        known={},
        via=None,
    )
    value, headers = pack(dossier, entry, key)
    failed: list[str] = []
    try:
        producer = Producer({**operator_kafka(settings).librdkafka(), "enable.idempotence": True})
        producer.produce(
            DOSSIER,
            value,
            key=dossier.encode(),
            partition=partition_of(dossier.encode(), PARTITIONS),  # librdkafka's own choice by key is another one
            headers=headers,
            on_delivery=lambda error, _: failed.append(error.str()) if error else None,
        )
        waiting = producer.flush(ANSWER_SECONDS)
    except (KafkaException, BufferError) as error:
        raise NotOnRecord(f"The log does not take the restriction ({error}): ask `hub doctor`.") from error
    if failed or waiting:
        raise NotOnRecord("The log did not take the restriction, so it does not stand: ask `hub doctor`.")
