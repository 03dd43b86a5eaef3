# SPDX-License-Identifier: EUPL-1.2
"""Who gets an event, which of its fields, on which row, and why not: pure functions of event, kader, policy and day.

Closed world: a field leaves only when a row names its category (of its value, where a code list mixes categories) for
this sender's and this recipient's role, and every condition of that row holds. Not here: cutting the data
(``minimise``), and whether the sender may say it at all (``admission``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from consent.conditions import IDENTIFIERS, Beoordeling, Toets, Voorwaarde
from consent.kader import Kader, Partij, Reden
from consent.participants import Deelnemersregister
from consent.policy import GESLOTEN, Beleid, Beleidsregel
from consent.reasons import Openingen, buiten_lijst, categorie_van, hoofdreden, openingen, zwaarste
from schemas.catalogue import Categorie, Gebeurtenistype, Rol, Veld, gebeurtenistypen

__all__ = ["Beoordeling", "Besluit", "Uitkomst", "beslis_voor", "decide", "kandidaten", "opent", "waarom_niet"]

_PSEUDONIEM = frozenset({Categorie.PSEUDONIEM})
_LEEG: Mapping[str, Any] = MappingProxyType({})


class Uitkomst(StrEnum):
    """What becomes of an event for one recipient."""

    GELEVERD = "geleverd"
    GEWEIGERD = "geweigerd"
    PROEF = "proef"
    """It would have been delivered, with these fields on these rows: the recipient is in pilot, so it was not."""


@dataclass(frozen=True, slots=True)
class Besluit:
    """One decision. ``waarden`` repeats data: it is for ``minimise`` and never goes into an audit record."""

    ontvanger: Partij
    uitkomst: Uitkomst
    reden: Reden | None = None
    """The main reason, when denied."""
    regels: tuple[str, ...] = ()
    """Ids of the rows that opened something, sorted."""
    velden: Mapping[str, str] = field(default_factory=lambda: _LEEG)
    """Field that passes -> id of the row that passes it."""
    achtergehouden: Mapping[str, Reden] = field(default_factory=lambda: _LEEG)
    """Field that is withheld, wholly or for some of its values -> why."""
    waarden: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _LEEG)
    """For list fields of which only some values pass: those values."""
    persoon: frozenset[Categorie] = _PSEUDONIEM
    """Which identifiers of the person may go along; the recipient's own pseudonym always."""
    toestemming: str | None = None
    """Id of the toestemming that opened something."""


def decide(
    event: Beoordeling, kader: Kader, beleid: Beleid, deelnemers: Deelnemersregister, op: date
) -> tuple[Besluit, ...]:
    """A decision for every candidate, sorted by recipient. ``op`` is the day of the log's clock, not of the event."""
    return tuple(
        beslis_voor(partij, event, kader, beleid, deelnemers, op) for partij in kandidaten(event, kader, deelnemers, op)
    )


def kandidaten(event: Beoordeling, kader: Kader, deelnemers: Deelnemersregister, op: date) -> list[Partij]:
    """Everyone that the law or the person could let have this: the denials of these are worth recording.

    1. Every party with a relation, now or ever, and the other roles of those organisations.
    2. DUO and COA, whom articles address without a relation.
    3. Recipients of toestemmingen, and who made a request.
    Never the sender's own party. What the hub addresses to one party has that one candidate.
    """
    if event.gericht_aan is not None:
        return [event.gericht_aan]
    gevonden: set[Partij] = set()
    for relatie in kader.relaties:
        gevonden.add(relatie.partij)
        gevonden.update(deelnemers.partijen_van(relatie.partij.oin, op))
    for rol in (Rol.UITVOERING, Rol.OPVANG):
        gevonden.update(Partij(d.oin, rol) for d in deelnemers.in_rol(rol, op))
    gevonden.update(t.ontvanger for t in kader.toestemmingen)
    gevonden.update(v.door for v in kader.verzoeken)
    gevonden.discard(event.bron)
    return sorted(p for p in gevonden if p.rol is not Rol.HUB)


def beslis_voor(
    ontvanger: Partij,
    event: Beoordeling,
    kader: Kader,
    beleid: Beleid,
    deelnemers: Deelnemersregister,
    op: date,
    alleen: Voorwaarde | None = None,
) -> Besluit:
    """The decision for one recipient, candidate or not. ``alleen``: by rows that set this condition, and no others."""
    if kader.gewist:
        return _nee(ontvanger, Reden.ERASED)
    if kader.beperkt:
        return _nee(ontvanger, Reden.RESTRICTED)
    rollen = deelnemers.rollen_van(ontvanger.oin, op)
    if rollen and not deelnemers.bereikbaar(ontvanger.oin, op):
        return _nee(ontvanger, Reden.NO_CONTRACT)
    if ontvanger.rol not in rollen:
        return _nee(ontvanger, Reden.WRONG_ROLE if rollen else Reden.NO_CONTRACT)
    toets = Toets(event, ontvanger, kader, op, kader.stand_van(ontvanger, op, event.id))
    rijen = beleid.voor(event.gebeurtenis, event.bron.rol, ontvanger.rol, op)
    if alleen is not None:
        rijen = tuple(regel for regel in rijen if alleen in regel.voorwaarden)
    if not rijen:
        return _nee(ontvanger, hoofdreden(toets, ()))
    open_ = openingen(rijen, toets)
    if not open_.op_categorie:
        return _nee(ontvanger, hoofdreden(toets, open_.gefaald))
    return _besluit_over_velden(toets, open_)


def _besluit_over_velden(toets: Toets, open_: Openingen) -> Besluit:
    """1. Pass every field (value) whose category a row opens. 2. Nothing passed: deny. 3. Name rows and identifiers."""
    type_ = gebeurtenistypen()[toets.event.gebeurtenis]
    velden: dict[str, str] = {}
    achtergehouden: dict[str, Reden] = {}
    waarden: dict[str, tuple[str, ...]] = {}
    gebruikt: set[str] = set()
    technisch: list[str] = []
    gevuld = False
    for naam, waarde in toets.event.data.items():
        if waarde is None:
            continue
        gevuld = True
        veld = type_.velden.get(naam)
        if veld is None:
            achtergehouden[naam] = Reden.NO_GROUND
        elif veld.lijst and veld.waarden is not None and isinstance(waarde, list | tuple) and waarde:
            gebruikt |= _weeg_lijst(veld, waarde, toets, open_, velden, achtergehouden, waarden)
        elif (regel := _opent(veld, waarde, open_)) is not None:
            velden[naam] = regel.id
        elif veld.categorie is Categorie.TECHNISCH:
            technisch.append(naam)
        else:
            achtergehouden[naam] = waarom_niet(categorie_van(veld, waarde), naam, toets, open_)
    if not velden and gevuld:
        relevant = [categorie_van(v, toets.event.data[n]) for n in achtergehouden if (v := type_.velden.get(n))]
        gefaald = [(r, reden) for r, reden in open_.gefaald if r.categorieen.intersection(relevant)]
        if gefaald:
            return _nee(toets.ontvanger, hoofdreden(toets, gefaald))
        return _nee(toets.ontvanger, Reden.FORBIDDEN_CATEGORY)
    gebruikt.update(velden.values())
    if not gevuld:  # an event without data says what its name says: any row for it opens that
        gebruikt = {r.id for rijen in open_.op_categorie.values() for r in rijen}
    eerste = min(gebruikt)
    # Ids and positions belong to what they number: they go along with content, on the row of that content.
    velden.update((naam, eerste) for naam in technisch)
    return Besluit(
        ontvanger=toets.ontvanger,
        uitkomst=Uitkomst.GELEVERD,
        regels=tuple(sorted(gebruikt)),
        velden=velden,
        achtergehouden=achtergehouden or _LEEG,
        waarden=waarden or _LEEG,
        persoon=_identifiers(open_, gebruikt | _ook_dragend(type_, velden, toets, open_)),
        toestemming=next((t for r, t in sorted(open_.toestemmingen.items()) if r in gebruikt), None),
    )


def _weeg_lijst(
    veld: Veld,
    waarde: list[Any] | tuple[Any, ...],
    toets: Toets,
    open_: Openingen,
    velden: dict[str, str],
    achtergehouden: dict[str, Reden],
    waarden: dict[str, tuple[str, ...]],
) -> set[str]:
    """A list of codes passes value by value, as they may differ in category; one emptied so does not pass as empty.

    Gives every row used: values of one list may pass on different rows.
    """
    door: list[str] = []
    gebruikt: set[str] = set()
    for een in waarde:
        regel = _opent(veld, een, open_)
        if regel is not None:
            door.append(str(een))
            velden.setdefault(veld.naam, regel.id)
            gebruikt.add(regel.id)
        else:
            achtergehouden[veld.naam] = waarom_niet(categorie_van(veld, een), veld.naam, toets, open_)
    if door and len(door) < len(waarde):
        waarden[veld.naam] = tuple(door)
    return gebruikt


def opent(naam: str, categorie: Categorie, open_: Openingen) -> Beleidsregel | None:
    """The first open row that lets this category of this field pass."""
    for regel in open_.op_categorie.get(categorie, ()):
        if not regel.velden or naam in regel.velden:
            return regel
    return None


def _opent(veld: Veld, waarde: object, open_: Openingen) -> Beleidsregel | None:
    """The first row that lets this value of this field pass."""
    if buiten_lijst(veld, waarde):
        return None
    return opent(veld.naam, categorie_van(veld, waarde), open_)


def waarom_niet(categorie: Categorie, naam: str, toets: Toets, open_: Openingen) -> Reden:
    """Why a field (value) of a category is withheld from someone who gets the rest."""
    if categorie in GESLOTEN[toets.ontvanger.rol]:
        return Reden.FORBIDDEN_CATEGORY
    redenen = [reden for r, reden in open_.gefaald if categorie in r.categorieen and (not r.velden or naam in r.velden)]
    return zwaarste(redenen) if redenen else Reden.NO_GROUND


def _ook_dragend(type_: Gebeurtenistype, velden: Mapping[str, str], toets: Toets, open_: Openingen) -> frozenset[str]:
    """Every row that opens what passes, not only the first: with whichever of them it goes, its identifiers may go."""
    gevonden: set[str] = set()
    for naam in velden:
        veld, waarde = type_.velden[naam], toets.event.data[naam]
        stuks = waarde if veld.lijst and isinstance(waarde, list | tuple) and waarde else (waarde,)
        for categorie in {categorie_van(veld, een) for een in stuks}:
            rijen = open_.op_categorie.get(categorie, ())
            gevonden.update(r.id for r in rijen if not r.velden or naam in r.velden)
    return frozenset(gevonden)


def _identifiers(open_: Openingen, gebruikt: set[str]) -> frozenset[Categorie]:
    """Identifiers that the rows in use name. What no row in use names stays behind, whatever another row says."""
    mee = {c for c in IDENTIFIERS if any(r.id in gebruikt for r in open_.op_categorie.get(c, ()))}
    return frozenset(mee) | _PSEUDONIEM if mee else _PSEUDONIEM


def _nee(ontvanger: Partij, reden: Reden) -> Besluit:
    return Besluit(ontvanger, Uitkomst.GEWEIGERD, reden)
