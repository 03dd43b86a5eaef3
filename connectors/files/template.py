# SPDX-License-Identifier: EUPL-1.2
"""A file to fill in: a profile's own sheets and columns, a line for each participant, and the codes beside it.

Nothing about a person stands in it but the pseudonym and, where that was agreed, initials. Lines that nobody fills in
are not read. Not here: who the participants are (`connectors.roster`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from connectors.files.profile import FILLED, BrokenProfile, Profiel, Soort
from connectors.files.sheets import write_csv, write_workbook
from connectors.files.sources import EXPLANATION_SHEET, WORKBOOKS

_HOW = {
    Soort.DATUM: "dag-maand-jaar, zoals 14-03-2026",
    Soort.MAAND: "maand-jaar, zoals 11-2026",
    Soort.GEHEEL: "een heel getal",
    Soort.UREN: "uren met een komma, zoals 2,5",
    Soort.EURO: "een bedrag in euro's",
    Soort.JA_NEE: "ja, nee of onbekend",
    Soort.OIN: "een OIN van twintig tekens",
    Soort.CODES: "een of meer, met komma's ertussen",
}


def write_template(
    path: Path, profiel: Profiel, participants: Iterable[tuple[str, str]], *, initialen: bool, blad: str | None = None
) -> None:
    """Write the template as XLSX or ODS, or one sheet of it (`blad`) as CSV. `participants`: pseudonym and initials.

    Raises BrokenProfile for a profile without a template, or a name with another ending.
    """
    if profiel.sjabloon is None:
        raise BrokenProfile(f"Profile {profiel.profiel} has no template: use one of a school, or send your own export.")
    people = list(participants)
    ending = path.suffix.lower()
    if ending == ".csv":
        sheet = blad if blad is not None else profiel.bladen[0]
        if sheet not in profiel.bladen:
            raise BrokenProfile(f"Sheet {sheet!r} is not of {profiel.profiel}: use {', '.join(profiel.bladen)}.")
        write_csv(path, _lines(profiel, sheet, people, initialen))
        return
    if ending not in WORKBOOKS:
        raise BrokenProfile(f"{path.name} must end in .xlsx, .ods or .csv: give it another name.")
    sheets = {profiel.koppeling.their_blad(one): _lines(profiel, one, people, initialen) for one in profiel.bladen}
    sheets[EXPLANATION_SHEET] = [["Blad", "Kolom", "Verplicht", "Wat hier hoort"], *_explained(profiel, initialen)]
    write_workbook(path, sheets, {one: _choices(profiel, one, initialen) for one in profiel.bladen})


def _columns(profiel: Profiel, blad: str, initialen: bool) -> list[str]:
    """The sheet's columns; of the ways to name a person only the pseudonym."""
    assert profiel.sjabloon is not None
    left_out = {column.kolom for column in profiel.persoon} - {profiel.sjabloon.kenmerk}
    if not initialen and profiel.sjabloon.initialen:
        left_out.add(profiel.sjabloon.initialen)
    return [kolom for kolom in profiel.columns(blad) if kolom not in left_out]


def _lines(profiel: Profiel, blad: str, people: list[tuple[str, str]], initialen: bool) -> list[list[Any]]:
    assert profiel.sjabloon is not None
    columns = _columns(profiel, blad, initialen)
    lines: list[list[Any]] = [[profiel.koppeling.their_kolom(blad, kolom) for kolom in columns]]
    for pseudonym, initials in people:
        filled = {profiel.sjabloon.kenmerk: pseudonym, profiel.sjabloon.initialen: initials}
        lines.append([filled.get(kolom, "") for kolom in columns])
    return lines


def _words(profiel: Profiel, blad: str, kolom: str) -> list[str]:
    """The codes that a column takes, in all events of the sheet."""
    found: list[str] = []
    for regel in profiel.regels_van(blad):
        wanted = regel.als.get(kolom, ())
        found += wanted if wanted != FILLED else ()
        for bron in regel.velden.values():
            if bron.kolommen == (kolom,) and bron.soort in (Soort.CODE, Soort.CODES):
                found += bron.codes
    if profiel.mutatie and kolom == profiel.mutatie.kolom:
        found += [*profiel.mutatie.correctie, *profiel.mutatie.intrekking]
    return list(dict.fromkeys(found))


def _kind(profiel: Profiel, blad: str, kolom: str) -> Soort:
    for regel in profiel.regels_van(blad):
        for bron in regel.velden.values():
            if kolom in bron.kolommen:
                return bron.soort
    return Soort.DATUM if kolom in profiel.date_columns(blad) else Soort.TEKST


def _choices(profiel: Profiel, blad: str, initialen: bool) -> dict[int, list[str]]:
    return {
        place: words
        for place, kolom in enumerate(_columns(profiel, blad, initialen))
        if _kind(profiel, blad, kolom) is not Soort.CODES and (words := _words(profiel, blad, kolom))
    }


def _explained(profiel: Profiel, initialen: bool) -> list[list[str]]:
    rows = []
    for blad in profiel.bladen:
        needed = profiel.needed_columns(blad)
        for kolom in _columns(profiel, blad, initialen):
            words, how = _words(profiel, blad, kolom), _HOW.get(_kind(profiel, blad, kolom), "")
            said = ": ".join(part for part in (how, ", ".join(words)) if part)
            rows.append([blad, kolom, "ja" if kolom in needed else "", said])
    return rows
