# SPDX-License-Identifier: EUPL-1.2
"""A record of the log (`hub.dossier`): attributes in clear that name no person, the event itself under the person's
key.

The frame inside is the event's own Avro, with the hub's additions in the common fields: who said it, when it
happened, when the hub recorded it, and every number known of the person (so that a decision needs the log alone, not
the vault).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson

from consent.kader import Partij
from hub.vault.keys import PersonKey
from schemas import codec, seals
from schemas.cloudevents import AVRO, TYPE_PREFIX, CloudEvent, from_headers, oin_of, to_headers

LOGGED = "application/vnd.nl.inburgering.logboek"

OVERGEDRAGEN = "feiten-overgedragen"
"""What one dossier hands to another when the two turn out to be one person (or not to be): facts with all their
history."""
INGEHOUDEN = "levering-ingehouden"
"""What the HTTP room did not hand over any more; about a dossier, in its partition, but no event of it."""
INTERNAL = frozenset({OVERGEDRAGEN})
"""Record types that never leave the log: JSON inside, no place in the partners' catalogue."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the log, readable."""

    event: str
    naam: str
    sender: Partij
    source: str
    data: dict[str, Any]
    gebeurd: date
    vastgelegd: datetime
    known: dict[str, str]
    via: str | None
    original: str | None = None
    """The id that the sender gave it; its receipts speak of that one."""


def instant(moment: datetime) -> str:
    """2026-03-02T05:00:00Z"""
    return (
        moment.astimezone(UTC).isoformat(timespec="milliseconds").replace(".000+00:00", "+00:00").replace("+00:00", "Z")
    )


def pack(dossier: str, entry: Entry, key: PersonKey) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The log's (value, headers) for an entry of `dossier`."""
    data = dict(entry.data)
    data["persoon"] = {
        "soort": "pseudoniem",
        "waarde": dossier,
        "ook": [{"soort": soort, "waarde": waarde} for soort, waarde in sorted(entry.known.items())],
    }
    data["bron"] = str(entry.sender)
    data["gebeurd_op"] = entry.gebeurd.isoformat()
    data["vastgelegd_op"] = instant(entry.vastgelegd)
    extensions = {"rol": entry.sender.rol.value}
    if entry.via and entry.via != dossier:
        extensions["via"] = entry.via
    if entry.original:
        extensions["oorspronkelijk"] = entry.original
    event = CloudEvent(
        id=entry.event,
        source=entry.source,
        type=TYPE_PREFIX + entry.naam,
        time=entry.vastgelegd,
        subject=dossier,
        dataschema=None,
        datacontenttype=LOGGED,
        extensions=extensions,
    )
    plaintext = orjson.dumps(data) if entry.naam in INTERNAL else codec.encode(entry.naam, data, volledig=False)
    return key.seal(plaintext, seals.aad_of(event)), to_headers(event)


def unpack(headers: Sequence[tuple[str, bytes]], value: bytes, key: PersonKey) -> Entry:
    event = from_headers(headers, value)
    plaintext, naam = key.open(value, seals.aad_of(event)), event.type.removeprefix(TYPE_PREFIX)
    data = orjson.loads(plaintext) if naam in INTERNAL else codec.decode(plaintext)[1]
    persoon = data.pop("persoon")
    return Entry(
        event=event.id,
        naam=naam,
        sender=Partij.parse(data.pop("bron")),
        source=event.source,
        gebeurd=date.fromisoformat(data.pop("gebeurd_op")),
        vastgelegd=datetime.fromisoformat(data.pop("vastgelegd_op")),
        data=data,
        known={one["soort"]: one["waarde"] for one in persoon.get("ook", ())},
        via=event.extensions.get("via"),
        original=event.extensions.get("oorspronkelijk"),
    )


def pack_group(
    event: str, naam: str, sender: Partij, source: str, moment: datetime, data: dict[str, Any]
) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The log's (value, headers) for what is said about a group and nobody: nothing in it is sealed."""
    attributes = CloudEvent(
        id=event,
        source=source,
        type=TYPE_PREFIX + naam,
        time=moment,
        datacontenttype=AVRO,
        extensions={"rol": sender.rol.value},
        data=b"",
    )
    return codec.encode(naam, data), to_headers(attributes)


def group_of(headers: Sequence[tuple[str, bytes]], value: bytes) -> tuple[Partij, dict[str, Any]]:
    """Who said it, and what."""
    event = from_headers(headers, value)
    return Partij.parse(f"{oin_of(event.source)}#{event.extensions['rol']}"), codec.decode(value)[1]


def header(headers: Sequence[tuple[str, bytes]], name: str) -> str | None:
    """One header's text, without reading the rest."""
    for key, value in headers:
        if key == name:
            return value.decode()
    return None
