# SPDX-License-Identifier: EUPL-1.2
"""The one way in which attributes become bytes to sign, to bind a seal to, or to derive a key id from.

Everything is length-prefixed, so no two different inputs give the same bytes, and begins with a domain string, so bytes
made for one purpose are never valid for another. ``docs/wire-format.md`` writes it down for other languages.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_LENGTH = struct.Struct(">I")


def prefixed(part: bytes) -> bytes:
    """Four bytes length (big endian), then the part."""
    return _LENGTH.pack(len(part)) + part


def canonical(domain: str, attributes: Mapping[str, str]) -> bytes:
    """Domain, number of attributes, and each name and value in the order of the names' bytes; all UTF-8."""
    parts = [prefixed(domain.encode()), _LENGTH.pack(len(attributes))]
    for name, value in sorted((name.encode(), value.encode()) for name, value in attributes.items()):
        parts.append(prefixed(name))
        parts.append(prefixed(value))
    return b"".join(parts)
