# SPDX-License-Identifier: EUPL-1.2
"""Which dossier is meant: by BSN, V-nummer or a partner's pseudonym; and two dossiers that turn out to be one person.

An identity always keeps pointing at the dossier under which it was first known; an alias leads from there to the main
dossier. That is what makes a link reversible: unlinking removes the alias, and each identity is again where it was.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.vault.keys import DataKeys, Gewist, KeyMissing, PersonKey
from hub.vault.tables import aliassen, beside, dossiers, identiteiten, pseudoniemen

Identity = tuple[str, str]
"""(soort, waarde): ('bsn', '999990019'), ('vnummer', '2891234567'), ('pseudoniem', 'a1…')."""

PSEUDONYM = "pseudoniem"
T = TypeVar("T")
CHUNK = 400
"""Values in one query; SQLite and PostgreSQL take more, their planners do not thank for it."""


class UnknownPerson(Exception):
    """A pseudonym that this party never received."""


class TwoPersons(Exception):
    """A sender that may not say so named two identities as one person's."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a report belongs, and what else is known of its person."""

    dossier: str
    """The main dossier."""
    via: str
    """The dossier under which the report's identity was first known."""
    known: dict[str, str]
    """Every number known of the person, by kind."""
    created: bool = False
    linked: tuple[str, ...] = field(default=())
    """Dossiers that this very report showed to be the same person."""


class Identities:
    """The vault's register of persons; `within` a transaction it answers and writes."""

    def __init__(self, index_key: bytes, keys: DataKeys) -> None:
        self._index_key, self._keys = index_key, keys

    def within(self, connection: Connection) -> Directory:
        """The register as this transaction sees it; good for as long as the transaction."""
        return Directory(connection, self._keys, self._index_key)

    def resolve(
        self, connection: Connection, event: str, party: str, given: Sequence[Identity], *, may_link: bool
    ) -> Resolved:
        """`Directory.resolve` for one report alone."""
        return self.within(connection).resolve(event, party, given, may_link=may_link)

    def check(self, connection: Connection) -> None:
        """Raises KeyMissing if the keys at hand are not those that this register was written with: with another index
        key every known person would be a new one."""
        row = connection.execute(select(identiteiten).limit(1)).first()
        if row is None:
            return
        key = self._keys.load([row.dossier], connection)[row.dossier]
        if isinstance(key, Gewist):
            return
        identity = (row.soort, key.open(row.waarde, _context(row.dossier, row.soort)).decode())
        if not hmac.compare_digest(_pointer(self._index_key, identity), row.wijzer):
            raise KeyMissing("index.key is not the one of this vault: put back the file that belongs to it.")

    def find(self, connection: Connection, party: str, identity: Identity) -> str | None:
        """The main dossier of an identity as `party` knows it, without making one; None when nobody has it."""
        directory = self.within(connection)
        directory.expect([(party, [identity])])
        return directory.main_of(party, identity)

    def all_of(self, connection: Connection, dossier: str) -> list[str]:
        """Every dossier of the same person: the main one first, then those that it absorbed."""
        main = connection.scalar(select(aliassen.c.hoofd).where(aliassen.c.dossier == dossier)) or dossier
        query = select(aliassen.c.dossier).where(aliassen.c.hoofd == main).order_by(aliassen.c.dossier)
        return [str(main), *connection.scalars(query)]

    def link_of(self, connection: Connection, dossier: str) -> tuple[str, str]:
        """(main dossier, the event that showed the two to be one person) of an absorbed dossier; raises UnknownPerson
        where it is none."""
        row = connection.execute(select(aliassen).where(aliassen.c.dossier == dossier)).first()
        if row is None:
            raise UnknownPerson(f"Dossier {dossier} is not linked to another: look up the link in the audit log.")
        return row.hoofd, row.door

    def unlink(self, connection: Connection, dossier: str) -> str:
        """Undo an alias; returns the main dossier that it led to. Raises UnknownPerson where there is none."""
        main, _ = self.link_of(connection, dossier)
        connection.execute(delete(aliassen).where(aliassen.c.dossier == dossier))
        return main

    def numbers(self, connection: Connection, dossier: str) -> dict[str, str]:
        """Every number known of a person, by the main dossier: its own before those of dossiers that it absorbed."""
        return self.within(connection).numbers(dossier)

    def register_pseudonyms(self, connection: Connection, rows: Sequence[tuple[str, str, str]]) -> None:
        """Remember (party, pseudonym, dossier) so that a partner may report under it; a repetition changes nothing, and
        nothing leads to a dossier again that is being erased."""
        beside(connection)
        rows = self._of_living(connection, rows)
        if rows:
            values = [{"partij": party, "pseudoniem": name, "dossier": dossier} for party, name, dossier in rows]
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            connection.execute(dialect.insert(pseudoniemen).on_conflict_do_nothing(), values)

    def _of_living(self, connection: Connection, rows: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        gone: set[str] = set()
        for chunk in _chunks({row[2] for row in rows}):
            query = select(dossiers.c.dossier).where(dossiers.c.dossier.in_(chunk), dossiers.c.gewist_op.is_not(None))
            gone |= set(connection.scalars(query))
        return [row for row in rows if row[2] not in gone]


class Directory:
    """Who is who within one transaction. `expect` reads what a whole turn will ask in a few queries."""

    def __init__(self, connection: Connection, keys: DataKeys, index_key: bytes) -> None:
        self._connection, self._keys, self._index_key = connection, keys, index_key
        self._first: dict[tuple[str, Identity], str | None] = {}  # (party or '', identity) -> dossier
        self._main: dict[str, str] = {}  # dossier -> main dossier
        self._numbers: dict[str, dict[str, str]] = {}  # main dossier -> numbers known

    def expect(self, asked: Iterable[tuple[str, Sequence[Identity]]]) -> None:
        """Read ahead what `resolve` will need for these (party, identities)."""
        wanted = {_asked(party, identity) for party, given in asked for identity in given} - self._first.keys()
        self._first |= dict.fromkeys(wanted)
        pointers = {
            _pointer(self._index_key, identity): (party, identity)
            for party, identity in wanted
            if identity[0] != PSEUDONYM
        }
        for chunk in _chunks(pointers):
            for row in self._connection.execute(select(identiteiten).where(identiteiten.c.wijzer.in_(chunk))):
                self._first[pointers[row.wijzer]] = row.dossier
        names = {identity[1] for _, identity in wanted if identity[0] == PSEUDONYM}
        for named in _chunks(names):
            for row in self._connection.execute(select(pseudoniemen).where(pseudoniemen.c.pseudoniem.in_(named))):
                key = (row.partij, (PSEUDONYM, row.pseudoniem))
                if key in wanted:
                    self._first[key] = row.dossier
        found = {dossier for key in wanted if (dossier := self._first[key])}
        self._read_mains(found)
        self._read_numbers({self._main[dossier] for dossier in found})

    def resolve(self, event: str, party: str, given: Sequence[Identity], *, may_link: bool) -> Resolved:
        """The dossier for the identities that `party` gave in `event`; made when none is known.

        `given` holds one identity or more of one person, each once, the first being the one that the report is about.
        Asked again for the same event (its turn crashed before it committed) the answer is the same, links included.
        Raises UnknownPerson for a pseudonym that `party` does not have; TwoPersons where `may_link` is false and the
        hub does not know yet that the identities are one person's.
        """
        self.expect([(party, given)])
        own = [self._first[_asked(party, identity)] for identity in given]
        if any(first is None and soort == PSEUDONYM for first, (soort, _) in zip(own, given, strict=True)):
            raise UnknownPerson(
                "Gebruik het pseudoniem uit uw eigen leveringen, of een BSN of V-nummer: dit pseudoniem is u nooit gegeven."
            )
        mains = self._mains_of(own)
        if not may_link and len(given) > 1 and (None in own or len(mains) > 1):
            raise TwoPersons(
                "Meld alleen het nummer waarvan u zeker bent: dat deze nummers van één persoon zijn, weet de hub niet."
            )
        if len(mains) > 1:
            mains = self._alone(own)
        created = not mains
        main, *absorbed = mains or [self._new_dossier()]
        for dossier in absorbed:
            self._absorb(dossier, main, event)
        for identity, first in zip(given, own, strict=True):
            if first is None:
                self._learn(main, identity, event)
        linked = () if len(given) == 1 else self._linked_by(event)
        via = self._first[_asked(party, given[0])] or main
        return Resolved(main, via, dict(self._numbers[main]), created, linked)

    def numbers(self, main: str) -> dict[str, str]:
        """Every number known of the person of a main dossier."""
        self._read_numbers({main})
        return dict(self._numbers[main])

    def filed(self, dossier: str) -> Resolved | None:
        """Where what was filed in this dossier is now; None when it was erased."""
        self._read_mains({dossier})
        main = self._main[dossier]
        if isinstance(self._keys.load([main], self._connection)[main], Gewist):
            return None
        return Resolved(main, dossier, self.numbers(main))

    def main_of(self, party: str, identity: Identity) -> str | None:
        """The main dossier of an identity that `expect` was told of."""
        first = self._first[_asked(party, identity)]
        return None if first is None else self._main[first]

    def _mains_of(self, dossiers: Iterable[str | None]) -> list[str]:
        """The main dossiers that these lead to, each once, in order."""
        return list(dict.fromkeys(self._main[one] for one in dossiers if one is not None))

    def _alone(self, dossiers: Iterable[str | None]) -> list[str]:
        """Their main dossiers, with nobody else linking until this transaction ends: two workers at once would build a
        chain or a ring of aliases. (SQLite has one writer anyway.)"""
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql("LOCK TABLE alias IN SHARE ROW EXCLUSIVE MODE")
            wanted = {one for one in dossiers if one is not None}
            for dossier in wanted:
                self._numbers.pop(self._main.pop(dossier), None)
            self._read_mains(wanted)
            self._read_numbers({self._main[dossier] for dossier in wanted})
        return self._mains_of(dossiers)

    def _learn(self, main: str, identity: Identity, event: str) -> None:
        """A number that nobody had. Where the person has another one of its kind, it gets a dossier of its own and an
        alias: nothing is overwritten, and the link can be undone."""
        if identity[0] not in self._numbers[main]:
            self._add(main, identity)
            return
        beside = self._new_dossier()
        self._add(beside, identity)
        self._absorb(beside, main, event)

    def _new_dossier(self) -> str:
        dossier = str(uuid.uuid4())
        self._keys.create(self._connection, dossier)
        self._main[dossier] = dossier
        self._numbers[dossier] = {}
        return dossier

    def _absorb(self, dossier: str, main: str, event: str) -> None:
        """`dossier` and all that it had absorbed now lead to `main`."""
        self._connection.execute(update(aliassen).where(aliassen.c.hoofd == dossier).values(hoofd=main))
        self._connection.execute(insert(aliassen).values(dossier=dossier, hoofd=main, door=event))
        self._main = {one: main if at == dossier else at for one, at in self._main.items()}
        self._numbers[main] = {**self._numbers.pop(dossier), **self._numbers[main]}

    def _linked_by(self, event: str) -> tuple[str, ...]:
        query = select(aliassen.c.dossier).where(aliassen.c.door == event).order_by(aliassen.c.dossier)
        return tuple(self._connection.scalars(query))

    def _add(self, dossier: str, identity: Identity) -> None:
        key = self._keys.load([dossier], self._connection)[dossier]
        assert isinstance(key, PersonKey), "an erased dossier has no identities, so none can lead to it"
        sealed = key.seal(identity[1].encode(), _context(dossier, identity[0]))
        row = {
            "soort": identity[0],
            "wijzer": _pointer(self._index_key, identity),
            "dossier": dossier,
            "waarde": sealed,
        }
        self._connection.execute(insert(identiteiten).values(row))
        self._first["", identity] = dossier
        self._numbers[dossier].setdefault(*identity)

    def _read_mains(self, dossiers: set[str]) -> None:
        missing = dossiers - self._main.keys()
        self._main |= {dossier: dossier for dossier in missing}
        for chunk in _chunks(missing):
            for row in self._connection.execute(select(aliassen).where(aliassen.c.dossier.in_(chunk))):
                self._main[row.dossier] = row.hoofd

    def _read_numbers(self, mains: set[str]) -> None:
        """The numbers of each main dossier: its own before those of the dossiers that it absorbed."""
        missing = mains - self._numbers.keys()
        self._numbers |= {main: {} for main in missing}
        for chunk in _chunks(missing):
            absorbed = select(aliassen.c.dossier).where(aliassen.c.hoofd.in_(chunk))
            for row in self._connection.execute(select(aliassen).where(aliassen.c.hoofd.in_(chunk))):
                self._main[row.dossier] = row.hoofd
            query = select(identiteiten).where(
                or_(identiteiten.c.dossier.in_(chunk), identiteiten.c.dossier.in_(absorbed))
            )
            rows = self._connection.execute(query).all()
            keys = self._keys.load({row.dossier for row in rows}, self._connection)
            for row in sorted(rows, key=lambda row: (row.dossier not in missing, row.dossier, row.soort)):
                key = keys[row.dossier]
                if not isinstance(key, Gewist):
                    value = key.open(row.waarde, _context(row.dossier, row.soort)).decode()
                    self._numbers[self._main.get(row.dossier, row.dossier)].setdefault(row.soort, value)


def _asked(party: str, identity: Identity) -> tuple[str, Identity]:
    """A pseudonym means something for one party only; a number means the same for all."""
    return (party if identity[0] == PSEUDONYM else "", identity)


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    listed = list(values)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def _pointer(index_key: bytes, identity: Identity) -> bytes:
    """What stands in the table instead of a number; without the key nobody can try numbers."""
    return hmac.digest(index_key, f"{identity[0]}\n{identity[1]}".encode(), "sha256")


def _context(dossier: str, soort: str) -> bytes:
    return f"identiteit\n{dossier}\n{soort}".encode()
