# SPDX-License-Identifier: EUPL-1.2
"""The story through the pure core, in memory and in seconds: for tests, and for who changes a file or a rule.

No broker, seals, receipts of intake or vault: who is who comes from the list of persons, pseudonyms are made up here.
The real runner does all of that; both fill the same `Waarneming`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.files import Afgekeurd, Melding, load_profile, read
from consent.admission import may_say
from consent.corrections import REGEL_AVG_19
from consent.decide import Besluit, Uitkomst
from consent.kader import Partij
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from demo.draaiboek import Draaiboek, Zending
from demo.kenmerken import Kenmerken, fill
from demo.waarneming import Aanlevering, AfgekeurdeRij, Geleverd, Geweigerd, Waarneming
from hub.dossier.feiten.rows import Row, Rows
from hub.dossier.handle import Bundels, Gebeurtenis, Gevolgen, Levering, Soort, handle, on_tick
from hub.dossier.regels.rules import Regels
from schemas.vocabulary import Rol

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TICK_AT = time(6, 0)
FIRST_FILE_AT = time(9, 0)
AVG_19 = "AVG 19"


@dataclass
class Dossier:
    """The rows of one person, and the next day on which the passing of time can change something."""

    rows: dict[str, Row] = field(default_factory=dict)
    agenda: date | None = None


class Rehearsal:
    """Plays a script once; `play` gives what was seen."""

    def __init__(self, draaiboek: Draaiboek) -> None:
        self.draaiboek = draaiboek
        self.kenmerken = Kenmerken(draaiboek.personen)
        self.bundels = Bundels(Beleid.load(), Regels.laad(), register(draaiboek))
        self._dossiers = {persoon.id: Dossier() for persoon in draaiboek.personen}
        self._who = {persoon.bsn: persoon.id for persoon in draaiboek.personen}
        self._who |= {persoon.vnummer: persoon.id for persoon in draaiboek.personen if persoon.vnummer}
        self._taken: set[tuple[str, str]] = set()
        self._positie = 0
        self._geleverd: list[Geleverd] = []
        self._geweigerd: list[Geweigerd] = []
        self._aanleveringen: list[Aanlevering] = []
        self._afgekeurd: list[AfgekeurdeRij] = []

    def play(self) -> Waarneming:
        zendingen = {dag.datum: dag.zendingen for dag in self.draaiboek.dagen}
        with tempfile.TemporaryDirectory() as outbox:
            for datum in _days(self.draaiboek.van, self.draaiboek.tot):
                self._tick(datum)
                for number, zending in enumerate(zendingen.get(datum, ())):
                    moment = datetime.combine(datum, FIRST_FILE_AT, AMSTERDAM) + timedelta(minutes=10 * number)
                    self._send(zending, moment, Path(outbox))
        return Waarneming(
            tuple(self._geleverd),
            tuple(self._geweigerd),
            tuple(self._aanleveringen),
            tuple(self._afgekeurd),
            {one.oin: one.id for one in self.draaiboek.deelnemers},
        )

    def _tick(self, datum: date) -> None:
        nu = datetime.combine(datum, TICK_AT, AMSTERDAM)
        for persoon, dossier in self._dossiers.items():
            if dossier.agenda is not None and dossier.agenda <= datum:
                rows = Rows(dossier.rows.get)
                self._settle(persoon, dossier, rows, on_tick(persoon, rows, self.bundels, nu), nu)

    def _send(self, zending: Zending, moment: datetime, outbox: Path) -> None:
        org = zending.org_id
        path = fill(zending.path, outbox, lambda place: self.kenmerken.zoek(org, place))
        afzender = self.draaiboek.deelnemer(org)
        profiel = load_profile(zending.profiel, afzender=afzender.oin, geheim=f"geheim van {org}".encode())
        bron = Partij(afzender.oin, Rol(afzender.rol))
        for row in read(path, profiel):
            if isinstance(row, Afgekeurd):
                seen = AfgekeurdeRij(moment.date(), org, zending.path.name, row.regelnummer, row.kolom)
                self._afgekeurd.append(seen)
            else:
                self._deliver(row, org, bron, moment)

    def _deliver(self, melding: Melding, org: str, bron: Partij, moment: datetime) -> None:
        if (bron.oin, melding.id) in self._taken:
            return  # a resend gets its first receipt again
        self._taken.add((bron.oin, melding.id))
        persoon = self._person(org, melding)
        refusal = may_say(bron, melding.gebeurtenis, melding.data)
        gevolgen: Gevolgen | None = None
        if refusal is None:
            self._positie += 1
            record = Gebeurtenis(
                melding.id, melding.gebeurtenis, bron, melding.data, melding.gebeurd, moment, self._positie
            )
            dossier = self._dossiers[persoon]
            rows = Rows(dossier.rows.get)
            gevolgen = handle(persoon, rows, record, self.bundels, moment)
            refusal = gevolgen.weigering
        reden = refusal.grond.value if refusal else None
        self._aanleveringen.append(Aanlevering(moment.date(), org, melding.gebeurtenis, persoon, reden))
        if gevolgen is not None and refusal is None:
            for besluit in gevolgen.besluiten:
                self._denied(besluit, melding.gebeurtenis, self.draaiboek.partij(str(bron)), persoon, moment.date())
            self._settle(persoon, self._dossiers[persoon], rows, gevolgen, moment)

    def _person(self, org: str, melding: Melding) -> str:
        identities = [melding.persoon["waarde"], *(one["waarde"] for one in melding.persoon["ook"])]
        known = self.kenmerken.persoon(org, melding.persoon["waarde"])
        return known or next(self._who[one] for one in identities if one in self._who)

    def _settle(self, persoon: str, dossier: Dossier, rows: Rows, gevolgen: Gevolgen, moment: datetime) -> None:
        for bucket, row in rows.changed().items():
            if row is None:
                dossier.rows.pop(bucket, None)
            else:
                dossier.rows[bucket] = row
        dossier.agenda = gevolgen.agenda
        besluiten = {besluit.ontvanger: besluit for besluit in gevolgen.besluiten}
        hubbesluiten = {(one.gebeurtenis, one.besluit.ontvanger): one.besluit for one in gevolgen.hubbesluiten}
        for levering in gevolgen.leveringen:
            if levering.soort is Soort.ONTVANGSTBEWIJS:
                continue
            besluit = hubbesluiten.get((levering.gebeurtenis, levering.ontvanger)) or besluiten[levering.ontvanger]
            self._received(levering, besluit, persoon, moment.date())
        for one in gevolgen.hubbesluiten:
            self._denied(one.besluit, one.gebeurtenis, "hub#hub", persoon, moment.date())

    def _received(self, levering: Levering, besluit: Besluit, persoon: str, datum: date) -> None:
        partij = self.draaiboek.partij(str(levering.ontvanger))
        org = partij.partition("#")[0]
        kinds = frozenset(categorie.value for categorie in levering.persoon)
        who = next(one for one in self.draaiboek.personen if one.id == persoon)
        told = [value for kind, value in (("bsn", who.bsn), ("vnummer", who.vnummer)) if kind in kinds and value]
        self.kenmerken.leer(org, f"ps-{org}-{persoon}", told, levering.data)
        self._geleverd.append(
            Geleverd(
                datum,
                self.draaiboek.partij(levering.bron),
                partij,
                levering.gebeurtenis,
                persoon,
                levering.data,
                kinds,
                tuple(sorted(articles(besluit.regels, self.bundels.beleid))),
            )
        )

    def _denied(self, besluit: Besluit, gebeurtenis: str, van: str, persoon: str, datum: date) -> None:
        if besluit.uitkomst is Uitkomst.GEWEIGERD and besluit.reden is not None:
            aan = self.draaiboek.partij(str(besluit.ontvanger))
            self._geweigerd.append(Geweigerd(datum, van, aan, gebeurtenis, persoon, besluit.reden.value))


def articles(row_ids: tuple[str, ...], beleid: Beleid) -> set[str]:
    """The articles that policy rows cite; what rests on AVG 19 itself has no row."""
    found = {regel.artikel for row_id in row_ids for regel in beleid.met_id(row_id)}
    return found | ({AVG_19} if REGEL_AVG_19 in row_ids else set())


def register(draaiboek: Draaiboek) -> Deelnemersregister:
    """The participants of the story, without certificates and keys: the pure core needs neither."""
    oins = {one.id: one.oin for one in draaiboek.deelnemers}
    rows: list[dict[str, Any]] = [
        {
            "oin": one.oin,
            "naam": one.naam,
            "systeem": one.systeem,
            "rollen": [{"rol": one.rol, "van": one.van}],
            "namens": [oins[gemeente] for gemeente in one.namens],
        }
        for one in draaiboek.deelnemers
    ]
    return Deelnemersregister.of(rows)


def _days(van: date, tot: date) -> Iterator[date]:
    for number in range((tot - van).days + 1):
        yield van + timedelta(days=number)
