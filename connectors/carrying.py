# SPDX-License-Identifier: EUPL-1.2
"""One's deliveries to a place that remembers how far it got: what `inbox` and `bridge` have in common.

Not here: the places themselves. A place keeps the deliveries and the position together, so that neither can be there
without the other; the hub's own memory of what we confirmed (`Delivery.done`) is not used, for two memories would differ
after a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from connectors.client import Connector, Delivery

BATCH = 200


class PositionLost(Exception):
    """What we read last and what the hub still keeps do not join: something was deleted unread, or is numbered anew."""


class AnotherReader(Exception):
    """Another process moved the position meanwhile: one reader is enough, and this one stops."""


class Place(Protocol):
    """Where deliveries go. Its methods raise what the place raises; then nothing of the batch counts."""

    async def position(self) -> int | None:
        """The position to read next; None when nothing was read yet."""

    async def take(self, deliveries: Sequence[Delivery], was: int | None, becomes: int) -> None:
        """Keep all of them and move the position from `was`. Raises AnotherReader if it is elsewhere by now."""


async def carry(connector: Connector, place: Place, *, until_quiet: float | None = None, batch: int = BATCH) -> int:
    """Carry deliveries in order; returns how many, once nothing came for `until_quiet` seconds.

    1. Ask the place for the position, and see that the hub still keeps what follows it (raises PositionLost).
    2. Read a batch from there.
    3. Give it to the place, which keeps it together with the new position.

    Raises AnotherReader, `DeliveryRefused`, KafkaError.
    """
    position = await place.position()
    await _see_that_it_joins(connector, position)
    count = 0
    async for deliveries in connector.batches(until_quiet=until_quiet, start=position or 0, most=batch):
        if position is not None and deliveries[0].positie < position:
            raise _lost(connector.topic, position, deliveries[0].positie)
        becomes = deliveries[-1].positie + 1
        await place.take(deliveries, position, becomes)
        position = becomes
        count += len(deliveries)
    return count


async def _see_that_it_joins(connector: Connector, position: int | None) -> None:
    first, end = await connector.kept()
    # One further: where we stand may be the end marker of the last transaction, which is deleted as records are.
    if position is not None and not first - 1 <= position <= end:
        raise _lost(connector.topic, position, first)


def _lost(topic: str, position: int, first: int) -> PositionLost:
    return PositionLost(
        f"{topic} goes on at position {first} and we were at {position}: ask the hub's operator for what was missed,"
        " and then set the position by hand."
    )
