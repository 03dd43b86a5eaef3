# SPDX-License-Identifier: EUPL-1.2
"""An operator takes two dossiers apart again that were taken for one person's.

In one go: the vault forgets the alias, and the log of both dossiers says so, first that of the one that was absorbed:
what the main dossier gives back must find it open. What was under way meanwhile is sent on by the dossiers themselves.
"""

from __future__ import annotations

import uuid
from datetime import datetime

import confluent_kafka as librdkafka

from consent.kader import Partij
from hub.broker.topics import DOSSIER, PARTITIONS, Role, transactional_id
from hub.streams.envelope import Entry, pack
from hub.streams.linking import ONTKOPPELD
from hub.streams.outputs import partition_of
from hub.streams.settings import KafkaConnection
from hub.vault.keys import PersonKey
from hub.vault.tables import alone
from hub.vault.vault import Vault
from schemas.catalogue import Rol
from schemas.cloudevents import source_of

ANSWER_SECONDS = 10.0


def unlink(kafka: KafkaConnection, vault: Vault, oin: str, dossier: str, moment: datetime) -> str:
    """Undo the link of an absorbed dossier; returns the main one. Raises UnknownPerson where there is no link.

    `kafka` as the operator. The log hears of it before the vault's transaction ends: after a crash between the two the
    act can be done again, and does nothing twice.
    """
    with vault.engine.begin() as connection:
        alone(connection)
        main, by = vault.identities.link_of(connection, dossier)
        vault.identities.unlink(connection, dossier)
        keys = vault.keys.load([dossier, main], connection)
        records = []
        for one, other in ((dossier, main), (main, dossier)):
            key = keys[one]
            assert isinstance(key, PersonKey), "an erased dossier is linked to nothing"
            entry = Entry(
                event=str(uuid.uuid5(uuid.UUID(by), f"{ONTKOPPELD}\n{one}\n{other}")),
                naam=ONTKOPPELD,
                sender=Partij(oin, Rol.HUB),
                source=source_of(oin, "beheer"),
                data={"dossier": other},
                gebeurd=moment.date(),
                vastgelegd=moment,
                known=vault.identities.numbers(connection, one),
                via=None,
            )
            records.append((one.encode(), *pack(one, entry, key)))
        _write(kafka, records)
    return main


def _write(kafka: KafkaConnection, records: list[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> None:
    name = transactional_id(DOSSIER, Role.OPERATOR, 0)
    producer = librdkafka.Producer({**kafka.librdkafka(), "transactional.id": name})
    producer.init_transactions(ANSWER_SECONDS)
    producer.begin_transaction()
    for key, value, headers in records:
        producer.produce(DOSSIER, value, key, partition_of(key, PARTITIONS), headers=headers)
    producer.commit_transaction(ANSWER_SECONDS)
