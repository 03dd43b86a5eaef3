# SPDX-License-Identifier: EUPL-1.2
"""What was seen while the story played: deliveries, denials, refusals, rejected lines. Not what should have been seen.

Whoever plays the story (the pure rehearsal, or the runner on a real broker) fills one `Waarneming`. Parties are written
as the story does (`veldhaven#gemeente`), persons by their id (`P03`), days are simulated ones in Amsterdam.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

AFGEGEVEN = "signaal-afgegeven"
VERVALLEN = "signaal-vervallen"
OPNIEUW = "opnieuw-afgegeven"
"""Ends an episode of a signal that is issued again with another severity or last day."""


@dataclass(frozen=True)
class Geleverd:
    """One delivery of an event or signal as its recipient got it (receipts are not deliveries)."""

    dag: date
    van: str
    aan: str
    gebeurtenis: str
    persoon: str
    data: Mapping[str, Any]
    identiteiten: frozenset[str]
    """Kinds of identity delivered with it: bsn, vnummer, pseudoniem."""
    gronden: tuple[str, ...]
    """The articles of the policy rows on which it was delivered."""


@dataclass(frozen=True)
class Geweigerd:
    """One recorded denial."""

    dag: date
    van: str
    aan: str
    gebeurtenis: str
    persoon: str
    reden: str


@dataclass(frozen=True)
class Aanlevering:
    """One receipt to a sender: accepted (`reden` None) or refused. A resend gets its first receipt again: one."""

    dag: date
    van: str
    gebeurtenis: str
    persoon: str
    reden: str | None = None


@dataclass(frozen=True)
class AfgekeurdeRij:
    """A line that the reader of a partner's file gave back."""

    dag: date
    organisatie: str
    bestand: str
    regel: int
    kolom: str


@dataclass(frozen=True)
class Signaal:
    """One episode of a signal: from the day of issue to the day on which it ended (None: still open at the end)."""

    persoon: str
    regel: str
    regelversie: str
    eigenaar: str
    ernst: str
    onderwerp: str | None
    van: date
    tot: date | None
    oorzaak: str | None
    verwacht: str = ""
    """The event that was awaited."""


@dataclass(frozen=True)
class Waarneming:
    geleverd: tuple[Geleverd, ...]
    geweigerd: tuple[Geweigerd, ...]
    aanleveringen: tuple[Aanlevering, ...]
    afgekeurd: tuple[AfgekeurdeRij, ...]
    organisaties: Mapping[str, str]
    """OIN -> id in the story."""

    @cached_property
    def signalen(self) -> tuple[Signaal, ...]:
        """The episodes of all signals, read off what their owners received."""
        return tuple(_episodes(self.geleverd, self.organisaties))


def _episodes(geleverd: tuple[Geleverd, ...], organisaties: Mapping[str, str]) -> Iterator[Signaal]:
    open_: dict[tuple[str, str], Geleverd] = {}
    for levering in geleverd:
        if levering.gebeurtenis not in (AFGEGEVEN, VERVALLEN):
            continue
        key = (levering.persoon, str(levering.data["signaal"]))
        earlier = open_.pop(key, None)
        if levering.gebeurtenis == AFGEGEVEN:
            if earlier is not None:
                yield _episode(earlier, organisaties, levering.dag, OPNIEUW)
            open_[key] = levering
        elif earlier is not None:
            yield _episode(earlier, organisaties, levering.dag, str(levering.data["oorzaak"]))
        else:
            # An end without a beginning is an error of the hub; it must show as an episode that nobody expects.
            yield _episode(levering, organisaties, levering.dag, "zonder-begin")
    for levering in open_.values():
        yield _episode(levering, organisaties, None, None)


def _episode(begin: Geleverd, organisaties: Mapping[str, str], tot: date | None, oorzaak: str | None) -> Signaal:
    data = begin.data
    onderwerp = data.get("onderwerp")
    return Signaal(
        persoon=begin.persoon,
        regel=str(data["regel"]),
        regelversie=str(data.get("regelversie")),
        eigenaar=str(data.get("eigenaar")),
        ernst=str(data.get("ernst")),
        onderwerp=organisaties.get(str(onderwerp), str(onderwerp)) if onderwerp is not None else None,
        van=begin.dag,
        tot=tot,
        oorzaak=oorzaak,
        verwacht=str(data.get("verwacht", "")),
    )
