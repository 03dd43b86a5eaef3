# SPDX-License-Identifier: EUPL-1.2
"""What is open to all: a token for an assertion, health, figures of the process, and the interface's own description."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from hub.reference import render
from hub.web.mailbox import HubBehind
from hub.web.problems import Problem, Soort, retry_after
from hub.web.room import Room
from hub.web.route import JSON, Vraag
from hub.web.server import json_response
from hub.web.tokens import NoToken

READY_SECONDS = 2.0


async def post_token(room: Room, vraag: Vraag) -> web.Response:
    try:
        token = await asyncio.to_thread(room.tokens.exchange, vraag.inhoud)
    except NoToken as refused:
        body = {"error": refused.error, "error_description": str(refused)}
        return json_response(body, refused.status)
    return json_response(token)


def oauth_error(status: int, sentence: str) -> tuple[str, dict[str, Any]]:
    """RFC 6749 5.2 has a form of its own."""
    return JSON, {
        "error": "invalid_request" if status < 500 else "temporarily_unavailable",
        "error_description": sentence,
    }


async def get_live(room: Room, vraag: Vraag) -> web.Response:
    return json_response({"stand": "goed"})


async def get_ready(room: Room, vraag: Vraag) -> web.Response:
    """Ready: the broker answers, the log was read to its end, and participants are known."""
    try:
        await room.volger.fresh(asyncio.get_running_loop().time() + READY_SECONDS)
    except HubBehind as error:
        raise _not_ready("Het auditlog is nog niet gelezen.", "The audit log has not been read yet.") from error
    if not room.kennis.registers:
        raise _not_ready("Er zijn nog geen deelnemers geactiveerd.", "No participants were activated yet.")
    return json_response({"stand": "goed"})


def _not_ready(nl: str, en: str) -> Problem:
    return Problem(Soort.NIET_NU, nl, en, headers=retry_after(2))


async def get_metrics(room: Room, vraag: Vraag) -> web.Response:
    response = web.Response(body=room.metrics.text())
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    return response


async def get_openapi(room: Room, vraag: Vraag) -> web.Response:
    from hub.web.openapi import document  # it describes the table of routes, of which this is one
    from hub.web.routes import ROUTES

    return json_response(document(ROUTES, room.base), Access_Control_Allow_Origin="*")


async def get_page(room: Room, vraag: Vraag) -> web.Response:
    """The same for people: a page without scripts, whose style is inside it."""
    from hub.web.openapi import document
    from hub.web.routes import ROUTES

    page = await asyncio.to_thread(render, document(ROUTES, room.base))
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": policy})
