# SPDX-License-Identifier: EUPL-1.2
"""The profile of one kind of file: which column becomes which field of which event. Data in `profielen/*.yaml`.

Not here: reading a file (`sources`, `reader`) or what a field may hold (the catalogue decides when it is encoded).
"""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from typing import Any, Literal
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.files.rows import key_namespace

FILLED = "*"  # in a condition: any value will do, as long as there is one
PERSON = "@persoon"  # in a natural key: the person's first identity, as normalised


class BrokenProfile(ValueError):
    """A profile that does not exist or does not say what a profile must say."""


class Bestandssoort(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    TABEL = "tabel"
    """XLSX, ODS or CSV: the name of the file says which. A CSV holds one sheet, known by its heading."""


class Soort(StrEnum):
    """How a cell is read. Each member names a function of `values`, or a way to combine cells."""

    TEKST = "tekst"
    DATUM = "datum"
    MAAND = "maand"
    GEHEEL = "geheel"
    UREN = "uren"
    """Hours in the file, minutes on the bus."""
    EURO = "euro"
    """Euros in the file, eurocents on the bus."""
    JA_NEE = "ja-nee"
    CODE = "code"
    CODES = "codes"
    """A list of codes: a JSON list, or one cell with commas."""
    TEKSTEN = "teksten"
    OIN = "oin"
    PARTIJ = "partij"
    LBT_SCORE = "lbt-score"
    VERWIJZING = "verwijzing"
    """The id of another event of this sender, computed from that event's natural key."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bestand(_Strict):
    soort: Bestandssoort
    scheiding: str = ";"
    lijst: str | None = None
    """JSON: the key under which the messages stand; absent when the file is the list itself."""


class Persoonskolom(_Strict):
    soort: Literal["bsn", "vnummer", "pseudoniem"]
    kolom: str


class Veldbron(_Strict):
    """Where one field comes from. Two columns make one code of a pair: `indeling | detail`."""

    kolom: str | tuple[str, ...] = ()
    soort: Soort = Soort.TEKST
    codes: dict[str, str | None] = Field(default_factory=dict)
    """The partner's code -> the hub's; null = known, and stays with the partner."""
    vast: str | int | bool | None = None
    verplicht: bool = False
    naar: str | None = None
    sleutel: tuple[str, ...] = ()
    """With `verwijzing`: the event type pointed at and the columns that hold its natural key."""

    @property
    def kolommen(self) -> tuple[str, ...]:
        return (self.kolom,) if isinstance(self.kolom, str) else self.kolom


class Gebeurtenisregel(_Strict):
    """One event that a line can yield: when, with which natural key, and its fields."""

    gebeurtenis: str
    blad: str = ""
    als: dict[str, Literal["*"] | tuple[str, ...]] = Field(default_factory=dict)
    sleutel: tuple[str, ...]
    gebeurd: str
    voor_elk: str | None = None
    """A list inside the message of which each item is an event (DUO's examenresultaten)."""
    velden: dict[str, Veldbron]


class Mutatie(_Strict):
    """How a line says that it corrects or withdraws an earlier one. `sleutel` replaces the events' own key columns."""

    kolom: str
    correctie: tuple[str, ...] = ()
    intrekking: tuple[str, ...] = ()
    gebeurd: str
    sleutel: tuple[str, ...] = ()


class Koppeling(_Strict):
    """How an existing system names what a profile reads: its sheets, columns, dates and codes. See `mapping`."""

    bladen: dict[str, str] = Field(default_factory=dict)
    """The profile's sheet -> theirs."""
    kolommen: dict[str, dict[str, str]] = Field(default_factory=dict)
    """By the profile's sheet (* = every one): the profile's column -> theirs."""
    datums: tuple[str, ...] = ()
    """How dates are written there, in the letters of strptime; the profile's own ways stay good."""
    codes: dict[str, dict[str, dict[str, str]]] = Field(default_factory=dict)
    """By sheet and column of the profile: their code -> the profile's."""

    def blad(self, theirs: str) -> str:
        return next((ours for ours, name in self.bladen.items() if name == theirs), theirs)

    def their_blad(self, ours: str) -> str:
        return self.bladen.get(ours, ours)

    def _columns(self, blad: str) -> dict[str, str]:
        return self.kolommen.get("*", {}) | self.kolommen.get(blad, {})

    def kolom(self, blad: str, theirs: str) -> str:
        return next((ours for ours, name in self._columns(blad).items() if name == theirs), theirs)

    def their_kolom(self, blad: str, ours: str) -> str:
        return self._columns(blad).get(ours, ours)

    def their_words(self, blad: str, kolom: str) -> dict[str, str]:
        return self.codes.get("*", {}).get(kolom, {}) | self.codes.get(blad, {}).get(kolom, {})


class Sjabloon(_Strict):
    """What `connect template` fills in for each participant of one's own: the profile's columns."""

    kenmerk: str
    """The column for the pseudonym."""
    initialen: str | None = None
    """The column for initials; absent where a school and its gemeente agreed on none."""


class Profiel(_Strict):
    profiel: str
    doc: str
    bestand: Bestand
    persoon: tuple[Persoonskolom, ...]
    gebeurtenissen: tuple[Gebeurtenisregel, ...]
    mutatie: Mutatie | None = None
    sjabloon: Sjabloon | None = None
    koppeling: Koppeling = Koppeling()
    namespace: UUID = UUID(int=0)
    """Of the sender; set by `load_profile`, never in the file."""

    def regels_van(self, blad: str) -> tuple[Gebeurtenisregel, ...]:
        return tuple(regel for regel in self.gebeurtenissen if regel.blad == blad)

    @property
    def bladen(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(regel.blad for regel in self.gebeurtenissen))

    def needed_columns(self, blad: str) -> tuple[str, ...]:
        """The columns without which no line of this sheet can be read. Others may be absent from an older export."""
        needed = [column.kolom for column in self.persoon] if len(self.persoon) == 1 else []
        for regel in self.regels_van(blad):
            needed += [*regel.als, *(kolom for kolom in regel.sleutel if kolom != PERSON), regel.gebeurd]
            needed += [kolom for bron in regel.velden.values() if bron.verplicht for kolom in bron.kolommen]
        return tuple(dict.fromkeys(needed))

    def blad_named(self, theirs: str) -> str:
        """Our name for a sheet of a workbook; "" where the profile has one sheet without a name."""
        return "" if self.bladen == ("",) else self.koppeling.blad(theirs)

    def date_columns(self, blad: str) -> frozenset[str]:
        """The columns of a sheet that hold days."""
        found = {self.mutatie.gebeurd} if self.mutatie else set()
        for regel in self.regels_van(blad):
            found.add(regel.gebeurd)
            found |= {kolom for bron in regel.velden.values() if bron.soort is Soort.DATUM for kolom in bron.kolommen}
        return frozenset(found)

    def columns(self, blad: str) -> tuple[str, ...]:
        """Every column that this sheet can have: persons first, then as the fields name them."""
        found = [column.kolom for column in self.persoon]
        if self.sjabloon and self.sjabloon.initialen:
            found.append(self.sjabloon.initialen)
        for regel in self.regels_van(blad):
            found += [*regel.als, *(kolom for kolom in regel.sleutel if kolom != PERSON), regel.gebeurd]
            found += [kolom for bron in regel.velden.values() for kolom in bron.kolommen]
        found += [self.mutatie.kolom, self.mutatie.gebeurd] if self.mutatie else []
        return tuple(dict.fromkeys(found))


def profile_names() -> tuple[str, ...]:
    folder = files("connectors.files") / "profielen"
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def load_profile(naam: str, *, afzender: str, geheim: bytes) -> Profiel:
    """The profile, bound to its sender.

    `geheim` is the sender's own secret for event ids. Keep it as long as files may be sent again: another secret gives
    other ids, and then a file sent twice counts twice.
    """
    return built_in(naam).model_copy(update={"namespace": key_namespace(afzender, geheim)})


def built_in(naam: str) -> Profiel:
    """A profile of this library, bound to nobody. Raises BrokenProfile."""
    if naam not in profile_names():
        raise BrokenProfile(f"Profile {naam!r} does not exist; choose one of: {', '.join(profile_names())}.")
    return parse_profile((files("connectors.files") / "profielen" / f"{naam}.yaml").read_text(encoding="utf-8"))


def parse_profile(content: str) -> Profiel:
    try:
        loaded: Any = yaml.safe_load(content)
        return Profiel.model_validate(loaded)
    except (yaml.YAMLError, ValidationError) as error:
        raise BrokenProfile(f"This profile cannot be used; correct it: {error}") from error
