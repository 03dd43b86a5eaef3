# SPDX-License-Identifier: EUPL-1.2
"""What a school reports about absence as such (`verzuim-gemeld`): of which month, how many lessons, and which of them count.

It may speak of a month, of some lessons or of one; a report that says no number is believed to speak of enough. A lesson
that was cancelled, or from which the gemeente exempted the person, is taken out of it. One absence that is reported by
lesson and by month is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ..regels.kalender import EEN_DAG, dag, plus_maanden
from ..regels.rules import Instellingen
from .facts import Feit
from .lessen import ONGEOORLOOFD, Afwezigheid, vrijgesteld_op
from .zaak import Zaak


@dataclass(frozen=True, slots=True)
class Melding:
    """One report, without what does not count. `aantal` is None where the school named no number."""

    feit: Feit
    maand: str
    lessen: frozenset[str]
    aantal: int | None

    def genoeg(self, drempel: int) -> bool:
        return self.aantal is None or self.aantal >= drempel


def lees(zaak: Zaak, feit: Feit) -> Melding:
    """The report, less the lessons that were cancelled and those of exempted days."""
    datum = feit.dag("datum")
    maand = feit.tekst("maand") or (datum or feit.op).isoformat()[:7]
    genoemd = {str(les) for les in feit.data.get("lessen") or ()}
    genoemd |= {str(feit.data["les"])} if "les" in feit.data else set()
    if not genoemd and datum is not None:
        genoemd = {datum.isoformat()}
    vrij = {a.les for a in zaak.lessen.afwezigheden if a.vrijgesteld and a.bron == feit.bron}
    een_dag = datum is not None and vrijgesteld_op(zaak.vrijstellingen, datum)
    over = {
        les for les in genoemd if not een_dag and les not in vrij and not zaak.lessen.viel_uit(feit.bron, les, datum)
    }
    gezegd = feit.data.get("aantal")
    aantal = gezegd if isinstance(gezegd, int) else (len(genoemd) if genoemd else None)
    if aantal is not None:
        aantal = max(0, aantal - (len(genoemd) - len(over)))
    if _hele_maand_vrij(zaak, maand):
        return Melding(feit, maand, frozenset(), 0)
    return Melding(feit, maand, frozenset(over), aantal)


def _hele_maand_vrij(zaak: Zaak, maand: str) -> bool:
    begin = dag(f"{maand}-01")
    if begin is None:
        return False
    laatste = plus_maanden(begin, 1) - EEN_DAG
    return any(van <= begin and laatste < tot for van, tot in zaak.vrijstellingen)


def van_soort(feit: Feit, regel: Instellingen) -> bool:
    """Whether the kind that a school reports is one that counts; of which it says nothing is taken for that."""
    return regel.tekst("count") != "unauthorised-only" or feit.data.get("soort", ONGEOORLOOFD) == ONGEOORLOOFD


def per_maand(meldingen: Iterable[Melding]) -> Iterator[tuple[str, list[Melding]]]:
    """The reports by month, in order of day within each."""
    maanden: dict[str, list[Melding]] = {}
    for een in meldingen:
        maanden.setdefault(een.maand, []).append(een)
    yield from maanden.items()


def bereikt(rij: list[Melding], afwezig: Iterable[Afwezigheid], drempel: int) -> tuple[date, list[Melding]] | None:
    """Since when these reports of one month, with the absences reported by lesson, are as many as asked; and by which."""
    lessen: dict[str, set[str]] = {}
    laatste: dict[str, date] = {}
    for een in afwezig:
        if een.op.isoformat()[:7] == rij[0].maand:
            lessen.setdefault(een.bron, set()).add(een.les)
            laatste[een.bron] = een.op
    genoemd: dict[str, int] = {}
    for nummer, melding in enumerate(rij):
        if melding.aantal is None:
            return melding.feit.op, rij[: nummer + 1]
        bron = melding.feit.bron
        lessen.setdefault(bron, set()).update(melding.lessen)
        genoemd[bron] = max(genoemd.get(bron, 0), melding.aantal)
        aantal = sum(max(len(lessen[wie]), genoemd.get(wie, 0)) for wie in lessen)
        if aantal >= drempel and melding.aantal:
            return max([melding.feit.op, *laatste.values()]), rij[: nummer + 1]
    return None
