# SPDX-License-Identifier: EUPL-1.2
"""The hub's own handlers without Kafka: what intake and dossier do to one event, on real keys, policy, rules and vault.

Made once in a directory and opened again by other processes, so that several engines can run the very same work.
"""

from __future__ import annotations

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
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from hub import keyring
from hub.broker.certificates import Authority
from hub.dossier.feiten.rows import Row, Rows
from hub.dossier.handle import Bundels, Gebeurtenis, Gevolgen, handle
from hub.dossier.regels.rules import Regels
from hub.partners import HubAddress, admit
from hub.readmodel.record import Basis, decision
from hub.streams.outbox import Outbox
from hub.streams.reception import Desk, Received
from hub.streams.settlement import Arrival, Settled, settle
from hub.vault.keys import PersonKey
from hub.vault.vault import Vault
from schemas import seals, signatures

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
Letter = tuple[bytes, bytes, list[tuple[str, bytes]]]
Get, Put = Callable[[str], bytes | None], Callable[[str, bytes], None]


class Line:
    """Handlers over one directory. `cost` counts the seconds spent in each stage."""

    def __init__(self, place: Path) -> None:
        plan = scene.plan()
        keyring.make(place / "keys")
        address = HubAddress.of(plan.oin, "localhost:0", place / "keys")
        authority = Authority.open(place / "ca")
        rows = [admit(one, place / one.oin, authority, address, plan.since) for one in plan.newcomers]
        self.register = Deelnemersregister.of(rows)
        self.bundels = Bundels(Beleid.load(), Regels.laad(), self.register)
        self.partners = {one.oin: Connector.open(place / one.oin) for one in plan.newcomers}
        signing = keyring.signing_key(place / "keys" / keyring.SIGNING)
        sealing = keyring.sealing_key(place / "keys" / keyring.SEALING)
        self.vault = Vault.open(f"sqlite:///{place / 'vault.db'}", place / "keys")
        opener = seals.Opener({signatures.key_id(sealing.public_key()): sealing}, plan.oin)
        public = Ed25519PublicKey.from_public_bytes(keyring.raw_public(signing))
        self.desk = Desk(plan.oin, public, opener, self.vault.index_key)
        self.outbox = Outbox(plan.oin, signing, signatures.key_id(signing.public_key()), time.monotonic)
        self.cost: defaultdict[str, float] = defaultdict(float)
        self._persons: dict[str, tuple[str, PersonKey]] = {}
        self._offset = 0
        self._base = place / "base.json"
        self._begun: dict[str, dict[str, str]] = orjson.loads(self._base.read_bytes()) if self._base.exists() else {}

    def begin(self, people: list[str]) -> None:
        """Let every person have what must stand before lessons; kept in the directory for engines to start from."""
        for number in people:
            for sender, event in scene.beginnings(number):
                _, value, headers = self.partners[sender].letter(event)
                item = self.receive(headers, value)
                self.settle([item])
                dossier, key = self.person(item)
                rows = {name: bytes.fromhex(row) for name, row in self._begun.get(dossier, {}).items()}
                self.decide(dossier, key, item, value, rows.get, rows.__setitem__)
                self._begun[dossier] = {name: row.hex() for name, row in rows.items()}
        self._base.write_bytes(orjson.dumps(self._begun))

    def receive(self, headers: list[tuple[str, bytes]], value: bytes) -> Received:
        """Verify, unseal, decode, admit."""
        item = self.timed(
            "receive: verify, unseal, decode, admit", self.desk.receive, headers, value, self.register, NOW
        )
        assert isinstance(item, Received), item
        return item

    def settle(self, items: list[Received]) -> list[Settled]:
        """Claims and persons of one turn, in SQL."""
        arrivals = []
        for item in items:
            self._offset += 1
            arrivals.append(Arrival(item, 0, self._offset, NOW))
        settled: list[Settled] = self.timed("settle: claim and person in the vault (SQL)", settle, self.vault, arrivals)
        for one in settled:
            if one.resolved is not None and one.key is not None and isinstance(one.arrival.item, Received):
                self._persons[one.arrival.item.identities[0][1]] = (one.resolved.dossier, one.key)
        return settled

    def person(self, item: Received) -> tuple[str, PersonKey]:
        """The dossier and key of a person whom the vault knows; asked once a process."""
        number = item.identities[0][1]
        if number not in self._persons:
            with self.vault.engine.begin() as connection:
                found = self.vault.identities.resolve(
                    connection, item.event, str(item.sender), item.identities, may_link=False
                )
                key = self.vault.keys.load([found.dossier], connection)[found.dossier]
            assert isinstance(key, PersonKey), "nobody was erased here"
            self._persons[number] = (found.dossier, key)
        return self._persons[number]

    def decide(self, dossier: str, key: PersonKey, item: Received, value: bytes, get: Get, put: Put) -> list[Letter]:
        """Fold, decide, minimise, seal to each recipient, audit; state is read and written sealed."""
        self._offset += 1
        begun = self._begun.get(dossier, {})

        def read(bucket: str) -> Row | None:
            sealed = get(bucket)
            if sealed is None and bucket in begun:
                sealed = bytes.fromhex(begun[bucket])
            return None if sealed is None else orjson.loads(key.open(sealed, bucket.encode()))

        rows = Rows(lambda bucket: self.timed("state: open rows", read, bucket))
        record = Gebeurtenis(item.event, item.naam, item.sender, item.data, item.gebeurd, NOW, self._offset, {})
        inside = self.cost["state: open rows"]
        gevolgen: Gevolgen = self.timed(
            "fold, decide, minimise, expect", handle, dossier, rows, record, self.bundels, NOW
        )
        self.cost["fold, decide, minimise, expect"] -= self.cost["state: open rows"] - inside
        letters = [
            self.timed("deliveries: seal and sign (two)", self._letter, key, levering)
            for levering in gevolgen.leveringen
        ]
        letters.append((dossier.encode(), self.timed("audit record", self._audit, dossier, item, value, gevolgen), []))
        for bucket, row in rows.changed().items():
            put(bucket, self.timed("state: seal rows", self._seal, key, bucket, row))
        return letters

    def timed(self, stage: str, act: Callable[..., Any], *given: Any) -> Any:
        began = time.perf_counter()
        result = act(*given)
        self.cost[stage] += time.perf_counter() - began
        return result

    def _letter(self, key: PersonKey, levering: Any) -> Letter:
        party = levering.ontvanger
        letter = self.outbox.letter(
            self.register,
            party,
            levering.gebeurtenis,
            levering.data,
            event_id=levering.id,
            moment=NOW,
            subject=key.pseudonym(str(party)),
        )
        return letter.key, letter.value, letter.headers

    def _audit(self, dossier: str, item: Received, value: bytes, gevolgen: Gevolgen) -> bytes:
        return decision(
            Basis(0, self._offset, NOW, {}),
            gevolgen,
            soort="besluit",
            dossier=dossier,
            event=item.event,
            naam=item.naam,
            bron=str(item.sender),
            ciphertext=value,
        )

    def _seal(self, key: PersonKey, bucket: str, row: Row | None) -> bytes:
        return key.seal(orjson.dumps(row, option=orjson.OPT_SORT_KEYS), bucket.encode())
