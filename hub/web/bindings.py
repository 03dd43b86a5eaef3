# SPDX-License-Identifier: EUPL-1.2
"""Letters to the hub over HTTP: in binary, structured or batch form (docs/wire-format.md, section 7), each the record
that goes onto Kafka.

What is signed and sealed are the attributes and the data, to the byte as on Kafka; the form around them is transport
(``schemas.http_binding``). Here are the sender's key for the person, the batch, and what is said in two languages.
Not here: whose signature it is (``sending``), and what is inside a seal (nobody here can open one).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from hub.web.english import english
from schemas.cloudevents import CloudEvent, Header, InvalidCloudEvent, to_headers
from schemas.http_binding import KEY, MOST_EVENTS, PREFIX, from_http, from_json
from schemas.signatures import KEY_HEADER, SIGNATURE_HEADER

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


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
    keys: list[str] = []
    others = [("content-type", content_type)]
    for name, value in headers:
        lowered = name.lower()
        if lowered == PREFIX + KEY:
            keys.append(value)
        elif lowered != "content-type":
            others.append((lowered, value))
    return _letter(lambda: from_http(others, body), keys)


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


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotALetter(
            "Stuur JSON in UTF-8: dit is niet te lezen.", "Send JSON in UTF-8: this cannot be read."
        ) from error


def _from_json(one: Any) -> Inzending:
    others = dict(one) if isinstance(one, Mapping) else one
    key = others.pop(KEY, None) if isinstance(others, dict) else None
    return _letter(lambda: from_json(others), [key] if isinstance(key, str) else [])


def _letter(read: Callable[[], tuple[CloudEvent, list[Header]]], keys: list[str]) -> Inzending:
    try:
        event, signed = read()
    except InvalidCloudEvent as error:
        raise NotALetter(str(error), english(str(error))) from error
    missing = {KEY_HEADER, SIGNATURE_HEADER}.difference(name for name, _ in signed)
    if missing or len(signed) != 2:
        name = min(missing, default=SIGNATURE_HEADER)
        raise NotALetter(
            f"Onderteken het bericht: stuur `{name}` precies één keer.", f"Sign the event: send `{name}` exactly once."
        )
    return Inzending(event, _key(keys), [*to_headers(event), *signed])


def _key(keys: list[str]) -> bytes:
    if len(keys) != 1 or not _KEY.fullmatch(keys[0]):
        raise NotALetter(
            f"Geef in `{KEY}` uw eigen sleutel voor de persoon, die niets zegt: 1 tot en met 100 tekens ASCII. Zij houdt de"
            " volgorde van uw meldingen over deze persoon.",
            f"Give in `{KEY}` your own opaque key for the person: 1 to 100 characters of ASCII. It keeps the order of your"
            " events about that person.",
        )
    return keys[0].encode()
