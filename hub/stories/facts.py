# SPDX-License-Identifier: EUPL-1.2
"""A fact of a story in the hub's terms: whose word it is, and its data as an event carries them. Judges nothing.

`onbekend` leaves a field away unless its code list has that word; in a correction it takes the value away. What the
story says of a person itself (birth date, doelgroep, leerroute) fills the field of the event that first carries it, where
the fact leaves that out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consent.conditions import Beoordeling
from consent.kader import Partij
from hub.dossier.feiten.facts import lees_partij
from hub.dossier.feiten.fold import WIJZIGERS
from hub.dossier.handle import HUB
from schemas.catalogue import gebeurtenistypen
from schemas.corrections import correctie_of
from schemas.vocabulary import Rol

from .read import Feit, Persoon, Verhaal, plat

ONBEKEND, GEEN = "onbekend", "geen"
INTREKKING = "intrekking"
GEBOREN = "geboortedatum"
EERST_GEZEGD = {
    "doelgroep": frozenset({"inburgeringsplicht-vastgesteld"}),
    "leerroute": frozenset({"pip-vastgesteld"}),
}
"""What stands with the person in a story, and the event that first says it."""
PARTIJVELDEN = frozenset({"ontvanger"})
"""Fields that name a party in one role: `oin#rol`."""


class Vertaler:
    """Turns the facts of one story into parties and data."""

    def __init__(self, verhaal: Verhaal) -> None:
        self.rollen: dict[str, list[Rol]] = {}
        for deelnemer in verhaal.participants:
            bekend = self.rollen.setdefault(deelnemer.oin, [])
            bekend += [rol for rol in deelnemer.roles if rol not in bekend]
        self._typen = {
            (f.van.partition("#")[0], f.id): f.event for f in verhaal.facts if f.id and f.event not in WIJZIGERS
        }
        self._van = {(f.van.partition("#")[0], f.id): f.person for f in verhaal.facts if f.id and f.person}
        self._bronnen: dict[tuple[str, str], Partij] = {}

    def persoon_van(self, feit: Feit) -> str | None:
        """The person, also of a correction that leaves it to the event it names."""
        betreft = feit.data.get("betreft")
        return feit.person or self._van.get((feit.van.partition("#")[0], str(betreft)))

    def onthoud(self, bron: Partij, id_: str) -> None:
        """In which role an event was said: corrections of it are said in the same."""
        self._bronnen[(bron.oin, id_)] = bron

    def bron(self, feit: Feit) -> Partij:
        """The party that speaks. Where an organisation has several roles and names none: the one that may say it."""
        if feit.van.partition("#")[0] == HUB.oin:
            return HUB
        oin, kruis, _ = feit.van.partition("#")
        genoemd = lees_partij(feit.van) if kruis else None
        if genoemd is not None:
            return genoemd
        betreft = str(feit.data.get("betreft"))
        if feit.event in WIJZIGERS and (eerder := self._bronnen.get((oin, betreft))):
            return eerder
        rollen = self.rollen[oin]
        type_ = gebeurtenistypen().get(feit.event)
        bevoegd = [rol for rol in rollen if type_ and rol in type_.producenten]
        return Partij(oin, (bevoegd or rollen)[0])

    def data(self, feit: Feit, persoon: Persoon | None) -> dict[str, Any]:
        """The event's data as JSON has them."""
        gezegd = {naam: self._partij(naam, waarde) for naam, waarde in plat(feit.data).items()}
        if feit.event in WIJZIGERS:
            return self._wijziging(feit, gezegd)
        data = {naam: waarde for naam, waarde in gezegd.items() if not _afwezig(feit.event, naam, waarde)}
        return {**_van_de_persoon(feit, gezegd, persoon), **data}

    def _wijziging(self, feit: Feit, gezegd: dict[str, Any]) -> dict[str, Any]:
        betreft = str(gezegd.pop("betreft", ""))
        soort = gezegd.pop("gebeurtenis", None) or self._typen.get((feit.van.partition("#")[0], betreft))
        eigen = {"betreft": betreft} | ({"gebeurtenis": soort} if soort else {})
        if feit.event == INTREKKING:
            return gezegd | eigen
        anders = {**gezegd.pop("wijziging", {}), **gezegd}
        return eigen | correctie_of({n: None if _afwezig(str(soort), n, w) else w for n, w in anders.items()})

    def _partij(self, naam: str, waarde: Any) -> Any:
        """A recipient with one role may be named without it."""
        if naam in PARTIJVELDEN and isinstance(waarde, str) and len(rollen := self.rollen.get(waarde, [])) == 1:
            return f"{waarde}#{rollen[0]}"
        return waarde


def beoordeling(sleutel: str, gebeurtenis: str, bron: Partij, data: Mapping[str, Any]) -> Beoordeling:
    """What is weighed of an event: of a correction or retraction the kind of event that it is about."""
    if gebeurtenis not in WIJZIGERS:
        return Beoordeling(sleutel, gebeurtenis, bron, data)
    origineel = str(data.get("gebeurtenis"))
    if origineel not in gebeurtenistypen():
        origineel = gebeurtenis
    return Beoordeling(sleutel, origineel, bron, dict(data.get("wijziging") or {}))


def _afwezig(gebeurtenis: str, naam: str, waarde: Any) -> bool:
    """`onbekend` (of a date also `geen`) where the field has no such code: the event leaves the field away."""
    type_ = gebeurtenistypen().get(gebeurtenis)
    veld = type_.velden.get(naam) if type_ else None
    if waarde == GEEN:
        return veld is not None and veld.soort == "date"
    return waarde == ONBEKEND and not (veld and veld.waarden and ONBEKEND in veld.waarden)


def _van_de_persoon(feit: Feit, gezegd: Mapping[str, Any], persoon: Persoon | None) -> dict[str, Any]:
    type_ = gebeurtenistypen().get(feit.event)
    if persoon is None or type_ is None:
        return {}
    bekend = {"doelgroep": persoon.doelgroep, "leerroute": persoon.leerroute, GEBOREN: persoon.facts.get(GEBOREN)}
    return {
        naam: plat(waarde)
        for naam, waarde in bekend.items()
        if waarde is not None
        and naam in type_.velden
        and naam not in gezegd
        and feit.event in EERST_GEZEGD.get(naam, {feit.event})
    }
