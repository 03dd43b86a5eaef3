# SPDX-License-Identifier: EUPL-1.2
"""From an event to the letter that goes to the hub's inbox: an Avro frame, sealed to the hub, signed by us.

A letter is made in two steps, because what waits (in a spool, in an outbox) may wait through a change of keys: `Packed`
is the event in its final bytes, `LetterWriter.write` seals and signs it with the keys of the moment. The hub compares
the frame, not the seal, so a letter written twice is one event. Not here: connections (`client`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from connectors.profile import ConnectProfile
from schemas import catalogue, codec, seals, signatures
from schemas.cloudevents import SEALED, TYPE_PREFIX, CloudEvent, source_of, to_headers

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Letter = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""Key, value and headers of one record of the inbox."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a partner reports: about whom, what, and when it happened (today when not given)."""

    gebeurtenis: str
    persoon: Mapping[str, Any] | None
    data: Mapping[str, Any]
    gebeurd: date | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    rol: str | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """An event in its final bytes. Holds personal data in clear: keep it sealed, or in one's own database."""

    id: str
    gebeurtenis: str
    rol: str | None
    frame: bytes

    @classmethod
    def of(cls, event: Event, *, waits: bool = False) -> Packed:
        """Raises `schemas.codec.InvalidEvent`. With `waits` an event without a day gets today's (Amsterdam): sent
        tomorrow, it still happened today."""
        if waits and event.gebeurd is None:
            event = replace(event, gebeurd=datetime.now(AMSTERDAM).date())
        return cls(event.id, event.gebeurtenis, event.rol, codec.encode(event.gebeurtenis, content_of(event)))

    def to_bytes(self) -> bytes:
        frame = base64.b64encode(self.frame).decode()
        return orjson.dumps({"id": self.id, "gebeurtenis": self.gebeurtenis, "rol": self.rol, "frame": frame})

    @classmethod
    def from_bytes(cls, content: bytes) -> Packed:
        read = orjson.loads(content)
        return cls(read["id"], read["gebeurtenis"], read["rol"], base64.b64decode(read["frame"]))


class LetterWriter:
    """Writes the letters of one partner. Follows `connect.toml`: keys change while we run, and nothing stops for it."""

    def __init__(self, profile: ConnectProfile) -> None:
        self.source = source_of(profile.oin, profile.systeem)
        # Of the secret that outlives every other key: with the signing key's successor a person's events would move to
        # another partition, and could overtake the ones before them.
        self._key_secret = hashlib.sha256(b"nl.inburgering/sleutel/1" + profile.file_secret()).digest()
        self._stamp = profile.stamp()
        self._take(profile)

    def _take(self, profile: ConnectProfile) -> None:
        self._profile = profile
        self._signing = profile.signing_key()
        self._key_id = signatures.key_id(self._signing.public_key())
        hub = X25519PublicKey.from_public_bytes(profile.hub_sealing_key())
        self._sealer = seals.Sealer(hub, profile.hub.oin, clock=time.monotonic)

    def refresh(self) -> None:
        """Take the keys that `connect.toml` names now, if it changed. Raises NoProfile."""
        stamp = self._profile.stamp()
        if stamp != self._stamp:
            self._take(self._profile.again())
            self._stamp = stamp

    def write(self, packed: Packed) -> Letter:
        """The (key, value, headers) that goes to the inbox."""
        record = CloudEvent(
            id=packed.id,
            source=self.source,
            type=TYPE_PREFIX + packed.gebeurtenis,
            time=datetime.now(UTC),
            subject=None,
            dataschema=f"urn:nl:inburgering:schema:{catalogue.gebeurtenistype(packed.gebeurtenis).schema_id}",
            datacontenttype=SEALED,
            extensions={"rol": packed.rol} if packed.rol else {},
        )
        sealed = self._sealer.seal(packed.frame, seals.aad_of(record))
        record = replace(record, data=sealed)
        headers = to_headers(record) + signatures.sign(record, self._signing, self._key_id)
        return self._key(packed), sealed, headers

    def _key(self, packed: Packed) -> bytes:
        """Our own opaque key for the person: keeps our events about one person in order and tells nobody who it is."""
        persoon = codec.decode(packed.frame)[1].get("persoon")
        about = f"{persoon['soort']}\n{persoon['waarde']}" if persoon else packed.id
        return hmac.digest(self._key_secret, about.encode(), "sha256").hex()[:32].encode()


def content_of(event: Event) -> dict[str, Any]:
    """The event's data with its common fields, as the codec takes it."""
    data = dict(event.data)
    data["persoon"] = None if event.persoon is None else {"ook": [], **event.persoon}
    if event.gebeurd:
        data["gebeurd_op"] = event.gebeurd.isoformat()
    return data
