# SPDX-License-Identifier: EUPL-1.2
"""An organisation says something of itself that concerns whole groups: it stands in every partition, ends the signals
about it at once, reaches nobody as a person's data, and comes out the same when the log is replayed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from connectors import Event
from hub.broker.topics import DOSSIER, PARTITIONS, Role
from hub.commands.replay import comparison
from hub.streams.dossier import GROEP
from hub.streams.envelope import header
from tests.faults.hub_scene import DUO, GEM_A, SCHOOL_A, HubScene, bsns

TREE = (Role.INTAKE, Role.DOSSIER, Role.CLOCK, Role.AUDIT)
PERSONS = [{"soort": "bsn", "waarde": one} for one in bsns(3)]
CLOSED = {"soort": "school-gesloten", "van": "2025-03-31", "tot": "2025-05-12"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubScene]:
    scene = HubScene.make(Path(tmp_path_factory.mktemp("group")) / "data", date(2025, 3, 1))
    yield scene
    scene.broker.stop()


async def _in_class(scene: HubScene) -> None:
    for person in PERSONS:
        plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2025-03-03"}
        school = {"taalschool": SCHOOL_A, "leerroute": "B1-route", "component": "taal", "begindatum": "2025-03-10"}
        await scene.send(DUO, Event("inburgeringsplicht-vastgesteld", person, plicht))
        await scene.send(GEM_A, Event("taalschool-toegewezen", person, school))
        await scene.send(
            SCHOOL_A,
            Event("cursus-gestart", person, {"begindatum": "2025-03-10", "component": "taal"}),
            Event("rooster-vastgesteld", person, {"groep": "g1", "lessen_per_week": 3, "van": "2025-03-10"}),
        )


async def _signals(scene: HubScene) -> list[tuple[str, str | None]]:
    heard = [
        one for one in await scene.received(GEM_A) if one.gebeurtenis in ("signaal-afgegeven", "signaal-vervallen")
    ]
    return [(one.gebeurtenis, one.data.get("oorzaak")) for one in heard if one.data["regel"] == "verzuim silence"]


async def test_a_school_that_says_that_it_is_closed_ends_the_signals_about_it(scene: HubScene) -> None:
    async with scene.running(TREE):
        await scene.advance(date(2025, 3, 11))
        await _in_class(scene)
        await scene.advance(date(2025, 4, 8))
        assert await _signals(scene) == [("signaal-afgegeven", None)] * len(PERSONS)
        await scene.send(SCHOOL_A, Event("onderbreking-gemeld", None, CLOSED, id="dicht"))
        await scene.worked_off()
        said = await _signals(scene)
        assert said[len(PERSONS) :] == [("signaal-vervallen", "onderdrukt")] * len(PERSONS), "at once, without a tick"
        await scene.send(SCHOOL_A, Event("onderbreking-gemeld", None, CLOSED, id="dicht"))  # again: nothing new
        await scene.advance(date(2025, 4, 22))
        assert len(await _signals(scene)) == 2 * len(PERSONS)
    for partition in range(PARTITIONS):
        found = [one for one in scene.records(DOSSIER, partition) if header(one.headers, "ce_type") == GROEP]
        assert len(found) == 1
    for oin in (GEM_A, DUO, SCHOOL_A):
        assert not [one for one in await scene.received(oin) if one.gebeurtenis == "onderbreking-gemeld"]
    rows, differences = await asyncio.to_thread(comparison, scene.settings)
    assert rows > 0 and differences == []
