# SPDX-License-Identifier: EUPL-1.2
"""What Kafka calls the holder of a certificate: the subject's whole DN as the JDK prints it.

The ACLs and the participants register use the same name.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import NameOID

_KEYWORDS = {
    NameOID.COMMON_NAME: "CN",
    NameOID.COUNTRY_NAME: "C",
    NameOID.LOCALITY_NAME: "L",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.STREET_ADDRESS: "STREET",
    NameOID.DOMAIN_COMPONENT: "DC",
    NameOID.USER_ID: "UID",
}
"""The attribute types that the JDK prints by name; any other, as PKIoverheid's serialNumber, by OID and hex value."""


def principal_of(certificate: x509.Certificate | bytes) -> str:
    """The certificate's whole DN as Kafka has it (without ``User:``): the JDK's RFC 2253 form of the subject."""
    if isinstance(certificate, bytes):
        certificate = x509.load_pem_x509_certificate(certificate)
    return ",".join("+".join(_rfc2253(attribute) for attribute in rdn) for rdn in reversed(certificate.subject.rdns))


def _rfc2253(attribute: x509.NameAttribute[str | bytes]) -> str:
    keyword = _KEYWORDS.get(attribute.oid)
    if keyword is None or isinstance(attribute.value, bytes):
        return f"{keyword or attribute.oid.dotted_string}=#{_der(attribute).hex()}"
    # The JDK escapes more than RFC 2253 asks: "=" as well, and "#" wherever it stands.
    escaped = "".join(f"\\{char}" if char in ',=+<>#;"\\' else char for char in attribute.value).replace("\0", "\\00")
    begin, end = len(escaped) - len(escaped.lstrip(" \r")), len(escaped.rstrip(" \r"))
    return f"{keyword}=" + "".join(f"\\{char}" if not begin <= at < end else char for at, char in enumerate(escaped))


def _der(attribute: x509.NameAttribute[str | bytes]) -> bytes:
    """Tag, length and value of the attribute as it stands in the certificate."""

    def content(der: bytes) -> bytes:
        return der[2:] if der[1] < 0x80 else der[2 + (der[1] & 0x7F) :]

    # SEQUENCE of SET of SEQUENCE { type, value }; the value is what follows the type.
    pair = content(content(content(x509.Name([attribute]).public_bytes())))
    return pair[2 + pair[1] :]
