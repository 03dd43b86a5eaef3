# SPDX-License-Identifier: EUPL-1.2
"""The keys of the audit log in the hub's key directory: which one is in force, which signs beside it, and the hand-overs.

The first is `log-signing.key`; each later one is `log-signing-<id>.key`. What counts is `log-overdrachten.json`, the
hand-overs in their order: it is written in one step, so a rotation happened or it did not. After a planned one the old
key signs beside the new one until `retire` destroys it. Not here: what a hand-over is worth (``consent.logsleutels``).
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from consent import logsleutels
from consent.logsleutels import Overdracht
from hub import keyring
from hub.epochs import NoRotation
from hub.whole_file import write_whole
from schemas import signatures

HANDOVERS = "log-overdrachten.json"
SALT = "log-salt.key"


@dataclass(frozen=True, slots=True)
class Handover:
    """From one key to the next, and until when the old one may sign beside it (ISO 8601, the clock on the wall)."""

    note: str
    tot: str

    def read(self) -> Overdracht:
        return logsleutels.lees(self.note)

    @property
    def until(self) -> datetime:
        return datetime.fromisoformat(self.tot)


@dataclass(frozen=True, slots=True)
class Signing:
    """With what the log is written now."""

    keys: tuple[Ed25519PrivateKey, ...]
    """The one in force first."""
    salts: tuple[tuple[int, bytes], ...]
    """From which record on, and the secret of which the salts of the leaves are made."""

    def salt_secret(self, number: int) -> bytes:
        """Secret, and the same for the same record: a log that is read anew after a restore has the same leaves."""
        return next(secret for begin, secret in reversed(self.salts) if begin <= number)

    @classmethod
    def by(cls, key: Ed25519PrivateKey) -> Signing:
        """By one key that was never changed."""
        return cls((key,), ((0, _derived(key)),))


class LogKeys:
    """The log's keys for a process that runs on while they change: looks again when the files changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._stamp: list[tuple[str, int]] = []
        self._signing: Signing | None = None

    def now(self) -> Signing:
        stamp = sorted((path.name, path.stat().st_mtime_ns) for path in self._directory.glob("log-*"))
        if self._signing is None or stamp != self._stamp:
            self._signing = Signing(tuple(_keys(self._directory)), tuple(_salts(self._directory)))
            self._stamp = stamp
        return self._signing


def handovers(directory: Path) -> list[Handover]:
    """Every hand-over, the first one first."""
    path = directory / HANDOVERS
    return [Handover(**row) for row in json.loads(path.read_text())] if path.exists() else []


def chain(directory: Path) -> list[str]:
    """The hand-overs as those who check the log are given them: signed notes."""
    return [one.note for one in handovers(directory)]


def public(directory: Path) -> Ed25519PublicKey:
    """The public key that is in force."""
    found = handovers(directory)
    return found[-1].read().nieuw if found else keyring.signing_key(directory / keyring.LOG).public_key()


def rotate(
    directory: Path, origin: str, size: int, root: bytes, now: datetime, overlap: timedelta, *, stolen: bool = False
) -> Ed25519PublicKey:
    """Make the next key and let the one in force hand over to it. Nobody may add to the log meanwhile.

    1. What the salts are made of outlives the key; after a theft it is new for what comes. 2. The new key. 3. The
    hand-over: from here on the new key signs. 4. Of a stolen key no private half stays.
    Raises NoRotation while an earlier rotation is under way.
    """
    old, *beside = _keys(directory)
    if beside and not stolen:
        raise NoRotation(
            "The log's last change of keys is under way: end it with `hub keys retire` when its days have passed."
        )
    keyring.write_new(directory / SALT, _salts(directory)[0][1])
    new = Ed25519PrivateKey.generate()
    name = signatures.key_id(new.public_key())
    if stolen:
        keyring.write_new(_salt_file(directory, name), os.urandom(keyring.BYTES))
    keyring.write_new(directory / f"log-signing-{name}.key", keyring.raw_private(new))
    note = logsleutels.draag_over(origin, size, root, old, new, gestolen=stolen)
    until = (now if stolen else now + overlap).astimezone(UTC).isoformat(timespec="seconds")
    rows = [asdict(one) for one in (*handovers(directory), Handover(note, until))]
    write_whole(directory / HANDOVERS, json.dumps(rows, indent=1).encode())
    if stolen:
        retire(directory, now)
    return new.public_key()


def ended(directory: Path) -> dict[str, datetime]:
    """The ids of keys that handed over, and until when each may sign."""
    return {signatures.key_id(one.read().oud): one.until for one in handovers(directory)}


def due(directory: Path, now: datetime) -> list[str]:
    """The ids of keys that `retire` would destroy."""
    kept = _files(directory)
    return [name for name, until in ended(directory).items() if until <= now and name in kept]


def kept(directory: Path) -> list[str]:
    """The ids of the keys whose private half is here."""
    return list(_files(directory))


def retire(directory: Path, now: datetime) -> list[str]:
    """Destroy the private halves of keys whose days have passed; gives their ids."""
    gone = due(directory, now)
    for name in gone:
        path = _files(directory)[name]
        path.write_bytes(bytes(keyring.BYTES))  # as far as the file system lets us
        path.unlink()
    return gone


def _files(directory: Path) -> dict[str, Path]:
    paths = (directory / keyring.LOG, *sorted(directory.glob("log-signing-*.key")))
    return {_id(path): path for path in paths if path.exists()}


def _id(path: Path) -> str:
    return signatures.key_id(keyring.signing_key(path).public_key())


def _keys(directory: Path) -> list[Ed25519PrivateKey]:
    """Who signs, the key in force first. Raises KeyUnreadable where that one is not here."""
    found = handovers(directory)
    if not found:
        return [keyring.signing_key(directory / keyring.LOG)]
    last, here = found[-1].read(), _files(directory)
    name = signatures.key_id(last.nieuw)
    paths = [here.get(name, directory / f"log-signing-{name}.key")]
    beside = here.get(signatures.key_id(last.oud))
    return [keyring.signing_key(path) for path in ([*paths, beside] if beside and not last.gestolen else paths)]


def _salts(directory: Path) -> Sequence[tuple[int, bytes]]:
    path = directory / SALT
    first = keyring.read(path) if path.exists() else _derived(keyring.signing_key(directory / keyring.LOG))
    stolen = [one for one in (each.read() for each in handovers(directory)) if one.gestolen]
    later = ((one.omvang, _salt_file(directory, signatures.key_id(one.nieuw))) for one in stolen)
    return [(0, first), *((begin, keyring.read(path)) for begin, path in later)]


def _salt_file(directory: Path, name: str) -> Path:
    return directory / f"log-salt-{name}.key"


def _derived(key: Ed25519PrivateKey) -> bytes:
    return hmac.digest(key.private_bytes_raw(), b"nl.inburgering/audit/zout/1", "sha256")
