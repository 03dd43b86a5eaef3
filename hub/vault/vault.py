# SPDX-License-Identifier: EUPL-1.2
"""The vault as a whole: opened once a process, with the parts that the process's role may use."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from hub import keyring
from hub.vault.identities import Identities
from hub.vault.kek import FileKeyEncryption
from hub.vault.keys import DataKeys
from hub.vault.ledger import LEDGER, Ledger
from hub.vault.tables import engine_for, metadata, reading
from hub.vault.wissingen import enforce


class Vault:
    def __init__(
        self, engine: Engine, keys: DataKeys, identities: Identities, index_key: bytes, ledger: Ledger
    ) -> None:
        self.engine, self.keys, self.identities, self.index_key = engine, keys, identities, index_key
        self.ledger = ledger

    @classmethod
    def open(cls, url: str, key_dir: Path, ledger: Path | None = None) -> Vault:
        """The vault at `url` with the keys in `key_dir`; raises KeyMissing or KeyUnreadable if they are not its own.

        `ledger`: the erasure ledger, beside the key directory when not given. Whom it names is erased before anything
        else is done with the vault.
        """
        engine = engine_for(url)
        metadata.create_all(engine)
        erased = Ledger(ledger or key_dir.parent / LEDGER)
        enforce(engine, erased)
        index_key = keyring.read(key_dir / keyring.INDEX)
        keys = DataKeys(engine, FileKeyEncryption(key_dir / keyring.KEK))
        vault = cls(engine, keys, Identities(index_key, keys), index_key, erased)
        with reading(engine) as connection:
            vault.identities.check(connection)
        return vault

    def close(self) -> None:
        self.engine.dispose()
