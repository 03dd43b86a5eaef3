# SPDX-License-Identifier: EUPL-1.2
"""The hub of a story, in memory: intake by role, one dossier a person, a clock that is looked at. Checks nothing.

What differs from the real hub, and only that: nothing is signed, sealed or stored, an organisation's OIN is its short
name, a person is known by the story's id, and data are not held against the schema (a story may leave fields out).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from consent.admission import Weigering, may_say
from consent.conditions import Beoordeling
from consent.decide import Besluit, Uitkomst, beslis_voor
from consent.kader import Partij
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from hub.dossier.facts import lees_partij, sleutel_van
from hub.dossier.fold import WIJZIGERS
from hub.dossier.handle import HUB, Bundels, Gebeurtenis, Gevolgen, Levering, Soort, handle, levering_id, on_tick
from hub.dossier.kalender import AMSTERDAM
from hub.dossier.rows import KERN, Row, Rows
from hub.dossier.rules import Regels
from hub.dossier.zaak import Zaak, kader
from schemas.catalogue import gebeurtenistypen
from schemas.vocabulary import Categorie

from .read import Deelnemer, Feit, Verhaal, plat

OCHTEND = time(9)
EINDE_DAG = time(23, 59, 59)
SINDS = date(1900, 1, 1)
AANVAARD, GEWEIGERD = "aanlevering-aanvaard", "aanlevering-geweigerd"
HERGEBRUIKT = "id-hergebruikt"


@dataclass(frozen=True, slots=True)
class Ontvangen:
    """A delivery, with the day on which it came."""

    op: date
    persoon: str | None
    levering: Levering


@dataclass(frozen=True, slots=True)
class Oordeel:
    """A denial, with the day of the event."""

    op: date
    persoon: str
    gebeurtenis: str
    besluit: Besluit


@dataclass(frozen=True, slots=True)
class Gesloten:
    """A signal that ended, with the day on which it did."""

    op: date
    persoon: str
    signaal: Row


@dataclass(slots=True)
class Dossier:
    """One person's rows, and the agenda that the last step left."""

    rijen: dict[str, Row] = field(default_factory=dict)
    agenda: date | None = None

    def rows(self) -> Rows:
        return Rows.in_memory(self.rijen)

    def bewaar(self, rows: Rows) -> None:
        for bak, rij in rows.changed().items():
            if rij is None:
                del self.rijen[bak]
            else:
                self.rijen[bak] = rij

    @property
    def signalen(self) -> dict[str, Row]:
        gevonden: dict[str, Row] = self.rijen.get(KERN, {}).get("signalen", {})
        return gevonden


class Scene:
    """Everything that has happened so far."""

    def __init__(self, verhaal: Verhaal, beleid: Beleid, regels: Regels) -> None:
        self.bundels = Bundels(beleid, regels, _register(verhaal.participants))
        self.personen = {p.id: p for p in verhaal.persons}
        self.dossiers = {p.id: Dossier() for p in verhaal.persons}
        self.ontvangen: list[Ontvangen] = []
        self.geweigerd: list[Oordeel] = []
        self.gesloten: list[Gesloten] = []
        self.stappen = 0
        self._rollen = {d.oin: list(d.roles) for d in verhaal.participants}
        self._geclaimd: dict[tuple[str, str], tuple[str, str | None, dict[str, Any]]] = {}
        self._typen = {
            (f.van.partition("#")[0], f.id): f.event for f in verhaal.facts if f.id and f.event not in WIJZIGERS
        }
        self._bronnen: dict[tuple[str, str], Partij] = {}

    def neem(self, feit: Feit) -> None:
        """One fact: pseudo-intake, then the dossier. The same id of the same sender again has no effect."""
        self.stappen += 1
        moment = datetime.combine(feit.recorded, OCHTEND, AMSTERDAM) + timedelta(seconds=self.stappen)
        id_ = feit.id or f"feit-{self.stappen}"
        data = self._data(feit)
        bron = self._bron(feit, data)
        claim = (feit.event, feit.person, data)
        eerder = self._geclaimd.setdefault((bron.oin, id_), claim)
        if eerder is not claim:
            if eerder != claim:
                self._bewijs(feit, bron, id_, moment, GEWEIGERD, {"reden": HERGEBRUIKT})
            return
        weigering = may_say(bron, feit.event, data)
        if weigering is not None:
            self._bewijs(feit, bron, id_, moment, GEWEIGERD, _grond(weigering))
            return
        self._bewijs(feit, bron, id_, moment, AANVAARD, {"positie": str(self.stappen)})
        self._bronnen[(bron.oin, id_)] = bron
        if feit.person is None:
            return
        gebeurd = feit.happened or feit.recorded
        record = Gebeurtenis(id_, feit.event, bron, data, gebeurd, moment, self.stappen)
        dossier, rows = self.dossiers[feit.person], self.dossiers[feit.person].rows()
        gevolgen = handle(feit.person, rows, record, self.bundels, moment)
        self._neem_op(feit.person, dossier, rows, gevolgen, feit.recorded)
        if gevolgen.weigering is None and gevolgen.nieuw:
            self._onthoud_weigeringen(feit, record, rows, gevolgen)

    def tik(self, dag: date) -> None:
        """The clock is looked at, at the end of a day. Only dossiers with something on their agenda are touched."""
        nu = datetime.combine(dag, EINDE_DAG, AMSTERDAM)
        for persoon, dossier in self.dossiers.items():
            if dossier.agenda is not None and dossier.agenda <= dag:
                rows = dossier.rows()
                self._neem_op(persoon, dossier, rows, on_tick(persoon, rows, self.bundels, nu), dag)

    def _neem_op(self, persoon: str, dossier: Dossier, rows: Rows, gevolgen: Gevolgen, op: date) -> None:
        eerder = dossier.signalen
        dossier.bewaar(rows)
        dossier.agenda = gevolgen.agenda
        nu = dossier.signalen
        self.gesloten += [
            Gesloten(op, persoon, rij)
            for id_, rij in eerder.items()
            if id_ not in nu or nu[id_]["eigenaar"] != rij["eigenaar"]
        ]
        self.ontvangen += [Ontvangen(op, persoon, levering) for levering in gevolgen.leveringen]

    def _onthoud_weigeringen(self, feit: Feit, record: Gebeurtenis, rows: Rows, gevolgen: Gevolgen) -> None:
        """The denials that the hub recorded, and what it would say of participants that it had no reason to weigh."""
        assert feit.person is not None
        besluiten = list(gevolgen.besluiten)
        gewogen = {b.ontvanger for b in besluiten} | {record.bron}
        stand = kader(Zaak(rows), feit.recorded, self.bundels.deelnemers)
        event = Beoordeling(sleutel_van(record.id, record.bron.oin), feit.event, record.bron, record.data)
        for oin, rollen in self._rollen.items():
            for rol in rollen:
                partij = Partij(oin, rol)
                if partij not in gewogen and feit.event not in WIJZIGERS:
                    wereld = (stand, self.bundels.beleid, self.bundels.deelnemers, feit.recorded)
                    besluiten.append(beslis_voor(partij, event, *wereld))
        self.geweigerd += [
            Oordeel(feit.recorded, feit.person, feit.event, b) for b in besluiten if b.uitkomst is Uitkomst.GEWEIGERD
        ]

    def _bewijs(
        self, feit: Feit, bron: Partij, id_: str, moment: datetime, gebeurtenis: str, extra: dict[str, Any]
    ) -> None:
        data = {"betreft": id_, "gebeurtenis": feit.event, **extra}
        eigen = levering_id(sleutel_van(id_, bron.oin), bron, f"{gebeurtenis} {moment.isoformat()}")
        gebeurd = feit.happened or feit.recorded
        persoon = frozenset({Categorie.PSEUDONIEM})
        levering = Levering(bron, gebeurtenis, Soort.ONTVANGSTBEWIJS, eigen, data, persoon, str(HUB), gebeurd, moment)
        self.ontvangen.append(Ontvangen(feit.recorded, feit.person, levering))

    def _data(self, feit: Feit) -> dict[str, Any]:
        """The event's data: ISO dates, `onbekend` as an absent field unless the field has a code list."""
        type_ = gebeurtenistypen().get(feit.event)
        data = {}
        for naam, waarde in plat(feit.data).items():
            veld = type_.velden.get(naam) if type_ else None
            if waarde == "onbekend" and not (veld and veld.waarden and "onbekend" in veld.waarden):
                continue
            data[naam] = waarde
        if feit.event not in WIJZIGERS:
            return data
        betreft = str(data.pop("betreft", ""))
        soort = data.pop("gebeurtenis", None) or self._typen.get((feit.van.partition("#")[0], betreft))
        eigen = {"betreft": betreft} | ({"gebeurtenis": soort} if soort else {})
        if feit.event == "intrekking":
            return data | eigen
        return {**eigen, "wijziging": {**data.pop("wijziging", {}), **data}}

    def _bron(self, feit: Feit, data: dict[str, Any]) -> Partij:
        """The party that speaks. Where an organisation has several roles and names none: the one that may say it."""
        if feit.van == "hub":
            return HUB
        oin, kruis, _ = feit.van.partition("#")
        genoemd = lees_partij(feit.van) if kruis else None
        if genoemd is not None:
            return genoemd
        if feit.event in WIJZIGERS and (eerder := self._bronnen.get((oin, str(data.get("betreft"))))):
            return eerder
        rollen = self._rollen[oin]
        type_ = gebeurtenistypen().get(feit.event)
        bevoegd = [rol for rol in rollen if type_ and rol in type_.producenten]
        return Partij(oin, (bevoegd or rollen)[0])


def _grond(weigering: Weigering) -> dict[str, str]:
    return {"reden": weigering.grond.value, "toelichting": weigering.toelichting}


def _register(deelnemers: list[Deelnemer]) -> Deelnemersregister:
    rijen: dict[str, dict[str, Any]] = {}
    for deelnemer in deelnemers:
        rij = rijen.setdefault(deelnemer.oin, {"oin": deelnemer.oin, "naam": deelnemer.oin, "rollen": {}, "namens": []})
        rij["rollen"].update({rol: {"rol": rol, "van": SINDS} for rol in deelnemer.roles})
        rij["namens"] += deelnemer.namens
    return Deelnemersregister.of({**rij, "rollen": list(rij["rollen"].values())} for rij in rijen.values())
