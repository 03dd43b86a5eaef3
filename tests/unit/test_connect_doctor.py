# SPDX-License-Identifier: EUPL-1.2
"""`connect doctor` says what is wrong before Kafka is even reached; what it says of a hub, tests/stream/test_partner_page.py."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.doctor import Finding, examine
from connectors.profile import ConnectProfile
from hub.broker.certificates import Authority
from hub.partners import HubAddress, Newcomer, admit
from schemas.vocabulary import Rol

OIN = "00000099000000000042"
AWAY = "127.0.0.1:1"


@pytest.fixture
def authority() -> Authority:
    return Authority.new("Hub")


@asynccontextmanager
async def somebody(authority: Authority, place: Path) -> AsyncIterator[str]:
    """Who has the hub's certificate, wants the caller's, and hangs up: a Kafka that refuses looks so. Its address."""
    own = authority.credentials(place / "server", "kafka")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=own.ca)
    context.load_cert_chain(own.cert, own.key)
    context.verify_mode = ssl.CERT_REQUIRED
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def folder(authority: Authority, place: Path, bootstrap: str = AWAY) -> Path:
    hub = HubAddress("00000099000000000000", bootstrap, bytes(32), b"\x09" + bytes(31))
    admit(
        Newcomer(OIN, "Nova", (Rol.TAALSCHOOL,), "presentie"), place / "nova", authority, hub, datetime.now(UTC).date()
    )
    return place / "nova"


async def found(place: Path, now: datetime | None = None) -> list[Finding]:
    return [one async for one in examine(ConnectProfile.read(place), now)]


def last(findings: list[Finding]) -> str:
    """What is wrong; all before it was well."""
    assert [one.well for one in findings] == [True] * (len(findings) - 1) + [False], findings
    assert "\n" not in findings[-1].sentence
    return findings[-1].sentence


async def test_nobody_answers(authority: Authority, tmp_path: Path) -> None:
    assert last(await found(folder(authority, tmp_path))).startswith(f"Nobody answers at {AWAY}")


async def test_an_address_that_is_none(authority: Authority, tmp_path: Path) -> None:
    assert "as host:port" in last(await found(folder(authority, tmp_path, "kafka.example")))


async def test_somebody_else_answers(authority: Authority, tmp_path: Path) -> None:
    async with somebody(Authority.new("Another"), tmp_path) as address:
        assert "is not the hub that ca.pem trusts" in last(await found(folder(authority, tmp_path, address)))


async def test_what_answers_speaks_no_tls(authority: Authority, tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.write(b"220 mail\r\n"), "127.0.0.1", 0)
    async with server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert "does not speak TLS" in last(await found(folder(authority, tmp_path, address)))


async def test_the_hub_hangs_up(authority: Authority, tmp_path: Path) -> None:
    async with somebody(authority, tmp_path) as address:
        assert last(await found(folder(authority, tmp_path, address))).startswith("The hub breaks off")


async def test_a_certificate_of_another_organisation(authority: Authority, tmp_path: Path) -> None:
    place = folder(authority, tmp_path)
    other = authority.credentials(tmp_path / "other", "Ander", "00000099000000000043")
    (place / "cert.pem").write_bytes(other.cert.read_bytes())
    (place / "key.pem").write_bytes(other.key.read_bytes())
    _, certificate, _ = await found(place)
    assert not certificate.well and "is of another organisation" in certificate.sentence


async def test_a_certificate_that_ends_within_a_month(authority: Authority, tmp_path: Path) -> None:
    _, certificate, _ = await found(folder(authority, tmp_path), datetime.now(UTC) + timedelta(days=340))
    assert not certificate.well and "ask the hub's operator for its successor" in certificate.sentence


@pytest.mark.parametrize("name", ["signing.key", "sealing.key", "file.secret", "cert.pem", "key.pem", "ca.pem"])
async def test_a_file_that_is_missing(authority: Authority, tmp_path: Path, name: str) -> None:
    place = folder(authority, tmp_path)
    (place / name).unlink()
    assert name in last(await found(place))
