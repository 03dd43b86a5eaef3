# SPDX-License-Identifier: EUPL-1.2
"""The table of routes as an OpenAPI 3.1 document, by the NL GOV API Design Rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from hub.web import models
from hub.web.problems import Soort
from hub.web.route import PROBLEM, Antwoord, Route, Wie
from hub.web.routes import GROEPEN
from hub.web.server import API_VERSION
from schemas.http_binding import BATCH, MOST_EVENTS, STRUCTURED

_REF = "#/components/schemas/{model}"
_MTLS, _OAUTH = "clientcertificaat", "oauth"
_RETRIES = frozenset({Soort.TE_VAAK, Soort.NIET_NU})
_ONLY_DOCUMENTED: tuple[type[BaseModel], ...] = (models.Inzending, models.Probleem)
"""Bodies that are read by hand: OpenAPI tells their form."""


def document(routes: Iterable[Route], base: str) -> dict[str, Any]:
    """`base`: where the hub is, https://host:port."""
    routes = tuple(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    used = sorted({route.groep for route in routes})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Inburgeringshub",
            "version": API_VERSION,
            "summary": "Gebeurtenissen van de inburgering melden en ontvangen.",
            "description": (
                "Alles over een persoon is verzegeld aan de ontvanger en ondertekend door de afzender; hoe dat gaat staat in"
                " docs/wire-format.md. De hub beslist per ontvanger en per veld, en bij het ophalen nog eens."
            ),
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            "contact": {
                "name": "Beheer van de inburgeringshub",
                "url": "https://inburgeringshub.example",
                "email": "beheer@inburgeringshub.example",
            },
        },
        "servers": [{"url": base}],
        "tags": [{"name": name, "description": GROEPEN.get(name, name)} for name in used],
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "headers": {
                "API-Version": {
                    "description": "De volledige versie van deze interface.",
                    "schema": {"type": "string", "const": API_VERSION},
                },
                "Retry-After": {
                    "description": "Over hoeveel seconden opnieuw vragen zin heeft.",
                    "schema": {"type": "integer", "minimum": 1},
                },
            },
            "securitySchemes": {
                _MTLS: {"type": "mutualTLS", "description": "Een certificaat dat in het deelnemersregister staat."},
                _OAUTH: {
                    "type": "oauth2",
                    "description": "Client credentials met private_key_jwt, ondertekend met uw sleutel uit het register.",
                    "flows": {"clientCredentials": {"tokenUrl": f"{base}/v1/oauth/token", "scopes": {}}},
                },
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": route.naam,
        "tags": [route.groep],
        "summary": route.samenvatting,
        "parameters": _parameters(route),
        "responses": _responses(route),
        "security": [{_MTLS: []}, {_OAUTH: []}] if route.wie is Wie.DEELNEMER else [],
    }
    if route.inhoud:
        content = {media: {"schema": _body(media, model)} for media, model in route.inhoud.items()}
        said["requestBody"] = {"required": True, "content": content}
    return said | dict(route.extra)


def _body(media: str, model: type[BaseModel] | None) -> dict[str, Any]:
    if model is not None:
        return _ref(model)
    if media == STRUCTURED:
        return _ref(models.Inzending)
    if media == BATCH:
        return {"type": "array", "items": _ref(models.Inzending), "minItems": 1, "maxItems": MOST_EVENTS}
    return {"type": "string", "format": "binary", "description": "Het zegel, of het frame van wat over niemand gaat."}


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [*_of_model(route.pad, "path"), *_of_model(route.query, "query")]
    for name, what in route.koppen.items():
        found.append(
            {"name": name, "in": "header", "required": False, "description": what, "schema": {"type": "string"}}
        )
    if route.foutvorm is None:
        found.append(
            {
                "name": "Accept-Language",
                "in": "header",
                "required": False,
                "description": "De taal van fouten: `nl` of `en`.",
                "schema": {"type": "string"},
            }
        )
    return found


def _of_model(model: type[BaseModel] | None, where: str) -> list[dict[str, Any]]:
    if model is None:
        return []
    schema = model.model_json_schema(ref_template=_REF)
    required = set(schema.get("required", ()))
    found = []
    for name, one in schema["properties"].items():
        said_of = _without_null(one)
        plain = {key: value for key, value in said_of.items() if key not in ("title", "description")}
        said = {"name": name, "in": where, "required": name in required or where == "path", "schema": plain}
        what = said_of.get("description")
        found.append({**said, "description": what} if what else said)
    return found


def _responses(route: Route) -> dict[str, Any]:
    found = {str(status): _response(answer) for status, answer in sorted(route.antwoorden.items())}
    for kind in route.kinds:
        found.setdefault(str(kind.status), _problem(route, kind))
    return dict(sorted(found.items()))


def _response(answer: Antwoord) -> dict[str, Any]:
    if not answer.media:
        return {
            "description": answer.wat,
            "headers": {"API-Version": {"$ref": "#/components/headers/API-Version"}},
        }
    schema = _ref(answer.model) if answer.model else {"type": "string"}
    headers: dict[str, Any] = {
        name: {"description": what, "schema": {"type": "string"}} for name, what in answer.headers.items()
    }
    return {
        "description": answer.wat,
        "headers": {"API-Version": {"$ref": "#/components/headers/API-Version"}, **headers},
        "content": {answer.media: {"schema": schema}},
    }


def _problem(route: Route, kind: Soort) -> dict[str, Any]:
    headers: dict[str, Any] = {"API-Version": {"$ref": "#/components/headers/API-Version"}}
    if kind in _RETRIES:
        headers["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    media, schema = PROBLEM, _ref(models.Probleem)
    if route.foutvorm is not None:
        media, body = route.foutvorm(kind.status, "")
        schema = _ref(models.TokenFout if "error" in body else models.SchemaFout)
    return {"description": kind.value.nl, "headers": headers, "content": {media: {"schema": schema}}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _schemas(routes: Iterable[Route]) -> Mapping[str, Any]:
    wanted: set[type[BaseModel]] = {*_ONLY_DOCUMENTED, models.TokenFout, models.SchemaFout}
    for route in routes:
        wanted |= {model for model in route.inhoud.values() if model is not None}
        wanted |= {answer.model for answer in route.antwoorden.values() if answer.model is not None}
    ordered = sorted(wanted, key=lambda model: model.__name__)
    _, made = models_json_schema([(model, "serialization") for model in ordered], ref_template=_REF)
    return {name: _without_null(one) for name, one in sorted(made["$defs"].items())}


def _without_null(schema: Any) -> Any:
    """What is absent is absent: no parameter and no body of ours is ever null."""
    if isinstance(schema, list):
        return [_without_null(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {name: _without_null(one) for name, one in schema.items() if not (name == "default" and one is None)}
    options = [one for one in found.get("anyOf", ()) if one != {"type": "null"}]
    if len(options) == 1:
        rest = {name: one for name, one in found.items() if name not in ("anyOf", "title")}
        return {**options[0], **rest}
    return found
