# SPDX-License-Identifier: EUPL-1.2
"""Seals: data that only one recipient can read, tied to the attributes of the event that it came with.

HPKE (RFC 9180) wraps a data key for the recipient; AES-256-GCM with that key seals each record. Wrapping is slow and
GCM is not, so a data key is used for a bounded number of records and seconds, and stands on every record. The layout,
byte by byte, is in ``docs/wire-format.md``. Not here: the keys per person under which the hub keeps data (the vault).
"""

from __future__ import annotations

import os
import struct
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from schemas.canonical import canonical, prefixed
from schemas.cloudevents import CloudEvent
from schemas.errors import SealBroken, UnknownSealKey
from schemas.signatures import key_id

__all__ = ["Opener", "SealBroken", "Sealer", "UnknownSealKey", "aad_of"]

VERSION = 1
AAD_DOMAIN = "nl.inburgering zegelkop v1"
WRAP_DOMAIN = b"nl.inburgering zegel v1"
COMMITMENT_DOMAIN = b"nl.inburgering zegelbelofte v1"
DATA_KEY_BYTES = 32
COMMITMENT_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
MAX_RECORDS = 1000
"""Far below the 2^32 that random nonces allow; it bounds what one leaked data key opens."""
MAX_SECONDS = 600.0
MAX_CACHED_KEYS = 4096
"""Data keys that an opener keeps; a sender makes one per MAX_RECORDS records or MAX_SECONDS."""

# Version, recipient's key id, length of the wrapped key.
_PREFIX = struct.Struct(">B16sH")
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
# 32 bytes encapsulated key, 32 bytes data key, 16 bytes tag.
_WRAPPED_BYTES = 80
_HEAD_BYTES = _PREFIX.size + _WRAPPED_BYTES + COMMITMENT_BYTES


def aad_of(ce: CloudEvent) -> bytes:
    """The attributes of an event without its data: what a seal is bound to."""
    return canonical(AAD_DOMAIN, ce.attributes())


@dataclass(slots=True)
class _DataKey:
    head: bytes
    """Everything on the record before the nonce; part of what is authenticated."""
    cipher: AESGCM
    made_at: float
    used: int = 0


class Sealer:
    """Seals to one recipient (an OIN and its public key). ``clock`` counts seconds and never goes back."""

    def __init__(
        self,
        recipient_public: X25519PublicKey,
        recipient: str,
        *,
        max_records: int = MAX_RECORDS,
        max_seconds: float = MAX_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._public = recipient_public
        self._key_id = bytes.fromhex(key_id(recipient_public))
        self._info = _info(recipient)
        self._max_records = max_records
        self._max_seconds = max_seconds
        self._clock = clock
        self._current: _DataKey | None = None

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        """The seal of one record; ``aad`` is ``aad_of`` the event that will carry it."""
        key = self._data_key()
        key.used += 1
        nonce = os.urandom(NONCE_BYTES)
        return key.head + nonce + key.cipher.encrypt(nonce, plaintext, key.head + aad)

    def _data_key(self) -> _DataKey:
        now, current = self._clock(), self._current
        if current is None or current.used >= self._max_records or now - current.made_at >= self._max_seconds:
            current = self._current = self._new_data_key(now)
        return current

    def _new_data_key(self, now: float) -> _DataKey:
        secret = os.urandom(DATA_KEY_BYTES)
        wrapped = _SUITE.encrypt(secret, self._public, info=self._info)
        head = _PREFIX.pack(VERSION, self._key_id, len(wrapped)) + wrapped + _commitment(secret)
        return _DataKey(head=head, cipher=AESGCM(secret), made_at=now)


class Opener:
    """Opens what was sealed to one recipient, under any of its keys (by ``key_id``): keys have epochs and overlap.

    Keeps data keys that it unwrapped; when a private key is destroyed, drop its opener too.
    """

    def __init__(
        self, private_keys: Mapping[str, X25519PrivateKey], recipient: str, *, max_cached: int = MAX_CACHED_KEYS
    ) -> None:
        self._keys = {bytes.fromhex(name): key for name, key in private_keys.items()}
        self._info = _info(recipient)
        self._max_cached = max_cached
        self._ciphers: OrderedDict[bytes, AESGCM] = OrderedDict()

    def open(self, blob: bytes, aad: bytes) -> bytes:
        """What was sealed; raises UnknownSealKey, or SealBroken if anything at all differs from what was sealed."""
        if len(blob) < _HEAD_BYTES + NONCE_BYTES + TAG_BYTES:
            raise SealBroken("Stuur het zegel in zijn geheel: dit is te kort.")
        version, name, length = _PREFIX.unpack_from(blob)
        if version != VERSION or length != _WRAPPED_BYTES:
            raise SealBroken(f"Verzegel volgens versie {VERSION}: deze vorm is onbekend.")
        head = blob[:_HEAD_BYTES]
        nonce = blob[_HEAD_BYTES : _HEAD_BYTES + NONCE_BYTES]
        try:
            return self._cipher(name, head).decrypt(nonce, blob[_HEAD_BYTES + NONCE_BYTES :], head + aad)
        except InvalidTag:
            raise _broken() from None

    def _cipher(self, name: bytes, head: bytes) -> AESGCM:
        # Looked up by the whole head, so nothing in it can differ from what was unwrapped and checked.
        cipher = self._ciphers.get(head)
        if cipher is None:
            cipher = self._ciphers[head] = AESGCM(self._unwrap(name, head))
            if len(self._ciphers) > self._max_cached:
                self._ciphers.popitem(last=False)
        else:
            self._ciphers.move_to_end(head)
        return cipher

    def _unwrap(self, name: bytes, head: bytes) -> bytes:
        private = self._keys.get(name)
        if private is None:
            raise UnknownSealKey(f"Verzegel voor een geldige sleutel van de ontvanger: {name.hex()} is er niet.")
        wrapped = head[_PREFIX.size : _PREFIX.size + _WRAPPED_BYTES]
        try:
            secret = _SUITE.decrypt(wrapped, private, info=self._info)
        except InvalidTag:
            raise _broken() from None
        # GCM alone would let one ciphertext open to two plaintexts under two keys.
        if len(secret) != DATA_KEY_BYTES or _commitment(secret) != head[-COMMITMENT_BYTES:]:
            raise _broken()
        return secret


def _info(recipient: str) -> bytes:
    return prefixed(WRAP_DOMAIN) + prefixed(recipient.encode())


def _commitment(secret: bytes) -> bytes:
    return sha256(prefixed(COMMITMENT_DOMAIN) + prefixed(secret)).digest()[:COMMITMENT_BYTES]


def _broken() -> SealBroken:
    return SealBroken("Verzegel het bericht opnieuw: de inhoud past niet bij deze ontvanger of deze attributen.")
