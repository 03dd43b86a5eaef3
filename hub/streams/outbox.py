# SPDX-License-Identifier: EUPL-1.2
"""What the hub sends: a CloudEvent sealed to one recipient and signed by the hub.

Everything that leaves for a partner passes here, receipts too, so that nothing leaves unsealed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from consent.kader import Partij
from consent.participants import Deelnemersregister
from hub.broker.topics import out_topic
from hub.dossier.regels.kalender import dag_van
from schemas import catalogue, codec, seals, signatures
from schemas.cloudevents import SEALED, TYPE_PREFIX, CloudEvent, source_of, to_headers

SYSTEM = "hub"
AANLEVERING = "aanlevering"
"""The attribute of a receipt that tells, in clear, which report it is about: the id in the log, which says nothing."""


class NoSealingKey(Exception):
    """A recipient has no valid sealing key in the activated register."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One record for one partner's topic."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Outbox:
    """Seals and signs; keeps one sealer for each recipient's key."""

    def __init__(self, oin: str, signing_key: Ed25519PrivateKey, key_id: str, clock: Callable[[], float]) -> None:
        self.source = source_of(oin, SYSTEM)
        self._signing_key, self._key_id, self._clock = signing_key, key_id, clock
        self._sealers: dict[tuple[str, str], seals.Sealer] = {}

    def letter(
        self,
        register: Deelnemersregister,
        to: Partij,
        naam: str,
        data: dict[str, Any],
        *,
        event_id: str,
        moment: datetime,
        subject: str | None,
        sealed_on: date | None = None,
        extensions: Mapping[str, str] = MappingProxyType({}),
    ) -> Letter:
        """`data` as Avro, sealed to the organisation `to`, under its role; `subject` is its pseudonym for the person.

        `sealed_on`: the day whose key is used, where that is not the day of `moment` (a first receipt given again).
        """
        event = CloudEvent(
            id=event_id,
            source=self.source,
            type=TYPE_PREFIX + naam,
            time=moment,
            subject=subject,
            dataschema=f"urn:nl:inburgering:schema:{catalogue.gebeurtenistype(naam).schema_id}",
            datacontenttype=SEALED,
            extensions={"rol": to.rol.value, **extensions},
        )
        sealer = self._sealer(register, to, sealed_on or dag_van(moment))
        sealed = sealer.seal(codec.encode(naam, data, volledig=False), seals.aad_of(event))
        event = replace(event, data=sealed)
        headers = to_headers(event) + signatures.sign(event, self._signing_key, self._key_id)
        return Letter(out_topic(to.oin), (subject or event_id).encode(), sealed, headers)

    def _sealer(self, register: Deelnemersregister, to: Partij, day: date) -> seals.Sealer:
        public = register.zegelsleutel(to.oin, day)
        if public is None:
            raise NoSealingKey(f"{to.oin} has no valid sealing key on {day}: add one with `hub participants rotate`.")
        known = self._sealers.get((to.oin, public.sleutelid))
        if known is None:
            known = seals.Sealer(X25519PublicKey.from_public_bytes(public.bytes), to.oin, clock=self._clock)
            self._sealers[to.oin, public.sleutelid] = known
        return known
