# SPDX-License-Identifier: EUPL-1.2
"""The schema registry over HTTP, as Confluent's clients ask for it: read only, open to all, errors in their form."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from hub.web.problems import Problem, Soort
from hub.web.room import Room
from hub.web.route import Vraag
from hub.web.server import json_response
from schemas.errors import UnknownSchema
from schemas.registry import NAMESPACE, SchemaVersion, registry

MEDIA = "application/vnd.schemaregistry.v1+json"
_SUFFIX = "-value"
LATEST = "latest"


def confluent_error(status: int, sentence: str) -> tuple[str, dict[str, Any]]:
    """Their `error_code` begins with the status; its last two digits tell subject, version and schema apart, which their
    clients do not use."""
    return MEDIA, {"error_code": status if status != Soort.NIET_GEVONDEN.status else 40401, "message": sentence}


async def get_subjects(room: Room, vraag: Vraag) -> web.Response:
    return _answer([registry().latest(name).subject for name in registry().events()])


async def get_versions(room: Room, vraag: Vraag) -> web.Response:
    return _answer([one.versie for one in _versions(vraag.pad.subject)])


async def get_version(room: Room, vraag: Vraag) -> web.Response:
    versions = _versions(vraag.pad.subject)
    wanted = vraag.pad.versie
    found = [versions[-1]] if wanted == LATEST else [one for one in versions if str(one.versie) == wanted]
    if not found:
        raise _unknown("Deze versie is er niet.", "There is no such version.")
    (one,) = found
    return _answer({"subject": one.subject, "id": one.schema_id, "version": one.versie, "schema": _text(one)})


async def get_schema(room: Room, vraag: Vraag) -> web.Response:
    try:
        return _answer({"schema": _text(registry().by_id(vraag.pad.id))})
    except UnknownSchema as error:
        raise _unknown("Een schema met dit id is er niet.", "There is no schema of this id.") from error


def _versions(subject: str) -> tuple[SchemaVersion, ...]:
    name = subject.removeprefix(f"{NAMESPACE}.").removesuffix(_SUFFIX)
    versions = registry().versions(name)
    if not versions or versions[0].subject != subject:
        raise _unknown("Dit subject is er niet.", "There is no such subject.")
    return versions


def _text(one: SchemaVersion) -> str:
    return json.dumps(one.schema, ensure_ascii=False, separators=(",", ":"))


def _unknown(nl: str, en: str) -> Problem:
    return Problem(Soort.NIET_GEVONDEN, nl, en)


def _answer(value: Any) -> web.Response:
    return json_response(value, media=MEDIA)
