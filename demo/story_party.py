# SPDX-License-Identifier: EUPL-1.2
"""One story on a real hub: which OIN each of its organisations has, which number each person, and its facts as reports.

What a fact leaves out and its schema demands is filled with the day on which it happened, nought or `onbekend`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.letters import Event
from consent.kader import Partij
from hub.dossier.bezorging import levering_id
from hub.dossier.facts import sleutel_van
from hub.dossier.gevolgen import Soort
from hub.partners import Newcomer
from hub.stories.facts import Vertaler
from hub.stories.lines import Tekst
from hub.stories.read import Feit, Verhaal
from hub.stories.register import namens
from hub.stories.seen import eerste_of_elk
from hub.streams.reception import log_id
from schemas.catalogue import gebeurtenistypen
from schemas.cloudevents import source_of
from schemas.vocabulary import Rol

if TYPE_CHECKING:
    from demo.story_seen import Seen

SYSTEM = "verhaal"
ONLY_PSEUDONYM = frozenset({Rol.BEGELEIDER, Rol.PARTICIPATIE})
"""Roles that may not hold a BSN: they name the person by the pseudonym under which they received something."""
NATIONAL = frozenset({Rol.UITVOERING, Rol.OPVANG})
"""There is one of each, in every story the same."""


def numbers(count: int) -> Iterator[str]:
    """The first synthetic BSNs (9999xxxxx) that pass the eleven-test."""
    number = 999_900_000
    while count:
        number += 1
        digits = [int(digit) for digit in str(number)]
        if sum(w * d for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0:
            count -= 1
            yield str(number)


@dataclass
class Play:
    """One story and its names on the hub."""

    number: int
    file: str
    verhaal: Verhaal
    tekst: Tekst
    oins: dict[str, str] = field(init=False)
    """Organisation of the story -> its OIN."""
    bsns: dict[str, str] = field(default_factory=dict)
    """Person (each for whom one stands) -> number."""
    names: dict[str, str] = field(default_factory=dict)
    """What came out of the hub, as the story calls it: OINs and ids."""
    ids: dict[tuple[str, str, str], tuple[str, str, Partij]] = field(default_factory=dict)
    """(sender, id in the story, person) -> id as sent, id in the log, the party that said it."""

    def __post_init__(self) -> None:
        self.vertaler = Vertaler(self.verhaal)
        self.oins, seen = {}, 0
        for one in self.verhaal.participants:
            roles = self.vertaler.rollen[one.oin]
            if len(roles) == 1 and roles[0] in NATIONAL:
                self.oins[one.oin] = f"00000099900000{list(Rol).index(roles[0]):06d}"
            elif one.oin not in self.oins:
                seen += 1
                self.oins[one.oin] = f"00000099{self.number:06d}{seen:06d}"
        self.names |= {oin: name for name, oin in self.oins.items()}

    @property
    def gemeenten(self) -> list[str]:
        return [self.oins[name] for name, roles in self.vertaler.rollen.items() if Rol.GEMEENTE in roles]

    def give_numbers(self, given: list[str]) -> None:
        everyone = [who for person in self.verhaal.persons for who in eerste_of_elk(person.id, person.aantal)]
        self.bsns = dict(zip(everyone, given, strict=True))

    def newcomers(self) -> Iterator[Newcomer]:
        for name, roles in self.vertaler.rollen.items():
            works_for = {
                self.oins[gemeente]
                for one in self.verhaal.participants
                if one.oin == name
                for gemeente in namens(one, self.verhaal.participants)
            }
            yield Newcomer(self.oins[name], name, tuple(roles), SYSTEM, tuple(sorted(works_for)))

    def everyone(self, fact: Feit) -> list[str]:
        person = self.vertaler.persoon_van(fact)
        one = next(p for p in self.verhaal.persons if p.id == person)
        return eerste_of_elk(one.id, one.aantal)

    def knows_by_pseudonym(self, party: Partij) -> bool:
        return party.rol in ONLY_PSEUDONYM

    def event(self, fact: Feit, who: str, party: Partij, seen: Seen) -> Event:
        """The fact as this party reports it."""
        person = next(p for p in self.verhaal.persons if p.id == who.partition("~")[0])
        happened = fact.happened or fact.recorded
        data = self._outward(self.vertaler.data(fact, person), fact, who, party, seen)
        type_ = gebeurtenistypen().get(fact.event)
        for name, one in type_.velden.items() if type_ else ():
            if one.verplicht and name not in data:
                data[name] = {"date": happened.isoformat(), "int": 0, "boolean": False}.get(one.soort, "onbekend")
        pseudonym = seen.pseudonym(self, who, party) if self.knows_by_pseudonym(party) else None
        identity = (
            {"soort": "pseudoniem", "waarde": pseudonym} if pseudonym else {"soort": "bsn", "waarde": self.bsns[who]}
        )
        own = self.ids.get((party.oin, fact.id or "", who), (self._id(fact, who), "", party))[0]
        return Event(fact.event, identity, data, happened, own, party.rol)

    def sent(self, fact: Feit, event: Event, party: Partij) -> None:
        """Remembers under which ids the hub and every other party know what was sent."""
        self.vertaler.onthoud(party, fact.id or event.id)
        who = next(name for name, _ in self.bsns.items() if event.id.endswith(f"|{name}") or len(self.bsns) == 1)
        inside = log_id(source_of(self.oins[party.oin], SYSTEM), event.id)
        self.names[event.id] = fact.id or event.id
        self.names[inside] = fact.id or event.id
        if fact.id:
            self.ids.setdefault((party.oin, fact.id, who), (event.id, inside, party))

    def _id(self, fact: Feit, who: str) -> str:
        return f"{self.number}|{fact.id or uuid.uuid4()}|{who}"

    def _outward(self, data: dict[str, Any], fact: Feit, who: str, party: Partij, seen: Seen) -> dict[str, Any]:
        """Data with OINs for names, and with what it is about under the id that this party knows."""
        found = {name: self._oin(value) for name, value in data.items()}
        if "betreft" in found:
            found["betreft"] = self._known_as(str(found["betreft"]), who, party)
        if fact.event == "signaal-opgevolgd" and "signaal" not in found:
            found["signaal"] = seen.signal(self, who, str(found.get("regel")))
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

    def _known_as(self, about: str, who: str, party: Partij) -> str:
        own = self.ids.get((party.oin, about, who))
        if own is not None:
            return own[0]
        for (_, name, person), (_, inside, sender) in self.ids.items():
            if name == about and person == who:
                origin = sleutel_van(inside, self.oins[sender.oin])
                return levering_id(origin, Partij(self.oins[party.oin], party.rol), Soort.GEBEURTENIS)
        return about
