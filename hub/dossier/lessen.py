# SPDX-License-Identifier: EUPL-1.2
"""The lessons of one month in short, so that a signal about today does not read years of attendance.

A summary is a function of that month's rows alone. What crosses months (a lesson cancelled under a later date, an
exemption) is settled when the summaries are read together: ``lesstand``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from schemas.vocabulary import Rol

from .facts import Feit
from .kalender import dag, plus_maanden

AANWEZIGHEID = "aanwezigheid-gemeld"
UITVAL = "les-uitgevallen"
LESFEITEN = frozenset({AANWEZIGHEID, UITVAL})
SLUITING = frozenset({"cohort-gestopt", "school-gesloten", "vakantie"})
"""Reasons that concern a whole group and not this lesson alone."""
GEEN, GEOORLOOFD, ONGEOORLOOFD, ONBEKEND = "geen", "geoorloofd", "ongeoorloofd", "onbekend"


def vat_samen(feiten: Iterable[Feit]) -> dict[str, Any]:
    """One month in short: lessons reported, absences, cancelled lessons, last day with data per school, minutes.

    One person sits in one lesson once: of two reports of the same lesson by the same school the later one counts.
    """
    lessen: dict[tuple[str, str, date], Feit] = {}
    uitval: dict[tuple[str, str], Feit] = {}
    laatst: dict[str, str] = {}
    gesloten: dict[str, str] = {}
    for feit in sorted(feiten, key=lambda f: (f.vastgelegd, f.positie, f.sleutel)):
        les = str(feit.data.get("les", feit.id))
        if feit.gebeurtenis == AANWEZIGHEID:
            lessen[(feit.bron, les, feit.op)] = feit
        else:
            for een in (les, *_meer(feit)):
                uitval[(feit.bron, een)] = feit
            if feit.data.get("reden") in SLUITING:
                gesloten[feit.bron] = max(gesloten.get(feit.bron, ""), str(feit.data.get("tot") or feit.op.isoformat()))
        laatst[feit.bron] = max(laatst.get(feit.bron, ""), feit.op.isoformat())
    afwezig: list[list[Any]] = []
    minuten: dict[str, int] = {}
    tijd: dict[str, int] = {}
    pvt_gemist: list[list[Any]] = []
    pvt_gevolgd: list[list[Any]] = []
    for (bron, les, op), feit in sorted(lessen.items()):
        verzuim = feit.data.get("verzuim", ONBEKEND)
        if verzuim != GEEN:
            afwezig.append([bron, les, op.isoformat(), verzuim, "datum" in feit.data, feit.positie])
            if feit.data.get("component") == "PVT":
                pvt_gemist.append([bron, les, op.isoformat(), feit.positie])
        elif feit.data.get("component") == "PVT":
            pvt_gevolgd.append([les, op.isoformat()])
        aanwezig = feit.data.get("minuten_aanwezig")
        if isinstance(aanwezig, int):
            component = str(feit.data.get("component", ONBEKEND))
            minuten[component] = minuten.get(component, 0) + aanwezig
            erkend = feit.data.get("erkend", feit.rol == Rol.TAALSCHOOL) is True
            sleutel = f"{bron}|{component}|{'erkend' if erkend else ''}"
            tijd[sleutel] = tijd.get(sleutel, 0) + aanwezig
    return {
        "gemeld": len(lessen),
        "afwezig": afwezig,
        "uitval": [
            [bron, les, feit.op.isoformat(), "datum" in feit.data] for (bron, les), feit in sorted(uitval.items())
        ],
        "laatst": laatst,
        "minuten": minuten,
        "tijd": tijd,
        "gesloten": gesloten,
        "pvt": [pvt_gemist, pvt_gevolgd],
    }


def _meer(feit: Feit) -> list[str]:
    lessen = feit.data.get("lessen")
    return [str(een) for een in lessen if str(een) != feit.data.get("les")] if isinstance(lessen, list) else []


class Lestijd(NamedTuple):
    """Minutes of presence in one month, at one provider, for one component."""

    bron: str
    component: str
    erkend: bool
    maand: date
    einde: date
    """The first day of the next month."""
    minuten: int


class Bijeenkomst(NamedTuple):
    """One meeting of the PVT that the person missed."""

    op: date
    les: str
    bron: str
    positie: int


class Afwezigheid(NamedTuple):
    """One absence that stands: the lesson was given and nobody exempted the person from it."""

    op: date
    bron: str
    les: str
    verzuim: str
    positie: int
    vrijgesteld: bool = False
    """Exempted beforehand: counts as authorised, and in no pattern."""


@dataclass(frozen=True, slots=True)
class Lesstand:
    """All months together."""

    gemeld: int
    uitgevallen: int
    afwezigheden: tuple[Afwezigheid, ...]
    """In order of day; without cancelled lessons."""
    laatst: Mapping[str, date]
    minuten: Mapping[str, int]
    tijd: tuple[Lestijd, ...] = ()
    pvt_gemist: tuple[Bijeenkomst, ...] = ()
    """Meetings of the participatieverklaringstraject that were missed and not made up, by their lessons."""
    gesloten: Mapping[str, date] = field(default_factory=dict)
    """Provider -> the day on which it last said that its lessons stopped for a group, or will begin again."""

    def aantal(self, verzuim: str) -> int:
        return sum(1 for a in self.afwezigheden if a.verzuim == verzuim)


def lesstand(maanden: Mapping[str, Mapping[str, Any]], vrijgesteld: Iterable[tuple[date, date]]) -> Lesstand:
    """Reads the month summaries together. `vrijgesteld`: periods from..until (until exclusive; one day if equal)."""
    vrij = tuple(vrijgesteld)
    uitval: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    laatst: dict[str, date] = {}
    minuten: dict[str, int] = {}
    tijd: list[Lestijd] = []
    gesloten: dict[str, date] = {}
    gemeld = 0
    for naam, maand in maanden.items():
        gemeld += maand["gemeld"]
        begin = date.fromisoformat(f"{naam}-01")
        for sleutel, aantal in maand["tijd"].items():
            wie, component, erkend = sleutel.split("|")
            tijd.append(Lestijd(wie, component, bool(erkend), begin, plus_maanden(begin, 1), aantal))
        for bron, op in maand["gesloten"].items():
            gezien = dag(op)
            if gezien is not None and (bron not in gesloten or gezien > gesloten[bron]):
                gesloten[bron] = gezien
        for bron, les, op, met_datum in maand["uitval"]:
            uitval.setdefault((bron, les), []).append((op, met_datum))
        for bron, op in maand["laatst"].items():
            gezien = dag(op)
            if gezien is not None and (bron not in laatst or gezien > laatst[bron]):
                laatst[bron] = gezien
        for component, aantal in maand["minuten"].items():
            minuten[component] = minuten.get(component, 0) + aantal
    ingehaald = {les: date.fromisoformat(op) for maand in maanden.values() for les, op in maand["pvt"][1]}
    gemist = [
        Bijeenkomst(date.fromisoformat(op), les, bron, positie)
        for maand in maanden.values()
        for bron, les, op, positie in maand["pvt"][0]
        if les not in ingehaald or ingehaald[les] < date.fromisoformat(op)
    ]
    afwezig: list[Afwezigheid] = []
    for maand in maanden.values():
        for bron, les, op, verzuim, met_datum, positie in maand["afwezig"]:
            if _vervallen(op, met_datum, uitval.get((bron, les), ())):
                continue
            op_dag = date.fromisoformat(op)
            is_vrij = any(van <= op_dag < tot or op_dag == van for van, tot in vrij)
            soort = GEOORLOOFD if is_vrij else verzuim
            afwezig.append(Afwezigheid(op_dag, bron, les, soort, positie, is_vrij))
    afwezig.sort()
    return Lesstand(
        gemeld, len(uitval), tuple(afwezig), laatst, minuten, tuple(sorted(tijd)), tuple(sorted(gemist)), gesloten
    )


def _vervallen(op: str, met_datum: bool, uitgevallen: Iterable[tuple[str, bool]]) -> bool:
    """A lesson that the school cancelled cannot be missed. Days must agree only where both reports name one."""
    return any(op == uitvalop or not (met_datum and uitval_met) for uitvalop, uitval_met in uitgevallen)
