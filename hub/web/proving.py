# SPDX-License-Identifier: EUPL-1.2
"""The audit log for partners: the newest checkpoint, and proof of their own part of a record."""

from __future__ import annotations

import asyncio

from aiohttp import web

from hub.readmodel import proof, questions
from hub.web.problems import Problem, Soort
from hub.web.room import Room
from hub.web.route import Vraag
from hub.web.server import json_response


async def get_checkpoint(room: Room, vraag: Vraag) -> web.Response:
    _, note = await asyncio.to_thread(questions.checkpoint, room.audit)
    if note is None:
        raise Problem(Soort.NIET_GEVONDEN, "Het auditlog is nog leeg.", "The audit log is still empty.")
    return web.Response(text=note)


async def get_proof(room: Room, vraag: Vraag) -> web.Response:
    try:
        found = await asyncio.to_thread(proof.prove, room.audit, vraag.pad.seq, vraag.wie.oin)
    except proof.NoSuchLeaf as error:
        raise Problem(
            Soort.NIET_GEVONDEN,
            "Onder dit nummer staat niets van u: u krijgt bewijs van uw eigen meldingen en leveringen.",
            "Nothing of yours stands under this number: you get proofs of your own reports and deliveries.",
        ) from error
    return json_response(found)
