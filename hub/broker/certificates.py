# SPDX-License-Identifier: EUPL-1.2
"""The demo's own certificate authority: for the embedded default only, production uses PKIoverheid.

What Kafka calls the holder of a certificate, whoever issued it, is in ``principal.py``.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hub.broker.credentials import Credentials
from hub.whole_file import write_whole

ORGANISATION = "Inburgeringshub"
COUNTRY = "NL"
CA_LIFETIME = timedelta(days=3650)
CERTIFICATE_LIFETIME = timedelta(days=365)
CLOCK_SKEW = timedelta(minutes=5)
RENEWAL = timedelta(days=30)
"""Credentials that are this close to their end are issued anew when they are next opened."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority: its certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def open(cls, directory: Path) -> Authority:
        """The authority kept in ``directory``; made there the first time."""
        if not (directory / "ca.key.pem").exists():
            cls.new(f"{ORGANISATION} demo-CA").save(directory)
        key = serialization.load_pem_private_key((directory / "ca.key.pem").read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("The key of the demo's certificate authority must be an elliptic curve key.")
        return cls(x509.load_pem_x509_certificate((directory / "ca.pem").read_bytes()), key)

    @classmethod
    def new(cls, name: str) -> Authority:
        """A fresh authority; its certificate is self-signed."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name, None)
        begin = datetime.now(UTC) - CLOCK_SKEW
        certificate = (
            _builder(subject, subject, key.public_key(), begin, begin + CA_LIFETIME)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(ca=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate, key)

    def save(self, directory: Path) -> None:
        """Write ``ca.pem`` and ``ca.key.pem``; the key comes last, so a half-written pair is made again."""
        directory.mkdir(parents=True, exist_ok=True)
        write_whole(directory / "ca.pem", _pem(self.certificate))
        write_whole(directory / "ca.key.pem", _key_pem(self.key))

    def credentials(self, directory: Path, cn: str, oin: str | None = None) -> Credentials:
        """The credentials kept in ``directory``; issued there the first time, and again (same DN) before they expire."""
        kept = Credentials(directory)
        if not self._still_good(kept):
            certificate, key = issue(self, cn, oin)
            directory.mkdir(parents=True, exist_ok=True)
            write_whole(kept.ca, _pem(self.certificate))
            write_whole(kept.cert, certificate)
            write_whole(kept.key, key)
        return kept

    def renewed(self, directory: Path, cn: str, oin: str, number: int) -> Credentials:
        """New credentials in an empty ``directory`` under a DN of their own (the ``number``-th of this holder): rights
        are by DN, so the old one's can end while these begin."""
        certificate, key = issue(self, cn, oin, subject=apart(cn, oin, str(number)))
        kept = Credentials(directory)
        directory.mkdir(parents=True, exist_ok=True)
        write_whole(kept.ca, _pem(self.certificate))
        write_whole(kept.cert, certificate)
        write_whole(kept.key, key)
        return kept

    def _still_good(self, kept: Credentials) -> bool:
        if not kept.key.exists() or not kept.cert.exists():
            return False
        certificate = x509.load_pem_x509_certificate(kept.cert.read_bytes())
        key = serialization.load_pem_private_key(kept.key.read_bytes(), password=None)
        # A renewal that was interrupted leaves a new certificate beside an old key.
        paired = certificate.public_key() == key.public_key()
        return paired and certificate.not_valid_after_utc > datetime.now(UTC) + RENEWAL


def issue(
    ca: Authority,
    cn: str,
    oin: str | None = None,
    *,
    subject: x509.Name | None = None,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> tuple[bytes, bytes]:
    """A certificate and its private key (PEM) for ``cn`` of organisation ``oin``; for client and local server.

    ``subject`` replaces the whole name, for certificates that another authority would write otherwise.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    return certify(ca, key.public_key(), cn, oin, subject=subject, begin=begin, end=end), _key_pem(key)


def certify(
    ca: Authority,
    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    cn: str,
    oin: str | None = None,
    *,
    subject: x509.Name | None = None,
    begin: datetime | None = None,
    end: datetime | None = None,
    server: bool = True,
) -> bytes:
    """A certificate (PEM) for a key of which the private half may be somebody else's; unless ``server``, its holder
    cannot play the hub's broker to others."""
    begin = begin or datetime.now(UTC) - CLOCK_SKEW
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if server else [])]
    builder = (
        _builder(
            subject or _name(cn, oin),
            ca.certificate.subject,
            public,
            begin,
            end or begin + CERTIFICATE_LIFETIME,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False)
    )
    if server:
        here = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(here), critical=False)
    return _pem(builder.sign(ca.key, hashes.SHA256()))


def apart(cn: str, oin: str, mark: str) -> x509.Name:
    """A name for a holder's next certificate, told from the earlier ones by its mark."""
    return x509.Name([*_name(cn, oin), x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"certificaat {mark}")])


def _name(cn: str, oin: str | None) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, COUNTRY),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            *([x509.NameAttribute(NameOID.USER_ID, oin)] if oin else []),
            x509.NameAttribute(NameOID.COMMON_NAME, cn),
        ]
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    begin: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    # PKCS 8, unencrypted: the one private key format that the JDK, librdkafka and Python all read from PEM.
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
