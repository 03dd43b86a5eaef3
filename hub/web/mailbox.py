# SPDX-License-Identifier: EUPL-1.2
"""What the hub holds for a partner, as it may be handed over now. Pull, webhooks and server-sent events all read here.

Kafka is the mailbox: a place in it is the offset in `hub.out.<oin>`, and nothing is copied. Every reading decides
again, on all that the log has shown until then (``overdracht``), so keep nothing that was read for a later attempt:
read it again with `at`. What may not be handed over any more is an `Ingehouden` in its place, and on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consent.kader import Reden
from schemas.cloudevents import CloudEvent, Header

__all__ = ["BEGIN", "Brief", "HubBehind", "Ingehouden", "Item", "Mailbox", "NotKept"]

BEGIN = -1
"""Before the first place: `read(oin, after=BEGIN)` begins with the oldest that is kept."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One letter: sealed to the partner, signed by the hub. A receipt is one too."""

    positie: int
    event: CloudEvent
    headers: Sequence[Header]
    """As they stand on the record: the attributes, `sleutelid` and `handtekening`."""
    op: datetime
    """When the broker took it (UTC, the clock on the wall also where time is simulated)."""

    @property
    def id(self) -> str:
        return self.event.id


@dataclass(frozen=True, slots=True)
class Ingehouden:
    """A letter that is not handed over any more; the partner learns its id and why, nothing else."""

    positie: int
    id: str
    reden: Reden


Item = Brief | Ingehouden


class HubBehind(Exception):
    """What the log has shown could not be read in time, so nothing is handed over: ask again in a moment."""


class NotKept(Exception):
    """Nothing is kept at this place, or for this organisation: it expired, or it never was."""


class Mailbox(Protocol):
    """One for all partners of a hub; hundreds may read at the same time."""

    async def read(self, oin: str, after: int = BEGIN, most: int = 100, wait: float = 0.0) -> list[Item]:
        """What comes after a place, oldest first, at most `most`; waits up to `wait` seconds for the first.

        Empty when there is nothing. Begins with the oldest that is kept where `after` lies before it. Raises HubBehind.
        """

    async def at(self, oin: str, position: int) -> Item:
        """What stands at a place, decided anew: for another attempt. Raises NotKept, HubBehind."""

    async def kept(self, oin: str) -> tuple[int, int]:
        """The first place that is kept, and the one behind the last; equal when nothing is."""
