# SPDX-License-Identifier: EUPL-1.2
"""The script of the story: who takes part, who the persons are, and which file leaves which organisation on which day.

Not here: sending (the runner) and what should come of it (`verwachting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

VERHAAL = Path(__file__).parent / "verhaal"


@dataclass(frozen=True)
class Deelnemer:
    """An organisation of the story. `namens`: ids of the gemeenten that it works for."""

    id: str
    oin: str
    naam: str
    rol: str
    systeem: str
    van: date
    namens: tuple[str, ...] = ()

    @property
    def partij(self) -> str:
        """`id#rol`, as the expectation file writes a party."""
        return f"{self.id}#{self.rol}"


@dataclass(frozen=True)
class Persoon:
    """A fictitious person; `clientnummer` is how the begeleider knows her or him."""

    id: str
    voornamen: str
    achternaam: str
    herkomst: str
    geboortedatum: str
    bsn: str
    vnummer: str | None = None
    clientnummer: str | None = None


@dataclass(frozen=True)
class Zending:
    """A file that an organisation drops; `profiel` says how to read it. `koppelvlak`: DUO does not drop it but says it
    through its machine interface."""

    org_id: str
    path: Path
    profiel: str
    koppelvlak: bool = False


@dataclass(frozen=True)
class Dag:
    datum: date
    zendingen: tuple[Zending, ...]


@dataclass(frozen=True)
class Draaiboek:
    """`van` is the first simulated day, `tot` the last."""

    van: date
    tot: date
    dagen: tuple[Dag, ...]
    deelnemers: tuple[Deelnemer, ...]
    personen: tuple[Persoon, ...]

    def deelnemer(self, org_id: str) -> Deelnemer:
        return next(one for one in self.deelnemers if one.id == org_id)

    def partij(self, oin_rol: str) -> str:
        """`oin#rol` as the hub writes a party -> `id#rol` as the story does; unknown ones stay as they are."""
        oin, _, rol = oin_rol.partition("#")
        return next((f"{one.id}#{rol}" for one in self.deelnemers if one.oin == oin), oin_rol)


def load(verhaal: Path = VERHAAL) -> Draaiboek:
    """The story as it lies in its directory; every file that it names exists."""
    script = _yaml(verhaal / "draaiboek.yaml")
    dagen = tuple(
        Dag(datum, tuple(_zending(row, verhaal) for row in rows)) for datum, rows in sorted(script["dagen"].items())
    )
    missing = [zending.path for dag in dagen for zending in dag.zendingen if not zending.path.is_file()]
    if missing:
        raise FileNotFoundError(f"Put {missing[0].relative_to(verhaal)} back, or take it out of draaiboek.yaml.")
    return Draaiboek(
        van=script["van"],
        tot=script["tot"],
        dagen=dagen,
        deelnemers=tuple(_deelnemer(row) for row in _yaml(verhaal / "participants.yaml")),
        personen=tuple(Persoon(**row) for row in _yaml(verhaal / "personen.yaml")),
    )


def _zending(row: dict[str, Any], verhaal: Path) -> Zending:
    return Zending(row["van"], verhaal / row["bestand"], row["profiel"], bool(row.get("koppelvlak")))


def _deelnemer(row: dict[str, Any]) -> Deelnemer:
    return Deelnemer(**{**row, "namens": tuple(row.get("namens", ()))})


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
