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
    head = {"formaat": FORMAT, "sleutel": base64.b64encode(public.public_bytes_raw()).decode(), "checkpoint": note}
    count = 0
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(orjson.dumps(head) + b"\n")
        for number, record in questions.leaves(engine):
            if number >= size:  # added since the checkpoint was read
                break
            file.write(orjson.dumps({"nummer": number, "record": base64.b64encode(record).decode()}) + b"\n")
            count += 1
    draft.replace(path)
    return count


def verify(path: Path, public: bytes | None = None) -> tuple[int, bytes]:
    """Check an export; `public` is the key to trust (32 bytes), else the file's own. Returns (records, root)."""
    tree = Tree()
    with path.open("rb") as file:
        try:
            head = orjson.loads(file.readline())
            key = Ed25519PublicKey.from_public_bytes(public or base64.b64decode(head["sleutel"]))
            note = head["checkpoint"].encode()
            stated = checkpoint.verify(note, key, checkpoint.parse(note).origin)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise BrokenExport(f"The first line of {path.name} is no signed checkpoint of this key: {error}") from error
        for number, line in enumerate(file):
            try:
                one = orjson.loads(line)
                record = base64.b64decode(one["record"], validate=True)
            except (KeyError, ValueError, TypeError) as error:
                raise BrokenExport(f"Line {number + 2} of {path.name} is no record.") from error
            if one["nummer"] != number:
                raise BrokenExport(
                    f"Line {number + 2} of {path.name} holds record {one['nummer']} where {number} should be."
                )
            tree.append(leaf_hash(record))
    if tree.size != stated.size:
        raise BrokenExport(f"The checkpoint is of {stated.size} records, {path.name} holds {tree.size}.")
    if tree.root() != stated.root:
        raise BrokenExport(
            f"The records of {path.name} do not give the signed root: one was altered, added, dropped or moved."
        )
    return tree.size, tree.root()
