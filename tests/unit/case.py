# SPDX-License-Identifier: EUPL-1.2
"""One dossier in memory for the tests of rules: what organisations say on which day, and what came of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from consent.decide import Besluit
from consent.kader import Partij
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from hub.dossier.feiten.rows import KERN, Row, Rows
from hub.dossier.feiten.zaak import Zaak
from hub.dossier.handle import Bundels, Gebeurtenis, Gevolgen, Levering, handle, on_tick
from hub.dossier.regels.kalender import AMSTERDAM
from hub.dossier.regels.rules import Regels, ingebouwd
from hub.dossier.stand.paden import waarde

COA, DUO, GEM_A, GEM_B = "coa#opvang", "duo#uitvoering", "gem-a#gemeente", "gem-b#gemeente"
SCHOOL, SCHOOL_B, VWN, VWN_TAAL = "school#taalschool", "school-b#taalschool", "vwn#begeleider", "vwn#taalschool"
ISD = "isd#uitvoerder"
_ROLLEN = {
    "coa": ["opvang"],
    "duo": ["uitvoering"],
    "gem-a": ["gemeente"],
    "gem-b": ["gemeente"],
    "school": ["taalschool"],
    "school-b": ["taalschool"],
    "vwn": ["begeleider", "taalschool"],
    "isd": ["uitvoerder"],
}
REGISTER = Deelnemersregister.of(
    {
        "oin": oin,
        "naam": oin,
        "rollen": [{"rol": rol, "van": date(2000, 1, 1)} for rol in rollen],
        "namens": ["gem-a"] if oin in ("school", "school-b", "vwn", "isd") else [],
    }
    for oin, rollen in _ROLLEN.items()
)
BELEID = Beleid.load()


def dag(tekst: str) -> date:
    return date.fromisoformat(tekst)


def avond(tekst: str) -> datetime:
    """The end of a Dutch day."""
    return datetime.combine(dag(tekst), time(23, 59), AMSTERDAM)


class Case:
    """A dossier to which organisations say things. Positions and instants count up in the order of saying."""

    def __init__(self, regels: Regels | None = None, **lezing: dict[str, Any]) -> None:
        gelezen, vreemd = (regels or ingebouwd()).met({naam.replace("_", " "): w for naam, w in lezing.items()})
        assert not vreemd, f"no rule has {vreemd}"
        self.bundels = Bundels(BELEID, gelezen, REGISTER)
        self.rijen: dict[str, Row] = {}
        self.records: list[Gebeurtenis] = []
        self.leveringen: list[Levering] = []
        self.besluiten: tuple[Besluit, ...] = ()
        self.verloop: list[tuple[Gebeurtenis, Gevolgen]] = []
        self.agenda: date | None = None
        self.nu = "2022-01-01"

    def zegt(
        self, bron: str, gebeurtenis: str, op: str, *, id: str | None = None, gebeurd: str | None = None, **data: Any
    ) -> Gevolgen:
        """An organisation says something on a day (recorded then; happened then, unless given)."""
        nummer = len(self.records) + 1
        moment = datetime.combine(dag(op), time(8), UTC) + timedelta(seconds=nummer)
        record = Gebeurtenis(
            id or f"e{nummer}", gebeurtenis, Partij.parse(bron), data, dag(gebeurd or op), moment, nummer
        )
        self.records.append(record)
        return self.neemt(record)

    def neemt(self, record: Gebeurtenis) -> Gevolgen:
        rows = Rows.in_memory(self.rijen)
        self.nu = record.vastgelegd.date().isoformat()
        gevolgen = self._verwerk(rows, handle("dossier-1", rows, record, self.bundels, record.vastgelegd))
        self.verloop.append((record, gevolgen))
        return gevolgen

    def tik(self, op: str) -> Gevolgen:
        """The clock is looked at, at the end of a day."""
        rows = Rows.in_memory(self.rijen)
        self.nu = op
        return self._verwerk(rows, on_tick("dossier-1", rows, self.bundels, avond(op)))

    def _verwerk(self, rows: Rows, gevolgen: Gevolgen) -> Gevolgen:
        for bak, rij in rows.changed().items():
            if rij is None:
                del self.rijen[bak]
            else:
                self.rijen[bak] = rij
        self.agenda = gevolgen.agenda
        self.leveringen += gevolgen.leveringen
        self.besluiten = gevolgen.besluiten
        return gevolgen

    @property
    def zaak(self) -> Zaak:
        return Zaak(Rows.in_memory(self.rijen))

    def stand(self, pad: str, op: str | None = None) -> object:
        return waarde(self.zaak, self.bundels.regels, avond(op or self.nu), pad)

    def open(self, regel: str, onderwerp: str | None = None) -> Row | None:
        """The open signal of a rule (the first, if there are more)."""
        signalen = self.rijen.get(KERN, {}).get("signalen", {})
        passend = (r for r in signalen.values() if r["regel"] == regel and onderwerp in (None, r["onderwerp"]))
        return next(passend, None)

    def ernst(self, regel: str) -> str | None:
        rij = self.open(regel)
        return rij["ernst"] if rij else None

    def ontvangen(self, partij: str, gebeurtenis: str) -> list[Levering]:
        return [x for x in self.leveringen if str(x.ontvanger) == partij and x.gebeurtenis == gebeurtenis]

    def reden(self, partij: str) -> str | None:
        """Why this party was denied the last event."""
        besluit = next((b for b in self.besluiten if str(b.ontvanger) == partij), None)
        return besluit.reden.value if besluit and besluit.reden else None


def plicht(case: Case, op: str, *, doelgroep: str = "asielstatushouder", gemeente: str = "gem-a", **meer: Any) -> None:
    """DUO establishes the plicht; kennisgeving on the day itself unless given."""
    case.zegt(
        DUO,
        "inburgeringsplicht-vastgesteld",
        op,
        id="plicht",
        **{"doelgroep": doelgroep, "gemeente": gemeente, "kennisgeving": op, **meer},
    )


def in_les(case: Case, *, doelgroep: str = "asielstatushouder", start: str = "2025-03-03") -> None:
    """A case with plicht, regievoerder, PIP, school and a course that began."""
    plicht(case, "2025-01-06", doelgroep=doelgroep)
    case.zegt(GEM_A, "regievoerder-toegewezen", "2025-01-07", regievoerder="rv-1", organisatie="gem-a")
    case.zegt(GEM_A, "pip-vastgesteld", "2025-02-03", id="pip", dagtekening="2025-02-03", leerroute="B1-route")
    case.zegt(GEM_A, "taalschool-toegewezen", "2025-02-10", taalschool="school", leerroute="B1-route")
    case.zegt(SCHOOL, "cursus-gestart", start, begindatum=start, component="taal")


def afwezig(case: Case, les: str, op: str, verzuim: str = "ongeoorloofd", bron: str = SCHOOL, **meer: Any) -> None:
    case.zegt(bron, "aanwezigheid-gemeld", op, les=les, datum=op, component="taal", verzuim=verzuim, **meer)
