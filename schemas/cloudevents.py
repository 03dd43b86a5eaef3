# SPDX-License-Identifier: EUPL-1.2
"""CloudEvents 1.0 in binary mode on Kafka, NL GOV profile: attributes as headers, data as the record's value.

Reading is strict: a header that occurs twice, or an attribute that is empty or not UTF-8, is refused. Not here: what
data means (``codec``), whether it was altered (``signatures``) or who may open it (``seals``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from schemas.errors import InvalidCloudEvent
from schemas.identity import is_oin

__all__ = [
    "AVRO",
    "SEALED",
    "TYPE_PREFIX",
    "CloudEvent",
    "InvalidCloudEvent",
    "from_headers",
    "gebeurtenis_of",
    "oin_of",
    "source_of",
    "to_headers",
]

TYPE_PREFIX = "nl.inburgering."
SPECVERSION = "1.0"
SEALED = "application/vnd.inburgering.zegel"
"""Content type of a seal (``seals``); inside it is the Confluent frame."""
AVRO = "application/vnd.inburgering.avro"
"""Content type of a Confluent frame in clear; only for types that are not about a person."""
MAX_VALUE = 1024
"""Bytes in one attribute."""
MAX_EXTENSIONS = 20

Header = tuple[str, bytes]

_PREFIX = "ce_"
_CONTENT_TYPE = "content-type"
_REQUIRED = ("id", "source", "specversion", "type", "time", "datacontenttype")
_OPTIONAL = ("subject", "dataschema")
_CONTEXT = frozenset((*_REQUIRED, *_OPTIONAL))
_NAME = re.compile(r"[a-z0-9]{1,20}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_SOURCE = re.compile(r"urn:nld:oin:([0-9A-Z]{20}):systeem:([a-z0-9][a-z0-9-]{0,62})")
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """One event's attributes and its data as bytes. ``id`` and ``source`` together name it for ever."""

    id: str
    source: str
    type: str
    time: datetime
    """When it was sent, in UTC; when it happened is in the data."""
    subject: str | None = None
    """A pseudonym or the sender's own opaque key for the person, never a BSN."""
    dataschema: str | None = None
    datacontenttype: str = SEALED
    extensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    data: bytes = b""
    time_as_sent: str | None = field(default=None, compare=False, repr=False)
    """The text of ``time`` on the wire: RFC 3339 has many spellings, and a signature covers one of them."""

    def attributes(self) -> dict[str, str]:
        """Every attribute as it stands on the wire, by its CloudEvents name; raises InvalidCloudEvent."""
        found = {
            "specversion": SPECVERSION,
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "time": self._time_text(),
            "datacontenttype": self.datacontenttype,
        }
        if self.subject is not None:
            found["subject"] = self.subject
        if self.dataschema is not None:
            found["dataschema"] = self.dataschema
        if self.extensions.keys() & _CONTEXT:
            raise InvalidCloudEvent("Geef een uitbreiding een eigen naam: deze naam is van CloudEvents zelf.")
        found |= self.extensions
        for name, value in found.items():
            _check(name, value)
        return found

    def _time_text(self) -> str:
        if self.time_as_sent is not None and _instant(self.time_as_sent) == self.time:
            return self.time_as_sent
        if self.time.tzinfo is None:
            raise InvalidCloudEvent("Geef `time` met een tijdzone.")
        return self.time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def to_headers(ce: CloudEvent) -> list[Header]:
    """The Kafka headers of an event; its data is the record's value. Raises InvalidCloudEvent."""
    attributes = ce.attributes()
    content_type = attributes.pop("datacontenttype")
    headers = [(f"{_PREFIX}{name}", value.encode()) for name, value in attributes.items()]
    return [*headers, (_CONTENT_TYPE, content_type.encode())]


def from_headers(headers: Iterable[tuple[str, bytes | None]] | None, value: bytes | None) -> CloudEvent:
    """The event that these headers and this value are; headers that are not CloudEvents' are left alone.

    Raises InvalidCloudEvent, with one sentence.
    """
    attributes: dict[str, str] = {}
    for header, raw in headers or ():
        if header == _CONTENT_TYPE:
            name = "datacontenttype"
        elif header.startswith(_PREFIX):
            name = header.removeprefix(_PREFIX)
        else:
            continue
        if name in attributes or (name == "datacontenttype" and header != _CONTENT_TYPE):
            raise InvalidCloudEvent(f"Stuur de kop van `{_shown(name)}` precies één keer.")
        attributes[name] = _decoded(name, raw)
        _check(name, attributes[name])
    for name in _REQUIRED:
        if name not in attributes:
            raise InvalidCloudEvent(f"Stuur CloudEvents in binaire vorm: de kop van `{name}` ontbreekt.")
    if attributes.pop("specversion") != SPECVERSION:
        raise InvalidCloudEvent("Stuur CloudEvents 1.0: `specversion` is anders.")
    if value is None:
        raise InvalidCloudEvent("Stuur de gegevens mee: dit bericht heeft geen inhoud.")
    extensions = {name: text for name, text in attributes.items() if name not in _CONTEXT}
    if len(extensions) > MAX_EXTENSIONS:
        raise InvalidCloudEvent(f"Stuur ten hoogste {MAX_EXTENSIONS} uitbreidingen mee.")
    return CloudEvent(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        time=_instant(attributes["time"]),
        subject=attributes.get("subject"),
        dataschema=attributes.get("dataschema"),
        datacontenttype=attributes["datacontenttype"],
        extensions=MappingProxyType(extensions),
        data=value,
        time_as_sent=attributes["time"],
    )


def source_of(oin: str, systeem: str) -> str:
    """``urn:nld:oin:<oin>:systeem:<systeem>``; raises InvalidCloudEvent."""
    if not is_oin(oin) or not _SYSTEM.fullmatch(systeem):
        raise InvalidCloudEvent(
            "Geef een OIN van 20 tekens en een systeemnaam van kleine letters, cijfers en streepjes."
        )
    return f"urn:nld:oin:{oin}:systeem:{systeem}"


def oin_of(source: str) -> str:
    """The OIN in a source; raises InvalidCloudEvent."""
    match = _SOURCE.fullmatch(source)
    if match is None:
        raise InvalidCloudEvent("Schrijf `source` als urn:nld:oin:<OIN van 20 tekens>:systeem:<naam>.")
    return match.group(1)


def gebeurtenis_of(ce: CloudEvent) -> str:
    """The event type's name without ``TYPE_PREFIX``; whether it is in the catalogue is asked there."""
    if not ce.type.startswith(TYPE_PREFIX):
        raise InvalidCloudEvent(f"Schrijf `type` als {TYPE_PREFIX}<gebeurtenis>.")
    return ce.type.removeprefix(TYPE_PREFIX)


def _check(name: str, value: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidCloudEvent("Noem een attribuut met ten hoogste 20 kleine letters en cijfers.")
    if not value or len(value.encode(errors="replace")) > MAX_VALUE or _CONTROL.search(value):
        raise InvalidCloudEvent(f"Geef `{name}` een tekst van 1 tot en met {MAX_VALUE} bytes, zonder regeleinden.")


def _decoded(name: str, raw: bytes | None) -> str:
    try:
        return (raw or b"").decode()
    except UnicodeDecodeError:
        raise InvalidCloudEvent(f"Schrijf de kop van `{_shown(name)}` in UTF-8.") from None


def _shown(name: str) -> str:
    # What is not a well-formed name may be anything, so it is not repeated.
    return name if _NAME.fullmatch(name) else "een attribuut"


def _instant(text: str) -> datetime:
    if _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise InvalidCloudEvent("Schrijf `time` als RFC 3339, zoals 2026-03-02T10:00:00Z.")
