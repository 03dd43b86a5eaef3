# SPDX-License-Identifier: EUPL-1.2
"""P4: after the whole story no BSN, V-nummer or name stands readable in any byte that the hub keeps.

Not looked at: the partners' own folders, which are theirs. The vault is looked at as well: in it, too, all is sealed.
"""

from __future__ import annotations

import base64
import gzip
from collections import Counter
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from connectors.files import Melding, load_profile, read
from tests.stream.byte_scan import Hit, Scanner, codecs, told
from tests.stream.demo_hub import DemoHub


def secrets(demo: DemoHub) -> set[str]:
    """What names a person of the story."""
    found: set[str] = set()
    for one in demo.draaiboek.personen:
        found |= {one.bsn, one.voornamen, one.achternaam}
        if one.vnummer:
            found |= {one.vnummer, one.vnummer.lstrip("0")}
    return found


@pytest.fixture(scope="module")
def scanner(demo: DemoHub) -> Scanner:
    return Scanner(secrets(demo))


def kept(demo: DemoHub) -> Path:
    return demo.data / "participants"


def records(demo: DemoHub) -> dict[tuple[str, int], list[bytes]]:
    """Key, headers and value of every record as one, by partition of every topic: Kafka's own topics and what was aborted
    included."""
    consumer = Consumer(
        {
            "bootstrap.servers": demo.broker.bootstrap,
            **demo.broker.credentials.librdkafka(),
            "group.id": "byte-scan",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_uncommitted",
        }
    )
    try:
        known = consumer.list_topics(timeout=10).topics.items()
        waiting = {(name, number) for name, topic in known for number in topic.partitions}
        found: dict[tuple[str, int], list[bytes]] = {place: [] for place in waiting}
        consumer.assign([TopicPartition(name, number, 0) for name, number in waiting])
        while waiting:
            message = consumer.poll(20)
            assert message is not None, f"{len(waiting)} partitions did not come to their end"
            place = (message.topic(), message.partition())
            if (error := message.error()) is not None:
                assert error.code() == KafkaError._PARTITION_EOF, error.str()
                waiting.discard(place)
                continue
            headers = b"\n".join(name.encode() + b"=" + (value or b"") for name, value in message.headers() or ())
            found[place].append(b"\n".join((message.key() or b"", headers, message.value() or b"")))
        return found
    finally:
        consumer.close()


def test_the_words_that_are_looked_for_are_those_that_the_partners_sent(demo: DemoHub, scanner: Scanner) -> None:
    """A scanner with the wrong words finds nothing: they are found in the partners' files, and in what they received."""
    in_files: set[str] = set()
    for dag in demo.draaiboek.dagen:
        for zending in dag.zendingen:
            profile = load_profile(zending.profiel, afzender=demo.oin(zending.org_id), geheim=b"s" * 32)
            for row in read(zending.path, profile):
                if isinstance(row, Melding):
                    in_files |= {hit.word for hit in scanner.scan(f"{row.persoon}{row.data}".encode(), "row")}
    assert {one.bsn for one in demo.draaiboek.personen} <= in_files
    assert {one.achternaam for one in demo.draaiboek.personen} & in_files
    received = {
        hit.word for one in demo.seen.geleverd for hit in scanner.scan(str(dict(one.data)).encode(), "delivery")
    }
    assert len(received) > 10


def test_no_file_of_the_hub_names_a_person(demo: DemoHub, scanner: Scanner) -> None:
    """Log segments, indexes, databases with their write-ahead logs, state, logs of every process, names of files."""
    found, count = scanner.scan_tree(demo.data, but=[kept(demo)])
    assert told(found) == ""
    names = {path.suffix for path in demo.data.rglob("*")} | {path.name for path in demo.data.iterdir()}
    assert {".log", ".db", ".db-wal", "bundles", "logs", "broker"} <= names
    assert count > 100


def test_no_record_of_any_topic_names_a_person(demo: DemoHub, scanner: Scanner) -> None:
    found: set[Hit] = set()
    count: Counter[str] = Counter()
    for (topic, partition), content in records(demo).items():
        found |= scanner.scan(topic.encode(), "the name of a topic")
        found |= scanner.scan(b"\n".join(content), f"{topic}-{partition}")
        count[topic] += len(content)
    assert told(found) == ""
    assert all(count[name] > 100 for name in ("hub.inbox", "hub.dossier", "hub.dossier.state", "hub.audit"))
    assert all(count[f"hub.out.{one.oin}"] > 5 for one in demo.draaiboek.deelnemers)
    assert count["__consumer_offsets"] and count["__transaction_state"]


def test_no_batch_is_compressed_with_what_the_scanner_cannot_read(demo: DemoHub) -> None:
    segments = list((demo.data / "broker" / "records").rglob("*.log"))
    assert len(segments) > 40
    assert {codec for path in segments for codec in codecs(path.read_bytes())} == {0}


CANARY = "999990068"


def test_what_a_careless_partner_writes_in_clear_is_found(demo: DemoHub) -> None:
    """The proof that the looking works where it is done: a record in the inbox, on disk and as it is read, and a file.

    The partner's client compresses; the broker unpacks. The record itself ends with the dead letters: nobody signed it.
    """
    properties = (demo.folder("horizon") / "client.properties").read_text().splitlines()
    config = dict(
        line.split("=", 1) for line in properties if line and not line.startswith(("#", "group", "iso", "auto"))
    )
    producer = Producer({**config, "compression.type": "gzip"})
    packed = base64.b64encode(gzip.compress(f"persoon {CANARY}".encode()))
    producer.produce("hub.inbox", b"x" * 500 + packed, headers={"ce_id": "canary"}, partition=5)
    assert producer.flush(10) == 0
    note = demo.data / "logs" / "canary.txt"
    note.write_bytes(CANARY.encode("utf-16-le"))
    scanner = Scanner([CANARY])
    try:
        found, _ = scanner.scan_tree(demo.data, but=[kept(demo)])
        places = {hit.place for hit in found}
        assert "logs/canary.txt" in places
        assert any("hub.inbox-5/" in place for place in places), told(found)
        assert scanner.scan(b"\n".join(records(demo)["hub.inbox", 5]), "hub.inbox")
    finally:
        note.unlink()
