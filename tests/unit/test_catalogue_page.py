# SPDX-License-Identifier: EUPL-1.2
"""`docs/catalogus.md` tells a partner everything that the schemas say: each field, code, unit, source and version."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas.catalogue import gebeurtenistypen
from schemas.registry import registry

TEXT = (Path(__file__).parents[2] / "docs" / "catalogus.md").read_text(encoding="utf-8")
PARTS = {part.partition('"')[0]: part for part in TEXT.split('<a id="')[1:]}


def test_every_event_type_has_a_part_and_every_link_leads_to_one() -> None:
    assert set(PARTS) == set(gebeurtenistypen())
    assert set(re.findall(r"\]\(#([a-z0-9-]+)\)", TEXT)) == set(gebeurtenistypen())


@pytest.mark.parametrize("naam", list(gebeurtenistypen()))
def test_a_part_tells_all_that_the_schema_says(naam: str) -> None:
    type_, part = gebeurtenistypen()[naam], PARTS[naam]
    rows = {row.split("|")[1].split("`")[1]: row for row in part.splitlines() if row.startswith("| `")}
    assert type_.doc in part and type_.bron.replace("|", "\\|") in part.replace("|", "\\|")
    assert list(rows) == list(type_.velden)
    for version in registry().versions(naam):
        assert f"{version.versie} (schema-id {version.schema_id})" in part
    for veld in type_.velden.values():
        row = rows[veld.naam]
        assert veld.doc in row and (veld.eenheid or "") in row and (veld.bron or type_.bron) in row
        assert ("(verplicht)" in row) == veld.verplicht
        assert all(f"`{code}`" in row for code in veld.waarden or ())
        assert all(f"`{alias}`" in row for alias in veld.aliassen)
