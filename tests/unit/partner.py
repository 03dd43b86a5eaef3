# SPDX-License-Identifier: EUPL-1.2
"""A school's folder without a hub, and deliveries as its connector would hand them over."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from connectors import ConnectProfile, Delivery
from hub.broker.certificates import Authority
from hub.partners import HubAddress, Newcomer, admit
from schemas import codec
from schemas.catalogue import Rol

HUB, SCHOOL = "00000099000000000000", "00000099000000000005"


def school(
    place: Path, hub_signing: Ed25519PrivateKey | None = None, hub_web: Ed25519PrivateKey | None = None
) -> ConnectProfile:
    """The folder of a school, made anew. Nothing listens at its hub's address."""
    signing = hub_signing or Ed25519PrivateKey.generate()
    sealing = X25519PrivateKey.generate()
    address = HubAddress(
        HUB,
        "127.0.0.1:1",
        signing.public_key().public_bytes_raw(),
        sealing.public_key().public_bytes_raw(),
        web_public=hub_web.public_key().public_bytes_raw() if hub_web else None,
    )
    newcomer = Newcomer(SCHOOL, "School", (Rol.TAALSCHOOL,), "presentie")
    admit(newcomer, place / "school", Authority.new("Test CA"), address, date(2026, 1, 1))
    return ConnectProfile.read(place / "school")


def delivery(gebeurtenis: str, data: dict[str, Any], position: int = 0, pseudonym: str | None = None) -> Delivery:
    """A delivery that was read; confirming it is nobody's business here."""
    moment = datetime(2026, 3, 2, 10, tzinfo=UTC)
    identity = str(uuid.uuid4())
    return Delivery(
        identity, gebeurtenis, "taalschool", pseudonym, None, data, f"{HUB}#gemeente", None, moment, position,
        None, codec.encode(gebeurtenis, data, volledig=False), {"id": identity, "type": gebeurtenis},
    )  # type: ignore[arg-type]  # fmt: skip
