# SPDX-License-Identifier: EUPL-1.2
"""What could be seen of a hub while a story played: deliveries, denials, signals, state. Not what should be seen.

Whoever plays a story (`scene` in memory, or a real hub) gives one `Gezien`. Parties are written as the story does
(`vwn#taalschool`), persons by the story's id; somebody who stands for n persons is seen as n.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from consent.kader import Reden
from hub.dossier.feiten.rows import Row


@dataclass(frozen=True, slots=True)
class Ontvangen:
    """A delivery, with the day on which it came; `stap` counts on, so that of two the later one is known."""

    op: date
    stap: int
    persoon: str | None
    aan: str
    gebeurtenis: str
    data: Mapping[str, Any]
    bron: str
    gebeurd: date
    met_bsn: bool
    dossier: int = 1
    """Which dossier of the person: after an erasure the next one begins."""


@dataclass(frozen=True, slots=True)
class Geweigerd:
    """A denial, with the day of the event."""

    op: date
    stap: int
    persoon: str
    aan: str
    gebeurtenis: str
    reden: Reden


@dataclass(frozen=True, slots=True)
class Gesloten:
    """A signal that ended, or went to another owner, with the day on which it did."""

    op: date
    persoon: str
    signaal: Row


class Gezien(Protocol):
    """All that expectations are held against."""

    @property
    def ontvangen(self) -> Sequence[Ontvangen]: ...

    @property
    def geweigerd(self) -> Sequence[Geweigerd]: ...

    @property
    def gesloten(self) -> Sequence[Gesloten]: ...

    def elk(self, persoon: str) -> Sequence[str]:
        """The persons for whom this one stands."""

    def signalen(self, persoon: str) -> Iterable[Row]:
        """The signals that are open on this person: regel, onderwerp, ernst, eigenaar, aan, uiterste_datum."""

    def waarde(self, persoon: str, pad: str, nu: datetime) -> object:
        """The state at a path; raises OnbekendPad."""

    def gewist(self, persoon: str) -> date | None:
        """The day on which the person's data were last erased."""


def eerste_of_elk(persoon: str, aantal: int) -> list[str]:
    """`P1`, and for somebody who stands for three also `P1~2` and `P1~3`."""
    return [persoon, *(f"{persoon}~{nummer}" for nummer in range(2, aantal + 1))]
