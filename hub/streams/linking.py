# SPDX-License-Identifier: EUPL-1.2
"""Two dossiers, one person, in the log: what the records about a link set in motion, and what waits for it.

1. The absorbed dossier ends its signals, sends its facts to the main one, and sends on what still arrives.
2. The main dossier holds what arrives until those facts are there, and then takes it up in order: nothing is decided on
   half of what is known.
3. Undone, the same the other way round: the main dossier gives back what came under the other's identities, and that
   one waits for it.

Facts travel as records of the log, so they keep their place before whatever is sent after them. Which rows go is
``dossier.merging``.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hub.dossier import merging
from hub.dossier.feiten.rows import Row
from hub.dossier.gevolgen import Gevolgen
from hub.dossier.handle import on_absorbed, on_tick
from hub.streams.casework import Case
from hub.streams.envelope import OVERGEDRAGEN, Entry, unpack

if TYPE_CHECKING:
    from hub.streams.dossier import Work

GEKOPPELD, ONTKOPPELD = "identiteit-gekoppeld", "identiteit-ontkoppeld"
OPGEGAAN = "opgegaan"
PIECE = 256 * 1024
"""Characters of rows in one record: far less than the log takes."""


@dataclass(frozen=True, slots=True)
class Held:
    """A record of the log that waited; where it stood is where it stands."""

    key: bytes
    offset: int
    value: bytes
    headers: Sequence[tuple[str, bytes]]


def absorbed_by(entry: Entry | None) -> str | None:
    """The main dossier, where this record says that its own goes into that one."""
    absorbed = entry is not None and entry.naam == GEKOPPELD and entry.data.get("rol") == OPGEGAAN
    return str(entry.data["dossier"]) if entry is not None and absorbed else None


class Links:
    """What one turn does about links; `take` comes before a dossier handles a record itself."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def take(self, record: Any, case: Case, entry: Entry) -> bool:
        """Deal with a record that is about a link, belongs elsewhere, or must wait; False for any other."""
        if entry.naam == GEKOPPELD:
            self._linked(record, case, entry)
        elif entry.naam == ONTKOPPELD:
            self._unlinked(record, case, entry)
        elif entry.naam == OVERGEDRAGEN:
            self._handed_over(record, case, entry)
        elif other := merging.elsewhere(case.rows, entry.via):
            self._send_on(case, other, entry)
        elif merging.awaited(case.rows):
            case.rows.put(f"{merging.WACHT}{record.offset:020d}", _held(record))
        else:
            return False
        return True

    def _linked(self, record: Any, case: Case, entry: Entry) -> None:
        other = entry.data["dossier"]
        if entry.data.get("rol") != OPGEGAAN:
            if main := merging.absorbed_into(case.rows):
                self._work.to_log(main, entry)  # meanwhile this one went into another itself
                return
            merging.expect(case.rows, other)
            self._work.follow(record, case, Gevolgen([]), entry, soort="koppeling", always=True)
            return
        now = self._work.now(entry.vastgelegd)
        gevolgen = on_absorbed(case.dossier, case.rows, self._work.bundels, now, entry.event)
        self._work.follow(record, case, gevolgen, entry, soort="koppeling", always=True)
        waiting = self._taken_up(case)
        self._hand_over(case, other, entry, merging.absorb(case.rows, case.buckets(), case.dossier, other))
        for held in waiting:
            self._send_on(case, other, unpack(held.headers, held.value, case.key))

    def _unlinked(self, record: Any, case: Case, entry: Entry) -> None:
        other = entry.data["dossier"]
        gevolgen = Gevolgen([])
        if merging.absorbed_into(case.rows):
            merging.reopen(case.rows, other)
            case.rows.put(merging.IDENTITEIT, dict(entry.known))
        elif other in merging.taken_in(case.rows):
            known: Row = case.rows.get(merging.IDENTITEIT) or {}
            foreign = {soort: waarde for soort, waarde in known.items() if entry.known.get(soort) != waarde}
            gone = merging.release(case.rows, case.buckets(), case.dossier, other, _digests(case, foreign))
            case.rows.put(merging.IDENTITEIT, dict(entry.known))
            gevolgen = self._look(case, entry)
            self._hand_over(case, other, entry, gone)
        self._work.follow(record, case, gevolgen, entry, soort="koppeling", always=True)
        if not merging.awaited(case.rows):
            self._resume(case)

    def _handed_over(self, record: Any, case: Case, entry: Entry) -> None:
        piece, origin = entry.data, entry.data["van"]
        if main := merging.absorbed_into(case.rows):
            self._work.to_log(main, entry)
            return
        if piece["gekoppeld"] and origin not in merging.taken_in(case.rows) and origin != case.dossier:
            self._work.to_log(origin, entry)  # the link was undone while they were under way
            return
        merging.adopt(case.rows, piece["rijen"])
        if not piece["laatste"]:
            return
        merging.arrived(case.rows, origin, piece["opgenomen"], piece["wacht_op"])
        self._work.follow(record, case, self._look(case, entry), entry, soort="koppeling", always=True)
        if not merging.awaited(case.rows):
            self._resume(case)

    def _look(self, case: Case, entry: Entry) -> Gevolgen:
        """What holds now that facts came or went; nothing is said while more are under way."""
        if merging.awaited(case.rows):
            return Gevolgen([])
        return on_tick(case.dossier, case.rows, self._work.bundels, self._work.now(entry.vastgelegd), entry.event)

    def _hand_over(self, case: Case, other: str, entry: Entry, gone: merging.Overdracht) -> None:
        for number, piece in enumerate(gone.stukken(PIECE)):
            piece |= {"van": case.dossier, "gekoppeld": entry.naam == GEKOPPELD}
            name = merging.handover_id(entry.event, other, number)
            told = replace(entry, event=name, naam=OVERGEDRAGEN, data=piece, sender=self._work.hub, known={}, via=None)
            self._work.to_log(other, told)

    def _send_on(self, case: Case, other: str, entry: Entry) -> None:
        """To the main dossier, or back to the one under whose identity it came: without numbers that are not that
        one's."""
        if other == entry.via:
            mine: Mapping[str, str] = case.rows.get(merging.IDENTITEIT) or {}
            theirs = {soort: waarde for soort, waarde in entry.known.items() if mine.get(soort) != waarde}
            self._work.to_log(other, replace(entry, known=theirs, via=None))
        else:
            self._work.to_log(other, replace(entry, via=entry.via or case.dossier))

    def _resume(self, case: Case) -> None:
        for held in self._taken_up(case):
            self._work.event(held)

    def _taken_up(self, case: Case) -> list[Held]:
        """The records that waited, in order; they wait no more."""
        found = []
        for bucket in case.buckets():
            if bucket.startswith(merging.WACHT) and (row := case.rows.get(bucket)) is not None:
                offset = int(bucket.removeprefix(merging.WACHT))
                headers = [(name, base64.b64decode(value)) for name, value in row["headers"]]
                found.append(Held(case.dossier.encode(), offset, base64.b64decode(row["value"]), headers))
                case.rows.delete(bucket)
        return found


def own_numbers(case: Case, known: Mapping[str, str]) -> dict[str, str]:
    """`known` without what an undone link showed to be another's: a report that was under way may still bring it."""
    strangers = merging.strangers(case.rows)
    if not strangers:
        return dict(known)
    return {soort: waarde for soort, waarde in known.items() if not strangers & _digests(case, {soort: waarde})}


def _digests(case: Case, numbers: Mapping[str, str]) -> frozenset[str]:
    return frozenset(case.key.pseudonym(f"nummer\n{soort}\n{waarde}") for soort, waarde in numbers.items())


def _held(record: Any) -> Row:
    headers = [[name, base64.b64encode(value).decode()] for name, value in record.headers]
    return {"value": base64.b64encode(record.value).decode(), "headers": headers}
