# SPDX-License-Identifier: EUPL-1.2
"""What `hub doctor` finds of the HTTP room: whether it is where partners look for it, is who it says, answers, is of this
code, and has given up on no webhook.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import orjson
from cryptography import x509
from sqlalchemy import inspect
from yarl import URL

from hub.broker.credentials import Credentials
from hub.broker.topics import Role
from hub.settings import Settings
from hub.vault.tables import engine_for, reading
from hub.web import address
from hub.web.abonnementen import administratie
from hub.web.abonnementen.abonnement import Bezorgstand
from hub.web.abonnementen.tabellen import abonnementen
from hub.web.openapi import document
from hub.web.routes import ROUTES
from hub.web.server import API_VERSION

SECONDS = 5.0
"""For one answer, and for a room that has just started to be ready."""


def findings(settings: Settings, now: datetime, ahead: timedelta) -> list[str]:
    """A sentence for each thing that is not as it should be. `ahead`: how long before its end a certificate is named."""
    place = address.known(settings)
    if place is None:
        return ["The HTTP room never ran: start it (`hub up`, or `hub web` where each role runs by itself)."]
    try:
        with _client(settings, place.base) as client:
            return [*_looked_at(settings, client, place.base, now + ahead), *_given_up(settings)]
    except httpx.TransportError as error:
        return [_unreached(place.base, error), *_given_up(settings)]


def _client(settings: Settings, base: str) -> httpx.Client:
    """Trusts our own authority, and the system's: in front of the room may stand a proxy with a certificate of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=str(Credentials(settings.credentials_dir(Role.WEB)).ca))
    return httpx.Client(
        verify=context, base_url=base, headers={"Accept-Language": "en"}, timeout=SECONDS, trust_env=False
    )


def _looked_at(settings: Settings, client: httpx.Client, base: str, soon: datetime) -> Iterator[str]:
    alive = client.get("/health/live")
    if not alive.is_success or "API-Version" not in alive.headers:
        yield f"What answers at {base} is not the HTTP room ({alive.status_code}): look at HUB_WEB_BASE and at what stands in front."
        return
    certificate = x509.load_der_x509_certificate(
        alive.extensions["network_stream"].get_extra_info("ssl_object").getpeercert(True)
    )
    until = certificate.not_valid_after_utc
    if until < soon:
        renewal = (
            "restart `hub up`, which renews it" if settings.embedded else "put its successor there, and restart it"
        )
        yield f"The certificate that the HTTP room shows at {base} ends on {until:%Y-%m-%d}: {renewal}."
    ready = _ready(client)
    if not ready.is_success:
        yield f"The HTTP room hands nothing over now: {_detail(ready)} If that lasts, look at {settings.data / 'logs' / 'web.log'}."
    served = client.get("/v1/openapi.json").json()
    if (theirs := served["info"]["version"]) != API_VERSION:
        yield f"The HTTP room serves version {theirs} of the interface, and this code is {API_VERSION}: restart it."
    elif served != orjson.loads(orjson.dumps(document(ROUTES, base))):
        yield "The HTTP room runs with other code or settings than these: restart it."


def _ready(client: httpx.Client) -> httpx.Response:
    """The answer to whether it can hand over; a room that has just started gets a moment."""
    until = time.monotonic() + SECONDS
    while not (found := client.get("/health/ready")).is_success and time.monotonic() < until:
        time.sleep(0.2)
    return found


def _detail(answer: httpx.Response) -> str:
    said: Any = answer.json()
    return str(said.get("detail", answer.status_code))


def _unreached(base: str, error: httpx.TransportError) -> str:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"Partners cannot trust the HTTP room at {base} ({cause.verify_message}): give it a certificate of your authority"
            " with that name, or correct HUB_WEB_BASE."
        )
    return (
        f"Nobody answers at {base}, where partners look for the HTTP room ({error or type(error).__name__}): start it"
        " (`hub up`, or `hub web`), or correct HUB_WEB_BASE."
    )


def _given_up(settings: Settings) -> list[str]:
    """Webhook subscriptions of which a delivery waits until somebody asks."""
    engine = engine_for(settings.web_address)
    if abonnementen.name not in inspect(engine).get_table_names():
        return []
    with reading(engine) as connection:
        listed = administratie.alle(connection)
        counts = administratie.tellingen(connection, [one.id for one in listed])
    return [
        f"Deliveries to {URL(one.url).host} of {one.oin} were given up ({counts[one.id][Bezorgstand.UITGEPUT]}):"
        f" `hub webhooks failed {one.id}` says why, `hub webhooks retry {one.id}` tries again."
        for one in listed
        if counts[one.id][Bezorgstand.UITGEPUT]
    ]
