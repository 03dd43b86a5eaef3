# SPDX-License-Identifier: EUPL-1.2
"""The Python client against the demo's hub: send, receipts, deliveries that go on where they were confirmed."""

from __future__ import annotations

import asyncio
import gc
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from confluent_kafka import Producer

from connectors import Connector, Delivery, DeliveryRefused, Event
from connectors.way import AnotherReader
from hub.broker.topics import out_topic
from schemas.codec import InvalidEvent
from tests.stream.demo_hub import DemoHub

QUIET = 1.0
NOVA = "00000099000000009000"
RECEIPTS = {"aanlevering-aanvaard", "aanlevering-geweigerd"}


@pytest.fixture(scope="module")
def nova(demo: DemoHub) -> str:
    """A school that is let in while the hub runs, as its operator does it; returns its OIN."""
    words = ("--oin", NOVA, "--naam", 'Taalschool "Nova"', "--rol", "taalschool", "--namens", demo.oin("veldhaven"))
    ran = demo.hub("participants", "add", *words)
    assert (ran.code, ran.err) == (0, ""), ran
    return NOVA


@pytest.fixture
def listener(demo: DemoHub) -> Iterator[Callable[..., Connector]]:
    """`listener("brug")`: a new connection of the school, in a group of this test."""
    group = f"test-{uuid.uuid4().hex[:8]}"

    def connect(name: str) -> Connector:
        folder = demo.settings.participant_dir(NOVA) if name == "nova" else demo.folder(name)
        return Connector.open(folder, group=group)

    yield connect


async def some(connector: Connector, count: int | None = None) -> list[Delivery]:
    """The next deliveries: so many, or all until it is quiet."""
    found: list[Delivery] = []
    async for one in connector.deliveries(until_quiet=QUIET if count is None else 30):
        found.append(one)
        if len(found) == count:
            break
    return found


def lesson(bsn: str, day: str, **changes: object) -> Event:
    event = Event("cursus-gestart", {"soort": "bsn", "waarde": bsn}, {"begindatum": day})
    return replace(event, **changes)  # type: ignore[arg-type]


async def test_reading_goes_on_after_the_last_confirmed_delivery(listener: Callable[..., Connector]) -> None:
    async with listener("brug") as first:
        whole = await some(first)
    async with listener("brug") as second:
        assert [one.id for one in await some(second, 5)] == [one.id for one in whole[:5]]  # nothing was confirmed
    async with listener("brug") as third:
        seen = await some(third, 5)
        await seen[2].done()
    async with listener("brug") as fourth:
        again = await some(fourth)
        assert [one.id for one in again] == [one.id for one in whole[3:]]
        await again[-1].done()
    async with listener("brug") as last:
        assert await some(last) == []
        assert [one.id for one in await some_from(last, whole[7].positie)] == [one.id for one in whole[7:]]


async def some_from(connector: Connector, start: int) -> list[Delivery]:
    return [one async for one in connector.deliveries(until_quiet=QUIET, start=start)]


async def test_a_delivery_says_what_a_recipient_needs(demo: DemoHub, listener: Callable[..., Connector]) -> None:
    async with listener("vwn") as vwn, listener("brug") as brug:
        to_vwn, to_brug = [[one for one in await some(each) if one.gebeurtenis not in RECEIPTS] for each in (vwn, brug)]
    assert to_vwn and to_brug
    assert {one.rol for one in to_vwn} == {"begeleider"}
    assert len({one.id for one in to_vwn}) == len(to_vwn)
    numbers = {one.bsn for one in demo.draaiboek.personen} | {one.vnummer for one in demo.draaiboek.personen}
    assert not [one for one in to_vwn if numbers & set(str(one).split("'"))], "a begeleider never has a number"
    assert all(one.pseudoniem and one.bron and one.gebeurd for one in to_vwn)
    shared = {one.pseudoniem for one in to_vwn} & {one.pseudoniem for one in to_brug}
    assert shared == set(), "two parties cannot join what they have by pseudonym"


async def test_two_who_read_on_one_connector_are_told(listener: Callable[..., Connector]) -> None:
    """Each would miss what the other got, in silence. Who stopped reading may begin again."""
    async with listener("brug") as connector:
        waiting = asyncio.ensure_future(anext(aiter(connector.deliveries(start=(await connector.kept())[1]))))
        await asyncio.sleep(0.5)
        with pytest.raises(AnotherReader, match="open another one to read beside it"):
            await some(connector, 1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        first = aiter(connector.deliveries(start=0))
        one = await anext(first)
        again = [two async for two in connector.deliveries(start=0, until_quiet=QUIET)]
        assert again[0].id == one.id and len(again) > 1
        with pytest.raises(AnotherReader):
            async for _ in first:  # what is fetched already it still gives; then it sees that it is not alone
                pass


async def test_what_is_sent_gets_its_receipt(demo: DemoHub, listener: Callable[..., Connector]) -> None:
    person = next(one for one in demo.draaiboek.personen if one.id == "P04")
    fine, wrong = lesson(person.bsn, "2026-06-01"), lesson("999990018", "2026-06-01")
    async with listener("brug") as brug:
        before = await some(brug)
        sent = await brug.send_all([fine, wrong])
        assert sent == [fine.id, wrong.id]
        assert await brug.send(fine) == fine.id
        receipts = await some(brug, 3)
        assert len({one.id for one in before} & {one.id for one in receipts}) == 0
    by_id = {(one.data["betreft"], one.gebeurtenis): one for one in receipts}
    assert set(by_id) == {(fine.id, "aanlevering-aanvaard"), (wrong.id, "aanlevering-geweigerd")}
    assert by_id[wrong.id, "aanlevering-geweigerd"].data["reden"] == "identiteit-ongeldig"
    accepted = [one for one in receipts if one.data["betreft"] == fine.id]
    assert len({(one.id, one.data["positie"], one.vastgelegd) for one in accepted}) == 1, "the first receipt again"


async def test_who_sends_twice_at_once_sends_through_one(
    demo: DemoHub, listener: Callable[..., Connector], recwarn: pytest.WarningsRecorder
) -> None:
    async with listener("brug") as connector:
        bsn = demo.draaiboek.personen[0].bsn
        await asyncio.gather(*(connector.send(lesson(bsn, "2026-03-02")) for _ in range(4)))
        connector._consumer = None
        reading = asyncio.create_task(connector._receiving())
        await asyncio.sleep(0)
        reading.cancel()  # while it starts
        await asyncio.gather(reading, return_exceptions=True)
        assert connector._consumer is None
    gc.collect()
    assert [str(one.message) for one in recwarn if "Unclosed" in str(one.message)] == []


async def test_nothing_leaves_when_one_event_is_invalid(listener: Callable[..., Connector]) -> None:
    async with listener("brug") as brug:
        await some(brug)
        for wrong in (
            lesson("999990019", "31-01-2026"),
            lesson("999990019", "2026-01-31", gebeurtenis="roddel-gehoord"),
            lesson("999990019", "2026-01-31", data={}),
            lesson("999990019", "2026-01-31", data={"begindatum": "2026-01-31", "telefoonnummer": "1"}),
        ):
            with pytest.raises(InvalidEvent):
                await brug.send_all([lesson("999990019", "2026-01-31"), wrong])
        assert brug._producer is None, "there was no need to connect"
        assert await some(brug) == []


async def test_events_of_one_person_keep_their_order_and_the_key_says_nothing(demo: DemoHub) -> None:
    brug, vwn = Connector.open(demo.folder("brug")), Connector.open(demo.folder("vwn"))
    one, same, other = (lesson(bsn, "2026-01-31") for bsn in ("999990019", "999990019", "999990020"))
    keys = [brug.letter(event)[0] for event in (one, same, other)]
    assert keys[0] == keys[1] != keys[2]
    assert vwn.letter(one)[0] != keys[0], "keys of two partners cannot be joined"
    assert all(b"999990" not in part for part in keys)


async def test_a_newcomer_sends_and_receives_at_once(nova: str, listener: Callable[..., Connector]) -> None:
    async with listener("nova") as connector:
        assert connector.profile.naam == 'Taalschool "Nova"'
        assert await some(connector) == []
        event = lesson("999990032", date(2026, 6, 1).isoformat())
        await connector.send(event)
        (receipt,) = await some(connector, 1)
        assert receipt.data["betreft"] == event.id


async def test_a_record_in_its_topic_that_is_not_the_hubs_stops_the_reader(
    demo: DemoHub, nova: str, listener: Callable[..., Connector]
) -> None:
    """Only the hub can write there; should anyone else, nothing of it is believed and nothing is skipped."""
    broker = Producer({"bootstrap.servers": demo.broker.bootstrap, **demo.broker.credentials.librdkafka()})
    async with listener("nova") as connector:
        before = await some(connector)
        end = before[-1].positie + 2 if before else 0  # behind the last record stands a marker of its transaction
        _, value, headers = connector.letter(lesson("999990032", "2026-06-01"))  # signed, but not by the hub
        for forged_headers, forged in ((headers, value), ([], b"x")):
            broker.produce(out_topic(nova), forged, headers=forged_headers)
        assert broker.flush(10) == 0
    for start in (end, end + 1):
        async with listener("nova") as connector:
            with pytest.raises(DeliveryRefused, match="is not what the hub sent us"):
                await some_from(connector, start)
