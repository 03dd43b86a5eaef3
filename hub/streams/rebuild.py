# SPDX-License-Identifier: EUPL-1.2
"""Make the dossiers' state anew from the log, and say nothing twice.

The state is a cache of the fold, but its topic also holds the position: a worker that finds neither would start at the
first record and deliver everything once more. So it refuses (`expect_state`), and an operator has the state rebuilt:
the log is folded offline up to where it was worked off before, nothing of that is sent, and rows and position are
written where workers look for them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import islice

import confluent_kafka as librdkafka
import orjson
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from hub.broker import topics
from hub.broker.topics import AUDIT, DOSSIER, DOSSIER_STATE, Role, transactional_id
from hub.streams.dossier import Dossiers
from hub.streams.errors import StateLost, WorkersRun
from hub.streams.replay import read, replay, standing
from hub.streams.restore import POSITION
from hub.streams.settings import KafkaConnection
from hub.streams.store import Store

__all__ = ["expect_no_workers", "expect_state", "rebuild", "worked_off"]

ROWS_AT_ONCE = 5_000
"""Rows in one transaction: it must end before the broker's time-out."""
ANSWER_SECONDS = 30.0
GROUP = topics.group(Role.DOSSIER)


def expect_state(kafka: KafkaConnection, partition: int, store: Store) -> None:
    """Raises StateLost when a partition without position was worked off before. Blocking."""
    if store.get(POSITION) is None and next(read(kafka, AUDIT, partition, group=GROUP), None) is not None:
        raise StateLost(
            f"The state of partition {partition} of the log is gone while the audit log shows what was decided there: "
            "stop the dossier workers and run `hub replay --restore`."
        )


def worked_off(kafka: KafkaConnection, partition: int) -> int:
    """The next offset of the log as the last commit left it: by the group, and by the audit records, where that was
    forgotten. Between the two stands nothing that was decided."""
    records = read(kafka, AUDIT, partition, group=GROUP)
    places = (orjson.loads(record.value)["plaats"] for record in records if record.value)
    audited = max((int(place.partition(":")[2]) + 1 for place in places), default=0)
    return max(audited, _committed(kafka, partition))


_COORDINATOR_MOVES = frozenset(
    {KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_LOAD_IN_PROGRESS, KafkaError.COORDINATOR_NOT_AVAILABLE}
)


def expect_no_workers(kafka: KafkaConnection) -> None:
    """Raises WorkersRun. Blocking."""
    admin = AdminClient(kafka.librdkafka())  # named: without it the answer would never arrive
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            group = admin.describe_consumer_groups([GROUP])[GROUP].result(ANSWER_SECONDS)
            break
        except KafkaException as error:  # a broker that has just started is still finding out who keeps the group
            if error.args[0].code() not in _COORDINATOR_MOVES or time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    if group.members:
        raise WorkersRun(
            f"{len(group.members)} dossier workers are running: stop them first, and start them afterwards."
        )


async def rebuild(kafka: KafkaConnection, agent: Dossiers, partition: int) -> int:
    """Fold a partition up to where it was worked off, and write its state; returns the number of rows.

    `kafka` as the dossier role. Done again after a crash it gives the same; a worker that starts meanwhile finds no
    position and refuses.
    """
    position = worked_off(kafka, partition)
    if not position:
        return 0
    rows = (await replay(kafka, agent, partition, position, group=GROUP)).rows
    stale = dict.fromkeys(standing(kafka, partition, group=GROUP).keys() - rows.keys())
    _write(kafka, partition, {POSITION: None, **stale, **rows}, position)
    return len(rows)


def _write(kafka: KafkaConnection, partition: int, rows: Mapping[bytes, bytes | None], position: int) -> None:
    """All rows, then the position. The transactional id is the workers': one that still lives is fenced by it."""
    name = transactional_id(DOSSIER, Role.DOSSIER, partition)
    producer = librdkafka.Producer({**kafka.librdkafka(), "transactional.id": name, "linger.ms": 20})
    producer.init_transactions(ANSWER_SECONDS)
    left = iter([*rows.items(), (POSITION, b"%d" % position)])
    while batch := list(islice(left, ROWS_AT_ONCE)):
        producer.begin_transaction()
        for key, value in batch:
            producer.produce(DOSSIER_STATE, value, key, partition)
            producer.poll(0)
        producer.commit_transaction(ANSWER_SECONDS)


def _committed(kafka: KafkaConnection, partition: int) -> int:
    consumer = librdkafka.Consumer({**kafka.librdkafka(), "group.id": GROUP, "enable.auto.commit": False})
    try:
        found = consumer.committed([librdkafka.TopicPartition(DOSSIER, partition)], timeout=ANSWER_SECONDS)
    finally:
        consumer.close()
    return max(0, int(found[0].offset))
