# SPDX-License-Identifier: EUPL-1.2
"""One route: what serves it, who may use it, and all that OpenAPI tells of it. The table is in ``routes``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from hub.web.problems import Soort
from hub.web.room import Room
from hub.web.toegang import Afnemer

JSON = "application/json"
PROBLEM = "application/problem+json"


class Wie(StrEnum):
    """Who may use a route."""

    IEDEREEN = "iedereen"
    """Nothing here is about a person or a participant."""
    DEELNEMER = "deelnemer"
    """Who takes part, or took part: by certificate or token."""


@dataclass(frozen=True, slots=True)
class Antwoord:
    """One possible answer."""

    wat: str
    model: type[BaseModel] | None = None
    media: str = JSON
    """Empty: without a body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Name -> what it says."""


@dataclass(frozen=True, slots=True)
class Vraag:
    """One request, as a handler gets it: checked, and in the name of whom it is made."""

    request: web.Request
    taal: str
    afnemer: Afnemer | None
    pad: Any = None
    query: Any = None
    inhoud: Any = None
    """The body as its model; bytes where the media type has none."""
    media: str = ""

    @property
    def wie(self) -> Afnemer:
        assert self.afnemer is not None, "a route for participants lets nobody else in"
        return self.afnemer


Handler = Callable[[Room, Vraag], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """`naam`: the operation's id. `inhoud`: media type -> model of the body, None for bytes. `koppen`: request headers
    that OpenAPI tells of, name -> what it says. `problemen`: kinds besides those that every such route has."""

    method: str
    path: str
    naam: str
    groep: str
    samenvatting: str
    handler: Handler
    antwoorden: Mapping[int, Antwoord]
    wie: Wie = Wie.DEELNEMER
    pad: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    inhoud: Mapping[str, type[BaseModel] | None] = field(default_factory=dict)
    koppen: Mapping[str, str] = field(default_factory=dict)
    problemen: tuple[Soort, ...] = ()
    duurt: bool = False
    """It may wait for something: only so many of an organisation's requests at once may."""
    foutvorm: Callable[[int, str], tuple[str, Any]] | None = None
    """(status, sentence) -> media type and body of an error, where a client expects another form than ours."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What OpenAPI says of this operation besides."""

    @property
    def kinds(self) -> tuple[Soort, ...]:
        """Every kind of problem that this route answers with."""
        kinds = [*self.problemen, Soort.TE_VAAK, Soort.NIET_NU]
        if self.pad or self.query or self.inhoud:
            kinds.append(Soort.ONGELDIG)
        if self.inhoud:
            kinds += [Soort.TE_GROOT, Soort.MEDIATYPE, Soort.TE_LANG_ONDERWEG]
        if self.wie is Wie.DEELNEMER:
            kinds.append(Soort.NIET_AANGEMELD)
        return tuple(sorted(set(kinds), key=lambda kind: kind.status))
