# SPDX-License-Identifier: EUPL-1.2
"""One publication: the cases of today and all that was published before, to figures that may be seen by anybody.

``Reeks`` is the memory of the series: exact counts per row of each time that the row was told. It names no case, but it
is not suppressed either, so it stays with the hub. ``Cijfer`` is what goes out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from pydantic import TypeAdapter

from hub.figures.casus import Casus
from hub.figures.onderdrukking import DREMPEL, Loten, regels
from hub.figures.reeks import Stand, vervolg
from hub.figures.spreiding import in_weken, percentielen, verschil
from hub.figures.telling import tel

ALLE = "alle"
"""The whole country: every case, whether its row is told or not."""
DOSSIERS, WEKEN = "dossiers", "weken"
SIGNALEN, OPVOLGTIJD, WACHTTIJD = "signalen", "opvolgtijd", "wachttijd"


@dataclass(frozen=True, slots=True)
class Cijfer:
    """One published number. Several categories: their count together, of which no more is said."""

    publicatie: int
    peildatum: date
    """The day of the count; earlier than that of the publication for what could not be told anew."""
    tabel: str
    gemeente: str
    cohort: str
    categorieen: tuple[str, ...]
    maat: str
    eenheid: str
    waarde: int


@dataclass
class Meting:
    """A number, or the percentiles of a set of waits, as they were last published, with what they rested on."""

    peildatum: date
    waarden: dict[str, int]
    weken: dict[int, int] = field(default_factory=dict)


@dataclass
class Reeks:
    """All that was published so far."""

    publicatie: int = 0
    rijen: dict[str, list[Stand]] = field(default_factory=dict)
    """By ``gemeente|cohort``."""
    wachttijden: dict[str, Meting] = field(default_factory=dict)
    """By ``tabel|gemeente|onderwerp``."""
    signalen: dict[str, Meting] = field(default_factory=dict)
    """By ``regel|uitkomst``."""

    def to_json(self) -> bytes:
        return _REEKS.dump_json(self)

    @classmethod
    def from_json(cls, tekst: bytes) -> Reeks:
        return _REEKS.validate_json(tekst)


_REEKS = TypeAdapter(Reeks)


def geef_uit(reeks: Reeks, gevallen: Iterable[Casus], peildatum: date, loten: Loten) -> list[Cijfer]:
    """The next publication of a series, complete, in a fixed order; `reeks` remembers it.

    `loten` decides by chance which category keeps the small ones company; tests give their own.
    """
    alle = list(gevallen)
    reeks.publicatie += 1
    for (gemeente, cohort), telling in tel(alle).items():
        eerder: Sequence[Stand] = reeks.rijen.get(naam := f"{gemeente}|{cohort}", ())
        stand = vervolg(telling, eerder, peildatum, loten)
        if stand is not None:
            reeks.rijen[naam] = [*eerder, stand]
    _spreidingen(reeks, alle, peildatum)
    _signalen(reeks, alle, peildatum)
    return list(cijfers(reeks))


def cijfers(reeks: Reeks) -> Iterator[Cijfer]:
    """Everything that the latest publication of a series says."""
    nummer = reeks.publicatie
    for rij, standen in sorted(reeks.rijen.items()):
        gemeente, _, cohort = rij.partition("|")
        for tabel, groep, aantal in regels(standen[-1].patroon, standen[-1].telling):
            dag = standen[-1].peildatum
            yield Cijfer(nummer, dag, tabel, gemeente, cohort, tuple(sorted(groep)), "aantal", DOSSIERS, aantal)
    for naam, meting in sorted(reeks.wachttijden.items()):
        tabel, gemeente, wat = naam.split("|")
        for maat, weken in sorted(meting.waarden.items()):
            yield Cijfer(nummer, meting.peildatum, tabel, gemeente, ALLE, (wat,), maat, WEKEN, weken)
    for naam, meting in sorted(reeks.signalen.items()):
        regel, _, uitkomst = naam.partition("|")
        aantal = meting.waarden["aantal"]
        wat = f"{regel}: {uitkomst}"  # one category, not two that are counted together
        yield Cijfer(nummer, meting.peildatum, SIGNALEN, ALLE, ALLE, (wat,), "aantal", DOSSIERS, aantal)


def _spreidingen(reeks: Reeks, gevallen: Iterable[Casus], peildatum: date) -> None:
    """Waiting times per gemeente and of the country; times of follow-up of the country."""
    weken: dict[str, Counter[int]] = {}
    for een in gevallen:
        for wat, dagen in een.wachttijden.items():
            for gemeente in (een.gemeente, ALLE):
                weken.setdefault(f"{WACHTTIJD}|{gemeente}|{wat}", Counter())[in_weken(dagen)] += 1
        for wat, dagen in een.opvolging.items():
            weken.setdefault(f"{OPVOLGTIJD}|{ALLE}|{wat}", Counter())[in_weken(dagen)] += 1
    for naam, geteld in weken.items():
        eerder, waarden = reeks.wachttijden.get(naam), percentielen(geteld)
        if waarden and (eerder is None or verschil(eerder.weken, geteld) >= DREMPEL):
            reeks.wachttijden[naam] = Meting(peildatum, waarden, dict(geteld))


def _signalen(reeks: Reeks, gevallen: Iterable[Casus], peildatum: date) -> None:
    """Cases by rule and outcome, of the country, without any total: what is not told stands in no equation."""
    aantallen = Counter(f"{regel}|{uitkomst}" for een in gevallen for regel, uitkomst in een.signalen.items())
    for naam, aantal in aantallen.items():
        eerder = reeks.signalen.get(naam)
        if aantal >= DREMPEL and (eerder is None or abs(aantal - eerder.waarden["aantal"]) >= DREMPEL):
            reeks.signalen[naam] = Meting(peildatum, {"aantal": aantal})
