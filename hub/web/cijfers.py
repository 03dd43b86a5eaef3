# SPDX-License-Identifier: EUPL-1.2
"""The figures over HTTP, open to all."""

from __future__ import annotations

from aiohttp import web

from hub.web.models import CijfersVraag
from hub.web.postbus import PostbusAway
from hub.web.problems import Problem, Soort, retry_after
from hub.web.room import Room
from hub.web.route import Vraag
from hub.web.server import json_response


async def get_figures(room: Room, vraag: Vraag) -> web.Response:
    query = vraag.query
    assert isinstance(query, CijfersVraag)
    try:
        number, rows = await room.cijfers.rows()
    except PostbusAway as error:
        again = retry_after(2)
        raise Problem(Soort.NIET_NU, "Vraag het zo nog eens.", "Ask again in a moment.", headers=again) from error
    wanted = query.model_dump(exclude_none=True)
    found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return json_response({"publicatie": number, "cijfers": found})
