# SPDX-License-Identifier: EUPL-1.2
"""A partner at the HTTP interface: an ordinary HTTP client with its certificate or a token, and its own keys."""

from __future__ import annotations

import base64
import ssl
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import OKPKey

from connectors import ConnectProfile, Event
from connectors.letters import LetterWriter, Packed
from hub.broker.credentials import Credentials
from hub.web import address
from schemas import codec, seals, signatures
from schemas.cloudevents import CloudEvent, Header, from_headers
from schemas.http_binding import STRUCTURED
from tests.faults.hub_scene import HubScene, until

SECONDS = 60.0
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def place_of(scene: HubScene) -> address.Address:
    found = address.known(scene.settings)
    assert found is not None, "the HTTP room never ran"
    return found


async def serving(scene: HubScene) -> None:
    """Wait until the HTTP room of a hub is ready."""

    async def ready() -> bool:
        if address.known(scene.settings) is None:
            return False
        context = ssl.create_default_context(cafile=str(scene.settings.data / "roles" / "web" / "ca.pem"))
        try:
            async with httpx.AsyncClient(verify=context, base_url=place_of(scene).base) as client:
                return (await client.get("/health/ready")).status_code == 200
        except httpx.TransportError:
            return False

    await until(ready, "the HTTP room to be ready", SECONDS)


@dataclass
class HttpPartner:
    """One partner's client, and what it needs of its own folder."""

    client: httpx.AsyncClient
    profile: ConnectProfile

    # sending

    def letter(self, event: Event) -> tuple[bytes, bytes, list[Header]]:
        return LetterWriter(self.profile).write(Packed.of(event))

    def structured(self, event: Event) -> dict[str, str]:
        """The event as a CloudEvent in JSON, sealed and signed."""
        return structured(*self.letter(event))

    async def post(self, *events: Event) -> httpx.Response:
        if len(events) == 1:
            return await self.client.post(
                "/v1/gebeurtenissen", json=self.structured(events[0]), headers={"Content-Type": STRUCTURED}
            )
        return await self.client.post(
            "/v1/gebeurtenissen",
            json=[self.structured(event) for event in events],
            headers={"Content-Type": "application/cloudevents-batch+json"},
        )

    async def receipt(self, name: str) -> tuple[str, dict[str, Any]]:
        """Wait for the receipt of what was sent; its type and data."""
        found: list[tuple[str, dict[str, Any]]] = []

        async def answered() -> bool:
            answer = await self.client.get(f"/v1/ontvangstbewijzen/{name}")
            assert answer.status_code in (200, 503), answer.text
            if answer.status_code == 200 and answer.json()["stand"] == "beantwoord":
                found.append(self.opened(answer.json()["ontvangstbewijs"]))
            return bool(found)

        await until(answered, f"the receipt {name}", SECONDS)
        return found[0]

    async def sent(self, *events: Event) -> list[tuple[str, dict[str, Any]]]:
        """Send, and wait for every receipt."""
        answer = await self.post(*events)
        assert answer.status_code == 202, answer.text
        return [await self.receipt(one["id"]) for one in answer.json()["aanleveringen"]]

    # receiving

    async def pull(self, **query: Any) -> dict[str, Any]:
        answer = await self.client.get("/v1/leveringen", params=query, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def everything(self, start: str | None = None) -> list[dict[str, Any]]:
        """All that lies in the mailbox, from a place on or from what was confirmed."""
        found: list[dict[str, Any]] = []
        query = {"na": start} if start else {}
        while True:
            answer = await self.pull(**query)
            if not answer["leveringen"]:
                return found
            found += answer["leveringen"]
            query = {"na": answer["volgende"]}

    def opened(self, letter: dict[str, str]) -> tuple[str, dict[str, Any]]:
        """Verified with the hub's key and opened with ours: the event type and its data."""
        event, headers = as_record(letter)
        keys = self.profile.hub_signing_keys()
        signatures.verify(event, headers, keys[letter["sleutelid"]][0])
        own = {signatures.key_id(key.public_key()): key for key in self.profile.sealing_keys()}
        return codec.decode(seals.Opener(own, self.profile.oin).open(event.data, seals.aad_of(event)))

    # coming in without a certificate

    def assertion(self, audience: str, **changed: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.profile.oin,
            "sub": self.profile.oin,
            "aud": audience,
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid.uuid4()),
        }
        key = self.profile.signing_key()
        header = {"alg": "EdDSA", "kid": signatures.key_id(key.public_key())}
        return jwt.encode(header, claims | changed, OKPKey.import_key(key), algorithms=["EdDSA"])


def structured(key: bytes, value: bytes, headers: list[Header]) -> dict[str, str]:
    """A Kafka letter as the same letter in JSON; made from docs/wire-format.md, not by the hub's own code."""
    found = {"partitionkey": key.decode(), "data_base64": base64.b64encode(value).decode()}
    for name, content in headers:
        if name == "content-type":
            found["datacontenttype"] = content.decode()
        elif name == "handtekening":
            found[name] = base64.b64encode(content).decode()
        else:
            found[name.removeprefix("ce_")] = content.decode()
    return found


def as_record(letter: dict[str, str]) -> tuple[CloudEvent, list[Header]]:
    """A letter in JSON as the record that it is on Kafka."""
    headers: list[Header] = []
    for name, text in letter.items():
        if name == "datacontenttype":
            headers.append(("content-type", text.encode()))
        elif name == "handtekening":
            headers.append((name, base64.b64decode(text)))
        elif name == "sleutelid":
            headers.append((name, text.encode()))
        elif name != "data_base64":
            headers.append((f"ce_{name}", text.encode()))
    return from_headers(headers, base64.b64decode(letter["data_base64"])), headers


@asynccontextmanager
async def partner(scene: HubScene, oin: str, *, certificate: bool = True) -> AsyncIterator[HttpPartner]:
    """A client of this partner, with its certificate or with nothing but trust in the hub's authority."""
    folder: Path = scene.settings.participant_dir(oin)
    context = (
        Credentials(folder).ssl_context() if certificate else ssl.create_default_context(cafile=str(folder / "ca.pem"))
    )
    async with httpx.AsyncClient(verify=context, base_url=place_of(scene).base, timeout=30) as client:
        yield HttpPartner(client, ConnectProfile.read(folder))
