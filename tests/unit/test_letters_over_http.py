# SPDX-License-Identifier: EUPL-1.2
"""The three HTTP forms of CloudEvents carry the very letter that goes onto Kafka, byte for byte."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.web.bindings import Inzending, NotALetter, from_batch, from_binary, from_structured
from hub.web.english import ANY
from schemas import signatures
from schemas.cloudevents import Header, from_headers
from schemas.http_binding import MOST_EVENTS, to_json
from tests.unit.inzenders import SCHOOL, bsn

KEY = "een-sleutel-die-niets-zegt"


def record(**attributes: Any) -> tuple[list[Header], bytes]:
    return SCHOOL.stuur(persoon=bsn(), **attributes)


def as_json(headers: list[Header], value: bytes) -> dict[str, str]:
    found = {"data_base64": base64.b64encode(value).decode(), "partitionkey": KEY}
    for name, raw in headers:
        plain = {"content-type": "datacontenttype"}.get(name, name.removeprefix("ce_"))
        found[plain] = base64.b64encode(raw).decode() if name == "handtekening" else raw.decode()
    return found


def as_binary(headers: list[Header]) -> tuple[list[tuple[str, str]], str]:
    found = [("ce-partitionkey", KEY), ("Host", "hub.example")]
    for name, raw in headers:
        text = (
            base64.b64encode(raw).decode()
            if name == "handtekening"
            else quote(raw.decode(), safe=" !#$&'()*+,/:;=?@[]~")
        )
        if name != "content-type":
            found.append((f"Ce-{name.removeprefix('ce_')}", text))
    return found, dict(headers)["content-type"].decode()


def same_letter(one: Inzending, headers: list[Header], value: bytes) -> None:
    assert one.value == value
    assert sorted(one.headers) == sorted(headers)
    assert one.key == KEY.encode()
    public = Ed25519PublicKey.from_public_bytes(SCHOOL.signing.public_key().public_bytes_raw())
    signatures.verify(one.event, one.headers, public)


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=50
).filter(str.strip)


@settings(deadline=None)  # the first seal loads what the others find loaded
@given(TEXT, st.dictionaries(st.from_regex("[a-z]{3,12}", fullmatch=True).map("x{}".format), TEXT, max_size=3))
def test_every_form_is_the_same_letter(name: str, extensions: dict[str, str]) -> None:
    headers, value = record(id=name, extensions=extensions)
    same_letter(from_structured(json.dumps(as_json(headers, value)).encode()), headers, value)
    batch = from_batch(json.dumps([as_json(headers, value)] * 3).encode())
    assert len(batch) == 3
    for one in batch:
        assert isinstance(one, Inzending)
        same_letter(one, headers, value)
    same_letter(from_binary(*as_binary(headers), value), headers, value)


def test_a_delivery_in_json_is_the_letter_that_the_hub_signed() -> None:
    headers, value = record()
    event = from_headers(headers, value)
    written = to_json(event, headers)
    assert base64.b64decode(written["data_base64"]) == value
    assert written["sleutelid"] == SCHOOL.sleutelid
    same_letter(from_structured(json.dumps(written | {"partitionkey": KEY}).encode()), headers, value)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"partitionkey": None}, "partitionkey"),
        ({"partitionkey": "met spatie"}, "partitionkey"),
        ({"partitionkey": "x" * 101}, "partitionkey"),
        ({"handtekening": None}, "handtekening"),
        ({"handtekening": "!"}, "base64"),
        ({"sleutelid": None}, "sleutelid"),
        ({"data_base64": None}, "data_base64"),
        ({"data_base64": "é"}, "base64"),
        ({"data": "x"}, "data_base64"),
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"specversion": "0.3"}, "1.0"),
        ({"time": "gisteren"}, "time"),
        ({"Groot": "x"}, "kleine letters"),
        ({"getal": 1}, "tekst"),
    ],
)
def test_what_is_no_letter_is_told_in_one_sentence(changed: dict[str, Any], told: str) -> None:
    letter: dict[str, Any] = as_json(*record()) | changed
    letter = {name: value for name, value in letter.items() if value is not None}
    with pytest.raises(NotALetter) as refused:
        from_structured(json.dumps(letter).encode())
    assert told in refused.value.nl
    assert refused.value.en not in (refused.value.nl, ANY), "each has a sentence of its own in English"


@pytest.mark.parametrize(
    "body", [b"", b"[", b"\xff", b"{}", b"[]", b"1", json.dumps([{}] * (MOST_EVENTS + 1)).encode()]
)
def test_what_is_no_batch(body: bytes) -> None:
    with pytest.raises(NotALetter):
        from_batch(body)


def test_each_event_of_a_batch_is_told_what_is_wrong_with_it() -> None:
    letter = as_json(*record())
    found = from_batch(json.dumps([letter, {}, letter | {"time": "nu"}, 7]).encode())
    assert [isinstance(one, Inzending) for one in found] == [True, False, False, False]


def test_a_header_that_comes_twice_is_refused() -> None:
    headers, value = record()
    listed, media = as_binary(headers)
    with pytest.raises(NotALetter, match="once"):
        from_binary([*listed, ("CE-ID", "ander")], media, value)
    with pytest.raises(NotALetter, match="once"):
        from_binary([*listed, ("ce-datacontenttype", media)], media, value)
