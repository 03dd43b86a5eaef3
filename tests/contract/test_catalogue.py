# SPDX-License-Identifier: EUPL-1.2
"""What the catalogue must say whoever edits the schema files: sensitive values, DUO's names, producers."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from schemas.catalogue import (
    PERSOON_CATEGORIEEN,
    Categorie,
    Gebeurtenistype,
    Rol,
    UnknownEventType,
    Veld,
    gebeurtenistype,
    gebeurtenistypen,
)

HEALTH = {"verslaving", "lichamelijke-gezondheid", "psychische-gezondheid", "MED"}
MONEY = {"financien", "schulden"}
# DUO's interface of May 2026: the name of the field there, and where the same notion is here.
AT_DUO = {
    "datumKennisgevingInburgeringsplicht": ("inburgeringsplicht-vastgesteld", "kennisgeving"),
    "gedetailleerdeDoelgroep": ("inburgeringsplicht-vastgesteld", "detail_doelgroep"),
    "indeling": ("inburgeringsplicht-vastgesteld", "doelgroep"),
    "redenGeenInburgeringsplicht": ("inburgeringsplicht-beeindigd", "reden"),
    "dagtekeningPip": ("pip-vastgesteld", "dagtekening"),
    "behaaldeScore": ("leerbaarheidstoets-uitslag-bekend", "behaalde_score"),
    "benodigdeScore": ("leerbaarheidstoets-uitslag-bekend", "benodigde_score"),
    "datumAfname": ("leerbaarheidstoets-uitslag-bekend", "datum_afname"),
    "verlengingsgrondcode": ("inburgeringstermijn-verlengd", "grond"),
    "datumInburgeringsaanbod": ("inburgeringsaanbod-gedaan", "datum"),
    "verwachteStartdatumOpleiding": ("inburgeringsaanbod-gedaan", "verwachte_startdatum"),
    "datumOordeel": ("verzoek-beoordeeld", "datum"),
    "telefoonnummer": ("regievoerder-toegewezen", "telefoon"),
}
SAME_NAME_AT_DUO = [
    ("inburgeringstermijn-gestart", "startdatum"),
    ("inburgeringstermijn-gestart", "einddatum"),
    ("pip-vastgesteld", "leerroute"),
    ("pip-vastgesteld", "niveau"),
    ("examenuitslag-bekend", "onderdeel"),
    ("examenuitslag-bekend", "resultaat"),
    ("examenuitslag-bekend", "examendatum"),
    ("verzoek-beoordeeld", "grond"),
]


def code_lists() -> list[tuple[Gebeurtenistype, Veld]]:
    return [(type_, veld) for type_ in gebeurtenistypen().values() for veld in type_.velden.values() if veld.waarden]


def test_every_code_list_knows_onbekend() -> None:
    assert len(code_lists()) > 50
    for type_, veld in code_lists():
        assert veld.waarden is not None
        assert "onbekend" in veld.waarden, (type_.naam, veld.naam)
        assert veld.categorie_van("onbekend") is veld.categorie


def test_a_code_about_health_justice_or_money_is_never_an_ordinary_value() -> None:
    seen = set()
    for type_, veld in code_lists():
        for code in veld.waarden or ():
            wanted = (
                Categorie.GEZONDHEID
                if code in HEALTH
                else Categorie.JUSTITIE
                if code == "justitie"
                else Categorie.FINANCIEN
                if code in MONEY
                else None
            )
            if wanted is not None:
                seen.add(code)
                assert veld.categorie_van(code) is wanted, (type_.naam, veld.naam, code)
    assert seen == HEALTH | MONEY | {"justitie"}


def test_capacity_for_work_is_health() -> None:
    assert gebeurtenistype("brede-intake-afgerond").velden["belastbaarheid"].categorie is Categorie.GEZONDHEID


def test_a_school_has_no_code_for_illness() -> None:
    for type_, veld in code_lists():
        if type_.producenten & {Rol.TAALSCHOOL, Rol.PARTICIPATIE}:
            assert not {"ziek", "ziekte", "zwanger", "medisch"} & set(veld.waarden or ()), (type_.naam, veld.naam)


def test_every_category_of_data_is_in_use() -> None:
    used = set(PERSOON_CATEGORIEEN.values())
    for type_ in gebeurtenistypen().values():
        for veld in type_.velden.values():
            used |= {veld.categorie, *veld.waarde_categorieen.values()}
    assert used == set(Categorie)


@pytest.mark.parametrize("duo", AT_DUO)
def test_a_notion_of_duo_has_its_name_there_as_an_alias(duo: str) -> None:
    gebeurtenis, naam = AT_DUO[duo]
    veld = gebeurtenistype(gebeurtenis).velden[naam]
    assert duo in veld.aliassen
    assert veld.bron is not None
    assert f"`{duo}`" in veld.bron


@pytest.mark.parametrize(("gebeurtenis", "naam"), SAME_NAME_AT_DUO)
def test_a_notion_that_duo_calls_the_same_says_so(gebeurtenis: str, naam: str) -> None:
    assert f"DUO `{naam}`" in (gebeurtenistype(gebeurtenis).velden[naam].bron or "")


def test_only_time_activations_acts_of_the_hub_figures_and_interruptions_are_about_nobody() -> None:
    assert {naam for naam, type_ in gebeurtenistypen().items() if not type_.persoonsgebonden} == {
        "tik",
        "bundel-geactiveerd",
        "handeling-verricht",
        "levering-ingehouden",
        "cijfers-gepubliceerd",
        "onderbreking-gemeld",
    }


def test_the_hub_speaks_only_of_its_own() -> None:
    of_the_hub = {naam for naam, type_ in gebeurtenistypen().items() if Rol.HUB in type_.producenten}
    assert all(gebeurtenistype(naam).producenten == {Rol.HUB} for naam in of_the_hub)
    assert of_the_hub >= {
        "tik",
        "signaal-afgegeven",
        "signaal-vervallen",
        "aanlevering-aanvaard",
        "aanlevering-geweigerd",
    }
    assert gebeurtenistype("correctie").producenten == frozenset(Rol) - {Rol.HUB}


def test_a_number_that_counts_has_a_unit_and_no_negative_values() -> None:
    for type_ in gebeurtenistypen().values():
        for veld in type_.velden.values():
            if veld.soort == "int":
                assert veld.minimum is not None and veld.minimum >= 0, (type_.naam, veld.naam)
                assert veld.eenheid, (type_.naam, veld.naam)


def test_the_catalogue_is_loaded_once_and_does_not_change() -> None:
    assert gebeurtenistypen() is gebeurtenistypen()
    type_: Any = gebeurtenistype("pip-vastgesteld")
    with pytest.raises(TypeError):
        type_.velden["leerroute"] = None
    with pytest.raises(TypeError):
        type_.velden["aandachtspunten"].waarde_categorieen["taal"] = Categorie.GEZONDHEID
    with pytest.raises(dataclasses.FrozenInstanceError):
        type_.versie = 2
    assert len({type_, gebeurtenistype("pip-gewijzigd")}) == 2


def test_an_unknown_event_type_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownEventType, match=r"\.$"):
        gebeurtenistype("pip-verzonnen")
