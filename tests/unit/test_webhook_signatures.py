# SPDX-License-Identifier: EUPL-1.2
"""RFC 9421 over a webhook's request: the RFC's own vector, and every part that somebody on the way could change."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, MappingKeyResolver, algorithms

from schemas import signatures
from schemas.errors import BadSignature, InvalidCloudEvent
from schemas.http_binding import Vorm, from_http, from_json, to_http
from schemas.http_signatures import COVERED, LIFETIME, sign, signature_base, verify
from tests.unit.webhooks import KEY, KEY_ID, brief

URL = "https://zaken.gemeente.example/hub?sleutel=s3cr3t"
PRIVATE = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"
PUBLIC = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="
B26 = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="


class Request:
    """The test request of RFC 9421, B.2."""

    method = "POST"
    url = "https://example.com/foo?param=Value&Pet=dog"

    def __init__(self) -> None:
        self.headers = {
            "Host": "example.com",
            "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
            "Content-Type": "application/json",
            "Content-Length": "18",
        }


def test_the_vector_of_the_rfc() -> None:
    """B.2.6 with key B.1.4: our signature is the one printed there, and the library that receivers check with takes it."""
    private = load_der_private_key(base64.b64decode(PRIVATE), None)
    public = load_der_public_key(base64.b64decode(PUBLIC))
    assert isinstance(private, Ed25519PrivateKey) and isinstance(public, Ed25519PublicKey)
    request = Request()
    covered = {
        "date": request.headers["Date"],
        "@method": "POST",
        "@path": "/foo",
        "@authority": "example.com",
        "content-type": request.headers["Content-Type"],
        "content-length": request.headers["Content-Length"],
    }
    params = (
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"'
    )
    signature = base64.b64encode(private.sign(signature_base(covered, params))).decode()
    assert signature == B26
    request.headers |= {"Signature-Input": f"sig-b26={params}", "Signature": f"sig-b26=:{signature}:"}
    keys = MappingKeyResolver(private_keys={}, public_keys={"test-key-ed25519": public})
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    assert verifier.verify(request, max_age=None)[0].parameters["keyid"] == "test-key-ed25519"


def signed(vorm: Vorm = Vorm.BINAIR, now: datetime | None = None) -> tuple[list[tuple[str, str]], bytes]:
    one = brief(7, "a1b2")
    kept = [(name, value) for name, value in one.headers if name in ("sleutelid", "handtekening")]
    headers, body = to_http(one.event, kept, vorm)
    more = sign("POST", URL, headers, body, KEY, KEY_ID, now=now or datetime.now(UTC))
    return [*headers.items(), *more.items()], body


def known(keyid: str) -> Ed25519PublicKey | None:
    return KEY.public_key() if keyid == KEY_ID else None


@pytest.mark.parametrize("vorm", Vorm)
def test_a_receiver_checks_the_request_and_then_the_event(vorm: Vorm) -> None:
    headers, body = signed(vorm)
    assert verify("POST", URL, headers, body, known).keyid == KEY_ID
    event, kept = from_http(headers, body)
    signatures.verify(event, kept, KEY.public_key())
    assert (event.id, event.subject, event.data) == ("lev-7", "a1b2", b"zegel 7")
    covered = dict(headers)["Signature-Input"]
    for part in ("@method", "@target-uri", "content-digest", "content-type", "ce-id", "created=", "expires=", "keyid="):
        assert part in covered
    assert 'alg="ed25519"' in covered


def changed(headers: list[tuple[str, str]], name: str, value: str) -> list[tuple[str, str]]:
    return [(one, value if one.lower() == name.lower() else text) for one, text in headers]


def test_nothing_that_is_covered_can_be_changed_on_the_way() -> None:
    headers, body = signed()
    attempts = [
        ("PUT", URL, headers, body),
        ("POST", URL.replace("zaken", "elders"), headers, body),
        ("POST", URL.replace("s3cr3t", "other"), headers, body),
        ("POST", URL, headers, body + b" "),
        ("POST", URL, changed(headers, "ce-id", "lev-8"), body),
        ("POST", URL, changed(headers, "content-type", "text/plain"), body),
        ("POST", URL, changed(headers, "content-digest", "sha-256=:AAAA:"), body),
        ("POST", URL, [*headers, ("ce-id", "lev-8")], body),
        ("POST", URL, [("ce-id", "lev-8"), *headers], body),
        ("POST", URL, [*headers, ("Signature", "x=:AAAA:")], body),
        ("POST", URL, [one for one in headers if one[0] != "Signature-Input"], body),
        ("POST", URL, [], body),
    ]
    for attempt in attempts:
        with pytest.raises(BadSignature):
            verify(*attempt, known)
    with pytest.raises(BadSignature):
        verify("POST", URL, headers, body, lambda _: None)
    with pytest.raises(BadSignature):
        verify("POST", URL, headers, body, lambda _: Ed25519PrivateKey.generate().public_key())


def test_it_counts_for_minutes_only() -> None:
    for off in (-LIFETIME - timedelta(minutes=1), timedelta(minutes=2)):
        headers, body = signed(now=datetime.now(UTC) + off)
        with pytest.raises(BadSignature):
            verify("POST", URL, headers, body, known)


def test_a_receiver_may_want_it_younger() -> None:
    headers, body = signed(now=datetime.now(UTC) - timedelta(minutes=2))
    assert verify("POST", URL, headers, body, known)
    with pytest.raises(BadSignature):
        verify("POST", URL, headers, body, known, max_age=timedelta(seconds=20))


@pytest.mark.parametrize("left_out", [one for one in COVERED if one != "content-digest"])
def test_a_signature_that_covers_less_is_none(left_out: str) -> None:
    """As an attacker would want it; the digest is not left out by itself, for the body asks for it."""
    one = brief(7, "a1b2")
    headers, body = to_http(one.event, [], Vorm.BINAIR)
    covered = [each for each in COVERED if each != left_out]
    more = sign("POST", URL, headers, body, KEY, KEY_ID, now=datetime.now(UTC), covered=covered)
    with pytest.raises(BadSignature):
        verify("POST", URL, [*headers.items(), *more.items()], body, known)


def test_a_body_that_is_not_covered_is_not_taken() -> None:
    one = brief(7, "a1b2")
    headers, body = to_http(one.event, [], Vorm.BINAIR)
    request = type("R", (), {"method": "POST", "url": URL, "headers": dict(headers)})()
    keys = MappingKeyResolver(private_keys={KEY_ID: KEY}, public_keys={})
    HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=keys).sign(
        request,
        key_id=KEY_ID,
        covered_component_ids=("@method", "@target-uri", "content-type", "ce-id"),
        tag="inburgeringshub",
        label="x",
    )
    with pytest.raises(BadSignature):
        verify("POST", URL, request.headers.items(), body, known)


@pytest.mark.parametrize(
    "found",
    [
        [],
        {"id": "1", "data": {"bsn": "999990019"}},
        {"id": 1},
        {"data_base64": "é"},
        {"handtekening": "%%"},
        {"specversion": "1.0", "id": "1", "data_base64": "AAAA"},
    ],
)
def test_json_that_is_no_sealed_event_is_refused_in_one_sentence(found: object) -> None:
    with pytest.raises(InvalidCloudEvent) as refused:
        from_json(found)
    assert "999990019" not in str(refused.value)


def test_what_a_header_cannot_carry_is_escaped_and_comes_back() -> None:
    one = brief(7, "a1b2").event
    odd = type(one)(**{**{name: getattr(one, name) for name in one.__dataclass_fields__}, "id": 'é "%\u2028'})
    headers, body = to_http(odd, [], Vorm.BINAIR)
    assert headers["ce-id"].isascii()
    assert from_http(headers.items(), body)[0].id == odd.id
