# SPDX-License-Identifier: EUPL-1.2
"""What a line of a partner's file becomes: an event to send, or a refusal that its author can act on.

Not here: how the line was read or where the event goes.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Melding:
    """One event as its sender states it.

    `persoon` is {soort, waarde, ook: [{soort, waarde}]}; `data` holds JSON values only, under the catalogue's
    field names. `id` is the CloudEvents id: the same line sent again, in whatever file, has the same one.
    """

    gebeurtenis: str
    persoon: dict[str, Any]
    data: dict[str, Any]
    gebeurd: date
    id: str
    regelnummer: int
    blad: str = ""


@dataclass(frozen=True)
class Afgekeurd:
    """One fault in one line. `waarde` is the sender's own text: give it back to the sender, never to a log."""

    regelnummer: int
    kolom: str
    waarde: str
    uitleg_nl: str
    blad: str = ""


Row = Melding | Afgekeurd

# Between the parts of a natural key: a character that no spreadsheet cell holds, so ("1", "23") is not ("12", "3").
PART_SEPARATOR = "\x1f"


def key_namespace(afzender: str, geheim: bytes) -> uuid.UUID:
    """The sender's own secret namespace for event ids.

    Natural keys hold BSNs and ids travel in clear headers: without a secret, 10^9 guesses turn an id back into a BSN.
    """
    digest = hmac.new(geheim, f"nl.inburgering.bestand{PART_SEPARATOR}{afzender}".encode(), hashlib.sha256).digest()
    return uuid.UUID(bytes=digest[:16], version=4)


def event_id(namespace: uuid.UUID, gebeurtenis: str, key: Iterable[str]) -> str:
    """The CloudEvents id of an event with this natural key; it knows no file name, line number or time of sending."""
    return str(uuid.uuid5(namespace, PART_SEPARATOR.join((gebeurtenis, *key))))
