# SPDX-License-Identifier: EUPL-1.2
"""The intake agent on a real vault and real bundles; only the Kafka transaction of its turn is kept instead of sent."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consent.participants import Deelnemersregister
from hub import keyring
from hub.broker.topics import DOSSIER
from hub.bundles import BundleStore
from hub.streams.envelope import Entry, unpack
from hub.streams.intake import Intake
from hub.streams.outbox import Outbox
from hub.vault.keys import PersonKey
from hub.vault.vault import Vault
from schemas import codec, seals, signatures
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, from_headers, source_of, to_headers
from tests.unit.inzenders import HUB, HUB_SIGNING, NU, Inzender, Record, loket, register

GROEP = f"{TYPE_PREFIX}onderbreking-gemeld".encode()


@dataclass(frozen=True)
class Inboxrecord:
    """A record as an agent reads it."""

    offset: int
    headers: Sequence[tuple[str, bytes]]
    value: bytes
    timestamp: int
    key: bytes | None = None


@dataclass
class Beurt:
    """A turn whose outputs are kept. Has of `hub.streams.turn.Turn` what intake uses."""

    partition: int
    records: Sequence[Inboxrecord]
    state: dict[bytes, bytes]
    uit: list[tuple[str, bytes, bytes, Any]] = field(default_factory=list)
    overal: list[tuple[int | None, bytes, Any]] = field(default_factory=list)
    """What goes to a partition that is named: of the log, what is about nobody."""
    dood: list[tuple[int, str, str]] = field(default_factory=list)
    partities: list[int] = field(default_factory=list)
    klaar: bool = False

    def get(self, key: bytes) -> bytes | None:
        return self.state.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        self.state[key] = value

    def emit(self, topic: str, value: bytes, key: bytes = b"", headers: Any = (), partition: int | None = None) -> None:
        if partition is not None:
            self.partities.append(partition)
        if any(name == "ce_type" and kind == GROEP for name, kind in headers):
            self.overal.append((partition, value, headers))
        else:
            self.uit.append((topic, key, value, headers))

    def dead_letter(self, record: Inboxrecord, reason: str, detail: str = "") -> None:
        self.dood.append((record.offset, reason, detail))

    async def commit(self) -> None:
        self.klaar = True


class Balie:
    """A hub's intake. Partitions remember their state; `neem_in` is one turn, `crash` one that Kafka did not commit."""

    def __init__(self, database: str, place: Path, inzenders: Sequence[Inzender]) -> None:
        keyring.make(place / "keys")
        self.vault = Vault.open(database, place / "keys")
        self.bundles = BundleStore(place / "bundles")
        self.inzenders = {one.oin: one for one in inzenders}
        outbox = Outbox(HUB, HUB_SIGNING, signatures.key_id(HUB_SIGNING.public_key()), time.monotonic)
        self.intake = Intake(
            oin=HUB, simulated=False, desk=loket(), vault=self.vault, bundles=self.bundles, outbox=outbox
        )
        self.state: dict[int, dict[bytes, bytes]] = {}
        self.next: dict[int, int] = {}
        self.activeer(register(inzenders))

    def activeer(self, lijst: Deelnemersregister) -> None:
        """From here on every partition decides by this register."""
        digest = self.bundles.save(lijst.to_json())
        self.activering = self.eigen("bundel-geactiveerd", {"soort": "deelnemers", "digest": digest})
        self.state, self.lijst = {}, lijst

    def eigen(self, naam: str, data: dict[str, str]) -> Record:
        """A record in the hub's own name."""
        frame = codec.encode(naam, data)
        ce = CloudEvent("hub-1", source_of(HUB, "klok"), TYPE_PREFIX + naam, NU, data=frame)
        return to_headers(ce) + signatures.sign(ce, HUB_SIGNING, signatures.key_id(HUB_SIGNING.public_key())), frame

    async def neem_in(
        self, *records: Record, partition: int = 0, at: int | None = None, nu: datetime = NU, crash: bool = False
    ) -> Beurt:
        """One turn with these records, from offset `at` (the partition's next one when not given)."""
        first = self.next.get(partition, 1) if at is None else at
        state = dict(self.state.get(partition, {}))
        if not state:
            await self.intake.turn(Beurt(partition, [_record(0, self.activering, nu)], state))  # type: ignore[arg-type]
        placed = [_record(first + number, record, nu) for number, record in enumerate(records)]
        beurt = Beurt(partition, placed, state)
        await self.intake.turn(beurt)  # type: ignore[arg-type]  # has what the agent uses of a turn
        assert beurt.klaar
        if not crash:
            self.state[partition], self.next[partition] = state, max(first + len(placed), self.next.get(partition, 1))
        return beurt

    # what came of it

    def log(self, beurt: Beurt) -> list[tuple[str, Entry]]:
        """(dossier, entry) of every record that went into the log."""
        found = []
        for topic, key, value, headers in beurt.uit:
            if topic == DOSSIER:
                found.append((key.decode(), unpack(headers, value, self.sleutel(key.decode()))))
        return found

    def sleutel(self, dossier: str) -> PersonKey:
        key = self.vault.keys.load([dossier])[dossier]
        assert isinstance(key, PersonKey)
        return key

    def bewijzen(self, beurt: Beurt) -> list[tuple[str, str, dict[str, Any]]]:
        """(receipt id, event, data) of every receipt, opened and verified as its recipient would."""
        found = []
        for topic, _, value, headers in beurt.uit:
            if topic == DOSSIER:
                continue
            ontvanger = self.inzenders[topic.removeprefix("hub.out.")]
            ce = from_headers(headers, value)
            signatures.verify(ce, headers, HUB_SIGNING.public_key())
            opener = seals.Opener({signatures.key_id(ontvanger.sealing.public_key()): ontvanger.sealing}, ontvanger.oin)
            naam, data = codec.decode(opener.open(value, seals.aad_of(ce)))
            found.append((ce.id, naam, data))
        return found

    def redenen(self, beurt: Beurt) -> list[str]:
        """`aanvaard`, or the reason of the refusal, of every receipt in order."""
        return [data.get("reden", "aanvaard") for _, _, data in self.bewijzen(beurt)]


def _record(offset: int, record: Record, nu: datetime) -> Inboxrecord:
    headers, value = record
    return Inboxrecord(offset, headers, value, int(nu.astimezone(UTC).timestamp() * 1000))
