# SPDX-License-Identifier: EUPL-1.2
"""The mailbox on a real broker: places, transaction markers, a small window, many readers; and never on stale knowledge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from consent.decide import Besluit, Uitkomst
from consent.kader import Partij, Reden
from consent.participants import Deelnemersregister
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.topics import AUDIT, PARTITIONS, Role, out_topic
from hub.dossier.gevolgen import Gevolgen, Levering, Soort
from hub.readmodel.record import Basis, canonical, decision
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for
from hub.web import mailbox as mailboxes
from hub.web.kennis import Kennis
from hub.web.mailbox import BEGIN, Brief, HubBehind, Ingehouden, Mailbox, NotKept
from hub.web.postbus import Postbus
from hub.web.tables import gelezen
from hub.web.volger import ANSWER_SECONDS, Volger
from schemas import signatures
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, source_of, to_headers
from schemas.vocabulary import Categorie, Rol
from tests.conftest import HUB_OIN

OIN, OTHER = "00000009900000000003", "00000009900000000001"
VWN = Partij(OIN, Rol.BEGELEIDER)
NU = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
REGISTER = Deelnemersregister.of([{"oin": OIN, "naam": "VWN", "rollen": [{"rol": "begeleider", "van": "2024-01-01"}]}])
PLACES = count(1)


@dataclass
class Hub:
    """What the dossier agent would write: each turn one transaction, or one that is given up."""

    producer: Producer
    mailbox: Mailbox

    def turn(
        self, *names: str, toestemming: str | None = None, withdrawn: str | None = None, give_up: bool = False
    ) -> None:
        self.producer.begin_transaction()
        for name in names:
            value, headers = letter(name)
            self.producer.produce(out_topic(OIN), value, headers=headers, partition=0)
            self.producer.produce(AUDIT, audited(name, toestemming), partition=0)
        if withdrawn:
            self.producer.produce(AUDIT, withdrawal(withdrawn), partition=3)
        self.producer.flush(20)
        if give_up:
            self.producer.abort_transaction(20)
        else:
            self.producer.commit_transaction(20)

    def open_turn(self, name: str) -> None:
        """A turn that stays open: its records are at the broker, nobody may see them."""
        self.producer.begin_transaction()
        value, headers = letter(name)
        self.producer.produce(out_topic(OIN), value, headers=headers, partition=0)
        self.producer.flush(20)


def letter(name: str) -> tuple[bytes, list[tuple[str, bytes]]]:
    event = CloudEvent(
        name, source_of(HUB_OIN, "hub"), TYPE_PREFIX + "voortgang-gemeld", NU, subject="p1", data=name.encode() * 20
    )
    return event.data, to_headers(event) + signatures.sign(event, KEY, signatures.key_id(KEY.public_key()))


def audited(name: str, toestemming: str | None) -> bytes:
    sent = Levering(
        VWN,
        "voortgang-gemeld",
        Soort.GEBEURTENIS,
        name,
        {"taalniveau": "A2"},
        frozenset({Categorie.PSEUDONIEM}),
        "s#taalschool",
        NU.date(),
        NU,
    )
    yes = Besluit(VWN, Uitkomst.GELEVERD, regels=("r",), velden={"taalniveau": "r"}, toestemming=toestemming)
    return decision(
        Basis(0, next(PLACES), NU, {}),
        Gevolgen([sent], (yes,)),
        soort="besluit",
        dossier=f"d-{name}"[:36],
        event="e",
        naam="voortgang-gemeld",
        bron="s#taalschool",
        ciphertext=b"x",
    )


def withdrawal(toestemming: str) -> bytes:
    step = {"id": toestemming, "stand": "ingetrokken"}
    empty: dict[str, Any] = {
        "uitkomsten": [],
        "hub": [],
        "leveringen": [],
        "dossier": "d",
        "gebeurtenis": "e",
        "bron": None,
    }
    return canonical(
        empty
        | {
            "v": 1,
            "soort": "besluit",
            "type": "toestemming-ingetrokken",
            "plaats": f"3:{next(PLACES)}",
            "moment": NU.isoformat(),
            "toestemming": step,
        }
    )


@asynccontextmanager
async def reading(broker: Broker, tls: Credentials, database: Path, window_bytes: int) -> AsyncIterator[Mailbox]:
    kafka = KafkaConnection(broker.bootstrap, tls)
    engine = engine_for(f"sqlite:///{database}")
    kennis = Kennis(engine, lambda _: REGISTER)
    with engine.begin() as connection:  # other tests left on this broker what is no audit record
        for partition, at in (await asyncio.to_thread(audit_ends, kafka)).items():
            connection.execute(update(gelezen).where(gelezen.c.partitie == partition).values(volgende=at))
    volger, postbus = Volger(kafka, kennis), Postbus(kafka, window_bytes=window_bytes)
    await volger.start()
    await postbus.start()
    try:
        yield Mailbox(postbus, volger, kennis, lambda: NU, lambda: None)
    finally:
        await postbus.stop()
        await volger.stop()
        assert not volger.failed.done() and not postbus.failed.done()


def audit_ends(kafka: KafkaConnection) -> dict[int, int]:
    admin = AdminClient(kafka.librdkafka())
    asked = {TopicPartition(AUDIT, number): OffsetSpec.latest() for number in range(PARTITIONS)}
    return {tp.partition: future.result(20).offset for tp, future in admin.list_offsets(asked).items()}


@pytest.fixture(params=[2_000, 64 * 1024 * 1024], ids=["read back", "from the window"])
async def hub(
    request: pytest.FixtureRequest, broker: Broker, credentials: Callable[[str], Credentials], tmp_path: Path
) -> AsyncIterator[Hub]:
    settings = {"bootstrap.servers": broker.bootstrap, "log_level": 0, **broker.credentials.librdkafka()}
    producer = Producer(settings | {"transactional.id": f"test-{uuid4().hex}"})
    producer.init_transactions(20)
    async with reading(broker, credentials(Role.WEB), tmp_path / "web.db", request.param) as mailbox:
        register = {"v": 1, "soort": "bundel", "bundel": "deelnemers", "digest": "x", "plaats": "0:0"}
        tick = {"v": 1, "soort": "tik", "plaats": "0:0", "moment": NU.isoformat()}
        producer.begin_transaction()
        for record in (register, tick):
            producer.produce(AUDIT, canonical(record), partition=0)
        producer.commit_transaction(20)
        yield Hub(producer, mailbox)


async def end(mailbox: Mailbox) -> int:
    return (await mailbox.kept(OIN))[1] - 1


def names(*items: Any) -> list[str]:
    return [item.id for item in items]


async def test_places_lie_apart_and_markers_are_no_letters(hub: Hub) -> None:
    start = await end(hub.mailbox)
    one, two, three, gone = (f"{word}-{uuid4().hex[:8]}" for word in ("one", "two", "three", "gone"))
    hub.turn(one, two)
    hub.turn(gone, give_up=True)
    hub.turn(three)
    found = []
    while len(found) < 3 and (more := await hub.mailbox.read(OIN, found[-1].positie if found else start, 2, 10)):
        found += more
    assert names(*found) == [one, two, three]
    assert await hub.mailbox.read(OIN, found[-1].positie, 10, 0) == []
    for item in found:
        assert await hub.mailbox.at(OIN, item.positie) == item
        assert isinstance(item, Brief) and item.event.data == item.id.encode() * 20
    for marker in (found[1].positie + 1, found[2].positie + 1, found[2].positie + 1000):
        with pytest.raises(NotKept):
            await hub.mailbox.at(OIN, marker)
    assert names(*(await hub.mailbox.read(OIN, found[0].positie, 1, 0))) == [two]
    low, high = await hub.mailbox.kept(OIN)
    assert low <= found[0].positie and high == found[2].positie + 2, "behind the last one's marker"
    reached = [await hub.mailbox.reaches(OIN, place) for place in (BEGIN, found[2].positie, high - 1, high)]
    assert reached == [True, True, True, False]
    with pytest.raises(NotKept):
        await hub.mailbox.read("00000009900000000099", BEGIN, 1, 0)


async def test_what_is_not_committed_is_not_there(hub: Hub) -> None:
    start, name = await end(hub.mailbox), f"open-{uuid4().hex[:8]}"
    hub.open_turn(name)
    assert await hub.mailbox.read(OIN, start, 10, 0.5) == []
    hub.producer.produce(AUDIT, audited(name, None), partition=0)
    hub.producer.commit_transaction(20)
    assert names(*(await hub.mailbox.read(OIN, start, 10, 10))) == [name]


async def test_who_waits_is_woken_and_a_hundred_may_wait(hub: Hub) -> None:
    start, name = await end(hub.mailbox), f"news-{uuid4().hex[:8]}"
    waiting = [asyncio.create_task(hub.mailbox.read(OIN, start, 10, 30)) for _ in range(100)]
    await asyncio.sleep(0.2)
    assert not any(one.done() for one in waiting)
    await asyncio.to_thread(hub.turn, name)
    for one in waiting:
        assert names(*(await one)) == [name]


async def test_what_leaves_the_window_while_somebody_waits_is_not_passed_over(hub: Hub) -> None:
    start, letters = await end(hub.mailbox), [f"letter-{number}-{uuid4().hex[:8]}" for number in range(9)]
    waiting = asyncio.create_task(hub.mailbox.read(OIN, start, 20, 30))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(hub.turn, *letters)  # at once, and more than the small window holds
    found = await waiting
    while len(found) < len(letters) and (more := await hub.mailbox.read(OIN, found[-1].positie, 20, 10)):
        found += more
    assert names(*found) == letters


async def test_a_withdrawal_counts_from_its_commit_on_also_behind_a_marker(hub: Hub) -> None:
    start, name, toestemming = await end(hub.mailbox), f"held-{uuid4().hex[:8]}", uuid4().hex
    hub.turn(name, toestemming=toestemming)
    (before,) = await hub.mailbox.read(OIN, start, 10, 10)
    assert isinstance(before, Brief)
    hub.turn(withdrawn=toestemming)  # the next reading must see it, however soon it comes
    assert await hub.mailbox.read(OIN, start, 10, 0) == [Ingehouden(before.positie, name, Reden.TOESTEMMING_WITHDRAWN)]
    assert isinstance(await hub.mailbox.at(OIN, before.positie), Ingehouden)


async def test_a_delivery_without_its_record_is_not_handed_over(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its record was given up while the delivery stands (which the log channel never does): it waits, and is refused."""
    monkeypatch.setattr(mailboxes, "PATIENCE_SECONDS", 1.0)
    start, good, bare = await end(hub.mailbox), f"good-{uuid4().hex[:8]}", f"bare-{uuid4().hex[:8]}"
    hub.turn(good)
    hub.open_turn(bare)
    hub.producer.commit_transaction(20)
    (first,) = await hub.mailbox.read(OIN, start, 10, 10)
    assert first.id == good, "what comes before it is given"
    with pytest.raises(HubBehind):
        await hub.mailbox.read(OIN, first.positie, 10, 10)
    hub.producer.begin_transaction()
    hub.producer.produce(AUDIT, audited(bare, None), partition=0)
    hub.producer.commit_transaction(20)
    assert names(*(await hub.mailbox.read(OIN, first.positie, 10, 10))) == [bare]


async def test_while_the_broker_is_away_nothing_counts_as_read_and_afterwards_all_does(
    broker: Broker, credentials: Callable[[str], Credentials], tmp_path: Path
) -> None:
    """Longer than librdkafka waits for an answer, which it then gives as places that do not exist; and under a new leader
    epoch, which it does not learn of by itself."""
    loop = asyncio.get_running_loop()
    async with reading(broker, credentials(Role.WEB), tmp_path / "web.db", 2_000) as mailbox:
        volger = mailbox._volger
        await volger.fresh(loop.time() + 10)
        await asyncio.to_thread(broker.kill)
        with pytest.raises(HubBehind):
            await volger.fresh(loop.time() + 2 * ANSWER_SECONDS + 2)
        await asyncio.to_thread(broker.start)
        for _ in range(2):
            await volger.fresh(loop.time() + 20)
