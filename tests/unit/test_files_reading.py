# SPDX-License-Identifier: EUPL-1.2
"""Partners' files as they come become the events that their authors meant."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from connectors.files import Afgekeurd, Melding, Profiel, load_profile, profile_names, read
from schemas.catalogue import gebeurtenistype

BESTANDEN = Path(__file__).parents[1] / "bestanden"
SCHOOL = "00000099000000060000"


def profile(naam: str, afzender: str = SCHOOL) -> Profiel:
    return load_profile(naam, afzender=afzender, geheim=b"geheim van de afzender")


def meldingen(bestand: str | Path, naam: str, afzender: str = SCHOOL) -> list[Melding]:
    rows = list(read(BESTANDEN / bestand, profile(naam, afzender)))
    assert [row for row in rows if isinstance(row, Afgekeurd)] == []
    return [row for row in rows if isinstance(row, Melding)]


def test_a_school_csv_with_dutch_dates_and_decimal_commas() -> None:
    present, absent, cancelled, ill = meldingen("horizon-goed.csv", "horizon-presentie")
    assert present.gebeurtenis == "aanwezigheid-gemeld"
    assert present.gebeurd == date(2025, 3, 14)
    assert present.data == {
        "les": "H-1",
        "datum": "2025-03-14",
        "component": "taal",
        "minuten_gepland": 150,
        "minuten_aanwezig": 150,
        "verzuim": "geen",
    }
    assert absent.data["verzuim"] == "ongeoorloofd"
    assert absent.data["minuten_aanwezig"] == 0
    assert (cancelled.gebeurtenis, cancelled.data["reden"]) == ("les-uitgevallen", "geen-docent")
    # Illness is health data and stays at school; that the absence was authorised does not.
    assert ill.data["verzuim"] == "geoorloofd"
    assert "reden" not in ill.data


def test_a_school_workbook_with_two_sheets() -> None:
    number, ill, written_date, cancelled, report = meldingen("brug-goed.xlsx", "brug-school")
    assert number.persoon == {"soort": "bsn", "waarde": number.persoon["waarde"], "ook": []}
    assert len(number.persoon["waarde"]) == 9
    assert (ill.data["verzuim"], ill.data.get("reden")) == ("geoorloofd", None)
    assert written_date.gebeurd == date(2025, 3, 14) == number.gebeurd
    assert cancelled.data == {"les": "B-2", "datum": "2025-03-21", "reden": "school-gesloten"}
    assert report.blad == "Voortgang"
    assert report.data["belemmeringen"] == ["reistijd", "schulden"]
    assert report.data["uren_gevolgd_minuten"] == 3750
    assert report.data["stagnatie"] is False


def test_duo_messages_under_the_names_of_duos_interface() -> None:
    plicht, lbt, termijn, knm, lezen = meldingen("duo-goed.json", "duo-berichten")
    # DUO's indeling decides: a nareiziger with a regular permit counts as asielstatushouder.
    assert plicht.data["doelgroep"] == "asielstatushouder"
    assert plicht.data["kennisgeving"] == "2025-09-08"
    assert plicht.data["gemeente"] == "00000099000000030000"
    assert plicht.persoon["soort"] == "bsn"
    assert plicht.persoon["ook"] == [{"soort": "vnummer", "waarde": "0012345678"}]
    assert lbt.data["behaalde_score"] == "98,50"
    assert lbt.gebeurd == date(2025, 10, 21), "23:30 UTC is the next day in Amsterdam"
    assert termijn.data == {"startdatum": "2025-11-04", "einddatum": "2028-11-04"}
    assert [exam.data["onderdeel"] for exam in (knm, lezen)] == ["KNM", "LE"]
    assert [exam.data["resultaat"] for exam in (knm, lezen)] == ["geslaagd", "gezakt"]
    assert knm.id != lezen.id


def test_a_begeleider_knows_a_pseudonym_and_no_bsn() -> None:
    rows = list(read(BESTANDEN / "vwn-goed.csv", profile("vwn-begeleiding")))
    started, given, withdrawn, unknown = rows
    assert isinstance(started, Melding) and isinstance(given, Melding) and isinstance(withdrawn, Melding)
    assert started.persoon == {"soort": "pseudoniem", "waarde": "ps-1", "ook": []}
    assert given.data["categorieen"] == ["voortgang"]
    assert withdrawn.data["betreft"] == given.id
    assert isinstance(unknown, Afgekeurd) and unknown.kolom == "hub_kenmerk"


def test_sending_the_same_file_again_under_another_name_gives_the_same_ids(tmp_path: Path) -> None:
    again = tmp_path / "nog-een-keer.csv"
    shutil.copy(BESTANDEN / "horizon-goed.csv", again)
    first = [melding.id for melding in meldingen("horizon-goed.csv", "horizon-presentie")]
    assert [melding.id for melding in meldingen(again, "horizon-presentie")] == first
    assert len(set(first)) == len(first)


def test_the_order_of_the_lines_does_not_change_the_ids(tmp_path: Path) -> None:
    heading, *lines = (BESTANDEN / "horizon-goed.csv").read_text(encoding="utf-8-sig").splitlines()
    turned = tmp_path / "omgekeerd.csv"
    turned.write_text("\n".join([heading, *reversed(lines)]))
    first = [melding.id for melding in meldingen("horizon-goed.csv", "horizon-presentie")]
    assert [melding.id for melding in meldingen(turned, "horizon-presentie")] == first[::-1]


def test_two_senders_never_share_an_id() -> None:
    one = {melding.id for melding in meldingen("horizon-goed.csv", "horizon-presentie", afzender=SCHOOL)}
    other = {melding.id for melding in meldingen("horizon-goed.csv", "horizon-presentie", afzender="0" * 20)}
    assert not one & other


def test_an_id_cannot_be_computed_without_the_senders_secret() -> None:
    guessed = load_profile("horizon-presentie", afzender=SCHOOL, geheim=b"geraden")
    ids = {row.id for row in read(BESTANDEN / "horizon-goed.csv", guessed) if isinstance(row, Melding)}
    assert not ids & {melding.id for melding in meldingen("horizon-goed.csv", "horizon-presentie")}


def test_a_correction_points_at_the_original_and_states_only_what_changes() -> None:
    originals = {melding.id: melding for melding in meldingen("horizon-goed.csv", "horizon-presentie")}
    correction, withdrawal = meldingen("horizon-correctie.csv", "horizon-presentie")
    assert correction.gebeurtenis == "correctie"
    assert originals[correction.data["betreft"]].data["verzuim"] == "ongeoorloofd"
    assert correction.data["wijziging"] == {
        "datum": "2025-03-14",
        "component": "taal",
        "verzuim": "geoorloofd",
        "reden": "werk",
    }
    assert correction.gebeurd == date(2025, 3, 20)
    assert withdrawal.gebeurtenis == "intrekking"
    assert withdrawal.data == {
        "betreft": next(iter(originals)),
        "gebeurtenis": "aanwezigheid-gemeld",
        "reden": "foutieve-invoer",
    }
    assert correction.id not in originals and withdrawal.id not in originals


@pytest.mark.parametrize("naam", profile_names())
def test_a_profile_names_only_events_fields_and_codes_of_the_catalogue(naam: str) -> None:
    for regel in profile(naam).gebeurtenissen:
        velden = gebeurtenistype(regel.gebeurtenis).velden
        assert set(regel.velden) <= set(velden), regel.gebeurtenis
        for veldnaam, bron in regel.velden.items():
            known = velden[veldnaam].waarden
            if known is not None:
                used = set(filter(None, bron.codes.values())) | ({bron.vast} if bron.vast is not None else set())
                assert used and used <= set(known), f"{regel.gebeurtenis}.{veldnaam}"


@pytest.mark.parametrize("naam", profile_names())
def test_a_profile_asks_for_every_field_that_the_catalogue_asks_for(naam: str) -> None:
    for regel in profile(naam).gebeurtenissen:
        asked = {
            veld
            for veld, bron in regel.velden.items()
            if bron.verplicht or bron.vast is not None or bron.naar is not None
        }
        needed = {veld.naam for veld in gebeurtenistype(regel.gebeurtenis).velden.values() if veld.verplicht}
        assert needed <= asked, regel.gebeurtenis
