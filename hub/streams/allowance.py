# SPDX-License-Identifier: EUPL-1.2
"""How much of the dead letters one sender may fill in a day, so that a flood of them costs nobody else anything.

Counted per sender where the record is authentic, and together for all whom nobody knows. Beyond it a turn puts aside one
letter for all of a sender's records in it: how many they were and where they stand. They stay in the inbox itself until its
retention is over (14 days), so that nothing is lost that somebody may still want to see. Pure; a day is the log's.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.broker.topics import MIB

STRANGERS = ""
"""Those whose records nobody known has signed: one allowance for them all."""
SENDER_BYTES = 4 * MIB
STRANGERS_BYTES = 32 * MIB
"""A day and partition. At the most 1.1 GB of strangers' letters in the 30 days that they are kept."""
COUNTED, DAY = "dode-brieven", "dode-brieven-dag"


class Allowance:
    """What is left of a partition's day; it lives in the row `stand` and so in the turn's own transaction."""

    def __init__(self, stand: dict[str, Any], day: date) -> None:
        if stand.get(DAY) != day.isoformat():
            stand[DAY], stand[COUNTED] = day.isoformat(), {}
        self._counted: dict[str, int] = stand[COUNTED]

    def takes(self, sender: str, size: int) -> bool:
        """Whether one more letter of this size may be kept whole; counts it."""
        used = self._counted.get(sender, 0) + size
        if used > (SENDER_BYTES if sender else STRANGERS_BYTES):
            return False
        self._counted[sender] = used
        return True


def size_of(record: Any) -> int:
    """The bytes of key, headers and value."""
    headers = sum(len(name) + len(content or b"") for name, content in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers
