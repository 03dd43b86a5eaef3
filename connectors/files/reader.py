# SPDX-License-Identifier: EUPL-1.2
"""`read`: each line of a file to the events that its profile names, or to what is wrong with it.

Pure but for opening the file. A line goes whole or not at all: with one fault none of its events leave, and every fault
is named, so that one round of correcting is enough.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from connectors.files import values
from connectors.files.profile import FILLED, PERSON, Gebeurtenisregel, Profiel, Soort, Veldbron
from connectors.files.rows import Afgekeurd, Melding, Row, event_id
from connectors.files.sources import SourceRow, flatten, rows_of
from connectors.files.values import BadValue, Cell

_IDENTITY: Mapping[str, Callable[[Cell], str]] = {
    "bsn": values.bsn,
    "vnummer": values.vnummer,
    "pseudoniem": values.pseudonym,
}

_SINGLE: Mapping[Soort, Callable[[Cell], Any]] = {
    Soort.TEKST: values.short_text,
    Soort.DATUM: lambda cell: values.day(cell).isoformat(),
    Soort.MAAND: values.month,
    Soort.GEHEEL: values.whole,
    Soort.UREN: values.hours_as_minutes,
    Soort.EURO: values.euros_as_cents,
    Soort.JA_NEE: values.yes_no,
    Soort.OIN: values.oin,
    Soort.PARTIJ: values.party,
    Soort.LBT_SCORE: values.lbt_score,
}


def read(path: Path, profile: Profiel) -> Iterator[Row]:
    """The events of a file in the order of its lines. Raises `UnreadableFile` if it cannot be read as a whole.

    Two lines with the same natural key and the same content are one event; with different content the second is
    refused, because the hub cannot know which of them is meant.
    """
    seen: dict[str, tuple[tuple[str, int], str]] = {}
    for row in rows_of(path, profile):
        if isinstance(row, Afgekeurd):
            yield row
            continue
        line = _Line(row, profile)
        meldingen = line.meldingen()
        meldingen = [melding for melding in meldingen if not _repeated(melding, seen, line)]
        yield from line.faults or meldingen


def _repeated(melding: Melding, seen: dict[str, tuple[tuple[str, int], str]], line: _Line) -> bool:
    content = json.dumps([melding.persoon, melding.data], sort_keys=True)
    here = (melding.blad, melding.regelnummer)
    first, earlier = seen.setdefault(melding.id, (here, content))
    if earlier != content:
        line.fault("", "", f"Dit staat al op regel {first[1]}, met een andere inhoud; laat er een staan.")
    return first != here


@dataclass
class _Mutation:
    """What a line does to an earlier one."""

    gebeurtenis: str
    sleutel: tuple[str, ...]
    gebeurd: str


class _Line:
    """One line on its way to events; collects every fault it meets."""

    def __init__(self, row: SourceRow, profiel: Profiel) -> None:
        self.row = row
        self.profiel = profiel
        self.faults: list[Afgekeurd] = []

    def fault(self, kolom: str, waarde: str, uitleg: str) -> None:
        """One fault a column: a second explanation of the same cell helps nobody."""
        theirs = self.profiel.koppeling.their_kolom(self.row.blad, kolom)
        if kolom and theirs != kolom:
            kolom, uitleg = theirs, uitleg.replace(kolom, theirs)
        if not any(earlier.kolom == kolom for earlier in self.faults):
            self.faults.append(Afgekeurd(self.row.regelnummer, kolom, waarde, uitleg, self.row.blad))

    def meldingen(self) -> list[Melding]:
        persoon = self._persoon()
        matching = [regel for regel in self.profiel.regels_van(self.row.blad) if _matches(regel, self.row.cells)]
        if not matching:
            self._explain_no_match()
        mutation = self._mutation()
        made = [self._melding(regel, cells, persoon, mutation) for regel in matching for cells in self._each(regel)]
        return [] if self.faults else [melding for melding in made if melding is not None]

    def _persoon(self) -> dict[str, Any]:
        found: list[dict[str, str]] = []
        for column in self.profiel.persoon:
            cell = self.row.cells.get(column.kolom)
            if values.is_blank(cell):
                continue
            value = self._try(column.kolom, cell, _IDENTITY[column.soort])
            if value is not None:
                found.append({"soort": column.soort, "waarde": value})
        if not found and not self.faults:
            kolommen = " of ".join(column.kolom for column in self.profiel.persoon)
            self.fault(self.profiel.persoon[0].kolom, "", f"Over wie gaat deze regel? Vul {kolommen} in.")
        return {**found[0], "ook": found[1:]} if found else {}

    def _explain_no_match(self) -> None:
        choices: dict[str, list[str]] = {}
        for regel in self.profiel.regels_van(self.row.blad):
            for kolom, wanted in regel.als.items():
                choices.setdefault(kolom, []).extend(() if wanted == FILLED else wanted)
        kolom, known = next(((k, v) for k, v in choices.items() if v), ("", []))
        written = values.text(self.row.cells.get(kolom))
        if known:
            options = ", ".join(dict.fromkeys(known))
            self.fault(kolom, written, f"‘{written[: values.MAX_CODE_LENGTH]}’ is hier onbekend; kies uit: {options}.")
        else:
            self.fault("", "", f"Deze regel meldt niets; vul een van deze kolommen in: {', '.join(choices)}.")

    def _mutation(self) -> _Mutation | None:
        rule = self.profiel.mutatie
        written = values.text(self.row.cells.get(rule.kolom)).casefold() if rule else ""
        if rule is None or not written:
            return None
        for gebeurtenis, words in (("correctie", rule.correctie), ("intrekking", rule.intrekking)):
            if written in {word.casefold() for word in words}:
                return _Mutation(gebeurtenis, rule.sleutel, rule.gebeurd)
        options = ", ".join((*rule.correctie, *rule.intrekking))
        shown = written[: values.MAX_CODE_LENGTH]
        self.fault(rule.kolom, written, f"‘{shown}’ is hier onbekend; laat leeg of kies uit: {options}.")
        return None

    def _melding(
        self, regel: Gebeurtenisregel, cells: Mapping[str, Cell], persoon: dict[str, Any], mutation: _Mutation | None
    ) -> Melding | None:
        sleutel = (mutation and mutation.sleutel) or regel.sleutel
        key = self._key(sleutel, cells, persoon)
        kolom = mutation.gebeurd if mutation else regel.gebeurd
        gebeurd = self._required_day(kolom, cells)
        if mutation is None:
            data = self._fields(regel, cells, persoon)
        else:
            keys = {*sleutel, *regel.sleutel}
            kept = {naam: bron for naam, bron in regel.velden.items() if not keys.intersection(bron.kolommen)}
            data = self._fields(regel.model_copy(update={"velden": kept}), cells, persoon, correcting=True)
        if self.faults or gebeurd is None:
            return None
        own = event_id(self.profiel.namespace, regel.gebeurtenis, key)
        if mutation is None:
            return Melding(regel.gebeurtenis, persoon, data, gebeurd, own, self.row.regelnummer, self.row.blad)
        if mutation.gebeurtenis == "correctie":
            change: dict[str, Any] = {"betreft": own, "gebeurtenis": regel.gebeurtenis, "wijziging": data}
        else:
            change = {"betreft": own, "gebeurtenis": regel.gebeurtenis, "reden": "foutieve-invoer"}
        # A second, different correction of the same event is a new event; the same one sent again is not.
        parts = (own, gebeurd.isoformat(), json.dumps(change, sort_keys=True))
        identity = event_id(self.profiel.namespace, mutation.gebeurtenis, parts)
        return Melding(mutation.gebeurtenis, persoon, change, gebeurd, identity, self.row.regelnummer, self.row.blad)

    def _each(self, regel: Gebeurtenisregel) -> Iterator[Mapping[str, Any]]:
        """The cells for each event that the rule makes of this line: one, or one for each item of a list."""
        cells = self.row.cells
        if regel.voor_elk is None:
            yield cells
            return
        items = cells.get(regel.voor_elk)
        found = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        if not found:
            self.fault(regel.voor_elk, "", f"In dit bericht hoort ‘{regel.voor_elk}’ een resultaat te hebben.")
        for item in found:
            yield {**cells, **flatten(item, f"{regel.voor_elk}.")}

    def _key(self, sleutel: tuple[str, ...], cells: Mapping[str, Cell], persoon: dict[str, Any]) -> tuple[str, ...]:
        for kolom in sleutel:
            if kolom != PERSON and values.is_blank(cells.get(kolom)):
                self.fault(kolom, "", f"Vul {kolom} in; zonder is deze regel niet te herkennen.")
        return tuple(persoon.get("waarde", "") if kolom == PERSON else _normal(cells.get(kolom)) for kolom in sleutel)

    def _required_day(self, kolom: str, cells: Mapping[str, Cell]) -> date | None:
        cell = cells.get(kolom)
        if values.is_blank(cell):
            self.fault(kolom, "", f"Vul {kolom} in.")
            return None
        found: date | None = self._try(kolom, cell, values.day)
        return found

    def _fields(
        self,
        regel: Gebeurtenisregel,
        cells: Mapping[str, Cell],
        persoon: dict[str, Any],
        correcting: bool = False,
    ) -> dict[str, Any]:
        """The filled fields. A correction states only what changes: no constants, nothing required."""
        data: dict[str, Any] = {}
        for naam, bron in regel.velden.items():
            if bron.vast is not None:
                if not correcting:
                    data[naam] = bron.vast
                continue
            if bron.soort is Soort.VERWIJZING:
                data[naam] = event_id(self.profiel.namespace, bron.naar or "", self._key(bron.sleutel, cells, persoon))
                continue
            value = self._field(bron, cells, bron.verplicht and not correcting)
            if value is not None:
                data[naam] = value
        return data

    def _field(self, bron: Veldbron, cells: Mapping[str, Cell], required: bool) -> Any:
        first = bron.kolommen[0]
        cell = cells.get(first)
        if values.is_blank(cell):
            if required:
                self.fault(first, "", f"Vul {first} in.")
            return None
        if len(bron.kolommen) > 1:
            cell = " | ".join(values.text(cells.get(kolom)) for kolom in bron.kolommen)
        match bron.soort:
            case Soort.CODE:
                return self._try(first, cell, lambda one: values.code(one, bron.codes))
            case Soort.CODES | Soort.TEKSTEN:
                return self._list(bron, first, cell)
            case single:
                return self._try(first, cell, _SINGLE[single])

    def _list(self, bron: Veldbron, kolom: str, cell: Cell) -> list[str]:
        parts: list[Cell] = [*cell] if isinstance(cell, list) else [*values.text(cell).split(",")]
        parts = [part for part in parts if not values.is_blank(part)]
        if bron.soort is Soort.TEKSTEN:
            found = [self._try(kolom, part, values.short_text) for part in parts]
            return [value for value in found if value is not None]
        found = [self._try(kolom, part, lambda one: values.code(one, bron.codes)) for part in parts]
        return [value for value in found if value is not None]

    def _try(self, kolom: str, cell: Cell, parse: Callable[[Cell], Any]) -> Any:
        try:
            return parse(cell)
        except BadValue as error:
            self.fault(kolom, values.text(cell), str(error))
            return None


def _matches(regel: Gebeurtenisregel, cells: Mapping[str, Cell]) -> bool:
    for kolom, wanted in regel.als.items():
        cell = cells.get(kolom)
        if wanted == FILLED:
            if values.is_blank(cell):
                return False
        elif values.text(cell).casefold() not in {word.casefold() for word in wanted}:
            return False
    return True


def _normal(cell: Cell) -> str:
    """A key part that does not depend on how a spreadsheet happened to store it: 14-03-2025 and a date cell are one."""
    if values.is_blank(cell):
        return ""
    try:
        return values.day(cell).isoformat() if len(values.text(cell)) <= len("14-03-2025") else values.text(cell)
    except BadValue:
        return values.text(cell)
