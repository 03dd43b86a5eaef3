# SPDX-License-Identifier: EUPL-1.2
"""The hub is away while partners go on: a system that reports without end, and a school's watched folder. Real parts:
the broker is killed and started again, the workers come back by themselves, `connect watch` is a process.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors import Delivery, Event
from connectors.files.sheets import write_workbook
from connectors.files.sources import workbook_sheets
from connectors.forwarding import Forwarder
from connectors.spool import Spool
from connectors.store import Store
from tests.faults.hub_scene import DUO, GEM_A, SCHOOL_A, until
from tests.stream.erasure_scene import MONDAY, RunningHub, running_hub, somebody

CONNECT = Path(sys.executable).parent / "connect"
EVENTS, AT_A_TIME = 1_200, 40
ROOM, A_BATCH = 100_000, 7_000
"""Bytes of spool: half of the events fits; and a little more than AT_A_TIME events take."""
PATIENCE_SECONDS = 300.0


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub of its own: others would miss their broker."""
    with running_hub(tmp_path_factory.mktemp("away") / "data") as running:
        yield running


async def learners(hub: RunningHub, count: int) -> list[str]:
    """BSNs of persons whom gemeente A sent to school A."""
    found = [somebody().bsn for _ in range(count)]
    who = [{"soort": "bsn", "waarde": one} for one in found]
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2026-02-10"}
    school = {"taalschool": SCHOOL_A, "component": "taal", "begindatum": "2026-02-23"}
    await hub.report(DUO, *(Event("inburgeringsplicht-vastgesteld", one, plicht) for one in who))
    await hub.report(GEM_A, *(Event("taalschool-toegewezen", one, school) for one in who))
    return found


async def lessons(hub: RunningHub, people: list[str]) -> list[Delivery]:
    """What gemeente A has of the lessons of these persons, in order."""
    found = await hub.told(GEM_A, "aanwezigheid-gemeld")
    return [one for one in found if one.persoon and one.persoon["waarde"] in people]


async def test_under_load_the_spool_fills_the_sender_waits_and_nothing_is_lost_doubled_or_overtaken(
    hub: RunningHub,
) -> None:
    people = await learners(hub, 12)
    given: list[tuple[str, str]] = []

    async def load(forwarder: Forwarder) -> None:
        for first in range(0, EVENTS, AT_A_TIME):
            batch = [(people[n % len(people)], f"L{n}") for n in range(first, first + AT_A_TIME)]
            await forwarder.send_all([_lesson(*one) for one in batch], room_seconds=PATIENCE_SECONDS)
            given.extend(batch)

    async with hub.scene.connector(SCHOOL_A, group="load") as connector:
        spool = Spool(Store.of(connector.profile), max_bytes=ROOM)
        forwarder = Forwarder(connector, spool)
        work = [asyncio.create_task(forwarder.run()), asyncio.create_task(load(forwarder))]
        await until(lambda: len(given) > 200, "some events to be with the hub")
        hub.scene.broker.kill()
        await until(lambda: spool.waiting().bytes > ROOM - A_BATCH, "the spool to fill")
        stood = len(given)
        await asyncio.sleep(2.0)
        assert len(given) <= stood + AT_A_TIME < EVENTS, "the sender is held up: that is the back-pressure"
        assert spool.waiting().bytes <= ROOM
        await asyncio.to_thread(hub.scene.broker.start)
        await until(lambda: work[1].done() and not spool.waiting().events, "everything to go")
        work[1].result()
        work[0].cancel()
    found: list[Delivery] = []

    async def arrived() -> bool:
        nonlocal found
        found = await lessons(hub, people)
        return len(found) >= EVENTS

    await until(arrived, f"{EVENTS} lessons at the gemeente")
    assert len(given) == len(found) == EVENTS
    for bsn in people:
        assert [one.data["les"] for one in found if one.persoon and one.persoon["waarde"] == bsn] == [
            les for who, les in given if who == bsn
        ], "each once, in the order in which they were given"


def _lesson(bsn: str, les: str) -> Event:
    data = {"les": les, "datum": "2026-03-02", "component": "taal", "verzuim": "geen"}
    return Event("aanwezigheid-gemeld", {"soort": "bsn", "waarde": bsn}, data, MONDAY)


class Watch:
    """`connect watch` on a folder of the school, as a process."""

    def __init__(self, hub: RunningHub, folder: Path) -> None:
        self.folder, self.out = folder, folder.parent / "watch.jsonl"
        config = hub.scene.settings.participant_dir(SCHOOL_A)
        words = ["watch", folder, "--profile", "school", "--config", config, "--json", "--wait", "20"]
        with self.out.open("wb") as output:
            self.process = subprocess.Popen([CONNECT, *words], stdout=output, stderr=subprocess.DEVNULL)

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_text().splitlines()]

    async def tells(self, count: int) -> dict[str, Any]:
        """Wait until it has told of so many things; the last one."""
        await until(lambda: len(self.told()) >= count, f"{count} lines of `connect watch`")
        return self.told()[count - 1]

    def put(self, *rows: tuple[str, str, str]) -> None:
        """A spreadsheet with person, lesson and status, put there whole."""
        heading = ["Hubkenmerk", "BSN", "Les", "Lesdatum", "Status"]
        lines = [[*(("", who) if who.isdigit() else (who, "")), les, "02-03-2026", status] for who, les, status in rows]
        made = self.folder.parent / "presentie.xlsx"
        write_workbook(made, {"Presentie": [heading, *lines]})
        made.rename(self.folder / made.name)

    def rejected(self) -> list[list[Any]]:
        """What came back, of all copies: person, lesson, and the reason."""
        found = []
        for copy in sorted((self.folder / "afgekeurd").glob("*.xlsx")):
            heading, *lines = workbook_sheets(copy)["Presentie"]
            assert heading[-1] == "fout"
            found += [[line[0] or line[1], line[2], line[-1]] for line in lines]
        return found


async def test_a_folder_that_is_watched_while_the_hub_is_away_and_when_it_is_back(
    hub: RunningHub, tmp_path: Path
) -> None:
    anna, bram = await learners(hub, 2)
    hub.scene.broker.kill()
    (folder := tmp_path / "inleveren").mkdir()
    watch = Watch(hub, folder)
    try:
        rows = [(anna, "L1", "absent"), (bram, "L1", "aanwezig"), ("geen-van-ons", "L1", "absent")]
        watch.put(*rows, (anna, "L2", "misschien"))
        first = await watch.tells(1)
        assert (first["wacht"], len(first["verzonden"])) == (3, 3), "safe here, and not with the hub"
        assert [(one["rij"], one["kolom"]) for one in first["afgekeurd"]] == [(5, "Status")]
        assert (folder / "verwerkt" / "presentie.xlsx").exists() and not (folder / "presentie.xlsx").exists()
        assert [row[:2] for row in watch.rejected()] == [[anna, "L2"]]

        await asyncio.to_thread(hub.scene.broker.start)
        assert (await watch.tells(2))["alsnog_verzonden"] == 3

        async def refused() -> bool:
            return any(one.get("alsnog_geweigerd") for one in watch.told())

        await until(refused, "the hub's refusal of the person whom it does not know")
        (late,) = [one for told in watch.told() for one in told.get("alsnog_geweigerd", ())]
        assert (late["bestand"], late["rij"]) == ("presentie.xlsx", 4)
        assert [row for row in watch.rejected() if row[0] == "geen-van-ons"] == [["geen-van-ons", "L1", late["uitleg"]]]

        async def lessons_are_there() -> bool:
            return len(await lessons(hub, [anna, bram])) == 2

        await until(lessons_are_there, "both lessons at the gemeente")
        count = len(watch.told())
        watch.put(*rows[:2])
        again = await watch.tells(count + 1)
        assert (again["verzonden"], again["aantallen"]["ongewijzigd"]) == ([], 2), "the same file doubles nothing"
        watch.put((anna, "L1", "aanwezig"), rows[1])
        changed = await watch.tells(count + 2)
        assert changed["aantallen"] == {"nieuw": 0, "gecorrigeerd": 1, "ongewijzigd": 1} and not changed["afgekeurd"]

        async def corrected() -> list[Delivery]:
            return [one for one in await hub.told(GEM_A, "correctie") if one.persoon and one.persoon["waarde"] == anna]

        await until(lambda: _some(corrected), "the correction at the gemeente")
        (correction,) = await corrected()
        assert correction.data["wijziging"] == {"verzuim": "geen"}
        assert len(await lessons(hub, [anna, bram])) == 2
    finally:
        watch.process.kill()
        watch.process.wait()


async def _some(look: Any) -> bool:
    return bool(await look())
