# SPDX-License-Identifier: EUPL-1.2
"""AVG 15: the account of one person, from the audit log of the demo's story."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from consent.categorieen import categorieen_in
from hub.inzage.overzicht import Ontvanger, Overzicht, gather, plain
from hub.inzage.page import render
from hub.inzage.teksten import TALEN, teksten
from hub.readmodel.record import canonical
from schemas.vocabulary import Categorie
from tests.unit.verhaalaudit import Verhaal, boek

NU = datetime(2026, 12, 1, tzinfo=UTC)
VWN, VELDHAVEN = "vwn#begeleider", "veldhaven#gemeente"


@pytest.fixture(scope="module")
def engine(verhaal: Verhaal, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return boek(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'audit.db'}", verhaal.records)


@pytest.fixture(scope="module")
def inzage(verhaal: Verhaal, engine: Engine) -> Overzicht:
    return gather(engine, ["P09"], verhaal.archief().row, NU)


def ontvanger(inzage: Overzicht, verhaal: Verhaal, name: str) -> Ontvanger:
    return next(one for one in inzage.ontvangers if str(one.partij) == verhaal.partij(name))


def test_every_delivery_about_the_person_is_in_it_and_none_about_another(inzage: Overzicht, verhaal: Verhaal) -> None:
    expected = Counter(
        (verhaal.partij(one.aan), one.gebeurtenis, one.dag.isoformat())
        for one in verhaal.waarneming.geleverd
        if one.persoon == "P09"
    )
    assert Counter((one["aan"], one["type"], one["moment"][:10]) for one in inzage.verstrekkingen) == expected


@pytest.mark.parametrize("aan", [VWN, VELDHAVEN])
def test_the_categories_are_those_of_the_values_that_were_sent(inzage: Overzicht, verhaal: Verhaal, aan: str) -> None:
    sent: set[str] = set()
    for one in verhaal.waarneming.geleverd:
        if one.persoon == "P09" and one.aan == aan:
            sent |= {c.value for c in categorieen_in(one.gebeurtenis, one.data)} | one.identiteiten
    assert {c.value for c in ontvanger(inzage, verhaal, aan).gedeeld} == sent


def test_what_a_begeleider_got_on_toestemming_names_that_ground_and_its_source(
    inzage: Overzicht, verhaal: Verhaal
) -> None:
    got = ontvanger(inzage, verhaal, VWN).gedeeld
    assert Categorie.BSN not in got and Categorie.GEZONDHEID not in got
    voortgang = got[Categorie.VOORTGANG]
    assert {ground.grondslag for ground in voortgang.gronden} == {"toestemming"}
    schools = {
        verhaal.partij(f"{one.id}#taalschool") for one in verhaal.draaiboek.deelnemers if one.rol == "taalschool"
    }
    assert schools & set(voortgang.bronnen)


def test_what_was_withheld_is_told_with_the_reason(inzage: Overzicht, verhaal: Verhaal) -> None:
    denied = ontvanger(inzage, verhaal, VWN).geweigerd
    assert {"no-toestemming", "toestemming-withdrawn"} <= set(denied)
    assert Categorie.VOORTGANG in denied["toestemming-withdrawn"].categorieen
    assert all(
        Categorie.GEZONDHEID not in one.categorieen for name, one in denied.items() if name != "forbidden-category"
    )


def test_the_page_speaks_three_languages_and_needs_nothing_from_elsewhere(inzage: Overzicht, verhaal: Verhaal) -> None:
    page = render(inzage, verhaal.archief().name)
    seen = _Page(page)
    assert [seen.attributes["section", code]["lang"] for code in TALEN] == list(TALEN)
    assert seen.attributes["section", "ar"]["dir"] == "rtl"
    assert seen.attributes["section", "nl"]["dir"] == "ltr"
    assert not seen.names & {"script", "img", "link", "iframe", "form"}
    assert not re.search(r"(?:src|href)=\"(?!#)", page) and "url(" not in page and "@import" not in page
    for code in TALEN:
        assert teksten(code)["titel"] in page
        assert teksten(code).label("redenen", "toestemming-withdrawn") in page
    assert seen.open == [], "every element is closed"


def test_the_page_and_its_json_name_no_number_and_no_other_person(
    inzage: Overzicht, verhaal: Verhaal, engine: Engine
) -> None:
    told = render(inzage, verhaal.archief().name) + orjson.dumps(plain(inzage, verhaal.archief().name)).decode()
    for persoon in verhaal.draaiboek.personen:
        assert persoon.bsn not in told
        assert persoon.achternaam not in told
        assert persoon.id == "P09" or not re.search(rf"\b{persoon.id}\b", told)


def test_a_name_cannot_become_a_piece_of_the_page(inzage: Overzicht) -> None:
    page = render(inzage, lambda oin: '<script>alert("x")</script>')
    assert "<script" not in page and "&lt;script&gt;" in page


def test_somebody_nothing_is_known_of_gets_an_empty_account(engine: Engine, verhaal: Verhaal) -> None:
    nobody = gather(engine, ["P99"], verhaal.archief().row, NU)
    assert nobody.ontvangers == () and nobody.periode is None
    assert teksten("nl")["niets"] in render(nobody, verhaal.archief().name)


def test_who_looked_the_person_up_is_told_without_the_name_of_the_employee(verhaal: Verhaal, tmp_path: Path) -> None:
    act = {"v": 1, "soort": "handeling", "handeling": "persoon-opgezocht", "door": "bakker", "onderwerp": "P09"}
    records = [
        canonical(act | {"moment": "2026-11-30T09:00:00+00:00"}),
        canonical(act | {"moment": "2026-11-30T09:00:00+00:00", "onderwerp": "P01"}),
    ]
    engine = boek(f"sqlite:///{tmp_path / 'a.db'}", records)
    found = gather(engine, ["P09"], verhaal.archief().row, NU)
    assert len(found.handelingen) == 1
    page = render(found, verhaal.archief().name)
    assert teksten("nl").label("handelingen", "persoon-opgezocht") in page
    assert "bakker" not in page + orjson.dumps(plain(found, verhaal.archief().name)).decode()


class _Page(HTMLParser):
    """What elements a page has, and whether each is closed."""

    VOID = frozenset({"meta", "br", "link", "img", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: dict[tuple[str, str], dict[str, str]] = {}
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            assert (tag, given["id"]) not in self.attributes, "an id stands once"
            self.attributes[tag, given["id"]] = given
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
