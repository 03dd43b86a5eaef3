# SPDX-License-Identifier: EUPL-1.2
"""The hub's own keys: what it signs with, what partners seal to, and what wraps the keys of persons.

One file a key, named for what it does, readable by the hub's account alone. Partners get the public halves in
`connect.toml`.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.whole_file import write_once

SIGNING = "hub-signing.key"
SEALING = "hub-sealing.key"
KEK = "kek.key"
INDEX = "index.key"
LOG = "log-signing.key"
WEB = "web.key"
"""What the HTTP room signs with: that it withheld something, access tokens, places in a mailbox. Nothing else of the hub's."""


BYTES = 32


class KeyUnreadable(Exception):
    """A key file is missing, closed to this account, or not a key."""


def make(directory: Path) -> None:
    """Make every key that is not there yet."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in (KEK, INDEX):
        write_new(directory / name, os.urandom(32))
    for name in (SIGNING, LOG):
        write_new(directory / name, raw_private(Ed25519PrivateKey.generate()))
    write_new(directory / SEALING, raw_private(X25519PrivateKey.generate()))


def web_key(directory: Path) -> Ed25519PrivateKey:
    """The HTTP room's key; it makes its own at its first start."""
    write_new(directory / WEB, raw_private(Ed25519PrivateKey.generate()))
    return signing_key(directory / WEB)


def read(path: Path) -> bytes:
    """The 32 bytes of a key file; raises KeyUnreadable."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise KeyUnreadable(
            f"Key file {path.name} is missing: put back the file that belongs to this hub in {path.parent}."
        ) from error
    except OSError as error:
        raise KeyUnreadable(
            f"Key file {path.name} cannot be read: run this as the hub's own account ({error.strerror})."
        ) from error
    if len(content) != BYTES:
        raise KeyUnreadable(f"{path.name} is not a key of {BYTES} bytes: put back the file that belongs to this hub.")
    return content


def signing_key(path: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(read(path))


def sealing_key(path: Path) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(read(path))


def raw_private(key: Ed25519PrivateKey | X25519PrivateKey) -> bytes:
    """The 32 bytes of a private key."""
    return key.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())


def raw_public(key: Ed25519PrivateKey | X25519PrivateKey) -> bytes:
    """The 32 bytes of the public half."""
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def write_new(path: Path, content: bytes) -> None:
    """Write a key file that only this account may read; one that is there already is left as it is."""
    write_once(path, content)
