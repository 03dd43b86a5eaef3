# SPDX-License-Identifier: EUPL-1.2
"""Stories on a real hub: embedded broker, the hub's own workers, every organisation with its own connector and keys.

All stories given share one hub and one course of time; each has organisations and persons of its own, and the settings
that it reads hold in its own gemeenten only. What an organisation received is read from its own topic, denials from the
audit log, state from the state topic. The clock is in our hands: one tick in the morning of a day, one at its end.

Not played here: acts of the operator (`from: hub`) and facts without a person, which have commands of their own.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from connectors.client import Connector
from connectors.letters import Event
from demo.command import HUB_OIN
from demo.performance import Organisation
from demo.story_party import Play, numbers
from demo.story_seen import Seen
from hub import keyring
from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.bundles import BundleStore, Soort
from hub.dossier.kalender import AMSTERDAM
from hub.dossier.rules import Regels, Regelversie, ingebouwd
from hub.installation import Plan, install
from hub.settings import Settings
from hub.stories.check import EINDE_DAG
from hub.stories.play import Report, asserted, dagen, tegen
from hub.stories.read import Feit, OngeldigVerhaal, lees_met_regels
from hub.stories.reading import met_lezing
from hub.stories.remarks import remarks
from hub.stories.scene import OCHTEND
from hub.streams.clock import Clock, ClockState
from hub.streams.settings import KafkaConnection
from hub.supervisor import Supervisor
from hub.vault.tables import engine_for

WORKERS = (Role.INTAKE, Role.DOSSIER, Role.AUDIT)
PATIENCE_SECONDS = 60.0
STEP_DAYS = 10_000
"""Stories jump through years; nobody is at work in between."""


def play_on_broker(files: Iterable[Path]) -> list[Report]:
    """Plays the files on one hub in a temporary directory; a file that cannot be played gives a report with its error."""
    plays: list[Play] = []
    reports: dict[str, Report] = {}
    for file in map(Path, files):
        try:
            verhaal, tekst = lees_met_regels(file)
            _playable(verhaal.facts, file)
            plays.append(Play(len(plays) + 1, str(file), verhaal, tekst))
            reports[str(file)] = Report(str(file), verhaal.title, 0, (), 0, 0, 0)
        except OngeldigVerhaal as error:
            reports[str(file)] = Report(str(file), file.stem, 0, (), 0, 0, 0, error=str(error))
    if plays:
        with tempfile.TemporaryDirectory(prefix="story-") as directory:
            for report in asyncio.run(_play(plays, Path(directory) / "hub")):
                reports[report.file] = report
    return list(reports.values())


def _playable(facts: Iterable[Feit], file: Path) -> None:
    for fact in facts:
        if fact.van.partition("#")[0] == "hub" or (fact.person is None and "betreft" not in fact.data):
            raise OngeldigVerhaal(f"{file}: play this story without --broker: {fact.event} is no report of a partner")


async def _play(plays: list[Play], data: Path) -> list[Report]:
    days = sorted({day for play in plays for day in dagen(play.verhaal)})
    for play, first in zip(plays, _counted(plays), strict=True):
        play.give_numbers(first)
    newcomers = {one.oin: one for play in plays for one in play.newcomers()}
    plan = Plan(HUB_OIN, list(newcomers.values()), days[0] - timedelta(days=1), True)
    settings, broker = await asyncio.to_thread(install, data, plan)
    try:
        hub = _Hub(settings, KafkaConnection(broker.bootstrap, Credentials(settings.credentials_dir(Role.CLOCK))))
        supervisor = Supervisor(settings, broker.bootstrap, roles=WORKERS)
        regels = _rules(plays)
        async with hub:
            await hub.clock.lay_down(Soort.REGELS, BundleStore(settings.bundles).save(regels.to_json()))
            await supervisor.start()
            try:
                return await hub.perform(plays, days, Seen(settings, broker.bootstrap, regels))
            finally:
                await supervisor.stop()
    finally:
        broker.stop()


def _counted(plays: list[Play]) -> Iterator[list[str]]:
    """The synthetic numbers of each story's persons."""
    wanted = [sum(p.aantal for p in play.verhaal.persons) for play in plays]
    pool = numbers(sum(wanted))
    for count in wanted:
        yield [next(pool) for _ in range(count)]


def _rules(plays: list[Play]) -> Regels:
    """The hub's rules, and in each story's gemeenten the settings that it reads."""
    plain = ingebouwd()
    extra: list[Regelversie] = []
    for play in plays:
        naam = Path(play.file).name
        read, _ = met_lezing(plain, play.verhaal.reading, naam)
        for version in read.versies:
            if version in plain.versies:
                continue
            for gemeente in play.gemeenten:
                named = {"versie": f"{version.versie}-{play.number}", "voor": {**version.voor, "gemeente": gemeente}}
                extra.append(version.model_copy(update=named))
    return Regels([*plain.versies, *extra])


@dataclass
class _Hub:
    """A hub that runs, its time in our hands, and the organisations at work."""

    settings: Settings
    kafka: KafkaConnection
    organisations: dict[str, Organisation] = field(default_factory=dict)

    async def __aenter__(self) -> _Hub:
        key = keyring.signing_key(self.settings.keys / keyring.SIGNING)
        state = ClockState(engine_for(self.settings.clock_address))
        self.clock = Clock(self.kafka, self.settings.oin, key, state, max_step=timedelta(days=STEP_DAYS))
        await self.clock.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.clock.stop()

    async def perform(self, plays: list[Play], days: list[date], seen: Seen) -> list[Report]:
        for oin in sorted({oin for play in plays for oin in play.oins.values()}):
            self.organisations[oin] = Organisation(oin, Connector.open(self.settings.participant_dir(oin)))
        listening = [asyncio.create_task(one.listen(lambda *_: None)) for one in self.organisations.values()]
        failures: dict[int, list[str]] = {play.number: [] for play in plays}
        try:
            for day in days:
                await self._tick(datetime.combine(day, OCHTEND, AMSTERDAM))
                for play in plays:
                    for fact in play.verhaal.facts:
                        if fact.recorded == day:
                            await self._send(play, fact, seen)
                looked = [play for play in plays if day in {v.at for v in play.verhaal.expect}]
                if looked or any(day in play.verhaal.ticks for play in plays):
                    await self._tick(datetime.combine(day, EINDE_DAG, AMSTERDAM))
                if looked:
                    await self._look(seen, plays)
                for play in looked:
                    found = tegen(seen.of(play), play.verhaal, day, Path(play.file).name, play.tekst)
                    failures[play.number] += found
            return [_report(play, failures[play.number], seen) for play in plays]
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
            for one in self.organisations.values():
                await one.connector.__aexit__(None, None, None)

    async def _tick(self, moment: datetime) -> None:
        """Let time be this late, and wait until everything that was sent before is worked off."""
        await self.clock.tick([moment.astimezone(UTC)])
        await self.clock.pass_through_log("tik", {"moment": moment.astimezone(UTC).isoformat(timespec="milliseconds")})

    async def _look(self, seen: Seen, plays: list[Play]) -> None:
        """Wait until the audit log has it all and every organisation has read what is its own."""
        await seen.settled(PATIENCE_SECONDS)
        for one in self.organisations.values():
            await one.until(lambda one=one: seen.owed(one) == 0, "its deliveries")  # type: ignore[misc]
        await asyncio.to_thread(seen.read, self.organisations, plays)

    async def _send(self, play: Play, fact: Feit, seen: Seen) -> None:
        """Send one fact about everybody for whom it counts, and wait for the receipts: the next one comes after it."""
        party = play.vertaler.bron(fact)
        if play.knows_by_pseudonym(party):
            await self.clock.pass_through_log("tik", {"moment": "1970-01-01T00:00:00.000Z"})
            await self._look(seen, [play])
        organisation = self.organisations[play.oins[party.oin]]
        events: list[Event] = [play.event(fact, who, party, seen) for who in play.everyone(fact)]
        fresh = {event.id for event in events} - set(organisation.receipts)
        await organisation.connector.send_all(events)
        for event in events:
            play.sent(fact, event, party)
        await organisation.until(lambda: fresh <= set(organisation.receipts), f"the receipt for {fact.event}")


def _report(play: Play, failures: list[str], seen: Seen) -> Report:
    view, naam = seen.of(play), Path(play.file).name
    _, unknown = met_lezing(ingebouwd(), play.verhaal.reading, naam)
    return Report(
        file=play.file,
        title=play.verhaal.title,
        asserted=asserted(play.verhaal),
        failures=tuple(failures),
        persons=sum(p.aantal for p in play.verhaal.persons),
        deliveries=len(view.ontvangen),
        denials=len(view.geweigerd),
        unknown_settings=unknown,
        remarks=tuple(remarks(play.verhaal, ingebouwd(), play.tekst, naam)),
    )
