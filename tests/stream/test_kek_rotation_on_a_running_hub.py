# SPDX-License-Identifier: EUPL-1.2
"""The key-encryption key is replaced while partners send: no data is touched, nothing stops, old copies are dead."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from connectors import Event
from hub import keyring
from hub.broker.topics import DOSSIER, Role
from hub.vault.kek import FileKeyEncryption, retired
from hub.vault.keys import KeyMissing
from hub.vault.rewrap import wrapped_by
from hub.vault.vault import Vault
from tests.faults.hub_scene import DUO, GEM_A, SCHOOL_A
from tests.stream.erasure_scene import RunningHub, somebody, with_a_case


async def test_rotating_rewraps_keys_and_touches_no_data(hub: RunningHub, tmp_path: Path) -> None:
    person = somebody()
    main = await with_a_case(hub, person)
    path = hub.scene.settings.keys / keyring.KEK
    raw, old, file = hub.raw_keys([main]), FileKeyEncryption(path).id, path.read_bytes()
    backup = hub.backup(tmp_path / "backup.db")
    log = [(one.offset, one.value) for one in hub.log_of(main)]
    lives = sum(worker.starts for worker in hub.tree.supervisor.workers)

    async def newcomers() -> list[str]:
        """Reports about persons whom the hub does not know, all the while."""
        made = []
        for _ in range(4):
            someone = somebody()
            plicht = {"doelgroep": "asielstatushouder", "gemeente": GEM_A, "kennisgeving": "2026-02-10"}
            await hub.report(DUO, Event("inburgeringsplicht-vastgesteld", someone.by_bsn, plicht))
            made.append(hub.dossier_of("bsn", someone.bsn) or "")
        return made

    arriving = asyncio.create_task(newcomers())
    rotated = await hub.asked("keys", "rotate-kek")
    names = await arriving
    assert rotated["kek"] != old and rotated["rewrapped"] >= 2
    assert wrapped_by(hub.scene.vault.engine).keys() == {rotated["kek"]}
    assert not retired(path).exists() and file not in b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert hub.raw_keys([main]) == raw, "the same data key, wrapped anew"
    assert [(one.offset, one.value) for one in hub.log_of(main)] == log
    assert len(hub.raw_keys(names)) == 4

    # workers go on, those that start now as well
    hub.signal(Role.INTAKE, signal.SIGKILL)
    await hub.report(SCHOOL_A, Event("voortgang-gemeld", person.by_bsn, {"taalniveau": "A2", "stagnatie": False}))
    assert sum(worker.starts for worker in hub.tree.supervisor.workers) <= lives + 1

    # a copy of the vault from before is of no use to anybody
    with pytest.raises(KeyMissing, match="put back the right key file"):
        Vault.open(f"sqlite:///{backup}", hub.scene.settings.keys, hub.scene.settings.ledger_path)
    acts = [one for one in hub.scene.audit() if one.get("handeling") == "sleutel-gewisseld"]
    assert [(one["onderwerp"], one["stap"]) for one in acts][-2:] == [
        (old, "voorgesteld"),
        (rotated["kek"], "uitgevoerd"),
    ]
    assert len([one for one in hub.scene.every(DOSSIER) if one.key == main.encode()]) > len(log)
