# SPDX-License-Identifier: EUPL-1.2
"""A partner with a valid certificate and bad intentions, at the broker itself: it sees, takes, holds up and keeps nothing
of another's."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, OffsetSpec, ResourceType

from hub.broker.admin import apply
from hub.broker.errors import LayoutNotApplied
from hub.broker.quota_requests import change, standing
from hub.broker.quotas import BROKER_TIME, PRODUCED, Quota
from hub.broker.topics import DOSSIER, INBOX, LARGEST_RECORD, OUT_PREFIX, Role, group

GEMEENTE, SCHOOL, FLOODER = "00000009900000000001", "00000009900000000002", "00000009900000000003"
DENIED = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        KafkaError._NOENT,  # librdkafka's own: of a topic that it may not see it finds no leader to ask
    }
)


@pytest.fixture(autouse=True)
def put_right(broker, structure, operator) -> Iterator[None]:
    """The shared broker is as it was after each of these tests. Done as the operator, whom no small share holds up."""
    yield
    apply(broker.bootstrap, operator, *structure)


def denied(ask: Callable[[], Any]) -> None:
    with pytest.raises(KafkaException) as refused:
        ask()
    assert refused.value.args[0].code() in DENIED, refused.value


# see


@pytest.mark.parametrize("topic", [f"{OUT_PREFIX}{SCHOOL}", DOSSIER, "hub.audit", "hub.dead-letters"])
def test_it_does_not_learn_how_much_another_gets(client, topic) -> None:
    admin = client(GEMEENTE).admin()
    place = TopicPartition(topic, 0)
    (asked,) = admin.list_offsets({place: OffsetSpec.latest()}).values()
    denied(lambda: asked.result(10))
    resource = ConfigResource(ResourceType.TOPIC, topic)
    denied(lambda: admin.describe_configs([resource])[resource].result(10))


def test_it_does_not_learn_who_else_reads_or_how_far(client) -> None:
    client(Role.DOSSIER).write(f"{OUT_PREFIX}{SCHOOL}")
    client(SCHOOL).read(f"{OUT_PREFIX}{SCHOOL}", f"{SCHOOL}.stil")
    admin = client(GEMEENTE).admin()
    listed = admin.list_consumer_groups().result()
    assert all(one.group_id.startswith(f"{GEMEENTE}.") for one in listed.valid)
    for other in (f"{SCHOOL}.stil", group(Role.DOSSIER), group(Role.INTAKE)):
        denied(lambda other=other: admin.describe_consumer_groups([other])[other].result(10))
        denied(lambda other=other: admin.delete_consumer_groups([other])[other].result(10))


def test_it_does_not_learn_who_has_which_rights_and_limits(broker, credentials) -> None:
    with pytest.raises(LayoutNotApplied):
        standing(broker.bootstrap, credentials(GEMEENTE))


# take more than its share


def test_it_gives_itself_no_larger_share(broker, structure, credentials) -> None:
    own = credentials(GEMEENTE)
    with pytest.raises(LayoutNotApplied):
        change(broker.bootstrap, own, [Quota(own.principal, PRODUCED, 1e12)], [])
    assert standing(broker.bootstrap, broker.credentials) == structure[2]


def test_large_headers_count_as_the_record(client) -> None:
    for size in (LARGEST_RECORD, 5 * LARGEST_RECORD):
        with pytest.raises(KafkaException) as refused:
            _write_with_headers(client(GEMEENTE), [("kop", b"h" * size)])
        assert refused.value.args[0].code() == KafkaError.MSG_SIZE_TOO_LARGE


def _write_with_headers(who: Any, headers: list[tuple[str, bytes]]) -> None:
    answers: list[KafkaError | None] = []
    producer = who.producer(message_max_bytes=100_000_000)
    producer.produce(INBOX, b"x", headers=headers, on_delivery=lambda error, _: answers.append(error))
    assert producer.flush(20) == 0
    if answers[0]:
        raise KafkaException(answers[0])


class Flood:
    """A partner that writes as fast as the broker lets it; knows how long each of its records took."""

    def __init__(self, who: Any) -> None:
        self.took: list[tuple[float, float]] = []
        """(when it was acknowledged, seconds since it was sent)."""
        self.held_up = threading.Event()
        """The broker told it to slow down."""
        self._stop = threading.Event()
        asked = who.settings(linger_ms=0, batch_size=20_000, queue_buffering_max_messages=20, max_in_flight=1)
        self._producer = Producer({**asked, "throttle_cb": self._throttled})
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Flood:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)
        self._producer.purge()

    def _throttled(self, event: Any) -> None:
        if event.throttle_time > 0:
            self.held_up.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            sent = time.monotonic()
            try:
                self._producer.produce(
                    INBOX, b"r" * 10_000, on_delivery=lambda error, _, sent=sent: self._done(error, sent)
                )
            except BufferError:
                self._producer.poll(0.05)
            self._producer.poll(0)

    def _done(self, error: KafkaError | None, sent: float) -> None:
        if error is None:
            self.took.append((time.monotonic(), time.monotonic() - sent))


def test_a_flood_waits_and_another_partner_does_not(broker, structure, operator, client) -> None:
    """With a small share, so that the flood is over it in a moment: the flooder's records wait, the school's go at once.

    The flooder has sent nothing before: against a share made small afterwards, what it sent in the seconds before would
    count as minutes of waiting.
    """
    topics, acls, limits = structure
    small = {
        Quota(None, PRODUCED, 20_000.0) if (one.principal, one.name) == (None, PRODUCED) else one for one in limits
    }
    apply(broker.bootstrap, operator, topics, acls, small)
    school = client(SCHOOL).producer(linger_ms=0)
    with Flood(client(FLOODER)) as flood:
        assert flood.held_up.wait(60), "the broker never told the flooder to wait"
        since, of_school = time.monotonic(), []
        while len(of_school) < 10 or len([took for at, took in flood.took if at > since]) < 3:
            of_school.append(_seconds_of(school))
            assert time.monotonic() - since < 60, "the flooder got nothing through at all"
        of_flood = [took for at, took in flood.took if at > since]
    print(
        f"\nmedian seconds a record: school {statistics.median(of_school):.4f}, flooder {statistics.median(of_flood):.4f}"
    )
    assert statistics.median(of_school) * 5 < statistics.median(of_flood)
    assert max(of_school) < max(of_flood)


def test_requests_that_carry_nothing_have_a_share_too(broker, structure, operator, client) -> None:
    """Whoever only asks, and asks without end, waits for its answers; who has no such share gets them at once."""
    topics, acls, limits = structure
    small = {
        Quota(None, BROKER_TIME, 1.0) if (one.principal, one.name) == (None, BROKER_TIME) else one for one in limits
    }
    apply(broker.bootstrap, operator, topics, acls, small)
    asker, unhindered = client(SCHOOL).admin(), client(Role.OPERATOR).admin()
    normal = statistics.median(_seconds_to_ask(unhindered) for _ in range(50))
    deadline, slow = time.monotonic() + 60, 0
    while slow < 3:  # in a row: one slow answer may be the machine's
        assert time.monotonic() < deadline, "it may ask as much as it likes"
        slow = slow + 1 if _seconds_to_ask(asker) > 10 * normal else 0
    assert statistics.median(_seconds_to_ask(unhindered) for _ in range(20)) < 10 * normal


def _seconds_to_ask(admin: AdminClient) -> float:
    began = time.monotonic()
    admin.list_topics(INBOX, timeout=30)
    return time.monotonic() - began


def test_the_hubs_own_roles_wait_for_no_share(broker, structure, operator, client) -> None:
    """Each by its own name: a limit of everybody's does not reach them."""
    topics, acls, limits = structure
    small = {
        Quota(None, PRODUCED, 20_000.0) if (one.principal, one.name) == (None, PRODUCED) else one for one in limits
    }
    apply(broker.bootstrap, operator, topics, acls, small)
    told: list[float] = []
    settings = client(Role.DOSSIER).settings()
    producer = Producer({**settings, "throttle_cb": lambda event: told.append(event.throttle_time)})
    for _ in range(40):
        producer.produce(f"{OUT_PREFIX}{SCHOOL}", b"l" * 50_000)
    assert producer.flush(30) == 0
    assert not any(told)


def _seconds_of(producer: Producer) -> float:
    began, answers = time.monotonic(), []
    producer.produce(INBOX, b"ours", on_delivery=lambda error, _: answers.append(error))
    assert producer.flush(30) == 0 and answers == [None]
    return time.monotonic() - began


# hold up


def test_it_begins_no_transaction_so_it_holds_up_no_reader(client) -> None:
    """An open transaction would keep every read_committed reader, the hub's intake first, from all that follows."""
    for name in ("x", f"{GEMEENTE}.eigen", "hub.inbox-intake-0"):
        denied(lambda name=name: client(GEMEENTE).producer(transactional_id=name).init_transactions(10))
    sent = client(GEMEENTE).write(INBOX, b"na de poging", enable_idempotence=True)
    consumer = Consumer(
        client(Role.INTAKE).settings(
            group_id=group(Role.INTAKE), enable_auto_commit=False, isolation_level="read_committed"
        )
    )
    try:
        consumer.assign([TopicPartition(INBOX, sent.partition(), sent.offset())])
        message = consumer.poll(15)
        assert message is not None and message.error() is None and message.value() == b"na de poging"
    finally:
        consumer.close()


def test_it_throws_nothing_of_the_inbox_away(client) -> None:
    sent = client(GEMEENTE).write(INBOX)
    place = TopicPartition(INBOX, sent.partition(), sent.offset() + 1)
    admin = client(GEMEENTE).admin()  # kept: without it its answers never come
    (asked,) = admin.delete_records([place], request_timeout=3).values()
    with pytest.raises((KafkaException, TimeoutError)):
        asked.result(10)
    denied(lambda: admin.delete_topics([INBOX])[INBOX].result(10))
    reader = Consumer(client(Role.INTAKE).settings(group_id=group(Role.INTAKE)))
    try:
        first, _ = reader.get_watermark_offsets(TopicPartition(INBOX, sent.partition()), timeout=10)
        assert first <= sent.offset()
    finally:
        reader.close()


# keep what was taken away


def test_rights_that_end_cut_off_who_is_connected(broker, structure, operator, client) -> None:
    """Kafka does not look at a certificate again once it let it in: an open connection loses its rights all the same."""
    topics, acls, limits = structure
    outbox = f"{OUT_PREFIX}{GEMEENTE}"
    gemeente = client(GEMEENTE)
    producer, answers = gemeente.producer(linger_ms=0), []
    consumer = Consumer(
        gemeente.settings(group_id=f"{GEMEENTE}.open", auto_offset_reset="latest", enable_auto_commit=False)
    )
    try:
        consumer.assign([TopicPartition(outbox, 0, client(Role.DOSSIER).write(outbox, b"eerder").offset())])
        assert consumer.poll(15).value() == b"eerder"
        producer.produce(INBOX, b"eerder", on_delivery=lambda error, _: answers.append(error))
        assert producer.flush(15) == 0 and answers == [None]

        rest = {acl for acl in acls if acl.principal != gemeente.tls.principal}
        apply(broker.bootstrap, operator, topics, rest, limits)
        producer.produce(INBOX, b"later", on_delivery=lambda error, _: answers.append(error))
        assert producer.flush(15) == 0
        assert answers[1] is not None and answers[1].code() in DENIED
        # A fetch that the broker let in before is answered once more; none after it.
        deadline, got = time.monotonic() + 30, 0
        while True:
            client(Role.DOSSIER).write(outbox, b"later")
            message = consumer.poll(1)
            if message is not None and message.error() is not None:
                break
            got += message is not None
            assert time.monotonic() < deadline, "the open reader was never refused"
        assert message.error().code() in DENIED
        assert got <= 1
    finally:
        consumer.close()
