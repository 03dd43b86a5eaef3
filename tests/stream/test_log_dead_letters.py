# SPDX-License-Identifier: EUPL-1.2
"""A record that cannot be handled goes aside as it came, inside the turn; outputs that cannot be sent have a name."""

from __future__ import annotations

import pytest
from confluent_kafka.admin import NewTopic

from hub.broker.kafka import Broker
from hub.streams.errors import OutputTooLarge
from tests.stream.log_scene import Scene, handle


async def test_a_poison_record_goes_aside_with_all_it_had_and_the_turn_goes_on(broker: Broker) -> None:
    scene = Scene(broker)
    poison = b"\xff\x00 not avro"
    scene.send([b"1"])
    scene.send([poison], key=b"\x00key", headers=[("ce_id", b"x"), ("ce_id", b"y"), ("dead-letter-reason", b"forged")])
    scene.send([b"3"])
    async with scene.reader() as desk:
        handled: list[bytes] = []
        while len(handled) < 3:
            turn = await desk.turn()
            for record in turn.records:
                handled.append(record.value)
                if record.value == poison:
                    turn.dead_letter(record, "unreadable", "no magic byte")
                else:
                    turn.emit(f"{scene.name}.out", record.value)
            assert not any(value == poison for value in scene.values("dead")), "visible only with the turn"
            await turn.commit()
    assert scene.values("out") == [b"1", b"3"]
    (letter,) = scene.read("dead")
    assert (letter.key(), letter.value()) == (b"\x00key", poison)
    headers = letter.headers()
    assert headers[:3] == [("ce_id", b"x"), ("ce_id", b"y"), ("dead-letter-reason", b"forged")]
    told = dict(headers[3:])
    assert told.pop("dead-letter-time-ms").isdigit()
    assert told == {
        "dead-letter-topic": f"{scene.name}.in".encode(),
        "dead-letter-partition": b"0",
        "dead-letter-offset": b"1",
        "dead-letter-reason": b"unreadable",
        "dead-letter-detail": b"no magic byte",
    }
    assert scene.committed() == 3


async def test_a_record_without_key_and_value_can_be_put_aside(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send([None], key=None)  # type: ignore[list-item]
    async with scene.reader() as desk:
        turn = await desk.turn()
        turn.dead_letter(turn.records[0], "empty")
        await turn.commit()
    (letter,) = scene.read("dead")
    assert (letter.key(), letter.value()) == (None, None)


async def test_the_largest_record_that_the_log_takes_can_be_put_aside(broker: Broker) -> None:
    scene = Scene(broker)
    largest = b"x" * (1024 * 1024 - 200)
    scene.send([largest], **{"message.max.bytes": 2_000_000})
    async with scene.reader() as desk:
        turn = await desk.turn()
        turn.dead_letter(turn.records[0], "too-large", "d" * 500)
        await turn.commit()
    assert scene.values("dead") == [largest]


async def test_an_output_that_is_too_large_is_refused_before_anything_is_sent(broker: Broker) -> None:
    scene = Scene(broker)
    scene.send([b"1", b"2"])
    async with scene.reader() as desk:
        turn = await desk.turn()
        with pytest.raises(OutputTooLarge, match="refuse the record"):
            turn.emit(f"{scene.name}.out", b"x" * 5_000_000)
        turn.dead_letter(turn.records[0], "te-groot")
        turn.emit(f"{scene.name}.out", turn.records[1].value)
        await turn.commit()
    assert scene.values("out") == [b"2"]
    assert scene.values("dead") == [b"1"]


async def test_a_topic_that_takes_less_than_we_were_told_is_an_error_with_a_name(broker: Broker) -> None:
    """Not a loop: the turn fails, the process would end, and nothing of the turn is seen."""
    scene = Scene(broker)
    scene.create(NewTopic(f"{scene.name}.narrow", 1, config={"max.message.bytes": "1000"}))
    scene.send([b"1"])
    async with scene.reader() as desk:
        turn = await desk.turn()
        handle(turn, f"{scene.name}.out")
        turn.emit(f"{scene.name}.narrow", b"x" * 2000)
        with pytest.raises(OutputTooLarge, match="max.message.bytes"):
            await turn.commit()
        await desk.reader.crash(RuntimeError("what Faust does with an error that nobody named"))
    assert scene.values("out") == []
    assert scene.committed() is None
    async with scene.reader() as desk:
        turn = await desk.turn()
        handle(turn, f"{scene.name}.out")
        await turn.commit()
    assert scene.values("out") == [b"1"]
