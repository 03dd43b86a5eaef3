# SPDX-License-Identifier: EUPL-1.2
"""Thousands of running cases from a file: first what is wrong with each, then the import, and again is nothing."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from connectors import Connector
from connectors.cli import app
from connectors.files import load_profile
from connectors.files.sources import workbook_sheets
from connectors.onboarding.bringing import BROUGHT_IN, Bringing
from connectors.onboarding.findings import Soort
from connectors.spool import Spool
from connectors.store import Store
from connectors.uploading import Uploader
from schemas import codec, identity
from tests.unit.partner import school
from tests.unit.running_cases import GOOD, SCHOOL, VWN, write

VANDAAG = date(2026, 6, 1)


def bsns(number: int) -> list[str]:
    """Numbers for invented persons: in the test range, and passing the eleven-test."""
    found = (str(one) for one in range(999_900_000, 1_000_000_000) if identity.is_bsn(str(one)))
    return [next(found) for _ in range(number)]


BSN, *ANDERE = bsns(5)


class Gemeente:
    """A gemeente's folder; nothing listens at its hub's address, so what goes waits in the spool."""

    def __init__(self, place: Path) -> None:
        self.place, self.profile = place, school(place)
        self.profiel = load_profile("gemeente-inbreng", afzender=self.profile.oin, geheim=self.profile.file_secret())
        self.connector = Connector(self.profile)
        self.uploader = Uploader(self.connector, self.profiel)
        self.spool = Spool(Store.of(self.profile))

    def bringing(self, per: date = VANDAAG) -> Bringing:
        return Bringing(self.profiel.namespace, per, VANDAAG, self.uploader.known)

    async def look(self, cases: list[dict[str, Any]], history: list[dict[str, Any]] | None = None) -> Bringing:
        bringing = self.bringing()
        file = write(self.place / "dossiers.xlsx", [{"BSN": BSN, **one} for one in cases], history or [])
        await self.uploader.look(file, bringing.prepare)
        return bringing

    async def bring(self, file: Path, per: date = VANDAAG) -> Any:
        return await self.uploader.upload(file, prepare=self.bringing(per).prepare)

    def waiting(self) -> list[tuple[str, dict[str, Any]]]:
        return [(packed.gebeurtenis, codec.decode(packed.frame)[1]) for _, packed in self.spool.first(100_000)]


@pytest.fixture
def gemeente(tmp_path: Path) -> Gemeente:
    return Gemeente(tmp_path)


def said(bringing: Bringing) -> list[tuple[str, str]]:
    return [(one.soort.value, one.wat) for _, found in bringing.report.cases for one in found]


async def test_a_whole_case_has_nothing_to_say_of(gemeente: Gemeente) -> None:
    bringing = await gemeente.look([dict(GOOD)])
    assert said(bringing) == []
    assert bringing.report.clean


@pytest.mark.parametrize(
    ("weg", "woorden"),
    [
        ("BRP-inschrijving", "De inschrijving in uw BRP ontbreekt."),
        ("Regievoerder", "Er is geen regievoerder."),
        ("Brede intake", "Er is een PIP en geen brede intake."),
        ("Taalschool (OIN)", "Er is een PIP en geen taalschool of zelfstudie."),
        ("PIP dagtekening", "Er is geen PIP."),
    ],
)
async def test_what_is_missing_is_told_and_the_case_goes(gemeente: Gemeente, weg: str, woorden: str) -> None:
    bringing = await gemeente.look([{**GOOD, weg: ""}])
    assert said(bringing) == [("ontbreekt", woorden)]
    assert len(bringing.report.sendable) == 1
    assert bringing.report.clean


@pytest.mark.parametrize(
    ("anders", "geschiedenis", "woorden"),
    [
        ({"Brede intake": "10-03-2025"}, [], "De brede intake van 10-03-2025 is van na het PIP van 03-03-2025."),
        ({"PIP dagtekening": "03-12-2021"}, [], "Het PIP is van 03-12-2021, van voor de Wet inburgering 2021."),
        ({"Begeleiding per": "02-06-2026"}, [], "Een feit van 02-06-2026 ligt in de toekomst."),
        (
            {"Leerroute bij school": "Z-route"},
            [],
            "De plaatsing van 07-04-2025 noemt Z-route, en het PIP toen B1-route.",
        ),
        (
            {},
            [{"Wat": "voortgangsgesprek", "Datum": "01-02-2025", "Nummer": 1}],
            "Een voortgangsgesprek van 01-02-2025 is van voor het PIP van 03-03-2025.",
        ),
        (
            {},
            [{"Wat": "einde taalschool", "Datum": "01-03-2025", "Organisatie (OIN)": SCHOOL}],
            "Bij een taalschool ligt het einde (01-03-2025) voor het begin (07-04-2025).",
        ),
        (
            {},
            [{"Wat": "einde begeleiding", "Datum": "01-03-2026", "Organisatie (OIN)": SCHOOL}],
            "Er eindigt op 01-03-2026 iets bij een begeleider waar niets begon.",
        ),
    ],
)
async def test_what_contradicts_keeps_the_case_at_home(
    gemeente: Gemeente, anders: dict[str, Any], geschiedenis: list[dict[str, Any]], woorden: str
) -> None:
    bringing = await gemeente.look([{**GOOD, **anders}], [{"BSN": BSN, **one} for one in geschiedenis])
    assert ("tegenstrijdig", woorden) in said(bringing)
    assert bringing.report.sendable == []
    assert not bringing.report.clean


async def test_the_change_of_route_explains_another_route_at_school(gemeente: Gemeente) -> None:
    history = [{"BSN": BSN, "Wat": "leerroute gewijzigd", "Datum": "01-04-2025", "Leerroute": "Z-route"}]
    bringing = await gemeente.look([{**GOOD, "Leerroute bij school": "Z-route"}], history)
    assert said(bringing) == []


async def test_two_schools_at_once_are_possible_and_told(gemeente: Gemeente) -> None:
    history = [
        {"BSN": BSN, "Wat": "taalschool", "Datum": "01-09-2025", "Organisatie (OIN)": VWN, "Leerroute": "B1-route"}
    ]
    assert ("let op", "De taalles loopt bij 2 taalscholen tegelijk.") in said(
        await gemeente.look([dict(GOOD)], history)
    )


async def test_the_word_goes_before_every_fact_and_facts_keep_their_own_days(gemeente: Gemeente) -> None:
    file = write(
        gemeente.place / "dossiers.xlsx",
        [{"BSN": one, **GOOD} for one in (BSN, ANDERE[0])],
        [{"BSN": BSN, "Wat": "voortgangsgesprek", "Datum": "15-09-2025", "Nummer": 1}],
    )
    done = await gemeente.bring(file)
    assert done.rejected == []
    waiting = gemeente.waiting()
    per_person: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name, data in waiting:
        per_person.setdefault(data["persoon"]["waarde"], []).append((name, data))
    assert set(per_person) == {BSN, ANDERE[0]}
    for facts in per_person.values():
        assert facts[0] == (
            BROUGHT_IN,
            {"persoon": facts[0][1]["persoon"], "per": "2026-06-01", "gebeurd_op": "2026-06-01"},
        )
        assert facts[1][0] == "verblijf-in-gemeente-geregistreerd"
        days = [data["gebeurd_op"] for _, data in facts[2:]]
        assert days == sorted(days)
    assert [name for name, _ in per_person[BSN]][-1] == "voortgangsgesprek-gevoerd"
    assert dict(per_person[BSN])["pip-vastgesteld"]["gebeurd_op"] == "2025-03-03"


async def test_again_sends_nothing_also_on_another_day(gemeente: Gemeente) -> None:
    file = write(gemeente.place / "dossiers.xlsx", [{"BSN": BSN, **GOOD}])
    await gemeente.bring(file)
    first = len(gemeente.waiting())
    again = await gemeente.bring(file, per=date(2026, 6, 9))
    assert again.recorded.sent == []
    assert len(gemeente.waiting()) == first


async def test_a_mended_file_sends_the_case_that_stayed_and_corrects_what_changed(gemeente: Gemeente) -> None:
    wrong = {"BSN": ANDERE[0], **GOOD, "Brede intake": "10-03-2025"}
    file = write(gemeente.place / "dossiers.xlsx", [{"BSN": BSN, **GOOD}, wrong])
    done = await gemeente.bring(file)
    assert done.lines_rejected == 1
    copy = workbook_sheets(done.kopie)["Dossiers"]
    assert len(copy) == 2 and "Verbeter een van beide datums" in copy[1][-1]
    before = len(gemeente.waiting())
    mended = [{"BSN": BSN, **GOOD, "Niveau": "A2"}, {**wrong, "Brede intake": "10-02-2025"}]
    await gemeente.bring(write(gemeente.place / "dossiers.xlsx", mended))
    later = gemeente.waiting()[before:]
    kinds = Counter(name for name, _ in later)
    assert kinds["correctie"] == 1 and kinds[BROUGHT_IN] == 1
    assert next(data for name, data in later if name == "correctie")["wijziging"] == {"niveau": "A2"}


async def test_lines_with_one_bsn_are_one_person_and_a_strange_number_is_a_contradiction(gemeente: Gemeente) -> None:
    from connectors.files import Melding
    from connectors.onboarding.cases import by_person

    def line(number: int, *numbers: tuple[str, str]) -> Melding:
        first, *more = ({"soort": soort, "waarde": waarde} for soort, waarde in numbers)
        return Melding("pip-vastgesteld", {**first, "ook": more}, {}, VANDAAG, str(number), number)

    cases = by_person([line(1, ("bsn", "a")), line(2, ("vnummer", "1")), line(3, ("bsn", "a"), ("vnummer", "1"))])
    assert [case.lines for case in cases] == [[("", 1), ("", 2), ("", 3)]]
    (mixed,) = by_person([line(1, ("bsn", "a"), ("vnummer", "1")), line(2, ("bsn", "b"), ("vnummer", "1"))])
    assert mixed.several("bsn")


def test_the_dry_run_writes_what_to_do_and_sends_nothing(gemeente: Gemeente) -> None:
    wrong = {"BSN": ANDERE[0], **GOOD, "Brede intake": "10-03-2025"}
    broken = {"BSN": "123456789", **GOOD}
    file = write(gemeente.place / "dossiers.xlsx", [{"BSN": BSN, **GOOD, "Regievoerder": ""}, wrong, broken])
    words = ["onboard", str(file), "--dry-run", "--config", str(gemeente.place / "school"), "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1, done.output
    told = json.loads(done.stdout)
    assert {name: told[name] for name in ("dossiers", "gaan_mee", "tegenstrijdig", "ontbreekt", "niet_te_lezen")} == {
        "dossiers": 2,
        "gaan_mee": 1,
        "tegenstrijdig": 1,
        "ontbreekt": 1,
        "niet_te_lezen": 1,
    }
    sheets = workbook_sheets(Path(told["keuring"]))
    found = sheets["Bevindingen"]
    assert found[0] == ["Blad", "Regel", "Soort", "Wat", "Wat te doen", "Dossier op regels"]
    assert {row[2] for row in found[1:]} == {"niet te lezen", "ontbreekt", "tegenstrijdig"}
    assert all(row[4] for row in found[1:] if row[2] != "niet te lezen"), "each says what to do"
    text = json.dumps([[str(cell) for cell in row] for rows in sheets.values() for row in rows])
    assert all(number not in text for number in (BSN, ANDERE[0])), "the report names nobody"
    assert gemeente.waiting() == []
    assert not list(gemeente.place.glob("*-afgekeurd*"))


def test_a_template_holds_the_columns_and_nobody(gemeente: Gemeente) -> None:
    file = gemeente.place / "leeg.xlsx"
    done = CliRunner().invoke(app, ["onboard", str(file), "--template", "--config", str(gemeente.place / "school")])
    assert done.exit_code == 0, done.output
    sheets = workbook_sheets(file)
    assert set(sheets) == {"Dossiers", "Geschiedenis", "Uitleg"}
    assert len(sheets["Dossiers"]) == 1 and {"BSN", "PIP dagtekening", "Taalschool (OIN)"} <= set(sheets["Dossiers"][0])


async def test_two_thousand_cases_are_looked_at_in_seconds(gemeente: Gemeente) -> None:
    """And each is told apart: one in ten lacks a plan, one in fifty contradicts itself."""
    cases = []
    for number, bsn in enumerate(bsns(2000)):
        case = {"BSN": bsn, **GOOD}
        if number % 10 == 0:
            case["PIP dagtekening"] = ""
        if number % 50 == 1:
            case["Brede intake"] = "10-03-2025"
        cases.append(case)
    bringing = gemeente.bringing()
    rows, back = await gemeente.uploader.look(write(gemeente.place / "veel.xlsx", cases), bringing.prepare)
    assert len(bringing.report.cases) == 2000
    assert bringing.report.number(Soort.TEGENSTRIJDIG) == 40 == len(back)
    assert bringing.report.number(Soort.ONTBREEKT) == 200
    assert sum(row.gebeurtenis == BROUGHT_IN for row in rows) == 1960
