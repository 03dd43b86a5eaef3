# SPDX-License-Identifier: EUPL-1.2
"""What one inbox record is, before anyone asks whose it is: authentic, readable, allowed to say this, plausible.

Pure but for the hub's sealing key. No SQL and no Kafka: `intake` does those. Every way to fail has a name, and none
is silent:
what cannot be trusted at all goes to the dead letters, what is refused by rule gets a receipt, and an authentic but
unreadable record gets both.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consent.admission import may_say
from consent.kader import Partij
from consent.participants import Deelnemer, Deelnemersregister
from hub.vault.identities import Identity
from schemas import catalogue, codec, identity, seals, signatures
from schemas.catalogue import Rol
from schemas.cloudevents import TYPE_PREFIX, CloudEvent, from_headers, oin_of
from schemas.errors import (
    BadSignature,
    BrokenAvro,
    InvalidCloudEvent,
    InvalidEvent,
    UnknownEventType,
    UnknownSchema,
    UnreadableFrame,
    UnreadableSeal,
)

NAMESPACE = uuid.UUID("6f0f5d52-5f3c-5c5b-9d0e-1f2d3c4b5a69")
EARLIEST = date(1900, 1, 1)
MAX_BYTES = 256 * 1024
"""Four times what the NL GOV profile wants forwarded; the broker's own limit is higher, so that we can answer."""

HUB_EVENTS = frozenset({"tik", "bundel-geactiveerd"})


def log_id(source: str, event_id: str) -> str:
    """The id in the log: a partner's `id` is unique only together with its `source` (CloudEvents 1.0, 3.1.1)."""
    return str(uuid.uuid5(NAMESPACE, f"{source}\n{event_id}"))


class Weigergrond(StrEnum):
    """Why a record gets no place in the log; the codes of `aanlevering-geweigerd`."""

    NIET_BEVOEGD = "niet-bevoegd"
    ONGELDIG = "ongeldig"
    ONBEKEND_TYPE = "onbekend-type"
    ID_HERGEBRUIKT = "id-hergebruikt"
    ONBEKENDE_PERSOON = "onbekende-persoon"
    IDENTITEIT_ONGELDIG = "identiteit-ongeldig"
    DATUM_ONMOGELIJK = "datum-onmogelijk"
    TE_GROOT = "te-groot"


@dataclass(frozen=True, slots=True)
class Received:
    """An authentic, valid report of a party that may make it."""

    event: str
    ce: CloudEvent
    sender: Partij
    naam: str
    data: dict[str, Any]
    identities: tuple[Identity, ...]
    gebeurd: date
    inhoud: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """An authentic record that is refused by rule: its sender gets a receipt; `dead` ones are kept as dead letters
    too."""

    event: str
    ce: CloudEvent
    sender: Partij
    naam: str | None
    grond: Weigergrond
    toelichting: str
    inhoud: bytes
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Untrusted:
    """A record that nobody known has signed: no receipt can be given, the bytes are kept."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """The hub's own word: a tick, or a bundle that is activated."""

    naam: str
    data: dict[str, Any]


Reception = Received | Refused | Untrusted | Announcement


class Desk:
    """Receives records for one hub. `opener` opens what partners sealed to it."""

    def __init__(self, oin: str, public_key: Ed25519PublicKey, opener: seals.Opener, index_key: bytes) -> None:
        self._oin, self._public_key, self._opener = oin, public_key, opener
        self._digest_key = hmac.digest(index_key, b"nl.inburgering/inzending/inhoud/1", "sha256")

    def receive(
        self,
        headers: Sequence[tuple[str, bytes]],
        value: bytes | None,
        register: Deelnemersregister | None,
        now: datetime,
    ) -> Reception:
        """`register` is the one that the partition's log activated, None before the first activation; `now` the log's
        time."""
        try:
            ce = from_headers(headers, value or b"")
        except InvalidCloudEvent as error:
            return Untrusted("onleesbaar", str(error))
        try:
            issuer = oin_of(ce.source)
        except InvalidCloudEvent as error:
            return Untrusted("bron-onleesbaar", str(error))
        if issuer == self._oin:
            return self._own(ce, headers)
        if register is None:
            return Untrusted("geen-register", "No participants were activated yet: resend this record afterwards.")
        try:
            key_id = signatures.claimed_key_id(headers)
        except BadSignature as error:
            return Untrusted("zonder-handtekening", str(error))
        found = register.sleutel(key_id, now.date())
        if found is None:
            return Untrusted("onbekende-sleutel", f"No participant signs with key {key_id} on {now.date()}.")
        participant, public = found
        try:
            signatures.verify(ce, headers, Ed25519PublicKey.from_public_bytes(public.bytes))
        except BadSignature as error:
            return Untrusted("handtekening-ongeldig", str(error))
        if participant.oin != issuer:
            return Untrusted("bron-van-ander", f"Key {key_id} belongs to {participant.oin}, the record names {issuer}.")
        return self._read(ce, participant, now)

    def _own(self, ce: CloudEvent, headers: Sequence[tuple[str, bytes]]) -> Reception:
        try:
            signatures.verify(ce, headers, self._public_key)
            naam, data = codec.decode(ce.data)
        except (BadSignature, UnreadableFrame) as error:
            return Untrusted("handtekening-ongeldig", f"A record in the hub's name is not the hub's: {error}")
        if naam not in HUB_EVENTS:
            return Untrusted("geen-hubgebeurtenis", f"The hub does not report {naam} to itself.")
        return Announcement(naam, data)

    def _read(self, ce: CloudEvent, participant: Deelnemer, now: datetime) -> Reception:
        event, naam = log_id(ce.source, ce.id), ce.type.removeprefix(TYPE_PREFIX)
        inhoud = hmac.digest(self._digest_key, ce.data, "sha256")  # of the sealed bytes, until we can read them
        try:
            sender = _sender(ce, participant, now.date())
        except _Refusal as refusal:
            nominal = Partij(participant.oin, next(iter(participant.rollen)).rol)
            return Refused(event, ce, nominal, naam, refusal.grond, refusal.toelichting, inhoud)

        def refused(grond: Weigergrond, toelichting: str, *, dead: bool = False) -> Refused:
            return Refused(event, ce, sender, naam, grond, toelichting[:400], inhoud, dead)

        if len(ce.data) > MAX_BYTES:
            return refused(
                Weigergrond.TE_GROOT,
                f"Splits deze aanlevering: {len(ce.data)} bytes is meer dan de {MAX_BYTES} die één gebeurtenis mag hebben.",
                dead=True,
            )
        try:
            frame = self._opener.open(ce.data, seals.aad_of(ce))
        except UnreadableSeal as error:
            return refused(Weigergrond.ONGELDIG, str(error), dead=True)
        inhoud = hmac.digest(self._digest_key, ce.type.encode() + b"\n" + frame, "sha256")
        try:
            found, data = codec.decode(frame)
            if found != naam:
                return refused(
                    Weigergrond.ONGELDIG,
                    f"Stuur één type: de attributen zeggen {naam}, de inhoud is {found}.",
                    dead=True,
                )
            codec.check(found, data)
        except (UnknownSchema, UnknownEventType) as error:
            return refused(Weigergrond.ONBEKEND_TYPE, str(error), dead=True)
        except BrokenAvro as error:
            return refused(Weigergrond.ONGELDIG, str(error), dead=True)
        except InvalidEvent as error:
            return refused(Weigergrond.ONGELDIG, str(error))
        try:
            identities = _identities(data.get("persoon"), catalogue.gebeurtenistype(naam).persoonsgebonden)
            gebeurd = _moment(data, now.date())
        except _Refusal as refusal:
            return refused(refusal.grond, refusal.toelichting)
        if weigering := may_say(sender, naam, data):
            return refused(Weigergrond(weigering.grond), weigering.toelichting)
        return Received(event, ce, sender, naam, data, identities, gebeurd, inhoud)


class _Refusal(Exception):
    def __init__(self, grond: Weigergrond, toelichting: str) -> None:
        super().__init__(toelichting)
        self.grond, self.toelichting = grond, toelichting


def _sender(ce: CloudEvent, participant: Deelnemer, today: date) -> Partij:
    """The party that speaks: the role that the record names, or the only one that the organisation has."""
    held = participant.rollen_op(today)
    named = ce.extensions.get("rol")
    if named is None and len(held) == 1:
        return Partij(participant.oin, next(iter(held)))
    if named in held:
        return Partij(participant.oin, Rol(named))
    roles = ", ".join(sorted(held)) or "geen"
    if named is None:
        raise _Refusal(
            Weigergrond.NIET_BEVOEGD,
            f"Noem in het attribuut `rol` namens welke rol u meldt; u heeft er meer dan een: {roles}.",
        )
    raise _Refusal(
        Weigergrond.NIET_BEVOEGD, f"Meld in een rol die u op {today} heeft; `{named}` is dat niet, wel: {roles}."
    )


def _identities(persoon: Mapping[str, Any] | None, required: bool) -> tuple[Identity, ...]:
    if persoon is None:
        if required:
            raise _Refusal(
                Weigergrond.ONGELDIG, "Vul `persoon` in met soort en waarde: deze gebeurtenis gaat over een persoon."
            )
        return ()
    given: list[Identity] = []
    for one in (persoon, *(persoon.get("ook") or ())):
        soort, waarde = one["soort"], str(one["waarde"]).strip()
        if soort == "bsn" and not identity.is_bsn(waarde):
            raise _Refusal(Weigergrond.IDENTITEIT_ONGELDIG, "Controleer het BSN: het voldoet niet aan de elfproef.")
        if soort == "vnummer":
            if not identity.is_vnummer(waarde):
                raise _Refusal(
                    Weigergrond.IDENTITEIT_ONGELDIG, "Controleer het V-nummer: het heeft ten hoogste tien cijfers."
                )
            waarde = waarde.zfill(10)
        given.append((soort, waarde))
    return tuple(given)


def _moment(data: Mapping[str, Any], today: date) -> date:
    """When it happened; and no date in the data before 1900 or so far ahead that it can only be a slip."""
    for naam, value in _dates(data):
        if value < EARLIEST or value > today + timedelta(days=366 * 10):
            raise _Refusal(Weigergrond.DATUM_ONMOGELIJK, f"Verbeter `{naam}`: {value} kan niet bedoeld zijn.")
    gebeurd = date.fromisoformat(data["gebeurd_op"]) if data.get("gebeurd_op") else today
    if gebeurd > today + timedelta(days=1):
        raise _Refusal(
            Weigergrond.DATUM_ONMOGELIJK, f"Meld pas als het gebeurd is: `gebeurd_op` {gebeurd} ligt in de toekomst."
        )
    return gebeurd


def _dates(data: Mapping[str, Any]) -> list[tuple[str, date]]:
    found = []
    for naam, value in data.items():
        if isinstance(value, dict):
            found += _dates(value)
        elif isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
            found.append((naam, date.fromisoformat(value)))
    return found
