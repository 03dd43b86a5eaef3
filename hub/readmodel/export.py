# SPDX-License-Identifier: EUPL-1.2
"""The audit log as a file, and the check of it that needs nothing but the log's public key.

Lines of JSON: first what it is, with key and newest checkpoint, and the hand-overs where the log had other keys before;
then one record a line in the tree's order: its number,
its exact bytes and its leaf's salt (base64), the leaf's hash, and the checkpoint that was signed when it was the last.
A byte flipped, a record dropped, added, moved or cut off shows, and where: at the line itself, or for who mended the
lines around it, between the last signed checkpoint that fits and the first that does not. Who kept checkpoints of this
log (a witness) sees by them whether it shrank or forked, and from where on. Who trusts an older key of the log checks
with that one: it vouches for those that came after it (``consent.logsleutels``).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Engine, select

from consent import checkpoint
from consent.blad import blad
from consent.checkpoint import Checkpoint
from consent.logsleutels import Sleutels
from consent.merkle import SIZE, Tree, leaf_hash
from consent.tegels import BREEDTE
from hub.readmodel import questions, tiles
from hub.readmodel.tables import bladen, koppen
from hub.vault.tables import reading

FORMAT = "nl.inburgering/audit-export/2"


class BrokenExport(Exception):
    """The export does not fit its checkpoints, or is none."""


class Verified(NamedTuple):
    """What an export was found to be."""

    size: int
    root: bytes
    checkpoints: int = 0
    """Signed checkpoints that it fits, the newest one included."""
    seen: int = 0
    """Checkpoints kept by others that it fits."""


def export(engine: Engine, public: Ed25519PublicKey, path: Path, handovers: Sequence[str] = ()) -> int:
    """Write the log to `path`; returns the number of records. `public`: the key in force, after these hand-overs."""
    size, note = questions.checkpoint(engine)
    if note is None:
        raise BrokenExport("The audit log has no records yet: start the workers with `hub up`.")
    count = 0
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(_head(public, note, handovers))
        for number, record, zout, hash_, signed in _rows(engine, size):
            file.write(_line(number, record, zout, hash_, signed if number + 1 < size else None))
            count += 1
    draft.replace(path)
    return count


def _rows(engine: Engine, size: int) -> Iterator[tuple[int, bytes, bytes, bytes, str | None]]:
    """Number, record, salt, leaf hash, and the checkpoint that was signed when this was the last one.

    The hash is the one that the tree was made of, kept apart from the record: if somebody altered the record where it is
    kept, the check finds which.
    """
    joined = bladen.outerjoin(koppen, koppen.c.omvang == bladen.c.nummer + 1)
    query = select(bladen.c.nummer, bladen.c.record, bladen.c.zout, koppen.c.checkpoint).select_from(joined)
    tile = b""
    with reading(engine) as connection:
        rows = connection.execution_options(yield_per=2000).execute(
            query.where(bladen.c.nummer < size).order_by(bladen.c.nummer)
        )
        for row in rows:
            if row.nummer % BREEDTE == 0:
                tile = tiles.reader(connection)(0, row.nummer // BREEDTE)
            start = SIZE * (row.nummer % BREEDTE)
            yield row.nummer, row.record, row.zout, tile[start : start + SIZE], row.checkpoint


def verify(path: Path, public: bytes | None = None, seen: Sequence[bytes] = ()) -> Verified:
    """Check an export; `public` is the key to trust (32 bytes), else the file's own; `seen`: checkpoints of this log
    that somebody kept.

    Every line must be the very bytes that `export` writes: nothing in the file goes unchecked. Raises BrokenExport,
    which says at which line or between which records it is wrong.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BrokenExport(
            f"{path} cannot be read ({error.strerror}): name a file that `hub audit export` wrote."
        ) from error
    with file:
        return _Check(path.name, file.readline(), public, seen).run(file)


def kept(path: Path) -> list[bytes]:
    """The checkpoints in a file: one signed note, or the lines of JSON that `connect witness` keeps. Raises
    BrokenExport."""
    content = path.read_bytes()
    if not content:  # a witness that signed nothing yet
        return []
    if not content.startswith(b"{"):
        return [content]
    try:
        return [orjson.loads(line)["checkpoint"].encode() for line in content.splitlines() if line]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenExport(f"{path.name} holds no checkpoints: give a signed note, or a witness's file.") from error


class _Check:
    """One check of one file, line by line."""

    def __init__(self, name: str, first: bytes, public: bytes | None, seen: Sequence[bytes]) -> None:
        self._name, self._tree = name, Tree()
        self._stated, self._keys = _first(first, name, public)
        self._fits, self._checkpoints = 0, 1
        # a hand-over is a checkpoint too: what it says of the tree must be so
        self._handed_over = [Checkpoint(self._keys.origin, one.omvang, one.root) for one in self._keys.overdrachten]
        self._seen = sorted((self._of_others(note) for note in seen), key=lambda one: one.size)
        self._seen_fits = 0

    def run(self, lines: Iterable[bytes]) -> Verified:
        self._meet_handovers()
        self._meet_seen(0)
        for number, line in enumerate(lines):
            signed = self._take(number, line)
            if signed is not None:
                self._checkpoints += 1
                self._meet(self._own(signed, number))
            self._meet_handovers()
            self._meet_seen(number + 1)
        self._end()
        return Verified(self._tree.size, self._tree.root(), self._checkpoints, len(self._seen))

    def _take(self, number: int, line: bytes) -> str | None:
        """Add the record on a line (line 2 holds record 0); gives the checkpoint that was signed behind it."""
        where = f"Line {number + 2} of {self._name}"
        try:
            one = orjson.loads(line)
            found, signed = one["nummer"], one.get("checkpoint")
            record, zout = (base64.b64decode(one[part], validate=True) for part in ("record", "zout"))
            hash_ = leaf_hash(blad(record, zout))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise BrokenExport(f"{where} is no record: it was damaged, or cut off.") from error
        if found != number:
            raise BrokenExport(f"{where} holds record {found} where {number} should be: {_slip(found, number)}.")
        if one.get("blad") != _b64(hash_):
            raise BrokenExport(f"{where}: record {number} was altered, it does not give the hash beside it.")
        if line != _line(number, record, zout, hash_, signed):
            raise BrokenExport(f"{where} was altered: it is not written as an export is.")
        self._tree.append(hash_)
        return signed if signed is None else str(signed)

    def _own(self, note: str, number: int) -> Checkpoint:
        try:
            return self._keys.verify(note.encode(), alleen_eigen=True)
        except checkpoint.OngeldigCheckpoint as error:
            raise BrokenExport(
                f"Line {number + 2} of {self._name}: the checkpoint behind record {number} was altered ({error})"
            ) from error

    def _meet(self, signed: Checkpoint) -> None:
        """The records so far against a checkpoint that the log signed at this place."""
        if signed.size != self._tree.size:
            raise BrokenExport(
                f"Behind record {self._tree.size - 1} of {self._name} (line {self._tree.size + 1}) stands the checkpoint "
                f"of {signed.size} records: a record was added or dropped {self._between()}."
            )
        if signed.root != self._tree.root():
            raise BrokenExport(
                f"The records of {self._name} do not give the root that was signed at {signed.size} records: one was "
                f"altered, added, dropped or moved {self._between()}."
            )
        self._fits = signed.size

    def _meet_handovers(self) -> None:
        while self._handed_over and self._handed_over[0].size <= self._tree.size:
            self._meet(self._handed_over.pop(0))

    def _end(self) -> None:
        if self._tree.size < self._stated.size:
            raise BrokenExport(
                f"The checkpoint is of {self._stated.size} records, {self._name} ends after {self._tree.size}: records "
                f"{self._tree.size} to {self._stated.size - 1} were cut off or dropped."
            )
        if self._tree.size > self._stated.size:
            raise BrokenExport(
                f"The checkpoint is of {self._stated.size} records, {self._name} holds {self._tree.size}: what stands from "
                f"line {self._stated.size + 2} on was added, or as many were added earlier {self._between()}."
            )
        self._meet(self._stated)
        if self._seen_fits < len(self._seen):
            shorter = self._seen[self._seen_fits]
            raise BrokenExport(
                f"The log shrank: a checkpoint that you kept is of {shorter.size} records, {self._name} has "
                f"{self._tree.size}. Ask the hub where the others are; it signed both."
            )

    def _between(self) -> str:
        last = max(self._tree.size - 1, self._fits)
        return f"in records {self._fits} to {last} (lines {self._fits + 2} to {last + 2}); all before them is as signed"

    # checkpoints that others kept

    def _of_others(self, note: bytes) -> Checkpoint:
        try:
            return self._keys.verify(note)
        except checkpoint.OngeldigCheckpoint as error:
            raise BrokenExport(f"A checkpoint that you gave was not signed by this log's key: {error}") from error

    def _meet_seen(self, size: int) -> None:
        while self._seen_fits < len(self._seen) and self._seen[self._seen_fits].size == size:
            kept_one = self._seen[self._seen_fits]
            if kept_one.root != self._tree.root():
                since = self._seen[self._seen_fits - 1].size if self._seen_fits else 0
                raise BrokenExport(
                    f"The log forked: the hub signed two different logs of {size} records, yours and {self._name}. They "
                    f"part in records {since} to {max(size - 1, 0)}; what you kept of earlier ones fits."
                )
            self._seen_fits += 1


def _slip(found: Any, number: int) -> str:
    if not isinstance(found, int):
        return "the number was altered"
    return "records are missing here" if found > number else "a record was added or moved here"


def _first(line: bytes, name: str, public: bytes | None) -> tuple[Checkpoint, Sleutels]:
    try:
        head = orjson.loads(line)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(head["sleutel"], validate=True))
        note: str = head["checkpoint"]
        handovers = _notes(line)
        written = _head(key, note, handovers)
        if public is not None:
            key = Ed25519PublicKey.from_public_bytes(public)
        keys = Sleutels(checkpoint.parse(note.encode()).origin, key, handovers)
        stated = keys.verify(note.encode(), alleen_eigen=True)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BrokenExport(f"The first line of {name} is no checkpoint that this key signed: {error}") from error
    if line != written:
        raise BrokenExport(f"The first line of {name} was altered.")
    return stated, keys


def _notes(line: bytes) -> list[str]:
    return list(map(str, orjson.loads(line).get("overdrachten", ())))


def _head(public: Ed25519PublicKey, note: str, handovers: Sequence[str]) -> bytes:
    one = {"formaat": FORMAT, "sleutel": _b64(public.public_bytes_raw()), "checkpoint": note}
    return orjson.dumps({**one, "overdrachten": handovers} if handovers else one) + b"\n"


def _line(number: int, record: bytes, zout: bytes, hash_: bytes, signed: str | None) -> bytes:
    one = {"nummer": number, "record": _b64(record), "zout": _b64(zout), "blad": _b64(hash_)}
    return orjson.dumps(one if signed is None else {**one, "checkpoint": signed}) + b"\n"


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
