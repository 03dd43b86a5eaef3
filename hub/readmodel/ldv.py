# SPDX-License-Identifier: EUPL-1.2
"""The audit log as Logboek Dataverwerkingen (Logius, LDV 1.0.0): one JSON line a processing, each about one person.

A decision is a line, and each delivery that followed from it a line under that one, because another activity of the
register is behind it. Acts about a person are lines too. Ticks, activations and other acts process no person's data:
no line. Trace and span ids follow from the record, so the same log gives the same lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from consent.activiteiten import BESLISSEN, RECHTEN, VERBETERING, activiteit_van
from consent.corrections import REGEL_AVG_19
from consent.policy import Beleidsregel
from hub.readmodel import questions
from hub.readmodel.projection import outcomes

SUBJECT_TYPE = "dossier"
"""Of ``data_subject_id``: the hub's own random number of a person's dossier, a pseudonym."""
FindRow = Callable[[str | None, str, datetime], Beleidsregel | None]
OK, ERROR = "Ok", "Error"
Line = dict[str, Any]


def register_of(oin: str) -> str:
    """Where the activities of a hub's register are found, when nobody published it under an address of the web."""
    return f"urn:nld:oin:{oin}:verwerkingsregister:"


def export(engine: Engine, path: Path, find_row: FindRow, *, oin: str, register: str | None = None) -> int:
    """Write the lines of the whole log to `path`; returns how many. `register`: what comes before an activity's id."""
    count = 0
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        for number, leaf in questions.leaves(engine):
            for line in lines(number, orjson.loads(leaf), find_row, oin=oin, register=register or register_of(oin)):
                file.write(orjson.dumps(line) + b"\n")
                count += 1
    draft.replace(path)
    return count


def lines(number: int, record: dict[str, Any], find_row: FindRow, *, oin: str, register: str) -> Iterator[Line]:
    """The lines of one audit record."""
    act = record["soort"] == "handeling"
    subject = record.get("onderwerp") if act and record["handeling"] in _ABOUT_A_PERSON else record.get("dossier")
    if not subject:
        return
    writer = _Writer(oin, register, number, record)
    if act:
        yield writer.line("", record["handeling"], RECHTEN, subject)
        return
    status = ERROR if record["weigering"] else OK
    name = record["type"] or record["soort"]
    yield writer.line("", name, BESLISSEN, subject, status=status, sender=record["bron"])
    moment = datetime.fromisoformat(record["moment"])
    for row, outcome in outcomes(number, record):
        if row["uitkomst"] != "geleverd" or not outcome:
            continue  # a receipt gives back to its sender what it sent
        rows = {one: find_row(record["bundels"].get("beleid"), one, moment) for one in outcome["regels"]}
        for activity in dict.fromkeys(_activity(one, found) for one, found in rows.items()):
            key = f"{row['aan']} {row['type']} {row['volg']} {activity}"
            yield writer.line(key, row["type"], activity, subject, recipient=row["aan"])


_ABOUT_A_PERSON = frozenset(
    {
        "persoon-opgezocht",
        "inzage-gegeven",
        "gegevens-gewist",
        "verwerking-beperkt",
        "identiteit-ontkoppeld",
        "bewaring-opgeheven",
        "bewaring-opgelegd",
        "beperking-opgeheven",
        "verzoek-ontvangen",
        "verzoek-verlengd",
        "verzoek-afgehandeld",
    }
)


def _activity(name: str, row: Beleidsregel | None) -> str:
    if row is not None:
        return activiteit_van(row)
    return VERBETERING if name == REGEL_AVG_19 else BESLISSEN


class _Writer:
    """Writes the lines of one record."""

    def __init__(self, oin: str, register: str, number: int, record: dict[str, Any]) -> None:
        self._register, self._oin = register, oin
        self._time = int(datetime.fromisoformat(record["moment"]).timestamp() * 1000)
        self._seed = f"{oin} {number} {record.get('plaats')}"

    def line(
        self,
        key: str,
        name: str,
        activity: str,
        subject: str,
        *,
        status: str = OK,
        sender: str | None = None,
        recipient: str | None = None,
    ) -> Line:
        attributes = {
            "dpl.core.processing_activity_id": f"{self._register}{activity}",
            "dpl.core.data_subject_id": subject,
            "dpl.core.data_subject_id_type": SUBJECT_TYPE,
        }
        if sender:
            attributes["dpl.core.foreign_operation.processor"] = f"urn:nld:oin:{sender.partition('#')[0]}"
        if recipient:
            attributes["nl.inburgering.ontvanger"] = recipient
        line: Line = {
            "trace_id": _id(self._seed, 16),
            "span_id": _id(f"{self._seed} {key}", 8),
            "status": status,
            "name": name,
            "start_time": self._time,
            "end_time": self._time,
            "resource": {"service.name": "inburgeringshub", "nl.oin": self._oin},
            "attributes": attributes,
        }
        if key:
            line["parent_span_id"] = _id(f"{self._seed} ", 8)
        return line


def _id(seed: str, size: int) -> str:
    """Hexadecimal, of so many bytes."""
    return hashlib.sha256(seed.encode()).hexdigest()[: 2 * size]
