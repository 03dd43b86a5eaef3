# SPDX-License-Identifier: EUPL-1.2
"""CloudEvents over HTTP: the same letter as on Kafka, in binary, structured or batch form (docs/wire-format.md, section 7).

What is signed and sealed are the attributes and the data, to the byte as on Kafka; the form around them is transport.
Not here: whose signature it is (``sending``), and what is inside a seal (nobody here can open one).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson

from schemas.cloudevents import CloudEvent, Header, InvalidCloudEvent, from_headers
from schemas.signatures import KEY_HEADER, SIGNATURE_HEADER

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
KEY = "partitionkey"
"""The sender's own opaque key for the person: the record's key on Kafka, neither signed nor sealed (CloudEvents'
partitioning extension)."""
OUTSIDE = (KEY_HEADER, SIGNATURE_HEADER, KEY)
"""What travels beside the attributes and is none."""
MOST_EVENTS = 100
"""In one batch."""
_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_DATA = "data_base64"


class NotALetter(ValueError):
    """This is no CloudEvent as the hub takes it; `nl` and `en` say what to mend."""

    def __init__(self, nl: str, en: str) -> None:
        super().__init__(en)
        self.nl, self.en = nl, en


@dataclass(frozen=True, slots=True)
class Inzending:
    """One letter to the hub, as it goes onto `hub.inbox`."""

    event: CloudEvent
    key: bytes
    headers: list[Header]

    @property
    def value(self) -> bytes:
        return self.event.data


def from_binary(headers: Iterable[tuple[str, str]], content_type: str, body: bytes) -> Inzending:
    """The letter in a request in binary mode: attributes in `ce-` headers, the seal as body. Raises NotALetter."""
    found: dict[str, bytes] = {"datacontenttype": content_type.encode()}
    for name, value in headers:
        if (lowered := name.lower()).startswith("ce-"):
            attribute = lowered.removeprefix("ce-")
            if attribute in found:
                raise NotALetter(
                    f"Stuur de kop `{lowered}` precies één keer; `Content-Type` is `datacontenttype`.",
                    f"Send the header `{lowered}` exactly once; `Content-Type` is `datacontenttype`.",
                )
            found[attribute] = unquote_to_bytes(value)
    return _letter(found, body)


def from_structured(body: bytes) -> Inzending:
    """The letter in a JSON object. Raises NotALetter."""
    return _from_json(_json(body))


def from_batch(body: bytes) -> list[Inzending | NotALetter]:
    """The letters in a JSON array, each of them or what is wrong with it. Raises NotALetter for what is no array."""
    listed = _json(body)
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_EVENTS:
        raise NotALetter(
            f"Stuur een JSON-lijst van 1 tot en met {MOST_EVENTS} CloudEvents.",
            f"Send a JSON array of 1 to {MOST_EVENTS} CloudEvents.",
        )
    found: list[Inzending | NotALetter] = []
    for one in listed:
        try:
            found.append(_from_json(one))
        except NotALetter as error:
            found.append(error)
    return found


def to_structured(headers: Sequence[Header], event: CloudEvent) -> dict[str, Any]:
    """A letter of the hub as a JSON object: its attributes as they were signed, the sealed bytes, the signature."""
    outside = dict(headers)
    return {
        **event.attributes(),
        _DATA: base64.b64encode(event.data).decode(),
        KEY_HEADER: outside[KEY_HEADER].decode(),
        SIGNATURE_HEADER: base64.b64encode(outside[SIGNATURE_HEADER]).decode(),
    }


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotALetter(
            "Stuur JSON in UTF-8: dit is niet te lezen.", "Send JSON in UTF-8: this cannot be read."
        ) from error


def _from_json(one: Any) -> Inzending:
    if not isinstance(one, Mapping) or not all(isinstance(value, str) for value in one.values()):
        raise NotALetter(
            "Stuur een CloudEvent als JSON-object waarvan elke waarde een tekst is.",
            "Send a CloudEvent as a JSON object in which every value is a string.",
        )
    if _DATA not in one or "data" in one:
        raise NotALetter(
            "Stuur de verzegelde gegevens als `data_base64`, en geen `data`.",
            "Send the sealed data as `data_base64`, and no `data`.",
        )
    found = {name: value.encode(errors="surrogatepass") for name, value in one.items() if name != _DATA}
    return _letter(found, _base64(one[_DATA], _DATA))


def _letter(found: Mapping[str, bytes], data: bytes) -> Inzending:
    missing = [name for name in OUTSIDE[:2] if name not in found]
    if missing:
        raise NotALetter(
            f"Onderteken het bericht: `{missing[0]}` ontbreekt.", f"Sign the event: `{missing[0]}` is missing."
        )
    headers: list[Header] = []
    for name, raw in found.items():
        if name == "datacontenttype":
            headers.append(("content-type", raw))
        elif name not in OUTSIDE:
            headers.append((f"ce_{name}", raw))
    try:
        event = from_headers(headers, data)
    except InvalidCloudEvent as error:
        raise NotALetter(str(error), f"Mend the CloudEvent (docs/wire-format.md, section 2): {error}") from error
    signature = _base64(found[SIGNATURE_HEADER].decode(errors="replace"), SIGNATURE_HEADER)
    outside = [(KEY_HEADER, found[KEY_HEADER]), (SIGNATURE_HEADER, signature)]
    return Inzending(event, _key(found), [*headers, *outside])


def _key(found: Mapping[str, bytes]) -> bytes:
    given = found.get(KEY, b"")
    if not _KEY.fullmatch(given.decode(errors="replace")):
        raise NotALetter(
            f"Geef in `{KEY}` uw eigen sleutel voor de persoon, die niets zegt: 1 tot en met 100 tekens ASCII. Zij houdt de"
            " volgorde van uw meldingen over deze persoon.",
            f"Give in `{KEY}` your own opaque key for the person: 1 to 100 characters of ASCII. It keeps the order of your"
            " events about that person.",
        )
    return given


def _base64(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotALetter(f"Schrijf `{name}` in base64.", f"Write `{name}` in base64.") from error
