# SPDX-License-Identifier: EUPL-1.2
"""The audit log's own key changes, planned and after a theft: old exports, new exports and witnesses go on or refuse."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from connectors.profile import ConnectProfile
from connectors.witness import read_request, witness
from consent import checkpoint, logsleutels
from consent.checkpoint import OngeldigCheckpoint
from consent.logsleutels import Sleutels
from hub import keyring, logkeys
from hub.broker.certificates import Authority
from hub.epochs import NoRotation
from hub.keyring import KeyUnreadable
from hub.logkeys import LogKeys
from hub.partners import HubAddress, Newcomer, admit, write_connect_toml
from hub.readmodel.auditlog import AuditLog
from hub.readmodel.export import BrokenExport, export, kept, verify
from hub.readmodel.proof import growth
from hub.vault.tables import engine_for
from schemas.catalogue import Rol
from tests.unit.auditboek import ORIGIN, hashes, record

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MONTH = timedelta(days=30)
HUB, GEMEENTE = "00000009900000000000", "00000009900000000001"
NEWCOMER = Newcomer(GEMEENTE, "Gemeente", (Rol.GEMEENTE,), "zaken")


class Hub:
    """A log with its keys, and a partner that is witness of it."""

    def __init__(self, place: Path) -> None:
        self.place, self.keys = place, place / "keys"
        keyring.make(self.keys)
        self.engine = engine_for(f"sqlite:///{place / 'audit.db'}")
        self.log = AuditLog(self.engine, LogKeys(self.keys), ORIGIN)
        admit(NEWCOMER, place / GEMEENTE, Authority.new("Test CA"), self._address(), date(2024, 1, 1))

    def _address(self) -> HubAddress:
        return HubAddress.of(HUB, "localhost:0", self.keys)

    @property
    def public(self) -> bytes:
        return logkeys.public(self.keys).public_bytes_raw()

    def add(self, count: int) -> None:
        first = self.log.position(0)
        self.log.append(0, [record(number) for number in range(first, first + count)], first, first + count)

    def rotate(self, *, stolen: bool = False) -> None:
        self.log.rotate(lambda size, root: logkeys.rotate(self.keys, ORIGIN, size, root, NOW, MONTH, stolen=stolen))

    def retire(self) -> list[str]:
        return logkeys.retire(self.keys, NOW + MONTH)

    def exported(self) -> Path:
        path = self.place / f"audit-{self.log.position(0)}.jsonl"
        export(self.engine, logkeys.public(self.keys), path, logkeys.chain(self.keys))
        return path

    def tell_the_partner(self) -> None:
        write_connect_toml(NEWCOMER, self.place / GEMEENTE, self._address())

    @property
    def partner(self) -> ConnectProfile:
        return ConnectProfile.read(self.place / GEMEENTE)

    def is_witnessed(self, given: bytes | None = None) -> str:
        """`hub audit checkpoint` here, `connect witness` there."""
        seen = kept(self.partner.map / "witness.jsonl") if (self.partner.map / "witness.jsonl").exists() else []
        since = checkpoint.parse(seen[-1]).size if seen else 0
        request = read_request(growth(self.engine, since).request())
        return witness(
            self.partner, request, NOW, checkpoint.Ed25519PublicKey.from_public_bytes(given) if given else None
        )

    def note(self) -> bytes:
        return growth(self.engine, 0).checkpoint.encode()


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    hub = Hub(tmp_path)
    hub.add(3)
    return hub


def signed_by(note: bytes, *publics: bytes) -> bool:
    """Whether exactly these keys stand below a checkpoint."""
    keys = [checkpoint.Ed25519PublicKey.from_public_bytes(one) for one in publics]
    found = {one.sleutelhash for one in checkpoint.parse(note).handtekeningen}
    return found == {checkpoint.key_hash(ORIGIN, key) for key in keys} and all(
        checkpoint.verify(note, key, ORIGIN) for key in keys
    )


# planned


def test_both_keys_sign_until_the_old_one_is_retired(hub: Hub) -> None:
    old = hub.public
    assert signed_by(hub.note(), old)
    hub.rotate()
    new = hub.public
    assert new != old
    hub.add(2)
    assert signed_by(hub.note(), new, old)
    assert logkeys.retire(hub.keys, NOW + MONTH - timedelta(seconds=1)) == []
    assert len(hub.retire()) == 1
    assert not (hub.keys / keyring.LOG).exists()
    hub.add(1)
    assert signed_by(hub.note(), new)


def test_every_export_verifies_with_the_old_key_and_with_the_new_one(hub: Hub) -> None:
    old, before = hub.public, hub.exported()
    hub.rotate()
    hub.add(2)
    between = hub.exported()
    hub.retire()
    hub.add(2)
    after, new = hub.exported(), hub.public
    for path, keys in ((before, (old,)), (between, (old, new)), (after, (old, new))):
        for key in keys:
            assert verify(path, key) == verify(path)
    assert [verify(path).size for path in (before, between, after)] == [3, 5, 7]
    with pytest.raises(BrokenExport):
        verify(before, new)  # that file does not know of it
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(BrokenExport, match="geen ervan noemt de sleutel die u vertrouwt"):
        verify(after, stranger)


def test_a_second_change_is_reached_over_the_first(hub: Hub) -> None:
    old = hub.public
    for _ in range(2):
        hub.rotate()
        hub.add(1)
        hub.retire()
    hub.add(1)
    assert verify(hub.exported(), old).size == 6
    assert verify(hub.exported(), hub.public).size == 6
    hub.rotate()
    with pytest.raises(NoRotation, match="under way"):
        hub.rotate()


def test_leaves_are_the_same_whatever_key_signs(hub: Hub) -> None:
    """A log that is read anew after a restore, long after its first key is gone."""
    hub.rotate()
    hub.retire()
    hub.add(4)
    again = Hub.__new__(Hub)
    again.keys, again.engine = hub.keys, engine_for(f"sqlite:///{hub.place / 'again.db'}")
    again.log = AuditLog(again.engine, LogKeys(hub.keys), ORIGIN)
    again.add(7)
    assert hashes(again.engine, 7) == hashes(hub.engine, 7)


def test_any_flipped_bit_of_an_export_with_hand_overs_shows(hub: Hub, tmp_path: Path) -> None:
    old = hub.public
    hub.rotate()
    hub.add(1)
    hub.retire()
    hub.rotate(stolen=True)
    hub.add(1)
    good, chance, changed = hub.exported().read_bytes(), random.Random(5), tmp_path / "changed.jsonl"
    assert verify(hub.exported()).size == 5
    for place in range(chance.randrange(7), len(good), 7):
        content = bytearray(good)
        content[place] ^= 1 << chance.randrange(8)
        changed.write_bytes(content)
        with pytest.raises(BrokenExport):
            verify(changed)
    assert old != hub.public


# who may be fooled


def test_no_key_takes_over_without_the_old_ones_word(hub: Hub) -> None:
    """Who writes the hub's files cannot replace the key: the old private half is needed."""
    trusted, thief = logkeys.public(hub.keys), Ed25519PrivateKey.generate()
    other = Ed25519PrivateKey.generate()
    forged = logsleutels.draag_over(ORIGIN, 3, bytes(32), other, thief)
    with pytest.raises(OngeldigCheckpoint):
        Sleutels(ORIGIN, trusted, [forged.replace(*_names(other, trusted))])
    told_stolen = logsleutels.draag_over(ORIGIN, 3, bytes(32), other, thief, gestolen=True)
    note = checkpoint.sign(ORIGIN, 4, bytes(32), thief)
    with pytest.raises(OngeldigCheckpoint, match="mensen van de hub"):
        Sleutels(ORIGIN, other.public_key(), [told_stolen]).verify(note)


def _names(one: Ed25519PrivateKey, another: object) -> tuple[str, str]:
    return (
        checkpoint.verifier_key(ORIGIN, one.public_key()),
        checkpoint.verifier_key(ORIGIN, another),  # type: ignore[arg-type]
    )


def test_behind_the_hand_over_the_old_key_alone_is_not_enough(hub: Hub) -> None:
    """A copy of the retired key must not sign another story, for those who know that it is over."""
    old_key = keyring.signing_key(hub.keys / keyring.LOG)
    hub.rotate()
    hub.add(1)
    keys = Sleutels(ORIGIN, old_key.public_key(), logkeys.chain(hub.keys))
    assert keys.verify(hub.note()).size == 4
    with pytest.raises(OngeldigCheckpoint):
        keys.verify(checkpoint.sign(ORIGIN, 4, bytes(32), old_key))
    assert keys.verify(checkpoint.sign(ORIGIN, 3, bytes(32), old_key)).size == 3, "up to it the old key counts"


# witnesses


def test_a_witness_goes_on_while_both_sign_and_over_to_the_new_key(hub: Hub) -> None:
    hub.is_witnessed()
    hub.rotate()
    hub.add(1)
    hub.is_witnessed()  # it knows nothing yet
    hub.tell_the_partner()
    hub.add(1)
    hub.is_witnessed()
    hub.retire()
    hub.add(1)
    hub.is_witnessed()
    sizes = [checkpoint.parse(note).size for note in kept(hub.partner.map / "witness.jsonl")]
    assert sizes == [3, 4, 5, 6]
    assert verify(hub.exported(), seen=kept(hub.partner.map / "witness.jsonl")).seen == 4


def test_a_witness_that_was_away_learns_the_new_key_from_connect_toml(hub: Hub) -> None:
    hub.is_witnessed()
    for _ in range(2):
        hub.rotate()
        hub.add(1)
        hub.retire()
        hub.add(1)
    with pytest.raises(OngeldigCheckpoint):
        hub.is_witnessed()
    hub.tell_the_partner()
    hub.is_witnessed()


def test_a_witness_refuses_a_key_for_which_the_old_one_does_not_vouch(hub: Hub) -> None:
    hub.is_witnessed()
    before = (hub.partner.map / "witness.jsonl").read_bytes()
    thief = Hub(hub.place / "thief")
    for number in range(5):
        thief.log.append(0, [record(number)], number, number + 1)
    toml = hub.partner.map / "connect.toml"
    own, others = hub.partner.hub.logsleutel, thief.partner.hub.logsleutel
    assert own is not None and others is not None
    toml.write_text(toml.read_text().replace(own, others))
    request = replace(read_request(growth(thief.engine, 3).request()))
    with pytest.raises(OngeldigCheckpoint, match="staat de sleutel die wij kenden niet in"):
        witness(hub.partner, request, NOW)
    assert (hub.partner.map / "witness.jsonl").read_bytes() == before


# theft


def test_after_a_theft_the_old_key_is_worth_nothing_behind_that_place(hub: Hub) -> None:
    """Rehearsed from theft to going on: what the thief signs, what the partner does, what remains checkable."""
    hub.is_witnessed()
    old, stolen_key = hub.public, keyring.signing_key(hub.keys / keyring.LOG)
    before = hub.exported()
    shutil.copytree(hub.keys, hub.place / "stolen")
    hub.rotate(stolen=True)
    assert not (hub.keys / keyring.LOG).exists(), "not even the hub has the old key any more"
    hub.add(2)
    assert signed_by(hub.note(), hub.public)
    hub.tell_the_partner()

    with pytest.raises(OngeldigCheckpoint, match="de oude is gestolen en geldt niet boven 3 records"):
        hub.is_witnessed()  # the partner is not to believe a file
    forged = checkpoint.sign(ORIGIN, 4, bytes(32), stolen_key)
    with pytest.raises(OngeldigCheckpoint):
        witness(hub.partner, read_request(forged), NOW)
    hub.is_witnessed(given=hub.public)  # told by people, and the log is the one that it saw
    hub.add(1)
    hub.is_witnessed()

    assert verify(before, old).size == 3, "what it kept from before still verifies"
    assert verify(hub.exported(), hub.public).size == 6
    with pytest.raises(BrokenExport, match="de oude is gestolen"):
        verify(hub.exported(), old)
    with pytest.raises(BrokenExport, match="not signed by this log's key"):
        verify(hub.exported(), hub.public, [forged])


def test_not_even_a_key_told_by_people_makes_a_witness_take_another_log(hub: Hub) -> None:
    hub.is_witnessed()
    twin = Hub(hub.place / "twin")
    twin.log.append(0, [record(70), record(71), record(72), record(73)], 0, 4)
    request = read_request(growth(twin.engine, 3).request())
    with pytest.raises(OngeldigCheckpoint, match="toont niet dat het logboek groeide"):
        witness(hub.partner, request, NOW, logkeys.public(twin.keys))


def test_salts_of_what_comes_after_a_theft_cannot_be_made_by_the_thief(hub: Hub) -> None:
    stolen = LogKeys(hub.keys).now()
    hub.rotate(stolen=True)
    after = LogKeys(hub.keys).now()
    assert [after.salt_secret(number) == stolen.salt_secret(number) for number in (0, 2, 3, 9)] == [
        True, True, False, False
    ]  # fmt: skip


# files


def test_a_rotation_happened_or_it_did_not(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    old = hub.public

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(logkeys, "write_whole", full)
    with pytest.raises(OSError, match="No space"):
        hub.rotate()
    monkeypatch.undo()
    hub.add(1)
    assert hub.public == old and signed_by(hub.note(), old)
    hub.rotate()
    hub.add(1)
    assert verify(hub.exported(), old).size == 5


def test_a_running_log_that_misses_its_key_says_so(hub: Hub) -> None:
    hub.rotate()
    hub.retire()
    for path in hub.keys.glob("log-signing-*.key"):
        path.unlink()
    with pytest.raises(KeyUnreadable, match="put back the file"):
        hub.add(1)
