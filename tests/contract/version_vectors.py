# SPDX-License-Identifier: EUPL-1.2
"""Real bytes of every version of every event type that has more than one: `schemas/vectors/versions.json`.

`python -m tests.contract.version_vectors` adds frames of versions that have none; what is there stays, for ever, because
such frames lie in logs. Written by Apache Avro's rules with that version's own schema and not by our codec.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from fastavro import parse_schema, schemaless_reader, schemaless_writer

from schemas.codec import HEADER, MAGIC
from schemas.registry import ROOT, SchemaVersion, registry
from schemas.schema_rules import HEAD_FIELDS, named_types, plain_type

FILE: Path = ROOT / "vectors" / "versions.json"
PERSON = {"soort": "bsn", "waarde": "999990342", "ook": []}
_OTHER_FRAME = bytes.fromhex("0000000031" + "00" * 5)
"""In a correctie, of the type that it names: an empty `tik`."""


def versions() -> list[SchemaVersion]:
    """Every version of the types that have more than one."""
    return [one for naam in registry().events() if len(found := registry().versions(naam)) > 1 for one in found]


def raw(schema: Mapping[str, Any]) -> Any:
    """Parsed without logical types: a day is a number here, as it is in the bytes."""

    def plain(node: Any) -> Any:
        if isinstance(node, Mapping):
            return {key: plain(value) for key, value in node.items() if key != "logicalType"}
        return [plain(item) for item in node] if isinstance(node, list) else node

    return parse_schema(plain(schema))


def record(version: SchemaVersion) -> dict[str, Any]:
    """A value in every field of a version; of a code list its last code, which is the newest."""
    named = named_types(version.schema)
    filled: dict[str, Any] = {
        "persoon": PERSON,
        "gebeurd_op": 20500,
        "bron": "x#gemeente",
        "vastgelegd_op": 1771200000000,
    }
    for number, field in enumerate(version.schema["fields"]):
        if field["name"] in HEAD_FIELDS:
            continue
        kind, definition = plain_type(field["type"][1], named)
        items = kind == "array"
        if items:
            kind, definition = plain_type(definition["items"], named)
        one: Any = {
            "string": f"waarde-{number}",
            "int": 40 + number,
            "boolean": number % 2 == 0,
            "date": 20500 + number,
            "timestamp-millis": 1771200000000,
            "bytes": _OTHER_FRAME,
        }.get(kind)
        if kind == "enum":
            one = definition["symbols"][-1]
        filled[field["name"]] = [one, one] if items else one
    return filled | ({"gebeurtenis": "tik"} if version.gebeurtenis == "correctie" else {})


def written(version: SchemaVersion) -> bytes:
    """The Confluent frame of `record`, as somebody who knows this version alone writes it."""
    buffer = BytesIO()
    buffer.write(HEADER.pack(MAGIC, version.schema_id))
    schemaless_writer(buffer, raw(version.schema), record(version))
    return buffer.getvalue()


def read(frame: bytes, writer: SchemaVersion, reader: SchemaVersion) -> dict[str, Any]:
    """What somebody sees who knows `reader` alone, when `writer` was written."""
    buffer = BytesIO(frame)
    assert HEADER.unpack(buffer.read(HEADER.size)) == (MAGIC, writer.schema_id)
    found: Any = schemaless_reader(buffer, raw(writer.schema), raw(reader.schema))
    assert buffer.read() == b""
    return dict(found)


def kept() -> dict[str, str]:
    """`gebeurtenis/versie` -> frame in hexadecimal."""
    found: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))["frames"] if FILE.exists() else {}
    return found


def main() -> None:
    frames = {f"{one.gebeurtenis}/{one.versie}": written(one).hex() for one in versions()} | kept()
    content = {"uitleg": "tests/contract/version_vectors.py; synthetic persons", "frames": dict(sorted(frames.items()))}
    FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
