# SPDX-License-Identifier: EUPL-1.2
"""Nothing leaves on a toestemming after the place in the log where it was withdrawn: queued, during an outage, in a
retry, in one turn, while partitions move because a dossier worker is killed, resent and replayed.

One hub for all cases, each with a person of its own. What should have come out follows from the log alone: the reports
between giving and withdrawing, no other.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connectors import Delivery, Event
from consent.kader import Partij
from hub.broker.topics import DOSSIER, Role
from hub.commands.replay import comparison
from hub.dossier.feiten.facts import sleutel_van
from hub.dossier.handle import levering_id
from hub.streams.envelope import header
from hub.streams.failpoints import Failpoint
from hub.streams.replay import Record
from schemas.catalogue import Rol
from schemas.cloudevents import TYPE_PREFIX
from tests.faults.hub_scene import DUO, GEM_A, SCHOOL_A, VWN, HubScene, Tree, bsns, until

MONDAY = date(2025, 3, 10)
BEGELEIDER = Partij(VWN, Rol.BEGELEIDER)
INTAKE = (Role.INTAKE, Role.CLOCK, Role.AUDIT)
ALL = (Role.INTAKE, Role.DOSSIER, Role.DOSSIER, Role.CLOCK, Role.AUDIT)
REPORT = TYPE_PREFIX + "voortgang-gemeld"


@dataclass
class Person:
    """One person with a school, a toestemming for the begeleider, and the ids of what is said about it."""

    bsn: str
    gegeven: str
    ingetrokken: str

    def event(self, naam: str, id: str | None = None, **data: Any) -> Event:
        return Event(naam, {"soort": "bsn", "waarde": self.bsn}, data, id=id or str(uuid4()))

    def report(self, id: str | None = None) -> Event:
        return self.event("voortgang-gemeld", id, taalniveau="A1", stagnatie=False)

    def give(self) -> Event:
        waarvoor = {"doel": "begeleiding", "ontvanger": str(BEGELEIDER), "categorieen": ["voortgang"]}
        return self.event("toestemming-gegeven", self.gegeven, **waarvoor, van="2025-03-01", taal="ar")

    def withdraw(self) -> Event:
        return self.event("toestemming-ingetrokken", self.ingetrokken, betreft=self.gegeven)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubScene]:
    scene = HubScene.make(tmp_path_factory.mktemp("hub") / "data", MONDAY - timedelta(days=7))
    yield scene
    scene.broker.stop()


@pytest.fixture(scope="module")
def persons(scene: HubScene) -> list[Person]:
    """Six persons of whom the begeleider gets the progress."""
    made = [Person(bsn, str(uuid4()), str(uuid4())) for bsn in bsns(6)]
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2025-03-03"}

    async def begin() -> None:
        async with scene.running(ALL):
            await scene.advance(MONDAY)
            await scene.send(DUO, *(p.event("inburgeringsplicht-vastgesteld", **plicht) for p in made))
            school = {"taalschool": SCHOOL_A, "leerroute": "B1-route"}
            await scene.send(GEM_A, *(p.event("taalschool-toegewezen", **school) for p in made))
            await scene.send(GEM_A, *(p.give() for p in made))
            await scene.send(SCHOOL_A, *(p.report() for p in made))
            await _next_day(scene)

    asyncio.run(begin())
    return made


async def _next_day(scene: HubScene) -> None:
    await scene.advance(scene.today + timedelta(days=1), 120)


async def _post(scene: HubScene, oin: str, *events: Event) -> None:
    """Written to the inbox; nobody waits for an answer."""
    async with scene.connector(oin) as connector:
        await connector.send_all(events)


def _log_of(scene: HubScene, person: Person) -> tuple[Record, list[Record]]:
    """The withdrawal and every record of that dossier, in the order of the log."""
    log = [record for record in scene.every(DOSSIER) if record.key is not None]
    (withdrawal,) = [r for r in log if header(r.headers, "ce_oorspronkelijk") == person.ingetrokken]
    return withdrawal, [r for r in log if r.key == withdrawal.key]


def _delivery_of(record: Record) -> str:
    return levering_id(sleutel_van(str(header(record.headers, "ce_id")), SCHOOL_A), BEGELEIDER, "gebeurtenis")


async def _held(scene: HubScene, person: Person) -> tuple[int, int]:
    """Asserts that exactly what stands before the withdrawal was delivered; how many reports stand before and after."""
    withdrawal, log = _log_of(scene, person)
    reports = [r for r in log if header(r.headers, "ce_type") == REPORT]
    before = {_delivery_of(r) for r in reports if r.offset < withdrawal.offset}
    after = {_delivery_of(r) for r in reports if r.offset > withdrawal.offset}
    received: list[Delivery] = await scene.received(VWN)
    ids = [one.id for one in received]
    assert before <= set(ids)
    assert not after & set(ids)
    assert len(ids) == len(set(ids))
    told = levering_id(sleutel_van(str(header(withdrawal.headers, "ce_id")), GEM_A), BEGELEIDER, "gebeurtenis")
    assert ids.count(told) == 1  # who holds data on it is told, once
    reasons = {
        outcome["reden"]
        for one in scene.audit()
        if one.get("gebeurtenis") in {header(r.headers, "ce_id") for r in reports if r.offset > withdrawal.offset}
        for outcome in one["uitkomsten"]
        if outcome["aan"] == str(BEGELEIDER)
    }
    assert reasons == ({"toestemming-withdrawn"} if after else set())
    return len(before), len(after)


async def test_queued_in_the_inbox_before_it(scene: HubScene, persons: list[Person]) -> None:
    """No worker runs: reports and the withdrawal wait together, in whatever order intake then reads its partitions."""
    person = persons[0]
    await _post(scene, SCHOOL_A, person.report(), person.report())
    await _post(scene, GEM_A, person.withdraw())
    await _post(scene, SCHOOL_A, person.report())
    async with scene.running(ALL):
        await _next_day(scene)
        await scene.send(SCHOOL_A, person.report())
        await _next_day(scene)
    before, after = await _held(scene, person)
    assert before + after == 5
    assert after >= 1


async def test_in_the_same_turn_of_the_dossier_agent(scene: HubScene, persons: list[Person]) -> None:
    """Intake alone runs, so the log holds report, withdrawal, report before any dossier worker reads the first."""
    person = persons[1]
    async with scene.running(INTAKE):
        await scene.send(SCHOOL_A, person.report(), person.report())
        await scene.send(GEM_A, person.withdraw())
        await scene.send(SCHOOL_A, person.report(), person.report(), person.report())
    async with scene.running(ALL):
        await _next_day(scene)
    assert await _held(scene, person) == (3, 3)


async def test_in_a_retry_of_a_turn_that_was_all_but_committed(
    scene: HubScene, persons: list[Person], tmp_path: Path
) -> None:
    """The dossier worker dies when the broker has every output of the turn and lacks the commit; its next life tries
    the same turn again."""
    person, passages = persons[5], tmp_path / "passages"
    async with scene.running(INTAKE):
        await scene.send(SCHOOL_A, person.report())
        await scene.send(GEM_A, person.withdraw())
        await scene.send(SCHOOL_A, person.report(), person.report())
    deadly = {"HUB_FAILPOINT": f"{Failpoint.BEFORE_COMMIT}:1", "HUB_FAILPOINT_LOG": str(passages)}
    async with scene.running((*INTAKE, Role.DOSSIER), arms={Role.DOSSIER: deadly}) as tree:
        await until(lambda: tree.killed > 0, "the dossier worker to die in its commit")
        tree.arms.clear()
        await _next_day(scene)
    assert {line.split()[0] for line in passages.read_text().splitlines()} == {Failpoint.BEFORE_COMMIT}
    assert await _held(scene, person) == (2, 2)


async def test_during_an_outage_of_the_whole_hub(scene: HubScene, persons: list[Person]) -> None:
    """Every worker is killed at once, then the person withdraws; the hub comes back by itself."""
    person = persons[2]
    async with scene.running(ALL) as tree:
        await _next_day(scene)
        await scene.send(SCHOOL_A, person.report())
        for worker in tree.supervisor.workers:
            tree.kill(worker, signal.SIGKILL)
        await _post(scene, GEM_A, person.withdraw())
        await _post(scene, SCHOOL_A, person.report())
        await until(lambda: len(tree.restarts) == len(ALL), "every worker to be back")
        await scene.send(SCHOOL_A, person.report())
        await _next_day(scene)
        assert tree.killed == len(ALL)
    before, after = await _held(scene, person)
    assert before + after == 4
    assert before >= 2


async def _keep_killing(tree: Tree, stop: asyncio.Event) -> int:
    """One dossier worker after another, so that its partitions move to the other and back."""
    kills = 0
    while not stop.is_set():
        for worker in tree.of(Role.DOSSIER):
            alive = await until(lambda worker=worker: worker.pid is not None, f"{worker.name} to live")  # type: ignore[misc]
            kills += tree.kill(worker, signal.SIGKILL) if alive is not None else 0
            await asyncio.sleep(2)
            if stop.is_set():
                break
    return kills


async def test_across_rebalances_with_kill_9(scene: HubScene, persons: list[Person]) -> None:
    """A stream of reports, the withdrawal in its midst, while dossier workers are killed in turn."""
    person = persons[3]
    async with scene.running(ALL) as tree:
        await _next_day(scene)
        stop = asyncio.Event()
        killing = asyncio.create_task(_keep_killing(tree, stop))
        for number in range(40):
            await _post(scene, SCHOOL_A, *(person.report() for _ in range(5)))
            if number == 20:
                await scene.send(GEM_A, person.withdraw())
            await asyncio.sleep(0.1)
        stop.set()
        kills = await killing
        await _next_day(scene)
        assert kills >= 2
    before, after = await _held(scene, person)
    assert before + after == 201
    assert before >= 1
    assert after >= 95


async def test_resent_and_replayed(scene: HubScene, persons: list[Person]) -> None:
    """A resent report and a resent toestemming change nothing, and a replay from the first record revives none."""
    person = persons[4]
    report = person.report()
    async with scene.running(ALL):
        await _next_day(scene)
        await scene.send(SCHOOL_A, report)
        await scene.send(GEM_A, person.withdraw())
        await _next_day(scene)
        await scene.send(GEM_A, person.give())
        await scene.send(SCHOOL_A, report, person.report())
        await _next_day(scene)
    assert await _held(scene, person) == (2, 1)
    rows, differences = await asyncio.to_thread(comparison, scene.settings)
    assert differences == []
    assert rows > len(persons) * 3
    for one in persons:
        await _held(scene, one)
