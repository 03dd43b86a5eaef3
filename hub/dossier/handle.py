# SPDX-License-Identifier: EUPL-1.2
"""One step of one dossier: what a log record, or the passing of time, changes and who hears of it. Pure.

The Kafka agent and the story runner call these two functions and nothing else of this room.

1. Admission by relation: refused means a receipt to the sender and nothing else (the role was checked at intake).
2. Fold the fact into the rows. An event that was folded before has no effect.
3. Decide for every party, cut the data to what each may have, remember who received it. A correction or retraction
   goes to exactly those who received what it names, also when their relation is over; word of a restriction to all
   who received anything. Who is in pilot would have received it: that is recorded, and nothing is handed over.
4. What closed of the toestemmingen goes on record; expectations, and the signals that follow from them; toestemmingen
   that expired; the state of now for whom a ground began; earlier facts for who asked for them.
5. The next day on which this dossier needs a look.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from consent.admission import Weigergrond, Weigering, may_say
from consent.avg19 import KENNISGEVINGEN, decide_kennisgeving
from consent.conditions import Beoordeling
from consent.corrections import decide_correctie
from consent.decide import Besluit, Uitkomst, decide, kandidaten
from consent.kader import Kader, Partij, Reden
from consent.toestemming import ToestemmingStand, mag_geven
from schemas.vocabulary import Rol

from . import dossierstand, gekregen, opgevraagd, proef
from .bezorging import HUB, OVER_TOESTEMMING, VERLOPEN, geweigerd, hubfeit, levering_id, levering_van, moment
from .feiten.facts import Feit, lees_partij
from .feiten.fold import (
    CORRECTIE,
    WIJZIGERS,
    andere_afzenders,
    bekend,
    fold,
    huidig,
    inschrijving,
    onthoud_eigen_id,
    onthoud_ontvangers,
    ontvangers_van,
    voeg_ontvanger_toe,
    wie_het_kreeg,
    wortel,
)
from .feiten.grondslagen import GEGEVEN, leg_vast
from .feiten.relaties import OPDRACHTEN, opgedragen_aan
from .feiten.rows import KERN, Rows
from .feiten.zaak import Zaak, kader
from .gevolgen import Bundels, Gebeurtenis, Gevolgen, Hubbesluit, Levering, Soort
from .regels.kalender import dag_van
from .regels.rules import Regels
from .signals import RUIMTE, Signaal, rang_van, sluit, wanted, werk_bij
from .verwachtingen import kennisgevingen
from .verwachtingen.expectations import agenda, expectations
from .verwachtingen.verwachting import Oorzaak

MELDING_GEWEIGERD = "melding-geweigerd"

__all__ = [
    "HUB",
    "Bundels",
    "Gebeurtenis",
    "Gevolgen",
    "Hubbesluit",
    "Levering",
    "Soort",
    "handle",
    "levering_id",
    "moment",
    "on_absorbed",
    "on_tick",
]


def handle(dossier_id: str, rows: Rows, record: Gebeurtenis, bundels: Bundels, nu: datetime) -> Gevolgen:
    """Takes one record into the dossier. `nu`: the later of the partition's last tick and the record's own time."""
    vandaag = dag_van(max(nu, record.vastgelegd))
    oin = record.bron.oin
    if bekend(rows, record.id, oin):
        return Gevolgen([], agenda=proef.agenda(rows, agenda(Zaak(rows), bundels.regels, nu), nu), nieuw=False)
    vooraf = Zaak(rows)
    data = _genormaliseerd(rows, vooraf, record)
    weigering = _mag(rows, vooraf, record, data, bundels, vandaag)
    if weigering is not None:
        bewijs = geweigerd(record, weigering)
        kijk = proef.agenda(rows, agenda(vooraf, bundels.regels, nu), nu)
        return Gevolgen([bewijs], agenda=kijk, weigering=weigering)
    feit = _feit(record, data)
    leg_vast(rows, vooraf.toestemmingen, vandaag)  # what is over today does not revive by what this fact says
    vorig = huidig(rows, str(data.get("betreft")), feit.oin) if feit.gebeurtenis in WIJZIGERS else None
    fold(rows, feit)
    zaak = Zaak(rows, vooraf)
    stand = kader(zaak, vandaag, bundels.deelnemers)
    # What was corrected before it arrived goes out as corrected; what was retracted before, to nobody.
    gezegd = feit if feit.gebeurtenis in WIJZIGERS else huidig(rows, feit.id, feit.oin)
    gehoord = (stand, bundels, vandaag)
    in_proef = proef.in_proef(zaak, bundels.deelnemers, vandaag)
    besluiten = _beslis(rows, gezegd, vorig, in_proef, *gehoord) if gezegd is not None else _achterhaald(feit, *gehoord)
    leveringen = [
        levering_van(rows, zaak, gezegd, Soort.GEBEURTENIS, besluit)
        for besluit in besluiten
        if gezegd is not None and besluit.uitkomst is Uitkomst.GELEVERD
    ]
    geleverd = {str(b.ontvanger): list(b.regels) for b in besluiten if b.uitkomst is Uitkomst.GELEVERD}
    onthoud_ontvangers(rows, feit.id, feit.oin, geleverd)
    if record.eigen_id is not None and any(een.ontvanger.rol is Rol.UITVOERING for een in leveringen):
        onthoud_eigen_id(rows, feit.id, feit.oin, record.eigen_id)
    if kennisgevingen.onthoud(rows, zaak, feit, {een.ontvanger: een.id for een in leveringen}, vandaag):
        zaak = Zaak(rows, zaak)
    op_dit_moment = max(nu, record.vastgelegd)
    later = _wat_de_tijd_doet(dossier_id, rows, zaak, stand, bundels, op_dit_moment, feit, feit.sleutel, vooraf)
    alle = [*leveringen, *later.leveringen]
    gekregen.onthoud(rows, dossier_id, alle)
    return Gevolgen(alle, besluiten, later.agenda, None, later.hubbesluiten, feit=feit, gesloten=later.gesloten)


def on_tick(dossier_id: str, rows: Rows, bundels: Bundels, nu: datetime, door: str = "") -> Gevolgen:
    """What the passing of time changes. On a day before the dossier's agenda this changes nothing.

    `door`: the event that made us look instead of a tick, such as one that joins two dossiers.
    """
    zaak = Zaak(rows)
    stand = kader(zaak, dag_van(nu), bundels.deelnemers)
    gevolgen = _wat_de_tijd_doet(dossier_id, rows, zaak, stand, bundels, nu, door=door)
    gekregen.onthoud(rows, dossier_id, gevolgen.leveringen)
    return gevolgen


def on_absorbed(dossier_id: str, rows: Rows, bundels: Bundels, nu: datetime, door: str) -> Gevolgen:
    """Ends the open signals of a dossier that goes into another one; that one says what still holds.

    `door`: the event that joined the two.
    """
    zaak, vandaag = Zaak(rows), dag_van(nu)
    hub = _Hubwoord(rows, zaak, kader(zaak, vandaag, bundels.deelnemers), bundels, vandaag)
    for feit, signaal in _signaalfeiten(sluit(zaak, Oorzaak.DOSSIER_SAMENGEVOEGD), nu, door):
        hub.zeg(feit, signaal.aan, Soort.SIGNAAL, signaal.proef)
    gekregen.onthoud(rows, dossier_id, hub.leveringen)
    return Gevolgen(hub.leveringen, hubbesluiten=tuple(hub.besluiten))


def _feit(record: Gebeurtenis, data: dict[str, Any]) -> Feit:
    wanneer = (record.gebeurd.isoformat(), moment(record.vastgelegd))
    return Feit(record.id, record.gebeurtenis, str(record.bron), *wanneer, data, record.positie, record.via)


def _genormaliseerd(rows: Rows, zaak: Zaak, record: Gebeurtenis) -> dict[str, Any]:
    """The data without absent fields, with references in the form in which the dossier keeps them."""
    data = {veld: waarde for veld, waarde in record.data.items() if waarde is not None}
    betreft = data.get("betreft")
    if record.gebeurtenis in WIJZIGERS and isinstance(betreft, str):
        # A correction of a correction speaks of the fields of what that one corrects.
        id_ = wortel(rows, betreft, record.bron.oin) if record.gebeurtenis == CORRECTIE else betreft
        origineel = inschrijving(rows, id_, record.bron.oin).get("gebeurtenis")
        if origineel is not None:
            data["gebeurtenis"] = origineel
    if record.gebeurtenis in OVER_TOESTEMMING and isinstance(betreft, str):
        # Who withdraws for the person may know the toestemming by the id under which it was delivered.
        for feit in zaak.feiten(GEGEVEN):
            if betreft == levering_id(feit.sleutel, record.bron, Soort.GEBEURTENIS):
                data["betreft"] = feit.id
    if record.gebeurtenis == MELDING_GEWEIGERD:
        # DUO knows a report by the id under which it was delivered, who made it by its own.
        for feit in zaak.feiten(str(data.get("gebeurtenis"))):
            if betreft == levering_id(feit.sleutel, record.bron, Soort.GEBEURTENIS):
                data["betreft"] = inschrijving(rows, feit.id, feit.oin).get("eigen", feit.id)
    if record.gebeurtenis == kennisgevingen.BEVESTIGD:
        data["betreft"] = kennisgevingen.gevraagd(zaak, record.bron, str(betreft)) or betreft
    return data


def _mag(
    rows: Rows, zaak: Zaak, record: Gebeurtenis, data: dict[str, Any], bundels: Bundels, vandaag: date
) -> Weigering | None:
    stand = kader(zaak, vandaag, bundels.deelnemers)
    weigering = may_say(record.bron, record.gebeurtenis, data, stand, vandaag, record.gebeurd)
    if weigering is not None:
        return weigering
    if record.gebeurtenis in WIJZIGERS:
        return _over_eigen(rows, record, str(data.get("betreft")))
    if record.gebeurtenis in OPDRACHTEN and opgedragen_aan(_feit(record, data)) is None:
        tekst = "Noem een taalschool, aanbieder van participatie of begeleider, als OIN of als OIN#rol."
        return Weigering(Weigergrond.ONGELDIG, tekst)
    if record.gebeurtenis == GEGEVEN and not mag_geven(data.get("door_wie"), zaak.geboren, record.gebeurd):
        tekst = "Laat voor wie jonger is dan 16 jaar de wettelijk vertegenwoordiger toestemming geven (UAVG 5)."
        return Weigering(Weigergrond.ONGELDIG, tekst)
    bevestigt = record.gebeurtenis == kennisgevingen.BEVESTIGD
    if bevestigt and kennisgevingen.gevraagd(zaak, record.bron, str(data.get("betreft"))) is None:
        tekst = "Bevestig een kennisgeving die u kreeg, met het id van die levering en in de rol waarin u haar kreeg."
        return Weigering(Weigergrond.ONGELDIG, tekst)
    return None


def _over_eigen(rows: Rows, record: Gebeurtenis, betreft: str) -> Weigering | None:
    """Corrections and retractions are about what the sender itself said, in this role."""
    eigen = inschrijving(rows, betreft, record.bron.oin)
    ander = "gebeurtenis" not in eigen and andere_afzenders(rows, betreft, record.bron.oin)
    if ander or eigen.get("bron", str(record.bron)) != str(record.bron):
        tekst = "Corrigeer of trek alleen in wat uw organisatie zelf, in deze rol, heeft aangeleverd."
        return Weigering(Weigergrond.NIET_BEVOEGD, tekst)
    return None


def _achterhaald(feit: Feit, stand: Kader, bundels: Bundels, vandaag: date) -> tuple[Besluit, ...]:
    """Its sender retracted it before it arrived: there is nothing to tell, and who might have heard is on record."""
    event = Beoordeling(feit.sleutel, feit.gebeurtenis, feit.partij, feit.data)
    partijen = kandidaten(event, stand, bundels.deelnemers, vandaag)
    return tuple(Besluit(partij, Uitkomst.GEWEIGERD, Reden.NO_GROUND) for partij in sorted(partijen))


def _beslis(
    rows: Rows,
    feit: Feit,
    vorig: Feit | None,
    in_proef: proef.InProef,
    stand: Kader,
    bundels: Bundels,
    vandaag: date,
) -> tuple[Besluit, ...]:
    """`vorig`: for a correction, what it corrects as that stood before."""
    event = Beoordeling(feit.sleutel, feit.gebeurtenis, feit.partij, feit.data)
    if feit.gebeurtenis in KENNISGEVINGEN:
        return decide_kennisgeving(event, gekregen.ontvangers(rows), stand, bundels.deelnemers, vandaag)
    if feit.gebeurtenis not in WIJZIGERS:
        gekend = gekregen.ontvangers(rows) if feit.gebeurtenis in OVER_TOESTEMMING else ()
        return tuple(
            proef.ingehouden(besluit) if besluit.ontvanger not in gekend and in_proef(besluit.ontvanger) else besluit
            for besluit in decide(event, stand, bundels.beleid, bundels.deelnemers, vandaag)
        )
    origineel = {
        partij: regels
        for naam, regels in wie_het_kreeg(rows, str(feit.data.get("betreft")), feit.oin).items()
        if (partij := lees_partij(naam)) is not None
    }
    eerder = vorig.data if vorig is not None else {}
    return decide_correctie(event, origineel, stand, bundels.beleid, bundels.deelnemers, vandaag, eerder)


def _wat_de_tijd_doet(
    dossier_id: str,
    rows: Rows,
    zaak: Zaak,
    stand: Kader,
    bundels: Bundels,
    nu: datetime,
    aanleiding: Feit | None = None,
    door: str = "",
    vooraf: Zaak | None = None,
) -> Gevolgen:
    """All that follows from what is known and from the day; `aanleiding`: the fact that was just filed, if one was;
    `door`: the event that made us look, empty for a tick; `vooraf`: the case before that fact."""
    vandaag = dag_van(nu)
    gesloten = leg_vast(rows, zaak.toestemmingen, vandaag)
    in_proef = proef.in_proef(zaak, bundels.deelnemers, vandaag)
    verwacht = expectations(zaak, bundels.regels, nu)
    signalen = werk_bij(
        dossier_id,
        rows,
        zaak,
        verwacht,
        vandaag,
        rang_van(bundels.regels, vandaag),
        cache(lambda: _gisteren(dossier_id, vooraf or zaak, bundels.regels, nu)),
        in_proef,
    )
    verlopen = list(_verlopen(rows, zaak, vandaag))
    hub = _Hubwoord(rows, zaak, stand, bundels, vandaag)
    for feit, signaal in _signaalfeiten(signalen, nu, door):
        hub.zeg(feit, signaal.aan, Soort.SIGNAAL, signaal.proef)
    for feit in _verloopfeiten(verlopen, dossier_id, nu):
        hub.zeg(feit, None, Soort.GEBEURTENIS)
    for grond in dossierstand.begonnen(rows, stand, in_proef, vandaag):
        bronnen = dossierstand.stand_voor(grond, zaak, bundels.beleid, vandaag, aanleiding)
        if bronnen:
            feit = dossierstand.feit(dossier_id, grond, bronnen, nu)
            for besluit, levering in hub.zeg(feit, grond.partij, Soort.GEBEURTENIS):
                dossierstand.onthoud(rows, bronnen, besluit, levering.id)
    for verzoek in opgevraagd.geopend(rows, stand, in_proef, vandaag):
        for feit, besluit in list(opgevraagd.antwoord(verzoek, rows, zaak, stand, bundels, vandaag)):
            hub.geef(feit, besluit, verzoek.id)
    kijk = proef.agenda(rows, agenda(zaak, bundels.regels, nu, verwacht), nu)
    return Gevolgen(hub.leveringen, (), kijk, None, tuple(hub.besluiten), gesloten=gesloten)


def _gisteren(dossier_id: str, zaak: Zaak, regels: Regels, nu: datetime) -> frozenset[tuple[str, int]]:
    """The signals that were due the day before, with their step: what opens only now although, opens late."""
    toen = nu - timedelta(days=1)
    dag = dag_van(toen)
    gewild = wanted(dossier_id, zaak, expectations(zaak, regels, toen), dag)
    return frozenset((id_, nummer) for id_, (_, nummer, _) in gewild.items())


@dataclass(slots=True)
class _Hubwoord:
    """What the hub itself says in one step: decided upon like any event."""

    rows: Rows
    zaak: Zaak
    stand: Kader
    bundels: Bundels
    vandaag: date
    leveringen: list[Levering] = field(default_factory=list)
    besluiten: list[Hubbesluit] = field(default_factory=list)

    def zeg(
        self, feit: Feit, aan: Partij | None, soort: Soort, in_proef: bool | None = None
    ) -> list[tuple[Besluit, Levering]]:
        """Says it, to one party or to whom it concerns; gives who hears it. `in_proef`: hold it back, or not, whatever
        the register says of a pilot."""
        event = Beoordeling(feit.sleutel, feit.gebeurtenis, HUB, feit.data, aan)
        geldt = proef.in_proef(self.zaak, self.bundels.deelnemers, self.vandaag)
        gehoord = []
        for besluit in decide(event, self.stand, self.bundels.beleid, self.bundels.deelnemers, self.vandaag):
            if geldt(besluit.ontvanger) if in_proef is None else in_proef:
                besluit = proef.ingehouden(besluit)
            self.besluiten.append(Hubbesluit(feit.id, feit.gebeurtenis, besluit, feit.data.get("betreft")))
            if besluit.uitkomst is Uitkomst.GELEVERD:
                gehoord.append((besluit, levering_van(self.rows, self.zaak, feit, soort, besluit)))
        self.leveringen += [levering for _, levering in gehoord]
        return gehoord

    def geef(self, feit: Feit, besluit: Besluit, verzoek: str) -> None:
        """Hands over an earlier fact that was asked for; its receiver is told when it is corrected."""
        wie = str(besluit.ontvanger)
        had = wie in ontvangers_van(self.rows, feit.id, feit.oin)
        levering = levering_van(self.rows, self.zaak, feit, Soort.GEBEURTENIS, besluit)
        if had:  # a wider request: more of it goes, under an id of its own
            levering = replace(levering, id=levering_id(f"{feit.sleutel}|{verzoek}", besluit.ontvanger, levering.soort))
        voeg_ontvanger_toe(self.rows, feit, wie, besluit.regels, levering.id)
        self.besluiten.append(Hubbesluit(feit.id, feit.gebeurtenis, besluit, verzoek, feit.bron))
        self.leveringen.append(levering)


def _signaalfeiten(signalen: Iterable[Signaal], nu: datetime, door: str) -> Iterable[tuple[Feit, Signaal]]:
    """Each with an id of its own: at one moment a signal may be said, taken back and said again."""
    for signaal in signalen:
        delen = (signaal.data["signaal"], signaal.gebeurtenis, signaal.aan, moment(nu), door)
        id_ = str(uuid.uuid5(RUIMTE, "|".join(map(str, delen))))
        yield hubfeit(id_, signaal.gebeurtenis, signaal.data, nu), signaal


def _verloopfeiten(ids: Iterable[str], dossier_id: str, nu: datetime) -> Iterable[Feit]:
    for id_ in ids:
        eigen = str(uuid.uuid5(RUIMTE, f"{dossier_id}|{VERLOPEN}|{id_}"))
        yield hubfeit(eigen, VERLOPEN, {"betreft": id_}, nu)


def _verlopen(rows: Rows, zaak: Zaak, vandaag: date) -> Iterable[str]:
    """Toestemmingen that expired and were not announced yet; announcing is for people, expiry itself needs no event."""
    kern = rows.get(KERN) or {}
    gezegd: list[str] = kern.get("verlopen", [])
    nieuw = sorted(
        t.id for t in zaak.toestemmingen if t.stand_op(vandaag) is ToestemmingStand.VERLOPEN and t.id not in gezegd
    )
    if nieuw:
        rows.put(KERN, {**kern, "verlopen": sorted([*gezegd, *nieuw])})
    return nieuw
