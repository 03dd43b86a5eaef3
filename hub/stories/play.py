# SPDX-License-Identifier: EUPL-1.2
"""Plays stories through the pure core and reports what did not come out as expected.

A day goes: its facts in the order of the file, then, where the day is a tick or has expectations, a look at the clock
at the end of the day, then the expectations. Facts look at the clock too, for their own dossier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from consent.policy import Beleid
from hub.dossier.rules import Regels, ingebouwd

from .check import toets
from .read import Verhaal, lees
from .scene import Scene


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one story."""

    file: str
    title: str
    asserted: int
    failures: tuple[str, ...]
    persons: int
    deliveries: int
    denials: int
    unknown_settings: tuple[str, ...]
    """Settings of the story's reading that no rule has; they changed nothing."""

    def to_plain(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "title": self.title,
            "asserted": self.asserted,
            "failed": len(self.failures),
            "failures": list(self.failures),
            "persons": self.persons,
            "deliveries": self.deliveries,
            "denials": self.denials,
            "unknown_settings": list(self.unknown_settings),
        }


@cache
def _beleid() -> Beleid:
    return Beleid.load()


def run(files: Iterable[Path], beleid: Beleid | None = None, regels: Regels | None = None) -> list[Report]:
    """Plays each file; raises OngeldigVerhaal for one that is no story."""
    return [play(lees(bestand), str(bestand), beleid, regels) for bestand in map(Path, files)]


def play(verhaal: Verhaal, file: str = "", beleid: Beleid | None = None, regels: Regels | None = None) -> Report:
    """Plays one story under the policy and rules given, by default those that come with the hub."""
    gelezen, vreemd = (regels or ingebouwd()).met(verhaal.reading)
    scene = Scene(verhaal, beleid or _beleid(), gelezen)
    naam = Path(file).name if file else verhaal.title
    fouten: list[str] = []
    kijkdagen = {v.at for v in verhaal.expect}
    for dag in sorted({f.recorded for f in verhaal.facts} | set(verhaal.ticks) | kijkdagen):
        for feit in verhaal.facts:
            if feit.recorded == dag:
                scene.neem(feit)
        if dag in kijkdagen or dag in verhaal.ticks:
            scene.tik(dag)
        for verwachting in verhaal.expect:
            if verwachting.at == dag:
                fouten += [f"{naam}: {regel}" for regel in toets(scene, verwachting)]
    return Report(
        file=file,
        title=verhaal.title,
        asserted=sum(len(v.staat[1]) if v.state is not None else 1 for v in verhaal.expect),
        failures=tuple(fouten),
        persons=sum(p.aantal for p in verhaal.persons),
        deliveries=len(scene.ontvangen),
        denials=len(scene.geweigerd),
        unknown_settings=vreemd,
    )
