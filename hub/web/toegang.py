# SPDX-License-Identifier: EUPL-1.2
"""Who is at the other end: by client certificate or by access token, looked at anew for every request.

A connection stays open for hours, and a certificate or key can end meanwhile: so what counts is what the participants
register says now. While an activation is under way, only that counts on which all partitions of the log agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consent.participants import Deelnemersregister
from hub.broker.principal import principal_of
from hub.web.problems import Refused
from schemas.catalogue import Rol


class Weg(StrEnum):
    """How somebody came in."""

    CERTIFICAAT = "certificaat"
    TOKEN = "token"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Afnemer:
    """An organisation that is let in, and the roles that it has today."""

    oin: str
    rollen: frozenset[Rol]
    weg: Weg


class Deelnemers:
    """The participants in force, as all of these registers have them."""

    def __init__(self, registers: Iterable[Deelnemersregister], today: date) -> None:
        self._registers, self._today = tuple(registers), today

    def holder_of(self, dn: str) -> str | None:
        """The OIN of the organisation whose certificate has this name today."""
        found = {_holder(register, dn, self._today) for register in self._registers}
        return found.pop() if len(found) == 1 else None

    def signing_key(self, key_id: str) -> tuple[str, Ed25519PublicKey] | None:
        """Whose signing key this is today, and the key."""
        found = [register.sleutel(key_id, self._today) for register in self._registers]
        known = [one for one in found if one is not None]
        if not known or len(known) < len(found) or len({owner.oin for owner, _ in known}) > 1:
            return None
        owner, key = known[0]
        return owner.oin, Ed25519PublicKey.from_public_bytes(key.bytes)

    def roles_of(self, oin: str) -> frozenset[Rol]:
        return (
            frozenset.intersection(*(register.rollen_van(oin, self._today) for register in self._registers))
            if self._registers
            else frozenset()
        )

    def can_be_answered(self, oin: str) -> bool:
        """Whether a receipt could be sealed to it; intake reads nothing from who cannot be answered."""
        return bool(self._registers) and all(r.zegelsleutel(oin, self._today) for r in self._registers)


def _holder(register: Deelnemersregister, dn: str, day: date) -> str | None:
    for one in register.deelnemers:
        if any(certificate.dn == dn and certificate.geldig(day) for certificate in one.certificaten):
            return one.oin
    return None


class Toegang:
    """Decides who is let in. `deelnemers` gives the participants of this moment, `token` whose access token this is."""

    def __init__(self, deelnemers: Callable[[], Deelnemers], token: Callable[[str], tuple[str, str]]) -> None:
        self._deelnemers, self._token = deelnemers, token

    def let_in(self, certificate: bytes | None, authorization: str | None) -> Afnemer:
        """`certificate`: DER, as the TLS connection has it. Raises Refused.

        Who shows both must be the same organisation in both.
        """
        if certificate is None and authorization is None:
            raise Refused(
                "Verbind met uw clientcertificaat, of vraag een token aan bij /v1/oauth/token.",
                "Connect with your client certificate, or ask for a token at /v1/oauth/token.",
            )
        deelnemers = self._deelnemers()
        ways: dict[Weg, str] = {}
        if certificate is not None:
            ways[Weg.CERTIFICAAT] = _by_certificate(certificate, deelnemers, datetime.now(UTC))
        if authorization is not None:
            ways[Weg.TOKEN] = self._by_token(authorization, deelnemers)
        if len(set(ways.values())) > 1:
            raise Refused(
                "Gebruik een token van dezelfde organisatie als het certificaat.",
                "Use a token of the same organisation as the certificate.",
            )
        weg, oin = ways.popitem()
        return Afnemer(oin, deelnemers.roles_of(oin), weg)

    def _by_token(self, authorization: str, deelnemers: Deelnemers) -> str:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused("Geef `Authorization: Bearer <token>`.", "Give `Authorization: Bearer <token>`.")
        oin, key_id = self._token(token.strip())
        owner = deelnemers.signing_key(key_id)
        if owner is None or owner[0] != oin:
            raise Refused(
                "Vraag een nieuw token aan met een sleutel die nu geldt: die van dit token is beëindigd.",
                "Ask for a new token with a key that is valid now: the one behind this token has ended.",
            )
        return oin


def _by_certificate(der: bytes, deelnemers: Deelnemers, now: datetime) -> str:
    dn, begin, end = _named(der)
    if not begin <= now < end:
        raise Refused(
            "Verbind met een certificaat dat nu geldt: dit is verlopen of nog niet ingegaan.",
            "Connect with a certificate that is valid now: this one has ended or not begun.",
        )
    oin = deelnemers.holder_of(dn)
    if oin is None:
        raise Refused(
            f"Verbind met een certificaat dat in het deelnemersregister staat: {dn} staat er nu niet in.",
            f"Connect with a certificate that is in the participants register: {dn} is not in it now.",
        )
    return oin


@lru_cache(maxsize=4096)
def _named(der: bytes) -> tuple[str, datetime, datetime]:
    certificate = x509.load_der_x509_certificate(der)
    return principal_of(certificate), certificate.not_valid_before_utc, certificate.not_valid_after_utc
