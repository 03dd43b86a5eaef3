# SPDX-License-Identifier: EUPL-1.2
"""Templates with one's own participants, and mapping files for systems that name things otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connectors.files import Afgekeurd, BrokenProfile, Melding, load_profile, profile_names, read
from connectors.files.mapping import profile_or_mapping
from connectors.files.sheets import write_csv, write_workbook
from connectors.files.sources import workbook_sheets
from connectors.files.template import write_template
from connectors.roster import Roster, initials
from connectors.store import Store
from schemas.catalogue import gebeurtenistype
from tests.unit.partner import delivery, school

AFZENDER, GEHEIM = "00000099000000060000", b"geheim van de afzender"
SCHOOL = load_profile("school", afzender=AFZENDER, geheim=GEHEIM)
PEOPLE = [("a1b2", "A.E."), ("c3d4", "")]


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_a_template_has_a_line_for_each_participant_and_nothing_else_about_them(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"sjabloon{ending}"
    write_template(path, SCHOOL, PEOPLE, initialen=True)
    sheets = workbook_sheets(path)
    assert set(sheets) == {*SCHOOL.bladen, "Uitleg"}
    heading, *lines = sheets["Presentie"]
    assert heading[:2] == ["Hubkenmerk", "Initialen"] and "BSN" not in heading
    assert [line[:2] for line in lines] == [["a1b2", "A.E."], ["c3d4", ""]]
    assert list(read(path, SCHOOL)) == [], "lines that nobody filled in are not read"
    write_template(path, SCHOOL, PEOPLE, initialen=False)
    assert "Initialen" not in workbook_sheets(path)["Presentie"][0]


def test_a_filled_in_template_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sjabloon.xlsx"
    write_template(path, SCHOOL, PEOPLE, initialen=True)
    workbook = load_workbook(path)
    sheet = workbook["Presentie"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for kolom, value in {"Status": "absent", "Les": "L1", "Lesdatum": "02-03-2026", "Uren gepland": 2.5}.items():
        sheet.cell(2, columns[kolom], value)
    workbook.save(path)
    (melding,) = read(path, SCHOOL)
    assert isinstance(melding, Melding)
    assert melding.persoon["waarde"] == "a1b2"
    assert melding.data["verzuim"] == "ongeoorloofd" and melding.data["minuten_gepland"] == 150
    assert "A.E." not in str(melding), "initials are for people and go nowhere"


def test_a_template_offers_the_codes_that_a_cell_may_hold(tmp_path: Path) -> None:
    path = tmp_path / "sjabloon.xlsx"
    write_template(path, SCHOOL, PEOPLE, initialen=False)
    offered = {rule.formula1 for rule in load_workbook(path)["Presentie"].data_validations.dataValidation}
    assert '"aanwezig,afgemeld,ziek,absent,uitgevallen"' in offered


def test_a_csv_of_one_sheet_is_known_by_its_heading(tmp_path: Path) -> None:
    for blad, filled, gebeurtenis in (
        ("Uren", {"Onderdeel": "MAP", "Uren": "40", "Van": "01-03-2026", "Tot": "31-03-2026"}, "uren-gemeld"),
        ("Wachtlijst", {"Onderdeel": "taal", "Datum": "02-03-2026", "Reden": "klas niet vol"}, "wachtlijst-geplaatst"),
    ):
        path = tmp_path / "een.csv"
        write_template(path, SCHOOL, PEOPLE[:1], initialen=False, blad=blad)
        heading, line = path.read_text(encoding="utf-8-sig").splitlines()
        cells = dict(zip(heading.split(";"), line.split(";"), strict=True)) | filled
        write_csv(path, [list(cells), list(cells.values())])
        (melding,) = read(path, SCHOOL)
        assert isinstance(melding, Melding) and melding.gebeurtenis == gebeurtenis


def test_only_a_profile_with_a_template_has_one(tmp_path: Path) -> None:
    other = load_profile("duo-berichten", afzender=AFZENDER, geheim=GEHEIM)
    with pytest.raises(BrokenProfile, match="no template"):
        write_template(tmp_path / "x.xlsx", other, [], initialen=False)
    with pytest.raises(BrokenProfile, match="must end in"):
        write_template(tmp_path / "x.doc", SCHOOL, [], initialen=False)


async def test_the_participants_are_who_the_deliveries_say(tmp_path: Path) -> None:
    roster = Roster(Store.of(school(tmp_path)), "hub.out.x")
    assert await roster.position() is None
    name = {"voornamen": "Amina Sara", "achternaam": "El Idrissi"}
    begin = delivery("taalschool-toegewezen", {"taalschool": AFZENDER, **name}, 4, "a1b2")
    await roster.take([begin, replace(begin, pseudoniem="c3d4", data={"taalschool": AFZENDER})], None, 6)
    assert [(one.pseudoniem, one.initialen) for one in roster.participants()] == [("c3d4", ""), ("a1b2", "A.S.E.")]
    await roster.take([delivery("toewijzing-beeindigd", {"per": "2026-03-02"}, 8, "c3d4")], 6, 9)
    assert [one.pseudoniem for one in roster.participants()] == ["a1b2"]
    assert await roster.position() == 9
    stored = b"".join(path.read_bytes() for path in (tmp_path / "school").glob("connect.db*"))
    assert b"A.S.E." not in stored and b"Amina" not in stored


async def test_who_was_assigned_by_mistake_is_no_participant(tmp_path: Path) -> None:
    roster = Roster(Store.of(school(tmp_path)), "hub.out.x")
    mistake, right = (
        delivery("taalschool-toegewezen", {"taalschool": AFZENDER}, n, p) for n, p in enumerate(("a", "c"))
    )
    about = {"gebeurtenis": "taalschool-toegewezen", "reden": "foutieve-invoer"}
    other = delivery("intrekking", about | {"betreft": "another delivery"}, 2, "c")
    await roster.take([mistake, right, delivery("intrekking", about | {"betreft": mistake.id}, 3, "a"), other], None, 4)
    assert [one.pseudoniem for one in roster.participants()] == ["c"]


def test_initials() -> None:
    assert initials({"voornamen": "amina", "achternaam": "yılmaz"}) == "A.Y."
    assert initials({}) == initials(None) == ""


MAPPING = """
koppeling: leerlingsysteem-x
doc: Export van leerlingsysteem X.
profiel: school
bladen: {Presentie: Export}
kolommen:
  "*": {BSN: Burgerservicenr}
  Presentie: {Lesdatum: DATUM, Status: STAT, Les: LESNR}
datums: ["%d/%m/%y", "%Y%m%d"]
codes:
  Presentie: {Status: {P: aanwezig, AO: absent}}
"""


def test_a_mapping_reads_an_existing_system_as_it_is(tmp_path: Path) -> None:
    mapping, export = tmp_path / "x.yaml", tmp_path / "export.xlsx"
    mapping.write_text(MAPPING)
    rows = [
        ["999990019", "L1", "14/03/26", "P"],
        ["999990019", "L2", "20260315", "AO"],
        ["999990019", "L3", "2026-03-16", "aanwezig"],
        ["999990019", "", "14 maart", "P"],
    ]
    write_workbook(export, {"Export": [["Burgerservicenr", "LESNR", "DATUM", "STAT"], *rows]})
    found = list(read(export, profile_or_mapping(str(mapping), afzender=AFZENDER, geheim=GEHEIM)))
    good = [one for one in found if isinstance(one, Melding)]
    assert [(one.data["datum"], one.data["verzuim"]) for one in good] == [
        ("2026-03-14", "geen"),
        ("2026-03-15", "ongeoorloofd"),
        ("2026-03-16", "geen"),
    ]
    faults = {one.kolom: one.uitleg_nl for one in found if isinstance(one, Afgekeurd)}
    assert set(faults) == {"LESNR", "DATUM"} and "LESNR" in faults["LESNR"], "faults speak of their own columns"


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("profiel: school", "profiel: bestaat-niet", "does not exist"),
        ("Lesdatum: DATUM", "Lesdatumm: DATUM", "Lesdatumm"),
        ("{Presentie: Export}", "{Presenties: Export}", "Presenties"),
        ("doc:", "dok:", "Correct"),
        ("koppeling: l", "koppeling: [", "not YAML"),
    ],
)
def test_a_slip_in_a_mapping_is_said_and_not_passed_over(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    mapping = tmp_path / "x.yaml"
    mapping.write_text(MAPPING.replace(was, becomes))
    with pytest.raises(BrokenProfile, match=said):
        profile_or_mapping(str(mapping), afzender=AFZENDER, geheim=GEHEIM)


@pytest.mark.parametrize("naam", profile_names())
def test_every_profile_speaks_of_what_the_catalogue_has(naam: str) -> None:
    for regel in load_profile(naam, afzender=AFZENDER, geheim=GEHEIM).gebeurtenissen:
        velden = gebeurtenistype(regel.gebeurtenis).velden
        assert regel.velden.keys() <= velden.keys(), regel.gebeurtenis
        for naam_veld, bron in regel.velden.items():
            allowed = velden[naam_veld].waarden
            if allowed is not None and bron.codes:
                assert {code for code in bron.codes.values() if code} <= set(allowed), (regel.gebeurtenis, naam_veld)
