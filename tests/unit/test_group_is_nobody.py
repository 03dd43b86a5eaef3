# SPDX-License-Identifier: EUPL-1.2
"""What an organisation says of itself for whole groups, through the real intake and dossier agents: once into every
partition, about no person, at once for whoever has an open signal about it, and the same after a replay.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.broker.topics import AUDIT, PARTITIONS
from hub.streams.dossier import GROEP
from hub.streams.envelope import header
from tests.unit.inzenders import DUO, GEMEENTE, SCHOOL, VWN, Record, bsn
from tests.unit.test_reception_poison import Hub

DICHT = {"soort": "school-gesloten", "van": "2026-03-23", "tot": "2026-05-04"}


@pytest.fixture
def hub(tmp_path: Path) -> Any:
    hub = Hub(tmp_path)
    yield hub
    hub.balie.vault.close()


def _meld(hub: Hub, *records: Record) -> list[str]:
    """Through intake and, for what it accepts, the dossier agent; the answers."""
    beurt = asyncio.run(hub.balie.neem_in(*records))
    hub.log(beurt)
    for partition, value, headers in beurt.overal:
        if partition == 0:  # the one that this agent has
            hub.work((headers, value))
    return hub.balie.redenen(beurt)


def _tik(hub: Hub, op: str) -> None:
    hub.work(hub.balie.eigen("tik", {"moment": f"{op}T05:00:00Z"}))


def _in_de_les(hub: Hub) -> None:
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEMEENTE.oin, "kennisgeving": "2026-02-02"}
    school = {"taalschool": SCHOOL.oin, "leerroute": "B1-route", "component": "taal"}
    antwoorden = _meld(
        hub,
        DUO.stuur("inburgeringsplicht-vastgesteld", plicht, bsn()),
        GEMEENTE.stuur("taalschool-toegewezen", school, bsn()),
        SCHOOL.stuur("cursus-gestart", {"begindatum": "2026-03-02", "component": "taal"}, bsn()),
        SCHOOL.stuur("rooster-vastgesteld", {"groep": "g1", "lessen_per_week": 3, "van": "2026-03-02"}, bsn()),
    )
    assert antwoorden == ["aanvaard"] * 4


def _over(hub: Hub) -> list[list[str]]:
    """The organisations about which the dossiers have open signals."""
    return [orjson.loads(value) for _, value in hub.store.scan(b"o/", b"o0")]


def test_it_stands_once_in_every_partition_and_names_nobody(hub: Hub) -> None:
    beurt = asyncio.run(hub.balie.neem_in(SCHOOL.stuur("onderbreking-gemeld", DICHT, id="dicht")))
    assert hub.balie.redenen(beurt) == ["aanvaard"]
    assert [partition for partition, _, _ in beurt.overal] == list(range(PARTITIONS))
    assert {header(headers, "ce_type") for _, _, headers in beurt.overal} == {GROEP}
    assert all(header(headers, "ce_subject") is None for _, _, headers in beurt.overal)
    weer = asyncio.run(hub.balie.neem_in(SCHOOL.stuur("onderbreking-gemeld", DICHT, id="dicht")))
    assert (hub.balie.redenen(weer), weer.overal) == (["aanvaard"], [])


def test_after_a_crash_the_same_position_comes_in_the_same(hub: Hub) -> None:
    record = SCHOOL.stuur("onderbreking-gemeld", DICHT, id="dicht")
    weg = asyncio.run(hub.balie.neem_in(record, at=7, crash=True))
    weer = asyncio.run(hub.balie.neem_in(record, at=7))
    assert len(weer.overal) == PARTITIONS
    assert weer.overal == weg.overal


def test_with_a_person_or_from_who_is_not_awaited_it_is_refused(hub: Hub) -> None:
    beurt = asyncio.run(
        hub.balie.neem_in(
            SCHOOL.stuur("onderbreking-gemeld", DICHT, bsn()),
            GEMEENTE.stuur("onderbreking-gemeld", DICHT),
            VWN.stuur("onderbreking-gemeld", DICHT, extensions={"rol": "begeleider"}),
        )
    )
    assert hub.balie.redenen(beurt) == ["ongeldig", "niet-bevoegd", "niet-bevoegd"]
    assert beurt.overal == []


def test_an_open_signal_about_the_school_ends_at_once_and_the_record_says_by_what(hub: Hub) -> None:
    _in_de_les(hub)
    _tik(hub, "2026-04-07")
    assert any(SCHOOL.oin in wie for wie in _over(hub))
    beurt = asyncio.run(hub.balie.neem_in(SCHOOL.stuur("onderbreking-gemeld", DICHT, id="dicht")))
    _, value, headers = beurt.overal[0]
    turn = hub.work((headers, value))
    audit = [orjson.loads(content) for topic, content in turn.emitted if topic == AUDIT and content]
    assert [one["soort"] for one in audit] == ["signaal", "groep"]
    said = audit[-1]
    assert (said["onderbreking"], said["van"], said["tot"]) == ("school-gesloten", "2026-03-23", "2026-05-04")
    assert said["bron"] == f"{SCHOOL.oin}#taalschool"
    assert len([topic for topic, _ in turn.emitted if topic == f"hub.out.{GEMEENTE.oin}"]) == 1
    assert not any(SCHOOL.oin in wie for wie in _over(hub))
    _tik(hub, "2026-05-03")
    assert not any(SCHOOL.oin in wie for wie in _over(hub))
    _tik(hub, "2026-05-26")
    assert any(SCHOOL.oin in wie for wie in _over(hub)), "three weeks after it opened again"


def test_it_still_holds_for_a_worker_that_takes_the_partition_over(hub: Hub) -> None:
    """What holds is in the partition's own row: nothing of it is in the worker's memory alone."""
    _in_de_les(hub)
    _meld(hub, SCHOOL.stuur("onderbreking-gemeld", DICHT))
    stand = orjson.loads(dict(hub.store.scan(b"stand", None))[b"stand"])
    (een,) = stand["onderbrekingen"]
    assert {naam: een[naam] for naam in DICHT} == DICHT
    for dag in ("2026-04-07", "2026-04-14", "2026-05-01"):
        _tik(hub, dag)
        assert not any(SCHOOL.oin in wie for wie in _over(hub))
