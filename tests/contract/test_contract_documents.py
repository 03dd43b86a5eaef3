# SPDX-License-Identifier: EUPL-1.2
"""The contract as documents, under the judgement of others: AsyncAPI's own parser, and Spectral with the NL GOV API Design
Rules. (`@asyncapi/cli` wraps that same parser in some fourteen hundred packages; `tests/npm` has the parser itself.)"""

from __future__ import annotations

import copy
import importlib
import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.cli import app
from schemas.catalogue import gebeurtenistypen
from tests.node import NPM, node, packages, script

PARTICIPANT = "00000099000000005000"
RULES = NPM / "adr.yaml"
EXAMPLE = Path(__file__).parents[1] / "bestanden" / "openapi-voorbeeld.json"


def asyncapi_document() -> dict[str, Any]:
    done = CliRunner().invoke(app, ["contract", "--oin", PARTICIPANT])
    assert done.exit_code == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_asyncapi_s_own_parser_reads_the_contract_and_finds_nothing(tmp_path: Path) -> None:
    sound, broken = tmp_path / "asyncapi.json", tmp_path / "broken.json"
    document = asyncapi_document()
    sound.write_text(json.dumps(document))
    del document["info"]["version"]
    document["operations"]["send-hub.inbox"]["action"] = "shout"
    broken.write_text(json.dumps(document))
    found = script("asyncapi.mjs", sound, broken)
    assert found[str(sound)] == {"read": True, "operations": 3, "messages": len(gebeurtenistypen()), "diagnostics": []}
    assert {one["severity"] for one in found[str(broken)]["diagnostics"]} >= {0}, (
        "a parser that finds nothing proves nothing"
    )


def test_the_avro_schemas_inside_are_looked_at_too(tmp_path: Path) -> None:
    document = asyncapi_document()
    document["components"]["messages"]["tik"]["payload"]["schema"]["fields"][0]["type"] = "no-such-type"
    (tmp_path / "avro.json").write_text(json.dumps(document))
    assert script("asyncapi.mjs", tmp_path / "avro.json")[str(tmp_path / "avro.json")]["diagnostics"]


# OpenAPI


def spectral(document: Path, place: Path) -> list[dict[str, Any]]:
    """What Spectral finds under our rules; it must have been able to look."""
    cli = packages() / "@stoplight" / "spectral-cli" / "dist" / "index.js"
    result = place / "found.json"
    done = node(cli, "lint", document, "--ruleset", RULES, "--format", "json", "--output", result, "--quiet")
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found: list[dict[str, Any]] = json.loads(result.read_text())
    return found


def own_document() -> dict[str, Any] | None:
    """The OpenAPI document of the hub's HTTP interface; None where the hub has no such room."""
    if importlib.util.find_spec("hub.web") is None or importlib.util.find_spec("hub.web.openapi") is None:
        return None
    routes, openapi = importlib.import_module("hub.web.routes"), importlib.import_module("hub.web.openapi")
    found: dict[str, Any] = openapi.document(routes.ROUTES, "https://hub.example")
    return found


def documents() -> Iterator[Any]:
    yield pytest.param(json.loads(EXAMPLE.read_text(encoding="utf-8")), id="example")
    if (own := own_document()) is not None:
        yield pytest.param(own, id="hub")


@pytest.mark.parametrize("document", [*documents()])
def test_spectral_finds_nothing_against_the_design_rules(document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    assert spectral(tmp_path / "openapi.json", tmp_path) == []


def first(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/dossiers/{id}"]["get"]
    return operation


BREAKS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "oas3-schema": lambda one: one["info"].pop("title"),
    "operation-operationId": lambda one: first(one).pop("operationId"),
    "path-params": lambda one: one["paths"].update({"/dossiers/{ander}": one["paths"].pop("/dossiers/{id}")}),
    "adr-doc-openapi-contact": lambda one: one["info"]["contact"].pop("email"),
    "adr-no-trailing-slash": lambda one: one["paths"].update({"/dossiers/": one["paths"].pop("/dossiers")}),
    "adr-path-segments-kebab-case": lambda one: one["paths"].update({"/Dossiers_x": one["paths"].pop("/dossiers")}),
    "adr-query-keys-camel-case": lambda one: one["paths"]["/dossiers"]["get"]["parameters"][0].update(name="na_cursor"),
    "adr-http-methods": lambda one: one["paths"]["/dossiers"].update(trace=one["paths"]["/dossiers"].pop("get")),
    "adr-uri-version": lambda one: one["servers"][0].update(url="https://hub.example/api"),
    "adr-version-header": lambda one: first(one)["responses"]["200"].pop("headers"),
    "adr-semver": lambda one: one["info"].update(version="1"),
    "adr-transport-security": lambda one: one["servers"][0].update(url="http://hub.example/v1"),
    "adr-problem-details": lambda one: first(one)["responses"]["404"].update(content={"application/json": {}}),
    "adr-invalid-input": lambda one: one["paths"]["/dossiers"]["get"]["responses"].pop("400"),
    "adr-date-time-timezone": lambda one: one["components"]["schemas"]["Dossier"]["properties"]["geopend"].update(format="time"),
    "adr-date-omit-time-portion": lambda one: one["components"]["schemas"]["Dossier"]["properties"]["einddatum"].update(format="date-time"),
}  # fmt: skip


def test_each_rule_sees_what_it_is_for(tmp_path: Path) -> None:
    """A rule that never finds anything is none: the example, broken in one place for each."""
    sound = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    files = []
    for name, breaking in BREAKS.items():
        document = copy.deepcopy(sound)
        breaking(document)
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps(document))
    found = spectral(tmp_path / "*.json", tmp_path / "..")
    by_file: dict[str, set[str]] = {}
    for one in found:
        by_file.setdefault(Path(one["source"]).stem, set()).add(one["code"])
    assert {name for name in BREAKS if name not in by_file.get(name, ())} == set()


def test_every_own_rule_names_its_rule_in_the_standard() -> None:
    text = RULES.read_text(encoding="utf-8")
    own = [line.strip().rstrip(":") for line in text.splitlines() if line.startswith("  adr-")]
    assert set(own) - set(BREAKS) == {"adr-doc-openapi"}, (
        "broken by no example: an OpenAPI of another version is read as none"
    )
    assert text.count("documentationUrl: https://gitdocumentatie.logius.nl/publicatie/api/adr/#/core/") == len(own)


def test_the_lock_pins_every_package_by_its_hash_and_names_no_registry() -> None:
    pinned = json.loads((NPM / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages_of_npm = {name: one for name, one in pinned.items() if name}
    assert len(packages_of_npm) > 100
    assert all(one["integrity"].startswith("sha512-") and "resolved" not in one for one in packages_of_npm.values())
