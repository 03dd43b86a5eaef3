# SPDX-License-Identifier: EUPL-1.2
"""A random data key per person, wrapped by a key-encryption key; destroying the first makes every sealed byte
unreadable.

The key is random on purpose: one derived from a master (HKDF) would come back with the master. From it two subkeys
follow: one seals (log, state, identities), one makes pseudonyms, so that destroying the person's key also unties the
pseudonyms.
"""

from __future__ import annotations

import hmac
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, insert, select

from hub.vault.kek import KeyEncryption
from hub.vault.kek import KeyMissing as KeyMissing
from hub.vault.tables import dossiers, reading

VERSION = b"\x01"
NONCE = 12


class SealBroken(Exception):
    """Sealed bytes do not open with the person's key: they were altered or moved."""


class PersonKey:
    """The key of one person: seals and opens bytes bound to a context, and derives pseudonyms."""

    __slots__ = ("_aead", "_pseudonym_key")

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(hmac.digest(key, b"nl.inburgering/persoon/zegel/1", "sha256"))
        self._pseudonym_key = hmac.digest(key, b"nl.inburgering/persoon/pseudoniem/1", "sha256")

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """version (1) ‖ nonce (12) ‖ AES-256-GCM ciphertext; `context` must be given again to open."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._aead.encrypt(nonce, plaintext, context)

    def open(self, blob: bytes, context: bytes) -> bytes:
        if blob[:1] != VERSION:
            raise SealBroken("The sealed bytes do not start with version 1.")
        try:
            return self._aead.decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], context)
        except (InvalidTag, ValueError) as error:  # the latter: not even a nonce
            raise SealBroken("The sealed bytes do not open: they were altered, or belong to another place.") from error

    def pseudonym(self, party: str) -> str:
        """The 32 hex digits under which `party` (`oin#rol`) knows this person; two parties' pseudonyms do not
        relate."""
        return hmac.digest(self._pseudonym_key, party.encode(), "sha256").hex()[:32]


@dataclass(frozen=True, slots=True)
class Gewist:
    """Stands where a person's key was destroyed: what was sealed with it is gone for good, and that is as it should
    be."""

    dossier: str


class DataKeys:
    """The data keys by dossier, with a bounded cache that a worker's turns share. `forget` drops a key at the log's
    word that it was destroyed; what a turn read before that word is not remembered after it."""

    def __init__(self, engine: Engine, kek: KeyEncryption, capacity: int = 20_000) -> None:
        self._engine, self._kek, self._capacity = engine, kek, capacity
        self._cache: OrderedDict[str, PersonKey | Gewist] = OrderedDict()
        self._lock = threading.Lock()
        self._forgotten = 0

    def create(self, connection: Connection, dossier: str) -> PersonKey:
        """Make the key of a new dossier, in the caller's transaction."""
        raw = os.urandom(32)
        wrapped = self._kek.wrap(raw)
        connection.execute(insert(dossiers).values(dossier=dossier, sleutel=wrapped.key, kek=wrapped.kek))
        return PersonKey(raw)

    def cached(self, dossier: str) -> PersonKey | Gewist | None:
        with self._lock:
            key = self._cache.get(dossier)
            if key is not None:
                self._cache.move_to_end(dossier)
            return key

    def load(self, wanted: Iterable[str], connection: Connection | None = None) -> dict[str, PersonKey | Gewist]:
        """The keys of `wanted`, from the cache or in one query; raises KeyMissing where there is neither key nor
        erasure."""
        found: dict[str, PersonKey | Gewist] = {}
        missing = []
        for dossier in set(wanted):
            key = self.cached(dossier)
            if key is None:
                missing.append(dossier)
            else:
                found[dossier] = key
        if missing:
            if connection is None:
                with reading(self._engine) as own:
                    found |= self._read(own, missing)
            else:
                found |= self._read(connection, missing)
        return found

    def _read(self, connection: Connection, missing: list[str]) -> dict[str, PersonKey | Gewist]:
        forgotten = self._forgotten
        found: dict[str, PersonKey | Gewist] = {}
        for start in range(0, len(missing), 500):
            chunk = missing[start : start + 500]
            for row in connection.execute(select(dossiers).where(dossiers.c.dossier.in_(chunk))):
                if row.sleutel is not None:
                    found[row.dossier] = PersonKey(self._kek.unwrap(row.sleutel, row.kek))
                elif row.gewist_op is not None:  # a key that is gone without that was not erased but lost
                    found[row.dossier] = Gewist(row.dossier)
        for dossier in missing:
            if dossier not in found:
                raise KeyMissing(
                    f"Dossier {dossier} has no key and no erasure record: restore the vault that belongs to this log."
                )
        with self._lock:
            if forgotten == self._forgotten:
                for dossier in missing:
                    self._cache[dossier] = found[dossier]
                while len(self._cache) > self._capacity:
                    self._cache.popitem(last=False)
        return found

    def forget(self, dossier: str) -> None:
        with self._lock:
            self._forgotten += 1
            self._cache.pop(dossier, None)
