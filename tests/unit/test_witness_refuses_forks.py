# SPDX-License-Identifier: EUPL-1.2
"""A partner is witness of the hub's real audit log: it signs what grew, and refuses a log that shrank or forked."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.profile import ConnectProfile
from connectors.witness import KEPT, name_of, read_request, witness
from consent import checkpoint, cosignature
from consent.checkpoint import OngeldigCheckpoint
from hub import keyring
from hub.broker.certificates import Authority
from hub.partners import HubAddress, Newcomer, admit
from hub.readmodel.auditlog import AuditLog
from hub.readmodel.export import BrokenExport, export, kept, verify
from hub.readmodel.proof import growth
from hub.vault.tables import engine_for
from schemas.catalogue import Rol
from tests.unit.auditboek import ORIGIN, record

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HUB, GEMEENTE = "00000009900000000000", "00000009900000000001"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hub") / "keys"
    keyring.make(place)
    return place


@pytest.fixture(scope="module")
def folder(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A partner's folder as the hub writes it."""
    place = tmp_path_factory.mktemp("partner")
    newcomer = Newcomer(GEMEENTE, "Gemeente", (Rol.GEMEENTE,), "zaken")
    authority = Authority.open(place / "ca")
    admit(newcomer, place / GEMEENTE, authority, HubAddress.of(HUB, "localhost:0", keys), date(2024, 1, 1))
    return place / GEMEENTE


@pytest.fixture
def partner(folder: Path) -> ConnectProfile:
    """The partner, before it was ever a witness."""
    (folder / KEPT).unlink(missing_ok=True)
    return ConnectProfile.read(folder)


class Log:
    """A hub's audit log in a file that can be copied, as by a hub that tells two stories."""

    def __init__(self, path: Path, keys: Path) -> None:
        self.path, self._keys, self.engine = path, keys, engine_for(f"sqlite:///{path}")
        self.key = keyring.signing_key(keys / keyring.LOG)
        self._log = AuditLog(self.engine, self.key, ORIGIN)

    def add(self, *numbers: int) -> Log:
        first = self._log.position(0)
        self._log.append(0, [record(number) for number in numbers], first, first + len(numbers))
        return self

    def fork(self, name: str) -> Log:
        self.engine.dispose()
        shutil.copy(self.path, self.path.with_name(name))
        return Log(self.path.with_name(name), self._keys)

    def asks(self, partner: ConnectProfile, since: int) -> str:
        """`hub audit checkpoint` here, `connect witness` there; gives the signature line."""
        return witness(partner, read_request(growth(self.engine, since).request()), NOW)

    def exported(self) -> Path:
        path = self.path.with_suffix(".jsonl")
        export(self.engine, self.key.public_key(), path)
        return path


@pytest.fixture
def log(tmp_path: Path, keys: Path) -> Log:
    return Log(tmp_path / "log.db", keys).add(0, 1, 2)


def seen(partner: ConnectProfile) -> list[int]:
    return [checkpoint.parse(note).size for note in kept(partner.map / KEPT)]


def test_a_witness_signs_a_log_that_grew_step_by_step(log: Log, partner: ConnectProfile) -> None:
    last = 0
    for more in ((), (3, 4), (5,), (6, 7, 8, 9)):
        if more:
            log.add(*more)
        line = log.asks(partner, last)
        found = growth(log.engine, 0)
        note, last = found.checkpoint.encode() + line.encode(), checkpoint.parse(found.checkpoint.encode()).size
        assert checkpoint.verify(note, log.key.public_key(), ORIGIN).size == last
        own = partner.signing_key().public_key()
        assert cosignature.verify_cosignature(note, name_of(partner), own) == NOW
    assert seen(partner) == [3, 5, 6, 10]
    assert verify(log.exported(), seen=kept(partner.map / KEPT)).seen == 4


def test_a_log_that_shrank_is_refused(log: Log, partner: ConnectProfile) -> None:
    earlier = log.fork("earlier.db")
    log.add(3, 4).asks(partner, 0)
    with pytest.raises(OngeldigCheckpoint, match="korter dan het was"):
        earlier.asks(partner, 0)
    lying = replace(read_request(growth(earlier.engine, 0).request()), old=5)
    with pytest.raises(OngeldigCheckpoint, match="korter dan het was"):
        witness(partner, lying, NOW)
    assert seen(partner) == [5]
    with pytest.raises(BrokenExport, match="shrank: a checkpoint that you kept is of 5 records, .* has 3"):
        verify(earlier.exported(), seen=kept(partner.map / KEPT))


@pytest.mark.parametrize("other", [(30, 4), (30, 4, 5), (3, 40, 5, 6)])
def test_a_log_that_forked_is_refused_and_its_export_says_where(
    log: Log, partner: ConnectProfile, other: tuple[int, ...]
) -> None:
    log.asks(partner, 0)
    twin = log.fork("twin.db").add(*other)
    log.add(3, 4).asks(partner, 3)
    with pytest.raises(OngeldigCheckpoint, match="een ander dan wij zagen|toont niet dat het logboek groeide"):
        twin.asks(partner, 5)
    assert seen(partner) == [3, 5]
    with pytest.raises(BrokenExport, match=r"forked: .* part in records 3 to 4"):
        verify(twin.exported(), seen=kept(partner.map / KEPT))
    assert verify(log.exported(), seen=kept(partner.map / KEPT)).seen == 2


def test_growth_without_its_proof_is_refused(log: Log, partner: ConnectProfile) -> None:
    log.asks(partner, 0)
    log.add(3, 4)
    with pytest.raises(OngeldigCheckpoint, match="vanaf 3"):
        log.asks(partner, 0)
    bare = replace(read_request(growth(log.engine, 3).request()), proof=[])
    with pytest.raises(OngeldigCheckpoint, match="toont niet dat het logboek groeide"):
        witness(partner, bare, NOW)


def test_a_checkpoint_by_another_key_than_the_logs_is_refused(
    log: Log, partner: ConnectProfile, keys: Path, tmp_path: Path
) -> None:
    """Not even by the key that signs deliveries: who holds that one cannot tell another story of the audit log."""
    found = checkpoint.parse(growth(log.engine, 0).checkpoint.encode())
    forged = checkpoint.sign(ORIGIN, found.size, found.root, keyring.signing_key(keys / keyring.SIGNING))
    with pytest.raises(OngeldigCheckpoint):
        witness(partner, read_request(forged), NOW)
    assert seen(partner) == []
