# SPDX-License-Identifier: EUPL-1.2
"""A publication as a table in a file: CSV or Parquet, one line a figure.

DuckDB writes both (MIT, no dependencies of its own, half the size of Arrow or Polars); it runs in memory and reads nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

from hub.figures.uitgave import Cijfer

SAMEN = " + "
"""Between categories that are counted together."""
FORMULES = "=+-@\t\r"
"""A text that begins so comes to life in the spreadsheet that the file is opened with (CWE-1236)."""
_COLUMNS = (
    "publicatie INTEGER, peildatum DATE, tabel VARCHAR, gemeente VARCHAR, cohort VARCHAR, categorie VARCHAR, "
    "samengenomen BOOLEAN, maat VARCHAR, eenheid VARCHAR, waarde INTEGER"
)


class Vorm(StrEnum):
    """By the ending of the file's name."""

    CSV = ".csv"
    PARQUET = ".parquet"


class OnbekendeVorm(Exception):
    """The file's name does not say which of the two it should be."""


def schrijf(cijfers: Iterable[Cijfer], pad: Path) -> int:
    """Write the figures and return how many there are; raises OnbekendeVorm, and OSError where nothing can be written."""
    try:
        vorm = Vorm(pad.suffix)
    except ValueError as error:
        raise OnbekendeVorm(f"Give {pad.name} a name that ends in .csv or .parquet.") from error
    lijnen = [
        (
            c.publicatie,
            c.peildatum,
            c.tabel,
            c.gemeente,
            c.cohort,
            SAMEN.join(c.categorieen),
            len(c.categorieen) > 1,
            c.maat,
            c.eenheid,
            c.waarde,
        )
        for c in cijfers
    ]
    if vorm is Vorm.CSV:
        lijnen = [tuple(_onschuldig(waarde) for waarde in lijn) for lijn in lijnen]
    import duckdb  # a tenth of a second that no other command needs

    with duckdb.connect(":memory:") as base:
        base.execute(f"CREATE TABLE cijfers ({_COLUMNS})")
        if lijnen:
            base.executemany("INSERT INTO cijfers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", lijnen)
        tabel = base.table("cijfers")
        concept = pad.with_name(f"{pad.name}.new")
        concept.touch()  # says at once, as an OSError, that there is no such directory or no right to write there
        if vorm is Vorm.CSV:
            tabel.write_csv(str(concept), header=True)
        else:
            tabel.write_parquet(str(concept), compression="zstd")
    concept.replace(pad)
    return len(lijnen)


def _onschuldig(waarde: Any) -> Any:
    """A text that a spreadsheet would take for a formula stays a text: the name of a gemeente is what somebody reported."""
    return f"'{waarde}" if isinstance(waarde, str) and waarde.startswith(tuple(FORMULES)) else waarde
