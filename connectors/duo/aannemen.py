# SPDX-License-Identifier: EUPL-1.2
"""Deliveries of the hub into the store: reports to put to DUO, where a person stands, receipts for what we sent.

One transaction a delivery, and then `done`: killed in between, the delivery comes again and is known. Not here: putting
a report to DUO (`melden`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Connection

from connectors.duo.opdrachten import AANBOD, heeft_dienst
from connectors.duo.opslag import Opslag, Persoon
from connectors.duo.profiel import DuoProfiel
from connectors.duo.tabellen import Uit, Werk
from schemas.corrections import correctie_of, patch_of

WIJZIGERS = frozenset({"correctie", "intrekking"})
_BEWIJS = {"aanlevering-aanvaard": Uit.AANVAARD, "aanlevering-geweigerd": Uit.GEWEIGERD}


class Levering(Protocol):
    """What is needed of a `connectors.Delivery`."""

    @property
    def id(self) -> str: ...
    @property
    def gebeurtenis(self) -> str: ...
    @property
    def persoon(self) -> Mapping[str, Any] | None: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def bron(self) -> str | None: ...


def neem_aan(opslag: Opslag, profiel: DuoProfiel, levering: Levering) -> None:
    """Keep what this delivery says; the same one again changes nothing."""
    with opslag.transactie() as c:
        if (bewijs := _BEWIJS.get(levering.gebeurtenis)) is not None:
            reden = "" if bewijs is Uit.AANVAARD else str(levering.data.get("reden"))
            opslag.bewijs(c, str(levering.data.get("betreft")), bewijs, reden)
        elif levering.gebeurtenis in WIJZIGERS:
            _wijziging(opslag, c, levering)
        elif (sleutel := _persoon(opslag, c, levering.persoon)) is not None:
            _melding(opslag, profiel, c, levering, sleutel)


def _melding(opslag: Opslag, profiel: DuoProfiel, c: Connection, levering: Levering, sleutel: str) -> None:
    data = dict(levering.data)
    if levering.gebeurtenis == AANBOD and not data.get("instellingsnummer") and data.get("taalschool"):
        data["instellingsnummer"] = profiel.instellingsnummer(str(data["taalschool"]))
    stand = Werk.OPEN if heeft_dienst(levering.gebeurtenis) else Werk.OVERGESLAGEN
    persoon = opslag.persoon(c, sleutel)
    gemeente = _gemeente(profiel, persoon, levering.bron or "")
    inhoud = {"data": data} if stand is Werk.OPEN else {}
    if opslag.neem_aan(c, levering.id, sleutel, levering.gebeurtenis, gemeente, stand, inhoud):
        _verblijf(persoon, levering)
        opslag.bewaar(c, sleutel, persoon)


def _wijziging(opslag: Opslag, c: Connection, levering: Levering) -> None:
    """A correction or retraction goes behind what it is about; of what we never had there is nothing to do."""
    betreft = str(levering.data.get("betreft"))
    origineel = opslag.opdracht(c, betreft)
    if origineel is not None:
        inhoud = {"betreft": betreft, **correctie_of(patch_of(levering.data))}
        opslag.neem_aan(c, levering.id, origineel.persoon, levering.gebeurtenis, origineel.gemeente, Werk.OPEN, inhoud)


def _persoon(opslag: Opslag, c: Connection, persoon: Mapping[str, Any] | None) -> str | None:
    """The key of the person; what we learn of numbers is kept. None: the delivery names no number."""
    genoemd = [persoon, *persoon.get("ook", ())] if persoon else []
    nummers = {een["soort"]: str(een["waarde"]) for een in genoemd if een["soort"] in ("bsn", "vnummer")}
    if not nummers:
        return None
    sleutel = opslag.sleutel(c, nummers.get("bsn"), nummers.get("vnummer"))
    kent = opslag.persoon(c, sleutel)
    bekend = (kent.bsn, kent.vnummer)
    kent.bsn, kent.vnummer = kent.bsn or nummers.get("bsn"), kent.vnummer or nummers.get("vnummer")
    if bekend != (kent.bsn, kent.vnummer):
        opslag.bewaar(c, sleutel, kent)
    return sleutel


def _gemeente(profiel: DuoProfiel, persoon: Persoon, bron: str) -> str:
    """The gemeente in whose name is reported: DUO wants the gemeente, also when somebody else does the work. Empty when
    an executor of several reports, and nothing tells for which."""
    oin, _, rol = bron.partition("#")
    if rol != "uitvoerder":
        return oin
    van = profiel.gemeenten_van(oin)
    stand = persoon.stand
    betrokken = [een for een in (stand.woont_in, stand.gekoppeld_aan, stand.pip_van) if een in van]
    if betrokken:
        return str(betrokken[0])
    return next(iter(van)) if len(van) == 1 else ""


def _verblijf(persoon: Persoon, levering: Levering) -> None:
    """What COA tells of where the person belongs (Wi 34(6))."""
    data = levering.data
    if levering.gebeurtenis == "gemeente-gekoppeld" and data.get("gemeente"):
        persoon.stand = persoon.stand.gekoppeld(str(data["gemeente"]))
    elif levering.gebeurtenis == "koppeling-gewijzigd" and data.get("naar"):
        persoon.stand = persoon.stand.gekoppeld(str(data["naar"]))
    elif levering.gebeurtenis == "uit-opvang-vertrokken":
        persoon.stand = persoon.stand.uit_opvang(data.get("naar_gemeente"))
