# SPDX-License-Identifier: EUPL-1.2
"""What each stage of the path costs in one process, on the objects that the workers use. Not: Kafka and waiting."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from benchmarks import scene
from connectors.client import Connector
from consent.kader import Partij
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from hub import keyring
from hub.broker.certificates import Authority
from hub.dossier.handle import Bundels, Gebeurtenis, handle
from hub.dossier.rows import Row, Rows
from hub.dossier.rules import Regels
from hub.partners import HubAddress, admit
from hub.readmodel.record import Basis, decision
from hub.streams.envelope import Entry, pack, unpack
from hub.streams.outbox import Outbox
from hub.streams.reception import Desk, Received
from hub.streams.settlement import Arrival, settle
from hub.vault.keys import PersonKey
from hub.vault.vault import Vault
from schemas import seals, signatures
from schemas.catalogue import Rol

PERSONS, LESSONS, TURN = 20, 40, 200
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def measure() -> dict[str, float]:
    """Stage -> µs an event, over 800 lessons of 20 persons in turns of 200."""
    with tempfile.TemporaryDirectory(prefix="hub-stages-") as place:
        return _Line(Path(place)).run()


class _Line:
    """Intake and dossier without Kafka."""

    def __init__(self, place: Path) -> None:
        plan = scene.plan()
        keyring.make(place / "keys")
        address = HubAddress.of(plan.oin, "localhost:0", place / "keys")
        authority = Authority.new("bench")
        rows = [admit(one, place / one.oin, authority, address, plan.since) for one in plan.newcomers]
        self.register = Deelnemersregister.of(rows)
        self.bundels = Bundels(Beleid.load(), Regels.laad(), self.register)
        self.partners = {one.oin: Connector.open(place / one.oin) for one in plan.newcomers}
        signing, sealing = (
            keyring.signing_key(place / "keys" / keyring.SIGNING),
            keyring.sealing_key(place / "keys" / keyring.SEALING),
        )
        self.vault = Vault.open(f"sqlite:///{place / 'vault.db'}", place / "keys")
        opener = seals.Opener({signatures.key_id(sealing.public_key()): sealing}, plan.oin)
        public = Ed25519PublicKey.from_public_bytes(keyring.raw_public(signing))
        self.desk = Desk(plan.oin, public, opener, self.vault.index_key)
        self.outbox = Outbox(plan.oin, signing, signatures.key_id(signing.public_key()), time.monotonic)
        self.state: dict[str, dict[str, bytes]] = defaultdict(dict)
        self.offset = 0
        self.cost: defaultdict[str, float] = defaultdict(float)

    def run(self) -> dict[str, float]:
        people = scene.numbers(PERSONS)
        for one in people:
            for sender, event in scene.beginnings(one):
                self._turn([self.partners[sender].letter(event)])
        self.cost.clear()
        letters = [
            self.partners[scene.SCHOOL].letter(scene.lesson(one, les)) for les in range(LESSONS) for one in people
        ]
        for start in range(0, len(letters), TURN):
            self._turn(letters[start : start + TURN])
        self.vault.close()
        return {name: 1e6 * spent / len(letters) for name, spent in self.cost.items()}

    def _turn(self, letters: list[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> None:
        arrivals = []
        for _, value, headers in letters:
            item = self._timed(
                "receive: verify, unseal, decode, admit", self.desk.receive, headers, value, self.register, NOW
            )
            assert isinstance(item, Received), item
            self.offset += 1
            arrivals.append(Arrival(item, 0, self.offset, NOW))
        settled = self._timed("settle: claim and person in the vault (SQL)", settle, self.vault, arrivals)
        for one in settled:
            assert one.resolved is not None and one.key is not None
            item = one.arrival.item
            entry = Entry(
                item.event,
                item.naam,
                item.sender,
                item.ce.source,
                item.data,
                item.gebeurd,
                NOW,
                one.resolved.known,
                None,
                item.ce.id,
            )
            value, headers = self._timed("log: seal with the person's key", pack, one.resolved.dossier, entry, one.key)
            self._timed("receipt: seal and sign", self._receipt, item.sender, item.event)
            self._dossier(one.resolved.dossier, one.key, headers, value)

    def _dossier(self, dossier: str, key: PersonKey, headers: list[tuple[str, bytes]], value: bytes) -> None:
        entry = self._timed("log: open", unpack, headers, value, key)
        stored = self.state[dossier]

        def read(bucket: str) -> Row | None:
            return orjson.loads(key.open(stored[bucket], bucket.encode())) if bucket in stored else None

        rows = Rows(lambda bucket: self._timed("state: open rows", read, bucket))
        record = Gebeurtenis(
            entry.event, entry.naam, entry.sender, entry.data, entry.gebeurd, entry.vastgelegd, self.offset, entry.known
        )
        inside = self.cost["state: open rows"]
        gevolgen = self._timed("fold, decide, minimise, expect", handle, dossier, rows, record, self.bundels, NOW)
        self.cost["fold, decide, minimise, expect"] -= self.cost["state: open rows"] - inside
        for levering in gevolgen.leveringen:
            self._timed(
                "deliveries: seal and sign (two)",
                self.outbox.letter,
                self.register,
                levering.ontvanger,
                levering.gebeurtenis,
                levering.data,
                event_id=levering.id,
                moment=NOW,
                subject=key.pseudonym(str(levering.ontvanger)),
            )
        self._timed("audit record", self._audit, dossier, entry, value, gevolgen)
        for bucket, row in rows.changed().items():
            stored[bucket] = self._timed("state: seal rows", self._seal, key, bucket, row)

    def _receipt(self, sender: Partij, event: str) -> None:
        data = {"betreft": event, "gebeurtenis": "aanwezigheid-gemeld", "positie": "0:1"}
        self.outbox.letter(
            self.register,
            Partij(sender.oin, Rol(sender.rol)),
            "aanlevering-aanvaard",
            data,
            event_id=event,
            moment=NOW,
            subject=None,
        )

    def _audit(self, dossier: str, entry: Entry, value: bytes, gevolgen: Any) -> bytes:
        return decision(
            Basis(0, self.offset, NOW, {}),
            soort="besluit",
            dossier=dossier,
            event=entry.event,
            naam=entry.naam,
            bron=str(entry.sender),
            ciphertext=value,
            besluiten=gevolgen.besluiten,
            leveringen=[(str(one.ontvanger), one.id, one.gebeurtenis) for one in gevolgen.leveringen],
        )

    def _seal(self, key: PersonKey, bucket: str, row: Row | None) -> bytes:
        return key.seal(orjson.dumps(row, option=orjson.OPT_SORT_KEYS), bucket.encode())

    def _timed(self, stage: str, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        result = act(*given, **named)
        self.cost[stage] += time.perf_counter() - began
        return result
