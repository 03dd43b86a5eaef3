# SPDX-License-Identifier: EUPL-1.2
"""One process, one role: makes the Faust app of that role and runs it until it is told to stop or cannot go on.

Faust supervises agents and services, elects a leader and handles signals. What an agent does with a turn is in the
file of its role.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import faust
from mode import Service

from hub import keyring
from hub.broker import topics
from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.bundles import BundleStore
from hub.epochs import OwnKeys
from hub.logkeys import LogKeys
from hub.readmodel.auditlog import AuditLog, log_origin
from hub.settings import Settings
from hub.streams.clock import Clock, ClockHeld, ClockState, day_ticks
from hub.streams.dossier import Dossiers
from hub.streams.errors import Revoked
from hub.streams.intake import Intake
from hub.streams.log import Log, faust_settings
from hub.streams.outbox import Outbox
from hub.streams.rebuild import expect_state
from hub.streams.reception import Desk
from hub.streams.settings import KafkaConnection, LogSettings
from hub.streams.store import MemoryStore, RocksStore, Store
from hub.vault.tables import engine_for
from hub.vault.vault import Vault
from schemas import signatures

log = logging.getLogger(__name__)

AGENTS = topics.PARTITIONS
"""Turns worked on at once, one of each partition: while one waits for its commit or for SQL, another computes."""
TURN_RECORDS = 500
SIMULATED_POLL_SECONDS = 0.02
KEY_LOOK_SECONDS = 1.0


def run(role: Role, settings: Settings) -> None:
    """Run the worker of `role`; returns when it was asked to stop."""
    logging.basicConfig(
        level=os.environ.get("HUB_LOG", "WARNING"), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    app = app_for(role, settings)
    worker = faust.Worker(app, loglevel=os.environ.get("HUB_LOG", "WARNING"), redirect_stdouts=False, quiet=True)
    worker.execute_from_commandline()


def app_for(role: Role, settings: Settings) -> faust.App:
    """The Faust app of a role, its agents and services registered."""
    kafka = KafkaConnection(_bootstrap(settings), Credentials(settings.credentials_dir(role)))
    kafka.credentials.check()
    scratch = (
        settings.data / "faust" / os.environ.get("HUB_WORKER", role.value)
    )  # Faust wants one, and keeps nothing of ours there
    scratch.mkdir(parents=True, exist_ok=True)
    app = faust.App(topics.faust_id(role), datadir=str(scratch), **faust_settings(kafka))
    if role is not Role.AUDIT:
        _end_with_its_key(app, settings)
    match role:
        case Role.INTAKE:
            _turns(app, _log(app, role, settings, kafka, topics.INBOX, topics.INBOX_STATE), _intake(settings).turn)
        case Role.DOSSIER:
            channel = _log(app, role, settings, kafka, topics.DOSSIER, topics.DOSSIER_STATE)
            _expect_state(channel, kafka)
            _turns(app, channel, dossiers_of(settings).turn)
        case Role.CLOCK:
            _clock(app, settings, kafka)
        case Role.AUDIT:
            _audit(app, settings, kafka)
        case _:
            raise ValueError(f"{role} is no worker: choose one of {', '.join(topics.LED)}.")
    return app


def _end_with_its_key(app: Any, settings: Settings) -> None:
    """A process that signs ends when the hub's signing key is replaced; its next life signs with the new one."""
    path = settings.keys / keyring.SIGNING
    begun = path.stat().st_mtime_ns  # before anybody reads the key

    class KeyWatch(Service):  # type: ignore[misc]  # mode is untyped
        @Service.task  # type: ignore[untyped-decorator]
        async def _watch(self) -> None:
            while not self.should_stop:
                await asyncio.sleep(KEY_LOOK_SECONDS)
                if path.exists() and path.stat().st_mtime_ns != begun:
                    log.error(
                        "This process ends: the hub's signing key was replaced, and its next start signs with it."
                    )
                    os.kill(os.getpid(), signal.SIGTERM)
                    return

    app.service(KeyWatch)


def _turns(app: Any, channel: Log, handle: Any) -> None:
    @app.agent(channel, concurrency=AGENTS)  # type: ignore[untyped-decorator]  # faust is untyped
    async def turns(stream: Any) -> None:
        async for turn in stream:
            try:
                await handle(turn)
            except Revoked:
                continue


def _expect_state(channel: Log, kafka: KafkaConnection) -> None:
    async def look(partition: int, store: Store) -> None:
        await asyncio.to_thread(expect_state, kafka, partition, store)

    channel.on_partition_open(look)


def _log(app: Any, role: Role, settings: Settings, kafka: KafkaConnection, topic: str, state: str) -> Log:
    return Log(
        app,
        LogSettings(
            topic=topic,
            state_topic=state,
            group=topics.group(role),
            role=role,
            kafka=kafka,
            store=lambda partition: _store(settings, role, partition),
            dead_letters=topics.DEAD_LETTERS,
            max_records=TURN_RECORDS,
        ),
    )


def _store(settings: Settings, role: Role, partition: int) -> Store:
    if settings.store == "memory":
        return MemoryStore()
    return RocksStore(settings.data / "state" / os.environ.get("HUB_WORKER", role.value) / str(partition))


def _intake(settings: Settings) -> Intake:
    own = OwnKeys(settings.keys, settings.oin)
    vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
    desk = Desk(settings.oin, own.verifier, own, vault.index_key, own.web_verifier)
    return Intake(
        oin=settings.oin,
        simulated=settings.simulated,
        desk=desk,
        vault=vault,
        bundles=BundleStore(settings.bundles),
        outbox=_outbox(settings),
    )


def dossiers_of(settings: Settings) -> Dossiers:
    return Dossiers(
        oin=settings.oin,
        vault=Vault.open(settings.vault_address, settings.keys, settings.ledger_path),
        bundles=BundleStore(settings.bundles),
        outbox=_outbox(settings),
    )


def _outbox(settings: Settings) -> Outbox:
    signing = keyring.signing_key(settings.keys / keyring.SIGNING)
    return Outbox(settings.oin, signing, signatures.key_id(signing.public_key()), time.monotonic)


def _clock(app: Any, settings: Settings, kafka: KafkaConnection) -> None:
    state = ClockState(engine_for(settings.clock_address))
    clock = Clock(
        kafka,
        settings.oin,
        keyring.signing_key(settings.keys / keyring.SIGNING),
        state,
        max_step=timedelta(days=settings.max_step_days),
    )

    class Ticking(Service):  # type: ignore[misc]  # mode is untyped
        """Ticks while this process is the leader; on simulated time, towards where the operator aims."""

        async def on_start(self) -> None:
            await clock.start()

        async def on_stop(self) -> None:
            await clock.stop()

        @Service.task  # type: ignore[untyped-decorator]
        async def _tick(self) -> None:
            while not self.should_stop:
                if app.is_leader():
                    await self._once()
                await asyncio.sleep(SIMULATED_POLL_SECONDS if settings.simulated else settings.tick_seconds)

        async def _once(self) -> None:
            last, target = await asyncio.to_thread(state.read)
            try:
                if not settings.simulated:
                    await clock.tick([datetime.now(UTC)])
                elif target and (last is None or target > last):
                    await clock.tick(day_ticks(last, target.date()))
            except ClockHeld as error:
                log.error("%s", error)

    app.service(Ticking)


def _audit(app: Any, settings: Settings, kafka: KafkaConnection) -> None:
    audit = AuditLog.open(
        settings.audit_address, LogKeys(settings.keys), log_origin(settings.oin), settings.audit_order
    )

    threads = ThreadPoolExecutor(AGENTS, "audit")  # one may wait for each of the others

    async def start_at(partition: int) -> int:
        return await asyncio.to_thread(audit.position, partition)

    channel = Log(
        app,
        LogSettings(
            topic=topics.AUDIT,
            group=topics.group(Role.AUDIT),
            role=Role.AUDIT,
            kafka=kafka,
            positions=start_at,
        ),
    )

    async def append(turn: Any) -> None:
        records = [record.value for record in turn.records]
        first = turn.records[0].offset
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(threads, audit.append, turn.partition, records, first, turn.position)
        turn.done()

    _turns(app, channel, append)


def _bootstrap(settings: Settings) -> str:
    if settings.bootstrap is None:
        raise ValueError("Set HUB_BOOTSTRAP (host:port of Kafka), or start this worker with `hub up`.")
    return settings.bootstrap
