# SPDX-License-Identifier: EUPL-1.2
"""May a person's data be erased, and must they be: terms as dated data (Bi 9.9, Archiefwet), held against the facts.

Pure. Legal holds are not terms: they are with the vault. Nothing here erases; what is due is proposed to people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from .feiten.maandstaten import bekende_maanden
from .feiten.rows import FEITEN, Rows
from .feiten.zaak import Zaak
from .regels.kalender import dag_van, instant, plus_maanden

BESTAND = Path(__file__).parent / "bewaartermijnen.yaml"


class OngeldigeTermijnen(ValueError):
    """The file of terms cannot be used; the text says what to change."""


class Wisgrond(StrEnum):
    """Why data are to be erased (AVG 17(1))."""

    NIET_MEER_NODIG = "niet-meer-nodig"
    """(a): the purpose is over."""
    TOESTEMMING_INGETROKKEN = "toestemming-ingetrokken"
    """(b)"""
    BEZWAAR = "bezwaar"
    """(c): an objection was allowed."""
    ONRECHTMATIG = "onrechtmatig"
    """(d): should never have been here, such as the data of somebody who was mistaken for another."""
    WETTELIJKE_PLICHT = "wettelijke-plicht"
    """(e): a law or a court orders it."""
    BEWAARTERMIJN = "bewaartermijn"
    """Nobody asked: the term is over (AVG 5(1)(e), Bi 9.9)."""


class Anker(StrEnum):
    """The fact from which a term runs."""

    EINDE_PLICHT = "einde-plicht"
    OVERLIJDEN = "overlijden"
    LAATSTE_FEIT = "laatste-feit"
    LENING_AFGELOST = "lening-afgelost"


class Bewaartermijn(BaseModel):
    """One row of the file; its keys are explained there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    anker: Anker
    jaren: int
    weigert: tuple[Wisgrond, ...]
    voorstel: bool
    artikel: str
    geldig_van: date
    geldig_tot: date | None = None
    zonder: Anker | None = None
    wijkt_voor: Anker | None = None
    toelichting: str = ""

    def geldt(self, op: date) -> bool:
        return self.geldig_van <= op and (self.geldig_tot is None or op < self.geldig_tot)


@dataclass(frozen=True, slots=True)
class Bewaarfeiten:
    """What the terms ask of a dossier. `verwacht`: anchors that have not come and still can."""

    ankers: Mapping[Anker, date]
    verwacht: frozenset[Anker] = frozenset()


@dataclass(frozen=True, slots=True)
class Termijn:
    """One row, applied to a dossier; `tot` is the first day after the term, None while its anchor has yet to come."""

    rij: Bewaartermijn
    tot: date | None

    def loopt(self, op: date) -> bool:
        return self.tot is None or op < self.tot


def bewaarfeiten(rows: Rows) -> Bewaarfeiten:
    """The anchors that a dossier's facts show."""
    zaak = Zaak(rows)
    ankers: dict[Anker, date] = {}
    if (laatste := _laatste_feit(rows)) is not None:
        ankers[Anker.LAATSTE_FEIT] = laatste
    if zaak.plicht is None:
        return Bewaarfeiten(ankers)
    if zaak.plicht.beeindigd is None:
        return Bewaarfeiten(ankers, frozenset({Anker.EINDE_PLICHT}))
    ankers[Anker.EINDE_PLICHT] = zaak.plicht.beeindigd.op
    if zaak.plicht.stand == "overlijden":
        ankers[Anker.OVERLIJDEN] = zaak.plicht.beeindigd.op
    return Bewaarfeiten(ankers)


def termijnen(feiten: Bewaarfeiten, op: date, rijen: Iterable[Bewaartermijn] | None = None) -> list[Termijn]:
    """The rows that apply to a dossier on a day, with the end of each."""
    gevonden = []
    for rij in rijen if rijen is not None else ingebouwd():
        bekend = feiten.ankers.keys() | feiten.verwacht
        if not rij.geldt(op) or rij.zonder in bekend or rij.wijkt_voor in feiten.ankers:
            continue
        anker = feiten.ankers.get(rij.anker)
        if anker is not None:
            gevonden.append(Termijn(rij, plus_maanden(anker, 12 * rij.jaren)))
        elif rij.anker in feiten.verwacht:
            gevonden.append(Termijn(rij, None))
    return gevonden


def weigeringen(feiten: Bewaarfeiten, grond: Wisgrond, op: date) -> list[Termijn]:
    """The terms that stand against erasing on this ground, on this day."""
    return [een for een in termijnen(feiten, op) if grond in een.rij.weigert and een.loopt(op)]


def voorstel(feiten: Bewaarfeiten, op: date) -> Termijn | None:
    """The term that is over and asks for erasure, the one longest over; None where there is none or another forbids."""
    if weigeringen(feiten, Wisgrond.BEWAARTERMIJN, op):
        return None
    om = [een for een in termijnen(feiten, op) if een.rij.voorstel and een.tot is not None and not een.loopt(op)]
    return min(om, key=lambda een: (een.tot or op, een.rij.id), default=None)


@cache
def ingebouwd(bestand: Path = BESTAND) -> tuple[Bewaartermijn, ...]:
    """The rows of the file; raises OngeldigeTermijnen."""
    try:
        rijen = tuple(
            Bewaartermijn.model_validate(rij)
            for rij in yaml.safe_load(bestand.read_text(encoding="utf-8"))["bewaartermijnen"]
        )
    except (ValidationError, KeyError, TypeError, yaml.YAMLError) as fout:
        raise OngeldigeTermijnen(f"Mend {bestand.name}: {fout}") from fout
    for nummer, rij in enumerate(rijen):
        for ander in rijen[nummer + 1 :]:
            if rij.id == ander.id and _overlapt(rij, ander):
                raise OngeldigeTermijnen(f"Let the periods of {rij.id} in {bestand.name} follow each other.")
    return rijen


def _overlapt(een: Bewaartermijn, ander: Bewaartermijn) -> bool:
    return (een.geldig_tot is None or ander.geldig_van < een.geldig_tot) and (
        ander.geldig_tot is None or een.geldig_van < ander.geldig_tot
    )


def _laatste_feit(rows: Rows) -> date | None:
    """The day on which anything was last recorded; of lessons the month in which they were is enough."""
    dagen = [dag_van(instant(rij["vastgelegd"])) for rij in (rows.get(FEITEN) or {}).values()]
    dagen += [plus_maanden(date.fromisoformat(f"{maand}-01"), 1) for maand in bekende_maanden(rows)]
    return max(dagen, default=None)
