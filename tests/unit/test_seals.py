# SPDX-License-Identifier: EUPL-1.2
"""A seal opens for its recipient, with its event's attributes, as it was made; and in no other way."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from schemas import seals
from schemas.cloudevents import CloudEvent, source_of
from schemas.seals import Opener, SealBroken, Sealer, UnknownSealKey, aad_of
from schemas.signatures import key_id

HUB, SCHOOL = "00000009900000000000", "00000009900000000002"
PRIVATE = X25519PrivateKey.generate()
KEY_ID = key_id(PRIVATE.public_key())
EVENT = CloudEvent(
    id="4c2f0a7e",
    source=source_of("00000009900000000001", "inburgering"),
    type="nl.inburgering.pip-vastgesteld",
    time=datetime(2026, 3, 2, 10, tzinfo=UTC),
    subject="k3v9",
    extensions={"rol": "gemeente"},
)
AAD = aad_of(EVENT)
FRAME = b"\x00\x00\x00\x00\x31 een frame"
HEAD = slice(0, 115)
NONCE = slice(115, 127)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def sealer(**options: int | float | Callable[[], float]) -> Sealer:
    return Sealer(PRIVATE.public_key(), HUB, **options)  # type: ignore[arg-type]


def opener(recipient: str = HUB, **options: int) -> Opener:
    return Opener({KEY_ID: PRIVATE}, recipient, **options)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_seal_opens_for_its_recipient(plaintext: bytes, aad: bytes) -> None:
    blob = sealer().seal(plaintext, aad)
    assert opener().open(blob, aad) == plaintext
    assert len(blob) == 127 + len(plaintext) + 16


@given(st.data())
def test_any_flipped_bit_of_a_seal_is_noticed_before_and_after_its_key_is_known(data: st.DataObject) -> None:
    blob = bytearray(sealer().seal(FRAME, AAD))
    knowing = opener()
    assert knowing.open(bytes(blob), AAD) == FRAME
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    for each in (knowing, opener()):
        with pytest.raises((SealBroken, UnknownSealKey)):
            each.open(bytes(blob), AAD)
    assert knowing.open(sealer().seal(FRAME, AAD), AAD) == FRAME


@given(st.data())
def test_any_flipped_bit_of_the_attributes_is_noticed(data: st.DataObject) -> None:
    blob, aad = sealer().seal(FRAME, AAD), bytearray(AAD)
    aad[data.draw(st.integers(0, len(aad) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        opener().open(blob, bytes(aad))


@pytest.mark.parametrize("length", [0, 1, 18, 19, 99, 115, 127, 142])
def test_a_seal_cut_short_is_broken(length: int) -> None:
    with pytest.raises(SealBroken):
        opener().open(sealer().seal(b"", AAD)[:length], AAD)


def test_a_seal_of_another_version_is_said_to_be_so() -> None:
    with pytest.raises(SealBroken, match="versie 1"):
        opener().open(b"\x02" + sealer().seal(FRAME, AAD)[1:], AAD)


def test_a_seal_with_something_after_it_is_broken() -> None:
    with pytest.raises(SealBroken):
        opener().open(sealer().seal(FRAME, AAD) + b"\x00", AAD)


@pytest.mark.parametrize(
    "other",
    [
        replace(EVENT, id="een-ander"),
        replace(EVENT, type="nl.inburgering.pip-gewijzigd"),
        replace(EVENT, source=source_of(SCHOOL, "inburgering")),
        replace(EVENT, subject="iemand-anders"),
        replace(EVENT, subject=None),
        replace(EVENT, time=datetime(2026, 3, 3, 10, tzinfo=UTC)),
        replace(EVENT, dataschema="urn:x"),
        replace(EVENT, datacontenttype="application/json"),
        replace(EVENT, extensions={"rol": "taalschool"}),
        replace(EVENT, extensions={}),
    ],
)
def test_a_seal_moved_to_another_event_does_not_open(other: CloudEvent) -> None:
    blob = sealer().seal(FRAME, AAD)
    with pytest.raises(SealBroken):
        opener().open(blob, aad_of(other))


def test_the_data_itself_is_no_part_of_what_a_seal_is_bound_to() -> None:
    assert aad_of(replace(EVENT, data=b"x")) == AAD


def test_a_seal_for_one_organisation_does_not_open_for_another_even_with_the_same_key() -> None:
    with pytest.raises(SealBroken):
        opener(SCHOOL).open(sealer().seal(FRAME, AAD), AAD)


def test_without_the_private_key_it_is_said_which_one_was_meant() -> None:
    other = X25519PrivateKey.generate()
    with pytest.raises(UnknownSealKey, match=KEY_ID):
        Opener({key_id(other.public_key()): other}, HUB).open(sealer().seal(FRAME, AAD), AAD)


def test_another_private_key_under_the_same_name_does_not_open() -> None:
    with pytest.raises(SealBroken):
        Opener({KEY_ID: X25519PrivateKey.generate()}, HUB).open(sealer().seal(FRAME, AAD), AAD)


@pytest.mark.parametrize("encapsulated", [bytes(32), b"\x01" + bytes(31), b"\xff" * 32])
def test_a_point_that_is_no_key_is_broken(encapsulated: bytes) -> None:
    blob = sealer().seal(FRAME, AAD)
    with pytest.raises(SealBroken):
        opener().open(blob[:19] + encapsulated + blob[51:], AAD)


def test_a_key_other_than_the_one_committed_to_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = seals._commitment
    monkeypatch.setattr(seals, "_commitment", lambda secret: honest(secret[::-1]))
    blob = sealer().seal(FRAME, AAD)
    monkeypatch.undo()
    with pytest.raises(SealBroken):
        opener().open(blob, AAD)


def test_both_keys_of_two_epochs_open() -> None:
    newer = X25519PrivateKey.generate()
    both = Opener({KEY_ID: PRIVATE, key_id(newer.public_key()): newer}, HUB)
    assert both.open(sealer().seal(FRAME, AAD), AAD) == FRAME
    assert both.open(Sealer(newer.public_key(), HUB).seal(FRAME, AAD), AAD) == FRAME


def test_a_data_key_serves_a_bounded_number_of_records() -> None:
    bounded = sealer(max_records=3)
    heads = [bounded.seal(FRAME, AAD)[HEAD] for _ in range(7)]
    assert heads[0] == heads[1] == heads[2] != heads[3] == heads[4] == heads[5] != heads[6]


def test_a_data_key_serves_a_bounded_time() -> None:
    clock = Clock()
    bounded = sealer(max_seconds=60, clock=clock)
    first = bounded.seal(FRAME, AAD)[HEAD]
    clock.now += 59
    assert bounded.seal(FRAME, AAD)[HEAD] == first
    clock.now += 1
    assert bounded.seal(FRAME, AAD)[HEAD] != first


def test_a_nonce_is_new_for_every_record() -> None:
    one = sealer()
    blobs = [one.seal(FRAME, AAD) for _ in range(500)]
    assert len({blob[HEAD] for blob in blobs}) == 1
    assert len({blob[NONCE] for blob in blobs}) == len(blobs)


def test_an_opener_unwraps_once_and_keeps_a_bounded_number_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    unwrapped: list[bytes] = []
    honest = Opener._unwrap

    def counted(self: Opener, name: bytes, head: bytes) -> bytes:
        unwrapped.append(head)
        return honest(self, name, head)

    monkeypatch.setattr(Opener, "_unwrap", counted)
    small = opener(max_cached=2)
    a, b, c = (sealer().seal(FRAME, AAD) for _ in range(3))
    for blob in (a, a, b, a, c, a):
        assert small.open(blob, AAD) == FRAME
    assert unwrapped == [a[HEAD], b[HEAD], c[HEAD]]
    small.open(b, AAD)  # The least recently used one had to go.
    assert unwrapped[3:] == [b[HEAD]]


def test_noise_is_broken_or_for_another_key() -> None:
    for _ in range(200):
        with pytest.raises((SealBroken, UnknownSealKey)):
            opener().open(b"\x01" + os.urandom(199), AAD)
