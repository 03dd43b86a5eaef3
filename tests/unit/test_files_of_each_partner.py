# SPDX-License-Identifier: EUPL-1.2
"""Files as COA, VluchtelingenWerk, an ISD, schools, participatie and DUO would send them: every event that a profile names
is read from one, without a rejected line, and fits its schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.files import Afgekeurd, Melding, load_profile, profile_names, read
from connectors.letters import content_of
from connectors.sending import event_of
from demo.draaiboek import load as story
from schemas import codec

BESTANDEN = Path(__file__).parents[1] / "bestanden"
OWN = {
    "brug-school": ["brug-goed.xlsx", "brug-cursus.xlsx"],
    "coa-klantprofielen": ["coa-klantprofielen.xlsx"],
    "coa-koppelingen": ["coa-koppelingen.csv"],
    "coa-overdracht": ["coa-overdracht.ods"],
    "duo-berichten": ["duo-goed.json", "duo-vervolg.json"],
    "gemeente-inbreng": ["gemeente-inbreng.ods"],
    "gemeente-zaken": ["gemeente-zaken.json"],
    "horizon-cursisten": ["horizon-cursisten.csv"],
    "horizon-presentie": ["horizon-goed.csv"],
    "isd-trajecten": ["isd-trajecten.xlsx"],
    "school": ["participatie.ods"],
    "vwn-begeleiding": ["vwn-begeleiding.csv"],
}
STORY = ("duo-berichten", "gemeente-zaken")
"""Of these the demo's own files count too: most of their events stand there."""


def lines(naam: str, file: Path) -> Iterator[Melding | Afgekeurd]:
    return read(file, load_profile(naam, afzender="00000099000000060000", geheim=b"geheim van de afzender"))


def read_all(naam: str, *files: Path) -> list[Melding]:
    found = [row for file in files for row in lines(naam, file)]
    assert [row for row in found if isinstance(row, Afgekeurd)] == []
    return [row for row in found if isinstance(row, Melding)]


def own(naam: str) -> list[Melding]:
    return read_all(naam, *(BESTANDEN / name for name in OWN[naam]))


@pytest.mark.parametrize("naam", profile_names())
def test_every_event_that_a_profile_names_is_read_from_a_file(naam: str) -> None:
    meldingen = own(naam)
    if naam in STORY:
        sent = [een.path for dag in story().dagen for een in dag.zendingen if een.profiel == naam]
        meldingen += read_all(naam, *sent)
    profiel = load_profile(naam, afzender="", geheim=b"")
    wanted = {regel.gebeurtenis for regel in profiel.gebeurtenissen}
    assert wanted - {een.gebeurtenis for een in meldingen} == set()
    for een in meldingen:
        codec.check(een.gebeurtenis, content_of(event_of(een)))


def test_a_client_profile_of_coa_as_its_system_exports_it() -> None:
    screening, coupled, profile, language, second, correction = own("coa-klantprofielen")
    assert screening.persoon == {"soort": "vnummer", "waarde": "2160011223", "ook": []}
    assert second.persoon["ook"] == [{"soort": "bsn", "waarde": "999900882"}], "whichever COA knows already"
    assert coupled.data["huisvestingswet_28"] is True
    assert profile.data["aandachtspunten"] == ["taal", "digitale-vaardigheden"]
    assert language.data == {"stand": "afgerond", "taalniveau": "A1-", "uren_minuten": 96 * 60}
    assert correction.data == {
        "betreft": profile.id,
        "gebeurtenis": "klantprofiel-gedeeld",
        "wijziging": {"voornamen": "Selam", "achternaam": "Tesfaye"},
    }


def test_what_a_begeleider_reports_says_that_and_never_what() -> None:
    meldingen = {een.gebeurtenis: een for een in own("vwn-begeleiding")}
    assert {een.persoon["soort"] for een in meldingen.values()} == {"pseudoniem"}
    assert meldingen["begeleiding-gerapporteerd"].data["soort"] == "voortgang-begeleiding"
    assert meldingen["pvt-uren-gemeld"].data["minuten"] == 150
    assert meldingen["ontzorgadvies-gegeven"].data["oordeel"] == "beeindigen", "cp1252, as Excel writes it"
    assert meldingen["toestemming-ingetrokken"].data["betreft"] == meldingen["toestemming-gegeven"].id
    withdrawn = meldingen["intrekking"]
    assert withdrawn.data["betreft"] == meldingen["signaal-gemeld"].id


def test_a_begeleiders_own_words_do_not_leave(tmp_path: Path) -> None:
    heading, line = (BESTANDEN / "vwn-begeleiding.csv").read_text(encoding="cp1252").splitlines()[:3:2]
    file = tmp_path / "uitvoer.csv"
    file.write_text(f"{heading}\n{line.replace('voortgang-begeleiding', 'Mevrouw is somber sinds het bezoek')}\n")
    (rejected,) = lines("vwn-begeleiding", file)
    assert isinstance(rejected, Afgekeurd) and rejected.kolom == "onderwerp" and "kies uit" in rejected.uitleg_nl


def test_an_isd_speaks_of_a_whole_case_in_one_list() -> None:
    counted = Counter(een.gebeurtenis for een in own("isd-trajecten"))
    assert counted.total() == 11 and counted["intrekking"] == 1 and max(counted.values()) == 1


def test_a_participatie_provider_tells_of_hours_and_attendance_and_of_illness_nothing() -> None:
    meldingen = own("school")
    hours = next(een for een in meldingen if een.gebeurtenis == "uren-gemeld")
    assert (hours.data["minuten"], hours.data["bron_uren"], hours.data["erkend"]) == (2190, "vrijwilligerswerk", True)
    ill = next(een for een in meldingen if een.data.get("component") == "MAP" and "verzuim" in een.data)
    assert (ill.data["verzuim"], ill.data.get("reden")) == ("geoorloofd", None)
    assert "L.H." not in str(meldingen)
