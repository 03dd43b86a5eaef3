# SPDX-License-Identifier: EUPL-1.2
"""Saying what DUO told: a fact that is new, one that is known, one that is otherwise than we said. Pure.

A service tells how things are, not what changed. So what it answers is held against what we said before: what is new
becomes an event, what is the same becomes nothing, and what is otherwise becomes a `correctie` of that event, which the
hub brings to everyone who got it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.client import Event
from connectors.duo.gebeurtenissen import Gebeurtenis
from connectors.duo.koppelvlak import Dienst
from schemas import catalogue
from schemas.corrections import correctie_of, difference, patched

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Onvolledig(Exception):
    """What DUO answered lacks something that the event cannot do without: somebody has to look."""


@dataclass(frozen=True, slots=True)
class Bericht:
    """A notice, about whom, and what the services that it points at answered (plain JSON; None: nothing known)."""

    gebeurtenis: Gebeurtenis
    gemeente: str
    registratie: datetime
    sleutel: tuple[str, str, str]
    """Person, gebeurtenisId and time of registration as DUO wrote it: what ids are made of."""
    persoon: Mapping[str, Any]
    antwoorden: Mapping[str, Any]

    @property
    def dag(self) -> date:
        """The Dutch day of the registration."""
        return self.registratie.astimezone(AMSTERDAM).date()


@dataclass(slots=True)
class Uitspraken:
    """Collects what is to be said about one notice. `feiten`: what we said last of each fact; changed in place."""

    bericht: Bericht
    feiten: dict[str, dict[str, Any]]
    maak_id: Callable[..., str]
    """From an event type and a key to an id (`kluis.gebeurtenis_id`)."""
    woonde_in: str | None = None
    """The gemeente that was responsible before this notice."""
    events: list[Event] = field(default_factory=list)

    def zeg(
        self,
        feit: str,
        gebeurtenis: str,
        data: Mapping[str, Any],
        gebeurd: date | None = None,
        sleutel: tuple[str, ...] | None = None,
    ) -> None:
        """Say a fact: new, corrected, or known already."""
        inhoud = {naam: _json(waarde) for naam, waarde in data.items() if waarde is not None}
        gezegd = self.feiten.get(feit)
        if gezegd is not None:
            self._corrigeer(feit, gezegd, inhoud)
            return
        id_ = self.maak_id(gebeurtenis, *(sleutel or self.bericht.sleutel))
        self.zeg_los(gebeurtenis, inhoud, gebeurd or self.bericht.dag, id_)
        self.feiten[feit] = {"id": id_, "gebeurtenis": gebeurtenis, "data": inhoud}

    def _corrigeer(self, feit: str, gezegd: dict[str, Any], inhoud: dict[str, Any]) -> None:
        # How DUO called the notice is no fact about the person. What DUO leaves out now, it says no more.
        velden = catalogue.gebeurtenistype(gezegd["gebeurtenis"]).velden
        anders = {
            naam: waarde
            for naam, waarde in difference(gezegd["data"], inhoud).items()
            if naam != "gebeurtenisId" and (waarde is not None or not velden[naam].verplicht)
        }
        if not anders:
            return
        wijziging = {"betreft": gezegd["id"], "gebeurtenis": gezegd["gebeurtenis"], **correctie_of(anders)}
        self.zeg_los("correctie", wijziging, self.bericht.dag, self.maak_id("correctie", feit, *self.bericht.sleutel))
        self.feiten[feit] = {**gezegd, "data": patched(gezegd["data"], anders)}

    def trek_in(self, feit: str) -> None:
        """What we said of this fact never was so."""
        gezegd = self.feiten.pop(feit, None)
        if gezegd is not None:
            data = {"betreft": gezegd["id"], "gebeurtenis": gezegd["gebeurtenis"], "reden": "foutieve-invoer"}
            self.zeg_los("intrekking", data, self.bericht.dag, self.maak_id("intrekking", feit, *self.bericht.sleutel))

    def zeg_los(self, gebeurtenis: str, data: Mapping[str, Any], gebeurd: date, id_: str) -> None:
        """Say something that is no fact to come back to."""
        data = {naam: _json(waarde) for naam, waarde in data.items()}
        self.events.append(Event(gebeurtenis, self.bericht.persoon, data, gebeurd, id_))

    def antwoord(self, dienst: Dienst) -> Any:
        """What the service answered; None: nothing known, or not asked."""
        return self.bericht.antwoorden.get(dienst.name)

    @property
    def wie(self) -> tuple[str]:
        """The person, as ids are made of it."""
        return (self.bericht.sleutel[0],)


def _json(waarde: Any) -> Any:
    return waarde.isoformat() if isinstance(waarde, date) else waarde
