# SPDX-License-Identifier: EUPL-1.2
"""The entries of the hours ledger: who said how much time of what, over which period. What of it counts: ``uren``.

Recognised are hours at a language school, unless it says otherwise; hours of self-study and work never are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from schemas.vocabulary import Rol

from ..regels.kalender import EEN_DAG, plus_maanden
from .facts import Feit
from .lessen import ETMAAL, Lestijd
from .zaak import Zaak

UUR = 60
WEEK = 7
TAAL, KNM, PVT, MAP, PARTICIPATIE = "taal", "KNM", "PVT", "MAP", "participatie"
VOORINBURGERING = "voorinburgering"
NIET_ERKEND = frozenset({"zelfstudie", "werk", "vrijwilligerswerk", "stage"})
LES = frozenset({"les", "onbekend"})
VASTGESTELD = {
    "taal-knm-brede-intake": TAAL,
    "participatieactiviteiten": PARTICIPATIE,
    "taal-knm": PARTICIPATIE,  # language lessons that stand for participatie: DUO `participatietaalles`
}


class Telt(StrEnum):
    """Whether an entry counts."""

    JA = "ja"
    VERVANGEN = "vervangen"
    """Later totals over the same time took its place."""
    INBEGREPEN = "inbegrepen"
    """Within a total over a longer time, or within that of who answers for it."""
    VOOR_PIP = "voor-pip"
    """Followed before the PIP and not laid down by the gemeente."""
    BOVEN_MAXIMUM = "boven-maximum"
    """Online beyond what the rules allow."""
    ONMOGELIJK = "onmogelijk"
    """More time than its period has, or minutes and hours that differ: one was taken for the other."""


@dataclass(frozen=True, slots=True)
class Post:
    """One entry. `positie` is that of the fact it rests on; of lessons 0, since they are read in months."""

    component: str
    minuten: int
    erkend: bool
    bron: str
    van: date | None
    """None: until then, from nobody knows when."""
    tot: date
    positie: int
    telt: Telt = Telt.JA
    soort: str = ""
    """What the hours consist of, where that is not lessons; of PVT the number of the meeting."""
    lopend: bool = False
    """A total of all until now: the next one takes its place."""
    les: bool = False
    """Added up from attendance."""
    online: bool = False

    @property
    def oin(self) -> str:
        return self.bron.partition("#")[0]


def minuten_in(data: dict[str, Any], minuten: str = "minuten", uren: str = "uren") -> int | None:
    """The time that an event names, in minutes, whichever unit it uses; None when it names none."""
    for veld, maal in ((minuten, 1), (uren, UUR)):
        gevonden = data.get(veld)
        if isinstance(gevonden, int) and not isinstance(gevonden, bool):
            return gevonden * maal
    return None


def _telt(feit: Feit) -> Telt:
    minuten, uren = feit.data.get("minuten"), feit.data.get("uren")
    strijdig = isinstance(minuten, int) and isinstance(uren, int) and abs(minuten - uren * UUR) >= UUR
    return Telt.ONMOGELIJK if strijdig else Telt.JA


def erkend(feit: Feit, zonder_woord: bool) -> bool:
    """Whether these hours are recognised; `zonder_woord`: when nobody says so."""
    if feit.data.get("bron_uren") in NIET_ERKEND:
        return False
    gezegd = feit.data.get("erkend")
    return gezegd if isinstance(gezegd, bool) else zonder_woord


def _periode(feit: Feit, van: str = "van", tot: str = "tot") -> tuple[date | None, date]:
    """From..until (exclusive); without a readable beginning everything until then, without an end until it was said."""
    begin, einde = feit.dag(van), feit.dag(tot) or feit.op + EEN_DAG
    return (begin if begin is not None and begin < einde else None), einde


def gemeld(zaak: Zaak) -> list[Post]:
    """What providers reported as totals, in the order in which the hub heard of it."""
    feiten = zaak.feiten("uren-gemeld", "pvt-uren-gemeld", "voortgang-gemeld")
    per_soort = {"uren-gemeld": _uren, "pvt-uren-gemeld": _pvt, "voortgang-gemeld": _voortgang}
    rij = sorted(feiten, key=lambda f: (f.vastgelegd, f.positie, f.sleutel))
    return [post for feit in rij for post in per_soort[feit.gebeurtenis](feit)]


def _uren(feit: Feit) -> Iterator[Post]:
    van, tot = _periode(feit)
    bron_uren = feit.data.get("bron_uren")
    soort = "" if bron_uren is None or bron_uren in LES else str(bron_uren)
    recht = erkend(feit, feit.rol == Rol.TAALSCHOOL)
    component = str(feit.data.get("component", TAAL))
    minuten = minuten_in(feit.data) or 0
    yield Post(component, minuten, recht, feit.bron, van, tot, feit.positie, _telt(feit), soort=soort)
    erbij = feit.data.get("uren_participatie")
    if isinstance(erbij, int):
        yield Post(PARTICIPATIE, erbij * UUR, False, feit.bron, van, tot, feit.positie, soort=soort)


def _pvt(feit: Feit) -> Iterator[Post]:
    """One meeting, on its day; more than a day holds is a whole series at once."""
    minuten = minuten_in(feit.data) or 0
    van = feit.dag("datum") if minuten <= ETMAAL else None
    nummer = str(feit.data.get("nummer", ""))
    yield Post(PVT, minuten, False, feit.bron, van, feit.op + EEN_DAG, feit.positie, _telt(feit), soort=nummer)


def _voortgang(feit: Feit) -> Iterator[Post]:
    """Running totals of all until now; and the time in the period of the report."""
    school = feit.rol == Rol.TAALSCHOOL
    component, tot = (TAAL if school else PARTICIPATIE), feit.op + EEN_DAG
    recht = erkend(feit, school)
    for veld, deel, mag in (("uren", component, recht), ("uren_map", MAP, False)):
        uren = feit.data.get(veld)
        if isinstance(uren, int):
            yield Post(deel, uren * UUR, mag, feit.bron, None, tot, feit.positie, lopend=True)
    minuten = minuten_in(feit.data, "uren_gevolgd_minuten", "")
    van, einde = _periode(feit, "periode_van", "periode_tot")
    if minuten is not None and (van is not None or "uren" not in feit.data):
        yield Post(component, minuten, recht, feit.bron, van, einde, feit.positie)


def uit_lessen(tijd: Iterable[Lestijd], grenzen: Iterable[date]) -> Iterator[Post]:
    """The attendance of each month, apart on either side of the days that matter to what else was said."""
    snij = sorted(set(grenzen))
    for les in tijd:
        einde = plus_maanden(les.maand, 1)
        begin, *rest = [les.maand, *snij[bisect_right(snij, les.maand) : bisect_right(snij, einde - EEN_DAG)], einde]
        for tot in rest:
            minuten = sum(m for dag, m in les.dagen if begin <= les.maand.replace(day=dag) < tot)
            if minuten:
                yield Post(
                    les.component, minuten, les.erkend, les.bron, begin, tot, 0, les=True, online=les.online
                )  # fmt: skip
            begin = tot


def vastgesteld(zaak: Zaak) -> Iterator[Post]:
    """Totals that a gemeente laid down: of each kind the last one."""
    laatste: dict[tuple[str, bool], Post] = {}
    for feit in zaak.feiten("gevolgde-uren-vastgesteld"):
        soort = feit.tekst("soort") or ""
        component = feit.tekst("component") or VASTGESTELD.get(soort, TAAL)
        recht, (van, tot) = erkend(feit, True), _periode(feit)
        minuten = minuten_in(feit.data)
        if minuten is not None:
            laatste[(soort or component, recht)] = Post(component, minuten, recht, feit.bron, van, tot, feit.positie)
        erbij = feit.data.get("uren_participatie")
        if isinstance(erbij, int):
            post = Post(PARTICIPATIE, erbij * UUR, False, feit.bron, van, tot, feit.positie)
            laatste[(f"{soort} {PARTICIPATIE}", False)] = post
    yield from laatste.values()


def gewerkt(zaak: Zaak, op: date, map_uren: int, vanaf: date | None) -> Iterator[Post]:
    """Worked hours up to a day and not of before the PIP, where the gemeente lets them count."""
    einden = zaak.feiten("werk-beeindigd")
    over = map_uren * UUR
    for feit in zaak.feiten("werk-gestart"):
        voor, per_week = feit.data.get("telt_mee_voor") or (), feit.data.get("uren_per_week")
        if not isinstance(per_week, int) or feit.op > op:
            continue
        einde = next((e.op for e in einden if e.op >= feit.op), None)
        van, tot = max(feit.op, vanaf or feit.op), min(einde, op) if einde else op
        minuten = max(0, (tot - van).days) * per_week * UUR // WEEK
        naar_map = min(minuten, over) if MAP in voor else 0
        over -= naar_map
        if naar_map:
            yield Post(MAP, naar_map, False, feit.bron, van, tot, feit.positie)
        if minuten > naar_map and PARTICIPATIE in voor:
            yield Post(PARTICIPATIE, minuten - naar_map, False, feit.bron, van, tot, feit.positie)
