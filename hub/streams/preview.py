# SPDX-License-Identifier: EUPL-1.2
"""What another policy, or other rules, would have done with real traffic: the log replayed twice by the agent's own code.

Up to the start of the period the log is folded once, under the bundles that it activated. From there on two agents take
the same records: one goes on as it was, the other decides by the new bundle. What each would send is noted field by
field, as categories, where it would be sealed; nothing is sealed or sent, no value is kept, and the vault is only read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from consent.categorieen import categorieen_in
from consent.kader import Partij
from consent.participants import Deelnemersregister
from hub.broker.topics import DOSSIER, out_topic
from hub.bundles import BundleStore, Soort
from hub.streams.dossier import BUNDEL, GROEP, HANDELING, INHOUDING, TIK, Dossiers
from hub.streams.envelope import header
from hub.streams.outbox import SYSTEM, Letter, Outbox
from hub.streams.replay import BATCH, Record, ReplayTurn, read
from hub.streams.settings import KafkaConnection
from hub.streams.store import MemoryStore
from hub.vault.vault import Vault
from schemas import codec
from schemas.catalogue import Categorie
from schemas.cloudevents import source_of
from schemas.corrections import LEEG, WIJZIGING

_OF_THE_HUB = frozenset({"persoon", "bron", "gebeurd_op", "vastgelegd_op"})


@dataclass(frozen=True, slots=True)
class Stuk:
    """One field of one delivery, as far as it is of one category. `pseudoniem` tells persons apart at this recipient."""

    levering: str
    gebeurtenis: str
    aan: Partij
    pseudoniem: str | None
    veld: str
    categorie: Categorie


@dataclass(frozen=True, slots=True)
class Verschil:
    """What one role would get more, or less, of one category in one type of event."""

    meer: bool
    gebeurtenis: str
    categorie: str
    rol: str
    leveringen: int
    organisaties: int
    personen: int
    """Summed over the organisations: each knows a person by its own pseudonym."""
    velden: tuple[str, ...]


@dataclass
class Gezien:
    """What the two would have sent, in the period."""

    oud: set[Stuk] = field(default_factory=set)
    nieuw: set[Stuk] = field(default_factory=set)

    def verschillen(self) -> list[Verschil]:
        """More first, then less; each by event, category and role."""
        return [*_count(self.nieuw - self.oud, meer=True), *_count(self.oud - self.nieuw, meer=False)]


def _count(stukken: Iterable[Stuk], *, meer: bool) -> list[Verschil]:
    groups: dict[tuple[str, str, str], list[Stuk]] = {}
    for one in stukken:
        groups.setdefault((one.gebeurtenis, one.categorie.value, one.aan.rol.value), []).append(one)
    return [
        Verschil(
            meer,
            *key,
            leveringen=len({one.levering for one in group}),
            organisaties=len({one.aan.oin for one in group}),
            personen=len({(one.aan, one.pseudoniem) for one in group}),
            velden=tuple(sorted({one.veld for one in group})),
        )
        for key, group in sorted(groups.items())
    ]


class _Noting(Outbox):
    """Notes what would leave, by category, and seals nothing."""

    def __init__(self, oin: str) -> None:
        self.source = source_of(oin, SYSTEM)
        self.noted: set[Stuk] = set()

    def letter(
        self,
        register: Deelnemersregister,
        to: Partij,
        naam: str,
        data: dict[str, Any],
        *,
        event_id: str,
        moment: datetime,
        subject: str | None,
        sealed_on: date | None = None,
        extensions: Mapping[str, str] = MappingProxyType({}),
    ) -> Letter:
        for veld, waarde in data.items():
            if veld not in _OF_THE_HUB:
                about = {"gebeurtenis": data.get("gebeurtenis")} if veld in (WIJZIGING, LEEG) else {}
                for categorie in categorieen_in(naam, {**about, veld: waarde}):
                    self.noted.add(Stuk(event_id, naam, to, subject, veld, categorie))
        persoon = data.get("persoon") or {}
        for one in (persoon, *persoon.get("ook", ())):
            if one.get("soort") in (Categorie.BSN, Categorie.VNUMMER):
                self.noted.add(Stuk(event_id, naam, to, subject, "persoon", Categorie(one["soort"])))
        return Letter(out_topic(to.oin), b"", b"", [])


class _Other(BundleStore):
    """The bundles of the log, but for one kind: of that always the new one."""

    def __init__(self, plain: BundleStore, soort: Soort, bundle: Any) -> None:
        self.load = lambda one, digest: bundle if one is soort else plain.load(one, digest)  # type: ignore[assignment]


class _Reader(Dossiers):
    """The agent, except that it gives nobody a pseudonym: nothing of this happened."""

    def _register(self, rows: list[tuple[str, str, str]]) -> None:
        return


class Preview:
    """Compares one new bundle with what the log had, partition by partition."""

    def __init__(self, oin: str, vault: Vault, bundles: BundleStore, soort: Soort, bundle: Any) -> None:
        self._outboxes = _Noting(oin), _Noting(oin)
        stores = bundles, _Other(bundles, soort, bundle)
        self._before = _Reader(oin=oin, vault=vault, bundles=bundles, outbox=_Noting(oin))
        self._agents = [
            _Reader(oin=oin, vault=vault, bundles=store, outbox=outbox)
            for store, outbox in zip(stores, self._outboxes, strict=True)
        ]

    @property
    def seen(self) -> Gezien:
        return Gezien(self._outboxes[0].noted, self._outboxes[1].noted)

    async def partition(self, kafka: KafkaConnection, partition: int, since: datetime | None) -> int:
        """Take one partition of the log; returns the number of its records in the period."""
        store, count = MemoryStore(), 0
        stores: tuple[MemoryStore, MemoryStore] | None = None
        batch: list[Record] = []
        for record in read(kafka, DOSSIER, partition):
            if stores is None and (since is None or _moment(record, since) >= since):
                await _turn(self._before, store, batch)
                stores = (store, _copy(store))
                batch = []
            batch.append(record)
            count += stores is not None
            if len(batch) == BATCH:
                await self._turns(store, stores, batch)
                batch = []
        await self._turns(store, stores, batch)
        return count

    async def _turns(
        self, store: MemoryStore, stores: tuple[MemoryStore, MemoryStore] | None, batch: list[Record]
    ) -> None:
        if stores is None:
            await _turn(self._before, store, batch)
            return
        for agent, own in zip(self._agents, stores, strict=True):
            await _turn(agent, own, batch)


async def _turn(agent: Dossiers, store: MemoryStore, batch: list[Record]) -> None:
    if batch:
        await agent.turn(ReplayTurn(batch[0].partition, list(batch), store))  # type: ignore[arg-type]  # has what the agent uses


def _copy(store: MemoryStore) -> MemoryStore:
    copy = MemoryStore()
    copy.apply(list(store.scan(b"", None)), store.applied.offset)
    return copy


def _moment(record: Record, since: datetime) -> datetime:
    """The log's time at a record; of what was done with the hub only the place counts, not the clock on the wall."""
    match header(record.headers, "ce_type"):
        case kind if kind == TIK:
            return datetime.fromisoformat(codec.decode(record.value or b"")[1]["moment"])
        case kind if kind in (BUNDEL, GROEP, HANDELING, INHOUDING):
            return datetime.min.replace(tzinfo=since.tzinfo)
    return datetime.fromisoformat(header(record.headers, "ce_time") or "")
