# SPDX-License-Identifier: EUPL-1.2
"""One row through time: whether it may be told again, and in which groups, given all that was told of it before.

Two publications beside each other must not undo what either hides. Whoever compares them may assume that a category which
one of them tells was the same at the time of the other. So:

1. A row is told again only when at least ten of its cases came, went or changed. Until then it stays as it was, under the
   day of its own count.
2. For whatever one publication hides in a group and is together under ten: what the other tells about the rest of that
   group, if it does, differs by at least ten from the truth, so that the subtraction fails. The same groups as before always pass.
3. If no way to tell it passes, the row stays as it was.

A row that was never told stands in no equation, so nothing is held against its first time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from hub.figures.onderdrukking import DREMPEL, Groep, Groepen, Loten, Patroon, draagt, patronen, verzwegen
from hub.figures.telling import Telling, veranderd

POGINGEN = 200
"""Ways to tell a row that are tried; the rest differ only by further lots."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A row as it was told once. The counts are exact: this is the hub's own memory and is never published."""

    peildatum: date
    patroon: Patroon
    telling: Telling


def vervolg(nu: Telling, eerder: Sequence[Stand], peildatum: date, loten: Loten) -> Stand | None:
    """How to tell a row now; None: as it was told last, or not at all if it never was."""
    if eerder and veranderd(eerder[-1].telling, nu) < DREMPEL:
        return None
    nieuwe = sorted(islice(patronen(nu, loten), POGINGEN), key=lambda patroon: -patroon.fijnheid)
    vorige = [eerder[-1].patroon] if eerder else []
    if vorige and nieuwe and vorige[0].fijnheid >= nieuwe[0].fijnheid:
        nieuwe, vorige = [*vorige, *nieuwe], []
    for patroon in chain(nieuwe, vorige):
        stand = Stand(peildatum, patroon, nu)
        if draagt(patroon, nu) and all(verenigbaar(stand, oud) for oud in eerder):
            return stand
    return None


def verenigbaar(een: Stand, ander: Stand) -> bool:
    """Whether neither tells what the other hides (rule 2)."""
    return next(chain(prijsgegeven(een, ander), prijsgegeven(ander, een)), None) is None


def prijsgegeven(verzwijgt: Stand, vertelt: Stand) -> Iterator[tuple[str | None, Groep, Groep]]:
    """What the first hides and a reader of the second comes within ten of, by subtracting."""
    for tabel, groep, klein in verzwegen(verzwijgt.patroon, verzwijgt.telling):
        rest = groep - klein
        if not _verteld(rest, vertelt.patroon.van(tabel)):
            continue
        if abs(vertelt.telling.som(tabel, rest) - verzwijgt.telling.som(tabel, rest)) < DREMPEL:
            yield tabel, groep, klein


def _verteld(categorieen: Groep, groepen: Groepen) -> bool:
    """Whether these are together a number of whole groups, whose sum can therefore be known."""
    return categorieen == frozenset().union(*(groep for groep in groepen if groep <= categorieen))
