# SPDX-License-Identifier: EUPL-1.2
"""What the demo's DUO says over its machine interface becomes the very events that its files say: same ids, same content."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from connectors.duo.bedrijf import open_opslag
from connectors.files import Melding, load_profile, read
from connectors.files.sources import json_messages
from demo.draaiboek import load
from demo.duo.spel import duos_part
from hub.broker.certificates import Authority
from hub.partners import HubAddress, Newcomer, admit
from schemas.catalogue import Rol
from tests.faults.hub_scene import until


async def test_the_machine_interface_says_what_the_file_says(tmp_path: Path) -> None:
    draaiboek = load()
    duo, folder = draaiboek.deelnemer("duo"), tmp_path / "duo"
    keys = (key.generate().public_key().public_bytes_raw() for key in (Ed25519PrivateKey, X25519PrivateKey))
    nowhere = HubAddress("00000099000000000000", "127.0.0.1:1", *keys)
    admit(Newcomer(duo.oin, "DUO", (Rol.UITVOERING,), "wi"), folder, Authority.new("CA"), nowhere, date(2026, 1, 1))
    profile = load_profile("duo-berichten", afzender=duo.oin, geheim=(folder / "file.secret").read_bytes())
    gemeenten = [one.oin for one in draaiboek.deelnemers if one.rol == "gemeente"]
    files = [zending.path for dag in draaiboek.dagen for zending in dag.zendingen if zending.koppelvlak]
    wanted: dict[str, Any] = {}
    async with duos_part(folder, duo.oin, gemeenten) as part:
        for file in files:
            rows = [row for row in read(file, profile) if isinstance(row, Melding)]
            wanted |= {row.id: (row.gebeurtenis, row.persoon["waarde"], row.data, row.gebeurd) for row in rows}
            await part.say(json_messages(file, profile))
        *_, opslag = open_opslag(folder)
        await until(lambda: len(opslag.gereed(1000)) == len(wanted), "every event to be ready for the hub")
    found = {
        one.id: (one.gebeurtenis, one.persoon["waarde"], one.data, one.gebeurd)
        for one in opslag.gereed(1000)
        if one.persoon
    }
    assert found == wanted and len(wanted) == part.notices > 25
    assert opslag.aandacht() == []
