# SPDX-License-Identifier: EUPL-1.2
"""What the log's word of an erasure means for one dossier: who is told, and what they are told. Pure.

Emptying the dossier is ``casework``'s, destroying the key comes later and elsewhere (``erasing``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from consent.avg19 import GEWIST, decide_kennisgeving
from consent.conditions import Beoordeling
from consent.decide import Uitkomst
from consent.kader import Partij
from consent.minimise import minimise
from hub.dossier.bezorging import levering_id
from hub.dossier.feiten.rows import Rows
from hub.dossier.feiten.zaak import Zaak, kader
from hub.dossier.gekregen import ontvangers
from hub.dossier.gevolgen import Bundels, Gevolgen, Levering, Soort
from hub.dossier.regels.kalender import dag_van
from hub.streams.envelope import Entry
from schemas.cloudevents import TYPE_PREFIX, from_headers

TYPE = TYPE_PREFIX + GEWIST


class Stap(StrEnum):
    """What a record of an erasure says, in the inbox and in the log."""

    AANGEKONDIGD = "aangekondigd"
    """Only in the inbox: what was sent before this is still about the dossier."""
    LOSGEKOPPELD = "losgekoppeld"
    """What was sent after this is about somebody whom the hub does not know; in the log, what was under way is done."""
    GEWIST = "gewist"
    """In the dossier's partition: it ends here."""
    VERNIETIGD = "vernietigd"
    """Everywhere: the key is gone from the vault, so drop it."""


def entry_of(headers: Sequence[tuple[str, bytes]], value: bytes, hub: Partij, moment: datetime) -> Entry:
    """The record as an entry of the log, at the log's own time."""
    event = from_headers(headers, value)
    return Entry(event.id, GEWIST, hub, event.source, {}, dag_van(moment), moment, {}, None)


def gevolgen(rows: Rows, entry: Entry, bundels: Bundels) -> Gevolgen:
    """The notices to everyone who got anything, and the decisions that say so."""
    vandaag = dag_van(entry.vastgelegd)
    data: Mapping[str, Any] = {"datum": vandaag.isoformat()}
    event = Beoordeling(entry.event, GEWIST, entry.sender, data)
    stand = kader(Zaak(rows), vandaag, bundels.deelnemers)
    besluiten = decide_kennisgeving(event, ontvangers(rows), stand, bundels.deelnemers, vandaag)
    leveringen = [
        Levering(
            besluit.ontvanger,
            GEWIST,
            Soort.GEBEURTENIS,
            levering_id(entry.event, besluit.ontvanger, Soort.GEBEURTENIS),
            minimise(data, besluit),
            besluit.persoon,
            str(entry.sender),
            entry.gebeurd,
            entry.vastgelegd,
        )
        for besluit in besluiten
        if besluit.uitkomst is Uitkomst.GELEVERD
    ]
    return Gevolgen(leveringen, besluiten)
