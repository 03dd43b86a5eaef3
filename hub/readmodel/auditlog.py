# SPDX-License-Identifier: EUPL-1.2
"""The audit log: takes the records of `hub.audit` into one Merkle tree, in SQL, exactly once.

Leaves, projection, read position, tree, its tiles and signed checkpoint change in one SQL transaction. Two workers cannot both
add: the transaction starts by looking where the partition stands, and a batch that does not begin there is refused. A
database that was put back comes to the same tree again: ``volgorde``.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

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
from hub.readmodel.volgorde import Beurt, OrderLost, Volgorde
from hub.vault.tables import engine_for, reading

PATIENCE_SECONDS, PAUSE_SECONDS = 60.0, 0.05


def log_origin(oin: str) -> str:
    """What the checkpoints of a hub's log are about (the first line of a signed note)."""
    return f"nl.inburgering/{oin}"


class AlreadyTaken(Exception):
    """These records were added before, by another worker: this one must end."""


class AuditLog:
    """`order`: where it keeps in which order it took what it read (``volgorde``); a log without cannot be put back."""

    def __init__(
        self, engine: Engine, keys: Ed25519PrivateKey | LogKeys, origin: str, order: Path | None = None
    ) -> None:
        self._engine, self._origin = engine, origin
        self._order = Volgorde(order) if order else None
        self.patience = PATIENCE_SECONDS
        self._signing = keys.now if isinstance(keys, LogKeys) else partial(Signing.by, keys)
        metadata.create_all(engine)
        with engine.begin() as connection:
            if connection.execute(select(boom.c.id)).first() is None:
                connection.execute(insert(boom).values(id=1, omvang=0, stand=Tree().to_bytes()))
            tiles.complete(connection)

    @classmethod
    def open(cls, url: str, keys: Ed25519PrivateKey | LogKeys, origin: str, order: Path | None = None) -> AuditLog:
        return cls(engine_for(url), keys, origin, order)

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
        """Add the records of one turn, which stand at `first` up to before `following`. Raises AlreadyTaken.

        In a log that was put back it waits until the turns that came before this one have come again; raises OrderLost
        when they do not.
        """
        deadline = time.monotonic() + self.patience
        while records:
            taken, first = self._add(partition, records, first, following)
            records = records[taken:]
            if taken:
                deadline = time.monotonic() + self.patience
            elif time.monotonic() > deadline:
                raise OrderLost(
                    "The audit log was put back and waits for what another partition brought next before: is that "
                    f"partition read? If the log itself was put back too, so must {self._order.path.name} be."  # type: ignore[union-attr]
                )
            else:
                time.sleep(PAUSE_SECONDS)

    def _add(self, partition: int, records: Sequence[bytes], first: int, following: int) -> tuple[int, int]:
        """Add as many of the records as come next; how many that were, and where the next one stands."""
        with self._engine.begin() as connection:
            # the tree's one row first, locked: two workers add one after the other, and each sees the other's position
            row = connection.execute(select(boom).with_for_update()).one()
            stand = _position(connection, partition)
            if first < stand:
                raise AlreadyTaken(
                    f"Partition {partition} of the audit log stands at {stand}, this turn starts at {first}."
                )
            before = self._order.at(row.omvang) if self._order else None
            if before is not None and before.partitie != partition:
                return 0, first
            if before is not None and before.einde - row.omvang < len(records):
                records, following = records[: before.einde - row.omvang], before.volgende
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
            if self._order and before is None:
                self._order.add(Beurt(row.omvang, len(records), partition, following))
        return len(records), following


def _position(connection: Connection, partition: int) -> int:
    return connection.scalar(select(posities.c.volgende).where(posities.c.partitie == partition)) or 0


def _set_position(connection: Connection, partition: int, following: int) -> None:
    changed = connection.execute(update(posities).where(posities.c.partitie == partition).values(volgende=following))
    if not changed.rowcount:
        connection.execute(insert(posities).values(partitie=partition, volgende=following))
