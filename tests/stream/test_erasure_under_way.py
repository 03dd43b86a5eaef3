# SPDX-License-Identifier: EUPL-1.2
"""P7 when things go on or go wrong while somebody is erased: queued reports, crashes, killed workers, lost keys."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from connectors import Event
from consent.avg19 import GEWIST
from hub import keyring
from hub.broker.topics import DOSSIER, PARTITIONS, Role
from hub.bundles import BundleStore
from hub.commands.acting import now
from hub.commands.replay import comparison
from hub.streams.clock import Clock
from hub.streams.dossier import Dossiers
from hub.streams.envelope import header
from hub.streams.erasing import Eraser
from hub.streams.outputs import partition_of
from hub.streams.reception import log_id
from hub.streams.replay import ReplayTurn
from hub.streams.store import MemoryStore
from hub.streams.wissing import TYPE
from hub.streams.worker import dossiers_of
from hub.vault.keys import KeyMissing
from hub.vault.tables import dossiers, engine_for
from hub.vault.vault import Vault
from hub.vault.wissingen import Stand, Wissing
from tests.faults.hub_scene import DUO, SCHOOL_A, until
from tests.stream.erasure_scene import APPROVES, Person, RunningHub, somebody, with_a_case

VOORTGANG = {"taalniveau": "A2", "stagnatie": False}


async def asked(hub: RunningHub, dossier: str) -> str:
    answer = await hub.asked("person", "erase", "request", "--dossier", dossier, "--ground", "onrechtmatig")
    return str(answer["verzoek"])


async def approved(hub: RunningHub, number: str) -> None:
    done = await hub.asked("person", "erase", "approve", number, who=APPROVES)
    assert done[0]["stand"] == Stand.VOLTOOID


async def notices(hub: RunningHub, pseudonym: str) -> int:
    """How often School A was told that the person of this pseudonym was erased."""
    return len([one for one in await hub.told(SCHOOL_A, GEWIST) if one.pseudoniem == pseudonym])


def name_at_school(hub: RunningHub, dossier: str) -> str:
    key = hub.scene.vault.keys.load([dossier])[dossier]
    return key.pseudonym(f"{SCHOOL_A}#taalschool")  # type: ignore[union-attr]


async def test_reports_that_wait_in_the_inbox_are_still_about_the_old_dossier(hub: RunningHub) -> None:
    """Sent before the approval, read after it: else the report of yesterday would begin the person anew."""
    person = somebody()
    main = await with_a_case(hub, person)
    number = await asked(hub, main)
    assert hub.signal(Role.INTAKE, signal.SIGSTOP)
    try:
        async with hub.scene.connector(SCHOOL_A) as connector:
            late = Event("voortgang-gemeld", person.by_bsn, VOORTGANG)
            await connector.send_all([late])
            logged = log_id(connector._source, late.id)
        erasing = asyncio.create_task(approved(hub, number))
        await asyncio.sleep(2)
        assert not erasing.done(), "the erasure waits for intake"
    finally:
        hub.signal(Role.INTAKE, signal.SIGCONT)
    await erasing
    assert hub.dossier_of("bsn", person.bsn) is None
    assert logged in {header(record.headers, "ce_id") for record in hub.log_of(main)}


class BrokenOff(Exception):
    """Where a crash is put."""


class Crashing(Eraser):
    """Does everything up to a state, and ends just before that state is written down."""

    before: Stand

    async def _report(self, one: Wissing) -> None:
        if self.before is Stand.LOSGEKOPPELD:
            raise BrokenOff
        await super()._report(one)

    def _step(self, one: Wissing, to: Stand) -> None:
        if to is self.before:
            raise BrokenOff
        super()._step(one, to)


@asynccontextmanager
async def crashing(hub: RunningHub, before: Stand) -> AsyncIterator[Crashing]:
    settings = hub.scene.settings
    key = keyring.signing_key(settings.keys / keyring.SIGNING)
    clock = Clock(hub.scene.kafka(Role.OPERATOR), settings.oin, key, hub.scene.clock, max_step=timedelta(days=3))
    vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
    await clock.start()
    try:
        eraser = Crashing(vault, engine_for(settings.audit_address), clock, lambda: now(settings))
        eraser.before = before
        yield eraser
    finally:
        await clock.stop()
        vault.close()


@pytest.mark.parametrize("before", [Stand.LOSGEKOPPELD, Stand.GEMELD, Stand.VERNIETIGD, Stand.VOLTOOID])
async def test_an_erasure_that_broke_off_goes_on_where_it_was(
    hub: RunningHub, before: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = somebody()
    main = await with_a_case(hub, person)
    pseudonym = name_at_school(hub, main)
    number = await asked(hub, main)
    async with crashing(hub, before) as eraser:
        monkeypatch.setattr("hub.commands.erase.finish", lambda *_: [])
        await hub.command("person", "erase", "approve", number, who=APPROVES)
        monkeypatch.undo()
        with pytest.raises(BrokenOff):
            await eraser.run(number)
    assert (await hub.command("person", "erase", "status", number)).exit_code == 1, "it is said to wait"
    assert hub.dossier_of("bsn", person.bsn) is None, "from the first step on nothing leads to the person"
    done = await hub.asked("person", "erase", "resume", who=APPROVES)
    assert [(one["verzoek"], one["stand"]) for one in done] == [(number, Stand.VOLTOOID)]
    assert hub.raw_keys([main]) == {}
    assert await notices(hub, pseudonym) == 1
    assert [one.dossier for one in hub.scene.vault.ledger.entries()].count(main) == 1


async def test_workers_that_are_killed_meanwhile_tell_recipients_once(hub: RunningHub) -> None:
    person = somebody()
    main = await with_a_case(hub, person)
    pseudonym = name_at_school(hub, main)
    erasing = asyncio.create_task(approved(hub, await asked(hub, main)))
    killed = 0
    while not erasing.done() and killed < 4:
        killed += hub.signal(Role.DOSSIER, signal.SIGKILL, killed % 2)
        await asyncio.sleep(1.5)
    await erasing
    assert killed >= 2
    assert await notices(hub, pseudonym) == 1
    assert list(hub.state_of(main)) == [f"w/{main}".encode()]
    _, differences = await asyncio.to_thread(comparison, hub.scene.settings)
    assert differences == []


async def folded(agent: Dossiers, hub: RunningHub, dossier: str, *, with_the_erasure: bool) -> ReplayTurn:
    """The dossier's partition folded from its first record by this agent."""
    partition = partition_of(dossier.encode(), PARTITIONS)
    records = hub.scene.records(DOSSIER, partition)
    kept = [one for one in records if with_the_erasure or header(one.headers, "ce_type") != TYPE]
    turn = ReplayTurn(partition, kept, MemoryStore())
    await agent.turn(turn)  # type: ignore[arg-type]
    return turn


async def test_a_restored_log_without_the_erasure_shows_nothing(hub: RunningHub) -> None:
    person = somebody()
    main = await with_a_case(hub, person)
    agent = dossiers_of(hub.scene.settings)
    before = await folded(agent, hub, main, with_the_erasure=False)
    assert any(key.startswith(f"d/{main}/".encode()) for key in before.rows), "the control"
    await hub.erase(main)
    agent = dossiers_of(hub.scene.settings)
    for with_the_erasure in (True, False):
        after = await folded(agent, hub, main, with_the_erasure=with_the_erasure)
        assert [key for key, value in after.rows.items() if main.encode() in key and value is not None] == [
            f"w/{main}".encode()
        ]


async def test_a_key_that_is_lost_stops_the_agent(hub: RunningHub, tmp_path: Path) -> None:
    """Gone without an erasure record: that vault does not belong to this log, and guessing would lose data."""
    main = await with_a_case(hub, somebody())
    settings = hub.scene.settings
    lost = Vault.open(f"sqlite:///{hub.backup(tmp_path / 'lost.db')}", settings.keys, settings.ledger_path)
    with lost.engine.begin() as connection:
        connection.execute(delete(dossiers).where(dossiers.c.dossier == main))
    agent = Dossiers(
        oin=settings.oin, vault=lost, bundles=BundleStore(settings.bundles), outbox=dossiers_of(settings)._outbox
    )
    with pytest.raises(KeyMissing, match="no key and no erasure record"):
        await folded(agent, hub, main, with_the_erasure=True)


async def test_a_key_that_is_lost_stops_the_process_until_it_is_back(hub: RunningHub) -> None:
    person = somebody()
    main = await with_a_case(hub, person)
    with hub.scene.vault.engine.begin() as connection:
        row = dict(connection.execute(select(dossiers).where(dossiers.c.dossier == main)).one()._mapping)
        connection.execute(delete(dossiers).where(dossiers.c.dossier == main))
    assert hub.signal(Role.INTAKE, signal.SIGKILL), "else it still knows the key"
    try:
        async with hub.scene.connector(DUO) as connector:
            late = Event(
                "examenuitslag-bekend",
                person.by_bsn,
                {"onderdeel": "LE", "resultaat": "gezakt", "examendatum": "2026-03-01"},
            )
            await connector.send_all([late])
            logged = log_id(connector._source, late.id)
        await until(
            lambda: any("no key and no erasure record" in one for one in hub.tree.sentences), "intake to end itself"
        )
        assert logged not in hub.decided()
    finally:
        with hub.scene.vault.engine.begin() as connection:
            connection.execute(insert(dossiers).values(row))
    await until(lambda: logged in hub.decided(), "the report, once the key is back")


async def test_a_term_refuses_and_death_proposes(hub: RunningHub) -> None:
    person: Person = somebody()
    main = await with_a_case(hub, person)
    due = ("person", "erase", "request", "--dossier", main, "--ground", "bewaartermijn")
    refused = await hub.command(*due)
    assert refused.exit_code == 1 and "while the plicht runs" in refused.stderr and "Bi 9.9" in refused.stderr
    assert main not in {one["dossier"] for one in await proposed(hub)}
    end = {"per": "2026-03-02", "reden": "overlijden"}
    await hub.report(DUO, Event("inburgeringsplicht-beeindigd", person.by_bsn, end))
    assert [one["regel"] for one in await proposed(hub) if one["dossier"] == main] == ["overlijden"]
    number = (await hub.asked(*due))["verzoek"]
    again = await hub.command(*due)
    assert again.exit_code == 1 and "finish that one first" in again.stderr
    rejected = await hub.asked("person", "erase", "reject", number)
    assert rejected[0]["stand"] == Stand.AFGEWEZEN
    assert (await hub.command("person", "erase", "approve", number, who=APPROVES)).exit_code == 1
    assert hub.dossier_of("bsn", person.bsn) == main


async def proposed(hub: RunningHub) -> list[dict[str, str]]:
    import json

    found: list[dict[str, str]] = json.loads((await hub.command("retention", "due", "--json")).stdout)
    return found
