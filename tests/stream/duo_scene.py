# SPDX-License-Identifier: EUPL-1.2
"""DUO beside a running hub: the simulator over mutual TLS, and `connect duo serve` and `connect duo send` as processes of
their own, in the folder of DUO's participant. What the others receive is read from their own topics.
"""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from connectors import Delivery, Event
from connectors.letters import AMSTERDAM
from demo.duo.administratie import Inburgeraar
from demo.duo.dienst import Duo
from demo.duo.verbinding import Notificeerder, served, write_duo_toml
from tests.duo_simulator.scene import INSTELLING, KOPPELING, certificates
from tests.faults.hub_scene import COA, DUO, GEM_A, GEM_B, SCHOOL_A, until
from tests.stream.erasure_scene import RunningHub, running_hub, somebody, vnummer

CONNECT = Path(sys.executable).parent / "connect"
GEMEENTEN = {GEM_A: "0518", GEM_B: "0599"}
TODAY = datetime.now(AMSTERDAM).date()
BEGIN = TODAY - timedelta(days=60)
"""Of everybody's plicht."""


@dataclass
class Side:
    """`connect duo serve` or `connect duo send`, as one process after the other."""

    name: str
    folder: Path
    lives: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}-{self.lives}.log"

    def start(self) -> None:
        self.lives += 1
        with self.log.open("wb") as output:
            words = [CONNECT, "duo", self.name, "--config", self.folder]
            self.process = subprocess.Popen(words, stdout=output, stderr=output)

    def kill(self) -> None:
        """As if the plug were pulled. It must have been alive: a process that ended by itself is a fault."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def address(self) -> str | None:
        """Where `serve` listens, once it has said so."""
        found = re.search(r"listening at (https://\S+)", self.log.read_text())
        return found[1] if found else None


@dataclass
class DuoScene:
    hub: RunningHub
    duo: Duo
    certs: Path
    serve: Side
    send: Side
    heard: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    """By organisation: every delivery, as it came."""
    registered: int = 0

    def person(self, gemeente: str = GEM_A, **more: Any) -> Inburgeraar:
        """Somebody whom no test has used, on record at DUO."""
        plicht = {
            "indicatorInburgeringsplicht": True,
            "begindatum": BEGIN.isoformat(),
            "wijzigingsdatum": BEGIN.isoformat(),
            "datumKennisgevingInburgeringsplicht": (BEGIN + timedelta(days=2)).isoformat(),
        }
        bsn = somebody().bsn
        details = {"plicht": plicht, "gevestigd": BEGIN, "doelgroep_begin": BEGIN.isoformat()} | more
        return self.duo.persoon(bsn, gemeente, vnummer=int(vnummer(bsn)), **details)

    async def notify(self, gebeurtenis: str, who: Inburgeraar, gemeente: str = GEM_A) -> None:
        """As DUO does: again and again until it hears 201."""
        self.registered += 1
        moment = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1) + timedelta(seconds=self.registered)
        body = {"registratieDatumTijd": moment.isoformat(), "gebeurtenisId": gebeurtenis, "bsn": who.bsn}
        body |= {"vNummer": who.vnummer}

        async def taken() -> bool:
            address = self.serve.address()
            if address is None:
                return False
            try:
                status, *_ = await Notificeerder(address, self.certs, DUO).post(body, doel=gemeente)
            except aiohttp.ClientError:
                return False
            assert status == 201, "DUO's own notice is right"
            return True

        await until(taken, f"201 on {gebeurtenis}")

    async def report(self, oin: str, *events: Event) -> None:
        """As this gemeente, with the receipts."""
        await self.hub.scene.send(oin, *events)

    def received(self, oin: str, gebeurtenis: str, bsn: str) -> list[Delivery]:
        return [one for one in self.heard[oin] if one.gebeurtenis == gebeurtenis and bsn in _numbers(one)]

    async def hears(self, oin: str, gebeurtenis: str, who: Inburgeraar, count: int = 1) -> Delivery:
        """Wait until this organisation has so many of these about this person; the last one."""
        await until(
            lambda: len(self.received(oin, gebeurtenis, who.bsn)) >= count, f"{gebeurtenis} about {who.bsn} at {oin}"
        )
        found = self.received(oin, gebeurtenis, who.bsn)
        assert len(found) == count, "once"
        return found[-1]

    def asked(self, who: Inburgeraar) -> list[str]:
        """What DUO carried out about this person, in order."""
        return [f"{one.methode} {one.pad.partition(who.bsn)[2]}" for one in self.duo.verzoeken if who.bsn in one.pad]


def _numbers(delivery: Delivery) -> set[str]:
    persoon = delivery.persoon or {}
    return {str(one["waarde"])[-9:] for one in (persoon, *(persoon.get("ook") or ())) if one}


@contextmanager
def duo_scene(place: Path) -> Iterator[DuoScene]:
    """A hub whose day is today: what DUO refuses, happens today."""
    with running_hub(place / "data", since=TODAY) as hub:
        folder, certs = hub.scene.settings.participant_dir(DUO), place / "certs"
        certs.mkdir()
        certificates(certs, DUO)
        (school := dict(INSTELLING))["naam"] = "School A"
        duo = Duo(DUO, {KOPPELING: set(GEMEENTEN)}, GEMEENTEN, vandaag=TODAY, instellingen=[school])
        scene = DuoScene(hub, duo, certs, Side("serve", folder), Side("send", folder))
        stack = AsyncExitStack()
        try:
            address = _on(hub, stack.enter_async_context(served(duo, certs)))
            for oin in (GEM_A, GEM_B, COA):
                _on(hub, stack.enter_async_context(_listening(scene, oin)))
            write_duo_toml(
                folder,
                address,
                certs=certs,
                duo=DUO,
                gemeenten=GEMEENTEN,
                instellingen={SCHOOL_A: INSTELLING["instellingsnummer"]},
                wachttijd=3.0,
                eerste_pauze=0.2,
                langste_pauze=1.0,
            )
            for side in (scene.serve, scene.send):
                side.start()
            yield scene
        finally:
            for side in (scene.serve, scene.send):
                side.stop()
            _on(hub, stack.aclose())


def _on(hub: RunningHub, work: Coroutine[Any, Any, Any]) -> Any:
    """Run in the loop that lives as long as the hub."""
    return asyncio.run_coroutine_threadsafe(work, hub.loop).result(60)


@asynccontextmanager
async def _listening(scene: DuoScene, oin: str) -> AsyncIterator[None]:
    async with scene.hub.scene.connector(oin, group="listening") as connector:

        async def listen() -> None:
            async for delivery in connector.deliveries(start=0):
                scene.heard[oin].append(delivery)

        task = asyncio.create_task(listen())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def sets(duo: Duo, who: Inburgeraar, stuk: str) -> list[Any]:
    """The bodies of what DUO carried out of one kind, in order."""
    return [one.inhoud for one in duo.gedaan("PUT", stuk) if who.bsn in one.pad]
