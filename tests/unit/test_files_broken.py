# SPDX-License-Identifier: EUPL-1.2
"""A corpus of broken files: each fault is named in a Dutch sentence, the good lines go on, nothing is guessed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from connectors.files import (
    Afgekeurd,
    BrokenProfile,
    Melding,
    Profiel,
    UnreadableFile,
    load_profile,
    read,
    write_rejected,
)
from connectors.files.profile import parse_profile

BESTANDEN = Path(__file__).parents[1] / "bestanden"


def profile(naam: str) -> Profiel:
    return load_profile(naam, afzender="00000099000000060000", geheim=b"geheim van de afzender")


def split(bestand: str, naam: str) -> tuple[list[Melding], list[Afgekeurd]]:
    rows = list(read(BESTANDEN / bestand, profile(naam)))
    return [row for row in rows if isinstance(row, Melding)], [row for row in rows if isinstance(row, Afgekeurd)]


def test_good_lines_of_a_broken_csv_go_on() -> None:
    good, _ = split("horizon-kapot.csv", "horizon-presentie")
    assert [melding.regelnummer for melding in good] == [2, 13]


@pytest.mark.parametrize(
    ("regel", "kolom", "woorden"),
    [
        (3, "Burgerservicenummer", "elfproef"),
        (4, "Burgerservicenummer", "negen cijfers"),
        (5, "Lesdatum", "geen bestaande datum"),
        (6, "Lesdatum", "Het jaar 205"),
        (7, "Status", "kies uit: aanwezig, afgemeld, absent, vervallen"),
        (8, "Lescode", "Vul Lescode in"),
        (9, "Burgerservicenummer", "Over wie"),
        (10, "Duur (uur)", "geen getal"),
        (10, "Gevolgd (uur)", "kleiner dan nul"),
        (11, "", "12 kolommen"),
        (15, "", "al op regel 13"),
        (16, "Lesdatum", "14-03-2025"),
        (17, "Mutatie", "laat leeg of kies uit: C, V"),
        (18, "Status", "onbekend"),
    ],
)
def test_each_fault_is_named_at_its_line_and_column(regel: int, kolom: str, woorden: str) -> None:
    _, rejected = split("horizon-kapot.csv", "horizon-presentie")
    assert [one for one in rejected if one.regelnummer == regel and one.kolom == kolom and woorden in one.uitleg_nl]


def test_no_fault_is_invented() -> None:
    _, rejected = split("horizon-kapot.csv", "horizon-presentie")
    assert sorted({one.regelnummer for one in rejected}) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 17, 18]


def test_every_explanation_is_one_dutch_sentence_without_the_bsn() -> None:
    _, rejected = split("horizon-kapot.csv", "horizon-presentie")
    for one in rejected:
        assert one.uitleg_nl[0].isupper() or one.uitleg_nl[0] in "‘0123456789"
        assert one.uitleg_nl.endswith(".") and "\n" not in one.uitleg_nl
        if one.kolom == "Burgerservicenummer" and one.waarde:
            assert one.waarde not in one.uitleg_nl


def test_broken_duo_messages() -> None:
    good, rejected = split("duo-kapot.json", "duo-berichten")
    assert [melding.regelnummer for melding in good] == [7]
    assert {(one.regelnummer, one.kolom) for one in rejected} == {
        (1, "notificatie.gebeurtenisId"),
        (2, "inburgeringstermijn.einddatum"),
        (3, "leerbaarheidstoets.behaaldeScore"),
        (4, "examenresultaten"),
        (5, "notificatie.bsn"),
        (5, "doelgroep.indeling"),
        (6, ""),
    }


def test_a_broken_workbook_names_sheet_and_line() -> None:
    good, rejected = split("brug-kapot.xlsx", "brug-school")
    assert [(melding.blad, melding.regelnummer) for melding in good] == [("Presentie", 5)]
    assert {(one.blad, one.regelnummer, one.kolom) for one in rejected} == {
        ("Presentie", 2, "BSN"),
        ("Presentie", 3, "Lesdatum"),
        ("Presentie", 4, "Gepland (min)"),
        ("Presentie maart", 1, ""),
    }


def test_a_missing_column_is_one_fault_of_the_heading_and_not_one_of_every_line() -> None:
    good, rejected = split("horizon-zonder-kolom.csv", "horizon-presentie")
    assert good == []
    assert [(one.regelnummer, one.kolom) for one in rejected] == [(1, "Status")]


@pytest.mark.parametrize(
    ("bestand", "naam", "woorden"),
    [
        ("bestaat-niet.csv", "horizon-presentie", "bestaat"),
        ("horizon-leeg.csv", "horizon-presentie", "leeg"),
        ("geen-xlsx.xlsx", "brug-school", "XLSX"),
        ("brug-verkeerde-bladen.xlsx", "brug-school", "sjabloon"),
        ("duo-afgebroken.json", "duo-berichten", "JSON"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_says_what_to_do(bestand: str, naam: str, woorden: str) -> None:
    with pytest.raises(UnreadableFile, match=woorden) as caught:
        list(read(BESTANDEN / bestand, profile(naam)))
    assert str(BESTANDEN) not in str(caught.value)


def test_rejected_csv_lines_come_back_with_their_fault_beside_them(tmp_path: Path) -> None:
    _, rejected = split("horizon-kapot.csv", "horizon-presentie")
    back = tmp_path / "terug.csv"
    written = write_rejected(BESTANDEN / "horizon-kapot.csv", profile("horizon-presentie"), rejected, back)
    lines = list(csv.reader(back.open(encoding="utf-8-sig", newline=""), delimiter=";"))
    assert lines[0][-1] == "fout"
    assert len(lines) - 1 == written == 13
    by_name = {line[1]: line[-1] for line in lines[1:]}
    assert "geen getal" in by_name["Uren"] and "kleiner dan nul" in by_name["Uren"]
    assert "Goed" not in by_name


def test_a_returned_csv_can_be_corrected_and_sent_as_it_is(tmp_path: Path) -> None:
    _, rejected = split("horizon-kapot.csv", "horizon-presentie")
    back = tmp_path / "terug.csv"
    write_rejected(BESTANDEN / "horizon-kapot.csv", profile("horizon-presentie"), rejected, back)
    heading, *lines = back.read_text(encoding="utf-8-sig").splitlines()
    corrected = [line.replace("31-02-2025", "28-02-2025") for line in lines if ";Datum;" in line]
    back.write_text("\n".join([heading, *corrected]), encoding="utf-8")
    (melding,) = read(back, profile("horizon-presentie"))
    assert isinstance(melding, Melding)
    assert melding.data["datum"] == "2025-02-28"


def test_rejected_workbook_lines_come_back_and_a_formula_stays_text(tmp_path: Path) -> None:
    _, rejected = split("brug-kapot.xlsx", "brug-school")
    back = tmp_path / "terug.xlsx"
    write_rejected(BESTANDEN / "brug-kapot.xlsx", profile("brug-school"), rejected, back)
    workbook = CalamineWorkbook.from_path(back)
    heading, *lines = workbook.get_sheet_by_name("Presentie").to_python()
    assert heading[-1] == "fout"
    assert len(lines) == 3
    assert lines[2][1] == "=1+1"


def test_the_fault_can_be_read_without_dragging_its_column_open(tmp_path: Path) -> None:
    _, rejected = split("brug-kapot.xlsx", "brug-school")
    back = tmp_path / "terug.xlsx"
    write_rejected(BESTANDEN / "brug-kapot.xlsx", profile("brug-school"), rejected, back)
    sheet = load_workbook(back)["Presentie"]
    fault = next(cell for cell in sheet[1] if cell.value == "fout")
    longest = max(len(str(row[fault.column - 1].value)) for row in sheet.iter_rows(min_row=2))
    assert longest > 40 and sheet.column_dimensions[fault.column_letter].width > min(longest, 80)
    assert sheet.freeze_panes == "A2", "the heading stays in sight"


def test_rejected_messages_come_back_with_their_fault(tmp_path: Path) -> None:
    _, rejected = split("duo-kapot.json", "duo-berichten")
    back = tmp_path / "terug.json"
    write_rejected(BESTANDEN / "duo-kapot.json", profile("duo-berichten"), rejected, back)
    messages = json.loads(back.read_text())["berichten"]
    assert len(messages) == 6
    assert "notificatie.bsn" in messages[4]["fout"]


def test_a_profile_that_does_not_exist_or_cannot_be_used_says_so() -> None:
    with pytest.raises(BrokenProfile, match="choose one of"):
        profile("../geheim")
    with pytest.raises(BrokenProfile, match="correct it"):
        parse_profile("profiel: half")
