# SPDX-License-Identifier: EUPL-1.2
"""The key-encryption key: wraps the data keys of persons, behind an interface that a KMS or PKCS#11 module can fill.

Rotating it rewraps data keys and touches no data. Destroying the one that was retired makes every older copy of the
vault unreadable, dead rows in a PostgreSQL file included. Not here: data keys themselves (``keys``), and the
rewrapping (``rewrap``).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from hub import keyring
from hub.whole_file import sync, write_whole


class KeyMissing(Exception):
    """A dossier has no key and no erasure record: the vault does not belong to this log. The process must stop."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as the vault keeps it, and the id of the key-encryption key that opens it."""

    key: bytes
    kek: str


class KeyEncryption(Protocol):
    """What wraps data keys: a file here, a KMS or a PKCS#11 module elsewhere."""

    @property
    def id(self) -> str:
        """Of the key that wraps from now on; 16 characters at most."""

    def wrap(self, key: bytes) -> Wrapped:
        """By the key that is current at this moment, whatever it was when the process started."""

    def unwrap(self, wrapped: bytes, kek: str) -> bytes:
        """By the key with this id, current or retired; raises KeyMissing."""


class FileKeyEncryption:
    """The key-encryption key in one file of 32 bytes, readable by the hub's account alone (AES key wrap, RFC 3394).

    During a rotation the retired key stands in a file beside it. The files are looked at again when they changed, so
    that no process goes on wrapping by a retired key.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._keys: dict[str, bytes] = {}
        self._current = ""
        self._read()

    @property
    def id(self) -> str:
        self._renew()
        return self._current

    def wrap(self, key: bytes) -> Wrapped:
        self._renew()
        return Wrapped(aes_key_wrap(self._keys[self._current], key), self._current)

    def unwrap(self, wrapped: bytes, kek: str) -> bytes:
        if kek not in self._keys:
            self._read()
        if kek not in self._keys:
            raise KeyMissing(
                f"The vault's keys are wrapped by key {kek}, this is {self._current}: put back the right key file."
            )
        try:
            return aes_key_unwrap(self._keys[kek], wrapped)
        except InvalidUnwrap as error:
            raise KeyMissing(
                "A data key in the vault does not unwrap: restore the vault that belongs to this key."
            ) from error

    def _renew(self) -> None:
        if self._stamp() != self._seen:
            self._read()

    def _read(self) -> None:
        self._seen = self._stamp()
        current = keyring.read(self._path)
        self._current = _id(current)
        self._keys = {self._current: current}
        if (beside := retired(self._path)).exists():
            old = keyring.read(beside)
            self._keys.setdefault(_id(old), old)

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns


def retired(path: Path) -> Path:
    """Where the key stands that a rotation under way replaces."""
    return path.with_name(f"{path.stem}.retired{path.suffix}")


def begin_rotation(path: Path) -> bool:
    """Put a new key in the place of the current one and the current one beside it. False: one was begun before.

    The retired copy is complete on disk before the new key takes its place, so a crash leaves no data key without the
    key that opens it.
    """
    beside = retired(path)
    current = keyring.read(path)
    if beside.exists() and keyring.read(beside) != current:
        return False
    write_whole(beside, current)
    write_whole(path, os.urandom(keyring.BYTES))
    return True


def end_rotation(path: Path) -> None:
    """Destroy the retired key. Only when no data key is wrapped by it any more."""
    beside = retired(path)
    with beside.open("r+b") as file:
        file.write(bytes(keyring.BYTES))
        file.flush()
        os.fsync(file.fileno())
    beside.unlink()
    sync(path.parent)


def _id(key: bytes) -> str:
    return hashlib.sha256(b"kek" + key).hexdigest()[:16]
