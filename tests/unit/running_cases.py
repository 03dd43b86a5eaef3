# SPDX-License-Identifier: EUPL-1.2
"""Files of a gemeente's running cases, as an application manager would export them. No assertions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from connectors.files import built_in
from connectors.files.sheets import write_workbook

GEMEENTE, SCHOOL, VWN = "00000099000000010000", "00000099000000050000", "00000099000000070000"
PROFIEL = built_in("gemeente-inbreng")
GOOD: Mapping[str, Any] = {
    "BRP-inschrijving": "09-12-2024",
    "Huisvestingswet 28": "ja",
    "Regievoerder": "rv-1",
    "Regievoerder (OIN)": GEMEENTE,
    "Regievoerder per": "16-12-2024",
    "Brede intake": "20-01-2025",
    "Intake wijze": "gesprek",
    "PIP dagtekening": "03-03-2025",
    "Leerroute": "B1-route",
    "Niveau": "B1",
    "Taalschool (OIN)": SCHOOL,
    "Taalschool per": "07-04-2025",
    "Leerroute bij school": "B1-route",
    "Begeleider (OIN)": VWN,
    "Begeleiding per": "16-12-2024",
}


def write(path: Path, cases: Iterable[Mapping[str, Any]], history: Iterable[Mapping[str, Any]] = ()) -> Path:
    """`cases` and `history`: a line each, by column; what a line does not name is empty."""
    sheets = {}
    for blad, lines in (("Dossiers", cases), ("Geschiedenis", history)):
        columns = PROFIEL.columns(blad)
        sheets[blad] = [list(columns), *([line.get(kolom, "") for kolom in columns] for line in lines)]
    write_workbook(path, sheets)
    return path
