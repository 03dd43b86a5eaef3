# SPDX-License-Identifier: EUPL-1.2
"""What one partner writes in another's name, plays again, or floods the inbox with, changes nothing for anybody else."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from confluent_kafka import Producer

from connectors import Connector, Event
from connectors.letters import Letter
from hub.broker.topics import DEAD_LETTERS, INBOX, PARTITIONS
from hub.streams.envelope import header
from hub.streams.reception import log_id
from schemas import signatures
from schemas.cloudevents import from_headers, source_of, to_headers
from tests.faults.hub_scene import ACCEPTED, GEM_B, SCHOOL_A, SCHOOL_B, VWN, until
from tests.stream.erasure_scene import Person, RunningHub, somebody

FLOOD = 3_000


@pytest.fixture(scope="module")
def person() -> Person:
    return somebody()


def started(person: Person) -> Event:
    return Event("cursus-gestart", person.by_bsn, {"begindatum": "2026-03-02", "component": "taal"})


class Thief:
    """A partner's own client, which writes whatever it likes to the inbox."""

    def __init__(self, hub: RunningHub, oin: str) -> None:
        folder = hub.scene.settings.participant_dir(oin)
        own = {name: str(folder / file) for name, file in _FILES.items()}
        self._producer = Producer(
            {"bootstrap.servers": hub.scene.broker.bootstrap, "log_level": 0, "security.protocol": "ssl", **own}
        )

    def writes(self, letter: Letter, partition: int, times: int = 1) -> None:
        key, value, headers = letter
        for _ in range(times):
            self._producer.produce(INBOX, value, key, partition, headers=headers)
            self._producer.poll(0)
        assert self._producer.flush(60) == 0


_FILES = {"ssl.ca.location": "ca.pem", "ssl.certificate.location": "cert.pem", "ssl.key.location": "key.pem"}


async def _receipts(hub: RunningHub, oin: str, event: str) -> list[str]:
    """The ids of the receipts for an event."""
    found = [one for one in await hub.scene.received(oin, quiet=1.0) if one.data.get("betreft") == event]
    assert all(one.gebeurtenis == ACCEPTED for one in found)
    return [one.id for one in found]


def _decisions(hub: RunningHub, event: str) -> int:
    return sum(one.get("gebeurtenis") == event for one in hub.scene.audit())


async def test_a_record_of_another_played_again_is_still_one_report_of_the_other(
    hub: RunningHub, person: Person
) -> None:
    """Byte for byte, by another partner, in every partition: the sender learns that it was taken, once more; the thief
    learns nothing."""
    event = started(person)
    async with hub.scene.connector(SCHOOL_A) as school:
        letter = school.letter(event)
        logged = log_id(school._source, event.id)
    await hub.scene.send(SCHOOL_A, event)
    before = len(await hub.scene.received(VWN, quiet=1.0))
    thief = Thief(hub, VWN)
    for partition in range(PARTITIONS):
        thief.writes(letter, partition)
    await _until_receipts(hub, SCHOOL_A, event.id, 1 + PARTITIONS)
    assert len(set(await _receipts(hub, SCHOOL_A, event.id))) == 1, "one receipt, repeated"
    assert _decisions(hub, logged) == 1
    assert len(await hub.scene.received(VWN, quiet=1.0)) == before


async def test_ones_own_record_played_again_is_still_one_report(hub: RunningHub, person: Person) -> None:
    event = started(person)
    async with hub.scene.connector(SCHOOL_A) as school:
        letter, logged = school.letter(event), log_id(school._source, event.id)
    await hub.scene.send(SCHOOL_A, event)
    Thief(hub, SCHOOL_A).writes(letter, 0, times=20)
    await _until_receipts(hub, SCHOOL_A, event.id, 21)
    assert len(set(await _receipts(hub, SCHOOL_A, event.id))) == 1
    assert _decisions(hub, logged) == 1


async def _until_receipts(hub: RunningHub, oin: str, event: str, count: int) -> None:
    async def there() -> bool:
        return len(await _receipts(hub, oin, event)) >= count

    await until(there, f"{count} receipts")


def _other_role(letter: Letter, school: Connector) -> Letter:
    key, value, headers = letter
    return key, value, [(name, b"begeleider" if name == "ce_rol" else content) for name, content in headers]


def _other_id(letter: Letter, school: Connector) -> Letter:
    key, value, headers = letter
    return key, value, [(name, content + b"0" if name == "ce_id" else content) for name, content in headers]


def _in_the_name_of_another(letter: Letter, school: Connector) -> Letter:
    """Sealed and signed as it should be, by the wrong one."""
    key, value, headers = letter
    event = replace(from_headers(headers, value), source=source_of(SCHOOL_B, "presentie"))
    signing = school.profile.signing_key()
    return key, value, to_headers(event) + signatures.sign(event, signing, signatures.key_id(signing.public_key()))


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (_other_id, "handtekening-ongeldig"),
        (_other_role, "handtekening-ongeldig"),
        (_in_the_name_of_another, "bron-van-ander"),
    ],
)
async def test_what_is_altered_or_signed_for_another_counts_for_nobody(
    hub: RunningHub, person: Person, forge: Callable[[Letter, Connector], Letter], reason: str
) -> None:
    event = replace(started(person), rol="taalschool")
    async with hub.scene.connector(SCHOOL_A) as school:
        forged = forge(school.letter(event), school)
    claims, before = hub.scene.claims(), len(hub.scene.every(DEAD_LETTERS))
    Thief(hub, SCHOOL_A).writes(forged, 1)
    await until(lambda: len(hub.scene.every(DEAD_LETTERS)) > before, "a dead letter")
    (letter,) = hub.scene.every(DEAD_LETTERS)[before:]
    assert header(letter.headers, "dead-letter-reason") == reason
    assert letter.value == forged[1]
    assert hub.scene.claims() == claims


async def test_a_flood_of_noise_holds_up_nobody_for_long(hub: RunningHub, person: Person) -> None:
    """Thousands of records that nobody signed, in every partition: a school's report passes through the midst of them."""

    async def seconds() -> float:
        began = time.monotonic()
        await hub.scene.send(SCHOOL_A, started(person))
        return time.monotonic() - began

    quiet = statistics.median([await seconds() for _ in range(3)])
    thief = Thief(hub, GEM_B)
    for partition in range(PARTITIONS):
        thief.writes((b"k", b"ruis" * 50, [("ce_id", b"1")]), partition, times=FLOOD // PARTITIONS)
    noisy = statistics.median([await seconds() for _ in range(3)])
    assert noisy < 15 * quiet

    def kept() -> int:
        return sum(one.value == b"ruis" * 50 for one in hub.scene.every(DEAD_LETTERS))

    await until(lambda: kept() == FLOOD, "each of them with the dead letters, within a day's allowance")
