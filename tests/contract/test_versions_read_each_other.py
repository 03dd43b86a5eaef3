# SPDX-License-Identifier: EUPL-1.2
"""An old reader reads a new event and a new reader an old one, with the bytes kept in the repository, for every pair of
versions of every event type. What lies in a log of years ago was written by a version that nobody writes any more.
"""

from __future__ import annotations

from itertools import product

import pytest

from schemas.codec import decode
from schemas.registry import SchemaVersion, registry
from schemas.schema_rules import HEAD_FIELDS, named_types, plain_type
from tests.contract.version_vectors import kept, read, record, versions

FRAMES = {name: bytes.fromhex(frame) for name, frame in kept().items()}
PAIRS = [(w, r) for w, r in product(versions(), versions()) if w.gebeurtenis == r.gebeurtenis]


def _named(pair: tuple[SchemaVersion, SchemaVersion]) -> str:
    return f"{pair[0].gebeurtenis} {pair[0].versie} by {pair[1].versie}"


def _symbols(version: SchemaVersion, field: str) -> list[str] | None:
    named = named_types(version.schema)
    spec = next(one for one in version.schema["fields"] if one["name"] == field)
    kind, definition = plain_type(spec["type"][1], named)
    if kind == "array":
        kind, definition = plain_type(definition["items"], named)
    return list(definition["symbols"]) if kind == "enum" else None


def test_there_are_bytes_of_every_version_of_every_type_that_has_more_than_one() -> None:
    assert set(FRAMES) == {f"{one.gebeurtenis}/{one.versie}" for one in versions()}, (
        "run `python -m tests.contract.version_vectors`"
    )
    assert len({one.gebeurtenis for one in versions()}) > 30


@pytest.mark.parametrize("pair", PAIRS, ids=_named)
def test_who_knows_one_version_reads_the_bytes_of_the_other(pair: tuple[SchemaVersion, SchemaVersion]) -> None:
    writer, reader = pair
    said = record(writer)
    seen = read(FRAMES[f"{writer.gebeurtenis}/{writer.versie}"], writer, reader)
    assert set(seen) == {field["name"] for field in reader.schema["fields"]}
    for name, value in seen.items():
        if name not in said:
            assert value is None, "a field of a later version is simply not there"
            continue
        known = _symbols(reader, name) if name not in HEAD_FIELDS else None
        expected = said[name]
        if known is not None:
            codes = expected if isinstance(expected, list) else [expected]
            codes = [code if code in known else "onbekend" for code in codes]
            expected = codes if isinstance(expected, list) else codes[0]
        assert value == expected, name


@pytest.mark.parametrize("version", versions(), ids=lambda one: f"{one.gebeurtenis}/{one.versie}")
def test_the_codec_reads_what_any_version_wrote(version: SchemaVersion) -> None:
    naam, data = decode(FRAMES[f"{version.gebeurtenis}/{version.versie}"])
    newest = {field["name"] for field in registry().latest(naam).schema["fields"]}
    assert naam == version.gebeurtenis
    assert set(data) == {name for name in record(version) if name in newest}
    assert data["persoon"] == {"soort": "bsn", "waarde": "999990342"}
