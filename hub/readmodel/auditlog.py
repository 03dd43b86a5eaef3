# SPDX-License-Identifier: EUPL-1.2
"""The audit log: takes the records of `hub.audit` into one Merkle tree, in SQL, exactly once.

Leaves, projection, read position, tree and signed checkpoint change in one SQL transaction. Two workers cannot both
add: the transaction starts by looking where the partition stands, and a batch that does not begin there is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, insert, select, update

from consent import checkpoint
from consent.merkle import Tree, leaf_hash
from hub.readmodel.projection import Projection
from hub.readmodel.tables import bladen, boom, metadata, posities
from hub.vault.tables import engine_for, reading


def log_origin(oin: str) -> str:
    """What the checkpoints of a hub's log are about (the first line of a signed note)."""
    return f"nl.inburgering/{oin}"


class AlreadyTaken(Exception):
    """These records were added before, by another worker: this one must end."""


class AuditLog:
    def __init__(self, engine: Engine, key: Ed25519PrivateKey, origin: str) -> None:
        self._engine, self._key, self._origin = engine, key, origin
        metadata.create_all(engine)
        with engine.begin() as connection:
            if connection.execute(select(boom.c.id)).first() is None:
                connection.execute(insert(boom).values(id=1, omvang=0, stand=Tree().to_bytes()))

    @classmethod
    def open(cls, url: str, key: Ed25519PrivateKey, origin: str) -> AuditLog:
        return cls(engine_for(url), key, origin)

    def position(self, partition: int) -> int:
        """The next offset of a partition of `hub.audit` to read."""
        with reading(self._engine) as connection:
            return _position(connection, partition)

    def append(self, partition: int, records: Sequence[bytes], first: int, following: int) -> None:
        """Add the records of one turn, which stand at `first` up to before `following`. Raises AlreadyTaken."""
        with self._engine.begin() as connection:
            # the tree's one row first, locked: two workers add one after the other, and each sees the other's position
            row = connection.execute(select(boom).with_for_update()).one()
            stand = _position(connection, partition)
            if first < stand:
                raise AlreadyTaken(
                    f"Partition {partition} of the audit log stands at {stand}, this turn starts at {first}."
                )
            tree = Tree.from_bytes(row.stand)
            leaves, projection = [], Projection(connection, partition)
            if not stand:
                _set_position(connection, partition, stand)  # the row that a tick among the records writes to
            for record in records:
                leaves.append({"nummer": tree.size, "record": record})
                projection.take(tree.size, orjson.loads(record))
                tree.append(leaf_hash(record))
            connection.execute(insert(bladen), leaves)
            projection.write()
            note = checkpoint.sign(self._origin, tree.size, tree.root(), self._key)
            connection.execute(update(boom).values(omvang=tree.size, stand=tree.to_bytes(), checkpoint=note.decode()))
            _set_position(connection, partition, following)


def _position(connection: Connection, partition: int) -> int:
    return connection.scalar(select(posities.c.volgende).where(posities.c.partitie == partition)) or 0


def _set_position(connection: Connection, partition: int, following: int) -> None:
    changed = connection.execute(update(posities).where(posities.c.partitie == partition).values(volgende=following))
    if not changed.rowcount:
        connection.execute(insert(posities).values(partitie=partition, volgende=following))
