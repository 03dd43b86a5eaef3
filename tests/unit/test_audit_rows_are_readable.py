# SPDX-License-Identifier: EUPL-1.2
"""What a privacy officer reads: names, the time on the wall, and nothing that is cut off."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from consent.participants import Deelnemer, Deelnemersregister
from hub.commands.readable import readable, table_of

GEMEENTE, GONE = "00000009900000000001", "00000009900000000009"
REGISTER = Deelnemersregister(deelnemers=(Deelnemer(oin=GEMEENTE, naam="Gemeente Veldhaven", rollen=()),))


def test_organisations_have_their_names_and_one_unknown_its_number() -> None:
    assert readable(GEMEENTE, REGISTER) == "Gemeente Veldhaven"
    assert readable(f"{GEMEENTE}#gemeente", REGISTER) == "Gemeente Veldhaven (gemeente)"
    assert readable(f"{GONE}#coa", REGISTER) == f"{GONE}#coa"
    assert readable([GEMEENTE, "hub"], REGISTER) == "Gemeente Veldhaven, hub"
    assert readable(GEMEENTE) == GEMEENTE, "without a register nothing is made up"


def test_moments_are_those_of_the_clock_on_the_wall() -> None:
    assert readable("2026-02-16T05:00:00+00:00") == "2026-02-16 06:00"
    assert readable("2026-07-01T22:30:00Z") == "2026-07-02 00:30"
    assert readable("2026-07-01") == "2026-07-01", "a day has no time"


def test_what_does_not_fit_goes_on_in_the_next_line() -> None:
    digest = "c75c970644b26e7484f80d4c6f21f9b6a976e6ea4fb4dcebf857a7131c8afd06"
    out = StringIO()
    Console(file=out, width=50).print(
        table_of([{"onderwerp": digest, "aan": GEMEENTE, "door": None}], ("onderwerp", "aan", "door"))
    )
    told = out.getvalue()
    assert "…" not in told
    assert digest in "".join(line[:40].split()[0] for line in told.splitlines()[1:] if line.strip()).replace(" ", "")
