# SPDX-License-Identifier: EUPL-1.2
"""Both sides of `connectors.duo` against the simulator: real sockets, real certificates, a real store; the hub is a list."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors import Event
from connectors.duo.aannemen import neem_aan
from connectors.duo.bedrijf import Bedrijf, bedrijf
from connectors.duo.doorgeven import Alleen, geef_door
from connectors.duo.melden import Melder
from connectors.duo.ontvangst import Ontvangst
from connectors.duo.ophalen import Ophaler
from demo.duo.dienst import Duo
from demo.duo.verbinding import Notificeerder, served
from schemas import codec
from tests.duo_simulator.scene import (
    DUO,
    GEMEENTEN,
    INSTELLING,
    KOPPELING,
    certificates,
    notificeerder,
    partner,
)


@dataclass(frozen=True)
class Levering:
    """A delivery as the hub makes it."""

    gebeurtenis: str
    persoon: Mapping[str, Any] | None
    data: Mapping[str, Any]
    bron: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class HubLijst:
    """What the hub got. It checks each event against its schema, as the client does before anything leaves."""

    events: list[Event] = field(default_factory=list)

    async def send_all(self, events: Sequence[Event]) -> list[str]:
        for event in events:
            data = {**event.data, "persoon": {"ook": [], **(event.persoon or {})}}
            codec.check(event.gebeurtenis, data)
        self.events += [event for event in events if event.id not in {een.id for een in self.events}]
        return [event.id for event in events]


@dataclass
class Toneel:
    b: Bedrijf
    duo: Duo
    ontvangst: Ontvangst
    duo_zegt: Notificeerder
    ophaler: Ophaler
    melder: Melder
    hub: HubLijst
    certs: Path
    slot: Alleen

    async def haal_op(self, rondes: int = 20) -> list[Event]:
        """Work until there is nothing to do now; what the hub got by it."""
        return await self._werk(self.ophaler, rondes)

    async def meld(self, *leveringen: Levering, rondes: int = 20) -> list[Event]:
        for levering in leveringen:
            neem_aan(self.b.opslag, self.b.profiel, levering)
        return await self._werk(self.melder, rondes)

    async def _werk(self, wie: Ophaler | Melder, rondes: int) -> list[Event]:
        eerder = len(self.hub.events)
        for _ in range(rondes):
            if not await wie.ronde():
                break
        await geef_door(self.b.opslag, self.hub, self.slot)
        return self.hub.events[eerder:]

    def wachtrij(self, naam: str) -> dict[str, int]:
        return self.b.opslag.overzicht()[naam]

    def redenen(self) -> list[str]:
        return [een["reden"] for een in self.b.opslag.aandacht()]


@asynccontextmanager
async def toneel(map_: Path, **profiel: Any) -> AsyncIterator[Toneel]:
    certificates(map_)
    duo = Duo(DUO, {KOPPELING: set(GEMEENTEN)}, GEMEENTEN, instellingen=[INSTELLING])
    profiel = {"eerste_pauze": 0.001, "langste_pauze": 0.01, "wachttijd": 5.0} | profiel
    async with served(duo, map_) as adres:
        folder = partner(map_ / "deelnemer", adres, certs=map_, **profiel)
        async with bedrijf(folder) as b:
            ontvangst = Ontvangst(b.profiel, b.opslag)
            runner = await ontvangst.dien()
            slot = b.slot("hub")
            try:
                yield Toneel(
                    b,
                    duo,
                    ontvangst,
                    notificeerder(f"https://localhost:{runner.addresses[0][1]}", map_),
                    Ophaler(b.profiel, b.opslag, b.klant, b.pauze),
                    Melder(b.profiel, b.opslag, b.klant, b.pauze),
                    HubLijst(),
                    map_,
                    slot,
                )
            finally:
                await runner.cleanup()


def namen(events: Iterable[Event]) -> list[str]:
    return [event.gebeurtenis for event in events]
