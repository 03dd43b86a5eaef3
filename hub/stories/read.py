# SPDX-License-Identifier: EUPL-1.2
"""The story file as typed data. Reads the format, judges nothing: a story may expect what the hub does not do."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from schemas.vocabulary import Rol


class OngeldigVerhaal(ValueError):
    """A file that is no story; the text says what to change."""


class _Deel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Deelnemer(_Deel):
    """An organisation. `notes.contract` and `notes.verwerker_van` name the gemeenten that it works for."""

    id: str
    roles: list[Rol]
    notes: dict[str, Any] = Field(default_factory=dict)

    @property
    def oin(self) -> str:
        return self.id.partition("#")[0]

    @property
    def namens(self) -> list[str]:
        gevonden: list[str] = []
        for sleutel in ("contract", "verwerker_van", "namens"):
            waarde = self.notes.get(sleutel, [])
            gevonden += [waarde] if isinstance(waarde, str) else [str(w) for w in waarde or []]
        return gevonden


class Persoon(_Deel):
    id: str
    doelgroep: str | None = None
    leerroute: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)

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
    def _dag(cls, waarde: Any) -> Any:
        return waarde.date() if isinstance(waarde, datetime) else waarde

    @field_validator("data", mode="before")
    @classmethod
    def _leeg(cls, waarde: Any) -> Any:
        return waarde or {}


class Bericht(_Deel):
    """receives, denied."""

    who: str
    event: str
    person: str | None = None
    must_contain: list[str] = Field(default_factory=list)
    must_not_contain: list[str] = Field(default_factory=list)
    reason_kind: list[str] = Field(default_factory=list)

    @field_validator("reason_kind", "must_contain", "must_not_contain", mode="before")
    @classmethod
    def _een_of_meer(cls, waarde: Any) -> Any:
        if waarde is None:
            return []
        return [_tekst(w) for w in (waarde if isinstance(waarde, list) else [waarde])]


class Signaal(_Deel):
    """signal_open, no_signal, signal_closed."""

    rule: str
    person: str | None = None
    owner: str | None = None
    subject: str | None = None
    severity: str | None = None


class Verwachting(_Deel):
    at: date
    receives: Bericht | None = None
    denied: Bericht | None = None
    signal_open: Signaal | None = None
    no_signal: Signaal | None = None
    signal_closed: Signaal | None = None
    state: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _een(self) -> Verwachting:
        if len(self.model_fields_set - {"at"}) != 1:
            raise ValueError(
                "expect one thing per line: receives, denied, signal_open, no_signal, signal_closed or state"
            )
        return self

    @property
    def staat(self) -> tuple[str, dict[str, Any]]:
        """Person and paths of a state line, in either of its two spellings."""
        rij = dict(self.state or {})
        persoon = str(rij.pop("person", ""))
        if set(rij) == {"path", "value"}:
            return persoon, {str(rij["path"]): rij["value"]}
        return persoon, rij


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

    @field_validator("reading", "ticks", "doubtful", "facts", mode="before")
    @classmethod
    def _niets(cls, waarde: Any, info: Any) -> Any:
        return waarde if waarde is not None else ({} if info.field_name == "reading" else [])

    @model_validator(mode="after")
    def _kent_zijn_namen(self) -> Verhaal:
        personen, partijen = {p.id for p in self.persons}, {d.oin for d in self.participants} | {"hub"}
        for feit in self.facts:
            if feit.person is not None and feit.person not in personen:
                raise ValueError(f"add {feit.person} to persons, or name another person in the fact of {feit.recorded}")
            if feit.van.partition("#")[0] not in partijen:
                raise ValueError(f"add {feit.van} to participants, or name another sender on {feit.recorded}")
        return self


def lees(bestand: Path) -> Verhaal:
    """One story from one file; raises OngeldigVerhaal."""
    try:
        return Verhaal.model_validate(yaml.safe_load(bestand.read_text(encoding="utf-8")))
    except ValidationError as fout:
        eerste = fout.errors(include_url=False, include_input=False)[0]
        plaats = ".".join(str(deel) for deel in eerste["loc"]) or "the top"
        raise OngeldigVerhaal(f"Correct {bestand} at {plaats}: {eerste['msg'].removeprefix('Value error, ')}") from fout
    except (OSError, UnicodeDecodeError) as fout:
        raise OngeldigVerhaal(f"Give a story file that can be read; {bestand} cannot: {fout}") from fout
    except yaml.YAMLError as fout:
        raise OngeldigVerhaal(f"Give a YAML file; {bestand} is none: {' '.join(str(fout).split())}") from fout


def _tekst(waarde: Any) -> str:
    """An item of a list as text; YAML reads `key: value` in a list as a mapping."""
    if isinstance(waarde, dict) and len(waarde) == 1:
        sleutel, inhoud = next(iter(waarde.items()))
        return f"{sleutel}={plat(inhoud)}"
    return str(plat(waarde))


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
