# SPDX-License-Identifier: EUPL-1.2
"""One dossier in memory: its rows as JSON, as the state holds them before they are sealed. No Kafka and no keys."""

from __future__ import annotations

from datetime import date

import orjson

from benchmarks.life import Said, moment, record
from benchmarks.scene import DUO, GEMEENTE, SCHOOL
from consent.participants import Deelnemersregister
from consent.policy import Beleid
from hub.dossier.feiten.rows import Row, Rows
from hub.dossier.handle import Bundels, Gevolgen, handle, on_tick
from hub.dossier.regels.rules import Regels

SEAL = 1 + 12 + 16
"""Bytes that a seal adds: version, nonce, tag (``hub.vault.keys``)."""


def bundles() -> Bundels:
    rollen = {DUO: "uitvoering", GEMEENTE: "gemeente", SCHOOL: "taalschool"}
    register = Deelnemersregister.of(
        {
            "oin": oin,
            "naam": rol,
            "rollen": [{"rol": rol, "van": date(2020, 1, 1)}],
            "namens": [GEMEENTE] if rol == "taalschool" else [],
        }
        for oin, rol in rollen.items()
    )
    return Bundels(Beleid.load(), Regels.laad(), register)


class Case:
    """Takes what is said; `rewritten` are the bytes of sealed state that each event caused."""

    def __init__(self, number: int, bundels: Bundels) -> None:
        self._number, self._bundels = number, bundels
        self._position = 0
        self.agenda: date | None = None
        self.rows: dict[str, bytes] = {}
        self.rewritten: list[int] = []

    def take(self, said: Said) -> Gevolgen:
        self._position += 1
        rows = self.open()
        event = record(said, self._number, self._position)
        return self._keep(rows, handle(str(self._number), rows, event, self._bundels, event.vastgelegd))

    def tick(self, day: date) -> None:
        """Looks at the clock when the case's agenda asks for it."""
        if self.agenda is not None and self.agenda <= day:
            rows = self.open()
            self._keep(rows, on_tick(str(self._number), rows, self._bundels, moment(day)))

    def kept(self) -> int:
        """Bytes of sealed state of the dossier."""
        return sum(len(row) + SEAL for row in self.rows.values())

    def open(self) -> Rows:
        return Rows(self._read)

    def _read(self, bucket: str) -> Row | None:
        row = self.rows.get(bucket)
        return None if row is None else orjson.loads(row)

    def store(self, rows: Rows) -> None:
        """Keeps what changed."""
        written = 0
        for bucket, row in rows.changed().items():
            if row is None:
                self.rows.pop(bucket, None)
            else:
                self.rows[bucket] = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
                written += len(self.rows[bucket]) + SEAL
        self.rewritten.append(written)

    def _keep(self, rows: Rows, gevolgen: Gevolgen) -> Gevolgen:
        self.store(rows)
        self.agenda = gevolgen.agenda
        return gevolgen
