# SPDX-License-Identifier: EUPL-1.2
"""A directory with ``ca.pem``, ``cert.pem`` and ``key.pem``, in the forms that Kafka clients want it in."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from hub.broker.errors import CertificateRefused
from hub.broker.principal import principal_of


@dataclass(frozen=True, slots=True)
class Credentials:
    """One party's certificate, its private key, and the authority that it trusts."""

    directory: Path

    @property
    def ca(self) -> Path:
        return self.directory / "ca.pem"

    @property
    def cert(self) -> Path:
        return self.directory / "cert.pem"

    @property
    def key(self) -> Path:
        return self.directory / "key.pem"

    def ssl_context(self) -> ssl.SSLContext:
        """For aiokafka (``security_protocol="SSL"``), Faust and HTTP clients; checks the server's name."""
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(self.ca))
        context.load_cert_chain(self.cert, self.key)
        return context

    def librdkafka(self) -> dict[str, str]:
        """The security settings of a librdkafka client (confluent-kafka, kcat); the address is not among them."""
        return {
            "security.protocol": "ssl",
            "ssl.ca.location": str(self.ca),
            "ssl.certificate.location": str(self.cert),
            "ssl.key.location": str(self.key),
        }

    @property
    def ends(self) -> datetime:
        """When the certificate ends; Kafka looks at it when a connection begins, so a running process may outlive it."""
        return self._certificate().not_valid_after_utc

    def check(self, now: datetime | None = None) -> None:
        """Raises CertificateRefused where the broker would only break off, and clients would try for ever."""
        certificate, now = self._certificate(), now or datetime.now(UTC)
        if certificate.not_valid_after_utc < now:
            raise CertificateRefused(
                f"The certificate {self.cert} ended on {certificate.not_valid_after_utc:%Y-%m-%d}:"
                " restart `hub up`, which renews its own, or put the new one of your authority there."
            )
        if certificate.not_valid_before_utc > now:
            raise CertificateRefused(
                f"The certificate {self.cert} begins on {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC:"
                " set this machine's clock right, or wait."
            )

    def _certificate(self) -> x509.Certificate:
        try:
            return x509.load_pem_x509_certificate(self.cert.read_bytes())
        except (OSError, ValueError) as error:
            raise CertificateRefused(
                f"The certificate {self.cert} cannot be read: put it back with the key that belongs to it."
            ) from error

    @property
    def principal(self) -> str:
        """The holder as Kafka and the ACLs name it, without ``User:``."""
        return principal_of(self.cert.read_bytes())
