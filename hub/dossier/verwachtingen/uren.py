# SPDX-License-Identifier: EUPL-1.2
"""The hours ledger: what counts for which component, and why the rest does not. Not how many are needed: ``onderdelen``.

One hour counts once (Bi 3.14, 5.5; 003.md row 17):

* A total takes the place of earlier ones of the same provider and kind whose time later ones cover altogether. Of totals
  that overlap in part, and of the lessons within a total, counts what goes beyond it.
* A running total (``voortgang-gemeld``) stands for all that this provider said of that component until then. So does a
  total without a period for lessons; such totals add up.
* What a subcontractor says is within what the provider says that answers for it; what goes beyond it counts.
* Two providers that have nothing to do with each other are added up: trajectories run side by side.
* A total that the gemeente lays down replaces its earlier one of the same kind; it is the only way in for hours of before
  the PIP. (The PVT has no such limit: it is no matter of the plan.)
* Worked hours count only where the gemeente said so, from the PIP on: for the MAP first, and beyond that for participatie.
* A lesson that was cancelled gives no hours; coming late and leaving early take from them (``lessen``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ..feiten.lessen import ETMAAL
from ..feiten.urenposten import (
    KNM,
    PVT,
    TAAL,
    UUR,
    VOORINBURGERING,
    Post,
    Telt,
    gemeld,
    gewerkt,
    uit_lessen,
    vastgesteld,
)
from ..feiten.zaak import Zaak

UREN_HOOGSTENS = 9999
"""As DUO's interface has it (Gevolgde Uren, `uren`)."""


@dataclass(frozen=True, slots=True)
class Urenboek:
    """All entries of a case."""

    posten: tuple[Post, ...]

    def minuten(self, *componenten: str, erkend: bool | None = None, online: bool | None = None) -> int:
        """What counts for these components; `erkend`: only what is recognised, or only what is not; `online` likewise."""
        return sum(
            post.minuten
            for post in self.posten
            if post.telt is Telt.JA
            and post.component in componenten
            and erkend in (None, post.erkend)
            and online in (None, post.online)
        )

    def uren(self, *componenten: str, erkend: bool | None = None, online: bool | None = None) -> int:
        """The same in whole hours."""
        return self.minuten(*componenten, erkend=erkend, online=online) // UUR


def urenboek(zaak: Zaak, op: date, map_uren: int, online_hoogstens: int) -> Urenboek:
    """The ledger on a day; `map_uren`: how many worked hours go to the MAP before the rest goes to participatie;
    `online_hoogstens`: how many hours of language lessons online count.
    """
    vanaf = zaak.pip.op if zaak.pip else None
    totalen = [_mogelijk(post) for post in gemeld(zaak)]
    grenzen = [dag for post in totalen for dag in (post.van, post.tot) if dag is not None]
    lessen = uit_lessen(zaak.lessen.tijd, [*grenzen, *([vanaf] if vanaf else [])])
    gezegd = [_na_pip(post, vanaf) for post in (*_vervangen(totalen), *_begrensd(lessen, online_hoogstens))]
    hoofd = {str(o.partij): str(o.voor) for o in zaak.opdrachten if o.voor is not None}
    eenmaal = _eenmaal([post for post in gezegd if post.telt is Telt.JA], hoofd)
    terzijde = [post for post in gezegd if post.telt is not Telt.JA]
    return Urenboek((*eenmaal, *terzijde, *vastgesteld(zaak), *gewerkt(zaak, op, map_uren, vanaf)))


def _mogelijk(post: Post) -> Post:
    dagen = (post.tot - post.van).days if post.van else 0
    hoogstens = min(UREN_HOOGSTENS * UUR, dagen * ETMAAL) if dagen else UREN_HOOGSTENS * UUR
    return replace(post, telt=Telt.ONMOGELIJK) if post.minuten > hoogstens else post


def _na_pip(post: Post, vanaf: date | None) -> Post:
    """Followed altogether before the PIP: does not count by itself (Bi 3.14)."""
    if vanaf is None or post.telt is not Telt.JA or post.component == PVT:
        return post
    eerder = post.tot <= vanaf or post.soort == VOORINBURGERING
    return replace(post, telt=Telt.VOOR_PIP) if eerder else post


def _begrensd(lessen: Iterable[Post], hoogstens: int) -> Iterator[Post]:
    """Online language lessons beyond the maximum do not count, in order of time."""
    over = hoogstens * UUR
    for les in sorted(lessen, key=lambda p: (p.tot, p.bron, p.erkend, p.component)):
        if not les.online or les.component != TAAL:
            yield les
            continue
        mag = min(over, les.minuten)
        over -= mag
        if mag:
            yield replace(les, minuten=mag)
        if mag < les.minuten:
            yield replace(les, minuten=les.minuten - mag, telt=Telt.BOVEN_MAXIMUM)


def _vervangen(totalen: list[Post]) -> Iterator[Post]:
    """Whose time is covered by later words of the same provider about the same component and kind."""
    for nummer, post in enumerate(totalen):
        if post.telt is not Telt.JA:
            yield post
            continue
        later = [p for p in totalen[nummer + 1 :] if p.telt is Telt.JA and _kind(p) == _kind(post)]
        if post.lopend:
            anders = any(p.lopend and p is not post and p.tot >= post.tot for p in later) or any(
                p.lopend and p.tot > post.tot for p in totalen[:nummer] if _kind(p) == _kind(post)
            )
        else:
            anders = _gedekt(post, later)
        yield replace(post, telt=Telt.VERVANGEN) if anders else post


def _kind(post: Post) -> tuple[str, str, bool, str]:
    """What a later word of the same provider may be about as well. Only of lessons it matters who recognises them."""
    return post.bron, post.component, post.erkend and post.component in (TAAL, KNM), post.soort


def _gedekt(post: Post, later: list[Post]) -> bool:
    """Whether the periods of the later ones together leave no day of this one's."""
    if post.van is None:
        return False
    tot = post.van
    for van, einde in sorted((p.van, p.tot) for p in later if p.van is not None):
        if van <= tot < einde:
            tot = einde
    return tot >= post.tot


def _eenmaal(posten: list[Post], hoofd: Mapping[str, str]) -> Iterator[Post]:
    """Each hour once: of what lies within something else, what goes beyond it.

    1. Who answers for another comes first; then running totals, totals with a period, totals without, lessons.
    2. Each takes what lies within it from those after it, up to its own size.
    """
    rij = sorted(posten, key=lambda p: (p.bron in hoofd, p.les, not p.lopend and (1 if p.van else 2)))
    over = [post.minuten for post in rij]
    for nummer, post in enumerate(rij):
        rest = post.minuten
        for ander in range(nummer + 1, len(rij)):
            if rest and over[ander] and _omvat(post, rij[ander], hoofd):
                weg = min(rest, over[ander])
                over[ander] -= weg
                rest -= weg
    for post, minuten in zip(rij, over, strict=True):
        yield replace(post, minuten=minuten) if minuten else replace(post, telt=Telt.INBEGREPEN)


def _omvat(post: Post, ander: Post, hoofd: Mapping[str, str]) -> bool:
    """Whether what the one says may hold the hours of which the other speaks."""
    if post.les or post.component != ander.component:
        return False
    if post.oin != ander.oin:
        if hoofd.get(ander.bron) != post.bron:
            return False
    elif ander.les:
        if post.component in (TAAL, KNM) and post.soort:
            return False  # self-study is no lesson
    elif _kind(post) != _kind(ander) or not (post.lopend or (post.van and ander.van)):
        return False
    if post.van is None or ander.van is None:
        return ander.tot <= post.tot and (post.van is None or post.van < ander.tot)
    return post.van < ander.tot and ander.van < post.tot
