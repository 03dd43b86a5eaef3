# SPDX-License-Identifier: EUPL-1.2
"""What one ``.avsc`` file must have beyond being Avro: categories, docs, codes and the four head fields.

Compatibility between versions is in ``compatibility``; ids and digests are in ``registry``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from schemas.forms import vorm_van
from schemas.vocabulary import Categorie, Rol

ONBEKEND = "onbekend"
"""The code that every list has: what an old reader makes of a code that is newer than itself."""
HEAD_FIELDS = ("persoon", "gebeurd_op", "bron", "vastgelegd_op")
"""Every event begins with these; what follows is its data."""
HEAD_KINDS = ["record", "date", "string", "timestamp-millis"]
PERSON_PARTS = ["soort", "waarde", "ook"]
PLAIN_TYPES = ("string", "int", "boolean", "date", "timestamp-millis", "enum")
"""The kinds of values in data. JSON has no others; the bytes of a correction are the one exception."""
EXCEPTIONS = ("persoon", "wijziging")
CATEGORIES = frozenset(Categorie)
ROLES = frozenset(Rol)
FIELD_NAME = re.compile(r"[a-z][A-Za-z0-9_]*")


def symbol_of(code: str) -> str:
    """The Avro symbol of a code: ``-`` becomes ``_``, and a leading digit gets ``_`` before it."""
    symbol = code.replace("-", "_")
    return f"_{symbol}" if symbol[:1].isdigit() else symbol


def record_name(gebeurtenis: str) -> str:
    """The Avro record's name: ``pip-vastgesteld`` -> ``PipVastgesteld``."""
    return "".join(part.capitalize() for part in gebeurtenis.split("-"))


def named_types(node: Any) -> dict[str, Mapping[str, Any]]:
    """Every enum and record defined in a schema, by name, so that a later mention by name can be looked up."""
    found: dict[str, Mapping[str, Any]] = {}
    if isinstance(node, Mapping):
        if node.get("type") in ("enum", "record"):
            found[node["name"]] = node
        for value in node.values():
            found |= named_types(value)
    elif isinstance(node, list):
        for item in node:
            found |= named_types(item)
    return found


def plain_type(avro: Any, named: Mapping[str, Mapping[str, Any]]) -> tuple[str, Mapping[str, Any]]:
    """The kind (one of PLAIN_TYPES, ``array``, ``record``) and the definition of an Avro type, names resolved."""
    if isinstance(avro, str):
        return plain_type(named[avro], named) if avro in named else (avro, {})
    return str(avro.get("logicalType", avro["type"])), avro


def violations(gebeurtenis: str, versie: int, schema: Mapping[str, Any]) -> list[str]:
    """One sentence for each rule that this file breaks, naming the field."""
    where = f"{gebeurtenis}/{versie}.avsc"
    sentences = (*_record_rules(gebeurtenis, schema), *_field_rules(schema), *_text_rules(gebeurtenis, schema))
    return [f"{where}: {sentence}" for sentence in sentences]


def _record_rules(gebeurtenis: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if schema.get("name") != record_name(gebeurtenis) or schema.get("namespace") != "nl.inburgering":
        yield f"noem het record nl.inburgering.{record_name(gebeurtenis)}."
    for wanted in ("doc", "bron"):
        if not schema.get(wanted):
            yield f"geef het record de eigenschap `{wanted}`."
    if not schema.get("producenten") or not set(schema["producenten"]) <= ROLES:
        yield "noem in `producenten` de rollen die dit mogen zeggen."
    if not isinstance(schema.get("persoonsgebonden"), bool):
        yield "zeg met `persoonsgebonden` of dit over een persoon gaat."
    named = named_types(schema)
    head = schema["fields"][: len(HEAD_FIELDS)]
    kinds = [_kind(field["type"], named) for field in head]
    person = [part["name"] for part in named.get("Persoon", {}).get("fields", ())]
    if tuple(field["name"] for field in head) != HEAD_FIELDS or kinds != HEAD_KINDS or person != PERSON_PARTS:
        yield f"begin met de velden {', '.join(HEAD_FIELDS)}, zoals elke gebeurtenis ze heeft."


def _kind(avro: Any, named: Mapping[str, Mapping[str, Any]]) -> str:
    return plain_type(avro[-1] if isinstance(avro, list) else avro, named)[0]


def _field_rules(schema: Mapping[str, Any]) -> Iterator[str]:
    named = named_types(schema)
    for record in named.values():
        for field in record.get("fields", ()):
            name = field["name"]
            if not FIELD_NAME.fullmatch(name):
                yield f"schrijf veld `{name}` met kleine letters en lage streepjes."
            if not field.get("doc"):
                yield f"geef veld `{name}` een `doc`."
            if field.get("categorie") not in CATEGORIES:
                yield f"geef veld `{name}` een `categorie` uit de lijst."
            yield from _code_rules(field, named)
    names = {field["name"] for field in schema["fields"]}
    for field in schema["fields"]:
        yield from _optional_rules(field, named)
        if names & set(field.get("aliases", ())):
            yield f"kies voor veld `{field['name']}` een alias die niet zelf een veld is."


def _text_rules(gebeurtenis: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """No free text about persons, and no number without its unit."""
    named = named_types(schema)
    for field in schema["fields"]:
        if field["name"] in HEAD_FIELDS or not isinstance(field["type"], list):
            continue
        kind, definition = plain_type(field["type"][-1], named)
        if kind == "array":
            kind, _ = plain_type(definition["items"], named)
        if kind == "string" and vorm_van(gebeurtenis, field["name"]) is None:
            yield f"geef veld `{field['name']}` een vorm in schemas/forms.py: vrije tekst over personen gaat niet."
        if kind == "int" and not field.get("eenheid"):
            yield f"geef veld `{field['name']}` een `eenheid`."


def _optional_rules(field: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Any field may be withheld from a recipient, so each one can be null."""
    name, avro = field["name"], field["type"]
    if not isinstance(avro, list) or len(avro) != 2 or avro[0] != "null" or field.get("default", "") is not None:
        yield f"maak veld `{name}` een union van null en één type, met default null."
        return
    kind, definition = plain_type(avro[1], named)
    if kind == "array":
        kind, _ = plain_type(definition["items"], named)
    if kind not in PLAIN_TYPES and name not in EXCEPTIONS:
        yield f"gebruik voor veld `{name}` een van de typen {', '.join(PLAIN_TYPES)} of een lijst daarvan."


def _code_rules(field: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    name, avro = field["name"], field["type"]
    kind, definition = plain_type(avro[-1] if isinstance(avro, list) else avro, named)
    if kind == "array":
        kind, definition = plain_type(definition["items"], named)
    codes = field.get("codes")
    if kind != "enum":
        if codes is not None or "waarde_categorieen" in field:
            yield f"haal `codes` en `waarde_categorieen` weg bij veld `{name}`: het is geen codelijst."
        return
    if definition.get("default") != ONBEKEND or ONBEKEND not in definition["symbols"]:
        yield f"geef de codelijst van veld `{name}` het symbool `{ONBEKEND}` als default."
    if codes is None or list(codes) != definition["symbols"]:
        yield f"noem bij veld `{name}` in `codes` de symbolen van de lijst, in dezelfde volgorde."
    elif any(symbol_of(code) != symbol for symbol, code in codes.items()):
        yield f"schrijf bij veld `{name}` elk symbool als de code met `_` voor `-`."
    for code, categorie in field.get("waarde_categorieen", {}).items():
        if code not in (codes or {}).values() or categorie not in CATEGORIES:
            yield f"noem bij veld `{name}` in `waarde_categorieen` alleen codes van de lijst en bekende categorieën."
