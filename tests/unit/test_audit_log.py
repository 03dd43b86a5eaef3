# SPDX-License-Identifier: EUPL-1.2
"""The audit log takes every record once, also from two workers at a time, and its export betrays any change."""

from __future__ import annotations

import base64
import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from consent import checkpoint
from consent.decide import Besluit, Uitkomst
from consent.kader import Partij, Reden
from consent.merkle import leaf_hash, root, verify_inclusion
from hub.dossier.gevolgen import Gevolgen, Levering, Soort
from hub.readmodel import questions
from hub.readmodel.auditlog import AlreadyTaken, AuditLog
from hub.readmodel.export import BrokenExport, export, verify
from hub.readmodel.proof import NoSuchLeaf, prove
from hub.readmodel.record import Basis, decision
from hub.vault.tables import engine_for
from schemas.vocabulary import Categorie, Rol

KEY = Ed25519PrivateKey.generate()
ORIGIN = "nl.inburgering/test"


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = engine_for(database)
    yield engine
    engine.dispose()


def record(number: int) -> bytes:
    """A decision about one event, with one delivery and one denial."""
    to, not_to = Partij("duo", Rol.UITVOERING), Partij("vwn", Rol.BEGELEIDER)
    moment = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    delivery = Levering(
        ontvanger=to,
        gebeurtenis="cursus-gestart",
        soort=Soort.GEBEURTENIS,
        id=f"l{number}",
        data={"begindatum": "2026-03-02"},
        persoon=frozenset({Categorie.PSEUDONIEM}),
        bron="school#taalschool",
        gebeurd=moment.date(),
        vastgelegd=moment,
    )
    decisions = (
        Besluit(to, Uitkomst.GELEVERD, regels=("r1",), velden={"begindatum": "r1"}),
        Besluit(not_to, Uitkomst.GEWEIGERD, Reden.NO_RELATION),
    )
    return decision(
        Basis(0, number, moment, {}),
        Gevolgen([delivery], decisions),
        soort="besluit",
        dossier="d",
        event=f"e{number}",
        naam="cursus-gestart",
        bron="school#taalschool",
        ciphertext=b"x",
    )


def filled(engine: Engine, count: int) -> AuditLog:
    log = AuditLog(engine, KEY, ORIGIN)
    log.append(0, [record(number) for number in range(count)], 0, count)
    return log


def test_leaves_position_tree_and_checkpoint_go_together(engine: Engine) -> None:
    log = AuditLog(engine, KEY, ORIGIN)
    log.append(3, [record(0), record(1)], 5, 9)  # offsets have gaps: markers of transactions
    log.append(4, [record(2)], 0, 1)
    assert (log.position(3), log.position(4), log.position(5)) == (9, 1, 0)
    assert [leaf for _, leaf in questions.leaves(engine)] == [record(0), record(1), record(2)]
    size, note = questions.checkpoint(engine)
    stated = checkpoint.verify((note or "").encode(), KEY.public_key(), ORIGIN)
    assert (size, stated.size) == (3, 3)
    assert stated.root == root([leaf_hash(record(number)) for number in range(3)])


def test_the_same_turn_twice_adds_nothing(engine: Engine) -> None:
    log = filled(engine, 3)
    with pytest.raises(AlreadyTaken):
        log.append(0, [record(0)], 0, 1)
    with pytest.raises(AlreadyTaken):
        log.append(0, [record(2), record(3)], 2, 4)
    assert questions.checkpoint(engine)[0] == 3
    assert questions.deliveries_to(engine, "duo") == ["l0", "l1", "l2"]


def test_a_failure_half_way_leaves_nothing(engine: Engine) -> None:
    log = filled(engine, 2)
    before = (questions.checkpoint(engine), questions.totals(engine))
    with pytest.raises(orjson.JSONDecodeError):
        log.append(0, [record(2), b"no record"], 2, 4)
    assert (questions.checkpoint(engine), questions.totals(engine)) == before
    assert log.position(0) == 2
    log.append(0, [record(2), record(3)], 2, 4)
    assert questions.checkpoint(engine)[0] == 4


def test_counts_by_recipient_and_reason(engine: Engine) -> None:
    filled(engine, 3)
    assert [(one["aan"], one["uitkomst"], one["reden"], one["aantal"]) for one in questions.totals(engine)] == [
        ("duo#uitvoering", "geleverd", None, 3),
        ("vwn#begeleider", "geweigerd", "no-relation", 3),
    ]


def test_two_workers_add_at_once(database: str) -> None:
    """Each of its own partition, as in production; and both of one partition, as after a rebalance gone wrong."""
    engines = [engine_for(database) for _ in range(2)]
    logs = [AuditLog(engine, KEY, ORIGIN) for engine in engines]
    meet = threading.Barrier(2)
    refused: list[int] = []
    errors: list[BaseException] = []

    def work(place: int) -> None:
        try:
            for turn in range(10):
                meet.wait(20)
                logs[place].append(place, [record(turn)], turn, turn + 1)
                meet.wait(20)
                try:
                    logs[place].append(7, [record(turn)], turn, turn + 1)
                except AlreadyTaken:
                    refused.append(place)
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            errors.append(error)
            meet.abort()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert len(refused) == 10
    size, note = questions.checkpoint(engines[0])
    leaves = [leaf_hash(leaf) for _, leaf in questions.leaves(engines[0])]
    stated = checkpoint.verify((note or "").encode(), KEY.public_key(), ORIGIN)
    assert size == len(leaves) == stated.size == 30
    assert stated.root == root(leaves)
    for engine in engines:
        engine.dispose()


# the export


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("export")
    engine = engine_for(f"sqlite:///{place / 'audit.db'}")
    filled(engine, 9)
    export(engine, KEY.public_key(), place / "audit.jsonl")
    engine.dispose()
    return place / "audit.jsonl"


def check(content: bytes, place: Path, public: bytes | None = None) -> tuple[int, bytes]:
    path = place / "changed.jsonl"
    path.write_bytes(content)
    return verify(path, public)


def test_an_export_verifies_with_its_own_key_and_with_a_trusted_one(exported: Path) -> None:
    own = KEY.public_key().public_bytes_raw()
    assert verify(exported) == verify(exported, own)
    assert verify(exported)[0] == 9
    with pytest.raises(BrokenExport):
        verify(exported, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def test_any_flipped_bit_shows(exported: Path, tmp_path: Path) -> None:
    """Every byte of the file: what would not be checked could be altered."""
    good, chance = exported.read_bytes(), random.Random(3)
    for place in range(len(good)):
        changed = bytearray(good)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(BrokenExport):
            check(bytes(changed), tmp_path)


def _again(line: bytes, number: int) -> bytes:
    """The line under another number, as somebody would write it who knows the format."""
    return orjson.dumps({**orjson.loads(line), "nummer": number}) + b"\n"


def _forged(line: bytes) -> bytes:
    one = orjson.loads(line)
    content = orjson.loads(base64.b64decode(one["record"]))
    content["uitkomsten"][1]["uitkomst"] = "geleverd"
    return orjson.dumps({**one, "record": base64.b64encode(orjson.dumps(content)).decode()}) + b"\n"


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a record dropped": lambda lines: lines[:4] + lines[5:],
    "a record dropped, the others renumbered": lambda lines: (
        lines[:4] + [_again(line, number) for number, line in enumerate(lines[5:], start=3)]
    ),
    "the last record cut off": lambda lines: lines[:-1],
    "cut off in the middle of a line": lambda lines: [*lines[:-1], lines[-1][:20]],
    "all records cut off": lambda lines: lines[:1],
    "nothing left": lambda lines: [],
    "a record inserted": lambda lines: [*lines[:4], lines[7], *lines[4:]],
    "a record inserted, the others renumbered": lambda lines: (
        lines[:4] + [_again(line, number) for number, line in enumerate([lines[7], *lines[4:]], start=3)]
    ),
    "a record added at the end": lambda lines: [*lines, _again(lines[-1], 9)],
    "two records changed places": lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]],
    "two records changed places and numbers": lambda lines: [
        *lines[:4],
        _again(lines[5], 3),
        _again(lines[4], 4),
        *lines[6:],
    ],
    "a denial made a delivery": lambda lines: [*lines[:4], _forged(lines[4]), *lines[5:]],
    "an empty line": lambda lines: [*lines[:4], b"\n", *lines[4:]],
    "a line that is a list": lambda lines: [*lines[:4], b"[]\n", *lines[5:]],
    "a line without a number": lambda lines: [*lines[:4], b'{"record":"AA=="}\n', *lines[5:]],
    "another head": lambda lines: [b'{"checkpoint":1}\n', *lines[1:]],
    "no head": lambda lines: lines[1:],
    "spaces, else the same": lambda lines: [lines[0], lines[1].replace(b":", b": "), *lines[2:]],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_any_other_change_shows(exported: Path, tmp_path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    assert check(b"".join(lines), tmp_path)[0] == 9
    with pytest.raises(BrokenExport):
        check(b"".join(change(lines)), tmp_path)


def test_a_whole_log_made_anew_shows_to_who_has_the_key(exported: Path, tmp_path: Path) -> None:
    """Without the key nobody can know: that is why partners keep checkpoints and the key."""
    forger = Ed25519PrivateKey.generate()
    engine = engine_for(f"sqlite:///{tmp_path / 'forged.db'}")
    log = AuditLog(engine, forger, ORIGIN)
    log.append(0, [record(number) for number in range(5)], 0, 5)
    export(engine, forger.public_key(), tmp_path / "forged.jsonl")
    assert verify(tmp_path / "forged.jsonl")[0] == 5
    with pytest.raises(BrokenExport):
        verify(tmp_path / "forged.jsonl", KEY.public_key().public_bytes_raw())
    engine.dispose()


def test_an_empty_log_cannot_be_exported(engine: Engine, tmp_path: Path) -> None:
    AuditLog(engine, KEY, ORIGIN)
    with pytest.raises(BrokenExport, match="no records yet"):
        export(engine, KEY.public_key(), tmp_path / "audit.jsonl")


# proofs


def test_every_record_can_be_proved(engine: Engine) -> None:
    filled(engine, 11)
    for number in range(11):
        proof = prove(engine, number)
        stated = checkpoint.verify(proof["checkpoint"].encode(), KEY.public_key(), ORIGIN)
        path = [base64.b64decode(one) for one in proof["pad"]]
        leaf = leaf_hash(proof["record"].encode())
        assert verify_inclusion(leaf, number, stated.size, path, stated.root)
        assert not verify_inclusion(leaf_hash(b"other"), number, stated.size, path, stated.root)
        assert not verify_inclusion(leaf, (number + 1) % 11, stated.size, path, stated.root)


@pytest.mark.parametrize("number", [-1, 3, 10**9])
def test_no_proof_of_what_is_not_there(engine: Engine, number: int) -> None:
    filled(engine, 3)
    with pytest.raises(NoSuchLeaf, match="records 0 to 2"):
        prove(engine, number)
