# SPDX-License-Identifier: EUPL-1.2
"""What the hub sent us: verified with the hub's key and opened with ours, whichever way it came.

Not here: fetching it (`client`, `http`, `webhook`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from connectors.profile import ConnectProfile, NoProfile
from schemas import codec, seals, signatures
from schemas.cloudevents import CloudEvent, Header, from_headers
from schemas.errors import UnknownSealKey, WireError

Confirm = Callable[[], Awaitable[None]]


class DeliveryRefused(Exception):
    """A record in our own topic is not the hub's, or not for us: nothing after it is read until someone looked."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrived: an event about a person, a signal, or the receipt for something sent."""

    id: str
    gebeurtenis: str
    rol: str
    pseudoniem: str | None
    persoon: Mapping[str, Any] | None
    data: Mapping[str, Any]
    bron: str | None
    gebeurd: date | None
    vastgelegd: datetime
    positie: int
    _confirm: Confirm | None = field(repr=False)
    frame: bytes = field(default=b"", repr=False)
    """What was sealed: a Confluent frame that any stock AvroDeserializer reads."""
    attributen: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The CloudEvents attributes as the hub signed them."""

    async def done(self) -> None:
        """Say that this delivery, and all before it, is safe with us: it will not come again."""
        if self._confirm is not None:
            await self._confirm()


class DeliveryReader:
    """Checks and opens what the hub sends to one partner. Follows `connect.toml`: keys change while we run, and nothing
    stops for it. `mailbox`: what an error calls the place that it was read from."""

    def __init__(self, profile: ConnectProfile, mailbox: str) -> None:
        self._profile, self._mailbox = profile, mailbox
        self._hub_keys = profile.hub_signing_keys()
        self._opener = _opener(profile)

    def read(
        self, headers: Sequence[Header], value: bytes, op: datetime, positie: int, confirm: Confirm | None = None
    ) -> Delivery:
        """The delivery in a record's headers and value. `op`: when the hub had it. Raises DeliveryRefused."""
        try:
            event = from_headers(headers, value)
            signatures.verify(event, headers, self._hub_key(headers, op))
            frame = self._open(event)
            naam, data = codec.decode(frame)
        except WireError as error:
            raise DeliveryRefused(
                f"Record {positie} of {self._mailbox} is not what the hub sent us: {error}"
            ) from error
        gebeurd, vastgelegd = data.pop("gebeurd_op", None), data.pop("vastgelegd_op", None)
        return Delivery(
            id=event.id,
            gebeurtenis=naam,
            rol=event.extensions.get("rol", ""),
            pseudoniem=event.subject,
            persoon=data.pop("persoon", None),
            bron=data.pop("bron", None),
            gebeurd=date.fromisoformat(gebeurd) if gebeurd else None,
            vastgelegd=datetime.fromisoformat(vastgelegd) if vastgelegd else event.time,
            data=data,
            positie=positie,
            _confirm=confirm,
            frame=frame,
            attributen=event.attributes(),
        )

    def _open(self, event: CloudEvent) -> bytes:
        """What was sealed to us; for a key of ours that is newer than this process, `connect.toml` is read again."""
        try:
            return self._opener.open(event.data, seals.aad_of(event))
        except UnknownSealKey:
            with contextlib.suppress(NoProfile):
                self._opener = _opener(self._profile.again())
            return self._opener.open(event.data, seals.aad_of(event))

    def _hub_key(self, headers: Sequence[Header], op: datetime) -> Ed25519PublicKey:
        """The key that the record names, if it counted when the hub had the record. For one that we do not know,
        `connect.toml` is read again. Raises BadSignature."""
        name = signatures.claimed_key_id(headers)
        if name not in self._hub_keys:
            with contextlib.suppress(NoProfile):
                self._hub_keys = self._profile.again().hub_signing_keys()
        public, until = self._hub_keys.get(name, (None, None))
        if public is None or (until is not None and op >= until):
            raise signatures.BadSignature(
                f"Key {name} is not the hub's, or no longer: copy the newest connect.toml from the hub's operator."
            )
        return public


def _opener(profile: ConnectProfile) -> seals.Opener:
    return seals.Opener({signatures.key_id(key.public_key()): key for key in profile.sealing_keys()}, profile.oin)
