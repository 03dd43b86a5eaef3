# SPDX-License-Identifier: EUPL-1.2
"""Events that wait for the hub, on disk and sealed, in the order in which they were given.

Bounded: a hub that stays away fills a disk otherwise. Who gives faster than the hub takes waits (`Forwarder`), and is
told when waiting no longer helps. Not here: sending (`forwarding`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.letters import Packed
from connectors.store import Store

MAX_BYTES = 256_000_000
"""A large school's year of attendance is under a tenth of this."""


class SpoolFull(Exception):
    """There is no room for more: the hub has been away too long, or the disk is meant for less."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits: events, and bytes on disk."""

    events: int
    bytes: int


class Spool:
    """The queue of one partner's store. `put` returns when the events are on the disk."""

    def __init__(self, store: Store, *, max_bytes: int = MAX_BYTES) -> None:
        self.store, self._max_bytes = store, max_bytes

    def put(self, events: Sequence[Packed], connection: sqlite3.Connection | None = None) -> None:
        """Append all or none, in the caller's transaction or in one of its own. Raises SpoolFull."""
        if connection is None:
            with self.store.transaction() as own:
                self.put(events, own)
            return
        contents = [event.to_bytes() for event in events]
        size = sum(map(len, contents))
        held = self._waiting(connection)
        if held.bytes + size > self._max_bytes:
            raise SpoolFull(
                f"{held.events} events wait for the hub already ({held.bytes} bytes): see that it can be reached, and"
                " send again."
            )
        (last,) = connection.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'spool'"
        ).fetchone()
        connection.executemany(
            "INSERT INTO spool (nr, bytes, inhoud) VALUES (?, ?, ?)",
            [
                (number, len(content), self.store.seal(f"spool/{number}", content))
                for number, content in enumerate(contents, start=last + 1)
            ],
        )

    def first(self, most: int) -> list[tuple[int, Packed]]:
        """The oldest events and their numbers. Raises StoreDamaged."""
        with self.store.transaction() as connection:
            rows = connection.execute("SELECT nr, inhoud FROM spool ORDER BY nr LIMIT ?", (most,)).fetchall()
        return [(number, Packed.from_bytes(self.store.open(f"spool/{number}", inhoud))) for number, inhoud in rows]

    def drop(self, numbers: Sequence[int]) -> None:
        """These are with the hub: forget them."""
        with self.store.transaction() as connection:
            connection.executemany("DELETE FROM spool WHERE nr = ?", [(number,) for number in numbers])

    def waiting(self) -> Waiting:
        with self.store.transaction() as connection:
            return self._waiting(connection)

    @staticmethod
    def _waiting(connection: sqlite3.Connection) -> Waiting:
        return Waiting(*connection.execute("SELECT count(*), coalesce(sum(bytes), 0) FROM spool").fetchone())
