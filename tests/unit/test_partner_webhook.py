# SPDX-License-Identifier: EUPL-1.2
"""The bridge's webhook: in order, again after a refusal, and not again after an answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl

from connectors.bridge.kafka import TargetUnavailable
from connectors.bridge.settings import ToWebhook
from connectors.bridge.webhook import InWebhook
from connectors.store import Store
from tests.unit.partner import delivery, school


@contextmanager
def receiver(*answers: int) -> Iterator[tuple[str, list[tuple[str | None, dict[str, Any]]]]]:
    """A server that answers so, then 204; what it was sent."""
    got: list[tuple[str | None, dict[str, Any]]] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers["Authorization"], json.loads(body)))
            self.send_response(left.pop(0) if left else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hub", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_each_delivery_is_one_call_and_a_refused_one_comes_first_again(tmp_path: Path) -> None:
    profile = school(tmp_path)
    (profile.map / "webhook.token").write_text("geheim\n")
    found = [delivery("cursus-gestart", {"begindatum": f"2026-03-0{day}"}, day) for day in (1, 2, 3)]
    with receiver(204, 503) as (url, got):
        settings = ToWebhook(url=HttpUrl(url), token=Path("webhook.token"))
        first = InWebhook(settings, profile.map, "hub.out.x", Store.of(profile))
        assert await first.position() is None
        with pytest.raises(TargetUnavailable, match="answered 503"):
            await first.take(found, None, 4)
        await first.close()
        second = InWebhook(settings, profile.map, "hub.out.x", Store.of(profile))
        assert await second.position() == 2
        await second.take(found[1:], 2, 4)
        assert await second.position() == 4
        await second.close()
    assert [body["id"] for _, body in got] == [found[0].id, found[1].id, found[1].id, found[2].id]
    assert {token for token, _ in got} == {"Bearer geheim"}
    assert got[0][1]["data"]["begindatum"] == "2026-03-01" and got[0][1]["hubpositie"] == 1


async def test_nobody_there_and_a_redirect_are_no_answer(tmp_path: Path) -> None:
    profile = school(tmp_path)
    one = delivery("cursus-gestart", {"begindatum": "2026-03-01"}, 1)
    with receiver(302) as (url, _):
        place = InWebhook(ToWebhook(url=HttpUrl(url)), profile.map, "hub.out.x", Store.of(profile))
        with pytest.raises(TargetUnavailable, match="302"):
            await place.take([one], None, 2)
    with pytest.raises(TargetUnavailable, match="does not answer"):
        await place.take([one], None, 2)
    assert await place.position() is None
    await place.close()
