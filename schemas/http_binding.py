# SPDX-License-Identifier: EUPL-1.2
"""CloudEvents 1.0 over HTTP, in binary and in structured mode: the same event, the same signature as on Kafka.

The sender's own signature over the event (``signatures``) goes along: in binary mode as the headers `ce-sleutelid` and
`ce-handtekening` (base64), in structured mode as members of those names. It outlives the request; the signature over
the request (``http_signatures``) does not.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import unquote_to_bytes

from schemas.cloudevents import CloudEvent, Header, from_headers
from schemas.errors import InvalidCloudEvent
from schemas.signatures import KEY_HEADER, SIGNATURE_HEADER

__all__ = [
    "BATCH",
    "KEY",
    "MOST_EVENTS",
    "PREFIX",
    "PROEF",
    "STRUCTURED",
    "Vorm",
    "from_http",
    "from_json",
    "to_http",
    "to_json",
]

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
MOST_EVENTS = 100
"""In one batch."""
KEY = "partitionkey"
"""The sender's own opaque key for the person: the record's key on Kafka, neither signed nor sealed (CloudEvents'
partitioning extension)."""
PREFIX = "ce-"
PROEF = "webhook-proef"
"""The event type of a test of somebody's webhook: `{}` in JSON, about nobody, signed with the HTTP room's own key."""
_DATA = "data_base64"
_ESCAPED = re.compile(r"[^!#$&-~]")
"""What the HTTP binding has percent-encoded in a header: all but printable ASCII, and space, quote and percent sign."""


class Vorm(StrEnum):
    """How an event goes over HTTP."""

    BINAIR = "binair"
    """Attributes as `ce-` headers, the data as the body."""
    GESTRUCTUREERD = "gestructureerd"
    """All in one JSON object; sealed data as `data_base64`."""


def to_http(ce: CloudEvent, signed: Iterable[Header], vorm: Vorm) -> tuple[dict[str, str], bytes]:
    """(headers, body) of an event, with what `signatures.sign` made of it. `ce-id` is a header in both modes: the
    signature over the request covers it. Raises InvalidCloudEvent."""
    if vorm is Vorm.GESTRUCTUREERD:
        body = json.dumps(to_json(ce, signed), ensure_ascii=False, separators=(",", ":")).encode()
        return {PREFIX + "id": _escaped(ce.id), "content-type": f"{STRUCTURED}; charset=utf-8"}, body
    attributes = ce.attributes()
    content_type = attributes.pop("datacontenttype")
    headers = {PREFIX + name: _escaped(value) for name, value in attributes.items()}
    outside = {PREFIX + name: value for name, value in _signature_texts(signed).items()}
    return {**headers, "content-type": content_type, **outside}, ce.data


def to_json(ce: CloudEvent, signed: Iterable[Header]) -> dict[str, str]:
    """The event in JSON format; of ``signed``, which may be all of a record's headers, the signature alone."""
    data = base64.b64encode(ce.data).decode("ascii")
    return {**ce.attributes(), **_signature_texts(signed), _DATA: data}


def from_http(headers: Iterable[tuple[str, str]], body: bytes) -> tuple[CloudEvent, list[Header]]:
    """The event in a request of either mode, and what its signature is checked with (`signatures.verify`).

    Raises InvalidCloudEvent, with one sentence.
    """
    listed = [(name.lower(), value) for name, value in headers]
    kinds = [value for name, value in listed if name == "content-type"]
    if len(kinds) == 1 and kinds[0].split(";")[0].strip().lower() == STRUCTURED:
        try:
            found = json.loads(body)
        except ValueError:
            raise InvalidCloudEvent("Stuur één CloudEvent als JSON-object.") from None
        return from_json(found)
    kafka: list[Header] = []
    signed: list[Header] = []
    for name, value in listed:
        if name == "content-type":
            kafka.append((name, _bytes(value)))
        elif name in (PREFIX + KEY_HEADER, PREFIX + SIGNATURE_HEADER):
            signed.append(_signature(name.removeprefix(PREFIX), value))
        elif name.startswith(PREFIX):
            kafka.append((f"ce_{name.removeprefix(PREFIX)}", unquote_to_bytes(_bytes(value))))
    return from_headers(kafka, body), signed


def from_json(found: Any) -> tuple[CloudEvent, list[Header]]:
    """The event of a JSON object with `data_base64`. Raises InvalidCloudEvent."""
    if not isinstance(found, Mapping):
        raise InvalidCloudEvent("Stuur één CloudEvent als JSON-object.")
    texts = dict(found)
    if "data" in texts or _DATA not in texts or not all(isinstance(value, str) for value in texts.values()):
        raise InvalidCloudEvent("Stuur elk attribuut als tekst en de verzegelde gegevens als `data_base64`.")
    data = _base64(texts.pop(_DATA))
    signed = [_signature(name, texts.pop(name)) for name in (KEY_HEADER, SIGNATURE_HEADER) if name in texts]
    kafka = [("content-type" if n == "datacontenttype" else f"ce_{n}", _bytes(v)) for n, v in texts.items()]
    return from_headers(kafka, data), signed


def _signature_texts(signed: Iterable[Header]) -> dict[str, str]:
    return {
        name: value.decode("ascii") if name == KEY_HEADER else base64.b64encode(value).decode("ascii")
        for name, value in signed
        if name in (KEY_HEADER, SIGNATURE_HEADER)
    }


def _signature(name: str, value: str) -> Header:
    return name, _bytes(value) if name == KEY_HEADER else _base64(value)


def _bytes(value: str) -> bytes:
    # What is not UTF-8 comes from a server or out of JSON as lone surrogates; they become bytes that are refused as that.
    return value.encode(errors="surrogatepass")


def _base64(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidCloudEvent("Stuur gegevens en handtekening in base64.") from None


def _escaped(value: str) -> str:
    return _ESCAPED.sub(lambda one: "".join(f"%{byte:02X}" for byte in one.group().encode()), value)
