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
from schemas.cloudevents import from_headers
from schemas.codec import decode, encode
from schemas.errors import UnreadableSeal
from schemas.seals import Opener, aad_of
from schemas.signatures import key_id, sign, signing_bytes, verify

VECTORS = registry.ROOT / "vectors"


def vectors(name: str, part: str) -> pytest.MarkDecorator:
    content = json.loads((Path(VECTORS) / f"{name}.json").read_text(encoding="utf-8"))[part]
    return pytest.mark.parametrize("vector", content, ids=[vector["naam"] for vector in content])


def headers_of(vector: dict[str, Any]) -> list[tuple[str, bytes | None]]:
    return [(key, value.encode()) for key, value in vector["koppen"].items()]


def opened(vector: dict[str, Any]) -> bytes:
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["privaat"]))
    opener = Opener({key_id(private.public_key()): private}, vector["ontvanger"])
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
