# SPDX-License-Identifier: EUPL-1.2
"""Two dossiers that turn out to be one person, and the way back: which rows go from one to the other. Pure.

The absorbed dossier hands all its facts to the main one (with corrections, receivers and the dossier under whose
identity each came) and keeps only a pointer. Unlinking hands back exactly the facts that came under its identities.
Since a fold is a set of facts, joining two is a union; nothing has to be replayed. Whoever is to get facts waits for
them, so that nothing is decided on half of what is known. When and to whom things are sent is ``streams.linking``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .feiten import maandstaten
from .feiten.fold import herzie, lees_feit
from .feiten.grondslagen import STANDEN
from .feiten.lessen import vat_samen
from .feiten.rows import FEITEN, GRONDEN, KERN, ONTVANGERS, Row, Rows
from .verwachtingen.kennisgevingen import RIJ as KENNISGEVINGEN

KOPPELING = "koppeling"
"""Row of a dossier that has to do with a link: `opgegaan_in`; or which ones it took in (`opgenomen`), of which it still
awaits the facts (`wacht_op`), and which numbers proved to be another's (`vreemd`, as digests)."""

IDENTITEIT = "identiteit"
"""Row with the numbers known of the person; never handed over: every report brings what the vault knows by then."""

WACHT = "wacht/"
"""Rows with records that wait for facts under way, by position."""

TOESTEMMING = "toestemming-gegeven"

Parcel = dict[str, Row]
"""Rows by bucket: facts, months of lessons, and what is kept about each event."""


@dataclass(frozen=True, slots=True)
class Overdracht:
    """All that one dossier hands to another."""

    rijen: Parcel
    opgenomen: tuple[str, ...] = ()
    """Dossiers that it had taken in itself, which go along."""
    wacht_op: tuple[str, ...] = ()
    """Dossiers of which it still awaits the facts."""

    def stukken(self, grootte: int) -> Iterator[Row]:
        """Pieces of about `grootte` characters, each to be adopted by itself: a long history does not fit one record.
        Facts go before what is kept about them; the last one says that it is."""
        stuk: Parcel = {}
        omvang = 0
        for bak in sorted(self.rijen, key=lambda naam: (not _holds_facts(naam), naam)):
            for sleutel, rij in self.rijen[bak].items():
                lengte = len(json.dumps(rij))
                if stuk and omvang + lengte > grootte:
                    yield {"rijen": stuk, "laatste": False}
                    stuk, omvang = {}, 0
                stuk.setdefault(bak, {})[sleutel] = rij
                omvang += lengte
        yield {
            "rijen": stuk,
            "laatste": True,
            "opgenomen": list(self.opgenomen),
            "wacht_op": list(self.wacht_op),
        }


def handover_id(event: str, to: str, nummer: int) -> str:
    return str(uuid.uuid5(uuid.UUID(event), f"feiten-overgedragen\n{to}\n{nummer}"))


# who belongs where


def absorbed_into(rows: Rows) -> str | None:
    """The main dossier that this one went into, or None."""
    main: str | None = _koppeling(rows).get("opgegaan_in")
    return main


def taken_in(rows: Rows) -> frozenset[str]:
    """The dossiers that this one took in."""
    return frozenset(_koppeling(rows).get("opgenomen", ()))


def awaited(rows: Rows) -> frozenset[str]:
    """The dossiers of which facts are under way to this one."""
    return frozenset(_koppeling(rows).get("wacht_op", ()))


def elsewhere(rows: Rows, via: str | None) -> str | None:
    """Where a report belongs that came under the identity of `via` (None: this dossier's own), if not here: a link
    was made or undone while it was under way."""
    if main := absorbed_into(rows):
        return main
    return via if via is not None and via not in taken_in(rows) else None


def strangers(rows: Rows) -> frozenset[str]:
    """Digests of numbers that proved not to be this person's."""
    return frozenset(_koppeling(rows).get("vreemd", ()))


# joining


def expect(rows: Rows, other: str) -> None:
    """The main dossier: `other` goes into this one, and its facts are under way."""
    _koppel(rows, opgenomen=taken_in(rows) | {other}, wacht_op=awaited(rows) | {other}, vreemd=frozenset())


def absorb(rows: Rows, buckets: Iterable[str], dossier: str, main: str) -> Overdracht:
    """Empty this dossier into `main`. Its open signals and its waiting records are the caller's, beforehand."""
    parcel: Parcel = {}
    mee = Overdracht(parcel, tuple(sorted(taken_in(rows))), tuple(sorted(awaited(rows))))
    for bucket in sorted(buckets):
        row = rows.get(bucket)
        if row is None or bucket == KOPPELING:
            continue
        if deel := _handed_over(bucket, row, dossier):
            parcel[bucket] = deel
        rows.delete(bucket)
    rows.put(KOPPELING, {"opgegaan_in": main})
    return mee


def _handed_over(bucket: str, row: Row, dossier: str) -> Row:
    """What of a row goes along. What the other one can work out again (signals, grounds that began) does not."""
    if _holds_facts(bucket):
        return {key: fact if fact.get("via") else {**fact, "via": dossier} for key, fact in row.items()}
    if bucket == KERN:
        return {"verlopen": row["verlopen"]} if row.get("verlopen") else {}
    if bucket == GRONDEN:
        return {naam: row[naam] for naam in (STANDEN, KENNISGEVINGEN) if row.get(naam)}
    return {} if bucket == IDENTITEIT or bucket.startswith(maandstaten.BAK) else row


def adopt(rows: Rows, parcel: Mapping[str, Row]) -> None:
    """Take over rows of another dossier: what is here already counts, the rest is added."""
    for bucket in sorted(parcel, key=lambda naam: (not _holds_facts(naam), naam)):
        row, mine = parcel[bucket], rows.get(bucket) or {}
        if _holds_facts(bucket):
            _set_facts(rows, bucket, {**row, **mine})
        elif bucket == KERN:
            rows.put(KERN, {**mine, "verlopen": sorted({*mine.get("verlopen", ()), *row["verlopen"]})})
        else:
            rows.put(bucket, {**mine, **{naam: _united(deel, mine.get(naam, {})) for naam, deel in row.items()}})
            for oin in row if bucket.startswith("e/") else ():
                herzie(rows, bucket.removeprefix("e/"), oin)  # what corrects it, or is corrected by it, may be here


def arrived(rows: Rows, other: str, opgenomen: Iterable[str], wacht_op: Iterable[str]) -> None:
    """The last piece of `other` is here; with it come the dossiers that `other` had taken in, or was waiting for."""
    still = (awaited(rows) - {other}) | set(wacht_op)
    _koppel(rows, opgenomen=taken_in(rows) | set(opgenomen), wacht_op=still)


# undoing it


def release(rows: Rows, buckets: Iterable[str], dossier: str, other: str, foreign: Iterable[str]) -> Overdracht:
    """Take out of the main dossier what came under the identities of `other`; `foreign`: digests of its numbers."""
    parcel: Parcel = {}
    names = sorted(buckets)
    gone: dict[str, set[str]] = {}
    for bucket in filter(_holds_facts, names):
        row = rows.get(bucket) or {}
        theirs = {key: fact for key, fact in row.items() if fact.get("via") == other}
        if theirs:
            parcel[bucket] = theirs
            _set_facts(rows, bucket, {key: fact for key, fact in row.items() if key not in theirs})
            for key in theirs:
                event, _, oin = key.rpartition("@")
                gone.setdefault(event, set()).add(oin)
    receivers: set[str] = set()
    kept = {name.removeprefix("e/"): rows.get(name) or {} for name in names if name.startswith("e/")}
    _with_corrections(gone, kept)
    for event, row in kept.items():
        bucket, theirs = f"e/{event}", {oin: entry for oin, entry in row.items() if oin in gone.get(event, ())}
        if theirs:
            parcel[bucket] = theirs
            receivers |= {party for entry in theirs.values() for party in entry.get("ontvangers", ())}
            _put(rows, bucket, {oin: entry for oin, entry in row.items() if oin not in theirs})
    _part_with(rows, parcel, dossier, other, gone, receivers)
    under_way = (other,) if other in awaited(rows) else ()  # they come back to it by themselves
    left = {"opgenomen": taken_in(rows) - {other}, "wacht_op": awaited(rows) - {other}}
    _koppel(rows, **left, vreemd=strangers(rows) | set(foreign))
    return Overdracht(parcel, wacht_op=under_way)


def _with_corrections(gone: dict[str, set[str]], kept: Mapping[str, Row]) -> None:
    """A correction goes where the event that it corrects goes, and so does a correction of that."""
    while True:
        more = [
            (event, oin)
            for event, row in kept.items()
            for oin, entry in row.items()
            if oin not in gone.get(event, ()) and oin in gone.get(entry.get("betreft", ""), ())
        ]
        if not more:
            return
        for event, oin in more:
            gone.setdefault(event, set()).add(oin)


def _part_with(
    rows: Rows, parcel: Parcel, dossier: str, other: str, gone: Mapping[str, set[str]], receivers: Iterable[str]
) -> None:
    """What is kept apart from facts and events: states of toestemmingen, notices, expiries told, who ever got anything."""
    gronden = rows.get(GRONDEN) or {}
    standen = {id_: stand for id_, stand in gronden.get(STANDEN, {}).items() if id_ in gone}
    notices = {
        id_: rij for id_, rij in gronden.get(KENNISGEVINGEN, {}).items() if rij["oin"] in gone.get(rij["betreft"], ())
    }
    for naam, theirs in ((STANDEN, standen), (KENNISGEVINGEN, notices)):
        if theirs:
            parcel.setdefault(GRONDEN, {})[naam] = theirs
            gronden = {**gronden, naam: {id_: rij for id_, rij in gronden[naam].items() if id_ not in theirs}}
    _put(rows, GRONDEN, gronden)
    kern = rows.get(KERN) or {}
    if told := [id_ for id_ in kern.get("verlopen", ()) if id_ in gone]:
        parcel[KERN] = {"verlopen": told}
        rows.put(KERN, {**kern, "verlopen": [id_ for id_ in kern["verlopen"] if id_ not in told]})
    known = rows.get(ONTVANGERS) or {}
    # who got its facts here knows the person under this dossier's pseudonym; who got them before, under its own
    under = {party: {dossier: 1} for party in receivers if dossier in known.get(party, {})}
    for party, names in known.items():
        if other in names:
            under[party] = {**under.get(party, {}), other: 1}
    if under:
        parcel[ONTVANGERS] = dict(sorted(under.items()))
    rest = {party: {name: 1 for name in names if name != other} for party, names in known.items()}
    _put(rows, ONTVANGERS, {party: names for party, names in rest.items() if names})


def reopen(rows: Rows, main: str) -> None:
    """The absorbed dossier stands on its own again; its facts are under way from `main`."""
    rows.put(KOPPELING, {"wacht_op": [main]})


# rows


def _koppeling(rows: Rows) -> Row:
    return rows.get(KOPPELING) or {}


def _koppel(rows: Rows, **namen: frozenset[str]) -> None:
    _put(rows, KOPPELING, {**_koppeling(rows), **{veld: sorted(wie) for veld, wie in namen.items()}})


def _put(rows: Rows, bucket: str, row: Row) -> None:
    """The row without what is empty in it; no row when nothing is left."""
    if vol := {naam: deel for naam, deel in row.items() if deel}:
        rows.put(bucket, vol)
    else:
        rows.delete(bucket)


def _united(theirs: Any, mine: Any) -> Any:
    """Two values of one name: objects are united, of anything else ours counts."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        return {**theirs, **{naam: _united(theirs.get(naam, deel), deel) for naam, deel in mine.items()}}
    return mine


def _holds_facts(bucket: str) -> bool:
    return bucket == FEITEN or bucket.startswith("les/")


def _set_facts(rows: Rows, bucket: str, row: Row) -> None:
    """Put a row of facts, and where it is a month of lessons, its summary."""
    if row:
        rows.put(bucket, row)
    else:
        rows.delete(bucket)
    if bucket == FEITEN:
        return
    facts = [fact for fact in map(lees_feit, row.values()) if fact is not None]
    maandstaten.zet(rows, bucket.removeprefix("les/"), vat_samen(facts) if facts else None)
