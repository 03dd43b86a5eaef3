# SPDX-License-Identifier: EUPL-1.2
"""Plays stories through the pure core and reports what did not come out as expected.

A day goes: its facts in the order of the file, then, where the day is a tick or has expectations, a look at the clock
at the end of the day, then the expectations. Facts look at the clock too, for their own dossier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from consent.policy import Beleid
from hub.dossier.regels.rules import Regels, ingebouwd

from .check import toets
from .lines import Tekst
from .read import OngeldigVerhaal, Verhaal, Verwachting, lees_met_regels
from .reading import met_lezing
from .remarks import remarks
from .scene import GEWEIGERD, Scene
from .seen import Gezien


class NotPlayed(Exception):
    """The hub on which stories are played did not do its part; the text says what to look at."""


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
    unknown_settings: tuple[str, ...] = ()
    """Settings of the story's reading that no rule has; they changed nothing."""
    remarks: tuple[str, ...] = ()
    """Names that nothing knows, and reports that were refused though no expectation says so."""
    error: str | None = None
    """Why the file could not be played; nothing of it was asserted then."""

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
            "remarks": list(self.remarks),
            "error": self.error,
        }


@cache
def _beleid() -> Beleid:
    return Beleid.load()


def run(files: Iterable[Path], beleid: Beleid | None = None, regels: Regels | None = None) -> list[Report]:
    """Plays each file; one that is no story gives a report with its error, and the others are played all the same."""
    reports = []
    for file in map(Path, files):
        try:
            verhaal, tekst = lees_met_regels(file)
            reports.append(play(verhaal, str(file), beleid, regels, tekst))
        except OngeldigVerhaal as error:
            reports.append(Report(str(file), file.stem, 0, (), 0, 0, 0, error=str(error)))
    return reports


def play(
    verhaal: Verhaal,
    file: str = "",
    beleid: Beleid | None = None,
    regels: Regels | None = None,
    tekst: Tekst | None = None,
) -> Report:
    """Plays one story under the policy and rules given, by default those that come with the hub.

    Raises OngeldigVerhaal for a reading that no rule can have.
    """
    naam = Path(file).name if file else verhaal.title
    gelezen, vreemd = met_lezing(regels or ingebouwd(), verhaal.reading, naam)
    scene = Scene(verhaal, beleid or _beleid(), gelezen)
    fouten: list[str] = []
    kijkdagen = {v.at for v in verhaal.expect}
    for dag in dagen(verhaal):
        for feit in verhaal.facts:
            if feit.recorded == dag:
                scene.neem(feit)
        if dag in kijkdagen or dag in verhaal.ticks:
            scene.tik(dag)
        fouten += tegen(scene, verhaal, dag, naam, tekst)
    opmerkingen = (*remarks(verhaal, gelezen, tekst, naam), *_onverwacht_geweigerd(scene, verhaal, naam, tekst))
    return Report(
        file=file,
        title=verhaal.title,
        asserted=asserted(verhaal),
        failures=tuple(fouten),
        persons=sum(p.aantal for p in verhaal.persons),
        deliveries=len(scene.ontvangen),
        denials=len(scene.geweigerd),
        unknown_settings=vreemd,
        remarks=opmerkingen,
    )


def dagen(verhaal: Verhaal) -> list[date]:
    """Every day on which something happens or is looked at."""
    return sorted({f.recorded for f in verhaal.facts} | set(verhaal.ticks) | {v.at for v in verhaal.expect})


def asserted(verhaal: Verhaal) -> int:
    """How many things the story asserts."""
    return sum(len(v.staat[1]) if v.state is not None else 1 for v in verhaal.expect)


def tegen(gezien: Gezien, verhaal: Verhaal, dag: date, naam: str, tekst: Tekst | None = None) -> list[str]:
    """What differs from the expectations of a day, each with file and line."""
    fouten = []
    for nummer, verwachting in enumerate(verhaal.expect):
        if verwachting.at == dag:
            waar = f"{naam}:{tekst.regel(('expect', nummer))}" if tekst else naam
            fouten += [f"{waar}: {regel}" for regel in toets(gezien, verwachting)]
    return fouten


def _onverwacht_geweigerd(scene: Scene, verhaal: Verhaal, naam: str, tekst: Tekst | None) -> list[str]:
    """Reports that were refused and of which no expectation speaks: mostly a slip of the writer."""
    gezegd = [
        (v.receives.who.partition("#")[0], v.receives.person)
        for v in verhaal.expect
        if v.receives is not None and v.receives.event == GEWEIGERD
    ]
    gevonden = []
    for refused in scene.refused:
        feit = refused.feit
        if any(who == feit.van.partition("#")[0] and person in (None, feit.person) for who, person in gezegd):
            continue
        if any(_gaat_over(v, feit.event, feit.person) for v in verhaal.expect):
            continue
        waar = f"{naam}, line {tekst.regel(('facts', verhaal.facts.index(feit)))}" if tekst else naam
        gevonden.append(f"{waar}: {feit.event} by {feit.van} on {feit.recorded} was refused ({refused.reden})")
    return sorted(set(gevonden))


def _gaat_over(verwachting: Verwachting, gebeurtenis: str, persoon: str | None) -> bool:
    """A denial of the very event: nobody gets what was refused at the door."""
    deel = verwachting.denied
    return deel is not None and deel.event == gebeurtenis and deel.person in (None, persoon)
