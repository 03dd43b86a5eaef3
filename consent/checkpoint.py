# SPDX-License-Identifier: EUPL-1.2
"""Checkpoints of the audit tree: C2SP tlog-checkpoint text in a C2SP signed note, Ed25519. Not: the tree (``merkle``).

::

    <origin>
    <size>
    <root hash, base64>
    [extension lines]

    — <key name> <base64(key hash || signature)>

The key hash is the first four bytes of SHA-256(key name || 0x0A || 0x01 || public key); the name is the origin.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consent.merkle import SIZE

ED25519 = b"\x01"
"""Signature type of the signed-note specification."""
_STREEP = "\u2014 "


class OngeldigCheckpoint(ValueError):
    """No checkpoint, or not signed by the key that it should be signed by."""


@dataclass(frozen=True, slots=True)
class Handtekening:
    """One signature line; of an unknown key or type it is carried along and not judged."""

    naam: str
    sleutelhash: bytes
    handtekening: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a tree head says, and the signatures below it."""

    origin: str
    size: int
    root: bytes
    uitbreidingen: tuple[str, ...] = ()
    handtekeningen: tuple[Handtekening, ...] = ()

    def tekst(self) -> str:
        """The signed text, with its final newline."""
        regels = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.uitbreidingen]
        return "\n".join(regels) + "\n"


def key_hash(naam: str, publiek: Ed25519PublicKey) -> bytes:
    """The four bytes that name a key in a signature line."""
    return hashlib.sha256(naam.encode() + b"\n" + ED25519 + _raw(publiek)).digest()[:4]


def verifier_key(naam: str, publiek: Ed25519PublicKey) -> str:
    """The key as verifiers are given it: ``name+hash+base64(type || key)``."""
    return f"{naam}+{key_hash(naam, publiek).hex()}+{base64.b64encode(ED25519 + _raw(publiek)).decode()}"


def parse_verifier_key(tekst: str) -> tuple[str, Ed25519PublicKey]:
    """Name and key from ``name+hash+base64``; raises OngeldigCheckpoint."""
    naam, _, rest = tekst.partition("+")
    hash_, _, sleutel = rest.partition("+")
    rauw = _b64(sleutel)
    if not naam or rauw[:1] != ED25519 or len(rauw) != 1 + SIZE:
        raise OngeldigCheckpoint("Geef een verificatiesleutel in de vorm naam+hash+base64, met een Ed25519-sleutel.")
    publiek = Ed25519PublicKey.from_public_bytes(rauw[1:])
    if hash_ != key_hash(naam, publiek).hex():
        raise OngeldigCheckpoint("Controleer de verificatiesleutel: de hash erin past niet bij naam en sleutel.")
    return naam, publiek


def sign(
    origin: str,
    size: int,
    root: bytes,
    *keys: Ed25519PrivateKey,
    uitbreidingen: Sequence[str] = (),
) -> bytes:
    """A checkpoint as a signed note, by the keys that carry the origin's name: one, or two while one takes over from the
    other."""
    if not origin or any(teken.isspace() or teken == "+" for teken in origin):
        raise OngeldigCheckpoint("Kies een origin zonder spaties en plustekens: het is ook de naam van de sleutel.")
    if size < 0 or len(root) != SIZE:
        raise OngeldigCheckpoint(f"Onderteken een omvang vanaf 0 en een root van {SIZE} bytes.")
    if any(not regel or not regel.isprintable() for regel in uitbreidingen):
        raise OngeldigCheckpoint("Geef uitbreidingen als niet-lege regels met leesbare tekens.")
    tekst = Checkpoint(origin, size, root, tuple(uitbreidingen)).tekst()
    handtekeningen = (key_hash(origin, key.public_key()) + key.sign(tekst.encode()) for key in keys)
    regels = (f"{_STREEP}{origin} {base64.b64encode(een).decode()}\n" for een in handtekeningen)
    return f"{tekst}\n{''.join(regels)}".encode()


def parse(note: bytes) -> Checkpoint:
    """The checkpoint that a note says it is, its signatures not judged; raises OngeldigCheckpoint."""
    try:
        volledig = note.decode()
    except UnicodeDecodeError as fout:
        raise OngeldigCheckpoint("Lees het checkpoint als UTF-8: dit zijn andere bytes.") from fout
    if any(teken < " " and teken != "\n" for teken in volledig):
        raise OngeldigCheckpoint("Geef het checkpoint zonder stuurtekens.")
    tekst, scheiding, onder = volledig.rpartition("\n\n")
    if not scheiding or not onder.endswith("\n"):
        raise OngeldigCheckpoint("Geef het checkpoint met een lege regel en daarna zijn handtekeningen.")
    origin, size, root, *uitbreidingen = [*tekst.split("\n"), "", ""][: max(3, tekst.count("\n") + 1)]
    rauw = _b64(root)
    if not origin or not (size.isascii() and size.isdigit()) or str(int(size)) != size or len(rauw) != SIZE:
        raise OngeldigCheckpoint("Geef een checkpoint met een origin, een omvang en een root van 32 bytes in base64.")
    if not all(uitbreidingen):
        raise OngeldigCheckpoint("Laat in een checkpoint geen lege regels toe.")
    handtekeningen = tuple(_handtekening(regel) for regel in onder[:-1].split("\n"))
    return Checkpoint(origin, int(size), rauw, tuple(uitbreidingen), handtekeningen)


def verify(note: bytes, publiek: Ed25519PublicKey, origin: str) -> Checkpoint:
    """The checkpoint, if this key signed it under this origin; signatures by others are left alone.

    Raises OngeldigCheckpoint.
    """
    gelezen = parse(note)
    if gelezen.origin != origin:
        raise OngeldigCheckpoint("Controleer van wie dit checkpoint is: het heeft een andere origin.")
    verwacht = key_hash(origin, publiek)
    gevonden = [h for h in gelezen.handtekeningen if h.naam == origin and h.sleutelhash == verwacht]
    if not gevonden:
        raise OngeldigCheckpoint("Vraag het checkpoint opnieuw op: de handtekening van deze sleutel ontbreekt.")
    for handtekening in gevonden:
        try:
            publiek.verify(handtekening.handtekening, gelezen.tekst().encode())
        except InvalidSignature as fout:
            raise OngeldigCheckpoint("Vertrouw dit checkpoint niet: de handtekening past niet bij de tekst.") from fout
    return gelezen


def _handtekening(regel: str) -> Handtekening:
    naam, _, waarde = regel.removeprefix(_STREEP).partition(" ")
    rauw = _b64(waarde)
    if not regel.startswith(_STREEP) or not naam or "+" in naam or len(rauw) <= 4:
        raise OngeldigCheckpoint("Schrijf elke handtekening als: streep, naam, base64.")
    return Handtekening(naam, rauw[:4], rauw[4:])


def _b64(tekst: str) -> bytes:
    """The bytes of canonical base64; none of any other text, so that a note has one spelling only."""
    try:
        rauw = base64.b64decode(tekst, validate=True)
    except (ValueError, binascii.Error):
        return b""
    return rauw if base64.b64encode(rauw).decode() == tekst else b""


def _raw(publiek: Ed25519PublicKey) -> bytes:
    return publiek.public_bytes(Encoding.Raw, PublicFormat.Raw)
