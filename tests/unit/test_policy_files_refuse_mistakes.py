# SPDX-License-Identifier: EUPL-1.2
"""The loader refuses rows that contradict each other, the catalogue or the law, and says what to change."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from consent.policy import BELEID_MAP, Beleid, OngeldigBeleid
from tests.unit.beleidswereld import beleid

RIJ = {
    "id": "r1",
    "gebeurtenissen": ["voortgang-gemeld"],
    "categorieen": ["voortgang", "bsn"],
    "van": "taalschool",
    "naar": "gemeente",
    "doel": "begeleiding",
    "grondslag": "wettelijke verplichting",
    "artikel": "Wi 35(3)",
    "geldig_van": "2022-01-01",
    "voorwaarden": ["relatie"],
}
TOESTEMMING = {
    "grondslag": "toestemming",
    "voorwaarden": ["toestemming"],
    "naar": "begeleider",
    "categorieen": ["voortgang"],
}


def laad(map_: Path, *rijen: object) -> Beleid:
    (map_ / "a.yaml").write_text(yaml.safe_dump({"regels": list(rijen)}), encoding="utf-8")
    return Beleid.load(map_)


def test_a_good_row_loads(tmp_path):
    assert [r.id for r in laad(tmp_path, RIJ).regels] == ["r1"]


@pytest.mark.parametrize(
    ("anders", "woord"),
    [
        ({"artikel": ""}, "artikel"),
        ({"artikel": "  "}, "artikel"),
        ({"doel": None}, "doel"),
        ({"id": None}, "id"),
        ({"geldig_van": "ooit"}, "2022-01-31"),
        ({"geldig_tot": "2021-01-01"}, "geldigheid"),
        ({"van": "school"}, "taalschool"),
        ({"naar": "werkgever"}, "werkgever"),
        ({"grondslag": "gewoonte"}, "gewoonte"),
        ({"categorieen": ["voortgang", "humeur"]}, "humeur"),
        ({"categorieen": ["bsn"]}, "inhoud"),
        ({"categorieen": "voortgang"}, "lijst"),
        ({"categorieen": ["voortgang", "voortgang"]}, "eenmaal"),
        ({"gebeurtenissen": ["voortgang-verzonnen"]}, "voortgang-verzonnen"),
        ({"gebeurtenissen": ["pip-vastgesteld"]}, "levert die niet"),
        ({"gebeurtenissen": []}, "gebeurtenissen"),
        ({"voorwaarden": ["mits-handig"]}, "mits-handig"),
        ({"velden": ["humeur"]}, "humeur"),
        ({"opmerking": "x"}, "opmerking"),
        ({"categorieen": ["voortgang", "justitie"]}, "justitie"),
        ({"naar": "taalschool", "categorieen": ["gezondheid"]}, "gezondheid"),
        ({"naar": "begeleider"}, "bsn"),
        ({"naar": "participatie", "categorieen": ["financien"]}, "financien"),
        ({"grondslag": "toestemming"}, "samengaan"),
        ({"voorwaarden": ["toestemming"]}, "samengaan"),
        (TOESTEMMING | {"naar": "gemeente", "categorieen": ["gezondheid"]}, "gezondheid"),
        (TOESTEMMING | {"naar": "gemeente", "categorieen": ["voortgang", "bsn"]}, "bsn"),
        (
            TOESTEMMING
            | {"van": "opvang", "gebeurtenissen": ["voorinburgering-gemeld"], "categorieen": ["voorinburgering"]},
            "COA",
        ),
    ],
)
def test_a_mistake_is_named_with_its_row(tmp_path, anders, woord):
    with pytest.raises(OngeldigBeleid) as fout:
        laad(tmp_path, RIJ | anders)
    assert woord in str(fout.value)
    assert "r1" in str(fout.value) or "id" in anders


def test_versions_of_a_row_may_follow_and_not_overlap(tmp_path):
    oud, nieuw = RIJ | {"geldig_tot": "2025-01-01"}, RIJ | {"geldig_van": "2025-01-01"}
    assert len(laad(tmp_path, oud, nieuw).met_id("r1")) == 2
    with pytest.raises(OngeldigBeleid, match="overlappen"):
        laad(tmp_path, oud | {"geldig_tot": "2025-01-02"}, nieuw)


def test_one_opening_is_written_once(tmp_path):
    with pytest.raises(OngeldigBeleid, match=r"r1.*r2|r2.*r1"):
        laad(tmp_path, RIJ, RIJ | {"id": "r2"})
    assert len(laad(tmp_path, RIJ, RIJ | {"id": "r2", "voorwaarden": ["relatie", "doelgroep-overig"]}).regels) == 2


@pytest.mark.parametrize("tekst", ["regels: [", "[]", "regels: {}", "regels: [3]", ""])
def test_a_broken_file_is_named(tmp_path, tekst):
    (tmp_path / "kapot.yaml").write_text(tekst, encoding="utf-8")
    with pytest.raises(OngeldigBeleid, match=r"kapot\.yaml"):
        Beleid.load(tmp_path)


def test_no_policy_is_no_policy(tmp_path):
    with pytest.raises(OngeldigBeleid, match="geen"):
        Beleid.load(tmp_path)


def test_a_row_on_toestemming_is_one_row_a_category(tmp_path):
    regels = laad(tmp_path, RIJ | TOESTEMMING | {"categorieen": ["voortgang", "uren"]}).regels
    assert [(r.id, r.categorie) for r in regels] == [("r1/uren", "uren"), ("r1/voortgang", "voortgang")]


def test_canonical_json_gives_the_same_policy_and_any_change_another_digest(tmp_path):
    heel = beleid()
    assert Beleid.from_json(heel.to_json()).digest() == heel.digest()
    assert Beleid(tuple(reversed(heel.regels))).digest() == heel.digest()
    assert heel.zonder(heel.regels[0].id).digest() != heel.digest()
    assert laad(tmp_path, RIJ).digest() != laad(tmp_path, RIJ | {"artikel": "Wi 35(4)"}).digest()


def test_every_row_of_the_policy_cites_an_article_of_a_known_law():
    for regel in beleid().regels:
        assert any(wet in regel.artikel for wet in ("Wi ", "Bi ", "AVG ", "Wet COA ")), regel.id
    assert BELEID_MAP.is_dir()
