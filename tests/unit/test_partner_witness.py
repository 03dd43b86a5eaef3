# SPDX-License-Identifier: EUPL-1.2
"""A partner signs the hub's checkpoint only if the log grew from the one that it saw."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from connectors import ConnectProfile
from connectors.witness import name_of, read_request, witness
from consent.checkpoint import OngeldigCheckpoint, sign
from consent.cosignature import verify_cosignature
from consent.merkle import consistency_proof, leaf_hash, root
from tests.unit.partner import school

HUB = Ed25519PrivateKey.generate()
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LEAVES = [leaf_hash(bytes([number])) for number in range(9)]
OTHER = [leaf_hash(b"x"), *LEAVES[1:]]


@pytest.fixture
def profile(tmp_path: Path) -> ConnectProfile:
    return school(tmp_path, HUB)


def note(size: int, leaves: list[bytes] = LEAVES, key: Ed25519PrivateKey = HUB, origin: str = "hub") -> bytes:
    return sign(origin, size, root(leaves[:size]), key)


def asked(old: int, new: int, leaves: list[bytes] = LEAVES) -> bytes:
    proof = "".join(f"{base64.b64encode(one).decode()}\n" for one in consistency_proof(leaves[:new], old))
    return f"old {old}\n{proof}\n".encode() + note(new, leaves)


def test_what_grew_is_signed_and_kept(profile: ConnectProfile) -> None:
    witness(profile, read_request(note(4)), NOW)
    line = witness(profile, read_request(asked(4, 9)), NOW)
    signed = note(9) + line.encode()
    assert verify_cosignature(signed, name_of(profile), profile.signing_key().public_key()) == NOW
    assert len((profile.map / "witness.jsonl").read_text().splitlines()) == 2
    assert witness(profile, read_request(note(9)), NOW) == line, "the same tree may be asked for again"
    with pytest.raises(OngeldigCheckpoint):
        verify_cosignature(note(8) + line.encode(), name_of(profile), profile.signing_key().public_key())
    with pytest.raises(OngeldigCheckpoint, match="staat hier niet"):
        verify_cosignature(signed, name_of(profile), Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (note(3), "korter dan het was"),
        (note(4, OTHER), "een ander dan wij zagen"),
        (asked(4, 9, OTHER), "toont niet dat het logboek groeide"),
        (note(9), "bewijs vanaf 4"),
        (asked(3, 9), "bewijs vanaf 4"),
        (note(9, key=Ed25519PrivateKey.generate()), "handtekening"),
        (note(9, origin="ander"), "andere origin"),
        (b"old x\n\n" + note(9), "Geef een verzoek als"),
        (b"old 4\n!!\n\n" + note(9), "base64"),
    ],
    ids=[
        "shrank",
        "forked",
        "did not grow",
        "no proof",
        "another proof",
        "stranger",
        "another log",
        "no request",
        "no base64",
    ],
)
def test_what_shrank_forked_or_is_not_the_hubs_is_not_signed(
    profile: ConnectProfile, request_: bytes, said: str
) -> None:
    witness(profile, read_request(note(4)), NOW)
    before = (profile.map / "witness.jsonl").read_bytes()
    with pytest.raises(OngeldigCheckpoint, match=said):
        witness(profile, read_request(request_), NOW)
    assert (profile.map / "witness.jsonl").read_bytes() == before
