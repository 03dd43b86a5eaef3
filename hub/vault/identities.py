# SPDX-License-Identifier: EUPL-1.2
"""Which dossier is meant: by BSN, V-nummer or a partner's pseudonym; and two dossiers that turn out to be one person.

An identity always keeps pointing at the dossier under which it was first known; an alias leads from there to the main
dossier. That is what makes a link reversible: unlinking removes the alias, and each identity is again where it was.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.vault.keys import DataKeys, Gewist, PersonKey
from hub.vault.tables import aliassen, identiteiten, pseudoniemen

Identity = tuple[str, str]
"""(soort, waarde): ('bsn', '999990019'), ('vnummer', '2891234567'), ('pseudoniem', 'a1…')."""


class UnknownPerson(Exception):
    """A pseudonym that this party never received."""


class TwoPersons(Exception):
    """A sender that may not link dossiers named two identities that belong to different ones."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a report belongs: the main dossier, the dossier its identity was first known under, and what else is
    known."""

    dossier: str
    via: str
    known: dict[str, str]
    created: bool = False
    linked: tuple[str, ...] = field(default=())  # dossiers absorbed by this very report


class Identities:
    def __init__(self, index_key: bytes, keys: DataKeys) -> None:
        self._index_key, self._keys = index_key, keys

    def resolve(
        self, connection: Connection, event: str, party: str, given: Sequence[Identity], *, may_link: bool
    ) -> Resolved:
        """The dossier for the identities that `party` gave in `event`, in the caller's transaction; made when none is
        known.

        `given` holds one identity or more of one person, the first being the one the report is about. Asked again for
        the same
        event (a turn that crashed before it committed) the answer is the same, links included.
        Raises UnknownPerson for a pseudonym that `party` does not have, TwoPersons where `may_link` is false.
        """
        own = [self._lookup(connection, party, identity) for identity in given]
        if own[0] is None and given[0][0] == "pseudoniem":
            raise UnknownPerson(
                "Gebruik het pseudoniem uit uw eigen leveringen, of een BSN of V-nummer: dit pseudoniem is u nooit gegeven."
            )
        roots = {dossier: self._root(connection, dossier) for dossier in own if dossier is not None}
        mains = list(dict.fromkeys(roots.values()))
        created = not mains
        if created:
            mains = [str(uuid.uuid4())]
            self._keys.create(connection, mains[0])
        if len(mains) > 1 and not may_link:
            raise TwoPersons(
                "Controleer beide nummers: ze horen bij verschillende personen; meld alleen het nummer waarvan u zeker bent."
            )
        main, *absorbed = mains
        for dossier in absorbed:
            connection.execute(aliassen.update().where(aliassen.c.hoofd == dossier).values(hoofd=main))
            connection.execute(insert(aliassen).values(dossier=dossier, hoofd=main, door=event))
        for identity, known in zip(given, own, strict=True):
            if known is None and identity[0] != "pseudoniem":
                self._add(connection, main, identity)
        linked = connection.scalars(
            select(aliassen.c.dossier).where(aliassen.c.door == event).order_by(aliassen.c.dossier)
        ).all()
        return Resolved(main, own[0] or main, self._known(connection, main), created, tuple(linked))

    def unlink(self, connection: Connection, dossier: str) -> str:
        """Undo an alias; returns the main dossier that it led to. Raises UnknownPerson where there is none."""
        main = connection.scalar(select(aliassen.c.hoofd).where(aliassen.c.dossier == dossier))
        if main is None:
            raise UnknownPerson(f"Dossier {dossier} is not linked to another: look up the link in the audit log.")
        connection.execute(delete(aliassen).where(aliassen.c.dossier == dossier))
        return str(main)

    def register_pseudonyms(self, connection: Connection, rows: Sequence[tuple[str, str, str]]) -> None:
        """Remember (party, pseudonym, dossier) so that a partner may report under it; a repetition changes nothing."""
        if rows:
            values = [{"partij": party, "pseudoniem": name, "dossier": dossier} for party, name, dossier in rows]
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            connection.execute(dialect.insert(pseudoniemen).on_conflict_do_nothing(), values)

    def _lookup(self, connection: Connection, party: str, identity: Identity) -> str | None:
        soort, waarde = identity
        if soort == "pseudoniem":
            query = select(pseudoniemen.c.dossier).where(
                pseudoniemen.c.partij == party, pseudoniemen.c.pseudoniem == waarde
            )
        else:
            query = select(identiteiten.c.dossier).where(
                identiteiten.c.soort == soort, identiteiten.c.wijzer == self._pointer(identity)
            )
        return connection.scalar(query)

    def _root(self, connection: Connection, dossier: str) -> str:
        return connection.scalar(select(aliassen.c.hoofd).where(aliassen.c.dossier == dossier)) or dossier

    def _add(self, connection: Connection, dossier: str, identity: Identity) -> None:
        key = self._keys.load([dossier], connection)[dossier]
        assert isinstance(key, PersonKey), "an erased dossier has no identities, so none can lead to it"
        sealed = key.seal(identity[1].encode(), _context(dossier, identity[0]))
        connection.execute(
            insert(identiteiten).values(
                soort=identity[0], wijzer=self._pointer(identity), dossier=dossier, waarde=sealed
            )
        )

    def _known(self, connection: Connection, main: str) -> dict[str, str]:
        """Every number known of the person, the main dossier's own before those of absorbed ones."""
        absorbed = connection.scalars(select(aliassen.c.dossier).where(aliassen.c.hoofd == main)).all()
        known: dict[str, str] = {}
        order = {dossier: rank for rank, dossier in enumerate((main, *sorted(absorbed)))}
        rows = connection.execute(select(identiteiten).where(identiteiten.c.dossier.in_(list(order)))).all()
        for row in sorted(rows, key=lambda row: (order[row.dossier], row.soort)):
            key = self._keys.load([row.dossier], connection)[row.dossier]
            if not isinstance(key, Gewist):
                known.setdefault(row.soort, key.open(row.waarde, _context(row.dossier, row.soort)).decode())
        return known

    def _pointer(self, identity: Identity) -> bytes:
        return hmac.digest(self._index_key, f"{identity[0]}\n{identity[1]}".encode(), "sha256")


def _context(dossier: str, soort: str) -> bytes:
    return f"identiteit\n{dossier}\n{soort}".encode()
