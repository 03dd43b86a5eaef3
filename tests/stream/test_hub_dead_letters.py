# SPDX-License-Identifier: EUPL-1.2
"""Poison in the inbox ends with the dead letters as it came, and what stands behind it is handled as if it were not there."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition

from connectors import Connector, Event
from hub.broker.credentials import Credentials
from hub.broker.topics import DEAD_LETTERS, INBOX, Role
from tests.stream.demo_hub import DemoHub

PARTITION = 4
MARK = uuid.uuid4().hex[:8].encode()

Headers = list[tuple[str, bytes | None]]


@pytest.fixture(scope="module")
def writer(demo: DemoHub) -> Iterator[Producer]:
    """A partner's own client, whatever it writes."""
    own = Credentials(demo.folder("brug"))
    producer = Producer({"bootstrap.servers": demo.broker.bootstrap, "log_level": 0, **own.librdkafka()})
    yield producer
    assert producer.flush(10) == 0


POISON: dict[str, tuple[bytes | None, Headers, bytes | None]] = {
    "no headers": (b"key-1", [], b"\x00\x01\xff"),
    "no value": (b"key-2", [("ce_id", b"1")], None),
    "no key": (None, [("x", b"y")], b"value"),
    "one header twice, one of bytes, one empty": (
        b"\xff\x00",
        [("ce_id", b"1"), ("ce_id", b"2"), ("blob", bytes(range(256))), ("leeg", b""), ("niets", None)],
        b"v" * 1000,
    ),
    "headers that look like ours": (
        b"key-5",
        [("dead-letter-topic", b"hub.dossier"), ("dead-letter-reason", b"niets aan de hand")],
        b"forged",
    ),
    "large": (b"key-6", [("h", b"h" * 10_000)], b"z" * 900_000),
}


def dead_letters(demo: DemoHub) -> list[Message]:
    own = Credentials(demo.settings.credentials_dir(Role.OPERATOR))
    consumer = Consumer(
        {
            "bootstrap.servers": demo.broker.bootstrap,
            **own.librdkafka(),
            "group.id": "hub-operator",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
        }
    )
    consumer.assign([TopicPartition(DEAD_LETTERS, 0, 0)])
    found: list[Message] = []
    try:
        while True:
            message = consumer.poll(15)
            assert message is not None
            if (error := message.error()) is not None:
                assert error.code() == KafkaError._PARTITION_EOF
                return found
            found.append(message)
    finally:
        consumer.close()


async def passed(demo: DemoHub) -> None:
    """A good report behind the poison, in the same partition, has its receipt: the stream goes on."""
    person = next(one for one in demo.draaiboek.personen if one.id == "P04")
    event = Event("cursus-gestart", {"soort": "bsn", "waarde": person.bsn}, {"begindatum": "2026-06-01"})
    async with Connector.open(demo.folder("brug"), group=f"poison-{uuid.uuid4().hex[:6]}") as brug:
        _, value, headers = brug.letter(event)
        producer = await brug._sending()
        await producer.send_and_wait(INBOX, value, partition=PARTITION, headers=headers)
        async for delivery in brug.deliveries(until_quiet=30):
            if delivery.data.get("betreft") == event.id:
                assert delivery.gebeurtenis == "aanlevering-aanvaard"
                return
    raise AssertionError("no receipt came: intake stands still")


async def test_poison_is_kept_as_it_came_and_the_stream_goes_on(demo: DemoHub, writer: Producer) -> None:
    before = len(dead_letters(demo))
    placed: list[int] = []
    for key, headers, value in POISON.values():
        marked = [*headers, ("mark", MARK)]
        writer.produce(
            INBOX,
            value,
            key,
            partition=PARTITION,
            headers=marked,
            on_delivery=lambda _, done: placed.append(done.offset()),
        )
    assert writer.flush(15) == 0
    await passed(demo)
    letters = dead_letters(demo)[before:]
    assert len(letters) == len(POISON)
    for (key, headers, value), offset, letter in zip(POISON.values(), placed, letters, strict=True):
        original, added = letter.headers()[: len(headers) + 1], dict(letter.headers()[len(headers) + 1 :])
        assert (letter.key(), letter.value()) == (key, value)
        assert original == [*headers, ("mark", MARK)]
        place = [added[f"dead-letter-{name}"].decode() for name in ("topic", "partition", "offset")]
        assert place == [INBOX, str(PARTITION), str(offset)]
        assert added["dead-letter-reason"] == b"onleesbaar"
        assert added["dead-letter-detail"]


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_a_partner_that_compresses_stops_nobody(demo: DemoHub, codec: str) -> None:
    """Its client may use a codec that ours does not have: the broker unpacks before it stores."""
    own = Credentials(demo.folder("brug"))
    config = {"bootstrap.servers": demo.broker.bootstrap, "log_level": 0, **own.librdkafka()}
    producer = Producer(config | {"compression.type": codec})
    before = len(dead_letters(demo))
    producer.produce(INBOX, b"n" * 5000, b"k", partition=PARTITION)
    assert producer.flush(15) == 0
    await passed(demo)
    assert [one.value() for one in dead_letters(demo)[before:]] == [b"n" * 5000]
    assert demo.deaths == []


def test_a_packed_record_counts_at_its_full_size(demo: DemoHub) -> None:
    """A hundred kilobytes that unpack to twenty million are refused by the broker, not by the memory of a worker."""
    own = Credentials(demo.folder("brug"))
    config = {"bootstrap.servers": demo.broker.bootstrap, "log_level": 0, **own.librdkafka()}
    producer = Producer(config | {"compression.type": "zstd", "message.max.bytes": 100_000_000})
    answers: list[KafkaError | None] = []
    producer.produce(INBOX, bytes(20_000_000), partition=PARTITION, on_delivery=lambda error, _: answers.append(error))
    assert producer.flush(30) == 0
    assert answers[0] is not None and answers[0].code() == KafkaError.MSG_SIZE_TOO_LARGE


def test_the_operator_sees_them(demo: DemoHub, writer: Producer) -> None:
    listed = demo.hub("dead-letters", "list", "--json")
    assert (listed.code, listed.err) == (1, "")
    found = json.loads(listed.out)
    assert [one["number"] for one in found] == sorted({one["number"] for one in found})
    ours = [one for one in found if one["headers"].get("mark") == MARK.decode()]
    assert len(ours) == len(POISON)
    assert ours[4]["stood"].startswith(f"{INBOX}:{PARTITION}:") and ours[4]["reason"] == "onleesbaar"
    shown = demo.hub("dead-letters", "show", str(ours[3]["number"]))
    assert shown.code == 0
    one = json.loads(shown.out)
    assert (one["key"], one["bytes"]) == ("ff00", 1000)
    assert one["headers"]["blob"] == bytes(range(256)).hex()
    table = demo.hub("dead-letters", "list")
    assert table.code == 1 and "onleesbaar" in table.out
    missing = demo.hub("dead-letters", "show", "999999")
    assert (missing.code, missing.said) == (
        2,
        "There is no dead letter 999999: `hub dead-letters list` gives the numbers.",
    )
