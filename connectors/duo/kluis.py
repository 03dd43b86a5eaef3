# SPDX-License-Identifier: EUPL-1.2
"""What the store keeps of persons, sealed; and the ids that follow from what somebody said, not from when it was sent.

Everything hangs on the partner's `file.secret`: the AES-256-GCM key of the store, the opaque key of a person, the ids
of events. So a copy of the database alone tells nobody's number, and the same notice gives the same event. Ids of
notices are those of the file profile `duo-berichten`: a list of correctiesignalen sent as a file finds its events.
"""

from __future__ import annotations

import hmac
import os
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connectors.files.rows import event_id, key_namespace

NONCE = 12
"""Bytes; random for each seal, as GCM asks."""


class Kluis:
    """The keys of one partner's store."""

    def __init__(self, afzender: str, geheim: bytes) -> None:
        self._zegel = AESGCM(_afgeleid(geheim, b"nl.inburgering/duo/zegel/1"))
        self._sleutel = _afgeleid(geheim, b"nl.inburgering/duo/persoon/1")
        self._ruimte = key_namespace(afzender, geheim)

    def dicht(self, inhoud: Any, waar: str) -> bytes:
        """Seal JSON values for one place in the store; elsewhere the seal does not open."""
        nonce = os.urandom(NONCE)
        return nonce + self._zegel.encrypt(nonce, orjson.dumps(inhoud), waar.encode())

    def open(self, zegel: bytes, waar: str) -> Any:
        """Raises cryptography's InvalidTag for a seal of another place, another key, or that was changed."""
        return orjson.loads(self._zegel.decrypt(zegel[:NONCE], zegel[NONCE:], waar.encode()))

    def persoon(self, soort: str, waarde: str) -> str:
        """The opaque key of a person by one of the numbers."""
        return self.kenmerk(soort, waarde)

    def kenmerk(self, *delen: str) -> str:
        """An opaque key of anything."""
        return hmac.digest(self._sleutel, "\x1f".join(delen).encode(), "sha256").hex()[:32]

    def gebeurtenis_id(self, gebeurtenis: str, *sleutel: str) -> str:
        """The CloudEvents id of what was said."""
        return event_id(self._ruimte, gebeurtenis, sleutel)


def _afgeleid(geheim: bytes, waarvoor: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=waarvoor).derive(geheim)
