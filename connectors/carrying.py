# SPDX-License-Identifier: EUPL-1.2
"""One's deliveries to a place that remembers how far it got: what `inbox` and `bridge` have in common.

Not here: the places themselves. A place keeps the deliveries and the position together, so that neither can be there
without the other; the hub's own memory of what we confirmed (`Delivery.done`) is not used, for two memories would differ
after a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from connectors.delivery import Delivery
from connectors.way import AnotherReader, PositionLost, Way

__all__ = ["AnotherReader", "Place", "PositionLost", "carry"]

BATCH = 200


class Place(Protocol):
    """Where deliveries go. Its methods raise what the place raises; then nothing of the batch counts."""

    async def position(self) -> int | None:
        """The position to read next; None when nothing was read yet."""

    async def take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        """Keep all of them and move the position from `was`. Raises AnotherReader if it is elsewhere by now."""


async def carry(way: Way, place: Place, *, until_quiet: float | None = None, batch: int = BATCH) -> int:
    """Carry deliveries in order; returns how many, once nothing came for `until_quiet` seconds.

    1. Ask the place for the position.
    2. Read a batch from there.
    3. Give it to the place, which keeps it together with the new position.

    Raises AnotherReader, and what `Way.after` raises.
    """
    position = await place.position()
    count = 0
    async for deliveries, becomes in way.after(position, until_quiet=until_quiet, most=batch):
        await place.take(deliveries, position, becomes)
        position = becomes
        count += len(deliveries)
    return count
