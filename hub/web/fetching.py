# SPDX-License-Identifier: EUPL-1.2
"""Handing over what lies in a partner's mailbox: pull with a cursor, long poll, and what the partner has safely."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from sqlalchemy import Engine, insert, select, update

from hub.vault.tables import reading
from hub.web.cursors import Cursors, StrangeCursor
from hub.web.mailbox import BEGIN, Brief, HubBehind, Item, NotKept
from hub.web.models import LeveringenVraag
from hub.web.problems import Problem, Soort, retry_after
from hub.web.room import Room
from hub.web.route import Vraag
from hub.web.server import json_response
from hub.web.tables import bevestigingen
from schemas.http_binding import to_json

PULL = "pull"


async def get_deliveries(room: Room, vraag: Vraag) -> web.Response:
    oin, query = vraag.wie.oin, vraag.query
    assert isinstance(query, LeveringenVraag)
    match query.na:
        case None:
            after = await asyncio.to_thread(confirmed, room.engine, oin)
        case "begin":
            after = BEGIN
        case place:
            after = place_of(room, oin, place)
    try:
        items = await room.mailbox.read(oin, after, query.aantal, query.wacht)
    except NotKept:
        items = []  # one that was let in a moment ago: its topic is still being made
    except HubBehind as error:
        raise behind() from error
    if not items:
        await check_reached(room, oin, after)
    await room.mailbox.handed_over(oin, items)
    given = sum(isinstance(one, Brief) for one in items)
    room.metrics.handed_over(PULL, given, len(items) - given)
    following = items[-1].positie if items else after
    return json_response(
        {
            "leveringen": [written(room.cursors, oin, one) for one in items],
            "volgende": room.cursors.write(oin, following),
        }
    )


async def post_confirmation(room: Room, vraag: Vraag) -> web.Response:
    """It only moves forward: who confirms an earlier place has it already."""
    oin = vraag.wie.oin
    position = place_of(room, oin, vraag.inhoud.plaats)
    stands = await asyncio.to_thread(confirm, room.engine, oin, position)
    return json_response({"plaats": room.cursors.write(oin, stands)})


def place_of(room: Room, oin: str, cursor: str) -> int:
    """The position behind a partner's cursor; raises Problem for another's."""
    try:
        return room.cursors.read(oin, cursor)
    except StrangeCursor as error:
        raise Problem(
            Soort.VERBODEN,
            "Gebruik een plaats die de hub u zelf gaf: deze is niet van uw brievenbus.",
            "Use a place that the hub gave you: this one is not of your mailbox.",
        ) from error


async def check_reached(room: Room, oin: str, position: int) -> None:
    """Raises Problem for a place that the mailbox does not have: who waited there would pass over what comes."""
    try:
        if await room.mailbox.reaches(oin, position):
            return
    except HubBehind as error:
        raise behind() from error
    raise Problem(
        Soort.CONFLICT,
        "De hub heeft minder voor u dan u al las: haar log is teruggezet. Vraag de beheerder wat u miste, en begin dan"
        " opnieuw met `na=begin`.",
        "The hub has less for you than you have read: its log was put back. Ask its operator what you missed, and then"
        " begin anew with `na=begin`.",
    )


def written(cursors: Cursors, oin: str, item: Item) -> dict[str, Any]:
    """A letter, or the stub in its place, as a partner gets it."""
    place = {"plaats": cursors.write(oin, item.positie), "positie": item.positie}
    if isinstance(item, Brief):
        return {**place, "levering": to_json(item.event, item.headers)}
    return {**place, "ingehouden": {"id": item.id, "reden": item.reden.value}}


def behind() -> Problem:
    return Problem(
        Soort.NIET_NU,
        "Vraag het zo nog eens: de hub kan nu niet nagaan of dit nog mag worden overgedragen.",
        "Ask again in a moment: the hub cannot tell now whether this may still be handed over.",
        headers=retry_after(2),
    )


def confirmed(engine: Engine, oin: str) -> int:
    """Up to and including which place the organisation has everything; BEGIN for none."""
    with reading(engine) as connection:
        found = connection.scalar(select(bevestigingen.c.positie).where(bevestigingen.c.oin == oin))
    return BEGIN if found is None else found


def confirm(engine: Engine, oin: str, position: int) -> int:
    """Note it, unless a later place was confirmed before; the place that stands."""
    now = datetime.now(UTC).isoformat()
    with engine.begin() as connection:
        stands = connection.scalar(select(bevestigingen.c.positie).where(bevestigingen.c.oin == oin).with_for_update())
        if stands is None:
            connection.execute(insert(bevestigingen).values(oin=oin, positie=position, op=now))
        elif position > stands:
            connection.execute(update(bevestigingen).where(bevestigingen.c.oin == oin).values(positie=position, op=now))
        return position if stands is None else max(position, stands)
