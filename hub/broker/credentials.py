# SPDX-License-Identifier: EUPL-1.2
"""A directory with ``ca.pem``, ``cert.pem`` and ``key.pem``, in the forms that Kafka clients want it in."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

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
    def principal(self) -> str:
        """The holder as Kafka and the ACLs name it, without ``User:``."""
        return principal_of(self.cert.read_bytes())
