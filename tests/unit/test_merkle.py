# SPDX-License-Identifier: EUPL-1.2
"""The audit tree against RFC 6962's own definitions, written down naively here, and against what a forger would try."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.merkle import (
    EMPTY_ROOT,
    OngeldigeBoom,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

RECORDS = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def k_of(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    """RFC 6962 section 2.1."""
    if not d:
        return sha(b"")
    if len(d) == 1:
        return sha(b"\x00" + d[0])
    k = k_of(len(d))
    return sha(b"\x01" + mth(d[:k]) + mth(d[k:]))


def path(m: int, d: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1."""
    if len(d) == 1:
        return []
    k = k_of(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    """RFC 6962 section 2.1.2."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = k_of(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def test_known_answers():
    """The test vectors of the certificate-transparency repositories: eight inputs, their root."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(i)) for i in inputs]
    assert root([]) == EMPTY_ROOT
    assert root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(RECORDS)
def test_root_is_the_rfcs(records):
    leaves = [leaf_hash(r) for r in records]
    assert root(leaves) == mth(records)
    tree = Tree()
    for number, leaf in enumerate(leaves):
        assert tree.append(leaf) == number
        assert tree.root() == mth(records[: number + 1])
        tree = Tree.from_bytes(tree.to_bytes())
    assert tree.size == len(records)


@settings(deadline=None)
@given(RECORDS, st.data())
def test_inclusion_proof_is_the_rfcs_and_verifies(records, data):
    m = data.draw(st.integers(0, len(records) - 1))
    leaves = [leaf_hash(r) for r in records]
    proof = inclusion_proof(leaves, m)
    assert proof == path(m, records)
    assert verify_inclusion(leaves[m], m, len(leaves), proof, mth(records))


@settings(deadline=None)
@given(RECORDS, st.data())
def test_consistency_proof_is_the_rfcs_and_verifies(records, data):
    m = data.draw(st.integers(0, len(records)))
    leaves = [leaf_hash(r) for r in records]
    proof = consistency_proof(leaves, m)
    if 0 < m < len(records):
        assert proof == subproof(m, records, True)
    assert verify_consistency(m, len(records), mth(records[:m]), mth(records), proof)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=8), min_size=2, max_size=33, unique=True), st.data())
def test_a_changed_moved_or_shortened_proof_of_inclusion_fails(records, data):
    leaves = [leaf_hash(r) for r in records]
    m = data.draw(st.integers(0, len(records) - 1))
    ander = data.draw(st.integers(0, len(records) - 1).filter(lambda i: i != m))
    proof, top, n = inclusion_proof(leaves, m), root(leaves), len(leaves)
    plek = data.draw(st.integers(0, len(proof) - 1))
    gebogen = [bytes([h[0] ^ 1]) + h[1:] if i == plek else h for i, h in enumerate(proof)]
    assert not verify_inclusion(leaves[m], m, n, gebogen, top)
    assert not verify_inclusion(leaves[ander], m, n, proof, top)
    assert not verify_inclusion(leaves[m], ander, n, proof, top)
    assert not verify_inclusion(leaves[m], m, n, proof[:-1], top)
    assert not verify_inclusion(leaves[m], m, n, [*proof, leaves[0]], top)
    assert not verify_inclusion(leaves[m], m, n, proof, leaf_hash(b"other root"))
    assert not verify_inclusion(leaves[m], n, n, proof, top)
    assert not verify_inclusion(leaves[m], -1, n, proof, top)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=8), min_size=3, max_size=33, unique=True), st.data())
def test_a_tree_whose_past_was_changed_dropped_or_reordered_is_not_consistent(records, data):
    m = data.draw(st.integers(2, len(records) - 1))
    oud = root([leaf_hash(r) for r in records[:m]])
    plek = data.draw(st.integers(0, m - 1))
    buur = (plek + 1) % m
    gewijzigd = [r + b"!" if i == plek else r for i, r in enumerate(records)]
    verwisseld = list(records)
    verwisseld[plek], verwisseld[buur] = records[buur], records[plek]
    gemist = [*records[:plek], *records[plek + 1 :]]
    for vervalst in (gewijzigd, verwisseld, gemist):
        leaves = [leaf_hash(r) for r in vervalst]
        proof = consistency_proof(leaves, min(m, len(leaves)))
        assert not verify_consistency(m, len(leaves), oud, root(leaves), proof)


def test_a_tree_that_shrank_is_not_consistent():
    leaves = [leaf_hash(bytes([i])) for i in range(5)]
    assert not verify_consistency(5, 3, root(leaves), root(leaves[:3]), [])
    assert not verify_consistency(3, 3, root(leaves), root(leaves[:3]), [])
    assert not verify_consistency(3, 3, root(leaves[:3]), root(leaves[:3]), [leaves[0]])
    assert not verify_consistency(0, 3, leaves[0], root(leaves[:3]), [])
    assert not verify_consistency(3, 5, root(leaves[:3]), root(leaves), [])


def test_a_leaf_is_not_a_node():
    """Without the prefixes the hash of two leaves could be passed off as a record."""
    een, twee = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(een + twee) != node_hash(een, twee)


@pytest.mark.parametrize(
    "stand", [b"", b"\x00" * 7, (3).to_bytes(8, "big") + b"x" * 32, (1).to_bytes(8, "big") + b"x" * 33]
)
def test_a_damaged_stored_tree_is_refused(stand):
    with pytest.raises(OngeldigeBoom, match="opnieuw"):
        Tree.from_bytes(stand)


def test_what_cannot_be_proved_is_refused():
    leaves = [leaf_hash(b"a")]
    with pytest.raises(OngeldigeBoom):
        inclusion_proof(leaves, 1)
    with pytest.raises(OngeldigeBoom):
        consistency_proof(leaves, 2)
    with pytest.raises(OngeldigeBoom):
        Tree().append(b"a record, not its hash")
