# SPDX-License-Identifier: EUPL-1.2
"""The audit log as a file, and the check of it that needs nothing but the log's public key.

Lines of JSON: first what it is with key and signed checkpoint, then one record a line, in the tree's order, as base64
of its exact bytes. A byte flipped, a record dropped, added, moved or cut off at the end: the root differs from the
signed one.
"""

from __future__ import annotations

import base64
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Engine

from consent import checkpoint
from consent.merkle import Tree, leaf_hash
from hub.readmodel import questions

FORMAT = "nl.inburgering/audit-export/1"


class BrokenExport(Exception):
    """The export does not fit its checkpoint, or is none."""


def export(engine: Engine, public: Ed25519PublicKey, path: Path) -> int:
    """Write the log to `path`; returns the number of records."""
    size, note = questions.checkpoint(engine)
    if note is None:
        raise BrokenExport("The audit log has no records yet: start the workers with `hub up`.")
    count = 0
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(_head(public, note))
        for number, record in questions.leaves(engine):
            if number >= size:  # added since the checkpoint was read
                break
            file.write(_line(number, record))
            count += 1
    draft.replace(path)
    return count


def verify(path: Path, public: bytes | None = None) -> tuple[int, bytes]:
    """Check an export; `public` is the key to trust (32 bytes), else the file's own. Returns (records, root).

    Every line must be the very bytes that `export` writes: nothing in the file goes unchecked. Raises BrokenExport.
    """
    tree = Tree()
    try:
        file = path.open("rb")
    except OSError as error:
        raise BrokenExport(
            f"{path} cannot be read ({error.strerror}): name a file that `hub audit export` wrote."
        ) from error
    with file:
        stated = _checkpoint(file.readline(), path.name, public)
        for number, line in enumerate(file):
            tree.append(leaf_hash(_record(line, number, path.name)))
    if tree.size != stated.size:
        raise BrokenExport(f"The checkpoint is of {stated.size} records, {path.name} holds {tree.size}.")
    if tree.root() != stated.root:
        raise BrokenExport(
            f"The records of {path.name} do not give the signed root: one was altered, added, dropped or moved."
        )
    return tree.size, tree.root()


def _checkpoint(line: bytes, name: str, public: bytes | None) -> checkpoint.Checkpoint:
    try:
        head = orjson.loads(line)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(head["sleutel"], validate=True))
        note: str = head["checkpoint"]
        written = _head(key, note)
        if public is not None:
            key = Ed25519PublicKey.from_public_bytes(public)
        stated = checkpoint.verify(note.encode(), key, checkpoint.parse(note.encode()).origin)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BrokenExport(f"The first line of {name} is no checkpoint that this key signed: {error}") from error
    if line != written:
        raise BrokenExport(f"The first line of {name} was altered.")
    return stated


def _record(line: bytes, number: int, name: str) -> bytes:
    """The record on a line; line 2 holds record 0."""
    try:
        one = orjson.loads(line)
        found, record = one["nummer"], base64.b64decode(one["record"], validate=True)
    except (KeyError, ValueError, TypeError) as error:
        raise BrokenExport(f"Line {number + 2} of {name} is no record.") from error
    if found != number:
        raise BrokenExport(f"Line {number + 2} of {name} holds record {found} where {number} should be.")
    if line != _line(number, record):
        raise BrokenExport(f"Line {number + 2} of {name} was altered.")
    return record


def _head(public: Ed25519PublicKey, note: str) -> bytes:
    key = base64.b64encode(public.public_bytes_raw()).decode()
    return orjson.dumps({"formaat": FORMAT, "sleutel": key, "checkpoint": note}) + b"\n"


def _line(number: int, record: bytes) -> bytes:
    return orjson.dumps({"nummer": number, "record": base64.b64encode(record).decode()}) + b"\n"
