# SPDX-License-Identifier: EUPL-1.2
"""The story on the real hub: every organisation sends its own files through its own connector and reads its own topic.

Nothing here looks into the hub to learn what somebody received: that is what came out of the organisation's own
topic, opened with its own key. Denials are read from the audit log, as a privacy officer would. The clock is moved as
an operator would.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from connectors.client import Connector, Delivery
from connectors.files import Afgekeurd, Melding, load_profile, read
from connectors.files.sources import json_messages
from connectors.sending import event_of
from consent.policy import Beleid
from demo.draaiboek import Draaiboek, Zending
from demo.duo.spel import DuosPart, duos_part
from demo.kenmerken import Kenmerken, fill
from demo.rehearsal import articles
from demo.waarneming import Aanlevering, AfgekeurdeRij, Geleverd, Geweigerd, Waarneming
from hub.commands.clock import move
from hub.readmodel import questions
from hub.settings import Settings
from hub.streams.clock import ClockState
from hub.vault.tables import engine_for

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ACCEPTED, REFUSED = "aanlevering-aanvaard", "aanlevering-geweigerd"
PATIENCE_SECONDS = 60.0


class HubSilent(Exception):
    """Something that the hub owes did not come in time."""


@dataclass
class Organisation:
    """One organisation at work: its connector, what it sent, and what it received so far."""

    id: str
    connector: Connector
    sent: dict[str, tuple[date, Melding]] = field(default_factory=dict)
    receipts: dict[str, Delivery] = field(default_factory=dict)
    received: list[Delivery] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    files: int = 0

    async def listen(self, learn: Callable[[Organisation, Delivery], None]) -> None:
        """Read one's own topic for as long as the story lasts."""
        async for delivery in self.connector.deliveries():
            if delivery.gebeurtenis in (ACCEPTED, REFUSED):
                # intake's receipt comes first; a refusal by the dossier has the last word, also when a resend repeats
                # the first
                if delivery.gebeurtenis == REFUSED or delivery.data["betreft"] not in self.receipts:
                    self.receipts[delivery.data["betreft"]] = delivery
            else:
                self.received.append(delivery)
                learn(self, delivery)
            self.heard.set()

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something about what was received holds."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not holds():
                    self.heard.clear()
                    await self.heard.wait()
        except TimeoutError as error:
            raise HubSilent(
                f"{self.id} waited {PATIENCE_SECONDS:.0f} s for {what}: look at the logs of the workers."
            ) from error


class Performance:
    """Plays a script once on a running hub; `tell` hears of every day."""

    def __init__(self, draaiboek: Draaiboek, settings: Settings, *, tell: Callable[[date, str], None]) -> None:
        self.draaiboek, self._settings, self._tell = draaiboek, settings, tell
        self.kenmerken = Kenmerken(draaiboek.personen)
        self.organisations: dict[str, Organisation] = {}
        self._clock = ClockState(engine_for(settings.clock_address))
        self._audit = engine_for(settings.audit_address)
        self._afgekeurd: list[AfgekeurdeRij] = []
        self.duo: DuosPart | None = None

    async def play(self) -> Waarneming:
        for partner in self.draaiboek.deelnemers:
            connector = Connector.open(self._settings.participant_dir(partner.oin))
            self.organisations[partner.id] = Organisation(partner.id, connector)
        listening = [asyncio.create_task(one.listen(self._learn)) for one in self.organisations.values()]
        try:
            async with self._duo():
                await self._act(listening)
                await self._settle()
            return self._observed()
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
            for one in self.organisations.values():
                await one.connector.__aexit__(None, None, None)

    @asynccontextmanager
    async def _duo(self) -> AsyncIterator[None]:
        """DUO's machine interface, and our side of it, for as long as the story lasts."""
        oin = next(one.oin for one in self.draaiboek.deelnemers if one.rol == "uitvoering")
        gemeenten = [one.oin for one in self.draaiboek.deelnemers if one.rol == "gemeente"]
        async with duos_part(self._settings.participant_dir(oin), oin, gemeenten) as self.duo:
            yield

    async def _act(self, listening: list[asyncio.Task[None]]) -> None:
        with tempfile.TemporaryDirectory() as outbox:
            await self._go_to(self.draaiboek.van)
            for dag in self.draaiboek.dagen:
                self._tell(dag.datum, "")
                await self._go_to(dag.datum)
                for zending in dag.zendingen:
                    _raise_failures(listening)
                    await self._send(zending, dag.datum, Path(outbox))
            self._tell(self.draaiboek.tot, "")
            await self._go_to(self.draaiboek.tot)

    async def _go_to(self, day: date) -> None:
        if not await asyncio.to_thread(move, self._clock, day, PATIENCE_SECONDS):
            raise HubSilent(f"The clock did not reach {day}: look at the logs of the workers.")

    async def _send(self, zending: Zending, day: date, outbox: Path) -> None:
        """Send one file, and wait for the receipts: what others send next comes after it in the log."""
        org = self.organisations[zending.org_id]
        await self._caught_up(org)
        path = fill(zending.path, outbox, lambda place: self.kenmerken.zoek(org.id, place))
        profile = load_profile(
            zending.profiel, afzender=org.connector.profile.oin, geheim=org.connector.profile.file_secret()
        )
        rows: list[Melding] = []
        for row in read(path, profile):
            if isinstance(row, Afgekeurd):
                self._afgekeurd.append(AfgekeurdeRij(day, org.id, zending.path.name, row.regelnummer, row.kolom))
            else:
                rows.append(row)
        org.files += 1
        how = "notices over DUO's machine interface" if zending.koppelvlak else "rows"
        self._tell(day, f"{org.id}: {zending.path.name}, {len(rows)} {how}")
        for row in rows:
            org.sent.setdefault(row.id, (day, row))
        if zending.koppelvlak and self.duo is not None:
            # the events have the same ids, whichever way DUO says them
            await self.duo.say(json_messages(path, profile))
        else:
            await org.connector.send_all(event_of(row) for row in rows)
        await org.until(lambda: all(row.id in org.receipts for row in rows), f"the receipts for {zending.path.name}")

    async def _caught_up(self, org: Organisation) -> None:
        """Whoever writes pseudonyms or signals into its file has read its deliveries first; the rest need not wait."""
        if self.draaiboek.deelnemer(org.id).rol in ("begeleider", "gemeente"):
            await self._worked_off()
            await org.until(lambda: self._owed(org) == 0, "deliveries that the audit log says were made")

    async def _worked_off(self) -> None:
        """Wait until every partition of the log has worked off the last tick, and the audit log has it."""
        last, _ = self._clock.read()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        while last:
            seen = await asyncio.to_thread(questions.ticks, self._audit)
            if all(tick and datetime.fromisoformat(tick) >= last for tick in seen.values()):
                return
            if loop.time() > deadline:
                raise HubSilent("The log was not worked off in time: look at the logs of the workers.")
            await asyncio.sleep(0.02)

    def _owed(self, org: Organisation) -> int:
        """Deliveries that the audit log holds for this organisation and that it has not read yet."""
        oin = org.connector.profile.oin
        seen = {one.id for one in org.received} | {one.id for one in org.receipts.values()}
        return sum(1 for name in questions.deliveries_to(self._audit, oin) if name not in seen)

    async def _settle(self) -> None:
        await self._worked_off()
        for org in self.organisations.values():
            await org.until(lambda org=org: self._owed(org) == 0, "the last deliveries")  # type: ignore[misc]

    def _learn(self, org: Organisation, delivery: Delivery) -> None:
        if delivery.pseudoniem:
            self.kenmerken.leer(org.id, delivery.pseudoniem, _numbers(delivery), delivery.data)

    # what was seen

    def _observed(self) -> Waarneming:
        """What the organisations received, and what the audit log says was denied."""
        records = [orjson.loads(record) for _, record in questions.leaves(self._audit)]
        persons = self._persons(records)
        rows = {one["id"]: record for record in records for one in record.get("leveringen", ())}
        beleid = Beleid.load()
        geleverd = [
            (delivery.vastgelegd, order, self._delivered(org, delivery, rows[delivery.id], persons, beleid))
            for org in self.organisations.values()
            for order, delivery in enumerate(org.received)
        ]
        return Waarneming(
            tuple(one for *_, one in sorted(geleverd, key=lambda each: each[:2])),
            tuple(self._denied(records, persons)),
            tuple(self._reported()),
            tuple(self._afgekeurd),
            {one.oin: one.id for one in self.draaiboek.deelnemers},
        )

    def _delivered(
        self, org: Organisation, delivery: Delivery, record: dict[str, Any], persons: dict[str, str], beleid: Beleid
    ) -> Geleverd:
        party = f"{org.connector.profile.oin}#{delivery.rol}"
        regels: list[str] = next(
            (one["regels"] for one in record["hub"] if one["aan"] == party and one["type"] == delivery.gebeurtenis),
            next((one["regels"] for one in record["uitkomsten"] if one["aan"] == party), []),
        )
        kinds = {one["soort"] for one in _identities(delivery)}
        return Geleverd(
            delivery.vastgelegd.astimezone(AMSTERDAM).date(),
            self.draaiboek.partij(delivery.bron or ""),
            self.draaiboek.partij(party),
            delivery.gebeurtenis,
            persons[record["dossier"]],
            delivery.data,
            frozenset(kinds),
            tuple(sorted(articles(tuple(regels), beleid))),
        )

    def _denied(self, records: list[dict[str, Any]], persons: dict[str, str]) -> Iterator[Geweigerd]:
        for record in records:
            if "uitkomsten" not in record:
                continue
            day = datetime.fromisoformat(record["moment"]).astimezone(AMSTERDAM).date()
            for kind, van, outcome in (
                *((record["type"], record["bron"], one) for one in record["uitkomsten"]),
                *((one["type"], "hub#hub", one) for one in record["hub"]),
            ):
                if outcome["uitkomst"] == "geweigerd":
                    aan = self.draaiboek.partij(outcome["aan"])
                    yield Geweigerd(
                        day, self.draaiboek.partij(van), aan, kind, persons[record["dossier"]], outcome["reden"]
                    )

    def _reported(self) -> Iterator[Aanlevering]:
        for org in self.organisations.values():
            for name, (day, melding) in org.sent.items():
                receipt = org.receipts[name]
                reden = receipt.data.get("reden") if receipt.gebeurtenis == REFUSED else None
                yield Aanlevering(day, org.id, melding.gebeurtenis, self._person_of(org.id, melding), reden)

    def _person_of(self, org_id: str, melding: Melding) -> str:
        numbers = {melding.persoon["waarde"], *(one["waarde"] for one in melding.persoon["ook"])}
        for persoon in self.draaiboek.personen:
            if numbers & {persoon.bsn, persoon.vnummer}:
                return persoon.id
        return self.kenmerken.persoon(org_id, melding.persoon["waarde"]) or ""

    def _persons(self, records: list[dict[str, Any]]) -> dict[str, str]:
        """Dossier -> person of the story, from what the organisations know and the audit log says they received."""
        dossier_of = {one["id"]: record["dossier"] for record in records for one in record.get("leveringen", ())}
        found: dict[str, str] = {}
        for org in self.organisations.values():
            for delivery in org.received:
                who = self.kenmerken.persoon(org.id, delivery.pseudoniem or "")
                if who:
                    found[dossier_of[delivery.id]] = who
        return found


def _identities(delivery: Delivery) -> list[dict[str, Any]]:
    persoon = dict(delivery.persoon or {})
    more = persoon.pop("ook", None) or []
    return [persoon, *more] if persoon else []


def _numbers(delivery: Delivery) -> list[str]:
    return [one["waarde"] for one in _identities(delivery) if one["soort"] in ("bsn", "vnummer")]


def _raise_failures(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done():
            task.result()
