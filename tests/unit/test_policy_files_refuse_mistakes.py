# SPDX-License-Identifier: EUPL-1.2
"""The loader refuses rows that contradict each other, the catalogue or the law, and says what to change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from consent.policy import Beleid, OngeldigBeleid
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
        ({"artikel": "zie de wet"}, "zie de wet"),
        ({"artikel": "Wi 35(3); de AVG"}, "de AVG"),
        ({"artikel": "Wi"}, "Wi"),
        ({"geldig_tot": 0}, "2022-01-31"),
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
    with pytest.raises(OngeldigBeleid, match="r3"):  # every version of the other row counts, not the first alone
        laad(
            tmp_path,
            RIJ | {"geldig_tot": "2024-01-01"},
            RIJ | {"geldig_van": "2024-01-01"},
            RIJ | {"id": "r3", "geldig_van": "2025-01-01", "wetswijziging": "Stb. 2024, 1"},
        )


@pytest.mark.parametrize(
    "nauwer",
    [
        {"voorwaarden": ["relatie", "doelgroep-overig"]},
        {"velden": ["taalniveau"]},
        {"categorieen": ["voortgang"]},
        {"gebeurtenissen": ["voortgang-gemeld", "uren-gemeld"], "categorieen": ["voortgang", "uren"]},
    ],
)
def test_a_row_that_opens_nothing_beside_a_wider_one_is_refused(tmp_path, nauwer):
    with pytest.raises(OngeldigBeleid, match="r2.*'r1' opent dat al"):
        laad(tmp_path, RIJ, RIJ | {"id": "r2"} | nauwer)


@pytest.mark.parametrize(
    ("eerste", "tweede"),
    [
        ({"voorwaarden": ["relatie", "doelgroep-asielstatushouder"]}, {"voorwaarden": ["relatie", "doelgroep-overig"]}),
        ({"velden": ["taalniveau"]}, {}),
        ({"categorieen": ["voortgang"]}, {"voorwaarden": ["relatie", "doelgroep-overig"]}),  # that one brings the BSN
    ],
)
def test_two_rows_that_each_open_something_stand_beside_each_other(tmp_path, eerste, tweede):
    with_more = tweede == {}
    if with_more:  # all fields, under one more condition
        tweede = {"voorwaarden": ["relatie", "doelgroep-overig"]}
    assert len(laad(tmp_path, RIJ | eerste, RIJ | {"id": "r2"} | tweede).regels) == 2


def test_a_condition_that_another_brings_along_narrows_nothing(tmp_path):
    ruim = RIJ | {"voorwaarden": ["relatie-of-staart"]}
    with pytest.raises(OngeldigBeleid, match="'r1' opent dat al"):
        laad(tmp_path, ruim, RIJ | {"id": "r2"})


STAATSBLAD = {"wetswijziging": "Stb. 2025, 100"}


def test_a_row_begins_with_its_law_and_ends_by_a_change_of_it(tmp_path):
    with pytest.raises(OngeldigBeleid, match="eerder beginnen dan de wet"):
        laad(tmp_path, RIJ | {"geldig_van": "2021-12-31"})
    later = RIJ | {"geldig_van": "2022-02-01"}
    with pytest.raises(OngeldigBeleid, match="2022-01-01.*wetswijziging"):
        laad(tmp_path, later)
    assert laad(tmp_path, later | STAATSBLAD).regels[0].wetswijziging == "Stb. 2025, 100"
    einde = RIJ | {"geldig_tot": "2027-01-01"}
    with pytest.raises(OngeldigBeleid, match="2027-01-01 vervalt"):
        laad(tmp_path, einde)
    assert len(laad(tmp_path, einde | STAATSBLAD).regels) == 1


def test_versions_of_a_row_leave_no_gap_that_the_law_does_not_have(tmp_path):
    oud, nieuw = RIJ | {"geldig_tot": "2025-01-01"}, RIJ | {"geldig_van": "2025-03-01"}
    with pytest.raises(OngeldigBeleid, match="tussen 2025-01-01 en 2025-03-01"):
        laad(tmp_path, oud, nieuw)
    assert len(laad(tmp_path, oud, nieuw | STAATSBLAD).regels) == 2
    heen = laad(tmp_path, oud, nieuw | STAATSBLAD)
    assert Beleid.from_json(heen.to_json()) == heen


def test_a_key_that_stands_twice_in_a_row_is_refused(tmp_path):
    """Of two the parser would keep the last: here the row would lose its condition."""
    tekst = yaml.safe_dump({"regels": [RIJ]}) + "  voorwaarden: []\n"
    (tmp_path / "a.yaml").write_text(tekst, encoding="utf-8")
    with pytest.raises(OngeldigBeleid, match=r"a\.yaml.*voorwaarden.*tweemaal"):
        Beleid.load(tmp_path)


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


def test_every_row_of_the_policy_holds_from_the_day_of_its_law():
    """Nothing of the law as it is now begins later or ends: a row that does so needs a change of the law in WETTEN."""
    assert {regel.wetswijziging for regel in beleid().regels} == {None}
    assert {regel.geldig_van for regel in beleid().regels} == {date(2015, 1, 1), date(2018, 5, 25), date(2022, 1, 1)}
