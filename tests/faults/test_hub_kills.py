# SPDX-License-Identifier: EUPL-1.2
"""P2, P5: partners send, workers and broker are killed at random moments, and every event has its effects once.

What should come out is foretold by `reference.py`, which knows nothing of the hub's code.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from connectors import Delivery
from hub import logkeys
from hub.broker.topics import AUDIT, DEAD_LETTERS, DOSSIER, PARTITIONS, Role
from hub.commands.replay import comparison
from hub.readmodel import questions
from hub.readmodel.export import export, verify
from hub.streams.envelope import header
from hub.vault.tables import engine_for
from tests.faults import hub_scene
from tests.faults.hub_reports import by_sender, events, is_receipt, messages, number, receipts
from tests.faults.hub_scene import ACCEPTED, DUO, GEM_A, GEM_B, SCHOOL_A, SCHOOL_B, VWN, HubScene, Tree, bsns, until
from tests.faults.reference import NOBODY, Report, World

SEED = 20260302
EVENTS = 20_000
PERSONS = 300
AHEAD = 3_000
"""Partners keep this many events ahead of the hub, so that they are sending when the broker dies."""
MONDAY = date(2025, 3, 10)
KILLED = (Role.INTAKE, Role.INTAKE, Role.DOSSIER, Role.DOSSIER, Role.DOSSIER, Role.AUDIT)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubScene]:
    scene = HubScene.make(tmp_path_factory.mktemp("hub") / "data", MONDAY - timedelta(days=30))
    yield scene
    scene.broker.stop()


class Story:
    """What happens to the persons: first who has to do with whom, then lessons and reports, all by chance."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._count = 0
        self.persons = bsns(PERSONS)
        self.plichten = [self._plicht(number) for number in range(PERSONS)]
        self.opdrachten = [report for number in range(PERSONS) for report in self._opdrachten(number)]
        known = len(self.plichten) + len(self.opdrachten)
        self.lessen = [self._school(number) for number in range(EVENTS - known)]

    @property
    def all(self) -> list[Report]:
        return [*self.plichten, *self.opdrachten, *self.lessen]

    def _report(self, van: str, gebeurtenis: str, bsn: str, data: dict[str, object]) -> Report:
        self._count += 1
        return Report(str(UUID(int=self._chance.getrandbits(128), version=4)), van, gebeurtenis, bsn, data)

    @staticmethod
    def _gemeente(number: int) -> str:
        return (GEM_A, GEM_B)[number % 2]

    @staticmethod
    def _taalschool(number: int) -> str:
        return (SCHOOL_A, SCHOOL_B)[number // 2 % 2]

    def _plicht(self, number: int) -> Report:
        doelgroep = "gezinsmigrant" if number % 3 == 0 else "asielstatushouder"
        data = {"doelgroep": doelgroep, "gemeente": self._gemeente(number), "kennisgeving": "2025-03-03"}
        return self._report(f"{DUO}#uitvoering", "inburgeringsplicht-vastgesteld", self.persons[number], data)

    def _opdrachten(self, number: int) -> Iterator[Report]:
        van, bsn = f"{self._gemeente(number)}#gemeente", self.persons[number]
        naam = {"voornamen": "Synthe", "achternaam": f"Tisch-{number}"}
        school = {"taalschool": self._taalschool(number), "leerroute": "B1-route", "component": "taal", **naam}
        yield self._report(van, "taalschool-toegewezen", bsn, {**school, "begindatum": "2025-03-10"})
        if number % 4 == 0:
            begeleiding = {"begeleider": VWN, "volgende_stap": "kennismaking", **naam}
            yield self._report(van, "begeleiding-opgedragen", bsn, begeleiding)
        if number % 8 == 0:
            toestemming = {"doel": "begeleiding", "ontvanger": f"{VWN}#begeleider", "categorieen": ["aanwezigheid"]}
            yield self._report(van, "toestemming-gegeven", bsn, {**toestemming, "van": "2025-03-01", "taal": "ar"})

    def _school(self, number: int) -> Report:
        """Mostly a lesson; now and then a progress report, or something that its sender may not say."""
        who = self._chance.randrange(PERSONS)
        bsn, van, kind = self.persons[who], f"{self._taalschool(who)}#taalschool", self._chance.random()
        if kind < 0.01:
            van = f"{self._taalschool(who + 2)}#taalschool"  # a school that the person does not go to
        elif kind < 0.02:
            van = f"{self._gemeente(who)}#gemeente"
        elif kind < 0.03:
            bsn = f"{bsn[:8]}{(int(bsn[8]) + 1) % 10}"
        if kind < 0.2:
            minuten = {"uren_gevolgd_minuten": number}
            obstacles = [["reistijd"], ["werk", "schulden"], []][number % 3]
            voortgang = {"taalniveau": "A1", "stagnatie": number % 5 == 0, "belemmeringen": obstacles, **minuten}
            return self._report(van, "voortgang-gemeld", bsn, voortgang)
        verzuim = self._chance.choices(["geen", "geoorloofd", "ongeoorloofd"], [90, 7, 3])[0]
        datum = date(2025, 1, 6) + timedelta(days=number * 56 // EVENTS)  # in order, and all a week ago
        les = {"les": f"L{number}", "datum": datum.isoformat(), "component": "taal", "verzuim": verzuim}
        return self._report(van, "aanwezigheid-gemeld", bsn, les)


class Sender:
    """The partners, sending through their own connectors whatever happens to the hub."""

    def __init__(self, scene: HubScene) -> None:
        self._scene = scene
        self.count = 0

    async def send(self, reports: Sequence[Report], ahead: int | None = None) -> None:
        """Each partner's in order; with `ahead`, no further before the hub than this."""
        partners = {report.van.partition("#")[0] for report in reports}
        connectors = {oin: self._scene.connector(oin) for oin in partners}
        try:
            for start in range(0, len(reports), 250):
                if ahead is not None:
                    await until(lambda: self.count - self._scene.claims() < ahead, "intake to catch up", 120)
                part = reports[start : start + 250]
                await asyncio.gather(*(one.send_all(events(oin, part)) for oin, one in connectors.items()))
                self.count += len(part)
        finally:
            for connector in connectors.values():
                await connector.__aexit__(None, None, None)


async def _faults(scene: HubScene, tree: Tree, chance: random.Random) -> list[str]:
    """Kills at random amounts of work done; every worker killed is in the midst of its work."""
    faults: list[Role | None] = [*KILLED, None, None]
    chance.shuffle(faults)
    done: list[str] = []
    amounts = [0.9 * (place + chance.random()) / len(faults) + 0.05 for place in range(len(faults))]
    for amount, fault in zip(amounts, faults, strict=True):
        await until(lambda amount=amount: scene.claims() >= amount * EVENTS, f"{amount:.0%} of the work", 180)  # type: ignore[misc]
        if fault is None:
            await asyncio.to_thread(scene.broker.kill)
            await asyncio.to_thread(scene.broker.start)
            done.append(f"broker at {amount:.0%}")
            continue
        victim = chance.choice(tree.of(fault))
        await until(lambda victim=victim: tree.kill(victim), f"{victim.name} to be there")  # type: ignore[misc]
        done.append(f"{victim.name} at {amount:.0%}")
    return done


async def _play(scene: HubScene, story: Story) -> None:
    chance = random.Random(SEED + 1)
    sender = Sender(scene)
    async with scene.running() as tree:
        await scene.advance(MONDAY)
        for part in (story.plichten, story.opdrachten):
            for oin, own in by_sender(part).items():
                await scene.send(oin, *own)
            sender.count += len(part)
        began = time.monotonic()
        faults, _ = await asyncio.gather(_faults(scene, tree, chance), sender.send(story.lessen, AHEAD))
        await until(lambda: scene.claims() == EVENTS, "every event to be claimed", 240)
        await scene.advance(MONDAY + timedelta(days=1), 240)
        seconds = time.monotonic() - began
        memory = tree.supervisor.memory(scene.broker)
        assert sum(tree.restarts.values()) >= len(KILLED), tree.restarts
        assert tree.killed >= 5
    print(
        f"\n{EVENTS} events of {PERSONS} persons, {len(story.lessen) / seconds:.0f} events/s with every stop included "
        f"({seconds:.0f} s); killed: {', '.join(faults)} (seed {SEED}); restarts {tree.restarts}, of which not by a "
        f"kill {len(tree.sentences) - tree.killed}; MiB { ({name: size >> 20 for name, size in memory.items()}) }"
    )
    for sentence in tree.sentences:
        print("  ", sentence)


@pytest.fixture(scope="module")
def played(scene: HubScene) -> Story:
    """The whole run, once; each test looks at another side of what it left."""
    story = Story(random.Random(SEED))
    assert len(story.all) == EVENTS
    asyncio.run(_play(scene, story))
    return story


@pytest.fixture(scope="module")
def world(played: Story) -> World:
    world = World(DUO)
    world.take(played.all)
    return world


@pytest.fixture(scope="module")
def received(scene: HubScene, played: Story) -> dict[str, list[Delivery]]:
    async def every() -> dict[str, list[Delivery]]:
        return {one.oin: await scene.received(one.oin) for one in hub_scene.PARTNERS}

    return asyncio.run(every())


def test_every_expected_delivery_arrives_exactly_once(received: dict[str, list[Delivery]], world: World) -> None:
    found = messages(received)
    lost, extra = world.deliveries - found, found - world.deliveries
    assert (list(lost.items())[:5], list(extra.items())[:5]) == ([], [])
    print(
        f"\n{found.total()} deliveries as foretold, {sum('signaal' in one for one in found.elements())} of them signals"
    )


def test_no_delivery_id_comes_twice(received: dict[str, list[Delivery]]) -> None:
    ids = Counter(one.id for deliveries in received.values() for one in deliveries)
    assert [name for name, count in ids.items() if count > 1] == []


def test_every_event_has_one_receipt_with_the_outcome_that_the_rules_give(
    received: dict[str, list[Delivery]], played: Story, world: World
) -> None:
    wanted = Counter((one.id, world.refused.get(one.id, ACCEPTED)) for one in played.all)
    wanted.update((name, ACCEPTED) for name in world.by_dossier)  # intake took it, the dossier then refused it
    assert receipts(received) == wanted
    assert len(world.refused) > 300


def test_the_log_holds_every_accepted_event_once(scene: HubScene, played: Story, world: World) -> None:
    ids = Counter(
        header(record.headers, "ce_oorspronkelijk") for record in scene.every(DOSSIER) if record.key is not None
    )
    assert ids == Counter(one.id for one in played.all if one.id not in world.refused.keys() - world.by_dossier)


def test_every_event_has_one_audit_record_and_every_delivery_stands_in_one(
    scene: HubScene, received: dict[str, list[Delivery]]
) -> None:
    log = [record for record in scene.every(DOSSIER) if record.key is not None]
    records = scene.audit()
    decided = Counter(one["gebeurtenis"] for one in records if one["soort"] == "besluit")
    assert decided == Counter(header(one.headers, "ce_id") for one in log)
    recorded = Counter(delivery["id"] for one in records for delivery in one.get("leveringen", ()))
    arrived = Counter(
        one.id
        for deliveries in received.values()
        for one in deliveries
        if not is_receipt(one) or one.data.get("reden") == "geen-relatie"  # a refusal by the dossier
    )
    assert recorded == arrived


def test_the_audit_tree_has_every_record_of_its_topic_once_and_fits_its_checkpoint(
    scene: HubScene, tmp_path: Path, played: Story
) -> None:
    engine = engine_for(scene.settings.audit_address)
    public = logkeys.public(scene.settings.keys)
    file = tmp_path / "audit.jsonl"
    count = export(engine, public, file)
    size, *_ = verify(file, public.public_bytes_raw())
    assert size == count
    topic = Counter(record.value for record in scene.every(AUDIT))
    assert topic == Counter(leaf for _, leaf in questions.leaves(engine))
    assert topic.total() == len(topic) == size


def test_nothing_is_left_with_the_dead_letters(scene: HubScene, played: Story) -> None:
    assert scene.every(DEAD_LETTERS) == []


def test_the_state_is_what_an_offline_fold_of_the_log_gives(scene: HubScene, played: Story) -> None:
    rows, found = comparison(scene.settings)
    assert found == []
    assert rows > PERSONS * 3 + PARTITIONS
    print(f"\n{rows} rows of state are those of the fold")


def test_a_pseudonym_stands_for_one_person_and_differs_by_recipient(received: dict[str, list[Delivery]]) -> None:
    known: dict[str, set[str]] = {}
    for oin, deliveries in received.items():
        of: dict[str, set[str]] = {}
        for one in deliveries:
            if one.pseudoniem and number(one) != NOBODY:
                of.setdefault(one.pseudoniem, set()).add(number(one))
        assert all(len(persons) == 1 for persons in of.values())
        known[oin] = {one.pseudoniem for one in deliveries if one.pseudoniem}
    assert len(set().union(*known.values())) == sum(map(len, known.values()))
