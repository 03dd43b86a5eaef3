# SPDX-License-Identifier: EUPL-1.2
"""A stage for tests: certificates, DUO on loopback, a partner's folder, and DUO's way of notifying."""

from __future__ import annotations

import base64
import ssl
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.broker.certificates import Authority, issue
from tests.duo_simulator.dienst import Duo

DUO = "00000001003214345000"
KOPPELING = "00000099000000000077"
"""The supplier who runs the connection; its certificate speaks for the gemeenten."""
GEM_A, GEM_B = "00000001001516814000", "00000001002306608000"
GEMEENTEN = {GEM_A: "0518", GEM_B: "0599"}
SCHOOL = "00000099000000005000"
INSTELLING = {
    "instellingsnummer": "0000012345",
    "naam": "Taalschool De Brug",
    "postcode": "2511AB",
    "huisnummer": 1,
    "plaatsnaam": "Veldhaven",
    "bow": "123",
    "indicatieBowKeurmerk": True,
    "indicatieTstKeurmerk": False,
}


def certificates(folder: Path, duo: str = DUO) -> Authority:
    """Of one authority: DUO's certificate, ours, and one of a stranger; `ca.pem` to trust them by."""
    authority = Authority.new("Test PKI")
    authority.save(folder / "ca")
    for name, oin in (("duo", duo), ("ons", KOPPELING), ("vreemd", GEM_B)):
        certificate, key = issue(authority, name, oin)
        (folder / f"{name}.cert.pem").write_bytes(certificate)
        (folder / f"{name}.key.pem").write_bytes(key)
    return authority


def tls(folder: Path, name: str | None, purpose: ssl.Purpose) -> ssl.SSLContext:
    context = ssl.create_default_context(purpose, cafile=str(folder / "ca" / "ca.pem"))
    if purpose is ssl.Purpose.CLIENT_AUTH:
        context.verify_mode = ssl.CERT_REQUIRED
    if name:
        context.load_cert_chain(folder / f"{name}.cert.pem", folder / f"{name}.key.pem")
    return context


@asynccontextmanager
async def served(duo: Duo, folder: Path) -> AsyncIterator[str]:
    """DUO's services, listening; gives the address."""
    runner = web.AppRunner(duo.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls(folder, "duo", ssl.Purpose.CLIENT_AUTH))
    await site.start()
    try:
        yield f"https://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def partner(folder: Path, address: str, *, certs: Path, **more: Any) -> Path:
    """A partner's folder with `connect.toml` (a hub that is not there) and `duo.toml`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("signing.key", "sealing.key", "file.secret"):
        (folder / name).write_bytes(name.encode().ljust(32, b"."))
    hub_signing = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    hub_sealing = X25519PrivateKey.generate().public_key().public_bytes_raw()
    (folder / "connect.toml").write_text(
        f'oin = "{DUO}"\nnaam = "DUO"\nsysteem = "wi"\nrollen = ["uitvoering"]\nbootstrap = "localhost:1"\n'
        f'[hub]\noin = "00000099000000000000"\nhandtekensleutel = "{base64.b64encode(hub_signing).decode()}"\n'
        f'zegelsleutel = "{base64.b64encode(hub_sealing).decode()}"\n'
    )
    write_duo_toml(folder, address, certs=certs, **more)
    return folder


def write_duo_toml(
    folder: Path,
    address: str,
    *,
    certs: Path,
    duo: str = DUO,
    gemeenten: Mapping[str, str] = MappingProxyType(GEMEENTEN),
    school: str = SCHOOL,
    **more: Any,
) -> None:
    """`duo.toml` in a partner's folder. `gemeenten`: OIN -> code."""
    regels = [f"{naam} = {waarde!r}".replace("'", '"') for naam, waarde in more.items()]
    (folder / "duo.toml").write_text(
        "\n".join(
            [
                f'oin = "{duo}"',
                f'adres = "{address}"',
                "poort = 0" if "poort" not in more else "",
                f'vertrouwd = "{certs / "ca" / "ca.pem"}"',
                f'certificaat = "{certs / "ons.cert.pem"}"',
                f'sleutel = "{certs / "ons.key.pem"}"',
                *regels,
                *[f'[[gemeenten]]\noin = "{oin}"\ncode = "{code}"' for oin, code in gemeenten.items()],
                f'[[instellingen]]\noin = "{school}"\nnummer = "0000012345"',
            ]
        )
    )


@dataclass
class Notificeerder:
    """DUO's side of the Notificatie API."""

    address: str
    certs: Path
    name: str | None = "duo"
    oin: str = DUO

    async def post(self, body: Any, *, pad: str = "/v1/notificaties", **koppen: str) -> tuple[int, Any, Any]:
        """Status, headers and body of the answer. A header is left out by giving an empty text."""
        alle = {
            "bron": self.oin,
            "doel": GEM_A,
            "berichtId": str(uuid.uuid4()),
            "Content-Type": "application/json",
        } | koppen
        context = tls(self.certs, self.name, ssl.Purpose.SERVER_AUTH)
        async with aiohttp.ClientSession() as session:
            headers = {naam: waarde for naam, waarde in alle.items() if waarde}
            data = body if isinstance(body, bytes) else None
            json = None if isinstance(body, bytes) else body
            async with session.post(self.address + pad, headers=headers, data=data, json=json, ssl=context) as answer:
                return answer.status, answer.headers, await answer.read()

    async def notificeer(self, gemeente: str, gebeurtenis: str, bsn: str | None, op: str, **meer: Any) -> int:
        body = {"registratieDatumTijd": op, "gebeurtenisId": gebeurtenis, **({"bsn": bsn} if bsn else {}), **meer}
        return (await self.post(body, doel=gemeente))[0]
