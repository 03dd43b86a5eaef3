# SPDX-License-Identifier: EUPL-1.2
"""A watched folder where no hub is: what is taken and what is left alone, and where each file ends up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors import Connector
from connectors.files import load_profile
from connectors.files.sheets import write_csv
from connectors.files.sources import csv_lines
from connectors.ledger import Ledger
from connectors.spool import Spool
from connectors.store import Store
from connectors.uploading import Uploader
from connectors.watching import Later, Outcome, Watcher
from tests.unit.partner import delivery, school

HEADING = ["Hubkenmerk", "Les", "Lesdatum", "Status", "Reden"]
GOOD, BAD = ["p1", "L1", "02-03-2026", "absent", ""], ["p2", "L1", "31-02-2026", "absent", ""]


class Desk:
    def __init__(self, place: Path) -> None:
        self.folder, self.profile = place / "in", school(place)
        self.folder.mkdir()
        self.profiel = load_profile("school", afzender=self.profile.oin, geheim=self.profile.file_secret())
        self.connector = Connector(self.profile)
        self.told: list[tuple[str, Outcome]] = []
        self.watcher = Watcher(
            self.folder,
            Uploader(self.connector, self.profiel),
            lambda path, outcome: self.told.append((path.name, outcome)),
        )
        self.position = 0

    def put(self, name: str, *lines: list[str]) -> Path:
        write_csv(self.folder / name, [HEADING, *lines])
        return self.folder / name

    async def look(self) -> None:
        await self.watcher.look(wait_seconds=0)

    def names(self, folder: str = ".") -> list[str]:
        place = self.folder / folder
        return sorted(path.name for path in place.iterdir() if path.is_file()) if place.exists() else []

    async def refuse(self, about: str, why: str) -> None:
        data = {"betreft": about, "gebeurtenis": "aanwezigheid-gemeld", "reden": "geen-relatie", "toelichting": why}
        was = self.position or None
        self.position += 1
        ledger = Ledger(Spool(Store.of(self.profile)), self.connector.topic)
        await ledger.take([delivery("aanlevering-geweigerd", data)], was, self.position)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_file_is_taken_when_it_has_stopped_changing(desk: Desk) -> None:
    path = desk.put("les.csv", GOOD)
    await desk.look()
    with path.open("a") as more:
        more.write("p3;L1;02-03-2026;absent;\n")
    os.utime(path, ns=(path.stat().st_mtime_ns + 10**9,) * 2)
    await desk.look()
    assert desk.names() == ["les.csv"], "it changed between two looks"
    await desk.look()
    assert desk.names() == [] and desk.names("verwerkt") == ["les.csv"]


async def test_what_programs_are_busy_with_and_other_files_are_left_alone(desk: Desk) -> None:
    for name in ("~$les.csv", ".les.csv", "lees mij.txt"):
        desk.put(name, GOOD)
    await desk.look()
    await desk.look()
    assert desk.names() == [".les.csv", "lees mij.txt", "~$les.csv"] and desk.told == []


async def test_a_file_that_nobody_can_read_has_the_reason_beside_it_and_stops_no_other(desk: Desk) -> None:
    (desk.folder / "a.xlsx").write_bytes(b"no workbook")
    desk.put("b.csv", GOOD)
    await desk.look()
    await desk.look()
    assert desk.names("onleesbaar") == ["a.xlsx", "a.xlsx.uitleg.txt"] and desk.names("verwerkt") == ["b.csv"]
    said = (desk.folder / "onleesbaar" / "a.xlsx.uitleg.txt").read_text(encoding="utf-8-sig")
    assert "a.xlsx" in said and said.count("\n") == 1


async def test_the_copy_of_last_week_is_not_overwritten(desk: Desk) -> None:
    for lesson in ("L1", "L2"):
        desk.put("les.csv", GOOD, [BAD[0], lesson, *BAD[2:]])
        await desk.look()
        await desk.look()
    assert desk.names("afgekeurd") == ["les-afgekeurd-2.csv", "les-afgekeurd.csv"]
    assert desk.names("verwerkt") == ["les-2.csv", "les.csv"]


async def test_a_refusal_that_comes_later_brings_its_line_back_from_the_file_that_was_moved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put("les[1].csv", ["p9", *GOOD[1:]], GOOD)
    await desk.look()
    await desk.look()
    desk.put("les[1].csv", ["p3", *GOOD[1:]])  # another file of that name, which does not have the line
    await desk.look()
    await desk.look()
    ((_, first), _) = desk.told
    sent = first.recorded.sent  # type: ignore[union-attr]
    await desk.refuse(sent[1], "Wacht op de toewijzing.")

    async def nothing(self: Uploader) -> int:  # as when the hub is there and had nothing more to say
        return 0

    monkeypatch.setattr(Uploader, "catch_up", nothing)
    await desk.look()
    where, later = desk.told[-1]
    assert where == "in" and isinstance(later, Later)
    assert [(one.bestand, one.regelnummer) for one in later.geweigerd] == [("les[1].csv", 3)]
    (copy,) = later.kopieen
    assert [line[-1] for line in csv_lines(copy, desk.profiel)] == ["fout", "Wacht op de toewijzing."]
    await desk.look()
    assert desk.told[-1] == (where, later), "told once"
