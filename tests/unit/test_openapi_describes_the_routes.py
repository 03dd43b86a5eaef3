# SPDX-License-Identifier: EUPL-1.2
"""The description of the HTTP interface is made from what is served, is valid OpenAPI 3.1, and keeps the NL GOV API Design
Rules."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from hub.web.openapi import document
from hub.web.problems import Problem, Soort, language
from hub.web.route import PROBLEM, Route, Wie
from hub.web.routes import ROUTES
from hub.web.server import API_VERSION

DOCUMENT = document(ROUTES, "https://hub.example:8443")
SEGMENT = re.compile(r"/(\{[a-z][A-Za-z]*\}|[a-z][a-z0-9]*(-[a-z0-9]+)*(\.json)?)")
QUERY = re.compile(r"^\$?[a-z][a-z\d]*([A-Z][a-z\d]*)*$")
OPERATIONS = [
    (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]


def test_it_is_valid() -> None:
    validate(json.loads(json.dumps(DOCUMENT)))


def test_every_route_is_in_it_and_nothing_else() -> None:
    assert {(path, method.upper()) for path, method, _ in OPERATIONS} == {(one.path, one.method) for one in ROUTES}
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.naam)
def test_who_may_use_it_is_told(route: Route) -> None:
    operation = DOCUMENT["paths"][route.path][route.method.lower()]
    if route.wie is Wie.DEELNEMER:
        assert operation["security"] == [{"clientcertificaat": []}, {"oauth": []}]
        assert "401" in operation["responses"]
    else:
        assert operation["security"] == []


@pytest.mark.parametrize(
    ("path", "method", "operation"), OPERATIONS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_it_keeps_the_design_rules(path: str, method: str, operation: dict[str, Any]) -> None:
    assert "".join(match.group() for match in SEGMENT.finditer(path)) == path, "kebab-case, no slash at the end"
    for parameter in operation["parameters"]:
        assert parameter["in"] != "query" or QUERY.match(parameter["name"])
    for status, answer in operation["responses"].items():
        assert "API-Version" in answer["headers"]
        if int(status) >= 400 and path.startswith("/v1") and "oauth" not in path:
            assert set(answer["content"]) == {PROBLEM}
    assert "422" not in operation["responses"]
    assert "5XX" not in operation["responses"] and "default" not in operation["responses"]


def test_it_says_who_keeps_it_and_which_version_it_is() -> None:
    assert set(DOCUMENT["info"]["contact"]) == {"name", "url", "email"}
    assert DOCUMENT["info"]["version"] == API_VERSION and re.fullmatch(r"\d+\.\d+\.\d+", API_VERSION)
    assert all(one["url"].startswith("https://") for one in DOCUMENT["servers"])


@pytest.mark.parametrize("soort", Soort)
def test_every_problem_speaks_both_languages(soort: Soort) -> None:
    problem = Problem(soort, "Doe dit.", "Do this.")
    dutch, english = problem.body("nl"), problem.body("en")
    assert dutch["status"] == english["status"] == soort.status
    assert dutch["type"] == english["type"]
    assert (dutch["detail"], english["detail"]) == ("Doe dit.", "Do this.")
    assert dutch["title"] != english["title"]


@pytest.mark.parametrize(
    ("accept", "taal"),
    [
        (None, "nl"),
        ("", "nl"),
        ("*", "nl"),
        ("de", "nl"),
        ("en", "en"),
        ("en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("nl,en;q=0.9", "nl"),
        ("nl;q=0.1,en;q=0.2", "en"),
        ("en;q=x", "nl"),
        (",;,", "nl"),
    ],
)
def test_dutch_unless_english_is_preferred(accept: str | None, taal: str) -> None:
    assert language(accept) == taal
