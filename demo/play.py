# SPDX-License-Identifier: EUPL-1.2
"""The pure parts of playing the story, in one place for the runner: load the script and the expectation, compare.

1. `load()` gives the script: per simulated day the files that organisations drop.
2. For each file: `fill` (what the organisation learned from its deliveries), `connectors.files.read`, send.
3. Every delivery goes to `Kenmerken.leer`, and into a `Waarneming` together with denials, receipts and rejected lines.
4. `compare(expectation(), waarneming)`: an empty list, or the demo has failed.
"""

from __future__ import annotations

from demo.draaiboek import Dag, Deelnemer, Draaiboek, Persoon, Zending, load
from demo.kenmerken import Kenmerken, fill
from demo.vergelijk import Verschil, compare
from demo.verwachting import Verwachting
from demo.verwachting import load as expectation
from demo.waarneming import Aanlevering, AfgekeurdeRij, Geleverd, Geweigerd, Signaal, Waarneming

__all__ = [
    "Aanlevering",
    "AfgekeurdeRij",
    "Dag",
    "Deelnemer",
    "Draaiboek",
    "Geleverd",
    "Geweigerd",
    "Kenmerken",
    "Persoon",
    "Signaal",
    "Verschil",
    "Verwachting",
    "Waarneming",
    "Zending",
    "compare",
    "expectation",
    "fill",
    "load",
]
