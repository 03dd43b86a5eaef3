# SPDX-License-Identifier: EUPL-1.2
"""The figures that were last published, as `hub.figures` has them: suppressed, and about nobody."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.broker.topics import FIGURES
from hub.web.postbus import Postbus
from schemas import codec

_RECORDS = 2000
_FIELDS = ("peildatum", "tabel", "gemeente", "cohort", "categorieen", "maat", "eenheid", "waarde")


class Publicatie:
    """The last publication, which is complete by itself; reads on from where it was when it is asked for."""

    def __init__(self, postbus: Postbus) -> None:
        self._postbus, self._next, self._number = postbus, 0, 0
        self._rows: dict[bytes, dict[str, Any]] = {}
        self._reading = asyncio.Lock()

    async def rows(self) -> tuple[int, list[dict[str, Any]]]:
        """Its number (0: there is none yet) and its figures. Raises PostbusAway."""
        async with self._reading:
            while stukken := await self._postbus.read_back(FIGURES, self._next, _RECORDS):
                for stuk in stukken:
                    self.take(dict(stuk.headers)["ce_id"], codec.decode(stuk.value)[1])
                self._next = stukken[-1].positie + 1
            return self._number, list(self._rows.values())

    def take(self, name: bytes, data: dict[str, Any]) -> None:
        """One record: a later publication takes the place of the earlier; the same figure again is the same."""
        if data["publicatie"] > self._number:
            self._number, self._rows = data["publicatie"], {}
        if data["publicatie"] == self._number:
            self._rows[name] = {field: data[field] for field in _FIELDS}
