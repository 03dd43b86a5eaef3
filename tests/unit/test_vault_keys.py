# SPDX-License-Identifier: EUPL-1.2
"""A key per person: random, wrapped, and gone when it is destroyed; and a vault opens with its own keys only."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from hub import keyring
from hub.keyring import KeyUnreadable
from hub.vault.keys import Gewist, KeyMissing, PersonKey, SealBroken
from hub.vault.tables import dossiers
from hub.vault.vault import Vault

BSN = ("bsn", "999990019")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    keyring.make(tmp_path / "keys")
    return tmp_path / "keys"


def known(vault: Vault) -> str:
    """A person in the vault."""
    with vault.engine.begin() as connection:
        return vault.identities.resolve(connection, "e", "duo#uitvoering", [BSN], may_link=True).dossier


def test_what_is_sealed_opens_again_after_a_restart(database: str, keys: Path) -> None:
    first = Vault.open(database, keys)
    dossier = known(first)
    sealed = first.keys.load([dossier])[dossier].seal(b"inhoud", b"plaats")  # type: ignore[union-attr]
    name = first.keys.load([dossier])[dossier].pseudonym("vwn#begeleider")  # type: ignore[union-attr]
    first.close()
    second = Vault.open(database, keys)
    key = second.keys.load([dossier])[dossier]
    assert isinstance(key, PersonKey)
    assert key.open(sealed, b"plaats") == b"inhoud"
    assert key.pseudonym("vwn#begeleider") == name
    assert known(second) == dossier
    second.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda sealed: b"\x02" + sealed[1:],
        lambda sealed: sealed[:-1],
        lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
        lambda sealed: sealed[:5] + bytes([sealed[5] ^ 1]) + sealed[6:],
        lambda sealed: b"",
        lambda sealed: b"\x01",
    ],
)
def test_altered_bytes_do_not_open(change: Callable[[bytes], bytes]) -> None:
    key = PersonKey(os.urandom(32))
    with pytest.raises(SealBroken):
        key.open(change(key.seal(b"inhoud", b"plaats")), b"plaats")


def test_a_seal_does_not_open_at_another_place_or_with_another_key() -> None:
    raw = os.urandom(32)
    key = PersonKey(raw)
    sealed = key.seal(b"inhoud", b"plaats")
    with pytest.raises(SealBroken):
        key.open(sealed, b"elders")
    with pytest.raises(SealBroken):
        PersonKey(os.urandom(32)).open(sealed, b"plaats")
    assert PersonKey(raw).open(sealed, b"plaats") == b"inhoud"
    assert key.seal(b"inhoud", b"plaats") != sealed


def test_a_destroyed_key_is_gone_and_said_to_be(database: str, keys: Path) -> None:
    vault = Vault.open(database, keys)
    dossier = known(vault)
    with vault.engine.begin() as connection:
        gone = {"sleutel": None, "kek": None, "gewist_op": datetime.now(UTC)}
        connection.execute(update(dossiers).where(dossiers.c.dossier == dossier).values(**gone))
    vault.keys.forget(dossier)
    assert vault.keys.load([dossier])[dossier] == Gewist(dossier)
    vault.close()


def test_a_missing_key_is_no_erasure(database: str, keys: Path) -> None:
    vault = Vault.open(database, keys)
    with pytest.raises(KeyMissing, match="restore the vault that belongs to this log"):
        vault.keys.load(["a-dossier-of-another-vault"])
    vault.close()


def test_data_keys_are_random_and_wrapped(database: str, keys: Path) -> None:
    vault = Vault.open(database, keys)
    known(vault)
    with vault.engine.begin() as connection:
        vault.keys.create(connection, "other")
        wrapped = [row.sleutel for row in connection.execute(select(dossiers))]
    assert len(set(wrapped)) == 2
    assert all(len(one) == 40 for one in wrapped)  # RFC 3394: 32 bytes and 8
    vault.close()


def test_many_keys_come_in_one_go_and_the_cache_stays_small(database: str, keys: Path) -> None:
    vault = Vault.open(database, keys)
    vault.keys._capacity = 10
    names = [f"dossier-{number}" for number in range(600)]
    with vault.engine.begin() as connection:
        for name in names:
            vault.keys.create(connection, name)
    found = vault.keys.load(names)
    assert set(found) == set(names) and all(isinstance(one, PersonKey) for one in found.values())
    assert len(vault.keys._cache) == 10
    vault.close()


# whose keys


@pytest.mark.parametrize("name", [keyring.KEK, keyring.INDEX])
def test_the_keys_of_another_vault(database: str, keys: Path, name: str) -> None:
    vault = Vault.open(database, keys)
    known(vault)
    vault.close()
    (keys / name).write_bytes(os.urandom(32))
    with pytest.raises(KeyMissing, match="put back the"):
        Vault.open(database, keys)


@pytest.mark.parametrize("content", [b"", b"short", bytes(33), None])
@pytest.mark.parametrize("name", [keyring.KEK, keyring.INDEX])
def test_a_key_file_that_is_no_key(database: str, keys: Path, name: str, content: bytes | None) -> None:
    if content is None:
        (keys / name).unlink()
    else:
        (keys / name).write_bytes(content)
    with pytest.raises(KeyUnreadable, match=f"{name}.*put back the file that belongs to this hub"):
        Vault.open(database, keys)


def test_a_key_file_that_cannot_be_read(keys: Path) -> None:
    (keys / keyring.SIGNING).unlink()
    (keys / keyring.SIGNING).mkdir()  # what even root cannot read
    with pytest.raises(KeyUnreadable, match=r"hub-signing\.key cannot be read"):
        keyring.signing_key(keys / keyring.SIGNING)


def test_keys_are_made_once_and_for_the_owner_alone(keys: Path) -> None:
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    assert {len(content) for content in before.values()} == {32} and len(set(before.values())) == 5
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys.iterdir())
    keyring.make(keys)
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before
