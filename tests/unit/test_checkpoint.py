# SPDX-License-Identifier: EUPL-1.2
"""Checkpoints as C2SP signed notes: what one signs another verifies, and nothing else verifies."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from consent.checkpoint import (
    OngeldigCheckpoint,
    key_hash,
    parse,
    parse_verifier_key,
    sign,
    verifier_key,
    verify,
)
from consent.merkle import leaf_hash

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ANDER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ORIGIN = "hub.inburgering.example/audit"
ROOT = leaf_hash(b"record")


def note(*uitbreidingen: str) -> bytes:
    return sign(ORIGIN, 42, ROOT, KEY, uitbreidingen=uitbreidingen)


def test_the_note_has_the_lines_of_the_specification():
    tekst, handtekening = note().decode().split("\n\n")
    assert tekst == f"{ORIGIN}\n42\n{base64.b64encode(ROOT).decode()}"
    streep, naam, waarde = handtekening.rstrip("\n").split(" ")
    assert (streep, naam) == ("\u2014", ORIGIN)
    rauw = base64.b64decode(waarde)
    assert rauw[:4] == key_hash(ORIGIN, KEY.public_key())
    KEY.public_key().verify(rauw[4:], f"{tekst}\n".encode())


def test_the_key_hash_is_that_of_a_published_verifier_key():
    """The example key of Go's sumdb/note package."""
    naam, publiek = parse_verifier_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert naam == "PeterNeumann"
    assert key_hash(naam, publiek).hex() == "c74f20a3"


def test_a_published_note_verifies():
    """The example note of Go's sumdb/note package; its text is no checkpoint, so only the signature is looked at."""
    _, publiek = parse_verifier_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    tekst = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    )  # fmt: skip
    waarde = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    publiek.verify(base64.b64decode(waarde)[4:], tekst.encode())


def test_signed_is_verified_and_read_back():
    gelezen = verify(note("bundel abc"), KEY.public_key(), ORIGIN)
    assert (gelezen.origin, gelezen.size, gelezen.root) == (ORIGIN, 42, ROOT)
    assert gelezen.uitbreidingen == ("bundel abc",)


def test_signatures_of_witnesses_are_carried_along():
    regel = "\u2014 getuige.example " + base64.b64encode(b"\x01\x02\x03\x04" + b"s" * 72).decode() + "\n"
    gelezen = verify(note() + regel.encode(), KEY.public_key(), ORIGIN)
    assert [h.naam for h in gelezen.handtekeningen] == [ORIGIN, "getuige.example"]


def test_any_flipped_character_of_the_text_is_noticed():
    geheel = note()
    for plek in range(geheel.index(b"\n\n")):
        gebogen = bytearray(geheel)
        gebogen[plek] ^= 1
        with pytest.raises(OngeldigCheckpoint):
            verify(bytes(gebogen), KEY.public_key(), ORIGIN)


@pytest.mark.parametrize(
    ("publiek", "origin"), [(ANDER.public_key(), ORIGIN), (KEY.public_key(), "elders.example/audit")]
)
def test_another_key_or_origin_does_not_verify(publiek: Ed25519PublicKey, origin: str):
    with pytest.raises(OngeldigCheckpoint):
        verify(note(), publiek, origin)


def test_another_key_under_the_same_hash_is_no_signature():
    """A signature line that claims our key's hash must be by our key."""
    vervalst = key_hash(ORIGIN, KEY.public_key()) + ANDER.sign(parse(note()).tekst().encode())
    regel = f"\u2014 {ORIGIN} {base64.b64encode(vervalst).decode()}\n"
    with pytest.raises(OngeldigCheckpoint, match="handtekening"):
        verify(note() + regel.encode(), KEY.public_key(), ORIGIN)


WORTEL = base64.b64encode(ROOT).decode()


@pytest.mark.parametrize(
    "tekst",
    [
        "",
        "geen lege regel",
        f"{ORIGIN}\n042\n{WORTEL}\n\n\u2014 a AAAAAAA=\n",
        f"{ORIGIN}\n-1\n{WORTEL}\n\n\u2014 a AAAAAAA=\n",
        f"{ORIGIN}\n1\nAAAA\n\n\u2014 a AAAAAAA=\n",
        f"{ORIGIN}\n1\n\n\u2014 a AAAAAAA=\n",
        f"\n1\n{WORTEL}\n\n\u2014 a AAAAAAA=\n",
        f"{ORIGIN}\n1\n{WORTEL}\n\n- a AAAAAAA=\n",
        f"{ORIGIN}\n1\n{WORTEL}\n\n\u2014 a AAAA\n",
        f"{ORIGIN}\n1\n{WORTEL}\n\n\u2014 a+b AAAAAAA=\n",
        f"{ORIGIN}\n1\n{WORTEL}\n\n\u2014 a AAAAAAA=",
        f"{ORIGIN}\t\n1\n{WORTEL}\n\n\u2014 a AAAAAAA=\n",
    ],
)
def test_what_is_not_a_signed_checkpoint_is_refused(tekst: str):
    with pytest.raises(OngeldigCheckpoint):
        parse(tekst.encode())


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(OngeldigCheckpoint):
        parse(b"\xff\xfe")


@pytest.mark.parametrize("origin", ["", "met spatie", "met+plus"])
def test_an_origin_that_cannot_be_a_key_name_is_refused(origin: str):
    with pytest.raises(OngeldigCheckpoint):
        sign(origin, 1, ROOT, KEY)


def test_a_verifier_key_reads_back_and_a_forged_one_does_not():
    tekst = verifier_key(ORIGIN, KEY.public_key())
    naam, publiek = parse_verifier_key(tekst)
    assert verify(note(), publiek, naam).size == 42
    for fout in (tekst.replace("+", "-", 1), verifier_key("a", KEY.public_key()).replace("a+", "b+", 1), "x"):
        with pytest.raises(OngeldigCheckpoint):
            parse_verifier_key(fout)
