# SPDX-License-Identifier: EUPL-1.2
"""Facts of any type, drawn from the schemas: every event of the catalogue that a dossier can hold, with values that its
fields allow and that meet one another (the same few organisations, lessons, ids and days). A new schema is drawn as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from hub.dossier.feiten.facts import Feit
from hub.dossier.feiten.fold import CORRECTIE, INTREKKING, WIJZIGERS
from schemas.catalogue import Gebeurtenistype, Veld, gebeurtenistypen
from schemas.corrections import correctie_of
from schemas.vocabulary import Rol
from tests.unit.case import COA, DUO, GEM_A, GEM_B, ISD, SCHOOL, SCHOOL_B, VWN, VWN_TAAL

BEGIN = date(2025, 1, 6)
SPRAAK = [COA, DUO, GEM_A, GEM_B, ISD, SCHOOL, SCHOOL_B, VWN, VWN_TAAL, "werk#participatie"]
ORGANISATIES = sorted({wie.partition("#")[0] for wie in SPRAAK})
NOEMT_EEN = frozenset(
    {
        "gemeente",
        "naar_gemeente",
        "taalschool",
        "organisatie",
        "begeleider",
        "onderaannemer",
        "aan",
        "bij",
        "uitvoerder",
    }
)
VAN_DE_HUB = frozenset({"verwerking-beperkt", "beperking-opgeheven", "toestemming-verlopen"})
"""What the hub itself puts into a dossier, besides what it only tells others."""
TYPEN: Mapping[str, Gebeurtenistype] = {
    naam: type_
    for naam, type_ in sorted(gebeurtenistypen().items())
    if type_.persoonsgebonden and naam not in WIJZIGERS and (type_.producenten - {Rol.HUB} or naam in VAN_DE_HUB)
}
"""Every type of which a dossier files facts."""


def _dag(kans: Random) -> str:
    return (BEGIN + timedelta(days=kans.randrange(500))).isoformat()


def _tekst(naam: str, kans: Random, ids: list[str]) -> str:
    if naam in ("betreft", "signaal"):
        return kans.choice(ids or ["e0"])
    if naam in ("van", "naar") or naam in NOEMT_EEN:
        return kans.choice([*ORGANISATIES, *SPRAAK])
    if naam == "ontvanger":
        return kans.choice(SPRAAK)
    return kans.choice(["a", "b", "2025-03", "onbekend"])


_PER_SOORT: Mapping[str, Callable[[Veld, Random, list[str]], Any]] = {
    "date": lambda veld, kans, _: "2007-06-01" if veld.naam == "geboortedatum" else _dag(kans),
    "timestamp-millis": lambda _, kans, __: f"{_dag(kans)}T08:00:00Z",
    "boolean": lambda _, kans, __: kans.random() < 0.5,
    "int": lambda veld, kans, _: max(veld.minimum or 0, kans.choice([0, 1, 2, 12, 150, 900])),
    "enum": lambda veld, kans, _: kans.choice(veld.waarden or ()),
    "string": lambda veld, kans, ids: _tekst(veld.naam, kans, ids),
}


def waarde(veld: Veld, kans: Random, ids: list[str]) -> Any:
    """Some value that the field allows."""
    een = _PER_SOORT[veld.soort]
    return [een(veld, kans, ids) for _ in range(kans.randrange(3))] if veld.lijst else een(veld, kans, ids)


def data(type_: Gebeurtenistype, kans: Random, ids: list[str]) -> dict[str, Any]:
    """All required fields and some of the others."""
    return {
        veld.naam: waarde(veld, kans, ids) for veld in type_.velden.values() if veld.verplicht or kans.random() < 0.6
    }


def gewoon(naam: str, kans: Random, ids: list[str]) -> tuple[str, str, dict[str, Any]]:
    """Who says it, what, and with which data."""
    type_ = TYPEN[naam]
    bronnen = [wie for wie in SPRAAK if wie.partition("#")[2] in type_.producenten] or ["hub#hub"]
    return kans.choice(bronnen), naam, data(type_, kans, ids)


def over(doel: Feit, kans: Random, ids: list[str]) -> tuple[str, str, dict[str, Any]]:
    """A correction (another value, or none) or a retraction of another fact; now and then by somebody else."""
    bron = doel.bron if kans.random() < 0.8 else kans.choice(SPRAAK)
    if kans.random() < 0.4:
        return bron, INTREKKING, {"betreft": doel.id}
    type_ = TYPEN.get(doel.gebeurtenis) or TYPEN["pip-vastgesteld"]
    patch: dict[str, Any] = {}
    for veld in kans.sample(sorted(type_.velden.values(), key=lambda v: v.naam), min(2, len(type_.velden))):
        leeg = not veld.verplicht and kans.random() < 0.4
        patch[veld.naam] = None if leeg else waarde(veld, kans, ids)
    return bron, CORRECTIE, {"betreft": doel.id, **correctie_of(patch)}


@st.composite
def feiten(draw: st.DrawFn, hoogstens: int = 16) -> list[Feit]:
    """Facts of all types, and corrections and retractions: of facts, of corrections, of retractions, of strangers'."""
    namen = draw(st.lists(st.sampled_from([*TYPEN, *_KERN, *_KERN]), min_size=3, max_size=hoogstens))
    kans: Random = draw(st.randoms(use_true_random=False))
    rij: list[Feit] = []
    for nummer, naam in enumerate(namen):
        ids = [feit.id for feit in rij]
        wijzigt = rij and kans.random() < 0.35
        bron, gebeurtenis, inhoud = over(kans.choice(rij), kans, ids) if wijzigt else gewoon(naam, kans, ids)
        vastgelegd = f"2025-06-{1 + nummer // 2:02d}T08:00:00.000Z"  # pairs of facts share an instant
        rij.append(Feit(f"e{nummer}", gebeurtenis, bron, _dag(kans), vastgelegd, inhoud, nummer))
    return rij


_KERN = (
    "inburgeringsplicht-vastgesteld",
    "pip-vastgesteld",
    "taalschool-toegewezen",
    "cursus-gestart",
    "aanwezigheid-gemeld",
    "les-uitgevallen",
    "regievoerder-toegewezen",
    "persoon-verhuisd",
    "bijstand-toegekend",
    "toestemming-gegeven",
) * 4
"""Drawn more often: without these most others stand alone, and nothing meets."""
