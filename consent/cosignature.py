# SPDX-License-Identifier: EUPL-1.2
"""A witness's signature below a checkpoint: "I saw this tree, and it grew from the one that I saw before" (C2SP
tlog-cosignature, Ed25519). Not here: the hub's own signature (``checkpoint``), where a witness keeps what it saw.

What is signed is ``cosignature/v1``, a line with the time, and the text of the checkpoint; the signature line holds the
key hash, the time (8 bytes, seconds since 1970) and the signature. Two partners that witness the same hub see between
them that it shows everybody one tree.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from consent.checkpoint import Checkpoint, OngeldigCheckpoint, parse
from consent.merkle import verify_consistency

COSIGNATURE = b"\x04"
"""Signature type of a timestamped Ed25519 cosignature."""
_STREEP = "\u2014 "
_TIME_BYTES = 8


def key_hash(naam: str, publiek: Ed25519PublicKey) -> bytes:
    """The four bytes that name a witness's key in a signature line."""
    return hashlib.sha256(naam.encode() + b"\n" + COSIGNATURE + publiek.public_bytes_raw()).digest()[:4]


def cosign(checkpoint: Checkpoint, naam: str, key: Ed25519PrivateKey, moment: datetime) -> str:
    """The signature line, with its newline, to put below the checkpoint."""
    if not naam or any(teken.isspace() or teken == "+" for teken in naam):
        raise OngeldigCheckpoint("Kies een naam zonder spaties en plustekens voor de getuige.")
    seconds = int(moment.timestamp())
    signature = key.sign(_signed(checkpoint, seconds))
    line = key_hash(naam, key.public_key()) + seconds.to_bytes(_TIME_BYTES, "big") + signature
    return f"{_STREEP}{naam} {base64.b64encode(line).decode()}\n"


def verify_cosignature(note: bytes, naam: str, publiek: Ed25519PublicKey) -> datetime:
    """When this witness saw this checkpoint; raises OngeldigCheckpoint if it did not say so."""
    checkpoint, wanted = parse(note), key_hash(naam, publiek)
    for one in checkpoint.handtekeningen:
        if one.naam == naam and one.sleutelhash == wanted:
            seconds = int.from_bytes(one.handtekening[:_TIME_BYTES], "big")
            try:
                publiek.verify(one.handtekening[_TIME_BYTES:], _signed(checkpoint, seconds))
            except InvalidSignature as fout:
                raise OngeldigCheckpoint("Vertrouw deze getuige niet: zijn handtekening past niet.") from fout
            return datetime.fromtimestamp(seconds, UTC)
    raise OngeldigCheckpoint("Vraag de getuige om zijn handtekening: zij staat hier niet.")


def grown(seen: Checkpoint | None, now: Checkpoint, proof: list[bytes]) -> None:
    """Raises OngeldigCheckpoint unless the tree that we see grew from the one that we saw (RFC 6962, 2.1.2)."""
    if seen is None:
        return
    if now.size < seen.size:
        raise OngeldigCheckpoint("Waarschuw de toezichthouder: dit logboek is korter dan het was.")
    if now.size == seen.size:
        if now.root != seen.root:
            raise OngeldigCheckpoint("Waarschuw de toezichthouder: dit logboek is een ander dan wij zagen.")
        return
    if seen.size and not verify_consistency(seen.size, now.size, seen.root, now.root, proof):
        raise OngeldigCheckpoint(
            f"Vraag het bewijs van {seen.size} naar {now.size} opnieuw op: dit bewijs toont niet dat het logboek groeide."
        )


def _signed(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.tekst()}".encode()
