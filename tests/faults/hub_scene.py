# SPDX-License-Identifier: EUPL-1.2
"""A real hub for fault tests: installed once, its workers run in a supervised tree and are killed, frozen and armed.

Time is simulated, so that what the rules say on a day does not depend on the day of the run. Partners are the hub's own
`Connector`s; what they received is read from their own topics with their own keys.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import Engine, func, select

from connectors import Connector, Delivery, Event
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.topics import DEAD_LETTERS, PARTITIONS, Role
from hub.commands.clock import move
from hub.installation import Plan, install
from hub.partners import Newcomer
from hub.readmodel import questions
from hub.settings import Settings
from hub.streams.clock import ClockState
from hub.streams.replay import Record, read
from hub.streams.settings import KafkaConnection
from hub.supervisor import Supervisor, Worker
from hub.vault.tables import engine_for, inzendingen, reading
from hub.vault.vault import Vault
from schemas.catalogue import Rol

__all__ = ["ACCEPTED", "COA", "DUO", "GEM_A", "GEM_B", "REFUSED", "SCHOOL_A", "SCHOOL_B", "VWN", "HubScene", "bsns"]

HUB = "00000099000000000000"
COA, DUO = "00000099000000000001", "00000099000000000002"
GEM_A, GEM_B = "00000099000000000003", "00000099000000000004"
SCHOOL_A, SCHOOL_B = "00000099000000000005", "00000099000000000006"
VWN = "00000099000000000007"
PARTNERS = (
    Newcomer(COA, "COA", (Rol.OPVANG,), "ibis"),
    Newcomer(DUO, "DUO", (Rol.UITVOERING,), "wi"),
    Newcomer(GEM_A, "Gemeente A", (Rol.GEMEENTE,), "zaken"),
    Newcomer(GEM_B, "Gemeente B", (Rol.GEMEENTE,), "zaken"),
    Newcomer(SCHOOL_A, "School A", (Rol.TAALSCHOOL,), "presentie", (GEM_A, GEM_B)),
    Newcomer(SCHOOL_B, "School B", (Rol.TAALSCHOOL,), "presentie", (GEM_A, GEM_B)),
    Newcomer(VWN, "Begeleider", (Rol.BEGELEIDER,), "begeleiding", (GEM_A, GEM_B)),
)
ACCEPTED, REFUSED = "aanlevering-aanvaard", "aanlevering-geweigerd"
TREE = (Role.INTAKE, Role.INTAKE, Role.DOSSIER, Role.DOSSIER, Role.CLOCK, Role.AUDIT)
PATIENCE_SECONDS = 90.0


def bsns(count: int) -> list[str]:
    """The first synthetic BSNs (9999xxxxx) that pass the eleven-test."""
    found: list[str] = []
    number = 999_900_000
    while len(found) < count:
        number += 1
        digits = [int(digit) for digit in str(number)]
        if sum(weight * digit for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0:
            found.append(str(number))
    return found


async def until(holds: Callable[[], Awaitable[bool] | bool], what: str, seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until something holds; the seconds it took. AssertionError with `what` when it does not come."""
    began = time.monotonic()
    while True:
        answer = holds()
        if answer if isinstance(answer, bool) else await answer:
            return time.monotonic() - began
        assert time.monotonic() - began < seconds, f"waited {seconds:.0f} s for {what}"
        await asyncio.sleep(0.05)


class ArmedSupervisor(Supervisor):
    """A supervisor whose workers start with what the test has put ready for their role."""

    arms: Mapping[Role, Mapping[str, str]] = MappingProxyType({})

    def _env(self, worker: Worker) -> dict[str, str]:
        return {**super()._env(worker), **self.arms.get(worker.role, {})}


@dataclass
class Tree:
    """The running workers, and what a test does to them."""

    supervisor: ArmedSupervisor
    arms: dict[Role, Mapping[str, str]] = field(default_factory=dict)
    """By role: what goes into the environment of workers that are started from now on."""
    sentences: list[str] = field(default_factory=list)
    """What the supervisor told about workers that ended."""

    def of(self, role: Role) -> list[Worker]:
        return [worker for worker in self.supervisor.workers if worker.role is role]

    def kill(self, worker: Worker, number: signal.Signals = signal.SIGKILL) -> bool:
        """Signal the worker itself; False when it is between two lives."""
        if worker.pid is None:
            return False
        os.kill(worker.pid, number)
        return True

    @property
    def restarts(self) -> dict[str, int]:
        return {worker.name: worker.starts - 1 for worker in self.supervisor.workers if worker.starts > 1}

    @property
    def killed(self) -> int:
        return sum("was killed by signal 9" in sentence for sentence in self.sentences)


@dataclass
class HubScene:
    """An installed hub with its broker running."""

    settings: Settings
    broker: Broker

    @classmethod
    def make(cls, data: Path, since: date) -> HubScene:
        settings, broker = install(data, Plan(HUB, PARTNERS, since, simulated=True))
        return cls(settings, broker)

    @cached_property
    def _audit(self) -> Engine:
        return engine_for(self.settings.audit_address)

    @cached_property
    def vault(self) -> Vault:
        return Vault.open(self.settings.vault_address, self.settings.keys)

    def close(self) -> None:
        """Let go of the databases."""
        for engine in (self._audit, self.vault.engine):
            engine.dispose()

    # the workers

    @asynccontextmanager
    async def running(
        self,
        roles: Sequence[Role] = TREE,
        environment: dict[str, str] | None = None,
        arms: Mapping[Role, Mapping[str, str]] = MappingProxyType({}),
    ) -> AsyncIterator[Tree]:
        """The workers as one supervised tree; when the test fails, the ends of their logs are shown. `arms`: see Tree."""
        heard: list[str] = []
        supervisor = ArmedSupervisor(
            self.settings, self.broker.bootstrap, roles=roles, environment=environment, tell=heard.append
        )
        tree = Tree(supervisor, dict(arms), heard)
        supervisor.arms = tree.arms
        await supervisor.start()
        try:
            yield tree
        except BaseException:
            for worker in supervisor.workers:
                text = supervisor.log(worker).read_text(errors="replace")
                print(f"--- {worker.name}, {worker.starts} starts\n{text[-3000:]}", file=sys.stderr)
            raise
        finally:
            await supervisor.stop()

    # time

    @cached_property
    def clock(self) -> ClockState:
        return ClockState(engine_for(self.settings.clock_address))

    @property
    def today(self) -> date:
        """The day of the last tick; of the hub's making before the first."""
        last, _ = self.clock.read()
        return last.date() if last else date.fromisoformat(self.settings.start or "")

    async def advance(self, day: date, seconds: float = PATIENCE_SECONDS) -> None:
        """Move time to the morning of `day`, and wait until everything that was sent before is worked off."""
        assert await asyncio.to_thread(move, self.clock, day, seconds), f"the clock did not reach {day}"
        await self.worked_off(seconds)

    async def worked_off(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until every partition has worked off the last tick, and the audit log has it."""
        last, _ = await asyncio.to_thread(self.clock.read)

        def done() -> bool:
            seen = questions.ticks(self._audit)
            return last is None or all(tick and datetime.fromisoformat(tick) >= last for tick in seen.values())

        await until(done, f"every partition to work off the tick of {last}", seconds)

    # partners

    def connector(self, oin: str, group: str = "connect") -> Connector:
        return Connector.open(self.settings.participant_dir(oin), group=group)

    async def send(self, oin: str, *events: Event, seconds: float = PATIENCE_SECONDS) -> None:
        """Send as this partner, and wait for the receipt of each."""
        async with self.connector(oin) as connector:
            await connector.send_all(events)
            await receipts(connector, {event.id for event in events}, seconds)

    async def received(self, oin: str, quiet: float = 2.0) -> list[Delivery]:
        """Everything in the partner's own topic, opened with its own key."""
        async with self.connector(oin, group="control") as connector:
            return [delivery async for delivery in connector.deliveries(until_quiet=quiet)]

    # what the hub keeps

    def broker_client(self) -> dict[str, Any]:
        """Properties of a librdkafka client above the ACLs."""
        return {"bootstrap.servers": self.broker.bootstrap, "log_level": 0, **self.broker.credentials.librdkafka()}

    def kafka(self, role: Role) -> KafkaConnection:
        return KafkaConnection(self.broker.bootstrap, Credentials(self.settings.credentials_dir(role)))

    def records(self, topic: str, partition: int) -> list[Record]:
        """Every committed record of a partition of one of the hub's own topics, read as the operator."""
        return list(read(self.kafka(Role.OPERATOR), topic, partition))

    def every(self, topic: str) -> list[Record]:
        count = 1 if topic == DEAD_LETTERS else PARTITIONS
        return [record for partition in range(count) for record in self.records(topic, partition)]

    def audit_size(self) -> int:
        return questions.checkpoint(self._audit)[0]

    def audit(self) -> list[dict[str, Any]]:
        """The leaves of the audit tree, read."""
        leaves = questions.leaves(self._audit)
        return [orjson.loads(record) for _, record in leaves]

    def claims(self) -> int:
        """How many reports intake has settled."""
        with reading(self.vault.engine) as connection:
            return connection.scalar(select(func.count()).select_from(inzendingen)) or 0


async def receipts(connector: Connector, wanted: Iterable[str], seconds: float = PATIENCE_SECONDS) -> None:
    """Read one's own topic until there was a receipt for each of these ids."""
    open_ = set(wanted)
    async with asyncio.timeout(seconds):
        while open_:
            async for delivery in connector.deliveries(until_quiet=0.5):
                if delivery.gebeurtenis in (ACCEPTED, REFUSED):
                    open_.discard(delivery.data["betreft"])
