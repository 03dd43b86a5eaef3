# SPDX-License-Identifier: EUPL-1.2
"""Each row of `dossierstand.yaml` opens its own categories to its own role, and each of its conditions closes it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from consent.decide import Besluit, Uitkomst
from consent.minimise import minimise
from schemas.catalogue import Categorie, gebeurtenistypen
from tests.unit.beleidswereld import gebeurtenis, kader, relatie, toestemming, voor

ALLES: dict[str, Any] = {
    "aanleiding": "relatie",
    "per": "2026-03-02",
    "doelgroep": "asielstatushouder",
    "wet": "Wi2021",
    "kennisgeving": "2025-09-01",
    "plicht_stand": "actief",
    "termijn_start": "2025-10-01",
    "termijn_einde": "2028-10-01",
    "pip_dagtekening": "2025-09-30",
    "leerroute": "B1-route",
    "niveau": "B1",
    "intensiteit_uren_per_week": 16,
    "taalschool": "school-a",
    "taalniveau": "A1",
    "stagnatie": False,
    "regievoerder": "rv-1",
    "regievoerder_organisatie": "gem-a",
    "regievoerder_telefoon": "06",
    "regievoerder_email": "rv@gem-a.example",
}
BIJ_RELATIE = {
    "gem-a": "plicht vrijstelling termijn",
    "isd": "plicht vrijstelling termijn",
    "school-a": "leerroute regie",
    "vwn#begeleider": "regie",
    "werk": "leerroute regie",
    "duo": "",
    "coa": "",
}
OP_TOESTEMMING = "plicht termijn pip leerroute toewijzing voortgang"
VERWERKERS = ("vwn#begeleider", "werk")


def stand(aan: str, *, gericht: str | None = None) -> Any:
    return gebeurtenis("dossierstand-gewijzigd", "de-hub", gericht_aan=gericht or aan, **ALLES)


def categorieen(besluit: Besluit) -> set[str]:
    typen = gebeurtenistypen()["dossierstand-gewijzigd"].velden
    return {typen[veld].categorie.value for veld in minimise(ALLES, besluit)} - {"technisch"}


def test_every_field_is_tried() -> None:
    assert set(ALLES) == set(gebeurtenistypen()["dossierstand-gewijzigd"].velden)


@pytest.mark.parametrize(("wie", "wat"), BIJ_RELATIE.items())
def test_a_relation_gives_its_role_these_categories(wie: str, wat: str) -> None:
    besluit = voor(wie, stand(wie), kader(relatie(wie)))
    assert categorieen(besluit) == set(wat.split())
    nummers = {Categorie.BSN, Categorie.VNUMMER} & besluit.persoon
    assert {c.value for c in nummers} == {"gem-a": {"bsn", "vnummer"}, "isd": {"bsn", "vnummer"}}.get(
        wie, {"bsn"} if wie == "school-a" else set()
    )


@pytest.mark.parametrize("wie", [w for w, wat in BIJ_RELATIE.items() if wat])
def test_without_the_relation_or_for_another_party_it_gives_nothing(wie: str) -> None:
    over = kader(relatie(wie, tot=date(2026, 1, 1)))
    assert voor(wie, stand(wie), over).uitkomst is Uitkomst.GEWEIGERD
    assert voor(wie, stand(wie), kader()).uitkomst is Uitkomst.GEWEIGERD
    ander = "gem-b" if wie != "gem-b" else "gem-a"
    assert voor(wie, stand(wie, gericht=ander), kader(relatie(wie))).uitkomst is Uitkomst.GEWEIGERD


@pytest.mark.parametrize("wie", VERWERKERS)
@pytest.mark.parametrize("categorie", OP_TOESTEMMING.split())
def test_a_toestemming_gives_its_category_and_no_other(wie: str, categorie: str) -> None:
    k = kader(toestemmingen=(toestemming(wie, categorie),))
    besluit = voor(wie, stand(wie), k)
    assert categorieen(besluit) == {categorie}
    assert besluit.persoon == {Categorie.PSEUDONIEM}
    assert besluit.toestemming == "t1"


@pytest.mark.parametrize("wie", VERWERKERS)
def test_toestemming_for_all_opens_no_exemption_and_ends_with_itself_and_with_the_relation(wie: str) -> None:
    alles = toestemming(wie, *(c.value for c in Categorie))
    assert categorieen(voor(wie, stand(wie), kader(toestemmingen=(alles,)))) == set(OP_TOESTEMMING.split())
    for k in (
        kader(toestemmingen=(toestemming(wie, *OP_TOESTEMMING.split(), tot=date(2026, 3, 2)),)),
        kader(relatie(wie, tot=date(2026, 1, 1)), toestemmingen=(alles,)),
        kader(toestemmingen=(toestemming("steun", *OP_TOESTEMMING.split()),)),
    ):
        assert voor(wie, stand(wie), k).uitkomst is Uitkomst.GEWEIGERD
    elders = stand(wie, gericht="steun")
    assert voor(wie, elders, kader(toestemmingen=(alles,))).uitkomst is Uitkomst.GEWEIGERD


def contract(naam: str, **data: Any) -> Any:
    return gebeurtenis(naam, "gem-a", **data)


@pytest.mark.parametrize("naam", ["contract-vastgesteld", "contract-beeindigd"])
@pytest.mark.parametrize("wie", ["school-a", "vwn#begeleider", "werk"])
def test_word_of_a_contract_reaches_the_other_side_of_it_only(naam: str, wie: str) -> None:
    oin = wie.partition("#")[0]
    event = contract(naam, organisatie=oin, per="2026-03-02", van="2026-03-02")
    assert voor(wie, event, kader(relatie(wie))).uitkomst is Uitkomst.GELEVERD
    assert voor(wie, event, kader(relatie(wie, tot=date(2026, 1, 1)))).uitkomst is Uitkomst.GEWEIGERD
    anders = contract(naam, organisatie="school-b", per="2026-03-02")
    assert voor(wie, anders, kader(relatie(wie))).uitkomst is Uitkomst.GEWEIGERD
    if wie != "school-a":
        assert voor(wie, event, kader(relatie(wie, namens="gem-b"))).uitkomst is Uitkomst.GEWEIGERD
