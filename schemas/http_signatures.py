# SPDX-License-Identifier: EUPL-1.2
"""HTTP Message Signatures (RFC 9421) with Ed25519 over a request that carries an event, and its digest (RFC 9530).

Covered are the method, the whole target, the digest of the body, its type and the event's id, with the moments between
which it counts: a request that was caught cannot be sent elsewhere, altered, or sent later. Whose key it is, others
know; which event it was, ``http_binding``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from schemas.errors import BadSignature

__all__ = ["COVERED", "LIFETIME", "Signed", "sign", "signature_base", "verify"]

COVERED = ("@method", "@target-uri", "content-digest", "content-type", "ce-id")
LABEL = TAG = "inburgeringshub"
LIFETIME = timedelta(minutes=5)
"""How long a request counts after it was signed."""
SKEW = timedelta(seconds=30)
"""How far the receiver's clock may be off."""


@dataclass(slots=True)
class _Request:
    """A request as the library wants it."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Signed:
    """What a valid signature says."""

    keyid: str
    created: datetime


class _Public(HTTPSignatureKeyResolver):
    def __init__(self, of: Callable[[str], Ed25519PublicKey | None]) -> None:
        self._of = of

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        public = self._of(key_id)
        if public is None:
            raise BadSignature("unknown key")
        return public


def sign(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    key: Ed25519PrivateKey,
    keyid: str,
    *,
    now: datetime,
    covered: Sequence[str] = COVERED,
) -> dict[str, str]:
    """The headers to add: Content-Digest, Signature-Input and Signature. `headers` holds the covered ones in lower case,
    and `url` is the target as it is sent, encoded.

    Written out here, because ours is always of this one form, and the library, which can do all forms, doubled what a
    whole delivery costs. Checking is the library's, so the two hold each other.
    """
    digest = f"sha-256=:{_base64(sha256(body).digest())}:"
    known = {**headers, "@method": method, "@target-uri": url, "content-digest": digest}
    created = int(now.timestamp())
    names = " ".join(f'"{name}"' for name in covered)
    expires = created + int(LIFETIME.total_seconds())
    params = f'({names});created={created};expires={expires};keyid="{keyid}";alg="ed25519";tag="{TAG}"'
    signature = key.sign(signature_base({name: known[name] for name in covered}, params))
    return {
        "Content-Digest": digest,
        "Signature-Input": f"{LABEL}={params}",
        "Signature": f"{LABEL}=:{_base64(signature)}:",
    }


def signature_base(components: Mapping[str, str], params: str) -> bytes:
    """What is signed (RFC 9421, 2.5): a line for each covered component, and one for the parameters."""
    lines = [f'"{name}": {value.strip()}' for name, value in components.items()]
    return "\n".join((*lines, f'"@signature-params": {params}')).encode("ascii")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def verify(
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    key_of: Callable[[str], Ed25519PublicKey | None],
    *,
    required: Sequence[str] = COVERED,
    max_age: timedelta = LIFETIME,
) -> Signed:
    """Return if a key that `key_of` knows by its id signed this very request, not longer ago than `max_age`; raise
    BadSignature otherwise. `url` is the receiver's own, as it was subscribed: what a proxy made of it does not count."""
    found: dict[str, str] = {}
    for name, value in headers:
        low = name.lower()
        if low in found and low in (*COVERED, "signature", "signature-input"):
            raise BadSignature(f"Stuur de kop `{low}` precies één keer.")
        found[low] = value
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=_Public(key_of))
    verifier.max_clock_skew = SKEW
    try:
        (result,) = verifier.verify(
            _Request(method, url, found), max_age=max_age, expect_tag=TAG, require_components=required, body=body
        )
    except HTTPMessageSignaturesException:
        raise BadSignature(
            "De handtekening over dit verzoek (RFC 9421) past niet: het kwam niet zo van de hub, ging naar een ander"
            " adres, is te oud, of de klok van deze machine loopt niet gelijk."
        ) from None
    created = datetime.fromtimestamp(int(result.parameters["created"]), UTC)
    return Signed(str(result.parameters["keyid"]), created)
