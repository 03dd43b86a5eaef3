# SPDX-License-Identifier: EUPL-1.2
"""Whether a text has the form of a BSN, a V-nummer or an OIN. Form only: who it belongs to is the vault's matter."""

from __future__ import annotations

import re

from stdnum.nl import bsn

_BSN = re.compile(r"[0-9]{9}")
_VNUMMER = re.compile(r"[0-9]{10}")
_OIN = re.compile(r"[0-9A-Z]{20}")


def is_bsn(value: str) -> bool:
    """Nine digits that pass the eleven-test; an eight-digit number must be written with its leading zero."""
    return _BSN.fullmatch(value) is not None and bool(bsn.is_valid(value))


def is_vnummer(value: str) -> bool:
    """Ten digits, not all zero; leading zeros belong to it (at DUO it is a number of at most ten digits)."""
    return _VNUMMER.fullmatch(value) is not None and value != "0" * 10


def is_oin(value: str) -> bool:
    """Twenty digits or capitals: DUO, too, asks no more of an OIN."""
    return _OIN.fullmatch(value) is not None
