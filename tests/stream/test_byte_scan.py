# SPDX-License-Identifier: EUPL-1.2
"""The scanner finds what is there: canaries in every form, between random bytes, in files, databases and segments."""

from __future__ import annotations

import base64
import gzip
import os
import random
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stream.byte_scan import Scanner, codecs, forms

BSN, NAME, SHORT, FAR = "999990056", "Kanarie", "Rami", "Yıldız"
WORDS = (BSN, NAME, SHORT, FAR)
SCANNER = Scanner(WORDS)

PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda plain: plain,
    "zlib": zlib.compress,
    "zlib, hardly compressed": lambda plain: zlib.compress(plain, 1),
    "zlib, best": lambda plain: zlib.compress(plain, 9),
    "gzip": gzip.compress,
    "gzip in zlib": lambda plain: zlib.compress(gzip.compress(plain)),
    "zlib in base64": lambda plain: base64.b64encode(zlib.compress(b"before " * 9 + plain)),
    "gzip in base64url": lambda plain: base64.urlsafe_b64encode(gzip.compress(plain)),
    "gzip in hex": lambda plain: gzip.compress(plain).hex().encode(),
}
FORMS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda word: word.encode(),
    "small letters": lambda word: word.lower().encode(),
    "capitals": lambda word: word.upper().encode(),
    "UTF-16 LE": lambda word: word.encode("utf-16-le"),
    "UTF-16 BE": lambda word: word.encode("utf-16-be"),
    "hex": lambda word: word.encode().hex().encode(),
    "HEX": lambda word: word.encode().hex().upper().encode(),
    **{
        f"base64, {before} before, {after} after": lambda word, before=before, after=after: base64.b64encode(
            os.urandom(before) + word.encode() + os.urandom(after)
        )
        for before in range(3)
        for after in range(3)
    },
    **{
        f"base64url, {before} before": lambda word, before=before: base64.urlsafe_b64encode(
            b"\xff" * before + word.encode() + b"\xfe\xff"
        )
        for before in range(3)
    },
}


def planted(canary: bytes) -> bytes:
    """Between random bytes, at a random place."""
    return os.urandom(random.randrange(1, 5000)) + canary + os.urandom(random.randrange(1, 5000))


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED.keys())
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("word", [BSN, NAME, FAR])
def test_a_canary_is_found_in_every_form(
    word: str, form: Callable[[str], bytes], pack: Callable[[bytes], bytes]
) -> None:
    assert word in {hit.word for hit in SCANNER.scan(planted(pack(form(word))), "here")}


@pytest.mark.parametrize("around", ['{"voornamen":"%s"}', "1;%s;2", "\x08%s\x0c", "a,%s,b", "naam=%s ", "'%s'"])
@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED.keys())
def test_a_short_name_is_found_where_it_is_a_value(around: str, pack: Callable[[bytes], bytes]) -> None:
    assert SHORT in {hit.word for hit in SCANNER.scan(planted(pack((around % SHORT).encode())), "here")}


def test_random_bytes_are_no_hit() -> None:
    """Sealed data is that: a scanner that cries out at it would be switched off."""
    chance = random.Random(1)
    for _ in range(20):
        noise = chance.randbytes(200_000)
        assert SCANNER.scan(noise, "noise") == set()
        assert SCANNER.scan(base64.b64encode(noise), "noise in base64") == set()
        assert SCANNER.scan(noise.hex().encode(), "noise in hex") == set()


def test_no_form_is_so_short_that_chance_makes_it() -> None:
    for word in WORDS:
        assert all(len(needle) >= 5 for _, needle in forms(word)), word


def test_a_canary_in_a_file_a_name_and_a_database(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "worker.log").write_text(f"could not handle {BSN}\n")
    (tmp_path / f"dossier-{NAME.lower()}").touch()
    (tmp_path / "index").write_bytes(FAR.encode("utf-16-le") + bytes(1_000_000))
    (tmp_path / "end").write_bytes(FAR.encode("utf-16-le"))
    database = sqlite3.connect(tmp_path / "hub.db")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA wal_autocheckpoint=0")
    database.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, value BLOB)")
    database.execute(
        "INSERT INTO row VALUES (1, ?)", (bytes(6000) + zlib.compress(f'"{SHORT}"'.encode()) + bytes(6000),)
    )
    database.execute("INSERT INTO row VALUES (?, 'x')", (int(BSN),))  # in SQLite's own binary form
    database.commit()
    found, count = SCANNER.scan_tree(tmp_path)
    database.close()
    assert count >= 4
    assert {(hit.word, hit.place) for hit in found} >= {
        (BSN, "logs/worker.log"),
        (NAME, f"the name of dossier-{NAME.lower()}"),
        (FAR, "index"),
        (FAR, "end"),
        (SHORT, "hub.db, table row"),
        (BSN, "hub.db, table row"),
    }


def test_what_is_left_out_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "partner").mkdir()
    (tmp_path / "partner" / "own.csv").write_text(BSN)
    assert SCANNER.scan_tree(tmp_path)[0]
    assert SCANNER.scan_tree(tmp_path, but=[tmp_path / "partner"]) == (set(), 0)


def test_the_codec_of_a_batch_is_read() -> None:
    def batch(codec: int, size: int) -> bytes:
        body = bytes(4) + b"\x02" + bytes(4) + codec.to_bytes(2, "big") + bytes(size)
        return bytes(8) + len(body).to_bytes(4, "big") + body

    assert codecs(batch(0, 50) + batch(4, 7) + batch(0x10 | 2, 900)) == {0, 4, 2}
    assert codecs(batch(0, 50) + bytes(4096)) == {0}
