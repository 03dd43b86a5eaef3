# SPDX-License-Identifier: EUPL-1.2
"""Nobody finds out a small number from what is published: not from totals, overlapping tables or two publications.

The attacker has a solver and all that was ever published. What is small must keep its protection: it may still be any number
from none to at least ten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import permutations, product
from random import Random

import pytest

from hub.figures.casus import MET_PLAN, TABELLEN, ZONDER_PLAN, Casus
from hub.figures.onderdrukking import DREMPEL, Patroon, patronen, regels
from hub.figures.reeks import Stand
from hub.figures.telling import DELEN, Telling, tel, telling
from hub.figures.uitgave import Cijfer, Reeks, geef_uit
from tests.unit.cijferaanval import ONEINDIG, Aanvaller, Rij

DAG = date(2026, 1, 1)


def geval(toeval: Random, gemeente: str, cohort: str) -> Casus:
    """A case whose categories are skewed, so that small ones abound."""

    def kies(lijst: Sequence[str]) -> str:
        return toeval.choices(lijst, [4.0**-n for n in range(len(lijst))])[0]

    deel = toeval.choices((MET_PLAN, ZONDER_PLAN), (4, 1))[0]
    codes = {tabel: kies(lijst) for tabel, (van, lijst) in TABELLEN.items() if van == deel}
    return Casus(gemeente, cohort, deel, codes)


def wereld(toeval: Random) -> list[Casus]:
    """Six rows of 3 to 120 cases."""
    rijen = product(("gem-a", "gem-b", "gem-c"), ("2024", "2025"))
    return [geval(toeval, *rij) for rij in rijen for _ in range(toeval.choice((3, 14, 40, 120)))]


def loten(toeval: Random):  # type: ignore[no-untyped-def]
    return lambda lijst: toeval.sample(list(lijst), len(lijst))


def kleine(gevallen: list[Casus], publicatie: int) -> Iterator[tuple[Rij, str, str, int]]:
    """(row, table, category, count) of everything that is too small to be told."""
    for (gemeente, cohort), exact in tel(gevallen).items():
        rij = (publicatie, gemeente, cohort)
        cellen = {"dossiers": exact.delen, **exact.tabellen}
        for tabel, van in cellen.items():
            yield from ((rij, tabel, categorie, n) for categorie, n in van.items() if n < DREMPEL)


@pytest.mark.parametrize("zaad", range(3))
def test_whatever_is_small_may_still_be_anything_from_none_to_ten(zaad: int) -> None:
    toeval = Random(zaad)
    gevallen = wereld(toeval)
    uit = geef_uit(Reeks(), gevallen, DAG, loten(toeval))
    aanvaller, gezien = Aanvaller(uit), 0
    for rij, tabel, categorie, echt in kleine(gevallen, 1):
        bereik = aanvaller.bereik(aanvaller.cellen(rij, tabel, [categorie]))
        assert bereik is not None
        assert bereik[0] == 0 and bereik[1] >= DREMPEL, (rij, tabel, categorie, echt, bereik)
        gezien += bereik[1] < ONEINDIG
    assert gezien, "some small number stands in an equation"


def test_the_solver_finds_what_is_only_crossed_out() -> None:
    """Without a second category in its company, a small number follows from the row's total: the attacker is no dummy."""
    toeval = Random(1)
    gevallen = [geval(toeval, "gem-a", "2024") for _ in range(120)]
    (exact,) = tel(gevallen).values()
    naief = [Cijfer(1, DAG, "dossiers", "gem-a", "2024", DELEN, "aantal", "dossiers", exact.aantal)]
    for tabel, cellen in exact.tabellen.items():
        verteld = [(c, n) for c, n in cellen.items() if n >= DREMPEL]
        naief += [Cijfer(1, DAG, tabel, "gem-a", "2024", (c,), "aantal", "dossiers", n) for c, n in verteld]
    aanvaller = Aanvaller(naief)
    bereiken = [aanvaller.bereik(aanvaller.cellen(r, t, [c])) for r, t, c, _ in kleine(gevallen, 1)]
    assert any(bereik is not None and bereik[1] < DREMPEL for bereik in bereiken)


def test_one_table_does_not_give_away_what_another_hides() -> None:
    """The same small part in three tables: each hides it in the company of another category."""
    cellen = {
        "leerroute": {"B1-route": 40, "Z-route": 30, "onderwijsroute": 15},
        "pip-op-tijd": {"op-tijd": 50, "te-laat": 35},
        "stadium-met-plan": {"in-les": 60, "wacht-op-start": 25},
        "stadium-zonder-plan": {"intake": 4},
    }
    exact = telling({ZONDER_PLAN: 4, MET_PLAN: 85}, cellen)
    uit = list(_cijfers(exact, next(patronen(exact, loten(Random(3)))), 1))
    assert {cijfer.tabel for cijfer in uit} == {"dossiers", "leerroute", "pip-op-tijd", "stadium-met-plan"}
    aanvaller = Aanvaller(uit)
    laagste, hoogste = aanvaller.bereik(aanvaller.cellen((1, "gem-a", "2024"), "dossiers", [ZONDER_PLAN])) or (0, 0)
    assert laagste == 0 and hoogste >= DREMPEL


def _cijfers(exact: Telling, patroon: Patroon, publicatie: int) -> Iterator[Cijfer]:
    for tabel, groep, n in regels(patroon, exact):
        yield Cijfer(publicatie, DAG, tabel, "gem-a", "2024", tuple(sorted(groep)), "aantal", "dossiers", n)


def volgende(toeval: Random, gevallen: list[Casus]) -> list[Casus]:
    """Some months on: a few cases or many move to another category, come or go; elsewhere nothing happens."""
    aandeel = {gemeente: toeval.choice((0.0, 0.03, 0.3)) for gemeente in ("gem-a", "gem-b", "gem-c")}
    over = [
        geval(toeval, een.gemeente, een.cohort) if toeval.random() < aandeel[een.gemeente] else een for een in gevallen
    ]
    return over + [
        geval(toeval, gemeente, "2025") for gemeente, deel in aandeel.items() for _ in range(round(60 * deel))
    ]


@pytest.mark.parametrize("zaad", range(5))
def test_two_publications_do_not_undo_what_either_hides(zaad: int) -> None:
    """He even knows which of the other categories stayed as they were, and so takes from one what the other hides."""
    toeval = Random(100 + zaad)
    reeks, momenten, bestand = Reeks(), [], wereld(toeval)
    uit: list[Cijfer] = []
    for nummer in (1, 2, 3):
        alles = geef_uit(reeks, bestand, dag(nummer), loten(toeval))
        uit += [cijfer for cijfer in alles if cijfer.peildatum == dag(nummer)]
        momenten.append(dict(verteld(reeks, dag(nummer))))
        bestand = volgende(toeval, bestand)
    for (i, toen), (j, straks) in permutations(enumerate(momenten, 1), 2):
        for rij in toen.keys() & straks.keys():
            publicaties = [c for c in uit if (c.gemeente, c.cohort) == rij and c.publicatie in (i, j)]
            for tabel, categorie, gelijk in kleine_met_gelijke(toen[rij], straks[rij]):
                aanvaller = Aanvaller(publicaties)
                for ander in gelijk:
                    aanvaller.gelooft(*(aanvaller.cellen((n, *rij), tabel, [ander]) for n in (i, j)))
                bereik = aanvaller.bereik(aanvaller.cellen((i, *rij), tabel, [categorie]))
                assert bereik is not None, "what he believes is true"
                assert bereik[1] >= DREMPEL, (rij, tabel, categorie, bereik)


def kleine_met_gelijke(een: Stand, ander: Stand) -> Iterator[tuple[str, str, list[str]]]:
    """(table, small category of the first, the other categories that are in both as often)."""
    for tabel in TABELLEN:
        toen, straks = een.telling.tabellen[tabel], ander.telling.tabellen[tabel]
        for klein in (c for c, n in toen.items() if n < DREMPEL):
            gelijk = [c for c in toen if c != klein and toen[c] == straks[c]]
            if gelijk:
                yield tabel, klein, gelijk


def dag(nummer: int) -> date:
    return date(2026, nummer, 1)


def verteld(reeks: Reeks, dag: date) -> Iterator[tuple[tuple[str, str], Stand]]:
    """The rows that were told anew on a day."""
    for naam, standen in reeks.rijen.items():
        gemeente, _, cohort = naam.partition("|")
        if standen[-1].peildatum == dag:
            yield (gemeente, cohort), standen[-1]
