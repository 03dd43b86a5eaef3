# SPDX-License-Identifier: EUPL-1.2
"""Proofs: any record can be proved against the signed checkpoint, and a party learns its own part of its own records."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from consent import checkpoint, merkle, tegels
from consent.blad import VEELVOUD, Deel, OngeldigBlad, blad, delen, toon, voor_partij
from consent.merkle import OngeldigeBoom, leaf_hash, verify_consistency, verify_inclusion
from hub.readmodel.auditlog import AuditLog
from hub.readmodel.proof import NoSuchLeaf, checkpoint_at, growth, leaf_hash_of, number_of, prove
from hub.readmodel.tables import tegels as tile_table
from hub.vault.tables import engine_for
from tests.unit.auditboek import KEY, ORIGIN, filled, hashes, record

ZOUT = bytes(range(16))


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = engine_for(database)
    yield engine
    engine.dispose()


def verified(proof: dict[str, Any]) -> dict[str, Any]:
    """What a verifier reads in a proof, with the log's public key alone."""
    stated = checkpoint.verify(proof["checkpoint"].encode(), KEY.public_key(), ORIGIN)
    path = [base64.b64decode(one) for one in proof["pad"]]
    leaf = leaf_hash(proof["record"].encode())
    assert verify_inclusion(leaf, proof["nummer"], stated.size, path, stated.root)
    assert not verify_inclusion(leaf_hash(b"other"), proof["nummer"], stated.size, path, stated.root)
    shown = [Deel(one["naam"], base64.b64decode(one["zout"]), one["waarde"]) for one in proof["onthuld"]]
    return dict(toon(proof["record"].encode(), shown))


def test_every_record_can_be_proved(engine: Engine) -> None:
    filled(engine, 11, (4, 9))
    for number in range(11):
        read = verified(prove(engine, number))
        assert (read["gebeurtenis"], read["uitkomsten/1"]["reden"]) == (f"e{number}", "no-relation")
        assert leaf_hash_of(engine, number) == hashes(engine, 11)[number]


@pytest.mark.parametrize("number", [-1, 3, 10**9])
def test_no_proof_of_what_is_not_there(engine: Engine, number: int) -> None:
    filled(engine, 3)
    with pytest.raises(NoSuchLeaf, match="records 0 to 2"):
        prove(engine, number)


def test_a_recipient_sees_what_it_got_and_nothing_of_others(engine: Engine) -> None:
    filled(engine, 3)
    proof = prove(engine, 1, "duo")
    read = verified(proof)
    assert read["leveringen/0"]["id"] == "l1" and read["uitkomsten/0"]["regels"] == ["r1"]
    said = orjson.dumps(proof).decode()
    for other in ("vwn", "no-relation", '"dossier"', '"plaats"', '"e1"'):
        assert other not in said


def test_a_sender_sees_its_own_report_and_not_who_got_it(engine: Engine) -> None:
    filled(engine, 3)
    read = verified(prove(engine, 1, "school"))
    assert read["gebeurtenis"] == "e1" and not any("/" in name for name in read)


@pytest.mark.parametrize(("party", "number"), [("vwn", 1), ("gemeente", 1), ("duo", 3), ("du", 1), ("duo", -1)])
def test_who_is_no_party_gets_no_proof_and_does_not_learn_that_there_is_one(
    engine: Engine, party: str, number: int
) -> None:
    """Also who was denied: that the hub considered it would tell that somebody has a dossier."""
    filled(engine, 3)
    with pytest.raises(NoSuchLeaf, match=rf"^No record {number} tells of a report or a delivery of {party}:"):
        prove(engine, number, party)


def test_a_party_finds_its_record_by_the_id_that_it_knows(engine: Engine) -> None:
    filled(engine, 3)
    assert number_of(engine, "l2", "duo") == 2
    assert number_of(engine, "e1", "school") == 1
    for name, party in (("l2", "school"), ("l2", "vwn"), ("x", "duo")):
        with pytest.raises(NoSuchLeaf):
            number_of(engine, name, party)


def test_that_the_log_grew_is_proved_from_every_size(engine: Engine) -> None:
    sizes = (1, 2, 5, 8, 12)
    filled(engine, 13, sizes)
    newest = checkpoint.parse(growth(engine, 0).checkpoint.encode())
    for old in sizes:
        earlier = checkpoint.parse((checkpoint_at(engine, old) or "").encode())
        path = growth(engine, old).bewijs
        assert verify_consistency(old, 13, earlier.root, newest.root, path)
        assert not verify_consistency(old, 13, leaf_hash(b"other"), newest.root, path)
    with pytest.raises(NoSuchLeaf, match="cannot prove that it grew from 14"):
        growth(engine, 14)


def test_tiles_that_are_missing_are_built_anew(engine: Engine) -> None:
    filled(engine, 5)
    with engine.begin() as connection:
        connection.execute(delete(tile_table))
    log = AuditLog(engine, KEY, ORIGIN)
    log.append(0, [record(5)], 5, 6)
    assert all(verified(prove(engine, number)) for number in range(6))


# tiles, against the tree's own definitions


class Tiles(dict[tuple[int, int], bytes]):
    def read(self, niveau: int, plaats: int) -> bytes:
        return self.get((niveau, plaats), b"")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 700), st.lists(st.integers(1, 300), max_size=4), st.data())
def test_tiles_give_the_proofs_of_the_definitions(size: int, turns: list[int], data: st.DataObject) -> None:
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]
    tiles, done = Tiles(), 0
    for end in [*sorted({min(sum(turns[: i + 1]), size) for i in range(len(turns))}), size]:
        tiles |= tegels.voeg_toe(tiles.read, done, leaves[done:end])
        done = end
    assert tegels.wortel(tiles.read, 0, size) == merkle.root(leaves)
    number, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert tegels.lidmaatschap(tiles.read, number, size) == merkle.inclusion_proof(leaves, number)
    assert tegels.voortzetting(tiles.read, old, size) == merkle.consistency_proof(leaves, old)
    smaller = data.draw(st.integers(1, size))  # the tree as it was: tiles that grew since do no harm
    assert tegels.wortel(tiles.read, 0, smaller) == merkle.root(leaves[:smaller])


def test_a_third_level_of_tiles() -> None:
    size = 256 * 256 + 300
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]
    tiles = Tiles(tegels.voeg_toe(Tiles().read, 0, leaves))
    assert max(niveau for niveau, _ in tiles) == 2
    root = merkle.root(leaves)
    for number in (0, 65_535, 65_536, size - 1):
        assert verify_inclusion(leaves[number], number, size, tegels.lidmaatschap(tiles.read, number, size), root)


def test_tiles_that_do_not_fit_are_refused() -> None:
    tiles = Tiles(tegels.voeg_toe(Tiles().read, 0, [leaf_hash(b"a"), leaf_hash(b"b")]))
    with pytest.raises(OngeldigeBoom):
        tegels.voeg_toe(tiles.read, 5, [leaf_hash(b"c")])
    with pytest.raises(OngeldigeBoom):
        tegels.wortel(tiles.read, 0, 4)


# the leaf


def test_a_part_that_was_altered_is_not_in_the_leaf() -> None:
    leaf = blad(record(1), ZOUT)
    shown = voor_partij(record(1), ZOUT, "duo")
    assert toon(leaf, shown)
    for one in shown:
        other = {"x": 1} if isinstance(one.waarde, dict) else "x"
        for forged in (
            Deel(one.naam, one.zout, other),
            Deel("x", one.zout, one.waarde),
            Deel(one.naam, ZOUT, one.waarde),
        ):
            with pytest.raises(OngeldigBlad):
                toon(leaf, [forged])


def test_the_leaf_tells_neither_what_is_hidden_nor_how_much() -> None:
    few, many = orjson.loads(record(1)), orjson.loads(record(1))
    few["uitkomsten"].pop()
    leaves = [orjson.loads(blad(orjson.dumps(one, option=orjson.OPT_SORT_KEYS), ZOUT))["delen"] for one in (few, many)]
    assert all(len(one) % VEELVOUD == 0 and one == sorted(one) for one in leaves)
    assert len(leaves[0]) == len(leaves[1])
    assert not set(orjson.loads(blad(record(1), bytes(16)))["delen"]) & set(leaves[0]), "salted"


@pytest.mark.parametrize("spelled", [b'{"b":1,"a":2}', b'{"a": 2}', b"[]", b"x", b'{"a":1,"a":1}'])
def test_only_canonical_records_have_a_leaf(spelled: bytes) -> None:
    with pytest.raises(ValueError):
        delen(spelled, ZOUT)
