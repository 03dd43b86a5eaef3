# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with a request, as `application/problem+json` (RFC 9457), in Dutch and in English.

Problem                    what a handler raises: one of the kinds below, with a sentence in both languages
└── Refused                raised where a partner is not let in; says how to come in (`WWW-Authenticate`)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

TYPE_BASE = "urn:nl:inburgering:probleem:"
DUTCH, ENGLISH = "nl", "en"


@dataclass(frozen=True, slots=True)
class _Kind:
    status: int
    nl: str
    en: str


class Soort(Enum):
    """The kinds: status and title. The name is the last part of the problem's type."""

    ONGELDIG = _Kind(400, "Het verzoek klopt niet", "The request is not valid")
    NIET_AANGEMELD = _Kind(401, "Meld u aan", "Authentication is needed")
    VERBODEN = _Kind(403, "Dit mag u niet", "You may not do this")
    NIET_GEVONDEN = _Kind(404, "Dit bestaat niet", "There is no such thing")
    METHODE = _Kind(405, "Deze methode kan hier niet", "This method is not possible here")
    NIET_LEVERBAAR = _Kind(406, "Dit formaat is er niet", "This format is not offered")
    TE_LANG_ONDERWEG = _Kind(408, "Het verzoek kwam niet op tijd binnen", "The request did not arrive in time")
    CONFLICT = _Kind(409, "Dit past niet bij wat er al is", "This conflicts with what is there")
    TE_GROOT = _Kind(413, "Het verzoek is te groot", "The request is too large")
    MEDIATYPE = _Kind(415, "Dit mediatype kan hier niet", "This media type is not possible here")
    TE_VAAK = _Kind(429, "U vraagt te veel tegelijk", "You ask too much at once")
    FOUT = _Kind(500, "Er ging iets mis bij de hub", "Something went wrong at the hub")
    NIET_NU = _Kind(503, "De hub kan dit nu niet", "The hub cannot do this now")

    @property
    def status(self) -> int:
        return self.value.status

    @property
    def slug(self) -> str:
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Fout:
    """One of several things that are wrong: where, and what to do about it."""

    plaats: str
    nl: str
    en: str


class Problem(Exception):
    """Ends a request. `nl` and `en`: one sentence that says what to do. `fouten`: all that is wrong, each with its
    place."""

    def __init__(
        self,
        soort: Soort,
        nl: str,
        en: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        fouten: Sequence[Fout] = (),
    ) -> None:
        super().__init__(en)
        self.soort, self.nl, self.en, self.headers, self.fouten = soort, nl, en, headers, fouten

    def body(self, taal: str) -> dict[str, Any]:
        english = taal == ENGLISH
        found: dict[str, Any] = {
            "type": TYPE_BASE + self.soort.slug,
            "title": self.soort.value.en if english else self.soort.value.nl,
            "status": self.soort.status,
            "detail": self.en if english else self.nl,
        }
        if self.fouten:
            found["fouten"] = [{"plaats": one.plaats, "melding": one.en if english else one.nl} for one in self.fouten]
        return found


class Refused(Problem):
    """Not let in."""

    def __init__(self, nl: str, en: str) -> None:
        super().__init__(Soort.NIET_AANGEMELD, nl, en, headers={"WWW-Authenticate": 'Bearer realm="inburgeringshub"'})


def language(accept: str | None) -> str:
    """Dutch, unless `Accept-Language` prefers English."""
    weights = {DUTCH: 0.0, ENGLISH: 0.0}
    for part in (accept or "").lower().split(","):
        name, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.partition("q=")[2] or 1) if parameter else 1.0
        except ValueError:
            continue
        if (short := name.partition("-")[0]) in weights:
            weights[short] = max(weights[short], weight)
    return ENGLISH if weights[ENGLISH] > weights[DUTCH] else DUTCH


def retry_after(seconds: float) -> dict[str, str]:
    """The header that says when to come back: whole seconds, at least one."""
    return {"Retry-After": str(max(1, -int(-seconds // 1)))}
