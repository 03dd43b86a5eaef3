# SPDX-License-Identifier: EUPL-1.2
"""Who is told of a correctie or intrekking: everyone who got the original, also when its relation ended; nobody else.

The duty is AVG 19's, not a row's. Of the changed fields, those go along that the recipient may have of the original's
type: by a row now, or by the rows on which it got the original. What it once got on a toestemming that no longer stands
is not brought up to date: it hears that what it holds is wrong, and no more. That a field is empty now is said to whom
the value may be told that it had: of a value that a recipient never had, it does not learn that there was one.
Not here: who got it (the fold knows).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from consent.conditions import IDENTIFIERS, Beoordeling, Toets
from consent.decide import Besluit, Uitkomst, beslis_voor, kandidaten
from consent.kader import Kader, Partij, Reden
from consent.minimise import gewijzigd
from consent.participants import Deelnemersregister
from consent.policy import GESLOTEN, Beleid, Beleidsregel, Grondslag
from consent.reasons import buiten_lijst, categorie_van, openingen, zwaarste
from schemas.catalogue import Categorie, Rol, Veld, gebeurtenistypen
from schemas.corrections import LEEG, WIJZIGING, patch_of

REGEL_AVG_19 = "avg-19"
"""Stands where a row id stands, for the fields of the notice itself."""
SOORTEN = frozenset({"correctie", "intrekking"})
_NIETS: Mapping[str, Any] = MappingProxyType({})


def decide_correctie(
    event: Beoordeling,
    ontvangers_origineel: Mapping[Partij, Collection[str]],
    kader: Kader,
    beleid: Beleid,
    deelnemers: Deelnemersregister,
    op: date,
    vorig: Mapping[str, Any] = _NIETS,
) -> tuple[Besluit, ...]:
    """Decisions on a correctie or intrekking, sorted by recipient.

    ``event.data`` has ``betreft``, ``gebeurtenis`` (the original's type; the caller fills it in when the sender did
    not) and, for a correctie, ``wijziging`` as plain data and ``leeg``. ``ontvangers_origineel``: party -> row ids on
    which it got the original. ``vorig``: the original's data as they stood before, which tell what an emptied field
    held. A restriction (AVG 18) does not keep the notice back: it would leave recipients with wrong data. An
    organisation that left and has no key to seal to cannot be told; that is on record as ``no-contract``.
    """
    besluiten = [
        _aan_ontvanger(_bekend(p, rijen, event, kader, beleid, op), event, kader, vorig)
        if deelnemers.bereikbaar(p.oin, op)
        else Besluit(p, Uitkomst.GEWEIGERD, Reden.NO_CONTRACT)
        for p, rijen in ontvangers_origineel.items()
    ]
    besluiten += [
        Besluit(p, Uitkomst.GEWEIGERD, _reden_zonder(p, event, kader, beleid, deelnemers, op))
        for p in kandidaten(event, kader, deelnemers, op)
        if p not in ontvangers_origineel
    ]
    return tuple(sorted(besluiten, key=lambda b: b.ontvanger))


@dataclass(slots=True)
class _Bekend:
    """What one recipient of the original may know of it now, and what it knew once."""

    ontvanger: Partij
    mag: list[Beleidsregel]
    had: list[Beleidsregel]
    """Rows on toestemming on which it got the original and that no longer open."""
    gefaald: list[tuple[Beleidsregel, Reden]]


@dataclass(slots=True)
class _Velden:
    """The changed fields, weighed; all keyed ``wijziging.<veld>``."""

    door: dict[str, str] = field(default_factory=dict)
    achtergehouden: dict[str, Reden] = field(default_factory=dict)
    waarden: dict[str, tuple[str, ...]] = field(default_factory=dict)
    had: bool = False
    """Some changed field is one that the recipient holds from before."""


def _bekend(
    ontvanger: Partij, gekregen: Collection[str], event: Beoordeling, kader: Kader, beleid: Beleid, op: date
) -> _Bekend:
    origineel = str(event.data.get("gebeurtenis"))
    als_origineel = replace(event, gebeurtenis=origineel, data={})
    toets = Toets(als_origineel, ontvanger, kader, op, kader.stand_van(ontvanger, op, event.id))
    nu = openingen(beleid.voor(origineel, event.bron.rol, ontvanger.rol, op), toets)
    mag = {(r.id, r.geldig_van): r for rijen in nu.op_categorie.values() for r in rijen}
    had: list[Beleidsregel] = []
    for regel in (r for id_ in gekregen for r in beleid.met_id(id_)):
        if regel.grondslag is not Grondslag.TOESTEMMING:
            mag.setdefault((regel.id, regel.geldig_van), regel)
        elif (regel.id, regel.geldig_van) not in mag:
            had.append(regel)
    return _Bekend(ontvanger, list(mag.values()), had, nu.gefaald)


def _aan_ontvanger(bekend: _Bekend, event: Beoordeling, kader: Kader, vorig: Mapping[str, Any]) -> Besluit:
    ontvanger = bekend.ontvanger
    if kader.gewist:
        return Besluit(ontvanger, Uitkomst.GEWEIGERD, Reden.ERASED)
    patch = patch_of(event.data)
    gewogen = _Velden()
    if patch:
        gewogen = _weeg(patch, vorig, str(event.data.get("gebeurtenis")), bekend)
        if not gewogen.door and not gewogen.had:  # nothing of what it holds has changed
            reden = zwaarste_of_dicht(gewogen.achtergehouden.values())
            return Besluit(ontvanger, Uitkomst.GEWEIGERD, reden, achtergehouden=gewogen.achtergehouden)
    velden = {n: REGEL_AVG_19 for n, v in event.data.items() if v is not None and n not in (WIJZIGING, LEEG)}
    velden.update(gewogen.door)
    mee = {c for c in IDENTIFIERS if any(c in r.categorieen for r in bekend.mag)} - GESLOTEN[ontvanger.rol]
    return Besluit(
        ontvanger=ontvanger,
        uitkomst=Uitkomst.GELEVERD,
        regels=tuple(sorted(set(velden.values()))),
        velden=velden,
        achtergehouden=gewogen.achtergehouden,
        waarden=gewogen.waarden,
        persoon=frozenset(mee) | {Categorie.PSEUDONIEM},
    )


def zwaarste_of_dicht(redenen: Collection[Reden]) -> Reden:
    """The main reason over withheld fields, where some may be closed by law."""
    open_ = [r for r in redenen if r is not Reden.FORBIDDEN_CATEGORY]
    return zwaarste(open_) if open_ else Reden.FORBIDDEN_CATEGORY


def _weeg(patch: Mapping[str, Any], vorig: Mapping[str, Any], origineel: str, bekend: _Bekend) -> _Velden:
    """A field that is empty now is weighed as the value that it had. One whose new value the recipient may not have,
    and whose old value it may, is empty to that recipient: what it holds is wrong."""
    type_ = gebeurtenistypen().get(origineel)
    uit = _Velden()
    for naam, nieuw in patch.items():
        sleutel = gewijzigd(naam)
        veld = type_.velden.get(naam) if type_ else None
        oud = vorig.get(naam)
        if veld is None or (nieuw is None and oud is None):
            uit.achtergehouden[sleutel] = Reden.NO_GROUND
            continue
        over = _weeg_veld(sleutel, veld, oud if nieuw is None else nieuw, bekend, uit)
        if nieuw is None:
            continue
        if not over and oud is not None:
            gehad = _Velden()
            _weeg_veld(sleutel, veld, oud, bekend, gehad)
            uit.door |= gehad.door
            uit.had |= gehad.had
        if sleutel in uit.door and (not over or (isinstance(nieuw, list | tuple) and len(over) < len(nieuw))):
            uit.waarden[sleutel] = tuple(over)
    return uit


def _weeg_veld(sleutel: str, veld: Veld, waarde: Any, bekend: _Bekend, uit: _Velden) -> list[str]:
    """Weighs one field into `uit`; gives the values that pass."""
    over: list[str] = []
    for een in waarde if isinstance(waarde, list | tuple) and waarde else (waarde,):
        categorie = categorie_van(veld, een)
        if categorie in GESLOTEN[bekend.ontvanger.rol]:
            uit.achtergehouden[sleutel] = Reden.FORBIDDEN_CATEGORY
        elif buiten_lijst(veld, een):
            uit.achtergehouden[sleutel] = Reden.NO_GROUND
        elif (regel := next((r for r in bekend.mag if _laat_door(r, categorie, veld.naam)), None)) is not None:
            uit.door.setdefault(sleutel, regel.id)
            over.append(str(een))
        else:
            uit.had |= any(_laat_door(r, categorie, veld.naam) for r in bekend.had)
            redenen = [reden for r, reden in bekend.gefaald if _laat_door(r, categorie, veld.naam)]
            uit.achtergehouden[sleutel] = zwaarste(redenen) if redenen else Reden.NO_GROUND
    return over


def _laat_door(regel: Beleidsregel, categorie: Categorie, naam: str) -> bool:
    if regel.velden and naam not in regel.velden:
        return False
    return categorie in regel.categorieen or categorie is Categorie.TECHNISCH


def _reden_zonder(
    ontvanger: Partij, event: Beoordeling, kader: Kader, beleid: Beleid, deelnemers: Deelnemersregister, op: date
) -> Reden:
    """Why someone who did not get the original does not get its correction either."""
    origineel = str(event.data.get("gebeurtenis"))
    data: dict[str, Any] = dict(event.data.get(WIJZIGING) or {})
    nu = beslis_voor(ontvanger, replace(event, gebeurtenis=origineel, data=data), kader, beleid, deelnemers, op)
    if nu.reden is not None:
        return nu.reden
    # It could have this today, but the fact is from before its time: earlier facts go on request only (Wi 35(4)).
    return Reden.NOT_REQUESTED if ontvanger.rol in (Rol.GEMEENTE, Rol.UITVOERDER) else Reden.NO_GROUND
