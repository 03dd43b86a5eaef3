# SPDX-License-Identifier: EUPL-1.2
"""The dossier agent: from the log to deliveries, signals, state and audit, exactly once.

A turn reads the records of one partition in order. An event is folded into its dossier, decided upon for every
organisation, minimised, sealed and sent; a tick looks at the dossiers that are due; an activation changes what the
partition decides by from that place on. All that follows from a turn is one Kafka transaction: deliveries, audit
records, state rows, position.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from consent.kader import Partij
from hub.broker.topics import AUDIT, DOSSIER
from hub.bundles import Active, BundleStore
from hub.bundles import Soort as Bundelsoort
from hub.dossier import merging
from hub.dossier.handle import Bundels, Gebeurtenis, Gevolgen, Levering, handle, on_tick
from hub.readmodel.record import Basis, canonical, decision
from hub.streams.casework import Case, Cases
from hub.streams.envelope import OVERGEDRAGEN, Entry, header, instant, pack, unpack
from hub.streams.log import Turn
from hub.streams.outbox import Outbox
from hub.vault.keys import Gewist
from hub.vault.vault import Vault
from schemas import codec
from schemas.catalogue import Categorie, Rol
from schemas.cloudevents import TYPE_PREFIX, source_of

STAND = b"stand"
BREATH = 16
TIK, BUNDEL = TYPE_PREFIX + "tik", TYPE_PREFIX + "bundel-geactiveerd"
GEKOPPELD, ONTKOPPELD = "identiteit-gekoppeld", "identiteit-ontkoppeld"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""The law's days are Dutch calendar days."""


class Dossiers:
    """Everything that the agent needs, and one turn as a method."""

    def __init__(self, *, oin: str, vault: Vault, bundles: BundleStore, outbox: Outbox) -> None:
        self._vault, self._bundles, self._outbox = vault, bundles, outbox
        self._hub = Partij(oin, Rol.HUB)
        self._source = source_of(oin, "dossier")

    async def turn(self, turn: Turn) -> None:
        work = _Work(self, turn)
        wanted = {record.key.decode() for record in turn.records if record.key}
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


class _Work:
    """One turn under way."""

    def __init__(self, agent: Dossiers, turn: Turn) -> None:
        self._agent, self._turn = agent, turn
        self.cases = Cases(turn)
        self.pseudonyms: set[tuple[str, str, str]] = set()
        self._stand: dict[str, Any] = orjson.loads(turn.get(STAND) or b"{}")
        self._active = Active(**{soort.value: self._stand.get(soort.value) for soort in Bundelsoort})

    async def take(self, record: Any) -> None:
        match header(record.headers, "ce_type"):
            case kind if kind == TIK:
                await self._tick(record)
            case kind if kind == BUNDEL:
                self._activate(record)
            case _:
                self._event(record)

    def save(self) -> None:
        self.cases.save()
        self._turn.put(STAND, orjson.dumps(self._stand, option=orjson.OPT_SORT_KEYS))

    def _activate(self, record: Any) -> None:
        """From this place on the partition decides by another bundle; that it does is audited like a decision."""
        data = codec.decode(record.value)[1]
        soort = Bundelsoort(data["soort"])
        self._agent._bundles.load(
            soort, data["digest"]
        )  # here, not at the first event: a worker without it stops at this record
        self._active = self._active.activate(soort, data["digest"])
        self._stand[soort.value] = data["digest"]
        self._announce(record, "bundel", {"bundel": soort.value, "digest": data["digest"]})

    def _announce(self, record: Any, soort: str, what: dict[str, str]) -> None:
        """Tell the audit log how far this partition has come: a partition that falls behind is seen there."""
        content = canonical({"v": 1, "soort": soort, "plaats": f"{self._turn.partition}:{record.offset}", **what})
        self._turn.emit(AUDIT, content, key=soort.encode(), partition=self._turn.partition)

    @property
    def _bundels(self) -> Bundels:
        return self._active.resolve(self._agent._bundles)

    def _now(self, recorded: datetime | None = None) -> datetime:
        """The later of the partition's last tick and the intake's time of the record."""
        tick = self._stand.get("tik")
        moments = [moment for moment in (datetime.fromisoformat(tick) if tick else None, recorded) if moment]
        return max(moments)

    # events

    def _event(self, record: Any) -> None:
        dossier = record.key.decode()
        case = self.cases.get(dossier)
        if isinstance(case, Gewist):
            self._audit(record, _nothing(), soort="gewist", dossier=dossier, entry=None)
            return
        entry = unpack(record.headers, record.value, case.key)
        self._known(case, entry)
        if entry.naam in (GEKOPPELD, ONTKOPPELD):
            self._link(record, case, entry)
            return
        if entry.naam == OVERGEDRAGEN:
            merging.adopt(case.rows, entry.data["rijen"])
            self._follow(record, case, on_tick(dossier, case.rows, self._bundels, self._now(entry.vastgelegd)), entry)
            return
        if main := merging.absorbed_into(case.rows):
            self._forward(case, main, entry)
            return
        gevolgen = handle(dossier, case.rows, _report(entry, record.offset), self._bundels, self._now(entry.vastgelegd))
        self._follow(record, case, gevolgen, entry)

    def _follow(self, record: Any, case: Case, gevolgen: Gevolgen, entry: Entry | None, soort: str = "besluit") -> None:
        """Send what follows, record that it was sent, and plan the next look."""
        for levering in gevolgen.leveringen:
            self._send(case, levering, entry)
        case.plan(gevolgen.agenda)
        if gevolgen.leveringen or gevolgen.besluiten or gevolgen.hubbesluiten or gevolgen.weigering:
            self._audit(record, gevolgen, soort=soort, dossier=case.dossier, entry=entry)

    def _send(self, case: Case, levering: Levering, entry: Entry | None) -> None:
        party = str(levering.ontvanger)
        pseudonym = case.key.pseudonym(party)
        known = self._known(case, entry)
        self.pseudonyms.add((party, pseudonym, case.dossier))
        data = dict(levering.data)
        data["persoon"] = _person(pseudonym, known, levering.persoon)
        data["bron"] = levering.bron
        data["gebeurd_op"] = levering.gebeurd.isoformat()
        data["vastgelegd_op"] = instant(levering.vastgelegd)
        letter = self._agent._outbox.letter(
            self._bundels.deelnemers,
            levering.ontvanger,
            levering.gebeurtenis,
            data,
            event_id=levering.id,
            moment=levering.vastgelegd,
            subject=pseudonym,
        )
        self._turn.emit(letter.topic, letter.value, key=letter.key, headers=letter.headers)

    def _known(self, case: Case, entry: Entry | None) -> dict[str, str]:
        """The numbers known of the person: every report brings them along; for a tick they are remembered."""
        row = case.rows.get(merging.IDENTITEIT) or {}
        if entry and entry.known and entry.known != row:
            row = {**row, **entry.known}
            case.rows.put(merging.IDENTITEIT, row)
        return row

    def _audit(self, record: Any, gevolgen: Gevolgen, *, soort: str, dossier: str, entry: Entry | None) -> None:
        basis = Basis(
            self._turn.partition, record.offset, self._now(entry.vastgelegd if entry else None), self._digests()
        )
        content = decision(
            basis,
            soort=soort,
            dossier=dossier,
            event=entry.event if entry else None,
            naam=entry.naam if entry else None,
            bron=str(entry.sender) if entry else None,
            ciphertext=record.value,
            besluiten=gevolgen.besluiten,
            hubbesluiten=[(one.id, one.gebeurtenis, one.besluit) for one in gevolgen.hubbesluiten],
            leveringen=[(str(one.ontvanger), one.id, one.gebeurtenis) for one in gevolgen.leveringen],
            weigering=gevolgen.weigering.grond.value if gevolgen.weigering else None,
        )
        self._turn.emit(AUDIT, content, key=dossier.encode(), partition=self._turn.partition)

    def _digests(self) -> dict[str, str | None]:
        return {soort.value: self._stand.get(soort.value) for soort in Bundelsoort}

    # time

    async def _tick(self, record: Any) -> None:
        """Look at every dossier that is due; a tick that is not later than the last one changes nothing."""
        moment = codec.decode(record.value)[1]["moment"]
        if moment <= self._stand.get("tik", ""):
            return
        self._stand["tik"] = moment
        now = self._now()
        due = self.cases.due(now.astimezone(AMSTERDAM).date())
        if due:
            self.cases.provide(await asyncio.to_thread(self._agent._vault.keys.load, due))
        for count, dossier in enumerate(due):
            if count % BREATH == 0:
                await asyncio.sleep(0)
            case = self.cases.get(dossier)
            if not isinstance(case, Gewist):
                gevolgen = on_tick(dossier, case.rows, self._bundels, now)
                self._follow(record, case, gevolgen, None, soort="signaal")
        self._announce(record, "tik", {"moment": moment})

    # two dossiers, one person

    def _link(self, record: Any, case: Case, entry: Entry) -> None:
        """The dossier that gives up facts sends them to the other one, which takes them over when they arrive in its
        log."""
        other = entry.data["dossier"]
        linked = entry.naam == GEKOPPELD
        parcel: merging.Parcel | None = None
        if linked and entry.data.get("rol") == "opgegaan":
            parcel = merging.absorb(case.rows, case.buckets(), case.dossier, other)
            case.plan(None)
        elif linked:
            merging.note_link(case.rows, other, linked=True)
        elif merging.absorbed_into(case.rows):
            merging.reopen(case.rows)
        else:
            parcel = merging.release(case.rows, case.buckets(), other)
            self._follow(
                record, case, on_tick(case.dossier, case.rows, self._bundels, self._now(entry.vastgelegd)), entry
            )
        self._audit(record, _nothing(), soort="koppeling", dossier=case.dossier, entry=entry)
        if parcel:
            self._hand_over(other, entry, parcel)

    def _hand_over(self, other: str, entry: Entry, parcel: merging.Parcel) -> None:
        name = merging.handover_id(entry.event, other)
        self._to_log(
            other, replace(entry, event=name, naam=OVERGEDRAGEN, data={"rijen": parcel}, sender=self._agent._hub)
        )

    def _forward(self, case: Case, main: str, entry: Entry) -> None:
        """A report that was under way when its dossier was absorbed goes after the facts."""
        self._to_log(main, replace(entry, via=entry.via or case.dossier))

    def _to_log(self, dossier: str, entry: Entry) -> None:
        self.cases.provide(self._agent._vault.keys.load([dossier]))
        target = self.cases.get(dossier)
        if isinstance(target, Gewist):
            return
        value, headers = pack(dossier, entry, target.key)
        self._turn.emit(DOSSIER, value, key=dossier.encode(), headers=headers)


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


def _person(pseudonym: str, known: dict[str, str], allowed: Iterable[Categorie]) -> dict[str, Any]:
    """Who it is about, in the recipient's own terms: the numbers that it may hold, always its own pseudonym."""
    names = {"bsn": Categorie.BSN, "vnummer": Categorie.VNUMMER}
    may = set(allowed)
    numbers = [
        {"soort": soort, "waarde": known[soort]} for soort, one in names.items() if one in may and soort in known
    ]
    first, *more = [*numbers, {"soort": "pseudoniem", "waarde": pseudonym}]
    return {**first, "ook": more}


def _nothing() -> Gevolgen:
    return Gevolgen([])
