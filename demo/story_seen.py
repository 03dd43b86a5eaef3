# SPDX-License-Identifier: EUPL-1.2
"""What a real hub showed while stories played: each organisation's own topic, the audit log, the state topic."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from connectors.client import Delivery
from consent.decide import Uitkomst, beslis_voor
from consent.kader import Partij, Reden
from demo.performance import ACCEPTED, REFUSED, HubSilent
from demo.story_partner import PATIENCE_SECONDS, Partner
from demo.story_party import Play
from hub.broker.credentials import Credentials
from hub.broker.topics import DOSSIER_STATE, PARTITIONS, Role
from hub.bundles import Active, BundleStore
from hub.dossier.feiten.facts import sleutel_van
from hub.dossier.feiten.rows import Row, Rows
from hub.dossier.feiten.zaak import Zaak, kader
from hub.dossier.regels.kalender import dag_van
from hub.dossier.stand.paden import waarde
from hub.readmodel import questions
from hub.settings import Settings
from hub.stories.facts import beoordeling
from hub.stories.seen import Gesloten, Geweigerd, Ontvangen, eerste_of_elk
from hub.streams.outputs import partition_of
from hub.streams.replay import content, read
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for, reading
from hub.vault.vault import Vault

ISSUED, ENDED = "signaal-afgegeven", "signaal-vervallen"
TOESTEMMING = "toestemming"


@dataclass
class View:
    """What one story's expectations are held against; a `Gezien`."""

    play: Play
    seen: Seen
    ontvangen: Sequence[Ontvangen] = ()
    geweigerd: list[Geweigerd] = field(default_factory=list)
    gesloten: Sequence[Gesloten] = ()
    open: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    weighed: int = 0
    """Leaves of the audit log of which the denials were read."""

    def elk(self, persoon: str) -> Sequence[str]:
        if not persoon:
            return self.play.everyone
        one = next(p for p in self.play.verhaal.persons if p.id == persoon)
        return eerste_of_elk(one.id, one.aantal)

    def signalen(self, persoon: str) -> Iterable[Row]:
        return self.open.get(persoon, ())

    def waarde(self, persoon: str, pad: str, nu: datetime) -> object:
        soort, punt, own = pad.partition(".")
        if soort == TOESTEMMING and punt:
            pad = f"{TOESTEMMING}.{self.play.own_id(own, persoon)}"
        return self.play.inward(waarde(Zaak(self.seen.rows(self.play, persoon)), self.seen.bundels.regels, nu, pad))

    def gewist(self, persoon: str) -> date | None:
        return self.play.erased.get(persoon)


class Seen:
    """Reads a running hub; `look` brings it up to date."""

    def __init__(self, settings: Settings, bootstrap: str, partners: Mapping[str, Partner]) -> None:
        self._partners = partners
        self._audit = engine_for(settings.audit_address)
        self._vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
        self._kafka = KafkaConnection(bootstrap, Credentials(settings.credentials_dir(Role.OPERATOR)))
        self._bundles = BundleStore(settings.bundles)
        self._leaves: list[dict[str, Any]] = []
        self._owed: dict[str, set[str]] = defaultdict(set)
        """OIN -> deliveries that the audit log says were made to it."""
        self._place: dict[str, tuple[int, str]] = {}
        """Delivery -> (number of its leaf, dossier)."""
        self._of: dict[str, list[int]] = defaultdict(list)
        """Dossier -> numbers of its leaves."""
        self._state: dict[int, dict[bytes, bytes]] = {number: {} for number in range(PARTITIONS)}
        self._read_to: dict[int, int] = dict.fromkeys(range(PARTITIONS), 0)
        self._fresh: set[int] = set()
        self._known: dict[str, list[str]] = defaultdict(list)
        """BSN -> the dossiers that the person had, in order."""
        self._views: dict[int, View] = {}
        self._one_at_a_time = asyncio.Lock()

    def close(self) -> None:
        self._vault.close()

    async def look(self, plays: Sequence[Play], moment: datetime) -> None:
        """Wait until the audit log is past this tick and every organisation of these stories has read what is its own."""
        await self._settled(moment)
        async with self._one_at_a_time:  # stories look at the same moment, and a leaf is read once
            await asyncio.to_thread(self._read)
        for oin in sorted({oin for play in plays for oin in play.oins.values()}):
            partner, owed = self._partners[oin], self._owed[oin]
            await partner.until(lambda partner=partner, owed=owed: owed <= partner.ids, "its deliveries")  # type: ignore[misc]
        async with self._one_at_a_time:
            await asyncio.to_thread(self._bring_up_to_date, plays)

    def of(self, play: Play) -> View:
        return self._views.setdefault(play.number, View(play, self))

    @property
    def bundels(self) -> Any:
        """Policy, rules and participants that the hub decides by."""
        digests = questions.active_bundles(self._audit)
        return Active.of(digests).resolve(self._bundles)

    def dossier(self, play: Play, who: str) -> str | None:
        """The dossier that a person has now."""
        number = play.bsns[who]
        with reading(self._vault.engine) as connection:
            found = self._vault.identities.find(connection, next(iter(play.oins.values())), ("bsn", number))
        if found is not None and found not in self._known[number]:
            self._known[number].append(found)
        return found

    def rows(self, play: Play, who: str) -> Rows:
        """The state rows of a person as they stand, opened as the operator's replay does."""
        dossier = self.dossier(play, who)
        if dossier is None:
            return Rows.in_memory({})
        prefix = f"d/{dossier}/".encode()
        found = {
            key.removeprefix(prefix).decode(): content(self._vault, key, row)
            for key, row in self._standing(partition_of(dossier.encode(), PARTITIONS)).items()
            if key.startswith(prefix)
        }
        return Rows.in_memory(found)

    def pseudonym(self, play: Play, who: str, party: Partij) -> str | None:
        """The name under which this party last received something about the person."""
        oin, dossier = play.oins[party.oin], self.dossier(play, who)
        found = [
            one.pseudoniem
            for one in self._partners[oin].received
            if one.rol == party.rol and one.pseudoniem and self._place.get(one.id, (0, ""))[1] == dossier
        ]
        return found[-1] if found else None

    def signal(self, play: Play, who: str, rule: str) -> str | None:
        """The id of the open signal of a rule, as its owner knows it."""
        return next((str(row["id"]) for row in self.of(play).signalen(who) if row["regel"] == rule), None)

    async def _settled(self, moment: datetime) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not all(
            tick and datetime.fromisoformat(tick) >= moment
            for tick in (await asyncio.to_thread(questions.ticks, self._audit)).values()
        ):
            if asyncio.get_running_loop().time() > deadline:
                raise HubSilent(f"The audit log did not come to {moment:%Y-%m-%d}: look at the logs of the workers.")
            await asyncio.sleep(0.01)

    def _read(self) -> None:
        for number, record in questions.leaves(self._audit, len(self._leaves)):
            leaf = orjson.loads(record)
            self._leaves.append(leaf)
            dossier = str(leaf.get("dossier"))
            self._of[dossier].append(number)
            for one in leaf.get("leveringen", ()):
                self._owed[one["aan"].partition("#")[0]].add(one["id"])
                self._place[one["id"]] = (number, dossier)
        self._fresh.clear()

    def _standing(self, partition: int) -> dict[bytes, bytes]:
        """The partition's state as its topic has it; read on from where we stopped."""
        rows = self._state[partition]
        if partition not in self._fresh:
            for record in read(self._kafka, DOSSIER_STATE, partition, self._read_to[partition]):
                self._read_to[partition] = record.offset + 1
                if record.key is not None and record.value is None:
                    rows.pop(record.key, None)
                elif record.key is not None and record.value is not None:
                    rows[record.key] = record.value
            self._fresh.add(partition)
        return rows

    def _bring_up_to_date(self, plays: Sequence[Play]) -> None:
        for play in plays:
            view = self.of(play)
            persons = self._persons(play)
            received = list(self._received(play, persons))
            view.ontvangen = sorted(received, key=lambda one: one.stap)
            view.open, view.gesloten = _signals(view.ontvangen, play)
            view.geweigerd += self._denied(play, persons, view.weighed)
            view.weighed = len(self._leaves)

    def _persons(self, play: Play) -> dict[str, tuple[str, int]]:
        """Dossier -> (person, the how-many-eth dossier of that person it is)."""
        found = {}
        for who in play.everyone:
            self.dossier(play, who)
            for number, dossier in enumerate(self._known[play.bsns[who]], 1):
                found[dossier] = (who, number)
        return found

    def _received(self, play: Play, persons: Mapping[str, tuple[str, int]]) -> Iterator[Ontvangen]:
        for oin in play.oins.values():
            for delivery in self._partners[oin].received:
                number, dossier = self._place.get(delivery.id, (0, ""))
                who, which = persons.get(dossier, (None, 1))
                if delivery.gebeurtenis in (ACCEPTED, REFUSED) and who is None:
                    mine, _, rest = str(delivery.data.get("betreft")).partition("|")
                    who = rest.rpartition("|")[2] if mine == str(play.number) else None
                if who is None:
                    continue
                yield Ontvangen(
                    dag_van(delivery.vastgelegd),
                    number,
                    who,
                    f"{play.names[oin]}#{delivery.rol}",
                    delivery.gebeurtenis,
                    self._as_told(play, delivery),
                    play.inward(delivery.bron or ""),
                    delivery.gebeurd or dag_van(delivery.vastgelegd),
                    any(one["soort"] == "bsn" for one in _identities(delivery)),
                    which,
                )

    def _as_told(self, play: Play, delivery: Delivery) -> dict[str, Any]:
        """The data in the story's names; what it is about by the id that the story gave it."""
        data: dict[str, Any] = play.inward(dict(delivery.data))
        number, _ = self._place.get(str(delivery.data.get("betreft")), (-1, ""))
        if number >= 0:
            inside = str(self._leaves[number].get("gebeurtenis"))
            data["betreft"] = play.names.get(inside, data["betreft"])
        return data

    def _denied(self, play: Play, persons: Mapping[str, tuple[str, int]], start: int) -> Iterator[Geweigerd]:
        """Denials on record since then; and of participants that the hub had no reason to weigh, what it says when asked."""
        for dossier, (who, _) in persons.items():
            for number in self._of[dossier]:
                leaf = self._leaves[number]
                if number < start or "uitkomsten" not in leaf:
                    continue
                day = dag_van(datetime.fromisoformat(leaf["moment"]))
                outcomes = [(leaf["type"], one) for one in leaf["uitkomsten"]]
                outcomes += [(one["type"], one) for one in leaf["hub"]]
                for kind, one in outcomes:
                    if one["uitkomst"] == Uitkomst.GEWEIGERD:
                        yield Geweigerd(day, number, who, play.inward(one["aan"]), kind, Reden(one["reden"]))
                if leaf["soort"] == "besluit" and not leaf["weigering"] and leaf["gebeurtenis"] in play.said:
                    yield from self._asked(play, leaf, number, day)

    def _asked(self, play: Play, leaf: Mapping[str, Any], number: int, day: date) -> Iterator[Geweigerd]:
        said, bundels = play.said[leaf["gebeurtenis"]], self.bundels
        bron = Partij.parse(leaf["bron"])
        weighed = {one["aan"] for one in leaf["uitkomsten"]} | {str(bron)}
        stand = kader(Zaak(self.rows(play, said.who)), day, bundels.deelnemers)
        event = beoordeling(sleutel_van(said.inside, bron.oin), said.fact.event, bron, said.event.data)
        for party in play.parties():
            if str(party) not in weighed:
                besluit = beslis_voor(party, event, stand, bundels.beleid, bundels.deelnemers, day)
                if besluit.uitkomst is Uitkomst.GEWEIGERD and besluit.reden is not None:
                    yield Geweigerd(day, number, said.who, play.inward(str(party)), leaf["type"], besluit.reden)


def _signals(received: Sequence[Ontvangen], play: Play) -> tuple[dict[str, list[Row]], list[Gesloten]]:
    """Open and ended signals, read off what their owners received. Those from before an erasure ended with it."""
    standing: dict[tuple[str, str], tuple[date, Row]] = {}
    ended: list[Gesloten] = []
    for one in received:
        who, key = str(one.persoon), (str(one.persoon), str(one.data.get("signaal")))
        if one.gebeurtenis == ENDED and key in standing:
            ended.append(Gesloten(one.op, who, standing.pop(key)[1]))
        elif one.gebeurtenis == ISSUED:
            row = {name: one.data.get(name) for name in ("regel", "onderwerp", "ernst", "eigenaar", "uiterste_datum")}
            if key in standing and standing[key][1]["eigenaar"] != row["eigenaar"]:
                ended.append(Gesloten(one.op, who, standing[key][1]))
            standing[key] = (one.op, {**row, "id": key[1], "aan": one.aan})
    open_: dict[str, list[Row]] = defaultdict(list)
    for (who, _), (day, row) in standing.items():
        if (erased := play.erased.get(who)) is not None and day <= erased:
            ended.append(Gesloten(erased, who, row))
        else:
            open_[who].append(row)
    return open_, ended


def _identities(delivery: Delivery) -> list[dict[str, Any]]:
    persoon = dict(delivery.persoon or {})
    more = persoon.pop("ook", None) or []
    return [persoon, *more] if persoon else []
