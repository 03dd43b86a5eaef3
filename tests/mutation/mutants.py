# SPDX-License-Identifier: EUPL-1.2
"""Every small way to get the policy wrong: a row less, a condition less, or a row that opens more than it should.

Gives policies that load; what the loader refuses (a category that the law closes, an event that the role does not send)
is counted and needs no test. Which tests kill them: ``policy_mutants``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from consent.conditions import BRENGT_MEE, IDENTIFIERS
from consent.policy import Beleid, Beleidsregel, OngeldigBeleid, splits
from schemas.catalogue import Categorie, Rol, gebeurtenistypen


class Soort(StrEnum):
    """What was done to a row."""

    RIJ_WEG = "row removed"
    GEBEURTENIS_WEG = "event removed"
    CATEGORIE_WEG = "category removed"
    VOORWAARDE_WEG = "condition dropped"
    VOORWAARDE_RUIMER = "condition widened"
    CATEGORIE_ERBIJ = "category added"
    VELDEN_ERBIJ = "fields widened"
    NAAR_ERBIJ = "recipient role added"
    VAN_ERBIJ = "sender role added"
    GEBEURTENIS_ERBIJ = "event added"
    EERDER = "valid a day too early"
    LATER = "valid a day too late"


@dataclass(frozen=True)
class Mutant:
    """One changed policy; None: the loader refuses it."""

    soort: Soort
    regel: str
    wat: str
    beleid: Beleid | None

    def __str__(self) -> str:
        return f"{self.regel}: {self.soort} ({self.wat})"


def mutants(beleid: Beleid) -> Iterator[Mutant]:
    """Each row, changed in one place at a time."""
    for regel in beleid.regels:
        yield _met(beleid, regel, (), Soort.RIJ_WEG, "all of it")
        yield from _smaller(beleid, regel)
        yield from _ruimer(beleid, regel)
        yield from _voor_meer(beleid, regel)


def _met(beleid: Beleid, regel: Beleidsregel, nieuw: tuple[Beleidsregel, ...], soort: Soort, wat: str) -> Mutant:
    plaats = beleid.regels.index(regel)
    try:
        erin = tuple(deel for een in nieuw for deel in splits(een))
        return Mutant(soort, regel.id, wat, Beleid((*beleid.regels[:plaats], *erin, *beleid.regels[plaats + 1 :])))
    except OngeldigBeleid:
        return Mutant(soort, regel.id, wat, None)


def _smaller(beleid: Beleid, regel: Beleidsregel) -> Iterator[Mutant]:
    if len(regel.gebeurtenissen) > 1:
        for naam in sorted(regel.gebeurtenissen):
            over = replace(regel, gebeurtenissen=regel.gebeurtenissen - {naam})
            yield _met(beleid, regel, (over,), Soort.GEBEURTENIS_WEG, naam)
    if len(regel.categorieen) > 1:
        for categorie in sorted(regel.categorieen):
            if _komt_voor(regel, categorie):
                over = replace(regel, categorieen=regel.categorieen - {categorie})
                yield _met(beleid, regel, (over,), Soort.CATEGORIE_WEG, categorie)


def _ruimer(beleid: Beleid, regel: Beleidsregel) -> Iterator[Mutant]:
    for voorwaarde in regel.voorwaarden:
        over = tuple(een for een in regel.voorwaarden if een is not voorwaarde)
        yield _met(beleid, regel, (replace(regel, voorwaarden=over),), Soort.VOORWAARDE_WEG, voorwaarde)
        for ruimer in sorted(BRENGT_MEE.get(voorwaarde, frozenset())):
            ander = tuple(ruimer if een is voorwaarde else een for een in regel.voorwaarden)
            wat = f"{voorwaarde} to {ruimer}"
            yield _met(beleid, regel, (replace(regel, voorwaarden=ander),), Soort.VOORWAARDE_RUIMER, wat)
    for categorie in sorted(set(Categorie) - regel.categorieen):
        if _komt_voor(regel, categorie):
            yield _met(beleid, regel, _met_categorie(regel, categorie), Soort.CATEGORIE_ERBIJ, categorie)
    if regel.velden:
        yield _met(beleid, regel, (replace(regel, velden=frozenset()),), Soort.VELDEN_ERBIJ, "every field")
        for veld in sorted(_velden(regel) - regel.velden):
            yield _met(beleid, regel, (replace(regel, velden=regel.velden | {veld}),), Soort.VELDEN_ERBIJ, veld)
    eerder = replace(regel, geldig_van=regel.geldig_van - timedelta(days=1))
    yield _met(beleid, regel, (eerder,), Soort.EERDER, str(eerder.geldig_van))
    later = replace(regel, geldig_van=regel.geldig_van + timedelta(days=1), wetswijziging="mutant")
    yield _met(beleid, regel, (later,), Soort.LATER, str(later.geldig_van))


def _voor_meer(beleid: Beleid, regel: Beleidsregel) -> Iterator[Mutant]:
    """The row as it is, and a copy of it for somebody else or about something else."""
    for naar in Rol:
        if naar not in (regel.naar, Rol.HUB):
            extra = replace(regel, id=f"mutant/{regel.id}", naar=naar)
            yield _met(beleid, regel, (regel, extra), Soort.NAAR_ERBIJ, naar)
    typen = gebeurtenistypen()
    for van in Rol:
        over = frozenset(naam for naam in regel.gebeurtenissen if van in typen[naam].producenten)
        if van is not regel.van and over:
            extra = replace(regel, id=f"mutant/{regel.id}", van=van, gebeurtenissen=over)
            yield _met(beleid, regel, (regel, extra), Soort.VAN_ERBIJ, van)
    for naam, type_ in typen.items():
        wint = {c for v in type_.velden.values() for c in (v.categorie, *v.waarde_categorieen.values())}
        if wint != {Categorie.TECHNISCH}:  # ids go along with content and open nothing of themselves
            wint -= {Categorie.TECHNISCH}
        if naam in regel.gebeurtenissen or regel.van not in type_.producenten or not type_.persoonsgebonden:
            continue
        if wint & (regel.categorieen - IDENTIFIERS) and (not regel.velden or regel.velden & set(type_.velden)):
            meer = replace(regel, gebeurtenissen=regel.gebeurtenissen | {naam})
            yield _met(beleid, regel, (meer,), Soort.GEBEURTENIS_ERBIJ, naam)


def _met_categorie(regel: Beleidsregel, categorie: Categorie) -> tuple[Beleidsregel, ...]:
    """A row that was split by category gets a sister for the new one; a number goes along with the row itself."""
    if regel.categorie is not None and regel.id.endswith(f"/{regel.categorie}") and categorie not in IDENTIFIERS:
        stam = regel.id.rpartition("/")[0]
        erbij = frozenset({categorie}) | (regel.categorieen & IDENTIFIERS)
        return regel, replace(regel, id=f"mutant/{stam}/{categorie}", categorieen=erbij)
    return (replace(regel, categorieen=regel.categorieen | {categorie}),)


def _velden(regel: Beleidsregel) -> set[str]:
    """Fields that the row could open: of its events, in its categories."""
    typen = gebeurtenistypen()
    return {v.naam for g in regel.gebeurtenissen for v in typen[g].velden.values() if v.categorie in regel.categorieen}


def _komt_voor(regel: Beleidsregel, categorie: Categorie) -> bool:
    """Whether the row's events have something of this category; numbers of the person go with every event."""
    if categorie in (Categorie.BSN, Categorie.VNUMMER):
        return True
    typen = gebeurtenistypen()
    if categorie is Categorie.TECHNISCH:  # goes along with any content: it counts where there is nothing else
        return any(all(v.categorie is categorie for v in typen[g].velden.values()) for g in regel.gebeurtenissen)
    return any(
        categorie in (veld.categorie, *veld.waarde_categorieen.values())
        for naam in regel.gebeurtenissen
        for veld in typen[naam].velden.values()
        if not regel.velden or veld.naam in regel.velden
    )
