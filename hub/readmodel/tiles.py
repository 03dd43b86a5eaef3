# SPDX-License-Identifier: EUPL-1.2
"""The audit tree's tiles in SQL: read for proofs, written with the leaves. What a tile is: ``consent.tegels``."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, insert, select

from consent import tegels
from consent.blad import blad
from consent.merkle import SIZE, leaf_hash
from consent.tegels import Lees, Plaats
from hub.readmodel.tables import bladen, boom
from hub.readmodel.tables import tegels as table

REBUILD_LEAVES = 20_000
"""Leaves hashed at a time when tiles are built anew."""


def reader(connection: Connection) -> Lees:
    """Reads tiles within a transaction, each one once."""
    seen: dict[Plaats, bytes] = {}

    def read(niveau: int, plaats: int) -> bytes:
        if (niveau, plaats) not in seen:
            query = select(table.c.hashes).where(table.c.niveau == niveau, table.c.plaats == plaats)
            seen[niveau, plaats] = connection.scalar(query) or b""
        return seen[niveau, plaats]

    return read


def leaf(connection: Connection, number: int) -> bytes:
    """The hash of one leaf."""
    place, within = divmod(number, tegels.BREEDTE)
    return reader(connection)(0, place)[SIZE * within : SIZE * (within + 1)]


def put(connection: Connection, changed: Mapping[Plaats, bytes]) -> None:
    """Write tiles in the place of what they were."""
    for niveau, plaats in changed:
        connection.execute(delete(table).where(table.c.niveau == niveau, table.c.plaats == plaats))
    rows = [{"niveau": niveau, "plaats": plaats, "hashes": hashes} for (niveau, plaats), hashes in changed.items()]
    if rows:
        connection.execute(insert(table), rows)


def complete(connection: Connection) -> None:
    """Build the tiles from the leaves where there are none: of a log that was kept without, or whose tiles were
    dropped."""
    size = connection.scalar(select(boom.c.omvang)) or 0
    if not size or connection.scalar(select(func.count()).select_from(table)):
        return
    for first in range(0, size, REBUILD_LEAVES):
        query = select(bladen.c.record, bladen.c.zout).where(
            bladen.c.nummer >= first, bladen.c.nummer < min(first + REBUILD_LEAVES, size)
        )
        rows = connection.execute(query.order_by(bladen.c.nummer))
        hashes = [leaf_hash(blad(row.record, row.zout)) for row in rows]
        put(connection, tegels.voeg_toe(reader(connection), first, hashes))
