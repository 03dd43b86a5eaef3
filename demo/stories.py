# SPDX-License-Identifier: EUPL-1.2
"""Stories on a real hub: embedded broker, the hub's own workers, every organisation with its own connector and keys.

All stories given share one hub and one course of time; each has organisations and persons of its own, and the settings
that it reads hold in its own gemeenten only. What an organisation received is read from its own topic with its own key,
denials from the audit log, signals from what their owners received, state from the state topic. The clock is in our hands:
one tick in the morning of a day on which something is said, one at its end where a story looks.

A story therefore also meets the ticks of the others: that may change nothing, or its expectations rest on a hub that sleeps.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from consent.admission import Weigergrond
from demo.command import HUB_OIN
from demo.performance import HubSilent
from demo.story_acts import ACTS, TIK, act
from demo.story_partner import Partner
from demo.story_party import NATIONAL, NOBODY, ONLY_PSEUDONYM, Play, Said, numbers
from demo.story_seen import Seen
from hub import keyring
from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.bundles import BundleStore, Soort
from hub.dossier.handle import HUB
from hub.dossier.regels.kalender import AMSTERDAM
from hub.dossier.regels.rules import Regels, Regelversie, ingebouwd
from hub.dossier.signals import GEZIEN, OPGEVOLGD
from hub.installation import Plan, install
from hub.settings import Settings
from hub.stories.check import EINDE_DAG
from hub.stories.play import NotPlayed, Report, asserted, dagen, tegen
from hub.stories.read import Feit, OngeldigVerhaal, Verhaal, lees_met_regels
from hub.stories.reading import met_lezing
from hub.stories.remarks import remarks
from hub.stories.scene import OCHTEND
from hub.streams.clock import Clock, ClockState
from hub.streams.settings import KafkaConnection
from hub.supervisor import Supervisor
from hub.vault.tables import engine_for
from schemas.catalogue import gebeurtenistypen

WORKERS = (Role.INTAKE, Role.DOSSIER, Role.AUDIT)
STEP_DAYS = 10_000
"""Stories jump through years; nobody is at work in between."""
GEWIST = "gegevens-gewist"


def play_on_broker(files: Iterable[Path], tell: Callable[[str], None] = lambda _: None) -> list[Report]:
    """Plays the files on one hub in a temporary directory; a file that cannot be played gives a report with its error.

    `tell` hears how far it is. Raises NotPlayed when the hub falls silent.
    """
    plays: list[Play] = []
    reports: dict[str, Report] = {}
    for file in map(Path, files):
        try:
            verhaal, tekst = lees_met_regels(file)
            _expect_playable(verhaal, tekst, file)
            met_lezing(ingebouwd(), verhaal.reading, file.name)
            plays.append(Play(len(plays) + 1, str(file), verhaal, tekst))
            reports[str(file)] = Report(str(file), verhaal.title, 0, (), 0, 0, 0)
        except OngeldigVerhaal as error:
            reports[str(file)] = Report(str(file), file.stem, 0, (), 0, 0, 0, error=str(error))
    if plays:
        with tempfile.TemporaryDirectory(prefix="story-") as directory:
            try:
                played = asyncio.run(_play(plays, Path(directory) / "hub", tell))
            except HubSilent as error:
                raise NotPlayed(str(error)) from error
            reports |= {report.file: report for report in played}
    return list(reports.values())


def _expect_playable(verhaal: Verhaal, tekst: object, file: Path) -> None:
    for fact in verhaal.facts:
        if fact.van.partition("#")[0] == HUB.oin and fact.event not in ACTS:
            known = ", ".join(sorted(ACTS))
            raise OngeldigVerhaal(
                f"{file}: play this story without --broker: the operator of a real hub has no {fact.event}, only {known}"
            )
        type_ = gebeurtenistypen().get(fact.event)
        about_nobody = type_ is not None and not type_.persoonsgebonden and HUB.rol not in type_.producenten
        if about_nobody and any(
            fact.van.partition("#")[0] == one.oin and NATIONAL & set(one.roles) for one in verhaal.participants
        ):
            raise OngeldigVerhaal(
                f"{file}: play this story without --broker: {fact.van} is one organisation to all stories there, and what it says"
                " of itself would count in each"
            )


async def _play(plays: list[Play], data: Path, tell: Callable[[str], None]) -> list[Report]:
    days = sorted({day for play in plays for day in dagen(play.verhaal)})
    pool = numbers()
    for play in plays:
        play.give_numbers(pool)
    newcomers = {one.oin: one for play in plays for one in play.newcomers()}
    plan = Plan(HUB_OIN, list(newcomers.values()), days[0] - timedelta(days=1), simulated=True)
    tell(f"Making a hub for {len(newcomers)} organisations ...")
    settings, broker = await asyncio.to_thread(install, data, plan)
    try:
        supervisor = Supervisor(settings, broker.bootstrap, roles=WORKERS, tell=tell)
        async with Stage.of(settings, broker.bootstrap, plays, tell) as stage:
            await stage.clock.lay_down(Soort.REGELS, BundleStore(settings.bundles).save(_rules(plays).to_json()))
            await supervisor.start()
            try:
                return await stage.perform(days)
            finally:
                await supervisor.stop()
    finally:
        broker.stop()


def _rules(plays: Iterable[Play]) -> Regels:
    """The hub's rules, and in each story's gemeenten the settings that it reads."""
    plain = ingebouwd()
    extra: list[Regelversie] = []
    for play in plays:
        read, _ = met_lezing(plain, play.verhaal.reading, Path(play.file).name)
        for version in read.versies:
            if version in plain.versies:
                continue
            for gemeente in play.gemeenten:
                named = {"versie": f"{version.versie}-{play.number}", "voor": {**version.voor, "gemeente": gemeente}}
                extra.append(version.model_copy(update=named))
    return Regels([*plain.versies, *extra])


@dataclass
class Stage:
    """A hub that runs, its time in our hands, and the organisations at work."""

    settings: Settings
    clock: Clock
    plays: list[Play]
    partners: dict[str, Partner]
    seen: Seen
    tell: Callable[[str], None]
    now: datetime
    failures: dict[int, list[str]] = field(default_factory=dict)
    _ticking: asyncio.Lock = field(default_factory=asyncio.Lock)
    too_early: dict[tuple[int, str], list[Feit]] = field(default_factory=dict)
    """Facts about everyone whose sender had nothing to do yet with somebody: said again after that person's next fact."""

    @classmethod
    def of(cls, settings: Settings, bootstrap: str, plays: list[Play], tell: Callable[[str], None]) -> Stage:
        kafka = KafkaConnection(bootstrap, Credentials(settings.credentials_dir(Role.CLOCK)))
        key, state = (
            keyring.signing_key(settings.keys / keyring.SIGNING),
            ClockState(engine_for(settings.clock_address)),
        )
        clock = Clock(kafka, settings.oin, key, state, max_step=timedelta(days=STEP_DAYS))
        names = {oin: f"{name} of {Path(play.file).stem}" for play in plays for name, oin in play.oins.items()}
        begin = min(datetime.combine(play.span[0], time.min, AMSTERDAM) for play in plays).astimezone(UTC)
        partners = {oin: Partner(name, settings.participant_dir(oin)) for oin, name in names.items()}
        return cls(settings, clock, plays, partners, Seen(settings, bootstrap, partners), tell, begin)

    async def __aenter__(self) -> Stage:
        await self.clock.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(partner.close() for partner in self.partners.values()))
        await self.clock.stop()
        self.seen.close()

    async def perform(self, days: list[date]) -> list[Report]:
        """Every day: its facts, story beside story, then the look of those that expect something of it."""
        for day in days:
            at_work = [play for play in self.plays if play.span[0] <= day <= play.span[1]]
            self._open(at_work)
            speaking = [play for play in at_work if any(fact.recorded == day for fact in play.verhaal.facts)]
            if speaking:
                await self._tick(datetime.combine(day, OCHTEND, AMSTERDAM))
                await asyncio.gather(*(self._say_all(play, day) for play in speaking))
            looking = [play for play in at_work if day in play.looked_at]
            if looking or any(day in play.verhaal.ticks for play in at_work):
                await self._tick(datetime.combine(day, EINDE_DAG, AMSTERDAM))
            if looking:
                self.tell(f"{day}: {', '.join(Path(play.file).stem for play in looking)}")
                await self.seen.look(looking, self.now)
                for play in looking:
                    found = tegen(self.seen.of(play), play.verhaal, day, Path(play.file).name, play.tekst)
                    self.failures.setdefault(play.number, []).extend(found)
                    for line in found:
                        self.tell(line)
            await self._close(day)
        return [self._report(play) for play in self.plays]

    def _open(self, plays: Iterable[Play]) -> None:
        for play in plays:
            for oin in play.oins.values():
                self.partners[oin].open()

    async def _close(self, day: date) -> None:
        """Whoever has no story left after this day goes home."""
        needed = {oin for play in self.plays if play.span[1] > day for oin in play.oins.values()}
        await asyncio.gather(*(partner.close() for oin, partner in self.partners.items() if oin not in needed))

    async def _tick(self, moment: datetime) -> None:
        """Let it be this late, or a moment later than it was. One at a time: a tick speaks for all that was sent before."""
        async with self._ticking:
            self.now = max(moment.astimezone(UTC), self.now + timedelta(seconds=1))
            await self.clock.tick([self.now])

    async def _catch_up(self, play: Play) -> None:
        """Let everything that was sent be worked off and read."""
        await self._tick(self.now)
        await self.seen.look([play], self.now)

    async def _say_all(self, play: Play, day: date) -> None:
        for fact in play.verhaal.facts:
            if fact.recorded == day:
                await self._say(play, fact)

    async def _say(self, play: Play, fact: Feit) -> None:
        """One fact about everybody for whom it counts: the next one comes after it."""
        if fact.van.partition("#")[0] == HUB.oin:
            await self._act(play, fact)
            return
        for_all = play.vertaler.persoon_van(fact) is None
        said = await self._send(play, fact, play.about(fact))
        if for_all:
            await self._keep_what_was_too_early(play, said)
            return
        for one in said:
            for waiting in self.too_early.pop((play.number, one.who), []):
                again = await self._send(play, waiting.model_copy(update={"id": None}), [one.who])
                await self._keep_what_was_too_early(play, again)

    async def _keep_what_was_too_early(self, play: Play, said: Iterable[Said]) -> None:
        await self._catch_up(play)
        for one in said:
            partner = self.partners[play.oins[one.party.oin]]
            if one.who != NOBODY and partner.refusal(one.event.id) == Weigergrond.GEEN_RELATIE:
                self.too_early.setdefault((play.number, one.who), []).append(one.fact)

    async def _send(self, play: Play, fact: Feit, persons: list[str]) -> list[Said]:
        """As its sender would, with the receipt awaited."""
        party = play.vertaler.bron(fact)
        by_pseudonym, answers = party.rol in ONLY_PSEUDONYM, fact.event in (GEZIEN, OPGEVOLGD)
        if by_pseudonym or answers:
            await self._catch_up(play)
        said = [
            play.say(
                fact,
                who,
                pseudonym=self.seen.pseudonym(play, who, party) if by_pseudonym else None,
                signal=self.seen.signal(play, who, str(fact.data.get("regel"))) if answers else None,
            )
            for who in persons
        ]
        if said:
            await self.partners[play.oins[party.oin]].send([one.event for one in said])
        play.vertaler.onthoud(party, fact.id or "")
        return said

    async def _act(self, play: Play, fact: Feit) -> None:
        if fact.event == TIK:
            return
        await self._catch_up(play)
        for who in play.about(fact):
            dossier = self.seen.dossier(play, who)
            if dossier is not None:
                await act(self.settings.data, fact, dossier)
                if fact.event == GEWIST:
                    play.erased[who] = fact.recorded

    def _report(self, play: Play) -> Report:
        view, naam = self.seen.of(play), Path(play.file).name
        _, unknown = met_lezing(ingebouwd(), play.verhaal.reading, naam)
        return Report(
            file=play.file,
            title=play.verhaal.title,
            asserted=asserted(play.verhaal),
            failures=tuple(self.failures.get(play.number, ())),
            persons=len(play.everyone),
            deliveries=len(view.ontvangen),
            denials=len(view.geweigerd),
            unknown_settings=unknown,
            remarks=tuple(remarks(play.verhaal, ingebouwd(), play.tekst, naam)),
        )
