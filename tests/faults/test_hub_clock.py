# SPDX-License-Identifier: EUPL-1.2
"""P6: time is an event. It never overtakes what was sent, never goes back, and never jumps unless somebody says so."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from connectors import Delivery, Event
from hub import keyring
from hub.broker.topics import AUDIT, DOSSIER, PARTITIONS, Role
from hub.commands import doctor
from hub.dossier.regels.kalender import plus_maanden
from hub.streams.clock import Clock, ClockHeld, ClockState, day_tick, day_ticks
from hub.streams.replay import content, standing
from hub.vault.tables import engine_for
from tests.faults.hub_scene import DUO, GEM_A, SCHOOL_A, TREE, HubScene, bsns, until

PERSONS = bsns(710)[700:]
MAX_STEP = timedelta(days=3)


@asynccontextmanager
async def clock_of(hub: HubScene, state: ClockState) -> AsyncIterator[Clock]:
    """A clock beside the hub's own, with a memory of its own."""
    key = keyring.signing_key(hub.settings.keys / keyring.SIGNING)
    clock = Clock(hub.kafka(Role.CLOCK), hub.settings.oin, key, state, max_step=MAX_STEP)
    await clock.start()
    try:
        yield clock
    finally:
        await clock.stop()


def _memory(path: Path) -> ClockState:
    return ClockState(engine_for(f"sqlite:///{path}"))


def _ticks(hub: HubScene) -> dict[int, list[str]]:
    """The ticks that each partition of the log has gone by, in order."""
    found: dict[int, list[str]] = {number: [] for number in range(PARTITIONS)}
    for one in hub.audit():
        if one["soort"] == "tik":
            found[int(one["plaats"].partition(":")[0])].append(one["moment"])
    return found


def _persoon(bsn: str) -> dict[str, str]:
    return {"soort": "bsn", "waarde": bsn}


async def _in_class(hub: HubScene, *persons: str) -> None:
    """Asielstatushouders who are in class from today on: a first progress report is due in three months."""
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": str(hub.today)}
    await hub.send(DUO, *(Event("inburgeringsplicht-vastgesteld", _persoon(bsn), plicht) for bsn in persons))
    school = {"taalschool": SCHOOL_A}
    await hub.send(GEM_A, *(Event("taalschool-toegewezen", _persoon(bsn), school) for bsn in persons))
    start = {"begindatum": str(hub.today), "component": "taal"}
    await hub.send(SCHOOL_A, *(Event("cursus-gestart", _persoon(bsn), start) for bsn in persons))


async def _told_of_missed_reports(hub: HubScene, *persons: str) -> list[Delivery]:
    """What the gemeente was told about these persons (BSN; of nobody: all): that a progress report did not come."""
    return [
        one
        for one in await hub.received(GEM_A, quiet=1.0)
        if one.gebeurtenis == "signaal-afgegeven" and one.data["regel"] == "voortgangsrapportage"
        if not persons or (one.persoon or {})["waarde"] in persons
    ]


async def _missed_reports(hub: HubScene) -> list[str]:
    return [(one.persoon or {})["waarde"] for one in await _told_of_missed_reports(hub)]


def _contents(hub: HubScene) -> dict[bytes, object]:
    kafka = hub.kafka(Role.OPERATOR)
    rows = {key: value for number in range(PARTITIONS) for key, value in standing(kafka, number).items()}
    return {key: content(hub.vault, key, value) for key, value in rows.items()}


async def _overtaking(hub: HubScene, reported: str, silent: str) -> None:
    async with hub.running((Role.INTAKE, Role.DOSSIER, Role.CLOCK, Role.AUDIT)) as tree:
        await hub.advance(hub.today + timedelta(days=1))
        await _in_class(hub, reported, silent)
        due = plus_maanden(hub.today, 3)
        await hub.advance(due)
        before, size = hub.clock.read()[0], hub.audit_size()
        intake = tree.of(Role.INTAKE)[0]
        assert tree.kill(intake, signal.SIGSTOP)
        async with hub.connector(SCHOOL_A) as school:  # in time, on the last day, while nobody reads the inbox
            await school.send(Event("voortgang-gemeld", _persoon(reported), {"taalniveau": "A1", "stagnatie": False}))
        hub.clock.aim(day_tick(due + timedelta(days=3)))
        await asyncio.sleep(4)
        assert hub.clock.read()[0] == before, "time waits for what was sent"
        assert hub.audit_size() == size
        assert tree.kill(intake, signal.SIGCONT)
        await hub.advance(due + timedelta(days=3))


def test_a_tick_does_not_overtake_a_report_that_was_sent_in_time(hub: HubScene) -> None:
    reported, silent = PERSONS[:2]
    asyncio.run(_overtaking(hub, reported, silent))
    missed = asyncio.run(_missed_reports(hub))
    assert missed.count(silent) == 1, "the rule is at work"
    assert reported not in missed


async def _two_clocks(hub: HubScene, until_day: date, memories: list[ClockState]) -> None:
    """Two clock workers, and two more clocks that know of no earlier tick, all towards the same day."""
    async with hub.running((*TREE, Role.CLOCK)):
        await hub.advance(hub.today + timedelta(days=1))
        await _in_class(hub, PERSONS[2])
        last = hub.clock.read()[0]
        async with clock_of(hub, memories[0]) as one, clock_of(hub, memories[1]) as other:
            days = day_ticks(last, until_day)
            await asyncio.gather(hub.advance(until_day), one.tick(days), other.tick(days))
        await hub.advance(until_day + timedelta(days=1))


def test_two_clocks_at_once_say_each_moment_once(hub: HubScene, tmp_path: Path) -> None:
    until_day = plus_maanden(hub.today, 3) + timedelta(days=5)
    asyncio.run(_two_clocks(hub, until_day, [_memory(tmp_path / "one.db"), _memory(tmp_path / "other.db")]))
    for moments in _ticks(hub).values():
        assert moments == sorted(set(moments)), "each partition goes forward, and stands still nowhere"
    written = sum(record.key is None for record in hub.every(DOSSIER))
    assert written > 2 * sum(map(len, _ticks(hub).values())), "most ticks in the log were repetitions"
    assert asyncio.run(_missed_reports(hub)).count(PERSONS[2]) == 1


async def _back_in_time(hub: HubScene, memory: ClockState) -> datetime:
    async with hub.running((Role.INTAKE, Role.DOSSIER, Role.AUDIT)):
        today = hub.clock.read()[0]
        assert today is not None
        async with clock_of(hub, memory) as behind:
            await behind.tick([today - timedelta(days=40)])
            await behind.tick([today - timedelta(days=39), today])
        await hub.send(GEM_A, Event("voortgangsgesprek-gevoerd", _persoon(PERSONS[2]), {"nummer": 1}))
        [told] = [
            one
            for one in await hub.received(GEM_A, quiet=1.0)
            if one.data.get("gebeurtenis", "").startswith("voortgangsg")
        ]
        assert told.vastgelegd == today
        return today


def test_a_tick_in_the_past_changes_nothing(hub: HubScene, tmp_path: Path) -> None:
    before, ticks = _contents(hub), _ticks(hub)
    asyncio.run(_back_in_time(hub, _memory(tmp_path / "behind.db")))
    assert _ticks(hub) == ticks
    after = _contents(hub)
    with_report = {key for key in after if after[key] != before.get(key)}
    assert len({key.split(b"/")[1] for key in with_report if b"/" in key}) == 1, "only the report that came meanwhile"
    assert not before.keys() - after.keys()


async def _due_in_the_gap(hub: HubScene) -> None:
    """Two persons of whom a report is due a day after the other, and then it is the day before both."""
    async with hub.running():
        await hub.advance(hub.today + timedelta(days=1))
        await _in_class(hub, PERSONS[3])
        await hub.advance(hub.today + timedelta(days=1))
        await _in_class(hub, PERSONS[4])
        await hub.advance(plus_maanden(hub.today, 3) - timedelta(days=1))


async def _jump(hub: HubScene) -> None:
    last, _ = hub.clock.read()
    assert last is not None
    wanted = last + MAX_STEP + timedelta(days=1)
    places = {topic: len(hub.every(topic)) for topic in (DOSSIER, AUDIT)}
    async with clock_of(hub, hub.clock) as clock:
        with pytest.raises(ClockHeld, match="hub clock release"):
            await clock.tick([wanted])
        held = hub.clock.held()
        assert held is not None
        assert "Time would jump" in held
        assert {topic: len(hub.every(topic)) for topic in (DOSSIER, AUDIT)} == places, "nothing was written"
        async with hub.running((Role.INTAKE, Role.DOSSIER, Role.AUDIT)):
            hub.clock.aim(wanted)  # what the operator's `hub clock release` does
            await clock.tick([wanted])
            await hub.worked_off()
    assert hub.clock.held() is None
    assert hub.clock.read()[0] == wanted


def test_a_jump_waits_for_an_operator_and_what_was_due_comes_once_marked_late(hub: HubScene) -> None:
    asyncio.run(_due_in_the_gap(hub))
    asyncio.run(_jump(hub))
    told = asyncio.run(_told_of_missed_reports(hub, PERSONS[3], PERSONS[4]))
    assert sorted(one.persoon["waarde"] for one in told) == sorted(PERSONS[3:5])  # type: ignore[index]
    assert [one.data.get("laat_door_hub") for one in told] == [True, True]
    assert {one.vastgelegd for one in told} == {hub.clock.read()[0]}
    assert {moments[-1] for moments in _ticks(hub).values()} == {hub.clock.read()[0].isoformat().replace("+00:00", "Z")}  # type: ignore[union-attr]


async def _intake_that_stands_still(hub: HubScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.streams.clock.PATIENCE_SECONDS", 1.0)
    last, _ = hub.clock.read()
    assert last is not None
    async with clock_of(hub, hub.clock) as clock:
        with pytest.raises(ClockHeld, match="not passed tik"):
            await clock.tick([last + timedelta(days=1)])
    assert "not passed tik" in (hub.clock.held() or ""), "`hub doctor` shows it"
    async with hub.running():
        await until(lambda: hub.clock.read()[0] == last, "the clock not to have moved", 1)
        await hub.advance(hub.today + timedelta(days=1))
    assert hub.clock.held() is None


def test_time_stands_still_while_nobody_reads_the_inbox(hub: HubScene, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(_intake_that_stands_still(hub, monkeypatch))


STANDS_STILL = "has not worked off the last tick"


async def _dossier_workers_that_stand_still(hub: HubScene) -> list[str]:
    """What the doctor says while intake and clock go on and nobody works on the dossiers."""
    async with hub.running((Role.INTAKE, Role.DOSSIER, Role.CLOCK, Role.AUDIT)) as tree:
        await hub.advance(hub.today + timedelta(days=1))
        [worker] = tree.of(Role.DOSSIER)
        assert tree.kill(worker, signal.SIGSTOP)
        day = hub.today + timedelta(days=1)
        hub.clock.aim(day_tick(day))
        await until(lambda: hub.today == day, "the clock to go on")
        found = await asyncio.to_thread(doctor.examine, hub.settings)
        assert tree.kill(worker, signal.SIGCONT)
        await hub.worked_off()
        assert not any(STANDS_STILL in one for one in await asyncio.to_thread(doctor.examine, hub.settings))
    return found


def test_partitions_whose_time_stands_still_are_the_operators_alarm(
    hub: HubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them too: then none is behind another, and yet no deadline fires."""
    monkeypatch.setattr("hub.commands.doctor.LAG_SECONDS", 1.0)
    found = asyncio.run(_dossier_workers_that_stand_still(hub))
    still = [one for one in found if STANDS_STILL in one]
    assert still == [
        f"Partition {number} of the log {STANDS_STILL}: look at the dossier workers." for number in range(PARTITIONS)
    ]
