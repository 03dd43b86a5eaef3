# SPDX-License-Identifier: EUPL-1.2
"""What COA shares for the brede intake flows until that is done (Wi 35(2)); the koppeling is another purpose."""

from __future__ import annotations

from datetime import date

import pytest

from consent.decide import Uitkomst
from consent.kader import Kader, Reden
from schemas.catalogue import Categorie
from tests.unit.beleidswereld import beslis, gebeurtenis, kader, relatie, voor

PROFIEL = gebeurtenis(
    "klantprofiel-gedeeld",
    "coa",
    voornamen="Test",
    taalniveau="A1",
    opleiding="basis",
    gezinsgrootte=3,
    aandachtspunten=["verslaving"],
)


def gekoppeld(**meer: object) -> Kader:
    return kader(relatie("coa"), relatie("gem-a"), **meer)


def test_before_the_intake_all_of_the_profile_flows_with_bsn_and_vnummer():
    besluit = voor("gem-a", PROFIEL, gekoppeld())
    assert set(besluit.velden) == set(PROFIEL.data)
    assert besluit.persoon == {Categorie.BSN, Categorie.VNUMMER, Categorie.PSEUDONIEM}


@pytest.mark.parametrize("meer", [{"intake_afgerond": True}, {"pip_vastgesteld": True}])
def test_after_it_nothing_of_the_profile_flows(meer):
    assert voor("gem-a", PROFIEL, gekoppeld(**meer)).reden is Reden.NO_GROUND
    les = gebeurtenis("voorinburgering-gemeld", "coa", stand="afgerond")
    assert voor("gem-a", les, gekoppeld(**meer)).reden is Reden.NO_GROUND


def test_the_koppeling_flows_also_after_the_intake_to_gemeente_and_duo():
    event = gebeurtenis("koppeling-gewijzigd", "coa", van="gem-b", naar="gem-a", datum="2026-03-02")
    besluiten = beslis(event, gekoppeld(intake_afgerond=True))
    assert besluiten["gem-a#gemeente"].uitkomst is Uitkomst.GELEVERD
    assert besluiten["duo#uitvoering"].uitkomst is Uitkomst.GELEVERD


def test_the_leerbaarheidstoets_flows_until_the_pip():
    toets = gebeurtenis("leerbaarheidstoets-uitslag-bekend", "duo", resultaat="B1-route-haalbaar")
    assert voor("gem-a", toets, gekoppeld(intake_afgerond=True)).uitkomst is Uitkomst.GELEVERD
    assert voor("gem-a", toets, gekoppeld(pip_vastgesteld=True)).reden is Reden.NO_GROUND


def test_coa_hears_the_plicht_while_it_shelters_the_person_and_nothing_else_of_duo():
    plicht = gebeurtenis(
        "inburgeringsplicht-gewijzigd", "duo", doelgroep="asielstatushouder", stand="tijdelijk-vrijgesteld"
    )
    besluit = voor("coa", plicht, gekoppeld())
    assert set(besluit.velden) == {"doelgroep"}
    assert besluit.achtergehouden == {"stand": Reden.NO_GROUND}
    vertrokken = kader(relatie("coa", tot=date(2026, 1, 1)), relatie("gem-a"))
    assert voor("coa", plicht, vertrokken).reden is Reden.RELATION_ENDED
    assert voor("coa", plicht, kader(relatie("gem-a"))).reden is Reden.NO_RELATION
    termijn = gebeurtenis("inburgeringstermijn-gestart", "duo", startdatum="2026-03-02", einddatum="2029-03-02")
    assert voor("coa", termijn, gekoppeld()).reden is Reden.NO_GROUND


def test_the_screening_is_coas_own():
    besluiten = beslis(gebeurtenis("screening-gevoerd", "coa", datum="2026-03-02"), gekoppeld())
    assert all(b.uitkomst is Uitkomst.GEWEIGERD for b in besluiten.values())
