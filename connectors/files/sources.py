# SPDX-License-Identifier: EUPL-1.2
"""CSV, XLSX and JSON as one thing: numbered lines of named cells. Not here: what the cells mean.

A line number is the one that the sender sees: the row in the spreadsheet (the heading is row 1), the place in a JSON
list (from 1).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from connectors.files.profile import Bestandssoort, Profiel
from connectors.files.rows import Afgekeurd
from connectors.files.values import Cell

# A school's year of attendance is under 2 MB; a file beyond this is a mistake or an attack on memory.
MAX_FILE_BYTES = 20_000_000
# Excel on Dutch Windows writes cp1252 under "CSV" and UTF-8 with a mark under "CSV UTF-8". cp1252 reads anything: last.
CSV_ENCODINGS = ("utf-8-sig", "cp1252")
HEADING_ROW = 1


class UnreadableFile(ValueError):
    """The file as a whole cannot be read. The message is one Dutch sentence that says what to do."""


@dataclass(frozen=True)
class SourceRow:
    """One line: its cells by column name (JSON: by dotted path), and as it stood, for handing back."""

    regelnummer: int
    blad: str
    cells: Mapping[str, Any]
    original: Any = field(repr=False)


def rows_of(path: Path, profiel: Profiel) -> Iterator[SourceRow | Afgekeurd]:
    """Every line that is not blank, and a refusal for each that has another shape than its heading."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableFile(f"Het bestand {path.name} kan niet worden gelezen; controleer of het bestaat.") from error
    if size > MAX_FILE_BYTES:
        raise UnreadableFile(f"Het bestand {path.name} is groter dan 20 MB; stuur het in delen.")
    match profiel.bestand.soort:
        case Bestandssoort.CSV:
            yield from _csv_rows(path, profiel)
        case Bestandssoort.XLSX:
            yield from _xlsx_rows(path, profiel)
        case Bestandssoort.JSON:
            yield from _json_rows(path, profiel)


def csv_lines(path: Path, profiel: Profiel) -> list[list[str]]:
    raw = path.read_bytes()
    for encoding in CSV_ENCODINGS:
        try:
            content = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return list(csv.reader(io.StringIO(content, newline=""), delimiter=profiel.bestand.scheiding))
    raise UnreadableFile(f"Het bestand {path.name} is geen tekst; bewaar het opnieuw als CSV UTF-8.")


def xlsx_sheets(path: Path) -> dict[str, list[list[Cell]]]:
    try:
        workbook = CalamineWorkbook.from_path(path)
        return {
            name: [
                [_plain(cell) for cell in line]
                for line in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in workbook.sheet_names
        }
    except (CalamineError, OSError) as error:
        raise UnreadableFile(f"Het bestand {path.name} is geen leesbaar XLSX-bestand; bewaar het opnieuw.") from error


def json_messages(path: Path, profiel: Profiel) -> list[Any]:
    try:
        loaded = json.loads(path.read_bytes())
    except ValueError as error:
        raise UnreadableFile(f"Het bestand {path.name} is geen geldige JSON; maak de export opnieuw.") from error
    key = profiel.bestand.lijst
    found = loaded.get(key) if key and isinstance(loaded, dict) else loaded
    if not isinstance(found, list):
        where = f"onder ‘{key}’" if key else "als geheel"
        raise UnreadableFile(f"Het bestand {path.name} hoort {where} een lijst berichten te bevatten.")
    return found


def _csv_rows(path: Path, profiel: Profiel) -> Iterator[SourceRow | Afgekeurd]:
    lines = csv_lines(path, profiel)
    yield from _table_rows(lines, "", profiel, path)


def _xlsx_rows(path: Path, profiel: Profiel) -> Iterator[SourceRow | Afgekeurd]:
    sheets = xlsx_sheets(path)
    if not set(sheets) & set(profiel.bladen):
        raise UnreadableFile(
            f"In {path.name} staat geen van de bladen {', '.join(profiel.bladen)}; gebruik het sjabloon."
        )
    for name, lines in sheets.items():
        if name in profiel.bladen:
            yield from _table_rows(lines, name, profiel, path)
        elif lines:
            # Without this a renamed sheet would be left out in silence.
            names = ", ".join(profiel.bladen)
            yield Afgekeurd(HEADING_ROW, "", name, f"Het blad ‘{name}’ is onbekend; noem het een van: {names}.", name)


def _table_rows(lines: list[Any], blad: str, profiel: Profiel, path: Path) -> Iterator[SourceRow | Afgekeurd]:
    if not lines:
        raise UnreadableFile(f"Het bestand {path.name} is leeg; er hoort ten minste een kopregel in te staan.")
    heading = [str(cell).strip() for cell in lines[0]]
    missing = [kolom for kolom in profiel.needed_columns(blad) if kolom not in heading]
    for kolom in missing:
        yield Afgekeurd(
            HEADING_ROW, kolom, "", f"De kolom ‘{kolom}’ ontbreekt; neem de kopregel van het sjabloon over.", blad
        )
    if missing:
        return
    for number, line in enumerate(lines[1:], start=HEADING_ROW + 1):
        if all(cell is None or not str(cell).strip() for cell in line):
            continue
        if len(line) != len(heading):
            uitleg = (
                f"Deze regel heeft {len(line)} kolommen en de kopregel {len(heading)}; "
                "zet tekst met een scheidingsteken tussen aanhalingstekens."
            )
            yield Afgekeurd(number, "", "", uitleg, blad)
            continue
        yield SourceRow(number, blad, dict(zip(heading, line, strict=True)), line)


def _json_rows(path: Path, profiel: Profiel) -> Iterator[SourceRow | Afgekeurd]:
    for number, message in enumerate(json_messages(path, profiel), start=1):
        if isinstance(message, dict):
            yield SourceRow(number, "", flatten(message), message)
        else:
            yield Afgekeurd(number, "", "", "Dit bericht is geen JSON-object; maak de export opnieuw.")


def flatten(message: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects as dotted paths; lists stay lists."""
    flat: dict[str, Any] = {}
    for key, value in message.items():
        if isinstance(value, dict):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _plain(cell: Any) -> Cell:
    return cell if cell is None or isinstance(cell, str | int | float | date | datetime) else str(cell)
