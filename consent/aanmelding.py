# SPDX-License-Identifier: EUPL-1.2
"""What an organisation hands over to take part: who it is, and the public halves of keys that it made itself.

It is signed with the organisation's own signing key, so nothing in it can be changed on the way without a trace. That it
comes from that organisation only the fingerprint says, which two people read to each other. Not here: where the private
halves are kept (``connectors.keys``), and what letting somebody in does (``hub.partners``).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from schemas.canonical import canonical
from schemas.cloudevents import InvalidCloudEvent, source_of

DOMAIN = "nl.inburgering aanmelding v1"
MAX_BYTES = 64 * 1024
LONGEST_NAME = 64
"""Of a common name in a certificate (X.520)."""
LEAST_RSA_BITS = 2048
FINGERPRINT_BYTES = 16

_TEXTS = ("oin", "naam", "systeem", "handtekensleutel", "zegelsleutel")
_CERTIFICATES = ("certificaataanvraag", "certificaat")
_AGAIN = "ask the participant to make it again with `connect keys new`"


class OngeldigeAanmelding(ValueError):
    """Not an aanmelding, or one that nobody can be let in by; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Aanmelding:
    """One organisation's aanmelding."""

    oin: str
    naam: str
    systeem: str
    handtekensleutel: Ed25519PublicKey
    zegelsleutel: X25519PublicKey
    certificaat: x509.Certificate | x509.CertificateSigningRequest
    """A certificate that the organisation has, or the request for one."""

    def __post_init__(self) -> None:
        check_names(self.oin, self.naam, self.systeem)
        if not usable(self.zegelsleutel):
            raise OngeldigeAanmelding(f"The sealing key keeps nothing secret: {_AGAIN}.")
        _check_certificate(self.certificaat, self.oin)

    def fingerprint(self) -> str:
        """Eight groups of four hexadecimal digits, to be read aloud."""
        digits = sha256(self._content()).digest()[:FINGERPRINT_BYTES].hex()
        return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))

    def to_json(self, signing: Ed25519PrivateKey) -> bytes:
        """The file to hand over; `signing` is the private half of its signing key."""
        signature = base64.b64encode(signing.sign(self._content())).decode()
        content = {"versie": 1, **self._attributes(), "handtekening": signature}
        return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"

    @classmethod
    def read(cls, content: bytes) -> Aanmelding:
        """The aanmelding in a file. Raises OngeldigeAanmelding."""
        found = _object(content)
        read = cls(
            oin=found["oin"],
            naam=found["naam"],
            systeem=found["systeem"],
            handtekensleutel=Ed25519PublicKey.from_public_bytes(_raw(found["handtekensleutel"])),
            zegelsleutel=X25519PublicKey.from_public_bytes(_raw(found["zegelsleutel"])),
            certificaat=_certificate(found),
        )
        try:
            read.handtekensleutel.verify(base64.b64decode(found["handtekening"], validate=True), read._content())
        except (InvalidSignature, ValueError) as error:
            raise OngeldigeAanmelding(f"It was changed after it was signed: {_AGAIN}.") from error
        return read

    def _content(self) -> bytes:
        return canonical(DOMAIN, self._attributes())

    def _attributes(self) -> dict[str, str]:
        kind = "certificaat" if isinstance(self.certificaat, x509.Certificate) else "certificaataanvraag"
        return {
            "oin": self.oin,
            "naam": self.naam,
            "systeem": self.systeem,
            "handtekensleutel": base64.b64encode(self.handtekensleutel.public_bytes_raw()).decode(),
            "zegelsleutel": base64.b64encode(self.zegelsleutel.public_bytes_raw()).decode(),
            kind: self.certificaat.public_bytes(Encoding.PEM).decode(),
        }


def same_fingerprint(one: str, other: str) -> bool:
    """Whether two people read the same: spaces, hyphens and capitals do not count."""

    def bare(text: str) -> str:
        return "".join(text.split()).replace("-", "").lower()

    return bare(one) == bare(other)


def usable(public: X25519PublicKey) -> bool:
    """Whether a seal to this key is one: a point of small order gives every sender the same secret (RFC 7748, 6.1)."""
    try:
        X25519PrivateKey.generate().exchange(public)
    except ValueError:
        return False
    return True


def oins_in(subject: x509.Name) -> list[str]:
    """The OIN as PKIoverheid writes it in a certificate (serialNumber), or as the hub's own authority does (UID)."""
    found = [*subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER), *subject.get_attributes_for_oid(NameOID.USER_ID)]
    return [str(one.value) for one in found]


def _object(content: bytes) -> dict[str, str]:
    """Exactly the fields of an aanmelding, each a text."""
    try:
        found: Any = json.loads(content) if len(content) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.pop("versie", None) != 1:
        raise OngeldigeAanmelding(f"This is no aanmelding of version 1: {_AGAIN}.")
    kinds = [name for name in _CERTIFICATES if name in found]
    if set(found) != {*_TEXTS, *kinds, "handtekening"} or len(kinds) != 1:
        raise OngeldigeAanmelding(f"It has other fields than an aanmelding has: {_AGAIN}.")
    if not all(isinstance(value, str) for value in found.values()):
        raise OngeldigeAanmelding(f"It has a field that is not a text: {_AGAIN}.")
    return found


def check_names(oin: str, naam: str, systeem: str) -> None:
    """Raise OngeldigeAanmelding for names that nobody can take part under."""
    if not naam.strip() or not naam.isprintable() or len(naam) > LONGEST_NAME:
        raise OngeldigeAanmelding(f"Give a name of 1 to {LONGEST_NAME} characters on one line.")
    try:
        source_of(oin, systeem)
    except InvalidCloudEvent as error:
        raise OngeldigeAanmelding(
            "Give an OIN of 20 digits or capitals, and a name of the system in small letters, digits and hyphens."
        ) from error


def _raw(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise OngeldigeAanmelding(f"A public key in it is not 32 bytes in base64: {_AGAIN}.")
    return raw


def _certificate(found: dict[str, str]) -> x509.Certificate | x509.CertificateSigningRequest:
    try:
        if "certificaat" in found:
            return x509.load_pem_x509_certificate(found["certificaat"].encode())
        return x509.load_pem_x509_csr(found["certificaataanvraag"].encode())
    except ValueError as error:
        raise OngeldigeAanmelding(f"The certificate or the request for one in it cannot be read: {_AGAIN}.") from error


def _check_certificate(given: x509.Certificate | x509.CertificateSigningRequest, oin: str) -> None:
    if isinstance(given, x509.CertificateSigningRequest):
        if not given.is_signature_valid:
            raise OngeldigeAanmelding(f"The request for a certificate is not signed with its own key: {_AGAIN}.")
    elif oin not in oins_in(given.subject):
        raise OngeldigeAanmelding(f"The certificate is not of {oin}: hand over the one that names this OIN.")
    key = given.public_key()
    strong = isinstance(key, ec.EllipticCurvePublicKey) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS
    )
    if not strong:
        raise OngeldigeAanmelding(
            f"The certificate's key must be an elliptic curve key, or RSA of at least {LEAST_RSA_BITS} bits: {_AGAIN}."
        )
