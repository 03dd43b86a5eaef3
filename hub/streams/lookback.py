# SPDX-License-Identifier: EUPL-1.2
"""The state of a day gone by, twice: as it was known then, and as it is known now about then.

*Known then*: the log is folded up to its first tick of a later day, by the very code of the dossier agent. *Known now*:
the whole log is folded and what took effect after the day is left out. Each is read at the end of the day, under the
rules that the partition had active where its fold ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import orjson

from hub.broker.topics import DOSSIER
from hub.bundles import Active, BundleStore
from hub.dossier.feiten.rows import Row, Rows
from hub.dossier.feiten.zaak import Zaak
from hub.dossier.regels.kalender import AMSTERDAM, dag_van
from hub.dossier.regels.rules import Regels
from hub.dossier.stand.paden import Waarde, overzicht
from hub.dossier.terugblik import op_dag
from hub.streams.dossier import STAND, Dossiers
from hub.streams.envelope import header
from hub.streams.replay import content, read, replay
from hub.streams.settings import KafkaConnection
from hub.vault.vault import Vault
from schemas import codec
from schemas.cloudevents import TYPE_PREFIX

TIK = f"{TYPE_PREFIX}tik"
END_OF_DAY = time(23, 59, 59)

Overview = dict[str, Waarde]


@dataclass(frozen=True)
class Lookback:
    """One dossier on that day. `then` is None where the hub had not heard of the person yet."""

    dossier: str
    then: Overview | None
    now: Overview | None

    @property
    def otherwise(self) -> list[str]:
        """The paths on which the two differ."""
        paths = {*(self.then or {}), *(self.now or {})}
        return sorted(path for path in paths if (self.then or {}).get(path) != (self.now or {}).get(path))


async def look_back(
    kafka: KafkaConnection, agent: Dossiers, vault: Vault, bundles: BundleStore, partition: int, day: date
) -> list[Lookback]:
    """Every dossier of a partition; those that were erased are in neither."""
    until = _end_of(kafka, partition, day)
    then = await replay(kafka, agent, partition, until)
    now = then if until is None else await replay(kafka, agent, partition)
    moment = datetime.combine(day, END_OF_DAY, AMSTERDAM)
    known_then = {
        dossier: overzicht(Zaak(Rows.in_memory(rows)), _rules(then.rows, bundles), moment)
        for dossier, rows in _dossiers(vault, then.rows)
    }
    known_now = {
        dossier: overzicht(Zaak(op_dag(rows, day)), _rules(now.rows, bundles), moment)
        for dossier, rows in _dossiers(vault, now.rows)
    }
    return [
        Lookback(dossier, known_then.get(dossier), known_now.get(dossier))
        for dossier in sorted(known_then.keys() | known_now.keys())
    ]


def _end_of(kafka: KafkaConnection, partition: int, day: date) -> int | None:
    """The offset of the first tick of a later day; None when the log has not come to one."""
    for record in read(kafka, DOSSIER, partition):
        if header(record.headers, "ce_type") == TIK:
            moment = datetime.fromisoformat(codec.decode(record.value or b"")[1]["moment"])
            if dag_van(moment) > day:
                return record.offset
    return None


def _dossiers(vault: Vault, rows: dict[bytes, bytes]) -> Iterator[tuple[str, dict[str, Row]]]:
    """The opened rows of each dossier; one whose key was destroyed has none."""
    found: dict[str, dict[str, Row]] = {}
    for key, value in sorted(rows.items()):
        if not key.startswith(b"d/"):
            continue
        _, dossier, bucket = key.decode().split("/", 2)
        row = content(vault, key, value)
        if row is not None:
            found.setdefault(dossier, {})[bucket] = row
    yield from found.items()


def _rules(rows: dict[bytes, bytes], bundles: BundleStore) -> Regels:
    return Active.of(orjson.loads(rows[STAND])).resolve(bundles).regels
