# SPDX-License-Identifier: EUPL-1.2
"""What a rule yields: what should arrive, from whom, before when, and from which day its absence is a signal.

Only the vocabulary; the rules themselves are in ``pip``, ``termijn``, ``traject``, ``opvang``, ``verzuim``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from consent.kader import Partij
from schemas.vocabulary import Rol

from ..feiten.facts import Feit
from ..feiten.zaak import Zaak
from ..regels.rules import Bereik, Instellingen, Regels


class Ernst(StrEnum):
    """How pressing a signal is."""

    INFORMATIE = "informatie"
    """Good to know."""
    WAARSCHUWING = "waarschuwing"
    """A term is running out, or a pattern asks for a conversation."""
    OVERSCHREDEN = "overschreden"
    """The last day is over."""

    @property
    def rang(self) -> int:
        return list(Ernst).index(self)


class Stand(StrEnum):
    """Where an expectation is in its life."""

    OPEN = "open"
    OPGESCHORT = "opgeschort"
    """Runs no risk of being exceeded now: waits for a third party, or the plicht is suspended."""
    VOLDAAN = "voldaan"
    VOLDAAN_TE_LAAT = "voldaan-te-laat"
    GEMIST = "gemist"
    """Open, and the last day is over."""
    VERVALLEN = "vervallen"
    """Nothing is expected any more."""
    ONBEKEND = "onbekend"
    """The anchor is missing: "termijn onbekend", never "on time"."""


class Oorzaak(StrEnum):
    """Why a signal goes away (code list of signaal-vervallen)."""

    ALSNOG_ONTVANGEN = "alsnog-ontvangen"
    TERMIJN_VERSCHOVEN = "termijn-verschoven"
    PLICHT_VERVALLEN = "plicht-vervallen"
    OPGEVOLGD = "opgevolgd"
    EIGENAAR_GEWIJZIGD = "eigenaar-gewijzigd"
    RELATIE_BEEINDIGD = "relatie-beeindigd"
    ONDERDRUKT = "onderdrukt"
    """Something that concerns a whole group, or a wait that is known, explains it."""
    DOSSIER_SAMENGEVOEGD = "dossier-samengevoegd"
    """The dossier went into another one, which says anew what still holds."""


@dataclass(frozen=True, slots=True)
class Trap:
    """From this day on, a signal of this severity."""

    vanaf: date
    ernst: Ernst


@dataclass(frozen=True, slots=True)
class Verwachting:
    """One expectation. `anker` tells it apart from others of its rule and subject; `vervalt` is the last good day."""

    regel: str
    versie: str
    anker: str
    verwacht: str
    """Event type that is awaited."""
    reden: str
    """Neutral Dutch: what was expected from whom. Names nothing that the owner of a signal may not have."""
    onderwerp: Partij | None = None
    """The organisation that it is about; None: the owner's own."""
    vervalt: date | None = None
    trappen: tuple[Trap, ...] = ()
    stand: Stand = Stand.OPEN
    oorzaak: Oorzaak | None = None
    """Why it is no longer expected, where the stand does not say it."""
    feiten: tuple[int, ...] = ()
    """Log positions of the facts that it rests on."""
    onderdrukt: str | None = None
    """Coded reason for which no signal is given now though something is awaited: ``onderdrukking``."""

    def stap(self, vandaag: date) -> tuple[int, Trap] | None:
        """The severity reached on a day, with its number; None while there is nothing to signal."""
        if self.onderdrukt is not None:
            return None
        bereikt = [(nummer, trap) for nummer, trap in enumerate(self.trappen) if trap.vanaf <= vandaag]
        return bereikt[-1] if bereikt and self.stand in LOPEND else None


LOPEND = frozenset({Stand.OPEN, Stand.GEMIST, Stand.OPGESCHORT})


@dataclass(frozen=True, slots=True)
class Blik:
    """A case, the rules and a day: all that a rule may look at."""

    zaak: Zaak
    regels: Regels
    vandaag: date
    memo: dict[str, Any] = field(default_factory=dict, compare=False)
    """Intermediate results that several rules ask for, by name; each a function of the three above."""
    _bereiken: dict[tuple[date, str | None], Bereik] = field(default_factory=dict, init=False, compare=False)

    def instellingen(self, regel: str, op: date, school: str | None = None) -> Instellingen:
        altijd = self.regels.altijd(regel)
        if altijd is not None:
            return altijd
        return self.regels.op(regel, op, self.bereik(op, school))

    def bereik(self, op: date, aanbieder: str | None = None) -> Bereik:
        """For whom rules are looked up on a day: gemeente, doelgroep, leerroute and contract of that day."""
        gevonden = self._bereiken.get((op, aanbieder))
        if gevonden is None:
            zaak = self.zaak
            gemeente = zaak.gemeente_op(op)
            contract = zaak.contract_op(op, gemeente, aanbieder) if aanbieder else None
            gevonden = Bereik(gemeente, aanbieder, zaak.doelgroep_op(op), zaak.leerroute_op(op), contract)
            self._bereiken[op, aanbieder] = gevonden
        return gevonden

    def gevraagd(self, aan: Partij, gebeurtenissen: frozenset[str]) -> tuple[date, date | None] | None:
        """The period of the request to `aan` for one of these events that stands today; of several the longest ago.

        That of a former gemeente is not that of the one which is responsible now.
        """
        verblijf = self.zaak.verblijf_op(self.vandaag)
        staand = [
            (verzoek.van, verzoek.tot)
            for verzoek in self.zaak.verzoeken
            if verzoek.aan in (aan.oin, str(aan))
            and verzoek.open_op(self.vandaag)
            and (not verzoek.gebeurtenissen or verzoek.gebeurtenissen & gebeurtenissen)
            and (verzoek.door.rol is not Rol.GEMEENTE or verblijf is None or verzoek.door.oin == verblijf.gemeente)
        ]
        return min(staand, key=lambda periode: periode[0], default=None)

    def mag_weten(self, van: Partij, gebeurtenissen: frozenset[str]) -> bool:
        """Whether the gemeente may know today what somebody reports: what a school says of others than
        asielstatushouders only while a request stands (Bi 9.2(4))."""
        if self.zaak.asielstatushouder or van.rol is not Rol.TAALSCHOOL:
            return True
        return self.gevraagd(van, gebeurtenissen) is not None


def na(dag: date, trap: Ernst = Ernst.OVERSCHREDEN) -> Trap:
    """From the day after the last good day."""
    return Trap(date.fromordinal(dag.toordinal() + 1), trap)


def posities(*feiten: Feit | None) -> tuple[int, ...]:
    return tuple(sorted({f.positie for f in feiten if f is not None}))


def lopend_of_gemist(vervalt: date, vandaag: date) -> Stand:
    return Stand.GEMIST if vandaag > vervalt else Stand.OPEN


def voldaan(op: date, vervalt: date | None) -> Stand:
    return Stand.VOLDAAN_TE_LAAT if vervalt is not None and op > vervalt else Stand.VOLDAAN
