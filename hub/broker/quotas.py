# SPDX-License-Identifier: EUPL-1.2
"""How much of the broker one principal may take: bytes in and out, and its share of the broker's time.

Part of the structure that ``admin.apply`` brings to the broker and ``admin.drift`` compares. One limit holds for whoever
has none of its own, and so for every partner apart, for one that left, and for any certificate of the authority that no
register knows; the hub's own roles stand above it. A principal over its limit is answered later, not refused: a large
delivery takes longer, and nobody else's does. Not here: what a record may be (``topics``), and what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.broker.topics import MIB, Role

PRODUCED = "producer_byte_rate"
CONSUMED = "consumer_byte_rate"
BROKER_TIME = "request_percentage"

PARTNER_LIMITS: Mapping[str, float] = {
    # A gemeente that brings in 2,000 running cases sends some 60 MB, once; a large school half a MB a day. Kafka measures
    # over ten seconds, so a burst of 20 MiB passes unhindered.
    PRODUCED: 2.0 * MIB,
    # Reading a whole outbox again, after a loss: 90 days of a large gemeente are some hundreds of MB.
    CONSUMED: 8.0 * MIB,
    # Per cent of one thread's time, of the six that a small broker has: requests that carry little cost time all the same.
    BROKER_TIME: 50.0,
}
"""Of every principal that has no limits of its own."""

WITHOUT_LIMIT: Mapping[str, float] = {PRODUCED: 1e12, CONSUMED: 1e12, BROKER_TIME: 1e6}
"""Of the hub's roles: who carries everybody's traffic must not wait its turn among them."""


@dataclass(frozen=True, slots=True, order=True)
class Quota:
    """One limit; ``principal`` None: of each principal that has none of its own."""

    principal: str | None
    name: str
    limit: float

    def __str__(self) -> str:
        return f"{self.principal or 'who has no limit of its own'} may have {self.name}={self.limit:.0f}"


def quotas_for(roles: Mapping[Role, Iterable[str]]) -> frozenset[Quota]:
    """All limits; ``roles`` names the principals of the hub's own processes."""
    own = {Quota(principal, *one) for names in roles.values() for principal in names for one in WITHOUT_LIMIT.items()}
    return frozenset(own | {Quota(None, *one) for one in PARTNER_LIMITS.items()})
