# SPDX-License-Identifier: EUPL-1.2
"""The pieces of a partner's own database: outbox, inbox, bridge table; on SQLite and PostgreSQL. And the sealed spool."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, create_engine, select
from sqlalchemy.orm import Session

from connectors import Event
from connectors.bridge.settings import BridgeSettings, ToTable
from connectors.bridge.table import deliveries_table, in_table
from connectors.carrying import AnotherReader
from connectors.inbox import Inbox, InDatabase
from connectors.letters import LetterWriter, Packed
from connectors.outbox import Outbox
from connectors.profile import NoProfile
from connectors.spool import Spool, SpoolFull
from connectors.store import Store, StoreDamaged
from schemas import codec
from schemas.codec import InvalidEvent
from tests.unit.partner import delivery, school

PERSON = {"soort": "bsn", "waarde": "999990019"}
START = Event("cursus-gestart", PERSON, {"begindatum": "2026-03-02"}, id="een")


@pytest.fixture
def engine(database: str) -> Engine:
    return create_engine(database)


def test_an_event_stands_or_falls_with_the_transaction_that_makes_it_true(engine: Engine) -> None:
    metadata = MetaData()
    outbox = Outbox(metadata)
    metadata.create_all(engine)
    with pytest.raises(ZeroDivisionError), engine.begin() as connection:
        outbox.add(connection, START)
        _ = 1 / 0
    with engine.begin() as connection:
        assert outbox.waiting(connection, 10) == []
        with pytest.raises(InvalidEvent):
            outbox.add(connection, Event("cursus-gestart", PERSON, {}))
    with Session(engine) as session, session.begin():
        assert outbox.add(session, START) == "een"
        outbox.add(session, Event("cursus-gestart", PERSON, {"begindatum": "2026-03-03"}, id="twee"))
    with engine.begin() as connection:
        rows = outbox.waiting(connection, 10)
        assert [row.packed.id for row in rows] == ["een", "twee"]
        assert "gebeurd_op" in codec.decode(rows[0].packed.frame)[1], "sent tomorrow, it happened today"
        outbox.sent(connection, rows[:1])
        assert [row.packed.id for row in outbox.waiting(connection, 10)] == ["twee"]
        refused = {"betreft": "een", "gebeurtenis": "cursus-gestart", "reden": "geen-relatie", "toelichting": "Wacht."}
        assert outbox.note(connection, delivery("aanlevering-geweigerd", refused))
        assert not outbox.note(connection, delivery("aanlevering-aanvaard", {"betreft": "elders"}))
        row = connection.execute(select(outbox.table).where(outbox.table.c.id == "een")).one()
        assert (row.frame, row.antwoord, row.toelichting) == (None, "geweigerd", "Wacht.")
    engine.dispose()


async def test_two_readers_of_one_position_are_one_too_many(engine: Engine) -> None:
    metadata = MetaData()
    inbox = Inbox(metadata)
    metadata.create_all(engine)
    handled: list[str] = []
    one, other = (InDatabase(engine, inbox, "hub.out.x", lambda _, found: handled.append(found.id)) for _ in range(2))
    first, second = (delivery("cursus-gestart", {"begindatum": "2026-03-02"}, place) for place in (4, 5))
    assert await one.position() is None
    await one.take([first], None, 5)
    with pytest.raises(AnotherReader, match="stop one of the two"):
        await other.take([first], None, 5)
    assert await other.position() == 5
    await other.take([second], 5, 6)
    with pytest.raises(AnotherReader):
        await one.take([second], 5, 6)
    assert handled == [first.id, second.id]
    engine.dispose()


async def test_the_bridges_table_has_a_row_a_delivery(database: str) -> None:
    place, engine = in_table(ToTable(database=database, naam="leveringen"), "hub.out.x")
    found = delivery("cursus-gestart", {"begindatum": "2026-03-02", "groep": "A"}, 7, "p1")
    await place.take([found], None, 8)
    with engine.connect() as connection:
        row = connection.execute(select(deliveries_table(MetaData(), "leveringen"))).one()
    assert (row.id, row.positie, row.pseudoniem, row.data["groep"]) == (found.id, 7, "p1", "A")
    engine.dispose()


# the spool


def packed(number: int) -> Packed:
    return Packed.of(
        Event("cursus-gestart", PERSON, {"begindatum": "2026-03-02", "groep": f"G{number}"}, id=str(number))
    )


def test_the_spool_keeps_order_and_says_nothing_to_who_has_the_file(tmp_path: Path) -> None:
    profile = school(tmp_path)
    spool = Spool(Store.of(profile))
    spool.put([packed(1), packed(2)])
    spool.put([packed(3)])
    spool.drop([number for number, _ in spool.first(2)])
    spool.put([packed(4)])
    assert [one.id for _, one in Spool(Store.of(profile)).first(10)] == ["3", "4"]
    stored = b"".join(path.read_bytes() for path in profile.map.glob("connect.db*"))
    assert b"999990019" not in stored and b"cursus" not in stored
    assert (profile.map / "store.key").stat().st_mode & 0o077 == 0
    assert (profile.map / "connect.db").stat().st_mode & 0o077 == 0


def test_a_spool_has_an_end(tmp_path: Path) -> None:
    size = len(packed(1).to_bytes())
    spool = Spool(Store.of(school(tmp_path)), max_bytes=2 * size)
    spool.put([packed(1)])
    with pytest.raises(SpoolFull, match="1 events wait"):
        spool.put([packed(2), packed(3)])
    assert spool.waiting().events == 1
    spool.put([packed(2)])


def test_another_key_and_a_moved_row_do_not_pass_for_ours(tmp_path: Path) -> None:
    profile = school(tmp_path)
    store = Store.of(profile)
    spool = Spool(store)
    spool.put([packed(1), packed(2)])
    with pytest.raises(StoreDamaged, match="does not open"):
        Spool(Store(profile.store_path, bytes(32))).first(1)
    with store.transaction() as connection:
        connection.execute("UPDATE spool SET inhoud = (SELECT inhoud FROM spool WHERE nr = 1) WHERE nr = 2")
    with pytest.raises(StoreDamaged):
        spool.first(2)
    profile.store_path.write_bytes(b"no database" * 100)
    with pytest.raises(StoreDamaged, match="cannot be used"):
        Store.of(profile)


def test_a_letter_written_twice_is_one_event_and_keeps_its_place(tmp_path: Path) -> None:
    """Sealed and signed anew, under other keys even: the frame and the person's partition stay."""
    profile = school(tmp_path)
    writer = LetterWriter(profile)
    first = writer.write(packed(1))
    (profile.map / "signing.key").write_bytes(bytes(range(32)))
    (profile.map / "connect.toml").write_text((profile.map / "connect.toml").read_text() + "\n# changed\n")
    writer.refresh()
    second = writer.write(packed(1))
    assert first[0] == second[0]
    assert first[1] != second[1]
    assert dict(first[2])["sleutelid"] != dict(second[2])["sleutelid"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "at least one of"),
        ("[kafka]\ntopic = 'a b'\n[kafka.librdkafka]", "Correct kafka.topic"),
        ("[webhook]\nurl = 'ftp://x'", "Correct webhook.url"),
        ("[tabel", "is not TOML"),
    ],
)
def test_a_slip_in_bridge_toml_is_said(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "bridge.toml").write_text(content)
    with pytest.raises(NoProfile, match=said):
        BridgeSettings.read(tmp_path / "bridge.toml")
