# SPDX-License-Identifier: EUPL-1.2
"""The pages of the contract say all that the documents say, lead only to themselves, and take text for text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.reference import NoContract, render
from schemas.catalogue import gebeurtenistypen

OPENAPI = Path(__file__).parents[1] / "bestanden" / "openapi-voorbeeld.json"
VOID = {"meta", "link", "br", "img", "input"}


class Read(HTMLParser):
    """Ids, links, tables' rows, text; and whether elements close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [str(given["id"])] if "id" in given else []
        self.targets += [str(given[name]) for name in ("href", "src", "action") if name in given]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def asyncapi_page() -> str:
    done = CliRunner().invoke(app, ["contract", "--oin", "00000099000000005000", "--html"])
    assert done.exit_code == 0
    return done.stdout


def openapi_page(**changes: Any) -> str:
    return render(json.loads(OPENAPI.read_text(encoding="utf-8")) | changes)


@pytest.mark.parametrize("page", [asyncapi_page, openapi_page])
def test_a_page_stands_alone(page: Any) -> None:
    found = Read(page())
    assert found.tags.isdisjoint({"script", "img", "link", "iframe", "form", "object"})
    assert len(found.ids) == len(set(found.ids)) > 5
    assert {target for target in found.targets if target.removeprefix("#") not in found.ids} == set()
    assert "default-src 'none'" in page()


def test_every_event_type_and_every_field_is_told() -> None:
    found = Read(asyncapi_page())
    assert {f"event-{name}" for name in gebeurtenistypen()} <= set(found.ids)
    text = " ".join(found.text.split())
    for type_ in gebeurtenistypen().values():
        for veld in type_.velden.values():
            assert veld.naam in text, f"{type_} {veld.naam}"
    assert "hub.out.00000099000000005000" in text and "hub.inbox" in text


def test_every_operation_parameter_and_schema_is_told() -> None:
    found = Read(openapi_page())
    assert {"get-dossiers", "post-dossiers", "get-dossiers-id", "schema-dossier", "schema-probleem"} <= set(found.ids)
    text = " ".join(found.text.split())
    for said in (
        "naCursor",
        "integer, from 1, up to 100, 20 if absent",
        "{ oin string; sinds string (date) }",
        "one of: Dossier; string or null",
        "a list of Dossier",
        "open gesloten",
        "Deprecated",
        "https://hub.example/token",
    ):
        assert said in text, said


def test_text_is_text() -> None:
    page = openapi_page()
    assert "<script>" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    nasty = {"title": '"><img src=x onerror=alert(1)>', "version": "1.0.0"}
    assert "img" not in Read(openapi_page(info=nasty)).tags


@pytest.mark.parametrize("document", [{}, {"openapi": "3.0.3"}, {"asyncapi": "2.6.0"}, {"swagger": "2.0"}])
def test_another_document_has_no_page(document: dict[str, Any]) -> None:
    with pytest.raises(NoContract, match=re.escape("AsyncAPI 3 or an OpenAPI 3.1")):
        render(document)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give --oin, or --from."),
        (["--oin", "12"], "12 is no OIN"),
        (["--from", "no-such-file.json"], "no-such-file.json"),
        (["--from", str(Path(__file__))], "is not JSON"),
    ],
)
def test_wrong_use_is_one_sentence(words: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["contract", *words])
    assert done.exit_code in (1, 2) and done.stdout == ""
    assert said in done.stderr and done.stderr.count("\n") == 1
