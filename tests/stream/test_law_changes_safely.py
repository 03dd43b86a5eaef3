# SPDX-License-Identifier: EUPL-1.2
"""A change of the law: proposed, previewed on real traffic, approved by a second person, in force from one place in the
log on; and a worker that does not have it stands still rather than decide by another.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from connectors import Event
from consent.policy import BELEID_MAP
from hub.broker.topics import DOSSIER, PARTITIONS, Role
from hub.bundles import Soort
from hub.cli import app
from hub.commands import activating
from hub.dossier.regels.rules import REGELMAP
from hub.streams.envelope import header
from schemas import codec
from tests.faults.hub_scene import COA, DUO, GEM_A, SCHOOL_A, HubScene, bsns, until

MONDAY = date(2025, 3, 10)
ONE, TWO = bsns(2)
TREE = (Role.INTAKE, Role.DOSSIER, Role.CLOCK, Role.AUDIT)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubScene]:
    scene = HubScene.make(tmp_path_factory.mktemp("law") / "data", date(2025, 3, 1))
    yield scene
    scene.broker.stop()


async def hub(scene: HubScene, *arguments: str, code: int = 0) -> Any:
    """A command as an operator gives it; its JSON."""
    command = [*arguments, "--data", str(scene.settings.data), "--json"]
    result = await asyncio.to_thread(CliRunner().invoke, app, command)
    assert result.exit_code == code, result.output
    return orjson.loads(result.stdout) if code == 0 else result.output


def about(bsn: str) -> dict[str, list[Event]]:
    """A plicht, a plan, a school and a contact, by sender."""
    persoon = {"soort": "bsn", "waarde": bsn}
    plan = {"dagtekening": "2025-03-05", "leerroute": "B1-route", "wijze": "ondertekend", "voortgangsgesprekken": 2}
    school = {"taalschool": SCHOOL_A, "leerroute": "B1-route", "component": "taal", "begindatum": "2025-03-10"}
    contact = {"regievoerder": "rv-1", "organisatie": GEM_A, "telefoon": "010"}
    plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2025-03-03"}
    return {
        DUO: [Event("inburgeringsplicht-vastgesteld", persoon, plicht)],
        GEM_A: [
            Event("pip-vastgesteld", persoon, plan),
            Event("taalschool-toegewezen", persoon, school),
            Event("regievoerder-toegewezen", persoon, contact),
        ],
    }


async def happens_to(scene: HubScene, bsn: str) -> None:
    for oin, events in about(bsn).items():
        await scene.send(oin, *events)


def changed_policy(directory: Path) -> Path:
    """Schools are no longer told who the regievoerder is; DUO gets the whole plan."""
    shutil.copytree(BELEID_MAP, directory)
    text = (directory / "gemeente.yaml").read_text()
    begin = text.index("  - id: gemeente-school-contact")
    text = text[:begin] + text[text.index("  - id:", begin + 5) :]
    whole = text.replace(
        "    velden: [dagtekening, leerroute, niveau, intensiteit_uren_per_week, uren_b1_route, opleiding_afmaken, alfabetisering]\n",
        "",
    )
    assert whole != text
    (directory / "gemeente.yaml").write_text(whole)
    return directory


def rewritten_rules(directory: Path) -> Path:
    """A shorter term for the PIP, also for who is waiting for one already."""
    shutil.copytree(REGELMAP, directory)
    file = directory / "PIP.yaml"
    text = file.read_text()
    changed = text.replace("weeks: 10", "weeks: 9")
    assert changed != text
    file.write_text(changed)
    return directory


def changed_rules(directory: Path, begin: str) -> Path:
    """A shorter term for the PIP from a day on."""
    shutil.copytree(REGELMAP, directory)
    file = directory / "PIP.yaml"
    file.write_text(f"{file.read_text()}  - {{versie: later, geldig_van: {begin}, instellingen: {{weeks: 9}}}}\n")
    return directory


async def told(scene: HubScene, oin: str) -> list[tuple[str, dict[str, Any]]]:
    return [(one.gebeurtenis, dict(one.data)) for one in await scene.received(oin) if one.rol != "hub"]


async def test_a_change_is_previewed_approved_by_a_second_person_and_in_force_at_once(
    scene: HubScene, tmp_path: Path
) -> None:
    new = changed_policy(tmp_path / "beleid")
    async with scene.running(TREE) as tree:
        await scene.advance(MONDAY)
        await happens_to(scene, ONE)
        await scene.advance(date(2025, 3, 11))

        assert (await hub(scene, "policy", "preview", str(BELEID_MAP)))["changes"] == []
        seen = (await hub(scene, "policy", "preview", str(new), "--since", "2025-03-10"))["changes"]
        assert {(one["meer"], one["gebeurtenis"], one["categorie"], one["rol"]) for one in seen} == {
            (True, "pip-vastgesteld", "pip", "uitvoering"),
            (False, "regievoerder-toegewezen", "regie", "taalschool"),
            (False, "regievoerder-toegewezen", "bsn", "taalschool"),
        }
        more = next(one for one in seen if one["meer"])
        assert (more["categorie"], more["leveringen"], more["organisaties"]) == ("pip", 1, 1)
        assert more["velden"] == ["voortgangsgesprekken", "wijze"]
        less = {one["categorie"]: one for one in seen if not one["meer"]}
        assert less["regie"]["velden"] == ["organisatie", "regievoerder", "telefoon"]
        assert less["bsn"]["personen"] == 1
        later = (await hub(scene, "policy", "preview", str(new), "--since", "2025-03-12"))["changes"]
        assert later == []

        digest = (await hub(scene, "policy", "propose", str(new), "--as", "Anna"))["digest"]
        await until(lambda: bool(_changes(scene)), "the proposal to be in the audit log")
        assert "Nobody approved" in await hub(scene, "policy", "activate", digest, code=2)
        assert "a second person" in await hub(scene, "policy", "approve", digest, "--as", "anna", code=2)
        await hub(scene, "policy", "approve", digest[:12], "--as", "Bert")
        await until(lambda: bool(_changes(scene)[0].goedgekeurd_door), "the approval to be in the audit log")

        file = scene.settings.bundles / f"{digest}.json"
        kept = file.read_bytes()
        file.unlink()
        await asyncio.to_thread(activating.activate, scene.settings, scene.broker.bootstrap, Soort.BELEID, digest)
        missing = f"The log activates beleid {digest[:12]}"
        await until(lambda: any(missing in one for one in tree.sentences), "the dossier worker to stop and say why")
        await happens_to(scene, TWO)
        file.write_bytes(kept)
        await hub(scene, "policy", "activate", digest, "--as", "Bert")
        await scene.advance(date(2025, 3, 12))

        (change,) = (await hub(scene, "policy", "changes"))["changes"]
        assert (change["voorgesteld_door"], change["goedgekeurd_door"], change["geactiveerd_door"]) == (
            "Anna",
            "Bert",
            "Bert",
        )
        assert change["in_werking"]
    school = [naam for naam, _ in await told(scene, SCHOOL_A)]
    assert school.count("taalschool-toegewezen") == 2, "what was sent while the worker stood still is there too"
    assert school.count("regievoerder-toegewezen") == 1
    plans = [data for naam, data in await told(scene, DUO) if naam == "pip-vastgesteld"]
    assert [plan.get("wijze") for plan in plans] == [None, "ondertekend"]
    assert await told(scene, COA) == []


def _changes(scene: HubScene) -> list[Any]:
    from hub.commands.change import POLICY, _all

    return _all(scene.settings, POLICY)


async def test_rules_come_into_force_on_their_day_before_its_first_tick(scene: HubScene, tmp_path: Path) -> None:
    new = changed_rules(tmp_path / "regels", "2025-03-20")
    async with scene.running(TREE):
        refused = await hub(scene, "rules", "propose", str(rewritten_rules(tmp_path / "anders")), code=2)
        assert "would judge days before" in " ".join(refused.split())
        assert "PIP Bi-2022, PIP Bi-2023" in " ".join(refused.split())
        digest = (await hub(scene, "rules", "propose", str(new), "--as", "Anna"))["digest"]
        await hub_when_there(scene, "rules", "approve", digest, "--as", "Bert")
        late = await hub(scene, "rules", "activate", digest, "--at", "2025-03-21", "--as", "Anna", code=2)
        assert "by PIP later" in " ".join(late.split())
        await hub_when_there(scene, "rules", "activate", digest, "--at", "2025-03-20", "--as", "Anna")
        await scene.advance(date(2025, 3, 22))
        (change,) = (await hub(scene, "rules", "changes"))["changes"]
        assert change["in_werking"].startswith("2025-03-19")
    for partition in range(PARTITIONS):
        order = [_what(record) for record in scene.records(DOSSIER, partition)]
        place = order.index(digest)
        assert order[place - 1].startswith("2025-03-19")
        assert order[place + 1].startswith("2025-03-20")


async def hub_when_there(scene: HubScene, *arguments: str) -> None:
    """The same command until the step before it is in the audit log."""
    for _ in range(100):
        command = [*arguments, "--data", str(scene.settings.data), "--json"]
        result = await asyncio.to_thread(CliRunner().invoke, app, command)
        if result.exit_code == 0:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(result.output)


def _what(record: Any) -> str:
    """A tick's moment, an activation's digest; of anything else its type."""
    kind = (header(record.headers, "ce_type") or "").rpartition(".")[2]
    if kind == "tik":
        return str(codec.decode(record.value)[1]["moment"])
    return str(codec.decode(record.value)[1]["digest"]) if kind == "bundel-geactiveerd" else kind
