# SPDX-License-Identifier: EUPL-1.2
"""P1, P6: the state is a cache of the log; thrown away it comes back with the same content, and nobody hears twice."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from typer.testing import CliRunner

from connectors import Event
from hub.broker import admin, topics
from hub.broker.topics import AUDIT, DOSSIER_STATE, PARTITIONS, Role, out_topic
from hub.bundles import BundleStore, Soort
from hub.cli import app
from hub.commands.replay import comparison, restoration
from hub.installation import layout
from hub.readmodel import questions
from hub.streams.errors import WorkersRun
from hub.streams.replay import content, replay, standing
from hub.streams.worker import dossiers_of
from hub.vault.tables import engine_for, reading
from tests.faults.hub_reports import is_receipt
from tests.faults.hub_scene import DUO, GEM_A, PARTNERS, SCHOOL_A, HubScene, Tree, bsns, until

PERSONS = bsns(520)[500:]
PLICHT = "plicht-{}"


def _plicht(hub: HubScene, bsn: str) -> Event:
    data = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": hub.today.isoformat()}
    return Event("inburgeringsplicht-vastgesteld", {"soort": "bsn", "waarde": bsn}, data, id=PLICHT.format(bsn))


def _lesson(hub: HubScene, bsn: str, les: str, verzuim: str = "geen") -> Event:
    data = {"les": les, "datum": hub.today.isoformat(), "verzuim": verzuim}
    return Event("aanwezigheid-gemeld", {"soort": "bsn", "waarde": bsn}, data)


async def _some_history(hub: HubScene) -> None:
    """Twenty persons, lessons, a signal on a tick: something of everything that a replay must give again."""
    async with hub.running():
        await hub.advance(hub.today + timedelta(days=7))
        await hub.send(DUO, *(_plicht(hub, bsn) for bsn in PERSONS))
        school = {"taalschool": SCHOOL_A}
        assigned = [Event("taalschool-toegewezen", {"soort": "bsn", "waarde": bsn}, school) for bsn in PERSONS]
        await hub.send(GEM_A, *assigned)
        missed = [_lesson(hub, bsn, f"R{number}", "ongeoorloofd") for bsn in PERSONS for number in range(2)]
        await hub.send(SCHOOL_A, *missed)
        await hub.advance(hub.today + timedelta(days=10))  # the school had a week to report the absences


@pytest.fixture(scope="module", autouse=True)
def history(hub: HubScene) -> None:
    asyncio.run(_some_history(hub))


def _contents(hub: HubScene) -> dict[bytes, Any]:
    """The dossiers' state as it stands in its topic, readable."""
    kafka = hub.kafka(Role.OPERATOR)
    rows = {
        key: value for number in range(PARTITIONS) for key, value in standing(kafka, number).items() if key != b"stand"
    }
    return {key: content(hub.vault, key, value) for key, value in rows.items()}


async def _everything_received(hub: HubScene) -> Counter[str]:
    return Counter([one.id for partner in PARTNERS for one in await hub.received(partner.oin, quiet=1.0)])


def _forget_groups(hub: HubScene, *roles: Role) -> None:
    """As the broker does with a group that was empty for longer than it keeps offsets."""
    client = AdminClient(hub.broker_client())
    for future in client.delete_consumer_groups([topics.group(role) for role in roles]).values():
        future.result()


def _replay(hub: HubScene, *words: str) -> Any:
    done = CliRunner().invoke(app, ["replay", *words, "--json", "--data", str(hub.settings.data)])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def _delete_state(hub: HubScene) -> None:
    client = AdminClient(hub.broker_client())
    client.delete_topics([DOSSIER_STATE])[DOSSIER_STATE].result()
    digest = questions.active_bundles(engine_for(hub.settings.audit_address))[Soort.DEELNEMERS]
    register = BundleStore(hub.settings.bundles).load(Soort.DEELNEMERS, digest)
    admin.apply(hub.broker.bootstrap, hub.broker.credentials, *layout(hub.settings.data, register, hub.today))


def test_the_same_log_gives_the_same_decisions_and_signals_record_for_record(hub: HubScene) -> None:
    kafka, agent = hub.kafka(Role.OPERATOR), dossiers_of(hub.settings)
    received = {one.oin: asyncio.run(hub.received(one.oin, quiet=1.0)) for one in PARTNERS}
    emitted: Counter[str] = Counter()
    signals = 0
    for number in range(PARTITIONS):
        replayed = asyncio.run(replay(kafka, agent, number))
        assert replayed.audit == [record.value for record in hub.records(AUDIT, number)]
        emitted.update(replayed.emitted)
        signals += sum(b"signaal-afgegeven" in record for record in replayed.audit)
    assert signals >= 2 * len(PERSONS)
    for oin, deliveries in received.items():
        assert emitted[out_topic(oin)] == sum(not is_receipt(one) for one in deliveries)


async def _looks_back(hub: HubScene) -> tuple[str, Any, Any]:
    """Ten days after a day DUO corrects when somebody was told of the plicht; then the operator looks at that day.

    Returns the person's dossier, what was shown of it, and what was shown of everybody.
    """
    then = hub.today
    async with hub.running():
        await hub.advance(then + timedelta(days=10))
        about = {"soort": "bsn", "waarde": PERSONS[3]}
        earlier = {"kennisgeving": (then - timedelta(days=30)).isoformat()}
        data = {"betreft": PLICHT.format(PERSONS[3]), "gebeurtenis": "inburgeringsplicht-vastgesteld"}
        await hub.send(DUO, Event("correctie", about, data | {"wijziging": earlier}))
        await hub.advance(hub.today + timedelta(days=1))
        with reading(hub.vault.engine) as connection:
            dossier = hub.vault.identities.find(connection, "", ("bsn", PERSONS[3]))
        assert dossier is not None
        one = await asyncio.to_thread(_replay, hub, "--at", str(then), "--dossier", dossier)
        everybody = await asyncio.to_thread(_replay, hub, "--at", str(then))
        await hub.advance(hub.today + timedelta(days=1))
    return dossier, one, everybody


def test_an_earlier_day_as_it_was_known_then_and_as_it_is_known_now(hub: HubScene) -> None:
    dossier, one, everybody = asyncio.run(_looks_back(hub))
    due = {known: date.fromisoformat(one[known]["pip.uiterste_datum"]) for known in ("then", "now")}
    assert due["now"] < due["then"], "the term began earlier than anybody knew that day"
    assert one["then"]["pip.stand"] == "lopend"
    assert one["then"].keys() == one["now"].keys()
    assert everybody["dossiers"] == len(PERSONS)
    assert everybody["otherwise"]["pip.uiterste_datum"] == 1, "of nobody else anything was heard since"
    looks = [one["onderwerp"] for one in hub.audit() if one.get("handeling") == "inzage-gegeven"]
    assert looks == [dossier], "who looked at a person is on record, the counts are not"


def test_the_command_compares_the_log_with_the_state(hub: HubScene) -> None:
    same = _replay(hub, "--compare")
    assert same["differences"] == []
    assert same["rows"] > 3 * len(PERSONS)
    wrong = CliRunner().invoke(app, ["replay", "--data", str(hub.settings.data)])
    assert (wrong.exit_code, "--compare, --restore or --at" in wrong.stderr) == (2, True)


def test_a_group_that_the_broker_forgot_goes_on_where_it_stopped(hub: HubScene) -> None:
    before, contents = asyncio.run(_everything_received(hub)), _contents(hub)
    _forget_groups(hub, Role.INTAKE, Role.DOSSIER)

    async def another() -> None:
        async with hub.running():
            await hub.send(SCHOOL_A, _lesson(hub, PERSONS[0], "R8"))
            await hub.advance(hub.today + timedelta(days=1))

    asyncio.run(another())
    new = asyncio.run(_everything_received(hub)) - before
    assert (set(new.values()), new.total()) == ({1}, 2), "the receipt, and the lesson to the gemeente"
    assert len(_changed(contents, _contents(hub))) == 1
    assert comparison(hub.settings)[1] == []


def test_state_that_is_gone_is_made_anew_and_nothing_is_said_twice(hub: HubScene) -> None:
    before, contents = asyncio.run(_everything_received(hub)), _contents(hub)
    _delete_state(hub)
    _forget_groups(hub, Role.DOSSIER)
    assert _contents(hub) == {}

    async def refuses() -> None:
        async with hub.running((Role.DOSSIER,)) as tree:
            await until(lambda: any("hub replay --restore" in one for one in tree.sentences), "the worker to refuse")
            await _restoring_waits(hub, tree)

    asyncio.run(refuses())
    assert asyncio.run(_everything_received(hub)) == before
    rows = restoration(hub.settings)
    assert _contents(hub) == contents
    print(f"\n{rows} rows of state made anew from the log")

    async def goes_on() -> None:
        async with hub.running(environment={"HUB_STORE": "rocksdb"}):  # stores on disk, with nothing on it
            await hub.send(SCHOOL_A, _lesson(hub, PERSONS[1], "R9"))
            await hub.advance(hub.today + timedelta(days=1))

    asyncio.run(goes_on())
    new = asyncio.run(_everything_received(hub)) - before
    assert (set(new.values()), new.total()) == ({1}, 2)
    assert comparison(hub.settings)[1] == []


async def _restoring_waits(hub: HubScene, tree: Tree) -> None:
    """While a worker is there the state is its own, also to an operator in a hurry."""
    await until(lambda: any(worker.pid for worker in tree.supervisor.workers), "the worker to come back")
    client = AdminClient(hub.broker_client())
    group = topics.group(Role.DOSSIER)
    while not client.describe_consumer_groups([group])[group].result().members:
        await asyncio.sleep(0.1)
    with pytest.raises(WorkersRun, match="stop them first"):
        await asyncio.to_thread(restoration, hub.settings)


def _changed(before: dict[bytes, Any], after: dict[bytes, Any]) -> set[bytes]:
    """The dossiers of which something differs."""
    keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {key.split(b"/")[1] for key in keys if key.startswith(b"d/")}
