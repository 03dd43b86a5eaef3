# SPDX-License-Identifier: EUPL-1.2
"""A participant's own folder: certificate, keys, and the files with which `connect` and any stock Kafka client work
at once.

A participant makes its keys itself and hands over the public halves (`connect keys new`; `row_of`, `give_back`); the embedded
hub can make them here, for demonstrations and tests (`admit`).
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from consent.aanmelding import Aanmelding
from consent.participants import Certificaat, Deelnemer, RolPeriode, Sleutel
from hub import epochs, keyring, logkeys
from hub.broker.certificates import Authority
from hub.broker.principal import principal_of
from hub.whole_file import write_once, write_whole
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
    signing = Ed25519PrivateKey.from_private_bytes(key_file(directory / "signing.key"))
    sealing = X25519PrivateKey.from_private_bytes(key_file(directory / "sealing.key"))
    key_file(directory / "file.secret")
    write_connect_toml(newcomer, directory, hub)
    _write(directory / "client.properties", _client_properties(newcomer, hub, f"{directory.resolve()}/"))
    return _row(newcomer, credentials.principal, signing.public_key(), sealing.public_key(), since)


def give_back(newcomer: Newcomer, directory: Path, hub: HubAddress, certificate: bytes, trusted: bytes) -> None:
    """Write the folder to give back to a participant that made its own keys: nothing in it is secret.

    `certificate`: the participant's (PEM); `trusted`: the authority of the hub's brokers (PEM).
    """
    directory.mkdir(parents=True, exist_ok=True)
    write_whole(directory / "cert.pem", certificate)
    write_whole(directory / "ca.pem", trusted)
    write_connect_toml(newcomer, directory, hub)
    _write(directory / "client.properties", _client_properties(newcomer, hub, ""))


def row_of(aanmelding: Aanmelding, newcomer: Newcomer, certificate: bytes, since: date) -> Deelnemer:
    """The register's row of a newcomer that made its own keys."""
    return _row(newcomer, principal_of(certificate), aanmelding.handtekensleutel, aanmelding.zegelsleutel, since)


def keeps_own_keys(directory: Path) -> bool:
    """Whether the private halves of this participant's keys are its own only."""
    return not (directory / "signing.key").exists()


def _row(
    newcomer: Newcomer, principal: str, signing: Ed25519PublicKey, sealing: X25519PublicKey, since: date
) -> Deelnemer:
    return Deelnemer(
        oin=newcomer.oin,
        naam=newcomer.naam,
        rollen=tuple(RolPeriode(rol=rol, van=since) for rol in newcomer.rollen),
        systeem=newcomer.systeem,
        certificaten=(Certificaat(dn=principal, van=since),),
        handtekensleutels=(_sleutel(signing, since),),
        zegelsleutels=(_sleutel(sealing, since),),
        namens=newcomer.namens,
    )


@dataclass(frozen=True, slots=True)
class HubAddress:
    """What a participant must know of the hub: where it is, and its public keys (32 bytes each)."""

    oin: str
    bootstrap: str
    signing_public: bytes
    sealing_public: bytes
    also: tuple[tuple[bytes, datetime | None], ...] = ()
    """Signing keys that count beside it: the announced one, and ended ones with their end."""
    log_public: bytes | None = None
    """Of the audit log's checkpoints; None leaves it out."""
    log_handovers: tuple[str, ...] = ()
    """How the log's earlier keys handed over to it."""
    web_public: bytes | None = None
    """Of the HTTP room, which signs its calls to webhooks; None leaves it out."""
    http: str | None = None
    """Where the HTTP room is, https://host[:port]; None leaves it out."""

    @classmethod
    def of(cls, oin: str, bootstrap: str, keys: Path, http: str | None = None) -> HubAddress:
        return cls(
            oin,
            bootstrap,
            keyring.raw_public(keyring.signing_key(keys / keyring.SIGNING)),
            keyring.raw_public(keyring.sealing_key(keys / keyring.SEALING)),
            tuple((public.public_bytes_raw(), until) for public, until in epochs.signing_publics(keys)[1:]),
            logkeys.public(keys).public_bytes_raw(),
            tuple(logkeys.chain(keys)),
            keyring.raw_public(keyring.web_key(keys)),
            http,
        )


def _sleutel(public: Ed25519PublicKey | X25519PublicKey, since: date) -> Sleutel:
    raw = base64.b64encode(public.public_bytes_raw()).decode()
    return Sleutel(sleutelid=signatures.key_id(public), publiek=raw, van=since)


def write_connect_toml(who: Newcomer, directory: Path, hub: HubAddress) -> None:
    """Write a participant's `connect.toml` anew: when it comes, and when keys of its own or of the hub change."""
    earlier = sorted(directory.glob("sealing-*.key"), key=lambda path: path.stat().st_mtime, reverse=True)
    _write(directory / "connect.toml", _connect_toml(who, hub, ["sealing.key", *(path.name for path in earlier)]))


def _connect_toml(newcomer: Newcomer, hub: HubAddress, sealing: Sequence[str]) -> str:
    """`sealing`: the files of the participant's own sealing keys, the newest first."""
    lines = [
        "# This organisation, for `connect` and the Python client. Keep the keys beside it to yourself.",
        f"oin = {_quoted(newcomer.oin)}",
        f"naam = {_quoted(newcomer.naam)}",
        f"systeem = {_quoted(newcomer.systeem)}",
        f"rollen = [{', '.join(_quoted(rol.value) for rol in newcomer.rollen)}]",
        f"bootstrap = {_quoted(hub.bootstrap)}",
        *([f"http = {_quoted(hub.http)}"] if hub.http else []),
        f"zegelsleutels = [{', '.join(map(_quoted, sealing))}]",
        "",
        "[hub]",
        f"oin = {_quoted(hub.oin)}",
        f"handtekensleutel = {_quoted(base64.b64encode(hub.signing_public).decode())}",
        f"zegelsleutel = {_quoted(base64.b64encode(hub.sealing_public).decode())}",
    ]
    if hub.log_public:
        lines.append(f"logsleutel = {_quoted(base64.b64encode(hub.log_public).decode())}")
    if hub.log_handovers:
        lines.append(f"logoverdrachten = [{', '.join(map(_quoted, hub.log_handovers))}]")
    if hub.web_public:
        lines.append(f"websleutel = {_quoted(base64.b64encode(hub.web_public).decode())}")
    for public, until in hub.also:
        lines += ["", "[[hub.ook]]", f"sleutel = {_quoted(base64.b64encode(public).decode())}"]
        lines += [f"tot = {until.isoformat()}"] if until else []
    return "\n".join((*lines, ""))


def _client_properties(newcomer: Newcomer, hub: HubAddress, place: str) -> str:
    """For librdkafka: `kcat -F client.properties`, or a stock client's configuration file. `place` is what stands before
    the names of its files; nothing where only the participant knows its folder, and starts its client there."""
    return "\n".join(
        (
            f"bootstrap.servers={hub.bootstrap}",
            "security.protocol=ssl",
            f"ssl.ca.location={place}ca.pem",
            f"ssl.certificate.location={place}cert.pem",
            f"ssl.key.location={place}key.pem",
            f"group.id={newcomer.oin}.client",
            "isolation.level=read_committed",
            "auto.offset.reset=earliest",
            "",
        )
    )


def _quoted(value: str) -> str:
    """A basic string of TOML: for what is on one line and printable, JSON's are the same."""
    return json.dumps(value, ensure_ascii=False)


def key_file(path: Path) -> bytes:
    """The 32 random bytes in `path`; made the first time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_once(path, os.urandom(32))
    return path.read_bytes()


def _write(path: Path, content: str) -> None:
    write_whole(path, content.encode())
