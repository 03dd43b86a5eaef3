# SPDX-License-Identifier: EUPL-1.2
"""A relation that ended ends every flow; another gemeente's verwerker is in none. Exhaustive: every event, every sender."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from consent.conditions import GENOEMD_IN
from consent.decide import Beoordeling, Uitkomst
from consent.kader import Kader, Partij, Relatie, Toestemming, Verzoek
from schemas.catalogue import Categorie, Rol, gebeurtenistypen
from tests.unit.beleidswereld import DAG, ROLLEN, partij, voor

VROEG, VOORBIJ = date(2025, 9, 1), date(2026, 1, 1)
PARTIJEN = sorted(partij(f"{oin}#{rol}") for oin, rollen in ROLLEN.items() for rol in rollen)
TYPEN = {n: t for n, t in gebeurtenistypen().items() if t.persoonsgebonden and n not in ("correctie", "intrekking")}
GEVALLEN = [
    (naam, bron, naar)
    for naam, type_ in sorted(TYPEN.items())
    for bron in PARTIJEN
    if bron.rol in type_.producenten
    for naar in PARTIJEN
    if naar not in (bron, partij("de-hub"))
]
NA_AFLOOP = {
    # what a party hears after its relation ended: a question about its own time, and that something is over
    "gegevens-opgevraagd": {Rol.GEMEENTE, Rol.UITVOERDER},
    # named in it: DUO answers who reported, and a hand-over is between the gemeente that had the person and the one that gets her
    "melding-geweigerd": {Rol.GEMEENTE, Rol.UITVOERDER},
    "overdracht-aangeboden": {Rol.GEMEENTE, Rol.UITVOERDER},
    "overdracht-bevestigd": {Rol.GEMEENTE, Rol.UITVOERDER},
    "signaal-vervallen": {Rol.GEMEENTE, Rol.UITVOERDER, Rol.OPVANG},
    "toestemming-gegeven": {Rol.BEGELEIDER, Rol.PARTICIPATIE},
    "toestemming-ingetrokken": {Rol.BEGELEIDER, Rol.PARTICIPATIE},
    "toestemming-verlopen": {Rol.BEGELEIDER, Rol.PARTICIPATIE},
}
BINNEN_OPDRACHT = {Rol.BEGELEIDER, Rol.PARTICIPATIE, Rol.UITVOERDER}


def volledig(naam: str, naar: Partij) -> dict[str, Any]:
    """Every field filled, the recipient named wherever the event can name one."""
    velden = TYPEN[naam].velden.values()
    data = {v.naam: list(v.waarden or ["x"]) if v.lijst else (v.waarden or ["x"])[-1] for v in velden}
    return {**data, **dict.fromkeys(GENOEMD_IN.get(naam, ()), str(naar)), "betreft": f"t-{naar}"}


def dossier(naar: Partij, relatie: Relatie, *, toegezegd: bool = True) -> Kader:
    """Everything else is as favourable as can be: asked for, agreed to, before the intake."""
    return Kader(
        relaties=(*(Relatie(p, VROEG, namens="gem-a") for p in PARTIJEN if p != naar), relatie),
        toestemmingen=(Toestemming(f"t-{naar}", "alles", naar, frozenset(Categorie), VROEG),) if toegezegd else (),
        verzoeken=tuple(Verzoek("v", naar, aan, frozenset(), frozenset(), VROEG) for aan in ROLLEN),
        doelgroep="asielstatushouder",
    )


def geleverd(naam: str, bron: Partij, naar: Partij, k: Kader) -> bool:
    gericht = naar if bron.rol is Rol.HUB and naam.startswith("signaal") else None
    event = Beoordeling("e1", naam, bron, volledig(naam, naar), gericht)
    return voor(str(naar), event, k, DAG).uitkomst is Uitkomst.GELEVERD


@pytest.mark.parametrize("naam", sorted(TYPEN))
def test_after_the_end_nothing_but_questions_and_ends(naam):
    for _, bron, naar in (g for g in GEVALLEN if g[0] == naam):
        if naar.rol is Rol.UITVOERING:
            continue  # DUO is addressed by articles, not by a relation
        voorbij = dossier(naar, Relatie(naar, VROEG, VOORBIJ, namens="gem-a"))
        assert not geleverd(naam, bron, naar, voorbij) or naar.rol in NA_AFLOOP.get(naam, ())


@pytest.mark.parametrize("naam", sorted(TYPEN))
def test_a_verwerker_or_executor_of_another_gemeente_is_told_nothing_by_the_college(naam):
    for _, bron, naar in (g for g in GEVALLEN if g[0] == naam and g[1].oin == "gem-a"):
        if naar.rol in BINNEN_OPDRACHT and naam not in NA_AFLOOP:
            elders = dossier(naar, Relatie(naar, VROEG, namens="gem-b"), toegezegd=False)
            op_verzoek = naar.rol is Rol.UITVOERDER  # of another college: what Wi 35(4) opens, which was asked for here
            opdracht = naam in (
                "begeleiding-opgedragen",
                "taalschool-toegewezen",
                "toewijzing-beeindigd",
                "begeleiding-beeindigd",
                "participatie-toegewezen",
            )
            assert not geleverd(naam, bron, naar, elders) or op_verzoek or opdracht


def test_while_it_lasts_much_is_delivered():
    """The same dossiers with the relation active: the tests above would pass if nothing were ever delivered."""
    gekregen = {
        naam
        for naam, bron, naar in GEVALLEN
        if geleverd(naam, bron, naar, dossier(naar, Relatie(naar, VROEG, namens="gem-a")))
    }
    assert len(gekregen) > 50
