# SPDX-License-Identifier: EUPL-1.2
"""Server-sent events: as they come, resumed without a gap, decided upon again, and no reader holds the hub up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.web import stroom
from tests.unit.webhooks import GEM, Postbus, tot
from tests.unit.webroom import Kamer, kamer

ANDER = "00000099000000000004"


class Lezer:
    """Reads a stream as a browser does."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response, self.retry, self.comments = response, 0, 0

    async def next(self) -> tuple[str, str | None, Any]:
        """(event, id, data) of the next event."""
        event, id_, data = "", None, None
        async with asyncio.timeout(30):
            async for raw in self.response.content:
                line = raw.decode().rstrip("\n")
                if line.startswith(":"):
                    self.comments += 1
                elif line.startswith("retry: "):
                    self.retry = int(line[7:])
                elif line.startswith("id: "):
                    id_ = line[4:]
                elif line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: "):
                    data = json.loads(line[6:])
                elif not line and event:
                    return event, id_, data
        return "", None, None


@asynccontextmanager
async def reading(room: Kamer, oin: str = GEM, query: str = "", **headers: str) -> AsyncIterator[Lezer]:
    url = f"{room.base}/v1/leveringen/stroom{query}"
    async with room.session.get(
        url, headers={"Authorization": oin, **{k.replace("_", "-"): v for k, v in headers.items()}}
    ) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/event-stream"
        yield Lezer(response)


async def test_it_begins_now_and_a_reader_that_comes_back_misses_nothing(tmp_path: Path) -> None:
    postbus = Postbus()
    await postbus.post(GEM, "an")
    async with kamer(tmp_path / "web.db", postbus) as room:
        async with reading(room) as one:
            await asyncio.sleep(0.05)
            await postbus.post(ANDER, "an", "bo")
            await postbus.post(GEM, "bo")
            event, place, data = await one.next()
            assert (event, data["levering"]["id"], data["plaats"]) == ("levering", "lev-1", place)
            assert one.retry == stroom.RETRY_MILLISECONDS
        await postbus.post(GEM, "cas", "an")
        async with reading(room, Last_Event_ID=str(place)) as again:
            assert [(await again.next())[2]["levering"]["id"] for _ in range(2)] == ["lev-2", "lev-3"]
        async with reading(room, query=f"?na={room.cursors.write(GEM, -1)}") as all_:
            assert (await all_.next())[2]["levering"]["id"] == "lev-0"


async def test_what_may_not_be_handed_over_any_more_is_a_stub_in_its_place(tmp_path: Path) -> None:
    postbus = Postbus()
    await postbus.post(GEM, "an", "bo")
    postbus.ingehouden.add("lev-0")
    async with (
        kamer(tmp_path / "web.db", postbus) as room,
        reading(room, query=f"?na={room.cursors.write(GEM, -1)}") as one,
    ):
        event, _, data = await one.next()
        assert (event, set(data), data["ingehouden"]["id"]) == (
            "ingehouden",
            {"plaats", "positie", "ingehouden"},
            "lev-0",
        )
        assert (await one.next())[0] == "levering"


async def test_a_quiet_stream_says_that_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stroom, "HEARTBEAT_SECONDS", 0.05)
    postbus = Postbus()
    async with kamer(tmp_path / "web.db", postbus) as room, reading(room) as one:
        waiting = asyncio.create_task(one.next())
        async with asyncio.timeout(30):
            while one.comments < 3:
                await asyncio.sleep(0.01)
        await postbus.post(GEM, "an")
        assert (await waiting)[0] == "levering"


async def test_who_ends_taking_part_is_told_and_served_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postbus = Postbus()
    async with kamer(tmp_path / "web.db", postbus) as room, reading(room) as one:
        await asyncio.sleep(0.05)
        room.ingang.beeindigd.add(GEM)
        await postbus.post(GEM, "an")
        event, _, data = await one.next()
        assert (event, data) == ("einde", {"detail": "Meld u aan."})
        assert (await one.next())[0] == ""


async def test_who_does_not_read_is_cut_off_and_delays_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stroom, "SLOW_SECONDS", 1.0)
    postbus = Postbus()
    async with kamer(tmp_path / "web.db", postbus) as room:
        host, port = room.base.removeprefix("http://").split(":")
        own = socket.socket()
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        own.setblocking(False)
        await asyncio.get_running_loop().sock_connect(own, (host, int(port)))
        reader, writer = await asyncio.open_connection(sock=own, limit=1024)
        writer.write(f"GET /v1/leveringen/stroom HTTP/1.1\r\nHost: x\r\nAuthorization: {GEM}\r\n\r\n".encode())
        await writer.drain()
        async with reading(room) as alive:
            await asyncio.sleep(0.1)
            for number in range(100):
                await postbus.post(GEM, "an", bytes_=100_000)
                assert (await alive.next())[2]["levering"]["id"] == f"lev-{number}"
            await tot(lambda: room.waiting.get(GEM) == 1, "the end of the one that does not read")
            await tot(lambda: room.connections() == 1, "its connection to be cut")
        got = 0
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(30):  # one that was not cut off would get all, and then wait
                while chunk := await reader.read(65536):
                    got += len(chunk)
        assert got < 100 * 100_000
        writer.close()


@pytest.mark.parametrize("header", ["nonsense", "A" * 32])
async def test_a_place_that_the_hub_did_not_give_is_refused(tmp_path: Path, header: str) -> None:
    async with (
        kamer(tmp_path / "web.db", Postbus()) as room,
        room.session.get(
            f"{room.base}/v1/leveringen/stroom", headers={"Authorization": GEM, "Last-Event-ID": header}
        ) as answer,
    ):
        assert answer.status == 403


@pytest.mark.parametrize("ask", ["/v1/leveringen?na=", "/v1/leveringen/stroom?na="])
async def test_a_place_behind_the_end_is_told_and_not_waited_at(tmp_path: Path, ask: str) -> None:
    """The hub's log was put back: who waited there would never hear of what takes the places of before."""
    postbus = Postbus()
    async with kamer(tmp_path / "web.db", postbus) as room:
        await postbus.post(GEM, "p1", "p2")
        status, told = await room.vraag(GEM, "GET", ask + room.cursors.write(GEM, 2))
        assert status == 409 and "begin" in told["detail"] and told["type"].endswith("conflict")
        postbus.achter = True
        assert (await room.vraag(GEM, "GET", ask + room.cursors.write(GEM, 1)))[0] == 503
