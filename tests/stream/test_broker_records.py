# SPDX-License-Identifier: EUPL-1.2
"""What the broker does with records: its own time, a bounded size, and no transaction that stays open for ever."""

from __future__ import annotations

import time

import pytest
from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, KafkaError, KafkaException

from hub.broker.topics import Role

GEMEENTE = "00000009900000000001"
MIB = 1024 * 1024
YEAR_2071 = 3_187_000_000_000


def test_a_record_from_the_year_2071_is_taken_at_the_brokers_time(client) -> None:
    before = time.time() * 1000
    client(GEMEENTE).write("hub.inbox", timestamp=YEAR_2071)
    sent = client(Role.DOSSIER).write(f"hub.out.{GEMEENTE}", b"tomorrow", timestamp=YEAR_2071)
    received = client(GEMEENTE).read(f"hub.out.{GEMEENTE}", f"{GEMEENTE}.time", count=sent.offset() + 1)[-1]
    kind, milliseconds = received.timestamp()
    assert received.value() == b"tomorrow"
    assert kind == TIMESTAMP_LOG_APPEND_TIME
    assert before - 600_000 < milliseconds < before + 600_000


def test_an_oversize_record_is_refused_and_the_next_one_taken(client) -> None:
    with pytest.raises(KafkaException) as refused:
        client(GEMEENTE).write("hub.inbox", bytes(MIB + 1), message_max_bytes=8 * MIB)
    assert refused.value.args[0].code() == KafkaError.MSG_SIZE_TOO_LARGE
    client(GEMEENTE).write("hub.inbox", bytes(MIB - 1024), message_max_bytes=8 * MIB)


def test_the_largest_event_of_a_partner_fits_in_the_log_with_its_new_seal(client) -> None:
    client(Role.INTAKE).write("hub.dossier", bytes(2 * MIB), message_max_bytes=8 * MIB)


def test_a_dead_workers_open_transaction_does_not_hold_up_readers(client, scratch_topic) -> None:
    dead = client("broker").producer(transactional_id=f"{scratch_topic}-dead", transaction_timeout_ms=1000)
    dead.init_transactions(10)
    dead.begin_transaction()
    dead.produce(scratch_topic, b"never committed")
    assert dead.flush(10) == 0
    client("broker").write(scratch_topic, b"after it")
    begun = time.monotonic()
    (received,) = client("broker").read(scratch_topic, scratch_topic, isolation_level="read_committed")
    assert received.value() == b"after it"
    assert time.monotonic() - begun < 8  # one second of its own, one until it is looked for, and the group's start


def test_no_client_may_keep_a_transaction_open_for_longer_than_a_minute(client) -> None:
    producer = client(Role.DOSSIER).producer(transactional_id="hub.dossier-dossier-0", transaction_timeout_ms=61_000)
    with pytest.raises(KafkaException) as refused:
        producer.init_transactions(10)
    assert refused.value.args[0].code() == KafkaError.INVALID_TRANSACTION_TIMEOUT
