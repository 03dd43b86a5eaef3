# SPDX-License-Identifier: EUPL-1.2
"""The rejected lines back to their author: the same kind of file, the same columns, with `fout` beside each line.

Only the rejected lines stand in it: what is corrected there can be sent as it is (a column `fout` is not read).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from connectors.files.profile import Bestandssoort, Profiel
from connectors.files.rows import Afgekeurd
from connectors.files.sources import csv_lines, json_messages, xlsx_sheets

FAULT_COLUMN = "fout"


def write_rejected(path: Path, profiel: Profiel, afgekeurd: Iterable[Afgekeurd], doel: Path) -> int:
    """Write the rejected lines of `path` to `doel`; the number of lines written."""
    faults: dict[tuple[str, int], list[str]] = {}
    for one in afgekeurd:
        where = f"{one.kolom}: " if one.kolom else ""
        faults.setdefault((one.blad, one.regelnummer), []).append(f"{where}{one.uitleg_nl}")
    beside = {place: " ".join(sentences) for place, sentences in faults.items()}
    match profiel.bestand.soort:
        case Bestandssoort.CSV:
            _write_csv(_rejected_lines(csv_lines(path, profiel), "", beside), profiel, doel)
        case Bestandssoort.XLSX:
            sheets = xlsx_sheets(path)
            touched = {blad for blad, _ in beside}
            _write_xlsx({blad: _rejected_lines(sheets[blad], blad, beside) for blad in sheets if blad in touched}, doel)
        case Bestandssoort.JSON:
            _write_json(json_messages(path, profiel), beside, profiel, doel)
    return len(beside)


def _rejected_lines(lines: list[Any], blad: str, beside: dict[tuple[str, int], str]) -> list[list[Any]]:
    heading = list(lines[0]) if lines else []
    written = [[*heading, FAULT_COLUMN]]
    if in_heading := beside.get((blad, 1)):
        written.append([*("" for _ in heading), in_heading])
    for number, line in enumerate(lines[1:], start=2):
        if fault := beside.get((blad, number)):
            padding = ["" for _ in range(len(heading) - len(line))]
            written.append([*line, *padding, fault])
    return written


def _write_csv(lines: list[list[Any]], profiel: Profiel, doel: Path) -> None:
    # utf-8-sig: without the mark Excel reads UTF-8 as cp1252 and spoils names.
    with doel.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target, delimiter=profiel.bestand.scheiding).writerows(lines)


def _write_xlsx(sheets: dict[str, list[list[Any]]], doel: Path) -> None:
    workbook = Workbook(write_only=True)
    for blad, lines in sheets.items():
        sheet = workbook.create_sheet(blad)
        for line in lines:
            sheet.append([_cell(sheet, value) for value in line])
    workbook.save(doel)


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"  # a text that begins with "=" stays a text and does not become a formula
    return cell


def _write_json(messages: list[Any], beside: dict[tuple[str, int], str], profiel: Profiel, doel: Path) -> None:
    rejected = [
        {**(message if isinstance(message, dict) else {}), FAULT_COLUMN: beside[("", number)]}
        for number, message in enumerate(messages, start=1)
        if ("", number) in beside
    ]
    content = {profiel.bestand.lijst: rejected} if profiel.bestand.lijst else rejected
    doel.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
