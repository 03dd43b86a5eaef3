# SPDX-License-Identifier: EUPL-1.2
"""A place in a mailbox as a partner sees it: opaque, and good for its own mailbox only."""

from __future__ import annotations

import base64
import hmac

PATTERN = "^[A-Za-z0-9_-]{32}$"
_PLACE, _MARK = 8, 16


class StrangeCursor(Exception):
    """Not one of ours, or another organisation's."""


class Cursors:
    """`secret`: 32 bytes, the same in every life of the process."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"nl.inburgering/web/plaats/1", "sha256")

    def write(self, oin: str, position: int) -> str:
        place = (position + 1).to_bytes(_PLACE, "big")  # the place before the first is -1
        return base64.urlsafe_b64encode(place + self._mark(oin, place)).decode()

    def read(self, oin: str, cursor: str) -> int:
        """Raises StrangeCursor."""
        try:
            raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
        except ValueError as error:
            raise StrangeCursor from error
        place, mark = raw[:_PLACE], raw[_PLACE:]
        if len(raw) != _PLACE + _MARK or not hmac.compare_digest(mark, self._mark(oin, place)):
            raise StrangeCursor
        return int.from_bytes(place, "big") - 1

    def _mark(self, oin: str, place: bytes) -> bytes:
        return hmac.digest(self._key, oin.encode() + b"\n" + place, "sha256")[:_MARK]
