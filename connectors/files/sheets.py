# SPDX-License-Identifier: EUPL-1.2
"""Tables to files that people open: XLSX, ODS and CSV, in which a text stays a text and never becomes a formula.

Not here: what is written (`rejected`, `template`).
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from connectors.files.values import is_formula

Lines = Sequence[Sequence[Any]]
NARROWEST, WIDEST = 12, 90
"""Of a column, in characters: what stands beside a rejected line is read without dragging the column open."""
LAST_CHOICE_ROW = 5_000
MAX_CHOICES = 250
"""Characters; Excel takes no longer list of choices."""

_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)


def write_workbook(
    path: Path, sheets: Mapping[str, Lines], choices: Mapping[str, Mapping[int, Sequence[str]]] | None = None
) -> None:
    """Write XLSX or ODS, as the name says. `choices` is for XLSX: by sheet and column (from 0), what a cell may hold."""
    if path.suffix.lower() == ".ods":
        _write_ods(path, sheets)
    else:
        _write_xlsx(path, sheets, choices or {})


def write_csv(path: Path, lines: Iterable[Sequence[Any]], separator: str = ";") -> None:
    """UTF-8 with a mark (without it Excel reads cp1252 and spoils names). An apostrophe goes before what would be a
    formula; the reader takes it off again."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, delimiter=separator)
        writer.writerows([[_harmless(value) for value in line] for line in lines])


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def _write_xlsx(path: Path, sheets: Mapping[str, Lines], choices: Mapping[str, Mapping[int, Sequence[str]]]) -> None:
    from openpyxl import Workbook  # takes half a second, which `hub` and `connect` need not wait for
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook(write_only=True)
    for name, lines in sheets.items():
        sheet = workbook.create_sheet(name)
        sheet.freeze_panes = "A2"
        for column in range(1, max(map(len, lines), default=0) + 1):
            longest = max(len(str(line[column - 1] or "")) for line in lines if len(line) >= column)
            sheet.column_dimensions[get_column_letter(column)].width = min(WIDEST, max(NARROWEST, longest + 2))
        for column, options in choices.get(name, {}).items():
            if len(",".join(options)) <= MAX_CHOICES:
                rule = DataValidation(type="list", formula1=f'"{",".join(options)}"', allow_blank=True)
                letter = get_column_letter(column + 1)
                rule.add(f"{letter}2:{letter}{LAST_CHOICE_ROW}")
                sheet.data_validations.append(rule)
        for line in lines:
            sheet.append([_cell(sheet, value) for value in line])
    workbook.save(path)


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"  # a text that begins with "=" stays a text and does not become a formula
    return cell


def _write_ods(path: Path, sheets: Mapping[str, Lines]) -> None:
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{''.join(map(_ods_row, lines))}</table:table>"
        for name, lines in sheets.items()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        # first and not compressed: so that a program knows the kind of file by its first bytes (ODF 1.2, part 3, 3.3)
        archive.writestr("mimetype", _ODS_TYPE, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", _CONTENT.format(tables))


def _ods_row(line: Sequence[Any]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, line))}</table:table-row>"


def _ods_cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind, shown = f'boolean" office:boolean-value="{str(value).lower()}', "ja" if value else "nee"
    elif isinstance(value, int | float):
        kind, shown = f'float" office:value="{value}', str(value)
    elif isinstance(value, date):
        moment = value.isoformat() if not isinstance(value, datetime) else value.isoformat(timespec="seconds")
        kind, shown = f'date" office:date-value="{moment}', f"{value:%d-%m-%Y}"
    else:
        kind, shown = "string", str(value)
    return f'<table:table-cell office:value-type="{kind}"><text:p>{escape(shown)}</text:p></table:table-cell>'
