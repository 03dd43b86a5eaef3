# SPDX-License-Identifier: EUPL-1.2
"""Two dossiers that turn out to be one person, and the way back.

The absorbed dossier hands all its facts to the main one (with corrections, receivers and the dossier under whose
identity each came), keeps only a pointer, and sends on what still arrives. Unlinking hands back exactly the facts
that came under its identities. Since a fold is a set of facts, joining two is a union; nothing has to be replayed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from hub.dossier.fold import lees_feit
from hub.dossier.lessen import vat_samen
from hub.dossier.rows import FEITEN, KERN, Row, Rows

KOPPELING = "koppeling"
"""Row of a dossier that has to do with a link: `opgegaan_in`, or the dossiers that were `opgenomen`."""

IDENTITEIT = "identiteit"
"""Row with the numbers known of the person; never handed over: every report brings what the vault knows by then."""

Parcel = dict[str, Row]
"""Rows by bucket: facts, months of lessons, and what is kept about each event."""


def handover_id(event: str, to: str) -> str:
    return str(uuid.uuid5(uuid.UUID(event), f"feiten-overgedragen\n{to}"))


def absorbed_into(rows: Rows) -> str | None:
    """The main dossier that this one went into, or None."""
    main: str | None = (rows.get(KOPPELING) or {}).get("opgegaan_in")
    return main


def absorb(rows: Rows, buckets: Iterable[str], dossier: str, main: str) -> Parcel:
    """Empty this dossier into `main`; returns what `main` is to adopt."""
    parcel: Parcel = {}
    for bucket in sorted(buckets):
        row = rows.get(bucket)
        if row is None or bucket == KOPPELING:
            continue
        if bucket not in (KERN, IDENTITEIT):
            parcel[bucket] = _marked(row, dossier) if _holds_facts(bucket) else row
        rows.delete(bucket)
    rows.put(KOPPELING, {"opgegaan_in": main})
    return parcel


def adopt(rows: Rows, parcel: Parcel) -> None:
    """Take over the facts of another dossier."""
    for bucket, row in parcel.items():
        if _holds_facts(bucket):
            _set_facts(rows, bucket, {**row, **(rows.get(bucket) or {})})
        else:
            mine = rows.get(bucket) or {}
            rows.put(bucket, {**mine, **{oin: {**entry, **mine.get(oin, {})} for oin, entry in row.items()}})


def note_link(rows: Rows, other: str, *, linked: bool) -> None:
    """In the main dossier: which dossiers it took in."""
    known = set((rows.get(KOPPELING) or {}).get("opgenomen", ()))
    known = known | {other} if linked else known - {other}
    if known:
        rows.put(KOPPELING, {"opgenomen": sorted(known)})
    else:
        rows.delete(KOPPELING)


def release(rows: Rows, buckets: Iterable[str], other: str) -> Parcel:
    """Take out of the main dossier what came under the identities of `other`; returns what that one gets back."""
    parcel: Parcel = {}
    gone: dict[str, set[str]] = {}
    for bucket in sorted(buckets):
        row = rows.get(bucket)
        if row is None or not _holds_facts(bucket):
            continue
        theirs = {key: fact for key, fact in row.items() if fact.get("via") == other}
        if theirs:
            parcel[bucket] = theirs
            _set_facts(rows, bucket, {key: fact for key, fact in row.items() if key not in theirs})
            for key in theirs:
                event, _, oin = key.rpartition("@")
                gone.setdefault(event, set()).add(oin)
    for bucket in sorted(buckets):
        event = bucket.removeprefix("e/")
        row = rows.get(bucket)
        if event == bucket or row is None:
            continue
        # a correction goes where the event that it corrects goes
        theirs = {
            oin: entry
            for oin, entry in row.items()
            if oin in gone.get(event, ()) or oin in gone.get(entry.get("betreft", ""), ())
        }
        if theirs:
            parcel[bucket] = theirs
            rest = {oin: entry for oin, entry in row.items() if oin not in theirs}
            if rest:
                rows.put(bucket, rest)
            else:
                rows.delete(bucket)
    note_link(rows, other, linked=False)
    return parcel


def reopen(rows: Rows) -> None:
    """The absorbed dossier stands on its own again."""
    rows.delete(KOPPELING)


def _holds_facts(bucket: str) -> bool:
    return bucket == FEITEN or bucket.startswith("les/")


def _marked(row: Row, dossier: str) -> Row:
    return {key: fact if fact.get("via") else {**fact, "via": dossier} for key, fact in row.items()}


def _set_facts(rows: Rows, bucket: str, row: Row) -> None:
    """Put a row of facts, and where it is a month of lessons, its summary."""
    if row:
        rows.put(bucket, row)
    else:
        rows.delete(bucket)
    if bucket == FEITEN:
        return
    kern: dict[str, Any] = rows.get(KERN) or {}
    months = {name: summary for name, summary in kern.get("maanden", {}).items() if name != bucket.removeprefix("les/")}
    facts = [fact for fact in map(lees_feit, row.values()) if fact is not None]
    if facts:
        months[bucket.removeprefix("les/")] = vat_samen(facts)
    rows.put(KERN, {**kern, "maanden": dict(sorted(months.items()))})
