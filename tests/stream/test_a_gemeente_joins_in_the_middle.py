# SPDX-License-Identifier: EUPL-1.2
"""A gemeente brings hundreds of running cases into a real hub, and a school first takes part in pilot."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from connectors import Delivery, Event
from connectors.cli import app as connect
from tests.faults.hub_scene import ACCEPTED, DUO, GEM_A, REFUSED, SCHOOL_A, SCHOOL_B, VWN, bsns, until
from tests.stream.erasure_scene import RunningHub, running_hub
from tests.unit.running_cases import GOOD, write

DAG, MORGEN, OVERMORGEN = date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)
CASES = 200
BSNS = bsns(CASES)
OURS = {**GOOD, "Regievoerder (OIN)": GEM_A, "Taalschool (OIN)": SCHOOL_A, "Begeleider (OIN)": VWN}


@pytest.fixture(scope="module")
def own_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("midden") / "data", since=DAG) as hub:
        yield hub


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export: a third without a plan, and some progress talks."""
    cases = [{"BSN": bsn, **OURS, **({} if n % 3 else {"PIP dagtekening": ""})} for n, bsn in enumerate(BSNS)]
    talks = [{"BSN": bsn, "Wat": "voortgangsgesprek", "Datum": "15-09-2025", "Nummer": 1} for bsn in BSNS[1:20:3]]
    return write(tmp_path_factory.mktemp("export") / "dossiers.xlsx", cases, talks)


async def _onboard(hub: RunningHub, file: Path, *words: str) -> list[dict[str, Any]]:
    """What `connect onboard` says, a JSON object a line."""
    folder = str(hub.scene.settings.participant_dir(GEM_A))
    all_ = ["onboard", str(file), "--config", folder, "--per", DAG.isoformat(), "--json", *words]
    done = await asyncio.to_thread(CliRunner().invoke, connect, all_)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


async def _signals(hub: RunningHub, oin: str) -> list[Delivery]:
    return [one for one in await hub.scene.received(oin) if one.gebeurtenis == "signaal-afgegeven"]


async def test_the_cases_come_in_without_a_storm_and_once(own_hub: RunningHub, file: Path) -> None:
    (looked,) = await _onboard(own_hub, file, "--dry-run")
    assert (looked["dossiers"], looked["gaan_mee"]) == (CASES, CASES)
    assert own_hub.scene.claims() == 0, "a dry run sends nothing"

    (brought,) = await _onboard(own_hub, file)
    sent = len(brought["verzonden"])
    assert sent > 6 * CASES
    await until(lambda: len(own_hub.decided()) >= sent, "the cases to be in before DUO speaks", 180)
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2024-12-02"}
    await own_hub.report(
        DUO,
        *(
            Event("inburgeringsplicht-vastgesteld", {"soort": "bsn", "waarde": bsn}, plicht, date(2024, 12, 2))
            for bsn in BSNS
        ),
    )
    await until(lambda: len(own_hub.decided()) >= sent + CASES, "a decision on everything that came in", 180)
    told = Counter(one.gebeurtenis for one in await own_hub.scene.received(GEM_A))
    assert told[ACCEPTED] == sent and told[REFUSED] == 0
    assert told["signaal-afgegeven"] == 0, "on the day itself nothing is said"

    await own_hub.scene.advance(MORGEN)
    signals = await _signals(own_hub, GEM_A)
    assert Counter(one.data["regel"] for one in signals) == {"inbreng": CASES}
    assert {one.data["groep"] for one in signals} == {"inbreng|"}
    assert len({one.pseudoniem for one in signals}) == CASES
    assert {one.data["eigenaar"] for one in signals} == {"rv-1"}

    (again,) = await _onboard(own_hub, file)
    assert again["verzonden"] == []
    assert again["aantallen"]["ongewijzigd"] == sent - CASES
    assert own_hub.scene.claims() == sent + CASES


async def test_a_school_in_pilot_gets_nothing_and_the_record_says_what_it_would_have_got(own_hub: RunningHub) -> None:
    hub = own_hub
    await hub.asked("participants", "pilot", "--oin", SCHOOL_B)
    listed = {one["oin"]: one for one in await hub.asked("participants", "list")}
    assert listed[SCHOOL_B]["proef"] == [{"van": MORGEN.isoformat(), "tot": None, "dossiers": False}]
    person = {"soort": "bsn", "waarde": BSNS[1]}
    placed = Event(
        "taalschool-toegewezen", person, {"taalschool": SCHOOL_B, "leerroute": "B1-route", "component": "KNM"}
    )
    await hub.report(GEM_A, placed)
    assert await hub.scene.received(SCHOOL_B, quiet=1.0) == []

    dossier = hub.dossier_of("bsn", BSNS[1])
    assert dossier is not None
    record = next(one for one in reversed(hub.audit_of(dossier)) if one["type"] == "taalschool-toegewezen")
    (held,) = [one for one in record["uitkomsten"] if one["aan"].startswith(SCHOOL_B)]
    assert (held["uitkomst"], held["reden"]) == ("proef", None)
    assert {"taalschool", "leerroute"} <= set(held["velden"])
    assert all(not one["aan"].startswith(SCHOOL_B) for one in record["leveringen"])

    party = f"{SCHOOL_B}#taalschool"
    (why,) = await hub.asked(
        "policy", "explain", "--event", "taalschool-toegewezen", "--to", party, "--dossier", dossier
    )
    assert why["why"].startswith("Not delivered: the recipient was in pilot.")
    account = await hub.asked("person", "inzage", "--dossier", dossier)
    (school,) = [one for one in account["ontvangers"] if one["partij"] == party]
    assert school["gedeeld"] == [] and school["aantal"] == 0
    assert "proef" in {one["reden"] for one in school["niet_gedeeld"]}


async def test_when_it_is_live_it_gets_the_state_of_now(own_hub: RunningHub) -> None:
    hub = own_hub
    await hub.asked("participants", "live", "--oin", SCHOOL_B)
    await hub.scene.advance(OVERMORGEN)
    (state,) = await hub.scene.received(SCHOOL_B, quiet=1.0)
    assert state.gebeurtenis == "dossierstand-gewijzigd"
    assert state.data["leerroute"] == "B1-route"
    changed = Event(
        "leerroute-gewijzigd", {"soort": "bsn", "waarde": BSNS[1]}, {"naar": "Z-route", "dagtekening": "2026-06-03"}
    )
    await hub.report(GEM_A, changed)
    kinds = [one.gebeurtenis for one in await hub.scene.received(SCHOOL_B, quiet=1.0)]
    assert kinds == ["dossierstand-gewijzigd", "leerroute-gewijzigd"]
