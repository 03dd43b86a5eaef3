# SPDX-License-Identifier: EUPL-1.2
"""The hub's own handlers on the log channel, on quixstreams and on Faust's agents, in one run on one broker."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import confluent_kafka as librdkafka

from benchmarks import scene
from benchmarks.line import Line
from benchmarks.log_channel import Field
from benchmarks.path_contestants import OUTPUTS
from hub.broker.kafka import Broker

PERSONS = 400
EVENTS = {"channel": 6_000, "quixstreams": 6_000, "faust": 2_000}


def main(*, as_json: bool = False) -> None:
    with tempfile.TemporaryDirectory() as data, Broker(Path(data) / "broker") as broker:
        print(json.dumps(run(broker, Path(data)), indent=None if as_json else 2))


def run(broker: Broker, place: Path) -> dict[str, Any]:
    """Events per second by engine, three outputs an event."""
    line = Line(place / "line")
    people = scene.numbers(PERSONS)
    line.begin(people)
    (place / "work").mkdir()
    field = Field(broker, place / "work")
    speeds = {}
    for engine, events in EVENTS.items():
        source = _fill(field, line, people, events)
        outputs = field.time(engine, source, events * OUTPUTS, contestants="path_contestants", line=place / "line")
        speeds[engine] = outputs / OUTPUTS
    line.vault.close()
    return {
        "events_per_second": {name: round(speed) for name, speed in speeds.items()},
        "ratios": {
            "channel / faust agent": round(speeds["channel"] / speeds["faust"], 2),
            "channel / quixstreams": round(speeds["channel"] / speeds["quixstreams"], 2),
        },
    }


def _fill(field: Field, line: Line, people: list[str], events: int) -> str:
    """A topic with that many lessons: every engine finds the same dossiers to begin with."""
    topic = field.topic("in")
    producer = librdkafka.Producer({**field.properties, "linger.ms": 20, "enable.idempotence": True})
    letters = []
    for number in range(events):
        letters.append(
            line.partners[scene.SCHOOL].letter(scene.lesson(people[number % len(people)], number // len(people)))
        )
    for key, value, headers in letters:
        producer.produce(topic, value, key, headers=headers)
        producer.poll(0)
    producer.flush()
    return topic


if __name__ == "__main__":
    main()
