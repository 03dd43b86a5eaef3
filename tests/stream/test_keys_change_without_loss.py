# SPDX-License-Identifier: EUPL-1.2
"""Rotation and exit on a running hub: a participant's keys, planned and after a theft; the hub's own; a partner leaves.

Events go on meanwhile. Each is accepted once and delivered once, except what a stolen key signs.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka.errors import KafkaError
from typer.testing import CliRunner

from connectors import Connector, Event
from connectors.profile import ConnectProfile
from connectors.witness import KEPT, read_request, witness
from consent import checkpoint
from hub import keyring
from hub.broker.topics import DEAD_LETTERS, Role
from hub.cli import app
from hub.commands.doctor import _key_files
from hub.readmodel.auditlog import log_origin
from hub.readmodel.export import kept
from hub.readmodel.proof import growth
from schemas import signatures
from tests.faults.hub_scene import ACCEPTED, DUO, GEM_A, SCHOOL_A, VWN, HubScene, bsns, receipts, until

MONDAY = date(2025, 3, 10)
TREE = (Role.INTAKE, Role.DOSSIER, Role.CLOCK, Role.AUDIT)
PERSONS = bsns(20)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubScene]:
    scene = HubScene.make(tmp_path_factory.mktemp("keys") / "data", date(2025, 3, 1))
    yield scene
    scene.broker.stop()


async def hub(scene: HubScene, *arguments: str) -> Any:
    command = [*arguments, "--data", str(scene.settings.data), "--json"]
    result = await asyncio.to_thread(CliRunner().invoke, app, command)
    assert result.exit_code == 0, (result.output, result.exception)
    return orjson.loads(result.stdout)


def plicht(bsn: str) -> Event:
    data = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2025-03-03"}
    return Event("inburgeringsplicht-vastgesteld", {"soort": "bsn", "waarde": bsn}, data)


def toewijzing(bsn: str) -> Event:
    data = {"taalschool": SCHOOL_A, "leerroute": "B1-route", "component": "taal", "begindatum": "2025-03-10"}
    return Event("taalschool-toegewezen", {"soort": "bsn", "waarde": bsn}, data)


def les(bsn: str, name: str) -> Event:
    data = {"les": name, "datum": "2025-03-10", "component": "taal", "verzuim": "geen"}
    return Event("aanwezigheid-gemeld", {"soort": "bsn", "waarde": bsn}, data)


async def lessons_at(scene: HubScene, oin: str) -> list[str]:
    found = await scene.received(oin)
    return sorted(one.data["les"] for one in found if one.gebeurtenis == "aanwezigheid-gemeld")


async def begin(scene: HubScene) -> None:
    await scene.advance(MONDAY)
    await scene.send(DUO, *(plicht(bsn) for bsn in PERSONS))
    await scene.send(GEM_A, *(toewijzing(bsn) for bsn in PERSONS))


async def test_a_participant_changes_its_keys_and_a_thief_is_out_at_once(scene: HubScene, tmp_path: Path) -> None:
    folder = scene.settings.participant_dir(SCHOOL_A)
    async with scene.running(TREE):
        await begin(scene)
        first = tmp_path / "first"
        shutil.copytree(folder, first)
        await hub(scene, "participants", "rotate", "--oin", SCHOOL_A, "--overlap", "14")
        assert signatures.key_id(keyring.signing_key(folder / "signing.key").public_key()) != signatures.key_id(
            keyring.signing_key(first / "signing.key").public_key()
        )
        async with Connector.open(first) as old, Connector.open(folder) as new:
            for connector, name in ((old, "by the old key"), (new, "by the new key")):
                event = les(PERSONS[0], name)
                await connector.send(event)
                await receipts(new, {event.id})
        second = tmp_path / "second"
        shutil.copytree(folder, second)
        async with Connector.open(second, group="thief") as thief:
            await thief.send(les(PERSONS[1], "before the theft is known"))
            await hub(scene, "participants", "rotate", "--oin", SCHOOL_A, "--compromised")
            with pytest.raises(KafkaError):
                await asyncio.wait_for(thief.send(les(PERSONS[1], "by the thief")), 20)
        stolen = Connector.open(second)
        key, value, headers = stolen.letter(les(PERSONS[1], "by the thief, through another door"))
        async with scene.connector(SCHOOL_A) as connector:
            producer = await connector._sending()
            await producer.send_and_wait("hub.inbox", value, key=key, headers=headers)
            event = les(PERSONS[2], "after the theft")
            await connector.send(event)
            await receipts(connector, {event.id})
        await scene.advance(date(2025, 3, 11))
        assert await lessons_at(scene, GEM_A) == [
            "after the theft",
            "before the theft is known",
            "by the new key",
            "by the old key",
        ]
        (dead,) = scene.every(DEAD_LETTERS)
        assert any(b"onbekende-sleutel" in (content or b"") for _, content in dead.headers)
        own = await scene.received(SCHOOL_A)
        assert sum(one.gebeurtenis == "taalschool-toegewezen" for one in own) == len(PERSONS), "what was sealed before"


async def test_the_hub_changes_its_own_keys_while_partners_go_on(scene: HubScene) -> None:
    async with scene.running(TREE) as tree:
        await scene.advance(date(2025, 3, 12))
        async with scene.connector(SCHOOL_A, group="long-running") as school, scene.connector(GEM_A) as gemeente:
            await school.send(les(PERSONS[3], "1"))
            sealing = await hub(scene, "keys", "rotate", "sealing")
            await school.send(les(PERSONS[3], "2 sealed to the old key"))
            async with scene.connector(SCHOOL_A, group="fresh") as fresh:
                assert fresh.profile.hub.zegelsleutel != school.profile.hub.zegelsleutel
                await fresh.send(les(PERSONS[3], "3 sealed to the new key"))
            announced = await hub(scene, "keys", "rotate", "signing")
            await school.send(les(PERSONS[3], "4 while a key is announced"))
            starts = {worker.name: worker.starts for worker in tree.supervisor.workers}
            assert (await hub(scene, "keys", "switch"))["new"] == announced["new"]
            await school.send(les(PERSONS[3], "5 after the switch"))
            await until(lambda: _restarted(tree, starts), "intake, dossier and clock to start with the new key")
            last = les(PERSONS[3], "6 when all sign anew")
            await school.send(last)
            await receipts(school, {last.id})
            await scene.advance(date(2025, 3, 13))
            found = [one async for one in gemeente.deliveries(until_quiet=2.0)]
        lessons = sorted(one.data["les"] for one in found if one.gebeurtenis == "aanwezigheid-gemeld")
        assert [name[0] for name in lessons if name[0].isdigit()] == list("123456")
        states = {(one["id"], one["state"]) for one in await hub(scene, "keys", "list")}
        assert {(sealing["new"], "in use"), (sealing["old"], "ended"), (announced["new"], "in use")} <= states
        assert (await hub(scene, "keys", "retire"))["destroyed"] == [], (
            "the inbox may still hold something sealed to it"
        )
        await hub(scene, "keys", "rotate", "signing", "--compromised")
        await scene.advance(date(2025, 3, 14))
        event = les(PERSONS[4], "7 after a theft of the hub's key")
        await scene.send(SCHOOL_A, event)
    assert len(scene.every(DEAD_LETTERS)) == 1, "no record of the hub or of a partner was lost to a change of keys"


def _restarted(tree: Any, starts: dict[str, int]) -> bool:
    ended = [worker for worker in tree.supervisor.workers if worker.role is not Role.AUDIT]
    return all(worker.starts > starts[worker.name] for worker in ended)


async def test_the_audit_logs_key_changes_under_a_running_worker(scene: HubScene) -> None:
    async with scene.running(TREE):
        await scene.advance(date(2025, 3, 14))
        await scene.send(SCHOOL_A, les(PERSONS[6], "1 before"))
        old = (await hub(scene, "audit", "key"))["key"]
        await witnessed(scene)
        changed = await hub(scene, "keys", "rotate", "log", "--overlap", "0")
        await scene.send(SCHOOL_A, les(PERSONS[6], "2 while both sign"))
        await records(scene)
        assert (await witnessed(scene)).count(f"\u2014 {log_origin(scene.settings.oin)} ") == 2
        (due,) = [one for one in _key_files(scene.settings) if changed["old"] in one]
        assert "hub keys retire" in due
        assert (await hub(scene, "keys", "retire"))["destroyed"] == [changed["old"]]
        assert _key_files(scene.settings) == []
        await scene.send(SCHOOL_A, les(PERSONS[6], "3 by the new key"))
        size = await records(scene)
        assert (await witnessed(scene)).count("\u2014 ") == 1
        new = await hub(scene, "audit", "key")
        for key in (old, new["key"]):
            assert (await hub(scene, "audit", "verify", "--key", key))["records"] >= size

        await hub(scene, "keys", "rotate", "log", "--compromised")
        await scene.send(SCHOOL_A, les(PERSONS[6], "4 after a theft"))
        await records(scene)
        command = ["audit", "verify", "--key", new["key"], "--data", str(scene.settings.data)]
        refused = await asyncio.to_thread(CliRunner().invoke, app, command)
        assert refused.exit_code == 1 and "gestolen" in refused.stderr
        assert (await hub(scene, "audit", "verify"))["records"] > size
        last = (await hub(scene, "audit", "key"))["verifier_key"]
        acts = await hub(scene, "audit", "acts", "--about", "keys")
        assert [new["verifier_key"], last] == [one["onderwerp"] for one in acts if "+" in (one["onderwerp"] or "")]
        states = {one["state"] for one in await hub(scene, "keys", "list") if one["kind"] == "log"}
        assert states == {"in use", "destroyed"}
        command = ["datalek", "--key", changed["old"], "--data", str(scene.settings.data)]
        nobody = await asyncio.to_thread(CliRunner().invoke, app, command)
        assert nobody.exit_code == 2 and "a key of the audit log" in nobody.stderr


async def records(scene: HubScene) -> int:
    """How many the audit log has once it took all that was sent."""
    await scene.advance(scene.today + timedelta(days=1))
    return scene.audit_size()


async def witnessed(scene: HubScene) -> str:
    """The newest checkpoint, signed by a partner as witness with the connect.toml that it has now."""
    profile = ConnectProfile.read(scene.settings.participant_dir(GEM_A))
    seen = kept(profile.map / KEPT) if (profile.map / KEPT).exists() else []
    found = growth(scene._audit, checkpoint.parse(seen[-1]).size if seen else 0)
    witness(profile, read_request(found.request()), datetime.now(UTC))
    return found.checkpoint


async def test_one_that_leaves_says_nothing_more_and_reads_what_is_its_own(scene: HubScene) -> None:
    async with scene.running(TREE):
        await scene.advance(date(2025, 3, 15))
        persoon = {"soort": "bsn", "waarde": PERSONS[5]}
        opdracht = {"begeleider": VWN, "volgende_stap": "kennismaking"}
        given = Event("begeleiding-opgedragen", persoon, opdracht)
        await scene.send(GEM_A, given)
        await hub(scene, "participants", "end", "--oin", VWN, "--per", "2025-03-15")
        async with scene.connector(VWN, group="late") as gone:
            with pytest.raises(KafkaError):
                await asyncio.wait_for(
                    gone.send(Event("begeleiding-gestart", persoon, {"begindatum": "2025-03-15"})), 20
                )
        await scene.send(GEM_A, Event("begeleiding-beeindigd", persoon, {"begeleider": VWN, "per": "2025-03-15"}))
        correctie = {"betreft": given.id, "gebeurtenis": "begeleiding-opgedragen", "wijziging": {"volgende_stap": "x"}}
        await scene.send(GEM_A, Event("correctie", persoon, correctie))
        await scene.advance(date(2025, 3, 16))
        types = [one.gebeurtenis for one in await scene.received(VWN)]
    assert types.count("begeleiding-opgedragen") == 1
    assert "begeleiding-beeindigd" not in types
    assert types.count("correctie") == 1, "what it holds is wrong: it is told, also after it left (AVG 19)"
    assert ACCEPTED not in types[-1:]


async def test_rights_that_a_day_has_ended_are_taken_away(scene: HubScene) -> None:
    async with scene.running(TREE):
        await scene.advance(date(2025, 3, 17))
        await hub(scene, "participants", "rotate", "--oin", GEM_A, "--overlap", "2")
        assert (await hub(scene, "participants", "expire"))["changed"] == []
        await scene.advance(date(2025, 3, 19))
        changed = (await hub(scene, "participants", "expire"))["changed"]
        assert changed
        assert all("right that is not in the structure" in one for one in changed)
        assert (await hub(scene, "participants", "expire"))["changed"] == []
