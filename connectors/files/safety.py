# SPDX-License-Identifier: EUPL-1.2
"""Is a spreadsheet what it seems, before anything takes it apart? XLSX and ODS are zip archives full of XML.

Refused: archives that unfold beyond reason or lie about their size (zip bombs), XML with a document type (entity
tricks), a cell a million rows down or a value repeated a million times (a reader would make room for all of it).
Reads the archive once, in blocks, and keeps nothing. Not here: what the cells say.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat

MAX_ENTRIES = 2_000
MAX_UNFOLDED_BYTES = 100_000_000
"""A workbook of 50,000 lines unfolds to some 30 MB."""
MAX_ROWS, MAX_COLUMNS, MAX_AREA = 100_000, 1_000, 5_000_000
MAX_DEPTH = 64
MAX_CHARACTERS = 200_000_000
"""All texts together, each as often as it is used: what a reader will hold."""
BLOCK = 65_536
ZIP_MARK = b"PK\x03\x04"

_REFERENCE = re.compile(r"([A-Z]{1,7})(\d{1,9})")
_SPACES = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 s"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "


class Dangerous(ValueError):
    """What about the archive is refused: the second half of a Dutch sentence about the file."""


def check_archive(path: Path) -> None:
    """Raises Dangerous. Anything else about the file (no zip at all, another kind of workbook) is for its reader."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise Dangerous("bevat te veel onderdelen")
            if sum(entry.file_size for entry in entries) > MAX_UNFOLDED_BYTES:
                raise Dangerous("is uitgepakt groter dan 100 MB")
            if len({entry.filename for entry in entries}) != len(entries):
                raise Dangerous("bevat twee onderdelen met dezelfde naam")
            longest, used = 0, 0
            for entry in entries:
                if entry.flag_bits & 0x1:
                    raise Dangerous("is met een wachtwoord beveiligd")
                part = _Part()
                _read(archive, entry, part)
                longest, used = max(longest, part.longest_shared), used + part.shared_used
                used_characters = part.characters + longest * used
                if used_characters > MAX_CHARACTERS:
                    raise Dangerous("bevat te veel tekst")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise Dangerous("is beschadigd of geen werkboek") from error


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, part: _Part) -> None:
    """To its end: only there zipfile compares size and checksum, so an entry that says less than it holds is refused."""
    with archive.open(entry) as source:
        if not entry.filename.lower().endswith((".xml", ".rels")):
            while source.read(BLOCK):
                pass
            return
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _doctype
        parser.StartElementHandler = part.start
        parser.EndElementHandler = part.end
        parser.CharacterDataHandler = part.text
        try:
            while block := source.read(BLOCK):
                parser.Parse(block, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Dangerous("bevat beschadigde XML") from error


def _doctype(*_: object) -> None:
    raise Dangerous("bevat een documenttype (DTD), wat in een werkboek niet hoort")


class _Part:
    """One XML part on its way past: how far its cells reach and how much text it stands for."""

    def __init__(self) -> None:
        self.depth = 0
        self.row = self.column = 0
        self.furthest_row = self.furthest_column = 0
        self.row_repeat = self.column_repeat = 1
        self.characters = self.shared_used = self.longest_shared = 0
        self._shared = 0
        self._in_shared = self._in_value = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Dangerous("bevat XML die te diep genest is")
        space, _, local = name.rpartition(" ")
        if name.startswith(_TABLE):
            self._start_ods(local, attributes)
        elif name == _SPACES:
            self._add_text(_number(attributes.get(f"{_TEXT}c", "1")))
        elif not space.startswith("urn:oasis"):
            self._start_xlsx(local, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        local = name.rpartition(" ")[2]
        if local == "si":
            self._in_shared = False
            self.longest_shared = max(self.longest_shared, self._shared)
        elif name == f"{_TABLE}table-row":
            self.row += self.row_repeat - 1
        elif name in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self.column += self.column_repeat - 1
            self._in_value = False

    def text(self, content: str) -> None:
        if self._in_shared:
            self._shared += len(content)
        self._add_text(len(content))

    def _add_text(self, length: int) -> None:
        self.characters += length * (self.row_repeat * self.column_repeat if self._in_value else 1)
        if self.characters > MAX_CHARACTERS:
            raise Dangerous("bevat te veel tekst")

    def _start_xlsx(self, local: str, attributes: Mapping[str, str]) -> None:
        if local == "row":
            self.row, self.column = _number(attributes.get("r", str(self.row + 1))), 0
        elif local == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            if found:
                self.column, row = _letters(found[1]), int(found[2])
            else:
                self.column, row = self.column + 1, self.row
            if attributes.get("t") == "s":
                self.shared_used += 1
            self._reach(row, self.column)
        elif local == "si":
            self._in_shared, self._shared = True, 0

    def _start_ods(self, local: str, attributes: Mapping[str, str]) -> None:
        if local == "table":
            self.row = self.furthest_row = self.furthest_column = 0
        elif local == "table-row":
            self.row_repeat = _number(attributes.get(f"{_TABLE}number-rows-repeated", "1"))
            self.row, self.column = self.row + 1, 0
        elif local in ("table-cell", "covered-table-cell"):
            self.column_repeat = _number(attributes.get(f"{_TABLE}number-columns-repeated", "1"))
            self.column += 1
            # empty cells are repeated to the edge of the sheet by every program, and cost a reader nothing
            self._in_value = f"{_OFFICE}value-type" in attributes or f"{_TABLE}formula" in attributes
            if self._in_value:
                self._reach(self.row + self.row_repeat - 1, self.column + self.column_repeat - 1)

    def _reach(self, row: int, column: int) -> None:
        self.furthest_row, self.furthest_column = max(self.furthest_row, row), max(self.furthest_column, column)
        if (
            self.furthest_row > MAX_ROWS
            or self.furthest_column > MAX_COLUMNS
            or self.furthest_row * self.furthest_column > MAX_AREA
        ):
            raise Dangerous(f"heeft een cel buiten de eerste {MAX_ROWS} rijen en {MAX_COLUMNS} kolommen")


def _number(written: str) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise Dangerous("bevat een rij of kolom zonder geldig nummer")
    return int(written)


def _letters(name: str) -> int:
    found = 0
    for letter in name:
        found = found * 26 + ord(letter) - 64
    return found
