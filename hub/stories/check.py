# SPDX-License-Identifier: EUPL-1.2
"""Holds what happened against what a story expects. Gives a line for each thing that is otherwise; never decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from consent.kader import Reden
from hub.dossier.feiten.rows import Row
from hub.dossier.regels.kalender import AMSTERDAM
from hub.dossier.stand.paden import PADEN, OnbekendPad
from schemas.catalogue import gebeurtenistypen
from schemas.vocabulary import Rol

from .read import Ontvangst, Signaal, Verwachting, Weigering, kaal, plat
from .seen import Gezien, Ontvangen
from .words import nearest

VERZUIM, NIET_GEMELD = "verzuim", "verzuim not reported"
EINDE_DAG = time(23, 59, 59)


def toets(gezien: Gezien, verwachting: Verwachting) -> list[str]:
    """What differs, one line each; empty when the expectation holds at the end of its day.

    Of somebody who stands for n persons it must hold for each; the first one for whom it does not is shown.
    """
    personen = gezien.elk(verwachting.over) if verwachting.over else [None]
    fouten = [regels for persoon in personen if (regels := _toets(gezien, verwachting, persoon))]
    if not fouten:
        return []
    aantal = f" (for {len(fouten)} of {len(personen)} persons)" if len(personen) > 1 else ""
    return [f"at {verwachting.at}: {regel}{aantal}" for regel in fouten[0]]


def _toets(gezien: Gezien, verwachting: Verwachting, persoon: str | None) -> list[str]:
    match verwachting:
        case Verwachting(receives=Ontvangst() as bericht):
            return _ontvangt(gezien, verwachting.at, bericht, persoon)
        case Verwachting(denied=Weigering() as bericht):
            return _geweigerd(gezien, verwachting.at, bericht, persoon)
        case Verwachting(signal_open=Signaal() as signaal):
            return _open(gezien, signaal, persoon)
        case Verwachting(no_signal=Signaal() as signaal):
            return [
                f"no_signal {signaal.rule}: open is {_beschrijf(rij)}" for rij in _signalen(gezien, signaal, persoon)
            ]
        case Verwachting(signal_closed=Signaal() as signaal):
            return _dicht(gezien, verwachting.at, signaal, persoon)
    return list(_staat(gezien, verwachting, str(persoon)))


def _is(partij: str, who: str) -> bool:
    return partij == who or partij.partition("#")[0] == who


def _leveringen(gezien: Gezien, op: date, wie: str, gebeurtenis: str, persoon: str | None) -> list[Ontvangen]:
    """Deliveries of this type of event to this party until the end of a day."""
    return [
        o
        for o in gezien.ontvangen
        if o.op <= op and o.gebeurtenis == gebeurtenis and _is(o.aan, wie) and persoon in (None, o.persoon)
    ]


def _ontvangt(gezien: Gezien, op: date, bericht: Ontvangst, persoon: str | None) -> list[str]:
    """Of the day itself, or else of before; what it must not contain, none of those may."""
    wat = f"receives {bericht.event} by {bericht.who} about {bericht.person}"
    alle = _leveringen(gezien, op, bericht.who, bericht.event, persoon)
    if not alle:
        waarom = sorted({o.reden.value for o in _oordelen(gezien, op, bericht, persoon)})
        return [f"{wat}: nothing came" + (f" (denied: {', '.join(waarom)})" if waarom else "")]
    vandaag = [o for o in alle if o.op == op]

    def passend(leveringen: Sequence[Ontvangen]) -> list[Ontvangen]:
        return [o for o in leveringen if all(_bevat(o, item, persoon) for item in bericht.must_contain)]

    goed = passend(vandaag) or passend(alle)
    if not goed:
        velden = ", ".join(f"{k}={kaal(w)}" for k, w in sorted(alle[-1].data.items())) or "no fields"
        return [f"{wat}: must contain {', '.join(bericht.must_contain)}; came with {velden}"]
    bezien = vandaag or goed
    over = [item for item in bericht.must_not_contain if any(_bevat(o, item, persoon) for o in bezien)]
    return [f"{wat}: must not contain {item}, and does" for item in over]


def _oordelen(gezien: Gezien, op: date, bericht: Ontvangst | Weigering, persoon: str | None) -> list[Any]:
    gevonden = [
        o
        for o in gezien.geweigerd
        if o.op <= op and o.gebeurtenis == bericht.event and _is(o.aan, bericht.who) and persoon in (None, o.persoon)
    ]
    return [o for o in gevonden if o.op == op] or gevonden


def _geweigerd(gezien: Gezien, op: date, bericht: Weigering, persoon: str | None) -> list[str]:
    wat = f"denied {bericht.event} to {bericht.who} about {bericht.person}"
    geleverd = _leveringen(gezien, op, bericht.who, bericht.event, persoon)
    oordelen = _oordelen(gezien, op, bericht, persoon)
    laatste = max((o.stap for o in oordelen), default=-1)
    if geleverd and geleverd[-1].stap >= laatste:
        return [f"{wat}: it was delivered"]
    redenen = {o.reden for o in oordelen}
    if not redenen and persoon is not None and gezien.gewist(persoon) is not None:
        redenen = {Reden.ERASED}
    elif not redenen and _van_de_hub(bericht.event) and any(o.gebeurtenis == bericht.event for o in gezien.ontvangen):
        redenen = {Reden.NO_GROUND}  # the hub addresses it to somebody else
    if not redenen:
        return [f"{wat}: the event was never weighed for it"]
    if bericht.reason_kind and not redenen & set(bericht.reason_kind):
        return [f"{wat}: reason should be {' or '.join(bericht.reason_kind)}, is {', '.join(sorted(redenen))}"]
    return []


def _van_de_hub(gebeurtenis: str) -> bool:
    type_ = gebeurtenistypen().get(gebeurtenis)
    return type_ is not None and type_.producenten == {Rol.HUB}


def _bevat(ontvangen: Ontvangen, item: str, persoon: str | None) -> bool:
    """`key`, `key=value`, or a placeholder such as `bsn-of(P1)`."""
    soort, haakje, wie = item.removesuffix(")").partition("(")
    ander = bool(persoon) and str(persoon).partition("~")[0] != wie
    if haakje and soort == "bsn-of":
        return (ontvangen.met_bsn and not ander) or item in _waarden(ontvangen.data)
    if haakje and soort == "old-pseudonym-of":
        return not ander and ontvangen.dossier == 1
    sleutel, is_, gezocht = item.partition("=")
    paren = list(_paren(ontvangen))
    if is_:
        return any(naam == sleutel and gezocht in _teksten(inhoud) for naam, inhoud in paren)
    return any(naam == item for naam, _ in paren) or item in _waarden(ontvangen.data)


def _paren(ontvangen: Ontvangen) -> Iterator[tuple[str, Any]]:
    yield "bron", [ontvangen.bron, ontvangen.bron.partition("#")[0]]
    yield "gebeurd_op", ontvangen.gebeurd.isoformat()
    yield from _velden(ontvangen.data)


def _velden(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for naam, inhoud in data.items():
        if isinstance(inhoud, Mapping):
            yield from _velden(inhoud)
        yield naam, inhoud


def _waarden(data: Mapping[str, Any]) -> set[str]:
    return {tekst for _, inhoud in _velden(data) for tekst in _teksten(inhoud)}


def _teksten(inhoud: Any) -> set[str]:
    if isinstance(inhoud, list | tuple):
        return {kaal(list(inhoud)), *(tekst for een in inhoud for tekst in _teksten(een))}
    return {kaal(inhoud)}


def _past(rij: Row, signaal: Signaal) -> bool:
    onderwerp = rij["onderwerp"]
    if signaal.rule == VERZUIM and rij["regel"] == NIET_GEMELD:
        if signaal.subject is None:
            return False  # a bare `verzuim` is about the person
    elif rij["regel"] != signaal.rule:
        return False
    if signaal.subject is not None and not _is_onderwerp(onderwerp or rij["aan"], signaal.subject):
        return False
    if signaal.owner is not None and rij["eigenaar"] != signaal.owner:
        return False
    return signaal.severity is None or rij["ernst"] == signaal.severity


def _is_onderwerp(partij: str, genoemd: str) -> bool:
    return _is(partij, genoemd) or _is(genoemd, partij)  # the owner of a signal is told the organisation only


def _signalen(gezien: Gezien, signaal: Signaal, persoon: str | None) -> list[Row]:
    personen = [persoon] if persoon else gezien.elk("")
    return [rij for p in personen for rij in gezien.signalen(p) if _past(rij, signaal)]


def _open(gezien: Gezien, signaal: Signaal, persoon: str | None) -> list[str]:
    if _signalen(gezien, signaal, persoon):
        return []
    zelfde = _signalen(gezien, Signaal(rule=signaal.rule), persoon)
    staat = "; ".join(map(_beschrijf, zelfde)) or "none of this rule"
    gezocht = ", ".join(f"{k} {v}" for k, v in signaal.model_dump().items() if v is not None)
    return [f"signal_open {gezocht}: open is {staat}"]


def _dicht(gezien: Gezien, op: date, signaal: Signaal, persoon: str | None) -> list[str]:
    nog_open = [
        f"signal_closed {signaal.rule}: still open is {_beschrijf(rij)}" for rij in _signalen(gezien, signaal, persoon)
    ]
    if nog_open:
        return nog_open
    gesloten = [g for g in gezien.gesloten if g.op <= op and persoon in (None, g.persoon) and _past(g.signaal, signaal)]
    return [] if gesloten else [f"signal_closed {signaal.rule}: there never was one"]


def _beschrijf(rij: Row) -> str:
    over = f" about {rij['onderwerp']}" if rij["onderwerp"] else ""
    return f"{rij['regel']}{over}, {rij['ernst']}, owner {rij['eigenaar']}, last day {rij['uiterste_datum']}"


def _staat(gezien: Gezien, verwachting: Verwachting, persoon: str) -> Iterator[str]:
    nu = datetime.combine(verwachting.at, EINDE_DAG, AMSTERDAM)
    for pad, gewild in verwachting.staat[1].items():
        try:
            gevonden = gezien.waarde(persoon, pad, nu)
        except OnbekendPad:
            yield f"state {persoon} {pad}: the hub has no such path{nearest(pad, PADEN)}"
            continue
        if kaal(gevonden) != kaal(plat(gewild)):
            yield f"state {persoon} {pad}: should be {kaal(gewild)}, is {kaal(gevonden)}"
