# SPDX-License-Identifier: EUPL-1.2
"""May this still be handed over? Decided when it happens, on what the log has shown since it was delivered.

Between a delivery and the moment at which a partner fetches it, days may pass: a toestemming is withdrawn or expires, a
person is erased or restricted, the organisation ends. What the delivery rested on is in its audit record; contents are
not needed, and not known here. Pure. Not here: how the log's word is remembered (``kennis``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from consent.avg19 import GEWIST, KENNISGEVINGEN
from consent.corrections import SOORTEN
from consent.kader import Partij, Reden
from consent.toestemming import ToestemmingStand
from schemas.vocabulary import Categorie, Rol

__all__ = ["ONTVANGSTBEWIJZEN", "Feiten", "Levering", "Plaats", "Stap", "reden_om_in_te_houden"]

ONTVANGSTBEWIJZEN = frozenset({"aanlevering-aanvaard", "aanlevering-geweigerd"})
"""These tell a sender of what it said itself: no ground can fall away under them, and most have no audit record."""
_OVER_TOESTEMMING = frozenset({"toestemming-ingetrokken", "toestemming-verlopen"})
_MELDPLICHT = KENNISGEVINGEN | _OVER_TOESTEMMING | SOORTEN
"""Notices that close or mend (AVG 7(3), 18(3), 19): who holds data must hear them, whatever became of the ground."""
_GEEN_INHOUD = frozenset({Categorie.TECHNISCH, Categorie.PSEUDONIEM})

_NA_STAP = {
    ToestemmingStand.INGETROKKEN.value: Reden.TOESTEMMING_WITHDRAWN,
    ToestemmingStand.VERLOPEN.value: Reden.TOESTEMMING_EXPIRED,
    ToestemmingStand.GEWEIGERD.value: Reden.NO_TOESTEMMING,
    "vervallen": Reden.NO_TOESTEMMING,
}
"""Steps of a toestemming from which there is no way back, whenever they were taken."""
GECORRIGEERD = "gecorrigeerd"


@dataclass(frozen=True, slots=True)
class Plaats:
    """A place in the log."""

    partitie: int
    positie: int

    @classmethod
    def parse(cls, tekst: str) -> Plaats:
        partitie, _, positie = tekst.partition(":")
        return cls(int(partitie), int(positie))

    def na(self, ander: Plaats) -> bool:
        """Whether this comes after another; between partitions there is no order, and what may be later counts as it."""
        return self.partitie != ander.partitie or self.positie > ander.positie


@dataclass(frozen=True, slots=True)
class Levering:
    """One delivery as its audit record has it."""

    id: str
    aan: Partij
    gebeurtenis: str
    plaats: Plaats
    dossier: str | None
    toestemming: str | None
    categorieen: frozenset[Categorie]
    overgedragen: bool = False
    """It was handed over before: then the recipient has it, whatever is decided now."""


@dataclass(frozen=True, slots=True)
class Stap:
    """A step in the life of a toestemming, as an audit record has it."""

    toestemming: str
    stand: str
    plaats: Plaats
    dossier: str | None = None
    ontvanger: str | None = None
    categorieen: frozenset[Categorie] = frozenset()
    tot: date | None = None


@dataclass(frozen=True, slots=True)
class Feiten:
    """What the log has shown about one delivery: of its toestemming, its person and its recipient."""

    vandaag: date
    """The day of the last tick of the delivery's partition."""
    rollen: frozenset[Rol]
    """That the recipient has on that day by the participants in force; none when it takes part no more."""
    stappen: tuple[Stap, ...] = ()
    """Of the toestemming on which the delivery rests, and of others of that person for that recipient."""
    beperkt: bool = False
    gewist: bool = False


def reden_om_in_te_houden(levering: Levering, feiten: Feiten) -> Reden | None:
    """Why this may not be handed over now; None when it may.

    1. An erasure leaves only the notice of it. 2. Receipts always go. 3. Who takes part no more still hears what closes or
    mends. 4. A restriction keeps back all but those notices. 5. What rests on a toestemming goes only while that stands.
    """
    soort = levering.gebeurtenis
    if soort == GEWIST or soort in ONTVANGSTBEWIJZEN:
        return None
    if feiten.gewist:
        return Reden.ERASED
    meldplicht = soort in _MELDPLICHT
    if levering.aan.rol not in feiten.rollen and not meldplicht:
        return Reden.WRONG_ROLE if feiten.rollen else Reden.NO_CONTRACT
    if feiten.beperkt and not meldplicht:
        return Reden.RESTRICTED
    if levering.toestemming is None or soort in _OVER_TOESTEMMING:
        return None
    return _toestemming_weg(levering, feiten)


def _toestemming_weg(levering: Levering, feiten: Feiten) -> Reden | None:
    eigen = [stap for stap in feiten.stappen if stap.toestemming == levering.toestemming]
    if redenen := [_NA_STAP[stap.stand] for stap in eigen if stap.stand in _NA_STAP]:
        return Reden.TOESTEMMING_WITHDRAWN if Reden.TOESTEMMING_WITHDRAWN in redenen else redenen[0]
    if any(stap.tot is not None and feiten.vandaag >= stap.tot for stap in eigen):
        return Reden.TOESTEMMING_EXPIRED
    if any(stap.stand == GECORRIGEERD and stap.plaats.na(levering.plaats) for stap in eigen):
        return Reden.NO_TOESTEMMING  # to what it was corrected is not in the record: asking again is the safe side
    if _later_geweigerd(levering, feiten.stappen):
        return Reden.NO_TOESTEMMING
    return None


def _later_geweigerd(levering: Levering, stappen: Iterable[Stap]) -> bool:
    """A no to the same recipient about one of these categories, said after the delivery, has an id of its own."""
    inhoud = levering.categorieen - _GEEN_INHOUD
    return any(
        stap.stand == ToestemmingStand.GEWEIGERD.value
        and stap.ontvanger == str(levering.aan)
        and stap.dossier == levering.dossier
        and stap.categorieen & inhoud
        and stap.plaats.na(levering.plaats)
        for stap in stappen
    )
