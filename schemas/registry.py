# SPDX-License-Identifier: EUPL-1.2
"""The schema registry: files ``<gebeurtenis>/<versie>.avsc`` and ``registry.lock.json``, which gives each a global id.

An id, once locked, never changes and is never given twice: it stands in every frame ever written.
``python -m schemas.registry check`` compares files and lock and checks every rule; ``lock`` adds what is new.
Not here: serving this over HTTP (the web room), and decoding (``codec``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemas.errors import RegistryError, UnknownSchema

__all__ = ["ROOT", "Registry", "RegistryError", "SchemaVersion", "UnknownSchema", "check", "digest", "lock", "registry"]

ROOT = Path(__file__).parent
LOCK_NAME = "registry.lock.json"
_Lock = dict[str, dict[str, dict[str, Any]]]
"""subject -> version (as text, JSON has no other keys) -> {"id", "sha256"}."""
NAMESPACE = "nl.inburgering"
WORDING = ("doc", "bron")
"""Properties that explain and decide nothing: their wording may be improved without a new version."""


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One version of one event type, as its file has it, with its id from the lock."""

    gebeurtenis: str
    versie: int
    schema_id: int
    schema: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """The name under which a Confluent-compatible client asks for it."""
        return subject_of(self.gebeurtenis)


class Registry:
    """All locked versions below one root, looked up by id or by event type. Immutable."""

    def __init__(self, versions: Sequence[SchemaVersion]) -> None:
        ordered = sorted(versions, key=lambda v: (v.gebeurtenis, v.versie))
        self._by_id = MappingProxyType({v.schema_id: v for v in ordered})
        grouped: dict[str, tuple[SchemaVersion, ...]] = {}
        for version in ordered:
            grouped[version.gebeurtenis] = (*grouped.get(version.gebeurtenis, ()), version)
        self._by_event = MappingProxyType(grouped)

    @classmethod
    def load(cls, root: Path = ROOT) -> Registry:
        """Read files and lock; raises RegistryError if a file is not locked or differs from what was locked."""
        locked = _read_lock(root)
        versions = []
        for gebeurtenis, versie, schema in _files(root):
            entry = locked.get(subject_of(gebeurtenis), {}).get(str(versie))
            if entry is None:
                raise RegistryError(_not_locked(gebeurtenis, versie))
            if entry["sha256"] != digest(schema):
                raise RegistryError(_drifted(gebeurtenis, versie))
            versions.append(SchemaVersion(gebeurtenis, versie, entry["id"], schema))
        return cls(versions)

    def events(self) -> tuple[str, ...]:
        """Names of the event types, sorted."""
        return tuple(self._by_event)

    def versions(self, gebeurtenis: str) -> tuple[SchemaVersion, ...]:
        """All versions of one event type, oldest first; empty for an unknown name."""
        return self._by_event.get(gebeurtenis, ())

    def latest(self, gebeurtenis: str) -> SchemaVersion:
        """The version to write and to read with; raises UnknownSchema."""
        versions = self.versions(gebeurtenis)
        if not versions:
            raise UnknownSchema("Gebruik een gebeurtenis uit de catalogus: voor deze naam is er geen schema.")
        return versions[-1]

    def by_id(self, schema_id: int) -> SchemaVersion:
        """The version with this id; raises UnknownSchema."""
        found = self._by_id.get(schema_id)
        if found is None:
            raise UnknownSchema(f"Gebruik een schema uit het register: id {schema_id} staat er niet in.")
        return found


@cache
def registry() -> Registry:
    """The registry of this installation, read once."""
    return Registry.load(ROOT)


def subject_of(gebeurtenis: str) -> str:
    """The subject's name, ``nl.inburgering.<gebeurtenis>-value``."""
    return f"{NAMESPACE}.{gebeurtenis}-value"


def digest(schema: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of everything that a reader or a policy depends on: the canonical JSON without ``WORDING``."""
    canonical = json.dumps(_without_wording(schema), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def lock(root: Path = ROOT) -> list[str]:
    """Give each new version the next free id and write the lock; returns what was added, refuses if a check fails."""
    locked = _read_lock(root)
    problems = _problems(root, locked, new_allowed=True)
    if problems:
        raise RegistryError(problems[0])
    next_id = 1 + max((entry["id"] for versions in locked.values() for entry in versions.values()), default=0)
    added = []
    for gebeurtenis, versie, schema in _files(root):
        versions = locked.setdefault(subject_of(gebeurtenis), {})
        if str(versie) not in versions:
            versions[str(versie)] = {"id": next_id, "sha256": digest(schema)}
            added.append(f"{gebeurtenis}/{versie} = {next_id}")
            next_id += 1
    ordered = {subject: dict(sorted(locked[subject].items(), key=lambda kv: int(kv[0]))) for subject in sorted(locked)}
    (root / LOCK_NAME).write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
    return added


def check(root: Path = ROOT) -> list[str]:
    """Every way in which files, lock and rules disagree, one sentence each; empty if all is well."""
    return _problems(root, _read_lock(root), new_allowed=False)


def _problems(root: Path, locked: _Lock, *, new_allowed: bool) -> list[str]:
    # Imported here: Apache avro is slow to import, and no running process needs it.
    from schemas.compatibility import incompatibilities, is_record
    from schemas.schema_rules import violations

    problems: list[str] = []
    unseen = {(subject, versie) for subject, versions in locked.items() for versie in versions}
    schemas: dict[str, dict[int, dict[str, Any]]] = {}
    for gebeurtenis, versie, schema in _files(root):
        unseen.discard((subject_of(gebeurtenis), str(versie)))
        if not is_record(schema):
            problems.append(f"Maak van {gebeurtenis}/{versie}.avsc een geldig Avro-record.")
            continue
        schemas.setdefault(gebeurtenis, {})[versie] = schema
        problems += violations(gebeurtenis, versie, schema)
        entry = locked.get(subject_of(gebeurtenis), {}).get(str(versie))
        if entry is None and not new_allowed:
            problems.append(_not_locked(gebeurtenis, versie))
        elif entry is not None and entry["sha256"] != digest(schema):
            problems.append(_drifted(gebeurtenis, versie))
    problems += [
        f"Zet {subject} versie {versie} terug: wie het id kent, moet het kunnen lezen."
        for subject, versie in sorted(unseen)
    ]
    ids = [entry["id"] for versions in locked.values() for entry in versions.values()]
    if len(ids) != len(set(ids)):
        problems.append(f"Herstel {LOCK_NAME} uit de geschiedenis: een id is twee keer gegeven.")
    for gebeurtenis, by_version in schemas.items():
        numbers = sorted(by_version)
        if numbers != list(range(1, len(numbers) + 1)):
            problems.append(f"Nummer de versies van {gebeurtenis} vanaf 1 zonder gaten.")
        problems += incompatibilities(gebeurtenis, by_version)
    return problems


def _not_locked(gebeurtenis: str, versie: int) -> str:
    return f"Voer `python -m schemas.registry lock` uit: {gebeurtenis}/{versie}.avsc heeft nog geen id."


def _drifted(gebeurtenis: str, versie: int) -> str:
    return f"Zet {gebeurtenis}/{versie}.avsc terug en maak een nieuwe versie: een vergrendeld schema wijzigt niet."


def _files(root: Path) -> Sequence[tuple[str, int, dict[str, Any]]]:
    found = []
    for path in root.glob("*/*.avsc"):
        if not path.stem.isdecimal():
            raise RegistryError(f"Noem {path.parent.name}/{path.name} naar zijn versie, zoals 1.avsc.")
        try:
            schema = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise RegistryError(f"Maak van {path.parent.name}/{path.name} geldige JSON in UTF-8.") from None
        found.append((path.parent.name, int(path.stem), schema))
    return sorted(found, key=lambda item: item[:2])


def _read_lock(root: Path) -> _Lock:
    path = root / LOCK_NAME
    if not path.exists():
        return {}
    content: _Lock = json.loads(path.read_text(encoding="utf-8"))
    return content


def _without_wording(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {
            # Below `codes` stand symbols, of which one may happen to be spelled like a property.
            key: dict(value) if key == "codes" else _without_wording(value)
            for key, value in node.items()
            if key not in WORDING
        }
    if isinstance(node, list):
        return [_without_wording(item) for item in node]
    return node


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry of ``python -m schemas.registry``; 0 done, 1 found something, 2 wrong use."""
    parser = argparse.ArgumentParser(
        prog="python -m schemas.registry", description="Controleer of vergrendel de schema's."
    )
    parser.add_argument("act", choices=["check", "lock"])
    parser.add_argument("--root", type=Path, default=ROOT, help="map met <gebeurtenis>/<versie>.avsc")
    chosen = parser.parse_args(arguments)
    try:
        lines = check(chosen.root) if chosen.act == "check" else lock(chosen.root)
    except RegistryError as error:
        lines, failed = [str(error)], True
    else:
        failed = chosen.act == "check" and bool(lines)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
