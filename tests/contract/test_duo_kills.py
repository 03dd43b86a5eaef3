# SPDX-License-Identifier: EUPL-1.2
"""Killed (kill -9) before and after each commit, each answer of DUO and each event to the hub, one after the other: every
notice has its events once, every report is at DUO once."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from connectors.duo.aannemen import neem_aan
from connectors.duo.bedrijf import open_opslag
from tests.duo_simulator.scene import GEM_A
from tests.duo_simulator.toneel import Levering, Toneel, toneel

BSN = "999990019"
PERSOON = {"soort": "bsn", "waarde": BSN, "ook": []}
PIP = {"dagtekening": "2026-02-02", "leerroute": "B1-route", "niveau": "B1"}
TERMIJN = {"startdatum": "2026-02-03", "einddatum": "2029-02-03"}
EXAMEN = {"examendatum": "2026-02-10", "resultaat": "Gezakt", "onderdeel": "LE"}


async def until_done(t: Toneel, side: str, hub: Path) -> int:
    """Have it killed one step further on each time until all is done; how often it was killed."""
    words = ("-m", "tests.duo_simulator.kreupel", str(t.b.profiel.map), side, str(hub))
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0
    return int(out)


def arrived(hub: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """By id, as the hub takes them: an id that comes again must be the same event."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for line in hub.read_text().splitlines():
        id_, naam, data = json.loads(line)
        assert found.setdefault(id_, (naam, data)) == (naam, data), "one id, one event"
    return found


@pytest.mark.timeout(150)
async def test_notices_are_worked_off_once(tmp_path: Path) -> None:
    hub = tmp_path / "hub.jsonl"
    async with toneel(tmp_path) as t:
        wie = t.duo.persoon(BSN, GEM_A)
        wie.termijn, wie.examens = TERMIJN, [EXAMEN]
        for dag, id_ in enumerate(("SS101", "SS102", "SS199", "SS126"), start=2):
            assert await t.duo_zegt.notificeer(GEM_A, id_, BSN, f"2026-03-0{dag}T09:30:00+01:00") == 201
        killed = await until_done(t, "serve", hub)
        assert killed > 8
        assert sorted(naam for naam, _ in arrived(hub).values()) == [
            "attentiesignaal-gegeven",
            "examenuitslag-bekend",
            "inburgeringsplicht-vastgesteld",
            "inburgeringstermijn-gestart",
        ]
        assert t.wachtrij("notificatie") == {"klaar": 4} and t.wachtrij("uitgaand") == {"verzonden": 4}


@pytest.mark.timeout(150)
async def test_reports_are_put_to_duo_once(tmp_path: Path) -> None:
    hub = tmp_path / "hub.jsonl"
    async with toneel(tmp_path) as t:
        wie = t.duo.persoon(BSN, GEM_A)
        await t.duo_zegt.notificeer(GEM_A, "SS101", BSN, "2026-01-15T09:30:00+01:00")
        with t.slot:  # free for the process that is to send
            await t.haal_op()
        profiel, _, opslag = open_opslag(t.b.profiel.map)
        te_melden = [
            ("pip-vastgesteld", PIP),
            ("gevolgde-uren-vastgesteld", {"soort": "taal-knm", "uren": 10}),
            ("pip-gewijzigd", {"dagtekening": "2025-01-01", "leerroute": "Z-route"}),
            ("gevolgde-uren-vastgesteld", {"soort": "taal-knm", "uren": 20}),
        ]
        for naam, data in te_melden:
            neem_aan(opslag, profiel, Levering(naam, PERSOON, data, f"{GEM_A}#gemeente"))
        assert await until_done(t, "send", hub) > 8
        assert len(wie.pips) == 1, "killed after DUO took it, the PIP is looked up and not made again"
        assert wie.uren == {"participatietaalles": 20}
        gezet = [een.inhoud["uren"] for een in t.duo.gedaan("PUT")]
        assert gezet == sorted(gezet), "in order, whatever was repeated"
        (geweigerd,) = arrived(hub).values()
        assert geweigerd[0] == "melding-geweigerd" and geweigerd[1]["gebeurtenis"] == "pip-gewijzigd"
        assert t.wachtrij("opdracht") == {"klaar": 3, "geweigerd": 1}
