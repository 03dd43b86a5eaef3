# SPDX-License-Identifier: EUPL-1.2
"""All that ``decide`` may know of a dossier: parties, relations, toestemmingen, requests. Not the dossier itself.

The kader is made by the fold (``hub.dossier.feiten.zaak.kader``) for one position in the log. Every period is half-open:
``van`` is the first day on which something holds, ``tot`` the first day on which it no longer does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum

from consent.toestemming import ToestemmingStand
from schemas.catalogue import Categorie, Rol

__all__ = [
    "Kader",
    "Partij",
    "Reden",
    "Relatie",
    "RelatieStand",
    "Toestemming",
    "ToestemmingStand",
    "Verzoek",
    "categorieen_uit",
]


class Reden(StrEnum):
    """Why a party does not get an event or a field (reason kinds of the story format)."""

    NO_RELATION = "no-relation"
    """The organisation never had anything to do with this person."""
    RELATION_ENDED = "relation-ended"
    """It had, in this role, and that is over."""
    WRONG_ROLE = "wrong-role"
    """It has, but in another role."""
    NO_GROUND = "no-ground"
    """No row of the policy lets this go to this role (any more): the purpose does not exist or is over."""
    NO_TOESTEMMING = "no-toestemming"
    """Only on toestemming, and none was given for this recipient and category."""
    TOESTEMMING_WITHDRAWN = "toestemming-withdrawn"
    """Only on toestemming, and the person withdrew it."""
    TOESTEMMING_EXPIRED = "toestemming-expired"
    """Only on toestemming, and its period is over (or a later one took its place)."""
    NOT_REQUESTED = "not-requested"
    """Only on request (desgevraagd), and no request for it stands."""
    NO_CONTRACT = "no-contract"
    """No agreement between these two: another gemeente's processor, or no participant at this date."""
    ERASED = "erased"
    """The person's data were erased (AVG 17)."""
    RESTRICTED = "restricted"
    """Processing is restricted: kept, not delivered (AVG 18)."""
    FORBIDDEN_CATEGORY = "forbidden-category"
    """The law closes this category to this role; no toestemming opens it."""


@dataclass(frozen=True, slots=True, order=True)
class Partij:
    """One organisation in one role; the unit that the policy addresses. ``str`` gives ``oin#rol``."""

    oin: str
    rol: Rol

    def __str__(self) -> str:
        return f"{self.oin}#{self.rol.value}"

    @classmethod
    def parse(cls, tekst: str) -> Partij:
        """From ``oin#rol``; raises ValueError when the role is missing or unknown."""
        oin, scheiding, rol = tekst.partition("#")
        if not oin or not scheiding or rol not in Rol._value2member_map_:
            raise ValueError(f"Schrijf een partij als oin#rol, met een van de rollen {', '.join(Rol)}.")
        return cls(oin, Rol(rol))


class RelatieStand(Enum):
    """How a party stands to the person at one position in the log."""

    ACTIEF = "actief"
    STAART = "staart"
    """Ended, within the tail that the law leaves (DUO answers the former gemeente)."""
    BEEINDIGD = "beeindigd"
    NOOIT = "nooit"


@dataclass(frozen=True, slots=True)
class Relatie:
    """Why this party has to do with this person, and for how long."""

    partij: Partij
    van: date
    tot: date | None = None
    begonnen_door: str | None = None
    """Id of the event that began it: that event is already covered."""
    beeindigd_door: str | None = None
    """Id of the event that ended it: that event is still covered."""
    namens: str | None = None
    """OIN of the gemeente on whose behalf (contract, verwerkersovereenkomst, mandate); None = nobody's or unknown."""
    staart_tot: date | None = None
    """End of the tail that the law gives after ``tot``; None = no tail, ``date.max`` = end not yet known."""
    voor: Partij | None = None
    """The party that is accountable for what this one does as its subcontractor; None = it answers for itself."""
    zelf_gemeld: bool = False
    """Only the provider itself says so, by reporting a start (Bi 9.6(6)): it may go on reporting, and receives nothing by it."""

    def stand(self, op: date, gebeurtenis_id: str | None = None) -> RelatieStand:
        """Where this relation stands on a day, for a given event."""
        if gebeurtenis_id is not None and gebeurtenis_id in (self.begonnen_door, self.beeindigd_door):
            return RelatieStand.ACTIEF
        if op < self.van:
            return RelatieStand.NOOIT
        if self.tot is None or op < self.tot:
            return RelatieStand.ACTIEF
        if self.staart_tot is not None and op < self.staart_tot:
            return RelatieStand.STAART
        return RelatieStand.BEEINDIGD


@dataclass(frozen=True, slots=True)
class Toestemming:
    """One toestemming: per purpose, recipient (with role) and category; the notions are those of ISO/IEC TS 27560."""

    id: str
    """Id of the toestemming-gegeven event."""
    doel: str
    ontvanger: Partij
    categorieen: frozenset[Categorie]
    van: date
    tot: date | None = None
    stand: ToestemmingStand = ToestemmingStand.GEGEVEN
    taal: str | None = None
    tekstversie: str | None = None
    tolk: bool | None = None
    via: Partij | None = None
    """Who recorded it for the person: the gemeente or the begeleider."""
    door_wie: str | None = None
    """``persoon`` or ``wettelijk-vertegenwoordiger``; None = nobody said, so the person."""
    vervangen_per: date | None = None
    """First day of a later word on the same purpose and recipient; None = there is none."""

    def stand_op(self, op: date) -> ToestemmingStand:
        """The state on a day: expiry is judged here and needs no event, so a late tick opens nothing."""
        if self.stand is not ToestemmingStand.GEGEVEN:
            return self.stand
        per, tot = self.vervangen_per, self.tot
        if per is not None and op >= per and (tot is None or per < tot):
            return ToestemmingStand.VERVANGEN
        return ToestemmingStand.VERLOPEN if tot is not None and op >= tot else self.stand


@dataclass(frozen=True, slots=True)
class Verzoek:
    """A logged gegevens-opgevraagd: opens what the law gives only on request. It narrows a row, never widens it."""

    id: str
    door: Partij
    aan: str
    """OIN (or ``oin#rol``) of the one asked."""
    gebeurtenissen: frozenset[str]
    """Event names asked for; empty: as wide as the rows."""
    categorieen: frozenset[Categorie]
    """Categories asked for; empty: as wide as the rows."""
    van: date
    tot: date | None = None

    def open_op(self, op: date) -> bool:
        """Whether the request stands on this day."""
        return self.van <= op and (self.tot is None or op < self.tot)


@dataclass(frozen=True, slots=True)
class Kader:
    """The decision's whole view of one dossier at one position in the log."""

    relaties: tuple[Relatie, ...] = ()
    toestemmingen: tuple[Toestemming, ...] = ()
    verzoeken: tuple[Verzoek, ...] = ()
    doelgroep: str | None = None
    """Code of inburgeringsplicht-vastgesteld; None or ``onbekend`` opens no row that asks for a doelgroep."""
    beperkt: bool = False
    gewist: bool = False
    intake_afgerond: bool = False
    """The brede intake is done: what was shared for the intake alone no longer flows (Wi 35(2))."""
    pip_vastgesteld: bool = False
    """A PIP stands (not withdrawn): the intake's purpose is over, leerbaarheidstoets included (Wi 35(1))."""

    def relaties_van(self, partij: Partij) -> tuple[Relatie, ...]:
        """Every relation, past or present, of one party."""
        return tuple(r for r in self.relaties if r.partij == partij)

    def stand_van(self, partij: Partij, op: date, gebeurtenis_id: str | None = None) -> RelatieStand:
        """The best of the relations by which the party may receive, on a day; see Relatie.stand."""
        best = RelatieStand.NOOIT
        for relatie in self.relaties:
            if relatie.partij == partij and not relatie.zelf_gemeld:
                stand = relatie.stand(op, gebeurtenis_id)
                if _RANG[stand] > _RANG[best]:
                    best = stand
        return best

    def toestemming(self, id_: str) -> Toestemming | None:
        """The toestemming with this id, in whatever state."""
        return next((t for t in self.toestemmingen if t.id == id_), None)


_RANG = {RelatieStand.NOOIT: 0, RelatieStand.BEEINDIGD: 1, RelatieStand.STAART: 2, RelatieStand.ACTIEF: 3}


def categorieen_uit(namen: Iterable[str]) -> frozenset[Categorie]:
    """Categories by name; a name that does not exist opens nothing and is left out."""
    return frozenset(Categorie(n) for n in namen if n in Categorie._value2member_map_)
