# SPDX-License-Identifier: EUPL-1.2
"""The audit log: takes the records of `hub.audit` into one Merkle tree, in SQL, exactly once.

Leaves, projection, read position, tree, its tiles and signed checkpoint change in one SQL transaction. Two workers cannot both
add: the transaction starts by looking where the partition stands, and a batch that does not begin there is refused.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from functools import partial

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, Engine, insert, select, update

from consent import checkpoint, tegels
from consent.blad import ZOUT, blad
from consent.merkle import Tree, leaf_hash
from hub.logkeys import LogKeys, Signing
from hub.readmodel import tiles
from hub.readmodel.projection import Projection
from hub.readmodel.tables import bladen, boom, koppen, metadata, posities
from hub.vault.tables import engine_for, reading


def log_origin(oin: str) -> str:
    """What the checkpoints of a hub's log are about (the first line of a signed note)."""
    return f"nl.inburgering/{oin}"


class AlreadyTaken(Exception):
    """These records were added before, by another worker: this one must end."""


class AuditLog:
    def __init__(self, engine: Engine, keys: Ed25519PrivateKey | LogKeys, origin: str) -> None:
        self._engine, self._origin = engine, origin
        self._signing = keys.now if isinstance(keys, LogKeys) else partial(Signing.by, keys)
        metadata.create_all(engine)
        with engine.begin() as connection:
            if connection.execute(select(boom.c.id)).first() is None:
                connection.execute(insert(boom).values(id=1, omvang=0, stand=Tree().to_bytes()))
            tiles.complete(connection)

    @classmethod
    def open(cls, url: str, keys: Ed25519PrivateKey | LogKeys, origin: str) -> AuditLog:
        return cls(engine_for(url), keys, origin)

    def rotate(self, hand_over: Callable[[int, bytes], Ed25519PublicKey]) -> Ed25519PublicKey:
        """Call `hand_over` with the tree's size and root while nobody can add to it."""
        with self._engine.begin() as connection:
            row = connection.execute(select(boom).with_for_update()).one()
            return hand_over(row.omvang, Tree.from_bytes(row.stand).root())

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
            signing = self._signing()  # only now: whoever changes the keys holds the same lock
            tree = Tree.from_bytes(row.stand)
            leaves, hashes, projection = [], [], Projection(connection, partition)
            if not stand:
                _set_position(connection, partition, stand)  # the row that a tick among the records writes to
            for record in records:
                zout = hmac.digest(signing.salt_secret(tree.size), record, "sha256")[:ZOUT]
                leaves.append({"nummer": tree.size, "record": record, "zout": zout})
                projection.take(tree.size, orjson.loads(record))
                hashes.append(leaf_hash(blad(record, zout)))
                tree.append(hashes[-1])
            connection.execute(insert(bladen), leaves)
            tiles.put(connection, tegels.voeg_toe(tiles.reader(connection), row.omvang, hashes))
            projection.write()
            note = checkpoint.sign(self._origin, tree.size, tree.root(), *signing.keys)
            connection.execute(insert(koppen).values(omvang=tree.size, checkpoint=note.decode()))
            connection.execute(update(boom).values(omvang=tree.size, stand=tree.to_bytes(), checkpoint=note.decode()))
            _set_position(connection, partition, following)


def _position(connection: Connection, partition: int) -> int:
    return connection.scalar(select(posities.c.volgende).where(posities.c.partitie == partition)) or 0


def _set_position(connection: Connection, partition: int, following: int) -> None:
    changed = connection.execute(update(posities).where(posities.c.partitie == partition).values(volgende=following))
    if not changed.rowcount:
        connection.execute(insert(posities).values(partitie=partition, volgende=following))
