# SPDX-License-Identifier: EUPL-1.2
"""The durable store: what came, what was answered, what goes out. Each method that writes is one transaction.

Whatever is killed, between any two of these steps: what was promised (201 to DUO, `done` to the hub) is on disk, and
what follows from it is there once. Not here: what follows (`vertalen`, `opdrachten`) and how it travels.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or_not

from connectors.client import Event
from connectors.duo import tabellen as t
from connectors.duo.kluis import Kluis
from connectors.duo.relevantie import Stand
from connectors.duo.tabellen import Uit, Werk


@dataclass(slots=True)
class Persoon:
    """What is kept of one person, sealed: the numbers, where he or she stands, and what we said last of each fact."""

    bsn: str | None = None
    vnummer: str | None = None
    stand: Stand = field(default_factory=Stand)
    feiten: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By fact: {id, gebeurtenis, data} of the event that said it."""
    pip: dict[str, Any] | None = None
    """The body of the PIP that DUO last took from us."""

    @property
    def aanduiding(self) -> dict[str, Any]:
        """As an event names the person."""
        nummers = [("bsn", self.bsn), ("vnummer", self.vnummer)]
        gevonden = [{"soort": soort, "waarde": waarde} for soort, waarde in nummers if waarde]
        return {**gevonden[0], "ook": gevonden[1:]}


@dataclass(frozen=True, slots=True)
class Wachtend:
    """A notice or a report whose turn it is: the first open one of its person."""

    id: int
    persoon: str
    gemeente: str
    naam: str
    """gebeurtenisId of a notice; event type of a report."""
    inhoud: Mapping[str, Any]
    pogingen: int
    begonnen: int = 0
    levering: str = ""
    stand: str = Werk.OPEN


class Opslag:
    """One store, for one partner."""

    def __init__(self, engine: Engine, kluis: Kluis) -> None:
        self._engine, self.kluis = engine, kluis

    @contextmanager
    def transactie(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    # persons

    def sleutel(self, c: Connection, bsn: str | None, vnummer: str | None) -> str:
        """The key of the person with these numbers. When both are known for the first time, what waited under the
        V-nummer goes to the key of the BSN."""
        op_v = self.kluis.persoon("vnummer", vnummer) if vnummer else None
        if bsn is None:
            assert op_v is not None, "a person has a number"
            bekend = c.execute(select(t.bijnamen.c.persoon).where(t.bijnamen.c.sleutel == op_v)).scalar()
            return str(bekend) if bekend else op_v
        sleutel = self.kluis.persoon("bsn", bsn)
        if op_v is not None:
            nieuw = c.execute(
                insert_or_not(t.bijnamen).values(sleutel=op_v, persoon=sleutel).on_conflict_do_nothing()
            ).rowcount
            if nieuw:
                self._verhuis(c, op_v, sleutel)
        return sleutel

    def _verhuis(self, c: Connection, van: str, naar: str) -> None:
        oud = self.persoon(c, van)
        nieuw = self.persoon(c, naar)
        nieuw.feiten = oud.feiten | nieuw.feiten
        nieuw.stand = oud.stand if nieuw.stand.onbekend else nieuw.stand
        self.bewaar(c, naar, nieuw)
        c.execute(delete(t.personen).where(t.personen.c.sleutel == van))
        for tabel in (t.notificaties, t.opdrachten, t.uitgaand):
            c.execute(update(tabel).where(tabel.c.persoon == van).values(persoon=naar))
        c.execute(
            update(t.notificaties)
            .where(t.notificaties.c.persoon == naar, t.notificaties.c.reden == ZONDER_BSN)
            .values(stand=Werk.OPEN, reden="")
        )

    def persoon(self, c: Connection, sleutel: str) -> Persoon:
        zegel = c.execute(select(t.personen.c.inhoud).where(t.personen.c.sleutel == sleutel)).scalar()
        if zegel is None:
            return Persoon()
        gegevens = self.kluis.open(zegel, f"persoon/{sleutel}")
        return Persoon(**gegevens | {"stand": Stand(**gegevens["stand"])})

    def bewaar(self, c: Connection, sleutel: str, persoon: Persoon) -> None:
        zegel = self.kluis.dicht(asdict(persoon), f"persoon/{sleutel}")
        zin = insert_or_not(t.personen).values(sleutel=sleutel, inhoud=zegel)
        c.execute(zin.on_conflict_do_update(index_elements=["sleutel"], set_={"inhoud": zegel}))

    # notices

    def ontvang(self, gemeente: str, gebeurtenis_id: str, registratie: float, inhoud: Mapping[str, Any]) -> bool:
        """Keep a notice; False when it was here already. berichtId is no key: DUO makes a new one for each attempt."""
        with self.transactie() as c:
            bsn, vnummer = inhoud.get("bsn"), inhoud.get("vNummer")
            persoon = self.sleutel(c, bsn, vnummer)
            kent = self.persoon(c, persoon)
            kent.bsn, kent.vnummer = bsn or kent.bsn, vnummer or kent.vnummer
            sleutel = self.kluis.kenmerk("notificatie", gemeente, persoon, gebeurtenis_id, repr(registratie))
            zin = insert_or_not(t.notificaties).values(
                sleutel=sleutel,
                persoon=persoon,
                gemeente=gemeente,
                gebeurtenis_id=gebeurtenis_id,
                registratie=registratie,
                stand=Werk.OPEN,
                inhoud=self.kluis.dicht(dict(inhoud), "notificatie"),
            )
            nieuw = bool(c.execute(zin.on_conflict_do_nothing()).rowcount)
            if nieuw:
                self.bewaar(c, persoon, kent)
            return nieuw

    def eerste_notificaties(self, nu: float) -> list[Wachtend]:
        """Of each person the oldest open notice, if its time has come. DUO's time of registration is the order."""
        n = t.notificaties.c
        with self.transactie() as c:
            rang = func.row_number().over(partition_by=n.persoon, order_by=(n.registratie, n.id)).label("rang")
            open_ = select(t.notificaties, rang).where(n.stand == Werk.OPEN).subquery()
            rijen = c.execute(select(open_).where(open_.c.rang == 1, open_.c.volgende <= nu).order_by(open_.c.id))
            return [
                Wachtend(
                    rij.id,
                    rij.persoon,
                    rij.gemeente,
                    rij.gebeurtenis_id,
                    self.kluis.open(rij.inhoud, "notificatie"),
                    rij.pogingen,
                )
                for rij in rijen
            ]

    def antwoord(self, notificatie: int, dienst: str, inhoud: Any) -> None:
        """Keep what a service answered (None: nothing known); it is not asked again for this notice."""
        with self.transactie() as c:
            zegel = self.kluis.dicht(inhoud, f"antwoord/{notificatie}")
            zin = insert_or_not(t.antwoorden).values(notificatie=notificatie, dienst=dienst, inhoud=zegel)
            c.execute(zin.on_conflict_do_nothing())

    def antwoorden(self, notificatie: int) -> dict[str, Any]:
        with self.transactie() as c:
            rijen = c.execute(select(t.antwoorden).where(t.antwoorden.c.notificatie == notificatie))
            return {rij.dienst: self.kluis.open(rij.inhoud, f"antwoord/{notificatie}") for rij in rijen}

    def sluit(self, c: Connection, notificatie: int, stand: Werk, reden: str = "") -> None:
        """The notice is done, or somebody has to look. What was done needs its content no more."""
        klaar = {"inhoud": self.kluis.dicht({}, "notificatie")} if stand is Werk.KLAAR else {}
        tabel = t.notificaties
        c.execute(update(tabel).where(tabel.c.id == notificatie).values(stand=stand, reden=reden, **klaar))
        c.execute(delete(t.antwoorden).where(t.antwoorden.c.notificatie == notificatie))

    def stel_notificatie_uit(self, notificatie: int, tot: float, reden: str) -> None:
        with self.transactie() as c:
            n = t.notificaties.c
            nieuw = {"volgende": tot, "reden": reden, "pogingen": n.pogingen + 1}
            c.execute(update(t.notificaties).where(n.id == notificatie).values(nieuw))

    # events on their way to the hub

    def geef_uit(self, c: Connection, persoon: str, events: Iterable[Event]) -> None:
        """Put events in the queue to the hub, in this order; one that is there already stays as it is."""
        for event in events:
            inhoud = {
                "persoon": event.persoon,
                "data": dict(event.data),
                "gebeurd": event.gebeurd.isoformat() if event.gebeurd else None,
            }
            zin = insert_or_not(t.uitgaand).values(
                id=event.id,
                persoon=persoon,
                gebeurtenis=event.gebeurtenis,
                stand=Uit.GEREED,
                inhoud=self.kluis.dicht(inhoud, f"uitgaand/{event.id}"),
            )
            c.execute(zin.on_conflict_do_nothing())

    def gereed(self, hoeveel: int) -> list[Event]:
        """The first events that the hub does not have yet, in order."""
        u = t.uitgaand.c
        with self.transactie() as c:
            rijen = c.execute(select(t.uitgaand).where(u.stand == Uit.GEREED).order_by(u.volgnummer).limit(hoeveel))
            return [self._event(rij) for rij in rijen]

    def _event(self, rij: Any) -> Event:
        inhoud = self.kluis.open(rij.inhoud, f"uitgaand/{rij.id}")
        gebeurd = date.fromisoformat(inhoud["gebeurd"]) if inhoud["gebeurd"] else None
        return Event(rij.gebeurtenis, inhoud["persoon"], inhoud["data"], gebeurd, rij.id)

    def verzonden(self, ids: Iterable[str]) -> None:
        with self.transactie() as c:
            u = t.uitgaand.c
            c.execute(update(t.uitgaand).where(u.id.in_(list(ids)), u.stand == Uit.GEREED).values(stand=Uit.VERZONDEN))

    def bewijs(self, c: Connection, id_: str, stand: Uit, reden: str = "") -> None:
        """The hub's receipt for one of our events. Accepted: our copy is no longer needed."""
        leeg = {"inhoud": None} if stand is Uit.AANVAARD else {}
        c.execute(update(t.uitgaand).where(t.uitgaand.c.id == id_).values(stand=stand, reden=reden, **leeg))

    # reports of gemeenten

    def neem_aan(
        self, c: Connection, levering: str, persoon: str, naam: str, gemeente: str, stand: Werk, inhoud: Any
    ) -> bool:
        """Keep a delivery of the hub; False when it was here already."""
        zin = insert_or_not(t.opdrachten).values(
            levering=levering,
            persoon=persoon,
            gebeurtenis=naam,
            gemeente=gemeente,
            stand=stand,
            inhoud=self.kluis.dicht(inhoud, f"opdracht/{levering}"),
        )
        return bool(c.execute(zin.on_conflict_do_nothing()).rowcount)

    def eerste_opdrachten(self, nu: float) -> list[Wachtend]:
        """Of each person the first open report, if its time has come: a later one never overtakes it."""
        o = t.opdrachten.c
        with self.transactie() as c:
            rang = func.row_number().over(partition_by=o.persoon, order_by=o.volgnummer).label("rang")
            open_ = select(t.opdrachten, rang).where(o.stand == Werk.OPEN).subquery()
            rijen = c.execute(
                select(open_).where(open_.c.rang == 1, open_.c.volgende <= nu).order_by(open_.c.volgnummer)
            )
            return [self._opdracht(rij) for rij in rijen]

    def opdracht(self, c: Connection, levering: str) -> Wachtend | None:
        """An earlier report by the id under which it was delivered."""
        rij = c.execute(select(t.opdrachten).where(t.opdrachten.c.levering == levering)).first()
        return None if rij is None else self._opdracht(rij)

    def _opdracht(self, rij: Any) -> Wachtend:
        inhoud = self.kluis.open(rij.inhoud, f"opdracht/{rij.levering}")
        return Wachtend(
            rij.volgnummer,
            rij.persoon,
            rij.gemeente,
            rij.gebeurtenis,
            inhoud,
            rij.pogingen,
            rij.begonnen,
            rij.levering,
            rij.stand,
        )

    def herschrijf(self, c: Connection, levering: str, inhoud: Any) -> None:
        """What was reported, as it now is after a correction."""
        zegel = self.kluis.dicht(inhoud, f"opdracht/{levering}")
        c.execute(update(t.opdrachten).where(t.opdrachten.c.levering == levering).values(inhoud=zegel))

    def begin(self, volgnummer: int) -> None:
        """A call is about to be made: if we do not come back from it, nobody knows whether DUO took it."""
        with self.transactie() as c:
            o = t.opdrachten.c
            c.execute(update(t.opdrachten).where(o.volgnummer == volgnummer).values(begonnen=o.begonnen + 1))

    def stel_opdracht_uit(self, volgnummer: int, tot: float, reden: str) -> None:
        with self.transactie() as c:
            o = t.opdrachten.c
            nieuw = {"volgende": tot, "reden": reden, "pogingen": o.pogingen + 1}
            c.execute(update(t.opdrachten).where(o.volgnummer == volgnummer).values(nieuw))

    def sluit_opdracht(self, c: Connection, volgnummer: int, stand: Werk, reden: str = "") -> None:
        c.execute(update(t.opdrachten).where(t.opdrachten.c.volgnummer == volgnummer).values(stand=stand, reden=reden))

    # contact persons

    def contactpersoon(self, gemeente: str, sleutel: str) -> tuple[int, str] | None:
        """DUO's number of a contact person, and the mark of what DUO has of her or him."""
        k = t.contactpersonen.c
        with self.transactie() as c:
            rij = c.execute(select(t.contactpersonen).where(k.gemeente == gemeente, k.sleutel == sleutel)).first()
            return None if rij is None else (rij.nummer, rij.kenmerk)

    def bewaar_contactpersoon(self, gemeente: str, sleutel: str, nummer: int, kenmerk: str) -> None:
        with self.transactie() as c:
            zin = insert_or_not(t.contactpersonen).values(
                gemeente=gemeente, sleutel=sleutel, nummer=nummer, kenmerk=kenmerk
            )
            c.execute(
                zin.on_conflict_do_update(
                    index_elements=["gemeente", "sleutel"], set_={"nummer": nummer, "kenmerk": kenmerk}
                )
            )

    # for people

    def overzicht(self) -> dict[str, dict[str, int]]:
        """How many of each stand in each queue."""
        gevonden: dict[str, dict[str, int]] = {}
        with self.transactie() as c:
            for tabel in (t.notificaties, t.opdrachten, t.uitgaand):
                tel = select(tabel.c.stand, func.count()).group_by(tabel.c.stand)
                gevonden[tabel.name] = {str(stand): aantal for stand, aantal in c.execute(tel)}
        return gevonden

    def aandacht(self) -> list[dict[str, Any]]:
        """What waits for somebody, or for another attempt; nothing that says who it is about."""
        gevonden = []
        with self.transactie() as c:
            for tabel, naam in ((t.notificaties, "gebeurtenis_id"), (t.opdrachten, "gebeurtenis")):
                wie = tabel.c.reden != ""
                for rij in c.execute(select(tabel).where(wie, tabel.c.stand != Werk.OVERGESLAGEN)):
                    gevonden.append(
                        {
                            "wachtrij": tabel.name,
                            "nummer": rij[0],
                            "wat": getattr(rij, naam),
                            "gemeente": rij.gemeente,
                            "stand": rij.stand,
                            "reden": rij.reden,
                            "pogingen": rij.pogingen,
                        }
                    )
            for rij in c.execute(select(t.uitgaand).where(t.uitgaand.c.stand == Uit.GEWEIGERD)):
                gevonden.append(
                    {
                        "wachtrij": "uitgaand",
                        "nummer": rij.volgnummer,
                        "wat": rij.gebeurtenis,
                        "gemeente": "",
                        "stand": rij.stand,
                        "reden": rij.reden,
                        "pogingen": 0,
                    }
                )
        return gevonden

    def opnieuw(self, wachtrij: str, nummer: int) -> bool:
        """Try something again that stood still; False when there is no such thing."""
        tabel, sleutel = (
            (t.notificaties, t.notificaties.c.id)
            if wachtrij == "notificatie"
            else (t.opdrachten, t.opdrachten.c.volgnummer)
        )
        stil = (Werk.AANGEHOUDEN, Werk.GEWEIGERD)
        with self.transactie() as c:
            zin = update(tabel).where(sleutel == nummer, tabel.c.stand.in_(stil))
            return bool(c.execute(zin.values(stand=Werk.OPEN, reden="", volgende=0.0)).rowcount)


ZONDER_BSN = "Van deze persoon is alleen het V-nummer bekend; DUO's diensten vragen een BSN."
"""Why a notice waits until a later one, or a delivery, names the BSN as well."""


def nu() -> float:
    """Seconds since 1970, UTC."""
    return time.time()


__all__ = ["ZONDER_BSN", "Opslag", "Persoon", "Wachtend", "nu"]
