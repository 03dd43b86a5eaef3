# SPDX-License-Identifier: EUPL-1.2
"""What a real hub showed while stories played: each organisation's own topic, the audit log, the state topic."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from connectors.client import Delivery
from consent.conditions import Beoordeling
from consent.decide import Uitkomst, beslis_voor
from consent.kader import Partij, Reden
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from demo.performance import HubSilent, Organisation
from demo.story_party import Play
from hub.broker.credentials import Credentials
from hub.broker.topics import PARTITIONS, Role
from hub.bundles import BundleStore, Soort
from hub.dossier.kalender import dag_van
from hub.dossier.rows import Row, Rows
from hub.dossier.rules import Regels
from hub.dossier.stand import waarde
from hub.dossier.zaak import Zaak, kader
from hub.readmodel import questions
from hub.settings import Settings
from hub.stories.seen import Gesloten, Geweigerd, Ontvangen, eerste_of_elk
from hub.streams.replay import content, standing
from hub.streams.settings import KafkaConnection
from hub.vault.tables import engine_for, reading
from hub.vault.vault import Vault

ISSUED, ENDED = "signaal-afgegeven", "signaal-vervallen"
RECEIPTS = frozenset({"aanlevering-aanvaard", "aanlevering-geweigerd"})


@dataclass
class View:
    """What one story's expectations are held against; a `Gezien`."""

    play: Play
    seen: Seen
    ontvangen: Sequence[Ontvangen] = ()
    geweigerd: Sequence[Geweigerd] = ()
    gesloten: Sequence[Gesloten] = ()
    open: dict[str, list[Row]] = field(default_factory=dict)

    def elk(self, persoon: str) -> Sequence[str]:
        if not persoon:
            return list(self.play.bsns)
        one = next(p for p in self.play.verhaal.persons if p.id == persoon)
        return eerste_of_elk(one.id, one.aantal)

    def signalen(self, persoon: str) -> Iterable[Row]:
        return self.open.get(persoon, ())

    def waarde(self, persoon: str, pad: str, nu: datetime) -> object:
        soort, punt, own = pad.partition(".")
        if soort == "toestemming" and punt:
            inside = (i for (_, name, who), (_, i, _) in self.play.ids.items() if (name, who) == (own, persoon))
            pad = f"toestemming.{next(inside, own)}"
        found = waarde(Zaak(self.seen.rows(self.play, persoon)), self.seen.regels, nu, pad)
        return _inward(found, self.play)

    def gewist(self, persoon: str) -> date | None:
        return None


class Seen:
    """Reads a running hub; `read` brings it up to date."""

    def __init__(self, settings: Settings, bootstrap: str, regels: Regels) -> None:
        self.regels = regels
        self._audit = engine_for(settings.audit_address)
        self._vault = Vault.open(settings.vault_address, settings.keys, settings.ledger_path)
        self._kafka = KafkaConnection(bootstrap, Credentials(settings.credentials_dir(Role.OPERATOR)))
        self._bundles = BundleStore(settings.bundles)
        self._leaves: list[dict[str, Any]] = []
        self._state: dict[bytes, bytes] = {}
        self._deliveries: list[tuple[str, Delivery]] = []
        self._views: dict[int, View] = {}

    async def settled(self, patience: float) -> None:
        """Wait until the audit log has said of every partition that it is as far as the farthest."""
        deadline = asyncio.get_running_loop().time() + patience
        while await asyncio.to_thread(questions.partitions_behind, self._audit):
            if asyncio.get_running_loop().time() > deadline:
                raise HubSilent("The audit log did not come to rest: look at the logs of the workers.")
            await asyncio.sleep(0.02)

    def owed(self, organisation: Organisation) -> int:
        """Deliveries that the audit log holds for this organisation and that it has not read yet."""
        read = {one.id for one in organisation.received} | {one.id for one in organisation.receipts.values()}
        owed = questions.deliveries_to(self._audit, organisation.connector.profile.oin)
        return sum(1 for name in owed if name not in read)

    def read(self, organisations: Mapping[str, Organisation], plays: list[Play]) -> None:
        self._leaves += [orjson.loads(record) for _, record in questions.leaves(self._audit, len(self._leaves))]
        self._deliveries = [
            (oin, delivery)
            for oin, one in organisations.items()
            for delivery in (*one.received, *one.receipts.values())
        ]
        self._state = {
            key: row for partition in range(PARTITIONS) for key, row in standing(self._kafka, partition).items()
        }
        self._views = {play.number: self._view(play) for play in plays}

    def of(self, play: Play) -> View:
        return self._views.get(play.number) or View(play, self)

    def rows(self, play: Play, who: str) -> Rows:
        """The state rows of a person as they stand, opened as the operator's replay does."""
        dossier = self._dossiers(play).get(who)
        prefix = f"d/{dossier}/".encode()
        found = {
            key.removeprefix(prefix).decode(): content(self._vault, key, row)
            for key, row in self._state.items()
            if dossier and key.startswith(prefix)
        }
        return Rows.in_memory(found)

    def pseudonym(self, play: Play, who: str, party: Partij) -> str | None:
        """The name under which this party last received something about the person."""
        own = Partij(play.oins[party.oin], party.rol)
        dossiers = {dossier: name for name, dossier in self._dossiers(play).items()}
        about = {one["id"]: leaf.get("dossier") for leaf in self._leaves for one in leaf.get("leveringen", ())}
        found = [
            d.pseudoniem
            for oin, d in self._deliveries
            if oin == own.oin and d.rol == own.rol and dossiers.get(str(about.get(d.id))) == who
        ]
        return found[-1] if found else None

    def signal(self, play: Play, who: str, rule: str) -> str:
        """The id of the open signal of a rule, as its owner knows it."""
        return next((row["id"] for row in self.of(play).signalen(who) if row["regel"] == rule), "onbekend")

    def _dossiers(self, play: Play) -> dict[str, str]:
        with reading(self._vault.engine) as connection:
            found = {
                who: self._vault.identities.find(connection, play.oins[next(iter(play.oins))], ("bsn", number))
                for who, number in play.bsns.items()
            }
        return {who: dossier for who, dossier in found.items() if dossier}

    def _view(self, play: Play) -> View:
        persons = {dossier: who for who, dossier in self._dossiers(play).items()}
        places = {
            one["id"]: (number, str(leaf.get("dossier")))
            for number, leaf in enumerate(self._leaves)
            for one in leaf.get("leveringen", ())
        }
        received = sorted(
            (one for one in self._received(play, persons, places) if one is not None), key=lambda one: one.stap
        )
        view = View(play, self, received, list(self._denied(play, persons)))
        view.open, view.gesloten = _signals(received)
        return view

    def _received(
        self, play: Play, persons: Mapping[str, str], places: Mapping[str, tuple[int, str]]
    ) -> Iterator[Ontvangen | None]:
        for oin, delivery in self._deliveries:
            number, dossier = places.get(delivery.id, (0, ""))
            who = persons.get(dossier)
            if delivery.gebeurtenis in RECEIPTS and who is None:
                own = play.names.get(str(delivery.data.get("betreft")))
                who = str(delivery.data["betreft"]).rpartition("|")[2] if own else None
            if who is None or oin not in play.names:
                continue
            yield Ontvangen(
                dag_van(delivery.vastgelegd),
                number,
                who,
                f"{play.names[oin]}#{delivery.rol}",
                delivery.gebeurtenis,
                _inward(dict(delivery.data), play),
                _inward(delivery.bron or "", play),
                delivery.gebeurd or dag_van(delivery.vastgelegd),
                any(one["soort"] == "bsn" for one in _identities(delivery)),
            )

    def _denied(self, play: Play, persons: Mapping[str, str]) -> Iterator[Geweigerd]:
        """Denials on record; and of participants that the hub had no reason to weigh, what it says when asked."""
        for number, leaf in enumerate(self._leaves):
            who = persons.get(str(leaf.get("dossier")))
            if who is None or "uitkomsten" not in leaf:
                continue
            day = dag_van(datetime.fromisoformat(leaf["moment"]))
            weighed = {one["aan"] for one in leaf["uitkomsten"]} | {leaf.get("bron")}
            for kind, one in (
                *((leaf["type"], one) for one in leaf["uitkomsten"]),
                *((one["type"], one) for one in leaf["hub"]),
            ):
                if one["uitkomst"] == Uitkomst.GEWEIGERD:
                    yield Geweigerd(day, number, who, _inward(one["aan"], play), kind, Reden(one["reden"]))
            if leaf.get("bron") and leaf.get("soort") == "besluit" and not leaf.get("weigering"):
                yield from self._asked(play, who, leaf, number, day, weighed)

    def _asked(
        self, play: Play, who: str, leaf: Mapping[str, Any], number: int, day: date, weighed: set[Any]
    ) -> Iterator[Geweigerd]:
        register: Deelnemersregister = self._bundles.load(Soort.DEELNEMERS, leaf["bundels"]["deelnemers"])
        stand = kader(Zaak(self.rows(play, who)), day, register)
        event = Beoordeling(str(leaf["gebeurtenis"]), leaf["type"], Partij.parse(leaf["bron"]), {})
        for name, roles in play.vertaler.rollen.items():
            for party in (Partij(play.oins[name], role) for role in roles):
                if str(party) not in weighed:
                    besluit = beslis_voor(party, event, stand, Beleid.load(), register, day)
                    if besluit.reden is not None:
                        yield Geweigerd(day, number, who, f"{name}#{party.rol}", leaf["type"], besluit.reden)


def _signals(received: Sequence[Ontvangen]) -> tuple[dict[str, list[Row]], list[Gesloten]]:
    """Open and ended signals, read off what their owners received."""
    standing_: dict[tuple[str, str], Row] = {}
    ended: list[Gesloten] = []
    for one in received:
        key = (str(one.persoon), str(one.data.get("signaal")))
        if one.gebeurtenis == ENDED and key in standing_:
            ended.append(Gesloten(one.op, key[0], standing_.pop(key)))
        elif one.gebeurtenis == ISSUED:
            standing_[key] = {
                "id": key[1],
                "regel": one.data["regel"],
                "onderwerp": one.data.get("onderwerp"),
                "ernst": one.data["ernst"],
                "eigenaar": one.data["eigenaar"],
                "aan": one.aan,
                "uiterste_datum": one.data.get("uiterste_datum"),
            }
    open_: dict[str, list[Row]] = {}
    for (who, _), row in standing_.items():
        open_.setdefault(who, []).append(row)
    return open_, ended


def _inward(value: Any, play: Play) -> Any:
    """A value with the story's names for OINs and ids."""
    if isinstance(value, dict):
        return {name: _inward(one, play) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_inward(one, play) for one in value]
    if not isinstance(value, str):
        return value
    desk, at, rest = value.partition("@")
    oin, hash_, role = (rest if at else value).partition("#")
    if oin in play.names:
        return f"{desk}{at}{play.names[oin]}{hash_}{role}"
    return value


def _identities(delivery: Delivery) -> list[dict[str, Any]]:
    persoon = dict(delivery.persoon or {})
    more = persoon.pop("ook", None) or []
    return [persoon, *more] if persoon else []
