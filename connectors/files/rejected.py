# SPDX-License-Identifier: EUPL-1.2
"""The rejected lines back to their author: the same kind of file, the same columns, with `fout` beside each line.

Only the rejected lines stand in it: what is corrected there can be sent as it is (a column `fout` is not read).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from connectors.files.profile import Bestandssoort, Profiel
from connectors.files.rows import Afgekeurd
from connectors.files.sheets import write_csv, write_workbook
from connectors.files.sources import (
    CSV_ENCODINGS,
    blad_of,
    csv_lines,
    form_of,
    json_messages,
    separator_of,
    workbook_sheets,
)

FAULT_COLUMN = "fout"


def write_rejected(path: Path, profiel: Profiel, afgekeurd: Iterable[Afgekeurd], doel: Path) -> int:
    """Write the rejected lines of `path` to `doel`; the number of lines written."""
    faults: dict[tuple[str, int], list[str]] = {}
    for one in afgekeurd:
        where = f"{one.kolom}: " if one.kolom else ""
        faults.setdefault((one.blad, one.regelnummer), []).append(f"{where}{one.uitleg_nl}")
    beside = {place: " ".join(sentences) for place, sentences in faults.items()}
    match form_of(path, profiel):
        case Bestandssoort.CSV:
            lines = csv_lines(path, profiel)
            _write_csv(_rejected_lines(lines, blad_of(lines, profiel), beside), path, profiel, doel)
        case Bestandssoort.XLSX:
            touched = {blad for blad, _ in beside}
            sheets = {
                name: _rejected_lines(lines, blad, beside)
                for name, lines in workbook_sheets(path).items()
                if (blad := profiel.blad_named(name)) in touched
            }
            write_workbook(doel, sheets)
        case _:
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


def _write_csv(lines: list[list[Any]], path: Path, profiel: Profiel, doel: Path) -> None:
    content = path.read_bytes().decode(CSV_ENCODINGS[0], errors="replace")
    write_csv(doel, lines, separator_of(content, profiel))


def _write_json(messages: list[Any], beside: dict[tuple[str, int], str], profiel: Profiel, doel: Path) -> None:
    rejected = [
        {**(message if isinstance(message, dict) else {}), FAULT_COLUMN: beside[("", number)]}
        for number, message in enumerate(messages, start=1)
        if ("", number) in beside
    ]
    content = {profiel.bestand.lijst: rejected} if profiel.bestand.lijst else rejected
    doel.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
