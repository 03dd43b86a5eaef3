# SPDX-License-Identifier: EUPL-1.2
"""Webhook subscriptions over HTTP: every organisation its own, and nobody else's exists for it."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

from aiohttp import web

from hub.web.abonnementen import administratie
from hub.web.abonnementen.abonnement import Abonnement, Bezorging, Bezorgstand, OngeldigeStap, Stand
from hub.web.abonnementen.adres import OngeldigAdres
from hub.web.abonnementen.dienst import MOST, Overzicht, TeVeel, Wens
from hub.web.abonnementen.herhaling import Herhaalregels, na
from hub.web.fetching import place_of
from hub.web.mailbox import NotKept
from hub.web.problems import Fout, Problem, Soort
from hub.web.room import Room
from hub.web.route import Vraag
from hub.web.server import json_response

PAGE = 100
FIRST = -1


async def post_subscription(room: Room, vraag: Vraag) -> web.Response:
    oin, wanted = vraag.wie.oin, vraag.inhoud
    vanaf = await _from(room, oin, wanted.vanaf)
    try:
        made = await room.abonnementen.maak(oin, _wens(wanted), vanaf)
    except OngeldigAdres as error:
        _bad_url(error)
    except TeVeel as error:
        raise Problem(
            Soort.CONFLICT,
            f"Verwijder eerst een abonnement: een organisatie heeft er ten hoogste {MOST}.",
            f"Delete a subscription first: an organisation has at most {MOST}.",
        ) from error
    location = f"/v1/abonnementen/{made.abonnement.id}"
    return json_response(_shown(room, made), 201, Location=location)


async def get_subscriptions(room: Room, vraag: Vraag) -> web.Response:
    listed = await room.abonnementen.van(vraag.wie.oin)
    return json_response({"abonnementen": [_shown(room, one) for one in listed]})


async def get_subscription(room: Room, vraag: Vraag) -> web.Response:
    return json_response(_shown(room, await _own(room, vraag)))


async def patch_subscription(room: Room, vraag: Vraag) -> web.Response:
    own = await _own(room, vraag)
    try:
        return json_response(_shown(room, await room.abonnementen.verander(own.abonnement, _wens(vraag.inhoud))))
    except OngeldigAdres as error:
        _bad_url(error)
    except OngeldigeStap as error:
        _conflict(error)


async def delete_subscription(room: Room, vraag: Vraag) -> web.Response:
    await room.abonnementen.verwijder((await _own(room, vraag)).abonnement.id)
    return web.Response(status=204)


async def post_test(room: Room, vraag: Vraag) -> web.Response:
    """One call now, whatever its state; nothing follows from what comes of it."""
    own = await _own(room, vraag)
    if own.abonnement.stand is Stand.AANGEMELD:
        raise Problem(
            Soort.CONFLICT,
            "Zet het abonnement eerst op actief: de ontvanger heeft nog niet gezegd dat hij aanroepen wil.",
            "Make the subscription active first: the receiver has not said yet that it wants calls.",
        )
    clock = asyncio.get_running_loop().time
    began = clock()
    antwoord = await room.abonnementen.proef(own.abonnement)
    uitkomst = na(antwoord, 1, Herhaalregels(pogingen=1), 0.0).uitkomst
    took = round(1000 * (clock() - began))
    return json_response({"uitkomst": uitkomst.value, "antwoord": antwoord.kort, "milliseconden": took})


async def get_failures(room: Room, vraag: Vraag) -> web.Response:
    own, query = await _own(room, vraag), vraag.query
    oin = vraag.wie.oin
    after = FIRST if query.na is None else place_of(room, oin, query.na)
    standen = tuple(Bezorgstand) if query.stand is None else (query.stand,)
    found = await room.abonnementen.wachtend(own.abonnement.id, standen, after, PAGE + 1)
    body: dict[str, Any] = {"mislukt": [_failure(room, oin, one) for one in found[:PAGE]]}
    if len(found) > PAGE:
        body["volgende"] = room.cursors.write(oin, found[PAGE - 1].positie)
    return json_response(body)


async def post_again(room: Room, vraag: Vraag) -> web.Response:
    own = await _own(room, vraag)
    places = vraag.inhoud.plaatsen
    positions = None if places is None else [place_of(room, vraag.wie.oin, one) for one in places]
    return json_response({"aantal": await room.abonnementen.opnieuw(own.abonnement, positions)})


async def post_skip(room: Room, vraag: Vraag) -> web.Response:
    own = await _own(room, vraag)
    position = place_of(room, vraag.wie.oin, vraag.inhoud.plaats)
    waiting = await room.abonnementen.wachtend(own.abonnement.id, tuple(Bezorgstand), position - 1, 1)
    if not waiting or waiting[0].positie != position:
        raise Problem(
            Soort.NIET_GEVONDEN,
            "Geef een plaats die onder `mislukt` staat: deze levering wacht niet (meer).",
            "Give a place that is listed under `mislukt`: this delivery does not wait (any more).",
        )
    await room.abonnementen.sla_over(own.abonnement, position)
    return json_response(_shown(room, await _own(room, vraag)))


async def _own(room: Room, vraag: Vraag) -> Overzicht:
    found = await room.abonnementen.een(vraag.wie.oin, vraag.pad.id)
    if found is None:
        raise Problem(
            Soort.NIET_GEVONDEN,
            "Kijk in /v1/abonnementen welke abonnementen u heeft: dit is er niet een van.",
            "Look in /v1/abonnementen which subscriptions you have: this is none of them.",
        )
    return found


async def _from(room: Room, oin: str, vanaf: str) -> int:
    """The first position that a new subscription is for."""
    if vanaf not in ("nu", "begin"):
        return place_of(room, oin, vanaf) + 1
    try:
        first, end = await room.mailbox.kept(oin)
    except NotKept:
        return 0  # its mailbox is still being made
    return end if vanaf == "nu" else first


def _wens(wanted: Any) -> Wens:
    return Wens(
        url=wanted.url,
        gebeurtenissen=None if wanted.gebeurtenissen is None else frozenset(wanted.gebeurtenissen),
        rollen=None if wanted.rollen is None else frozenset(rol.value for rol in wanted.rollen),
        vorm=wanted.vorm,
        stand=Stand(wanted.stand) if getattr(wanted, "stand", None) else None,
        noemt=frozenset(wanted.model_fields_set),
    )


def _shown(room: Room, overzicht: Overzicht) -> dict[str, Any]:
    one: Abonnement = overzicht.abonnement
    found: dict[str, Any] = {
        "id": one.id,
        "url": one.url,
        "vorm": one.vorm.value,
        "stand": one.stand.value,
        "plaats": room.cursors.write(one.oin, one.positie - 1),
        **{stand.value: count for stand, count in overzicht.tellingen.items()},
        "gemaakt": one.gemaakt,
        "gewijzigd": one.gewijzigd,
    }
    for name in ("gebeurtenissen", "rollen"):
        if (names := getattr(one, name)) is not None:
            found[name] = sorted(names)
    for name in ("reden", "tempo"):
        if (value := getattr(one, name)) is not None:
            found[name] = value
    return found


def _failure(room: Room, oin: str, one: Bezorging) -> dict[str, Any]:
    found: dict[str, Any] = {
        "levering": one.levering,
        "plaats": room.cursors.write(oin, one.positie),
        "gebeurtenis": one.gebeurtenis,
        "stand": one.stand.value,
        "pogingen": one.poging,
        "sinds": one.sinds,
    }
    if one.laatste is not None:
        found["laatste"] = one.laatste
    if one.stand is Bezorgstand.OPNIEUW:
        found["volgende"] = administratie.moment(one.volgende)
    return found


def _bad_url(error: OngeldigAdres) -> NoReturn:
    raise Problem(
        Soort.ONGELDIG,
        "Verbeter wat onder `fouten` staat.",
        "Mend what is listed under `fouten`.",
        fouten=[Fout("inhoud/url", error.nl, error.en)],
    ) from error


def _conflict(error: OngeldigeStap) -> NoReturn:
    raise Problem(Soort.CONFLICT, str(error), "The subscription cannot go there from its present state.") from error
