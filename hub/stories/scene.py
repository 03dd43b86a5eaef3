# SPDX-License-Identifier: EUPL-1.2
"""The hub of a story, in memory: intake by role, one dossier a person, a clock that is looked at. Checks nothing.

What differs from the real hub, and only that: nothing is signed, sealed or stored, an organisation's OIN is its short
name, a person is known by the story's id, and data are not held against the schema (a story may leave fields out).

A fact without a person (a contract, a school that closes) is told about everyone of the story; where the sender has
nothing to do with somebody yet, it is told again when that person's next fact has come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from consent.admission import Weigergrond, Weigering, may_say
from consent.avg19 import GEWIST, decide_kennisgeving
from consent.conditions import Beoordeling
from consent.decide import Besluit, Uitkomst, beslis_voor
from consent.kader import Partij
from consent.policy import Beleid
from hub.dossier.feiten.facts import sleutel_van
from hub.dossier.feiten.rows import KERN, Row, Rows
from hub.dossier.feiten.zaak import Zaak, kader
from hub.dossier.gekregen import ontvangers
from hub.dossier.handle import HUB, Bundels, Gebeurtenis, Gevolgen, Levering, handle, on_tick
from hub.dossier.regels.kalender import AMSTERDAM
from hub.dossier.regels.rules import Regels
from hub.dossier.stand.paden import waarde
from hub.dossier.verwachtingen.onderbreking import GEBEURTENIS as ONDERBREKING
from hub.dossier.verwachtingen.onderbreking import Onderbreking, erbij, onder
from schemas.catalogue import gebeurtenistypen
from schemas.vocabulary import Categorie

from .check import EINDE_DAG
from .facts import Vertaler, beoordeling
from .read import Feit, Verhaal
from .register import register
from .seen import Gesloten, Geweigerd, Ontvangen, eerste_of_elk

OCHTEND = time(9)
AANVAARD, GEWEIGERD = "aanlevering-aanvaard", "aanlevering-geweigerd"
HERGEBRUIKT = "id-hergebruikt"
TIK = "tik"


@dataclass(slots=True)
class Dossier:
    """One person's rows, and the agenda that the last step left."""

    rijen: dict[str, Row] = field(default_factory=dict)
    agenda: date | None = None
    nummer: int = 1
    gewist: date | None = None

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


@dataclass(frozen=True, slots=True)
class Refused:
    """A report that the hub refused: an expectation may be about it, else the story should say so."""

    feit: Feit
    reden: str


class Scene:
    """Everything that has happened so far; a `Gezien`."""

    def __init__(self, verhaal: Verhaal, beleid: Beleid, regels: Regels) -> None:
        self.bundels = Bundels(beleid, regels, register(verhaal.participants))
        self._regels, self._onderbrekingen = regels, tuple[Onderbreking, ...]()
        self.personen = {p.id: p for p in verhaal.persons}
        self._elk = {p.id: eerste_of_elk(p.id, p.aantal) for p in verhaal.persons}
        self.dossiers = {een: Dossier() for rij in self._elk.values() for een in rij}
        self.ontvangen: list[Ontvangen] = []
        self.geweigerd: list[Geweigerd] = []
        self.gesloten: list[Gesloten] = []
        self.refused: list[Refused] = []
        self.stappen = 0
        self._vertaler = Vertaler(verhaal)
        self._geclaimd: dict[tuple[str, str, str | None], tuple[str, str | None, dict[str, Any]]] = {}
        self._algemeen: dict[str, list[Feit]] = {}

    # Gezien

    def elk(self, persoon: str) -> Sequence[str]:
        return self._elk[persoon] if persoon else list(self.dossiers)

    def signalen(self, persoon: str) -> Iterator[Row]:
        yield from self.dossiers[persoon].signalen.values()

    def waarde(self, persoon: str, pad: str, nu: datetime) -> object:
        return waarde(Zaak(self.dossiers[persoon].rows()), self.bundels.regels, nu, pad)

    def gewist(self, persoon: str) -> date | None:
        return self.dossiers[persoon].gewist

    # what happens

    def neem(self, feit: Feit) -> None:
        """One fact, about each person for whom it counts. The same id of the same sender again has no effect."""
        persoon = self._vertaler.persoon_van(feit)
        if feit.event == TIK and self._vertaler.bron(feit) == HUB:
            self.tik(feit.recorded)
            return
        type_ = gebeurtenistypen().get(feit.event)
        if persoon is None and type_ is not None and type_.persoonsgebonden:
            for een in self.dossiers:
                self._over(feit, een, algemeen=True)
            return
        if persoon is None:
            self._over(feit, None)
            return
        for een in self._elk[persoon]:
            self._over(feit, een)
            for later in self._algemeen.pop(een, ()):
                self._over(later.model_copy(update={"recorded": feit.recorded}), een, algemeen=True)

    def tik(self, dag: date) -> None:
        """The clock is looked at, at the end of a day. Only dossiers with something on their agenda are touched."""
        nu = datetime.combine(dag, EINDE_DAG, AMSTERDAM)
        for persoon, dossier in self.dossiers.items():
            if dossier.agenda is not None and dossier.agenda <= dag:
                rows = dossier.rows()
                self._neem_op(persoon, dossier, rows, on_tick(self._id(persoon), rows, self.bundels, nu), dag)

    def _over(self, feit: Feit, persoon: str | None, *, algemeen: bool = False) -> None:
        """Pseudo-intake, then the dossier."""
        self.stappen += 1
        moment = datetime.combine(feit.recorded, OCHTEND, AMSTERDAM) + timedelta(milliseconds=self.stappen)
        id_ = feit.id or f"feit-{self.stappen}"
        wie = self.personen.get(persoon.partition("~")[0]) if persoon else None
        data = self._vertaler.data(feit, wie)
        bron = self._vertaler.bron(feit)
        claim = (feit.event, persoon, data)
        over = persoon if algemeen or (wie is not None and wie.aantal > 1) else None
        eerder = self._geclaimd.setdefault((bron.oin, id_, over), claim)
        if eerder is not claim:
            if eerder != claim:
                self._weiger(feit, persoon, bron, id_, {"reden": HERGEBRUIKT})
            return
        weigering = may_say(bron, feit.event, data)
        if weigering is not None:
            self._weiger(feit, persoon, bron, id_, _grond(weigering))
            return
        self._vertaler.onthoud(bron, id_)
        if not algemeen:
            self._bewijs(feit, persoon, bron, id_, AANVAARD, {"positie": str(self.stappen)})
        if persoon is None:
            if feit.event == ONDERBREKING:
                self._groep(Onderbreking(str(bron), data["soort"], data["van"], data["tot"], id_), moment)
            return
        if feit.event == GEWIST:
            self._wis(feit, persoon, moment)
            return
        record = Gebeurtenis(id_, feit.event, bron, data, feit.happened or feit.recorded, moment, self.stappen)
        dossier, rows = self.dossiers[persoon], self.dossiers[persoon].rows()
        gevolgen = handle(self._id(persoon), rows, record, self.bundels, moment)
        if gevolgen.weigering is not None and algemeen:
            if gevolgen.weigering.grond is Weigergrond.GEEN_RELATIE:
                self._geclaimd.pop((bron.oin, id_, over))
                self._algemeen.setdefault(persoon, []).append(feit)
            return
        self._neem_op(persoon, dossier, rows, gevolgen, feit.recorded)
        if gevolgen.weigering is not None:
            self.refused.append(Refused(feit, gevolgen.weigering.grond.value))
        elif gevolgen.nieuw:
            self._onthoud_weigeringen(feit, persoon, record, rows, gevolgen)

    def _groep(self, gemeld: Onderbreking, moment: datetime) -> None:
        """What an organisation says of itself holds from here on; who has an open signal about it is looked at now."""
        self._onderbrekingen = erbij(self._onderbrekingen, gemeld)
        self.bundels = replace(self.bundels, regels=onder(self._regels, self._onderbrekingen))
        oin = gemeld.bron.partition("#")[0]
        for persoon, dossier in self.dossiers.items():
            if any(str(rij["onderwerp"]).partition("#")[0] == oin for rij in dossier.signalen.values()):
                rows = dossier.rows()
                gevolgen = on_tick(self._id(persoon), rows, self.bundels, moment, door=gemeld.id)
                self._neem_op(persoon, dossier, rows, gevolgen, moment.date())

    def _id(self, persoon: str) -> str:
        nummer = self.dossiers[persoon].nummer
        return persoon if nummer == 1 else f"{persoon}/{nummer}"

    def _wis(self, feit: Feit, persoon: str, moment: datetime) -> None:
        """The person's data are erased: who got any is told; whoever returns is somebody new."""
        dossier, dag = self.dossiers[persoon], feit.recorded
        rows, data = dossier.rows(), {"datum": dag.isoformat()}
        event = Beoordeling(f"wissing-{self.stappen}", GEWIST, HUB, data)
        stand = kader(Zaak(rows), dag, self.bundels.deelnemers)
        besluiten = decide_kennisgeving(event, ontvangers(rows), stand, self.bundels.deelnemers, dag)
        for besluit in besluiten:
            if besluit.uitkomst is Uitkomst.GELEVERD:
                self._ontvang(dag, persoon, besluit.ontvanger, GEWIST, data, HUB, dag, met_bsn=False)
        self.gesloten += [Gesloten(dag, persoon, rij) for rij in dossier.signalen.values()]
        self.dossiers[persoon] = Dossier(nummer=dossier.nummer + 1, gewist=dag)

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
        for levering in gevolgen.leveringen:
            self._lever(op, persoon, levering)
        self._weigeringen(
            op,
            persoon,
            ((een.gebeurtenis, een.besluit) for een in gevolgen.hubbesluiten),
        )

    def _lever(self, op: date, persoon: str, levering: Levering) -> None:
        met_bsn = Categorie.BSN in levering.persoon
        self.ontvangen.append(
            Ontvangen(
                op,
                self.stappen,
                persoon,
                str(levering.ontvanger),
                levering.gebeurtenis,
                levering.data,
                levering.bron,
                levering.gebeurd,
                met_bsn,
                self.dossiers[persoon].nummer,
            )
        )

    def _ontvang(
        self,
        op: date,
        persoon: str | None,
        aan: Partij,
        gebeurtenis: str,
        data: dict[str, Any],
        bron: Partij,
        gebeurd: date,
        *,
        met_bsn: bool,
    ) -> None:
        nummer = self.dossiers[persoon].nummer if persoon else 1
        self.ontvangen.append(
            Ontvangen(op, self.stappen, persoon, str(aan), gebeurtenis, data, str(bron), gebeurd, met_bsn, nummer)
        )

    def _onthoud_weigeringen(
        self, feit: Feit, persoon: str, record: Gebeurtenis, rows: Rows, gevolgen: Gevolgen
    ) -> None:
        """The denials that the hub recorded, and what it would say of participants that it had no reason to weigh."""
        besluiten = list(gevolgen.besluiten)
        gewogen = {b.ontvanger for b in besluiten} | {record.bron}
        stand = kader(Zaak(rows), feit.recorded, self.bundels.deelnemers)
        event = beoordeling(sleutel_van(record.id, record.bron.oin), feit.event, record.bron, record.data)
        for oin, rollen in self._vertaler.rollen.items():
            for rol in rollen:
                partij = Partij(oin, rol)
                if partij not in gewogen:
                    wereld = (stand, self.bundels.beleid, self.bundels.deelnemers, feit.recorded)
                    besluiten.append(beslis_voor(partij, event, *wereld))
        self._weigeringen(feit.recorded, persoon, ((feit.event, besluit) for besluit in besluiten))

    def _weigeringen(self, op: date, persoon: str, besluiten: Iterator[tuple[str, Besluit]]) -> None:
        self.geweigerd += [
            Geweigerd(op, self.stappen, persoon, str(besluit.ontvanger), gebeurtenis, besluit.reden)
            for gebeurtenis, besluit in besluiten
            if besluit.uitkomst is Uitkomst.GEWEIGERD and besluit.reden is not None
        ]

    # receipts

    def _weiger(self, feit: Feit, persoon: str | None, bron: Partij, id_: str, waarom: dict[str, str]) -> None:
        self.refused.append(Refused(feit, waarom["reden"]))
        self._bewijs(feit, persoon, bron, id_, GEWEIGERD, waarom)

    def _bewijs(
        self, feit: Feit, persoon: str | None, bron: Partij, id_: str, gebeurtenis: str, extra: dict[str, Any]
    ) -> None:
        data = {"betreft": id_, "gebeurtenis": feit.event, **extra}
        gebeurd = feit.happened or feit.recorded
        self._ontvang(feit.recorded, persoon, bron, gebeurtenis, data, HUB, gebeurd, met_bsn=False)


def _grond(weigering: Weigering) -> dict[str, str]:
    return {"reden": weigering.grond.value, "toelichting": weigering.toelichting}
