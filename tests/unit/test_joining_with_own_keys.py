# SPDX-License-Identifier: EUPL-1.2
"""An organisation makes its own keys and hands over the public halves; nothing in between can be changed unseen."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from connectors.keys import KeysKept, make, read_again
from consent.aanmelding import Aanmelding, OngeldigeAanmelding, same_fingerprint, usable
from hub.broker.certificates import Authority, certify

OIN, NAAM = "00000099000000000042", "Taalschool Nova"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make(tmp_path / "keys", OIN, NAAM, "presentie")
    return tmp_path / "keys"


def content(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "aanmelding.json").read_text(encoding="utf-8"))
    return found


def test_what_is_handed_over_says_who_and_holds_public_halves_only(folder: Path) -> None:
    given = Aanmelding.read((folder / "aanmelding.json").read_bytes())
    assert (given.oin, given.naam, given.systeem) == (OIN, NAAM, "presentie")
    assert isinstance(given.certificaat, x509.CertificateSigningRequest)
    text = (folder / "aanmelding.json").read_bytes()
    for name in ("signing.key", "sealing.key", "file.secret"):
        secret = (folder / name).read_bytes()
        assert secret not in text and base64.b64encode(secret) not in text
    assert b"PRIVATE" not in text


def test_the_keys_are_for_their_owner_only(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert sorted(path.name for path in folder.iterdir()) == [
        "aanmelding.json", "file.secret", "key.pem", "sealing.key", "signing.key"
    ]  # fmt: skip


def test_keys_are_never_made_over_others(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(KeysKept, match="holds keys already"):
        make(folder, OIN, NAAM, "presentie")
    (folder / "aanmelding.json").unlink()  # as after a run that broke off
    make(folder, OIN, NAAM, "presentie")
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name for name in before if before[name] != after[name]} <= {"aanmelding.json"}


def test_a_certificate_of_ones_own_is_used(tmp_path: Path) -> None:
    own = Authority.new("PKI").credentials(tmp_path / "keys", NAAM, OIN)
    key = own.key.read_bytes()
    made = make(tmp_path / "keys", OIN, NAAM, "presentie")
    given = read_again(tmp_path / "keys")
    assert isinstance(given.certificaat, x509.Certificate)
    assert given.certificaat.public_bytes(serialization.Encoding.PEM) == own.cert.read_bytes()
    assert own.key.read_bytes() == key and made.fingerprint == given.fingerprint()


@pytest.mark.parametrize(
    ("oin", "naam", "systeem"),
    [("42", NAAM, "x"), (OIN, "", "x"), (OIN, "a\nb", "x"), (OIN, "a" * 65, "x"), (OIN, NAAM, "X Y")],
)
def test_names_that_nobody_can_take_part_under_make_no_keys(tmp_path: Path, oin: str, naam: str, systeem: str) -> None:
    with pytest.raises(OngeldigeAanmelding):
        make(tmp_path / "keys", oin, naam, systeem)
    assert not (tmp_path / "keys").exists()


def test_a_certificate_of_another_organisation_is_refused(tmp_path: Path) -> None:
    Authority.new("PKI").credentials(tmp_path / "keys", NAAM, "00000099000000000043")
    with pytest.raises(OngeldigeAanmelding, match="is not of 00000099000000000042"):
        make(tmp_path / "keys", OIN, NAAM, "presentie")


def test_a_certificate_and_a_key_that_do_not_belong_together(tmp_path: Path) -> None:
    authority = Authority.new("PKI")
    authority.credentials(tmp_path / "keys", NAAM, OIN)
    (tmp_path / "keys" / "key.pem").write_bytes(authority.credentials(tmp_path / "other", NAAM, OIN).key.read_bytes())
    with pytest.raises(KeysKept, match="do not belong together"):
        make(tmp_path / "keys", OIN, NAAM, "presentie")
    (tmp_path / "keys" / "key.pem").unlink()
    with pytest.raises(KeysKept, match="without its"):
        make(tmp_path / "keys", OIN, NAAM, "presentie")


# on the way to the operator

OTHER = ed25519.Ed25519PrivateKey.generate()


def resigned(one: dict[str, Any]) -> None:
    """Somebody else's signing key, with a signature that fits: only the fingerprint shows it."""
    forged = Aanmelding.read(json.dumps(one).encode())
    object.__setattr__(forged, "handtekensleutel", OTHER.public_key())
    one.clear()
    one.update(json.loads(forged.to_json(OTHER)))


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another OIN": lambda one: one.update(oin="00000099000000000043"),
    "another name": lambda one: one.update(naam="Taalschool Nove"),
    "another system": lambda one: one.update(systeem="x"),
    "another sealing key": lambda one: one.update(zegelsleutel=base64.b64encode(b"\x09" + bytes(31)).decode()),
    "a sealing key that everybody can open": lambda one: one.update(zegelsleutel=base64.b64encode(bytes(32)).decode()),
    "another signing key": lambda one: one.update(
        handtekensleutel=base64.b64encode(OTHER.public_key().public_bytes_raw()).decode()
    ),
    "another certificate": lambda one: one.update(certificaataanvraag=csr(ec.generate_private_key(ec.SECP256R1()))),
    "a weak key": lambda one: one.update(certificaataanvraag=csr(rsa.generate_private_key(65537, 1024))),
    "a key of another kind": lambda one: one.update(certificaataanvraag=csr(OTHER, None)),
    "no certificate": lambda one: one.pop("certificaataanvraag"),
    "two certificates": lambda one: one.update(certificaat=one["certificaataanvraag"]),
    "a field more": lambda one: one.update(rol="gemeente"),
    "another version": lambda one: one.update(versie=2),
    "no signature": lambda one: one.update(handtekening=""),
    "a number for a text": lambda one: one.update(naam=7),
    "a key that is none": lambda one: one.update(zegelsleutel="AAAA"),
}


def csr(key: Any, hashed: Any = hashes.SHA256()) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAAM)])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashed)
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_was_changed_on_the_way_is_refused(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    given = content(folder)
    change(given)
    with pytest.raises(OngeldigeAanmelding, match=r"^[^\n]+\.$"):
        Aanmelding.read(json.dumps(given).encode())


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b"\xff", b"[" * 60_000, b"{" * 100_000, b'"' + b"a" * 70_000 + b'"', b"null"]
)
def test_what_is_no_aanmelding_is_refused(text: bytes) -> None:
    with pytest.raises(OngeldigeAanmelding, match="no aanmelding of version 1"):
        Aanmelding.read(text)


def test_a_forger_is_seen_by_the_fingerprint_alone(folder: Path) -> None:
    given, real = content(folder), read_again(folder).fingerprint()
    resigned(given)
    forged = Aanmelding.read(json.dumps(given).encode())
    assert not same_fingerprint(real, forged.fingerprint())


def test_a_fingerprint_is_read_aloud() -> None:
    assert same_fingerprint("3f2a 91c0 0d5e", "3F2A-91C0 0d5e")
    assert not same_fingerprint("3f2a 91c0 0d5e", "3f2a 91c0 0d5f")
    assert not same_fingerprint("3f2a", "")


# the certificate that the hub issues for it


def test_the_issued_certificate_is_for_the_participants_own_key_and_plays_no_broker(folder: Path) -> None:
    authority = Authority.new("Hub")
    given = read_again(folder)
    key = given.certificaat.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    issued = x509.load_pem_x509_certificate(certify(authority, key, NAAM, OIN, server=False))
    issued.verify_directly_issued_by(authority.certificate)
    assert (
        issued.public_key() == serialization.load_pem_private_key((folder / "key.pem").read_bytes(), None).public_key()
    )
    assert [*issued.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value] == [
        ExtendedKeyUsageOID.CLIENT_AUTH
    ]
    with pytest.raises(x509.ExtensionNotFound):
        issued.extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_a_sealing_key_of_small_order_is_none() -> None:
    assert not usable(X25519PublicKey.from_public_bytes(bytes(32)))
    assert not usable(X25519PublicKey.from_public_bytes(b"\x01" + bytes(31)))
    assert usable(X25519PublicKey.from_public_bytes(b"\x09" + bytes(31)))
