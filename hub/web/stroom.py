# SPDX-License-Identifier: EUPL-1.2
"""Server-sent events: an organisation's own deliveries as they come, for a live screen of its own.

Each event's id is the place in the mailbox, so a browser that reconnects (`Last-Event-ID`) misses nothing. Who does not
read is cut off, and told at the start after how many milliseconds to come back; who ends taking part, too. Bounded: a
few streams an organisation, a few deliveries ahead, an hour at most.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import orjson
from aiohttp import web

from hub.web.fetching import check_reached, place_of, written
from hub.web.mailbox import Brief, HubBehind, NotKept
from hub.web.problems import Problem
from hub.web.room import Room
from hub.web.route import Vraag

STREAM = "stream"
MEDIA = "text/event-stream"
RETRY_MILLISECONDS = 3000
HEARTBEAT_SECONDS = 15.0
SLOW_SECONDS = 10.0
"""A reader that does not take what was sent for so long is cut off."""
LONGEST_SECONDS = 3600.0
AT_ONCE = 50
BUFFER_BYTES = 64 * 1024


async def get_stream(room: Room, vraag: Vraag) -> web.StreamResponse:
    oin, request = vraag.wie.oin, vraag.request
    after = await _begin(room, vraag)
    response = web.StreamResponse(headers={"Content-Type": MEDIA, "X-Accel-Buffering": "no"})
    await response.prepare(request)
    if request.transport is not None:
        request.transport.set_write_buffer_limits(high=BUFFER_BYTES)
    try:
        await _write(response, f"retry: {RETRY_MILLISECONDS}\n\n".encode())
        await _stream(room, vraag, response, oin, after)
        await response.write_eof()
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
    except ConnectionError:
        pass  # the reader went away
    return response


async def _stream(room: Room, vraag: Vraag, response: web.StreamResponse, oin: str, after: int) -> None:
    clock = asyncio.get_running_loop().time
    until = clock() + LONGEST_SECONDS
    while clock() < until:
        try:
            items = await room.mailbox.read(oin, after, AT_ONCE, HEARTBEAT_SECONDS)
        except HubBehind:
            items = []
            await asyncio.sleep(1)
        except NotKept:
            items = []
            await asyncio.sleep(HEARTBEAT_SECONDS)
        if (ended := _ended(room, vraag)) is not None:
            await _write(response, _event("einde", ended))
            return
        if not items:
            await _write(response, b": er is niets\n\n")
            continue
        await room.mailbox.handed_over(oin, items)
        chunks = [_item(room, oin, item) for item in items]
        await _write(response, b"".join(chunks))
        given = sum(isinstance(one, Brief) for one in items)
        room.metrics.handed_over(STREAM, given, len(items) - given)
        after = items[-1].positie


async def _begin(room: Room, vraag: Vraag) -> int:
    """After which place: the last that the reader had, or the newest that there is."""
    oin = vraag.wie.oin
    cursor = vraag.request.headers.get("Last-Event-ID") or vraag.query.na
    if cursor:
        after = place_of(room, oin, cursor)
        await check_reached(room, oin, after)
        return after
    with contextlib.suppress(NotKept):
        return (await room.mailbox.kept(oin))[1] - 1
    return -1


def _ended(room: Room, vraag: Vraag) -> dict[str, str] | None:
    """Why this reader is let in no longer; None while it is. A stream may outlive a certificate."""
    connection = vraag.request.get_extra_info("ssl_object")
    certificate = connection.getpeercert(binary_form=True) if connection is not None else None
    try:
        again = room.toegang.let_in(certificate, vraag.request.headers.get("Authorization"))
    except Problem as problem:
        return {"detail": problem.body(vraag.taal)["detail"]}
    return None if again.oin == vraag.wie.oin else {"detail": "Meld u opnieuw aan."}


def _item(room: Room, oin: str, item: Any) -> bytes:
    body = written(room.cursors, oin, item)
    return _event("levering" if isinstance(item, Brief) else "ingehouden", body, body["plaats"])


def _event(name: str, data: dict[str, Any], id_: str | None = None) -> bytes:
    head = f"id: {id_}\n" if id_ else ""
    return f"{head}event: {name}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"


async def _write(response: web.StreamResponse, chunk: bytes) -> None:
    """Raises TimeoutError for a reader that does not read."""
    async with asyncio.timeout(SLOW_SECONDS):
        await response.write(chunk)
