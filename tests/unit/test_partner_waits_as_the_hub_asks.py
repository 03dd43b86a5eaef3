# SPDX-License-Identifier: EUPL-1.2
"""The partner's client over HTTP when the hub is busy, away, or somebody else: it waits as asked, sends again in the same
order, and says what to do. The server is real, with TLS; what it answers is written beside each test."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from connectors import Event
from connectors import http as over_http
from connectors.http import HttpConnector
from connectors.way import HubRefuses
from hub.broker.certificates import Authority
from tests.unit.partner import school

BSN = {"soort": "bsn", "waarde": "999990019"}


@dataclass
class Hub:
    """Answers each request with the next of `answers`: status, body, headers; then 202 for ever."""

    answers: list[tuple[int, Any, dict[str, str]]]
    asked: list[tuple[str, str | None, list[str]]] = field(default_factory=list)
    """Path, who it says it is, and the ids of the events in it."""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        ids = [one["id"] for one in json.loads(body)] if request.path.endswith("gebeurtenissen") else []
        self.asked.append((request.path, request.headers.get("Authorization"), ids))
        if request.path.endswith("token"):
            return web.json_response(
                {"access_token": f"token-{len(self.asked)}", "token_type": "Bearer", "expires_in": 300}
            )
        status, said, headers = self.answers.pop(0) if self.answers else (202, {"aanleveringen": []}, {})
        return web.Response(status=status, body=json.dumps(said), content_type="application/json", headers=headers)


@asynccontextmanager
async def hub(place: Path, *answers: tuple[int, Any, dict[str, str]]) -> AsyncIterator[tuple[Hub, HttpConnector]]:
    """A server with this folder's authority, and a school's client of it."""
    profile, there = school(place), Hub(list(answers))
    server = Authority.new("Test CA").credentials(place / "server", "hub", "0" * 20)
    (profile.map / "ca.pem").write_bytes(server.ca.read_bytes())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(server.cert, server.key)
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", there.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    base = f"https://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with HttpConnector(profile.model_copy(update={"http": base})) as connector:
            yield there, connector
    finally:
        await runner.cleanup()


def lessons(count: int) -> list[Event]:
    return [Event("cursus-gestart", BSN, {"begindatum": "2026-03-02"}, id=f"e{number}") for number in range(count)]


async def test_it_comes_back_when_the_hub_says_and_sends_all_again_in_the_same_order(tmp_path: Path) -> None:
    later = ({"detail": "Ask less often."}, {"Retry-After": "0"})
    async with hub(tmp_path, (429, *later), (503, *later)) as (there, connector):
        await connector.send_all(lessons(3))
    assert [ids for _, _, ids in there.asked] == [["e0", "e1", "e2"]] * 3


async def test_as_many_at_a_time_as_the_interface_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hub(tmp_path) as (there, connector):
        await connector.send_all(lessons(250))
        monkeypatch.setattr(over_http, "MOST_BYTES", 1)
        await connector.send_all(lessons(2))
    assert [len(ids) for _, _, ids in there.asked] == [100, 100, 50, 1, 1]
    assert [id_ for _, _, ids in there.asked[:3] for id_ in ids] == [f"e{number}" for number in range(250)]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((503, {"detail": "Send all of it again."}, {"Retry-After": "3600"}), "(503): Send all of it again."),
        ((503, {"detail": "Not now."}, {}), "(503): Not now."),
        (
            (400, {"detail": "Nothing was taken.", "fouten": [{"plaats": "inhoud/1", "melding": "Mend it."}]}, {}),
            "(400): Nothing was taken. inhoud/1: Mend it.",
        ),
        ((502, "<html>", {}), "is not the hub's HTTP interface (502): check `http` in connect.toml."),
        ((302, {}, {"Location": "https://elders.example"}), "is not the hub's HTTP interface (302)"),
    ],
)
async def test_what_it_cannot_do_is_one_sentence(tmp_path: Path, answer: Any, said: str) -> None:
    async with hub(tmp_path, answer) as (there, connector):
        with pytest.raises(HubRefuses) as refused:
            await connector.send_all(lessons(1))
    assert said in str(refused.value) and "\n" not in str(refused.value)
    assert len(there.asked) == 1


async def test_a_token_that_the_hub_takes_no_more_is_renewed_once(tmp_path: Path) -> None:
    ended = (401, {"detail": "Ask for a new token."}, {})
    async with hub(tmp_path, ended, (202, {}, {}), ended, ended) as (there, connector):
        for name in ("cert.pem", "key.pem"):
            (connector.profile.map / name).unlink()
        await connector.send_all(lessons(1))
        with pytest.raises(HubRefuses, match="Ask for a new token"):
            await connector.send_all(lessons(1))
    assert [who for path, who, _ in there.asked if path.endswith("gebeurtenissen")] == [
        "Bearer token-1",
        "Bearer token-3",
        "Bearer token-3",
        "Bearer token-6",
    ]
