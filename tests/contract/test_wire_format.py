# SPDX-License-Identifier: EUPL-1.2
"""``docs/wire-format.md`` is enough: what follows is written from it, with primitives only and none of our modules.

HPKE, too, is done by hand here (RFC 9180, section 5 and 7), so that an error in one library would be seen.
"""

from __future__ import annotations

import hmac
import json
import re
from hashlib import sha256
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "schemas" / "vectors"
DOCUMENT = (ROOT / "docs" / "wire-format.md").read_text(encoding="utf-8")

SEALS = json.loads((VECTORS / "seals.json").read_text(encoding="utf-8"))
SIGNATURES = json.loads((VECTORS / "signatures.json").read_text(encoding="utf-8"))["handtekeningen"]
FRAMES = json.loads((VECTORS / "frames.json").read_text(encoding="utf-8"))["frames"]


def lp(part: bytes) -> bytes:
    return pack(">I", len(part)) + part


def canonical(domain: str, attributes: dict[bytes, bytes]) -> bytes:
    pairs = b"".join(lp(name) + lp(attributes[name]) for name in sorted(attributes))
    return lp(domain.encode()) + pack(">I", len(attributes)) + pairs


def attributes_of(headers: dict[str, str]) -> dict[bytes, bytes]:
    named = {"datacontenttype" if key == "content-type" else key[3:]: value for key, value in headers.items()}
    return {name.encode(): value.encode() for name, value in named.items()}


def key_id(kind: bytes, raw: bytes) -> str:
    return sha256(lp(b"nl.inburgering sleutelid v1") + lp(kind) + lp(raw)).hexdigest()[:32]


def expand(secret: bytes, info: bytes, length: int) -> bytes:
    output, block, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.digest(secret, block + info + bytes([counter]), "sha256")
        output, counter = output + block, counter + 1
    return output[:length]


def hpke_open(wrapped: bytes, private: X25519PrivateKey, info: bytes) -> bytes:
    kem = b"KEM" + pack(">H", 0x0020)
    suite = b"HPKE" + pack(">HHH", 0x0020, 0x0001, 0x0002)

    def extract(suite_id: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite_id + label + material, "sha256")

    def labeled(suite_id: bytes, secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
        return expand(secret, pack(">H", length) + b"HPKE-v1" + suite_id + label + context, length)

    encapsulated, ciphertext = wrapped[:32], wrapped[32:]
    shared = private.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    eae = extract(kem, b"", b"eae_prk", shared)
    secret = labeled(kem, eae, b"shared_secret", encapsulated + private.public_key().public_bytes_raw(), 32)
    context = b"\x00" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    schedule = extract(suite, secret, b"secret", b"")
    key = labeled(suite, schedule, b"key", context, 32)
    return AESGCM(key).decrypt(labeled(suite, schedule, b"base_nonce", context, 12), ciphertext, b"")


def open_seal(vector: dict[str, Any]) -> bytes:
    blob, private = (
        bytes.fromhex(vector["zegel"]),
        X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["privaat"])),
    )
    assert blob[0] == 1
    assert blob[1:17].hex() == key_id(b"X25519", private.public_key().public_bytes_raw())
    assert blob[17:19] == pack(">H", 80)
    info = lp(b"nl.inburgering zegel v1") + lp(vector["ontvanger"].encode())
    data_key = hpke_open(blob[19:99], private, info)
    assert sha256(lp(b"nl.inburgering zegelbelofte v1") + lp(data_key)).digest()[:16] == blob[99:115]
    aad = blob[:115] + canonical("nl.inburgering zegelkop v1", attributes_of(vector["koppen"]))
    return AESGCM(data_key).decrypt(blob[115:127], blob[127:], aad)


def unseal_of_the_document() -> Any:
    """The function that the document prints, compiled as printed."""
    (snippet,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(snippet, "docs/wire-format.md", "exec"), names)
    return names["unseal"]


def as_kafka_gives_them(vector: dict[str, Any]) -> list[tuple[str, bytes]]:
    headers = [(key, value.encode()) for key, value in vector["koppen"].items()]
    return [*headers, ("sleutelid", b"0" * 32), ("handtekening", bytes(64)), ("traceparent", b"00-1-2-3")]


def named(vectors: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", vectors, ids=[vector["naam"] for vector in vectors])


@named(SEALS["opent"])
def test_a_seal_opens_by_the_description_alone(vector: dict[str, Any]) -> None:
    assert open_seal(vector).hex() == vector["inhoud"]
    assert canonical("nl.inburgering zegelkop v1", attributes_of(vector["koppen"])).hex() == vector["aad"]
    assert key_id(b"X25519", bytes.fromhex(vector["publiek"])) == vector["sleutelid"]


@named(SEALS["opent_niet"])
def test_a_broken_seal_opens_for_no_implementation(vector: dict[str, Any]) -> None:
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["privaat"]))
    with pytest.raises((InvalidTag, AssertionError, ValueError, IndexError)):
        open_seal(vector)
    headers, blob = as_kafka_gives_them(vector), bytes.fromhex(vector["zegel"])
    with pytest.raises((InvalidTag, ValueError)):
        unseal_of_the_document()(private, vector["ontvanger"], headers, blob)


@named(SEALS["opent"])
def test_the_lines_in_the_document_open_a_seal(vector: dict[str, Any]) -> None:
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["privaat"]))
    headers, blob = as_kafka_gives_them(vector), bytes.fromhex(vector["zegel"])
    assert unseal_of_the_document()(private, vector["ontvanger"], headers, blob).hex() == vector["inhoud"]


def test_the_unsealing_in_the_document_is_ten_lines() -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    assert len(snippet[snippet.index("def unseal") :].strip().splitlines()) <= 10


@named(SIGNATURES)
def test_a_signature_is_made_by_the_description_alone(vector: dict[str, Any]) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["privaat"]))
    signed = canonical("nl.inburgering handtekening v1", attributes_of(vector["koppen"]))
    signed += lp(bytes.fromhex(vector["waarde"]))
    assert signed.hex() == vector["ondertekend"]
    assert private.sign(signed).hex() == vector["handtekening"]
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(vector["publiek"]))
    public.verify(bytes.fromhex(vector["handtekening"]), signed)
    assert key_id(b"Ed25519", public.public_bytes_raw()) == vector["sleutelid"]


@named(FRAMES)
def test_a_frame_names_its_schema_in_the_lock(vector: dict[str, Any]) -> None:
    lock = json.loads((ROOT / "schemas" / "registry.lock.json").read_text(encoding="utf-8"))
    frame = bytes.fromhex(vector["frame"])
    ids = [entry["id"] for entry in lock[f"nl.inburgering.{vector['gebeurtenis']}-value"].values()]
    assert frame[0] == 0
    assert int.from_bytes(frame[1:5], "big") in ids
