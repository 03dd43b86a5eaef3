# SPDX-License-Identifier: EUPL-1.2
"""How much one organisation may ask: a bucket that fills at a rate and holds a few seconds' worth. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

HOLDS_SECONDS = 4.0
"""A burst of so many seconds' worth may come at once: 250 registrations in one delivery are no abuse."""
_MOST_KEYS = 10_000
_NOISE = 1e-6
"""Less than this is a rounding error of the clock."""


@dataclass(slots=True)
class _Bucket:
    content: float
    at: float


class Limits:
    """One bucket a key (an OIN, or an address that has not said who it is)."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._rate, self._clock = rate, clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, key: str, cost: float = 1.0) -> float:
        """Take from the bucket: 0.0, or how many seconds to wait before asking again (and nothing is taken).

        What costs more than a bucket holds passes when the bucket is full, and leaves a debt.
        """
        now, holds = self._clock(), self._rate * HOLDS_SECONDS
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= _MOST_KEYS:
                self._sweep(now, holds)
            bucket = self._buckets[key] = _Bucket(holds, now)
        bucket.content = min(holds, bucket.content + (now - bucket.at) * self._rate)
        bucket.at = now
        needed = min(cost, holds)
        if bucket.content < needed - _NOISE:
            return (needed - bucket.content) / self._rate
        bucket.content -= cost
        return 0.0

    def _sweep(self, now: float, holds: float) -> None:
        full = [key for key, one in self._buckets.items() if one.content + (now - one.at) * self._rate >= holds]
        for key in full:
            del self._buckets[key]
