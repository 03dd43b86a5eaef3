# SPDX-License-Identifier: EUPL-1.2
"""The form of a BSN, a V-nummer and an OIN."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identity import is_bsn, is_oin, is_vnummer

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def eleven_test(digits: str) -> bool:
    """The test as RvIG states it."""
    return sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11 == 0


@pytest.mark.parametrize("bsn", ["999990342", "999996708", "999996630", "999991772", "999999990", "010000008"])
def test_bsn_that_passes(bsn: str) -> None:
    assert is_bsn(bsn)


@pytest.mark.parametrize(
    "text", ["123456789", "000000000", "10000008", "999.990.342", "99999034²", "９９９９９０３４２", ""]
)
def test_no_bsn(text: str) -> None:
    assert not is_bsn(text)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True).filter(lambda digits: digits != "0" * 9))
def test_bsn_is_the_eleven_test(digits: str) -> None:
    assert is_bsn(digits) == eleven_test(digits)


@pytest.mark.parametrize(("text", "valid"), [("0123456789", True), ("9999999999", True), ("0000000000", False)])
def test_vnummer(text: str, valid: bool) -> None:
    assert is_vnummer(text) is valid


@pytest.mark.parametrize("text", ["123456789", "12345678901", "V123456789", "١٢٣٤٥٦٧٨٩٠"])
def test_no_vnummer(text: str) -> None:
    assert not is_vnummer(text)


@pytest.mark.parametrize(
    ("text", "valid"),
    [("00000009900000000001", True), ("0000000990000000000", False), ("0000000990000000000a", False), ("", False)],
)
def test_oin(text: str, valid: bool) -> None:
    assert is_oin(text) is valid
