# SPDX-License-Identifier: EUPL-1.2
"""The story file as typed data. Reads the format, judges nothing: a story may expect what the hub does not do.

What the format does not know is an error that names file, line and what to write; nothing is dropped in silence.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from consent.kader import Reden
from hub.dossier.verwachtingen.verwachting import Ernst
from schemas.vocabulary import Rol

from .lines import DubbeleSleutel, Tekst
from .words import nearest

HUB = "hub"


class OngeldigVerhaal(ValueError):
    """A file that is no story; the text says what to change."""


class _Deel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _dag(waarde: Any) -> Any:
    return waarde.date() if isinstance(waarde, datetime) else waarde


def _lijst(waarde: Any) -> Any:
    if waarde is None:
        return []
    return waarde if isinstance(waarde, list) else [waarde]


class Deelnemer(_Deel):
    """An organisation. The gemeenten that its `notes` name (contract, verwerker_van, ...) are those it works for."""

    id: str
    roles: list[Rol]
    notes: dict[str, Any] = Field(default_factory=dict)

    @field_validator("roles", mode="before")
    @classmethod
    def _rollen(cls, waarde: Any) -> Any:
        return _lijst(waarde)

    @field_validator("notes", mode="before")
    @classmethod
    def _notities(cls, waarde: Any) -> Any:
        return waarde if isinstance(waarde, dict) else {"note": waarde} if waarde is not None else {}

    @property
    def oin(self) -> str:
        return self.id.partition("#")[0]


class Persoon(_Deel):
    """Somebody, or as many as `aantal` says. `facts` are what is so; what the hub knows comes by the facts below."""

    id: str
    doelgroep: str | None = None
    leerroute: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)

    @field_validator("facts", mode="before")
    @classmethod
    def _leeg(cls, waarde: Any) -> Any:
        return waarde if waarde is not None else {}

    @model_validator(mode="after")
    def _telbaar(self) -> Persoon:
        aantal = self.facts.get("aantal", 1)
        if not isinstance(aantal, int) or isinstance(aantal, bool) or aantal < 1:
            raise ValueError(f"write aantal of {self.id} as a number of persons, 1 or more")
        return self

    @property
    def aantal(self) -> int:
        """How many people this one stands for."""
        return int(self.facts.get("aantal", 1))


class Feit(_Deel):
    recorded: date
    happened: date | None = None
    van: str = Field(alias="from")
    event: str
    person: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    id: str | None = None

    @field_validator("recorded", "happened", mode="before")
    @classmethod
    def _dagen(cls, waarde: Any) -> Any:
        return _dag(waarde)

    @field_validator("data", mode="before")
    @classmethod
    def _leeg(cls, waarde: Any) -> Any:
        return waarde if waarde is not None else {}

    @field_validator("id", mode="before")
    @classmethod
    def _tekst_id(cls, waarde: Any) -> Any:
        return str(waarde) if isinstance(waarde, int) else waarde


class Bericht(_Deel):
    """What an organisation receives or is denied."""

    who: str
    event: str
    person: str | None = None


class Ontvangst(Bericht):
    """receives."""

    must_contain: list[str] = Field(default_factory=list)
    must_not_contain: list[str] = Field(default_factory=list)

    @field_validator("must_contain", "must_not_contain", mode="before")
    @classmethod
    def _een_of_meer(cls, waarde: Any) -> Any:
        return [_tekst(w) for w in _lijst(waarde)]


class Weigering(Bericht):
    """denied."""

    reason_kind: list[Reden] = Field(default_factory=list)

    @field_validator("reason_kind", mode="before")
    @classmethod
    def _een_of_meer(cls, waarde: Any) -> Any:
        return _lijst(waarde)


class Signaal(_Deel):
    """signal_open, no_signal, signal_closed."""

    rule: str
    person: str | None = None
    owner: str | None = None
    subject: str | None = None
    severity: Ernst | None = None


class Verwachting(_Deel):
    """One line of `expect`; `regel` is its line in the file, 0 where there is no file."""

    at: date
    receives: Ontvangst | None = None
    denied: Weigering | None = None
    signal_open: Signaal | None = None
    no_signal: Signaal | None = None
    signal_closed: Signaal | None = None
    state: dict[str, Any] | None = None

    @field_validator("at", mode="before")
    @classmethod
    def _dagen(cls, waarde: Any) -> Any:
        return _dag(waarde)

    @model_validator(mode="after")
    def _een(self) -> Verwachting:
        genoemd = [naam for naam in type(self).model_fields if naam != "at" and getattr(self, naam) is not None]
        if len(genoemd) != 1:
            raise ValueError(
                "expect one thing per line: receives, denied, signal_open, no_signal, signal_closed or state"
            )
        if self.state is not None and (not self.state.get("person") or not self.staat[1]):
            raise ValueError("give state a person and at least one path with its value")
        return self

    @property
    def staat(self) -> tuple[str, dict[str, Any]]:
        """Person and paths of a state line, in either of its two spellings."""
        rij = dict(self.state or {})
        persoon = str(rij.pop("person", ""))
        if set(rij) == {"path", "value"}:
            return persoon, {str(rij["path"]): rij["value"]}
        return persoon, rij

    @property
    def over(self) -> str | None:
        """The person that it is about."""
        if self.state is not None:
            return self.staat[0]
        deel = self.receives or self.denied or self.signal_open or self.no_signal or self.signal_closed
        return deel.person if deel else None


class Verhaal(_Deel):
    """One story."""

    title: str
    source: dict[str, Any] = Field(default_factory=dict)
    reading: dict[str, dict[str, Any]] = Field(default_factory=dict)
    participants: list[Deelnemer]
    persons: list[Persoon]
    facts: list[Feit]
    ticks: list[date] = Field(default_factory=list)
    expect: list[Verwachting]
    doubtful: list[Any] = Field(default_factory=list)

    @field_validator("source", mode="before")
    @classmethod
    def _bron(cls, waarde: Any) -> Any:
        return waarde if isinstance(waarde, dict) else {"document": waarde} if waarde is not None else {}

    @field_validator("reading", mode="before")
    @classmethod
    def _lezing(cls, waarde: Any) -> Any:
        """`{verzuim.count: all}` says the same as `{verzuim: {count: all}}`."""
        if not isinstance(waarde, dict):
            return waarde if waarde is not None else {}
        samen: dict[str, Any] = {}
        for regel, inhoud in waarde.items():
            naam, punt, instelling = str(regel).rpartition(".")
            if punt and not isinstance(inhoud, dict):
                samen[naam] = {**samen.get(naam, {}), instelling: inhoud}
            else:
                samen[str(regel)] = {**samen.get(str(regel), {}), **inhoud} if isinstance(inhoud, dict) else inhoud
        return samen

    @field_validator("facts", "ticks", "doubtful", "expect", "persons", "participants", mode="before")
    @classmethod
    def _niets(cls, waarde: Any, info: Any) -> Any:
        lijst = [] if waarde is None else [waarde] if info.field_name == "doubtful" else waarde
        if info.field_name == "doubtful" and isinstance(waarde, list):
            return waarde
        return [_dag(dag) for dag in lijst] if info.field_name == "ticks" and isinstance(lijst, list) else lijst


def lees(bestand: Path) -> Verhaal:
    """One story from one file; raises OngeldigVerhaal."""
    return lees_met_regels(bestand)[0]


def lees_met_regels(bestand: Path) -> tuple[Verhaal, Tekst]:
    """One story, and where its parts stand in the file; raises OngeldigVerhaal."""
    try:
        tekst = Tekst(bestand.read_text(encoding="utf-8"))
        verhaal = Verhaal.model_validate(tekst.inhoud)
    except ValidationError as fout:
        eerste = fout.errors(include_url=False, include_input=False)[0]
        raise OngeldigVerhaal(_melding(bestand, tekst.regel(eerste["loc"]), eerste["loc"], _uitleg(eerste))) from fout
    except DubbeleSleutel as fout:
        raise OngeldigVerhaal(f"{bestand}, line {fout.regel}: {fout}") from fout
    except (OSError, UnicodeDecodeError) as fout:
        raise OngeldigVerhaal(f"Give a story file that can be read; {bestand} cannot: {fout}") from fout
    except yaml.YAMLError as fout:
        raise OngeldigVerhaal(f"Give a YAML file; {bestand} is none: {' '.join(str(fout).split())}") from fout
    for plaats, uitleg in _namen(verhaal):
        raise OngeldigVerhaal(_melding(bestand, tekst.regel(plaats), plaats, uitleg))
    return verhaal, tekst


def _melding(bestand: Path, regel: int, plaats: Any, uitleg: str) -> str:
    naam = ".".join(str(deel) for deel in plaats) or "the top"
    return f"{bestand}, line {regel}: correct {naam}: {uitleg}"


def _uitleg(fout: Any) -> str:
    """What to write instead, in the words of the format."""
    plaats = fout["loc"]
    match fout["type"]:
        case "extra_forbidden":
            velden = _velden(plaats[:-1])
            return f"{plaats[-1]} is no part of the format here; use {', '.join(velden)}"
        case "missing":
            return f"add {plaats[-1]}"
        case "enum":
            return f"use {fout['ctx']['expected']}"
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return "write a date as YYYY-MM-DD"
    return str(fout["msg"]).removeprefix("Value error, ")


def _velden(plaats: tuple[str | int, ...]) -> list[str]:
    soort: Any = Verhaal
    bekend: dict[str, type[BaseModel]] = {
        "participants": Deelnemer,
        "persons": Persoon,
        "facts": Feit,
        "expect": Verwachting,
        "receives": Ontvangst,
        "denied": Weigering,
        "signal_open": Signaal,
        "no_signal": Signaal,
        "signal_closed": Signaal,
    }
    for deel in plaats:
        soort = bekend.get(str(deel), soort)
    return [veld.alias or naam for naam, veld in soort.model_fields.items()]


def _namen(verhaal: Verhaal) -> list[tuple[tuple[str | int, ...], str]]:
    """References to persons and organisations that the story does not introduce, with what to write."""
    personen = {p.id for p in verhaal.persons}
    partijen = {d.oin for d in verhaal.participants} | {d.id for d in verhaal.participants} | {HUB}
    fouten: list[tuple[tuple[str | int, ...], str]] = []

    def persoon(plaats: tuple[str | int, ...], naam: str | None) -> None:
        if naam is not None and naam not in personen:
            fouten.append((plaats, f"add {naam} to persons, or name another person{nearest(naam, personen)}"))

    def partij(plaats: tuple[str | int, ...], naam: str | None) -> None:
        if naam is None:
            return
        oin, kruis, rol = naam.partition("#")
        if oin not in partijen:
            fouten.append((plaats, f"add {oin} to participants, or name another one{nearest(oin, partijen)}"))
        elif kruis and rol not in set(map(str, Rol)):
            fouten.append((plaats, f"use a role after #: {', '.join(Rol)}"))

    for nummer, feit in enumerate(verhaal.facts):
        persoon(("facts", nummer, "person"), feit.person)
        partij(("facts", nummer, "from"), feit.van)
    for nummer, een in enumerate(verhaal.expect):
        soort = next(naam for naam in type(een).model_fields if naam != "at" and getattr(een, naam) is not None)
        plaats = ("expect", nummer, soort)
        persoon((*plaats, "person"), een.over)
        deel = getattr(een, soort)
        if isinstance(deel, Bericht):
            partij((*plaats, "who"), deel.who)
        elif isinstance(deel, Signaal):
            partij((*plaats, "subject"), deel.subject)
    return fouten


def _tekst(waarde: Any) -> str:
    """An item of a list as text; YAML reads `key: value` in a list as a mapping."""
    if isinstance(waarde, dict) and len(waarde) == 1:
        sleutel, inhoud = next(iter(waarde.items()))
        return f"{sleutel}={kaal(inhoud)}"
    return kaal(waarde)


def kaal(waarde: Any) -> str:
    """A value as text, the way that expectations compare: dates ISO, booleans in lower case."""
    waarde = plat(waarde)
    return str(waarde).lower() if isinstance(waarde, bool) else str(waarde)


def plat(waarde: Any) -> Any:
    """YAML's dates as the ISO text that events carry; lists and mappings with them."""
    if isinstance(waarde, datetime):
        return waarde.isoformat()
    if isinstance(waarde, date):
        return waarde.isoformat()
    if isinstance(waarde, list):
        return [plat(w) for w in waarde]
    if isinstance(waarde, dict):
        return {str(k): plat(w) for k, w in waarde.items()}
    return waarde
