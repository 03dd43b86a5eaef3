# SPDX-License-Identifier: EUPL-1.2
"""Spreadsheets that are made to harm: refused with a Dutch sentence before anything takes them apart."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connectors.files import Afgekeurd, Melding, UnreadableFile, load_profile, read, write_rejected
from connectors.files.sheets import write_csv, write_workbook
from connectors.files.template import write_template
from connectors.files.values import is_formula
from connectors.onboarding.report import Report

BESTANDEN = Path(__file__).parents[1] / "bestanden"
SCHOOL = load_profile("school", afzender="00000099000000060000", geheim=b"geheim van de afzender")
HEADING = ["Hubkenmerk", "Les", "Lesdatum", "Status"]


@pytest.mark.parametrize(
    ("bestand", "woorden"),
    [
        ("bom-groot.xlsx", "uitgepakt groter dan 100 MB"),
        ("bom-liegt.ods", "beschadigd"),
        ("bom-ver-weg.xlsx", "buiten de eerste"),
        ("bom-herhaalde-cellen.ods", "buiten de eerste"),
        ("bom-herhaalde-tekst.xlsx", "te veel tekst"),
        ("bom-spaties.ods", "te veel tekst"),
        ("xml-entiteit.xlsx", "documenttype"),
        ("xml-afgebroken.xlsx", "beschadigde XML"),
        ("school-nul.csv", "geen tekst"),
        ("school.txt", "geen XLSX, ODS of CSV"),
    ],
)
def test_a_file_that_is_made_to_harm_is_refused_as_a_whole(bestand: str, woorden: str) -> None:
    with pytest.raises(UnreadableFile, match=woorden):
        list(read(BESTANDEN / bestand, SCHOOL))


@pytest.mark.parametrize("bestand", ["school-goed.xlsx", "school-goed.ods", "school-goed.csv"])
def test_the_same_lesson_is_the_same_event_in_every_kind_of_file(bestand: str) -> None:
    (melding,) = read(BESTANDEN / bestand, SCHOOL)
    assert isinstance(melding, Melding)
    (other,) = read(BESTANDEN / "school-goed.xlsx", SCHOOL)
    assert isinstance(other, Melding)
    assert (melding.id, melding.data, melding.gebeurd) == (other.id, other.data, other.gebeurd)


def test_a_formula_goes_to_nobody_and_the_good_rows_go_on() -> None:
    rows = list(read(BESTANDEN / "school-formules.xlsx", SCHOOL))
    assert [one.regelnummer for one in rows if isinstance(one, Afgekeurd)] == [2, 3, 5]
    assert [one.data["les"] for one in rows if isinstance(one, Melding)] == ["L3"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".ods"])
def test_a_formula_that_comes_back_is_a_text(tmp_path: Path, ending: str) -> None:
    """The copy is opened by the person who sent it: nothing in it may come to life."""
    file, back = tmp_path / f"les{ending}", tmp_path / f"les-afgekeurd{ending}"
    lines = [HEADING, ["p1", "=1+1", "02-03-2026", "aanwezig"]]
    if ending == ".csv":
        write_csv(file, lines)
    else:
        write_workbook(file, {"Presentie": lines})
    rejected = [one for one in read(file, SCHOOL) if isinstance(one, Afgekeurd)]
    assert len(rejected) == 1
    assert write_rejected(file, SCHOOL, rejected, back) == 1
    assert [one for one in read(back, SCHOOL) if isinstance(one, Melding)] == []
    if ending == ".csv":
        assert ";'=1+1;" in back.read_text(encoding="utf-8-sig")
    elif ending == ".xlsx":
        assert load_workbook(back)["Presentie"]["B2"].data_type == "s"
    else:
        with zipfile.ZipFile(back) as archive:
            content = archive.read("content.xml").decode()
        assert 'office:value-type="string"><text:p>=1+1<' in content and "table:formula" not in content


def test_a_column_that_stands_there_twice_is_one_fault() -> None:
    (fault,) = read(BESTANDEN / "school-dubbele-kolom.csv", SCHOOL)
    assert isinstance(fault, Afgekeurd) and "twee keer" in fault.uitleg_nl


def test_a_telephone_number_is_no_formula() -> None:
    assert not is_formula("+31 6 12345678") and not is_formula("A1-") and not is_formula("-")
    assert is_formula("+cmd|' /C calc'!A0") and is_formula("@SUM(1)") and is_formula("-2+3+cmd")


@pytest.mark.parametrize("inhoud", ["[" * 100_000, '{"zaakgebeurtenissen": [' + '{"a":' * 900 + "1" + "}" * 900 + "]}"])
def test_json_nested_without_end_is_a_file_that_cannot_be_read(tmp_path: Path, inhoud: str) -> None:
    profiel = load_profile("gemeente-zaken", afzender="x", geheim=b"g")
    file = tmp_path / "zaken.json"
    file.write_text(inhoud)
    try:
        rows = list(read(file, profiel))
    except UnreadableFile as error:
        assert "geldige JSON" in str(error)
    else:
        assert rows and all(isinstance(one, Afgekeurd) for one in rows)


@pytest.mark.parametrize("ending", [".xlsx", ".ods", ".csv"])
def test_a_template_holds_no_formula_of_whoever_named_the_person(tmp_path: Path, ending: str) -> None:
    """Initials come from deliveries, and so from another organisation's system."""
    path = tmp_path / f"sjabloon{ending}"
    write_template(path, SCHOOL, [("=1+1", "@SUM(1)")], initialen=True, blad="Presentie" if ending == ".csv" else None)
    if ending == ".csv":
        assert "'=1+1;" in path.read_text(encoding="utf-8-sig") and "'@SUM(1)" in path.read_text(encoding="utf-8-sig")
    elif ending == ".xlsx":
        sheet = load_workbook(path)["Presentie"]
        assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}
    else:
        with zipfile.ZipFile(path) as archive:
            assert "table:formula" not in archive.read("content.xml").decode()


def test_a_report_on_running_cases_holds_no_formula_of_the_file_it_is_about(tmp_path: Path) -> None:
    path = tmp_path / "keuring.xlsx"
    Report([], [Afgekeurd(2, "=1+1", "", "=HYPERLINK(1)", "@blad")]).write(path)
    for sheet in load_workbook(path):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} <= {"s", "n"}
