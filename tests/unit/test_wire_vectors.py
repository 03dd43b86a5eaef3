# SPDX-License-Identifier: EUPL-1.2
"""Our modules against the committed vectors; ``tests/contract/test_wire_format.py`` holds others to the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from schemas import registry
from schemas.canonical import canonical
from schemas.cloudevents import from_headers
from schemas.codec import decode, encode
from schemas.errors import InvalidCloudEvent, UnreadableSeal, WireError
from schemas.seals import Opener, aad_of
from schemas.signatures import DOMAIN, claimed_key_id, key_id, sign, signing_bytes, verify

VECTORS = registry.ROOT / "vectors"


def vectors(name: str, part: str) -> pytest.MarkDecorator:
    content = json.loads((Path(VECTORS) / f"{name}.json").read_text(encoding="utf-8"))[part]
    return pytest.mark.parametrize("vector", content, ids=[vector["naam"] for vector in content])


def headers_of(vector: dict[str, Any]) -> list[tuple[str, bytes | None]]:
    return [(key, value.encode()) for key, value in vector["koppen"].items()]


def opened(vector: dict[str, Any]) -> bytes:
    """With the recipient's key, or with all of them where it has several."""
    given = vector.get("sleutels", {vector["sleutelid"]: vector["privaat"]})
    privates = {name: X25519PrivateKey.from_private_bytes(bytes.fromhex(text)) for name, text in given.items()}
    opener = Opener(privates, vector["ontvanger"])
    blob = bytes.fromhex(vector["zegel"])
    return opener.open(blob, aad_of(from_headers(headers_of(vector), blob)))


@vectors("frames", "frames")
def test_frame(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["frame"])
    assert decode(frame) == (vector["gebeurtenis"], vector["data"])
    again = encode(vector["gebeurtenis"], vector["data"], volledig=False)
    named = [vector["gebeurtenis"], vector["data"].get("gebeurtenis")]
    newest = [registry.registry().latest(naam).schema_id for naam in named if naam]
    if all(number.to_bytes(4, "big") in frame for number in newest):  # of a correctie also the type that it carries
        assert again == frame
    else:
        assert decode(again) == (vector["gebeurtenis"], vector["data"])


@vectors("seals", "opent")
def test_seal_opens(vector: dict[str, Any]) -> None:
    assert opened(vector).hex() == vector["inhoud"]


@vectors("seals", "opent_niet")
def test_broken_seal_does_not_open(vector: dict[str, Any]) -> None:
    with pytest.raises(UnreadableSeal):
        opened(vector)


@vectors("signatures", "handtekeningen")
def test_signature(vector: dict[str, Any]) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["privaat"]))
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(vector["publiek"]))
    ce = from_headers(headers_of(vector), bytes.fromhex(vector["waarde"]))
    assert key_id(public) == vector["sleutelid"]
    assert signing_bytes(ce).hex() == vector["ondertekend"]
    signed = sign(ce, private, vector["sleutelid"])
    assert dict(signed)["handtekening"].hex() == vector["handtekening"]
    verify(ce, signed, public)


def given(vector: dict[str, Any]) -> list[tuple[str, bytes | None]]:
    return [(name, bytes.fromhex(text)) for name, text in vector["koppen"]]


@vectors("signatures", "ongeldig")
def test_bad_signature_is_refused(vector: dict[str, Any]) -> None:
    """As who reads it does: by the id that it claims, and the key that counts under that id."""
    with pytest.raises((WireError, KeyError)):
        ce = from_headers(given(vector), bytes.fromhex(vector["waarde"]))
        public = bytes.fromhex(vector["sleutels"][claimed_key_id(given(vector))])
        verify(ce, given(vector), Ed25519PublicKey.from_public_bytes(public))


@vectors("attributes", "geldig")
def test_headers_are_these_attributes_and_these_bytes(vector: dict[str, Any]) -> None:
    found = from_headers(given(vector), b"").attributes()
    assert found == vector["attributen"]
    assert canonical(DOMAIN, found).hex() == vector["canoniek"]


@vectors("attributes", "ongeldig")
def test_headers_that_are_no_cloudevent_are_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(InvalidCloudEvent):
        from_headers(given(vector), b"")
