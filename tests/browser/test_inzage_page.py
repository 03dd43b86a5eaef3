# SPDX-License-Identifier: EUPL-1.2
"""The account of AVG 15 as its reader sees it: in three languages, at a desk, on a phone and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from hub.inzage.overzicht import gather
from hub.inzage.page import render
from hub.inzage.teksten import TALEN, teksten
from hub.readmodel.record import canonical
from tests.unit.verhaalaudit import Verhaal, boek

NOW = datetime(2026, 12, 1, tzinfo=UTC)
DESK, PHONE, SMALL, TABLET = 1280, 375, 320, 800
PAPER = 718
"""Pixels between the margins of A4."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of somebody in the demo's story who gave toestemming and withdrew it, and whom somebody looked up."""
    place = tmp_path_factory.mktemp("inzage")
    (place / "bundles").mkdir()
    story = Verhaal(place / "bundles")
    act = {"v": 1, "soort": "handeling", "handeling": "persoon-opgezocht", "door": "bakker", "onderwerp": "P09"}
    records = [*story.records, canonical(act | {"moment": "2026-11-30T09:00:00+00:00"})]
    engine = boek(f"sqlite:///{place / 'audit.db'}", records)
    page = place / "inzage.html"
    page.write_text(render(gather(engine, ["P09"], story.archief().row, NOW), story.archief().name), encoding="utf-8")
    engine.dispose()
    return page.as_uri()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page
    page.close()


def opened(page: Page, account: str, language: str, width: int = DESK) -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("about:blank")  # else only the place on the page would change
    page.goto(f"{account}#{language}")
    return page


@pytest.mark.parametrize(("language", "width"), [*((code, DESK) for code in TALEN), ("ar", PHONE)])
def test_axe_finds_nothing(page: Page, account: str, language: str, width: int) -> None:
    found = Axe().run(opened(page, account, language, width), options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert len(found.response["passes"]) > 15, "the control: it looked"


def test_axe_would_find_something(page: Page, account: str) -> None:
    opened(page, account, "nl").add_style_tag(content=".bron { color: #bbb !important; }")
    assert {one["id"] for one in Axe().run(page, options=RULES).response["violations"]} == {"color-contrast"}


@pytest.mark.parametrize("language", TALEN)
def test_nothing_runs_out_of_the_page(page: Page, account: str, language: str) -> None:
    for width, medium in ((DESK, "screen"), (TABLET, "screen"), (PHONE, "screen"), (SMALL, "screen"), (PAPER, "print")):
        opened(page, account, language, width).emulate_media(media=medium)  # type: ignore[arg-type]
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], (width, medium, wide)


def test_one_language_is_read_at_a_time_and_the_others_are_a_click_away(page: Page, account: str) -> None:
    def read() -> list[str]:
        return [code for code in TALEN if page.locator(f"section#{code}").is_visible()]

    page.goto(account)
    assert read() == ["nl"]
    for code in ("ar", "en", "nl"):
        page.get_by_role("link", name=teksten(code)["taal"], exact=True).click()
        assert read() == [code]
    page.get_by_role("link", name=teksten("nl")["rechten"], exact=True).click()
    assert read() == ["nl"], "a chapter of the language that is open"


def test_arabic_begins_on_the_right_and_names_in_it_stay_readable(page: Page, account: str) -> None:
    opened(page, account, "ar")
    title, main = page.locator("#ar h1"), page.locator("main")
    assert title.evaluate("one => getComputedStyle(one).direction") == "rtl"
    box, around = main.bounding_box(), page.locator("#ar table").first.locator("th").first.bounding_box()
    assert box and around and around["x"] > box["x"] + box["width"] / 2, "the first column is the rightmost"
    article = page.locator("#ar bdi", has_text="AVG 19").first
    assert article.evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"
    assert article.evaluate("one => getComputedStyle(one).direction") == "ltr"


def test_a_phone_names_each_column_beside_its_value(page: Page, account: str) -> None:
    opened(page, account, "nl", PHONE)
    cell = page.locator("#nl td[data-kop]").first
    shown = cell.evaluate("one => getComputedStyle(one, '::before').content")
    assert shown.strip('"') == teksten("nl")["rol"]
    assert cell.evaluate("one => getComputedStyle(one).display") == "grid"


def test_paper_has_the_articles_that_a_screen_folds_away(page: Page, account: str, tmp_path: Path) -> None:
    opened(page, account, "nl", PAPER)
    folded = page.locator("#nl td details .bron").first

    def height() -> float:
        return float(
            folded.evaluate("one => one.checkVisibility({contentVisibilityAuto: true}) ? one.offsetHeight : 0")
        )

    assert height() == 0
    page.emulate_media(media="print")
    assert height() > 0
    assert not page.locator(".talen").is_visible()
    page.pdf(path=tmp_path / "inzage.pdf", format="A4")
    assert (tmp_path / "inzage.pdf").read_bytes().startswith(b"%PDF")
