# SPDX-License-Identifier: EUPL-1.2
"""Whose report a correction or retraction is about, where its sender only received it.

Intake takes the id that it names for one of the sender's own. Who names the id of a delivery means another's report: here it
gets that report's id, so that the dossier refuses it by name instead of keeping it for a report that never comes.
"""

from __future__ import annotations

from dataclasses import replace

from hub.dossier.bezorging import levering_id
from hub.dossier.feiten.facts import sleutel_van
from hub.dossier.feiten.fold import WIJZIGERS, inschrijving
from hub.dossier.feiten.rows import ebak
from hub.dossier.gevolgen import Soort
from hub.streams.casework import Case
from hub.streams.envelope import Entry
from hub.streams.reception import log_id


def with_its_id(case: Case, entry: Entry) -> Entry:
    """The entry, naming the other's report by its id in the log where it is about one; else as it was."""
    about = entry.data.get("betreft")
    if entry.naam not in WIJZIGERS or not isinstance(about, str):
        return entry
    if inschrijving(case.rows, about, entry.sender.oin):
        return entry
    prefix, me = ebak(""), str(entry.sender)
    for bucket in case.buckets():
        if not bucket.startswith(prefix):
            continue
        report = bucket.removeprefix(prefix)
        for oin, row in (case.rows.get(bucket) or {}).items():
            if me not in row.get("ontvangers", {}):
                continue
            delivered = levering_id(sleutel_van(report, oin), entry.sender, Soort.GEBEURTENIS)
            if log_id(entry.source, delivered) == about:
                return replace(entry, data={**entry.data, "betreft": report})
    return entry
