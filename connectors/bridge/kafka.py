# SPDX-License-Identifier: EUPL-1.2
"""Plain Avro to the partner's own Kafka: records and position in one transaction of that broker.

The value is the Confluent frame that was sealed, so any stock AvroDeserializer reads it; the headers are CloudEvents in
binary mode; the key is the pseudonym, so one person's deliveries stay in order. Read it with
`isolation.level=read_committed`, as every transactional topic.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from connectors.bridge.settings import ToKafka
from connectors.carrying import AnotherReader
from connectors.client import Delivery
from schemas.cloudevents import AVRO

SECONDS = 30.0
_GONE = {KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH}
_PASSING = {KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT, KafkaError._RESOLVE}


class TargetUnavailable(Exception):
    """A target takes nothing now. Nothing is lost: its position has not moved."""


class InKafka:
    """A place (`carrying.Place`) on one broker, for one topic of the hub. Take a new one after any error."""

    def __init__(self, settings: ToKafka, source: str, oin: str) -> None:
        self._settings, self._source = settings, source
        self._librdkafka = {"log_level": 0, **settings.librdkafka}
        self._name = f"{oin}.bridge.{settings.topic}"
        self._producer: Producer | None = None

    async def position(self) -> int | None:
        return await asyncio.to_thread(self._position)

    async def take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        await asyncio.to_thread(self._take, deliveries, becomes)

    def _position(self) -> int | None:
        """Fence whoever wrote before us, then read the position: nobody can move it after that."""
        try:
            self._make_topic()
            self._producer = Producer({**self._librdkafka, "transactional.id": self._name, "linger.ms": 5})
            self._producer.init_transactions(SECONDS)
            return self._read_position()
        except KafkaException as error:
            raise _explained(error) from error

    def _make_topic(self) -> None:
        """The positions' topic, if we may make it and it is not there."""
        wanted = NewTopic(self._settings.positions, 1, config={"cleanup.policy": "compact"})
        admin = AdminClient(self._librdkafka)  # kept by name: its answers die with it
        (made,) = admin.create_topics([wanted], operation_timeout=SECONDS).values()
        try:
            made.result(SECONDS)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise

    def _read_position(self) -> int | None:
        consumer = Consumer(
            {
                **self._librdkafka,
                "group.id": self._name,  # librdkafka wants one; no commit, no subscription
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
            }
        )
        found: int | None = None
        try:
            consumer.assign([TopicPartition(self._settings.positions, 0, 0)])
            while True:
                message = consumer.poll(SECONDS)
                if message is None:
                    raise TargetUnavailable("The target Kafka does not answer: see that it runs.")
                error = message.error()
                if error is None:
                    if message.key() == self._source.encode():
                        found = int(message.value())
                elif error.code() == KafkaError._PARTITION_EOF:
                    return found
                elif error.code() not in _PASSING:
                    raise KafkaException(error)
        finally:
            consumer.close()

    def _take(self, deliveries: Sequence[Delivery], becomes: int) -> None:
        """One transaction: every record, and the position."""
        assert self._producer is not None, "the position is asked for first"
        producer = self._producer
        try:
            producer.begin_transaction()
            for delivery in deliveries:
                headers = [(f"ce_{name}", value.encode()) for name, value in delivery.attributen.items()
                           if name != "datacontenttype"]  # fmt: skip
                key = (delivery.pseudoniem or delivery.id).encode()
                producer.produce(self._settings.topic, delivery.frame, key, headers=[("content-type", AVRO), *headers])
            producer.produce(self._settings.positions, str(becomes).encode(), self._source.encode())
            producer.commit_transaction(SECONDS)
        except KafkaException as error:
            raise _explained(error) from error


def _explained(error: KafkaException) -> Exception:
    cause = error.args[0]
    if cause.code() in _GONE:
        return AnotherReader("Another bridge writes to this topic: stop one of the two.")
    return TargetUnavailable(f"The target Kafka takes nothing now: {cause.str()}.")
