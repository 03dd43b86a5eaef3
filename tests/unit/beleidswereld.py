# SPDX-License-Identifier: EUPL-1.2
"""The organisations of the policy tests, the policy as it stands, and short ways to ask it something. No assertions."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from consent.decide import Beoordeling, Besluit, beslis_voor, decide
from consent.kader import Kader, Partij, Relatie, Toestemming, Verzoek
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from schemas.catalogue import Categorie

SINDS = "2020-01-01"
ROLLEN = {
    "duo": ["uitvoering"],
    "coa": ["opvang"],
    "gem-a": ["gemeente"],
    "gem-b": ["gemeente"],
    "isd": ["uitvoerder"],
    "school-a": ["taalschool"],
    "school-b": ["taalschool"],
    "vwn": ["begeleider", "taalschool"],
    "steun": ["begeleider"],
    "werk": ["participatie"],
    "baan": ["participatie"],
    "de-hub": ["hub"],
}
DAG = date(2026, 3, 2)
BEGIN = date(2025, 9, 1)


def partij(tekst: str) -> Partij:
    """``oin#rol``; the role may be left out where the organisation has one."""
    return Partij.parse(tekst if "#" in tekst else f"{tekst}#{ROLLEN[tekst][0]}")


@cache
def register() -> Deelnemersregister:
    return Deelnemersregister.of(
        {
            "oin": oin,
            "naam": oin,
            "rollen": [{"rol": rol, "van": SINDS} for rol in rollen],
            "namens": ["gem-a", "gem-b"] if oin == "isd" else [],
        }
        for oin, rollen in ROLLEN.items()
    )


@cache
def beleid() -> Beleid:
    return Beleid.load()


def relatie(wie: str, van: date = BEGIN, tot: date | None = None, **meer: Any) -> Relatie:
    p = partij(wie)
    meer.setdefault("namens", None if p.rol in ("gemeente", "opvang", "uitvoering") else "gem-a")
    return Relatie(p, van, tot, **meer)


def toestemming(ontvanger: str, *categorieen: str, id_: str = "t1", **meer: Any) -> Toestemming:
    meer.setdefault("van", BEGIN)
    meer.setdefault("doel", "begeleiding")
    return Toestemming(
        id=id_, ontvanger=partij(ontvanger), categorieen=frozenset(map(Categorie, categorieen)), **meer
    )  # fmt: skip


def verzoek(door: str, aan: str, *gebeurtenissen: str, categorieen: tuple[str, ...] = (), **meer: Any) -> Verzoek:
    meer.setdefault("van", BEGIN)
    return Verzoek(
        id="v1",
        door=partij(door),
        aan=aan,
        gebeurtenissen=frozenset(gebeurtenissen),
        categorieen=frozenset(map(Categorie, categorieen)),
        **meer,
    )


def kader(*relaties: Relatie, doelgroep: str | None = "asielstatushouder", **meer: Any) -> Kader:
    return Kader(relaties=relaties, doelgroep=doelgroep, **meer)


def gebeurtenis(naam: str, bron: str, id_: str = "e1", gericht_aan: str | None = None, **data: Any) -> Beoordeling:
    return Beoordeling(id_, naam, partij(bron), data, partij(gericht_aan) if gericht_aan else None)


def beslis(event: Beoordeling, k: Kader, op: date = DAG) -> dict[str, Besluit]:
    """Every candidate's decision, by ``oin#rol``."""
    return {str(b.ontvanger): b for b in decide(event, k, beleid(), register(), op)}


def voor(wie: str, event: Beoordeling, k: Kader, op: date = DAG) -> Besluit:
    """The decision for one party, candidate or not."""
    return beslis_voor(partij(wie), event, k, beleid(), register(), op)


VOORTGANG = {
    "taalniveau": "A1",
    "stagnatie": False,
    "belemmeringen": ["reistijd", "schulden"],
    "periode_van": "2026-01-05",
}
LES = {"les": "L1", "datum": "2026-03-02", "component": "taal", "minuten_gepland": 180, "verzuim": "ongeoorloofd"}
