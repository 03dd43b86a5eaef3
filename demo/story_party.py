# SPDX-License-Identifier: EUPL-1.2
"""One story on a real hub: which OIN each of its organisations has, which number each person, and its facts as reports.

What a fact leaves out and its schema demands is filled with the day on which it happened, nought or `onbekend`; what the
schema does not know stays out (the story's remarks name it).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from connectors.letters import Event
from consent.kader import Partij
from hub.dossier.bezorging import levering_id
from hub.dossier.feiten.facts import sleutel_van
from hub.dossier.feiten.fold import WIJZIGERS
from hub.dossier.gevolgen import Soort
from hub.partners import Newcomer
from hub.stories.facts import Vertaler
from hub.stories.lines import Tekst
from hub.stories.play import dagen
from hub.stories.read import Feit, Verhaal
from hub.stories.register import namens
from hub.stories.seen import eerste_of_elk
from hub.streams.reception import log_id
from schemas.catalogue import gebeurtenistypen
from schemas.cloudevents import source_of
from schemas.identity import is_bsn
from schemas.vocabulary import Rol

SYSTEM = "verhaal"
ONLY_PSEUDONYM = frozenset({Rol.BEGELEIDER, Rol.PARTICIPATIE})
"""Roles that may not hold a BSN: they name the person by the pseudonym under which they received something."""
NATIONAL = frozenset({Rol.UITVOERING, Rol.OPVANG})
"""There is one of each, in every story the same."""
NOBODY = ""
"""Whom a fact about a group is about."""
FIRST_BSN = 999_900_000
EMPTY = {"int": 0, "boolean": False}


def numbers() -> Iterator[str]:
    """Synthetic BSNs (9999xxxxx) that pass the eleven-test, from the first one on."""
    return (text for number in range(FIRST_BSN, FIRST_BSN + 100_000) if is_bsn(text := str(number)))


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as it was sent about one person."""

    fact: Feit
    who: str
    party: Partij
    """With the organisation as the story calls it."""
    event: Event
    inside: str
    """Its id in the hub's log."""


@dataclass
class Play:
    """One story and its names on the hub."""

    number: int
    file: str
    verhaal: Verhaal
    tekst: Tekst
    oins: dict[str, str] = field(default_factory=dict)
    """Organisation of the story -> its OIN."""
    bsns: dict[str, str] = field(default_factory=dict)
    """Person (each for whom one stands) -> number."""
    names: dict[str, str] = field(default_factory=dict)
    """What comes out of the hub, as the story calls it: OINs and ids."""
    said: dict[str, Said] = field(default_factory=dict)
    """By id in the hub's log."""
    erased: dict[str, date] = field(default_factory=dict)
    """Person -> the day on which the data were last erased."""
    _own: dict[tuple[str, str, str], Said] = field(default_factory=dict)
    """(organisation, id in the story, person): what was said first under that id."""

    def __post_init__(self) -> None:
        self.vertaler = Vertaler(self.verhaal)
        for name, roles in self.vertaler.rollen.items():
            if len(roles) == 1 and roles[0] in NATIONAL:
                self.oins[name] = f"00000099900000{list(Rol).index(roles[0]):06d}"
            else:
                self.oins[name] = f"00000099{self.number:06d}{len(self.oins) + 1:06d}"
        self.names |= {oin: name for name, oin in self.oins.items()}

    @property
    def gemeenten(self) -> list[str]:
        return [self.oins[name] for name, roles in self.vertaler.rollen.items() if Rol.GEMEENTE in roles]

    @property
    def everyone(self) -> list[str]:
        return [who for person in self.verhaal.persons for who in eerste_of_elk(person.id, person.aantal)]

    @property
    def looked_at(self) -> set[date]:
        """The days of which it expects something."""
        return {one.at for one in self.verhaal.expect}

    @property
    def span(self) -> tuple[date, date]:
        days = dagen(self.verhaal)
        return days[0], days[-1]

    def give_numbers(self, pool: Iterator[str]) -> None:
        self.bsns = {who: next(pool) for who in self.everyone}

    def newcomers(self) -> Iterator[Newcomer]:
        for name, roles in self.vertaler.rollen.items():
            works_for = {
                self.oins[gemeente]
                for one in self.verhaal.participants
                if one.oin == name
                for gemeente in namens(one, self.verhaal.participants)
            }
            yield Newcomer(self.oins[name], name, tuple(roles), SYSTEM, tuple(sorted(works_for)))

    def parties(self) -> Iterator[Partij]:
        """Every organisation in every role that it has, as the hub knows it."""
        for name, roles in self.vertaler.rollen.items():
            for role in roles:
                yield Partij(self.oins[name], role)

    def about(self, fact: Feit) -> list[str]:
        """The persons that a fact is about; one without a person is about everyone, or, by its kind, about nobody."""
        person = self.vertaler.persoon_van(fact)
        if person is not None:
            one = next(p for p in self.verhaal.persons if p.id == person)
            return eerste_of_elk(one.id, one.aantal)
        type_ = gebeurtenistypen().get(fact.event)
        if type_ is None:
            return []
        return self.everyone if type_.persoonsgebonden else [NOBODY]

    def say(self, fact: Feit, who: str, *, pseudonym: str | None, signal: str | None) -> Said:
        """The fact as its sender reports it about this person, or about nobody."""
        party = self.vertaler.bron(fact)
        person = next((p for p in self.verhaal.persons if p.id == who.partition("~")[0]), None)
        happened = fact.happened or fact.recorded
        data = self._outward(fact.event, self.vertaler.data(fact, person), who, party)
        if fact.event in WIJZIGERS and "gebeurtenis" not in data:
            data["gebeurtenis"] = self._kind_of(str(fact.data.get("betreft")), who)
        if signal is not None:
            data.setdefault("signaal", signal)
        data = _as_the_schema_wants(fact.event, data, happened)
        identity = None if who == NOBODY else {"soort": "bsn", "waarde": self.bsns[who]}
        if pseudonym:
            identity = {"soort": "pseudoniem", "waarde": pseudonym}
        before = self._own.get((party.oin, fact.id or "", who))
        id_ = before.event.id if before else f"{self.number}|{fact.id or uuid.uuid4()}|{who}"
        event = Event(fact.event, identity, data, happened, id_, party.rol)
        said = Said(fact, who, party, event, log_id(source_of(self.oins[party.oin], SYSTEM), id_))
        self.said.setdefault(said.inside, said)
        self.names[id_] = self.names[said.inside] = fact.id or id_
        if fact.id:
            self._own.setdefault((party.oin, fact.id, who), said)
        return said

    def inward(self, value: Any) -> Any:
        """A value with the story's names for OINs and ids."""
        if isinstance(value, Mapping):
            return {name: self.inward(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.inward(one) for one in value]
        if not isinstance(value, str):
            return value
        desk, at, rest = value.rpartition("@")
        name, hash_, role = rest.partition("#")
        return f"{desk}{at}{self.names.get(name, name)}{hash_}{role}"

    def own_id(self, name: str, who: str) -> str:
        """The id in the log of what the story calls `name`."""
        return next((said.inside for (_, id_, person), said in self._own.items() if (id_, person) == (name, who)), name)

    def _outward(self, gebeurtenis: str, data: Mapping[str, Any], who: str, party: Partij) -> dict[str, Any]:
        """Data with OINs for names, and with what it is about under the id that this party knows. A code is no name, whoever
        of the story is called like it."""
        type_ = gebeurtenistypen().get(gebeurtenis)
        coded = {name for name, veld in type_.velden.items() if veld.waarden} if type_ else set()
        found = {name: value if name in coded else self._oin(value) for name, value in data.items()}
        if "betreft" in found:
            found["betreft"] = self._known_as(str(found["betreft"]), who, party)
        return found

    def _oin(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._oin(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._oin(one) for one in value]
        if isinstance(value, str):
            name, hash_, role = value.partition("#")
            if name in self.oins and (not hash_ or role in set(map(str, Rol))):
                return f"{self.oins[name]}{hash_}{role}"
        return value

    def _kind_of(self, about: str, who: str) -> str:
        """The kind of another's report, as whoever received it knows."""
        found = (one.fact.event for (_, name, person), one in self._own.items() if (name, person) == (about, who))
        return next(found, "onbekend")

    def _known_as(self, about: str, who: str, party: Partij) -> str:
        own = self._own.get((party.oin, about, who))
        if own is not None:
            return own.event.id
        for (_, name, person), said in self._own.items():
            if (name, person) == (about, who):
                origin = sleutel_van(said.inside, self.oins[said.party.oin])
                return levering_id(origin, Partij(self.oins[party.oin], party.rol), Soort.GEBEURTENIS)
        return about


def _as_the_schema_wants(gebeurtenis: str, data: Mapping[str, Any], happened: date) -> dict[str, Any]:
    """Without fields that it does not know, with those that it demands."""
    type_ = gebeurtenistypen().get(gebeurtenis)
    if type_ is None:
        return dict(data)
    found = {name: value for name, value in data.items() if name in type_.velden}
    original = gebeurtenistypen().get(str(data.get("gebeurtenis")))
    if isinstance(data.get("wijziging"), Mapping) and original is not None:
        found["wijziging"] = {name: value for name, value in data["wijziging"].items() if name in original.velden}
    for name, one in type_.velden.items():
        if one.verplicht and name not in found:
            empty = happened.isoformat() if one.soort == "date" else EMPTY.get(one.soort, "onbekend")
            found[name] = [empty] if one.lijst else empty
    return found
