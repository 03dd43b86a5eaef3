# SPDX-License-Identifier: EUPL-1.2
"""Reads policy rows from YAML files or JSON, with an error that names the row. Not: what a row may say (``policy``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from consent.conditions import Voorwaarde
from consent.policy import Beleidsregel, Grondslag, OngeldigBeleid, splits
from schemas.catalogue import Categorie, Rol

_VERPLICHT = ("id", "gebeurtenissen", "categorieen", "van", "naar", "doel", "grondslag", "artikel", "geldig_van")
_MOGELIJK = frozenset(_VERPLICHT) | {"geldig_tot", "voorwaarden", "velden", "toelichting", "wetswijziging"}
_Code = TypeVar("_Code", bound=Enum)


class _Strikt(yaml.SafeLoader):
    """YAML in which a key stands once: of two the parser would keep the last, and a row would lose its conditions."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        sleutels = [self.construct_object(sleutel, deep=True) for sleutel, _ in node.value]
        if dubbel := [sleutel for sleutel in sleutels if sleutels.count(sleutel) > 1]:
            plaats = node.start_mark.line + 1
            raise yaml.constructor.ConstructorError(None, None, f"{dubbel[0]!r} tweemaal, vanaf regel {plaats}")
        return super().construct_mapping(node, deep)


def lees_yaml(bestand: Path) -> Any:
    """What a policy file holds; raises OngeldigBeleid with the file's name."""
    try:
        return yaml.load(bestand.read_text(encoding="utf-8"), Loader=_Strikt)  # noqa: S506  a SafeLoader, and stricter
    except yaml.constructor.ConstructorError as fout:
        raise OngeldigBeleid(f"Verbeter beleidsbestand {bestand.name!r}: {fout.problem}.") from fout
    except yaml.YAMLError as fout:
        raise OngeldigBeleid(f"Verbeter de YAML van beleidsbestand {bestand.name!r}.") from fout


def regels_in_map(map_: Path) -> Iterator[Beleidsregel]:
    """The rows of every YAML file that has a list ``regels``, file by file in order of name."""
    bestanden = sorted(map_.glob("*.yaml"))
    if not bestanden:
        raise OngeldigBeleid(f"Zet beleidsbestanden (*.yaml) in de map {map_.name!r}; er staat er geen.")
    for bestand in bestanden:
        inhoud = lees_yaml(bestand)
        if isinstance(inhoud, Mapping) and "regels" not in inhoud and "aanlevering" in inhoud:
            continue  # who may send what: admission reads that file
        yield from regels_uit(inhoud, bestand.name)


def regels_uit(inhoud: object, waar: str) -> Iterator[Beleidsregel]:
    """Rows from plain data ``{"regels": [...]}``."""
    if not isinstance(inhoud, Mapping) or not isinstance(inhoud.get("regels"), list):
        raise OngeldigBeleid(f"Geef {waar} een lijst 'regels'.")
    for nummer, rij in enumerate(inhoud["regels"], start=1):
        yield from splits(_regel(rij, f"rij {nummer} van {waar}"))


def _regel(rij: object, waar: str) -> Beleidsregel:
    if not isinstance(rij, Mapping):
        raise OngeldigBeleid(f"Schrijf {waar} als sleutels met waarden.")
    waar = f"beleidsregel {rij.get('id')!r} ({waar})" if rij.get("id") else waar
    for sleutel in _VERPLICHT:
        if not rij.get(sleutel):
            raise OngeldigBeleid(f"Geef {waar} een {sleutel!r}.")
    if vreemd := sorted(set(map(str, rij)) - _MOGELIJK):
        raise OngeldigBeleid(f"Laat {vreemd[0]!r} weg uit {waar}; dat onderdeel bestaat niet.")
    return Beleidsregel(
        id=str(rij["id"]),
        gebeurtenissen=frozenset(_lijst(rij, "gebeurtenissen", waar)),
        categorieen=frozenset(_codes(Categorie, rij, "categorieen", waar)),
        van=_code(Rol, rij["van"], waar),
        naar=_code(Rol, rij["naar"], waar),
        doel=str(rij["doel"]),
        grondslag=_code(Grondslag, rij["grondslag"], waar),
        artikel=str(rij["artikel"]),
        geldig_van=_dag(rij["geldig_van"], waar),
        geldig_tot=_dag(rij["geldig_tot"], waar) if rij.get("geldig_tot") is not None else None,
        voorwaarden=tuple(_codes(Voorwaarde, rij, "voorwaarden", waar)),
        velden=frozenset(_lijst(rij, "velden", waar)),
        wetswijziging=str(rij["wetswijziging"]) if rij.get("wetswijziging") else None,
    )


def _lijst(rij: Mapping[Any, Any], sleutel: str, waar: str) -> list[str]:
    waarde = rij.get(sleutel) or []
    if not isinstance(waarde, list) or not all(isinstance(deel, str) for deel in waarde):
        raise OngeldigBeleid(f"Schrijf {sleutel!r} van {waar} als een lijst van namen.")
    if len(set(waarde)) != len(waarde):
        raise OngeldigBeleid(f"Noem elk van {sleutel!r} van {waar} eenmaal.")
    return waarde


def _codes(soort: type[_Code], rij: Mapping[Any, Any], sleutel: str, waar: str) -> Iterable[_Code]:
    return [_code(soort, naam, waar) for naam in _lijst(rij, sleutel, waar)]


def _code(soort: type[_Code], naam: object, waar: str) -> _Code:
    try:
        return soort(naam)
    except ValueError as fout:
        mogelijk = ", ".join(str(lid.value) for lid in soort)
        raise OngeldigBeleid(f"Gebruik een van {mogelijk} in plaats van {naam!r} in {waar}.") from fout


def _dag(waarde: object, waar: str) -> date:
    try:
        return waarde if type(waarde) is date else date.fromisoformat(str(waarde))
    except ValueError as fout:
        raise OngeldigBeleid(f"Schrijf datums als 2022-01-31 in plaats van {waarde!r} in {waar}.") from fout
