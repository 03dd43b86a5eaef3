# SPDX-License-Identifier: EUPL-1.2
"""Signals: which should be open now, against which are. A signal proposes a conversation; nothing here sanctions.

Which signals should be open is a function of facts, rules and the day. Only the difference with the open ones (kept in
``kern``) is history: it becomes signaal-afgegeven and signaal-vervallen, each with an id that a replay gives again.

The owner is the regievoerder of the moment at the gemeente of the moment, else the desk of that gemeente
(`balie@<oin>`); before there is a gemeente, the desk of the opvang.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from consent.kader import Partij
from schemas.vocabulary import Rol

from .feiten.rows import KERN, Row, Rows
from .feiten.zaak import Zaak
from .proef import GEHEEL, INGEHOUDEN, LAATSTE
from .regels.rules import Bereik, Regels
from .verwachtingen.verwachting import Ernst, Oorzaak, Stand, Trap, Verwachting

RUIMTE = uuid.UUID("6f0f9c1e-8a5c-5d0b-9f0e-2a1d1c7b4e63")
"""Namespace of all ids that the hub derives."""
AFGEGEVEN = "signaal-afgegeven"
VERVALLEN = "signaal-vervallen"
GEZIEN, OPGEVOLGD = "signaal-gezien", "signaal-opgevolgd"
RANG, PER_ERNST = "rank", 100


@dataclass(frozen=True, slots=True)
class Eigenaar:
    """Who is asked to look at it, and where that reaches him."""

    naam: str
    partij: Partij


@dataclass(frozen=True, slots=True)
class Signaal:
    """One change to announce to one organisation."""

    gebeurtenis: str
    aan: Partij
    data: dict[str, Any]
    proef: bool | None = None
    """Whether it is held back as in pilot; None: as the register says. What was told is taken back also in a pilot, and
    what was not told is not."""


def signaal_id(dossier: str, verwachting: Verwachting) -> str:
    """The same signal has the same id for ever, however often it opens and closes."""
    return _id(dossier, verwachting.regel, str(verwachting.onderwerp or ""), verwachting.anker)


@lru_cache(maxsize=16_384)
def _id(*delen: str) -> str:
    return str(uuid.uuid5(RUIMTE, "|".join(delen)))


def eigenaar_op(zaak: Zaak, op: date) -> Eigenaar | None:
    """The owner of this case's signals on a day; None when no organisation is responsible yet."""
    verblijf = zaak.verblijf_op(op)
    if verblijf is None:
        opvang = sorted(r.partij for r in zaak.relaties if r.partij.rol is Rol.OPVANG)
        return Eigenaar(f"balie@{opvang[0].oin}", opvang[0]) if opvang else None
    gemeente = Partij(verblijf.gemeente, Rol.GEMEENTE)
    regie = zaak.regievoerder_op(op)
    if regie is None:
        return Eigenaar(f"balie@{gemeente.oin}", gemeente)
    if regie.door.rol == Rol.UITVOERDER and regie.organisatie == regie.door.oin:
        return Eigenaar(regie.naam, Partij(regie.organisatie, Rol.UITVOERDER))
    # A regievoerder may sit outside the gemeente; the gemeente stays responsible and gets the signal.
    return Eigenaar(regie.naam, gemeente)


def wanted(
    dossier: str, zaak: Zaak, verwachtingen: Iterable[Verwachting], vandaag: date
) -> dict[str, tuple[Verwachting, int, Trap]]:
    """The signals that should be open, by id, each with the severity step that it has reached."""
    gewild = {}
    for verwachting in verwachtingen:
        stap = verwachting.stap(vandaag)
        if stap is None:
            continue
        id_ = signaal_id(dossier, verwachting)
        if not _opgevolgd(zaak, id_, verwachting.regel, stap[1]):
            gewild[id_] = (verwachting, *stap)
    return gewild


def leven(zaak: Zaak, id_: str) -> str:
    """Where a signal is in its life: `afgegeven`, `gezien` by its owner, `opgevolgd` by a person, or `vervallen`."""
    open_ = zaak.signalen.get(id_)
    sinds = date.fromisoformat(str(open_["vanaf"])) if open_ else date.min
    gezegd = {f.gebeurtenis for f in zaak.feiten(GEZIEN, OPGEVOLGD) if f.tekst("signaal") == id_ and f.op >= sinds}
    if open_ is None:
        return "opgevolgd" if OPGEVOLGD in gezegd else "vervallen"
    return "gezien" if GEZIEN in gezegd else "afgegeven"


def _opgevolgd(zaak: Zaak, id_: str, regel: str, trap: Trap) -> bool:
    """Somebody acted on it since it reached this severity. A later, more pressing step is a new question."""
    for feit in zaak.feiten("signaal-opgevolgd"):
        genoemd = feit.tekst("signaal")
        if feit.op >= trap.vanaf and (genoemd == id_ or (genoemd is None and feit.tekst("regel") == regel)):
            return True
    return False


def werk_bij(
    dossier: str,
    rows: Rows,
    zaak: Zaak,
    verwachtingen: tuple[Verwachting, ...],
    vandaag: date,
    rang: Callable[[Ernst, str], int] | None = None,
    gisteren: Callable[[], Collection[tuple[str, int]]] = frozenset,
    in_proef: Callable[[Partij], bool] = lambda partij: False,
) -> list[Signaal]:
    """Brings the open signals in the rows up to date and gives what is to be announced, in a fixed order.

    1. What should no longer be open ends, with its cause. 2. What changed owner ends there and is issued here.
    3. What is new, or rose in severity, or has another last day, is issued: in the order in which it was due.

    `rang` ranks a severity of a rule. `gisteren` gives the (id, step) pairs that were due the day before by what was known
    then: what is issued now and was due then, the hub issues late. `in_proef`: who is in pilot, and so is not told; what is
    still open when that is over is issued then.
    """
    open_: dict[str, Row] = dict(zaak.signalen)
    eigenaar = eigenaar_op(zaak, vandaag)
    gewild = wanted(dossier, zaak, verwachtingen, vandaag) if eigenaar else {}
    zwijgen = eigenaar is not None and in_proef(eigenaar.partij)
    uit: list[Signaal] = []
    for id_ in sorted(open_):
        if id_ not in gewild:
            uit.append(_vervallen(id_, open_[id_], _oorzaak(dossier, id_, open_[id_], zaak, verwachtingen)))
    over = {id_: rij for id_, rij in open_.items() if id_ in gewild}
    for id_, (verwachting, nummer, trap) in sorted(gewild.items(), key=lambda g: (g[1][2].vanaf, g[0])):
        assert eigenaar is not None
        nieuw = _rij(verwachting, nummer, trap, eigenaar)
        oud = over.get(id_)
        if zwijgen and oud is not None and INGEHOUDEN in oud:
            nieuw[INGEHOUDEN] = oud[INGEHOUDEN]
        if oud == nieuw:
            continue
        if oud is not None:
            if (oud["eigenaar"], oud["aan"]) != (nieuw["eigenaar"], nieuw["aan"]):
                uit.append(_vervallen(id_, oud, Oorzaak.EIGENAAR_GEWIJZIGD))
            elif Ernst(oud["ernst"]).rang > trap.ernst.rang:
                uit.append(_vervallen(id_, oud, Oorzaak.TERMIJN_VERSCHOVEN))
            elif not _meldenswaard(oud, nieuw):
                continue
        verteld = oud is not None and oud["aan"] == nieuw["aan"] and oud.get(INGEHOUDEN) != GEHEEL
        over[id_] = {**nieuw, INGEHOUDEN: LAATSTE if verteld else GEHEEL} if zwijgen else nieuw
        afgegeven = _afgegeven(id_, nieuw, verwachting, eigenaar)
        if rang is not None:
            afgegeven.data["rang"] = rang(trap.ernst, verwachting.regel)
        if trap.vanaf < vandaag and (oud is None or oud["stap"] != nummer) and (id_, nummer) in gisteren():
            afgegeven.data["laat_door_hub"] = True
        uit.append(afgegeven)
    if over != open_:
        kern = rows.get(KERN) or {}
        rows.put(KERN, {**kern, "signalen": dict(sorted(over.items()))})
    return uit


def sluit(zaak: Zaak, oorzaak: Oorzaak) -> list[Signaal]:
    """The end of every open signal, in a fixed order."""
    return [_vervallen(id_, rij, oorzaak) for id_, rij in sorted(zaak.signalen.items())]


def _meldenswaard(oud: Row, nieuw: Row) -> bool:
    """A signal is told again when its severity, step or last day changed; not when only a fact was added under it. One
    that was held back in a pilot is told when that is over."""
    return any(oud.get(veld) != nieuw.get(veld) for veld in ("ernst", "stap", "uiterste_datum", INGEHOUDEN))


def _rij(verwachting: Verwachting, nummer: int, trap: Trap, eigenaar: Eigenaar) -> Row:
    return {
        "regel": verwachting.regel,
        "onderwerp": str(verwachting.onderwerp) if verwachting.onderwerp else None,
        "ernst": trap.ernst.value,
        "stap": nummer,
        "vanaf": trap.vanaf.isoformat(),
        "uiterste_datum": verwachting.vervalt.isoformat() if verwachting.vervalt else None,
        "eigenaar": eigenaar.naam,
        "aan": str(eigenaar.partij),
    }


def _afgegeven(id_: str, rij: Mapping[str, Any], verwachting: Verwachting, eigenaar: Eigenaar) -> Signaal:
    data = {
        "signaal": id_,
        "regel": verwachting.regel,
        "regelversie": verwachting.versie,
        "eigenaar": eigenaar.naam,
        "ernst": rij["ernst"],
        "reden": verwachting.reden,
        "verwacht": verwachting.verwacht,
        "vanaf": rij["vanaf"],
        "groep": groep(verwachting.regel, rij["onderwerp"]),
        "feiten": [str(positie) for positie in verwachting.feiten],
    }
    if verwachting.onderwerp is not None:
        data["onderwerp"] = verwachting.onderwerp.oin
    if rij["uiterste_datum"] is not None:
        data["uiterste_datum"] = rij["uiterste_datum"]
    return Signaal(AFGEGEVEN, eigenaar.partij, data)


def groep(regel: str, onderwerp: object) -> str:
    """What open signals have in common that one look can answer: the rule and who it is about."""
    return f"{regel}|{onderwerp or ''}"


def rang_van(regels: Regels, op: date) -> Callable[[Ernst, str], int]:
    """How pressing a signal is among others: severity first, then the rule's weight in rule `rank` (0 to 99)."""
    gewichten = regels.op(RANG, op, Bereik())

    def rang(ernst: Ernst, regel: str) -> int:
        return ernst.rang * PER_ERNST + min(gewichten.getal_of(regel, "default"), PER_ERNST - 1)

    return rang


def _vervallen(id_: str, rij: Mapping[str, Any], oorzaak: Oorzaak) -> Signaal:
    data = {"signaal": id_, "regel": rij["regel"], "eigenaar": rij["eigenaar"], "oorzaak": oorzaak.value}
    return Signaal(VERVALLEN, Partij.parse(rij["aan"]), data, proef=rij.get(INGEHOUDEN) == GEHEEL)


def _oorzaak(dossier: str, id_: str, rij: Row, zaak: Zaak, verwachtingen: tuple[Verwachting, ...]) -> Oorzaak:
    verwachting = next((v for v in verwachtingen if signaal_id(dossier, v) == id_), None)
    if verwachting is not None and verwachting.stand in (Stand.VOLDAAN, Stand.VOLDAAN_TE_LAAT):
        return Oorzaak.ALSNOG_ONTVANGEN
    if verwachting is not None and verwachting.onderdrukt is not None:
        return Oorzaak.ONDERDRUKT
    if zaak.plicht is None or not zaak.plicht.loopt or zaak.overleden is not None:
        return Oorzaak.PLICHT_VERVALLEN
    if verwachting is None:  # its anchor moved, or the absences that made the pattern were set right
        return Oorzaak.ALSNOG_ONTVANGEN if rij["uiterste_datum"] is None else Oorzaak.TERMIJN_VERSCHOVEN
    if verwachting.oorzaak is not None:
        return verwachting.oorzaak
    gevolgd = any(
        f.tekst("signaal") == id_ or (f.tekst("signaal") is None and f.tekst("regel") == rij["regel"])
        for f in zaak.feiten("signaal-opgevolgd")
    )
    return Oorzaak.OPGEVOLGD if gevolgd else Oorzaak.TERMIJN_VERSCHOVEN
