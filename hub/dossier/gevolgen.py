# SPDX-License-Identifier: EUPL-1.2
"""What goes into one step of a dossier and what comes out: log record, bundles, deliveries, decisions. Only data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from consent.admission import Weigering
from consent.decide import Besluit
from consent.kader import Partij
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from schemas.vocabulary import Categorie

from .feiten.facts import Feit
from .regels.rules import Regels


class Soort(StrEnum):
    """What kind of message a delivery is."""

    GEBEURTENIS = "gebeurtenis"
    SIGNAAL = "signaal"
    ONTVANGSTBEWIJS = "ontvangstbewijs"


@dataclass(frozen=True, slots=True)
class Gebeurtenis:
    """A log record, unsealed. `id` tells it apart from the sender's others; `betreft` in the data uses the same ids.

    `eigen_id`: the CloudEvents id that the sender gave it, where the log renamed it: a receipt names that one.
    `persoon` is for whoever seals the deliveries; nothing here reads it.
    """

    id: str
    gebeurtenis: str
    bron: Partij
    data: dict[str, Any]
    gebeurd: date
    vastgelegd: datetime
    positie: int
    persoon: dict[str, str] = field(default_factory=dict)
    via: str | None = None
    eigen_id: str | None = None


@dataclass(frozen=True, slots=True)
class Bundels:
    """Policy, rules and participants as the log last activated them."""

    beleid: Beleid
    regels: Regels
    deelnemers: Deelnemersregister


@dataclass(frozen=True, slots=True)
class Levering:
    """One message to one party. `id` is the same in every replay, so the recipient can tell a repetition."""

    ontvanger: Partij
    gebeurtenis: str
    soort: Soort
    id: str
    data: dict[str, Any]
    persoon: frozenset[Categorie]
    bron: str
    gebeurd: date
    vastgelegd: datetime


@dataclass(frozen=True, slots=True)
class Hubbesluit:
    """A decision about something that no record of now says: a signal, an expiry, an earlier fact that was asked for."""

    id: str
    gebeurtenis: str
    besluit: Besluit
    betreft: str | None = None
    """Id of what it is about, such as the toestemming that expired, or the request that is answered."""
    bron: str | None = None
    """Who said it, as ``oin#rol``, where that was not the hub: of an earlier fact."""


_GEEN: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Gevolgen:
    """All that follows from one record or tick, besides the rows that changed."""

    leveringen: list[Levering]
    besluiten: tuple[Besluit, ...] = ()
    """About the record itself, for every candidate."""
    agenda: date | None = None
    weigering: Weigering | None = None
    hubbesluiten: tuple[Hubbesluit, ...] = ()
    nieuw: bool = True
    """False when this event had been folded before."""
    feit: Feit | None = None
    """The fact as it was filed, references in the dossier's own terms; None when nothing was filed."""
    gesloten: Mapping[str, str] = field(default_factory=lambda: _GEEN)
    """Id of each toestemming that closed here without a word of its own -> how: replaced, or invalid."""

    @property
    def telt(self) -> bool:
        """Whether there is anything to put on record."""
        return bool(self.leveringen or self.besluiten or self.hubbesluiten or self.weigering or self.gesloten)
