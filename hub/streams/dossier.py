# SPDX-License-Identifier: EUPL-1.2
"""The dossier agent: from the log to deliveries, signals, state and audit, exactly once.

A turn reads the records of one partition in order. An event is folded into its dossier, decided upon for every
organisation, minimised, sealed and sent; a tick looks at the dossiers that are due; an activation changes what the
partition decides by from that place on. All that follows from a turn is one Kafka transaction: deliveries, audit
records, state rows, position.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from consent.kader import Partij
from consent.participants import Deelnemersregister, Proefperiode
from hub.broker.topics import AUDIT, DOSSIER
from hub.bundles import ONDERBREKINGEN, Active, BundleStore
from hub.bundles import Soort as Bundelsoort
from hub.dossier import merging
from hub.dossier.feiten.rows import KERN, Rows
from hub.dossier.gekregen import ontvangers
from hub.dossier.gevolgen import Soort
from hub.dossier.handle import Bundels, Gebeurtenis, Gevolgen, Levering, handle, on_tick
from hub.dossier.verwachtingen import onderbreking
from hub.dossier.verwachtingen.onderbreking import Onderbreking, erbij
from hub.readmodel.record import Basis, canonical, decision, withheld
from hub.streams import whose_report, wissing
from hub.streams.casework import Case, Cases
from hub.streams.envelope import INGEHOUDEN, Entry, group_of, header, instant, pack, unpack
from hub.streams.linking import Links, absorbed_by, own_numbers
from hub.streams.outbox import AANLEVERING, Outbox
from hub.streams.turn import Turn
from hub.vault.keys import Gewist
from hub.vault.vault import Vault
from schemas import codec
from schemas.catalogue import Categorie, Rol
from schemas.cloudevents import TYPE_PREFIX, source_of

STAND = b"stand"
BREATH = 16
TIK, BUNDEL = TYPE_PREFIX + "tik", TYPE_PREFIX + "bundel-geactiveerd"
HANDELING = TYPE_PREFIX + "handeling-verricht"
INHOUDING = TYPE_PREFIX + INGEHOUDEN
GROEP = TYPE_PREFIX + onderbreking.GEBEURTENIS
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""The law's days are Dutch calendar days."""


class Dossiers:
    """Everything that the agent needs, and one turn as a method."""

    def __init__(self, *, oin: str, vault: Vault, bundles: BundleStore, outbox: Outbox) -> None:
        self._vault, self._bundles, self._outbox = vault, bundles, outbox
        self._hub = Partij(oin, Rol.HUB)
        self._source = source_of(oin, "dossier")

    async def turn(self, turn: Turn) -> None:
        work = Work(self, turn)
        wanted = work.cases.living({record.key.decode() for record in turn.records if record.key})
        if wanted:
            work.cases.provide(await asyncio.to_thread(self._vault.keys.load, wanted))
        for count, record in enumerate(turn.records):
            if count % BREATH == 0:
                await asyncio.sleep(0)
            await work.take(record)
        if work.pseudonyms:
            await asyncio.to_thread(self._register, sorted(work.pseudonyms))
        work.save()
        await turn.commit()

    def _register(self, rows: list[tuple[str, str, str]]) -> None:
        with self._vault.engine.begin() as connection:
            self._vault.identities.register_pseudonyms(connection, rows)


class Work:
    """One turn under way."""

    def __init__(self, agent: Dossiers, turn: Turn) -> None:
        self._agent, self._turn = agent, turn
        self.cases = Cases(turn)
        self.pseudonyms: set[tuple[str, str, str]] = set()
        self._links = Links(self)
        self._stand: dict[str, Any] = orjson.loads(turn.get(STAND) or b"{}")
        self._active = Active.of(self._stand)

    async def take(self, record: Any) -> None:
        match header(record.headers, "ce_type"):
            case kind if kind == TIK:
                await self._tick(record)
            case kind if kind == BUNDEL:
                self._activate(record)
            case kind if kind == HANDELING:
                self._acted(record)
            case kind if kind == INHOUDING:
                self._withheld(record)
            case kind if kind == GROEP:
                await self._group(record)
            case wissing.TYPE:
                self._erasure(record)
            case _:
                self.event(record)

    def save(self) -> None:
        self.cases.save()
        self._turn.put(STAND, orjson.dumps(self._stand, option=orjson.OPT_SORT_KEYS))

    def _activate(self, record: Any) -> None:
        """From this place on the partition decides by another bundle; that it does is audited like a decision."""
        data = codec.decode(record.value)[1]
        soort = Bundelsoort(data["soort"])
        # here, not at the first event: a worker without it stops at this record
        bundle = self._agent._bundles.load(soort, data["digest"])
        if soort is Bundelsoort.DEELNEMERS and (before := self._stand.get(soort.value)):
            # Who waits for the end of a pilot is on the agenda of the day after: the next tick looks that far.
            earlier = self._agent._bundles.load(soort, before)
            self._stand["vooruit"] = self._stand.get("vooruit", False) or _pilots(earlier) != _pilots(bundle)
        self._active = self._active.activate(soort, data["digest"])
        self._stand[soort.value] = data["digest"]
        now = self._now_at(record).isoformat()
        self._announce(record, "bundel", {"bundel": soort.value, "digest": data["digest"], "moment": now})

    def _acted(self, record: Any) -> None:
        """What somebody did with the hub goes on record like a decision; it changes nothing here."""
        data = codec.decode(record.value)[1]
        self._announce(record, "handeling", {**data, "moment": datetime.fromisoformat(data["moment"]).isoformat()})

    def _withheld(self, record: Any) -> None:
        """A delivery was not handed over after all. On record like a decision; the dossier itself does not change."""
        data = codec.decode(record.value)[1]
        moment = datetime.fromisoformat(data["moment"])
        content = withheld(Basis(self._turn.partition, record.offset, moment, self._digests()), data)
        self._turn.emit(AUDIT, content, key=data["levering"].encode(), partition=self._turn.partition)

    def _announce(self, record: Any, soort: str, what: dict[str, str]) -> None:
        """Tell the audit log how far this partition has come: a partition that falls behind is seen there."""
        content = canonical({"v": 1, "soort": soort, "plaats": f"{self._turn.partition}:{record.offset}", **what})
        self._turn.emit(AUDIT, content, key=soort.encode(), partition=self._turn.partition)

    @property
    def bundels(self) -> Bundels:
        return self._active.resolve(self._agent._bundles)

    def now(self, recorded: datetime | None = None) -> datetime:
        """The later of the partition's last tick and the intake's time of the record."""
        tick = self._stand.get("tik")
        moments = [moment for moment in (datetime.fromisoformat(tick) if tick else None, recorded) if moment]
        return max(moments)

    def _now_at(self, record: Any) -> datetime:
        """The partition's last tick; before the first one, when the record says that it was made."""
        if self._stand.get("tik"):
            return self.now()
        return datetime.fromisoformat(header(record.headers, "ce_time") or "")

    # events

    def event(self, record: Any) -> None:
        dossier = record.key.decode()
        case = self.cases.get(dossier)
        if isinstance(case, Gewist):
            self.cases.erase(dossier)  # of a dossier that the vault alone knows to be erased, old rows may be left
            self._audit(record, _nothing(), soort="gewist", dossier=dossier, entry=None)
            return
        entry = unpack(record.headers, record.value, case.key)
        if self._links.take(record, case, entry):
            return
        entry = whose_report.with_its_id(case, entry)
        self._known(case, entry)
        gevolgen = handle(dossier, case.rows, _report(entry, record.offset), self.bundels, self.now(entry.vastgelegd))
        self.follow(record, case, gevolgen, entry)

    def follow(
        self,
        record: Any,
        case: Case,
        gevolgen: Gevolgen,
        entry: Entry | None,
        soort: str = "besluit",
        *,
        always: bool = False,
    ) -> None:
        """Send what follows, record that it was sent (`always`: also when nothing was), and plan the next look."""
        under = ontvangers(case.rows) if merging.taken_in(case.rows) else {}
        for levering in gevolgen.leveringen:
            self._send(case, levering, entry, self._older_names(levering.ontvanger, under, case.dossier))
        case.plan(gevolgen.agenda)
        case.about(_awaited(case.rows))
        if always or gevolgen.telt:
            self._audit(record, gevolgen, soort=soort, dossier=case.dossier, entry=entry)

    def _send(self, case: Case, levering: Levering, entry: Entry | None, also: Iterable[str] = ()) -> None:
        """`also`: further pseudonyms under which the recipient knows the person."""
        party = str(levering.ontvanger)
        pseudonym = case.key.pseudonym(party)
        known = self._known(case, entry)
        self.pseudonyms.add((party, pseudonym, case.dossier))
        data = dict(levering.data)
        data["persoon"] = _person([pseudonym, *also], known, levering.persoon)
        data["bron"] = levering.bron
        data["gebeurd_op"] = levering.gebeurd.isoformat()
        data["vastgelegd_op"] = instant(levering.vastgelegd)
        letter = self._agent._outbox.letter(
            self.bundels.deelnemers,
            levering.ontvanger,
            levering.gebeurtenis,
            data,
            event_id=levering.id,
            moment=levering.vastgelegd,
            subject=pseudonym,
            extensions={AANLEVERING: entry.event} if entry and levering.soort is Soort.ONTVANGSTBEWIJS else {},
        )
        self._turn.emit(letter.topic, letter.value, key=letter.key, headers=letter.headers)

    def _known(self, case: Case, entry: Entry | None) -> dict[str, str]:
        """The numbers known of the person: every report brings them along; for a tick they are remembered."""
        row = case.rows.get(merging.IDENTITEIT) or {}
        if entry and entry.known and entry.known != row:
            row = {**row, **own_numbers(case, entry.known)}
            case.rows.put(merging.IDENTITEIT, row)
        return row

    def _audit(self, record: Any, gevolgen: Gevolgen, *, soort: str, dossier: str, entry: Entry | None) -> None:
        moment = self.now(entry.vastgelegd) if entry else self._now_at(record)
        basis = Basis(self._turn.partition, record.offset, moment, self._digests())
        content = decision(
            basis,
            gevolgen,
            soort=soort,
            dossier=dossier,
            event=entry.event if entry else None,
            naam=entry.naam if entry else None,
            bron=str(entry.sender) if entry else None,
            ciphertext=record.value,
            hoofd=absorbed_by(entry),
        )
        self._turn.emit(AUDIT, content, key=dossier.encode(), partition=self._turn.partition)

    def _digests(self) -> dict[str, str | None]:
        return {soort.value: self._stand.get(soort.value) for soort in Bundelsoort}

    # time

    async def _tick(self, record: Any) -> None:
        """Look at every dossier that is due; a tick that is not later than the last one changes nothing."""
        moment, last = codec.decode(record.value)[1]["moment"], self._stand.get("tik")
        if last is not None and datetime.fromisoformat(moment) <= datetime.fromisoformat(last):
            return
        self._stand["tik"] = moment
        now = self.now()
        ahead = timedelta(days=1 if self._stand.pop("vooruit", False) else 0)
        due = self.cases.due(now.astimezone(AMSTERDAM).date() + ahead)
        if due:
            self.cases.provide(await asyncio.to_thread(self._agent._vault.keys.load, due))
        for count, dossier in enumerate(due):
            if count % BREATH == 0:
                await asyncio.sleep(0)
            case = self.cases.get(dossier)
            if isinstance(case, Gewist):
                self.cases.erase(dossier)
            else:
                gevolgen = on_tick(dossier, case.rows, self.bundels, now)
                self.follow(record, case, gevolgen, None, soort="signaal")
        self._announce(record, "tik", {"moment": moment})

    # groups

    async def _group(self, record: Any) -> None:
        """What an organisation says of itself for whole groups: from this place on it holds. Whoever has an open signal
        about it is looked at now, all others on their day."""
        sender, data = group_of(record.headers, record.value)
        gemeld = Onderbreking(
            str(sender), data["soort"], data["van"], data["tot"], header(record.headers, "ce_id") or ""
        )
        self._active = replace(self._active, onderbrekingen=erbij(self._active.onderbrekingen, gemeld))
        self._stand[ONDERBREKINGEN] = [asdict(een) for een in self._active.onderbrekingen]
        concerned = self.cases.with_signals_about(sender.oin)
        if concerned:
            self.cases.provide(await asyncio.to_thread(self._agent._vault.keys.load, concerned))
        now = self._now_at(record)
        for dossier in concerned:
            case = self.cases.get(dossier)
            if not isinstance(case, Gewist):
                gevolgen = on_tick(dossier, case.rows, self.bundels, now, door=gemeld.id)
                self.follow(record, case, gevolgen, None, soort="signaal")
        said = {
            "bron": str(sender),
            "id": gemeld.id,
            "onderbreking": gemeld.soort,
            "van": gemeld.van,
            "tot": gemeld.tot,
        }
        self._announce(record, "groep", {**said, "moment": now.isoformat()})

    # erasure

    def _erasure(self, record: Any) -> None:
        self._turn.awaited = True
        data = codec.decode(record.value)[1]
        if data["stap"] == wissing.Stap.VERNIETIGD:
            self._agent._vault.keys.forget(data["dossier"])
        elif data["stap"] == wissing.Stap.GEWIST:
            self._erase(record, data["dossier"])

    def _erase(self, record: Any, dossier: str) -> None:
        """Tell who got anything, empty the dossier, record that; a second time only that it was gone already."""
        entry = self._erased_as(record)
        case, gevolgen, soort = self.cases.get(dossier), _nothing(), "gewist"
        if not isinstance(case, Gewist):
            gevolgen, soort = wissing.gevolgen(case.rows, entry, self.bundels), "wissing"
            under = ontvangers(case.rows)
            for levering in gevolgen.leveringen:
                self._send(case, levering, entry, self._older_names(levering.ontvanger, under, dossier))
            self.pseudonyms = {row for row in self.pseudonyms if row[2] != dossier}
        self.cases.erase(dossier)
        self._audit(record, gevolgen, soort=soort, dossier=dossier, entry=entry)

    def _erased_as(self, record: Any) -> Entry:
        return wissing.entry_of(record.headers, record.value, self._agent._hub, self._now_at(record))

    def _older_names(self, party: Partij, under: Mapping[Partij, Iterable[str]], dossier: str) -> list[str]:
        """The party's pseudonyms for the person from the dossiers that were joined with this one."""
        keys = self._agent._vault.keys.load(set(under.get(party, ())) - {dossier})
        return [key.pseudonym(str(party)) for _, key in sorted(keys.items()) if not isinstance(key, Gewist)]

    # two dossiers, one person

    @property
    def hub(self) -> Partij:
        return self._agent._hub

    def to_log(self, dossier: str, entry: Entry) -> None:
        """Put an entry into the log of another dossier, unless that was erased."""
        self.cases.provide(self._agent._vault.keys.load([dossier]))
        target = self.cases.get(dossier)
        if isinstance(target, Gewist):
            return
        value, headers = pack(dossier, entry, target.key)
        self._turn.emit(DOSSIER, value, key=dossier.encode(), headers=headers)


def _awaited(rows: Rows) -> list[str]:
    """The organisations about which there are open signals."""
    signalen = (rows.get(KERN) or {}).get("signalen", {})
    return sorted({str(rij["onderwerp"]).partition("#")[0] for rij in signalen.values() if rij["onderwerp"]})


def _report(entry: Entry, position: int) -> Gebeurtenis:
    return Gebeurtenis(
        id=entry.event,
        gebeurtenis=entry.naam,
        bron=entry.sender,
        data=entry.data,
        gebeurd=entry.gebeurd,
        vastgelegd=entry.vastgelegd,
        positie=position,
        persoon=entry.known,
        via=entry.via,
        eigen_id=entry.original,
    )


def _person(pseudonyms: Iterable[str], known: dict[str, str], allowed: Iterable[Categorie]) -> dict[str, Any]:
    """Who it is about, in the recipient's own terms: the numbers that it may hold, always its own pseudonym."""
    names = {"bsn": Categorie.BSN, "vnummer": Categorie.VNUMMER}
    may = set(allowed)
    numbers = [
        {"soort": soort, "waarde": known[soort]} for soort, one in names.items() if one in may and soort in known
    ]
    first, *more = [*numbers, *({"soort": "pseudoniem", "waarde": name} for name in pseudonyms)]
    return {**first, "ook": more}


def _pilots(register: Deelnemersregister) -> dict[str, tuple[Proefperiode, ...]]:
    return {one.oin: one.proef for one in register.deelnemers if one.proef}


def _nothing() -> Gevolgen:
    return Gevolgen([])
