# SPDX-License-Identifier: EUPL-1.2
"""The fold: puts one fact into the rows of its dossier. Facts are a set, so the order of arrival changes nothing.

1. A fact is filed once, under its id and sender; the same id again changes nothing.
2. A correction or retraction is filed with the event that it names, whether that has arrived or not.
3. What it names is worked out again from what is filed: the original, patched by its corrections in order of
   (recorded, id), or absent while a retraction stands. A retraction can itself be retracted, a correction corrected.
   A patch gives a field another value, or none.
4. The month of a lesson is summarised again when one of its lessons changed.

Only the sender of an event, in the same role, can correct or retract it; what another says about it is filed and has
no effect. Nothing here gives a meaning to a fact: that is ``zaak``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schemas.corrections import patch_of, patched

from . import maandstaten
from .facts import Feit, sleutel_van
from .lessen import LESFEITEN, vat_samen
from .rows import FEITEN, Row, Rows, ebak, maandbak

CORRECTIE = "correctie"
INTREKKING = "intrekking"
WIJZIGERS = frozenset({CORRECTIE, INTREKKING})
_DIEPTE = 8  # a chain of corrections of corrections; beyond this it is nonsense, and it must end


def fold(rows: Rows, feit: Feit) -> bool:
    """Files a fact; False when it was there already."""
    if bekend(rows, feit.id, feit.oin):
        return False
    betreft = feit.data.get("betreft")
    if feit.gebeurtenis in WIJZIGERS and isinstance(betreft, str):
        _bewaar(rows, feit.id, feit.oin, {"gebeurtenis": feit.gebeurtenis, "bron": feit.bron, "betreft": betreft})
        soort = "correcties" if feit.gebeurtenis == CORRECTIE else "intrekkingen"
        eerder = inschrijving(rows, betreft, feit.oin)
        ingeschreven = {"vastgelegd": feit.vastgelegd, "bron": feit.bron, "positie": feit.positie}
        if feit.gebeurtenis == CORRECTIE:
            ingeschreven["wijziging"] = patch_of(feit.data)
        _bewaar(rows, betreft, feit.oin, {soort: {**eerder.get(soort, {}), feit.id: ingeschreven}})
    else:
        _bewaar(rows, feit.id, feit.oin, {"gebeurtenis": feit.gebeurtenis, "bron": feit.bron})
        _plaats(rows, feit)
    herzie(rows, feit.id, feit.oin)
    return True


def bekend(rows: Rows, id: str, oin: str) -> bool:
    """Whether this event of this sender has been filed."""
    return "gebeurtenis" in inschrijving(rows, id, oin)


def inschrijving(rows: Rows, id: str, oin: str) -> Row:
    """What the dossier keeps about one event: type, source, bucket, receivers, what corrects it. Empty when unknown."""
    gevonden: Row = (rows.get(ebak(id)) or {}).get(oin, {})
    return gevonden


def andere_afzenders(rows: Rows, id: str, oin: str) -> frozenset[str]:
    """Other organisations of which an event with this id has been filed."""
    return frozenset(
        ander for ander, rij in (rows.get(ebak(id)) or {}).items() if ander != oin and "gebeurtenis" in rij
    )


def onthoud_ontvangers(rows: Rows, id: str, oin: str, ontvangers: Mapping[str, list[str]]) -> None:
    """Remembers who received an event, and on which rows of the policy: corrections go to exactly those."""
    if ontvangers:
        _bewaar(rows, id, oin, {"ontvangers": dict(sorted(ontvangers.items()))})


def voeg_ontvanger_toe(rows: Rows, feit: Feit, ontvanger: str, regels: Iterable[str], levering: str) -> None:
    """Somebody learned of a fact after the event: from the state in `levering`, on these rows of the policy."""
    eerder = ontvangers_van(rows, feit.id, feit.oin)
    samen = sorted({*eerder.get(ontvanger, ()), *regels})
    via = inschrijving(rows, feit.id, feit.oin).get("via_stand", {})
    velden: Row = {"ontvangers": dict(sorted({**eerder, ontvanger: samen}.items()))}
    if ontvanger not in eerder or ontvanger in via:
        velden["via_stand"] = dict(sorted({**via, ontvanger: levering}.items()))
    _bewaar(rows, feit.id, feit.oin, velden)


def via_stand(rows: Rows, id: str, oin: str, ontvanger: str) -> str | None:
    """The delivery of a state from which a party knows this event, when it never got the event itself."""
    gevonden: str | None = inschrijving(rows, id, oin).get("via_stand", {}).get(ontvanger)
    return gevonden


def ontvangers_van(rows: Rows, id: str, oin: str) -> dict[str, list[str]]:
    ontvangers: dict[str, list[str]] = inschrijving(rows, id, oin).get("ontvangers", {})
    return ontvangers


def keten(rows: Rows, id: str, oin: str) -> Iterator[str]:
    """An event and, where it is a correction or retraction, what that names, and so on to the one at the end."""
    for _ in range(_DIEPTE):
        yield id
        rij = inschrijving(rows, id, oin)
        if rij.get("gebeurtenis") not in WIJZIGERS:
            return
        id = rij["betreft"]


def wortel(rows: Rows, id: str, oin: str) -> str:
    """The event at the end of a chain of corrections and retractions."""
    return list(keten(rows, id, oin))[-1]


def wie_het_kreeg(rows: Rows, id: str, oin: str) -> dict[str, list[str]]:
    """The receivers of an event; of a correction also those who got what it corrects, though it told them nothing."""
    samen: dict[str, list[str]] = {}
    for een in keten(rows, id, oin):
        samen = {**ontvangers_van(rows, een, oin), **samen}
    return samen


def lees_feit(rij: Row) -> Feit | None:
    """The fact as it now stands: corrected, or None while it is retracted."""
    if "ingetrokken" in rij:
        return None
    return _feit(rij, rij["nu"] if "nu" in rij else rij["data"])


def huidig(rows: Rows, id: str, oin: str) -> Feit | None:
    """The fact at the end of a chain of corrections as it now stands; None while it is retracted or has not arrived."""
    eerste = wortel(rows, id, oin)
    bak = inschrijving(rows, eerste, oin).get("bak")
    return None if bak is None else lees_feit((rows.get(bak) or {})[sleutel_van(eerste, oin)])


def lees_origineel(rij: Row) -> Feit:
    """The fact as it was first said."""
    return _feit(rij, rij["data"])


def _feit(rij: Row, data: dict[str, Any]) -> Feit:
    via = rij.get("via")
    return Feit(
        rij["id"], rij["gebeurtenis"], rij["bron"], rij["gebeurd"], rij["vastgelegd"], data, rij["positie"], via
    )


def onthoud_eigen_id(rows: Rows, id: str, oin: str, eigen: str) -> None:
    """The id that the sender itself gave: what DUO refuses comes back to it under that one."""
    _bewaar(rows, id, oin, {"eigen": eigen})


def _bewaar(rows: Rows, id: str, oin: str, velden: Mapping[str, Any]) -> None:
    rij = rows.get(ebak(id)) or {}
    rows.put(ebak(id), {**rij, oin: {**rij.get(oin, {}), **velden}})


def _rij(feit: Feit) -> Row:
    rij: Row = {
        "id": feit.id,
        "gebeurtenis": feit.gebeurtenis,
        "bron": feit.bron,
        "gebeurd": feit.gebeurd,
        "vastgelegd": feit.vastgelegd,
        "positie": feit.positie,
        "data": feit.data,
    }
    if feit.via is not None:
        rij["via"] = feit.via
    return rij


def _bak(feit: Feit) -> str:
    return maandbak(feit.op.isoformat()[:7]) if feit.gebeurtenis in LESFEITEN else FEITEN


def _plaats(rows: Rows, feit: Feit) -> None:
    bak = _bak(feit)
    rows.put(bak, {**(rows.get(bak) or {}), feit.sleutel: _rij(feit)})
    _bewaar(rows, feit.id, feit.oin, {"bak": bak})


def _ingetrokken(rows: Rows, id: str, oin: str, bron: str, diepte: int = 0) -> dict[str, Any] | None:
    """The first retraction of this event that stands, as {id, vastgelegd}."""
    if diepte > _DIEPTE:
        return None
    staand = [
        {"id": wie, "vastgelegd": rij["vastgelegd"], "positie": rij["positie"]}
        for wie, rij in inschrijving(rows, id, oin).get("intrekkingen", {}).items()
        if rij["bron"] == bron and _ingetrokken(rows, wie, oin, bron, diepte + 1) is None
    ]
    return min(staand, key=lambda r: (r["vastgelegd"], r["id"]), default=None)


def _wijzigingen(rows: Rows, id: str, oin: str, bron: str, diepte: int = 0) -> list[dict[str, Any]]:
    """The corrections of this event that stand, in order, as {id, vastgelegd, velden}."""
    if diepte > _DIEPTE:
        return []
    staand = []
    correcties = inschrijving(rows, id, oin).get("correcties", {})
    for wie, rij in sorted(correcties.items(), key=lambda item: (item[1]["vastgelegd"], item[0])):
        if rij["bron"] != bron or _ingetrokken(rows, wie, oin, bron) is not None:
            continue
        velden = dict(rij["wijziging"])
        for later in _wijzigingen(rows, wie, oin, bron, diepte + 1):
            velden.update(later["velden"])
        staand.append({"id": wie, "vastgelegd": rij["vastgelegd"], "velden": velden})
    return staand


def herzie(rows: Rows, id: str, oin: str) -> None:
    """Works out again what an event now says, and moves and summarises where that matters."""
    eerste = wortel(rows, id, oin)
    ingeschreven = inschrijving(rows, eerste, oin)
    bak = ingeschreven.get("bak")
    if bak is None:
        return  # the original has not arrived
    sleutel = sleutel_van(eerste, oin)
    oud = (rows.get(bak) or {})[sleutel]
    rij = {naam: waarde for naam, waarde in oud.items() if naam not in ("nu", "wijzigingen", "ingetrokken")}
    bron = rij["bron"]
    wijzigingen = _wijzigingen(rows, eerste, oin, bron) if "correcties" in ingeschreven else []
    if wijzigingen:
        rij["nu"] = dict(rij["data"])
        for wijziging in wijzigingen:
            rij["nu"] = patched(rij["nu"], wijziging["velden"])
        rij["wijzigingen"] = [{"id": w["id"], "vastgelegd": w["vastgelegd"]} for w in wijzigingen]
    if "intrekkingen" in ingeschreven:
        intrekking = _ingetrokken(rows, eerste, oin, bron)
        if intrekking is not None:
            rij["ingetrokken"] = intrekking
    nieuw = _bak(_feit(rij, rij["nu"] if "nu" in rij else rij["data"]))
    if nieuw != bak:
        _zet(rows, bak, {k: v for k, v in (rows.get(bak) or {}).items() if k != sleutel})
        _bewaar(rows, eerste, oin, {"bak": nieuw})
    _zet(rows, nieuw, {**(rows.get(nieuw) or {}), sleutel: rij})


def _zet(rows: Rows, bak: str, rij: Row) -> None:
    if rij:
        rows.put(bak, rij)
    else:
        rows.delete(bak)
    if bak == FEITEN:
        return
    feiten = [feit for feit in map(lees_feit, rij.values()) if feit is not None]
    maandstaten.zet(rows, bak.removeprefix("les/"), vat_samen(feiten) if feiten else None)
