# SPDX-License-Identifier: EUPL-1.2
"""A partner's program killed between any two steps neither loses nor doubles: outbox, inbox, spool and bridge on a real
broker; and the hub that is away for a while."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from connectors import Connector
from connectors.forwarding import Forwarder
from connectors.spool import Spool
from connectors.store import Store
from schemas import codec
from tests.stream.partner_lives import LESSONS, OUTBOX, RECEIVED, STEPS, lesson
from tests.stream.partner_scene import PERSON, PartnerScene, partner_scene

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PartnerScene]:
    with partner_scene(tmp_path_factory.mktemp("partner")) as made:
        yield made


def killed_over_and_over(name: str, folder: Path) -> None:
    """All the lives of one program; each died where it should, and the last ones did not."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.stream.partner_lives", name, str(folder)],
        capture_output=True, text=True, timeout=180, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ends = json.loads(done.stdout)
    died = {(one["step"], one["after"]) for one in ends if one["end"] == -signal.SIGKILL}
    assert {(step, 1) for step in STEPS[name]} <= died, done.stderr
    assert all(one["end"] in (0, -signal.SIGKILL) for one in ends), done.stderr
    assert [one["end"] for one in ends[-2:]] == [0, 0]


def first_copies(scene: PartnerScene, since: set[str]) -> dict[str, list[str]]:
    """The lessons that arrived, each id once, in the order in which each person's first copies stand."""
    seen: dict[str, list[str]] = {}
    ids: dict[str, dict[str, Any]] = {}
    for id_, key, data in scene.inbox():
        if id_ in since:
            continue
        if id_ in ids:
            assert ids[id_] == data, "a copy says the same: the hub takes it as one event"
            continue
        ids[id_] = data
        seen.setdefault(key, []).append(data["les"])
    return seen


def in_order(lessons: list[str]) -> bool:
    return lessons == sorted(lessons, key=lambda les: int(les[1:]))


def test_what_the_applications_database_says_arrives_once_and_in_order(scene: PartnerScene) -> None:
    before = {one[0] for one in scene.inbox()}
    killed_over_and_over("outbox", scene.folder)
    with create_engine(f"sqlite:///{scene.folder / 'app.db'}").connect() as connection:
        lessons = connection.execute(select(LESSONS.c.nummer).order_by(LESSONS.c.nummer)).scalars().all()
        rows = connection.execute(select(OUTBOX.table)).all()
    assert len(lessons) == len(rows) == 4 * (2 * len(STEPS["outbox"]) + 2)
    assert all(row.verzonden_op is not None and row.frame is None for row in rows), "nothing personal stays behind"
    arrived = first_copies(scene, before)
    assert sorted(les for some in arrived.values() for les in some) == sorted(f"L{number}" for number in lessons)
    assert len(arrived) == 2 and all(in_order(some) for some in arrived.values())


def test_what_the_hub_delivers_is_handled_once_and_in_order(scene: PartnerScene) -> None:
    ids = scene.deliver([("cursus-gestart", {"persoon": {**PERSON, "ook": []}, "begindatum": "2026-03-02"})] * 37)
    killed_over_and_over("inbox", scene.folder)
    with create_engine(f"sqlite:///{scene.folder / 'app.db'}").connect() as connection:
        rows = connection.execute(select(RECEIVED).order_by(RECEIVED.c.rij)).all()
    assert [row.id for row in rows] == ids
    later = scene.deliver([("cursus-beeindigd", {"einddatum": "2026-03-02"})] * 3)
    killed_over_and_over("inbox", scene.folder)
    with create_engine(f"sqlite:///{scene.folder / 'app.db'}").connect() as connection:
        assert list(connection.execute(select(RECEIVED.c.id).order_by(RECEIVED.c.rij)).scalars()) == [*ids, *later]


def test_what_the_spool_has_taken_arrives_once_and_in_order(scene: PartnerScene) -> None:
    before = {one[0] for one in scene.inbox()}
    killed_over_and_over("spool", scene.folder)
    told = (scene.folder / "given").read_text().split()
    arrived = first_copies(scene, before)
    lessons = [les for some in arrived.values() for les in some]
    # who died between the disk and the answer was not told, gives again, and has given two events
    assert set(told) == set(lessons) and len(lessons) <= len(told) + 2
    assert all(in_order(some) for some in arrived.values())
    assert Spool(Store.of(scene.profile)).waiting().events == 0


def test_the_bridge_hands_over_once_and_in_order(scene: PartnerScene) -> None:
    ids = scene.deliver([("cursus-gestart", {"persoon": {**PERSON, "ook": []}, "begindatum": "2026-03-02"})] * 23)
    scene.make_topic("eigen", 3)
    settings = "\n".join(f'"{name}" = {json.dumps(value)}' for name, value in scene.librdkafka().items())
    (scene.folder / "bridge.toml").write_text(f'[kafka]\ntopic = "eigen"\n[kafka.librdkafka]\n{settings}\n')
    killed_over_and_over("bridge", scene.folder)
    handed = scene.read("eigen")
    arrived = [dict(message.headers())["ce_id"].decode() for message in handed]
    assert len(arrived) == len(set(arrived))
    assert set(ids) <= set(arrived)
    for person in {message.key() for message in handed}:
        theirs = [one for one, message in zip(arrived, handed, strict=True) if message.key() == person and one in ids]
        assert theirs == [one for one in ids if one in theirs], "one person's deliveries stay in order"
    assert codec.decode(handed[-1].value())[0] == "cursus-gestart", "what any AvroDeserializer reads"


async def test_a_hub_that_is_away_and_comes_back(scene: PartnerScene) -> None:
    """What is given meanwhile waits on the disk, unreadable there, and arrives in order; nobody had to do anything."""
    before = {one[0] for one in scene.inbox()}
    spool = Spool(Store.of(scene.profile))
    async with Connector.open(scene.folder) as connector:
        forwarder = Forwarder(connector, spool)
        running = asyncio.create_task(forwarder.run())
        await forwarder.send_all([lesson(number) for number in range(10)])
        async with asyncio.timeout(30):
            while spool.waiting().events:
                await asyncio.sleep(0.1)
        scene.broker.kill()
        await forwarder.send_all([lesson(number) for number in range(10, 40)])
        await asyncio.sleep(1)
        assert spool.waiting().events == 30
        stored = b"".join(path.read_bytes() for path in scene.folder.glob("connect.db*"))
        assert b"99999" not in stored and b"aanwezigheid" not in stored
        scene.broker.start()
        await forwarder.send_all([lesson(number) for number in range(40, 44)])
        async with asyncio.timeout(90):
            while spool.waiting().events:
                await asyncio.sleep(0.1)
        running.cancel()
    arrived = first_copies(scene, before)
    assert sorted(int(les[1:]) for some in arrived.values() for les in some) == list(range(44))
    assert all(in_order(some) for some in arrived.values())
