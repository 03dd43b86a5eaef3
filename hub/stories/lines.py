# SPDX-License-Identifier: EUPL-1.2
"""YAML as plain data, with the line on which each part stands. A key that is written twice is an error, not a choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

_LEZER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""LibYAML's where PyYAML has it: ten times as quick, which counts for a hundred stories."""


class DubbeleSleutel(ValueError):
    """The same key twice in one mapping: YAML would keep the last one and drop the first in silence."""

    def __init__(self, sleutel: str, regel: int) -> None:
        super().__init__(f"write {sleutel} once; the first one would be lost")
        self.regel = regel


class Tekst:
    """One YAML document."""

    def __init__(self, tekst: str) -> None:
        """Raises yaml.YAMLError, and DubbeleSleutel."""
        lezer = _LEZER(tekst)
        try:
            self._node = lezer.get_single_node()
            if self._node is not None:
                _eenmaal(self._node)
            self.inhoud: Any = None if self._node is None else lezer.construct_document(self._node)
        finally:
            lezer.dispose()

    def regel(self, plaats: Sequence[str | int]) -> int:
        """The line (from 1) of the part at this place, or of the nearest part around it."""
        node, lijn = self._node, 1
        for deel in plaats:
            gevonden = None
            if isinstance(node, yaml.MappingNode):
                gevonden = next(((k, w) for k, w in node.value if k.value == str(deel)), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(deel, int) and deel < len(node.value):
                gevonden = (node.value[deel], node.value[deel])
            if gevonden is None:
                continue  # a step of the model that the file does not have
            lijn, node = gevonden[0].start_mark.line + 1, gevonden[1]
        return lijn


def _eenmaal(node: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        gezien: set[str] = set()
        for sleutel, waarde in node.value:
            if sleutel.value in gezien:
                raise DubbeleSleutel(str(sleutel.value), sleutel.start_mark.line + 1)
            gezien.add(sleutel.value)
            _eenmaal(waarde)
    elif isinstance(node, yaml.SequenceNode):
        for deel in node.value:
            _eenmaal(deel)
