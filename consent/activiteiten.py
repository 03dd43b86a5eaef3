# SPDX-License-Identifier: EUPL-1.2
"""The processing activities that the policy comes down to: what goes from one role to another for one purpose.

They are the entries of the register of AVG 30, and what a line of the log of processing (LDV) points at. Not here:
the register's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from consent.policy import Beleid, Beleidsregel, Grondslag
from schemas.vocabulary import Categorie, Rol

BESLISSEN = "hub-verstrekking-beslissen"
"""The hub's own: decide who gets an event, minimise it, deliver it."""
RECHTEN = "hub-rechten-van-betrokkenen"
"""The hub's own: look up a person, give access, erase, restrict."""
VERBETERING = "hub-verbetering-melden"
"""The hub's own: tell every recipient of a correction (AVG 19), which rests on no row."""
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Activiteit:
    """One entry; its rows may be versions of each other."""

    id: str
    van: Rol
    naar: Rol
    doel: str
    grondslag: Grondslag
    regels: tuple[Beleidsregel, ...]

    @property
    def categorieen(self) -> list[Categorie]:
        return sorted({c for regel in self.regels for c in regel.categorieen})

    @property
    def gebeurtenissen(self) -> list[str]:
        return sorted({g for regel in self.regels for g in regel.gebeurtenissen})

    @property
    def artikelen(self) -> list[str]:
        return list(dict.fromkeys(regel.artikel for regel in self.regels))


def samen(artikelen: Iterable[str]) -> str:
    """The citations of several rows as one, each law and article once, in the order in which they come."""
    delen = (deel.strip() for artikel in artikelen for deel in artikel.split(";"))
    return "; ".join(dict.fromkeys(delen))


def activiteiten(beleid: Beleid) -> tuple[Activiteit, ...]:
    """Every activity, sorted by id. The id follows from roles, ground and purpose, so it survives a change of rows."""
    groepen: dict[str, list[Beleidsregel]] = {}
    for regel in beleid.regels:
        groepen.setdefault(activiteit_van(regel), []).append(regel)
    return tuple(
        Activiteit(id_, rijen[0].van, rijen[0].naar, rijen[0].doel, rijen[0].grondslag, tuple(rijen))
        for id_, rijen in sorted(groepen.items())
    )


def activiteit_van(regel: Beleidsregel) -> str:
    """The id of the activity that a row belongs to."""
    return "-".join((regel.van.value, regel.naar.value, _slug(regel.doel), _slug(regel.grondslag.value)))


def _slug(tekst: str) -> str:
    return _SLUG.sub("-", tekst.casefold()).strip("-")
