# SPDX-License-Identifier: EUPL-1.2
"""Two versions of one event type: a new reader reads old events, and an old reader new ones.

The second version adds a field and a code and drops a field. The old reader is a stock Confluent AvroDeserializer, as a
partner has it who has not yet been told of the new version.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.schema_registry import Schema as RegisteredSchema
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.schema_registry.schema_registry_client import SchemaRegistryClient
from confluent_kafka.serialization import MessageField, SerializationContext

from schemas.catalogue import types_of
from schemas.codec import Codec, InvalidEvent, UnknownSchema
from schemas.registry import ROOT, Registry, lock

V1: dict[str, Any] = json.loads((ROOT / "pip-vastgesteld" / "1.avsc").read_text(encoding="utf-8"))


def version_2() -> dict[str, Any]:
    schema = copy.deepcopy(V1)
    fields = {field["name"]: field for field in schema["fields"]}
    schema["fields"].remove(fields["voortgangsgesprekken"])
    schema["fields"].insert(
        5, {"name": "kenmerk", "doc": "Kenmerk.", "categorie": "pip", "type": ["null", "string"], "default": None}
    )
    for name, code, symbol in [("leerroute", "proef-route", "proef_route"), ("aandachtspunten", "reizen", "reizen")]:
        enum = fields[name]["type"][1]
        enum.get("items", enum)["symbols"].append(symbol)
        fields[name]["codes"][symbol] = code
    fields["wijze"]["categorie"] = "technisch"
    return schema


@pytest.fixture
def registries(tmp_path: Path) -> tuple[Registry, Registry]:
    """The registry before and after the second version was locked."""
    path = tmp_path / "pip-vastgesteld"
    path.mkdir()
    (path / "1.avsc").write_text(json.dumps(V1), encoding="utf-8")
    lock(tmp_path)
    before = Registry.load(tmp_path)
    (path / "2.avsc").write_text(json.dumps(version_2()), encoding="utf-8")
    lock(tmp_path)
    return before, Registry.load(tmp_path)


OLD = {
    "persoon": {"soort": "bsn", "waarde": "999990342"},
    "dagtekening": "2026-03-02",
    "leerroute": "B1-route",
    "voortgangsgesprekken": 2,
    "aandachtspunten": ["taal", "digitale-vaardigheden"],
}
NEW = {
    "dagtekening": "2026-03-02",
    "kenmerk": "P-17",
    "leerroute": "proef-route",
    "aandachtspunten": ["taal", "reizen"],
    "wijze": "eenzijdig",
}


def test_the_new_codec_reads_what_the_old_one_wrote(registries: tuple[Registry, Registry]) -> None:
    before, after = registries
    frame = Codec(before).encode("pip-vastgesteld", OLD)
    assert frame[:5] == b"\x00\x00\x00\x00\x01"
    kept = {name: value for name, value in OLD.items() if name != "voortgangsgesprekken"}
    assert Codec(after).decode(frame) == ("pip-vastgesteld", kept)
    assert Codec(before).decode(frame) == ("pip-vastgesteld", OLD)


def test_the_new_codec_writes_the_new_version(registries: tuple[Registry, Registry]) -> None:
    before, after = registries
    codec = Codec(after)
    frame = codec.encode("pip-vastgesteld", NEW)
    assert frame[:5] == b"\x00\x00\x00\x00\x02"
    assert codec.decode(frame) == ("pip-vastgesteld", NEW)
    with pytest.raises(InvalidEvent, match="voortgangsgesprekken"):
        codec.encode("pip-vastgesteld", OLD)
    with pytest.raises(UnknownSchema):
        Codec(before).decode(frame)


class Served(SchemaRegistryClient):  # type: ignore[misc]
    """The registry as a client has it that fetches schemas by id; no network."""

    def __init__(self, source: Registry) -> None:
        super().__init__({"url": "http://localhost:9"})
        self._source = source

    def get_schema(self, schema_id: int, *_: Any, **__: Any) -> RegisteredSchema:
        return RegisteredSchema(json.dumps(self._source.by_id(schema_id).schema), "AVRO")


def test_a_stock_deserializer_with_the_old_schema_reads_a_new_event(registries: tuple[Registry, Registry]) -> None:
    _, after = registries
    frame = Codec(after).encode("pip-vastgesteld", NEW)
    reader = AvroDeserializer(Served(after), json.dumps(V1))
    read = reader(frame, SerializationContext("hub.out.x", MessageField.VALUE))
    assert read["leerroute"] == "onbekend"
    assert read["aandachtspunten"] == ["taal", "onbekend"]
    assert read["voortgangsgesprekken"] is None
    assert read["dagtekening"].isoformat() == "2026-03-02"
    assert "kenmerk" not in read


def test_the_catalogue_shows_the_newest_version(registries: tuple[Registry, Registry]) -> None:
    before, after = (types_of(each)["pip-vastgesteld"] for each in registries)
    assert (before.versie, before.schema_id) == (1, 1)
    assert (after.versie, after.schema_id) == (2, 2)
    assert "kenmerk" in after.velden
    assert "kenmerk" not in before.velden
    assert after.velden["leerroute"].waarden == (*(before.velden["leerroute"].waarden or ()), "proef-route")
