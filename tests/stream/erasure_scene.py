# SPDX-License-Identifier: EUPL-1.2
"""A running hub for tests of erasure and restriction: its workers in a loop of their own, its operators by the command.

The hub is made once a module. Each test takes persons of its own, so that what one erases is missed by no other.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import Result
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition
from sqlalchemy import select
from typer.testing import CliRunner

from connectors import Delivery, Event
from hub import keyring
from hub.broker.topics import DOSSIER, DOSSIER_STATE, PARTITIONS, Role
from hub.cli import app
from hub.streams.envelope import unpack
from hub.streams.outputs import partition_of
from hub.streams.reception import log_id
from hub.streams.replay import Record
from hub.vault.kek import FileKeyEncryption
from hub.vault.keys import PersonKey
from hub.vault.tables import dossiers, reading
from tests.faults.hub_scene import COA, DUO, GEM_A, SCHOOL_A, VWN, HubScene, Tree, bsns, until

MONDAY = date(2026, 3, 2)
ASKS, APPROVES = "aanvrager", "beoordelaar"
WORKERS = (Role.INTAKE, Role.DOSSIER, Role.DOSSIER, Role.CLOCK, Role.AUDIT, Role.WEB)
BSNS = iter(bsns(5_000)[20:])


def vnummer(bsn: str) -> str:
    """A V-nummer for the person with this BSN."""
    return f"2{bsn}"


@dataclass
class RunningHub:
    """An installed hub whose workers run until the module ends."""

    scene: HubScene
    tree: Tree
    loop: asyncio.AbstractEventLoop

    # partners

    async def report(self, oin: str, *events: Event) -> None:
        """Send events, and wait until the dossier agent has decided upon each. For what intake refuses: `scene.send`."""
        async with self.scene.connector(oin) as connector:
            await connector.send_all(events)
            wanted = {log_id(connector._source, event.id) for event in events}
        await until(lambda: wanted <= self.decided(), f"decisions on {[event.gebeurtenis for event in events]}")

    def decided(self) -> set[str]:
        """The log ids of what the dossier agent has decided upon."""
        return {one["gebeurtenis"] for one in self.scene.audit() if one.get("gebeurtenis")}

    async def told(self, oin: str, gebeurtenis: str) -> list[Delivery]:
        return [one for one in await self.scene.received(oin, quiet=1.0) if one.gebeurtenis == gebeurtenis]

    async def refused(self, oin: str, event: str) -> str | None:
        """The reason of the last refusal of an event, None when it was not refused."""
        found = [
            one.data["reden"] for one in await self.told(oin, "aanlevering-geweigerd") if one.data["betreft"] == event
        ]
        return found[-1] if found else None

    # operators

    async def command(self, *words: str, who: str = ASKS) -> Result:
        """Run `hub` as this account. In this process: starting one for each takes longer than what it does."""
        environment = {"HUB_DATA": str(self.scene.settings.data), "HUB_OPERATOR": who}
        return await asyncio.to_thread(CliRunner().invoke, app, words, env=environment)

    async def asked(self, *words: str, who: str = ASKS) -> Any:
        """The answer of a command that must succeed."""
        done = await self.command(*words, "--json", who=who)
        assert done.exit_code == 0, done.stderr + done.stdout + str(done.exception)
        return json.loads(done.stdout)

    async def erase(self, dossier: str) -> str:
        """Ask and approve; the number of the request."""
        asked = await self.asked("person", "erase", "request", "--dossier", dossier, "--ground", "onrechtmatig")
        done = await self.asked("person", "erase", "approve", asked["verzoek"], who=APPROVES)
        assert done[0]["stand"] == "voltooid"
        return str(asked["verzoek"])

    # workers

    def signal(self, role: Role, number: signal.Signals, which: int = 0) -> bool:
        """Signal a worker of a role; False when it is between two lives."""
        worker = [one for one in self.tree.supervisor.workers if one.role is role][which]
        if worker.pid is None:
            return False
        os.kill(worker.pid, number)
        return True

    # what the hub keeps

    def dossier_of(self, soort: str, waarde: str) -> str | None:
        with reading(self.scene.vault.engine) as connection:
            return self.scene.vault.identities.find(connection, "", (soort, waarde))

    def raw_keys(self, names: Sequence[str]) -> dict[str, bytes]:
        """The data keys as they are now: what an intruder would have to have kept."""
        kek = FileKeyEncryption(self.scene.settings.keys / keyring.KEK)
        with reading(self.scene.vault.engine) as connection:
            rows = connection.execute(select(dossiers).where(dossiers.c.dossier.in_(names))).all()
        return {row.dossier: kek.unwrap(row.sleutel, row.kek) for row in rows if row.sleutel is not None}

    def log_of(self, dossier: str) -> list[Record]:
        return [record for record in self._beside(DOSSIER, dossier) if record.key == dossier.encode()]

    def state_of(self, dossier: str) -> dict[bytes, bytes]:
        """The rows that name a dossier, as compaction would leave them."""
        rows: dict[bytes, bytes] = {}
        for record in self._beside(DOSSIER_STATE, dossier):
            if record.key and dossier.encode() in record.key:
                rows.pop(record.key, None)
                if record.value is not None:
                    rows[record.key] = record.value
        return rows

    def values(self, topic: str) -> list[bytes]:
        """Every value that stands in a topic, also of others than the hub's own, with control records left out."""
        client = {"group.id": "control", "enable.auto.commit": False, "enable.partition.eof": True}
        consumer = Consumer({**self.scene.broker_client(), **client, "isolation.level": "read_committed"})
        try:
            partitions = consumer.list_topics(topic, 10).topics[topic].partitions
            consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in partitions])
            found, ended = [], 0
            while ended < len(partitions):
                message = consumer.poll(30)
                assert message is not None, f"{topic} does not answer"
                if (error := message.error()) is None:
                    found += [message.value()] if message.value() else []
                else:
                    assert error.code() == KafkaError._PARTITION_EOF, error
                    ended += 1
            return found
        finally:
            consumer.close()

    def _beside(self, topic: str, dossier: str) -> list[Record]:
        return self.scene.records(topic, partition_of(dossier.encode(), PARTITIONS))

    def audit_of(self, dossier: str) -> list[dict[str, Any]]:
        return [one for one in self.scene.audit() if dossier in (one.get("dossier"), one.get("onderwerp"))]

    async def audited(self, dossier: str, soort: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until there are so many audit records of a kind about a dossier."""
        await until(
            lambda: len([one for one in self.audit_of(dossier) if one["soort"] == soort]) >= count,
            f"{count} records {soort}",
        )
        return [one for one in self.audit_of(dossier) if one["soort"] == soort]

    def backup(self, to: Path) -> Path:
        """A copy of the vault as a backup program makes it."""
        source = sqlite3.connect(self.scene.settings.data / "vault.db")
        target = sqlite3.connect(to)
        with target:
            source.backup(target)
        target.close()
        source.close()
        return to


@contextmanager
def running_hub(data: Path, roles: Sequence[Role] = WORKERS, since: date = MONDAY) -> Iterator[RunningHub]:
    """Install a hub, start its workers, move its time to a Monday; stop everything at the end."""
    scene = HubScene.make(data, date(since.year, 1, 5))
    try:
        with at_work(scene, roles) as hub:
            asyncio.run(scene.advance(since))
            yield hub
    finally:
        scene.broker.stop()


@contextmanager
def at_work(scene: HubScene, roles: Sequence[Role] = WORKERS) -> Iterator[RunningHub]:
    """The workers of an installed hub whose broker runs, until the end."""
    loop, ready, stop = asyncio.new_event_loop(), Future[Tree](), asyncio.Event()

    async def keep() -> None:
        try:
            async with scene.running(roles) as tree:
                ready.set_result(tree)
                await stop.wait()
        except BaseException as error:
            if not ready.done():
                ready.set_exception(error)
            raise

    thread = threading.Thread(target=loop.run_until_complete, args=(keep(),), name="workers")
    thread.start()
    try:
        yield RunningHub(scene, ready.result(60), loop)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)
        loop.close()


@dataclass(frozen=True)
class Person:
    """Somebody with a case that every kind of partner has a part in."""

    bsn: str
    voornamen: str
    achternaam: str

    @property
    def by_bsn(self) -> dict[str, Any]:
        return {"soort": "bsn", "waarde": self.bsn}

    @property
    def by_vnummer(self) -> dict[str, Any]:
        return {"soort": "vnummer", "waarde": vnummer(self.bsn)}

    @property
    def by_both(self) -> dict[str, Any]:
        return {**self.by_bsn, "ook": [self.by_vnummer]}


def somebody() -> Person:
    """A person whom no test has used."""
    bsn = next(BSNS)
    return Person(bsn, f"Synthe{bsn[-4:]}", f"Kanarie{bsn[-5:]}")


async def with_a_case(hub: RunningHub, person: Person) -> str:
    """COA knows the person by V-nummer, DUO by BSN, and the two turn out to be one; returns the main dossier.

    Gemeente A has the case, School A teaches, the begeleider guides. School B and Gemeente B have nothing to do with it.
    """
    name = {"voornamen": person.voornamen, "achternaam": person.achternaam}
    await hub.report(
        COA,
        Event("gemeente-gekoppeld", person.by_vnummer, {"gemeente": GEM_A, "datum": "2026-02-01"}),
        Event("klantprofiel-gedeeld", person.by_vnummer, {**name, "geboortedatum": "1990-05-06"}),
    )
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2026-02-10"}
    await hub.report(
        DUO,
        Event("inburgeringsplicht-vastgesteld", person.by_bsn, plicht),
        Event("persoon-verhuisd", person.by_both, {"naar": GEM_A, "datum": "2026-02-11"}),
    )
    school = {"taalschool": SCHOOL_A, "leerroute": "B1-route", "component": "taal", "begindatum": "2026-02-23", **name}
    await hub.report(
        GEM_A,
        Event("pip-vastgesteld", person.by_bsn, {"dagtekening": "2026-02-20", "leerroute": "B1-route"}),
        Event("taalschool-toegewezen", person.by_bsn, school),
        Event("begeleiding-opgedragen", person.by_bsn, {"begeleider": VWN, **name}),
    )
    les = {"les": f"les-{person.bsn[-4:]}", "datum": "2026-02-27", "component": "taal", "verzuim": "geen"}
    await hub.report(SCHOOL_A, Event("aanwezigheid-gemeld", person.by_bsn, les))
    main = hub.dossier_of("bsn", person.bsn)
    assert main is not None and main == hub.dossier_of("vnummer", vnummer(person.bsn))
    return main


def opens(record: Record, raw: bytes) -> bool:
    """Whether a record of the log opens with a data key."""
    try:
        unpack(record.headers, record.value or b"", PersonKey(raw))
    except Exception:  # noqa: BLE001 - whatever it is, it did not open
        return False
    return True
