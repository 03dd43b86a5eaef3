# SPDX-License-Identifier: EUPL-1.2
"""Holds what happened against what a story expects. Gives a line for each thing that is otherwise; never decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from hub.dossier.kalender import AMSTERDAM
from hub.dossier.rows import Row
from hub.dossier.stand import OnbekendPad, waarde
from hub.dossier.zaak import Zaak
from schemas.vocabulary import Categorie

from .read import Bericht, Signaal, Verwachting, plat
from .scene import EINDE_DAG, Ontvangen, Scene

VERZUIM, NIET_GEMELD = "verzuim", "verzuim not reported"


def toets(scene: Scene, verwachting: Verwachting) -> list[str]:
    """What differs, one line each; empty when the expectation holds at the end of its day."""
    match verwachting:
        case Verwachting(receives=Bericht() as bericht):
            gevonden = _ontvangt(scene, verwachting.at, bericht)
        case Verwachting(denied=Bericht() as bericht):
            gevonden = _geweigerd(scene, verwachting.at, bericht)
        case Verwachting(signal_open=Signaal() as signaal):
            gevonden = _open(scene, signaal)
        case Verwachting(no_signal=Signaal() as signaal):
            gevonden = [f"no_signal {signaal.rule}: open is {_beschrijf(rij)}" for rij in _signalen(scene, signaal)]
        case Verwachting(signal_closed=Signaal() as signaal):
            gevonden = _dicht(scene, verwachting.at, signaal)
        case _:
            gevonden = list(_staat(scene, verwachting))
    return [f"at {verwachting.at}: {regel}" for regel in gevonden]


def _is(partij: object, who: str) -> bool:
    tekst = str(partij)
    return tekst == who or tekst.partition("#")[0] == who


def _leveringen(scene: Scene, op: date, bericht: Bericht) -> list[Ontvangen]:
    """Deliveries of the event to this party: of the day itself, or else of before."""
    gevonden = [
        o
        for o in scene.ontvangen
        if o.op <= op
        and o.levering.gebeurtenis == bericht.event
        and _is(o.levering.ontvanger, bericht.who)
        and bericht.person in (None, o.persoon)
    ]
    return [o for o in gevonden if o.op == op] or gevonden


def _ontvangt(scene: Scene, op: date, bericht: Bericht) -> list[str]:
    wat = f"receives {bericht.event} by {bericht.who} about {bericht.person}"
    leveringen = _leveringen(scene, op, bericht)
    if not leveringen:
        waarom = sorted({str(o.besluit.reden) for o in _oordelen(scene, op, bericht)})
        return [f"{wat}: nothing came" + (f" (denied: {', '.join(waarom)})" if waarom else "")]
    if not any(all(_bevat(o, item) for item in bericht.must_contain) for o in leveringen):
        velden = ", ".join(sorted(leveringen[-1].levering.data)) or "no fields"
        return [f"{wat}: must contain {', '.join(bericht.must_contain)}; came with {velden}"]
    over = [item for item in bericht.must_not_contain if any(_bevat(o, item) for o in leveringen)]
    return [f"{wat}: must not contain {item}, and does" for item in over]


def _oordelen(scene: Scene, op: date, bericht: Bericht) -> list[Any]:
    gevonden = [
        o
        for o in scene.geweigerd
        if o.op <= op
        and o.gebeurtenis == bericht.event
        and _is(o.besluit.ontvanger, bericht.who)
        and bericht.person in (None, o.persoon)
    ]
    return [o for o in gevonden if o.op == op] or gevonden


def _geweigerd(scene: Scene, op: date, bericht: Bericht) -> list[str]:
    wat = f"denied {bericht.event} to {bericht.who} about {bericht.person}"
    geleverd = _leveringen(scene, op, bericht)
    oordelen = _oordelen(scene, op, bericht)
    laatste = max((o.op for o in oordelen), default=None)
    if geleverd and (laatste is None or geleverd[-1].op >= laatste):
        return [f"{wat}: it was delivered"]
    if not oordelen:
        return [f"{wat}: the event was never weighed for it"]
    redenen = sorted({o.besluit.reden.value for o in oordelen if o.besluit.reden is not None})
    if bericht.reason_kind and not set(redenen) & set(bericht.reason_kind):
        return [f"{wat}: reason should be {' or '.join(bericht.reason_kind)}, is {', '.join(redenen)}"]
    return []


def _bevat(ontvangen: Ontvangen, item: str) -> bool:
    """`key`, `key=value`, or a placeholder such as `bsn-of(P1)`."""
    if item.startswith("bsn-of("):
        return Categorie.BSN in ontvangen.levering.persoon or item in _waarden(ontvangen.levering.data)
    sleutel, is_, gezocht = item.partition("=")
    paren = list(_paren(ontvangen.levering.data))
    if is_:
        return any(naam == sleutel and gezocht in _teksten(inhoud) for naam, inhoud in paren)
    return any(naam == item for naam, _ in paren) or item in _waarden(ontvangen.levering.data)


def _paren(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for naam, inhoud in data.items():
        if isinstance(inhoud, dict):
            yield from _paren(inhoud)
        yield naam, inhoud


def _waarden(data: dict[str, Any]) -> set[str]:
    return {tekst for _, inhoud in _paren(data) for tekst in _teksten(inhoud)}


def _teksten(inhoud: Any) -> set[str]:
    if isinstance(inhoud, list):
        return {tekst for een in inhoud for tekst in _teksten(een)}
    return {str(inhoud).lower() if isinstance(inhoud, bool) else str(inhoud)}


def _past(rij: Row, signaal: Signaal) -> bool:
    onderwerp = rij["onderwerp"]
    if signaal.rule == VERZUIM and rij["regel"] == NIET_GEMELD:
        if signaal.subject is None:
            return False  # a bare `verzuim` is about the person
    elif rij["regel"] != signaal.rule:
        return False
    if signaal.subject is not None and not _is(onderwerp or rij["aan"], signaal.subject):
        return False
    if signaal.owner is not None and rij["eigenaar"] != signaal.owner:
        return False
    return signaal.severity is None or rij["ernst"] == signaal.severity


def _signalen(scene: Scene, signaal: Signaal) -> list[Row]:
    personen = [signaal.person] if signaal.person else list(scene.dossiers)
    return [rij for p in personen for rij in scene.dossiers[p].signalen.values() if _past(rij, signaal)]


def _open(scene: Scene, signaal: Signaal) -> list[str]:
    if _signalen(scene, signaal):
        return []
    zelfde = _signalen(scene, Signaal(rule=signaal.rule, person=signaal.person))
    staat = "; ".join(map(_beschrijf, zelfde)) or "none of this rule"
    gezocht = {k: v for k, v in signaal.model_dump().items() if v is not None}
    return [f"signal_open {gezocht}: open is {staat}"]


def _dicht(scene: Scene, op: date, signaal: Signaal) -> list[str]:
    nog_open = [f"signal_closed {signaal.rule}: still open is {_beschrijf(rij)}" for rij in _signalen(scene, signaal)]
    if nog_open:
        return nog_open
    gesloten = [
        g for g in scene.gesloten if g.op <= op and signaal.person in (None, g.persoon) and _past(g.signaal, signaal)
    ]
    return [] if gesloten else [f"signal_closed {signaal.rule}: there never was one"]


def _beschrijf(rij: Row) -> str:
    over = f" about {rij['onderwerp']}" if rij["onderwerp"] else ""
    return f"{rij['regel']}{over}, {rij['ernst']}, owner {rij['eigenaar']}, last day {rij['uiterste_datum']}"


def _staat(scene: Scene, verwachting: Verwachting) -> Iterator[str]:
    persoon, paden = verwachting.staat
    if persoon not in scene.dossiers:
        yield f"state: add {persoon or 'a person'} to persons"
        return
    zaak = Zaak(scene.dossiers[persoon].rows())
    nu = datetime.combine(verwachting.at, EINDE_DAG, AMSTERDAM)
    for pad, gewild in paden.items():
        try:
            gevonden: object = waarde(zaak, scene.bundels.regels, nu, pad)
        except OnbekendPad as fout:
            yield f"state {persoon} {pad}: {fout}"
            continue
        if gevonden != plat(gewild):
            yield f"state {persoon} {pad}: should be {plat(gewild)}, is {gevonden}"
