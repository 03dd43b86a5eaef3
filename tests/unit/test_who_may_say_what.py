# SPDX-License-Identifier: EUPL-1.2
"""Admission: the role says what an organisation may say, the relation about whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from consent.admission import BESTAND, Vereiste, Weigergrond, may_say, vereisten
from consent.policy import OngeldigBeleid
from schemas.catalogue import Rol, gebeurtenistypen
from tests.unit.beleidswereld import BEGIN, DAG, kader, partij, relatie

LEEG = kader()
VOL = kader(relatie("gem-a"), relatie("school-a"), relatie("vwn#begeleider"), relatie("werk"))


def grond(bron: str, naam: str, k=None, gebeurd: date | None = None, **data):
    weigering = may_say(partij(bron), naam, data, k, DAG if k else None, gebeurd)
    return weigering.grond if weigering else None


@pytest.mark.parametrize("naam", sorted(gebeurtenistypen()))
@pytest.mark.parametrize("bron", ["duo", "coa", "gem-a", "isd", "school-a", "vwn#begeleider", "werk"])
def test_at_intake_the_role_alone_decides(bron, naam):
    verwacht = None if partij(bron).rol in gebeurtenistypen()[naam].producenten else Weigergrond.NIET_BEVOEGD
    assert grond(bron, naam) is verwacht


def test_what_is_not_in_the_catalogue_nobody_says():
    assert grond("duo", "persoon-verzonnen") is Weigergrond.ONBEKEND_TYPE


@pytest.mark.parametrize(
    ("bron", "naam"),
    [
        ("duo", "inburgeringsplicht-vastgesteld"),
        ("coa", "screening-gevoerd"),
        ("gem-b", "verblijf-in-gemeente-geregistreerd"),
        ("school-b", "cursus-gestart"),
        ("vwn#begeleider", "begeleiding-gestart"),
    ],
)
def test_who_meets_the_person_by_its_own_task_may_begin(bron, naam):
    assert grond(bron, naam, LEEG) is None


@pytest.mark.parametrize(
    ("bron", "naam"),
    [
        ("school-b", "aanwezigheid-gemeld"),
        ("school-b", "voortgang-gemeld"),
        ("gem-b", "pip-vastgesteld"),
        ("gem-b", "gegevens-opgevraagd"),
        ("vwn#taalschool", "voortgang-gemeld"),
        ("isd", "taalschool-toegewezen"),
    ],
)
def test_about_somebody_elses_person_one_says_nothing(bron, naam):
    assert grond(bron, naam, VOL) is Weigergrond.GEEN_RELATIE


@pytest.mark.parametrize(
    ("bron", "naam"),
    [
        ("school-a", "aanwezigheid-gemeld"),
        ("gem-a", "pip-vastgesteld"),
        ("vwn#begeleider", "pvt-uren-gemeld"),
        ("werk", "uren-gemeld"),
    ],
)
def test_about_ones_own_person_one_does(bron, naam):
    assert grond(bron, naam, VOL) is None


def test_the_first_gemeente_to_speak_is_heard_and_a_second_is_not():
    assert grond("gem-b", "regievoerder-toegewezen", LEEG) is None
    assert grond("gem-b", "gegevens-opgevraagd", LEEG) is Weigergrond.GEEN_RELATIE
    voorbij = kader(relatie("gem-a", tot=date(2026, 1, 1)))
    assert grond("gem-b", "regievoerder-toegewezen", voorbij) is Weigergrond.GEEN_RELATIE


def test_a_late_report_about_its_own_time_is_welcome_and_a_new_fact_is_not():
    gestopt = kader(relatie("gem-a"), relatie("school-a", tot=date(2026, 2, 1)))
    assert grond("school-a", "aanwezigheid-gemeld", gestopt, gebeurd=date(2026, 1, 30)) is None
    assert grond("school-a", "aanwezigheid-gemeld", gestopt, gebeurd=date(2026, 2, 1)) is Weigergrond.GEEN_RELATIE
    assert (
        grond("school-a", "aanwezigheid-gemeld", gestopt, gebeurd=BEGIN.replace(year=2024)) is Weigergrond.GEEN_RELATIE
    )


def test_what_one_began_one_may_finish_and_take_back():
    voorbij = kader(relatie("gem-a", tot=date(2026, 2, 1)), relatie("vwn#begeleider", tot=date(2026, 2, 1)))
    assert grond("gem-a", "toewijzing-beeindigd", voorbij) is None
    assert grond("vwn#begeleider", "toestemming-ingetrokken", voorbij) is None
    assert grond("vwn#begeleider", "toestemming-gegeven", voorbij) is Weigergrond.GEEN_RELATIE
    assert grond("gem-b", "toestemming-ingetrokken", voorbij) is Weigergrond.GEEN_RELATIE


def test_one_corrects_only_a_type_that_one_may_say():
    assert grond("school-a", "correctie", betreft="e1", gebeurtenis="voortgang-gemeld") is None
    assert grond("school-a", "correctie", VOL, betreft="e1", gebeurtenis="voortgang-gemeld") is None
    assert grond("school-a", "correctie", betreft="e1", gebeurtenis="pip-vastgesteld") is Weigergrond.NIET_BEVOEGD
    assert grond("school-a", "intrekking", betreft="e1", gebeurtenis="pip-vastgesteld") is Weigergrond.NIET_BEVOEGD


def test_the_receipt_repeats_nothing_of_the_data():
    weigering = may_say(partij("school-b"), "aanwezigheid-gemeld", {"les": "geheim-123"}, VOL, DAG)
    assert weigering is not None
    assert "geheim-123" not in weigering.toelichting


def test_the_file_speaks_of_every_event_that_an_organisation_may_send():
    gevonden = vereisten()
    assert gevonden[("gegevens-opgevraagd", Rol.GEMEENTE)] is Vereiste.ACTIEF
    assert len(gevonden) == sum(
        len(t.producenten - {Rol.HUB}) for n, t in gebeurtenistypen().items() if n not in ("correctie", "intrekking")
    )


@pytest.mark.parametrize(
    ("weg", "door", "woord"),
    [
        ("relatie: ooit", "relatie: misschien", "rollen"),
        ("screening-gevoerd, ", "", "Zet screening-gevoerd"),
        ("screening-gevoerd, ", "screening-gevoerd, pip-vastgesteld, ", "Verwijder pip-vastgesteld"),
        ("screening-gevoerd, ", "screening-gevoerd, screening-gevoerd, ", "eenmaal"),
    ],
)
def test_an_incomplete_file_does_not_load(tmp_path: Path, weg, door, woord):
    bestand = tmp_path / "aanlevering.yaml"
    bestand.write_text(BESTAND.read_text(encoding="utf-8").replace(weg, door), encoding="utf-8")
    with pytest.raises(OngeldigBeleid, match=woord):
        vereisten(bestand)
