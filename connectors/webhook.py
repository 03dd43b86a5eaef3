# SPDX-License-Identifier: EUPL-1.2
"""Receives the hub's webhook in a partner's own web application, whatever it is made with.

    receiver = WebhookReceiver.open("connect.toml", "https://zaken.gemeente.example/hub")
    ...
    delivery = receiver.delivery(request.method, request.headers.items(), body)   # raises DeliveryRefused: answer 400

Two signatures are checked: the request's (RFC 9421: it is for this URL, whole, and of these minutes), and the event's
own, which is worth keeping. A delivery can come twice under one `id`: keep the ids, or answer 2xx only once it is safe
and let a second one pass. In a `Delivery` from here `done` does nothing: the answer 2xx says it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from connectors.delivery import Delivery, DeliveryReader, DeliveryRefused
from connectors.profile import ConnectProfile, NoProfile
from schemas import http_signatures, signatures
from schemas.cloudevents import CloudEvent, Header, gebeurtenis_of, to_headers
from schemas.errors import WireError
from schemas.http_binding import PROEF, from_http

__all__ = ["DeliveryRefused", "WebhookReceiver"]

POSITION = "hub-positie"
ORIGIN, ALLOWED, RATE = "WebHook-Request-Origin", "WebHook-Allowed-Origin", "WebHook-Allowed-Rate"


class WebhookReceiver:
    """One URL of one partner. `url` as `GET /v1/abonnementen` shows it: what a proxy makes of it does not count."""

    def __init__(self, profile: ConnectProfile, url: str) -> None:
        self._profile, self._url = profile, url
        self._reader = DeliveryReader(profile, "the webhook")
        self._key = _key_of(profile)

    @classmethod
    def open(cls, path: str | Path, url: str) -> WebhookReceiver:
        return cls(ConnectProfile.read(path), url)

    def consent(self, headers: Mapping[str, str], rate: int | None = None) -> dict[str, str]:
        """The headers to answer OPTIONS with: yes, this hub may call us, at most `rate` times a minute."""
        origin = next((value for name, value in headers.items() if name.lower() == ORIGIN.lower()), "")
        return {ALLOWED: origin, RATE: "*" if rate is None else str(rate)}

    def delivery(self, method: str, headers: Iterable[tuple[str, str]], body: bytes) -> Delivery:
        """The delivery that this request brings. Raises DeliveryRefused for what the hub did not send here just now.

        `gebeurtenis` is `webhook-proef` for a test that somebody of us asked for: about nobody, with no data.
        """
        listed = list(headers)
        try:
            http_signatures.verify(method, self._url, listed, body, self._web_key)
            event, signed = from_http(listed, body)
            if gebeurtenis_of(event) == PROEF:
                return self._test(event, signed)
        except WireError as error:
            raise DeliveryRefused(f"This request is no delivery of the hub: {error}") from error
        found = [value for name, value in listed if name.lower() == POSITION]
        position = int(found[0]) if len(found) == 1 and found[0].isascii() and found[0].isdigit() else -1
        return self._reader.read([*to_headers(event), *signed], event.data, datetime.now(UTC), position)

    def _test(self, event: CloudEvent, signed: list[Header]) -> Delivery:
        signatures.verify(event, signed, self._key)
        return Delivery(event.id, PROEF, "", None, None, {}, None, None, event.time, -1, None, b"", event.attributes())

    def _web_key(self, keyid: str) -> Ed25519PublicKey | None:
        """The hub's key; for one that we do not know, `connect.toml` is read again."""
        if keyid != signatures.key_id(self._key):
            with contextlib.suppress(NoProfile):
                self._key = _key_of(self._profile.again())
        return self._key if keyid == signatures.key_id(self._key) else None


def _key_of(profile: ConnectProfile) -> Ed25519PublicKey:
    key = profile.hub_web_key()
    if key is None:
        raise NoProfile(
            f"{profile.map / profile.bestand} does not name the key that signs webhooks (`websleutel`): copy the newest"
            " connect.toml from the hub's operator."
        )
    return key
