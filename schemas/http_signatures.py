# SPDX-License-Identifier: EUPL-1.2
"""HTTP Message Signatures (RFC 9421) with Ed25519 over a request that carries an event, and its digest (RFC 9530).

Covered are the method, the whole target, the digest of the body, its type and the event's id, with the moments between
which it counts: a request that was caught cannot be sent elsewhere, altered, or sent later. Whose key it is, others
know; which event it was, ``http_binding``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from schemas.errors import BadSignature

__all__ = ["COVERED", "LIFETIME", "Signed", "sign", "verify"]

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


class _Private(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self._key


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
    """The headers to add: Content-Digest, Signature-Input and Signature. `headers` holds the covered ones, and `url` is
    the target as it is sent, encoded."""
    request = _Request(method, url, dict(headers))
    HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_Private(key)).sign(
        request,
        key_id=keyid,
        created=now,
        expires=now + LIFETIME,
        label=LABEL,
        tag=TAG,
        covered_component_ids=covered,
        body=body,
    )
    return {name: value for name, value in request.headers.items() if name not in headers}


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
