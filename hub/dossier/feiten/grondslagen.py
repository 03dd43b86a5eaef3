# SPDX-License-Identifier: EUPL-1.2
"""What the person allowed and what was asked on record, as facts say it. What cannot be read opens nothing.

The state that facts give is held against the one on record (`leg_vast`): what closed does not open again because a
withdrawal was taken back, an end date corrected after the end, or the successor retracted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from consent.kader import Toestemming, Verzoek, categorieen_uit
from consent.toestemming import OPEN, ToestemmingStand, mag_geven, vervolg
from schemas.vocabulary import Categorie

from ..regels.kalender import plus_maanden
from .facts import Feit, lees_partij
from .rows import GRONDEN, Rows

ONBEKEND = "onbekend"
GEGEVEN, GEWEIGERD = "toestemming-gegeven", "toestemming-geweigerd"
STANDEN = "standen"
ZONDER_WOORD = (ToestemmingStand.ONGELDIG.value, ToestemmingStand.VERVANGEN.value)
"""How a toestemming can close without a report about itself or a word of the hub."""
VERZOEK_MAANDEN = 12
"""What is given only on request must not flow for ever by one that nobody ended (AVG 5(1)(b) and (c))."""


@dataclass(frozen=True, slots=True)
class Uitspraak:
    """A yes or a no of the person, as it stands; `vervallen`: retracted by who entered it."""

    feit: Feit
    vervallen: bool = False
    gezegd: Feit | None = None
    """The same as it was first said, where it was corrected since."""


def toestemmingen(
    uitspraken: Iterable[Uitspraak],
    ingetrokken: Collection[object],
    geboren: date | None = None,
    vastgelegd: Mapping[str, str] | None = None,
) -> tuple[Toestemming, ...]:
    """Every toestemming that can be read, in the order in which they were given; on the day judged by `stand_op`.

    `ingetrokken`: ids that a withdrawal named, also one that was retracted since. `vastgelegd`: id -> state on record.
    """
    gelezen: list[Toestemming] = []
    for uitspraak in sorted(uitspraken, key=lambda u: u.feit.volgorde):
        een = _toestemming(uitspraak, uitspraak.feit.id in ingetrokken, geboren)
        if een is not None and uitspraak.gezegd is not None:
            eerst = _toestemming(Uitspraak(uitspraak.gezegd), uitspraak.feit.id in ingetrokken, geboren)
            een = _niet_ruimer(een, eerst)
        if een is None:
            continue
        if een.stand is not ToestemmingStand.ONGELDIG:  # a mistake takes nobody's place
            gelezen = [_opgevolgd(eerder, een) for eerder in gelezen]
        gelezen.append(een)
    vast = vastgelegd or {}
    return tuple(
        replace(een, stand=vervolg(ToestemmingStand(vast[een.id]), een.stand)) if een.id in vast else een
        for een in gelezen
    )


def _opgevolgd(eerder: Toestemming, later: Toestemming) -> Toestemming:
    """The later word on one purpose and recipient counts, from the day from which it counts itself."""
    if (eerder.doel, eerder.ontvanger) != (later.doel, later.ontvanger):
        return eerder
    per = later.van if eerder.vervangen_per is None else min(eerder.vervangen_per, later.van)
    return replace(eerder, vervangen_per=per)


def leg_vast(rows: Rows, stand: Iterable[Toestemming], vandaag: date) -> dict[str, str]:
    """Puts on record which toestemmingen are closed by now; gives those of which that is news and nobody else's word, and how."""
    rij = rows.get(GRONDEN) or {}
    oud: dict[str, str] = rij.get(STANDEN, {})
    nieuw = {t.id: t.stand_op(vandaag).value for t in stand if t.stand_op(vandaag) not in OPEN}
    alle = dict(sorted({**oud, **nieuw}.items()))
    if alle != oud:
        rows.put(GRONDEN, {**rij, STANDEN: alle})
    return {id_: stand for id_, stand in alle.items() if oud.get(id_) != stand and stand in ZONDER_WOORD}


def _toestemming(uitspraak: Uitspraak, ingetrokken: bool, geboren: date | None) -> Toestemming | None:
    feit = uitspraak.feit
    if feit.gebeurtenis == GEWEIGERD:
        return None if uitspraak.vervallen else _weigering(feit)
    ontvanger = lees_partij(str(feit.data.get("ontvanger", "")))
    categorieen, van, tot = feit.data.get("categorieen"), feit.dag("van"), feit.dag("tot")
    if ontvanger is None or van is None or not isinstance(categorieen, list):
        return None
    if any(naam not in Categorie._value2member_map_ for naam in categorieen):
        return None
    if tot is None and feit.data.get("tot") is not None:
        return None  # an end was meant; without it the toestemming would never end
    return Toestemming(
        id=feit.id,
        doel=feit.tekst("doel") or ONBEKEND,
        ontvanger=ontvanger,
        categorieen=categorieen_uit(categorieen),
        van=van,
        tot=tot,
        stand=_stand(uitspraak, ingetrokken, geboren),
        taal=feit.tekst("taal"),
        tekstversie=feit.tekst("tekstversie"),
        tolk=feit.data.get("tolk"),
        via=feit.partij,
        door_wie=feit.tekst("door_wie"),
    )


def _niet_ruimer(nu: Toestemming, eerst: Toestemming | None) -> Toestemming:
    """A correction takes away and mends dates; a wider yes, to somebody else or for something else, is another yes.

    What was said to one and is corrected to another was a mistake: it opens nothing for either (AVG 7(1)).
    """
    if nu.stand is not ToestemmingStand.GEGEVEN:
        return nu
    if eerst is None:
        return replace(nu, stand=ToestemmingStand.ONGELDIG)  # what was said could not be read: nobody said this
    samen = nu.categorieen & eerst.categorieen
    if (nu.doel, nu.ontvanger) != (eerst.doel, eerst.ontvanger) or not samen:
        return replace(nu, ontvanger=eerst.ontvanger, categorieen=samen, stand=ToestemmingStand.ONGELDIG)
    # An end that was said and is left out now was not taken back by the person: without it the yes would never end.
    return replace(nu, categorieen=samen, tot=nu.tot or eerst.tot)


def _weigering(feit: Feit) -> Toestemming | None:
    ontvanger = lees_partij(str(feit.data.get("ontvanger", "")))
    if ontvanger is None:
        return None
    doel = feit.tekst("doel") or ONBEKEND
    gevraagd = categorieen_uit(feit.data.get("categorieen") or ())
    return Toestemming(feit.id, doel, ontvanger, gevraagd, feit.op, stand=ToestemmingStand.GEWEIGERD, via=feit.partij)


def _stand(uitspraak: Uitspraak, ingetrokken: bool, geboren: date | None) -> ToestemmingStand:
    if ingetrokken:
        return ToestemmingStand.INGETROKKEN
    mag = mag_geven(uitspraak.feit.tekst("door_wie"), geboren, uitspraak.feit.op)
    return ToestemmingStand.GEGEVEN if mag and not uitspraak.vervallen else ToestemmingStand.ONGELDIG


def verzoeken(gevraagd: Iterable[Feit]) -> tuple[Verzoek, ...]:
    """Every request that can be read. One that names no end closes after VERZOEK_MAANDEN."""
    gelezen = []
    for feit in gevraagd:
        aan = feit.tekst("aan")
        namen = feit.data.get("categorieen") or ()
        categorieen = categorieen_uit(namen)
        van, tot = feit.dag("van") or feit.op, feit.dag("tot")
        if tot is None and feit.data.get("tot") is not None:
            continue  # an end was meant
        # An empty set asks for all that the rows allow, so what cannot be read must not become empty.
        if aan is not None and len(set(namen)) == len(categorieen):
            gebeurtenissen = frozenset(feit.data.get("gebeurtenissen") or ())
            tot = tot or plus_maanden(max(van, feit.op), VERZOEK_MAANDEN)
            gelezen.append(Verzoek(feit.id, feit.partij, aan, gebeurtenissen, categorieen, van, tot))
    return tuple(gelezen)
