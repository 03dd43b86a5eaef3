# SPDX-License-Identifier: EUPL-1.2
"""Every sender's every event, to every role, with everything in order and with each single thing missing.

Delivered is exactly what the hand-written flows say, field by field and number by number: in each world in which a
condition fails a denial is observed, in each in which all hold a delivery.
"""

from __future__ import annotations

import pytest

from schemas.catalogue import Rol, gebeurtenistypen
from tests.stromen import stromen
from tests.stromen.wereld import Stroom, berichten, geleverd, ontvanger_van, verwacht, werelden

ALLES: dict[Rol, list[Stroom]] = {
    Rol.UITVOERING: stromen.DUO,
    Rol.OPVANG: stromen.OPVANG,
    Rol.GEMEENTE: stromen.COLLEGE,
    Rol.UITVOERDER: stromen.COLLEGE,
    Rol.TAALSCHOOL: stromen.SCHOOL,
    Rol.BEGELEIDER: stromen.VERWERKERS,
    Rol.PARTICIPATIE: stromen.VERWERKERS,
    Rol.HUB: stromen.HUB,
}
WIJZIGERS = {"correctie", "intrekking"}
"""These follow the original (test_correctie_reaches_recipients)."""


def _zegt(rol: Rol) -> list[str]:
    return [
        naam
        for naam, type_ in sorted(gebeurtenistypen().items())
        if rol in type_.producenten and type_.persoonsgebonden and naam not in WIJZIGERS
    ]


def _stroomt(naam: str, van: Rol) -> None:
    for naar in Rol:
        if naar is Rol.HUB:
            continue
        for wereld in werelden(naam, van, naar):
            for data in berichten(naam, ontvanger_van(van, naar) if wereld.genoemd else None):
                waar = f"{naam} from {van} to {naar}: {wereld.naam}; {data}"
                wat = verwacht(ALLES[van], naam, data, van, naar, wereld)
                assert geleverd(naam, data, van, naar, wereld) == wat, waar


@pytest.mark.parametrize("naam", _zegt(Rol.UITVOERING))
def test_duo_provides(naam: str) -> None:
    _stroomt(naam, Rol.UITVOERING)


@pytest.mark.parametrize("naam", _zegt(Rol.OPVANG))
def test_coa_provides(naam: str) -> None:
    _stroomt(naam, Rol.OPVANG)


@pytest.mark.parametrize("naam", _zegt(Rol.GEMEENTE))
def test_the_college_provides(naam: str) -> None:
    _stroomt(naam, Rol.GEMEENTE)


@pytest.mark.parametrize("naam", _zegt(Rol.UITVOERDER))
def test_who_executes_for_the_college_provides(naam: str) -> None:
    _stroomt(naam, Rol.UITVOERDER)


@pytest.mark.parametrize("naam", _zegt(Rol.TAALSCHOOL))
def test_a_school_provides(naam: str) -> None:
    _stroomt(naam, Rol.TAALSCHOOL)


@pytest.mark.parametrize("naam", _zegt(Rol.BEGELEIDER))
def test_a_begeleider_provides(naam: str) -> None:
    _stroomt(naam, Rol.BEGELEIDER)


@pytest.mark.parametrize("naam", _zegt(Rol.PARTICIPATIE))
def test_a_provider_of_participation_provides(naam: str) -> None:
    _stroomt(naam, Rol.PARTICIPATIE)


@pytest.mark.parametrize("naam", _zegt(Rol.HUB))
def test_the_hub_tells(naam: str) -> None:
    _stroomt(naam, Rol.HUB)
