# SPDX-License-Identifier: EUPL-1.2
"""A signature covers every attribute and every byte of the data as sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from schemas.canonical import canonical
from schemas.cloudevents import CloudEvent, InvalidCloudEvent, from_headers, source_of, to_headers
from schemas.seals import aad_of
from schemas.signatures import BadSignature, claimed_key_id, key_id, sign, signing_bytes, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
EVENT = CloudEvent(
    id="4c2f0a7e",
    source=source_of("00000009900000000001", "inburgering"),
    type="nl.inburgering.pip-vastgesteld",
    time=datetime(2026, 3, 2, 10, tzinfo=UTC),
    subject="k3v9",
    dataschema="urn:nl:inburgering:schema:49",
    extensions={"rol": "gemeente"},
    data=b"\x01 een zegel",
)
HEADERS = [*to_headers(EVENT), *sign(EVENT, KEY, key_id(PUBLIC))]

Headers = list[tuple[str, bytes]]
"""As Kafka carries them."""


def arrives(headers: Headers, value: bytes) -> None:
    """What intake does with a message: parse, then verify."""
    verify(from_headers(headers, value), headers, PUBLIC)


def test_what_was_sent_is_verified() -> None:
    arrives(HEADERS, EVENT.data)
    arrives([*reversed(HEADERS), ("traceparent", b"00-1-2-3")], EVENT.data)
    assert claimed_key_id(HEADERS) == key_id(PUBLIC)


@given(st.data())
def test_any_flipped_bit_of_any_header_or_of_the_data_is_noticed(data: st.DataObject) -> None:
    parts = [value for _, value in HEADERS] + [EVENT.data]
    which = data.draw(st.integers(0, len(parts) - 1))
    at = data.draw(st.integers(0, len(parts[which]) - 1))
    flipped = bytearray(parts[which])
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    parts[which] = bytes(flipped)
    with pytest.raises((BadSignature, InvalidCloudEvent)):
        arrives([(name, part) for (name, _), part in zip(HEADERS, parts, strict=False)], parts[-1])


@pytest.mark.parametrize("name", [name for name, _ in HEADERS])
def test_a_removed_or_doubled_header_is_noticed(name: str) -> None:
    with pytest.raises((BadSignature, InvalidCloudEvent)):
        arrives([pair for pair in HEADERS if pair[0] != name], EVENT.data)
    with pytest.raises((BadSignature, InvalidCloudEvent)):
        arrives([*HEADERS, (name, dict(HEADERS)[name])], EVENT.data)


def test_an_added_attribute_or_added_data_is_noticed() -> None:
    with pytest.raises(BadSignature):
        arrives([*HEADERS, ("ce_extra", b"1")], EVENT.data)
    with pytest.raises(BadSignature):
        arrives(HEADERS, EVENT.data + b"\x00")
    with pytest.raises(BadSignature):
        arrives(HEADERS, EVENT.data[:-1])


def test_another_key_is_noticed_whatever_id_it_claims() -> None:
    other = Ed25519PrivateKey.generate()
    for claimed in (key_id(other.public_key()), key_id(PUBLIC)):
        headers = [*to_headers(EVENT), *sign(EVENT, other, claimed)]
        with pytest.raises(BadSignature):
            arrives(headers, EVENT.data)


@pytest.mark.parametrize("claimed", [b"", b"\xff" * 32, b"A" * 32, b"0" * 31, b"0" * 33, b"g" * 32])
def test_a_key_id_is_32_hexadecimal_digits(claimed: bytes) -> None:
    with pytest.raises(BadSignature):
        claimed_key_id([("sleutelid", claimed)])


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65)])
def test_a_signature_of_another_length_is_just_wrong(signature: bytes) -> None:
    with pytest.raises(BadSignature):
        arrives([*HEADERS[:-1], ("handtekening", signature)], EVENT.data)


def test_a_null_header_is_no_signature() -> None:
    with pytest.raises(BadSignature):
        verify(EVENT, [*HEADERS[:-1], ("handtekening", None)], PUBLIC)
    with pytest.raises(BadSignature):
        verify(EVENT, None, PUBLIC)


def test_key_ids_of_different_kinds_of_key_differ_for_the_same_bytes() -> None:
    raw = PUBLIC.public_bytes_raw()
    assert key_id(X25519PublicKey.from_public_bytes(raw)) != key_id(Ed25519PublicKey.from_public_bytes(raw))
    assert key_id(Ed25519PublicKey.from_public_bytes(raw)) == key_id(PUBLIC)


texts = st.text(max_size=6)
inputs = st.tuples(texts, st.dictionaries(texts, texts, max_size=3))


@given(inputs, inputs)
def test_different_attributes_never_give_the_same_bytes(
    one: tuple[str, dict[str, str]], other: tuple[str, dict[str, str]]
) -> None:
    def encodable(part: tuple[str, dict[str, str]]) -> bytes | None:
        try:
            return canonical(*part)
        except UnicodeEncodeError:
            return None

    first, second = encodable(one), encodable(other)
    if first is not None:
        assert (first == second) == (one == other)


def test_bytes_to_sign_are_never_bytes_to_seal_with() -> None:
    assert not signing_bytes(EVENT).startswith(aad_of(EVENT)[:20])
