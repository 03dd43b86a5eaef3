# SPDX-License-Identifier: EUPL-1.2
"""The demo's story with its audit log: what the dossier agent would have put on record, in one tree."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from connectors.files import Melding
from consent.kader import Partij
from demo.play import load
from demo.rehearsal import AMSTERDAM, TICK_AT, Dossier, Rehearsal
from hub.bundles import BundleStore, Soort
from hub.dossier.feiten.rows import Rows
from hub.dossier.handle import Gevolgen
from hub.inzage.archief import Archief
from hub.readmodel.auditlog import AuditLog
from hub.readmodel.record import Basis, canonical, decision
from hub.vault.tables import engine_for

SLEUTEL = Ed25519PrivateKey.generate()
OORSPRONG = "nl.inburgering/00000099000000000000"


class Verhaal(Rehearsal):
    """Plays the story and keeps the audit records; a dossier's id is its person's (P01)."""

    def __init__(self, place: Path) -> None:
        super().__init__(load())
        self.bundles = BundleStore(place)
        self.digests = {
            "beleid": self.bundles.save(self.bundels.beleid.to_json()),
            "regels": self.bundles.save(self.bundels.regels.to_json()),
            "deelnemers": self.bundles.save(self.bundels.deelnemers.to_json()),
        }
        self.records: list[bytes] = []
        self._now: tuple[Melding, Partij] | None = None
        self.waarneming = self.play()

    def _tick(self, datum: Any) -> None:
        self._now = None
        super()._tick(datum)
        moment = datetime.combine(datum, TICK_AT, AMSTERDAM).astimezone(UTC).isoformat()
        self.records.append(canonical({"v": 1, "soort": "tik", "moment": moment}))

    def _deliver(self, melding: Melding, org: str, bron: Partij, moment: datetime) -> None:
        self._now = melding, bron
        super()._deliver(melding, org, bron, moment)

    def _settle(self, persoon: str, dossier: Dossier, rows: Rows, gevolgen: Gevolgen, moment: datetime) -> None:
        super()._settle(persoon, dossier, rows, gevolgen, moment)
        if gevolgen.leveringen or gevolgen.besluiten or gevolgen.hubbesluiten:
            melding, bron = self._now or (None, None)
            self.records.append(
                decision(
                    Basis(0, len(self.records), moment.astimezone(UTC), self.digests),
                    gevolgen,
                    soort="besluit" if melding else "signaal",
                    dossier=persoon,
                    event=melding.id[:36] if melding else None,
                    naam=melding.gebeurtenis if melding else None,
                    bron=str(bron) if bron else None,
                    ciphertext=b"verzegeld",
                )
            )

    def archief(self) -> Archief:
        return Archief(self.bundles, self.digests[Soort.DEELNEMERS])

    def partij(self, name: str) -> str:
        """The story's own name (`vwn#begeleider`) as `oin#rol`."""
        org, _, rol = name.partition("#")
        return f"{self.draaiboek.deelnemer(org).oin}#{rol}"


def boek(database: str, records: list[bytes], partition: int = 0) -> Engine:
    """The records in an audit log of their own."""
    log = AuditLog.open(database, SLEUTEL, OORSPRONG)
    log.append(partition, records, 0, len(records))
    return engine_for(database)
