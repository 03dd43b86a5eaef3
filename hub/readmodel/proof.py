# SPDX-License-Identifier: EUPL-1.2
"""Proofs from the audit log: that one record is in it, and that it only grew. A few rows are read, whatever its size.

Who asks as a party is shown what the record says of its own report or of what it got; of the rest it sees hashes
(``consent.blad``). Of a record that it is no party to it gets nothing.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, or_, select

from consent import checkpoint, tegels
from consent.blad import blad, delen, voor_partij
from consent.merkle import OngeldigeBoom
from hub.readmodel import tiles
from hub.readmodel.privacy import parties
from hub.readmodel.tables import bladen, boom, koppen, uitkomsten
from hub.vault.tables import reading


class NoSuchLeaf(Exception):
    """The log has no record of that number, or none that this party is party to."""


_NOT_YOURS = "No record {number} tells of a report or a delivery of {party}: a party gets proofs of its own."


@dataclass(frozen=True, slots=True)
class Growth:
    """The newest checkpoint, and the proof that the tree of ``vanaf`` leaves is its beginning."""

    checkpoint: str
    vanaf: int
    bewijs: tuple[bytes, ...]

    def request(self) -> bytes:
        """As a witness is asked to sign it (C2SP tlog-witness)."""
        lines = [f"old {self.vanaf}", *map(_b64, self.bewijs), "", self.checkpoint]
        return "\n".join(lines).encode()


def prove(engine: Engine, number: int, party: str | None = None) -> dict[str, Any]:
    """Everything that a verifier needs besides the log's public key: the leaf (``record``, whose bytes are hashed), what
    is shown of what it commits to (``onthuld``), the path to the root and the signed checkpoint.

    ``party``: an OIN. Raises NoSuchLeaf where there is no such record, or none that the party sent or got something
    by; a party is not told which of the two.
    """
    with reading(engine) as connection:
        size, note = _head(connection)
        if not 0 <= number < size:
            raise NoSuchLeaf(
                f"The log holds records 0 to {size - 1}: {number} is not among them."
                if party is None
                else _NOT_YOURS.format(number=number, party=party)
            )
        row = connection.execute(select(bladen).where(bladen.c.nummer == number)).one()
        shown = voor_partij(row.record, row.zout, party) if party else tuple(delen(row.record, row.zout).values())
        if not shown:
            raise NoSuchLeaf(_NOT_YOURS.format(number=number, party=party))
        path = tegels.lidmaatschap(tiles.reader(connection), number, size)
    return {
        "nummer": number,
        "omvang": size,
        "record": blad(row.record, row.zout).decode(),
        "onthuld": [{"naam": one.naam, "zout": _b64(one.zout), "waarde": one.waarde} for one in shown],
        "pad": [_b64(one) for one in path],
        "checkpoint": note,
    }


def number_of(engine: Engine, name: str, party: str) -> int:
    """The record of a delivery to a party, or of its own report, by the id under which it knows that; raises
    NoSuchLeaf."""
    columns = uitkomsten.c
    own = columns.aan.in_(parties(party)) & or_(columns.levering == name, columns.gebeurtenis == name)
    theirs = columns.bron.in_(parties(party)) & (columns.gebeurtenis == name)
    with reading(engine) as connection:
        number = connection.scalar(select(columns.nummer).where(or_(own, theirs)).order_by(columns.nummer).limit(1))
    if number is None:
        raise NoSuchLeaf(f"No record tells of {name} to or from {party}: copy the id from a delivery or a receipt.")
    return int(number)


def leaf_hash_of(engine: Engine, number: int) -> bytes:
    """The hash of one leaf; raises NoSuchLeaf."""
    with reading(engine) as connection:
        if not (found := tiles.leaf(connection, number)):
            raise NoSuchLeaf(f"The log has no record {number} yet.")
    return found


def growth(engine: Engine, old: int) -> Growth:
    """That the log only grew since it had ``old`` leaves; raises NoSuchLeaf where it never had as many."""
    with reading(engine) as connection:
        size, note = _head(connection)
        try:
            path = tegels.voortzetting(tiles.reader(connection), old, size)
        except OngeldigeBoom as error:
            raise NoSuchLeaf(f"The log has {size} records: it cannot prove that it grew from {old}.") from error
    return Growth(note, old, tuple(path))


def checkpoint_at(engine: Engine, size: int) -> str | None:
    """The checkpoint that was signed at this size, if one was."""
    with reading(engine) as connection:
        return connection.scalar(select(koppen.c.checkpoint).where(koppen.c.omvang == size))


def _head(connection: Connection) -> tuple[int, str]:
    row = connection.execute(select(boom)).one()
    if row.checkpoint is None:
        raise NoSuchLeaf("The audit log has no records yet: start the workers with `hub up`.")
    return checkpoint.parse(row.checkpoint.encode()).size, row.checkpoint


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
