# SPDX-License-Identifier: EUPL-1.2
"""The proof that one record is in the log: its bytes, the path to the root, and the signed checkpoint of that root."""

from __future__ import annotations

import base64
from typing import Any

from sqlalchemy import Engine

from consent.merkle import inclusion_proof, leaf_hash
from hub.readmodel import questions


class NoSuchLeaf(Exception):
    """The log has no record of that number."""


def prove(engine: Engine, number: int) -> dict[str, Any]:
    """Everything that a verifier needs besides the log's public key."""
    size, note = questions.checkpoint(engine)
    if not 0 <= number < size:
        raise NoSuchLeaf(f"The log holds records 0 to {size - 1}: {number} is not among them.")
    hashes, record = [], b""
    for index, leaf in questions.leaves(engine):
        if index >= size:
            break
        hashes.append(leaf_hash(leaf))
        record = leaf if index == number else record
    path = inclusion_proof(hashes, number)
    return {
        "nummer": number,
        "omvang": size,
        "record": record.decode(),
        "pad": [base64.b64encode(one).decode() for one in path],
        "checkpoint": note,
    }
