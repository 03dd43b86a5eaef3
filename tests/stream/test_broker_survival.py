# SPDX-License-Identifier: EUPL-1.2
"""The broker survives its own death and its owner's, keeps its records and its port, and leaves no process behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from hub.broker.admin import apply, drift
from hub.broker.errors import DataDirectoryRefused
from hub.broker.kafka import Broker
from hub.broker.topics import acls_for, topics_for

STRUCTURE = (topics_for(["00000009900000000001"]), acls_for({}, {}))
LIGHT = {"offsets.topic.num.partitions": "1", "transaction.state.log.num.partitions": "1"}

OWNER = """
import sys, time
from pathlib import Path
from hub.broker.kafka import Broker
broker = Broker(Path(sys.argv[1]), tethered=sys.argv[2] == "tethered")
broker.start()
print(broker.pid, flush=True)
time.sleep(600)
"""


def admin(broker: Broker) -> AdminClient:
    return AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0, **broker.credentials.librdkafka()})


def write(broker: Broker, topic: str, count: int) -> None:
    producer = Producer(
        {"bootstrap.servers": broker.bootstrap, "log_level": 0, "acks": "all", **broker.credentials.librdkafka()}
    )
    for number in range(count):
        producer.produce(topic, str(number).encode(), partition=0)
    assert producer.flush(15) == 0


def count(broker: Broker, topic: str) -> int:
    consumer = Consumer(
        {"bootstrap.servers": broker.bootstrap, "log_level": 0, "group.id": "count", **broker.credentials.librdkafka()}
    )
    try:
        return int(consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=15)[1])
    finally:
        consumer.close()


def gone(pid: int, seconds: float = 0.0) -> bool:
    """Whether the process has ended, or does within ``seconds``."""
    deadline = time.monotonic() + seconds
    while psutil.pid_exists(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def owner(tmp_path: Path):
    """Start a process that owns a broker on ``tmp_path``; returns it and the broker's process id."""
    started: list[tuple[subprocess.Popen[str], int]] = []

    def start(kind: str) -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(tmp_path), kind], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        started.append((process, int(process.stdout.readline())))
        return started[-1]

    yield start
    for process, pid in started:
        process.kill()
        process.communicate()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_broker_killed_under_load_comes_back_with_every_record_on_the_same_port(tmp_path: Path) -> None:
    broker = Broker(tmp_path, overrides=LIGHT)
    broker.start()
    try:
        apply(broker.bootstrap, broker.credentials, *STRUCTURE)
        write(broker, "hub.dossier", 5000)
        address, first = broker.bootstrap, broker.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert gone(first, 5)
        broker.start()
        assert broker.bootstrap == address
        assert broker.pid != first
        assert count(broker, "hub.dossier") == 5000
        assert drift(broker.bootstrap, broker.credentials, *STRUCTURE) == []
        write(broker, "hub.dossier", 1)
        assert count(broker, "hub.dossier") == 5001

        running = broker.pid
        begun = time.monotonic()
        broker.stop()
        assert time.monotonic() - begun < 10
        assert running is not None
        assert gone(running)
        assert broker.pid is None
    finally:
        broker.kill()


def test_when_the_hub_is_killed_its_broker_dies_with_it(tmp_path: Path, owner) -> None:
    process, pid = owner("tethered")
    with pytest.raises(DataDirectoryRefused, match="Another process runs the broker of this data directory"):
        Broker(tmp_path).start()
    assert not gone(pid), "the refused start touched the other process's broker"
    process.kill()
    process.wait()
    assert gone(pid, 5)


def test_an_orphan_that_was_left_running_does_not_block_the_next_start(tmp_path: Path, owner) -> None:
    process, pid = owner("untethered")
    process.kill()
    process.wait()
    assert not gone(pid, 0.5), "an untethered broker outlives its owner"
    address = Broker(tmp_path).bootstrap
    with Broker(tmp_path) as broker:
        assert gone(pid)
        assert broker.bootstrap == address


def test_two_data_directories_side_by_side_do_not_meet(broker: Broker, tmp_path: Path) -> None:
    with Broker(tmp_path, overrides=LIGHT) as other:
        assert other.bootstrap != broker.bootstrap
        ours, theirs = admin(broker), admin(other)
        theirs.create_topics([NewTopic("only-there", 1)], operation_timeout=10)["only-there"].result(10)
        assert "only-there" not in ours.list_topics(timeout=10).topics
        assert theirs.describe_cluster().result(10).cluster_id != ours.describe_cluster().result(10).cluster_id
        # Both call their own principal the same; that helps nobody at the other one.
        assert other.credentials.principal == broker.credentials.principal
        stranger = AdminClient(
            {"bootstrap.servers": other.bootstrap, "log_level": 0, **broker.credentials.librdkafka()}
        )
        with pytest.raises(KafkaException):
            stranger.list_topics(timeout=1.5)
        trusting = broker.credentials.librdkafka() | {"ssl.ca.location": str(other.credentials.ca)}
        stranger = AdminClient({"bootstrap.servers": other.bootstrap, "log_level": 0, **trusting})
        with pytest.raises(KafkaException):
            stranger.list_topics(timeout=1.5)
    assert broker.pid is not None
