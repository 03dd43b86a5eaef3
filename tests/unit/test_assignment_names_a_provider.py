# SPDX-License-Identifier: EUPL-1.2
"""An assignment begins the relation of a provider, and of nobody else, whatever role it names."""

from __future__ import annotations

from consent.kader import Partij
from schemas.vocabulary import Rol
from tests.unit.case import GEM_A, Case, plicht


def test_an_assignment_makes_nobody_gemeente_duo_or_coa() -> None:
    """It names a provider. Else a gemeente could let another body in as a gemeente, with all that a gemeente gets."""
    case = Case()
    plicht(case, "2025-01-06")
    for aan in ("gem-b#gemeente", "duo#uitvoering", "coa#opvang", "isd#uitvoerder"):
        for gebeurtenis, veld in (("participatie-toegewezen", "organisatie"), ("taalschool-toegewezen", "taalschool")):
            gevolgen = case.zegt(GEM_A, gebeurtenis, "2025-02-03", component="MAP", leerroute="B1-route", **{veld: aan})
            assert gevolgen.weigering is not None
            assert "Noem een taalschool" in gevolgen.weigering.toelichting
    case.zegt(GEM_A, "participatie-toegewezen", "2025-02-03", id="p1", organisatie="vwn#taalschool", component="MAP")
    case.zegt(GEM_A, "correctie", "2025-02-04", betreft="p1", wijziging={"organisatie": "gem-b#gemeente"})
    assert {r.partij.oin for r in case.zaak.relaties if r.partij.rol is Rol.GEMEENTE} == {"gem-a"}
    assert not any(o.partij.oin == "gem-b" for o in case.zaak.opdrachten)


def test_a_participation_provider_in_the_role_of_school_is_named_as_the_school_in_the_state() -> None:
    case = Case()
    plicht(case, "2025-01-06")
    case.zegt(GEM_A, "participatie-toegewezen", "2025-02-03", organisatie="vwn#taalschool", component="MAP")
    case.zegt(GEM_A, "begeleiding-opgedragen", "2025-02-10", begeleider="vwn", volgende_stap="kennismaking")
    assert {o.partij for o in case.zaak.scholen} == {Partij.parse("vwn#taalschool")}
