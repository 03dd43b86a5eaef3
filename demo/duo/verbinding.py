# SPDX-License-Identifier: EUPL-1.2
"""How DUO and the connection meet: certificates, DUO's services listening, a partner's `duo.toml`, DUO's way of notifying."""

from __future__ import annotations

import ssl
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from demo.duo.dienst import Duo
from hub.broker.certificates import Authority, issue

OURS = "ons"
"""The name of the connection's certificate; DUO's is `duo`."""


def certificates(folder: Path, oins: Mapping[str, str]) -> Authority:
    """Of one authority: for each name a certificate with that OIN; `ca/ca.pem` to trust them by."""
    authority = Authority.new("DUO simulator PKI")
    authority.save(folder / "ca")
    for name, oin in oins.items():
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


def write_duo_toml(
    folder: Path,
    address: str,
    *,
    certs: Path,
    duo: str,
    gemeenten: Mapping[str, str],
    instellingen: Mapping[str, str],
    **more: Any,
) -> None:
    """`duo.toml` in a partner's folder. `gemeenten`: OIN -> code; `instellingen`: OIN -> DUO's number; `more`: settings."""
    regels = [f"{naam} = {waarde!r}".replace("'", '"') for naam, waarde in more.items()]
    (folder / "duo.toml").write_text(
        "\n".join(
            [
                f'oin = "{duo}"',
                f'adres = "{address}"',
                "poort = 0" if "poort" not in more else "",
                f'vertrouwd = "{certs / "ca" / "ca.pem"}"',
                f'certificaat = "{certs / f"{OURS}.cert.pem"}"',
                f'sleutel = "{certs / f"{OURS}.key.pem"}"',
                *regels,
                *[f'[[gemeenten]]\noin = "{oin}"\ncode = "{code}"' for oin, code in gemeenten.items()],
                *[f'[[instellingen]]\noin = "{oin}"\nnummer = "{nummer}"' for oin, nummer in instellingen.items()],
            ]
        )
    )


@dataclass
class Notificeerder:
    """DUO's side of the Notificatie API."""

    address: str
    certs: Path
    oin: str
    name: str | None = "duo"
    doel: str = ""
    """For whom a notice is that does not say so itself."""

    async def post(self, body: Any, *, pad: str = "/v1/notificaties", **koppen: str) -> tuple[int, Any, Any]:
        """Status, headers and body of the answer. A header is left out by giving an empty text."""
        alle = {
            "bron": self.oin,
            "doel": self.doel,
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
