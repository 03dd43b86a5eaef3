# SPDX-License-Identifier: EUPL-1.2
"""A mapping file: an existing system's own sheets, columns, dates and codes, over a profile of this library.

    koppeling: leerlingsysteem-x
    doc: Export van leerlingsysteem X.
    profiel: school
    bladen: {Presentie: Export}                 # ours: theirs
    kolommen: {Presentie: {Lesdatum: DATUM}}    # ours: theirs; * for every sheet
    datums: ["%d/%m/%y"]
    codes: {Presentie: {Status: {P: aanwezig}}} # theirs: ours

It changes how a file is written, not what is read from it: ids, faults and corrections are those of the profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from connectors.files.profile import Bestand, BrokenProfile, Koppeling, Profiel, built_in, load_profile, profile_names
from connectors.files.rows import key_namespace
from connectors.files.values import text


class Koppelbestand(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    koppeling: str
    doc: str
    profiel: str
    bestand: Bestand | None = None
    bladen: dict[str, str] = {}
    kolommen: dict[str, dict[str, str]] = {}
    datums: tuple[str, ...] = ()
    codes: dict[str, dict[str, dict[str, str]]] = {}


def profile_or_mapping(name: str, *, afzender: str, geheim: bytes) -> Profiel:
    """A built-in profile by its name, or a mapping file by its path. Raises BrokenProfile."""
    if name in profile_names() or not name.endswith((".yaml", ".yml")):
        return load_profile(name, afzender=afzender, geheim=geheim)
    return read_mapping(Path(name)).model_copy(update={"namespace": key_namespace(afzender, geheim)})


def read_mapping(path: Path) -> Profiel:
    """The profile that a mapping file names, as that system writes it. Raises BrokenProfile, in one sentence."""
    try:
        found = Koppelbestand.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BrokenProfile(f"{path} cannot be read: name a mapping file, or one of `connect profiles`.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BrokenProfile(f"{path} is not YAML: correct it ({error}).") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BrokenProfile(f"Correct {place or 'the form'} in {path}: {first['msg']}.") from error
    return mapped(found)


def mapped(found: Koppelbestand) -> Profiel:
    """Raises BrokenProfile where the mapping names what its profile does not have: a slip would pass in silence."""
    base = built_in(found.profiel)
    columns = {"*": {kolom for blad in base.bladen for kolom in base.columns(blad)}}
    columns |= {blad: set(base.columns(blad)) for blad in base.bladen}
    for blad in (*found.bladen, *found.kolommen, *found.codes):
        if blad not in columns:
            raise BrokenProfile(f"Sheet {blad!r} is not of profile {found.profiel}: use {', '.join(columns)}.")
    for part in (found.kolommen, found.codes):
        for blad, names in part.items():
            for kolom in names:
                if kolom not in columns[blad]:
                    known = ", ".join(sorted(columns[blad]))
                    raise BrokenProfile(f"Column {kolom!r} is not on sheet {blad!r} of {found.profiel}: use {known}.")
    koppeling = Koppeling(bladen=found.bladen, kolommen=found.kolommen, datums=found.datums, codes=found.codes)
    update: dict[str, Any] = {"doc": found.doc, "koppeling": koppeling}
    return base.model_copy(update=update | ({"bestand": found.bestand} if found.bestand else {}))


def translated(cells: Mapping[str, Any], blad: str, profiel: Profiel) -> dict[str, Any]:
    """The cells with the profile's own codes and days in place of the system's."""
    koppeling = profiel.koppeling
    found = dict(cells)
    for kolom, cell in cells.items():
        words = koppeling.their_words(blad, kolom)
        if words:
            known = {theirs.casefold(): ours for theirs, ours in words.items()}
            found[kolom] = known.get(text(cell).casefold(), cell)
    if koppeling.datums:
        for kolom in profiel.date_columns(blad) & found.keys():
            found[kolom] = _day(found[kolom], koppeling.datums)
    return found


def _day(cell: Any, forms: tuple[str, ...]) -> Any:
    """A day where the text is one in any of the forms; else the cell, which the profile may know how to read."""
    written = text(cell)
    if isinstance(cell, datetime) or not written:
        return cell
    for form in forms:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a calendar day, which has no zone
        except ValueError:
            continue
    return cell
