# SPDX-License-Identifier: EUPL-1.2
"""A client without a line of ours: librdkafka with the written `client.properties`, the unsealing that the document
prints, and Confluent's own AvroDeserializer with the hub's own registry over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.web import address
from tests.stream.demo_hub import DemoHub

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
READING_ONLY = ("group.id", "isolation.level", "auto.offset.reset")


def properties(folder: Path) -> dict[str, str]:
    """The file as it is: what kcat -F or any librdkafka program reads."""
    lines = (folder / "client.properties").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture
def consumer(demo: DemoHub) -> Iterator[Consumer]:
    consumer = Consumer(properties(demo.folder("brug")))
    yield consumer
    consumer.close()


def first(consumer: Consumer, topic: str, count: int) -> list[Message]:
    """So many records, or the error that the broker answers with."""

    def from_the_start(one: Consumer, parts: list[TopicPartition]) -> None:
        one.assign([TopicPartition(part.topic, part.partition, OFFSET_BEGINNING) for part in parts])

    consumer.subscribe([topic], on_assign=from_the_start)  # the group remembers what an earlier test has read
    found: list[Message] = []
    while len(found) < count:
        message = consumer.poll(SECONDS)
        assert message is not None, "neither a record nor an error came"
        if message.error():
            raise KafkaException(message.error())
        found.append(message)
    return found


def test_the_file_alone_reads_ones_own_topic(demo: DemoHub, consumer: Consumer) -> None:
    assert set(properties(demo.folder("brug"))) >= {"bootstrap.servers", "isolation.level", *READING_ONLY}
    records = first(consumer, f"hub.out.{demo.oin('brug')}", 20)
    assert all(dict(record.headers())["ce_rol"] == b"taalschool" for record in records)


OTHERS = ("hub.inbox", "hub.dossier", "hub.dossier.state", "hub.inbox.state", "hub.audit", "hub.dead-letters")


def test_it_sees_no_other_topic(demo: DemoHub, consumer: Consumer) -> None:
    assert set(consumer.list_topics(timeout=SECONDS).topics) == {
        f"hub.out.{demo.oin('brug')}",
        "hub.inbox",
        "hub.figures",
    }


@pytest.mark.parametrize("topic", [*OTHERS, "hub.out.horizon", "hub.out.vwn", "__consumer_offsets"])
def test_it_is_refused_every_other_topic(demo: DemoHub, consumer: Consumer, topic: str) -> None:
    name = f"hub.out.{demo.oin(topic.rpartition('.')[2])}" if topic.startswith("hub.out.") else topic
    with pytest.raises(KafkaException) as refused:
        first(consumer, name, 1)
    assert refused.value.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_it_cannot_read_in_the_group_of_another(demo: DemoHub) -> None:
    """Who could, would move another partner's confirmed position."""
    config = properties(demo.folder("brug")) | {"group.id": f"{demo.oin('horizon')}.connect"}
    with closing(Consumer(config)) as thief, pytest.raises(KafkaException) as refused:
        first(thief, f"hub.out.{demo.oin('brug')}", 1)
    assert refused.value.args[0].code() == KafkaError.GROUP_AUTHORIZATION_FAILED


@pytest.mark.parametrize("topic", [*OTHERS[1:], "hub.out.brug", "hub.out.horizon", "something.new"])
def test_it_is_refused_every_write_but_to_the_inbox(demo: DemoHub, topic: str) -> None:
    name = f"hub.out.{demo.oin(topic.rpartition('.')[2])}" if topic.startswith("hub.out.") else topic
    assert _written(demo, name) == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_it_may_write_to_the_inbox(demo: DemoHub) -> None:
    assert _written(demo, "hub.inbox") is None


def _written(demo: DemoHub, topic: str) -> int | None:
    """The code of the broker's refusal, None when it took the record."""
    config = {name: value for name, value in properties(demo.folder("brug")).items() if name not in READING_ONLY}
    producer = Producer(config | {"message.timeout.ms": "10000"})
    answers: list[KafkaError | None] = []
    producer.produce(topic, b"hello", on_delivery=lambda error, message: answers.append(error))
    assert producer.flush(SECONDS) == 0
    return answers[0].code() if answers[0] else None


def test_it_gets_no_transaction_in_the_hubs_name(demo: DemoHub) -> None:
    config = {name: value for name, value in properties(demo.folder("brug")).items() if name not in READING_ONLY}
    producer = Producer(config | {"transactional.id": "hub.inbox-intake-0", "log_level": "0"})
    with pytest.raises(KafkaException) as refused:
        producer.init_transactions(SECONDS)
    assert refused.value.args[0].code() == KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED


# what it reads


def registry(demo: DemoHub, folder: Path) -> SchemaRegistryClient:
    """Confluent's own client of the hub's registry, with the certificate that this partner has."""
    at = address.known(demo.settings)
    assert at is not None, "the demo's hub has an HTTP room"
    tls = {"ca": "ca.pem", "certificate": "cert.pem", "key": "key.pem"}
    return SchemaRegistryClient({"url": at.base} | {f"ssl.{k}.location": str(folder / v) for k, v in tls.items()})


def documented_unseal() -> Any:
    """The lines that docs/wire-format.md prints, as it prints them."""
    document = (ROOT / "docs" / "wire-format.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(snippet, "docs/wire-format.md", "exec"), names)
    return names["unseal"]


@pytest.mark.parametrize("name", ["brug", "vwn", "duo"])
def test_what_it_reads_unsealed_goes_into_a_stock_deserializer(demo: DemoHub, name: str) -> None:
    folder, oin, unseal = demo.folder(name), demo.oin(name), documented_unseal()
    received = sum(one.aan.startswith(f"{name}#") for one in demo.seen.geleverd)
    private = X25519PrivateKey.from_private_bytes((folder / "sealing.key").read_bytes())
    deserialize = AvroDeserializer(registry(demo, folder))
    with closing(Consumer(properties(folder) | {"group.id": f"{oin}.stock"})) as consumer:
        records = first(consumer, f"hub.out.{oin}", min(60, received))
    kinds: dict[str, dict[str, Any]] = {}
    for record in records:
        frame = unseal(private, oin, record.headers(), record.value())
        context = SerializationContext(record.topic(), MessageField.VALUE, record.headers())
        found: Any = deserialize(frame, context)
        kinds[dict(record.headers())["ce_type"].decode()] = found
        assert found["bron"] is None or found["bron"].count("#") == 1
    assert len(kinds) > 2
    assert "nl.inburgering.aanlevering-aanvaard" in kinds
    about = [one["persoon"] for one in kinds.values() if one.get("persoon")]
    assert about
    for persoon in about:
        assert "pseudoniem" in {persoon["soort"], *(one["soort"] for one in persoon["ook"])}
        assert name != "vwn" or {persoon["soort"], *(one["soort"] for one in persoon["ook"])} == {"pseudoniem"}


def test_another_partners_key_opens_nothing(demo: DemoHub, consumer: Consumer) -> None:
    (record,) = first(consumer, f"hub.out.{demo.oin('brug')}", 1)
    other = X25519PrivateKey.from_private_bytes((demo.folder("horizon") / "sealing.key").read_bytes())
    for oin in (demo.oin("brug"), demo.oin("horizon")):
        with pytest.raises(Exception, match="^$|tag|decrypt"):
            documented_unseal()(other, oin, record.headers(), record.value())
