# SPDX-License-Identifier: EUPL-1.2
"""Ed25519 signatures over an event as sent: every attribute and the (sealed) data, not a re-serialised object.

Key id and signature are plain headers, outside what is signed. Not here: whose key it is and when it was valid
(``consent.participants``), and secrecy (``seals``).
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from schemas.canonical import canonical, prefixed
from schemas.cloudevents import CloudEvent, Header
from schemas.errors import BadSignature

__all__ = ["BadSignature", "claimed_key_id", "key_id", "sign", "signing_bytes", "verify"]

DOMAIN = "nl.inburgering handtekening v1"
KEY_DOMAIN = b"nl.inburgering sleutelid v1"
KEY_HEADER = "sleutelid"
SIGNATURE_HEADER = "handtekening"
KEY_ID_BYTES = 16


def key_id(public: Ed25519PublicKey | X25519PublicKey) -> str:
    """The name of a public key: 32 hexadecimal digits of a SHA-256 over its kind and its raw bytes."""
    kind = b"Ed25519" if isinstance(public, Ed25519PublicKey) else b"X25519"
    hashed = sha256(prefixed(KEY_DOMAIN) + prefixed(kind) + prefixed(public.public_bytes_raw()))
    return hashed.digest()[:KEY_ID_BYTES].hex()


def signing_bytes(ce: CloudEvent) -> bytes:
    """What a signature is over: domain, attributes in order of name, data; each with its length."""
    return canonical(DOMAIN, ce.attributes()) + prefixed(ce.data)


def sign(ce: CloudEvent, key: Ed25519PrivateKey, sleutelid: str) -> list[Header]:
    """The two headers to send beside those of the event."""
    return [(KEY_HEADER, sleutelid.encode("ascii")), (SIGNATURE_HEADER, key.sign(signing_bytes(ce)))]


def claimed_key_id(headers: Iterable[tuple[str, bytes | None]] | None) -> str:
    """The key id that a sender claims, to look the public key up; raises BadSignature if there is not exactly one."""
    raw = _only(headers, KEY_HEADER)
    claimed = raw.decode("ascii", errors="replace")
    if len(claimed) != 2 * KEY_ID_BYTES or not set(claimed) <= set("0123456789abcdef"):
        raise BadSignature(f"Zet in de kop `{KEY_HEADER}` het sleutel-id van 32 hexadecimale cijfers.")
    return claimed


def verify(ce: CloudEvent, headers: Iterable[tuple[str, bytes | None]] | None, public: Ed25519PublicKey) -> None:
    """Return if this public key signed this event as it is; raise BadSignature otherwise."""
    listed = list(headers or ())
    if claimed_key_id(listed) != key_id(public):
        raise BadSignature("Onderteken met de sleutel die de kop `sleutelid` noemt.")
    try:
        public.verify(_only(listed, SIGNATURE_HEADER), signing_bytes(ce))
    except InvalidSignature:
        raise BadSignature("Onderteken het bericht opnieuw: de handtekening past niet bij wat is verstuurd.") from None


def _only(headers: Iterable[tuple[str, bytes | None]] | None, name: str) -> bytes:
    found = [value for header, value in headers or () if header == name]
    if len(found) != 1 or found[0] is None:
        raise BadSignature(f"Onderteken het bericht: de kop `{name}` moet er precies één keer zijn.")
    return found[0]
