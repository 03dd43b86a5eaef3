# SPDX-License-Identifier: EUPL-1.2
"""A participant makes its own keys. The private halves never leave its folder; what it hands over is the aanmelding.

A folder that holds `cert.pem` and `key.pem` already, say of PKIoverheid, keeps them. Not here: what the operator does
with an aanmelding (`hub participants add --request`).
"""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.x509.oid import NameOID

from connectors.profile import KEY_BYTES, ConnectProfile
from consent.aanmelding import Aanmelding, OngeldigeAanmelding, check_names
from schemas.signatures import key_id

REQUEST = "aanmelding.json"
NEXT = "next"
SECRET = ("key.pem", "signing.key", "sealing.key")
GIVEN = ("cert.pem", "ca.pem", "client.properties", "connect.toml")
"""What the hub's operator gives back."""
_TlsKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class KeysKept(Exception):
    """The folder holds what would be made; the text says what to do instead."""


@dataclass(frozen=True, slots=True)
class Made:
    """Where the keys are, what to hand over, and what to read aloud."""

    folder: Path
    request: Path
    fingerprint: str


def make(folder: Path, oin: str, naam: str, systeem: str, *, secret: bool = True) -> Made:
    """Make keys in `folder`, and the aanmelding, which comes last: without it a second run finishes the first.

    `secret`: also `file.secret`, which outlives every other key. Raises KeysKept, OngeldigeAanmelding.
    """
    request = folder / REQUEST
    if request.exists() or (folder / "connect.toml").exists():
        raise KeysKept(f"{folder} holds keys already: hand over its {REQUEST}, or make other keys in another folder.")
    check_names(oin, naam, systeem)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = _tls_key(folder / "key.pem")
    signing = Ed25519PrivateKey.from_private_bytes(_secret(folder / "signing.key"))
    sealing = X25519PrivateKey.from_private_bytes(_secret(folder / "sealing.key"))
    if secret:
        _secret(folder / "file.secret")
    made = Aanmelding(
        oin, naam, systeem, signing.public_key(), sealing.public_key(), _own(folder / "cert.pem", key) or _csr(key, oin, naam)
    )  # fmt: skip
    _written_once(request, made.to_json(signing))
    return Made(folder, request, made.fingerprint())


def renew(folder: Path) -> Made:
    """New keys in `next/` of a participant's folder, and the aanmelding for them; the old ones go on meanwhile.

    Raises NoProfile, KeysKept.
    """
    profile = ConnectProfile.read(folder)
    if (folder / NEXT / REQUEST).exists():
        raise KeysKept(f"New keys wait in {folder / NEXT} already: hand over its {REQUEST}.")
    return make(folder / NEXT, profile.oin, profile.naam, profile.systeem, secret=False)


def switch(folder: Path) -> None:
    """Put the keys that wait in `next/`, with what the operator gave back for them, in their places; done in part, it is
    finished by doing it again. The old sealing key stays: what was delivered is sealed to it.

    Raises NoProfile, KeysKept.
    """
    waiting = folder / NEXT
    if not (waiting / GIVEN[-1]).exists():
        raise KeysKept(
            f"Nothing waits in {waiting}: run `connect keys renew`, and copy there what the operator gives back."
        )
    if (waiting / SECRET[0]).exists():
        ConnectProfile.read(waiting).ssl_context()  # certificate and key belong together, and count today
    if (waiting / "sealing.key").exists() and (folder / "sealing.key").exists():
        old = X25519PrivateKey.from_private_bytes((folder / "sealing.key").read_bytes()).public_key()
        (folder / "sealing.key").replace(folder / f"sealing-{key_id(old)[:8]}.key")
    for name in (*SECRET, *GIVEN):  # connect.toml comes last: who follows it takes the new keys when it changes
        if (waiting / name).exists():
            (waiting / name).replace(folder / name)
    (waiting / REQUEST).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # something of the participant's own lies there
        waiting.rmdir()


def read_again(folder: Path) -> Aanmelding:
    """The aanmelding that was made in a folder. Raises KeysKept, OngeldigeAanmelding."""
    request = folder / REQUEST
    if not request.exists():
        raise KeysKept(f"There is no {request}: run `connect keys new` there first.")
    return Aanmelding.read(request.read_bytes())


def _csr(key: _TlsKey, oin: str, naam: str) -> x509.CertificateSigningRequest:
    subject = x509.Name([x509.NameAttribute(NameOID.USER_ID, oin), x509.NameAttribute(NameOID.COMMON_NAME, naam)])
    return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())


def _own(path: Path, key: _TlsKey) -> x509.Certificate | None:
    """The certificate that was there already; None where there is none."""
    if not path.exists():
        return None
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as error:
        raise KeysKept(f"{path} is no certificate in PEM: put the right one there, or remove it.") from error
    if certificate.public_key() != key.public_key():
        raise KeysKept(f"{path} and key.pem beside it do not belong together: put the right pair there.")
    return certificate


def _tls_key(path: Path) -> _TlsKey:
    if not path.exists():
        if path.with_name("cert.pem").exists():
            raise KeysKept(f"{path.with_name('cert.pem')} is there without its key.pem: put that beside it.")
        made = ec.generate_private_key(ec.SECP256R1())
        _written_once(
            path,
            made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise KeysKept(f"{path} is no private key in PEM without a password: put the right one there.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise OngeldigeAanmelding(f"{path} must be an elliptic curve key, or RSA.")
    return key


def _secret(path: Path) -> bytes:
    """The 32 random bytes in `path`; made the first time."""
    if not path.exists():
        _written_once(path, secrets.token_bytes(KEY_BYTES))
    content = path.read_bytes()
    if len(content) != KEY_BYTES:
        raise KeysKept(f"{path} is not a key of {KEY_BYTES} bytes: remove it, or put the right one back.")
    return content


def _written_once(path: Path, content: bytes) -> None:
    """Whole or not at all, for its owner only; never over something else."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    try:
        path.hardlink_to(draft)
    finally:
        draft.unlink()
