# SPDX-License-Identifier: EUPL-1.2
"""What one inbox record is, before anyone asks whose it is: authentic, readable, allowed to say this, plausible.

Pure but for the hub's sealing key. No SQL and no Kafka: `intake` does those. Every way to fail has a name, and none
is silent: what cannot be trusted at all goes to the dead letters, what is refused by rule gets a receipt, and an
authentic but unreadable record gets both.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consent.admission import may_say
from consent.kader import Partij
from consent.participants import Deelnemer, Deelnemersregister
from hub.dossier.regels.kalender import dag_van
from hub.streams.plausibility import Implausible, Weigergrond, identities_in, moment_of
from hub.vault.identities import Identity
from schemas import catalogue, codec, seals, signatures
from schemas.catalogue import Rol
from schemas.cloudevents import CloudEvent, from_headers, gebeurtenis_of, oin_of
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

__all__ = ["Announcement", "Desk", "Received", "Reception", "Refused", "Untrusted", "Weigergrond", "log_id"]

NAMESPACE = uuid.UUID("6f0f5d52-5f3c-5c5b-9d0e-1f2d3c4b5a69")
MAX_BYTES = 256 * 1024
"""Four times what the NL GOV profile wants forwarded; the broker's own limit is higher, so that we can answer."""
MAX_ID = 200
"""Characters of an id: it is repeated in receipts, whose fields are short."""

HUB_EVENTS = frozenset({"tik", "bundel-geactiveerd", "gegevens-gewist"})
WEB_EVENTS = frozenset({"levering-ingehouden"})
"""All that the HTTP room may say in the hub's name, with the key of its own: what it did not hand over."""


def log_id(source: str, event_id: str) -> str:
    """The id in the log: a partner's `id` is unique only together with its `source` (CloudEvents 1.0, 3.1.1)."""
    return str(uuid.uuid5(NAMESPACE, f"{source}\n{event_id}"))


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
    """The hub's own word: a tick, a bundle that is activated, how far an erasure is, or what was not handed over."""

    naam: str
    data: dict[str, Any]


Reception = Received | Refused | Untrusted | Announcement


class Opener(Protocol):
    """What opens a seal: `seals.Opener`, or one that follows the hub's keys as they change."""

    def open(self, blob: bytes, aad: bytes) -> bytes:
        """Raises UnreadableSeal."""


class Desk:
    """Receives records for one hub. `opener` opens what partners sealed to it; `own` finds the hub's public key of an
    id: more than one counts while they change. `web`: the same for the key of the HTTP room."""

    def __init__(
        self,
        oin: str,
        own: Ed25519PublicKey | Callable[[str], Ed25519PublicKey | None],
        opener: Opener,
        index_key: bytes,
        web: Callable[[str], Ed25519PublicKey | None] = lambda _: None,
    ) -> None:
        self._web_key = web
        self._oin, self._opener = oin, opener
        self._own_key = own if callable(own) else lambda _: own
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
        today = dag_van(now)
        found = register.sleutel(key_id, today)
        if found is None:
            return Untrusted("onbekende-sleutel", f"No participant signs with key {key_id} on {today}.")
        participant, public = found
        try:
            signatures.verify(ce, headers, Ed25519PublicKey.from_public_bytes(public.bytes))
        except BadSignature as error:
            return Untrusted("handtekening-ongeldig", str(error))
        if participant.oin != issuer:
            return Untrusted("bron-van-ander", f"Key {key_id} belongs to {participant.oin}, the record names {issuer}.")
        if not participant.rollen or register.zegelsleutel(issuer, today) is None:
            return Untrusted(
                "geen-antwoord-mogelijk",
                f"{issuer} has no role or no valid sealing key on {today}, so no receipt can reach it: mend the register.",
            )
        return self._read(ce, participant, today)

    def _own(self, ce: CloudEvent, headers: Sequence[tuple[str, bytes]]) -> Reception:
        try:
            key_id = signatures.claimed_key_id(headers)
            allowed, public = HUB_EVENTS, self._own_key(key_id)
            if public is None:
                allowed, public = WEB_EVENTS, self._web_key(key_id)
            if public is None:
                return Untrusted("handtekening-ongeldig", f"Key {key_id} is not, or no longer, the hub's.")
            signatures.verify(ce, headers, public)
            naam, data = codec.decode(ce.data)
        except (BadSignature, UnreadableFrame) as error:
            return Untrusted("handtekening-ongeldig", f"A record in the hub's name is not the hub's: {error}")
        if naam not in allowed:
            return Untrusted("geen-hubgebeurtenis", f"The hub does not report {naam} to itself.")
        return Announcement(naam, data)

    def _read(self, ce: CloudEvent, participant: Deelnemer, today: date) -> Reception:
        event, naam = log_id(ce.source, ce.id), _named(ce)
        sender, wrong_role = _sender(ce, participant, today)
        inhoud = self._digest(ce.data)  # of the sealed bytes, until we can read them

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
        inhoud = self._digest(f"{sender}\n{ce.type}\n".encode() + frame)
        if wrong_role:
            return refused(Weigergrond.NIET_BEVOEGD, wrong_role)
        if len(ce.id) > MAX_ID:
            return refused(Weigergrond.ONGELDIG, f"Geef een id van ten hoogste {MAX_ID} tekens.", dead=True)
        if naam is None:
            return refused(
                Weigergrond.ONBEKEND_TYPE, "Gebruik als type nl.inburgering.<gebeurtenis> uit de catalogus.", dead=True
            )
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
            identities = identities_in(data.get("persoon"), catalogue.gebeurtenistype(naam).persoonsgebonden)
            gebeurd = moment_of(naam, data, today)
        except Implausible as refusal:
            return refused(refusal.grond, refusal.toelichting)
        if weigering := may_say(sender, naam, data):
            return refused(Weigergrond(weigering.grond), weigering.toelichting)
        if identities and not catalogue.gebeurtenistype(naam).persoonsgebonden:
            return refused(Weigergrond.ONGELDIG, "Laat `persoon` weg: deze gebeurtenis gaat over een hele groep.")
        return Received(event, ce, sender, naam, data, identities, gebeurd, inhoud)

    def _digest(self, content: bytes) -> bytes:
        """A keyed hash: whoever reads the vault's tables cannot try contents."""
        return hmac.digest(self._digest_key, content, "sha256")


def _named(ce: CloudEvent) -> str | None:
    """The type that the attributes name, if the catalogue has it."""
    try:
        return catalogue.gebeurtenistype(gebeurtenis_of(ce)).naam
    except (InvalidCloudEvent, UnknownEventType):
        return None


def _sender(ce: CloudEvent, participant: Deelnemer, today: date) -> tuple[Partij, str | None]:
    """The party that speaks: the role that the record names, or the only one that the organisation has.

    Else the party that gets the receipt, and why its word does not count. What was named is not repeated.
    """
    held = sorted(participant.rollen_op(today))
    named = ce.extensions.get("rol")
    if named is None and len(held) == 1:
        return Partij(participant.oin, held[0]), None
    if named in held:
        return Partij(participant.oin, Rol(named)), None
    nominal = Partij(participant.oin, held[0] if held else participant.rollen[-1].rol)
    if not held:
        return nominal, f"Vraag de beheerder van de hub om een rol: op {today} heeft u er geen."
    roles = ", ".join(held)
    if named is None:
        return nominal, f"Noem in het attribuut `rol` namens welke rol u meldt; u heeft er meer dan een: {roles}."
    return nominal, f"Meld in een rol die u op {today} heeft: {roles}."
