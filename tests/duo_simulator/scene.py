# SPDX-License-Identifier: EUPL-1.2
"""A stage for tests: who takes part, their certificates, and a partner's folder without a hub."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from demo.duo.verbinding import OURS, Notificeerder, write_duo_toml
from demo.duo.verbinding import certificates as issued
from hub.broker.certificates import Authority

DUO = "00000001003214345000"
KOPPELING = "00000099000000000077"
"""The supplier who runs the connection; its certificate speaks for the gemeenten."""
GEM_A, GEM_B = "00000001001516814000", "00000001002306608000"
GEMEENTEN = {GEM_A: "0518", GEM_B: "0599"}
SCHOOL = "00000099000000005000"
INSTELLING = {
    "instellingsnummer": "0000012345",
    "naam": "Taalschool De Brug",
    "postcode": "2511AB",
    "huisnummer": 1,
    "plaatsnaam": "Veldhaven",
    "bow": "123",
    "indicatieBowKeurmerk": True,
    "indicatieTstKeurmerk": False,
}


def certificates(folder: Path, duo: str = DUO) -> Authority:
    """DUO's certificate, ours, and one of a stranger."""
    return issued(folder, {"duo": duo, OURS: KOPPELING, "vreemd": GEM_B})


def notificeerder(address: str, certs: Path, name: str | None = "duo") -> Notificeerder:
    """DUO, or whoever's certificate it has, with notices for gemeente A."""
    return Notificeerder(address, certs, DUO, name, GEM_A)


def partner(folder: Path, address: str, *, certs: Path, **more: Any) -> Path:
    """A partner's folder with `connect.toml` (a hub that is not there) and `duo.toml`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("signing.key", "sealing.key", "file.secret"):
        (folder / name).write_bytes(name.encode().ljust(32, b"."))
    hub_signing = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    hub_sealing = X25519PrivateKey.generate().public_key().public_bytes_raw()
    (folder / "connect.toml").write_text(
        f'oin = "{DUO}"\nnaam = "DUO"\nsysteem = "wi"\nrollen = ["uitvoering"]\nbootstrap = "localhost:1"\n'
        f'[hub]\noin = "00000099000000000000"\nhandtekensleutel = "{base64.b64encode(hub_signing).decode()}"\n'
        f'zegelsleutel = "{base64.b64encode(hub_sealing).decode()}"\n'
    )
    school = {SCHOOL: INSTELLING["instellingsnummer"]}
    write_duo_toml(folder, address, certs=certs, duo=DUO, gemeenten=GEMEENTEN, instellingen=school, **more)
    return folder
