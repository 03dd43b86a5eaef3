# SPDX-License-Identifier: EUPL-1.2
"""What of one subscription is under way: one delivery a person at a time, a bounded number in all. Pure.

Positions come in as they were read, in order. `gereed` hands out the first of every person of whom nothing else is
being handed over. The position that counts (`vanaf`) is the lowest that is not settled: a process that dies begins
there again, so nothing is lost, and what lies above it and was settled comes again under the same id.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Venster(Generic[T]):
    """The deliveries between the position that counts and the one to read next."""

    volgende: int
    """The position to read next."""
    bytes: int = 0
    _open: dict[int, tuple[str, T, int]] = field(default_factory=dict)
    _rijen: OrderedDict[str, deque[int]] = field(default_factory=OrderedDict)
    _bezig: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._open)

    @property
    def vanaf(self) -> int:
        """All before this position is settled."""
        return min(self._open, default=self.volgende)

    def neem(self, positie: int, rij: str, wat: T, omvang: int) -> None:
        """Take in what was read at `positie`; `rij` names the person, `omvang` is in bytes."""
        if positie < self.volgende:
            raise ValueError(f"Position {positie} was read before {self.volgende}.")
        self.volgende = positie + 1
        self._open[positie] = (rij, wat, omvang)
        self._rijen.setdefault(rij, deque()).append(positie)
        self.bytes += omvang

    def gelezen(self, volgende: int) -> None:
        """All before `volgende` has been read, and what was not taken in needs nothing."""
        self.volgende = max(self.volgende, volgende)

    def gereed(self) -> Iterator[tuple[int, str, T]]:
        """The first delivery of every person of whom none is being handed over; who was served goes to the back."""
        for rij in list(self._rijen):
            if rij not in self._bezig:
                positie = self._rijen[rij][0]
                yield positie, rij, self._open[positie][1]

    def begin(self, positie: int) -> None:
        self._bezig.add(self._open[positie][0])

    def klaar(self, positie: int) -> None:
        """Settled: handed over, withheld, or written down elsewhere."""
        rij, _, omvang = self._open.pop(positie)
        self._bezig.discard(rij)
        self.bytes -= omvang
        posities = self._rijen[rij]
        posities.remove(positie)
        if posities:
            self._rijen.move_to_end(rij)
        else:
            del self._rijen[rij]

    def van(self, rij: str) -> list[tuple[int, T]]:
        """All of one person that is not settled, in order."""
        return [(positie, self._open[positie][1]) for positie in self._rijen.get(rij, ())]
