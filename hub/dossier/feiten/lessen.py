# SPDX-License-Identifier: EUPL-1.2
"""The lessons of one month in short, so that a signal about today does not read years of attendance.

A summary is a function of that month's rows alone. What crosses months (a lesson cancelled under a later date, an
exemption) is settled when the summaries are read together: ``lesstand``. Only that a lesson which was cancelled gives no
hours either is settled within its month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from schemas.vocabulary import Rol

from ..regels.kalender import dag, dag_van, instant, plus_maanden
from .facts import Feit

AANWEZIGHEID = "aanwezigheid-gemeld"
UITVAL = "les-uitgevallen"
LESFEITEN = frozenset({AANWEZIGHEID, UITVAL})
SLUITING = frozenset({"cohort-gestopt", "school-gesloten", "vakantie"})
"""Reasons that concern a whole group and not this lesson alone."""
GEEN, GEOORLOOFD, ONGEOORLOOFD, ONBEKEND = "geen", "geoorloofd", "ongeoorloofd", "onbekend"
ERKEND, ONLINE = "erkend", "online"
ETMAAL = 24 * 60
"""Minutes in a day: who reports more presence at one lesson mistook the unit."""


def vat_samen(feiten: Iterable[Feit]) -> dict[str, Any]:
    """One month in short: lessons reported, absences, cancelled lessons, last day with data per school, minutes by day.

    One person sits in one lesson once: of two reports of the same lesson by the same school the later one counts.
    """
    lessen: dict[tuple[str, str, date], Feit] = {}
    uitval: dict[tuple[str, str], set[tuple[str, bool]]] = {}
    laatst: dict[str, str] = {}
    gesloten: dict[str, str] = {}
    for feit in sorted(feiten, key=lambda f: (f.vastgelegd, f.positie, f.sleutel)):
        les = str(feit.data.get("les", feit.id))
        if feit.gebeurtenis == AANWEZIGHEID:
            lessen[(feit.bron, les, feit.op)] = feit
        else:
            for een in (les, *_meer(feit)):
                met_datum = een == les and "datum" in feit.data  # it is the day of that one
                uitval.setdefault((feit.bron, een), set()).add((feit.op.isoformat(), met_datum))
            if feit.data.get("reden") in SLUITING:
                gesloten[feit.bron] = max(gesloten.get(feit.bron, ""), str(feit.data.get("tot") or feit.op.isoformat()))
        # What is said today about next week breaks no silence of next week.
        gehoord = min(feit.op, dag_van(instant(feit.vastgelegd)))
        laatst[feit.bron] = max(laatst.get(feit.bron, ""), gehoord.isoformat())
    afwezig: list[list[Any]] = []
    deels: list[list[Any]] = []
    tijd: dict[str, dict[int, list[int]]] = {}
    pvt_gemist: list[list[Any]] = []
    pvt_gevolgd: list[list[Any]] = []
    for (bron, les, op), feit in sorted(lessen.items()):
        verzuim = feit.data.get("verzuim", ONBEKEND)
        if verzuim != GEEN:
            reden = feit.tekst("reden")
            afwezig.append(
                [bron, les, op.isoformat(), verzuim, "datum" in feit.data, feit.positie, *([reden] if reden else [])]
            )
            if feit.data.get("component") == "PVT":
                pvt_gemist.append([bron, les, op.isoformat(), feit.positie, "datum" in feit.data])
        elif feit.data.get("component") == "PVT":
            pvt_gevolgd.append([les, op.isoformat(), bron])
        te_laat, eerder_weg = _heel(feit, "minuten_te_laat"), _heel(feit, "minuten_eerder_weg")
        if te_laat or eerder_weg:
            deels.append([bron, les, op.isoformat(), te_laat, eerder_weg, verzuim, "datum" in feit.data, feit.positie])
        aanwezig = aanwezige_minuten(feit)
        if aanwezig and not _vervallen(op.isoformat(), "datum" in feit.data, uitval.get((bron, les), ())):
            component = str(feit.data.get("component", ONBEKEND))
            erkend = feit.data.get("erkend", feit.rol == Rol.TAALSCHOOL) is True
            online = feit.data.get("wijze") == ONLINE
            sleutel = f"{bron}|{component}|{ERKEND if erkend else ''}|{ONLINE if online else ''}"
            tijd.setdefault(sleutel, {}).setdefault(aanwezig, []).append(op.day)
    return {
        "gemeld": len(lessen),
        "afwezig": afwezig,
        **({"deels": deels} if deels else {}),
        "uitval": [[bron, les, *dag_] for (bron, les), dagen in sorted(uitval.items()) for dag_ in sorted(dagen)],
        "laatst": laatst,
        # Of each length the days, since most lessons are as long as the others: `[minutes, day, day, ..]`.
        "tijd": {sleutel: [[m, *sorted(op)] for m, op in sorted(dagen.items())] for sleutel, dagen in tijd.items()},
        "gesloten": gesloten,
        "pvt": [pvt_gemist, pvt_gevolgd],
    }


def _meer(feit: Feit) -> list[str]:
    lessen = feit.data.get("lessen")
    return [str(een) for een in lessen if str(een) != feit.data.get("les")] if isinstance(lessen, list) else []


def _heel(feit: Feit, veld: str) -> int:
    waarde = feit.data.get(veld)
    return waarde if isinstance(waarde, int) and waarde > 0 else 0


def aanwezige_minuten(feit: Feit) -> int:
    """The time that somebody was present at a lesson: as said, or else its length less what was missed of it by coming
    late or leaving early. More than a day holds is no time at all: somebody mistook the unit.
    """
    if isinstance(feit.data.get("minuten_aanwezig"), int):
        gezegd = _heel(feit, "minuten_aanwezig")
    elif feit.data.get("verzuim") == GEEN:
        gezegd = _heel(feit, "minuten_gepland") - _heel(feit, "minuten_te_laat") - _heel(feit, "minuten_eerder_weg")
    else:
        return 0
    return max(gezegd, 0) if gezegd <= ETMAAL else 0


class Lestijd(NamedTuple):
    """Presence in one month, at one provider, for one component."""

    bron: str
    component: str
    erkend: bool
    online: bool
    maand: date
    """Its first day."""
    dagen: list[list[int]]
    """`[day of the month, minutes]` for each lesson."""


class Gedeeltelijk(NamedTuple):
    """A lesson of which the person missed a part, by coming late or leaving early."""

    op: date
    bron: str
    les: str
    te_laat: int
    """Minutes."""
    eerder_weg: int
    """Minutes."""
    verzuim: str
    positie: int
    vrijgesteld: bool = False


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
    reden: str = ONBEKEND
    """As the school gave it."""


@dataclass(frozen=True, slots=True)
class Lesstand:
    """All months together."""

    gemeld: int
    uitgevallen: int
    afwezigheden: tuple[Afwezigheid, ...]
    """In order of day; without cancelled lessons."""
    laatst: Mapping[str, date]
    tijd: tuple[Lestijd, ...] = ()
    gedeeltelijk: tuple[Gedeeltelijk, ...] = ()
    """Lessons attended in part, in order of day; without cancelled ones."""
    uitval: Mapping[tuple[str, str], tuple[tuple[str, bool], ...]] = field(default_factory=dict)
    """Provider and lesson -> the days of its cancellations, and whether the day was named."""
    pvt_gemist: tuple[Bijeenkomst, ...] = ()
    """Meetings of the participatieverklaringstraject that were missed and not made up, by their lessons."""
    gesloten: Mapping[str, date] = field(default_factory=dict)
    """Provider -> the day on which it last said that its lessons stopped for a group, or will begin again."""

    def aantal(self, verzuim: str) -> int:
        return sum(1 for a in self.afwezigheden if a.verzuim == verzuim)

    def viel_uit(self, bron: str, les: str, op: date | None = None) -> bool:
        """Whether the provider cancelled this lesson, whatever the day where none is named."""
        return _vervallen(op.isoformat() if op else "", op is not None, self.uitval.get((bron, les), ()))


def lesstand(maanden: Mapping[str, Mapping[str, Any]], vrijgesteld: Iterable[tuple[date, date]]) -> Lesstand:
    """Reads the month summaries together. `vrijgesteld`: periods from..until (until exclusive; one day if equal)."""
    vrij = tuple(vrijgesteld)
    uitval: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    laatst: dict[str, date] = {}
    tijd: list[Lestijd] = []
    gesloten: dict[str, date] = {}
    gemeld = 0
    for naam, maand in maanden.items():
        gemeld += maand["gemeld"]
        tijd += _tijd(date.fromisoformat(f"{naam}-01"), maand["tijd"])
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
    afwezig: list[Afwezigheid] = []
    deels: list[Gedeeltelijk] = []
    for maand in maanden.values():
        for bron, les, op, verzuim, met_datum, positie, *reden in maand["afwezig"]:
            if _vervallen(op, met_datum, uitval.get((bron, les), ())):
                continue
            is_vrij = vrijgesteld_op(vrij, date.fromisoformat(op))
            soort = GEOORLOOFD if is_vrij else verzuim
            afwezig.append(Afwezigheid(date.fromisoformat(op), bron, les, soort, positie, is_vrij, *reden))
        for bron, les, op, te_laat, eerder_weg, verzuim, met_datum, positie in maand.get("deels", ()):
            if _vervallen(op, met_datum, uitval.get((bron, les), ())):
                continue
            op_dag = date.fromisoformat(op)
            is_vrij = vrijgesteld_op(vrij, op_dag)
            deels.append(Gedeeltelijk(op_dag, bron, les, te_laat, eerder_weg, verzuim, positie, is_vrij))
    return Lesstand(
        gemeld,
        sum(max(1, len({op for op, met_datum in dagen if met_datum})) for dagen in uitval.values()),
        tuple(sorted(afwezig)),
        laatst,
        tuple(sorted(tijd)),
        tuple(sorted(deels)),
        {les: tuple(dagen) for les, dagen in uitval.items()},
        tuple(sorted(_gemist(maanden, uitval))),
        gesloten,
    )


def vrijgesteld_op(vrij: Iterable[tuple[date, date]], op: date) -> bool:
    """Whether one of these exemptions (from..until, until exclusive; one day if equal) covers a day."""
    return any(van <= op < tot or op == van for van, tot in vrij)


def _tijd(begin: date, maand: Mapping[str, Any]) -> Iterator[Lestijd]:
    """Of a summary of before there is one number for the month, and no word about online: it counts on the last day."""
    for sleutel, dagen in maand.items():
        wie, component, erkend, online = (*sleutel.split("|"), "")[:4]
        if isinstance(dagen, int):
            dagen = [[dagen, (plus_maanden(begin, 1) - begin).days]]
        per_dag = [[op, minuten] for minuten, *dagen_ in dagen for op in dagen_]
        yield Lestijd(wie, component, bool(erkend), bool(online), begin, per_dag)


def _gemist(
    maanden: Mapping[str, Mapping[str, Any]], uitval: Mapping[tuple[str, str], list[tuple[str, bool]]]
) -> Iterator[Bijeenkomst]:
    """Meetings of the PVT that were held and missed, and not made up at that provider."""
    ingehaald: dict[tuple[str, str], str] = {}
    for maand in maanden.values():
        for les, op, *wie in maand["pvt"][1]:
            sleutel = (wie[0] if wie else "", les)  # a summary of before does not say who gave it
            ingehaald[sleutel] = max(ingehaald.get(sleutel, ""), op)
    for maand in maanden.values():
        for bron, les, op, positie, *met_datum in maand["pvt"][0]:
            later = max(ingehaald.get((bron, les), ""), ingehaald.get(("", les), ""))
            if later < op and not _vervallen(op, met_datum != [False], uitval.get((bron, les), ())):
                yield Bijeenkomst(date.fromisoformat(op), les, bron, positie)


def _vervallen(op: str, met_datum: bool, uitgevallen: Iterable[tuple[str, bool]]) -> bool:
    """A lesson that the school cancelled cannot be missed. Days must agree only where both reports name one."""
    return any(op == uitvalop or not (met_datum and uitval_met) for uitvalop, uitval_met in uitgevallen)
