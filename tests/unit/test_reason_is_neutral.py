# SPDX-License-Identifier: EUPL-1.2
"""A signal says what was expected from whom, in neutral Dutch: no guilt, no measure, nothing of what facts say of the person."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings

from hub.dossier.feiten.facts import Feit
from hub.dossier.feiten.rows import Rows
from hub.dossier.feiten.zaak import Zaak
from hub.dossier.regels.rules import ingebouwd
from hub.dossier.verwachtingen.expectations import expectations
from schemas.catalogue import Categorie, gebeurtenistypen
from tests.unit.feitenreeks import feiten
from tests.unit.test_facts_in_any_order import NU, _gevouwen

OORDEEL = re.compile(
    r"schuld|verwijt|nalat|weiger|sanctie|maatregel|boete|straf|korting|te laat|verzuimd|in gebreke|fout|had moeten|niet nagekomen",
    re.IGNORECASE,
)
VAN_WIE = re.compile(r"\bvan (de|een|wie|DUO)\b.* verwacht", re.IGNORECASE)
GEVOELIG = frozenset(
    {
        Categorie.NAW,
        Categorie.GEZONDHEID,
        Categorie.JUSTITIE,
        Categorie.FINANCIEN,
        Categorie.BELEMMERING,
        Categorie.AANDACHTSPUNT,
        Categorie.GEZIN,
    }
)


@given(feiten(hoogstens=24))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_reason_judges_nobody_and_repeats_nothing_about_the_person(rij: list[Feit]) -> None:
    zaak = Zaak(Rows.in_memory(_gevouwen(rij)))
    geheim = {waarde for feit in rij for waarde in _gevoelig(feit)}
    for een in expectations(zaak, ingebouwd(), NU):
        assert VAN_WIE.search(een.reden), een.reden
        assert een.reden.endswith("."), een.reden
        assert not OORDEEL.search(een.reden), een.reden
        assert not any(waarde in een.reden for waarde in geheim), een.reden


def _gevoelig(feit: Feit) -> set[str]:
    type_ = gebeurtenistypen()[feit.gebeurtenis]
    return {
        str(een)
        for naam, waarde in feit.data.items()
        if (veld := type_.velden.get(naam)) is not None
        for een in (waarde if isinstance(waarde, list) else [waarde])
        if veld.categorie_van(een) in GEVOELIG and len(str(een)) > 4 and not isinstance(een, bool | int)
    }
