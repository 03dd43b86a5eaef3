# SPDX-License-Identifier: EUPL-1.2
"""One call to a receiver: a delivery, or the question whether it wants any (CloudEvents HTTP webhooks, section 4).

Signed (RFC 9421), bounded in time, no redirect followed, and of the answer only the status and Retry-After are looked
at. Logs neither URL nor what was sent or answered: a URL may hold a participant's secret.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from yarl import URL

from hub.web.abonnementen.adres import Adresregels, OngeldigAdres, VerbodenAdres, controleer, socket_for
from hub.web.abonnementen.herhaling import Antwoord, retry_after
from schemas import http_signatures
from schemas.cloudevents import CloudEvent, Header
from schemas.http_binding import Vorm, to_http

ANSWER_BYTES = 16 * 1024
"""Of an answer's body as much is read as lets the connection be used again; with more the connection is closed."""
HEADER_BYTES = 8 * 1024
UNLIMITED = "*"


@dataclass(frozen=True, slots=True)
class Verzendregels:
    """How long a receiver may take, whom to trust, and where the hub may call."""

    adressen: Adresregels = field(default_factory=Adresregels)
    seconden: float = 10.0
    """For all of it: name, connection, TLS, sending, answer."""
    vertrouwd: Path | None = None
    """Further roots in PEM beside the system's, such as PKIoverheid's private one."""


@dataclass(frozen=True, slots=True)
class Toestemd:
    """The receiver wants the hub's calls, at most `tempo` a minute; None: as many as come."""

    tempo: int | None


class NietToestemd(Exception):
    """The receiver did not say that it wants the hub's calls; one Dutch sentence."""


class Verzender:
    """Calls receivers, all over one pool of connections. `async with`."""

    def __init__(
        self,
        regels: Verzendregels,
        herkomst: str,
        sleutel: Ed25519PrivateKey,
        sleutelid: str,
        *,
        resolver: aiohttp.abc.AbstractResolver | None = None,
        nu: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._regels, self._herkomst, self._nu = regels, herkomst, nu
        self._sleutel, self._sleutelid = sleutel, sleutelid
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Verzender:
        trusted = ssl.create_default_context()
        if self._regels.vertrouwd is not None:
            trusted.load_verify_locations(cafile=self._regels.vertrouwd)
        connector = aiohttp.TCPConnector(
            ssl=trusted,
            limit=0,  # each subscription bounds its own; a common bound would let dead ones starve the living
            resolver=self._resolver,  # of its own accord aiodns: a name server that is away holds up no thread of ours
            socket_factory=socket_for(self._regels.adressen),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=self._regels.seconden),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def stuur(self, url: str, event: CloudEvent, signed: list[Header], vorm: Vorm, **more: str) -> Antwoord:
        """Hand over one event; `more` are further headers (`hub_positie` becomes `hub-positie`). Never raises for what a
        receiver does or is."""
        headers, body = to_http(event, signed, vorm)
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        headers["WebHook-Request-Origin"] = self._herkomst
        try:
            target = controleer(url, self._regels.adressen)
        except OngeldigAdres:
            return Antwoord(None, "adres niet toegestaan")
        signed_by = (self._sleutel, self._sleutelid)
        headers |= http_signatures.sign("POST", str(target), headers, body, *signed_by, now=self._nu())
        return (await self._roep("POST", target, headers, body))[0]

    async def vraag(self, url: str) -> Toestemd:
        """Ask the receiver whether it wants the hub's calls. Raises NietToestemd, OngeldigAdres."""
        target = controleer(url, self._regels.adressen)
        antwoord, gekregen = await self._roep("OPTIONS", target, {"WebHook-Request-Origin": self._herkomst}, b"")
        if antwoord.status is None or not 200 <= antwoord.status < 300:
            raise NietToestemd(f"Laat de ontvanger OPTIONS beantwoorden met 200; hij gaf {antwoord.kort}.")
        if gekregen.get("WebHook-Allowed-Origin", "").strip() not in (UNLIMITED, self._herkomst):
            raise NietToestemd(f"Laat de ontvanger antwoorden met de kop `WebHook-Allowed-Origin: {self._herkomst}`.")
        return Toestemd(_tempo(gekregen.get("WebHook-Allowed-Rate")))

    async def _roep(
        self, method: str, target: URL, headers: dict[str, str], body: bytes
    ) -> tuple[Antwoord, dict[str, str]]:
        assert self._session is not None, "use `async with`"
        try:
            async with self._session.request(method, target, data=body, headers=headers, allow_redirects=False) as got:
                wacht = retry_after(got.headers.get("Retry-After"), self._nu())
                names = ("WebHook-Allowed-Origin", "WebHook-Allowed-Rate")
                kept = {name: got.headers[name] for name in names if name in got.headers}
                if not await _is_short(got):
                    got.close()
                return Antwoord(got.status, wacht=wacht), kept
        except TimeoutError:
            return Antwoord(None, "time-out"), {}
        except aiohttp.ClientConnectorCertificateError:
            return Antwoord(None, "certificaat niet vertrouwd"), {}
        except aiohttp.ClientConnectorDNSError:
            return Antwoord(None, "naam onbekend"), {}
        except aiohttp.ClientConnectorError as error:
            refused = isinstance(error.os_error, VerbodenAdres)
            return Antwoord(None, "adres niet toegestaan" if refused else "geen verbinding"), {}
        except (aiohttp.ClientError, OSError, ValueError):
            return Antwoord(None, "onleesbaar antwoord"), {}


async def _is_short(got: aiohttp.ClientResponse) -> bool:
    """Whether the body ended within what we read of it."""
    left = ANSWER_BYTES
    try:
        while left > 0:
            chunk = await got.content.read(left)
            if not chunk:
                return True
            left -= len(chunk)
    except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError):
        return False  # the status was said: what comes after it does not matter
    return False


def _tempo(tekst: str | None) -> int | None:
    """Deliveries a minute; None for no limit. What cannot be read is taken as the slowest that there is."""
    if tekst is None or tekst.strip() == UNLIMITED:
        return None
    text = tekst.strip()
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1
