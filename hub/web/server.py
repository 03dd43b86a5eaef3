# SPDX-License-Identifier: EUPL-1.2
"""The aiohttp application that serves the table of routes: lets in, checks, limits, answers errors, adds headers."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from hub.broker.credentials import Credentials
from hub.web.faults import faults
from hub.web.problems import Fout, Problem, Soort, language, retry_after
from hub.web.room import Room
from hub.web.route import JSON, PROBLEM, Route, Vraag, Wie
from hub.web.toegang import Afnemer

__all__ = ["API_VERSION", "MOST_BYTES", "application", "json_response", "tls"]

log = logging.getLogger(__name__)

API_VERSION = "1.2.0"
MOST_BYTES = 4 * 1024 * 1024
"""Of a request's body."""
BODY_SECONDS = 30.0
"""A body that takes longer to arrive is given up: a slow sender must not hold a place for ever."""
MOST_WAITING = 8
"""Requests of one organisation that may wait for news at the same time."""
ROOM = web.AppKey("room", Room)
ROUTE = web.RequestKey("route", Route)
_HEADERS = {
    "API-Version": API_VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_FORM = "application/x-www-form-urlencoded"


def application(room: Room, routes: Iterable[Route]) -> web.Application:
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_errors])
    app[ROOM] = room
    for route in routes:
        app.router.add_route(route.method, route.path, _serving(route), name=route.naam)
    app.on_response_prepare.append(_headers)
    return app


def tls(own: Credentials) -> ssl.SSLContext:
    """Our certificate, and our authority's clients: a certificate is welcome, and asked for by the routes themselves."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(own.ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_cert_chain(own.cert, own.key)
    return context


def json_response(value: Any, status: int = 200, media: str = JSON, **headers: str) -> web.Response:
    named = {name.replace("_", "-"): content for name, content in headers.items()}
    return web.Response(body=orjson.dumps(value), status=status, content_type=media, headers=named)


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "inburgeringshub"  # which software it is, and which version, is nobody's business
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def _serving(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        """1. Who is it? 2. May it ask so much? 3. Is the request well-formed? 4. Answer."""
        room = request.app[ROOM]
        request[ROUTE] = route
        began = asyncio.get_running_loop().time()
        taal = language(request.headers.get("Accept-Language"))
        afnemer = _let_in(room, route, request)
        vraag = Vraag(
            request,
            taal,
            afnemer,
            pad=_model(route.pad, request.match_info, "pad") if route.pad else None,
            query=_query(route, request),
        )
        if route.inhoud:
            vraag = await _with_body(room, route, vraag)
        async with _waiting(room, route, afnemer):
            response = await route.handler(room, vraag)
        seconds = None if route.duurt else asyncio.get_running_loop().time() - began
        room.metrics.answered(route.path, route.method, response.status, seconds)
        return response

    return serve


def _let_in(room: Room, route: Route, request: web.Request) -> Afnemer | None:
    if route.wie is Wie.IEDEREEN:
        _limit(room.strangers.take(request.remote or ""))
        return None
    connection = request.get_extra_info("ssl_object")
    certificate = connection.getpeercert(binary_form=True) if connection is not None else None
    try:
        afnemer = room.toegang.let_in(certificate, request.headers.get("Authorization"))
    except Problem:
        _limit(room.strangers.take(request.remote or ""))
        raise
    _limit(room.requests.take(afnemer.oin))
    return afnemer


def _limit(wait: float) -> None:
    if wait:
        raise Problem(
            Soort.TE_VAAK,
            f"Vraag minder vaak: probeer het over {wait:.0f} s opnieuw.",
            f"Ask less often: try again in {wait:.0f} s.",
            headers=retry_after(wait),
        )


@asynccontextmanager
async def _waiting(room: Room, route: Route, afnemer: Afnemer | None) -> AsyncIterator[None]:
    """A place among the requests of an organisation that wait."""
    if not route.duurt or afnemer is None:
        yield
        return
    held = room.waiting.get(afnemer.oin, 0)
    if held >= MOST_WAITING:
        raise Problem(
            Soort.TE_VAAK,
            f"Wacht met ten hoogste {MOST_WAITING} verzoeken tegelijk.",
            f"Let at most {MOST_WAITING} requests wait at the same time.",
            headers=retry_after(1),
        )
    room.waiting[afnemer.oin] = held + 1
    try:
        yield
    finally:
        room.waiting[afnemer.oin] -= 1
        if not room.waiting[afnemer.oin]:
            del room.waiting[afnemer.oin]


def _query(route: Route, request: web.Request) -> BaseModel | None:
    if route.query is None:
        return None
    pairs = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise _invalid([Fout(f"query/{name}", "Geef dit eenmaal.", "Give this once.")])
        found[name] = value
    return _model(route.query, found, "query")


async def _with_body(room: Room, route: Route, vraag: Vraag) -> Vraag:
    request = vraag.request
    media = request.content_type
    if "Content-Type" not in request.headers or media not in route.inhoud:
        offered = ", ".join(route.inhoud)
        raise Problem(
            Soort.MEDIATYPE,
            f"Stuur een van deze mediatypen: {offered}.",
            f"Send one of these media types: {offered}.",
            headers={"Accept-Post": offered} if request.method == "POST" else {},
        )
    body = await _body(request)
    if vraag.afnemer is not None:
        _limit(room.bytes_in.take(vraag.afnemer.oin, len(body)))
    model = route.inhoud[media]
    if model is None:
        return _replaced(vraag, body, media)
    if media == _FORM:
        return _replaced(vraag, _form(body), media)
    try:
        return _replaced(vraag, model.model_validate_json(body), media)
    except ValidationError as error:
        raise _invalid(faults(error, "inhoud")) from error


async def _body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError as error:
        raise Problem(
            Soort.TE_LANG_ONDERWEG,
            f"Stuur het verzoek in ten hoogste {BODY_SECONDS:.0f} s.",
            f"Send the request within {BODY_SECONDS:.0f} s.",
        ) from error


def _form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def _replaced(vraag: Vraag, inhoud: Any, media: str) -> Vraag:
    return Vraag(vraag.request, vraag.taal, vraag.afnemer, vraag.pad, vraag.query, inhoud, media)


def _model(model: type[BaseModel], values: Mapping[str, str], where: str) -> BaseModel:
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise _invalid(faults(error, where)) from error


def _invalid(fouten: list[Fout]) -> Problem:
    return Problem(
        Soort.ONGELDIG,
        "Verbeter wat onder `fouten` staat.",
        "Mend what is listed under `fouten`.",
        fouten=fouten,
    )


# errors


@web.middleware
async def _errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    taal = language(request.headers.get("Accept-Language"))
    try:
        return await handler(request)
    except Problem as problem:
        found = problem
    except web.HTTPException as error:
        found = _of_aiohttp(error)
    except Exception:
        # the trace is for the operator; a body or an attribute of the request is never in it
        log.exception("A request to %s failed.", request.match_info.route.name)
        found = Problem(Soort.FOUT, "Probeer het later opnieuw.", "Try again later.")
    route: Route | None = request.get(ROUTE)
    path = route.path if route else "-"
    request.app[ROOM].metrics.answered(path, request.method if route else "-", found.soort.status, None)
    return _problem_response(found, taal, route)


def _problem_response(found: Problem, taal: str, route: Route | None) -> web.Response:
    if route is not None and route.foutvorm is not None:
        media, body = route.foutvorm(found.soort.status, found.body(taal)["detail"])
    else:
        media, body = PROBLEM, found.body(taal)
    response = json_response(body, found.soort.status, media)
    response.headers.update(found.headers)
    if found.soort is not Soort.NIET_AANGEMELD or media == PROBLEM:
        response.headers["Content-Language"] = taal
    return response


def _of_aiohttp(error: web.HTTPException) -> Problem:
    match error:
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            return Problem(
                Soort.METHODE, f"Gebruik hier {allowed}.", f"Use {allowed} here.", headers={"Allow": allowed}
            )
        case web.HTTPRequestEntityTooLarge():
            most = MOST_BYTES // 1024
            return Problem(
                Soort.TE_GROOT,
                f"Splits het verzoek: ten hoogste {most} KiB.",
                f"Split the request: at most {most} KiB.",
            )
        case web.HTTPNotFound():
            return Problem(
                Soort.NIET_GEVONDEN,
                "Kijk in /v1/openapi.json wat er is; een pad eindigt niet op een schuine streep.",
                "Look in /v1/openapi.json what there is; a path does not end in a slash.",
            )
        case _:
            wrong = HTTPStatus(error.status) < HTTPStatus.INTERNAL_SERVER_ERROR
            return Problem(Soort.ONGELDIG if wrong else Soort.FOUT, "Verbeter het verzoek.", "Mend the request.")
