# SPDX-License-Identifier: EUPL-1.2
"""P2, P5: the hub's own workers are killed at each named point of their commit; what comes out is exact all the same.

In intake the first point lies between the vault's SQL commit and Kafka's: what was claimed there is claimed once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from hub.broker.topics import DEAD_LETTERS, DOSSIER, Role
from hub.commands.replay import comparison
from hub.streams.envelope import header
from hub.streams.failpoints import Failpoint
from hub.streams.reception import log_id
from hub.vault.tables import inzendingen, reading
from schemas.cloudevents import source_of
from tests.faults.hub_reports import by_sender, is_receipt, messages, receipts
from tests.faults.hub_scene import ACCEPTED, DUO, GEM_A, PARTNERS, SCHOOL_A, HubScene, Tree, bsns, until
from tests.faults.reference import Report, World

ROLES = (Role.INTAKE, Role.DOSSIER)
PERSONS = bsns(412)[400:]
PASSAGE = 2
"""Killed at this passage of the point: a turn before it has been committed in the same life."""
RESENT = 30
LEAST = 300
PATIENCE = 240.0
"""Seconds. Fourteen kills take their time: the group waits six seconds for each of the dead."""


def _report(van: str, gebeurtenis: str, bsn: str, **data: object) -> Report:
    return Report(str(uuid4()), van, gebeurtenis, bsn, data)


def _begin(today: date) -> Iterator[Report]:
    """Begun today, whatever day earlier tests made it: no term of theirs ends while we look."""
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": str(today)}
    for bsn in PERSONS:
        yield _report(f"{DUO}#uitvoering", "inburgeringsplicht-vastgesteld", bsn, **plicht)
    for bsn in PERSONS:
        yield _report(f"{GEM_A}#gemeente", "taalschool-toegewezen", bsn, taalschool=SCHOOL_A, leerroute="Z-route")


def _lesson(number: int, today: date) -> Report:
    les = {"les": f"F{number}", "datum": str(today), "component": "taal", "verzuim": "geen"}
    return _report(f"{SCHOOL_A}#taalschool", "aanwezigheid-gemeld", PERSONS[number % len(PERSONS)], **les)


class March:
    """Sends each role through all points: a worker that was killed at one comes back armed with the next."""

    def __init__(self, tree: Tree, log: Path) -> None:
        self._tree, self._log = tree, log
        self._points = {role: list(Failpoint) for role in ROLES}
        self._roles: dict[int, Role] = {}
        self.kills: Counter[tuple[Role, str]] = Counter()
        self.passages: Counter[tuple[Role, str]] = Counter()
        for role in ROLES:
            self._arm(role)

    def _arm(self, role: Role) -> None:
        left = self._points[role]
        armed = {"HUB_FAILPOINT": f"{left[0]}:{PASSAGE}", "HUB_FAILPOINT_LOG": str(self._log)} if left else {}
        self._tree.arms[role] = armed

    def look(self) -> bool:
        """Take note of what was hit since; True when every role has been killed at every point."""
        self._roles |= {worker.pid: worker.role for worker in self._tree.supervisor.workers if worker.pid}
        kills: Counter[tuple[Role, str]] = Counter()
        self.passages.clear()
        for line in self._log.read_text().splitlines() if self._log.exists() else ():
            point, pid, left = line.split()
            role = self._roles[int(pid)]
            self.passages[role, point] += 1
            kills[role, point] += left == "0"
        for role, point in (kills - self.kills).elements():
            assert self._points[role].pop(0) == point
            self._arm(role)
        self.kills = kills
        return not any(self._points.values())


async def _play(hub: HubScene, log: Path) -> tuple[list[Report], March]:
    began = time.monotonic()
    async with hub.running((Role.INTAKE, Role.DOSSIER, Role.CLOCK, Role.AUDIT)) as tree:
        await hub.advance(hub.today + timedelta(days=7))
        march = March(tree, log)
        for role in ROLES:  # from here on every life is an armed one
            assert tree.kill(tree.of(role)[0])
        marching = asyncio.create_task(until(march.look, "a kill at every point", PATIENCE))
        sent = list(_begin(hub.today))
        for oin, own in by_sender(sent).items():
            await hub.send(oin, *own, seconds=PATIENCE)
        async with hub.connector(SCHOOL_A) as school:
            while not marching.done() or len(sent) < LEAST:
                lessons = [_lesson(len(sent) + number, hub.today) for number in range(5)]
                await school.send_all(by_sender(lessons)[SCHOOL_A])
                sent += lessons
                await asyncio.sleep(0.1)
            await marching
            await school.send_all(by_sender(sent[-RESENT:])[SCHOOL_A])
        await hub.advance(hub.today + timedelta(days=1))
    print(
        f"\n{len(sent)} events, {march.kills.total()} kills at {len(Failpoint)} points in {len(ROLES)} roles, "
        f"{march.passages.total()} passages, {time.monotonic() - began:.0f} s"
    )
    for role in ROLES:
        print("  ", role, {str(point): march.passages[role, point] for point in Failpoint})
    return sent, march


def test_a_kill_at_every_point_of_every_commit_loses_and_doubles_nothing(hub: HubScene, tmp_path: Path) -> None:
    sent, march = asyncio.run(_play(hub, tmp_path / "passages"))
    for role in ROLES:
        for point in Failpoint:
            assert march.kills[role, point] == 1
            assert march.passages[role, point] == PASSAGE

    async def every() -> dict[str, list[object]]:
        return {one.oin: await hub.received(one.oin) for one in PARTNERS}

    ours = {one.id for one in sent}
    les = {f"F{number}" for number in range(len(sent))}
    received = {
        oin: [one for one in deliveries if _ours(one, ours, les)] for oin, deliveries in asyncio.run(every()).items()
    }
    world = World(DUO)
    world.take(sent)
    assert not world.refused
    assert messages(received) == world.deliveries
    again = Counter((one.id, ACCEPTED) for one in sent[-RESENT:])
    assert receipts(received) == Counter((one.id, ACCEPTED) for one in sent) + again
    by_id = Counter(one.id for deliveries in received.values() for one in deliveries)
    assert Counter(by_id.values()) == {1: by_id.total() - 2 * RESENT, 2: RESENT}, (
        "a resend gets its first receipt again"
    )
    _claimed_once(hub, sent)
    assert hub.every(DEAD_LETTERS) == []
    assert comparison(hub.settings)[1] == []


def _ours(delivery: object, ids: set[str], lessons: set[str]) -> bool:
    data = delivery.data
    if is_receipt(delivery):
        return data["betreft"] in ids
    return data.get("les") in lessons or ("les" not in data and delivery.persoon["waarde"] in PERSONS)


def _claimed_once(hub: HubScene, sent: list[Report]) -> None:
    """Every event has one claim, no two claims one place in the inbox, and each accepted one its one record."""
    systems = {one.oin: one.systeem for one in PARTNERS}
    ids = {log_id(source_of(van := one.van.partition("#")[0], systems[van]), one.id) for one in sent}
    with reading(hub.vault.engine) as connection:
        rows = connection.execute(select(inzendingen)).all()
    ours = [row for row in rows if row.gebeurtenis in ids]
    assert len(ours) == len(sent)
    assert {row.uitkomst for row in ours} == {"aanvaard"}
    assert len({(row.partitie, row.positie) for row in rows}) == len(rows)
    log = Counter(header(record.headers, "ce_id") for record in hub.every(DOSSIER) if record.key)
    assert {log[name] for name in ids} == {1}
