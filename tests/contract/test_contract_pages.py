# SPDX-License-Identifier: EUPL-1.2
"""The pages of the contract in a real browser, on a desk and on a phone: axe-core finds nothing, nothing is wider than the
screen, and nothing is asked for from elsewhere."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.reference import render
from tests.contract.test_contract_documents import EXAMPLE, own_document
from tests.machine import program
from tests.node import script
from tests.unit.webhooks import Postbus
from tests.unit.webroom import kamer


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    place = tmp_path_factory.mktemp("pages")
    done = CliRunner().invoke(app, ["contract", "--oin", "00000099000000005000", "--html"])
    (place / "asyncapi.html").write_text(done.stdout, encoding="utf-8")
    (place / "example.html").write_text(render(json.loads(EXAMPLE.read_text(encoding="utf-8"))), encoding="utf-8")
    if (own := own_document()) is not None:
        (place / "openapi.html").write_text(render(own), encoding="utf-8")
    return sorted(place.iterdir())


def look(*files: Path) -> list[dict[str, Any]]:
    return look_at(files[0], files[0].parent, *files[1:])


def look_at(first: Path | str, pictures: Path, *more: Path) -> list[dict[str, Any]]:
    """At files, or at an address; `pictures` is where the screenshots go."""
    found: list[dict[str, Any]] = script("look.mjs", program("chromium", package="chromium"), pictures, first, *more)
    return found


def test_a_browser_shows_them_to_everybody(pages: list[Path]) -> None:
    found = look(*pages)
    assert {(one["file"], one["screen"]) for one in found} == {(p.name, s) for p in pages for s in ("desk", "phone")}
    for one in found:
        assert (one["violations"], one["wide"], one["elsewhere"]) == ([], 0, []), one


def test_the_look_sees_what_is_wrong(tmp_path: Path) -> None:
    """Grey on white, a picture without words, something from elsewhere, a line that does not fit."""
    wide = '<p style="white-space:nowrap;color:#ddd">' + "te lang " * 200 + '</p><img src="file:///nowhere.png">'
    (tmp_path / "wrong.html").write_text(f"<!doctype html><html lang=nl><title>x</title><main><h1>x</h1>{wide}</main>")
    for one in look(tmp_path / "wrong.html"):
        assert {"color-contrast", "image-alt"} <= {violation["id"] for violation in one["violations"]}
        assert one["wide"] > 0 and one["elsewhere"] == ["file:///nowhere.png"]


async def test_the_hub_serves_its_page_to_anybody(tmp_path: Path) -> None:
    """With the headers that it is sent with: the style is let in, and nothing else."""
    async with kamer(tmp_path / "web.db", Postbus()) as room:
        async with room.session.get(f"{room.base}/v1/documentatie") as answer:
            assert answer.status == 200 and answer.content_type == "text/html"
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
        found = await asyncio.to_thread(look_at, f"{room.base}/v1/documentatie", tmp_path)
    for one in found:
        assert (one["violations"], one["wide"], one["elsewhere"]) == ([], 0, []), one
