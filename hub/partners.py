# SPDX-License-Identifier: EUPL-1.2
"""A participant's own folder: certificate, keys, and the files with which `connect` and any stock Kafka client work
at once.

In production the participant makes its keys itself and hands over the public halves (`connect keys new`); the
embedded hub makes them here, for demonstrations and tests.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from consent.participants import Certificaat, Deelnemer, RolPeriode, Sleutel
from hub import keyring
from hub.broker.certificates import Authority
from schemas import signatures
from schemas.catalogue import Rol


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An organisation that is about to take part."""

    oin: str
    naam: str
    rollen: tuple[Rol, ...]
    systeem: str
    namens: tuple[str, ...] = ()


def admit(newcomer: Newcomer, directory: Path, authority: Authority, hub: HubAddress, since: date) -> Deelnemer:
    """Write the newcomer's folder; returns its row for the register. Keys that are there already are kept."""
    credentials = authority.credentials(directory, newcomer.naam, newcomer.oin)
    signing = Ed25519PrivateKey.from_private_bytes(_key(directory / "signing.key"))
    sealing = X25519PrivateKey.from_private_bytes(_key(directory / "sealing.key"))
    _key(directory / "file.secret")
    _write(directory / "connect.toml", _connect_toml(newcomer, hub))
    _write(directory / "client.properties", _client_properties(newcomer, hub, directory))
    return Deelnemer(
        oin=newcomer.oin,
        naam=newcomer.naam,
        rollen=tuple(RolPeriode(rol=rol, van=since) for rol in newcomer.rollen),
        systeem=newcomer.systeem,
        certificaten=(Certificaat(dn=credentials.principal, van=since),),
        handtekensleutels=(_sleutel(signatures.key_id(signing.public_key()), keyring.raw_public(signing), since),),
        zegelsleutels=(_sleutel(signatures.key_id(sealing.public_key()), keyring.raw_public(sealing), since),),
        namens=newcomer.namens,
    )


@dataclass(frozen=True, slots=True)
class HubAddress:
    """What a participant must know of the hub: where it is, and its public keys (32 bytes each)."""

    oin: str
    bootstrap: str
    signing_public: bytes
    sealing_public: bytes

    @classmethod
    def of(cls, oin: str, bootstrap: str, keys: Path) -> HubAddress:
        return cls(
            oin,
            bootstrap,
            keyring.raw_public(keyring.signing_key(keys / keyring.SIGNING)),
            keyring.raw_public(keyring.sealing_key(keys / keyring.SEALING)),
        )


def _sleutel(key_id: str, public: bytes, since: date) -> Sleutel:
    return Sleutel(sleutelid=key_id, publiek=base64.b64encode(public).decode(), van=since)


def _connect_toml(newcomer: Newcomer, hub: HubAddress) -> str:
    return "\n".join(
        (
            "# This organisation, for `connect` and the Python client. Keep the keys beside it to yourself.",
            f'oin = "{newcomer.oin}"',
            f'naam = "{newcomer.naam}"',
            f'systeem = "{newcomer.systeem}"',
            f"rollen = [{_quoted(rol.value for rol in newcomer.rollen)}]",
            f'bootstrap = "{hub.bootstrap}"',
            "",
            "[hub]",
            f'oin = "{hub.oin}"',
            f'handtekensleutel = "{base64.b64encode(hub.signing_public).decode()}"',
            f'zegelsleutel = "{base64.b64encode(hub.sealing_public).decode()}"',
            "",
        )
    )


def _client_properties(newcomer: Newcomer, hub: HubAddress, directory: Path) -> str:
    """For librdkafka: `kcat -F client.properties`, or a stock client's configuration file."""
    place = directory.resolve()
    return "\n".join(
        (
            f"bootstrap.servers={hub.bootstrap}",
            "security.protocol=ssl",
            f"ssl.ca.location={place / 'ca.pem'}",
            f"ssl.certificate.location={place / 'cert.pem'}",
            f"ssl.key.location={place / 'key.pem'}",
            f"group.id={newcomer.oin}.client",
            "isolation.level=read_committed",
            "auto.offset.reset=earliest",
            "",
        )
    )


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f'"{value}"' for value in values)


def _key(path: Path) -> bytes:
    """The 32 random bytes in `path`; made the first time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(32))
    return path.read_bytes()


def _write(path: Path, content: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)
