# SPDX-License-Identifier: EUPL-1.2
"""An event that was filed on the wrong person: who got it is told, the right person's organisations get it, and the
breach is counted, clocked and drafted.

Three ways: the sender retracts under the wrong person's number, under the right one's, or asks the hub to move it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from connectors import Delivery, Event
from hub.broker.topics import Role
from hub.cli import app
from tests.faults.hub_scene import DUO, GEM_A, SCHOOL_A, HubScene, bsns, until

MONDAY = date(2025, 3, 10)
TREE = (Role.INTAKE, Role.DOSSIER, Role.CLOCK, Role.AUDIT)
RIGHT, WRONG = bsns(2)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubScene]:
    scene = HubScene.make(tmp_path_factory.mktemp("persons") / "data", date(2025, 3, 1))
    yield scene
    scene.broker.stop()


async def hub(scene: HubScene, *arguments: str, code: int = 0) -> Any:
    command = [*arguments, "--data", str(scene.settings.data), "--json"]
    result = await asyncio.to_thread(CliRunner().invoke, app, command)
    assert result.exit_code == code, (result.output, result.exception)
    return orjson.loads(result.stdout) if result.stdout.startswith(("{", "[")) else result.output


def person(bsn: str) -> dict[str, Any]:
    return {"soort": "bsn", "waarde": bsn}


async def known(scene: HubScene) -> None:
    """Both persons have a plicht, a gemeente and a school."""
    await scene.advance(MONDAY)
    for bsn in (RIGHT, WRONG):
        plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2025-03-03"}
        await scene.send(DUO, Event("inburgeringsplicht-vastgesteld", person(bsn), plicht))
        school = {"taalschool": SCHOOL_A, "leerroute": "B1-route", "component": "taal", "begindatum": "2025-03-10"}
        await scene.send(GEM_A, Event("taalschool-toegewezen", person(bsn), school))


def lesson(bsn: str, name: str, verzuim: str = "ongeoorloofd") -> Event:
    data = {"les": name, "datum": "2025-03-10", "component": "taal", "verzuim": verzuim}
    return Event("aanwezigheid-gemeld", person(bsn), data)


def retraction(bsn: str, of: Event) -> Event:
    data = {"betreft": of.id, "gebeurtenis": of.gebeurtenis, "reden": "verkeerde-persoon"}
    return Event("intrekking", person(bsn), data)


async def at_gemeente(scene: HubScene, name: str) -> list[tuple[str, str]]:
    """(bsn, what) of everything about a lesson that the gemeente received, in order."""
    found: list[tuple[str, str]] = []
    ids: set[str] = set()
    for one in await scene.received(GEM_A):
        if one.gebeurtenis == "aanwezigheid-gemeld" and one.data.get("les") == name:
            ids.add(one.id)
            found.append((_bsn(one), one.data["verzuim"]))
        elif one.gebeurtenis == "intrekking" and one.data["betreft"] in ids:
            found.append((_bsn(one), one.data["reden"]))
    return found


def _bsn(delivery: Delivery) -> str:
    persoon = delivery.persoon or {}
    return next(one["waarde"] for one in (persoon, *persoon.get("ook", ())) if one["soort"] == "bsn")


async def test_a_retraction_finds_the_event_under_whichever_number_it_is_sent(scene: HubScene) -> None:
    async with scene.running(TREE):
        await known(scene)
        for name, number in (("under the wrong number", WRONG), ("under the right number", RIGHT)):
            mistake = lesson(WRONG, name)
            await scene.send(SCHOOL_A, mistake)
            await scene.send(SCHOOL_A, retraction(number, mistake), lesson(RIGHT, name))
        await scene.advance(date(2025, 3, 11))
        for name in ("under the wrong number", "under the right number"):
            assert sorted(await at_gemeente(scene, name)) == sorted(
                [(WRONG, "ongeoorloofd"), (WRONG, "verkeerde-persoon"), (RIGHT, "ongeoorloofd")]
            )


async def test_the_hub_moves_an_event_at_its_senders_request_as_it_was_corrected(scene: HubScene) -> None:
    mistake = lesson(WRONG, "moved")
    async with scene.running(TREE):
        await scene.advance(date(2025, 3, 12))
        await scene.send(SCHOOL_A, mistake)
        better = {"betreft": mistake.id, "gebeurtenis": mistake.gebeurtenis, "wijziging": {"verzuim": "geoorloofd"}}
        await scene.send(SCHOOL_A, Event("correctie", person(WRONG), better))
        await scene.advance(date(2025, 3, 13))
        assert "already" in await hub(scene, "person", "correct", "--event", mistake.id, "--bsn", WRONG, code=2)
        moved = await hub(scene, "person", "correct", "--event", mistake.id, "--bsn", RIGHT)
        await scene.advance(date(2025, 3, 14))
        assert sorted(await at_gemeente(scene, "moved")) == sorted(  # two persons: no order between them
            [(WRONG, "ongeoorloofd"), (WRONG, "verkeerde-persoon"), (RIGHT, "geoorloofd")]
        )
        again = {"betreft": moved["own_id"], "gebeurtenis": mistake.gebeurtenis, "wijziging": {"verzuim": "geen"}}
        await scene.send(SCHOOL_A, Event("correctie", person(RIGHT), again))
        await scene.advance(date(2025, 3, 15))
        told = [one for one in await scene.received(GEM_A) if one.gebeurtenis == "correctie"]
        assert [(_bsn(one), one.data["wijziging"]["verzuim"]) for one in told] == [
            (WRONG, "geoorloofd"),
            (RIGHT, "geen"),
        ]
        out = await hub(scene, "person", "correct", "--event", mistake.id, "--bsn", RIGHT, code=1)
        assert "retracted already" in out


async def test_the_breach_is_counted_clocked_and_drafted_without_naming_anyone(scene: HubScene, tmp_path: Path) -> None:
    mistake = lesson(WRONG, "leaked")
    async with scene.running(TREE):
        await scene.advance(date(2025, 3, 17))
        await scene.send(SCHOOL_A, mistake)
        await scene.advance(date(2025, 3, 18))
        lek = await hub(scene, "datalek", "--event", mistake.id)
        assert (len(lek["dossiers"]), len(lek["leveringen"])) == (1, 1)
        assert lek["organisaties"] == {f"{GEM_A}#gemeente": 1}
        assert set(lek["categorieen"]) == {"aanwezigheid", "bsn", "pseudoniem", "technisch"}
        same = await hub(scene, "datalek", "--event", mistake.id)
        assert (same["datalek"], same["uiterlijk"]) == (lek["datalek"], lek["uiterlijk"]), "the clock runs on"
        waiting = await hub(scene, "datalek", "list", code=1)
        assert [(one["datalek"], one["uren"]) for one in waiting] == [(lek["datalek"], 71)]
        draft = tmp_path / "melding.md"
        await asyncio.to_thread(
            CliRunner().invoke,
            app,
            ["datalek", "report", lek["datalek"], "--to", str(draft), "--data", str(scene.settings.data)],
        )
        text = draft.read_text()
        assert "Gemeente A als gemeente: over 1 persoon" in text
        assert "burgerservicenummer: 1 persoon" in text
        for secret in (WRONG, RIGHT, mistake.id, *lek["dossiers"], *(one["levering"] for one in lek["leveringen"])):
            assert secret not in text
        await hub(scene, "datalek", "reported", lek["datalek"], "--reference", "AP-1")
        assert await hub(scene, "datalek", "list") == []

        def acts() -> list[str]:
            return [one.get("stap") or "" for one in scene.audit() if one.get("handeling") == "datalek-onderzocht"]

        await until(lambda: acts() == ["", "", "uitgevoerd"], "the acts to be in the audit log")
