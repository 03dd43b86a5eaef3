# SPDX-License-Identifier: EUPL-1.2
"""Calling DUO: one request, mutual TLS, the three headers; what comes back is an answer, a refusal, or not known.

Only three things can happen: DUO did it, DUO says no with a reason (400, 403, 404), or nobody knows (anything else:
maintenance, a time-out, a broken line, an answer that is not DUO's). What nobody knows is tried again by who called.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp
import orjson
from yarl import URL

from connectors.duo.koppelvlak import (
    API_VERSIE,
    BERICHT_ID,
    BRON,
    DOEL,
    FOUTTEKST_LENGTE,
    SEMVER,
    Dienst,
    nieuw_bericht_id,
)

GROOTSTE_ANTWOORD = 1 << 20
"""Bytes; the longest list that DUO gives is 500 items."""
MEESTE_FOUTEN = 100
WEIGERINGEN = frozenset({400, 403, 404})


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What DUO said. `inhoud`: the JSON of a success. `fouten`: what it explains of a refusal."""

    status: int
    inhoud: Any = None
    fouten: tuple[str, ...] = ()

    @property
    def geweigerd(self) -> bool:
        return self.status in WEIGERINGEN


class NietBekend(Exception):
    """Nobody knows whether DUO did it. `onderhoud`: DUO says that it is closed, to everyone."""

    def __init__(self, reden: str, *, onderhoud: bool = False, na: float = 0.0) -> None:
        super().__init__(reden)
        self.reden, self.onderhoud, self.na = reden, onderhoud, na


class DuoKlant:
    """Use `async with`. One pool of connections; safe for many tasks."""

    def __init__(self, adres: str, doel: str, tls: ssl.SSLContext, wachttijd: float) -> None:
        self._adres, self._doel, self._tls = adres, doel, tls
        self._tijd = aiohttp.ClientTimeout(total=wachttijd)
        self._sessie: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> DuoKlant:
        self._sessie = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls, limit=8),
            timeout=self._tijd,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sessie is not None:
            await self._sessie.close()

    async def vraag(self, dienst: Dienst, bron: str, inhoud: Any = None, **delen: str) -> Antwoord:
        """One call in the name of gemeente `bron`; `delen` fill the path. Raises NietBekend."""
        assert self._sessie is not None, "use `async with`"
        url = URL(self._adres + dienst.pad(**delen), encoded=True)
        koppen = {BRON: bron, DOEL: self._doel, BERICHT_ID: nieuw_bericht_id(), "Accept": "application/json"}
        lichaam = None if inhoud is None else orjson.dumps(inhoud)
        if lichaam is not None:
            koppen["Content-Type"] = "application/json"
        try:
            async with self._sessie.request(
                dienst.value.methode, url, headers=koppen, data=lichaam, allow_redirects=False
            ) as antwoord:
                rauw = await antwoord.content.read(GROOTSTE_ANTWOORD + 1)
                return _lees(dienst, antwoord.status, antwoord.headers, rauw)
        except TimeoutError as error:
            raise NietBekend("DUO antwoordt niet op tijd.") from error
        except (aiohttp.ClientError, OSError) as error:
            # Never the error's own words: they hold the address, and the address holds the BSN.
            raise NietBekend(f"DUO is niet bereikbaar ({type(error).__name__}).") from error


def _lees(dienst: Dienst, status: int, koppen: Any, rauw: bytes) -> Antwoord:
    if status == 503:
        raise NietBekend("DUO is in onderhoud.", onderhoud=True, na=_seconden(koppen.get("Retry-After", "")))
    versie = SEMVER.fullmatch(koppen.get(API_VERSIE, ""))
    if versie is None or versie[1] != dienst.major:
        raise NietBekend(f"Het antwoord noemt geen versie {dienst.major}.x van de API {dienst.value.api}.")
    if status == dienst.value.gelukt:
        return Antwoord(status, _json(rauw))
    if status in WEIGERINGEN:
        return Antwoord(status, fouten=tuple(_fouten(rauw)))
    raise NietBekend(f"DUO antwoordt met status {status}.")


def _json(rauw: bytes) -> Any:
    if not rauw:
        return None
    if len(rauw) > GROOTSTE_ANTWOORD:
        raise NietBekend("Het antwoord van DUO is te groot.")
    try:
        return orjson.loads(rauw)
    except orjson.JSONDecodeError as error:
        raise NietBekend("Het antwoord van DUO is geen JSON.") from error


def _fouten(rauw: bytes) -> list[str]:
    """The `fouttekst` of one Foutmelding, or of each in a list. A body that is neither explains nothing."""
    try:
        inhoud = orjson.loads(rauw)
    except orjson.JSONDecodeError:
        return []
    lijst = inhoud if isinstance(inhoud, list) else [inhoud]
    teksten = [een.get("fouttekst") for een in lijst if isinstance(een, dict)]
    return [tekst[:FOUTTEKST_LENGTE] for tekst in teksten if isinstance(tekst, str)][:MEESTE_FOUTEN]


def _seconden(tekst: str) -> float:
    """Retry-After in seconds; 0 when it is absent, or a date."""
    return float(tekst) if tekst.isascii() and tekst.isdigit() else 0.0
