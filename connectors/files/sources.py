# SPDX-License-Identifier: EUPL-1.2
"""CSV, XLSX, ODS and JSON as one thing: numbered lines of named cells. Not here: what the cells mean.

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

from connectors.files.mapping import translated
from connectors.files.profile import Bestandssoort, Profiel, Sjabloon
from connectors.files.rows import Afgekeurd
from connectors.files.safety import Dangerous, check_archive
from connectors.files.values import FORMULA_MARKS, Cell, is_blank

# A school's year of attendance is under 2 MB; a file beyond this is a mistake or an attack on memory.
MAX_FILE_BYTES = 20_000_000
# Excel on Dutch Windows writes cp1252 under "CSV" and UTF-8 with a mark under "CSV UTF-8". cp1252 reads anything: last.
CSV_ENCODINGS = ("utf-8-sig", "cp1252")
CSV_SEPARATORS = ";,\t"
"""Dutch Excel, everybody else, and what is pasted."""
WORKBOOKS = frozenset({".xlsx", ".ods"})
MAX_LINES = 60_000
"""A school of 500 with thirty lessons a month; more in one file is a mistake."""
MAX_NESTING = 8
"""Levels of objects in a JSON message."""
HEADING_ROW = 1
EXPLANATION_SHEET = "Uitleg"
"""Of our own template: for people, not read."""


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
    match form_of(path, profiel):
        case Bestandssoort.CSV:
            yield from _csv_rows(path, profiel)
        case Bestandssoort.XLSX:
            yield from _workbook_rows(path, profiel)
        case _:
            yield from _json_rows(path, profiel)


def form_of(path: Path, profiel: Profiel) -> Bestandssoort:
    """CSV, XLSX (which stands for ODS too) or JSON. Raises UnreadableFile for a name that a table cannot have."""
    if profiel.bestand.soort is not Bestandssoort.TABEL:
        return profiel.bestand.soort
    ending = path.suffix.lower()
    if ending in WORKBOOKS:
        return Bestandssoort.XLSX
    if ending == ".csv":
        return Bestandssoort.CSV
    raise UnreadableFile(f"Het bestand {path.name} is geen XLSX, ODS of CSV; bewaar het als een van die drie.")


def separator_of(content: str, profiel: Profiel) -> str:
    """The profile's own, or for a table the one that its first line has most of."""
    if profiel.bestand.soort is not Bestandssoort.TABEL:
        return profiel.bestand.scheiding
    first = content.partition("\n")[0]
    return max(CSV_SEPARATORS, key=first.count)


def csv_lines(path: Path, profiel: Profiel) -> list[list[str]]:
    raw = path.read_bytes()
    for encoding in CSV_ENCODINGS:
        try:
            content = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in content:
            break
        try:
            lines = csv.reader(io.StringIO(content, newline=""), delimiter=separator_of(content, profiel))
            return [[_unquoted(cell) for cell in line] for line in lines]
        except csv.Error as error:
            raise UnreadableFile(
                f"Het bestand {path.name} is geen geldige CSV; bewaar het opnieuw als CSV UTF-8."
            ) from error
    raise UnreadableFile(f"Het bestand {path.name} is geen tekst; bewaar het opnieuw als CSV UTF-8.")


def _unquoted(cell: str) -> str:
    """Without the apostrophe with which `rejected` keeps a spreadsheet from taking a text for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_MARKS else cell


def workbook_sheets(path: Path) -> dict[str, list[list[Cell]]]:
    """XLSX or ODS, by what it is and not by its name."""
    try:
        check_archive(path)
    except Dangerous as error:
        raise UnreadableFile(
            f"Het bestand {path.name} {error}; bewaar het in uw programma opnieuw als XLSX of ODS."
        ) from error
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
        raise UnreadableFile(
            f"Het bestand {path.name} is geen leesbaar XLSX- of ODS-bestand; bewaar het opnieuw."
        ) from error


def json_messages(path: Path, profiel: Profiel) -> list[Any]:
    try:
        loaded = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"Het bestand {path.name} is geen geldige JSON; maak de export opnieuw.") from error
    key = profiel.bestand.lijst
    found = loaded.get(key) if key and isinstance(loaded, dict) else loaded
    if not isinstance(found, list):
        where = f"onder ‘{key}’" if key else "als geheel"
        raise UnreadableFile(f"Het bestand {path.name} hoort {where} een lijst berichten te bevatten.")
    return found


def _csv_rows(path: Path, profiel: Profiel) -> Iterator[SourceRow | Afgekeurd]:
    lines = csv_lines(path, profiel)
    yield from _table_rows(lines, blad_of(lines, profiel), profiel, path)


def blad_of(lines: list[list[str]], profiel: Profiel) -> str:
    """The sheet that a CSV is: the one whose columns its heading has most of."""
    if len(profiel.bladen) == 1:
        return profiel.bladen[0]
    heading = {cell.strip() for cell in lines[0]} if lines else set()

    def fit(blad: str) -> tuple[float, int]:
        theirs = {profiel.koppeling.their_kolom(blad, kolom) for kolom in profiel.needed_columns(blad)}
        every = {profiel.koppeling.their_kolom(blad, kolom) for kolom in profiel.columns(blad)}
        return len(theirs & heading) / max(1, len(theirs)), len(every & heading)

    return max(profiel.bladen, key=fit)


def _workbook_rows(path: Path, profiel: Profiel) -> Iterator[SourceRow | Afgekeurd]:
    sheets = workbook_sheets(path)
    koppeling = profiel.koppeling
    names = ", ".join(koppeling.their_blad(blad) for blad in profiel.bladen)
    if profiel.bladen == ("",) and len(sheets) == 1:
        (lines,) = sheets.values()
        yield from _table_rows(lines, "", profiel, path)
        return
    if not {koppeling.blad(name) for name in sheets} & set(profiel.bladen):
        raise UnreadableFile(f"In {path.name} staat geen van de bladen {names}; gebruik het sjabloon.")
    for name, lines in sheets.items():
        if koppeling.blad(name) in profiel.bladen:
            yield from _table_rows(lines, koppeling.blad(name), profiel, path)
        elif name == EXPLANATION_SHEET:
            continue
        elif lines:
            # Without this a renamed sheet would be left out in silence.
            yield Afgekeurd(HEADING_ROW, "", name, f"Het blad ‘{name}’ is onbekend; noem het een van: {names}.", name)


def _table_rows(lines: list[Any], blad: str, profiel: Profiel, path: Path) -> Iterator[SourceRow | Afgekeurd]:
    if not lines:
        raise UnreadableFile(f"Het bestand {path.name} is leeg; er hoort ten minste een kopregel in te staan.")
    koppeling = profiel.koppeling
    if len(lines) > MAX_LINES:
        raise UnreadableFile(f"Het bestand {path.name} heeft meer dan {MAX_LINES} regels; stuur het in delen.")
    heading = [koppeling.kolom(blad, str(cell).strip()) for cell in lines[0]]
    twice = next((kolom for kolom in heading if kolom and heading.count(kolom) > 1), None)
    if twice is not None:
        theirs = koppeling.their_kolom(blad, twice)
        yield Afgekeurd(HEADING_ROW, theirs, "", f"De kolom ‘{theirs}’ staat er twee keer; laat er een staan.", blad)
        return
    missing = [kolom for kolom in profiel.needed_columns(blad) if kolom not in heading]
    for kolom in missing:
        theirs = koppeling.their_kolom(blad, kolom)
        yield Afgekeurd(
            HEADING_ROW, theirs, "", f"De kolom ‘{theirs}’ ontbreekt; neem de kopregel van het sjabloon over.", blad
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
        cells = dict(zip(heading, line, strict=True))
        if profiel.sjabloon and _prefilled_only(cells, profiel.sjabloon):
            continue
        yield SourceRow(number, blad, translated(cells, blad, profiel), line)


def _prefilled_only(cells: Mapping[str, Any], sjabloon: Sjabloon) -> bool:
    """A line of the template that nobody filled in."""
    ours = {sjabloon.kenmerk, sjabloon.initialen}
    return all(is_blank(cell) for kolom, cell in cells.items() if kolom not in ours)


def _json_rows(path: Path, profiel: Profiel) -> Iterator[SourceRow | Afgekeurd]:
    for number, message in enumerate(json_messages(path, profiel), start=1):
        if isinstance(message, dict):
            yield SourceRow(number, "", flatten(message), message)
        else:
            yield Afgekeurd(number, "", "", "Dit bericht is geen JSON-object; maak de export opnieuw.")


def flatten(message: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects as dotted paths; lists stay lists, and so does what is nested deeper than any system exports."""
    flat: dict[str, Any] = {}
    for key, value in message.items():
        if isinstance(value, dict) and prefix.count(".") < MAX_NESTING:
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _plain(cell: Any) -> Cell:
    return cell if cell is None or isinstance(cell, str | int | float | date | datetime) else str(cell)
