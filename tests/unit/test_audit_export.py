# SPDX-License-Identifier: EUPL-1.2
"""An export of the audit log betrays any change, with the public key alone, and says where it is."""

from __future__ import annotations

import base64
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, update

from consent.blad import blad
from consent.merkle import leaf_hash
from hub.readmodel.auditlog import AuditLog
from hub.readmodel.export import BrokenExport, Verified, export, kept, verify
from hub.readmodel.proof import checkpoint_at
from hub.readmodel.tables import bladen
from hub.vault.tables import engine_for
from tests.unit.auditboek import KEY, ORIGIN, filled, record

COUNT, TURNS = 12, (3, 6, 9)
"""Records, and where a checkpoint was signed besides the end."""


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = engine_for(database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _export(tmp_path_factory.mktemp("export"), COUNT, TURNS)


def _export(place: Path, count: int, turns: tuple[int, ...]) -> Path:
    engine = engine_for(f"sqlite:///{place / 'audit.db'}")
    filled(engine, count, turns)
    export(engine, KEY.public_key(), place / "audit.jsonl")
    engine.dispose()
    return place / "audit.jsonl"


def check(content: bytes, place: Path, public: bytes | None = None) -> Verified:
    path = place / "changed.jsonl"
    path.write_bytes(content)
    return verify(path, public)


def test_an_export_verifies_with_its_own_key_and_with_a_trusted_one(exported: Path) -> None:
    own = KEY.public_key().public_bytes_raw()
    assert verify(exported) == verify(exported, own)
    assert (verify(exported).size, verify(exported).checkpoints) == (COUNT, 1 + len(TURNS))
    with pytest.raises(BrokenExport):
        verify(exported, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def test_any_flipped_bit_shows_at_its_line(tmp_path: Path) -> None:
    """Every byte of a file that has one of each line: what would not be checked could be altered."""
    good, chance = _export(tmp_path, 4, (2,)).read_bytes(), random.Random(3)
    line = 1
    for place in range(len(good)):
        changed = bytearray(good)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(BrokenExport) as told:
            check(bytes(changed), tmp_path)
        where = "first line" if line == 1 else f"(Line {line}|Line {line + 1}|line {line}|after {line - 1}:)"
        if good[place] != 0x0A and changed[place] != 0x0A:  # a line end that came or went moves the lines behind it
            assert re.search(where, str(told.value)), (line, str(told.value))
        line += good[place] == 0x0A


def _again(line: bytes, number: int) -> bytes:
    """The line under another number, as somebody would write it who knows the format."""
    return orjson.dumps({**orjson.loads(line), "nummer": number}) + b"\n"


def _forged(line: bytes) -> bytes:
    """The denial made a delivery, with the hash that belongs to it."""
    one = orjson.loads(line)
    content = orjson.loads(base64.b64decode(one["record"]))
    content["uitkomsten"][1]["uitkomst"] = "geleverd"
    raw = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    hash_ = leaf_hash(blad(raw, base64.b64decode(one["zout"])))
    return orjson.dumps({**one, "record": _b64(raw), "blad": _b64(hash_)}) + b"\n"


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _renumbered(lines: list[bytes]) -> list[bytes]:
    """Numbered anew, and the checkpoints left where their number of records still is."""
    signed = [one.get("checkpoint") for one in map(orjson.loads, lines[1:])]
    marks = {number: note for number, note in ((end - 1, _note(signed, end)) for end in TURNS) if note}
    plain = [{k: v for k, v in orjson.loads(line).items() if k != "checkpoint"} for line in lines[1:]]
    numbered = [{**one, "nummer": number} for number, one in enumerate(plain)]
    return [
        lines[0],
        *(
            orjson.dumps(one | ({"checkpoint": marks[one["nummer"]]} if one["nummer"] in marks else {})) + b"\n"
            for one in numbered
        ),
    ]


def _note(signed: list[str | None], size: int) -> str | None:
    return next((note for note in signed if note and note.split("\n")[1] == str(size)), None)


Change = Callable[[list[bytes]], list[bytes]]
CHANGES: dict[str, tuple[Change, str]] = {
    "a record dropped": (lambda lines: lines[:5] + lines[6:], "Line 6 .* holds record 5 where 4 should be"),
    "a record dropped, the others renumbered": (
        lambda lines: _renumbered(lines[:5] + lines[6:]),
        r"records 3 to 5 \(lines 5 to 7\)",
    ),
    "a checkpoint left where it was": (
        lambda lines: lines[:5] + [_again(line, number) for number, line in enumerate(lines[6:], start=4)],
        r"checkpoint of 6 records: .* records 3 to 4 \(lines 5 to 6\)",
    ),
    "the last record cut off": (lambda lines: lines[:-1], "records 11 to 11 were cut off"),
    "half cut off": (lambda lines: lines[:7], "records 6 to 11 were cut off"),
    "cut off in the middle of a line": (lambda lines: [*lines[:-1], lines[-1][:20]], "Line 13 .* cut off"),
    "all records cut off": (lambda lines: lines[:1], "records 0 to 11 were cut off"),
    "nothing left": (lambda lines: [], "first line"),
    "a record inserted": (
        lambda lines: [*lines[:5], lines[8], *lines[5:]],
        "Line 6 .* holds record 7 where 4 should be",
    ),
    "a record inserted, the others renumbered": (
        lambda lines: _renumbered([*lines[:5], lines[8], *lines[5:]]),
        r"records 3 to 5 \(lines 5 to 7\)",
    ),
    "a record added at the end": (
        lambda lines: [*lines, _again(lines[-1], COUNT)],
        "holds 13: what stands from line 14",
    ),
    "two records changed places": (
        lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]],
        "Line 6 .* holds record 5 where 4 should be",
    ),
    "two records changed places and numbers": (
        lambda lines: _renumbered([*lines[:8], lines[9], lines[8], *lines[10:]]),
        r"records 6 to 8 \(lines 8 to 10\)",
    ),
    "a denial made a delivery": (
        lambda lines: [*lines[:5], _forged(lines[5]), *lines[6:]],
        r"at 6 records: .* records 3 to 5 \(lines 5 to 7\)",
    ),
    "the same, after the last inner checkpoint": (
        lambda lines: [*lines[:11], _forged(lines[11]), *lines[12:]],
        r"at 12 records: .* records 9 to 11 \(lines 11 to 13\)",
    ),
    "an empty line": (lambda lines: [*lines[:4], b"\n", *lines[4:]], "Line 5 "),
    "a line that is a list": (lambda lines: [*lines[:4], b"[]\n", *lines[5:]], "Line 5 "),
    "a line without a number": (lambda lines: [*lines[:4], b'{"record":"AA=="}\n', *lines[5:]], "Line 5 "),
    "another head": (lambda lines: [b'{"checkpoint":1}\n', *lines[1:]], "first line"),
    "no head": (lambda lines: lines[1:], "first line"),
    "spaces, else the same": (lambda lines: [lines[0], lines[1].replace(b":", b": "), *lines[2:]], "Line 2 "),
}


@pytest.mark.parametrize(("change", "where"), CHANGES.values(), ids=CHANGES.keys())
def test_any_other_change_shows_and_where(exported: Path, tmp_path: Path, change: Change, where: str) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    assert check(b"".join(lines), tmp_path).size == COUNT
    with pytest.raises(BrokenExport, match=where):
        check(b"".join(change(lines)), tmp_path)


def test_a_record_with_the_same_meaning_in_another_spelling_is_another(exported: Path, tmp_path: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    one = orjson.loads(lines[3])
    spelled = base64.b64decode(one["record"]).replace(b'"v":1', b'"v": 1')
    lines[3] = orjson.dumps({**one, "record": _b64(spelled)}) + b"\n"
    with pytest.raises(BrokenExport, match=r"Line 4 of changed\.jsonl is no record"):
        check(b"".join(lines), tmp_path)


def test_a_record_altered_where_the_hub_keeps_it_is_found(engine: Engine, tmp_path: Path) -> None:
    filled(engine, COUNT, TURNS)
    with engine.begin() as connection:
        connection.execute(update(bladen).where(bladen.c.nummer == 7).values(record=record(99)))
    export(engine, KEY.public_key(), tmp_path / "audit.jsonl")
    with pytest.raises(BrokenExport, match="Line 9 .*: record 7 was altered"):
        verify(tmp_path / "audit.jsonl")


def test_an_empty_log_cannot_be_exported(engine: Engine, tmp_path: Path) -> None:
    AuditLog(engine, KEY, ORIGIN)
    with pytest.raises(BrokenExport, match="no records yet"):
        export(engine, KEY.public_key(), tmp_path / "audit.jsonl")


# what the key alone cannot tell, and who kept checkpoints can


def log_of(place: Path, count: int, turns: tuple[int, ...], key: Ed25519PrivateKey = KEY) -> tuple[Engine, Path]:
    engine = engine_for(f"sqlite:///{place / f'{count}-{len(turns)}.db'}")
    filled(engine, count, turns, key)
    path = place / f"{count}-{len(turns)}.jsonl"
    export(engine, key.public_key(), path)
    return engine, path


def test_a_whole_log_made_anew_by_another_key_shows_to_who_has_the_key(tmp_path: Path) -> None:
    _, forged = log_of(tmp_path, 5, (), Ed25519PrivateKey.generate())
    assert verify(forged).size == 5
    with pytest.raises(BrokenExport):
        verify(forged, KEY.public_key().public_bytes_raw())


def test_who_kept_checkpoints_sees_a_log_that_shrank(tmp_path: Path) -> None:
    engine, whole = log_of(tmp_path, 9, (3, 6))
    notes = [(checkpoint_at(engine, size) or "").encode() for size in (3, 6, 9)]
    assert verify(whole, seen=notes).seen == 3
    shrunk = engine_for(f"sqlite:///{tmp_path / 'shrunk.db'}")
    filled(shrunk, 2)
    export(shrunk, KEY.public_key(), tmp_path / "shrunk.jsonl")
    assert verify(tmp_path / "shrunk.jsonl").size == 2
    with pytest.raises(BrokenExport, match="shrank: a checkpoint that you kept is of 3 records, .* has 2"):
        verify(tmp_path / "shrunk.jsonl", seen=notes)


def test_who_kept_checkpoints_sees_a_log_that_forked_and_where(tmp_path: Path) -> None:
    """The hub itself, with its own key, tells two stories: same records up to the third, another fifth."""
    shared = engine_for(f"sqlite:///{tmp_path / 'one.db'}")
    filled(shared, 3)
    shared.dispose()
    stories = []
    for name, fourth in (("one", 3), ("other", 30)):
        if name == "other":
            shutil.copy(tmp_path / "shared.db", tmp_path / "other.db")
        else:
            shutil.copy(tmp_path / "one.db", tmp_path / "shared.db")
        engine = engine_for(f"sqlite:///{tmp_path / f'{name}.db'}")
        log = AuditLog(engine, KEY, ORIGIN)
        log.append(0, [record(number) for number in (fourth, 4, 5)], 3, 6)
        log.append(0, [record(number) for number in (6, 7, 8)], 6, 9)
        export(engine, KEY.public_key(), tmp_path / f"{name}.jsonl")
        stories.append(engine)
    notes = [(checkpoint_at(stories[0], size) or "").encode() for size in (3, 6, 9)]
    assert verify(tmp_path / "one.jsonl", seen=notes).seen == 3
    assert verify(tmp_path / "other.jsonl").size == 9
    with pytest.raises(BrokenExport, match=r"forked: .* different logs of 6 records.* part in records 3 to 5"):
        verify(tmp_path / "other.jsonl", seen=notes)


def test_checkpoints_are_read_as_a_note_or_as_a_witness_keeps_them(tmp_path: Path) -> None:
    engine, path = log_of(tmp_path, 9, (3,))
    note = checkpoint_at(engine, 3) or ""
    (tmp_path / "one.txt").write_text(note)
    (tmp_path / "many.jsonl").write_bytes(2 * (orjson.dumps({"checkpoint": note, "op": "2026"}) + b"\n"))
    assert kept(tmp_path / "one.txt") == [note.encode()]
    assert verify(path, seen=kept(tmp_path / "many.jsonl")).seen == 2
    (tmp_path / "none.jsonl").write_bytes(b'{"x": 1}\n')
    with pytest.raises(BrokenExport, match="holds no checkpoints"):
        kept(tmp_path / "none.jsonl")
    other = Ed25519PrivateKey.generate()
    foreign, _ = log_of(tmp_path, 2, (), other)
    with pytest.raises(BrokenExport, match="was not signed by this log's key"):
        verify(path, seen=[(checkpoint_at(foreign, 2) or "").encode()])
