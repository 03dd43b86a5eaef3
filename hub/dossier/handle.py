# SPDX-License-Identifier: EUPL-1.2
"""One step of one dossier: what a log record, or the passing of time, changes and who hears of it. Pure.

The Kafka agent and the story runner call these two functions and nothing else of this room.

1. Admission by relation: refused means a receipt to the sender and nothing else (the role was checked at intake).
2. Fold the fact into the rows. An event that was folded before has no effect.
3. Decide for every party, cut the data to what each may have, remember who received it. A correction or retraction
   goes to exactly those who received what it names, also when their relation is over.
4. Expectations, and the signals that follow from them; toestemmingen that expired.
5. The next day on which this dossier needs a look.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from consent.admission import Weigergrond, Weigering, may_say
from consent.conditions import Beoordeling
from consent.corrections import decide_correctie
from consent.decide import Besluit, Uitkomst, decide
from consent.kader import Partij
from consent.minimise import minimise
from consent.toestemming import ToestemmingStand
from schemas.vocabulary import Categorie, Rol

from .expectations import agenda, expectations
from .facts import Feit, lees_partij, sleutel_van
from .fold import WIJZIGERS, andere_afzenders, bekend, fold, inschrijving, onthoud_ontvangers, ontvangers_van
from .gevolgen import Bundels, Gebeurtenis, Gevolgen, Hubbesluit, Levering, Soort
from .kalender import dag_van, instant
from .rows import KERN, Rows
from .signals import RUIMTE, Signaal, werk_bij
from .zaak import Zaak, kader

__all__ = ["Bundels", "Gebeurtenis", "Gevolgen", "Hubbesluit", "Levering", "Soort", "handle", "levering_id", "on_tick"]

GEWEIGERD = "aanlevering-geweigerd"
VERLOPEN = "toestemming-verlopen"
OVER_TOESTEMMING = frozenset({"toestemming-ingetrokken", VERLOPEN})
HUB = Partij("hub", Rol.HUB)


def levering_id(oorsprong: str, ontvanger: Partij, soort: str) -> str:
    """Id of the delivery of one event to one party."""
    return str(uuid.uuid5(RUIMTE, f"{oorsprong}|{ontvanger}|{soort}"))


def handle(dossier_id: str, rows: Rows, record: Gebeurtenis, bundels: Bundels, nu: datetime) -> Gevolgen:
    """Takes one record into the dossier. `nu`: the later of the partition's last tick and the record's own time."""
    vandaag = dag_van(max(nu, record.vastgelegd))
    oin = record.bron.oin
    if bekend(rows, record.id, oin):
        return Gevolgen([], agenda=agenda(Zaak(rows), bundels.regels, nu), nieuw=False)
    vooraf = Zaak(rows)
    data = _genormaliseerd(rows, vooraf, record)
    weigering = _mag(rows, vooraf, record, data, bundels, vandaag)
    if weigering is not None:
        bewijs = _weigering(record, weigering)
        return Gevolgen([bewijs], agenda=agenda(vooraf, bundels.regels, nu), weigering=weigering)
    feit = Feit(
        record.id,
        record.gebeurtenis,
        str(record.bron),
        record.gebeurd.isoformat(),
        moment(record.vastgelegd),
        data,
        record.positie,
        record.via,
    )
    fold(rows, feit)
    zaak = Zaak(rows, vooraf)
    besluiten = _beslis(rows, zaak, feit, bundels, vandaag)
    leveringen = [
        _levering(rows, zaak, feit, Soort.GEBEURTENIS, besluit)
        for besluit in besluiten
        if besluit.uitkomst is Uitkomst.GELEVERD
    ]
    geleverd = {str(b.ontvanger): list(b.regels) for b in besluiten if b.uitkomst is Uitkomst.GELEVERD}
    onthoud_ontvangers(rows, feit.id, feit.oin, geleverd)
    later = _wat_de_tijd_doet(dossier_id, rows, zaak, bundels, max(nu, record.vastgelegd))
    return Gevolgen([*leveringen, *later.leveringen], besluiten, later.agenda, None, later.hubbesluiten)


def on_tick(dossier_id: str, rows: Rows, bundels: Bundels, nu: datetime) -> Gevolgen:
    """What the passing of time changes. On a day before the dossier's agenda this changes nothing."""
    return _wat_de_tijd_doet(dossier_id, rows, Zaak(rows), bundels, nu)


def moment(nu: datetime) -> str:
    """An instant as the log has it. Always milliseconds, so that text order is time order."""
    return nu.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _genormaliseerd(rows: Rows, zaak: Zaak, record: Gebeurtenis) -> dict[str, Any]:
    """The data without absent fields, with references in the form in which the dossier keeps them."""
    data = {veld: waarde for veld, waarde in record.data.items() if waarde is not None}
    betreft = data.get("betreft")
    if record.gebeurtenis in WIJZIGERS and isinstance(betreft, str):
        origineel = inschrijving(rows, betreft, record.bron.oin).get("gebeurtenis")
        if origineel is not None:
            data["gebeurtenis"] = origineel
    if record.gebeurtenis in OVER_TOESTEMMING and isinstance(betreft, str):
        # Who withdraws for the person may know the toestemming by the id under which it was delivered.
        for feit in zaak.feiten("toestemming-gegeven"):
            if betreft == levering_id(feit.sleutel, record.bron, Soort.GEBEURTENIS):
                data["betreft"] = feit.id
    return data


def _mag(
    rows: Rows, zaak: Zaak, record: Gebeurtenis, data: dict[str, Any], bundels: Bundels, vandaag: date
) -> Weigering | None:
    stand = kader(zaak, vandaag, bundels.deelnemers)
    weigering = may_say(record.bron, record.gebeurtenis, data, stand, vandaag, record.gebeurd)
    if weigering is not None or record.gebeurtenis not in WIJZIGERS:
        return weigering
    betreft = str(data.get("betreft"))
    eigen = inschrijving(rows, betreft, record.bron.oin)
    ander = "gebeurtenis" not in eigen and andere_afzenders(rows, betreft, record.bron.oin)
    if ander or eigen.get("bron", str(record.bron)) != str(record.bron):
        tekst = "Corrigeer of trek alleen in wat uw organisatie zelf, in deze rol, heeft aangeleverd."
        return Weigering(Weigergrond.NIET_BEVOEGD, tekst)
    return None


def _beslis(rows: Rows, zaak: Zaak, feit: Feit, bundels: Bundels, vandaag: date) -> tuple[Besluit, ...]:
    event = Beoordeling(feit.sleutel, feit.gebeurtenis, feit.partij, feit.data)
    stand = kader(zaak, vandaag, bundels.deelnemers)
    if feit.gebeurtenis not in WIJZIGERS:
        return decide(event, stand, bundels.beleid, bundels.deelnemers, vandaag)
    gekregen = {
        partij: regels
        for naam, regels in ontvangers_van(rows, str(feit.data.get("betreft")), feit.oin).items()
        if (partij := lees_partij(naam)) is not None
    }
    return decide_correctie(event, gekregen, stand, bundels.beleid, bundels.deelnemers, vandaag)


def _levering(rows: Rows, zaak: Zaak, feit: Feit, soort: Soort, besluit: Besluit) -> Levering:
    data = minimise(feit.data, besluit)
    if "betreft" in data:
        data["betreft"] = _betreft_bij(rows, zaak, feit, besluit.ontvanger)
    return Levering(
        besluit.ontvanger,
        feit.gebeurtenis,
        soort,
        levering_id(feit.sleutel, besluit.ontvanger, soort),
        data,
        besluit.persoon,
        feit.bron,
        date.fromisoformat(feit.gebeurd),
        instant(feit.vastgelegd),
    )


def _betreft_bij(rows: Rows, zaak: Zaak, feit: Feit, ontvanger: Partij) -> str:
    """What an event is about, by the id under which this recipient received that."""
    betreft = str(feit.data["betreft"])
    if feit.gebeurtenis in WIJZIGERS:
        afzenders = [feit.oin]
    elif feit.gebeurtenis in OVER_TOESTEMMING:
        afzenders = [f.oin for f in zaak.feiten("toestemming-gegeven") if f.id == betreft]
    else:
        return betreft
    for oin in afzenders:
        if str(ontvanger) in ontvangers_van(rows, betreft, oin):
            return levering_id(sleutel_van(betreft, oin), ontvanger, Soort.GEBEURTENIS)
    return betreft


def _weigering(record: Gebeurtenis, weigering: Weigering) -> Levering:
    data = {
        "betreft": record.eigen_id or record.id,
        "gebeurtenis": record.gebeurtenis,
        "reden": weigering.grond.value,
        "toelichting": weigering.toelichting,
    }
    return Levering(
        record.bron,
        GEWEIGERD,
        Soort.ONTVANGSTBEWIJS,
        levering_id(sleutel_van(record.id, record.bron.oin), record.bron, GEWEIGERD),
        data,
        frozenset({Categorie.PSEUDONIEM}),
        str(HUB),
        record.gebeurd,
        record.vastgelegd,
    )


def _wat_de_tijd_doet(dossier_id: str, rows: Rows, zaak: Zaak, bundels: Bundels, nu: datetime) -> Gevolgen:
    vandaag = dag_van(nu)
    verwacht = expectations(zaak, bundels.regels, nu)
    signalen = werk_bij(dossier_id, rows, zaak, verwacht, vandaag)
    verlopen = list(_verlopen(rows, zaak, vandaag))
    leveringen: list[Levering] = []
    besluiten: list[Hubbesluit] = []
    if signalen or verlopen:
        stand = kader(zaak, vandaag, bundels.deelnemers)
        for feit, aan in (*_signaalfeiten(signalen, nu), *_verloopfeiten(verlopen, dossier_id, nu)):
            event = Beoordeling(feit.sleutel, feit.gebeurtenis, HUB, feit.data, aan)
            for besluit in decide(event, stand, bundels.beleid, bundels.deelnemers, vandaag):
                besluiten.append(Hubbesluit(feit.id, feit.gebeurtenis, besluit))
                if besluit.uitkomst is Uitkomst.GELEVERD:
                    soort = Soort.SIGNAAL if aan is not None else Soort.GEBEURTENIS
                    leveringen.append(_levering(rows, zaak, feit, soort, besluit))
    return Gevolgen(leveringen, (), agenda(zaak, bundels.regels, nu, verwacht), None, tuple(besluiten))


def _signaalfeiten(signalen: Iterable[Signaal], nu: datetime) -> Iterable[tuple[Feit, Partij]]:
    for signaal in signalen:
        delen = (signaal.data["signaal"], signaal.gebeurtenis, signaal.data.get("ernst", ""), signaal.aan, moment(nu))
        id_ = str(uuid.uuid5(RUIMTE, "|".join(map(str, delen))))
        yield _hubfeit(id_, signaal.gebeurtenis, signaal.data, nu), signaal.aan


def _verloopfeiten(ids: Iterable[str], dossier_id: str, nu: datetime) -> Iterable[tuple[Feit, None]]:
    for id_ in ids:
        eigen = str(uuid.uuid5(RUIMTE, f"{dossier_id}|{VERLOPEN}|{id_}"))
        yield _hubfeit(eigen, VERLOPEN, {"betreft": id_}, nu), None


def _hubfeit(id_: str, gebeurtenis: str, data: dict[str, Any], nu: datetime) -> Feit:
    return Feit(id_, gebeurtenis, str(HUB), dag_van(nu).isoformat(), moment(nu), data, -1)


def _verlopen(rows: Rows, zaak: Zaak, vandaag: date) -> Iterable[str]:
    """Toestemmingen that expired and were not announced yet; announcing is for people, expiry itself needs no event."""
    kern = rows.get(KERN) or {}
    gezegd: list[str] = kern.get("verlopen", [])
    nieuw = sorted(
        t.id
        for t in zaak.toestemmingen
        if t.stand is ToestemmingStand.GEGEVEN
        and t.stand_op(vandaag) is ToestemmingStand.VERLOPEN
        and t.id not in gezegd
    )
    if nieuw:
        rows.put(KERN, {**kern, "verlopen": sorted([*gezegd, *nieuw])})
    return nieuw
