# SPDX-License-Identifier: EUPL-1.2
"""The intake agent: from `hub.inbox` to the log, with a receipt to the sender, exactly once.

A turn: receive each record (authentic? readable? allowed?), settle all of them in the vault (claims, persons), seal
each accepted one with its person's key into `hub.dossier`, give every sender its receipt, put what nobody signed with
the dead letters. The log's time here is the broker's own stamp on the inbox record, or on simulated time the last
tick of the partition.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from consent.avg19 import GEWIST
from consent.kader import Partij
from consent.participants import Deelnemersregister
from hub.broker.topics import DOSSIER, PARTITIONS
from hub.bundles import BundleStore, Soort
from hub.dossier.regels.kalender import dag_van
from hub.streams.allowance import STRANGERS, Allowance, size_of
from hub.streams.envelope import INGEHOUDEN, Entry, pack, pack_group
from hub.streams.outbox import AANLEVERING, Outbox
from hub.streams.outputs import partition_of
from hub.streams.reception import MAX_ID, Announcement, Desk, Received, Refused, Untrusted, Weigergrond
from hub.streams.settlement import Arrival, Settled, settle
from hub.streams.turn import Turn
from hub.streams.wissing import Stap
from hub.vault.claims import ACCEPTED, Standing
from hub.vault.keys import PersonKey
from hub.vault.vault import Vault
from schemas.catalogue import Rol
from schemas.cloudevents import source_of

POSITION_ROW = b"stand"
BREATH = 64
"""Records between two breaths of the event loop: heartbeats must not wait for a whole turn's signatures."""


class Intake:
    """Everything that the agent needs, and one turn as a method."""

    def __init__(
        self, *, oin: str, simulated: bool, desk: Desk, vault: Vault, bundles: BundleStore, outbox: Outbox
    ) -> None:
        self._oin, self._simulated, self._desk = oin, simulated, desk
        self._vault, self._bundles, self._outbox = vault, bundles, outbox
        self._hub = Partij(oin, Rol.HUB)

    async def turn(self, turn: Turn) -> None:
        stand = orjson.loads(turn.get(POSITION_ROW) or b"{}")
        arrivals: list[tuple[Arrival, Deelnemersregister]] = []
        aside = _Aside(turn, stand)
        for count, record in enumerate(turn.records):
            if count % BREATH == 0:
                await asyncio.sleep(0)
            register = self._register(stand)
            moment = self._moment(stand, record)
            match self._desk.receive(record.headers, record.value, register, moment):
                case Announcement(naam, data) if naam == GEWIST:
                    turn.awaited = True
                    if data["stap"] == Stap.VERNIETIGD:
                        self._vault.keys.forget(data["dossier"])
                case Announcement(naam, data) if naam == INGEHOUDEN:
                    self._withheld(turn, record, data)
                case Announcement(naam, data):
                    turn.awaited = True
                    _remember(stand, naam, data)
                case Untrusted(reason, detail):
                    aside.put(record, moment, STRANGERS, reason, detail)
                case Received() | Refused() as item:
                    assert register is not None, "nobody is authentic without a register"
                    arrivals.append((Arrival(item, turn.partition, record.offset, moment), register))
                    if isinstance(item, Refused) and item.dead:
                        aside.put(record, moment, item.sender.oin, item.grond.value, item.toelichting)
        aside.tell()
        if arrivals:
            settled = await asyncio.to_thread(settle, self._vault, [arrival for arrival, _ in arrivals])
            for count, (one, (_, register)) in enumerate(zip(settled, arrivals, strict=True)):
                if count % BREATH == 0:
                    await asyncio.sleep(0)
                if one.into_the_log:
                    self._log(turn, one)
                elif one.of_a_group:
                    _log_everywhere(turn, one)
                self._receipt(turn, one, register)
        turn.put(POSITION_ROW, orjson.dumps(stand, option=orjson.OPT_SORT_KEYS))
        await turn.commit()

    def _withheld(self, turn: Turn, record: Any, data: dict[str, Any]) -> None:
        """The HTTP room did not hand something over: that stands in the log beside the person's other records."""
        dossier = data.get("dossier")
        partition = partition_of(dossier.encode(), PARTITIONS) if dossier else turn.partition
        turn.emit(DOSSIER, record.value, headers=record.headers, partition=partition)

    def _register(self, stand: dict[str, Any]) -> Deelnemersregister | None:
        digest = stand.get(Soort.DEELNEMERS.value)
        return self._bundles.load(Soort.DEELNEMERS, digest) if digest else None

    def _moment(self, stand: dict[str, Any], record: Any) -> datetime:
        if self._simulated and (tick := stand.get("tik")):
            return datetime.fromisoformat(tick)
        return datetime.fromtimestamp(record.timestamp / 1000, UTC)

    def _log(self, turn: Turn, one: Settled) -> None:
        """The event itself; and where it showed two dossiers to be one person, word of that in both, before it."""
        item, resolved, key = one.arrival.item, one.resolved, one.key
        assert isinstance(item, Received) and resolved is not None and key is not None
        for absorbed, absorbed_key in one.linked:
            self._link(turn, one, absorbed, absorbed_key, {"dossier": resolved.dossier, "rol": "opgegaan"})
            self._link(turn, one, resolved.dossier, key, {"dossier": absorbed, "rol": "hoofd"})
        data = dict(item.data)
        if one.betreft:
            data["betreft"] = one.betreft
        entry = Entry(
            event=item.event,
            naam=item.naam,
            sender=item.sender,
            source=item.ce.source,
            data=data,
            gebeurd=item.gebeurd,
            vastgelegd=one.claim.vastgelegd,
            known=resolved.known,
            via=resolved.via,
            original=item.ce.id,
        )
        value, headers = pack(resolved.dossier, entry, key)
        turn.emit(DOSSIER, value, key=resolved.dossier.encode(), headers=headers)

    def _link(self, turn: Turn, one: Settled, dossier: str, key: PersonKey, data: dict[str, Any]) -> None:
        entry = Entry(
            event=str(
                uuid.uuid5(uuid.UUID(one.arrival.item.event), f"identiteit-gekoppeld\n{dossier}\n{data['dossier']}")
            ),
            naam="identiteit-gekoppeld",
            sender=self._hub,
            source=source_of(self._oin, "intake"),
            data=data,
            gebeurd=dag_van(one.claim.vastgelegd),
            vastgelegd=one.claim.vastgelegd,
            known={},
            via=None,
        )
        value, headers = pack(dossier, entry, key)
        turn.emit(DOSSIER, value, key=dossier.encode(), headers=headers)

    def _receipt(self, turn: Turn, one: Settled, register: Deelnemersregister) -> None:
        item, claim = one.arrival.item, one.claim
        data: dict[str, Any] = {"betreft": item.ce.id[:MAX_ID], "gebeurtenis": item.naam}
        if one.standing is Standing.REUSED:
            naam = "aanlevering-geweigerd"
            data |= {
                "reden": Weigergrond.ID_HERGEBRUIKT.value,
                "toelichting": "Dit id is al gebruikt voor een andere inhoud: geef deze aanlevering een nieuw id.",
            }
        elif claim.uitkomst == ACCEPTED:
            naam = "aanlevering-aanvaard"
            data |= {"positie": claim.plaats}
        else:
            naam = "aanlevering-geweigerd"
            data |= {"reden": claim.reden, "toelichting": claim.toelichting}
        # named after the content as well: a mended report under the same id gets a receipt of its own, a resend the same
        told_of = f"{item.sender}\nontvangstbewijs\n{naam}\n{item.inhoud.hex()}"
        letter = self._outbox.letter(
            register,
            item.sender,
            naam,
            data,
            event_id=str(uuid.uuid5(uuid.UUID(item.event), told_of)),
            moment=claim.vastgelegd,
            sealed_on=dag_van(one.arrival.moment),
            subject=None,
            extensions={AANLEVERING: item.event},
        )
        turn.emit(letter.topic, letter.value, key=letter.key, headers=letter.headers)


class _Aside:
    """What goes to the dead letters of one turn, as far as each sender's allowance goes."""

    def __init__(self, turn: Turn, stand: dict[str, Any]) -> None:
        self._turn, self._stand = turn, stand
        self._beyond: dict[str, list[Any]] = {}

    def put(self, record: Any, moment: datetime, sender: str, reason: str, detail: str) -> None:
        if Allowance(self._stand, dag_van(moment)).takes(sender, size_of(record)):
            self._turn.dead_letter(record, reason, detail)
        else:
            self._beyond.setdefault(sender, []).append(record)

    def tell(self) -> None:
        """One letter, without contents, for all that is beyond a sender's allowance."""
        for sender, records in sorted(self._beyond.items()):
            first, last = records[0], records[-1]
            whose = f"of {sender}" if sender else "of strangers"
            detail = (
                f"{len(records)} records {whose} between offsets {first.offset} and {last.offset} stay in the inbox only, until"
                " its retention is over: they would be more than one sender may fill in a day."
            )
            self._turn.dead_letter(replace(first, key=None, value=None, headers=()), "te-veel", detail)


def _log_everywhere(turn: Turn, one: Settled) -> None:
    """What is about a group stands in every partition, as a tick does: each decides by it from its own place on."""
    item = one.arrival.item
    assert isinstance(item, Received)
    value, headers = pack_group(item.event, item.naam, item.sender, item.ce.source, one.claim.vastgelegd, item.data)
    for partition in range(PARTITIONS):
        turn.emit(DOSSIER, value, partition=partition, headers=headers)


def _remember(stand: dict[str, Any], naam: str, data: dict[str, Any]) -> None:
    """Time only moves forward, also when two clocks speak; a bundle counts from its place in the log."""
    if naam == "tik":
        stand["tik"] = max(stand.get("tik", data["moment"]), data["moment"], key=datetime.fromisoformat)
    else:
        stand[Soort(data["soort"]).value] = data["digest"]
