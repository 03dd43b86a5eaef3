# SPDX-License-Identifier: EUPL-1.2
"""Moves an event that was filed on the wrong person's dossier, on its sender's word: a retraction where it stands, and
the same report, as corrected since, where it belongs. Both in one Kafka transaction, as the sender's own two events
would do; the dossier agent then tells who got it, and decides anew for whom it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from confluent_kafka import KafkaException, Producer

from hub.broker.topics import DOSSIER, PARTITIONS, Role, transactional_id
from hub.streams.envelope import Entry, header, pack, unpack
from hub.streams.outputs import partition_of
from hub.streams.reception import log_id
from hub.streams.replay import read
from hub.streams.settings import KafkaConnection
from hub.vault.keys import Gewist, PersonKey
from hub.vault.vault import Vault
from schemas.corrections import patch_of, patched

SECONDS = 10.0
INTREKKING, CORRECTIE = "intrekking", "correctie"


class CannotMove(Exception):
    """The event is not there to be moved; the text says why."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What the move wrote: ids in the log, and the id under which the sender can correct the report from now on."""

    retraction: str
    report: str
    own_id: str


def move(kafka: KafkaConnection, vault: Vault, event: str, wrong: Iterable[str], right: str, now: datetime) -> Moved:
    """Move `event` (its id in the log) from the person of the dossiers `wrong` to the dossier `right`. Asked again, it
    writes the same two events again, and a dossier takes an event once. Raises CannotMove."""
    names = list(wrong)
    keys = vault.keys.load([*names, right])
    where, found = _find(kafka, {name: keys[name] for name in names}, event)
    if found.naam in (INTREKKING, CORRECTIE):
        raise CannotMove("Name the report itself: its corrections and retractions go with it.")
    with vault.engine.begin() as connection:
        known = vault.identities.within(connection).numbers(right)
    own_id = f"{found.original or event}/verplaatst"
    taken_back = replace(
        found,
        event=str(uuid.uuid5(uuid.UUID(event), f"verplaatst naar {right}")),
        naam=INTREKKING,
        data={"betreft": event, "gebeurtenis": found.naam, "reden": "verkeerde-persoon"},
        vastgelegd=now,
        original=None,
    )
    report = replace(found, event=log_id(found.source, own_id), vastgelegd=now, known=known, via=None, original=own_id)
    _write(kafka, [(where, taken_back, keys[where]), (right, report, keys[right])])
    return Moved(taken_back.event, report.event, own_id)


def _find(kafka: KafkaConnection, keys: dict[str, PersonKey | Gewist], event: str) -> tuple[str, Entry]:
    """The report as it stands: with what its sender corrected since. Raises CannotMove."""
    found: tuple[str, Entry] | None = None
    changes: list[dict[str, Any]] = []
    for dossier, entry in _entries(kafka, keys):
        if entry.event == event:
            found = (dossier, entry)
        elif found and entry.data.get("betreft") == event and entry.sender == found[1].sender:
            if entry.naam == INTREKKING:
                raise CannotMove("This report is retracted already: its sender reports it anew about the right person.")
            if entry.naam == CORRECTIE:
                changes.append(patch_of(entry.data))
    if found is None:
        raise CannotMove(
            "This dossier holds no such event: `hub audit show --dossier` lists what was decided about it."
        )
    data = dict(found[1].data)
    for change in changes:
        data = patched(data, change)
    return found[0], replace(found[1], data=data)


def _entries(kafka: KafkaConnection, keys: dict[str, PersonKey | Gewist]) -> Iterator[tuple[str, Entry]]:
    """What the log has of these dossiers, in the order of each."""
    for dossier, key in keys.items():
        if isinstance(key, Gewist):
            raise CannotMove("This person was erased: nothing of the report is left to move.")
        for record in read(kafka, DOSSIER, partition_of(dossier.encode(), PARTITIONS)):
            if record.key == dossier.encode() and record.value and header(record.headers, "ce_source"):
                yield dossier, unpack(record.headers, record.value, key)


def _write(kafka: KafkaConnection, rows: list[tuple[str, Entry, PersonKey | Gewist]]) -> None:
    producer = Producer({**kafka.librdkafka(), "transactional.id": f"{transactional_id(DOSSIER, Role.OPERATOR, 0)}"})
    try:
        producer.init_transactions(SECONDS)
        producer.begin_transaction()
        for dossier, entry, key in rows:
            assert isinstance(key, PersonKey), "checked where the report was found"
            value, headers = pack(dossier, entry, key)
            partition = partition_of(dossier.encode(), PARTITIONS)
            producer.produce(DOSSIER, value, key=dossier.encode(), partition=partition, headers=list(headers))
        producer.commit_transaction(SECONDS)
    except (KafkaException, BufferError) as error:
        raise CannotMove(f"The log did not take the move ({error}), so nothing was done: ask `hub doctor`.") from error
