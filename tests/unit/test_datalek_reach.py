# SPDX-License-Identifier: EUPL-1.2
"""How far a mistake reaches, counted from the audit log of the demo's story: by row, by recipient, by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from sqlalchemy import Engine

from hub.readmodel.datalek import Aanleiding, Grond, omvang
from hub.readmodel.datalekken import Afgezien, Datalekken, NoSuchBreach, aanleiding
from hub.readmodel.melding import melding
from tests.unit.verhaalaudit import Verhaal, boek

RIJ = "school-gemeente-asielstatushouder"


@pytest.fixture
def engine(database: str, verhaal: Verhaal) -> Iterator[Engine]:
    engine = boek(database, verhaal.records)
    yield engine
    engine.dispose()


def outcomes(verhaal: Verhaal) -> list[tuple[str, dict[str, object]]]:
    """(dossier, outcome) of every delivery that the records tell of."""
    read = [orjson.loads(one) for one in verhaal.records]
    return [
        (one["dossier"], each) for one in read for each in one.get("uitkomsten", ()) if each["uitkomst"] == "geleverd"
    ]


def test_of_a_row_of_the_policy(engine: Engine, verhaal: Verhaal) -> None:
    expected = [(who, each) for who, each in outcomes(verhaal) if RIJ in each["regels"]]  # type: ignore[operator]
    found = omvang(engine, Aanleiding(Grond.REGEL, RIJ))
    assert expected
    assert len(found.leveringen) == len(expected)
    assert set(found.dossiers) == {who for who, _ in expected}
    assert set(found.organisaties) == {each["aan"] for _, each in expected}
    assert "bsn" in found.categorieen
    assert found.gevoelig[0] == "bsn"


def test_a_row_that_was_split_by_category_counts_as_one_and_no_other_by_its_beginning(engine: Engine) -> None:
    whole = omvang(engine, Aanleiding(Grond.REGEL, "toestemming-school-aan-begeleider"))
    part = omvang(engine, Aanleiding(Grond.REGEL, "toestemming-school-aan-begeleider/voortgang"))
    assert len(whole.leveringen) >= len(part.leveringen) > 0
    assert omvang(engine, Aanleiding(Grond.REGEL, "toestemming-school-aan")).leveringen == ()


def test_of_a_recipient_since_a_day(engine: Engine, verhaal: Verhaal) -> None:
    party = verhaal.partij("vwn#begeleider")
    everything = omvang(engine, Aanleiding(Grond.ONTVANGER, party.partition("#")[0]))
    assert set(everything.organisaties) <= {party, party.replace("begeleider", "taalschool")}
    since = omvang(engine, Aanleiding(Grond.ONTVANGER, party, sinds=date(2026, 1, 1)))
    assert 0 < len(since.leveringen) < len(everything.leveringen)
    assert since.eerste is not None
    assert since.eerste >= "2025-12-31T23"


def test_of_a_stolen_key_what_it_opens_and_what_it_signs(engine: Engine, verhaal: Verhaal) -> None:
    oin = verhaal.partij("vwn#begeleider").partition("#")[0]
    opened = omvang(engine, Aanleiding(Grond.ZEGELSLEUTEL, "k", oin=oin))
    assert {one["aan"].partition("#")[0] for one in opened.leveringen} == {oin}
    signed = omvang(engine, Aanleiding(Grond.HANDTEKENSLEUTEL, "k", oin=oin))
    assert {one["bron"].partition("#")[0] for one in signed.leveringen} == {oin}
    every = omvang(engine, Aanleiding(Grond.ZEGELSLEUTEL_HUB, "k"))
    assert len(every.leveringen) > len(signed.leveringen)
    assert every.categorieen.keys() >= signed.categorieen.keys()


def test_the_clock_of_72_hours_starts_once_and_stops_when_reported_or_dismissed(engine: Engine) -> None:
    register = Datalekken(engine)
    wat = Aanleiding(Grond.REGEL, RIJ, sinds=date(2026, 1, 1))
    friday = datetime(2026, 3, 6, 17, 0, tzinfo=UTC)
    lek = register.open(wat, friday, "Anna")
    assert lek["uiterlijk"] == "2026-03-09T17:00:00+00:00", "weekends count"
    assert register.open(wat, friday + timedelta(hours=5), "Bert")["uiterlijk"] == lek["uiterlijk"]
    assert [aanleiding(one) for one in register.list()] == [wat]
    register.reported(lek["datalek"], friday + timedelta(hours=20), "AP-1")
    assert register.list() == []
    other = register.open(wat, friday + timedelta(days=9), "Bert")
    assert other["datalek"] != lek["datalek"], "it happened again: a clock of its own"
    register.dismissed(other["datalek"], Afgezien.GEEN_RISICO)
    assert register.list() == []
    assert [one["afgezien"] for one in register.list(every=True)] == [None, "geen-risico"]
    with pytest.raises(NoSuchBreach, match="datalek list"):
        register.reported("x", friday, None)


@pytest.mark.parametrize("grond", list(Grond))
def test_the_draft_names_organisations_and_counts_and_no_person(engine: Engine, verhaal: Verhaal, grond: Grond) -> None:
    oin = verhaal.partij("vwn#begeleider").partition("#")[0]
    subject = {Grond.REGEL: RIJ, Grond.ONTVANGER: oin, Grond.GEBEURTENIS: outcomes(verhaal)[0][0]}.get(grond, "k")
    wat = Aanleiding(grond, subject, oin=oin if grond in (Grond.ZEGELSLEUTEL, Grond.HANDTEKENSLEUTEL) else None)
    found = omvang(engine, wat)
    lek = Datalekken(engine).open(wat, datetime(2026, 3, 6, 17, 0, tzinfo=UTC), "Anna")
    text = melding(lek, found, {oin: "VluchtelingenWerk"})
    assert "72 uur" in text
    assert f"Aantal: {len(found.dossiers)}" in text
    words = Counter(text.replace(",", " ").replace(".", " ").split())
    assert not {one for one in found.dossiers if one in words and grond is not Grond.GEBEURTENIS}
    assert not any(each["levering"] in text for each in found.leveringen)
    orjson.dumps({**lek, **asdict(found)})
