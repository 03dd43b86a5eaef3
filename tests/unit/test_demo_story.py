# SPDX-License-Identifier: EUPL-1.2
"""The story's own files: fictitious persons only, every organisation within what it can know, a resend that is a resend."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from stdnum.nl import bsn

from connectors.files import profile_names
from demo.play import Draaiboek, Kenmerken, fill, load
from demo.rehearsal import Rehearsal


@pytest.fixture(scope="module")
def draaiboek() -> Draaiboek:
    return load()


def test_at_least_twelve_persons_over_forty_weeks(draaiboek: Draaiboek) -> None:
    assert len(draaiboek.personen) >= 12
    assert draaiboek.tot - draaiboek.van + timedelta(days=1) == timedelta(weeks=40)
    assert all(draaiboek.van <= dag.datum <= draaiboek.tot for dag in draaiboek.dagen)


def test_no_person_and_no_organisation_exists(draaiboek: Draaiboek) -> None:
    for persoon in draaiboek.personen:
        assert persoon.bsn.startswith("9999") and bsn.is_valid(persoon.bsn)
    assert len({persoon.bsn for persoon in draaiboek.personen}) == len(draaiboek.personen)
    for deelnemer in draaiboek.deelnemers:
        assert deelnemer.oin.startswith("00000099") and len(deelnemer.oin) == 20


def test_every_file_of_the_story_is_in_the_script(draaiboek: Draaiboek) -> None:
    named = {zending.path for dag in draaiboek.dagen for zending in dag.zendingen}
    lying = {path for path in (Path(next(iter(named))).parents[2]).glob("*/*/*") if path.is_file()}
    assert named == lying
    for dag in draaiboek.dagen:
        for zending in dag.zendingen:
            assert zending.path.parent.name == zending.org_id
            assert zending.path.parent.parent.name == dag.datum.isoformat()
            assert zending.profiel in profile_names()


def test_the_begeleider_has_no_bsn_and_no_v_nummer_to_send(draaiboek: Draaiboek) -> None:
    numbers = {persoon.bsn for persoon in draaiboek.personen}
    numbers |= {persoon.vnummer.lstrip("0") for persoon in draaiboek.personen if persoon.vnummer}
    files = [zending.path for dag in draaiboek.dagen for zending in dag.zendingen if zending.org_id == "vwn"]
    assert files
    for path in files:
        written = path.read_text(encoding="utf-8-sig")
        assert not [number for number in numbers if number in written]


def test_coa_knows_some_persons_by_v_nummer_only(draaiboek: Draaiboek) -> None:
    first = draaiboek.dagen[0].zendingen[0]
    written = first.path.read_text(encoding="utf-8")
    by_v_nummer = [p for p in draaiboek.personen if p.vnummer and p.vnummer in written and p.bsn not in written]
    assert {persoon.id for persoon in by_v_nummer} == {"P01", "P05"}


def test_one_file_is_sent_twice_under_another_name(draaiboek: Draaiboek) -> None:
    seen: dict[bytes, Path] = {}
    twice = []
    for zending in (zending for dag in draaiboek.dagen for zending in dag.zendingen):
        content = zending.path.read_bytes()
        if content in seen:
            twice.append((seen[content].name, zending.path.name))
        seen[content] = zending.path
    assert twice == [("presentie.csv", "presentie-nogmaals.csv")]


def test_playing_again_shows_the_same(draaiboek: Draaiboek) -> None:
    assert Rehearsal(draaiboek).play() == Rehearsal(draaiboek).play()


def test_an_organisation_writes_the_pseudonym_that_it_was_given(draaiboek: Draaiboek, tmp_path: Path) -> None:
    kenmerken = Kenmerken(draaiboek.personen)
    selam = draaiboek.personen[0]
    names = {"voornamen": selam.voornamen, "achternaam": selam.achternaam}
    assert kenmerken.leer("vwn", "ps-vwn-1", (), names) == "P01"
    assert kenmerken.leer("veldhaven", "ps-veld-1", (selam.bsn,), {"signaal": "s-1", "regel": "verzuim"}) == "P01"
    assert kenmerken.persoon("vwn", "ps-vwn-1") == "P01"
    assert kenmerken.persoon("veldhaven", "ps-vwn-1") is None
    lying = tmp_path / "in" / "begeleiding.csv"
    lying.parent.mkdir()
    lying.write_text("{P01};{P02};{signaal:P01:verzuim}", encoding="utf-8")
    sent = fill(lying, tmp_path, lambda place: kenmerken.zoek("vwn", place))
    assert sent.read_text() == "ps-vwn-1;{P02};{signaal:P01:verzuim}"
    sent = fill(lying, tmp_path, lambda place: kenmerken.zoek("veldhaven", place))
    assert sent.read_text() == "ps-veld-1;{P02};s-1"


def test_a_file_without_placeholders_is_sent_as_it_lies(draaiboek: Draaiboek, tmp_path: Path) -> None:
    first = draaiboek.dagen[0].zendingen[0]
    assert fill(first.path, tmp_path, lambda place: "x") == first.path
