# SPDX-License-Identifier: EUPL-1.2
"""Stock clients of the shared broker, in the name of whom a test chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from tests.lasting import lasting
from tests.stream.demo_hub import DemoHub, played
from tests.stream.erasure_scene import RunningHub, running_hub

SECONDS = 10.0


@dataclass
class Client:
    """librdkafka as a partner's or a role's own software would use it; what it is refused is a KafkaException."""

    bootstrap: str
    tls: Credentials

    def settings(self, **more: Any) -> dict[str, Any]:
        dotted = {name.replace("_", "."): value for name, value in more.items()}
        return {"bootstrap.servers": self.bootstrap, "log_level": 0, **self.tls.librdkafka(), **dotted}

    def admin(self) -> AdminClient:
        return AdminClient(self.settings())

    def producer(self, **more: Any) -> Producer:
        return Producer(self.settings(**more))

    def write(self, topic: str, value: bytes = b"x", timestamp: int = 0, **more: Any) -> Message:
        """Write one record and return it as the broker took it."""
        answers: list[tuple[KafkaError | None, Message]] = []
        producer = self.producer(**more)
        given = {"timestamp": timestamp} if timestamp else {}
        producer.produce(topic, value, on_delivery=lambda error, message: answers.append((error, message)), **given)
        assert producer.flush(SECONDS) == 0, "the broker did not answer"
        (error, message) = answers[0]
        if error:
            raise KafkaException(error)
        return message

    def read(self, topic: str, group: str, count: int = 1, **more: Any) -> list[Message]:
        """The first ``count`` records of a topic with one partition, read as a member of ``group``, which remembers."""
        consumer = Consumer(
            self.settings(group_id=group, auto_offset_reset="earliest", enable_auto_commit=False, **more)
        )
        try:
            consumer.subscribe([topic])
            found: list[Message] = []
            while len(found) < count:
                message = consumer.poll(SECONDS)
                assert message is not None, f"{len(found)} of {count} records arrived"
                if message.error():
                    raise KafkaException(message.error())
                found.append(message)
            consumer.commit(asynchronous=False)
            return found
        finally:
            consumer.close()


@pytest.fixture(scope="session")
def client(broker: Broker, credentials: Callable[[str], Credentials]) -> Callable[[str], Client]:
    """``client(role)``, ``client(oin)``, or ``client("broker")``, who is above the ACLs."""
    return lambda name: Client(broker.bootstrap, broker.credentials if name == "broker" else credentials(name))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[DemoHub]:
    """The demo's story, played once for all tests that look at what came of it."""
    yield from lasting(pytestconfig, "demo", played(tmp_path_factory.mktemp("demo") / "hub"))


@pytest.fixture
def scratch_topic(client: Callable[[str], Client]) -> Iterator[str]:
    """A topic of one partition for one test."""
    name = f"test.{uuid4().hex[:12]}"
    admin = client("broker").admin()
    admin.create_topics([NewTopic(name, 1)], operation_timeout=SECONDS)[name].result(SECONDS)
    yield name
    admin.delete_topics([name])[name].result(SECONDS)


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[RunningHub]:
    """A whole hub for all tests that ask for it; a test takes persons of its own (`erasure_scene.somebody`)."""
    yield from lasting(pytestconfig, "hub", running_hub(tmp_path_factory.mktemp("hub") / "data"))
