# SPDX-License-Identifier: EUPL-1.2
"""Rotating the key-encryption key: every data key is wrapped anew, none is lost wherever it breaks off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hub import keyring
from hub.vault.kek import FileKeyEncryption, KeyMissing, begin_rotation, end_rotation, retired
from hub.vault.keys import PersonKey
from hub.vault.rewrap import BATCH, rewrap, wrapped_by
from hub.vault.tables import dossiers
from hub.vault.vault import Vault

NAMES = [f"dossier-{number:03d}" for number in range(BATCH + 20)]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    keyring.make(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def vault(database: str, keys: Path) -> Iterator[Vault]:
    vault = Vault.open(database, keys)
    with vault.engine.begin() as connection:
        for name in NAMES:
            vault.keys.create(connection, name)
    yield vault
    vault.close()


def pseudonyms(vault: Vault, names: list[str]) -> dict[str, str]:
    """What only the right data keys give."""
    found = {}
    for name, key in vault.keys.load(names).items():
        assert isinstance(key, PersonKey)
        found[name] = key.pseudonym("vwn#begeleider")
    return found


def test_every_key_is_rewrapped_and_stays_the_same(database: str, vault: Vault, keys: Path) -> None:
    path, before = keys / keyring.KEK, pseudonyms(vault, NAMES)
    old = FileKeyEncryption(path).id
    assert wrapped_by(vault.engine) == {old: len(NAMES)}
    assert begin_rotation(path)
    kek = FileKeyEncryption(path)
    assert kek.id != old
    assert rewrap(vault.engine, kek) == len(NAMES)
    end_rotation(path)
    assert wrapped_by(vault.engine) == {kek.id: len(NAMES)} and not retired(path).exists()
    again = Vault.open(database, keys)
    assert pseudonyms(again, NAMES) == before
    again.close()
    with vault.engine.begin() as connection:
        row = connection.execute(select(dossiers).limit(1)).one()
    with pytest.raises(KeyMissing, match="put back the right key file"):
        FileKeyEncryption(path).unwrap(row.sleutel, old)


def test_a_process_that_runs_goes_on_and_wraps_by_the_new_key(vault: Vault, keys: Path) -> None:
    """It read the key file when it started, and never again asked whether that is still the one."""
    path = keys / keyring.KEK
    begin_rotation(path)
    with vault.engine.begin() as connection:
        vault.keys.create(connection, "newcomer")
        assert connection.scalar(select(dossiers.c.kek).where(dossiers.c.dossier == "newcomer")) == (
            FileKeyEncryption(path).id
        )
    assert pseudonyms(vault, NAMES[:3]), "what is not rewrapped yet opens with the retired key"
    rewrap(vault.engine, FileKeyEncryption(path))
    end_rotation(path)
    assert set(pseudonyms(vault, ["newcomer", *NAMES])) == {"newcomer", *NAMES}


def test_a_rotation_that_broke_off_is_finished_not_begun_again(vault: Vault, keys: Path) -> None:
    path = keys / keyring.KEK
    before = pseudonyms(vault, NAMES)
    vault.keys._cache.clear()
    first = FileKeyEncryption(path).id
    begin_rotation(path)
    second = FileKeyEncryption(path).id
    assert begin_rotation(path) is False
    assert FileKeyEncryption(path).id == second != first
    rewrap(vault.engine, FileKeyEncryption(path))
    assert pseudonyms(vault, NAMES) == before


def test_a_copy_beside_the_current_key_is_no_rotation_yet(keys: Path) -> None:
    """It died after the old key was put beside and before the new one took its place."""
    path = keys / keyring.KEK
    retired(path).write_bytes(path.read_bytes())
    before = FileKeyEncryption(path).id
    assert begin_rotation(path)
    assert FileKeyEncryption(path).id != before
    assert retired(path).stat().st_mode & 0o077 == 0 == path.stat().st_mode & 0o077
