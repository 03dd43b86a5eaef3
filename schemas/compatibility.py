# SPDX-License-Identifier: EUPL-1.2
"""FULL_TRANSITIVE: every version of an event type reads every other one. Judged by Apache Avro's own checker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import permutations
from typing import Any

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.errors import AvroException
from avro.schema import parse


def is_record(schema: Any) -> bool:
    """Whether Apache Avro takes this for the schema of a record."""
    try:
        return bool(parse(json.dumps(schema)).type == "record")
    except AvroException:
        return False


def incompatibilities(gebeurtenis: str, versions: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """One sentence for each pair of versions of which one cannot read the other."""
    parsed = {versie: parse(json.dumps(schema)) for versie, schema in versions.items()}
    found = []
    for reader, writer in permutations(sorted(parsed), 2):
        result = ReaderWriterCompatibilityChecker().get_compatibility(reader=parsed[reader], writer=parsed[writer])
        if result.compatibility is not SchemaCompatibilityType.compatible:
            where = ", ".join(sorted(result.locations)) or "/"
            found.append(
                f"Maak {gebeurtenis}/{reader} zo dat het versie {writer} kan lezen: dat lukt niet bij {where}."
            )
    return found
