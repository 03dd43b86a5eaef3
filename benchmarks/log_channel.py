# SPDX-License-Identifier: EUPL-1.2
"""Events per second of the log channel beside bare aiokafka, Faust's own agents and quixstreams, in one run.

Measured from the first event that an engine handles until a ``read_committed`` reader has seen the output of the last one,
on one broker, one engine after the other. ``python -m benchmarks.log_channel``
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import confluent_kafka as librdkafka
from confluent_kafka.admin import AdminClient, NewTopic
from rich.console import Console
from rich.table import Table

from benchmarks.log_contestants import Course
from hub.broker.kafka import Broker

__all__ = ["main", "run"]

PARTITIONS = 12
KEYS = 5_000
VALUE = b"x" * 300


def run(broker: Broker, events: int = 200_000, faust_events: int = 20_000) -> dict[str, Any]:
    """Events per second by engine, and the ratios that the hub promises. Faust gets fewer events: it would take too long."""
    with tempfile.TemporaryDirectory() as directory:
        field = Field(broker, Path(directory))
        many, few = field.fill(events), field.fill(faust_events)
        speeds = {
            "channel": field.time("channel", many, events),
            "channel, state on disk": field.time("channel", many, events, disk=True),
            "aiokafka, at least once": field.time("aiokafka", many, events),
            "quixstreams, exactly once": field.time("quixstreams", many, events),
            "faust agent": field.time("faust", few, faust_events),
        }
    return {
        "events": events,
        "events_per_second": {name: round(speed) for name, speed in speeds.items()},
        "ratios": {
            "channel / faust agent (at least 5)": round(speeds["channel"] / speeds["faust agent"], 2),
            "channel / quixstreams (at least 0.8)": round(speeds["channel"] / speeds["quixstreams, exactly once"], 2),
            "channel on disk / quixstreams": round(
                speeds["channel, state on disk"] / speeds["quixstreams, exactly once"], 2
            ),
            "channel / bare aiokafka": round(speeds["channel"] / speeds["aiokafka, at least once"], 2),
        },
    }


class Field:
    """Topics, events and the clock."""

    def __init__(self, broker: Broker, directory: Path) -> None:
        self.broker, self.directory = broker, directory
        self.properties = {"bootstrap.servers": broker.bootstrap, "log_level": 0, **broker.credentials.librdkafka()}
        self.admin = AdminClient(self.properties)
        self.name = f"bench-{int(time.time())}"
        self.count = 0

    def topic(self, kind: str, **config: str) -> str:
        self.count += 1
        name = f"{self.name}-{self.count}-{kind}"
        for future in self.admin.create_topics([NewTopic(name, PARTITIONS, 1, config=config)]).values():
            future.result()
        return name

    def fill(self, events: int) -> str:
        """A topic with that many events."""
        topic = self.topic("in")
        producer = librdkafka.Producer({**self.properties, "linger.ms": 20, "enable.idempotence": True})
        for number in range(events):
            producer.produce(topic, VALUE, b"person-%d" % (number % KEYS))
            if number % 10_000 == 0:
                producer.flush()
        producer.flush()
        return topic

    def time(
        self,
        engine: str,
        source: str,
        events: int,
        *,
        disk: bool = False,
        contestants: str = "log_contestants",
        line: Path | None = None,
    ) -> float:
        """Outputs per second of one engine; `events` is how many outputs there will be."""
        directory = self.directory / f"{engine}-{disk}"
        directory.mkdir()
        output = self.topic("out")
        course = Course(
            bootstrap=self.broker.bootstrap,
            credentials=str(self.broker.credentials.directory),
            input=source,
            output=output,
            state=self.topic("state", **{"cleanup.policy": "compact"}),
            group=output.replace("out", "group"),
            directory=str(directory),
            disk=disk,
            line=str(line or ""),
        )
        reader = librdkafka.Consumer(
            {**self.properties, "group.id": "none", "isolation.level": "read_committed", "enable.auto.commit": False}
        )
        reader.assign([librdkafka.TopicPartition(output, number, 0) for number in range(PARTITIONS)])
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"benchmarks.{contestants}", engine, course.json()],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            seen, deadline = 0, time.monotonic() + 300
            while seen < events:
                seen += sum(message.error() is None for message in reader.consume(10_000, 0.05))
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(
                        f"{engine} stopped at {seen} of {events}: {(directory / 'log').read_text()[-2000:]}"
                    )
            end = time.time()
        finally:
            process.kill()
            said, _ = process.communicate()
            reader.close()
        (began,) = re.findall(r"first event at ([0-9.]+)", said)  # Faust draws a spinner around it
        return events / (end - float(began))


def main(*, as_json: bool = False) -> None:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as data, Broker(Path(data)) as broker:
        found = run(broker)
    console = Console()
    if as_json:
        console.print_json(data=found)
        return
    table = Table("the same trivial handler on", "events/s", box=None)
    for name, speed in found["events_per_second"].items():
        table.add_row(name, f"{speed:,}")
    console.print(table)
    for name, ratio in found["ratios"].items():
        console.print(f"{name}: {ratio}")


if __name__ == "__main__":
    main()
