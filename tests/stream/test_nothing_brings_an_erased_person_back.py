# SPDX-License-Identifier: EUPL-1.2
"""P7 afterwards: no backup that is put back brings an erased person back, be it of the vault, of the audit log and read
model, or of the log itself; and when their retention has passed, inbox, outboxes and dead letters hold nothing either.

One hub, stopped and copied before the erasure. Each restore is a directory of its own: what is there now, with one part
as it was then. The erasure ledger is never restored, as it says on its first line.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType
from sqlalchemy import select
from typer.testing import CliRunner

from connectors import Event
from consent.merkle import leaf_hash
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.topics import DEAD_LETTERS, DOSSIER, INBOX, out_topic
from hub.cli import app
from hub.commands.replay import comparison
from hub.readmodel import questions
from hub.readmodel.proof import prove
from hub.settings import open_settings
from hub.vault.tables import dossiers, identiteiten, reading
from tests.faults.hub_scene import COA, DUO, GEM_A, SCHOOL_A, VWN, HubScene, until
from tests.stream.byte_scan import Scanner, told
from tests.stream.erasure_scene import MONDAY, Person, RunningHub, at_work, somebody, vnummer, with_a_case

QUICK = {"log.retention.check.interval.ms": "500", "log.initial.task.delay.ms": "500"}
"""How often Kafka looks for what may go: five minutes by itself."""
VOORTGANG = {"taalniveau": "A1", "stagnatie": False}


@dataclass
class Gone:
    """A hub that erased somebody, as it is now and as it was before."""

    now: Path
    before: Path
    person: Person
    other: Person
    main: str
    stays: str
    names: list[str]
    secrets: list[bytes]
    """What in the vault led to the person or opened what was sealed: wrapped keys and pointers."""
    pseudonym: str
    """At the school."""
    report: Event
    size: int
    checkpoint: str
    """Of the audit log at the end, as a witness would have kept it."""
    passed: tuple[int, int]
    """How many of the records about the person were in the broker's files before and after their retention."""

    @property
    def words(self) -> list[str]:
        one = self.person
        return [one.bsn, vnummer(one.bsn), one.voornamen, one.achternaam]


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Gone:
    place = tmp_path_factory.mktemp("gone")
    scene = HubScene.make(place / "now", date(MONDAY.year, 1, 5))
    person, other = somebody(), somebody()
    try:
        with at_work(scene) as hub:
            main, stays, report = asyncio.run(_begin(hub, person, other))
    finally:
        scene.broker.stop()
    scene.close()
    copy(place / "now", place / "before")
    with reopened(place / "now", QUICK) as scene, at_work(scene) as hub:
        return asyncio.run(_erase(hub, place / "before", person, other, (main, stays), report))


async def _begin(hub: RunningHub, person: Person, other: Person) -> tuple[str, str, Event]:
    await hub.scene.advance(MONDAY)
    main, stays = await with_a_case(hub, person), await with_a_case(hub, other)
    report = Event("voortgang-gemeld", person.by_bsn, VOORTGANG)
    await hub.report(SCHOOL_A, report)
    own = Credentials(hub.scene.settings.participant_dir(SCHOOL_A))
    stray = Producer({"bootstrap.servers": hub.scene.broker.bootstrap, "log_level": 0, **own.librdkafka()})
    stray.produce(INBOX, f"{person.bsn};{person.voornamen};{person.achternaam}".encode(), key=b"by mistake")
    assert stray.flush(10) == 0
    await until(lambda: bool(hub.scene.every(DEAD_LETTERS)), "the dead letter")
    return main, stays, report


async def _erase(
    hub: RunningHub, before: Path, person: Person, other: Person, mains: tuple[str, str], report: Event
) -> Gone:
    main, stays = mains
    vault = hub.scene.vault
    with reading(vault.engine) as connection:
        names = vault.identities.all_of(connection, main)
        secrets = list(connection.scalars(select(dossiers.c.sleutel).where(dossiers.c.dossier.in_(names))))
        secrets += connection.scalars(select(identiteiten.c.wijzer).where(identiteiten.c.dossier.in_(names)))
    key = vault.keys.load([main])[main]
    pseudonym = key.pseudonym(f"{SCHOOL_A}#taalschool")  # type: ignore[union-attr]
    await hub.erase(main)
    passed = await _retention_passes(hub)
    await hub.report(SCHOOL_A, Event("voortgang-gemeld", other.by_bsn, VOORTGANG))  # the hub goes on
    size, note = questions.checkpoint(hub.scene._audit)
    return Gone(
        hub.scene.settings.data, before, person, other, main, stays, names, secrets, pseudonym, report, size, note or "",
        passed,
    )  # fmt: skip


async def _retention_passes(hub: RunningHub) -> tuple[int, int]:
    """Let the days of inbox, outboxes and dead letters pass in a second; how many of their records are in the broker's
    files before and after."""
    topics = [INBOX, DEAD_LETTERS, *(out_topic(oin) for oin in (COA, DUO, GEM_A, SCHOOL_A, VWN))]
    ours = set(hub.values(DOSSIER))  # ticks and the like, which the log keeps: they are about nobody
    held = [value for topic in topics for value in hub.values(topic) if value not in ours]
    admin = AdminClient(hub.scene.broker_client())

    def keep(settings: dict[str, str] | None) -> None:
        operation = AlterConfigOpType.DELETE if settings is None else AlterConfigOpType.SET
        entries = [
            ConfigEntry(name, value, incremental_operation=operation)
            for name, value in (settings or {"retention.ms": None, "file.delete.delay.ms": None}).items()
        ]
        wanted = [ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries) for topic in topics]
        for future in admin.incremental_alter_configs(wanted).values():
            future.result(10)

    def left() -> int:
        files = b"".join(path.read_bytes() for path in (hub.scene.settings.data / "broker").rglob("*.log"))
        return sum(value in files for value in held)

    before = left()
    keep({"retention.ms": "1000", "file.delete.delay.ms": "0"})
    await until(lambda: left() == 0, "the last record of inbox, outboxes and dead letters to be deleted")
    keep(None)
    return before, left()


def copy(source: Path, to: Path) -> Path:
    """With holes where there are holes: Kafka's index files are mostly that."""
    subprocess.run(["cp", "--archive", "--sparse=always", source, to], check=True)
    return to


def put_back(gone: Gone, place: Path, *parts: str) -> Path:
    """The hub as it is now, with these parts from the backup."""
    copy(gone.now, place)
    for part in parts:
        for path in place.glob(f"{part}*"):
            subprocess.run(["rm", "-r", path], check=True)
        for path in gone.before.glob(f"{part}*"):
            copy(path, place / path.name)
    return place


@contextmanager
def reopened(data: Path, overrides: dict[str, str] | None = None) -> Iterator[HubScene]:
    """A hub that was stopped, its broker running again."""
    with Broker(data / "broker", overrides=overrides) as broker:
        scene = HubScene(open_settings(data), broker)
        yield scene
        scene.close()


async def _holds(hub: RunningHub, gone: Gone) -> None:
    """What must be so whatever was put back: nothing leads to the person, nothing is sent about the person, others go
    on, and who arrives anew is somebody new."""
    assert hub.dossier_of("bsn", gone.person.bsn) is None and hub.raw_keys(gone.names) == {}
    assert hub.dossier_of("bsn", gone.other.bsn) == gone.stays
    heard = len(hub.values(out_topic(GEM_A)))
    old = Event("voortgang-gemeld", {"soort": "pseudoniem", "waarde": gone.pseudonym}, VOORTGANG)
    async with hub.scene.connector(SCHOOL_A) as school:
        await school.send_all([gone.report, old])

    async def refused() -> bool:
        return (await hub.refused(SCHOOL_A, gone.report.id), await hub.refused(SCHOOL_A, old.id)) == (
            "id-hergebruikt", "onbekende-persoon",
        )  # fmt: skip

    await until(refused, "both refusals")
    await hub.report(SCHOOL_A, Event("voortgang-gemeld", gone.other.by_bsn, VOORTGANG))
    assert len(hub.values(out_topic(GEM_A))) == heard + 1, "only the report about the other"
    for name in gone.names:
        assert set(hub.state_of(name)) <= {f"w/{name}".encode()}
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2026-03-01"}
    await hub.report(DUO, Event("inburgeringsplicht-vastgesteld", gone.person.by_bsn, plicht))
    assert hub.dossier_of("bsn", gone.person.bsn) not in (None, *gone.names)
    assert (await asyncio.to_thread(comparison, hub.scene.settings))[1] == []


def _no_byte(data: Path, gone: Gone) -> None:
    found, files = Scanner(gone.words).scan_tree(data)
    assert files > 50 and not found, told(found)
    everything = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert not [secret for secret in gone.secrets if secret in everything]


def test_after_their_retention_inbox_outboxes_and_dead_letters_hold_nothing(gone: Gone) -> None:
    before, after = gone.passed
    assert before > 20 and after == 0
    found, _ = Scanner(gone.words).scan_tree(gone.before)
    assert {one.word for one in found} >= {gone.person.bsn, gone.person.achternaam}, "the control: it was there"
    _no_byte(gone.now, gone)


async def test_a_vault_that_is_put_back(gone: Gone, tmp_path: Path) -> None:
    data = put_back(gone, tmp_path / "data", "vault.db")
    assert all(secret in (data / "vault.db").read_bytes() for secret in gone.secrets), "the control"
    with reopened(data) as scene, at_work(scene) as hub:
        assert hub.dossier_of("bsn", gone.person.bsn) is None

        def clean() -> bool:  # which process opened the vault first, and so erases, is chance
            files = b"".join(path.read_bytes() for path in data.glob("vault.db*"))
            return not [secret for secret in gone.secrets if secret in files]

        await until(clean, "the vault's files to be scrubbed")
        _no_byte(data, gone)
        await _holds(hub, gone)


async def test_an_audit_log_and_read_model_that_are_put_back(gone: Gone, tmp_path: Path) -> None:
    """The worker reads on from where the backup was, and comes to the same tree."""
    data = put_back(gone, tmp_path / "data", "audit.db")
    kept = tmp_path / "kept.txt"
    kept.write_text(gone.checkpoint)
    with reopened(data) as scene, at_work(scene) as hub:
        await until(lambda: scene.audit_size() >= gone.size, "the audit log to have caught up")
        checked = await hub.command("audit", "verify", "--checkpoint", str(kept))
        assert checked.exit_code == 0, checked.stderr
        leaves = dict(questions.leaves(scene._audit))
        for one in scene.vault.ledger.entries():
            assert one.dossier.encode() in leaves[one.blad]
            assert leaf_hash(prove(scene._audit, one.blad)["record"].encode()).hex() == one.sha256
        await _holds(hub, gone)


async def test_a_log_that_is_put_back(gone: Gone, tmp_path: Path) -> None:
    """All that the broker holds is as it was before the erasure, and the audit log with it; the vault is of now. The state
    that was put back with it is ciphertext of a key that is gone, and is made anew."""
    data = put_back(gone, tmp_path / "data", "broker", "audit.", "clock.db")
    with reopened(data) as scene:
        words = ["replay", "--restore", "--data", str(data), "--json"]
        made = await asyncio.to_thread(CliRunner().invoke, app, words)
        assert made.exit_code == 0, made.stderr
        with at_work(scene) as hub:
            await _holds(hub, gone)
