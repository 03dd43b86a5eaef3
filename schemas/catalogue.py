# SPDX-License-Identifier: EUPL-1.2
"""The event types as the code sees them: fields, categories, codes and who may say them. Loaded once, immutable.

Everything here is read from the newest ``.avsc`` of each type; nothing is written down twice.
Not here: how it becomes bytes (``codec``), who may receive it (``consent``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from schemas.errors import UnknownEventType
from schemas.forms import Vorm, vorm_van
from schemas.registry import Registry, SchemaVersion, registry
from schemas.schema_rules import HEAD_FIELDS, named_types, plain_type
from schemas.vocabulary import Categorie, Rol

__all__ = [
    "PERSOON_CATEGORIEEN",
    "Categorie",
    "Gebeurtenistype",
    "Rol",
    "UnknownEventType",
    "Veld",
    "gebeurtenistype",
    "gebeurtenistypen",
    "types_of",
]

_NO_VALUES: Mapping[str, Categorie] = MappingProxyType({})

PERSOON_CATEGORIEEN: Mapping[str, Categorie] = MappingProxyType(
    {"bsn": Categorie.BSN, "vnummer": Categorie.VNUMMER, "pseudoniem": Categorie.PSEUDONIEM}
)
"""The category of an identity in ``persoon``, by its ``soort``."""


@dataclass(frozen=True, slots=True)
class Veld:
    """One data field of an event type."""

    naam: str
    soort: str
    """One of ``schema_rules.PLAIN_TYPES``: the type of the value, or of each value of a list."""
    categorie: Categorie
    verplicht: bool
    doc: str
    eenheid: str | None = None
    waarden: tuple[str, ...] | None = None
    """The codes, if the field is a code list (``onbekend`` among them)."""
    waarde_categorieen: Mapping[str, Categorie] = field(default_factory=lambda: _NO_VALUES, hash=False)
    """Codes that are of another category than the field."""
    lijst: bool = False
    minimum: int | None = None
    bron: str | None = None
    """Article, name at DUO, or standard."""
    aliassen: tuple[str, ...] = ()
    """The field's name at DUO."""
    vorm: Vorm | None = None
    """Of a text: what kind of text it is."""

    def categorie_van(self, waarde: object) -> Categorie:
        """The category of one value (of one element, if the field is a list)."""
        if isinstance(waarde, str):
            return self.waarde_categorieen.get(waarde, self.categorie)
        return self.categorie


@dataclass(frozen=True, slots=True)
class Gebeurtenistype:
    """One event type in its newest version. ``velden`` are its data fields, without the four head fields."""

    naam: str
    versie: int
    schema_id: int
    velden: Mapping[str, Veld] = field(hash=False)
    producenten: frozenset[Rol]
    doc: str
    bron: str
    persoonsgebonden: bool
    """Whether it is about a person: then its data always travels sealed."""


def gebeurtenistype(naam: str) -> Gebeurtenistype:
    """The event type with this name (``pip-vastgesteld``); raises UnknownEventType."""
    found = gebeurtenistypen().get(naam)
    if found is None:
        raise UnknownEventType("Gebruik een gebeurtenis uit de catalogus: deze naam staat er niet in.")
    return found


@cache
def gebeurtenistypen() -> Mapping[str, Gebeurtenistype]:
    """All event types, by name."""
    return types_of(registry())


def types_of(source: Registry) -> Mapping[str, Gebeurtenistype]:
    """The event types of a registry, each in its newest version."""
    return MappingProxyType({naam: _type_of(source.latest(naam)) for naam in source.events()})


def _type_of(version: SchemaVersion) -> Gebeurtenistype:
    schema = version.schema
    named = named_types(schema)
    velden = [
        _veld_of(version.gebeurtenis, spec, named) for spec in schema["fields"] if spec["name"] not in HEAD_FIELDS
    ]
    return Gebeurtenistype(
        naam=version.gebeurtenis,
        versie=version.versie,
        schema_id=version.schema_id,
        velden=MappingProxyType({veld.naam: veld for veld in velden}),
        producenten=frozenset(Rol(rol) for rol in schema["producenten"]),
        doc=schema["doc"],
        bron=schema["bron"],
        persoonsgebonden=schema["persoonsgebonden"],
    )


def _veld_of(gebeurtenis: str, spec: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> Veld:
    soort, definition = plain_type(spec["type"][1], named)
    lijst = soort == "array"
    if lijst:
        soort, _ = plain_type(definition["items"], named)
    codes = spec.get("codes")
    return Veld(
        naam=spec["name"],
        soort=soort,
        categorie=Categorie(spec["categorie"]),
        verplicht=spec.get("verplicht", False),
        doc=spec["doc"],
        eenheid=spec.get("eenheid"),
        waarden=tuple(codes.values()) if codes else None,
        waarde_categorieen=MappingProxyType(
            {code: Categorie(categorie) for code, categorie in spec.get("waarde_categorieen", {}).items()}
        ),
        lijst=lijst,
        minimum=spec.get("minimum"),
        bron=spec.get("bron"),
        aliassen=tuple(spec.get("aliases", ())),
        vorm=vorm_van(gebeurtenis, spec["name"]) if soort == "string" else None,
    )
