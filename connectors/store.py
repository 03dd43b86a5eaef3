# SPDX-License-Identifier: EUPL-1.2
"""What a connector keeps on its own disk: one SQLite file of which every value about a person is sealed.

SQLite brings what a file of our own would have to prove: whole transactions, through a `kill -9` and a pulled plug. The
key lies beside `connect.toml` and never in the file; each value is bound to its place, so that no two can be swapped.
Not here: what is kept (`spool`, `ledger`, `roster`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from connectors.profile import ConnectProfile

NONCE_BYTES = 12
BUSY_SECONDS = 30.0
"""How long one process waits for another one's transaction; the longest takes under a second."""
DOMAIN = b"nl.inburgering/opslag/1\x1f"

TABLES = """
CREATE TABLE IF NOT EXISTS spool (nr INTEGER PRIMARY KEY AUTOINCREMENT, bytes INTEGER NOT NULL, inhoud BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS verzonden (id TEXT PRIMARY KEY, wacht INTEGER NOT NULL, inhoud BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS verzonden_wacht ON verzonden (wacht) WHERE wacht;
CREATE TABLE IF NOT EXISTS verwijzing (id TEXT PRIMARY KEY, naar TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS onverteld (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deelnemer (pseudoniem TEXT PRIMARY KEY, inhoud BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS plaats (hub TEXT PRIMARY KEY, positie INTEGER NOT NULL, plaats TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS positie (naam TEXT PRIMARY KEY, positie INTEGER NOT NULL) WITHOUT ROWID;
"""


class StoreDamaged(Exception):
    """The file cannot be read with the key beside it. Nothing is skipped: what waits there may be somebody's report."""


class Store:
    """One partner's store. A connection is opened per transaction: processes and threads may share the file."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._cipher = path, AESGCM(key)
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(TABLES)

    @classmethod
    def of(cls, profile: ConnectProfile) -> Store:
        """The store that a `connect.toml` names; made the first time. Raises NoProfile, StoreDamaged."""
        return cls(profile.store_path, profile.store_key())

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, on the disk when it returns; the writers of other processes wait."""
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                yield connection
            finally:
                connection.close()
        except sqlite3.DatabaseError as error:
            raise StoreDamaged(
                f"{self._path} cannot be used ({error}): free its disk, or put back the file and its key together."
            ) from error

    def seal(self, place: str, content: bytes) -> bytes:
        """Seal a value for one place, such as `spool/17`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, DOMAIN + place.encode())

    def open(self, place: str, sealed: bytes) -> bytes:
        """The value of one place; raises StoreDamaged if it is another one's, altered, or of another key."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], DOMAIN + place.encode())
        except InvalidTag as error:
            raise StoreDamaged(
                f"{place} in {self._path} does not open with the key beside connect.toml: put back the file and its key"
                " together."
            ) from error
