# SPDX-License-Identifier: EUPL-1.2
"""The way over HTTP, for who speaks no Kafka: the same letters, sealed and signed the same, in and out of the same mailbox.

    async with HttpConnector.open("connect.toml") as connector:
        await connector.send(Event("cursus-gestart", {"soort": "bsn", "waarde": bsn}, {"begindatum": "2026-03-02"}))

We come in with our certificate, or with a token for an assertion signed by our own key where there is none. What the hub
does not hand over any more (`ingehouden`) is no delivery: `withheld` is told of it.
"""

from __future__ import annotations

import asyncio
import math
import ssl
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import orjson
from joserfc import jwt
from joserfc.jwk import OKPKey

from connectors.delivery import Delivery, DeliveryRefused
from connectors.letters import Packed
from connectors.profile import ConnectProfile
from connectors.store import Store
from connectors.way import MOST, HubRefuses, PositionLost, Way
from schemas import signatures
from schemas.cloudevents import from_headers, to_headers
from schemas.errors import WireError
from schemas.http_binding import BATCH, KEY, MOST_EVENTS, from_json, to_json

EVENTS, TOKEN, DELIVERIES = "/v1/gebeurtenissen", "/v1/oauth/token", "/v1/leveringen"
CONFIRMATIONS = DELIVERIES + "/bevestigingen"
BEGIN = "begin"
"""The place before all that the hub keeps for us."""
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 60
MOST_BYTES = 3 * 1024 * 1024
"""In one request; the interface takes 4 MiB."""
LONGEST_WAIT = 30
"""Seconds that one request waits for something new; the interface allows 60."""
SECONDS, CONNECT_SECONDS = 30.0, 10.0
PATIENCE_SECONDS = 30.0
"""How long we do as the hub says when it asks to come back later, before whoever sends is told."""
BUSY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Withheld:
    """A delivery that the hub does not hand over any more: meanwhile what it rested on fell away."""

    id: str
    reden: str
    positie: int


class HttpConnector(Way):
    """One partner's connection over HTTP. Use `async with`."""

    def __init__(self, profile: ConnectProfile, *, withheld: Callable[[Withheld], None] = lambda one: None) -> None:
        super().__init__(profile)
        self._base, self._withheld = profile.http_base(), withheld
        self._client: httpx.AsyncClient | None = None
        self._token: tuple[str, float] | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    # sending

    async def send_packed(self, packed: Iterable[Packed]) -> None:
        self._writer.refresh()
        for body in _bodies(map(self._letter, packed)):
            await self._ask("POST", EVENTS, content=body, headers={"Content-Type": BATCH})

    def _letter(self, packed: Packed) -> bytes:
        key, value, headers = self._writer.write(packed)
        return orjson.dumps({**to_json(from_headers(headers, value), headers), KEY: key.decode()})

    # receiving

    async def after(
        self, position: int | None, *, until_quiet: float | None = None, most: int = MOST
    ) -> AsyncIterator[tuple[list[Delivery], int]]:
        """The hub gives no place for a position, so the last ones are kept in the store: a place further back only
        costs time. What it does not keep any more is passed over."""
        known = await asyncio.to_thread(_Places, self.profile, self._base)
        place = await asyncio.to_thread(known.before, position)
        query = {"na": place or BEGIN}
        async for batch, becomes, following in self._pulled(query, position or 0, until_quiet, most):
            yield batch, becomes
            await asyncio.to_thread(known.keep, becomes, following)

    async def deliveries(
        self, *, until_quiet: float | None = None, start: int | None = None
    ) -> AsyncIterator[Delivery]:
        query = {} if start is None else {"na": BEGIN}
        async for batch, _, _ in self._pulled(query, start or 0, until_quiet, MOST):
            for delivery in batch:
                yield delivery

    async def _pulled(
        self, query: Mapping[str, str], start: int, until_quiet: float | None, most: int
    ) -> AsyncIterator[tuple[list[Delivery], int, str]]:
        """Batches, each with the position and the place that follow it. What stands before `start` is passed over."""
        heard = time.monotonic()
        while until_quiet is None or time.monotonic() - heard < until_quiet:
            wait = LONGEST_WAIT if until_quiet is None else min(LONGEST_WAIT, math.ceil(until_quiet))
            asked = {**query, "wacht": wait, "aantal": min(most, MOST)}
            answer = await self._ask("GET", DELIVERIES, params=asked)
            if not answer["leveringen"]:
                continue
            batch: list[Delivery] = []
            for one in answer["leveringen"]:
                if one["positie"] < start:
                    continue
                if stub := one.get("ingehouden"):
                    self._withheld(Withheld(stub["id"], stub["reden"], one["positie"]))
                    continue
                try:
                    batch.append(self._read(one))
                except DeliveryRefused:
                    if batch:
                        last = batch[-1].positie
                        places = {item["positie"]: item["plaats"] for item in answer["leveringen"]}
                        yield batch, last + 1, places[last]
                    raise
            following = answer["leveringen"][-1]["positie"] + 1
            if following > start:
                yield batch, following, answer["volgende"]
            query, heard = {"na": answer["volgende"]}, time.monotonic()

    def _read(self, item: Mapping[str, Any]) -> Delivery:
        try:
            event, signed = from_json(item["levering"])
        except WireError as error:
            raise DeliveryRefused(f"Record {item['positie']} of {self.topic} is no delivery: {error}") from error
        # When the broker took it the interface does not tell. The event's own time is signed, and it came from the hub.
        headers = [*to_headers(event), *signed]
        confirm = partial(self._confirm, item["plaats"])
        return self._reader.read(headers, event.data, event.time, item["positie"], confirm)

    async def _confirm(self, place: str) -> None:
        await self._ask("POST", CONFIRMATIONS, json={"plaats": place})

    # asking

    async def _ask(self, method: str, path: str, **words: Any) -> Any:
        """The answer's JSON. When the hub asks to come back later we do, for a while. Raises HubRefuses."""
        until = time.monotonic() + PATIENCE_SECONDS
        renewed = False
        while True:
            answer = await self._once(method, path, words, await self._authorization())
            if answer.is_success:
                return answer.json()
            if answer.status_code == httpx.codes.UNAUTHORIZED and self._token and not renewed:
                self._token, renewed = None, True
                continue
            pause = answer.headers.get("Retry-After", "")
            if answer.status_code in BUSY and pause.isdecimal() and time.monotonic() + int(pause) < until:
                await asyncio.sleep(int(pause))
                continue
            if answer.status_code == httpx.codes.CONFLICT and path == DELIVERIES:
                raise PositionLost(_refused(self._base, answer))
            raise HubRefuses(_refused(self._base, answer))

    async def _once(
        self, method: str, path: str, words: Mapping[str, Any], authorization: Mapping[str, str]
    ) -> httpx.Response:
        if self._client is None:
            context = self.profile.ssl_context() if self.profile.has_certificate else self.profile.trust_context()
            timeout = httpx.Timeout(SECONDS + LONGEST_WAIT, connect=CONNECT_SECONDS)
            self._client = httpx.AsyncClient(verify=context, headers={"Accept-Language": "en"}, timeout=timeout)
        headers = {**words.get("headers", {}), **authorization}
        try:
            return await self._client.request(method, self._base + path, **{**words, "headers": headers})
        except httpx.TransportError as error:
            raise HubRefuses(_unreached(self._base, error)) from error

    async def _authorization(self) -> dict[str, str]:
        """Nothing where our certificate says who we are; else a token, asked for a little before the last one ends."""
        if self.profile.has_certificate:
            return {}
        if self._token is None or time.monotonic() > self._token[1]:
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION,
                "client_assertion": self._assertion(),
            }
            answer = await self._once("POST", TOKEN, {"data": form}, {})
            if not answer.is_success:
                raise HubRefuses(_refused(self._base, answer))
            given = answer.json()
            self._token = given["access_token"], time.monotonic() + given["expires_in"] / 2
        return {"Authorization": f"Bearer {self._token[0]}"}

    def _assertion(self) -> str:
        """Who we are, signed with our own key (RFC 7523): for this hub, this minute, once."""
        key, now = self.profile.signing_key(), int(time.time())
        claims = {
            "iss": self.profile.oin,
            "sub": self.profile.oin,
            "aud": self._base + TOKEN,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        header = {"alg": "Ed25519", "kid": signatures.key_id(key.public_key())}
        return jwt.encode(header, claims, OKPKey.import_key(key), algorithms=["Ed25519"])


class _Places:
    """The hub's name for the place at which we stand, on our disk."""

    def __init__(self, profile: ConnectProfile, base: str) -> None:
        self._store, self._base = Store.of(profile), base

    def before(self, position: int | None) -> str | None:
        """The place after which all from `position` on comes; None when none is known."""
        with self._store.transaction() as connection:
            row = connection.execute("SELECT positie, plaats FROM plaats WHERE hub = ?", (self._base,)).fetchone()
        return None if row is None or position is None or row[0] > position else str(row[1])

    def keep(self, position: int, place: str) -> None:
        with self._store.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO plaats VALUES (?, ?, ?)", (self._base, position, place))


def _bodies(letters: Iterable[bytes]) -> Iterator[bytes]:
    """JSON arrays of as many letters as one request may have."""
    batch: list[bytes] = []
    size = 0
    for letter in letters:
        if batch and (len(batch) == MOST_EVENTS or size + len(letter) > MOST_BYTES):
            yield b"[" + b",".join(batch) + b"]"
            batch, size = [], 0
        batch.append(letter)
        size += len(letter)
    if batch:
        yield b"[" + b",".join(batch) + b"]"


def _unreached(base: str, error: httpx.TransportError) -> str:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"Who answers at {base} is not the hub that ca.pem trusts ({cause.verify_message}): copy ca.pem again from what"
            " the operator gave back, and check the address."
        )
    return (
        f"The hub cannot be reached at {base}, or does not take this certificate: check `http` in connect.toml and the date"
        f" of cert.pem ({error or type(error).__name__})."
    )


def _refused(base: str, answer: httpx.Response) -> str:
    """What the hub says in its problem document (or in OAuth's form), each fault with its place."""
    try:
        said = answer.json()
        detail = str(said.get("detail") or said["error_description"])
        faults = [f"{one['plaats']}: {one['melding']}" for one in said.get("fouten", ())]
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"What answers at {base} is not the hub's HTTP interface ({answer.status_code}): check `http` in connect.toml."
    return " ".join((f"The hub does not take this over HTTP ({answer.status_code}): {detail}", *faults))
