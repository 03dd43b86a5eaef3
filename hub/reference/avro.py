# SPDX-License-Identifier: EUPL-1.2
"""An Avro schema of an event type in words: its fields, what may stand in each, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hub.reference.element import Html, between, element, inline, join, table

_WORDS = {
    ("int", "date"): "date",
    ("long", "timestamp-millis"): "instant, UTC",
    ("int", None): "whole number",
    ("long", None): "whole number",
    ("string", None): "text",
    ("boolean", None): "true or false",
    ("bytes", None): "a frame",
}
COLUMNS = ("field", "value", "category", "meaning")


def fields(label: str, found: Iterable[Mapping[str, Any]], language: str) -> Html:
    """A table of fields."""
    return table(label, COLUMNS, [_row(field, language) for field in found])


def shared(schemas: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The fields that every one of these records has under the same name and meaning."""
    if len(schemas) < 2:
        return []
    first, *others = ({field["name"]: field for field in schema["fields"]} for schema in schemas)
    return [
        field
        for name, field in first.items()
        if all(name in one and one[name]["doc"] == field["doc"] for one in others)
    ]


def _row(field: Mapping[str, Any], language: str) -> list[str]:
    must = element("span", "required", class_="must") if field.get("verplicht") else None
    may = join([must, Html(" · ") if must else None, _may(field["type"], field)])
    return [
        element("code", field["name"]),
        may,
        str(field.get("categorie", "")),
        element("span", inline(str(field.get("doc", ""))), lang=language),
    ]


def _may(kind: Any, field: Mapping[str, Any]) -> Html:
    if isinstance(kind, list):
        return join(_may(one, field) for one in kind if one != "null")
    if isinstance(kind, str):
        return join([_WORDS.get((kind, None)) or _codes(field) or kind])
    match kind["type"]:
        case "array":
            return join(["a list of: ", _may(kind["items"], field)])
        case "enum":
            return _codes(field) or join([", ".join(kind["symbols"])])
        case "record":
            inner = (join([element("code", one["name"]), " ", _may(one["type"], one)]) for one in kind["fields"])
            return join(between("; ", inner))
        case simple:
            least = f" from {field['minimum']}" if "minimum" in field else ""
            return join([_WORDS.get((simple, kind.get("logicalType")), simple) + least])


def _codes(field: Mapping[str, Any]) -> Html:
    """The codes of a code list, without the one that only stands for what a reader does not know."""
    return join(between(" ", (element("code", code) for code in field.get("codes", {}).values() if code != "onbekend")))
