# SPDX-License-Identifier: EUPL-1.2
"""The registry as committed keeps its rules, and every rule is one that can be broken."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.registry import ROOT, Registry, RegistryError, UnknownSchema, check, digest, lock, main, registry
from schemas.schema_rules import record_name, symbol_of, violations

Schema = dict[str, Any]
PIP: Schema = json.loads((ROOT / "pip-vastgesteld" / "1.avsc").read_text(encoding="utf-8"))


def field(schema: Schema, name: str) -> dict[str, Any]:
    return next(spec for spec in schema["fields"] if spec["name"] == name)


def write(root: Path, versie: int, schema: Schema, gebeurtenis: str = "pip-vastgesteld") -> None:
    (root / gebeurtenis).mkdir(exist_ok=True, parents=True)
    (root / gebeurtenis / f"{versie}.avsc").write_text(json.dumps(schema), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A registry with two event types, locked."""
    for name in ("pip-vastgesteld", "tik"):
        (tmp_path / name).mkdir()
        shutil.copy(ROOT / name / "1.avsc", tmp_path / name)
    assert lock(tmp_path) == ["pip-vastgesteld/1 = 1", "tik/1 = 2"]
    return tmp_path


def test_the_committed_registry_has_no_problem() -> None:
    assert check() == []


def test_every_schema_file_is_two_space_json_that_people_can_read() -> None:
    for path in ROOT.glob("*/*.avsc"):
        text = path.read_text(encoding="utf-8")
        assert json.loads(text)["fields"], path
        assert max(map(len, text.splitlines())) <= 200, path
        assert all((len(line) - len(line.lstrip())) % 2 == 0 for line in text.splitlines()), path
        assert "\\u" not in text, path


def test_every_id_is_found_again() -> None:
    for gebeurtenis in registry().events():
        for version in registry().versions(gebeurtenis):
            assert registry().by_id(version.schema_id) is version
            assert version.subject == f"nl.inburgering.{gebeurtenis}-value"
    with pytest.raises(UnknownSchema):
        registry().by_id(0)
    with pytest.raises(UnknownSchema):
        registry().latest("pip-verzonnen")
    assert registry().versions("pip-verzonnen") == ()


BREAKS: dict[str, Callable[[Schema], object]] = {
    "een veld zonder categorie": lambda s: field(s, "leerroute").pop("categorie"),
    "een kopveld zonder categorie": lambda s: field(s, "bron").pop("categorie"),
    "een veld binnen persoon zonder categorie": lambda s: s["fields"][0]["type"][1]["fields"][1].pop("categorie"),
    "een onbekende categorie": lambda s: field(s, "leerroute").update(categorie="roddel"),
    "een veld zonder doc": lambda s: field(s, "leerroute").pop("doc"),
    "een lege doc": lambda s: field(s, "leerroute").update(doc=""),
    "een record zonder doc": lambda s: s.pop("doc"),
    "een record zonder bron": lambda s: s.pop("bron"),
    "geen producenten": lambda s: s.update(producenten=[]),
    "een onbekende rol": lambda s: s.update(producenten=["burgemeester"]),
    "niet gezegd of het over een persoon gaat": lambda s: s.pop("persoonsgebonden"),
    "een andere recordnaam": lambda s: s.update(name="Pip"),
    "een andere namespace": lambda s: s.update(namespace="nl.duo"),
    "een kopveld weg": lambda s: s["fields"].pop(1),
    "een kopveld van een ander type": lambda s: field(s, "gebeurd_op").update(type=["null", "boolean"]),
    "een persoon die geen record is": lambda s: field(s, "persoon").update(type=["null", "boolean"]),
    "een veld erbij in persoon": lambda s: s["fields"][0]["type"][1]["fields"].append(
        {"name": "naam", "doc": "Naam.", "categorie": "naw", "type": "string", "default": ""}
    ),
    "een veldnaam met een streepje": lambda s: field(s, "wijze").update(name="de-wijze"),
    "een veld dat niet null kan zijn": lambda s: field(s, "afwijking_toets").update(type="boolean"),
    "een veld zonder default": lambda s: field(s, "afwijking_toets").pop("default"),
    "een type dat geen JSON is": lambda s: field(s, "afwijking_toets").update(type=["null", "bytes"]),
    "een kommagetal": lambda s: field(s, "afwijking_toets").update(type=["null", "double"]),
    "een codelijst zonder default": lambda s: field(s, "leerroute")["type"][1].pop("default"),
    "een codelijst zonder onbekend": lambda s: (
        field(s, "leerroute")["type"][1].update(symbols=["B1_route"], default="B1_route"),
        field(s, "leerroute").update(codes={"B1_route": "B1-route"}),
    ),
    "een symbool zonder code": lambda s: field(s, "leerroute")["codes"].pop("B1_route"),
    "een code die niet bij zijn symbool past": lambda s: field(s, "leerroute")["codes"].update(B1_route="B2-route"),
    "geen codes": lambda s: field(s, "leerroute").pop("codes"),
    "codes bij een veld dat geen codelijst is": lambda s: field(s, "afwijking_toets").update(codes={"a": "a"}),
    "een categorie voor een code die er niet is": lambda s: field(s, "aandachtspunten").update(
        waarde_categorieen={"hobby": "gezondheid"}
    ),
    "een onbekende categorie voor een code": lambda s: field(s, "aandachtspunten").update(
        waarde_categorieen={"taal": "roddel"}
    ),
    "een alias die al een veld is": lambda s: field(s, "dagtekening").update(aliases=["wijze"]),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_schema_that_breaks_a_rule_is_found_and_not_locked(root: Path, what: str) -> None:
    schema = copy.deepcopy(PIP)
    assert violations("pip-vastgesteld", 1, schema) == []
    BREAKS[what](schema)
    found = violations("pip-vastgesteld", 1, schema)
    assert found
    assert all(sentence.startswith("pip-vastgesteld/1.avsc: ") and sentence.endswith(".") for sentence in found)
    write(root, 2, schema)
    before = (root / "registry.lock.json").read_bytes()
    with pytest.raises(RegistryError):
        lock(root)
    assert (root / "registry.lock.json").read_bytes() == before


def newer(change: Callable[[Schema], object]) -> Schema:
    schema = copy.deepcopy(PIP)
    change(schema)
    return schema


def with_field(schema: Schema) -> None:
    schema["fields"].append(
        {"name": "kenmerk", "doc": "Nieuw.", "categorie": "pip", "type": ["null", "string"], "default": None}
    )


def with_code(schema: Schema) -> None:
    field(schema, "leerroute")["type"][1]["symbols"].append("proef_route")
    field(schema, "leerroute")["codes"]["proef_route"] = "proef-route"


@pytest.mark.parametrize("change", [with_field, with_code, lambda schema: schema["fields"].pop()])
def test_a_new_version_gets_the_next_id_and_changes_no_other(root: Path, change: Callable[[Schema], object]) -> None:
    before = json.loads((root / "registry.lock.json").read_text())
    write(root, 2, newer(change))
    assert [sentence for sentence in check(root) if "lock" not in sentence] == []
    assert lock(root) == ["pip-vastgesteld/2 = 3"]
    assert check(root) == []
    after = json.loads((root / "registry.lock.json").read_text())
    assert after["nl.inburgering.pip-vastgesteld-value"].pop("2")["id"] == 3
    assert after == before
    assert lock(root) == []
    loaded = Registry.load(root)
    assert [version.schema_id for version in loaded.versions("pip-vastgesteld")] == [1, 3]
    assert loaded.latest("pip-vastgesteld").versie == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda schema: field(schema, "voortgangsgesprekken").update(type=["null", "boolean"]),
        lambda schema: field(schema, "leerroute")["type"][1].update(name="Route"),
        lambda schema: field(schema, "wijze").update(type=["null", {"type": "array", "items": "boolean"}], codes=None),
    ],
)
def test_a_version_that_an_older_reader_cannot_read_is_not_locked(
    root: Path, change: Callable[[Schema], object]
) -> None:
    write(root, 2, newer(change))
    with pytest.raises(RegistryError, match="kan lezen"):
        lock(root)


def test_compatibility_is_asked_of_every_pair_of_versions_and_not_of_neighbours_only(root: Path) -> None:
    """Version 2 drops a field and version 3 brings it back as something else: 3 fits 2, and 2 fits 1, but 3 not 1."""
    write(root, 2, newer(lambda schema: schema["fields"].remove(field(schema, "voortgangsgesprekken"))))
    lock(root)
    write(
        root,
        3,
        newer(lambda schema: field(schema, "voortgangsgesprekken").update(type=["null", "string"], minimum=None)),
    )
    found = [sentence for sentence in check(root) if "kan lezen" in sentence]
    assert {sentence.split(" zo dat ")[0] for sentence in found} == {"Maak pip-vastgesteld/1", "Maak pip-vastgesteld/3"}
    assert not any("versie 2 " in sentence for sentence in found)


def test_a_locked_schema_does_not_change_but_its_wording_may(root: Path) -> None:
    write(root, 1, newer(lambda schema: field(schema, "wijze").update(doc="Beter gezegd.", bron="Wi 15")))
    assert check(root) == []
    write(root, 1, newer(lambda schema: field(schema, "wijze").update(categorie="naw")))
    (found,) = check(root)
    assert "pip-vastgesteld/1" in found
    with pytest.raises(RegistryError):
        Registry.load(root)
    with pytest.raises(RegistryError):
        lock(root)


def test_a_symbol_spelled_like_a_property_counts_in_the_digest() -> None:
    one = newer(lambda schema: field(schema, "wijze").update(codes={"doc": "a"}))
    other = newer(lambda schema: field(schema, "wijze").update(codes={"doc": "b"}))
    assert digest(one) != digest(other)


def test_a_locked_version_stays(root: Path) -> None:
    (root / "tik" / "1.avsc").unlink()
    assert any("tik-value versie 1" in sentence for sentence in check(root))


def test_versions_are_numbered_without_gaps(root: Path) -> None:
    write(root, 3, newer(with_field))
    assert any("zonder gaten" in sentence for sentence in check(root))


def test_an_id_given_twice_is_found(root: Path) -> None:
    path = root / "registry.lock.json"
    path.write_text(path.read_text().replace('"id": 2', '"id": 1'))
    assert any("twee keer" in sentence for sentence in check(root))


def test_an_unlocked_version_is_found_and_does_not_load(root: Path) -> None:
    write(root, 2, newer(with_field))
    assert any("nog geen id" in sentence for sentence in check(root))
    with pytest.raises(RegistryError, match="lock"):
        Registry.load(root)


def test_a_file_is_named_after_its_version(root: Path) -> None:
    (root / "tik" / "nieuwste.avsc").write_text("{}")
    with pytest.raises(RegistryError, match=r"1\.avsc"):
        check(root)


@pytest.mark.parametrize(
    "text",
    ['{"type": "verzameling"}', '{"type": "record", "name": "Tik", "fields": [{"name": "a"}]}', "[]", '"string"'],
)
def test_what_is_no_avro_is_said_to_be_so(root: Path, text: str) -> None:
    (root / "tik" / "2.avsc").write_text(text)
    assert any("tik/2.avsc een geldig Avro-record" in sentence for sentence in check(root))


@pytest.mark.parametrize("content", [b"{", b"\xff"])
def test_what_is_no_json_is_said_to_be_so(root: Path, content: bytes) -> None:
    (root / "tik" / "2.avsc").write_bytes(content)
    with pytest.raises(RegistryError, match=r"tik/2\.avsc geldige JSON"):
        check(root)


def test_the_command_says_what_it_found(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--root", str(root)]) == 0
    write(root, 2, newer(with_field))
    assert main(["check", "--root", str(root)]) == 1
    assert "pip-vastgesteld/2.avsc" in capsys.readouterr().out
    assert main(["lock", "--root", str(root)]) == 0
    assert capsys.readouterr().out == "pip-vastgesteld/2 = 3\n"
    (root / "tik" / "nieuwste.avsc").write_text("{}")
    assert main(["check", "--root", str(root)]) == 1


def test_names_follow_from_the_event_and_the_code() -> None:
    assert record_name("verblijf-in-gemeente-geregistreerd") == "VerblijfInGemeenteGeregistreerd"
    assert symbol_of("A1-") == "A1_"
    assert symbol_of("2e-kans") == "_2e_kans"
