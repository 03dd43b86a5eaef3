# SPDX-License-Identifier: EUPL-1.2
"""The partner's side of a webhook: opens what the hub sent to it just now, refuses all else; and the example in docs."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from connectors import ConnectProfile
from connectors.profile import NoProfile
from connectors.webhook import DeliveryRefused, WebhookReceiver
from hub.web.mailbox import Brief
from schemas import codec, http_signatures, seals, signatures
from schemas.cloudevents import SEALED, TYPE_PREFIX, CloudEvent, source_of, to_headers
from schemas.http_binding import Vorm, to_http
from tests.unit.partner import HUB, SCHOOL, school
from tests.unit.webhooks import KEY, KEY_ID, Postbus
from tests.unit.webroom import kamer

ROOT = Path(__file__).parents[2]
URL = "https://school.example/hub"
SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
BEGIN = {"begindatum": "2026-03-02"}


def sealed(profile: ConnectProfile, position: int, person: str = "a1b2") -> Brief:
    """A delivery as it stands in the school's topic."""
    public = profile.sealing_keys()[0].public_key()
    sealer = seals.Sealer(X25519PublicKey.from_public_bytes(public.public_bytes_raw()), SCHOOL)
    head = {"vastgelegd_op": "2026-03-02T10:00:00Z", "bron": f"{HUB}#gemeente"}
    fields = {
        "id": f"lev-{position}",
        "source": source_of(HUB, "hub"),
        "type": TYPE_PREFIX + "cursus-gestart",
        "time": datetime(2026, 3, 2, tzinfo=UTC),
        "subject": person,
        "datacontenttype": SEALED,
        "extensions": {"rol": "taalschool"},
    }
    frame = codec.encode("cursus-gestart", BEGIN | head, volledig=False)
    event = CloudEvent(**fields, data=sealer.seal(frame, seals.aad_of(CloudEvent(**fields))))
    signed = signatures.sign(event, SIGNING, signatures.key_id(SIGNING.public_key()))
    return Brief(position, event, to_headers(event) + signed, datetime.now(UTC))


def request(
    brief: Brief, vorm: Vorm = Vorm.BINAIR, now: datetime | None = None, key: Ed25519PrivateKey = KEY
) -> tuple[str, list[tuple[str, str]], bytes]:
    signed = [one for one in brief.headers if one[0] in ("sleutelid", "handtekening")]
    headers, body = to_http(brief.event, signed, vorm)
    headers["hub-positie"] = str(brief.positie)
    key_id = signatures.key_id(key.public_key())
    more = http_signatures.sign("POST", URL, headers, body, key, key_id, now=now or datetime.now(UTC))
    return "POST", [*headers.items(), *more.items()], body


@pytest.mark.parametrize("vorm", Vorm)
async def test_a_delivery_is_checked_and_opened(tmp_path: Path, vorm: Vorm) -> None:
    profile = school(tmp_path, SIGNING, KEY)
    delivery = WebhookReceiver(profile, URL).delivery(*request(sealed(profile, 7), vorm))
    assert (delivery.id, delivery.gebeurtenis, delivery.pseudoniem) == ("lev-7", "cursus-gestart", "a1b2")
    assert (delivery.positie, delivery.data["begindatum"], delivery.rol) == (7, "2026-03-02", "taalschool")
    await delivery.done()  # no broker is there to be told


def test_what_the_hub_did_not_send_here_just_now_is_refused(tmp_path: Path) -> None:
    profile = school(tmp_path, SIGNING, KEY)
    one = sealed(profile, 7)
    method, headers, body = request(one)
    elsewhere = WebhookReceiver(profile, URL + "/anders")
    here = WebhookReceiver(profile, URL)
    forged = Brief(7, one.event, to_headers(one.event) + signatures.sign(one.event, KEY, KEY_ID), one.op)
    for receiver, attempt in [
        (elsewhere, (method, headers, body)),
        (here, request(one, now=datetime.now(UTC) - timedelta(minutes=10))),
        (here, request(one, key=Ed25519PrivateKey.generate())),
        (here, request(forged)),  # a web process that was taken over cannot make deliveries
        (here, (method, headers, body + b"x")),
        (here, (method, [], b"")),
    ]:
        with pytest.raises(DeliveryRefused):
            receiver.delivery(*attempt)


def test_without_the_key_it_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NoProfile, match="websleutel"):
        WebhookReceiver(school(tmp_path), URL)


@asynccontextmanager
async def example(folder: Path) -> AsyncIterator[tuple[str, subprocess.Popen[str]]]:
    """docs/examples/webhook_receiver.py, running; its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/hub"
    place = ROOT / "docs" / "examples" / "webhook_receiver.py"
    process = subprocess.Popen(  # noqa: ASYNC220 - it starts at once
        [sys.executable, place, folder, url, str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        cwd=ROOT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(60):
            while True:
                assert process.poll() is None, process.stdout and process.stdout.read()
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    break
        yield url, process
    finally:
        process.kill()
        process.communicate()


async def test_the_example_gets_each_delivery_once_and_in_order(tmp_path: Path) -> None:
    profile = school(tmp_path, SIGNING, KEY)
    postbus = Postbus()
    postbus.items[SCHOOL] = [sealed(profile, number, f"p{number % 2}") for number in range(4)]
    async with kamer(tmp_path / "web.db", postbus) as room, example(profile.map) as (url, process):
        status, one = await room.vraag(SCHOOL, "POST", "/v1/abonnementen", {"url": url, "vanaf": "begin"})
        assert (status, one["stand"]) == (201, "actief"), one
        assert process.stdout is not None
        lines = [await asyncio.to_thread(process.stdout.readline) for _ in range(4)]
        assert sorted(line.split()[:2] for line in lines) == sorted(
            ["cursus-gestart", f"p{number % 2}"] for number in range(4)
        )
        _, tested = await room.vraag(SCHOOL, "POST", f"/v1/abonnementen/{one['id']}/proef")
        assert tested["antwoord"] == "204"
        assert (await asyncio.to_thread(process.stdout.readline)).startswith("webhook-proef")
