# SPDX-License-Identifier: EUPL-1.2
"""Looks for words in bytes: as they are, in UTF-16, base64, hexadecimal, and inside what was compressed with any of those.

Made to find what should not be there; ``test_byte_scan.py`` plants canaries to show that it does. It knows nothing of
what the hub writes. Compression without a header (raw deflate) and the codecs that Python does not have are out of its
reach: whoever uses it shows that those do not occur.
"""

from __future__ import annotations

import base64
import itertools
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LEAST_BYTES = 5
"""Shorter words occur by chance in megabytes of sealed data; they are looked for with what stands around them."""
LEAST_BASE64 = 6
"""Characters of base64 that a word fixes whatever stands beside it."""
DEPTH = 3
MAX_UNPACKED = 4 * 1024 * 1024
GZIP = re.compile(rb"\x1f\x8b\x08")
ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
BASE64_RUNS = (re.compile(rb"[A-Za-z0-9+/]{32,}"), re.compile(rb"[A-Za-z0-9_-]{32,}"))
HEX_RUN = re.compile(rb"[0-9A-Fa-f]{32,}")


@dataclass(frozen=True)
class Hit:
    """A word, how it was written, and where."""

    word: str
    form: str
    place: str


class Scanner:
    """Knows a set of words in all their forms."""

    def __init__(self, words: Iterable[str]) -> None:
        self._needles: dict[bytes, tuple[str, str]] = {}
        for word in words:
            for form, needle in forms(word):
                self._needles.setdefault(needle, (word, form))
        self._pattern = re.compile(_one_of(sorted(self._needles)), re.DOTALL)

    def scan(self, data: bytes, place: str, depth: int = DEPTH) -> set[Hit]:
        """Every word that stands in ``data`` or in what is packed in it."""
        found = set()
        at = self._pattern.search(data)
        while at:
            found.add(Hit(*self._needles[at.group()], place))
            at = self._pattern.search(data, at.start() + 1)
        if depth:
            for kind, inner in unpacked(data):
                found |= {Hit(one.word, f"{kind}: {one.form}", place) for one in self.scan(inner, place, depth - 1)}
        return found

    def scan_file(self, path: Path, root: Path) -> set[Hit]:
        """Its name and its bytes; of a database also every value, which may be spread over pages."""
        place = str(path.relative_to(root))
        found = self.scan(place.encode(), f"the name of {place}", depth=0)
        content = path.read_bytes().rstrip(b"\0") + b"\0"  # Kafka's index files are zeros for the most part
        found |= self.scan(content, place)
        if content.startswith(b"SQLite format 3\0"):
            for table, row in rows(path):
                for value in row:
                    plain = value if isinstance(value, bytes) else str(value).encode()
                    found |= self.scan(plain, f"{place}, table {table}")
        return found

    def scan_tree(self, root: Path, but: Iterable[Path] = ()) -> tuple[set[Hit], int]:
        """Every file under ``root`` that is not under one of ``but``: what was found, and how many files there were."""
        left_out = tuple(but)
        found: set[Hit] = set()
        count = 0
        for path in sorted(root.rglob("*")):
            if any(path.is_relative_to(one) for one in left_out):
                continue
            if path.is_file():
                found |= self.scan_file(path, root)
                count += 1
        return found, count


def _one_of(needles: list[bytes], at: int = 0) -> bytes:
    """A pattern for any of these, sorted: first by what they share, so that a place in the data is left at once."""
    if len(needles) == 1:
        return re.escape(needles[0][at:])
    branches = []
    for first, group in itertools.groupby(needles, lambda needle: needle[at : at + 1]):
        sharing = list(group)
        branches.append(re.escape(first) + _one_of(sharing, at + 1) if first else b"")
    return b"(?:" + b"|".join(branches) + b")"


def forms(word: str) -> Iterator[tuple[str, bytes]]:
    """(what it is called, bytes) of a word in every way it could have been written."""
    for spelled in dict.fromkeys((word, word.lower(), word.upper())):
        plain = spelled.encode()
        if len(plain) < LEAST_BYTES:
            # alone it proves nothing: as a value in JSON or CSV, or as an Avro string with its length before it
            for before, after in ((b'"', b'"'), (b"'", b"'"), (b";", b";"), (b",", b","), (b"=", b" "), (b">", b"<")):
                yield "plain", before + plain + after
                yield from _encoded(before + plain + after)
            yield "Avro", bytes([2 * len(plain)]) + plain
            yield from _encoded(bytes([2 * len(plain)]) + plain)
        else:
            yield "plain", plain
            yield from _encoded(plain)
        yield "UTF-16 LE", spelled.encode("utf-16-le")
        yield "UTF-16 BE", spelled.encode("utf-16-be")
        if not spelled.isascii():
            yield "JSON escapes", spelled.encode("ascii", "backslashreplace")


def _encoded(plain: bytes) -> Iterator[tuple[str, bytes]]:
    yield "hex", plain.hex().encode()
    yield "HEX", plain.hex().upper().encode()
    for shift in range(3):
        # of the first and the last characters some bits belong to neighbours; the middle is the word's own
        encoded = base64.b64encode(bytes(shift) + plain)
        first = -(-shift * 8 // 6)
        own = encoded[first : (shift + len(plain)) * 8 // 6]
        if len(own) >= LEAST_BASE64:
            yield f"base64, {shift} bytes in", own
            yield f"base64url, {shift} bytes in", own.translate(bytes.maketrans(b"+/", b"-_"))


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What can be unpacked from anywhere in ``data``."""
    for kind, magic, bits in (("gzip", GZIP, 31), ("zlib", ZLIB, 15)):
        for match in magic.finditer(data):
            inner = _inflated(data, match.start(), bits)
            if len(inner) >= LEAST_BYTES:
                yield kind, inner
    for run in (run for alphabet in BASE64_RUNS for run in alphabet.finditer(data)):
        for shift in range(4):  # neighbours may look like characters of it
            text = run.group()[shift:].translate(bytes.maketrans(b"-_", b"+/"))
            inner = base64.b64decode(text[: len(text) // 4 * 4])
            if GZIP.search(inner) or ZLIB.search(inner):  # words in plain base64 are found by their own forms
                yield "base64", inner
    for run in HEX_RUN.finditer(data):
        for shift in range(2):  # a neighbour may look like one digit more
            text = run.group()[shift:]
            inner = bytes.fromhex(text[: len(text) // 2 * 2].decode())
            if GZIP.search(inner) or ZLIB.search(inner):
                yield "hex", inner


def _inflated(data: bytes, start: int, bits: int) -> bytes:
    """As much as can be unpacked from here on; nothing where it only looked like compressed data."""
    unpacker = zlib.decompressobj(bits)
    found, step, place = b"", 4096, start
    try:
        while place < len(data) and not unpacker.eof and len(found) < MAX_UNPACKED:
            found += unpacker.decompress(data[place : place + step], MAX_UNPACKED)
            place += step
    except zlib.error:
        pass
    return found


def rows(path: Path) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Every row of every table of an SQLite database, what is only in its write-ahead log included."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield table, row
    finally:
        connection.close()


def codecs(segment: bytes) -> set[int]:
    """The compression codecs of the record batches in a Kafka log segment; 0 is none (KIP-98, format of a batch)."""
    found, at = set(), 0
    while at + 23 <= len(segment):
        length = int.from_bytes(segment[at + 8 : at + 12], "big")
        if length <= 0:
            break
        found.add(int.from_bytes(segment[at + 21 : at + 23], "big") & 0b111)
        at += 12 + length
    return found


def told(hits: Mapping[Hit, None] | set[Hit]) -> str:
    """The hits, a line each, without the words: this is printed in logs of CI."""
    return "\n".join(sorted(f"{one.place}: a word of {len(one.word)} characters as {one.form}" for one in hits))
