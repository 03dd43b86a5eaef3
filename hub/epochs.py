# SPDX-License-Identifier: EUPL-1.2
"""The epochs of the hub's own keys: which one is in use, which are announced, and until when older ones count.

Beside the keys in use (``keyring``) stand what is to come (`hub-signing.next.key`) and what was
(`hub-sealing-<id>.key`); `epochs.json` has their public halves and their ends. Ends are instants of the clock on the
wall, as the broker stamps records, not of simulated time. A signing key that ended keeps no private half.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub import keyring
from hub.whole_file import write_whole
from schemas import seals, signatures
from schemas.errors import UnknownSealKey

NEXT_SIGNING = "hub-signing.next.key"
FILE = "epochs.json"
OVERLAP = timedelta(days=30)
"""How long partners may take to take over a new key of the hub."""
COMPROMISED = timedelta(seconds=30)
"""How long the hub's own processes may take to sign with the new key when the old one was stolen."""


class NoRotation(Exception):
    """There is nothing to switch to, or a rotation is under way already."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A key that is no longer in use."""

    soort: str
    id: str
    publiek: str
    """32 bytes in base64."""
    tot: str
    """What stands at the broker before this instant may still be signed by it, or sealed to it (ISO 8601)."""

    @property
    def until(self) -> datetime:
        return datetime.fromisoformat(self.tot)


def ended(directory: Path) -> list[Ended]:
    """Every key that was once in use, the oldest first."""
    path = directory / FILE
    return [Ended(**row) for row in json.loads(path.read_text())] if path.exists() else []


def announce_signing(directory: Path) -> str:
    """Make the next signing key; it signs nothing until `switch_signing`. Returns its id. Raises NoRotation."""
    path = directory / NEXT_SIGNING
    if path.exists():
        raise NoRotation("A next signing key is announced already: bring it into use with `hub keys switch`.")
    key = Ed25519PrivateKey.generate()
    keyring.write_new(path, keyring.raw_private(key))
    return signatures.key_id(key.public_key())


def switch_signing(directory: Path, now: datetime, overlap: timedelta) -> str:
    """Bring the announced key into use; the old one counts for what the broker has before the overlap ends, and its
    private half is gone. Returns the new key's id. Raises NoRotation."""
    path = directory / NEXT_SIGNING
    if not path.exists():
        raise NoRotation("No next signing key is announced: begin with `hub keys rotate signing`.")
    old = keyring.signing_key(directory / keyring.SIGNING).public_key()
    _remember(directory, _ended("signing", signatures.key_id(old), old.public_bytes_raw(), now + overlap))
    path.replace(directory / keyring.SIGNING)
    return signatures.key_id(keyring.signing_key(directory / keyring.SIGNING).public_key())


def rotate_sealing(directory: Path, now: datetime, overlap: timedelta) -> str:
    """A new sealing key, in use at once; what is sealed to the old one can be opened until `retire`. Returns its id."""
    old = keyring.sealing_key(directory / keyring.SEALING)
    name = signatures.key_id(old.public_key())
    _remember(directory, _ended("sealing", name, keyring.raw_public(old), now + overlap))
    kept = directory / f"hub-sealing-{name}.key"
    if not kept.exists():
        keyring.write_new(kept, keyring.raw_private(old))
    new = X25519PrivateKey.generate()
    draft = directory / f".{keyring.SEALING}.new"
    draft.unlink(missing_ok=True)
    keyring.write_new(draft, keyring.raw_private(new))
    draft.replace(directory / keyring.SEALING)
    return signatures.key_id(new.public_key())


def retire(directory: Path, now: datetime, retention: timedelta) -> list[str]:
    """Destroy the private halves of sealing keys to which nothing can be in the inbox any more; returns their ids."""
    gone = []
    for one in ended(directory):
        path = directory / f"hub-sealing-{one.id}.key"
        if one.soort == "sealing" and path.exists() and one.until + retention <= now:
            path.write_bytes(bytes(keyring.BYTES))  # as far as the file system lets us
            path.unlink()
            gone.append(one.id)
    return gone


def sealing_keys(directory: Path) -> dict[str, X25519PrivateKey]:
    """Every key that may open what is sent to the hub, by id; the one in use first."""
    paths = [directory / keyring.SEALING, *sorted(directory.glob("hub-sealing-*.key"))]
    keys = [keyring.sealing_key(path) for path in paths]
    return {signatures.key_id(key.public_key()): key for key in keys}


def signing_publics(directory: Path) -> list[tuple[Ed25519PublicKey, datetime | None]]:
    """What counts as the hub's signature: the key in use, the announced one, and ended ones with their end."""
    paths = [directory / keyring.SIGNING, directory / NEXT_SIGNING]
    own: list[tuple[Ed25519PublicKey, datetime | None]] = [
        (keyring.signing_key(path).public_key(), None) for path in paths if path.exists()
    ]
    for one in ended(directory):
        if one.soort == "signing":
            own.append((Ed25519PublicKey.from_public_bytes(base64.b64decode(one.publiek)), one.until))
    return own


def web_publics(directory: Path) -> dict[str, Ed25519PublicKey]:
    """The HTTP room's public key by its id; none in a hub that was made before there was one, until its next start."""
    path = directory / keyring.WEB
    if not path.exists():
        return {}
    public = keyring.signing_key(path).public_key()
    return {signatures.key_id(public): public}


class OwnKeys:
    """The hub's own keys for a process that runs on while they change: looks again when the files changed."""

    def __init__(self, directory: Path, oin: str) -> None:
        self._directory, self._oin = directory, oin
        self._stamp: Sequence[int] = ()
        self._signing: dict[str, tuple[Ed25519PublicKey, datetime | None]] = {}
        self._web: dict[str, Ed25519PublicKey] = {}
        self._opener = seals.Opener({}, oin)
        self._look()

    def verifier(self, key_id: str) -> Ed25519PublicKey | None:
        """The hub's public key of this id, if its signature counts now."""
        self._look()
        public, until = self._signing.get(key_id, (None, None))
        return public if until is None or until > datetime.now(UTC) else None

    def web_verifier(self, key_id: str) -> Ed25519PublicKey | None:
        """The public key of the HTTP room, if this is its id."""
        self._look()
        return self._web.get(key_id)

    def open(self, blob: bytes, aad: bytes) -> bytes:
        """As `seals.Opener.open`, under any key that the hub has now."""
        try:
            return self._opener.open(blob, aad)
        except UnknownSealKey:
            self._look()
            return self._opener.open(blob, aad)

    def _look(self) -> None:
        stamp = stamp_of(self._directory)
        if stamp != self._stamp:
            self._signing = {
                signatures.key_id(public): (public, until) for public, until in signing_publics(self._directory)
            }
            self._web = web_publics(self._directory)
            self._opener = seals.Opener(sealing_keys(self._directory), self._oin)
            self._stamp = stamp


def stamp_of(directory: Path) -> Sequence[int]:
    """Differs when one of the files that hold epochs was changed."""
    paths = (keyring.SIGNING, NEXT_SIGNING, keyring.SEALING, keyring.WEB, FILE)
    found = []
    for name in paths:
        try:
            stat = (directory / name).stat()
            found += [stat.st_mtime_ns, stat.st_ino]
        except FileNotFoundError:
            found.append(0)
    return tuple(found)


def _ended(soort: str, name: str, public: bytes, until: datetime) -> Ended:
    return Ended(soort, name, base64.b64encode(public).decode(), until.astimezone(UTC).isoformat(timespec="seconds"))


def _remember(directory: Path, one: Ended) -> None:
    rows = [row for row in ended(directory) if row.id != one.id]
    write_whole(directory / FILE, json.dumps([asdict(row) for row in (*rows, one)], indent=1).encode())
