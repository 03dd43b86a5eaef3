# SPDX-License-Identifier: EUPL-1.2
"""A dossier that was brought in while it ran: what was late before that day is no news, and is told as one thing.

`dossier-ingebracht` says on which day. From then on:

* a step of severity that an expectation reached on or before that day gives no signal of its own. Together they are one
  signal of rule `inbreng` to the owner, of one group for the whole caseload (``werklijst``), which stays until all of it
  came or somebody dealt with it, and asks once more after `weeks`;
* a step that it reaches later is a signal as ever: clocks that run, run on.

The day is that of the law's own clocks: it depends on facts alone, so nothing is different when they come in another
order. Nobody can silence what is still to come: a day after the record counts as the day of the record; of each
organisation its first word counts; and only the gemeente that had the person, or an uitvoerder, has a word in it.

Settings of rule `inbreng`: `settle_days` in which the facts may come in before the signal is given; `weeks` after which it
is given once more; `anyway`: rules that give their own signals all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from schemas.vocabulary import Rol

from ..feiten.facts import Feit
from ..feiten.relaties import vastgelegd_op
from ..feiten.zaak import Zaak
from ..regels.kalender import nederlands, plus_weken
from .verwachting import Blik, Ernst, Trap, Verwachting

GEBEURTENIS, REGEL = "dossier-ingebracht", "inbreng"
ONDERDRUKT = "brought-in"
GENOEMD = 6
"""How many things the signal names; of more it says the number."""


def ingebracht(zaak: Zaak, vandaag: date) -> tuple[date, Feit] | None:
    """The last day until today on which an organisation brought this dossier in, with the fact that says so."""
    gezegd = zaak.feiten(GEBEURTENIS)
    if not gezegd:
        return None
    eerste: dict[str, Feit] = {}
    for feit in sorted(gezegd, key=lambda f: (f.vastgelegd, f.positie)):
        eerste.setdefault(feit.oin, feit)
    gemeenten = {verblijf.gemeente for verblijf in zaak.verblijven}
    dagen = [
        (min(feit.op, vastgelegd_op(feit)), feit.volgorde, feit)
        for feit in eerste.values()
        if feit.rol == Rol.UITVOERDER or feit.oin in gemeenten
    ]
    geteld = [een for een in dagen if een[0] <= vandaag]
    return (max(geteld)[0], max(geteld)[2]) if geteld else None


def samengevat(blik: Blik, verwachtingen: Iterable[Verwachting]) -> tuple[Verwachting, ...]:
    """The expectations, with one for all that was due before the dossier was brought in, where anything was."""
    alle = tuple(verwachtingen)
    gevonden = ingebracht(blik.zaak, blik.vandaag)
    if gevonden is None:
        return alle
    dag, door = gevonden
    instellingen = blik.instellingen(REGEL, dag)
    zelf = instellingen.teksten("anyway")
    van_eerder = [
        een
        for een in alle
        if een.regel not in zelf and (stap := een.stap(blik.vandaag)) is not None and stap[1].vanaf <= dag
    ]
    if not van_eerder:
        return alle
    over = {id(een) for een in van_eerder}
    stil = tuple(replace(een, onderdrukt=ONDERDRUKT) if id(een) in over else een for een in alle)
    samen = Verwachting(
        regel=REGEL,
        versie=instellingen.versie,
        anker=dag.isoformat(),
        verwacht="signaal-opgevolgd",
        reden=_reden(dag, van_eerder),
        trappen=(
            Trap(dag + timedelta(days=instellingen.getal("settle_days")), Ernst.INFORMATIE),
            Trap(plus_weken(dag, instellingen.getal("weeks")), Ernst.WAARSCHUWING),
        ),
        feiten=tuple(sorted({door.positie, *(positie for een in van_eerder for positie in een.feiten)})),
    )
    return (*stil, samen)


def _reden(dag: date, van_eerder: list[Verwachting]) -> str:
    redenen = list(dict.fromkeys(een.reden for een in van_eerder))
    meer = f" En nog {len(redenen) - GENOEMD}." if len(redenen) > GENOEMD else ""
    genoemd = " ".join(redenen[:GENOEMD])
    return f"Dit dossier is ingebracht op {nederlands(dag)}; dit liep toen al, of de laatste dag was voorbij. {genoemd}{meer}"
