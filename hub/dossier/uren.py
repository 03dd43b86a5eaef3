# SPDX-License-Identifier: EUPL-1.2
"""The hours ledger: what counts for which component, and why the rest does not. Not how many are needed: ``onderdelen``.

One hour counts once (Bi 3.14, 5.5; 003.md row 17):

* What a provider reports as a total stands for its lessons of that component in those months; lessons beyond it count.
* Of two totals of one provider over overlapping periods the one recorded later counts.
* A total that the gemeente lays down replaces its earlier one of the same kind; it is the only way in for hours of before
  the PIP.
* Worked hours count only where the gemeente said so: for the MAP first, and beyond that for participatie.

Recognised are hours at a language school, unless it says otherwise; hours of self-study and work never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from schemas.vocabulary import Rol

from .facts import Feit
from .lessen import Lestijd
from .zaak import Zaak

UUR = 60
WEEK = 7
TAAL, KNM, PVT, MAP, PARTICIPATIE = "taal", "KNM", "PVT", "MAP", "participatie"
NIET_ERKEND = frozenset({"zelfstudie", "werk", "vrijwilligerswerk", "stage"})
VASTGESTELD = {
    "taal-knm-brede-intake": TAAL,
    "participatieactiviteiten": PARTICIPATIE,
    "taal-knm": PARTICIPATIE,  # language lessons that stand for participatie: DUO `participatietaalles`
}


class Telt(StrEnum):
    """Whether an entry counts."""

    JA = "ja"
    VERVANGEN = "vervangen"
    """A later total over the same time took its place."""
    VOOR_PIP = "voor-pip"
    """Followed before the PIP and not laid down by the gemeente."""


@dataclass(frozen=True, slots=True)
class Post:
    """One entry. `positie` is that of the fact it rests on; of lessons 0, since they are read in months."""

    component: str
    minuten: int
    erkend: bool
    bron: str
    van: date | None
    tot: date | None
    positie: int
    telt: Telt = Telt.JA


@dataclass(frozen=True, slots=True)
class Urenboek:
    """All entries of a case."""

    posten: tuple[Post, ...]

    def minuten(self, *componenten: str, erkend: bool | None = None) -> int:
        """What counts for these components; `erkend`: only what is recognised, or only what is not."""
        return sum(
            post.minuten
            for post in self.posten
            if post.telt is Telt.JA and post.component in componenten and erkend in (None, post.erkend)
        )

    def uren(self, *componenten: str, erkend: bool | None = None) -> int:
        """The same in whole hours."""
        return self.minuten(*componenten, erkend=erkend) // UUR


def urenboek(zaak: Zaak, op: date, map_uren: int) -> Urenboek:
    """The ledger on a day; `map_uren`: how many worked hours go to the MAP before the rest goes to participatie."""
    vanaf = zaak.pip.op if zaak.pip else None
    gemeld = [_na_pip(post, vanaf) for post in _zonder_overlap(_gemeld(zaak))]
    lessen = [_na_pip(post, vanaf) for post in _lessen(zaak.lessen.tijd)]
    extra = _boven(gemeld, [post for post in lessen if post.telt is Telt.JA])
    geweigerd = [post for post in lessen if post.telt is not Telt.JA]
    return Urenboek((*gemeld, *extra, *geweigerd, *_vastgesteld(zaak), *_gewerkt(zaak, op, map_uren)))


def minuten_in(data: dict[str, Any], minuten: str = "minuten", uren: str = "uren") -> int:
    """The time that an event names, in minutes, whichever unit it uses."""
    for veld, maal in ((minuten, 1), (uren, UUR)):
        gevonden = data.get(veld)
        if isinstance(gevonden, int) and not isinstance(gevonden, bool):
            return gevonden * maal
    return 0


def _erkend(feit: Feit) -> bool:
    gezegd = feit.data.get("erkend")
    if isinstance(gezegd, bool):
        return gezegd
    return feit.rol == Rol.TAALSCHOOL and feit.data.get("bron_uren") not in NIET_ERKEND


def _gemeld(zaak: Zaak) -> Iterator[tuple[Feit, Post]]:
    for feit in zaak.feiten("uren-gemeld", "pvt-uren-gemeld"):
        component = PVT if feit.gebeurtenis == "pvt-uren-gemeld" else str(feit.data.get("component", TAAL))
        van, tot = feit.dag("van"), feit.dag("tot")
        yield feit, Post(component, minuten_in(feit.data), _erkend(feit), feit.bron, van, tot, feit.positie)
        erbij = feit.data.get("uren_participatie")
        if isinstance(erbij, int):
            yield feit, Post(PARTICIPATIE, erbij * UUR, False, feit.bron, van, tot, feit.positie)
    rapporten: dict[str, Feit] = {}
    for feit in zaak.feiten("voortgang-gemeld"):  # a running total: the last one of each school stands
        if isinstance(feit.data.get("uren_map"), int):
            rapporten[feit.bron] = feit
    for feit in rapporten.values():
        yield feit, Post(MAP, feit.data["uren_map"] * UUR, False, feit.bron, None, None, feit.positie)


def _zonder_overlap(gemeld: Iterable[tuple[Feit, Post]]) -> list[Post]:
    """The later word on the same time, by the same provider about the same component and kind, stands."""
    rij = sorted(gemeld, key=lambda p: (p[0].vastgelegd, p[0].positie, p[0].sleutel, p[1].component))
    uit: list[Post] = []
    for nummer, (_, post) in enumerate(rij):
        vervangen = any(_overlapt(post, later) for _, later in rij[nummer + 1 :])
        uit.append(replace(post, telt=Telt.VERVANGEN) if vervangen else post)
    return uit


def _overlapt(een: Post, ander: Post) -> bool:
    if (een.bron, een.component, een.erkend) != (ander.bron, ander.component, ander.erkend):
        return False
    if een.van is None or een.tot is None or ander.van is None or ander.tot is None:
        return False
    return een.van < ander.tot and ander.van < een.tot


def _na_pip(post: Post, vanaf: date | None) -> Post:
    """Followed altogether before the PIP: does not count by itself (Bi 3.14)."""
    einde = post.tot or post.van
    if vanaf is not None and einde is not None and einde <= vanaf and post.telt is Telt.JA:
        return replace(post, telt=Telt.VOOR_PIP)
    return post


def _lessen(tijd: Iterable[Lestijd]) -> Iterator[Post]:
    for les in tijd:
        yield Post(les.component, les.minuten, les.erkend, les.bron, les.maand, les.einde, 0)


def _boven(gemeld: list[Post], lessen: list[Post]) -> Iterator[Post]:
    """The lessons that no total covers, and of covered ones what goes beyond the total."""
    soorten = sorted({(les.bron, les.component) for les in lessen})
    for bron, component in soorten:
        eigen = [les for les in lessen if (les.bron, les.component) == (bron, component)]
        totalen = [p for p in gemeld if (p.bron, p.component) == (bron, component) and p.telt is Telt.JA]
        met = [p for p in totalen if p.van is not None and p.tot is not None]
        gedekt = [les for les in eigen if any(_maand_in(les, p) for p in met)]
        vrij = [les for les in eigen if les not in gedekt]
        yield from _na_aftrek(gedekt, sum(p.minuten for p in met))
        yield from _na_aftrek(vrij, sum(p.minuten for p in totalen if p not in met))


def _maand_in(les: Post, totaal: Post) -> bool:
    assert les.van and les.tot and totaal.van and totaal.tot
    return totaal.van < les.tot and les.van < totaal.tot


def _na_aftrek(lessen: list[Post], al_geteld: int) -> Iterator[Post]:
    for les in lessen:
        weg = min(al_geteld, les.minuten)
        al_geteld -= weg
        if les.minuten > weg:
            yield replace(les, minuten=les.minuten - weg)


def _vastgesteld(zaak: Zaak) -> Iterator[Post]:
    laatste: dict[tuple[str, object], Post] = {}
    for feit in zaak.feiten("gevolgde-uren-vastgesteld"):
        soort = feit.tekst("soort") or ""
        component = feit.tekst("component") or VASTGESTELD.get(soort, TAAL)
        erkend = feit.data.get("erkend")
        recht = erkend if isinstance(erkend, bool) else feit.data.get("bron_uren") not in NIET_ERKEND
        minuten = minuten_in(feit.data)
        van, tot = feit.dag("van"), feit.dag("tot")
        sleutel = (soort or component, recht)
        if minuten:
            laatste[sleutel] = Post(component, minuten, recht, feit.bron, van, tot, feit.positie)
        erbij = feit.data.get("uren_participatie")
        if isinstance(erbij, int):
            post = Post(PARTICIPATIE, erbij * UUR, False, feit.bron, van, tot, feit.positie)
            laatste[(f"{soort} {PARTICIPATIE}", False)] = post
    yield from laatste.values()


def _gewerkt(zaak: Zaak, op: date, map_uren: int) -> Iterator[Post]:
    """Worked hours up to a day, where the gemeente lets them count."""
    einden = zaak.feiten("werk-beeindigd")
    over = map_uren * UUR
    for feit in zaak.feiten("werk-gestart"):
        voor, per_week = feit.data.get("telt_mee_voor") or (), feit.data.get("uren_per_week")
        if not isinstance(per_week, int) or feit.op > op:
            continue
        einde = next((e.op for e in einden if e.op >= feit.op), None)
        tot = min(einde, op) if einde else op
        minuten = (tot - feit.op).days * per_week * UUR // WEEK
        naar_map = min(minuten, over) if MAP in voor else 0
        over -= naar_map
        if naar_map:
            yield Post(MAP, naar_map, False, feit.bron, feit.op, tot, feit.positie)
        if minuten > naar_map and PARTICIPATIE in voor:
            yield Post(PARTICIPATIE, minuten - naar_map, False, feit.bron, feit.op, tot, feit.positie)
